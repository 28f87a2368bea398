// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive buffers: pieces of page pool pages, laid out so that an ordinary
 * frame becomes a packet where it lies, without a copy or an allocation, and
 * that its memory comes back to the pool when the stack is done with it.
 */

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/log2.h>
#include <linux/sizes.h>
#include <linux/virtio_config.h>
#include <net/page_pool/helpers.h>
#include <net/xdp.h>
#include <uapi/linux/virtio_ring.h>

#include "ovnet.h"
#include "ovnet_buf.h"
#include "ovnet_chain.h"
#include "ovnet_xsk.h"

/* Two in a page, and room for a full Ethernet frame. */
#define OVNET_BUF_SMALL		SZ_2K
/* 64 KiB of segments are at most 17 of these, the fragments of one packet. */
#define OVNET_BUF_LARGE		SZ_4K
/* Most pages that the pool keeps; old kernels refuse to keep more than twice that. */
#define OVNET_BUF_POOL_MAX	SZ_16K

/* The longest train of segments: an IPv4 packet of full size. */
#define OVNET_BUF_TRAIN		OVNET_BUF_FRAME(U16_MAX)

/* One for programs, which have a page for each frame. */
#define OVNET_BUF_XDP		SZ_4K
/* In a buffer's context, beside its size: it is one for programs. */
#define OVNET_BUF_IS_XDP	BIT(0)

#define OVNET_BUF_SHINFO	SKB_DATA_ALIGN(sizeof(struct skb_shared_info))
#define OVNET_BUF_FRAME(mtu)	(ETH_HLEN + VLAN_HLEN + (mtu))

/* All that a small buffer can spare, in whole cache lines. */
static unsigned int ovnet_buf_headroom(unsigned int hdr_len)
{
	const unsigned int used = hdr_len + OVNET_BUF_FRAME(ETH_DATA_LEN) +
				  OVNET_BUF_SHINFO;
	unsigned int spare = 0;

	if (used < OVNET_BUF_SMALL)
		spare = round_down(OVNET_BUF_SMALL - used, SMP_CACHE_BYTES);

	return max_t(unsigned int, spare, NET_SKB_PAD);
}

/* Bytes before and of the longest frame that may come. */
static unsigned int ovnet_buf_longest(const struct ovnet_hdr_format *format,
				      unsigned int mtu)
{
	if (format->mergeable || format->gso_types)
		return format->len + OVNET_BUF_TRAIN;

	return format->len + OVNET_BUF_FRAME(mtu);
}

/**
 * ovnet_buf_chained() - are buffers made of several pieces?
 * @format: virtio headers of the device
 * @mtu: largest that the net device can be set to
 *
 * Return: true if the longest frame needs one.
 */
bool ovnet_buf_chained(const struct ovnet_hdr_format *format, unsigned int mtu)
{
	return !format->mergeable &&
	       ovnet_buf_headroom(format->len) +
	       ovnet_buf_longest(format, mtu) + OVNET_BUF_SHINFO >
	       OVNET_BUF_LARGE;
}

/**
 * ovnet_buf_layout() - decide how receive buffers look
 * @layout: to fill
 * @format: virtio headers of the device
 * @mtu: largest that the net device can be set to; matters where each frame is
 *	in one buffer
 * @ring: entries of the shortest receive ring; matters where a frame is spread
 *	over several, since the longest has to fit into all of them together
 */
void ovnet_buf_layout(struct ovnet_buf_layout *layout,
		      const struct ovnet_hdr_format *format, unsigned int mtu,
		      unsigned int ring)
{
	unsigned int longest = ovnet_buf_longest(format, mtu);
	bool chained = ovnet_buf_chained(format, mtu);
	unsigned int least;

	layout->headroom = chained ? XDP_PACKET_HEADROOM :
				     ovnet_buf_headroom(format->len);
	layout->tailroom = 0;
	layout->pieces = 0;

	if (chained)
		/* One entry may be the header's alone. */
		ring = clamp_t(unsigned int, ring - 1, 1,
			       OVNET_CHAIN_PIECES_MAX);
	least = layout->headroom + DIV_ROUND_UP(longest, ring);

	if (!chained && !format->mergeable) {
		layout->tailroom = OVNET_BUF_SHINFO;
		least = layout->headroom + longest + OVNET_BUF_SHINFO;
	}

	if (chained)
		least = max_t(unsigned int, least, OVNET_BUF_LARGE);
	layout->small = max_t(unsigned int, roundup_pow_of_two(least),
			      OVNET_BUF_SMALL);
	layout->large = layout->small;
	if (format->mergeable)
		layout->large = max_t(unsigned int, layout->small,
				      OVNET_BUF_LARGE);
	if (chained)
		layout->pieces = DIV_ROUND_UP(longest, layout->large -
					      layout->headroom);
}

