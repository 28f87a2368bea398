// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue pairs and their rings: from finding them at probe to giving them back
 * at remove, and turning their polling on and off in between.
 */

#include <linux/cpumask.h>
#include <linux/netdevice.h>
#include <linux/sched/isolation.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>

#include "ovnet.h"
#include "ovnet_buf.h"
#include "ovnet_ctrl.h"
#include "ovnet_queue.h"
#include "ovnet_rx.h"
#include "ovnet_tx.h"

static void ovnet_queue_init_pair(struct ovnet *ovnet, unsigned int i)
{
	struct ovnet_rxq *rxq = &ovnet->pairs[i].rxq;
	struct ovnet_txq *txq = &ovnet->pairs[i].txq;

	rxq->ovnet = ovnet;
	rxq->index = i;
	snprintf(rxq->name, sizeof(rxq->name), "input.%u", i);
	u64_stats_init(&rxq->stats.syncp);
	timer_setup(&rxq->refill_timer, ovnet_rx_retry, 0);
	netif_napi_add(ovnet->dev, &rxq->napi, ovnet_rx_poll);

	txq->ovnet = ovnet;
	txq->index = i;
	snprintf(txq->name, sizeof(txq->name), "output.%u", i);
	u64_stats_init(&txq->stats.syncp);
	netif_napi_add_tx(ovnet->dev, &txq->napi, ovnet_tx_poll);
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
 * @ovnet: device without rings, its NAPIs disabled
 */
void ovnet_queue_free(struct ovnet *ovnet)
{
	unsigned int i;

	for (i = 0; i < ovnet->pairs_max; i++) {
		__netif_napi_del(&ovnet->pairs[i].rxq.napi);
		__netif_napi_del(&ovnet->pairs[i].txq.napi);
	}
	/* One grace period for all of them; netpoll walks the list without a lock. */
	synchronize_net();
	kvfree(ovnet->pairs);
	ovnet->pairs = NULL;
}

/* The order is the specification's: receive, transmit, receive, ..., control. */
static void ovnet_queue_describe(struct ovnet *ovnet,
				 struct virtqueue_info *infos)
{
	unsigned int i;

	for (i = 0; i < ovnet->pairs_max; i++) {
		struct virtqueue_info *info = &infos[2 * i];

		info[0].name = ovnet->pairs[i].rxq.name;
		info[0].callback = ovnet_rx_done;
		info[0].ctx = true;
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
	unsigned int i;

	for (i = 0; i < ovnet->pairs_max; i++) {
		if (virtqueue_get_vring_size(ovnet->pairs[i].txq.vq) >= 2)
			continue;
		dev_err(&ovnet->vdev->dev,
			"%s has a ring of one entry, which holds no packet\n",
			ovnet->pairs[i].txq.name);
		return -EINVAL;
	}

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
	}

	ovnet->vdev->config->del_vqs(ovnet->vdev);
}

static int ovnet_queue_start_pair(struct ovnet_pair *pair)
{
	struct ovnet_rxq *rxq = &pair->rxq;
	int err;

	if (!rxq->pool) {
		err = ovnet_buf_init(rxq);
		if (err)
			return err;
	}
	ovnet_buf_discard(rxq);

	napi_enable(&pair->txq.napi);
	napi_enable(&rxq->napi);

	/* The first poll posts the buffers, and finds what came unannounced. */
	local_bh_disable();
	ovnet_queue_schedule(rxq->vq, &rxq->napi);
	ovnet_queue_schedule(pair->txq.vq, &pair->txq.napi);
	local_bh_enable();
	return 0;
}

static void ovnet_queue_stop_pair(struct ovnet_pair *pair)
{
	napi_disable(&pair->rxq.napi);
	/* Only a poll arms it, and there is none any more. */
	timer_delete_sync(&pair->rxq.refill_timer);
	virtqueue_disable_cb(pair->rxq.vq);

	napi_disable(&pair->txq.napi);
	virtqueue_disable_cb(pair->txq.vq);
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
	unsigned int i;
	int err;

	for (i = ovnet->pairs_running; i < count; i++) {
		err = ovnet_queue_start_pair(&ovnet->pairs[i]);
		if (err)
			goto err_stop;
	}
	ovnet->pairs_running = max(ovnet->pairs_running, count);
	return 0;

err_stop:
	while (i-- > ovnet->pairs_running)
		ovnet_queue_stop_pair(&ovnet->pairs[i]);
	return err;
}

/**
 * ovnet_queue_stop() - have no pair polled
 * @ovnet: device whose net device transmits no more
 *
 * The device keeps the buffers that it has; what it puts into them is discarded
 * by the next start.
 *
 * Context: Process, under RTNL.
 */
void ovnet_queue_stop(struct ovnet *ovnet)
{
	unsigned int i;

	for (i = 0; i < ovnet->pairs_running; i++)
		ovnet_queue_stop_pair(&ovnet->pairs[i]);
	ovnet->pairs_running = 0;
}

/* Every count-th CPU of @cpus, beginning with the i-th, wrapping around. */
static void ovnet_queue_cpus(struct cpumask *mask, const struct cpumask *cpus,
			     unsigned int i, unsigned int count)
{
	unsigned int weight = cpumask_weight(cpus);
	unsigned int cpu, k = 0;

	cpumask_clear(mask);
	for_each_cpu(cpu, cpus) {
		if (k % count == i % weight)
			cpumask_set_cpu(cpu, mask);
		k++;
	}
}

/**
 * ovnet_queue_spread() - give each active pair CPUs of its own
 * @ovnet: device with rings
 *
 * Interrupts go to CPUs that are not isolated, and packets from a CPU into the
 * queue whose interrupt it gets. A hint only: where it cannot be, it is not.
 *
 * Context: Process, under RTNL.
 */
void ovnet_queue_spread(struct ovnet *ovnet)
{
	unsigned int count = ovnet->pairs_active;
	cpumask_var_t cpus, mask;
	unsigned int i;

	if (!alloc_cpumask_var(&cpus, GFP_KERNEL))
		return;
	if (!alloc_cpumask_var(&mask, GFP_KERNEL))
		goto out_free;

	cpumask_and(cpus, cpu_online_mask, housekeeping_cpumask(HK_TYPE_DOMAIN));
	if (cpumask_empty(cpus))
		cpumask_copy(cpus, cpu_online_mask);

	for (i = 0; i < count; i++) {
		ovnet_queue_cpus(mask, cpus, i, count);
		virtqueue_set_affinity(ovnet->pairs[i].rxq.vq, mask);
		virtqueue_set_affinity(ovnet->pairs[i].txq.vq, mask);
		netif_set_xps_queue(ovnet->dev, mask, i);
	}

	free_cpumask_var(mask);
out_free:
	free_cpumask_var(cpus);
}
