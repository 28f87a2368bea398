// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network card's control queue: which command is right when, and what it
 * changes.
 */

#include <linux/etherdevice.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "fake_net.h"
#include "fake_net_ctrl.h"
#include "fake_net_stats.h"

static u8 fake_net_ctrl_rx(struct fake_net *net, const struct fake_net_ctrl *ctrl)
{
	bool *const mode[] = {
		[VIRTIO_NET_CTRL_RX_PROMISC] = &net->filter.promisc,
		[VIRTIO_NET_CTRL_RX_ALLMULTI] = &net->filter.allmulti,
		[VIRTIO_NET_CTRL_RX_ALLUNI] = &net->filter.alluni,
		[VIRTIO_NET_CTRL_RX_NOMULTI] = &net->filter.nomulti,
		[VIRTIO_NET_CTRL_RX_NOUNI] = &net->filter.nouni,
		[VIRTIO_NET_CTRL_RX_NOBCAST] = &net->filter.nobcast,
	};

	if (ctrl->data[0] > 1)
		return VIRTIO_NET_ERR;

	*mode[ctrl->key & 0xff] = ctrl->data[0];
	return VIRTIO_NET_OK;
}

/* One of the two tables of a filter; returns the bytes it took, 0 if wrong. */
static unsigned int fake_net_ctrl_macs(const u8 *data, unsigned int len,
				       unsigned int *count,
				       u8 (*macs)[ETH_ALEN])
{
	unsigned int i;
	u32 n;

	if (len < sizeof(__le32))
		return 0;

	n = get_unaligned_le32(data);
	if (n > FAKE_NET_MACS || len < sizeof(__le32) + n * ETH_ALEN)
		return 0;

	*count = n;
	for (i = 0; i < n; i++)
		ether_addr_copy(macs[i], data + sizeof(__le32) + i * ETH_ALEN);

	return sizeof(__le32) + n * ETH_ALEN;
}

static u8 fake_net_ctrl_mac_table(struct fake_net *net,
				  const struct fake_net_ctrl *ctrl)
{
	struct fake_net_filter *filter = &net->filter;
	unsigned int uc, mc;

	uc = fake_net_ctrl_macs(ctrl->data, ctrl->len, &filter->nuc, filter->uc);
	if (!uc)
		return VIRTIO_NET_ERR;

	mc = fake_net_ctrl_macs(ctrl->data + uc, ctrl->len - uc, &filter->nmc,
				filter->mc);
	return mc && uc + mc == ctrl->len ? VIRTIO_NET_OK : VIRTIO_NET_ERR;
}

static u8 fake_net_ctrl_mac_addr(struct fake_net *net,
				 const struct fake_net_ctrl *ctrl)
{
	if (!is_valid_ether_addr(ctrl->data))
		return VIRTIO_NET_ERR;

	ether_addr_copy(net->mac, ctrl->data);
	return VIRTIO_NET_OK;
}

static u8 fake_net_ctrl_vlan(struct fake_net *net,
			     const struct fake_net_ctrl *ctrl)
{
	u16 vid = get_unaligned_le16(ctrl->data);

	if (vid >= VLAN_N_VID)
		return VIRTIO_NET_ERR;

	if ((ctrl->key & 0xff) == VIRTIO_NET_CTRL_VLAN_ADD)
		set_bit(vid, net->filter.vlans);
	else
		clear_bit(vid, net->filter.vlans);
	return VIRTIO_NET_OK;
}

static u8 fake_net_ctrl_announced(struct fake_net *net,
				  const struct fake_net_ctrl *ctrl)
{
	const unsigned int offset = offsetof(struct virtio_net_config, status);
	__le16 status;

	fake_virtio_config_peek(net->fv, offset, &status, sizeof(status));
	status &= ~cpu_to_le16(VIRTIO_NET_S_ANNOUNCE);
	fake_virtio_config_poke(net->fv, offset, &status, sizeof(status));
	net->announced++;
	return VIRTIO_NET_OK;
}

