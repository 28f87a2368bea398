// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the stack to the device: packets become descriptor chains.
 *
 * Adding, kicking and reaping all happen under the queue's netif_tx_lock, so a
 * queue that stops for want of room and one that gets room cannot miss each
 * other. Packets are freed by NAPI: that of the queue itself, or that of the
 * receive queue of the same pair, which acknowledgements keep awake. A sender
 * frees them only when room runs out.
 *
 * As receiving frees packets too, an interrupt is rarely needed. It is asked for when
 * somebody waits for packets to be freed, or when many are with the device;
 * otherwise a coarse timer sees to it that none is kept for long.
 *
 * The rings have no indirect tables (their queues are set up with a context,
 * which excludes them), so sending allocates nothing.
 */

#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/timer.h>
#include <linux/virtio.h>
#include <net/sock.h>
#include <net/xdp.h>

#include "ovnet.h"
#include "ovnet_coalesce.h"
#include "ovnet_hdr.h"
#include "ovnet_queue.h"
#include "ovnet_stats.h"
#include "ovnet_tx.h"
#include "ovnet_xsk.h"

/*
 * How long a packet that was sent may wait to be freed if nobody waits for it.
 * Long, since freeing along with receiving makes larger batches.
 */
#define OVNET_TX_LINGER		(msecs_to_jiffies(5) + 1)

/* TCP's share of a second that may be with us: a 256th, where 1024th is usual. */
#define OVNET_TX_PACING_SHIFT	8

/* What we keep in a packet's control block while the device has it. */
struct ovnet_tx_cb {
	/* The header, where it did not fit in front of the data. */
	struct ovnet_hdr hdr;
};

/* What one look at the ring brought. */
struct ovnet_tx_run {
	/* Packets of the stack. */
	unsigned int packets;
	unsigned int bytes;
	/* Frames of programs and sockets. */
	unsigned int frames;
	unsigned int frame_bytes;
	/* Those of sockets. */
	unsigned int xsk;
};

static void *ovnet_tx_frame_token(struct xdp_frame *frame, unsigned long kind)
{
	return (void *)((unsigned long)frame | kind);
}

static bool ovnet_tx_is_frame(const void *token)
{
	return (unsigned long)token & OVNET_TX_FRAME;
}

static bool ovnet_tx_is_xsk(const void *token)
{
	return (unsigned long)token & OVNET_TX_XSK;
}

static struct xdp_frame *ovnet_tx_to_frame(void *token)
{
	return (void *)((unsigned long)token & ~OVNET_TX_OWN);
}

/* A frame was sent: its buffer is for @rxq, or goes back to where it is from. */
static void ovnet_tx_free_frame(struct ovnet_rxq *rxq, void *token,
				struct xdp_frame_bulk *bulk)
{
	struct xdp_frame *frame = ovnet_tx_to_frame(token);

	/* Such a frame describes itself where its buffer begins. */
	if (rxq && ovnet_tx_is_xsk(token))
		ovnet_buf_keep(rxq, frame);
	else
		xdp_return_frame_bulk(frame, bulk);
}

static struct ovnet_tx_cb *ovnet_tx_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct ovnet_tx_cb) > sizeof(skb->cb));

	return (struct ovnet_tx_cb *)skb->cb;
}

/* May the header be written right before the packet's data? */
static bool ovnet_tx_can_push(const struct sk_buff *skb,
			      const struct ovnet_hdr_format *format)
{
	return !skb_header_cloned(skb) && skb_headroom(skb) >= format->len &&
	       !format->alone &&
	       IS_ALIGNED((unsigned long)skb->data - format->len,
			  __alignof__(struct ovnet_hdr));
}

/*
 * Where a list of @n entries begins: so that it ends where the table does, and no
 * end has to be marked.
 */
static struct scatterlist *ovnet_tx_list(struct ovnet_txq *txq, unsigned int n)
{
	return &txq->sg[OVNET_TX_SLOTS_MAX - n];
}