/**
 * ovnet_buf_room() - bytes of a buffer that the device may write
 * @layout: where in a buffer things are
 * @size: of the buffer
 *
 * Return: the number of bytes, virtio header included.
 */
unsigned int ovnet_buf_room(const struct ovnet_buf_layout *layout,
			    unsigned int size)
{
	return size - layout->headroom - layout->tailroom;
}

/* In how many places a buffer is. */
static unsigned int ovnet_buf_entries(const struct ovnet *ovnet)
{
	return max(ovnet->layout.pieces, 1U) +
	       (ovnet->hdr.alone && !ovnet->hdr.mergeable);
}

/* How many slots of its ring it takes. */
static unsigned int ovnet_buf_slots(const struct ovnet_rxq *rxq)
{
	const struct ovnet *ovnet = rxq->ovnet;

	/* Rings with indirect tables are those of buffers in pieces. */
	if (ovnet->layout.pieces &&
	    virtio_has_feature(ovnet->vdev, VIRTIO_RING_F_INDIRECT_DESC))
		return 1;

	return ovnet_buf_entries(ovnet);
}

/**
 * ovnet_buf_xdp_room() - bytes of a program's buffer that the device may write
 *
 * Return: the number of bytes, virtio header included.
 */
unsigned int ovnet_buf_xdp_room(void)
{
	return OVNET_BUF_XDP - XDP_PACKET_HEADROOM - OVNET_BUF_SHINFO;
}

/*
 * Where a fragment of a program's frame ends: known only of one that has its
 * page for itself, else the program could make it grow over its neighbour.
 */
static unsigned int ovnet_buf_frag_size(const struct ovnet_buf_layout *layout)
{
	return PAGE_SIZE << get_order(layout->large) == OVNET_BUF_XDP ?
	       OVNET_BUF_XDP : 0;
}

/* Tell programs, and those whom they give frames, where buffers come from. */
static int ovnet_buf_register(struct ovnet_rxq *rxq, struct page_pool *pool)
{
	const struct ovnet *ovnet = rxq->ovnet;
	int err;

	BUILD_BUG_ON(OVNET_BUF_FRAME(OVNET_BUF_XDP_MTU) +
		     sizeof(struct ovnet_hdr) + XDP_PACKET_HEADROOM +
		     OVNET_BUF_SHINFO > OVNET_BUF_XDP);

	err = __xdp_rxq_info_reg(&rxq->xdp_info, ovnet->dev, rxq->index,
				 rxq->napi.napi_id,
				 ovnet_buf_frag_size(&ovnet->layout));
	if (err)
		return err;

	err = xdp_rxq_info_reg_mem_model(&rxq->xdp_info, MEM_TYPE_PAGE_POOL,
					 pool);
	if (err)
		xdp_rxq_info_unreg(&rxq->xdp_info);

	return err;
}

/* Give back what was kept. */
static void ovnet_buf_forget(struct ovnet_rxq *rxq, bool direct)
{
	while (rxq->spares)
		ovnet_buf_free(rxq, rxq->spare[--rxq->spares], direct);
}

/**
 * ovnet_buf_init() - make the pool of a queue's buffers
 * @rxq: queue without a pool, its NAPI disabled
 *
 * Context: Process. May sleep.
 * Return: 0 or a negative errno.
 */
int ovnet_buf_init(struct ovnet_rxq *rxq)
{
	const struct ovnet *ovnet = rxq->ovnet;
	const struct page_pool_params params = {
		.order		= get_order(ovnet->layout.large),
		.pool_size	= min_t(unsigned int, OVNET_BUF_POOL_MAX,
					rxq->vq->num_max *
					max(ovnet->layout.pieces, 1U)),
		.nid		= dev_to_node(&ovnet->vdev->dev),
		.dev		= ovnet->vdev->dev.parent,
		.napi		= &rxq->napi,
		.netdev		= ovnet->dev,
		.queue_idx	= rxq->index,
		.dma_dir	= DMA_FROM_DEVICE,
	};
	struct page_pool *pool;
	int err;

	pool = page_pool_create(&params);
	if (IS_ERR(pool))
		return PTR_ERR(pool);

	err = ovnet_buf_register(rxq, pool);
	if (err) {
		page_pool_destroy(pool);
		return err;
	}

	rxq->pool = pool;
	rxq->slots = ovnet_buf_slots(rxq);
	rxq->entries = ovnet_buf_entries(ovnet);
	/* As many for each buffer, so the list's end is where it is. */
	sg_init_table(rxq->sg, rxq->entries);
	ewma_ovnet_len_init(&rxq->frame_len);
	return 0;
}

