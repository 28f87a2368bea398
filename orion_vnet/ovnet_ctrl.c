// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands to the device (VIRTIO 1.3, 5.1.6.5), one function each.
 *
 * Each command owns its memory, which lives until the device has given it back,
 * and sleeps until the device's interrupt or the deadline. So a dead device
 * costs its caller the deadline, and costs nobody else a CPU.
 */

#include <linux/cache.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>

#include "orion_cmdq.h"
#include "orion_feature.h"
#include "ovnet.h"
#include "ovnet_ctrl.h"

static unsigned int ctrl_timeout_ms = 1000;
module_param(ctrl_timeout_ms, uint, 0444);
MODULE_PARM_DESC(ctrl_timeout_ms,
		 "How long the device may take to answer a control command, in ms (default 1000)");

/*
 * How frames are hashed and steered. Behind the table come, unaligned by then,
 * the length of the key and the key.
 */
struct ovnet_ctrl_rss_config {
	__le32 types;
	__le16 mask;
	__le16 unclassified;
	/* Of each remainder; one more is the number of pairs. */
	__le16 table[];
};

/* What is asked of one queue; the kernel's own structure has arrays of one. */
struct ovnet_ctrl_stats_wish {
	__le16 queue;
	__le16 reserved[3];
	__le64 types;
};

/*
 * A command on its way. What the device writes has cache lines alone: the
 * outcome, and behind the data the result if there is one.
 */
struct ovnet_ctrl_cmd {
	struct orion_cmd base;
	u8 *result;
	u8 ack ____cacheline_aligned;
	struct virtio_net_ctrl_hdr hdr ____cacheline_aligned;
	u8 data[];
};

static struct ovnet_ctrl_cmd *to_ovnet_ctrl_cmd(const struct orion_cmd *base)
{
	return container_of(base, struct ovnet_ctrl_cmd, base);
}

static int ovnet_ctrl_check(const struct orion_cmd *base)
{
	const struct ovnet_ctrl_cmd *cmd = to_ovnet_ctrl_cmd(base);

	if (base->used < sizeof(cmd->ack))
		return -EPROTO;

	switch (cmd->ack) {
	case VIRTIO_NET_OK:
		return 0;
	case VIRTIO_NET_ERR:
		return -EINVAL;
	default:
		return -EPROTO;
	}
}

static void ovnet_ctrl_release(struct orion_cmd *base)
{
	kfree(to_ovnet_ctrl_cmd(base));
}

static const struct orion_cmd_ops ovnet_ctrl_ops = {
	.check = ovnet_ctrl_check,
	.release = ovnet_ctrl_release,
};

/*
 * A command, ready to be sent but for what may follow its outcome; or an error
 * pointer: -EOPNOTSUPP if the device has no such command, -ENOMEM.
 *
 * Each part of a command has a descriptor of its own, which old devices need and
 * new ones do not mind: the header, the first bytes of the data up to @split,
 * and the others. A result has a descriptor if there is @room for one.
 */
static struct ovnet_ctrl_cmd *
ovnet_ctrl_alloc(const struct ovnet *ovnet, unsigned int feature, u8 class,
		 u8 command, const void *data, size_t len, size_t split,
		 size_t room)
{
	struct ovnet_ctrl_cmd *cmd;
	size_t result;

	if (!orion_feature_has(ovnet->vdev, feature))
		return ERR_PTR(-EOPNOTSUPP);

	result = ALIGN(struct_size(cmd, data, len), SMP_CACHE_BYTES);
	cmd = kzalloc(result + room, GFP_KERNEL);
	if (!cmd)
		return ERR_PTR(-ENOMEM);

	orion_cmd_init(&cmd->base, &ovnet_ctrl_ops);
	cmd->hdr.class = class;
	cmd->hdr.cmd = command;
	memcpy(cmd->data, data, len);
	orion_cmd_add_out(&cmd->base, &cmd->hdr, sizeof(cmd->hdr));
	if (split)
		orion_cmd_add_out(&cmd->base, cmd->data, split);
	if (len > split)
		orion_cmd_add_out(&cmd->base, cmd->data + split, len - split);
	orion_cmd_add_in(&cmd->base, &cmd->ack, sizeof(cmd->ack));
	cmd->result = (u8 *)cmd + result;
	if (room)
		orion_cmd_add_in(&cmd->base, cmd->result, room);
	return cmd;
}