static u8 fake_net_ctrl_pairs(struct fake_net *net,
			      const struct fake_net_ctrl *ctrl)
{
	u16 pairs = get_unaligned_le16(ctrl->data);

	if (!pairs || pairs > net->pairs)
		return VIRTIO_NET_ERR;

	net->active_pairs = pairs;
	return VIRTIO_NET_OK;
}

/* Types, and at the end of the command the key. */
static bool fake_net_ctrl_hash_of(struct fake_net *net, struct fake_net_rss *rss,
				  const struct fake_net_ctrl *ctrl,
				  unsigned int key_at)
{
	__le32 supported;
	u8 key_max;

	if (ctrl->len <= key_at || ctrl->len != key_at + 1 + ctrl->data[key_at])
		return false;

	fake_virtio_config_peek(net->fv, offsetof(struct virtio_net_config,
						  rss_max_key_size),
				&key_max, sizeof(key_max));
	fake_virtio_config_peek(net->fv, offsetof(struct virtio_net_config,
						  supported_hash_types),
				&supported, sizeof(supported));
	if (ctrl->data[key_at] > key_max ||
	    get_unaligned_le32(ctrl->data) & ~le32_to_cpu(supported))
		return false;

	rss->types = get_unaligned_le32(ctrl->data);
	rss->key_len = ctrl->data[key_at];
	memcpy(rss->key, ctrl->data + key_at + 1, rss->key_len);
	return true;
}

static u8 fake_net_ctrl_hash(struct fake_net *net,
			     const struct fake_net_ctrl *ctrl)
{
	const unsigned int key_at = offsetof(struct virtio_net_hash_config,
					     hash_key_length);

	return fake_net_ctrl_hash_of(net, &net->rss, ctrl, key_at) ?
	       VIRTIO_NET_OK : VIRTIO_NET_ERR;
}

static u8 fake_net_ctrl_rss(struct fake_net *net,
			    const struct fake_net_ctrl *ctrl)
{
	const unsigned int table_at = 8;
	struct fake_net_rss *rss = &net->rss;
	unsigned int entries, i;
	__le16 entries_max;
	u16 pairs;

	fake_virtio_config_peek(net->fv,
				offsetof(struct virtio_net_config,
					 rss_max_indirection_table_length),
				&entries_max, sizeof(entries_max));
	entries = get_unaligned_le16(ctrl->data + 4) + 1;
	if (entries > FAKE_NET_TABLE_MAX || !is_power_of_2(entries) ||
	    entries > le16_to_cpu(entries_max) ||
	    ctrl->len < table_at + 2 * (entries + 1))
		return VIRTIO_NET_ERR;

	pairs = get_unaligned_le16(ctrl->data + table_at + 2 * entries);
	if (!pairs || pairs > net->pairs ||
	    get_unaligned_le16(ctrl->data + 6) >= net->pairs ||
	    !fake_net_ctrl_hash_of(net, rss, ctrl,
				   table_at + 2 * (entries + 1)))
		return VIRTIO_NET_ERR;

	rss->entries = entries;
	for (i = 0; i < entries; i++)
		rss->table[i] = get_unaligned_le16(ctrl->data + table_at + 2 * i);
	net->active_pairs = pairs;
	return VIRTIO_NET_OK;
}

static u8 fake_net_ctrl_hash_tunnel(struct fake_net *net,
				    const struct fake_net_ctrl *ctrl)
{
	u32 types = get_unaligned_le32(ctrl->data);
	__le32 able;

	fake_virtio_config_peek(net->fv, VIRTIO_NET_CONFIG_TUNNEL_TYPES, &able,
				sizeof(able));
	if (types & ~le32_to_cpu(able))
		return VIRTIO_NET_ERR;

	net->rss.tunnels = types;
	return VIRTIO_NET_OK;
}

static u8 fake_net_ctrl_offloads(struct fake_net *net,
				 const struct fake_net_ctrl *ctrl)
{
	u64 offloads = get_unaligned_le64(ctrl->data);

	/* Only what was negotiated can be switched on again. */
	if (offloads & ~net->fv->vdev->features)
		return VIRTIO_NET_ERR;

	net->offloads = offloads;
	return VIRTIO_NET_OK;
}

