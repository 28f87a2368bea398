// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash and steering of received frames: what the device is told at first, what a
 * user changes, and that nothing changes if the device does not agree.
 */

#include <kunit/test.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "fake_net.h"
#include "fake_peer.h"

#define ORS_BIT(name)	BIT_ULL(VIRTIO_NET_F_ ## name)
#define ORS_BASE	(BIT_ULL(VIRTIO_F_VERSION_1) | ORS_BIT(MAC) | \
			 ORS_BIT(MRG_RXBUF) | ORS_BIT(CTRL_VQ))
#define ORS_ALL		(ORS_BIT(MQ) | ORS_BIT(RSS) | ORS_BIT(HASH_REPORT))
#define ORS_IP4		VIRTIO_NET_RSS_HASH_TYPE_IPv4
#define ORS_TCP4	VIRTIO_NET_RSS_HASH_TYPE_TCPv4
#define ORS_UDP4	VIRTIO_NET_RSS_HASH_TYPE_UDPv4
#define ORS_IP6		VIRTIO_NET_RSS_HASH_TYPE_IPv6
#define ORS_TCP6	VIRTIO_NET_RSS_HASH_TYPE_TCPv6
#define ORS_UDP6	VIRTIO_NET_RSS_HASH_TYPE_UDPv6
#define ORS_TYPES	0x3f
#define ORS_PAIRS	4
#define ORS_ENTRIES	128
#define ORS_KEY		40

#define ORS_RSS		FAKE_NET_KEY(VIRTIO_NET_CTRL_MQ, \
				     VIRTIO_NET_CTRL_MQ_RSS_CONFIG)
#define ORS_HASH	FAKE_NET_KEY(VIRTIO_NET_CTRL_MQ, \
				     VIRTIO_NET_CTRL_MQ_HASH_CONFIG)
#define ORS_SET_PAIRS	FAKE_NET_KEY(VIRTIO_NET_CTRL_MQ, \
				     VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET)

#define ORS_TUNNEL	FAKE_NET_KEY(VIRTIO_NET_CTRL_HASH_TUNNEL, \
				     VIRTIO_NET_CTRL_HASH_TUNNEL_SET)
/* VXLAN and Geneve, and what nobody knows. */
#define ORS_TUNNELS	(BIT(4) | BIT(6))

struct ors {
	struct fake_net *net;
	struct fake_peer peer;
	struct fake_net_rss had;
	u32 indir[FAKE_NET_TABLE_MAX];
	u8 key[ORS_KEY];
};

static int ors_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct ors), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void ors_exit(struct kunit *test)
{
	struct ors *ors = test->priv;

	if (ors)
		fake_peer_end(test, &ors->peer, ors->net);
}

/* A device that says about its hash what the test wants. */
static void ors_make(struct kunit *test, u64 features, u8 key, u16 entries,
		     u32 types)
{
	struct fake_net_param param = {
		.features = ORS_BASE | features, .pairs = ORS_PAIRS,
		.loopback = true };
	struct ors *ors = test->priv;

	param.config.mac[0] = 2;
	param.config.max_virtqueue_pairs = (__force u16)cpu_to_le16(ORS_PAIRS);
	param.config.rss_max_key_size = key;
	param.config.rss_max_indirection_table_length = cpu_to_le16(entries);
	param.config.supported_hash_types = cpu_to_le32(types);
	param.tunnel_types = cpu_to_le32(ORS_TUNNELS | BIT(20));
	ors->net = fake_net_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, ors->net);
}

static void ors_plug(struct kunit *test)
{
	struct ors *ors = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ors->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&ors->peer, ors->net));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ors->peer));
}

static void ors_usual(struct kunit *test, u64 features)
{
	ors_make(test, features, ORS_KEY, ORS_ENTRIES, 0x1ff);
	ors_plug(test);
}

static const struct ethtool_ops *ors_ops(struct ors *ors)
{
	return ors->peer.dev->ethtool_ops;
}

static void ors_fault(struct kunit *test, enum fake_fault_kind kind, u32 key,
		      u32 value)
{
	const struct fake_fault fault = {
		.kind = kind, .queue = FAKE_FAULT_ALL_QUEUES, .key = key,
		.value = value };
	struct ors *ors = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ors->net->fv, &fault));
}

