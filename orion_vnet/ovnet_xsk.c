// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets whose memory the device reads and writes itself (AF_XDP, zero copy).
 *
 * While one is bound to a queue and there is a program, the queue's buffers are
 * taken from the socket. A frame in one of them is shown to the program there,
 * and is the socket's if the program says so. All else leaves the socket's memory
 * by a copy: what is for the stack, and frames that a program is not shown where
 * they lie. A frame to be sent is listed behind a header that says nothing, and
 * which is the same for all, unless the socket wants its checksum filled in.
 *
 * A socket's buffers have to be taken back when it is closed, whenever that is.
 * This takes a device that can reset a single ring.
 *
 * The kernel wants the memory mapped for a device, which it is for that of the
 * bus. The ring is given pages all the same, and maps them itself if the device
 * needs that: so it does not matter which of the two address spaces it is in.
 */

#include <linux/bpf.h>
#include <linux/dma-mapping.h>
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>
#include <net/xdp.h>
#include <net/xdp_sock_drv.h>
#include <uapi/linux/virtio_config.h>

#include "ovnet.h"
#include "ovnet_buf.h"
#include "ovnet_hdr.h"
#include "ovnet_queue.h"
#include "ovnet_stats.h"
#include "ovnet_tx.h"
#include "ovnet_xsk.h"

/* Nobody writes to the memory while the map is there but the ring's own. */
#define OVNET_XSK_DMA_ATTRS	DMA_ATTR_SKIP_CPU_SYNC

/**
 * struct ovnet_xsk_slot - a frame of a socket's that the device has
 * @len: of the frame
 * @done: the device has sent it, but not all of those before it
 */
struct ovnet_xsk_slot {
	u32 len;
	bool done;
};

/* What a socket asks for one frame, and where that goes. */
struct ovnet_xsk_request {
	const struct ovnet_hdr_format *format;
	struct ovnet_hdr *hdr;
	unsigned int len;
	int err;
};

static void ovnet_xsk_request_csum(u16 start, u16 offset, void *priv)
{
	struct ovnet_xsk_request *request = priv;

	request->err = ovnet_hdr_request_csum(request->format, request->len,
					      start, offset, request->hdr);
}

/* Virtio cannot tell when a frame was sent, nor wait with it. */
static const struct xsk_tx_metadata_ops ovnet_xsk_metadata_ops = {
	.tmo_request_checksum = ovnet_xsk_request_csum,
};

/* The page that an address in a socket's memory is in. */
static struct page *ovnet_xsk_page(const struct xsk_buff_pool *pool,
				   const void *va)
{
	return pool->umem->pgs[(va - pool->addrs) >> PAGE_SHIFT];
}

/* Bytes of a frame that a buffer takes: what can be copied from it into one. */
static unsigned int ovnet_xsk_room(const struct ovnet *ovnet,
				   struct xsk_buff_pool *pool)
{
	return min(xsk_pool_get_rx_frame_size(pool),
		   ovnet_buf_xdp_room() - ovnet->hdr.len);
}

/**
 * ovnet_xsk_possible() - may sockets be bound without copying?
 * @ovnet: device whose headers and largest MTU are known
 *
 * Return: true if so, as far as the device goes.
 */
bool ovnet_xsk_possible(const struct ovnet *ovnet)
{
	return virtio_has_feature(ovnet->vdev, VIRTIO_F_RING_RESET) &&
	       !ovnet_buf_chained(&ovnet->hdr, ovnet->dev->max_mtu);
}

/**
 * ovnet_xsk_init() - say what sockets can ask for
 * @ovnet: device whose net device is not registered
 */
void ovnet_xsk_init(struct ovnet *ovnet)
{
	if (ovnet_xsk_possible(ovnet) &&
	    virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_CSUM))
		orion_set_xsk_tx_metadata_ops(ovnet->dev,
					      &ovnet_xsk_metadata_ops);
}

static int ovnet_xsk_check(const struct ovnet *ovnet,
			   struct xsk_buff_pool *pool, unsigned int index)
{
	unsigned int longest = ETH_HLEN + VLAN_HLEN + ovnet->dev->max_mtu;

	BUILD_BUG_ON(sizeof(struct ovnet_hdr) > XDP_PACKET_HEADROOM);

