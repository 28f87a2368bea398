// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network card's statistics: numbers that follow from the queue, the kind of
 * counter and how often it was asked. Strict about what may be asked for.
 */

#include <linux/kernel.h>
#include <linux/unaligned.h>

#include "fake_net.h"
#include "fake_net_ctrl.h"
#include "fake_net_stats.h"

/* Room for one answer. */
#define FAKE_NET_STATS_ANSWER	1024

/* Counters of each type, and the features of which it needs one. */
static const struct fake_net_stats_type {
	u8 type;
	u8 count;
	u64 any_of;
} fake_net_stats_types[] = {
	{ VIRTIO_NET_STATS_TYPE_REPLY_RX_BASIC, 6 },
	{ VIRTIO_NET_STATS_TYPE_REPLY_RX_CSUM, 4,
	  BIT_ULL(VIRTIO_NET_F_GUEST_CSUM) },
	{ VIRTIO_NET_STATS_TYPE_REPLY_RX_GSO, 4,
	  BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) | BIT_ULL(VIRTIO_NET_F_GUEST_TSO6) },
	{ VIRTIO_NET_STATS_TYPE_REPLY_RX_SPEED, 2 },
	{ VIRTIO_NET_STATS_TYPE_REPLY_TX_BASIC, 6 },
	{ VIRTIO_NET_STATS_TYPE_REPLY_TX_CSUM, 2,
	  BIT_ULL(VIRTIO_NET_F_CSUM) },
	{ VIRTIO_NET_STATS_TYPE_REPLY_TX_GSO, 6,
	  BIT_ULL(VIRTIO_NET_F_HOST_TSO4) | BIT_ULL(VIRTIO_NET_F_HOST_TSO6) |
	  BIT_ULL(VIRTIO_NET_F_HOST_USO) },
	{ VIRTIO_NET_STATS_TYPE_REPLY_TX_SPEED, 2 },
	{ VIRTIO_NET_STATS_TYPE_REPLY_CVQ, 2 },
};

/* Types that a queue has. */
static u64 fake_net_stats_of(struct fake_net *net, unsigned int ring)
{
	if (&net->fv->queues[ring] == fake_net_ctrlq(net))
		return VIRTIO_NET_STATS_TYPE_CVQ;

	return ring % 2 ? GENMASK_ULL(19, 16) : GENMASK_ULL(3, 0);
}

/**
 * fake_net_stats_asked_able() - may it be asked what it counts?
 * @net: device, locked
 * @ctrl: the command
 *
 * Return: the outcome.
 */
u8 fake_net_stats_asked_able(struct fake_net *net,
			     const struct fake_net_ctrl *ctrl)
{
	return ctrl->in_len >= 1 + sizeof(struct virtio_net_stats_capabilities) ?
	       VIRTIO_NET_OK : VIRTIO_NET_ERR;
}

/**
 * fake_net_stats_asked() - may it be asked what this command asks?
 * @net: device, locked
 * @ctrl: the command, of one queue
 *
 * Return: the outcome.
 */
u8 fake_net_stats_asked(struct fake_net *net, const struct fake_net_ctrl *ctrl)
{
	unsigned int ring = get_unaligned_le16(ctrl->data);
	u64 types = get_unaligned_le64(ctrl->data + 8);
	const struct fake_net_stats_type *type;
	unsigned int i;

	if (ring > 2 * net->pairs || !types || types & ~net->stats.types ||
	    types & ~fake_net_stats_of(net, ring))
		return VIRTIO_NET_ERR;

	for (i = 0; i < ARRAY_SIZE(fake_net_stats_types); i++) {
		type = &fake_net_stats_types[i];
		if (types & BIT_ULL(type->type) && type->any_of &&
		    !(net->fv->vdev->features & type->any_of))
			return VIRTIO_NET_ERR;
	}

	return VIRTIO_NET_OK;
}

/**
 * fake_net_stats_able() - say what it counts
 * @net: device, locked
 * @chain: the command
 *
 * Return: bytes written behind the outcome.
 */
u32 fake_net_stats_able(struct fake_net *net, struct fake_chain *chain)
{
	const struct virtio_net_stats_capabilities able = {
		.supported_stats_types[0] = cpu_to_le64(net->stats.types) };

	return fake_chain_write(chain, 1, &able, sizeof(able));
}

static unsigned int fake_net_stats_reply(struct fake_net *net, u8 *to,
					 unsigned int ring,
					 const struct fake_net_stats_type *type)
{
	struct virtio_net_stats_reply_hdr hdr = {
		.type = type->type, .vq_index = cpu_to_le16(ring) };
	unsigned int size = sizeof(hdr) + 8 * type->count + net->stats.more;
	unsigned int i;

	hdr.size = cpu_to_le16(size);
	memcpy(to, &hdr, sizeof(hdr));
	for (i = 0; i < type->count; i++)
		put_unaligned_le64(FAKE_NET_COUNTER(ring, type->type, i) +
				   net->stats.asked,
				   to + sizeof(hdr) + 8 * i);
	return size;
}

/**
 * fake_net_stats_say() - say what it counted
 * @net: device, locked
 * @ctrl: the command, found right
 * @chain: the same
 *
 * Return: bytes written behind the outcome.
 */
u32 fake_net_stats_say(struct fake_net *net, const struct fake_net_ctrl *ctrl,
		       struct fake_chain *chain)
{
	unsigned int ring = get_unaligned_le16(ctrl->data);
	u64 types = get_unaligned_le64(ctrl->data + 8);
	u8 answer[FAKE_NET_STATS_ANSWER] = {};
	unsigned int len = 0;
	unsigned int i;
	__le16 lie;

	for (i = 0; i < ARRAY_SIZE(fake_net_stats_types); i++)
		if (types & BIT_ULL(fake_net_stats_types[i].type))
			len += fake_net_stats_reply(net, answer + len, ring,
						    &fake_net_stats_types[i]);
	net->stats.asked++;
	if (net->stats.lie_len && net->stats.ring == ring) {
		lie = cpu_to_le16(net->stats.lie);
		memcpy(answer + net->stats.lie_at, &lie, net->stats.lie_len);
	}

	return fake_chain_write(chain, 1, answer, len);
}