static int ors_set_pairs(struct ors *ors, unsigned int pairs)
{
	struct ethtool_channels channels = { .combined_count = pairs };
	int err;

	rtnl_lock();
	err = ors_ops(ors)->set_channels(ors->peer.dev, &channels);
	rtnl_unlock();
	return err;
}

/* Table and key as a user sees them, into @ors. */
static int ors_get(struct ors *ors)
{
	struct ethtool_rxfh_param param = {
		.indir = ors->indir, .key = ors->key };
	int err;

	rtnl_lock();
	err = ors_ops(ors)->get_rxfh(ors->peer.dev, &param);
	rtnl_unlock();
	return err;
}

static int ors_set(struct ors *ors, struct ethtool_rxfh_param *param)
{
	struct netlink_ext_ack extack = {};
	int err;

	rtnl_lock();
	err = ors_ops(ors)->set_rxfh(ors->peer.dev, param, &extack);
	rtnl_unlock();
	/* Who is refused something that cannot be hears why. */
	return err && err != -EPROTO && err != -ETIMEDOUT && !extack._msg &&
	       !fake_fault_hits(ors->net->fv) ? -ENOMSG : err;
}

static long ors_fields(struct ors *ors, u32 flow)
{
	struct ethtool_rxfh_fields fields = { .flow_type = flow };
	int err;

	rtnl_lock();
	err = ors_ops(ors)->get_rxfh_fields(ors->peer.dev, &fields);
	rtnl_unlock();
	return err ?: (long)fields.data;
}

static int ors_set_fields(struct ors *ors, u32 flow, u32 data)
{
	const struct ethtool_rxfh_fields fields = {
		.flow_type = flow, .data = data };
	struct netlink_ext_ack extack = {};
	int err;

	rtnl_lock();
	err = ors_ops(ors)->set_rxfh_fields(ors->peer.dev, &fields, &extack);
	rtnl_unlock();
	return err == -EOPNOTSUPP && !extack._msg ? -ENOMSG : err;
}

/* What a user is shown is what the device was told, to the byte. */
static void ors_expect_same(struct kunit *test, unsigned int entries)
{
	struct ors *ors = test->priv;
	struct fake_net_rss *rss = &ors->net->rss;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, ors_get(ors));
	KUNIT_EXPECT_EQ(test, rss->key_len, ORS_KEY);
	KUNIT_EXPECT_MEMEQ(test, rss->key, ors->key, ORS_KEY);
	KUNIT_EXPECT_EQ(test, rss->entries, entries);
	KUNIT_EXPECT_EQ(test, ors_ops(ors)->get_rxfh_indir_size(ors->peer.dev),
			entries);
	for (i = 0; i < entries; i++)
		KUNIT_EXPECT_EQ(test, rss->table[i], ors->indir[i]);
	KUNIT_EXPECT_EQ(test, ors->net->refused, 0);
}

static void ors_told_at_first(struct kunit *test)
{
	static const u8 none[ORS_KEY];
	struct ors *ors = test->priv;
	unsigned int pairs, i;

	ors_usual(test, ORS_ALL);
	ors_expect_same(test, ORS_ENTRIES);
	KUNIT_EXPECT_EQ(test, ors->net->rss.types, ORS_TYPES);
	KUNIT_EXPECT_MEMNEQ(test, ors->key, none, ORS_KEY);
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(ors->net, ORS_SET_PAIRS), 0);
	for (pairs = 1; pairs <= ORS_PAIRS; pairs++) {
		KUNIT_ASSERT_EQ(test, 0, ors_set_pairs(ors, pairs));
		KUNIT_EXPECT_EQ(test, ors->net->active_pairs, pairs);
		for (i = 0; i < ORS_ENTRIES; i++)
			KUNIT_EXPECT_EQ(test, ors->net->rss.table[i], i % pairs);
		ors_expect_same(test, ORS_ENTRIES);
	}
}

