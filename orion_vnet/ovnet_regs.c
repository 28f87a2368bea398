// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state of device and rings as words, for "ethtool -d". A snapshot of what
 * others write meanwhile: good enough to see why a queue stands still. The layout
 * is documented in Documentation/ethtool.rst.
 */

#include <linux/netdevice.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_ring.h>

#include "ovnet.h"
#include "ovnet_irq.h"
#include "ovnet_regs.h"

/* Words of the device. */
enum ovnet_regs_device {
	OVNET_REGS_PAIRS_MAX,
	OVNET_REGS_PAIRS_ACTIVE,
	OVNET_REGS_PAIRS_RUNNING,
	OVNET_REGS_STATUS,
	OVNET_REGS_FEATURES_LOW,
	OVNET_REGS_FEATURES_HIGH,
	OVNET_REGS_HEADER_LEN,
	OVNET_REGS_QUEUES,
	OVNET_REGS_DEVICE,
};

/* Words of each queue: receive and transmit queue of each active pair. */
enum ovnet_regs_queue {
	OVNET_REGS_RING_SIZE,
	OVNET_REGS_RING_MAX,
	OVNET_REGS_RING_FREE,
	OVNET_REGS_HELD,
	OVNET_REGS_FLAGS,
	OVNET_REGS_INTERRUPT,
	OVNET_REGS_AVAIL,
	OVNET_REGS_USED,
	OVNET_REGS_QUEUE,
};

/* Bits of OVNET_REGS_FLAGS. */
#define OVNET_REGS_POLLED	BIT(0)
#define OVNET_REGS_BROKEN	BIT(1)
#define OVNET_REGS_SCHEDULED	BIT(2)
#define OVNET_REGS_STARVED	BIT(3)
#define OVNET_REGS_STOPPED	BIT(4)

/* Indices in memory that is shared with the device; packed rings have none. */
static void ovnet_regs_indices(const struct ovnet *ovnet,
			       struct virtqueue *vq, u32 *to)
{
	const struct vring *vring;

	if (virtio_has_feature(ovnet->vdev, VIRTIO_F_RING_PACKED)) {
		to[OVNET_REGS_AVAIL] = U32_MAX;
		to[OVNET_REGS_USED] = U32_MAX;
		return;
	}

	vring = virtqueue_get_vring(vq);
	to[OVNET_REGS_AVAIL] = virtio16_to_cpu(ovnet->vdev,
					       READ_ONCE(vring->avail->idx));
	to[OVNET_REGS_USED] = virtio16_to_cpu(ovnet->vdev,
					      READ_ONCE(vring->used->idx));
}

static void ovnet_regs_ring(const struct ovnet *ovnet, struct virtqueue *vq,
			    const struct napi_struct *napi, u32 *to)
{
	to[OVNET_REGS_RING_SIZE] = virtqueue_get_vring_size(vq);
	to[OVNET_REGS_RING_MAX] = vq->num_max;
	to[OVNET_REGS_RING_FREE] = vq->num_free;
	to[OVNET_REGS_INTERRUPT] = max(ovnet_irq_number(ovnet, vq), -1);
	if (virtqueue_is_broken(vq))
		to[OVNET_REGS_FLAGS] |= OVNET_REGS_BROKEN;
	if (test_bit(NAPI_STATE_SCHED, &napi->state))
		to[OVNET_REGS_FLAGS] |= OVNET_REGS_SCHEDULED;
	ovnet_regs_indices(ovnet, vq, to);
}

static void ovnet_regs_pair(const struct ovnet *ovnet, unsigned int i, u32 *to)
{
	const struct ovnet_rxq *rxq = &ovnet->pairs[i].rxq;
	const struct ovnet_txq *txq = &ovnet->pairs[i].txq;
	u32 polled = i < ovnet->pairs_running ? OVNET_REGS_POLLED : 0;
	u32 *rx = to, *tx = to + OVNET_REGS_QUEUE;

	rx[OVNET_REGS_FLAGS] = polled;
	if (READ_ONCE(rxq->starved))
		rx[OVNET_REGS_FLAGS] |= OVNET_REGS_STARVED;
	ovnet_regs_ring(ovnet, rxq->vq, &rxq->napi, rx);
	rx[OVNET_REGS_HELD] = rx[OVNET_REGS_RING_SIZE] -
			      rx[OVNET_REGS_RING_FREE];

	tx[OVNET_REGS_FLAGS] = polled;
	if (netif_xmit_stopped(netdev_get_tx_queue(ovnet->dev, i)))
		tx[OVNET_REGS_FLAGS] |= OVNET_REGS_STOPPED;
	ovnet_regs_ring(ovnet, txq->vq, &txq->napi, tx);
	tx[OVNET_REGS_HELD] = READ_ONCE(txq->pending);
}

/**
 * ovnet_regs_len() - how many words there are
 * @ovnet: device with rings
 *
 * Return: number for ovnet_regs_dump().
 */
unsigned int ovnet_regs_len(const struct ovnet *ovnet)
{
	return OVNET_REGS_DEVICE + 2 * ovnet->pairs_active * OVNET_REGS_QUEUE;
}

/**
 * ovnet_regs_dump() - write them
 * @ovnet: device with rings
 * @to: room for as many as ovnet_regs_len() says, all 0
 *
 * Context: Process, under RTNL.
 */
void ovnet_regs_dump(const struct ovnet *ovnet, u32 *to)
{
	struct virtio_device *vdev = ovnet->vdev;
	unsigned int i;

	to[OVNET_REGS_PAIRS_MAX] = ovnet->pairs_max;
	to[OVNET_REGS_PAIRS_ACTIVE] = ovnet->pairs_active;
	to[OVNET_REGS_PAIRS_RUNNING] = ovnet->pairs_running;
	to[OVNET_REGS_STATUS] = vdev->config->get_status(vdev);
	for (i = 0; i < 64; i++)
		if (__virtio_test_bit(vdev, i))
			to[OVNET_REGS_FEATURES_LOW + i / 32] |= BIT(i % 32);
	to[OVNET_REGS_HEADER_LEN] = ovnet->hdr.len;
	to[OVNET_REGS_QUEUES] = 2 * ovnet->pairs_active;

	to += OVNET_REGS_DEVICE;
	for (i = 0; i < ovnet->pairs_active; i++)
		ovnet_regs_pair(ovnet, i, to + 2 * i * OVNET_REGS_QUEUE);
}