	if (!ovnet_xsk_possible(ovnet))
		return -EOPNOTSUPP;
	/* Such a buffer may be in two pages that are not neighbours. */
	if (pool->unaligned)
		return -EOPNOTSUPP;
	if (index >= ovnet->pairs_active)
		return -EINVAL;
	/* Beside a packet of the stack's there is to be room. */
	if (virtqueue_get_vring_size(ovnet->pairs[index].txq.vq) <
	    OVNET_TX_SLOTS_MAX + 2)
		return -EOPNOTSUPP;
	/* A device that cannot go on in another buffer would drop the frame. */
	if (!ovnet->hdr.mergeable && ovnet_xsk_room(ovnet, pool) < longest)
		return -EINVAL;

	return 0;
}

static int ovnet_xsk_init_rx(struct ovnet_rxq *rxq, struct xsk_buff_pool *pool)
{
	int err;

	err = xdp_rxq_info_reg(&rxq->xsk_info, rxq->ovnet->dev, rxq->index,
			       rxq->napi.napi_id);
	if (err)
		return err;

	err = xdp_rxq_info_reg_mem_model(&rxq->xsk_info,
					 MEM_TYPE_XSK_BUFF_POOL, NULL);
	if (err) {
		xdp_rxq_info_unreg(&rxq->xsk_info);
		return err;
	}

	xsk_pool_set_rxq_info(pool, &rxq->xsk_info);
	return 0;
}

/* Headers for frames that need another than zeroes. */
static int ovnet_xsk_alloc_hdrs(const struct ovnet *ovnet,
				const struct xsk_buff_pool *pool,
				struct ovnet_xsk_tx *xsk)
{
	if (!xp_tx_metadata_enabled(pool) ||
	    !virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_CSUM))
		return 0;

	xsk->hdrs = kcalloc(xsk->size, sizeof(*xsk->hdrs), GFP_KERNEL);
	return xsk->hdrs ? 0 : -ENOMEM;
}

static void ovnet_xsk_fini_tx(struct ovnet_txq *txq)
{
	kvfree(txq->xsk.slots);
	txq->xsk.slots = NULL;
	kfree(txq->xsk.hdrs);
	txq->xsk.hdrs = NULL;
}

static int ovnet_xsk_init_tx(struct ovnet_txq *txq,
			     const struct xsk_buff_pool *pool)
{
	struct ovnet_xsk_tx *xsk = &txq->xsk;
	int err;

	/* A frame takes two entries of the ring, whatever size it will have. */
	xsk->size = max(txq->vq->num_max, virtqueue_get_vring_size(txq->vq));
	xsk->slots = kvcalloc(xsk->size, sizeof(*xsk->slots), GFP_KERNEL);
	if (!xsk->slots)
		return -ENOMEM;

	err = ovnet_xsk_alloc_hdrs(txq->ovnet, pool, xsk);
	if (err) {
		ovnet_xsk_fini_tx(txq);
		return err;
	}

	sg_init_table(xsk->sg, ARRAY_SIZE(xsk->sg));
	sg_set_page(&xsk->sg[0], ZERO_PAGE(0), txq->ovnet->hdr.len, 0);
	xsk->head = 0;
	xsk->tail = 0;
	xsk->full = false;
	return 0;
}

static int ovnet_xsk_bind(struct ovnet *ovnet, struct xsk_buff_pool *pool,
			  unsigned int index)
{
	struct ovnet_pair *pair = &ovnet->pairs[index];
	int err;

	err = ovnet_xsk_check(ovnet, pool, index);
	if (err)
		return err;

	err = xsk_pool_dma_map(pool, ovnet->vdev->dev.parent,
			       OVNET_XSK_DMA_ATTRS);
	if (err)
		return err;

	err = ovnet_xsk_init_rx(&pair->rxq, pool);
	if (err)
		goto err_unmap;

	err = ovnet_xsk_init_tx(&pair->txq, pool);
	if (err)
		goto err_fini_rx;

	/* Buffers that the device has already are used up first. */
	ovnet_queue_pause(ovnet, index);
	pair->rxq.xsk = pool;
	WRITE_ONCE(pair->txq.xsk.pool, pool);
	ovnet_queue_resume(ovnet, index);
	return 0;

err_fini_rx:
	xdp_rxq_info_unreg(&pair->rxq.xsk_info);
err_unmap:
	xsk_pool_dma_unmap(pool, OVNET_XSK_DMA_ATTRS);
	return err;
}