static const struct ors_offer {
	const char *name;
	u64 features;
	u8 key;
	u16 entries;
	u32 types;
	unsigned int want_entries;
	u32 want_types;
	bool steers;
	bool hashes;
} ors_offers[] = {
	{ "all", ORS_ALL, 40, 128, 0x1ff, 128, ORS_TYPES, true, true },
	{ "no MQ", ORS_BIT(RSS), 40, 128, 0x1ff, 128, ORS_TYPES, true },
	{ "long key", ORS_ALL, 255, 128, 0x3, 128, 0x3, true, true },
	{ "key too short", ORS_ALL, 39, 128, 0x1ff },
	{ "no key", ORS_ALL, 0, 128, 0x1ff },
	{ "no table", ORS_ALL, 40, 0, 0x1ff },
	{ "table of odd length", ORS_ALL, 40, 100, 0x1ff, 64, ORS_TYPES, true,
	  true },
	{ "huge table", ORS_ALL, 40, U16_MAX, 0x1ff, 1024, ORS_TYPES, true,
	  true },
	{ "table of one", ORS_ALL, 40, 1, 0x1ff, 1, ORS_TYPES, true, true },
	{ "types nobody knows", ORS_ALL, 40, 128, U32_MAX, 128, ORS_TYPES, true,
	  true },
	{ "no types", ORS_ALL, 40, 128, 0, 128, 0, true, true },
	{ "hash only", ORS_BIT(MQ) | ORS_BIT(HASH_REPORT), 40, 0, 0x1ff, 0,
	  ORS_TYPES, false, true },
	{ "neither", ORS_BIT(MQ), 40, 128, 0x1ff },
};

KUNIT_ARRAY_PARAM_DESC(ors_offer, ors_offers, name);

static void ors_offered(struct kunit *test)
{
	const struct ors_offer *c = test->param_value;
	struct ors *ors = test->priv;

	ors_make(test, c->features, c->key, c->entries, c->types);
	ors_plug(test);
	KUNIT_EXPECT_EQ(test, ors_get(ors),
			c->steers || c->hashes ? 0 : -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, ors_ops(ors)->get_rxfh_key_size(ors->peer.dev),
			c->steers || c->hashes ? ORS_KEY : 0);
	KUNIT_EXPECT_EQ(test, ors->net->rss.types, c->want_types);
	KUNIT_EXPECT_EQ(test, ors->net->rss.entries, c->want_entries);
	KUNIT_EXPECT_EQ(test, !!(ors->peer.dev->features & NETIF_F_RXHASH),
			c->hashes);
	KUNIT_EXPECT_EQ(test, fake_net_hdr_len(ors->net), c->hashes ? 20 : 12);
	if (c->features & (ORS_BIT(MQ) | ORS_BIT(RSS)) &&
	    (c->steers || c->features & ORS_BIT(MQ)))
		KUNIT_EXPECT_EQ(test, 0, ors_set_pairs(ors, ORS_PAIRS));
	KUNIT_EXPECT_EQ(test, ors->net->active_pairs, ORS_PAIRS);
	KUNIT_EXPECT_EQ(test, ors->net->refused, 0);
}

static void ors_user_sets(struct kunit *test)
{
	struct ethtool_rxfh_param param = {};
	struct ors *ors = test->priv;
	u8 key[ORS_KEY];
	unsigned int i;

	ors_usual(test, ORS_ALL);
	KUNIT_ASSERT_EQ(test, 0, ors_set_pairs(ors, ORS_PAIRS));
	for (i = 0; i < ORS_ENTRIES; i++)
		ors->indir[i] = i < 100 ? 3 : 1;
	param.indir = ors->indir;
	KUNIT_EXPECT_EQ(test, 0, ors_set(ors, &param));
	KUNIT_EXPECT_EQ(test, ors->net->rss.table[99], 3);
	KUNIT_EXPECT_EQ(test, ors->net->rss.table[100], 1);
	ors_expect_same(test, ORS_ENTRIES);

	memset(key, 0x6d, sizeof(key));
	param = (struct ethtool_rxfh_param) {
		.key = key, .hfunc = ETH_RSS_HASH_TOP };
	KUNIT_EXPECT_EQ(test, 0, ors_set(ors, &param));
	KUNIT_EXPECT_MEMEQ(test, ors->net->rss.key, key, ORS_KEY);
	KUNIT_EXPECT_EQ(test, ors->net->rss.table[99], 3);
	ors_expect_same(test, ORS_ENTRIES);

	/* A user's table stays when pairs come, ... */
	ors->peer.dev->priv_flags |= IFF_RXFH_CONFIGURED;
	KUNIT_ASSERT_EQ(test, -EINVAL, ors_set_pairs(ors, 0));
	KUNIT_EXPECT_EQ(test, ors->net->rss.table[99], 3);
	/* ... and goes if it names what is no more. */
	KUNIT_ASSERT_EQ(test, 0, ors_set_pairs(ors, 3));
	KUNIT_EXPECT_EQ(test, ors->net->rss.table[99], 0);
	KUNIT_ASSERT_EQ(test, 0, ors_set_pairs(ors, 4));
	KUNIT_EXPECT_EQ(test, ors->net->rss.table[3], 0);
	ors_expect_same(test, ORS_ENTRIES);
}