static u8 fake_net_ctrl_coal(struct fake_net *net,
			     const struct fake_net_ctrl *ctrl)
{
	const struct fake_net_coal coal = {
		.frames = get_unaligned_le32(ctrl->data),
		.usecs = get_unaligned_le32(ctrl->data + 4) };
	unsigned int i;

	/* Receive queues are the even ones. */
	i = (ctrl->key & 0xff) == VIRTIO_NET_CTRL_NOTF_COAL_TX_SET;
	for (; i < 2 * net->pairs; i += 2)
		net->coal[i] = coal;
	return VIRTIO_NET_OK;
}

static u8 fake_net_ctrl_coal_queue(struct fake_net *net,
				   const struct fake_net_ctrl *ctrl)
{
	u16 queue = get_unaligned_le16(ctrl->data);

	if (queue >= 2 * net->pairs)
		return VIRTIO_NET_ERR;

	net->coal[queue].frames = get_unaligned_le32(ctrl->data + 4);
	net->coal[queue].usecs = get_unaligned_le32(ctrl->data + 8);
	return VIRTIO_NET_OK;
}

/* What was asked for is written behind the outcome. */
static u8 fake_net_ctrl_coal_asked(struct fake_net *net,
				   const struct fake_net_ctrl *ctrl)
{
	return ctrl->in_len >= 1 + sizeof(struct virtio_net_ctrl_coal) &&
	       get_unaligned_le16(ctrl->data) < 2 * net->pairs ?
	       VIRTIO_NET_OK : VIRTIO_NET_ERR;
}

static u32 fake_net_ctrl_coal_result(struct fake_net *net,
				     const struct fake_net_ctrl *ctrl,
				     struct fake_chain *chain)
{
	const struct fake_net_coal *coal;
	struct virtio_net_ctrl_coal data;

	coal = &net->coal[get_unaligned_le16(ctrl->data)];
	data.max_packets = cpu_to_le32(coal->frames);
	data.max_usecs = cpu_to_le32(coal->usecs);
	return fake_chain_write(chain, 1, &data, sizeof(data));
}

static u32 fake_net_ctrl_result(struct fake_net *net,
				const struct fake_net_ctrl *ctrl,
				struct fake_chain *chain)
{
	if (ctrl->ack != VIRTIO_NET_OK)
		return 0;

	switch (ctrl->key) {
	case FAKE_NET_KEY(VIRTIO_NET_CTRL_NOTF_COAL,
			  VIRTIO_NET_CTRL_NOTF_COAL_VQ_GET):
		return fake_net_ctrl_coal_result(net, ctrl, chain);
	case FAKE_NET_KEY(VIRTIO_NET_CTRL_STATS, VIRTIO_NET_CTRL_STATS_QUERY):
		return fake_net_stats_able(net, chain);
	case FAKE_NET_KEY(VIRTIO_NET_CTRL_STATS, VIRTIO_NET_CTRL_STATS_GET):
		return fake_net_stats_say(net, ctrl, chain);
	default:
		return 0;
	}
}

#define FAKE_NET_RX(cmd)	FAKE_NET_KEY(VIRTIO_NET_CTRL_RX, \
					     VIRTIO_NET_CTRL_RX_ ## cmd)
#define FAKE_NET_COAL(cmd)	FAKE_NET_KEY(VIRTIO_NET_CTRL_NOTF_COAL, \
					     VIRTIO_NET_CTRL_NOTF_COAL_ ## cmd)

