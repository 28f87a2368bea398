// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt moderation: fewer interrupts, for a bounded delay.
 *
 * A device with VIRTIO_NET_F_NOTF_COAL does it when told to. For any other we do
 * it here. Once a poll has received something, the next one is begun by a timer,
 * and the device is not asked for an interrupt until a timer finds nothing. So a
 * queue is polled at most once in its time, and a lone frame is not delayed.
 *
 * More frames than wished for after a poll shorten the time until the next, since
 * the device cannot be asked to interrupt after so many of them.
 *
 * For sent packets the time takes the place of what the queue does by itself,
 * which is to ask for few interrupts anyhow; see ovnet_tx.c.
 */

#include <linux/ethtool.h>
#include <linux/minmax.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/time64.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>

#include "ovnet.h"
#include "ovnet_coalesce.h"
#include "ovnet_ctrl.h"
#include "ovnet_tx.h"

/* Longest time that can be asked for. */
#define OVNET_COALESCE_USECS_MAX	USEC_PER_SEC
/* A timer for less than this costs more than the interrupt. */
#define OVNET_COALESCE_WAIT_MIN		(4 * NSEC_PER_USEC)

static bool ovnet_coalesce_by_device(const struct ovnet *ovnet)
{
	return virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_NOTF_COAL);
}

static bool ovnet_coalesce_per_queue(const struct ovnet *ovnet)
{
	return virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_VQ_NOTF_COAL);
}

/* Does the device moderate what the user sets, so that we need not? */
static bool ovnet_coalesce_left_to_device(const struct ovnet *ovnet)
{
	return ovnet_coalesce_by_device(ovnet) ||
	       ovnet_coalesce_per_queue(ovnet);
}

static enum hrtimer_restart ovnet_coalesce_rx_timer(struct hrtimer *timer)
{
	struct ovnet_rxq *rxq = container_of(timer, struct ovnet_rxq,
					     coalesce.timer);