/**
 * ovnet_buf_fini() - give the pool back
 * @rxq: queue that has no buffers with the device; a pool is not required
 *
 * Pages that the stack still has keep the pool alive until it is done.
 */
void ovnet_buf_fini(struct ovnet_rxq *rxq)
{
	ovnet_chain_fini(rxq);
	ovnet_buf_forget(rxq, false);
	if (!rxq->pool)
		return;

	xdp_rxq_info_unreg(&rxq->xdp_info);
	page_pool_destroy(rxq->pool);
	rxq->pool = NULL;
}

/* Trains of segments go into large buffers, as soon as most frames are such. */
static unsigned int ovnet_buf_size(struct ovnet_rxq *rxq)
{
	const struct ovnet_buf_layout *layout = &rxq->ovnet->layout;

	if (ewma_ovnet_len_read(&rxq->frame_len) >
	    ovnet_buf_room(layout, layout->small))
		return layout->large;

	return layout->small;
}

/**
 * ovnet_buf_alloc() - take memory that was kept, or from the pool
 * @rxq: queue
 * @size: bytes wanted; set to those that there are, which may be more
 *
 * Context: The queue's NAPI.
 * Return: the memory, or NULL.
 */
void *ovnet_buf_alloc(struct ovnet_rxq *rxq, unsigned int *size)
{
	if (*size == OVNET_BUF_XDP && rxq->spares)
		return rxq->spare[--rxq->spares];

	return page_pool_dev_alloc_va(rxq->pool, size);
}

/* List the room behind a buffer's headroom; returns the number of entries. */
static unsigned int ovnet_buf_map_at(const struct ovnet_hdr_format *format,
				     void *at, unsigned int room,
				     struct scatterlist *sg)
{
	unsigned int n = 0;

	/* Devices that merge buffers have never had it otherwise. */
	if (format->alone && !format->mergeable) {
		sg_set_buf(&sg[n++], at, format->len);
		at += format->len;
		room -= format->len;
	}
	sg_set_buf(&sg[n++], at, room);

	return n;
}

/**
 * ovnet_buf_map() - list what of a buffer the device may write to
 * @rxq: queue
 * @buf: buffer, or first piece of one
 * @size: of it
 * @sg: room for two entries, terminated
 *
 * Return: number of entries.
 */
unsigned int ovnet_buf_map(struct ovnet_rxq *rxq, void *buf, unsigned int size,
			   struct scatterlist *sg)
{
	const struct ovnet_buf_layout *layout = &rxq->ovnet->layout;

	return ovnet_buf_map_at(&rxq->ovnet->hdr, buf + layout->headroom,
				ovnet_buf_room(layout, size), sg);
}

/* Post what is listed. */
static int ovnet_buf_add(struct ovnet_rxq *rxq, void *token, void *ctx)
{
	return virtqueue_add_inbuf_ctx(rxq->vq, rxq->sg, rxq->entries, token,
				       ctx, GFP_ATOMIC);
}

static int ovnet_buf_post_chain(struct ovnet_rxq *rxq)
{
	struct ovnet_chain *chain;
	int err;

	chain = ovnet_chain_get(rxq);
	if (!chain)
		return -ENOMEM;

	ovnet_chain_map(rxq, chain, rxq->sg);
	err = ovnet_buf_add(rxq, chain, NULL);
	if (err)
		ovnet_chain_put(rxq, chain);

	return err;
}

static int ovnet_buf_post_at(struct ovnet_rxq *rxq, void *buf,
			     unsigned int size, bool xdp)
{
	unsigned long ctx;
	int err;

	/* The context remembers the size; the device does not get to choose. */
	if (xdp)
		ovnet_buf_map_at(&rxq->ovnet->hdr, buf + XDP_PACKET_HEADROOM,
				 ovnet_buf_xdp_room(), rxq->sg);
	else
		ovnet_buf_map(rxq, buf, size, rxq->sg);
	ctx = xdp ? size | OVNET_BUF_IS_XDP : size;
	err = ovnet_buf_add(rxq, buf, (void *)ctx);
	if (err) {
		ovnet_buf_free(rxq, buf, true);
		return err;
	}

	rxq->xdp_posted = xdp ? rxq->xdp_posted + 1 : 0;
	return 0;
}