static void ors_user_is_refused(struct kunit *test)
{
	struct ethtool_rxfh_param param = {};
	struct ors *ors = test->priv;

	ors_usual(test, ORS_ALL);
	KUNIT_ASSERT_EQ(test, 0, ors_set_pairs(ors, 2));
	fake_net_forget(ors->net);

	ors->indir[ORS_ENTRIES - 1] = 2;
	param.indir = ors->indir;
	KUNIT_EXPECT_EQ(test, ors_set(ors, &param), -EINVAL);
	param = (struct ethtool_rxfh_param) { .hfunc = ETH_RSS_HASH_XOR };
	KUNIT_EXPECT_EQ(test, ors_set(ors, &param), -EOPNOTSUPP);
	param = (struct ethtool_rxfh_param) { .input_xfrm = RXH_XFRM_SYM_XOR };
	KUNIT_EXPECT_EQ(test, ors_set(ors, &param), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(ors->net, ORS_RSS), 0);
	ors_expect_same(test, ORS_ENTRIES);
}

static void ors_hash_only(struct kunit *test)
{
	struct ethtool_rxfh_param param = {};
	struct ors *ors = test->priv;
	u8 key[ORS_KEY];

	ors_usual(test, ORS_BIT(MQ) | ORS_BIT(HASH_REPORT));
	param.indir = ors->indir;
	KUNIT_EXPECT_EQ(test, ors_set(ors, &param), -EOPNOTSUPP);
	memset(key, 0x5a, sizeof(key));
	param = (struct ethtool_rxfh_param) { .key = key };
	KUNIT_EXPECT_EQ(test, 0, ors_set(ors, &param));
	ors_expect_same(test, 0);
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_last(ors->net, ORS_HASH)->len, 53);
	KUNIT_EXPECT_EQ(test, 0, ors_set_fields(ors, TCP_V4_FLOW,
						RXH_IP_SRC | RXH_IP_DST));
	KUNIT_EXPECT_EQ(test, ors->net->rss.types,
			ORS_TYPES & ~ORS_TCP4);
}

static void ors_neither(struct kunit *test)
{
	struct ethtool_rxfh_param param = {};
	struct ors *ors = test->priv;

	ors_usual(test, ORS_BIT(MQ));
	KUNIT_EXPECT_EQ(test, ors_set(ors, &param), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, ors_fields(ors, TCP_V4_FLOW), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, ors_set_fields(ors, TCP_V4_FLOW, 0), -EOPNOTSUPP);
}

static const struct ors_answer {
	const char *name;
	enum fake_fault_kind kind;
	u32 value;
	int want;
} ors_answers[] = {
	{ "refused", FAKE_FAULT_TYPE, VIRTIO_NET_ERR, -EINVAL },
	{ "never", FAKE_FAULT_NEVER, 0, -ETIMEDOUT },
	{ "garbage", FAKE_FAULT_GARBAGE, 0x77, -EPROTO },
	{ "short", FAKE_FAULT_SHORT, 0, -EPROTO },
};

KUNIT_ARRAY_PARAM_DESC(ors_answer, ors_answers, name);