/* List fragments from @sg on. */
static void ovnet_tx_map_frags(struct scatterlist *sg,
			       const struct skb_shared_info *shinfo)
{
	unsigned int i;

	for (i = 0; i < shinfo->nr_frags; i++) {
		const skb_frag_t *frag = &shinfo->frags[i];

		sg_set_page(sg++, skb_frag_page(frag), skb_frag_size(frag),
			    skb_frag_off(frag));
	}
}

static inline void ovnet_tx_copy_hdr(void *to, const struct ovnet_hdr *hdr,
				     unsigned int len)
{
	/* What nearly all devices have, without a call. */
	if (likely(len == sizeof(hdr->mrg)))
		memcpy(to, hdr, sizeof(hdr->mrg));
	else
		memcpy(to, hdr, len);
}

/* List header, linear part and fragments; returns the number of entries. */
static unsigned int ovnet_tx_map(struct ovnet_txq *txq, struct sk_buff *skb,
				 const struct ovnet_hdr *hdr)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	unsigned int hdr_len = txq->ovnet->hdr.len;
	unsigned int n = shinfo->nr_frags + 1;
	struct scatterlist *sg;

	if (ovnet_tx_can_push(skb, &txq->ovnet->hdr)) {
		sg = ovnet_tx_list(txq, n);
		ovnet_tx_copy_hdr(skb->data - hdr_len, hdr, hdr_len);
		sg_set_buf(sg++, skb->data - hdr_len,
			   hdr_len + skb_headlen(skb));
	} else {
		n += !!skb_headlen(skb);
		sg = ovnet_tx_list(txq, n);
		ovnet_tx_cb(skb)->hdr = *hdr;
		sg_set_buf(sg++, &ovnet_tx_cb(skb)->hdr, hdr_len);
		if (skb_headlen(skb))
			sg_set_buf(sg++, skb->data, skb_headlen(skb));
	}
	ovnet_tx_map_frags(sg, shinfo);

	return n;
}

/* Put the @n entries that are listed on the ring. */
static int ovnet_tx_add(struct ovnet_txq *txq, unsigned int n, void *token)
{
	int err;

	err = virtqueue_add_outbuf(txq->vq, ovnet_tx_list(txq, n), n, token,
				   GFP_ATOMIC);
	if (err)
		return err;

	txq->pending++;
	return 0;
}

/* Put a packet on the ring. On success it is the device's. */
static int ovnet_tx_post(struct ovnet_txq *txq, struct sk_buff *skb)
{
	struct ovnet_hdr hdr;
	int err;

	err = ovnet_hdr_from_skb(&txq->ovnet->hdr, skb, &hdr);
	if (err)
		return err;

	/* Only a ring shorter than any packet may be gets here. */
	if (unlikely(skb_shinfo(skb)->nr_frags + 2 > txq->slots) &&
	    skb_linearize(skb))
		return -ENOMEM;

	return ovnet_tx_add(txq, ovnet_tx_map(txq, skb, &hdr), skb);
}

static void ovnet_tx_kick(struct ovnet_txq *txq)
{
	if (!virtqueue_kick_prepare(txq->vq))
		return;

	virtqueue_notify(txq->vq);
	ovnet_stats_tx(&txq->stats, OVNET_TX_KICKS, 1);
}

/*
 * Will the sender wait for this packet to be freed? If it has used up half of its
 * send buffer, soon. TCP does not get so far: it has about a millisecond's worth
 * on its way, and goes on with the next acknowledgment. Since packets are freed
 * many at a time here, it is told to have more on its way.
 */
static bool ovnet_tx_awaited(const struct sk_buff *skb)
{
	struct sock *sk = skb->sk;

	if (!sk || !sk_fullsock(sk))
		return false;

	sk_pacing_shift_update(sk, OVNET_TX_PACING_SHIFT);
	return !sock_writeable(sk);
}

