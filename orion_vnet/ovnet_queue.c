// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue pairs and their rings: from finding them at probe to giving them back
 * at remove, and turning their polling on and off in between.
 */

#include <linux/delay.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>
#include <net/xdp.h>

#include "ovnet.h"
#include "ovnet_buf.h"
#include "ovnet_coalesce.h"
#include "ovnet_ctrl.h"
#include "ovnet_irq.h"
#include "ovnet_queue.h"
#include "ovnet_rss.h"
#include "ovnet_rx.h"
#include "ovnet_tx.h"

/* How long a queue that falls out of use may take to send what it has. */
#define OVNET_QUEUE_SEND_TIME	msecs_to_jiffies(100)

/* As zeroes, a NAPI could be scheduled: a device may announce what nobody asked for. */
static void ovnet_queue_init_napi(struct napi_struct *napi)
{
	set_bit(NAPI_STATE_SCHED, &napi->state);
}

static void ovnet_queue_init_pair(struct ovnet *ovnet, unsigned int i)
{
	struct ovnet_rxq *rxq = &ovnet->pairs[i].rxq;
	struct ovnet_txq *txq = &ovnet->pairs[i].txq;

	rxq->ovnet = ovnet;
	rxq->index = i;
	rxq->frame.hdr = &rxq->hdr;
	snprintf(rxq->name, sizeof(rxq->name), "input.%u", i);
	u64_stats_init(&rxq->stats.syncp);
	timer_setup(&rxq->refill_timer, ovnet_rx_retry, 0);
	ovnet_queue_init_napi(&rxq->napi);

	txq->ovnet = ovnet;
	txq->index = i;
	snprintf(txq->name, sizeof(txq->name), "output.%u", i);
	u64_stats_init(&txq->stats.syncp);
	timer_setup(&txq->linger, ovnet_tx_lingered, 0);
	ovnet_queue_init_napi(&txq->napi);
	ovnet_coalesce_init_pair(&ovnet->pairs[i]);
}

/**
 * ovnet_queue_alloc() - make all pairs, without rings
 * @ovnet: device whose number of pairs is known
 *
 * Return: 0 or -ENOMEM.
 */
int ovnet_queue_alloc(struct ovnet *ovnet)
{
	unsigned int i;

	ovnet->pairs = kvcalloc(ovnet->pairs_max, sizeof(*ovnet->pairs),
				GFP_KERNEL);
	if (!ovnet->pairs)
		return -ENOMEM;

	for (i = 0; i < ovnet->pairs_max; i++)
		ovnet_queue_init_pair(ovnet, i);

	return 0;
}

/**
 * ovnet_queue_free() - undo ovnet_queue_alloc()
 * @ovnet: device without rings, no pair polled
 */
void ovnet_queue_free(struct ovnet *ovnet)
{
	ovnet_coalesce_fini(ovnet);
	kvfree(ovnet->pairs);
	ovnet->pairs = NULL;
}

/* The order is the specification's: receive, transmit, receive, ..., control. */
static void ovnet_queue_describe(struct ovnet *ovnet,
				 struct virtqueue_info *infos)
{
	bool chained = ovnet_buf_chained(&ovnet->hdr, ovnet->dev->max_mtu);
	unsigned int i;

	for (i = 0; i < ovnet->pairs_max; i++) {
		struct virtqueue_info *info = &infos[2 * i];

		info[0].name = ovnet->pairs[i].rxq.name;
		info[0].callback = ovnet_rx_done;
		/* Buffers in pieces are of one size, and want indirect tables. */
		info[0].ctx = !chained;
		info[1].name = ovnet->pairs[i].txq.name;
		info[1].callback = ovnet_tx_done;
		/* Not for the context's sake: it keeps indirect tables away. */
		info[1].ctx = true;
	}
	if (ovnet_ctrl_present(ovnet)) {
		infos[2 * i].name = "control";
		infos[2 * i].callback = ovnet_ctrl_done;
	}
}

/* Room for a header, its data, and nothing less. */
static int ovnet_queue_check(struct ovnet *ovnet)
{
	unsigned int shortest = UINT_MAX;
	unsigned int i;

	for (i = 0; i < ovnet->pairs_max; i++) {
		shortest = min(shortest,
			       virtqueue_get_vring_size(ovnet->pairs[i].rxq.vq));
		if (virtqueue_get_vring_size(ovnet->pairs[i].txq.vq) >= 2)
			continue;
		dev_err(&ovnet->vdev->dev,
			"%s has a ring of one entry, which holds no packet\n",
			ovnet->pairs[i].txq.name);
		return -EINVAL;
	}

	ovnet_buf_layout(&ovnet->layout, &ovnet->hdr, ovnet->dev->max_mtu,
			 shortest);
	return 0;
}