/* What the device did not agree to is not what a user sees. */
static void ors_device_refuses(struct kunit *test)
{
	const struct ors_answer *c = test->param_value;
	struct ethtool_rxfh_param param = {};
	struct ors *ors = test->priv;
	u32 fields = RXH_IP_SRC | RXH_IP_DST;
	u8 key[ORS_KEY] = {};

	ors_usual(test, ORS_ALL);
	KUNIT_ASSERT_EQ(test, 0, ors_set_pairs(ors, 2));
	ors->had = ors->net->rss;
	ors_fault(test, c->kind, ORS_RSS, c->value);
	param.indir = ors->indir;
	param.key = key;
	KUNIT_EXPECT_EQ(test, ors_set(ors, &param), c->want);
	KUNIT_EXPECT_EQ(test, ors_set_fields(ors, UDP_V6_FLOW, fields), c->want);
	KUNIT_EXPECT_EQ(test, ors_set_pairs(ors, 1), c->want);
	KUNIT_EXPECT_EQ(test, ors_set_pairs(ors, 4), c->want);
	fake_fault_clear(ors->net->fv);
	KUNIT_EXPECT_MEMEQ(test, &ors->net->rss, &ors->had,
			   sizeof(ors->had));

	KUNIT_ASSERT_EQ(test, 0, ors_get(ors));
	KUNIT_EXPECT_EQ(test, ors->indir[1], 1);
	KUNIT_EXPECT_MEMNEQ(test, ors->key, key, ORS_KEY);
	KUNIT_EXPECT_NE(test, ors_fields(ors, UDP_V6_FLOW), fields);
	/* The next one is sent whole, whatever became of those before. */
	KUNIT_EXPECT_EQ(test, 0, ors_set_pairs(ors, 3));
	ors_expect_same(test, ORS_ENTRIES);
}

/* A device that says it has all of it, and wants none of it. */
static void ors_device_refuses_at_first(struct kunit *test)
{
	const struct ors_answer *c = test->param_value;
	struct ors *ors = test->priv;

	ors_make(test, ORS_ALL, ORS_KEY, ORS_ENTRIES, 0x1ff);
	ors_fault(test, c->kind, ORS_RSS, c->value);
	ors_plug(test);
	KUNIT_EXPECT_EQ(test, ors_get(ors), -EOPNOTSUPP);
	KUNIT_EXPECT_FALSE(test, ors->peer.dev->features & NETIF_F_RXHASH);
	KUNIT_EXPECT_EQ(test, 0, ors_set_pairs(ors, 4));
	KUNIT_EXPECT_EQ(test, ors->net->active_pairs, 4);
	KUNIT_EXPECT_EQ(test, 0, fake_peer_send(&ors->peer, 300, 1));
	KUNIT_EXPECT_TRUE(test, fake_wait(ors->peer.received == 1));
}

#define ORS_ADDRS	(RXH_IP_SRC | RXH_IP_DST)
#define ORS_PORTS	(ORS_ADDRS | RXH_L4_B_0_1 | RXH_L4_B_2_3)