	/* The ring's callback is disabled since the last poll. */
	napi_schedule(&rxq->napi);
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart ovnet_coalesce_tx_timer(struct hrtimer *timer)
{
	struct ovnet_txq *txq = container_of(timer, struct ovnet_txq,
					     coalesce.timer);

	napi_schedule(&txq->napi);
	return HRTIMER_NORESTART;
}

/* What polls of a receive queue are to do from now on. */
static void ovnet_coalesce_use(struct ovnet_coalesce_rx *rx, u32 usecs,
			       u32 frames)
{
	u32 wait = usecs * NSEC_PER_USEC;

	if (wait < OVNET_COALESCE_WAIT_MIN)
		wait = 0;
	WRITE_ONCE(rx->wait, wait);
	WRITE_ONCE(rx->frames, frames);
	WRITE_ONCE(rx->now, wait);
	WRITE_ONCE(rx->on, wait || rx->adaptive);
}

/* Moderate a queue as the load has come to want it. */
static void ovnet_coalesce_adapt(struct ovnet *ovnet, struct ovnet_rxq *rxq)
{
	const struct dim *dim = &rxq->coalesce.dim;
	struct dim_cq_moder moder;

	moder = net_dim_get_rx_moderation(dim->mode, dim->profile_ix);
	if (!ovnet_coalesce_per_queue(ovnet))
		ovnet_coalesce_use(&rxq->coalesce, moder.usec, moder.pkts);
	else if (ovnet_ctrl_coalesce_queue(ovnet, rxq->vq->index, moder.pkts,
					   moder.usec))
		netdev_warn_once(ovnet->dev,
				 "%s: the device refuses to moderate its interrupts\n",
				 rxq->name);
}

/* The load has changed. */
static void ovnet_coalesce_dim_work(struct work_struct *work)
{
	struct dim *dim = container_of(work, struct dim, work);
	struct ovnet_rxq *rxq = container_of(dim, struct ovnet_rxq,
					     coalesce.dim);

	/* A poll may have asked for it when the user no longer wants it. */
	if (READ_ONCE(rxq->coalesce.adapting))
		ovnet_coalesce_adapt(rxq->ovnet, rxq);
	dim->state = DIM_START_MEASURE;
}

/**
 * ovnet_coalesce_init_pair() - begin without moderation
 * @pair: queues that are being made
 */
void ovnet_coalesce_init_pair(struct ovnet_pair *pair)
{
	struct ovnet_coalesce_rx *rx = &pair->rxq.coalesce;

	hrtimer_setup(&rx->timer, ovnet_coalesce_rx_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_PINNED);
	hrtimer_setup(&pair->txq.coalesce.timer, ovnet_coalesce_tx_timer,
		      CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	INIT_WORK(&rx->dim.work, ovnet_coalesce_dim_work);
	rx->dim.mode = DIM_CQ_PERIOD_MODE_START_FROM_EQE;
}

/**
 * ovnet_coalesce_stop_pair() - no poll is begun from here any more
 * @pair: queues whose NAPIs are disabled
 */
void ovnet_coalesce_stop_pair(struct ovnet_pair *pair)
{
	hrtimer_cancel(&pair->rxq.coalesce.timer);
	hrtimer_cancel(&pair->txq.coalesce.timer);
}

/**
 * ovnet_coalesce_fini() - nothing is adapted any more
 * @ovnet: device that is closed, or never was open
 */
void ovnet_coalesce_fini(struct ovnet *ovnet)
{
	unsigned int i;

	for (i = 0; i < ovnet->pairs_max; i++)
		cancel_work_sync(&ovnet->pairs[i].rxq.coalesce.dim.work);
}

static void ovnet_coalesce_measure(struct ovnet_rxq *rxq)
{
	struct ovnet_coalesce_rx *rx = &rxq->coalesce;
	struct dim_sample sample = {};

	/* We are the counters' only writer. */
	dim_update_sample(rx->events++,
			  u64_stats_read(&rxq->stats.value[OVNET_RX_PACKETS]),
			  u64_stats_read(&rxq->stats.value[OVNET_RX_BYTES]),
			  &sample);
	net_dim(&rx->dim, &sample);
}

/* Come down in proportion when there were too many, and up again in steps. */
static void ovnet_coalesce_adjust(struct ovnet_coalesce_rx *rx, u32 wait)
{
	u32 frames = READ_ONCE(rx->frames);

	if (frames && rx->batch > frames)
		rx->now = max_t(u32, mul_u64_u32_div(rx->now, frames, rx->batch),
				OVNET_COALESCE_WAIT_MIN);
	else
		rx->now += rx->now / 4;
	rx->now = clamp_t(u32, rx->now, OVNET_COALESCE_WAIT_MIN, wait);
	rx->batch = 0;
}

/**
 * ovnet_coalesce_put_off() - have the next poll begun by the timer
 * @rxq: queue whose poll is complete, its ring's callback disabled
 * @done: frames that the poll has taken
 *
 * Context: The queue's NAPI.
 * Return: true if that was done, false if an interrupt has to begin it.
 */
bool ovnet_coalesce_put_off(struct ovnet_rxq *rxq, int done)
{
	struct ovnet_coalesce_rx *rx = &rxq->coalesce;
	u32 wait = READ_ONCE(rx->wait);
	bool idle = !rx->batch;

	if (READ_ONCE(rx->adapting))
		ovnet_coalesce_measure(rxq);
	if (!wait || idle) {
		rx->now = wait;
		rx->batch = 0;
		return false;
	}

	ovnet_coalesce_adjust(rx, wait);
	/*
	 * Once the poll is complete the queue may be stopped and freed. If it is
	 * polled again already, it comes here again.
	 */
	hrtimer_start(&rx->timer, ns_to_ktime(rx->now),
		      HRTIMER_MODE_REL_PINNED);
	napi_complete_done(&rxq->napi, done);
	return true;
}

/**
 * ovnet_coalesce_listen() - see to it that sent packets are freed in time
 * @txq: queue with a time
 * @queue: the net device's side of it
 *
 * Context: Under the queue's netif_tx_lock.
 * Return: false if most of what the device had is done already.
 */
bool ovnet_coalesce_listen(struct ovnet_txq *txq, struct netdev_queue *queue)
{
	struct ovnet_coalesce_tx *tx = &txq->coalesce;

	/*
	 * A full ring does not wait. A full byte queue limit does: it grows with
	 * the time, or there would be an interrupt for each few packets after all.
	 */
	if (netif_tx_queue_stopped(queue) ||
	    (tx->param.frames && txq->pending >= tx->param.frames))
		return virtqueue_enable_cb_delayed(txq->vq);

	if (txq->pending && !hrtimer_active(&tx->timer))
		hrtimer_start(&tx->timer, ns_to_ktime(READ_ONCE(tx->wait)),
			      HRTIMER_MODE_REL_PINNED);
	return true;
}

/*
 * Let the load change nothing for a while: what it would tell the device could
 * come after what the user has set.
 */
static void ovnet_coalesce_hold(struct ovnet_coalesce_rx *rx)
{
	WRITE_ONCE(rx->adapting, false);
	cancel_work_sync(&rx->dim.work);
	rx->dim.state = DIM_START_MEASURE;
}

static void ovnet_coalesce_let_go(struct ovnet_coalesce_rx *rx)
{
	WRITE_ONCE(rx->adapting, rx->adaptive);
}

/* Let polls of a queue do what was set, or leave it to the load. */
static void ovnet_coalesce_apply_rx(struct ovnet *ovnet, struct ovnet_rxq *rxq,
				    const struct ovnet_coalesce_param *param,
				    bool adaptive)
{
	struct ovnet_coalesce_rx *rx = &rxq->coalesce;
	bool device = ovnet_coalesce_left_to_device(ovnet);

	rx->param = *param;
	rx->adaptive = adaptive;
	ovnet_coalesce_use(rx, device ? 0 : param->usecs,
			   device ? 0 : param->frames);
	ovnet_coalesce_let_go(rx);
}

static void ovnet_coalesce_apply_tx(struct ovnet *ovnet, struct ovnet_txq *txq,
				    const struct ovnet_coalesce_param *param)
{
	struct netdev_queue *queue = netdev_get_tx_queue(ovnet->dev, txq->index);
	bool device = ovnet_coalesce_left_to_device(ovnet);

	__netif_tx_lock_bh(queue);
	txq->coalesce.param = *param;
	WRITE_ONCE(txq->coalesce.wait,
		   device ? 0 : param->usecs * (u32)NSEC_PER_USEC);
	ovnet_tx_tune(txq);
	__netif_tx_unlock_bh(queue);
}

static int ovnet_coalesce_tell_queue(struct ovnet *ovnet, struct virtqueue *vq,
				     const struct ovnet_coalesce_param *param)
{
	return ovnet_ctrl_coalesce_queue(ovnet, vq->index, param->frames,
					 param->usecs);
}

static int ovnet_coalesce_tell_pair(struct ovnet *ovnet,
				    const struct ovnet_pair *pair,
				    const struct ovnet_coalesce_param *rx,
				    const struct ovnet_coalesce_param *tx)
{
	int err;

	err = ovnet_coalesce_tell_queue(ovnet, pair->rxq.vq, rx);
	if (err)
		return err;

	return ovnet_coalesce_tell_queue(ovnet, pair->txq.vq, tx);
}

/* What the device should do now: what was set, or what the load had come to. */
static struct ovnet_coalesce_param
ovnet_coalesce_current(const struct ovnet_coalesce_rx *rx)
{
	struct ovnet_coalesce_param param = rx->param;
	struct dim_cq_moder moder;

	if (rx->adaptive) {
		moder = net_dim_get_rx_moderation(rx->dim.mode,
						  rx->dim.profile_ix);
		param.usecs = moder.usec;
		param.frames = moder.pkts;
	}
	return param;
}

/* Tell the device again what it was told of a pair. */
static int ovnet_coalesce_retell_pair(struct ovnet *ovnet,
				      const struct ovnet_pair *pair)
{
	const struct ovnet_coalesce_param rx =
		ovnet_coalesce_current(&pair->rxq.coalesce);

	return ovnet_coalesce_tell_pair(ovnet, pair, &rx,
					&pair->txq.coalesce.param);
}

/* Of each queue by itself. */
static int ovnet_coalesce_tell_each(struct ovnet *ovnet,
				    const struct ovnet_coalesce_param *rx,
				    const struct ovnet_coalesce_param *tx)
{
	unsigned int i;
	int err;

	for (i = 0; i < ovnet->pairs_max; i++) {
		err = ovnet_coalesce_tell_pair(ovnet, &ovnet->pairs[i], rx, tx);
		if (err)
			goto err_undo;
	}
	return 0;

err_undo:
	do {
		/* A device that is dead is not waited for any longer. */
		if (ovnet_coalesce_retell_pair(ovnet, &ovnet->pairs[i]) ==
		    -ETIMEDOUT)
			break;
	} while (i--);
	return err;
}

static int ovnet_coalesce_tell_both(struct ovnet *ovnet,
				    const struct ovnet_coalesce_param *rx,
				    const struct ovnet_coalesce_param *tx)
{
	int err;

	err = ovnet_ctrl_coalesce(ovnet, VIRTIO_NET_CTRL_NOTF_COAL_RX_SET,
				  rx->frames, rx->usecs);
	if (err)
		return err;

	return ovnet_ctrl_coalesce(ovnet, VIRTIO_NET_CTRL_NOTF_COAL_TX_SET,
				   tx->frames, tx->usecs);
}

/* Of all queues at once; so far they are all as the first. */
static int ovnet_coalesce_tell_all(struct ovnet *ovnet,
				   const struct ovnet_coalesce_param *rx,
				   const struct ovnet_coalesce_param *tx)
{
	const struct ovnet_pair *pair = &ovnet->pairs[0];
	int err;

	err = ovnet_coalesce_tell_both(ovnet, rx, tx);
	if (err)
		ovnet_coalesce_tell_both(ovnet, &pair->rxq.coalesce.param,
					 &pair->txq.coalesce.param);
	return err;
}

/* Tell the device, if it is to do it. Either it agrees, or all is as it was. */
static int ovnet_coalesce_tell(struct ovnet *ovnet,
			       const struct ovnet_coalesce_param *rx,
			       const struct ovnet_coalesce_param *tx)
{
	if (ovnet_coalesce_per_queue(ovnet))
		return ovnet_coalesce_tell_each(ovnet, rx, tx);
	if (ovnet_coalesce_by_device(ovnet))
		return ovnet_coalesce_tell_all(ovnet, rx, tx);

	return 0;
}

static int ovnet_coalesce_check(const struct ovnet *ovnet,
				const struct ethtool_coalesce *ec,
				struct netlink_ext_ack *extack)
{
	const struct ovnet_coalesce_rx *rx = &ovnet->pairs[0].rxq.coalesce;

	if (ec->rx_coalesce_usecs > OVNET_COALESCE_USECS_MAX ||
	    ec->tx_coalesce_usecs > OVNET_COALESCE_USECS_MAX) {
		NL_SET_ERR_MSG_MOD(extack, "a second is the longest time");
		return -EINVAL;
	}
	if (ec->rx_max_coalesced_frames > rx->param.frames &&
	    !ec->rx_coalesce_usecs && !ec->use_adaptive_rx_coalesce &&
	    !ovnet_coalesce_left_to_device(ovnet)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "rx-frames shortens rx-usecs, and needs it");
		return -EINVAL;
	}
	if (ec->use_adaptive_rx_coalesce && ovnet_coalesce_by_device(ovnet) &&
	    !ovnet_coalesce_per_queue(ovnet)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "the device moderates all queues alike (no VIRTIO_NET_F_VQ_NOTF_COAL)");
		return -EOPNOTSUPP;
	}