/*
 * Send a command and wait for its outcome: 0, -EOPNOTSUPP if the device has no
 * such command, -EINVAL if it refused, or what orion_cmdq_exec() says.
 */
static int ovnet_ctrl_exec_split(struct ovnet *ovnet, unsigned int feature,
				 u8 class, u8 command, const void *data,
				 size_t len, size_t split)
{
	struct ovnet_ctrl_cmd *cmd;
	int err;

	cmd = ovnet_ctrl_alloc(ovnet, feature, class, command, data, len,
			       split, 0);
	if (IS_ERR(cmd))
		return PTR_ERR(cmd);

	err = orion_cmdq_exec(&ovnet->ctrl, &cmd->base);
	orion_cmd_put(&cmd->base);
	return err;
}

static int ovnet_ctrl_exec(struct ovnet *ovnet, unsigned int feature, u8 class,
			   u8 command, const void *data, size_t len)
{
	return ovnet_ctrl_exec_split(ovnet, feature, class, command, data, len,
				     len);
}

/*
 * The same for a command that has a result. Says how many bytes of it the device
 * wrote, which are no more than there is room for.
 */
static int ovnet_ctrl_ask(struct ovnet *ovnet, unsigned int feature, u8 class,
			  u8 command, const void *data, size_t len,
			  void *result, size_t room)
{
	struct ovnet_ctrl_cmd *cmd;
	int ret;

	cmd = ovnet_ctrl_alloc(ovnet, feature, class, command, data, len, len,
			       room);
	if (IS_ERR(cmd))
		return PTR_ERR(cmd);

	ret = orion_cmdq_exec(&ovnet->ctrl, &cmd->base);
	if (!ret) {
		ret = cmd->base.used - sizeof(cmd->ack);
		memcpy(result, cmd->result, ret);
	}
	orion_cmd_put(&cmd->base);
	return ret;
}

/* The same for a result of which nothing may be missing: 0 or a negative errno. */
static int ovnet_ctrl_ask_whole(struct ovnet *ovnet, unsigned int feature,
				u8 class, u8 command, const void *data,
				size_t len, void *result, size_t size)
{
	int ret = ovnet_ctrl_ask(ovnet, feature, class, command, data, len,
				 result, size);

	if (ret < 0)
		return ret;

	return ret < size ? -EPROTO : 0;
}

/**
 * ovnet_ctrl_init() - make the control queue, without a ring
 * @ovnet: device; it may have no control queue
 *
 * Return: 0 or -ENOMEM.
 */
int ovnet_ctrl_init(struct ovnet *ovnet)
{
	return orion_cmdq_init(&ovnet->ctrl, &ovnet->vdev->dev, "control",
			       ctrl_timeout_ms);
}

/**
 * ovnet_ctrl_fini() - undo ovnet_ctrl_init()
 * @ovnet: device whose control queue is cancelled or was never started
 */
void ovnet_ctrl_fini(struct ovnet *ovnet)
{
	orion_cmdq_fini(&ovnet->ctrl);
}

/**
 * ovnet_ctrl_present() - does the device have a control queue?
 * @ovnet: device
 *
 * Return: true if it does.
 */
bool ovnet_ctrl_present(const struct ovnet *ovnet)
{
	return virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_CTRL_VQ);
}

/**
 * ovnet_ctrl_start() - give the control queue its ring
 * @ovnet: device
 * @vq: borrowed until ovnet_ctrl_cancel()
 */
void ovnet_ctrl_start(struct ovnet *ovnet, struct virtqueue *vq)
{
	orion_cmdq_start(&ovnet->ctrl, vq);
}

/**
 * ovnet_ctrl_stop() - refuse further commands
 * @ovnet: device, about to be reset
 */
void ovnet_ctrl_stop(struct ovnet *ovnet)
{
	orion_cmdq_stop(&ovnet->ctrl);
}