static const struct ors_change {
	const char *name;
	u32 had;
	u32 flow;
	u32 data;
	int err;
	u32 want;
} ors_changes[] = {
	{ "tcp4 as it is", ORS_TYPES, TCP_V4_FLOW, ORS_PORTS, 0, ORS_TYPES },
	{ "tcp4 by address", ORS_TYPES, TCP_V4_FLOW, ORS_ADDRS, 0,
	  ORS_TYPES & ~ORS_TCP4 },
	{ "udp4 by address", ORS_TYPES, UDP_V4_FLOW, ORS_ADDRS, 0,
	  ORS_TYPES & ~ORS_UDP4 },
	{ "tcp6 by address", ORS_TYPES, TCP_V6_FLOW, ORS_ADDRS, 0,
	  ORS_TYPES & ~ORS_TCP6 },
	{ "udp6 by address", ORS_TYPES, UDP_V6_FLOW, ORS_ADDRS, 0,
	  ORS_TYPES & ~ORS_UDP6 },
	{ "other IPv4 not at all", ORS_TYPES, IPV4_FLOW, 0, 0,
	  ORS_TYPES & ~ORS_IP4 },
	{ "other IPv6 not at all", ORS_TYPES, IPV6_FLOW, 0, 0,
	  ORS_TYPES & ~ORS_IP6 },
	{ "other IPv4 by address", ORS_TCP6, IPV4_FLOW, ORS_ADDRS, 0,
	  ORS_TCP6 | ORS_IP4 },
	{ "tcp4 by port, alone", 0, TCP_V4_FLOW, ORS_PORTS, 0,
	  ORS_TCP4 },
	{ "tcp4 not at all, alone", ORS_TCP4, TCP_V4_FLOW, 0, 0, 0 },
	{ "tcp4 not at all, but other IPv4", ORS_TYPES, TCP_V4_FLOW, 0, -EINVAL,
	  ORS_TYPES },
	{ "tcp4 by address, but other IPv4 not", ORS_TCP4, TCP_V4_FLOW,
	  ORS_ADDRS, -EINVAL, ORS_TCP4 },
	{ "other IPv4 by port", ORS_TYPES, IPV4_FLOW, ORS_PORTS, -EINVAL,
	  ORS_TYPES },
	{ "source only", ORS_TYPES, TCP_V4_FLOW, RXH_IP_SRC, -EINVAL,
	  ORS_TYPES },
	{ "VLAN", ORS_TYPES, UDP_V4_FLOW, ORS_PORTS | RXH_VLAN, -EINVAL,
	  ORS_TYPES },
	{ "one port", ORS_TYPES, UDP_V6_FLOW, ORS_ADDRS | RXH_L4_B_0_1, -EINVAL,
	  ORS_TYPES },
	{ "sctp", ORS_TYPES, SCTP_V4_FLOW, ORS_PORTS, -EOPNOTSUPP, ORS_TYPES },
	{ "Ethernet", ORS_TYPES, ETHER_FLOW, 0, -EOPNOTSUPP, ORS_TYPES },
};

KUNIT_ARRAY_PARAM_DESC(ors_change, ors_changes, name);

/* Types that the test wants to begin with are all that the device has. */
static void ors_fields_change(struct kunit *test)
{
	static const u32 flows[] = { IPV4_FLOW, TCP_V4_FLOW, UDP_V4_FLOW,
				     IPV6_FLOW, TCP_V6_FLOW, UDP_V6_FLOW };
	static const u32 ports[] = { TCP_V4_FLOW, UDP_V4_FLOW, TCP_V6_FLOW,
				     UDP_V6_FLOW, IPV4_FLOW, IPV6_FLOW };
	static const u32 bits[] = { ORS_TCP4, ORS_UDP4,
				    ORS_TCP6, ORS_UDP6,
				    ORS_IP4, ORS_IP6 };
	const struct ors_change *c = test->param_value;
	struct ors *ors = test->priv;
	long before[ARRAY_SIZE(flows)];
	unsigned int i;

	ors_usual(test, ORS_ALL);
	/* All that it should not have goes, those with ports first. */
	for (i = 0; i < ARRAY_SIZE(bits); i++)
		if (!(c->had & bits[i]))
			KUNIT_ASSERT_EQ(test, 0,
					ors_set_fields(ors, ports[i], i < 4 ?
						       ORS_ADDRS : 0));
	KUNIT_ASSERT_EQ(test, ors->net->rss.types, c->had);
	for (i = 0; i < ARRAY_SIZE(flows); i++)
		before[i] = ors_fields(ors, flows[i]);

	KUNIT_EXPECT_EQ(test, ors_set_fields(ors, c->flow, c->data), c->err);
	KUNIT_EXPECT_EQ(test, ors->net->rss.types, c->want);
	KUNIT_EXPECT_EQ(test, ors->net->refused, 0);
	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		long now = ors_fields(ors, flows[i]);

		if (flows[i] == c->flow)
			KUNIT_EXPECT_EQ(test, now, c->err ? before[i] : c->data);
		/* Whatever has ports of its own keeps them. */
		else if (before[i] == ORS_PORTS)
			KUNIT_EXPECT_EQ(test, now, ORS_PORTS);
	}
}