	return 0;
}

static void ovnet_coalesce_params(const struct ethtool_coalesce *ec,
				  struct ovnet_coalesce_param *rx,
				  struct ovnet_coalesce_param *tx)
{
	rx->usecs = ec->rx_coalesce_usecs;
	rx->frames = ec->rx_max_coalesced_frames;
	tx->usecs = ec->tx_coalesce_usecs;
	tx->frames = ec->tx_max_coalesced_frames;
}

static void ovnet_coalesce_apply(struct ovnet *ovnet, struct ovnet_pair *pair,
				 const struct ethtool_coalesce *ec)
{
	struct ovnet_coalesce_param rx, tx;

	ovnet_coalesce_params(ec, &rx, &tx);
	ovnet_coalesce_apply_rx(ovnet, &pair->rxq, &rx,
				ec->use_adaptive_rx_coalesce);
	ovnet_coalesce_apply_tx(ovnet, &pair->txq, &tx);
}

static void ovnet_coalesce_get_pair(const struct ovnet_pair *pair,
				    struct ethtool_coalesce *ec)
{
	ec->rx_coalesce_usecs = pair->rxq.coalesce.param.usecs;
	ec->rx_max_coalesced_frames = pair->rxq.coalesce.param.frames;
	ec->use_adaptive_rx_coalesce = pair->rxq.coalesce.adaptive;
	ec->tx_coalesce_usecs = pair->txq.coalesce.param.usecs;
	ec->tx_max_coalesced_frames = pair->txq.coalesce.param.frames;
}