/**
 * ovnet_queue_find() - get the rings of all queues
 * @ovnet: device with pairs
 *
 * Return: 0 or a negative errno.
 */
int ovnet_queue_find(struct ovnet *ovnet)
{
	unsigned int count = 2 * ovnet->pairs_max + ovnet_ctrl_present(ovnet);
	struct virtqueue_info *infos;
	struct virtqueue **vqs;
	unsigned int i;
	int err = -ENOMEM;

	infos = kvcalloc(count, sizeof(*infos), GFP_KERNEL);
	vqs = kvcalloc(count, sizeof(*vqs), GFP_KERNEL);
	if (!infos || !vqs)
		goto out_free;

	ovnet_queue_describe(ovnet, infos);
	err = virtio_find_vqs(ovnet->vdev, count, vqs, infos, NULL);
	if (err)
		goto out_free;

	for (i = 0; i < ovnet->pairs_max; i++) {
		ovnet->pairs[i].rxq.vq = vqs[2 * i];
		ovnet->pairs[i].txq.vq = vqs[2 * i + 1];
		ovnet_tx_init(&ovnet->pairs[i].txq);
	}
	if (ovnet_ctrl_present(ovnet))
		ovnet_ctrl_start(ovnet, vqs[2 * i]);

	err = ovnet_queue_check(ovnet);
	if (err) {
		ovnet_ctrl_stop(ovnet);
		ovnet_ctrl_cancel(ovnet);
		ovnet->vdev->config->del_vqs(ovnet->vdev);
	}

out_free:
	kvfree(vqs);
	kvfree(infos);
	return err;
}

/**
 * ovnet_queue_del() - take everything back from a device that was reset, and
 * give the rings back
 * @ovnet: device with rings; its NAPIs are disabled
 */
void ovnet_queue_del(struct ovnet *ovnet)
{
	unsigned int i;

	for (i = 0; i < ovnet->pairs_max; i++) {
		ovnet_buf_drain(&ovnet->pairs[i].rxq);
		ovnet_tx_drain(&ovnet->pairs[i].txq);
		ovnet_buf_fini(&ovnet->pairs[i].rxq);
		/* The core forgets to take back the hint of a shared interrupt. */
		virtqueue_set_affinity(ovnet->pairs[i].rxq.vq, NULL);
		virtqueue_set_affinity(ovnet->pairs[i].txq.vq, NULL);
	}

	ovnet->vdev->config->del_vqs(ovnet->vdev);
}

/* Who polls a pair's queues, for those who ask or want to poll them. */
static void ovnet_queue_link_pair(struct ovnet_pair *pair,
				  struct napi_struct *rx, struct napi_struct *tx)
{
	struct net_device *dev = pair->rxq.ovnet->dev;
	unsigned int i = pair->rxq.index;

	netif_queue_set_napi(dev, i, NETDEV_QUEUE_TYPE_RX, rx);
	netif_queue_set_napi(dev, i, NETDEV_QUEUE_TYPE_TX, tx);
}

/* Programs send without asking the net device's queue, so they are told here. */
static void ovnet_queue_open(struct ovnet_txq *txq, bool open)
{
	struct netdev_queue *queue;

	queue = netdev_get_tx_queue(txq->ovnet->dev, txq->index);
	__netif_tx_lock_bh(queue);
	txq->open = open;
	__netif_tx_unlock_bh(queue);
}

/* Of the pairs that are polled, have programs send into the first @count. */
static void ovnet_queue_open_first(struct ovnet *ovnet, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < ovnet->pairs_running; i++)
		ovnet_queue_open(&ovnet->pairs[i].txq, i < count);
}

/* A number that is not known is not told: that is -1 for the stack. */
static void ovnet_queue_set_irqs(struct ovnet_pair *pair)
{
	const struct ovnet *ovnet = pair->rxq.ovnet;
	int rx = ovnet_irq_number(ovnet, pair->rxq.vq);
	int tx = ovnet_irq_number(ovnet, pair->txq.vq);

	netif_napi_set_irq(&pair->rxq.napi, max(rx, -1));
	netif_napi_set_irq(&pair->txq.napi, max(tx, -1));
}