static const struct fake_net_ctrl_op {
	u32 key;
	unsigned int feature;
	unsigned int len;
	u8 (*run)(struct fake_net *net, const struct fake_net_ctrl *ctrl);
} fake_net_ctrl_ops[] = {
	{ FAKE_NET_RX(PROMISC), VIRTIO_NET_F_CTRL_RX, 1, fake_net_ctrl_rx },
	{ FAKE_NET_RX(ALLMULTI), VIRTIO_NET_F_CTRL_RX, 1, fake_net_ctrl_rx },
	{ FAKE_NET_RX(ALLUNI), VIRTIO_NET_F_CTRL_RX_EXTRA, 1,
	  fake_net_ctrl_rx },
	{ FAKE_NET_RX(NOMULTI), VIRTIO_NET_F_CTRL_RX_EXTRA, 1,
	  fake_net_ctrl_rx },
	{ FAKE_NET_RX(NOUNI), VIRTIO_NET_F_CTRL_RX_EXTRA, 1, fake_net_ctrl_rx },
	{ FAKE_NET_RX(NOBCAST), VIRTIO_NET_F_CTRL_RX_EXTRA, 1,
	  fake_net_ctrl_rx },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_TABLE_SET),
	  VIRTIO_NET_F_CTRL_RX, 8, fake_net_ctrl_mac_table },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_ADDR_SET),
	  VIRTIO_NET_F_CTRL_MAC_ADDR, ETH_ALEN, fake_net_ctrl_mac_addr },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_ADD),
	  VIRTIO_NET_F_CTRL_VLAN, 2, fake_net_ctrl_vlan },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_DEL),
	  VIRTIO_NET_F_CTRL_VLAN, 2, fake_net_ctrl_vlan },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_ANNOUNCE, VIRTIO_NET_CTRL_ANNOUNCE_ACK),
	  VIRTIO_NET_F_GUEST_ANNOUNCE, 0, fake_net_ctrl_announced },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET),
	  VIRTIO_NET_F_MQ, 2, fake_net_ctrl_pairs },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_RSS_CONFIG),
	  VIRTIO_NET_F_RSS, 8, fake_net_ctrl_rss },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_HASH_CONFIG),
	  VIRTIO_NET_F_HASH_REPORT, 13, fake_net_ctrl_hash },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_HASH_TUNNEL,
		       VIRTIO_NET_CTRL_HASH_TUNNEL_SET),
	  VIRTIO_NET_F_HASH_TUNNEL, 4, fake_net_ctrl_hash_tunnel },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_GUEST_OFFLOADS,
		       VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET),
	  VIRTIO_NET_F_CTRL_GUEST_OFFLOADS, 8, fake_net_ctrl_offloads },
	{ FAKE_NET_COAL(TX_SET), VIRTIO_NET_F_NOTF_COAL, 8,
	  fake_net_ctrl_coal },
	{ FAKE_NET_COAL(RX_SET), VIRTIO_NET_F_NOTF_COAL, 8,
	  fake_net_ctrl_coal },
	{ FAKE_NET_COAL(VQ_SET), VIRTIO_NET_F_VQ_NOTF_COAL, 12,
	  fake_net_ctrl_coal_queue },
	{ FAKE_NET_COAL(VQ_GET), VIRTIO_NET_F_VQ_NOTF_COAL, 4,
	  fake_net_ctrl_coal_asked },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_STATS, VIRTIO_NET_CTRL_STATS_QUERY),
	  VIRTIO_NET_F_DEVICE_STATS, 0, fake_net_stats_asked_able },
	{ FAKE_NET_KEY(VIRTIO_NET_CTRL_STATS, VIRTIO_NET_CTRL_STATS_GET),
	  VIRTIO_NET_F_DEVICE_STATS, 16, fake_net_stats_asked },
};

static u8 fake_net_ctrl_run(struct fake_net *net,
			    const struct fake_net_ctrl *ctrl)
{
	const struct fake_net_ctrl_op *op;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fake_net_ctrl_ops); i++) {
		op = &fake_net_ctrl_ops[i];
		if (op->key == ctrl->key)
			return ctrl->len >= op->len &&
			       fake_net_negotiated(net, op->feature) ?
			       op->run(net, ctrl) : VIRTIO_NET_ERR;
	}

	return VIRTIO_NET_ERR;
}

/**
 * fake_net_ctrl_key() - which command it is
 * @chain: the command
 *
 * Return: FAKE_NET_KEY() of it.
 */
u32 fake_net_ctrl_key(const struct fake_chain *chain)
{
	struct virtio_net_ctrl_hdr hdr = {};

	fake_chain_read(chain, 0, &hdr, sizeof(hdr));
	return FAKE_NET_KEY(hdr.class, hdr.cmd);
}