/*
 * See to it that packets are freed: by an interrupt when most of what the device
 * has is done, or by the timer. Returns false if most of it is done already.
 *
 * No interrupt is worth its cost for buffers that a program has sent back: polls
 * of the receive queue take them back before they post others, and nobody else
 * has a use for them.
 */
static bool ovnet_tx_listen(struct ovnet_txq *txq, struct netdev_queue *queue)
{
	if (unlikely(READ_ONCE(txq->coalesce.wait)))
		return ovnet_coalesce_listen(txq, queue);

	if (netif_xmit_stopped(queue) || txq->awaited ||
	    (txq->pending >= txq->many && !txq->along))
		return virtqueue_enable_cb_delayed(txq->vq);

	if (txq->pending && !timer_pending(&txq->linger))
		mod_timer(&txq->linger, jiffies + OVNET_TX_LINGER);
	return true;
}

/* Tell the device of what was added, and see to it that it is freed. */
static void ovnet_tx_flush(struct ovnet_txq *txq, struct netdev_queue *queue)
{
	ovnet_tx_kick(txq);
	if (!ovnet_tx_listen(txq, queue))
		ovnet_queue_schedule(txq->vq, &txq->napi);
}

static void ovnet_tx_stop(struct ovnet_txq *txq, struct netdev_queue *queue)
{
	netif_tx_stop_queue(queue);
	ovnet_stats_tx(&txq->stats, OVNET_TX_STOPS, 1);
}

/*
 * Take what the device is done with, and free it. With @rxq the caller is the NAPI
 * of the pair's receive queue.
 */
static void ovnet_tx_collect(struct ovnet_txq *txq, struct ovnet_rxq *rxq,
			     int budget, struct ovnet_tx_run *run)
{
	struct xdp_frame_bulk bulk;
	struct sk_buff *skb;
	unsigned int len;
	void *token;

	xdp_frame_bulk_init(&bulk);
	/* Frames find their memory's owner under RCU. */
	rcu_read_lock();
	while ((token = virtqueue_get_buf(txq->vq, &len))) {
		if (ovnet_tx_is_frame(token)) {
			run->frames++;
			run->frame_bytes +=
				xdp_get_frame_len(ovnet_tx_to_frame(token));
			ovnet_tx_free_frame(rxq, token, &bulk);
			continue;
		}

		if (unlikely(ovnet_tx_is_xsk(token))) {
			run->xsk++;
			run->frames++;
			run->frame_bytes += ovnet_xsk_sent(txq, token);
			continue;
		}

		skb = token;
		run->packets++;
		run->bytes += skb->len;
		napi_consume_skb(skb, budget);
	}
	if (run->frames > run->xsk)
		xdp_flush_frame_bulk(&bulk);
	rcu_read_unlock();
}

/* Free what the device is done with; @rxq is as for ovnet_tx_collect(). */
static void ovnet_tx_reap_for(struct ovnet_txq *txq, struct netdev_queue *queue,
			      struct ovnet_rxq *rxq, int budget)
{
	struct ovnet_tx_run run = {};

	ovnet_tx_collect(txq, rxq, budget, &run);
	if (!run.packets && !run.frames)
		return;

	if (run.xsk)
		ovnet_xsk_complete(txq);
	if (txq->xsk.full) {
		txq->xsk.full = false;
		napi_schedule(&txq->napi);
	}
	txq->pending -= run.packets + run.frames;
	if (!txq->pending)
		txq->awaited = false;
	txq->stalled = false;
	u64_stats_update_begin(&txq->stats.syncp);
	u64_stats_add(&txq->stats.value[OVNET_TX_PACKETS],
		      run.packets + run.frames);
	u64_stats_add(&txq->stats.value[OVNET_TX_BYTES],
		      run.bytes + run.frame_bytes);
	u64_stats_add(&txq->stats.value[OVNET_TX_XDP_FRAMES],
		      run.frames - run.xsk);
	u64_stats_add(&txq->stats.value[OVNET_TX_XSK_FRAMES], run.xsk);
	u64_stats_update_end(&txq->stats.syncp);
	/* Only packets of the stack were counted when they were sent. */
	if (run.packets)
		netdev_tx_completed_queue(queue, run.packets, run.bytes);