/* Apart, as a variable that others write to makes the kernel guard the stack. */
static noinline_for_stack int ovnet_buf_post_new(struct ovnet_rxq *rxq,
						 bool xdp)
{
	unsigned int size = xdp ? OVNET_BUF_XDP : ovnet_buf_size(rxq);
	void *buf;

	buf = page_pool_dev_alloc_va(rxq->pool, &size);
	return buf ? ovnet_buf_post_at(rxq, buf, size, xdp) : -ENOMEM;
}

static int ovnet_buf_post_xsk(struct ovnet_rxq *rxq)
{
	int err = ovnet_xsk_post(rxq);

	if (!err)
		rxq->xdp_posted++;
	return err;
}

static int ovnet_buf_post(struct ovnet_rxq *rxq, bool xdp)
{
	if (rxq->ovnet->layout.pieces)
		return ovnet_buf_post_chain(rxq);
	if (xdp && rxq->xsk)
		return ovnet_buf_post_xsk(rxq);
	if (xdp && rxq->spares)
		return ovnet_buf_post_at(rxq, rxq->spare[--rxq->spares],
					 OVNET_BUF_XDP, true);

	return ovnet_buf_post_new(rxq, xdp);
}

/**
 * ovnet_buf_all_xdp() - are all buffers with the device those for programs?
 * @rxq: queue
 *
 * Not so for a while after a program came, until those from before are used.
 *
 * Context: The queue's NAPI.
 * Return: true if they are, of a device that uses them in order.
 */
bool ovnet_buf_all_xdp(const struct ovnet_rxq *rxq)
{
	return rxq->xdp_posted >=
	       virtqueue_get_vring_size(rxq->vq) - rxq->vq->num_free;
}

/**
 * ovnet_buf_refill() - post buffers until the ring is full
 * @rxq: queue
 *
 * Sets @rxq->starved if there was not enough memory, or if the socket whose
 * buffers are posted has no more.
 *
 * Context: The queue's NAPI.
 * Return: notifications that the device needed.
 */
unsigned int ovnet_buf_refill(struct ovnet_rxq *rxq)
{
	bool xdp = rcu_access_pointer(rxq->ovnet->xdp_prog);
	bool posted = false;
	int err = 0;

	if (!xdp)
		ovnet_buf_forget(rxq, true);
	while (rxq->vq->num_free >= rxq->slots) {
		err = ovnet_buf_post(rxq, xdp);
		if (err)
			break;
		posted = true;
	}
	/* A broken ring refuses as well, but trying again would not help it. */
	rxq->starved = err == -ENOMEM && !virtqueue_is_broken(rxq->vq);
	if (rxq->xsk)
		ovnet_xsk_refilled(rxq);

	if (!posted || !virtqueue_kick_prepare(rxq->vq))
		return 0;

	virtqueue_notify(rxq->vq);
	return 1;
}

static bool ovnet_buf_get_piece(struct ovnet_rxq *rxq, struct ovnet_buf *buf)
{
	const struct ovnet_buf_layout *layout = &rxq->ovnet->layout;
	void *chain;

	if (rxq->chains.open) {
		buf->va = ovnet_chain_next(rxq, &buf->len);
	} else {
		chain = virtqueue_get_buf(rxq->vq, &buf->len);
		if (!chain)
			return false;
		buf->va = ovnet_chain_open(rxq, chain, &buf->len);
	}

	buf->xsk = NULL;
	buf->size = layout->large;
	buf->headroom = layout->headroom;
	buf->room = ovnet_buf_room(layout, buf->size);
	/* The tail is the device's here, which seldom needs it. */
	buf->xdp = buf->size == OVNET_BUF_XDP &&
		   buf->len <= ovnet_buf_xdp_room();
	return true;
}

/**
 * ovnet_buf_get() - take a buffer, or a piece of one, that the device has used
 * @rxq: queue
 * @buf: set to what it is, if there is one
 *
 * Context: The queue's NAPI, or while that is off.
 * Return: true if there is one; it is the caller's then.
 */
