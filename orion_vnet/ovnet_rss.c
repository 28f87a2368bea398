// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which queue pair a received frame comes to, and the hash that decides.
 *
 * A change is made on a copy; the device is told, and only when it has agreed
 * does the copy become what we say that the device does.
 */

#include <linux/ethtool.h>
#include <linux/log2.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>

#include "orion_ethtool.h"
#include "ovnet.h"
#include "ovnet_ctrl.h"
#include "ovnet_rss.h"

/* Longest table that is used: some for each of very many pairs. */
#define OVNET_RSS_ENTRIES_MAX	1024

#define OVNET_RSS_IP4		VIRTIO_NET_RSS_HASH_TYPE_IPv4
#define OVNET_RSS_TCP4		VIRTIO_NET_RSS_HASH_TYPE_TCPv4
#define OVNET_RSS_UDP4		VIRTIO_NET_RSS_HASH_TYPE_UDPv4
#define OVNET_RSS_IP6		VIRTIO_NET_RSS_HASH_TYPE_IPv6
#define OVNET_RSS_TCP6		VIRTIO_NET_RSS_HASH_TYPE_TCPv6
#define OVNET_RSS_UDP6		VIRTIO_NET_RSS_HASH_TYPE_UDPv6
#define OVNET_RSS_ADDRS		(RXH_IP_SRC | RXH_IP_DST)
#define OVNET_RSS_PORTS		(RXH_L4_B_0_1 | RXH_L4_B_2_3)

/*
 * The kinds of frames that can be told apart: the type that hashes the
 * addresses, and the one that hashes ports as well and goes first. The types
 * for home addresses in IPv6 extension headers are never asked for.
 */
static const struct ovnet_rss_flow {
	u32 flow;
	u32 addrs;
	u32 ports;
} ovnet_rss_flows[] = {
	{ IPV4_FLOW,   OVNET_RSS_IP4, 0 },
	{ TCP_V4_FLOW, OVNET_RSS_IP4, OVNET_RSS_TCP4 },
	{ UDP_V4_FLOW, OVNET_RSS_IP4, OVNET_RSS_UDP4 },
	{ IPV6_FLOW,   OVNET_RSS_IP6, 0 },
	{ TCP_V6_FLOW, OVNET_RSS_IP6, OVNET_RSS_TCP6 },
	{ UDP_V6_FLOW, OVNET_RSS_IP6, OVNET_RSS_UDP6 },
};

static const struct ovnet_rss_flow *ovnet_rss_flow(u32 flow)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ovnet_rss_flows); i++)
		if (ovnet_rss_flows[i].flow == flow)
			return &ovnet_rss_flows[i];

	return NULL;
}

/* All types that we could ask for. */
static u32 ovnet_rss_known_types(void)
{
	u32 types = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ovnet_rss_flows); i++)
		types |= ovnet_rss_flows[i].addrs | ovnet_rss_flows[i].ports;

	return types;
}

/* RXH_* of what is hashed of frames of this kind. */
static u32 ovnet_rss_fields(const struct ovnet_rss_flow *flow, u32 types)
{
	if (types & flow->ports)
		return OVNET_RSS_ADDRS | OVNET_RSS_PORTS;

	return types & flow->addrs ? OVNET_RSS_ADDRS : 0;
}

/*
 * Change what is hashed of one kind of frames, and of no other. Where a frame's
 * ports are not hashed the device looks at its addresses, if it does that for IP
 * at all: the kinds with ports have no say of their own in it.
 */
static int ovnet_rss_change(const struct ovnet_rss_flow *flow, u32 able,
			    u32 fields, u32 *types,
			    struct netlink_ext_ack *extack)
{
	u32 mine = flow->ports ? flow->ports : flow->addrs;
	u32 most = OVNET_RSS_ADDRS | (flow->ports ? OVNET_RSS_PORTS : 0);
	u32 wish;

	if (fields && fields != OVNET_RSS_ADDRS && fields != most) {
		NL_SET_ERR_MSG_MOD(extack,
				   "virtio hashes both addresses, with or without both ports");
		return -EINVAL;
	}

	wish = fields == most ? *types | mine : *types & ~mine;
	if (wish & ~able) {
		NL_SET_ERR_MSG_MOD(extack, "the device has no such hash");
		return -EOPNOTSUPP;
	}
	if (ovnet_rss_fields(flow, wish) != fields) {
		NL_SET_ERR_MSG_MOD(extack,
				   "without ports these frames are hashed as all of IP: set ip4 or ip6");
		return -EINVAL;
	}

	*types = wish;
	return 0;
}