static int ovnet_xsk_unbind(struct ovnet *ovnet, unsigned int index)
{
	struct ovnet_pair *pair;
	struct xsk_buff_pool *pool;
	int err;

	if (index >= ovnet->pairs_max)
		return -EINVAL;
	pair = &ovnet->pairs[index];
	pool = pair->rxq.xsk;
	if (!pool)
		return 0;

	ovnet_queue_pause(ovnet, index);
	pair->rxq.xsk = NULL;
	err = ovnet_queue_take(ovnet, index,
			       pair->txq.xsk.head != pair->txq.xsk.tail);
	WRITE_ONCE(pair->txq.xsk.pool, NULL);
	ovnet_xsk_fini_tx(&pair->txq);
	ovnet_queue_resume(ovnet, index);

	xdp_rxq_info_unreg(&pair->rxq.xsk_info);
	xsk_pool_dma_unmap(pool, OVNET_XSK_DMA_ATTRS);
	/* The memory is nobody's but the socket's again; the ring may be worse off. */
	if (err)
		netdev_warn(ovnet->dev, "queue %u after AF_XDP: %d\n", index,
			    err);
	return 0;
}

/**
 * ovnet_xsk_setup() - XDP_SETUP_XSK_POOL
 * @ovnet: device
 * @pool: memory of sockets, or NULL to have no more to do with the old one
 * @index: pair that they are bound to
 *
 * Other pairs notice nothing.
 *
 * Context: Process, under RTNL.
 * Return: 0 or a negative errno.
 */
int ovnet_xsk_setup(struct ovnet *ovnet, struct xsk_buff_pool *pool,
		    unsigned int index)
{
	return pool ? ovnet_xsk_bind(ovnet, pool, index) :
		      ovnet_xsk_unbind(ovnet, index);
}

/**
 * ovnet_xsk_wakeup() - ndo_xsk_wakeup
 * @dev: our net device
 * @index: queue that the socket is bound to
 * @flags: XDP_WAKEUP_RX if it has posted buffers, XDP_WAKEUP_TX if frames
 *
 * Context: Process or NAPI, under RCU.
 * Return: 0 or a negative errno.
 */
int ovnet_xsk_wakeup(struct net_device *dev, u32 index, u32 flags)
{
	struct ovnet *ovnet = netdev_priv(dev);
	struct ovnet_pair *pair;

	if (!netif_running(dev))
		return -ENETDOWN;
	if (index >= READ_ONCE(ovnet->pairs_active))
		return -EINVAL;
	pair = &ovnet->pairs[index];
	if (!READ_ONCE(pair->txq.xsk.pool))
		return -ENXIO;

	local_bh_disable();
	if (flags & XDP_WAKEUP_RX)
		napi_schedule(&pair->rxq.napi);
	if (flags & XDP_WAKEUP_TX)
		napi_schedule(&pair->txq.napi);
	local_bh_enable();
	return 0;
}

/**
 * ovnet_xsk_post() - post a buffer of the socket's
 * @rxq: queue that one is bound to, with room in its ring
 *
 * Context: The queue's NAPI.
 * Return: 0, -ENOMEM if the socket has none left, or another negative errno.
 */
int ovnet_xsk_post(struct ovnet_rxq *rxq)
{
	unsigned int hdr_len = rxq->ovnet->hdr.len;
	struct xsk_buff_pool *pool = rxq->xsk;
	struct xdp_buff *xdp;
	void *start;
	int err;

	xdp = xsk_buff_alloc(pool);
	if (!xdp)
		return -ENOMEM;

	/* The headroom is ours as long as no program has seen the buffer. */
	start = xdp->data - hdr_len;
	sg_set_page(rxq->sg, ovnet_xsk_page(pool, start),
		    hdr_len + ovnet_xsk_room(rxq->ovnet, pool),
		    offset_in_page(start));
	err = virtqueue_add_inbuf_ctx(rxq->vq, rxq->sg, 1,
				      ovnet_buf_xsk_token(xdp), NULL,
				      GFP_ATOMIC);
	if (err)
		xsk_buff_free(xdp);

	return err;
}

/**
 * ovnet_xsk_refilled() - say whether the socket has to wake us
 * @rxq: queue that one is bound to, after a refill
 */
void ovnet_xsk_refilled(struct ovnet_rxq *rxq)
{
	if (rxq->starved)
		xsk_set_rx_need_wakeup(rxq->xsk);
	else
		xsk_clear_rx_need_wakeup(rxq->xsk);
}

