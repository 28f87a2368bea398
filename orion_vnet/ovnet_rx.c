// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the device to the stack: buffers become packets.
 *
 * An ordinary frame lies in one buffer and becomes a packet in place. A frame
 * over several buffers, or one that fills its buffer to the end, becomes a
 * packet of fragments. Nothing that the device says about lengths and counts is
 * used before it is compared with what was posted.
 */

#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/sizes.h>
#include <linux/skbuff.h>
#include <net/xdp.h>

#include "ovnet.h"
#include "ovnet_buf.h"
#include "ovnet_chain.h"
#include "ovnet_coalesce.h"
#include "ovnet_hdr.h"
#include "ovnet_queue.h"
#include "ovnet_rx.h"
#include "ovnet_stats.h"
#include "ovnet_tx.h"
#include "ovnet_xdp.h"
#include "ovnet_xsk.h"

/* The longest IPv6 packet that is not a jumbogram, in two VLANs. */
#define OVNET_RX_FRAME_MAX	(ETH_HLEN + 2 * VLAN_HLEN + \
				 sizeof(struct ipv6hdr) + 65535)
/* Headers, and more, of a packet whose data is in fragments. */
#define OVNET_RX_HEAD		128
/* How long to wait for memory. */
#define OVNET_RX_RETRY		msecs_to_jiffies(20)

/* Throw away up to @count buffers, the rest of a frame that went wrong. */
static void ovnet_rx_skip(struct ovnet_rxq *rxq, unsigned int count)
{
	struct ovnet_buf buf;

	while (count-- && ovnet_buf_get(rxq, &buf))
		ovnet_buf_put(rxq, &buf, true);
}

/* Make a buffer's bytes from @offset on a fragment of @skb, which owns it then. */
static void ovnet_rx_add_frag(struct sk_buff *skb,
			      const struct ovnet_buf *buf,
			      unsigned int offset, unsigned int len)
{
	struct page *page = virt_to_head_page(buf->va);

	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page,
			buf->va - page_address(page) + offset, len, buf->size);
}

/* A packet whose head is the buffer itself. */
static struct sk_buff *ovnet_rx_build(const struct ovnet_buf *buf,
				      unsigned int offset, unsigned int len)
{
	struct sk_buff *skb;

	skb = napi_build_skb(buf->va, buf->size);
	if (!skb)
		return NULL;

	skb_reserve(skb, offset);
	skb_put(skb, len);
	skb_mark_for_recycle(skb);
	return skb;
}

/* A packet with a head of its own, and the buffer as its first fragment. */
static struct sk_buff *ovnet_rx_wrap(struct ovnet_rxq *rxq,
				     const struct ovnet_buf *buf,
				     unsigned int offset, unsigned int len)
{
	struct sk_buff *skb;

	skb = napi_alloc_skb(&rxq->napi, OVNET_RX_HEAD);
	if (!skb)
		return NULL;

	/* The stack pulls more headers as it needs them, and leaves the data. */
	skb_put_data(skb, buf->va + offset, ETH_HLEN);
	if (len > ETH_HLEN)
		ovnet_rx_add_frag(skb, buf, offset + ETH_HLEN, len - ETH_HLEN);
	else
		ovnet_buf_free(rxq, buf->va, true);
	skb_mark_for_recycle(skb);
	return skb;
}

/* A packet that is a copy; the buffer is free again. */
static struct sk_buff *ovnet_rx_copy(struct ovnet_rxq *rxq,
				     const struct ovnet_buf *buf,
				     unsigned int offset, unsigned int len)
{
	struct sk_buff *skb;

	skb = napi_alloc_skb(&rxq->napi, len);
	if (!skb)
		return NULL;

	skb_put_data(skb, buf->va + offset, len);
	ovnet_buf_free(rxq, buf->va, true);
	return skb;
}

/* Would a frame so short keep far more memory occupied than it needs? */
static bool ovnet_rx_wasteful(const struct ovnet_buf *buf, unsigned int len)
{
	return buf->size > SZ_2K && len <= buf->size / 8;
}

/* The packet that begins in @buf. On failure the buffer is still the caller's. */
static struct sk_buff *ovnet_rx_head(struct ovnet_rxq *rxq,
				     const struct ovnet_buf *buf,
				     unsigned int count)
{
	unsigned int hdr_len = rxq->ovnet->hdr.len;
	unsigned int offset = buf->headroom + hdr_len;
	unsigned int len = buf->len - hdr_len;

	if (count > 1 || offset + len > SKB_WITH_OVERHEAD(buf->size))
		return ovnet_rx_wrap(rxq, buf, offset, len);
	if (ovnet_rx_wasteful(buf, len))
		return ovnet_rx_copy(rxq, buf, offset, len);

	return ovnet_rx_build(buf, offset, len);
}