static void ors_types_that_lack(struct kunit *test)
{
	struct ors *ors = test->priv;

	ors_make(test, ORS_ALL, ORS_KEY, ORS_ENTRIES,
		 ORS_IP4 | ORS_TCP4);
	ors_plug(test);
	KUNIT_EXPECT_EQ(test, ors_fields(ors, TCP_V4_FLOW), ORS_PORTS);
	KUNIT_EXPECT_EQ(test, ors_fields(ors, UDP_V4_FLOW), ORS_ADDRS);
	KUNIT_EXPECT_EQ(test, ors_fields(ors, UDP_V6_FLOW), 0);
	KUNIT_EXPECT_EQ(test, ors_set_fields(ors, UDP_V4_FLOW, ORS_PORTS),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, ors_set_fields(ors, IPV6_FLOW, ORS_ADDRS),
			-EOPNOTSUPP);
}

/* A frame with a hash comes up, as long as the user wants hashes. */
static void ors_hash_comes_up(struct kunit *test)
{
	struct virtio_net_hdr_v1_hash hdr = {
		.hash_value = cpu_to_le32(0xc0ffee42),
		.hash_report = cpu_to_le16(VIRTIO_NET_HASH_REPORT_TCPv4) };
	struct ors *ors = test->priv;
	struct net_device *dev;
	unsigned int before;
	u8 frame[100];

	ors_usual(test, ORS_ALL);
	dev = ors->peer.dev;
	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(ors->net, 0) >= 2));
	fake_peer_frame(frame, sizeof(frame), dev->dev_addr, 0);
	KUNIT_ASSERT_GT(test, fake_net_receive(ors->net, 0, &hdr, frame,
					       sizeof(frame)), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait(ors->peer.received == 1));
	KUNIT_EXPECT_EQ(test, ors->peer.last.hash, 0xc0ffee42);

	before = fake_net_ctrl_count(ors->net, FAKE_FAULT_ALL_KEYS);
	rtnl_lock();
	dev->wanted_features &= ~NETIF_F_RXHASH;
	netdev_update_features(dev);
	KUNIT_EXPECT_FALSE(test, dev->features & NETIF_F_RXHASH);
	rtnl_unlock();
	KUNIT_ASSERT_GT(test, fake_net_receive(ors->net, 0, &hdr, frame,
					       sizeof(frame)), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait(ors->peer.received == 2));
	KUNIT_EXPECT_EQ(test, ors->peer.last.hash, 0);

	/* The device steers as before. */
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(ors->net, FAKE_FAULT_ALL_KEYS),
			before);
	KUNIT_EXPECT_EQ(test, ors->net->rss.types, ORS_TYPES);
	ors_expect_same(test, ORS_ENTRIES);
}

static int ors_set_inner(struct ors *ors, u32 flags)
{
	int err;

	rtnl_lock();
	err = ors_ops(ors)->set_priv_flags(ors->peer.dev, flags);
	rtnl_unlock();
	return err;
}

static u32 ors_inner(struct ors *ors)
{
	return ors_ops(ors)->get_priv_flags(ors->peer.dev);
}

static const struct ors_inner_case {
	const char *name;
	u64 features;
	int flags;
} ors_inners[] = {
	{ "all", ORS_ALL | ORS_BIT(HASH_TUNNEL), 1 },
	{ "hash only", ORS_BIT(MQ) | ORS_BIT(HASH_REPORT) | ORS_BIT(HASH_TUNNEL),
	  1 },
	{ "not offered", ORS_ALL, -EOPNOTSUPP },
	{ "no hash", ORS_BIT(MQ) | ORS_BIT(HASH_TUNNEL), -EOPNOTSUPP },
};

KUNIT_ARRAY_PARAM_DESC(ors_inner, ors_inners, name);