/**
 * ovnet_xsk_open() - describe a buffer that came back
 * @rxq: queue
 * @buf: to fill, but for its length
 * @token: what was posted
 */
void ovnet_xsk_open(struct ovnet_rxq *rxq, struct ovnet_buf *buf, void *token)
{
	struct xdp_buff *xdp = ovnet_buf_xsk(token);
	unsigned int hdr_len = rxq->ovnet->hdr.len;

	buf->xsk = xdp;
	buf->va = xdp->data_hard_start;
	buf->size = xdp->frame_sz;
	buf->headroom = XDP_PACKET_HEADROOM - hdr_len;
	buf->room = hdr_len + ovnet_xsk_room(rxq->ovnet, rxq->xsk);
	buf->xdp = true;
}

/**
 * ovnet_xsk_copy() - move a buffer's contents into one of our own
 * @rxq: queue
 * @buf: buffer of a socket's, its length checked; on success one for programs
 *
 * Context: The queue's NAPI.
 * Return: false if there is no memory, and the buffer is what it was.
 */
bool ovnet_xsk_copy(struct ovnet_rxq *rxq, struct ovnet_buf *buf)
{
	struct xdp_buff *xdp = buf->xsk;
	const void *from = buf->va + buf->headroom;

	if (!ovnet_buf_alloc_xdp(rxq, buf))
		return false;

	memcpy(buf->va + buf->headroom, from, buf->len);
	xsk_buff_free(xdp);
	return true;
}

/**
 * ovnet_xsk_prepare() - describe a frame in a socket's buffer to a program
 * @rxq: queue
 * @buf: the buffer, its length checked
 *
 * Return: the description, which is the buffer's own.
 */
struct xdp_buff *ovnet_xsk_prepare(const struct ovnet_rxq *rxq,
				   const struct ovnet_buf *buf)
{
	struct ovnet_xdp_buff *frame;

	/* Where there is room for what is ours, programs may ask for it. */
	frame = container_of(buf->xsk, struct ovnet_xdp_buff, xdp);
	if (sizeof(frame->hdr) <= XSK_PRIV_MAX)
		frame->hdr = &rxq->hdr;
	xsk_buff_set_size(buf->xsk, buf->len - rxq->ovnet->hdr.len);
	return buf->xsk;
}

/**
 * ovnet_xsk_build() - make a frame that a program let through a packet
 * @rxq: queue
 * @xdp: frame in a socket's buffer
 *
 * Return: the packet, or NULL with the frame still the caller's.
 */
struct sk_buff *ovnet_xsk_build(struct ovnet_rxq *rxq, struct xdp_buff *xdp)
{
	unsigned int meta = xdp->data - xdp->data_meta;
	unsigned int len = xdp->data_end - xdp->data_meta;
	struct sk_buff *skb;

	skb = napi_alloc_skb(&rxq->napi, len);
	if (!skb)
		return NULL;

	skb_put_data(skb, xdp->data_meta, len);
	if (meta) {
		__skb_pull(skb, meta);
		skb_metadata_set(skb, meta);
	}
	xsk_buff_free(xdp);
	return skb;
}

/**
 * ovnet_xsk_free_rx() - give a buffer back to its socket
 * @token: what was posted
 *
 * Context: The queue's NAPI, or while that is off.
 */
void ovnet_xsk_free_rx(void *token)
{
	xsk_buff_free(ovnet_buf_xsk(token));
}

/* List the header of the frame in a slot: zeroes, unless the socket asks for more. */
static int ovnet_xsk_map_hdr(struct ovnet_txq *txq, unsigned int index,
			     const struct xdp_desc *desc)
{
	const struct ovnet_hdr_format *format = &txq->ovnet->hdr;
	struct ovnet_xsk_tx *xsk = &txq->xsk;
	struct ovnet_xsk_request request = { .format = format,
					     .len = desc->len };
	struct xsk_tx_metadata *meta;

	if (!xsk->hdrs)
		return 0;

	/* Not in the socket's memory, where the user could change it once more. */
	request.hdr = &xsk->hdrs[index];
	memset(request.hdr, 0, sizeof(*request.hdr));
	meta = xsk_buff_get_metadata(xsk->pool, desc->addr, desc->options);
	xsk_tx_metadata_request(xsk->pool, &meta, &ovnet_xsk_metadata_ops,
				&request);
	sg_set_buf(&xsk->sg[0], request.hdr, format->len);
	return request.err;
}