	if (netif_tx_queue_stopped(queue) && !txq->paused &&
	    txq->vq->num_free >= txq->slots) {
		netif_tx_wake_queue(queue);
		ovnet_stats_tx(&txq->stats, OVNET_TX_WAKES, 1);
	}
}

static void ovnet_tx_reap(struct ovnet_txq *txq, struct netdev_queue *queue,
			  int budget)
{
	ovnet_tx_reap_for(txq, queue, NULL, budget);
}

/* Put a program's frame on the ring. On success it is the device's. */
static int ovnet_tx_post_frame(struct ovnet_txq *txq, struct xdp_frame *frame,
			       bool own)
{
	unsigned long kind = own && !xdp_frame_has_frags(frame) ?
			     OVNET_TX_OWN : OVNET_TX_FRAME;
	const struct skb_shared_info *shinfo = NULL;
	unsigned int hdr_len = txq->ovnet->hdr.len;
	static const struct ovnet_hdr empty;
	unsigned int n = 1;
	struct scatterlist *sg;
	bool push;

	/* Some come without: from sockets' memory, or if a program used it up. */
	push = frame->headroom >= hdr_len && !txq->ovnet->hdr.alone;
	n += !push;
	if (xdp_frame_has_frags(frame)) {
		shinfo = xdp_get_shared_info_from_frame(frame);
		n += shinfo->nr_frags;
	}

	/* The frame is complete: its header has nothing to say. */
	sg = ovnet_tx_list(txq, n);
	if (push) {
		ovnet_tx_copy_hdr(frame->data - hdr_len, &empty, hdr_len);
		sg_set_buf(sg++, frame->data - hdr_len, hdr_len + frame->len);
	} else {
		sg_set_page(sg++, ZERO_PAGE(0), hdr_len, 0);
		sg_set_buf(sg++, frame->data, frame->len);
	}
	if (shinfo)
		ovnet_tx_map_frags(sg, shinfo);

	return ovnet_tx_add(txq, n, ovnet_tx_frame_token(frame, kind));
}

/**
 * ovnet_tx_frames() - send frames of programs
 * @txq: queue that is in use
 * @frames: the frames
 * @count: their number, which may be 0
 * @own: the caller is the NAPI of the pair's receive queue, and those in one
 *	buffer are in one of that
 * @flush: tell the device, of these and of those before
 *
 * Context: Soft interrupt. Takes the queue's netif_tx_lock.
 * Return: how many of them are the device's now; the others are the caller's.
 */
unsigned int ovnet_tx_frames(struct ovnet_txq *txq, struct xdp_frame **frames,
			     unsigned int count, bool own, bool flush)
{
	struct ovnet_rxq *rxq = &txq->ovnet->pairs[txq->index].rxq;
	struct netdev_queue *queue;
	unsigned int sent = 0;

	queue = netdev_get_tx_queue(txq->ovnet->dev, txq->index);
	__netif_tx_lock(queue, raw_smp_processor_id());
	if (!txq->open)
		goto out_unlock;

	txq->along = own;
	if (txq->vq->num_free < txq->slots)
		ovnet_tx_reap_for(txq, queue, own ? rxq : NULL, 0);
	while (sent < count && !ovnet_tx_post_frame(txq, frames[sent], own))
		sent++;

	/* The stack relies on room for a packet while its queue runs. */
	if (txq->vq->num_free < txq->slots && !netif_tx_queue_stopped(queue))
		ovnet_tx_stop(txq, queue);
	if (flush)
		ovnet_tx_flush(txq, queue);

out_unlock:
	if (sent < count)
		ovnet_stats_tx(&txq->stats, OVNET_TX_XDP_ERRORS, count - sent);
	__netif_tx_unlock(queue);
	return sent;
}