/**
 * ovnet_coalesce_get() - what was set for all queues
 * @ovnet: device
 * @ec: to fill; if queues differ, with what the first has
 */
void ovnet_coalesce_get(struct ovnet *ovnet, struct ethtool_coalesce *ec)
{
	ovnet_coalesce_get_pair(&ovnet->pairs[0], ec);
}

/**
 * ovnet_coalesce_set() - moderate all queues alike
 * @ovnet: device that is ready
 * @ec: how
 * @extack: where to say why not
 *
 * Context: Process, under RTNL.
 * Return: 0, or a negative errno with all as it was, if the device allowed it.
 */
int ovnet_coalesce_set(struct ovnet *ovnet, const struct ethtool_coalesce *ec,
		       struct netlink_ext_ack *extack)
{
	struct ovnet_coalesce_param rx, tx;
	unsigned int i;
	int err;

	err = ovnet_coalesce_check(ovnet, ec, extack);
	if (err)
		return err;

	for (i = 0; i < ovnet->pairs_max; i++)
		ovnet_coalesce_hold(&ovnet->pairs[i].rxq.coalesce);
	ovnet_coalesce_params(ec, &rx, &tx);
	err = ovnet_coalesce_tell(ovnet, &rx, &tx);
	for (i = 0; i < ovnet->pairs_max; i++) {
		if (err)
			ovnet_coalesce_let_go(&ovnet->pairs[i].rxq.coalesce);
		else
			ovnet_coalesce_apply(ovnet, &ovnet->pairs[i], ec);
	}
	return err;
}