/* Put a frame on the ring, or say that it cannot be sent. */
static int ovnet_xsk_add(struct ovnet_txq *txq, const struct xdp_desc *desc)
{
	struct ovnet_xsk_tx *xsk = &txq->xsk;
	const void *data = xsk_buff_raw_get_data(xsk->pool, desc->addr);
	struct ovnet_xsk_slot *slot = &xsk->slots[xsk->tail];
	unsigned int index = xsk->tail;
	int err;

	slot->len = desc->len;
	slot->done = true;
	if (++xsk->tail == xsk->size)
		xsk->tail = 0;
	/* Empty entries are an offence that devices break at. */
	if (desc->len < ETH_HLEN)
		return -EINVAL;

	err = ovnet_xsk_map_hdr(txq, index, desc);
	if (err)
		return err;

	sg_set_page(&xsk->sg[1], ovnet_xsk_page(xsk->pool, data), desc->len,
		    offset_in_page(data));
	err = virtqueue_add_outbuf(txq->vq, xsk->sg, ARRAY_SIZE(xsk->sg),
				   ovnet_tx_xsk_token(index), GFP_ATOMIC);
	if (err)
		return err;

	slot->done = false;
	txq->pending++;
	return 0;
}

/* How many frames there is room for, beside a packet of the stack's. */
static unsigned int ovnet_xsk_tx_room(const struct ovnet_txq *txq)
{
	unsigned int num_free = txq->vq->num_free;

	return num_free > txq->slots ? (num_free - txq->slots) / 2 : 0;
}

/**
 * ovnet_xsk_send() - put frames that a socket has for us on the ring
 * @txq: queue
 * @budget: most frames to take
 *
 * Context: The queue's NAPI, under its netif_tx_lock.
 * Return: true if there are more, and room for them.
 */
bool ovnet_xsk_send(struct ovnet_txq *txq, int budget)
{
	struct xsk_buff_pool *pool = txq->xsk.pool;
	unsigned int room, drops = 0, count = 0;
	struct xdp_desc desc;

	if (!pool || !txq->open || budget <= 0)
		return false;

	room = min_t(unsigned int, ovnet_xsk_tx_room(txq), budget);
	xsk_set_tx_need_wakeup(pool);
	/* Before we look, so that what comes later finds it said. */
	smp_mb();
	while (count < room && xsk_tx_peek_desc(pool, &desc)) {
		drops += !!ovnet_xsk_add(txq, &desc);
		count++;
	}
	if (count)
		xsk_tx_release(pool);
	if (drops) {
		ovnet_stats_tx(&txq->stats, OVNET_TX_DROPS, drops);
		ovnet_xsk_complete(txq);
	}
	/* The socket waits to have its memory back. */
	txq->awaited |= count > drops;
	if (count < room || !txq->pending)
		return false;

	/* There may be more: we come back by ourselves. */
	xsk_clear_tx_need_wakeup(pool);
	if (room == budget)
		return true;
	txq->xsk.full = true;
	txq->awaited = true;
	return false;
}

/**
 * ovnet_xsk_sent() - the device is done with a frame
 * @txq: queue that it is from
 * @token: what was posted
 *
 * Context: Under the queue's netif_tx_lock, or while its NAPIs are off.
 * Return: the length of the frame.
 */
unsigned int ovnet_xsk_sent(struct ovnet_txq *txq, void *token)
{
	struct ovnet_xsk_slot *slot = &txq->xsk.slots[ovnet_tx_xsk_slot(token)];

	slot->done = true;
	return slot->len;
}

/**
 * ovnet_xsk_complete() - give the socket back what was sent
 * @txq: queue
 *
 * The socket gets its frames back in the order in which it gave them, so one that
 * the device is done with early waits for those before it.
 *
 * Context: Under the queue's netif_tx_lock, or while its NAPIs are off.
 */
void ovnet_xsk_complete(struct ovnet_txq *txq)
{
	struct ovnet_xsk_tx *xsk = &txq->xsk;
	unsigned int head = xsk->head;
	unsigned int count = 0;

	while (head != xsk->tail && xsk->slots[head].done) {
		if (++head == xsk->size)
			head = 0;
		count++;
	}
	xsk->head = head;
	if (count)
		xsk_tx_completed(xsk->pool, count);
}