/*
 * A NAPI is listed only while its pair is in use: whoever ends its thread waits
 * for a poll to be over, and would take a NAPI that is disabled for one that is
 * polled.
 */
static void ovnet_queue_add_napis(struct ovnet_pair *pair)
{
	struct net_device *dev = pair->rxq.ovnet->dev;

	netif_napi_add_config(dev, &pair->rxq.napi, ovnet_rx_poll,
			      pair->rxq.index);
	netif_napi_add_tx(dev, &pair->txq.napi, ovnet_tx_poll);
	ovnet_queue_set_irqs(pair);
	ovnet_queue_link_pair(pair, &pair->rxq.napi, &pair->txq.napi);
}

/* Before their memory is used otherwise, synchronize_net() has to be called. */
static void ovnet_queue_del_napis(struct ovnet_pair *pair)
{
	ovnet_queue_link_pair(pair, NULL, NULL);
	__netif_napi_del(&pair->txq.napi);
	__netif_napi_del(&pair->rxq.napi);
}

static void ovnet_queue_poll_pair(struct ovnet_pair *pair)
{
	struct ovnet_rxq *rxq = &pair->rxq;

	napi_enable(&pair->txq.napi);
	napi_enable(&rxq->napi);
	/* A NAPI that was listed again has another number on older kernels. */
	orion_xdp_rxq_set_napi(&rxq->xdp_info, rxq->napi.napi_id);
	orion_xdp_rxq_set_napi(&rxq->xsk_info, rxq->napi.napi_id);

	/* The first poll posts the buffers, and finds what came unannounced. */
	local_bh_disable();
	ovnet_queue_schedule(rxq->vq, &rxq->napi);
	ovnet_queue_schedule(pair->txq.vq, &pair->txq.napi);
	local_bh_enable();
}

static int ovnet_queue_start_pair(struct ovnet_pair *pair)
{
	struct ovnet_rxq *rxq = &pair->rxq;
	int err = 0;

	/* The pool of buffers wants to know who polls. */
	ovnet_queue_add_napis(pair);
	if (!rxq->pool)
		err = ovnet_buf_init(rxq);
	if (err) {
		ovnet_queue_del_napis(pair);
		synchronize_net();
		return err;
	}

	ovnet_buf_discard(rxq);
	ovnet_queue_poll_pair(pair);
	return 0;
}

static void ovnet_queue_stop_pair(struct ovnet_pair *pair)
{
	napi_disable(&pair->rxq.napi);
	/* Only a poll arms it, and there is none any more. */
	timer_delete_sync(&pair->rxq.refill_timer);
	virtqueue_disable_cb(pair->rxq.vq);

	napi_disable(&pair->txq.napi);
	timer_delete_sync(&pair->txq.linger);
	virtqueue_disable_cb(pair->txq.vq);
	ovnet_coalesce_stop_pair(pair);
}

/* Undo ovnet_queue_start_pair() for pairs from @first on. */
static void ovnet_queue_end_pairs(struct ovnet *ovnet, unsigned int first,
				  unsigned int end)
{
	unsigned int i;

	for (i = first; i < end; i++) {
		ovnet_queue_stop_pair(&ovnet->pairs[i]);
		ovnet_queue_del_napis(&ovnet->pairs[i]);
	}
	/* One grace period for all of them; netpoll walks the list without a lock. */
	if (first < end)
		synchronize_net();
}

/* Have the first @count pairs polled; those that are already stay so. */
static int ovnet_queue_poll(struct ovnet *ovnet, unsigned int count)
{
	unsigned int i;
	int err;

	for (i = ovnet->pairs_running; i < count; i++) {
		err = ovnet_queue_start_pair(&ovnet->pairs[i]);
		if (err)
			goto err_end;
	}
	ovnet->pairs_running = max(ovnet->pairs_running, count);
	return 0;

err_end:
	ovnet_queue_end_pairs(ovnet, ovnet->pairs_running, i);
	return err;
}

/*
 * A host that steers frames may find one for a ring that has no buffers yet, keep
 * all that comes by the same way behind it, and look again when the ring of that
 * way is notified. That may be one that has buffers and nothing to tell. (QEMU's
 * software steering does so, and nothing was received any more.)
 */