/* Off until the user wants it: whoever is inside could choose the queue. */
static void ors_inner_headers(struct kunit *test)
{
	const struct ors_inner_case *c = test->param_value;
	u8 name[ETH_GSTRING_LEN] = {};
	struct ors *ors = test->priv;

	ors_usual(test, c->features);
	KUNIT_EXPECT_EQ(test, ors_ops(ors)->get_sset_count(ors->peer.dev,
							   ETH_SS_PRIV_FLAGS),
			c->flags);
	KUNIT_EXPECT_EQ(test, ors_inner(ors), 0);
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(ors->net, ORS_TUNNEL), 0);
	if (c->flags < 0) {
		KUNIT_EXPECT_EQ(test, ors_set_inner(ors, 1), -EOPNOTSUPP);
		KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(ors->net, ORS_TUNNEL),
				0);
		return;
	}

	ors_ops(ors)->get_strings(ors->peer.dev, ETH_SS_PRIV_FLAGS, name);
	KUNIT_EXPECT_STREQ(test, name, "rx-hash-inner");
	KUNIT_EXPECT_EQ(test, ors_set_inner(ors, 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, ors_set_inner(ors, 1), 0);
	KUNIT_EXPECT_EQ(test, ors_inner(ors), 1);
	KUNIT_EXPECT_EQ(test, ors->net->rss.tunnels, ORS_TUNNELS);
	KUNIT_EXPECT_EQ(test, ors_set_inner(ors, 0), 0);
	KUNIT_EXPECT_EQ(test, ors->net->rss.tunnels, 0);
	KUNIT_EXPECT_EQ(test, ors->net->refused, 0);
}

static void ors_inner_headers_refused(struct kunit *test)
{
	const struct ors_answer *c = test->param_value;
	struct ors *ors = test->priv;

	ors_usual(test, ORS_ALL | ORS_BIT(HASH_TUNNEL));
	ors_fault(test, c->kind, ORS_TUNNEL, c->value);
	KUNIT_EXPECT_EQ(test, ors_set_inner(ors, 1), c->want);
	KUNIT_EXPECT_EQ(test, ors_inner(ors), 0);
	fake_fault_clear(ors->net->fv);
	KUNIT_EXPECT_EQ(test, ors_set_inner(ors, 1), 0);

	/* Told again with all the rest, as the self-test does. */
	fake_net_forget(ors->net);
	rtnl_lock();
	ors_ops(ors)->self_test(ors->peer.dev, &(struct ethtool_test) {},
				(u64[8]) {});
	rtnl_unlock();
	KUNIT_EXPECT_GE(test, fake_net_ctrl_count(ors->net, ORS_TUNNEL), 1);
	KUNIT_EXPECT_EQ(test, ors->net->rss.tunnels, ORS_TUNNELS);
}

static void ors_rings_of_rules(struct kunit *test)
{
	struct ethtool_rxnfc info = { .cmd = ETHTOOL_GRXRINGS };
	struct ors *ors = test->priv;

	ors_usual(test, ORS_ALL);
	KUNIT_ASSERT_EQ(test, 0, ors_set_pairs(ors, 3));
	KUNIT_EXPECT_EQ(test, 0, ors_ops(ors)->get_rxnfc(ors->peer.dev, &info,
							 NULL));
	KUNIT_EXPECT_EQ(test, info.data, 3);
	info.cmd = ETHTOOL_GRXCLSRLCNT;
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			ors_ops(ors)->get_rxnfc(ors->peer.dev, &info, NULL));
}

static struct kunit_case ors_cases[] = {
	KUNIT_CASE(ors_told_at_first),
	KUNIT_CASE_PARAM(ors_offered, ors_offer_gen_params),
	KUNIT_CASE(ors_user_sets),
	KUNIT_CASE(ors_user_is_refused),
	KUNIT_CASE(ors_hash_only),
	KUNIT_CASE(ors_neither),
	KUNIT_CASE_PARAM(ors_device_refuses, ors_answer_gen_params),
	KUNIT_CASE_PARAM(ors_device_refuses_at_first, ors_answer_gen_params),
	KUNIT_CASE_PARAM(ors_fields_change, ors_change_gen_params),
	KUNIT_CASE(ors_types_that_lack),
	KUNIT_CASE(ors_hash_comes_up),
	KUNIT_CASE_PARAM(ors_inner_headers, ors_inner_gen_params),
	KUNIT_CASE_PARAM(ors_inner_headers_refused, ors_answer_gen_params),
	KUNIT_CASE(ors_rings_of_rules),
	{}
};

static struct kunit_suite ors_suite = {
	.name = "ovnet_steering",
	.init = ors_init,
	.exit = ors_exit,
	.test_cases = ors_cases,
};

kunit_test_suite(ors_suite);

MODULE_DESCRIPTION("Orion: suite of hash and steering");
MODULE_LICENSE("GPL");