static void ovnet_rss_spread(u16 *table, unsigned int entries,
			     unsigned int pairs)
{
	unsigned int i;

	for (i = 0; i < entries; i++)
		table[i] = ethtool_rxfh_indir_default(i, pairs);
}

static bool ovnet_rss_fits(const u16 *table, unsigned int entries,
			   unsigned int pairs)
{
	unsigned int i;

	for (i = 0; i < entries; i++)
		if (table[i] >= pairs)
			return false;

	return true;
}

/**
 * ovnet_rss_validate() - give up steering and hashes that cannot be
 * @vdev: device, in validate()
 */
void ovnet_rss_validate(struct virtio_device *vdev)
{
	bool steers = virtio_has_feature(vdev, VIRTIO_NET_F_RSS);
	u16 entries = 1;
	u8 key;

	if (!steers && !virtio_has_feature(vdev, VIRTIO_NET_F_HASH_REPORT))
		return;

	virtio_cread(vdev, struct virtio_net_config, rss_max_key_size, &key);
	if (steers)
		virtio_cread_le(vdev, struct virtio_net_config,
				rss_max_indirection_table_length, &entries);
	if (key >= OVNET_RSS_KEY && entries)
		return;

	dev_warn(&vdev->dev,
		 "the device says that its hash has a key of %u bytes and a table of %u entries, not used\n",
		 key, entries);
	__virtio_clear_bit(vdev, VIRTIO_NET_F_RSS);
	__virtio_clear_bit(vdev, VIRTIO_NET_F_HASH_REPORT);
	__virtio_clear_bit(vdev, VIRTIO_NET_F_HASH_TUNNEL);
}

/* Types of tunnels that the device can look into, of those that are specified. */
static u32 ovnet_rss_tunnels(struct virtio_device *vdev)
{
	__le32 types;

	if (!virtio_has_feature(vdev, VIRTIO_NET_F_HASH_TUNNEL))
		return 0;

	virtio_cread_bytes(vdev, VIRTIO_NET_CONFIG_TUNNEL_TYPES, &types,
			   sizeof(types));
	return le32_to_cpu(types) & VIRTIO_NET_HASH_TUNNEL_TYPES;
}

/**
 * ovnet_rss_init() - decide how frames are to be hashed and steered
 * @ovnet: device after negotiation, its number of pairs known
 *
 * Return: 0 or -ENOMEM.
 */
int ovnet_rss_init(struct ovnet *ovnet)
{
	struct virtio_device *vdev = ovnet->vdev;
	struct ovnet_rss *rss = &ovnet->rss;
	u16 entries;

	if (virtio_has_feature(vdev, VIRTIO_NET_F_RSS)) {
		virtio_cread_le(vdev, struct virtio_net_config,
				rss_max_indirection_table_length, &entries);
		/* It was not 0, but the device may have changed its mind. */
		rss->entries = rounddown_pow_of_two(clamp_t(unsigned int, entries, 1,
							    OVNET_RSS_ENTRIES_MAX));
	} else if (!virtio_has_feature(vdev, VIRTIO_NET_F_HASH_REPORT)) {
		return 0;
	}

	rss->conf = kzalloc(struct_size(rss->conf, table, rss->entries),
			    GFP_KERNEL);
	if (!rss->conf)
		return -ENOMEM;

	virtio_cread_le(vdev, struct virtio_net_config, supported_hash_types,
			&rss->types);
	rss->types &= ovnet_rss_known_types();
	rss->tunnels = ovnet_rss_tunnels(vdev);
	rss->conf->types = rss->types;
	netdev_rss_key_fill(rss->conf->key, sizeof(rss->conf->key));
	ovnet_rss_spread(rss->conf->table, rss->entries, ovnet->pairs_active);
	return 0;
}

/**
 * ovnet_rss_fini() - undo ovnet_rss_init()
 * @ovnet: device
 */
void ovnet_rss_fini(struct ovnet *ovnet)
{
	kfree(ovnet->rss.conf);
	ovnet->rss.conf = NULL;
}

/**
 * ovnet_rss_steers() - do we say which pair a frame comes to?
 * @ovnet: device
 *
 * Return: true if so; else the device decides.
 */
bool ovnet_rss_steers(const struct ovnet *ovnet)
{
	return ovnet->rss.entries;
}

static struct ovnet_rss_conf *ovnet_rss_copy(const struct ovnet *ovnet)
{
	const struct ovnet_rss *rss = &ovnet->rss;

	return kmemdup(rss->conf, struct_size(rss->conf, table, rss->entries),
		       GFP_KERNEL);
}