static void ovnet_queue_nudge(struct ovnet *ovnet, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count && count > 1; i++)
		virtqueue_notify(ovnet->pairs[i].rxq.vq);
}

/**
 * ovnet_queue_start() - have the first @count pairs polled
 * @ovnet: device that is ready
 * @count: pairs; those that are polled already stay so
 *
 * Context: Process, under RTNL.
 * Return: 0, or a negative errno with no pair more polled than before.
 */
int ovnet_queue_start(struct ovnet *ovnet, unsigned int count)
{
	int err;

	err = ovnet_queue_poll(ovnet, count);
	if (err)
		return err;

	ovnet_queue_open_first(ovnet, count);
	ovnet_queue_nudge(ovnet, count);
	return 0;
}

/* Let queues into which nothing goes any more run empty, but not for long. */
static void ovnet_queue_await_sent(struct ovnet *ovnet, unsigned int first,
				   unsigned int end)
{
	unsigned long deadline = jiffies + OVNET_QUEUE_SEND_TIME;
	unsigned int i;

	for (i = first; i < end; i++)
		while (READ_ONCE(ovnet->pairs[i].txq.pending) &&
		       time_before(jiffies, deadline))
			usleep_range(100, 500);
}

/* Nothing goes into a queue any more, and nobody lets it. */
static void ovnet_queue_pause_tx(struct ovnet_txq *txq)
{
	struct netdev_queue *queue;

	queue = netdev_get_tx_queue(txq->ovnet->dev, txq->index);
	__netif_tx_lock_bh(queue);
	txq->open = false;
	txq->paused = true;
	netif_tx_stop_queue(queue);
	/* Now it asks for interrupts, where it would have taken its time. */
	ovnet_queue_schedule(txq->vq, &txq->napi);
	__netif_tx_unlock_bh(queue);
}

static void ovnet_queue_resume_tx(struct ovnet_txq *txq)
{
	struct netdev_queue *queue;

	queue = netdev_get_tx_queue(txq->ovnet->dev, txq->index);
	__netif_tx_lock_bh(queue);
	txq->open = txq->index < txq->ovnet->pairs_active;
	txq->paused = false;
	netif_tx_wake_queue(queue);
	__netif_tx_unlock_bh(queue);
}

/**
 * ovnet_queue_pause() - have nobody add to, poll or reap the rings of a pair
 * @ovnet: device that is ready
 * @i: index of the pair; one that is not polled is left as it is
 *
 * What the pair was to send is waited for, but not for long.
 *
 * Context: Process, under RTNL.
 */
void ovnet_queue_pause(struct ovnet *ovnet, unsigned int i)
{
	if (i >= ovnet->pairs_running)
		return;

	ovnet_queue_pause_tx(&ovnet->pairs[i].txq);
	ovnet_queue_await_sent(ovnet, i, i + 1);
	ovnet_queue_stop_pair(&ovnet->pairs[i]);
}

/**
 * ovnet_queue_resume() - undo ovnet_queue_pause()
 * @ovnet: device that is ready
 * @i: index of the pair
 */
void ovnet_queue_resume(struct ovnet *ovnet, unsigned int i)
{
	if (i >= ovnet->pairs_running)
		return;

	ovnet_queue_poll_pair(&ovnet->pairs[i]);
	ovnet_queue_resume_tx(&ovnet->pairs[i].txq);
}

static void ovnet_queue_recycle_rx(struct virtqueue *vq, void *buf)
{
	struct ovnet *ovnet = vq->vdev->priv;

	ovnet_buf_recycle(&ovnet->pairs[vq->index / 2].rxq, buf);
}

static void ovnet_queue_recycle_tx(struct virtqueue *vq, void *buf)
{
	struct ovnet *ovnet = vq->vdev->priv;
	struct ovnet_txq *txq = &ovnet->pairs[vq->index / 2].txq;

	txq->pending--;
	ovnet_tx_free(txq, buf);
}

/* A ring of @entries instead of this one; of the same size it is reset alone. */
static int ovnet_queue_renew(struct virtqueue *vq, unsigned int entries,
			     void (*recycle)(struct virtqueue *vq, void *buf))
{
	if (entries == virtqueue_get_vring_size(vq))
		return virtqueue_reset(vq, recycle, NULL);

	return virtqueue_resize(vq, entries, recycle, NULL);
}

