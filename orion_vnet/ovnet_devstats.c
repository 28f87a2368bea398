// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device counts (VIRTIO 1.4, "Device Statistics"), shown beside what we
 * count ourselves. Each look is a command, so only those who may sleep get one.
 *
 * An answer is taken over as a whole or not at all. A device that does not answer
 * costs its user one deadline, and is then left alone for a while.
 */

#include <linux/ethtool.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <net/netdev_queues.h>
#include <uapi/linux/virtio_net.h>

#include "ovnet.h"
#include "ovnet_ctrl.h"
#include "ovnet_devstats.h"

/* Counters of the kind of queue that has most. */
#define OVNET_DEVSTATS_ROW	16
/* Counters that one reply may have. */
#define OVNET_DEVSTATS_NAMES	6
/* Room for an answer; a newer device may say three times what we know of. */
#define OVNET_DEVSTATS_REPLY	512
/* How long a device that did not answer well is left alone. */
#define OVNET_DEVSTATS_PAUSE	(10 * HZ)

#define OVNET_DEVSTATS_TYPE(type)	VIRTIO_NET_STATS_TYPE_REPLY_##type
#define OVNET_DEVSTATS_NEEDS(name)	BIT_ULL(VIRTIO_NET_F_##name)

/*
 * One reply: its type, the first of its counters in a queue's row, what must be
 * negotiated to ask for it (one of them, or nothing), and its counters in order.
 */
struct ovnet_devstats_group {
	u8 type;
	u8 at;
	u64 any_of;
	const char *names[OVNET_DEVSTATS_NAMES];
};

static const struct ovnet_devstats_group ovnet_devstats_rx[] = {
	{ OVNET_DEVSTATS_TYPE(RX_BASIC), 0, 0,
	  { "notifications", "packets", "bytes", "interrupts", "drops",
	    "drop_overruns" } },
	{ OVNET_DEVSTATS_TYPE(RX_CSUM), 6, OVNET_DEVSTATS_NEEDS(GUEST_CSUM),
	  { "csum_valid", "needs_csum", "csum_none", "csum_bad" } },
	{ OVNET_DEVSTATS_TYPE(RX_GSO), 10, OVNET_DEVSTATS_NEEDS(GUEST_TSO4) |
					   OVNET_DEVSTATS_NEEDS(GUEST_TSO6),
	  { "gso_packets", "gso_bytes", "gso_packets_coalesced",
	    "gso_bytes_coalesced" } },
	{ OVNET_DEVSTATS_TYPE(RX_SPEED), 14, 0,
	  { "ratelimit_packets", "ratelimit_bytes" } },
};

static const struct ovnet_devstats_group ovnet_devstats_tx[] = {
	{ OVNET_DEVSTATS_TYPE(TX_BASIC), 0, 0,
	  { "notifications", "packets", "bytes", "interrupts", "drops",
	    "drop_malformed" } },
	{ OVNET_DEVSTATS_TYPE(TX_CSUM), 6, OVNET_DEVSTATS_NEEDS(CSUM),
	  { "csum_none", "needs_csum" } },
	{ OVNET_DEVSTATS_TYPE(TX_GSO), 8, OVNET_DEVSTATS_NEEDS(HOST_TSO4) |
					  OVNET_DEVSTATS_NEEDS(HOST_TSO6) |
					  OVNET_DEVSTATS_NEEDS(HOST_USO),
	  { "gso_packets", "gso_bytes", "gso_segments", "gso_segments_bytes",
	    "gso_packets_noseg", "gso_bytes_noseg" } },
	{ OVNET_DEVSTATS_TYPE(TX_SPEED), 14, 0,
	  { "ratelimit_packets", "ratelimit_bytes" } },
};

static const struct ovnet_devstats_group ovnet_devstats_ctrl[] = {
	{ OVNET_DEVSTATS_TYPE(CVQ), 0, 0, { "commands", "commands_ok" } },
};

/* The replies of one kind of queue. */
struct ovnet_devstats_kind {
	const struct ovnet_devstats_group *groups;
	unsigned int count;
};

static const struct ovnet_devstats_kind ovnet_devstats_rxq = {
	ovnet_devstats_rx, ARRAY_SIZE(ovnet_devstats_rx)
};