bool ovnet_buf_get(struct ovnet_rxq *rxq, struct ovnet_buf *buf)
{
	const struct ovnet_buf_layout *layout = &rxq->ovnet->layout;
	unsigned long ctx;

	if (layout->pieces)
		return ovnet_buf_get_piece(rxq, buf);

	buf->va = virtqueue_get_buf_ctx(rxq->vq, &buf->len, &buf->ctx);
	if (!buf->va)
		return false;

	if (unlikely(ovnet_buf_xsk(buf->va))) {
		ovnet_xsk_open(rxq, buf, buf->va);
		return true;
	}

	ctx = (unsigned long)buf->ctx;
	buf->xsk = NULL;
	buf->size = ctx & ~OVNET_BUF_IS_XDP;
	buf->xdp = ctx & OVNET_BUF_IS_XDP;
	if (buf->xdp) {
		buf->headroom = XDP_PACKET_HEADROOM;
		buf->room = ovnet_buf_xdp_room();
	} else {
		buf->headroom = layout->headroom;
		buf->room = ovnet_buf_room(layout, buf->size);
	}
	return true;
}

/**
 * ovnet_buf_free() - return a buffer to the pool
 * @rxq: queue that it is from
 * @buf: the buffer
 * @direct: called under the queue's NAPI, so the pool's own cache may be used
 */
void ovnet_buf_free(struct ovnet_rxq *rxq, void *buf, bool direct)
{
	page_pool_free_va(rxq->pool, buf, direct);
}

/**
 * ovnet_buf_put() - return a buffer that came from the device
 * @rxq: queue that it is from
 * @buf: the buffer
 * @direct: called under the queue's NAPI, so the pool's own cache may be used
 */
void ovnet_buf_put(struct ovnet_rxq *rxq, const struct ovnet_buf *buf,
		   bool direct)
{
	if (buf->xsk)
		ovnet_xsk_free_rx(ovnet_buf_xsk_token(buf->xsk));
	else
		ovnet_buf_free(rxq, buf->va, direct);
}

/**
 * ovnet_buf_alloc_xdp() - a buffer in the shape for programs, not posted
 * @rxq: queue
 * @buf: to fill, but for the length
 *
 * Context: The queue's NAPI.
 * Return: false if there is no memory; @buf is what it was then.
 */
bool ovnet_buf_alloc_xdp(struct ovnet_rxq *rxq, struct ovnet_buf *buf)
{
	unsigned int size = OVNET_BUF_XDP;
	void *va;

	va = ovnet_buf_alloc(rxq, &size);
	if (!va)
		return false;

	buf->va = va;
	buf->size = size;
	buf->headroom = XDP_PACKET_HEADROOM;
	buf->room = ovnet_buf_xdp_room();
	buf->xdp = true;
	buf->xsk = NULL;
	return true;
}

/**
 * ovnet_buf_keep() - post a buffer again when there is room
 * @rxq: queue that it is from
 * @buf: one for programs, of which nobody else has a part
 *
 * Context: The queue's NAPI.
 */
void ovnet_buf_keep(struct ovnet_rxq *rxq, void *buf)
{
	if (rxq->spares < OVNET_BUF_SPARES)
		rxq->spare[rxq->spares++] = buf;
	else
		ovnet_buf_free(rxq, buf, true);
}

/**
 * ovnet_buf_recycle() - take back what the device has not used
 * @rxq: queue whose NAPI is disabled
 * @token: what was posted
 */
void ovnet_buf_recycle(struct ovnet_rxq *rxq, void *token)
{
	if (rxq->ovnet->layout.pieces)
		ovnet_chain_free(rxq, token);
	else if (ovnet_buf_xsk(token))
		ovnet_xsk_free_rx(token);
	else
		ovnet_buf_free(rxq, token, false);
}

/**
 * ovnet_buf_discard() - forget frames that came while nobody listened
 * @rxq: queue whose NAPI is disabled
 */
void ovnet_buf_discard(struct ovnet_rxq *rxq)
{
	struct ovnet_buf buf;

	while (ovnet_buf_get(rxq, &buf))
		ovnet_buf_put(rxq, &buf, false);
}

/**
 * ovnet_buf_drain() - take all buffers back from a device that was reset
 * @rxq: queue whose NAPI is disabled
 */
void ovnet_buf_drain(struct ovnet_rxq *rxq)
{
	void *token;

	while ((token = virtqueue_detach_unused_buf(rxq->vq)))
		ovnet_buf_recycle(rxq, token);
}