static int ovnet_queue_renew_tx(struct ovnet_txq *txq, unsigned int entries)
{
	int err;

	err = ovnet_queue_renew(txq->vq, entries, ovnet_queue_recycle_tx);
	ovnet_tx_init(txq);
	/*
	 * What was in the ring is gone, and nobody will report it. Of a ring that
	 * the device did not reset it will be reported yet.
	 */
	if (!txq->pending)
		netdev_tx_reset_queue(netdev_get_tx_queue(txq->ovnet->dev,
							  txq->index));
	return err;
}

/* Both rings of one pair; 0 leaves a ring as it is. */
static int ovnet_queue_renew_pair(struct ovnet *ovnet, unsigned int i,
				  unsigned int rx, unsigned int tx)
{
	struct ovnet_pair *pair = &ovnet->pairs[i];
	int err = 0;

	ovnet_queue_pause(ovnet, i);
	if (rx)
		err = ovnet_queue_renew(pair->rxq.vq, rx, ovnet_queue_recycle_rx);
	if (!err && tx)
		err = ovnet_queue_renew_tx(&pair->txq, tx);

	ovnet_queue_resume(ovnet, i);
	/* A device that has reset a ring has forgotten what it was told of it. */
	if (!err)
		err = ovnet_coalesce_replay_pair(ovnet, i);
	return err;
}

/* 0 if a ring has so many entries already. */
static unsigned int ovnet_queue_other(struct virtqueue *vq,
				      unsigned int entries)
{
	return entries == virtqueue_get_vring_size(vq) ? 0 : entries;
}

static int ovnet_queue_resize_pair(struct ovnet *ovnet, unsigned int i,
				   unsigned int rx, unsigned int tx)
{
	const struct ovnet_pair *pair = &ovnet->pairs[i];

	rx = ovnet_queue_other(pair->rxq.vq, rx);
	tx = ovnet_queue_other(pair->txq.vq, tx);
	return rx || tx ? ovnet_queue_renew_pair(ovnet, i, rx, tx) : 0;
}

/**
 * ovnet_queue_resize() - give all queues rings of another size
 * @ovnet: device that can reset single queues
 * @rx: entries of receive rings; the device allows them
 * @tx: entries of transmit rings; the device allows them
 *
 * One pair after the other, so the traffic of others goes on. Lost are frames
 * that have come and were not polled yet, and packets that the device does not
 * send in time.
 *
 * Context: Process, under RTNL.
 * Return: 0 or a negative errno; then the rings have their old sizes again, if
 * the device allowed that.
 */
int ovnet_queue_resize(struct ovnet *ovnet, unsigned int rx, unsigned int tx)
{
	unsigned int old_rx = virtqueue_get_vring_size(ovnet->pairs[0].rxq.vq);
	unsigned int old_tx = virtqueue_get_vring_size(ovnet->pairs[0].txq.vq);
	unsigned int i;
	int err;

	for (i = 0; i < ovnet->pairs_max; i++) {
		err = ovnet_queue_resize_pair(ovnet, i, rx, tx);
		if (err)
			goto err_undo;
	}
	return 0;

err_undo:
	do {
		ovnet_queue_resize_pair(ovnet, i, old_rx, old_tx);
	} while (i--);
	return err;
}

/**
 * ovnet_queue_reset() - begin all rings anew
 * @ovnet: device that can reset single queues
 *
 * One pair after the other, as ovnet_queue_resize() does.
 *
 * Context: Process, under RTNL.
 * Return: 0, or the first error with the other pairs reset all the same.
 */
int ovnet_queue_reset(struct ovnet *ovnet)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < ovnet->pairs_max; i++) {
		const struct ovnet_pair *pair = &ovnet->pairs[i];
		unsigned int rx = virtqueue_get_vring_size(pair->rxq.vq);
		unsigned int tx = virtqueue_get_vring_size(pair->txq.vq);
		int ret = ovnet_queue_renew_pair(ovnet, i, rx, tx);

		err = err ?: ret;
	}
	return err;
}

/**
 * ovnet_queue_take() - take back what the device has of a pair's
 * @ovnet: device that can reset single queues, or is broken
 * @i: index of the pair, which is paused or not polled
 * @tx: not from the receive ring only
 *
 * Context: Process, under RTNL.
 * Return: 0 or a negative errno.
 */