/* Another packet behind @skb, to hold the fragments that it has no room for. */
static struct sk_buff *ovnet_rx_extend(struct ovnet_rxq *rxq,
				       struct sk_buff *skb,
				       struct sk_buff *last)
{
	struct sk_buff *more;

	more = napi_alloc_skb(&rxq->napi, 0);
	if (!more)
		return NULL;

	skb_mark_for_recycle(more);
	if (last == skb)
		skb_shinfo(skb)->frag_list = more;
	else
		last->next = more;
	skb->truesize += more->truesize;
	return more;
}

/* The next buffer of a frame that is @len bytes long so far. */
static int ovnet_rx_follow(struct ovnet_rxq *rxq, struct ovnet_buf *buf,
			   unsigned int len)
{
	int err = -EPROTO;

	if (!ovnet_buf_get(rxq, buf))
		return -EPROTO;
	if (!buf->len || buf->len > buf->room ||
	    len + buf->len > OVNET_RX_FRAME_MAX)
		goto err_put;

	err = -ENOMEM;
	if (buf->xsk && !ovnet_xsk_copy(rxq, buf))
		goto err_put;
	return 0;

err_put:
	ovnet_buf_put(rxq, buf, true);
	return err;
}

/*
 * Append the frame's further buffers. Whatever happens, all of them are taken
 * off the ring, because the next one there begins another frame.
 */
static int ovnet_rx_append(struct ovnet_rxq *rxq, struct sk_buff *skb,
			   unsigned int count)
{
	struct sk_buff *last = skb;
	struct ovnet_buf buf;
	int err;

	for (; count; count--) {
		err = ovnet_rx_follow(rxq, &buf, skb->len);
		if (err)
			goto err_skip;

		if (skb_shinfo(last)->nr_frags == MAX_SKB_FRAGS) {
			struct sk_buff *more;

			more = ovnet_rx_extend(rxq, skb, last);
			if (!more) {
				err = -ENOMEM;
				goto err_free;
			}
			last = more;
		}

		ovnet_rx_add_frag(last, &buf, buf.headroom, buf.len);
		if (last != skb) {
			skb->len += buf.len;
			skb->data_len += buf.len;
			skb->truesize += buf.size;
		}
	}

	return 0;

err_free:
	ovnet_buf_free(rxq, buf.va, true);
err_skip:
	ovnet_rx_skip(rxq, count - 1);
	return err;
}

/* The same for a frame that a program will see. */
static int ovnet_rx_append_xdp(struct ovnet_rxq *rxq, struct xdp_buff *xdp,
			       unsigned int count)
{
	struct ovnet_buf buf;
	int err;

	for (; count; count--) {
		err = ovnet_rx_follow(rxq, &buf, xdp_get_buff_len(xdp));
		if (err)
			goto err_skip;

		/* Out of order: one from before the program came. */
		if (!buf.xdp) {
			err = -EPROTO;
			goto err_free;
		}
		ovnet_xdp_add_frag(xdp, &buf);
	}

	return 0;

err_free:
	ovnet_buf_free(rxq, buf.va, true);
err_skip:
	ovnet_rx_skip(rxq, count - 1);
	return err;
}

static void ovnet_rx_count_failure(struct ovnet_rx_run *run, int err)
{
	if (err == -ENOMEM) {
		run->value[OVNET_RX_ALLOC_FAILS]++;
		run->value[OVNET_RX_DROPS]++;
	} else {
		run->value[OVNET_RX_LENGTH_ERRORS]++;
	}
}

/* Give a packet the state that its header tells; frees it if that is nonsense. */
static bool ovnet_rx_finish(struct ovnet_rxq *rxq, struct sk_buff *skb,
			    const struct ovnet_hdr *hdr,
			    struct ovnet_rx_run *run)
{
	struct ovnet *ovnet = rxq->ovnet;

	skb->dev = ovnet->dev;
	if (ovnet_hdr_to_skb(&ovnet->hdr, hdr, skb)) {
		run->value[OVNET_RX_HEADER_ERRORS]++;
		dev_kfree_skb(skb);
		return false;
	}

	run->value[OVNET_RX_PACKETS]++;
	run->value[OVNET_RX_BYTES] += skb->len;
	ewma_ovnet_len_add(&rxq->frame_len, skb->len);
	skb_record_rx_queue(skb, rxq->index);
	return true;
}