/*
 * The next packet may not fit: free what is done, or else wait for that. Only
 * after the packet was accounted, since the device may have sent it by now.
 */
static bool ovnet_tx_make_room(struct ovnet_txq *txq,
			       struct netdev_queue *queue)
{
	/* Whoever kicks next asks for interrupts again, if they are needed. */
	virtqueue_disable_cb(txq->vq);
	ovnet_tx_reap(txq, queue, 0);
	if (txq->vq->num_free >= txq->slots)
		return true;

	ovnet_tx_stop(txq, queue);
	return false;
}

/**
 * ovnet_tx_xmit() - ndo_start_xmit
 * @skb: packet
 * @dev: our net device
 *
 * Context: Under the queue's netif_tx_lock.
 * Return: NETDEV_TX_OK, always: a packet that cannot go is dropped.
 */
netdev_tx_t ovnet_tx_xmit(struct sk_buff *skb, struct net_device *dev)
{
	unsigned int index = skb_get_queue_mapping(skb);
	struct ovnet *ovnet = netdev_priv(dev);
	struct ovnet_txq *txq = &ovnet->pairs[index].txq;
	struct netdev_queue *queue = netdev_get_tx_queue(dev, index);
	bool kick;

	skb_tx_timestamp(skb);
	if (unlikely(ovnet_tx_post(txq, skb))) {
		ovnet_stats_tx(&txq->stats, OVNET_TX_DROPS, 1);
		dev_kfree_skb_any(skb);
		/* Those before it may be waiting for this one's kick. */
		kick = !netdev_xmit_more();
	} else {
		if (skb_is_gso(skb))
			ovnet_stats_tx_train(&txq->stats, skb->len,
					     skb_shinfo(skb)->gso_segs,
					     ovnet_hdr_replicated(skb));
		txq->awaited |= ovnet_tx_awaited(skb);
		txq->along = false;
		kick = __netdev_tx_sent_queue(queue, skb->len,
					      netdev_xmit_more());
		/* From here on the packet may be gone. */
		if (unlikely(txq->vq->num_free < txq->slots))
			kick |= !ovnet_tx_make_room(txq, queue);
	}

	if (kick)
		ovnet_tx_flush(txq, queue);

	return NETDEV_TX_OK;
}

/**
 * ovnet_tx_poll() - NAPI poll of a transmit queue
 * @napi: the queue's
 * @budget: tells netpoll's hard interrupt context (0) from NAPI's
 *
 * A ring full of packets is cheap to free and bounds the work, so it does not
 * count against the budget. What sockets send does.
 *
 * Return: 0, or @budget if a socket has more to send.
 */
int ovnet_tx_poll(struct napi_struct *napi, int budget)
{
	struct ovnet_txq *txq = container_of(napi, struct ovnet_txq, napi);
	struct netdev_queue *queue;
	unsigned int pending;
	bool more;

	queue = netdev_get_tx_queue(txq->ovnet->dev, txq->index);

	__netif_tx_lock(queue, raw_smp_processor_id());
	do {
		virtqueue_disable_cb(txq->vq);
		txq->xsk.full = false;
		ovnet_tx_reap(txq, queue, budget);
		pending = txq->pending;
		more = ovnet_xsk_send(txq, budget);
		if (txq->pending != pending)
			ovnet_tx_kick(txq);
	} while (!more && !ovnet_tx_listen(txq, queue));
	ovnet_stats_tx(&txq->stats, OVNET_TX_POLLS, 1);
	__netif_tx_unlock(queue);
	if (more)
		return budget;

	/* An interrupt since then has found us scheduled, and counts as missed. */
	napi_complete_done(napi, 0);
	return 0;
}

/**
 * ovnet_tx_poll_along() - free packets while receiving anyway
 * @txq: transmit queue of the pair that receives
 * @budget: as for ovnet_tx_poll()
 */