int ovnet_queue_take(struct ovnet *ovnet, unsigned int i, bool tx)
{
	struct virtqueue *rx_vq = ovnet->pairs[i].rxq.vq;
	struct ovnet_txq *txq = &ovnet->pairs[i].txq;
	int err, err_tx = 0;

	if (virtqueue_is_broken(rx_vq)) {
		ovnet_buf_drain(&ovnet->pairs[i].rxq);
		ovnet_tx_drain(txq);
		return -EIO;
	}

	err = ovnet_queue_renew(rx_vq, virtqueue_get_vring_size(rx_vq),
				ovnet_queue_recycle_rx);
	if (tx)
		err_tx = ovnet_queue_renew_tx(txq,
					      virtqueue_get_vring_size(txq->vq));
	err = err ?: err_tx;
	return err ?: ovnet_coalesce_replay_pair(ovnet, i);
}

/*
 * How many pairs it may use the device is told along with whose frames they get.
 * If it is not known what it has made of that, it is told the old number.
 */
static int ovnet_queue_tell(struct ovnet *ovnet, unsigned int count)
{
	int err;

	if (ovnet_rss_steers(ovnet))
		return ovnet_rss_set_pairs(ovnet, count);

	err = ovnet_ctrl_pairs(ovnet, count);
	if (ovnet_ctrl_unsure(err))
		ovnet_ctrl_pairs(ovnet, ovnet->pairs_active);
	return err;
}

static int ovnet_queue_grow(struct ovnet *ovnet, unsigned int count)
{
	int err;

	/* The device must find buffers in a queue before it may use it. */
	if (ovnet->pairs_running) {
		err = ovnet_queue_poll(ovnet, count);
		if (err)
			return err;
	}

	err = ovnet_queue_tell(ovnet, count);
	if (err)
		return err;

	err = netif_set_real_num_queues(ovnet->dev, count, count);
	if (err) {
		ovnet_queue_tell(ovnet, ovnet->pairs_active);
		return err;
	}

	ovnet_queue_open_first(ovnet, count);
	ovnet_queue_nudge(ovnet, count);
	return 0;
}

static int ovnet_queue_shrink(struct ovnet *ovnet, unsigned int count)
{
	unsigned int old = ovnet->pairs_active;
	int err;

	/* From here on nothing is sent into the queues above. */
	err = netif_set_real_num_tx_queues(ovnet->dev, count);
	if (err)
		return err;
	ovnet_queue_open_first(ovnet, count);
	ovnet_queue_await_sent(ovnet, count, ovnet->pairs_running);

	err = ovnet_queue_tell(ovnet, count);
	if (err) {
		netif_set_real_num_tx_queues(ovnet->dev, old);
		ovnet_queue_open_first(ovnet, old);
		/* The stack has forgotten which CPUs send into them. */
		ovnet_irq_spread(ovnet);
		return err;
	}

	/* To have fewer never fails. */
	return netif_set_real_num_rx_queues(ovnet->dev, count);
}

/**
 * ovnet_queue_set_active() - use so many queue pairs
 * @ovnet: device that is ready
 * @count: from 1 to @ovnet->pairs_max
 *
 * Queues that are used before and after notice nothing. Those that fall out of
 * use, or did not come into it in the end, are polled until the interface goes
 * down, so what the device has put into them is still received.
 *
 * Context: Process, under RTNL.
 * Return: 0 or a negative errno, with the old number in use.
 */
int ovnet_queue_set_active(struct ovnet *ovnet, unsigned int count)
{
	int err;

	if (count == ovnet->pairs_active)
		return 0;

	if (count > ovnet->pairs_active)
		err = ovnet_queue_grow(ovnet, count);
	else
		err = ovnet_queue_shrink(ovnet, count);
	if (err)
		return err;

	ovnet->pairs_active = count;
	ovnet_irq_spread(ovnet);
	return 0;
}

/**
 * ovnet_queue_stop() - have no pair polled
 * @ovnet: device whose net device transmits no more
 *
 * The device keeps the buffers that it has; what it puts into them is discarded
 * by the next start. What it was to send is waited for, but not for long, because
 * nobody would free it before the next start.
 *
 * Context: Process, under RTNL.
 */
void ovnet_queue_stop(struct ovnet *ovnet)
{
	ovnet_queue_open_first(ovnet, 0);
	ovnet_queue_await_sent(ovnet, 0, ovnet->pairs_running);
	ovnet_queue_end_pairs(ovnet, 0, ovnet->pairs_running);
	ovnet->pairs_running = 0;
}