/**
 * ovnet_ctrl_cancel() - take back what the device had
 * @ovnet: device that was reset, its control queue stopped
 */
void ovnet_ctrl_cancel(struct ovnet *ovnet)
{
	orion_cmdq_cancel(&ovnet->ctrl);
}

/**
 * ovnet_ctrl_done() - the device has answered; the ring's callback
 * @vq: the ring
 */
void ovnet_ctrl_done(struct virtqueue *vq)
{
	struct ovnet *ovnet = vq->vdev->priv;

	orion_cmdq_reap(&ovnet->ctrl);
}

/**
 * ovnet_ctrl_rx_mode() - switch a receive mode
 * @ovnet: device
 * @command: VIRTIO_NET_CTRL_RX_PROMISC or VIRTIO_NET_CTRL_RX_ALLMULTI
 * @on: whether to have it
 *
 * Context: Process. Sleeps up to the deadline, as all functions below.
 * Return: 0 or a negative errno, as all functions below: -EOPNOTSUPP if the
 * device has no such command, -EINVAL if it refused, -ETIMEDOUT if it did not
 * answer.
 */
int ovnet_ctrl_rx_mode(struct ovnet *ovnet, u8 command, bool on)
{
	u8 data = on;

	return ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_CTRL_RX, VIRTIO_NET_CTRL_RX,
			       command, &data, sizeof(data));
}