static const struct ovnet_devstats_kind ovnet_devstats_txq = {
	ovnet_devstats_tx, ARRAY_SIZE(ovnet_devstats_tx)
};

static const struct ovnet_devstats_kind ovnet_devstats_cvq = {
	ovnet_devstats_ctrl, ARRAY_SIZE(ovnet_devstats_ctrl)
};

/* Counters that the stack has a name for: where in a row, where in its structure. */
struct ovnet_devstats_known {
	u8 type;
	u8 value;
	u8 offset;
};

#define OVNET_DEVSTATS_RX(type, value, member) \
	{ OVNET_DEVSTATS_TYPE(RX_##type), value, \
	  offsetof(struct netdev_queue_stats_rx, member) }
#define OVNET_DEVSTATS_TX(type, value, member) \
	{ OVNET_DEVSTATS_TYPE(TX_##type), value, \
	  offsetof(struct netdev_queue_stats_tx, member) }

static const struct ovnet_devstats_known ovnet_devstats_known_rx[] = {
	OVNET_DEVSTATS_RX(BASIC, 4, hw_drops),
	OVNET_DEVSTATS_RX(BASIC, 5, hw_drop_overruns),
	OVNET_DEVSTATS_RX(CSUM, 6, csum_unnecessary),
	OVNET_DEVSTATS_RX(CSUM, 8, csum_none),
	OVNET_DEVSTATS_RX(CSUM, 9, csum_bad),
	OVNET_DEVSTATS_RX(GSO, 10, hw_gro_packets),
	OVNET_DEVSTATS_RX(GSO, 11, hw_gro_bytes),
	OVNET_DEVSTATS_RX(GSO, 12, hw_gro_wire_packets),
	OVNET_DEVSTATS_RX(GSO, 13, hw_gro_wire_bytes),
	OVNET_DEVSTATS_RX(SPEED, 14, hw_drop_ratelimits),
};

/* How many trains there were we count ourselves, whatever the device says. */
static const struct ovnet_devstats_known ovnet_devstats_known_tx[] = {
	OVNET_DEVSTATS_TX(BASIC, 4, hw_drops),
	OVNET_DEVSTATS_TX(BASIC, 5, hw_drop_errors),
	OVNET_DEVSTATS_TX(CSUM, 6, csum_none),
	OVNET_DEVSTATS_TX(CSUM, 7, needs_csum),
	OVNET_DEVSTATS_TX(GSO, 11, hw_gso_wire_bytes),
	OVNET_DEVSTATS_TX(SPEED, 14, hw_drop_ratelimits),
};

static unsigned int
ovnet_devstats_group_size(const struct ovnet_devstats_group *group)
{
	unsigned int n = 0;

	while (n < OVNET_DEVSTATS_NAMES && group->names[n])
		n++;

	return n;
}

/* Is this reply asked for? */
static bool ovnet_devstats_has(const struct ovnet *ovnet, u8 type)
{
	return ovnet->devstats.types & BIT_ULL(type);
}

/* The types of a kind of queue that are asked for. */
static u64 ovnet_devstats_wanted(const struct ovnet *ovnet,
				 const struct ovnet_devstats_kind *kind)
{
	u64 types = 0;
	unsigned int i;

	for (i = 0; i < kind->count; i++)
		types |= BIT_ULL(kind->groups[i].type);

	return types & ovnet->devstats.types;
}

/* Those that the device may be asked for, by what was negotiated. */
static u64 ovnet_devstats_allowed(const struct ovnet *ovnet,
				  const struct ovnet_devstats_kind *kind)
{
	u64 types = 0;
	unsigned int i;

	for (i = 0; i < kind->count; i++) {
		const struct ovnet_devstats_group *group = &kind->groups[i];

		if (!group->any_of || ovnet->vdev->features & group->any_of)
			types |= BIT_ULL(group->type);
	}

	return types;
}

/* The control queue comes after all pairs that the device has. */
static unsigned int ovnet_devstats_rings(const struct ovnet *ovnet)
{
	return 2 * ovnet->pairs_max + 1;
}

static u64 *ovnet_devstats_row(const struct ovnet *ovnet, unsigned int ring)
{
	return ovnet->devstats.values + ring * OVNET_DEVSTATS_ROW;
}

/**
 * ovnet_devstats_start() - ask what the device counts
 * @ovnet: device that is ready, its net device not registered
 *
 * A device that does not say is as good as one that counts nothing.
 */
void ovnet_devstats_start(struct ovnet *ovnet)
{
	struct ovnet_devstats *devstats = &ovnet->devstats;
	u64 types;
	int err;

	mutex_init(&devstats->lock);
	err = ovnet_ctrl_stats_query(ovnet, &types);
	if (err == -EOPNOTSUPP)
		return;
	if (err) {
		dev_warn(&ovnet->vdev->dev,
			 "the device does not say what it counts: %d\n", err);
		return;
	}

	types &= ovnet_devstats_allowed(ovnet, &ovnet_devstats_rxq) |
		 ovnet_devstats_allowed(ovnet, &ovnet_devstats_txq) |
		 ovnet_devstats_allowed(ovnet, &ovnet_devstats_cvq);
	if (!types)
		return;

	devstats->values = kvcalloc(ovnet_devstats_rings(ovnet),
				    OVNET_DEVSTATS_ROW * sizeof(u64),
				    GFP_KERNEL);
	if (devstats->values)
		devstats->types = types;
}

/**
 * ovnet_devstats_fini() - undo ovnet_devstats_start()
 * @ovnet: device whose net device is not registered
 */
void ovnet_devstats_fini(struct ovnet *ovnet)
{
	kvfree(ovnet->devstats.values);
	ovnet->devstats.values = NULL;
}

static const struct ovnet_devstats_group *
ovnet_devstats_find(const struct ovnet_devstats_kind *kind, u8 type)
{
	unsigned int i;

	for (i = 0; i < kind->count; i++)
		if (kind->groups[i].type == type)
			return &kind->groups[i];

	return NULL;
}

/*
 * The first reply of @len bytes into @row. Says how many bytes it had, which may
 * be more than we know the meaning of; or -EPROTO if it is not what was asked for.
 */
static int ovnet_devstats_take(const struct ovnet_devstats_kind *kind,
			       unsigned int ring, u64 *missing, const u8 *reply,
			       unsigned int len, u64 *row)
{
	const struct ovnet_devstats_group *group;
	struct virtio_net_stats_reply_hdr hdr;
	unsigned int size, count, i;
	__le64 value;

	if (len < sizeof(hdr))
		return -EPROTO;

	memcpy(&hdr, reply, sizeof(hdr));
	size = le16_to_cpu(hdr.size);
	if (size > len || le16_to_cpu(hdr.vq_index) != ring || hdr.type >= 64 ||
	    !(*missing & BIT_ULL(hdr.type)))
		return -EPROTO;

	group = ovnet_devstats_find(kind, hdr.type);
	count = ovnet_devstats_group_size(group);
	if (size < sizeof(hdr) + count * sizeof(u64))
		return -EPROTO;

	for (i = 0; i < count; i++) {
		memcpy(&value, reply + sizeof(hdr) + i * sizeof(value),
		       sizeof(value));
		row[group->at + i] = le64_to_cpu(value);
	}
	*missing &= ~BIT_ULL(hdr.type);
	return size;
}

/* All of an answer into @row, and all that was asked for. */
static int ovnet_devstats_parse(const struct ovnet_devstats_kind *kind,
				unsigned int ring, u64 types, const u8 *reply,
				unsigned int len, u64 *row)
{
	unsigned int at = 0;
	int ret;

	while (types) {
		ret = ovnet_devstats_take(kind, ring, &types, reply + at,
					  len - at, row);
		if (ret < 0)
			return ret;
		at += ret;
	}

	return 0;
}

static int ovnet_devstats_exec(struct ovnet *ovnet, unsigned int ring,
			       const struct ovnet_devstats_kind *kind,
			       u64 types)
{
	u64 row[OVNET_DEVSTATS_ROW] = {};
	u8 *reply;
	int ret;

	reply = kmalloc(OVNET_DEVSTATS_REPLY, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;

	ret = ovnet_ctrl_stats_get(ovnet, ring, types, reply,
				   OVNET_DEVSTATS_REPLY);
	if (ret >= 0)
		ret = ovnet_devstats_parse(kind, ring, types, reply, ret, row);
	if (!ret)
		memcpy(ovnet_devstats_row(ovnet, ring), row, sizeof(row));
	kfree(reply);
	return ret;
}

/* Have the device say again what it counted; on failure its old word stands. */
static void ovnet_devstats_renew_locked(struct ovnet *ovnet, unsigned int ring,
					const struct ovnet_devstats_kind *kind,
					u64 types)
{
	struct ovnet_devstats *devstats = &ovnet->devstats;
	int err;

	lockdep_assert_held(&devstats->lock);

	if (devstats->failed && time_before(jiffies, devstats->again))
		return;

	err = ovnet_devstats_exec(ovnet, ring, kind, types);
	devstats->failed = err;
	if (!err)
		return;

	devstats->again = jiffies + OVNET_DEVSTATS_PAUSE;
	netdev_warn(ovnet->dev,
		    "the device does not say what it counted of queue %u, old values are shown: %d\n",
		    ring, err);
}

/* What the device counted of a queue; false if it counts nothing there. */
static bool ovnet_devstats_read(struct ovnet *ovnet, unsigned int ring,
				const struct ovnet_devstats_kind *kind,
				u64 *row)
{
	u64 types = ovnet_devstats_wanted(ovnet, kind);

	if (!types)
		return false;

	mutex_lock(&ovnet->devstats.lock);
	ovnet_devstats_renew_locked(ovnet, ring, kind, types);
	memcpy(row, ovnet_devstats_row(ovnet, ring),
	       OVNET_DEVSTATS_ROW * sizeof(*row));
	mutex_unlock(&ovnet->devstats.lock);
	return true;
}

static unsigned int
ovnet_devstats_kind_size(const struct ovnet *ovnet,
			 const struct ovnet_devstats_kind *kind)
{
	unsigned int n = 0;
	unsigned int i;

	for (i = 0; i < kind->count; i++)
		if (ovnet_devstats_has(ovnet, kind->groups[i].type))
			n += ovnet_devstats_group_size(&kind->groups[i]);

	return n;
}

/**
 * ovnet_devstats_count() - how many values ethtool -S shows of these
 * @ovnet: device
 *
 * Return: number for ovnet_devstats_names() and ovnet_devstats_values().
 */
unsigned int ovnet_devstats_count(const struct ovnet *ovnet)
{
	return ovnet->pairs_active *
	       (ovnet_devstats_kind_size(ovnet, &ovnet_devstats_rxq) +
		ovnet_devstats_kind_size(ovnet, &ovnet_devstats_txq)) +
	       ovnet_devstats_kind_size(ovnet, &ovnet_devstats_cvq);
}

static void ovnet_devstats_names_of(const struct ovnet *ovnet, u8 **data,
				    const struct ovnet_devstats_kind *kind,
				    const char *queue)
{
	unsigned int i, k;

	for (i = 0; i < kind->count; i++) {
		const struct ovnet_devstats_group *group = &kind->groups[i];

		if (!ovnet_devstats_has(ovnet, group->type))
			continue;
		for (k = 0; k < ovnet_devstats_group_size(group); k++)
			ethtool_sprintf(data, "%s_dev_%s", queue,
					group->names[k]);
	}
}

/**
 * ovnet_devstats_names() - what the values are called
 * @ovnet: device
 * @data: room for as many strings as ovnet_devstats_count() says
 */
void ovnet_devstats_names(const struct ovnet *ovnet, u8 *data)
{
	char queue[OVNET_QUEUE_NAME];
	unsigned int i;

	for (i = 0; i < ovnet->pairs_active; i++) {
		snprintf(queue, sizeof(queue), "rx%u", i);
		ovnet_devstats_names_of(ovnet, &data, &ovnet_devstats_rxq,
					queue);
		snprintf(queue, sizeof(queue), "tx%u", i);
		ovnet_devstats_names_of(ovnet, &data, &ovnet_devstats_txq,
					queue);
	}
	ovnet_devstats_names_of(ovnet, &data, &ovnet_devstats_cvq, "ctrl");
}

static u64 *ovnet_devstats_values_of(struct ovnet *ovnet, u64 *data,
				     unsigned int ring,
				     const struct ovnet_devstats_kind *kind)
{
	u64 row[OVNET_DEVSTATS_ROW];
	unsigned int i, k;

	if (!ovnet_devstats_read(ovnet, ring, kind, row))
		return data;

	for (i = 0; i < kind->count; i++) {
		const struct ovnet_devstats_group *group = &kind->groups[i];

		if (!ovnet_devstats_has(ovnet, group->type))
			continue;
		for (k = 0; k < ovnet_devstats_group_size(group); k++)
			*data++ = row[group->at + k];
	}

	return data;
}

/**
 * ovnet_devstats_values() - the values, as the device says now
 * @ovnet: device
 * @data: room for as many as ovnet_devstats_count() says
 *
 * Context: Process. Sleeps up to the control queue's deadline.
 */
void ovnet_devstats_values(struct ovnet *ovnet, u64 *data)
{
	unsigned int i;

	for (i = 0; i < ovnet->pairs_active; i++) {
		data = ovnet_devstats_values_of(ovnet, data, 2 * i,
						&ovnet_devstats_rxq);
		data = ovnet_devstats_values_of(ovnet, data, 2 * i + 1,
						&ovnet_devstats_txq);
	}
	ovnet_devstats_values_of(ovnet, data, ovnet_devstats_rings(ovnet) - 1,
				 &ovnet_devstats_cvq);
}

static void ovnet_devstats_zero(const struct ovnet *ovnet,
				const struct ovnet_devstats_known *known,
				unsigned int count, void *stats)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (ovnet_devstats_has(ovnet, known[i].type))
			*(u64 *)(stats + known[i].offset) = 0;
}

static void ovnet_devstats_add(struct ovnet *ovnet, unsigned int ring,
			       const struct ovnet_devstats_kind *kind,
			       const struct ovnet_devstats_known *known,
			       unsigned int count, void *sum)
{
	u64 row[OVNET_DEVSTATS_ROW];
	unsigned int i;

	if (!ovnet_devstats_read(ovnet, ring, kind, row))
		return;

	for (i = 0; i < count; i++)
		if (ovnet_devstats_has(ovnet, known[i].type))
			*(u64 *)(sum + known[i].offset) += row[known[i].value];
}

/**
 * ovnet_devstats_zero_rx() - begin a sum of what the device counts
 * @ovnet: device
 * @stats: only what the device counts is touched; the rest is unknown
 */
void ovnet_devstats_zero_rx(const struct ovnet *ovnet,
			    struct netdev_queue_stats_rx *stats)
{
	ovnet_devstats_zero(ovnet, ovnet_devstats_known_rx,
			    ARRAY_SIZE(ovnet_devstats_known_rx), stats);
}

/**
 * ovnet_devstats_zero_tx() - begin a sum of what the device counts
 * @ovnet: device
 * @stats: only what the device counts is touched; the rest is unknown
 */
void ovnet_devstats_zero_tx(const struct ovnet *ovnet,
			    struct netdev_queue_stats_tx *stats)
{
	ovnet_devstats_zero(ovnet, ovnet_devstats_known_tx,
			    ARRAY_SIZE(ovnet_devstats_known_tx), stats);
}

/**
 * ovnet_devstats_add_rx() - add what the device counts of a receive queue
 * @ovnet: device
 * @pair: which pair's
 * @sum: to add to
 *
 * Context: Process. Sleeps up to the control queue's deadline.
 */
void ovnet_devstats_add_rx(struct ovnet *ovnet, unsigned int pair,
			   struct netdev_queue_stats_rx *sum)
{
	ovnet_devstats_add(ovnet, 2 * pair, &ovnet_devstats_rxq,
			   ovnet_devstats_known_rx,
			   ARRAY_SIZE(ovnet_devstats_known_rx), sum);
}

/**
 * ovnet_devstats_add_tx() - add what the device counts of a transmit queue
 * @ovnet: device
 * @pair: which pair's
 * @sum: to add to
 *
 * Context: Process. Sleeps up to the control queue's deadline.
 */
void ovnet_devstats_add_tx(struct ovnet *ovnet, unsigned int pair,
			   struct netdev_queue_stats_tx *sum)
{
	ovnet_devstats_add(ovnet, 2 * pair + 1, &ovnet_devstats_txq,
			   ovnet_devstats_known_tx,
			   ARRAY_SIZE(ovnet_devstats_known_tx), sum);
}