/* Old devices want each part of a command in a descriptor of its own. */
static bool fake_net_ctrl_framed(struct fake_net *net,
				 const struct fake_chain *chain)
{
	const struct fake_segment *seg = chain->seg;
	bool table;

	if (fake_net_negotiated(net, VIRTIO_F_VERSION_1) ||
	    fake_net_negotiated(net, VIRTIO_F_ANY_LAYOUT))
		return true;

	table = fake_net_ctrl_key(chain) ==
		FAKE_NET_KEY(VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_TABLE_SET);
	if (chain->out_len > sizeof(struct virtio_net_ctrl_hdr) &&
	    chain->nseg != (table ? 4 : 3))
		return false;

	return seg[0].len == sizeof(struct virtio_net_ctrl_hdr) &&
	       chain->in_len == sizeof(u8);
}

/**
 * fake_net_ctrl_request() - execute, keep and answer a command
 * @net: device
 * @chain: the command
 */
void fake_net_ctrl_request(struct fake_net *net, struct fake_chain *chain)
{
	struct virtio_net_ctrl_hdr hdr;
	struct fake_net_ctrl *ctrl;
	u8 ack;
	u32 len;

	if (chain->out_len < sizeof(hdr) || !fake_net_ctrl_framed(net, chain)) {
		net->fv->nonsense++;
		fake_chain_answer(chain, 0);
		return;
	}

	len = chain->out_len - sizeof(hdr);
	ctrl = kzalloc(struct_size(ctrl, data, len), GFP_KERNEL | __GFP_NOFAIL);
	fake_chain_read(chain, 0, &hdr, sizeof(hdr));
	ctrl->len = fake_chain_read(chain, sizeof(hdr), ctrl->data, len);
	ctrl->key = FAKE_NET_KEY(hdr.class, hdr.cmd);
	ctrl->in_len = chain->in_len;

	mutex_lock(&net->lock);
	if (chain->fault.kind == FAKE_FAULT_TYPE) {
		ctrl->ack = chain->fault.value;
	} else {
		ctrl->ack = fake_net_ctrl_run(net, ctrl);
		net->refused += ctrl->ack != VIRTIO_NET_OK;
	}
	ack = ctrl->ack;
	len = fake_net_ctrl_result(net, ctrl, chain);
	list_add_tail(&ctrl->entry, &net->ctrls);
	mutex_unlock(&net->lock);

	len += fake_chain_write(chain, 0, &ack, sizeof(ack));
	fake_chain_answer(chain, len);
}

/**
 * fake_net_ctrl_forget() - drop the commands that were kept
 * @net: device, locked
 */
void fake_net_ctrl_forget(struct fake_net *net)
{
	struct fake_net_ctrl *ctrl, *next;

	lockdep_assert_held(&net->lock);

	list_for_each_entry_safe(ctrl, next, &net->ctrls, entry)
		kfree(ctrl);
	INIT_LIST_HEAD(&net->ctrls);
}

/**
 * fake_net_ctrl_count() - how many commands the driver gave
 * @net: device
 * @key: FAKE_NET_KEY() of them, or FAKE_FAULT_ALL_KEYS
 *
 * Return: their number since the last fake_net_forget().
 */
unsigned int fake_net_ctrl_count(struct fake_net *net, u32 key)
{
	struct fake_net_ctrl *ctrl;
	unsigned int n = 0;

	mutex_lock(&net->lock);
	list_for_each_entry(ctrl, &net->ctrls, entry)
		n += key == FAKE_FAULT_ALL_KEYS || ctrl->key == key;
	mutex_unlock(&net->lock);

	return n;
}
EXPORT_SYMBOL_GPL(fake_net_ctrl_count);

/**
 * fake_net_ctrl_last() - the last command of a kind
 * @net: device
 * @key: FAKE_NET_KEY() of it
 *
 * Return: the command, which lives until fake_net_forget(), or NULL.
 */
struct fake_net_ctrl *fake_net_ctrl_last(struct fake_net *net, u32 key)
{
	struct fake_net_ctrl *ctrl, *found = NULL;

	mutex_lock(&net->lock);
	list_for_each_entry(ctrl, &net->ctrls, entry)
		if (ctrl->key == key)
			found = ctrl;
	mutex_unlock(&net->lock);

	return found;
}
EXPORT_SYMBOL_GPL(fake_net_ctrl_last);