/**
 * ovnet_ctrl_mac_addr() - set the address that the device receives for
 * @ovnet: device
 * @addr: address
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_mac_addr(struct ovnet *ovnet, const u8 *addr)
{
	return ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_CTRL_MAC_ADDR,
			       VIRTIO_NET_CTRL_MAC,
			       VIRTIO_NET_CTRL_MAC_ADDR_SET, addr, ETH_ALEN);
}

/**
 * ovnet_ctrl_mac_table() - set the further addresses to receive for
 * @ovnet: device
 * @table: unicast, then multicast addresses, as the device wants them
 * @len: bytes of @table
 * @unicast: bytes of it before the multicast addresses and their number
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_mac_table(struct ovnet *ovnet, const void *table, size_t len,
			 size_t unicast)
{
	return ovnet_ctrl_exec_split(ovnet, VIRTIO_NET_F_CTRL_RX,
				     VIRTIO_NET_CTRL_MAC,
				     VIRTIO_NET_CTRL_MAC_TABLE_SET, table, len,
				     unicast);
}

/**
 * ovnet_ctrl_vlan() - let a VLAN in, or keep it out
 * @ovnet: device
 * @vid: number of the VLAN
 * @add: whether to let it in
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_vlan(struct ovnet *ovnet, u16 vid, bool add)
{
	__virtio16 data = cpu_to_virtio16(ovnet->vdev, vid);

	return ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_CTRL_VLAN,
			       VIRTIO_NET_CTRL_VLAN,
			       add ? VIRTIO_NET_CTRL_VLAN_ADD :
				     VIRTIO_NET_CTRL_VLAN_DEL,
			       &data, sizeof(data));
}

/**
 * ovnet_ctrl_announced() - the announcement that the device wanted is made
 * @ovnet: device
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_announced(struct ovnet *ovnet)
{
	return ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_GUEST_ANNOUNCE,
			       VIRTIO_NET_CTRL_ANNOUNCE,
			       VIRTIO_NET_CTRL_ANNOUNCE_ACK, NULL, 0);
}

/**
 * ovnet_ctrl_pairs() - set how many queue pairs the device may use
 * @ovnet: device
 * @pairs: number
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_pairs(struct ovnet *ovnet, u16 pairs)
{
	struct virtio_net_ctrl_mq data = {
		.virtqueue_pairs = cpu_to_virtio16(ovnet->vdev, pairs),
	};

	return ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_MQ, VIRTIO_NET_CTRL_MQ,
			       VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET, &data,
			       sizeof(data));
}

/**
 * ovnet_ctrl_offloads() - set what the device may do to received frames
 * @ovnet: device
 * @offloads: bit numbers are those of the VIRTIO_NET_F_GUEST_* features
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_offloads(struct ovnet *ovnet, u64 offloads)
{
	__virtio64 data = cpu_to_virtio64(ovnet->vdev, offloads);

	return ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS,
			       VIRTIO_NET_CTRL_GUEST_OFFLOADS,
			       VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET, &data,
			       sizeof(data));
}

/**
 * ovnet_ctrl_rss() - set how frames are hashed, and to which pair they come
 * @ovnet: device
 * @types: VIRTIO_NET_RSS_HASH_TYPE_* that are hashed
 * @key: of the hash
 * @key_len: bytes of @key, at most 255
 * @table: pair for each remainder; what is not hashed comes to pair 0
 * @entries: of @table, a power of two
 * @pairs: how many pairs the device may use
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_rss(struct ovnet *ovnet, u32 types, const u8 *key,
		   unsigned int key_len, const u16 *table, unsigned int entries,
		   u16 pairs)
{
	struct ovnet_ctrl_rss_config *config;
	size_t len = struct_size(config, table, entries + 1) + 1 + key_len;
	unsigned int i;
	u8 *tail;
	int err;

	config = kzalloc(len, GFP_KERNEL);
	if (!config)
		return -ENOMEM;

	config->types = cpu_to_le32(types);
	config->mask = cpu_to_le16(entries - 1);
	for (i = 0; i < entries; i++)
		config->table[i] = cpu_to_le16(table[i]);
	config->table[entries] = cpu_to_le16(pairs);
	tail = (u8 *)&config->table[entries + 1];
	tail[0] = key_len;
	memcpy(tail + 1, key, key_len);

	err = ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_RSS, VIRTIO_NET_CTRL_MQ,
			      VIRTIO_NET_CTRL_MQ_RSS_CONFIG, config, len);
	kfree(config);
	return err;
}

/**
 * ovnet_ctrl_hash() - set how frames are hashed, where the device steers itself
 * @ovnet: device
 * @types: VIRTIO_NET_RSS_HASH_TYPE_* that are hashed
 * @key: of the hash
 * @key_len: bytes of @key, at most 255
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_hash(struct ovnet *ovnet, u32 types, const u8 *key,
		    unsigned int key_len)
{
	struct virtio_net_hash_config *config;
	/* Less than the structure's size, which has padding at its end. */
	size_t len = offsetof(typeof(*config), hash_key_data) + key_len;
	int err;

	config = kzalloc(max(len, sizeof(*config)), GFP_KERNEL);
	if (!config)
		return -ENOMEM;

	config->hash_types = cpu_to_le32(types);
	config->hash_key_length = key_len;
	memcpy(config->hash_key_data, key, key_len);

	err = ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_HASH_REPORT,
			      VIRTIO_NET_CTRL_MQ,
			      VIRTIO_NET_CTRL_MQ_HASH_CONFIG, config, len);
	kfree(config);
	return err;
}

/**
 * ovnet_ctrl_hash_tunnel() - set of which tunnels the headers inside are hashed
 * @ovnet: device
 * @types: VIRTIO_NET_HASH_TUNNEL_TYPE_* that are looked into, 0 for none
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_hash_tunnel(struct ovnet *ovnet, u32 types)
{
	__le32 data = cpu_to_le32(types);

	return ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_HASH_TUNNEL,
			       VIRTIO_NET_CTRL_HASH_TUNNEL,
			       VIRTIO_NET_CTRL_HASH_TUNNEL_SET, &data,
			       sizeof(data));
}

/**
 * ovnet_ctrl_coalesce() - moderate the interrupts of all queues of a direction
 * @ovnet: device
 * @command: VIRTIO_NET_CTRL_NOTF_COAL_TX_SET or VIRTIO_NET_CTRL_NOTF_COAL_RX_SET
 * @frames: most that an interrupt waits for
 * @usecs: longest that it waits
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_coalesce(struct ovnet *ovnet, u8 command, u32 frames, u32 usecs)
{
	const struct virtio_net_ctrl_coal data = {
		.max_packets = cpu_to_le32(frames),
		.max_usecs = cpu_to_le32(usecs),
	};

	return ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_NOTF_COAL,
			       VIRTIO_NET_CTRL_NOTF_COAL, command, &data,
			       sizeof(data));
}

/**
 * ovnet_ctrl_coalesce_queue() - moderate the interrupts of one queue
 * @ovnet: device
 * @queue: index of its ring
 * @frames: most that an interrupt waits for
 * @usecs: longest that it waits
 *
 * Return: 0 or a negative errno.
 */