static int ovnet_rss_tell(struct ovnet *ovnet,
			  const struct ovnet_rss_conf *conf, unsigned int pairs)
{
	if (ovnet_rss_steers(ovnet))
		return ovnet_ctrl_rss(ovnet, conf->types, conf->key,
				      sizeof(conf->key), conf->table,
				      ovnet->rss.entries, pairs);

	return ovnet_ctrl_hash(ovnet, conf->types, conf->key,
			       sizeof(conf->key));
}

/**
 * ovnet_rss_replay() - tell the device again what it was told last
 * @ovnet: device that may have forgotten it
 *
 * Context: Process. Sleeps up to the control queue's deadline.
 * Return: 0 or a negative errno.
 */
int ovnet_rss_replay(struct ovnet *ovnet)
{
	int err = 0;

	if (ovnet->rss.conf)
		err = ovnet_rss_tell(ovnet, ovnet->rss.conf,
				     ovnet->pairs_active);
	if (!err && ovnet->rss.inner)
		err = ovnet_ctrl_hash_tunnel(ovnet, ovnet->rss.tunnels);

	return err;
}

/*
 * Tell the device. Either it agrees, or all stays as it was; @conf is gone. If it
 * is not known what it has made of that, it is told again what it had been.
 */
static int ovnet_rss_commit(struct ovnet *ovnet, struct ovnet_rss_conf *conf,
			    unsigned int pairs)
{
	int err = ovnet_rss_tell(ovnet, conf, pairs);

	if (!err)
		swap(conf, ovnet->rss.conf);
	else if (ovnet_ctrl_unsure(err))
		ovnet_rss_replay(ovnet);
	kfree(conf);
	return err;
}

/**
 * ovnet_rss_start() - tell the device for the first time
 * @ovnet: device that is ready, its net device not registered
 *
 * If it refuses, its frames come without hashes and it steers as it likes.
 */
void ovnet_rss_start(struct ovnet *ovnet)
{
	int err = ovnet_rss_replay(ovnet);

	if (!err)
		return;

	dev_warn(&ovnet->vdev->dev,
		 "the device took neither key nor table of the hash, not used: %d\n",
		 err);
	ovnet_rss_fini(ovnet);
	ovnet->rss.types = 0;
	ovnet->rss.entries = 0;
	ovnet->rss.tunnels = 0;
	ovnet->dev->hw_features &= ~NETIF_F_RXHASH;
	ovnet->dev->features &= ~NETIF_F_RXHASH;
}

/**
 * ovnet_rss_set_pairs() - steer to so many pairs
 * @ovnet: device that is steered
 * @pairs: number of pairs
 *
 * A table that the user made stays, unless it names pairs that are not used any
 * more; ethtool keeps users from that.
 *
 * Context: Process, under RTNL.
 * Return: 0, or a negative errno with all as it was.
 */
int ovnet_rss_set_pairs(struct ovnet *ovnet, unsigned int pairs)
{
	struct ovnet_rss_conf *conf = ovnet_rss_copy(ovnet);
	unsigned int entries = ovnet->rss.entries;

	if (!conf)
		return -ENOMEM;

	if (!netif_is_rxfh_configured(ovnet->dev) ||
	    !ovnet_rss_fits(conf->table, entries, pairs))
		ovnet_rss_spread(conf->table, entries, pairs);

	return ovnet_rss_commit(ovnet, conf, pairs);
}

/**
 * ovnet_rss_set_inner() - hash what is inside of tunnels, or what is outside
 * @ovnet: device that can look into tunnels
 * @inner: whether to look
 *
 * Context: Process, under RTNL.
 * Return: 0, or a negative errno with all as it was.
 */
int ovnet_rss_set_inner(struct ovnet *ovnet, bool inner)
{
	struct ovnet_rss *rss = &ovnet->rss;
	int err;

	if (inner == rss->inner)
		return 0;

	err = ovnet_ctrl_hash_tunnel(ovnet, inner ? rss->tunnels : 0);
	if (!err)
		rss->inner = inner;
	return err;
}

/**
 * ovnet_rss_get() - what the device was told
 * @ovnet: device
 * @param: to fill; its @indir and @key have room for all, or are NULL
 *
 * Return: 0, or -EOPNOTSUPP if the device neither steers nor hashes.
 */
int ovnet_rss_get(const struct ovnet *ovnet, struct ethtool_rxfh_param *param)
{
	const struct ovnet_rss_conf *conf = ovnet->rss.conf;
	unsigned int i;

	if (!conf)
		return -EOPNOTSUPP;

	if (param->indir)
		for (i = 0; i < ovnet->rss.entries; i++)
			param->indir[i] = conf->table[i];
	if (param->key)
		memcpy(param->key, conf->key, sizeof(conf->key));
	param->hfunc = ETH_RSS_HASH_TOP;
	return 0;
}