/* Hand a complete packet to the stack. */
static void ovnet_rx_deliver(struct ovnet_rxq *rxq, struct sk_buff *skb)
{
	skb->protocol = eth_type_trans(skb, rxq->ovnet->dev);
	napi_gro_receive(&rxq->napi, skb);
}

/* Hand it to a program first, to which it could not be shown in its buffers. */
static void ovnet_rx_deliver_xdp(struct ovnet_rxq *rxq, struct bpf_prog *prog,
				 struct sk_buff *skb, struct ovnet_rx_run *run)
{
	struct sk_buff *list, *next;

	list = ovnet_xdp_split(skb);
	if (!list)
		run->value[OVNET_RX_DROPS]++;

	skb_list_walk_safe(list, skb, next) {
		skb_mark_not_on_list(skb);
		skb->protocol = eth_type_trans(skb, rxq->ovnet->dev);
		run->value[OVNET_RX_XDP_PACKETS]++;
		run->value[OVNET_RX_XDP_COPIES]++;
		if (do_xdp_generic(prog, &skb) == XDP_PASS)
			napi_gro_receive(&rxq->napi, skb);
	}
}

/* A frame that begins in @buf, as a packet. */
static void ovnet_rx_frame_skb(struct ovnet_rxq *rxq, struct bpf_prog *prog,
			       const struct ovnet_buf *buf, unsigned int count,
			       struct ovnet_rx_run *run)
{
	struct sk_buff *skb;
	int err;

	skb = ovnet_rx_head(rxq, buf, count);
	if (!skb) {
		ovnet_buf_free(rxq, buf->va, true);
		ovnet_rx_skip(rxq, count - 1);
		ovnet_rx_count_failure(run, -ENOMEM);
		return;
	}

	err = ovnet_rx_append(rxq, skb, count - 1);
	if (err) {
		dev_kfree_skb(skb);
		ovnet_rx_count_failure(run, err);
		return;
	}

	if (!ovnet_rx_finish(rxq, skb, &rxq->hdr, run))
		return;
	if (prog)
		ovnet_rx_deliver_xdp(rxq, prog, skb, run);
	else
		ovnet_rx_deliver(rxq, skb);
}

/* A frame that begins in @buf, shown to a program where it lies. */
static void ovnet_rx_frame_xdp(struct ovnet_rxq *rxq, struct bpf_prog *prog,
			       const struct ovnet_buf *buf, unsigned int count,
			       struct ovnet_rx_run *run)
{
	struct ovnet_hdr *hdr = &rxq->hdr;
	struct xdp_buff *xdp = &rxq->frame.xdp;
	struct sk_buff *skb;
	int err;

	if (unlikely(buf->xsk)) {
		xdp = ovnet_xsk_prepare(rxq, buf);
		run->value[OVNET_RX_XSK_PACKETS]++;
	} else {
		ovnet_xdp_prepare(rxq, xdp, buf);
	}
	if (count > 1) {
		err = ovnet_rx_append_xdp(rxq, xdp, count - 1);
		if (err) {
			ovnet_xdp_free(rxq, xdp);
			ovnet_rx_count_failure(run, err);
			return;
		}
	}
	if (hdr->mrg.hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	    ovnet_xdp_complete(rxq, xdp, hdr)) {
		ovnet_xdp_free(rxq, xdp);
		run->value[OVNET_RX_HEADER_ERRORS]++;
		return;
	}

	if (!ovnet_xdp_run(rxq, prog, xdp, hdr, run))
		return;

	skb = ovnet_xdp_build(rxq, xdp);
	if (!skb) {
		ovnet_xdp_free(rxq, xdp);
		ovnet_rx_count_failure(run, -ENOMEM);
		return;
	}
	if (ovnet_rx_finish(rxq, skb, hdr, run))
		ovnet_rx_deliver(rxq, skb);
}

/* A frame begins in @buf: take all of it. */
static void ovnet_rx_frame(struct ovnet_rxq *rxq, struct ovnet_buf *buf,
			   struct ovnet_rx_run *run)
{
	const struct ovnet *ovnet = rxq->ovnet;
	struct ovnet_hdr *hdr = &rxq->hdr;
	unsigned int count = 1;
	struct bpf_prog *prog;
	int err = -EPROTO;
	bool native;

	if (buf->len < ovnet->hdr.len)
		goto err_put;