int ovnet_ctrl_coalesce_queue(struct ovnet *ovnet, u16 queue, u32 frames,
			      u32 usecs)
{
	const struct virtio_net_ctrl_coal_vq data = {
		.vqn = cpu_to_le16(queue),
		.coal.max_packets = cpu_to_le32(frames),
		.coal.max_usecs = cpu_to_le32(usecs),
	};

	return ovnet_ctrl_exec(ovnet, VIRTIO_NET_F_VQ_NOTF_COAL,
			       VIRTIO_NET_CTRL_NOTF_COAL,
			       VIRTIO_NET_CTRL_NOTF_COAL_VQ_SET, &data,
			       sizeof(data));
}

/**
 * ovnet_ctrl_coalesce_ask() - how does the device moderate a queue?
 * @ovnet: device
 * @queue: index of its ring
 * @frames: set to the most that an interrupt waits for
 * @usecs: set to the longest that it waits
 *
 * Return: 0 or a negative errno; -EPROTO if the answer is not whole.
 */
int ovnet_ctrl_coalesce_ask(struct ovnet *ovnet, u16 queue, u32 *frames,
			    u32 *usecs)
{
	/* What is asked for is not sent. */
	const struct {
		__le16 vqn;
		__le16 reserved;
	} data = { .vqn = cpu_to_le16(queue) };
	struct virtio_net_ctrl_coal coal;
	int err;

	err = ovnet_ctrl_ask_whole(ovnet, VIRTIO_NET_F_VQ_NOTF_COAL,
				   VIRTIO_NET_CTRL_NOTF_COAL,
				   VIRTIO_NET_CTRL_NOTF_COAL_VQ_GET, &data,
				   sizeof(data), &coal, sizeof(coal));
	if (err)
		return err;

	*frames = le32_to_cpu(coal.max_packets);
	*usecs = le32_to_cpu(coal.max_usecs);
	return 0;
}

/**
 * ovnet_ctrl_stats_query() - what does the device count?
 * @ovnet: device
 * @types: set to the VIRTIO_NET_STATS_TYPE_* that it has, and what else it says
 *
 * Return: 0 or a negative errno; -EPROTO if the answer is not whole.
 */
int ovnet_ctrl_stats_query(struct ovnet *ovnet, u64 *types)
{
	__le64 able;
	int err;

	err = ovnet_ctrl_ask_whole(ovnet, VIRTIO_NET_F_DEVICE_STATS,
				   VIRTIO_NET_CTRL_STATS,
				   VIRTIO_NET_CTRL_STATS_QUERY, NULL, 0, &able,
				   sizeof(able));
	if (err)
		return err;

	*types = le64_to_cpu(able);
	return 0;
}

/**
 * ovnet_ctrl_stats_get() - what has the device counted of a queue?
 * @ovnet: device
 * @queue: index of its ring
 * @types: VIRTIO_NET_STATS_TYPE_* that the device has for such a queue
 * @reply: to fill with what the device says, as it is
 * @room: bytes of @reply
 *
 * Return: bytes of @reply that the device wrote, or a negative errno.
 */
int ovnet_ctrl_stats_get(struct ovnet *ovnet, u16 queue, u64 types, void *reply,
			 size_t room)
{
	const struct ovnet_ctrl_stats_wish data = {
		.queue = cpu_to_le16(queue),
		.types = cpu_to_le64(types),
	};

	return ovnet_ctrl_ask(ovnet, VIRTIO_NET_F_DEVICE_STATS,
			      VIRTIO_NET_CTRL_STATS, VIRTIO_NET_CTRL_STATS_GET,
			      &data, sizeof(data), reply, room);
}