void ovnet_tx_poll_along(struct ovnet_txq *txq, int budget)
{
	struct netdev_queue *queue;

	if (!READ_ONCE(txq->pending))
		return;

	queue = netdev_get_tx_queue(txq->ovnet->dev, txq->index);
	if (!__netif_tx_trylock(queue))
		return;

	/* Netpoll is no owner of the receive queue. */
	ovnet_tx_reap_for(txq, queue,
			  budget ? &txq->ovnet->pairs[txq->index].rxq : NULL,
			  budget);
	__netif_tx_unlock(queue);
}

/**
 * ovnet_tx_done() - the device has sent packets; the ring's callback
 * @vq: the ring
 */
void ovnet_tx_done(struct virtqueue *vq)
{
	struct ovnet *ovnet = vq->vdev->priv;

	ovnet_queue_schedule(vq, &ovnet->pairs[vq->index / 2].txq.napi);
}

/**
 * ovnet_tx_lingered() - packets have been with the device for a while
 * @timer: the queue's linger; the poll starts it again if there is need
 */
void ovnet_tx_lingered(struct timer_list *timer)
{
	struct ovnet_txq *txq = timer_container_of(txq, timer, linger);

	napi_schedule(&txq->napi);
}

/**
 * ovnet_tx_timeout() - ndo_tx_timeout
 * @dev: our net device
 * @index: queue that has been stopped for too long
 *
 * An interrupt or a notification may have got lost, so both are made up for.
 *
 * Context: Under the queue's netif_tx_lock.
 */
void ovnet_tx_timeout(struct net_device *dev, unsigned int index)
{
	struct ovnet *ovnet = netdev_priv(dev);
	struct ovnet_txq *txq = &ovnet->pairs[index].txq;

	ovnet_stats_tx(&txq->stats, OVNET_TX_TIMEOUTS, 1);
	if (!txq->stalled)
		netdev_warn(dev,
			    "%s: the device returns nothing: %u packets with it, %u of %u slots free%s\n",
			    txq->name, txq->pending, txq->vq->num_free,
			    virtqueue_get_vring_size(txq->vq),
			    virtqueue_is_broken(txq->vq) ? ", ring broken" : "");
	txq->stalled = true;

	virtqueue_notify(txq->vq);
	napi_schedule(&txq->napi);
}

/**
 * ovnet_tx_tune() - take over what the user wishes of interrupts
 * @txq: queue with a ring
 *
 * Context: Under the queue's netif_tx_lock, or before it is used.
 */
void ovnet_tx_tune(struct ovnet_txq *txq)
{
	unsigned int many = txq->coalesce.param.frames ?:
			    virtqueue_get_vring_size(txq->vq) / 8;

	txq->many = max(many, 1U);
}

/**
 * ovnet_tx_init() - prepare a queue that has got its ring
 * @txq: queue
 */
void ovnet_tx_init(struct ovnet_txq *txq)
{
	sg_init_table(txq->sg, OVNET_TX_SLOTS_MAX);
	txq->slots = min_t(unsigned int, OVNET_TX_SLOTS_MAX,
			   virtqueue_get_vring_size(txq->vq));
	ovnet_tx_tune(txq);
}

/**
 * ovnet_tx_free() - free what was not sent
 * @txq: queue whose NAPI is disabled
 * @token: what came back from its ring
 *
 * Context: Process.
 */
void ovnet_tx_free(struct ovnet_txq *txq, void *token)
{
	if (ovnet_tx_is_frame(token)) {
		xdp_return_frame(ovnet_tx_to_frame(token));
	} else if (ovnet_tx_is_xsk(token)) {
		ovnet_xsk_sent(txq, token);
		ovnet_xsk_complete(txq);
	} else {
		dev_kfree_skb_any(token);
	}
}

/**
 * ovnet_tx_drain() - free all packets of a device that was reset
 * @txq: queue whose NAPI is disabled
 */
void ovnet_tx_drain(struct ovnet_txq *txq)
{
	void *token;

	while ((token = virtqueue_detach_unused_buf(txq->vq)))
		ovnet_tx_free(txq, token);
	txq->pending = 0;
}