	/*
	 * The device may go on writing to it: read once, judge the copy. What of
	 * it the device does not have is part of the frame, and not looked at.
	 */
	memcpy(hdr, buf->va + buf->headroom, sizeof(*hdr));
	if (ovnet->hdr.mergeable)
		count = __virtio16_to_cpu(ovnet_le(ovnet), hdr->mrg.num_buffers);
	else
		count = 1 + ovnet_chain_more(rxq);

	if (!count || buf->len < ovnet->hdr.len + ETH_HLEN ||
	    buf->len > buf->room)
		goto err_put;

	prog = rcu_dereference_bh(ovnet->xdp_prog);
	native = prog && ovnet_xdp_native(rxq, prog, buf, hdr, count);
	err = -ENOMEM;
	if (unlikely(buf->xsk) && (!native || count > 1) &&
	    !ovnet_xsk_copy(rxq, buf))
		goto err_put;

	if (native)
		ovnet_rx_frame_xdp(rxq, prog, buf, count, run);
	else
		ovnet_rx_frame_skb(rxq, prog, buf, count, run);
	return;

err_put:
	ovnet_buf_put(rxq, buf, true);
	if (count)
		ovnet_rx_skip(rxq, count - 1);
	ovnet_rx_count_failure(run, err);
}

static int ovnet_rx_receive(struct ovnet_rxq *rxq, int budget,
			    struct ovnet_rx_run *run)
{
	struct ovnet_buf buf;
	int done = 0;

	while (done < budget && ovnet_buf_get(rxq, &buf)) {
		ovnet_rx_frame(rxq, &buf, run);
		done++;
	}

	return done;
}

/* Worth a refill: a quarter of the ring is empty, or there is enough for one. */
static bool ovnet_rx_hungry(const struct ovnet_rxq *rxq)
{
	return rxq->vq->num_free > virtqueue_get_vring_size(rxq->vq) / 4 ||
	       rxq->spares >= OVNET_BUF_SPARES / 2 || rxq->starved;
}

/**
 * ovnet_rx_poll() - NAPI poll of a receive queue
 * @napi: the queue's
 * @budget: most frames to take; 0 when called by netpoll, to transmit only
 *
 * Return: frames taken.
 */
int ovnet_rx_poll(struct napi_struct *napi, int budget)
{
	struct ovnet_rxq *rxq = container_of(napi, struct ovnet_rxq, napi);
	struct ovnet_rx_run run = {};
	unsigned int opaque;
	int done;

	ovnet_tx_poll_along(&rxq->ovnet->pairs[rxq->index].txq, budget);
	if (!budget)
		return 0;

	done = ovnet_rx_receive(rxq, budget, &run);
	ovnet_xdp_flush(rxq, &run);
	if (ovnet_rx_hungry(rxq)) {
		run.value[OVNET_RX_KICKS] += ovnet_buf_refill(rxq);
		/* It is not the system that a socket's buffers are missing to. */
		run.value[OVNET_RX_ALLOC_FAILS] += rxq->starved && !rxq->xsk;
	}
	run.value[OVNET_RX_POLLS]++;
	ovnet_stats_rx_run(&rxq->stats, &run);

	ovnet_coalesce_count(&rxq->coalesce, done);
	if (done == budget)
		return done;

	/*
	 * With too few buffers there may never be another interrupt. Polling
	 * on would burn the CPU that could free memory, so sleep on it.
	 */
	if (rxq->starved)
		mod_timer(&rxq->refill_timer, jiffies + OVNET_RX_RETRY);

	if (unlikely(READ_ONCE(rxq->coalesce.on)) &&
	    ovnet_coalesce_put_off(rxq, done))
		return done;

	opaque = virtqueue_enable_cb_prepare(rxq->vq);
	if (!napi_complete_done(napi, done))
		virtqueue_disable_cb(rxq->vq);
	else if (virtqueue_poll(rxq->vq, opaque))
		ovnet_queue_schedule(rxq->vq, napi);

	return done;
}

/**
 * ovnet_rx_done() - the device has used receive buffers; the ring's callback
 * @vq: the ring
 */
void ovnet_rx_done(struct virtqueue *vq)
{
	struct ovnet *ovnet = vq->vdev->priv;

	ovnet_queue_schedule(vq, &ovnet->pairs[vq->index / 2].rxq.napi);
}

/**
 * ovnet_rx_retry() - there may be memory now
 * @timer: the queue's refill_timer
 */
void ovnet_rx_retry(struct timer_list *timer)
{
	struct ovnet_rxq *rxq = timer_container_of(rxq, timer, refill_timer);

	napi_schedule(&rxq->napi);
}