static int ovnet_rss_set_table(const struct ovnet *ovnet,
			       struct ovnet_rss_conf *conf, const u32 *indir,
			       struct netlink_ext_ack *extack)
{
	unsigned int i;

	if (!ovnet_rss_steers(ovnet)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "the device steers by itself (no VIRTIO_NET_F_RSS)");
		return -EOPNOTSUPP;
	}

	for (i = 0; i < ovnet->rss.entries; i++) {
		if (indir[i] >= ovnet->pairs_active) {
			NL_SET_ERR_MSG_MOD(extack,
					   "the table names a queue that is not in use");
			return -EINVAL;
		}
		conf->table[i] = indir[i];
	}
	return 0;
}

/**
 * ovnet_rss_set() - change table and key
 * @ovnet: device
 * @param: what to change to; NULL leaves a part as it is
 * @extack: where to say why not
 *
 * Context: Process, under RTNL.
 * Return: 0, or a negative errno with all as it was.
 */
int ovnet_rss_set(struct ovnet *ovnet, const struct ethtool_rxfh_param *param,
		  struct netlink_ext_ack *extack)
{
	struct ovnet_rss_conf *conf;
	int err = 0;

	if (!ovnet->rss.conf) {
		NL_SET_ERR_MSG_MOD(extack,
				   "the device neither steers nor hashes (no VIRTIO_NET_F_RSS)");
		return -EOPNOTSUPP;
	}
	if (param->hfunc != ETH_RSS_HASH_NO_CHANGE &&
	    param->hfunc != ETH_RSS_HASH_TOP) {
		NL_SET_ERR_MSG_MOD(extack, "virtio has the Toeplitz hash only");
		return -EOPNOTSUPP;
	}
	if (param->input_xfrm && param->input_xfrm != RXH_XFRM_NO_CHANGE) {
		NL_SET_ERR_MSG_MOD(extack,
				   "virtio hashes frames as they are; for a symmetric hash set a key that repeats two bytes");
		return -EOPNOTSUPP;
	}

	conf = ovnet_rss_copy(ovnet);
	if (!conf)
		return -ENOMEM;

	if (param->indir)
		err = ovnet_rss_set_table(ovnet, conf, param->indir, extack);
	if (err) {
		kfree(conf);
		return err;
	}
	if (param->key)
		memcpy(conf->key, param->key, sizeof(conf->key));

	return ovnet_rss_commit(ovnet, conf, ovnet->pairs_active);
}

/**
 * ovnet_rss_get_fields() - what is hashed of a kind of frames
 * @ovnet: device
 * @fields: says the kind, and is told
 *
 * Return: 0 or -EOPNOTSUPP.
 */
int ovnet_rss_get_fields(const struct ovnet *ovnet,
			 struct ethtool_rxfh_fields *fields)
{
	const struct ovnet_rss_flow *flow = ovnet_rss_flow(fields->flow_type);

	if (!flow || !ovnet->rss.conf)
		return -EOPNOTSUPP;

	fields->data = ovnet_rss_fields(flow, ovnet->rss.conf->types);
	return 0;
}

/**
 * ovnet_rss_set_fields() - change what is hashed of a kind of frames
 * @ovnet: device
 * @fields: the kind, and what to hash
 * @extack: where to say why not
 *
 * Context: Process, under RTNL.
 * Return: 0, or a negative errno with all as it was.
 */
int ovnet_rss_set_fields(struct ovnet *ovnet,
			 const struct ethtool_rxfh_fields *fields,
			 struct netlink_ext_ack *extack)
{
	const struct ovnet_rss_flow *flow = ovnet_rss_flow(fields->flow_type);
	struct ovnet_rss_conf *conf;
	u32 types;
	int err;

	if (!flow || !ovnet->rss.conf) {
		NL_SET_ERR_MSG_MOD(extack,
				   "virtio hashes TCP, UDP and IP, if the device hashes at all");
		return -EOPNOTSUPP;
	}

	types = ovnet->rss.conf->types;
	err = ovnet_rss_change(flow, ovnet->rss.types, fields->data, &types,
			       extack);
	if (err || types == ovnet->rss.conf->types)
		return err;

	conf = ovnet_rss_copy(ovnet);
	if (!conf)
		return -ENOMEM;

	conf->types = types;
	return ovnet_rss_commit(ovnet, conf, ovnet->pairs_active);
}