/* What the device says of a queue goes before what it was told. */
static int ovnet_coalesce_ask(struct ovnet *ovnet, const struct virtqueue *vq,
			      u32 *frames, u32 *usecs)
{
	if (!ovnet_coalesce_per_queue(ovnet))
		return 0;

	return ovnet_ctrl_coalesce_ask(ovnet, vq->index, frames, usecs);
}

/**
 * ovnet_coalesce_get_queue() - how a pair is moderated
 * @ovnet: device that is ready
 * @queue: number of the pair
 * @ec: to fill; from the device, if it can be asked
 *
 * Context: Process, under RTNL.
 * Return: 0 or a negative errno.
 */
int ovnet_coalesce_get_queue(struct ovnet *ovnet, u32 queue,
			     struct ethtool_coalesce *ec)
{
	struct ovnet_pair *pair;
	int err;

	if (queue >= ovnet->pairs_active)
		return -EINVAL;

	pair = &ovnet->pairs[queue];
	ovnet_coalesce_get_pair(pair, ec);
	err = ovnet_coalesce_ask(ovnet, pair->rxq.vq,
				 &ec->rx_max_coalesced_frames,
				 &ec->rx_coalesce_usecs);
	if (err)
		return err;

	return ovnet_coalesce_ask(ovnet, pair->txq.vq,
				  &ec->tx_max_coalesced_frames,
				  &ec->tx_coalesce_usecs);
}

/**
 * ovnet_coalesce_set_queue() - moderate one pair
 * @ovnet: device that is ready
 * @queue: number of the pair
 * @ec: how
 *
 * Context: Process, under RTNL.
 * Return: 0, or a negative errno with all as it was.
 */
int ovnet_coalesce_set_queue(struct ovnet *ovnet, u32 queue,
			     const struct ethtool_coalesce *ec)
{
	struct ovnet_coalesce_param rx, tx;
	struct ovnet_pair *pair;
	int err;

	if (queue >= ovnet->pairs_active)
		return -EINVAL;
	if (ovnet_coalesce_by_device(ovnet) && !ovnet_coalesce_per_queue(ovnet))
		return -EOPNOTSUPP;

	err = ovnet_coalesce_check(ovnet, ec, NULL);
	if (err)
		return err;

	pair = &ovnet->pairs[queue];
	ovnet_coalesce_hold(&pair->rxq.coalesce);
	ovnet_coalesce_params(ec, &rx, &tx);
	if (ovnet_coalesce_per_queue(ovnet)) {
		err = ovnet_coalesce_tell_pair(ovnet, pair, &rx, &tx);
		if (err) {
			ovnet_coalesce_retell_pair(ovnet, pair);
			ovnet_coalesce_let_go(&pair->rxq.coalesce);
			return err;
		}
	}

	ovnet_coalesce_apply(ovnet, pair, ec);
	return 0;
}

/**
 * ovnet_coalesce_replay_pair() - tell the device again what a pair was set to
 * @ovnet: device that was told to reset its rings
 * @i: number of the pair
 *
 * Context: Process, under RTNL.
 * Return: 0 or a negative errno.
 */
int ovnet_coalesce_replay_pair(struct ovnet *ovnet, unsigned int i)
{
	const struct ovnet_pair *pair = &ovnet->pairs[i];
	struct ethtool_coalesce ec = {};

	if (!ovnet_coalesce_per_queue(ovnet))
		return 0;

	/* Without moderation is how a ring begins. */
	ovnet_coalesce_get_pair(pair, &ec);
	if (!(ec.rx_coalesce_usecs | ec.rx_max_coalesced_frames |
	      ec.tx_coalesce_usecs | ec.tx_max_coalesced_frames |
	      ec.use_adaptive_rx_coalesce))
		return 0;

	return ovnet_coalesce_retell_pair(ovnet, pair);
}
