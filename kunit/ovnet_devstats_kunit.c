// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device counts, as users see it; and that no answer of the device is
 * believed that is not what was asked for.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netdev_queues.h>

#include "fake_net.h"
#include "fake_peer.h"

#define ODS_BIT(name)	BIT_ULL(VIRTIO_NET_F_ ## name)
#define ODS_BASE	(BIT_ULL(VIRTIO_F_VERSION_1) | ODS_BIT(MAC) | \
			 ODS_BIT(MRG_RXBUF) | ODS_BIT(CTRL_VQ) | ODS_BIT(MQ))
#define ODS_OFFLOADS	(ODS_BIT(CSUM) | ODS_BIT(HOST_TSO4) | \
			 ODS_BIT(GUEST_CSUM) | ODS_BIT(GUEST_TSO4))
#define ODS_ALL		(ODS_BASE | ODS_OFFLOADS | ODS_BIT(DEVICE_STATS))
#define ODS_PAIRS	2
#define ODS_CVQ		(2 * ODS_PAIRS)

/* All that there is, and what nobody knows. */
#define ODS_TYPES	(GENMASK_ULL(19, 16) | GENMASK_ULL(3, 0) | \
			 BIT_ULL(32) | BIT_ULL(7) | BIT_ULL(63))

#define ODS_QUERY	FAKE_NET_KEY(VIRTIO_NET_CTRL_STATS, \
				     VIRTIO_NET_CTRL_STATS_QUERY)
#define ODS_GET		FAKE_NET_KEY(VIRTIO_NET_CTRL_STATS, \
				     VIRTIO_NET_CTRL_STATS_GET)

struct ods {
	struct fake_net *net;
	struct fake_peer peer;
	int count;
	u8 *names;
	u64 *values;
};

static int ods_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct ods), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void ods_exit(struct kunit *test)
{
	struct ods *ods = test->priv;

	if (ods)
		fake_peer_end(test, &ods->peer, ods->net);
}

static void ods_make(struct kunit *test, u64 features, u64 types)
{
	struct fake_net_param param = { .features = features };
	struct ods *ods = test->priv;

	param.config.mac[0] = 2;
	param.config.max_virtqueue_pairs = (__force u16)cpu_to_le16(ODS_PAIRS);
	ods->net = fake_net_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, ods->net);
	ods->net->stats.types = types;
}

static void ods_plug(struct kunit *test, unsigned int pairs)
{
	struct ethtool_channels channels = { .combined_count = pairs };
	struct ods *ods = test->priv;
	int err;

	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ods->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&ods->peer, ods->net));
	rtnl_lock();
	err = ods->peer.dev->ethtool_ops->set_channels(ods->peer.dev,
						       &channels);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, 0, err);
}

static void ods_fault(struct kunit *test, enum fake_fault_kind kind, u32 key,
		      u32 value)
{
	const struct fake_fault fault = {
		.kind = kind, .queue = FAKE_FAULT_ALL_QUEUES, .key = key,
		.value = value };
	struct ods *ods = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ods->net->fv, &fault));
}

/* "ethtool -S" */
static void ods_look(struct kunit *test)
{
	struct ods *ods = test->priv;
	struct net_device *dev = ods->peer.dev;
	const struct ethtool_ops *ops = dev->ethtool_ops;
	struct ethtool_stats stats = {};

	rtnl_lock();
	ods->count = ops->get_sset_count(dev, ETH_SS_STATS);
	rtnl_unlock();
	KUNIT_ASSERT_GT(test, ods->count, 0);
	ods->names = kunit_kcalloc(test, ods->count, ETH_GSTRING_LEN,
				   GFP_KERNEL);
	ods->values = kunit_kcalloc(test, ods->count, sizeof(u64), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ods->names);
	KUNIT_ASSERT_NOT_NULL(test, ods->values);
	rtnl_lock();
	ops->get_strings(dev, ETH_SS_STATS, ods->names);
	ops->get_ethtool_stats(dev, &stats, ods->values);
	rtnl_unlock();
}

static s64 ods_value(struct ods *ods, const char *name)
{
	int i;

	for (i = 0; i < ods->count; i++)
		if (!strncmp(ods->names + i * ETH_GSTRING_LEN, name,
			     ETH_GSTRING_LEN))
			return ods->values[i];

	return -ENOENT;
}

/* How many of the values are the device's. */
static unsigned int ods_shown(struct ods *ods)
{
	unsigned int n = 0;
	int i;

	for (i = 0; i < ods->count; i++)
		n += !!strnstr(ods->names + i * ETH_GSTRING_LEN, "_dev_",
			       ETH_GSTRING_LEN);

	return n;
}

static const struct ods_shown_case {
	const char *name;
	u64 features;
	u64 types;
	unsigned int want;
} ods_shown_cases[] = {
	{ "all", ODS_ALL, ODS_TYPES, 2 * (16 + 16) + 2 },
	{ "no checksums", ODS_BASE | ODS_BIT(DEVICE_STATS), ODS_TYPES,
	  2 * (8 + 8) + 2 },
	{ "the least", ODS_ALL, BIT_ULL(0) | BIT_ULL(16), 2 * (6 + 6) },
	{ "control queue only", ODS_ALL, BIT_ULL(32), 2 },
	{ "of one kind of queue", ODS_ALL, BIT_ULL(17) | BIT_ULL(19),
	  2 * (2 + 2) },
	{ "nothing known", ODS_ALL, BIT_ULL(5) | BIT_ULL(40), 0 },
	{ "nothing", ODS_ALL, 0, 0 },
	{ "no such feature", ODS_ALL & ~ODS_BIT(DEVICE_STATS), ODS_TYPES, 0 },
};

KUNIT_ARRAY_PARAM_DESC(ods_shown, ods_shown_cases, name);

static void ods_what_is_shown(struct kunit *test)
{
	const struct ods_shown_case *c = test->param_value;
	struct ods *ods = test->priv;

	ods_make(test, c->features, c->types);
	ods_plug(test, ODS_PAIRS);
	ods_look(test);
	KUNIT_EXPECT_EQ(test, ods_shown(ods), c->want);
	KUNIT_EXPECT_EQ(test, ods->net->refused, 0);
}

static void ods_what_it_says(struct kunit *test)
{
	struct ods *ods = test->priv;
	unsigned int base;

	ods_make(test, ODS_ALL, ODS_TYPES);
	ods_plug(test, ODS_PAIRS);
	base = ods->net->stats.asked;
	ods_look(test);
	KUNIT_EXPECT_EQ(test, ods_value(ods, "rx0_dev_packets"),
			FAKE_NET_COUNTER(0, 0, 1) + base);
	KUNIT_EXPECT_EQ(test, ods_value(ods, "rx0_dev_csum_bad"),
			FAKE_NET_COUNTER(0, 1, 3) + base);
	KUNIT_EXPECT_EQ(test, ods_value(ods, "tx0_dev_gso_bytes_noseg"),
			FAKE_NET_COUNTER(1, 18, 5) + base + 1);
	KUNIT_EXPECT_EQ(test, ods_value(ods, "rx1_dev_gso_packets"),
			FAKE_NET_COUNTER(2, 2, 0) + base + 2);
	KUNIT_EXPECT_EQ(test, ods_value(ods, "tx1_dev_ratelimit_bytes"),
			FAKE_NET_COUNTER(3, 19, 1) + base + 3);
	KUNIT_EXPECT_EQ(test, ods_value(ods, "ctrl_dev_commands_ok"),
			FAKE_NET_COUNTER(ODS_CVQ, 32, 1) + base + 4);

	/* A device of the future says more, and that does no harm. */
	ods->net->stats.more = 24;
	ods_look(test);
	KUNIT_EXPECT_EQ(test, ods_value(ods, "tx1_dev_ratelimit_bytes"),
			FAKE_NET_COUNTER(3, 19, 1) + base + 8);
}

/* Only the first queue's values are looked at, so that one lie is the only one. */
static const struct ods_lie {
	const char *name;
	unsigned int at;
	unsigned int len;
	u16 lie;
} ods_lies[] = {
	{ "type of another", 0, 1, 1 },
	{ "type not asked for", 0, 1, 16 },
	{ "type that cannot be", 0, 1, 64 },
	{ "type far out", 0, 1, 255 },
	{ "the same type twice", 56, 1, 0 },
	{ "another queue", 2, 2, 1 },
	{ "a queue that is not", 2, 2, 0xffff },
	{ "no size", 6, 2, 0 },
	{ "size of the header", 6, 2, 8 },
	{ "size too small", 6, 2, 55 },
	{ "size past the end", 6, 2, 0xffff },
	{ "size to the end", 6, 2, 160 },
	{ "last size too large", 142, 2, 25 },
};

KUNIT_ARRAY_PARAM_DESC(ods_lie, ods_lies, name);

static void ods_lied_to(struct kunit *test)
{
	const struct ods_lie *c = test->param_value;
	struct ods *ods = test->priv;
	unsigned int base, asked;
	s64 before;

	ods_make(test, ODS_ALL, ODS_TYPES);
	ods_plug(test, ODS_PAIRS);
	ods_look(test);
	before = ods_value(ods, "rx0_dev_bytes");
	base = ods->net->stats.asked;
	ods->net->stats.lie_at = c->at;
	ods->net->stats.lie_len = c->len;
	ods->net->stats.lie = c->lie;

	/* The old values stand, and the device is left alone for a while. */
	ods_look(test);
	asked = ods->net->stats.asked;
	KUNIT_EXPECT_EQ(test, asked, base + 1);
	KUNIT_EXPECT_EQ(test, ods_value(ods, "rx0_dev_bytes"), before);
	ods_look(test);
	KUNIT_EXPECT_EQ(test, ods->net->stats.asked, asked);

	ods->net->stats.lie_len = 0;
	ssleep(11);
	ods_look(test);
	KUNIT_EXPECT_EQ(test, ods_value(ods, "rx0_dev_bytes"),
			FAKE_NET_COUNTER(0, 0, 2) + asked);
}

static const struct ods_fault_case {
	const char *name;
	enum fake_fault_kind kind;
	u32 value;
} ods_faults[] = {
	{ "refused", FAKE_FAULT_TYPE, VIRTIO_NET_ERR },
	{ "neither", FAKE_FAULT_TYPE, 0x77 },
	{ "nothing", FAKE_FAULT_SHORT, 0 },
	{ "no values", FAKE_FAULT_SHORT, 1 },
	{ "half a header", FAKE_FAULT_SHORT, 5 },
	{ "half a value", FAKE_FAULT_SHORT, 13 },
	{ "one reply of four", FAKE_FAULT_SHORT, 57 },
	{ "garbage", FAKE_FAULT_GARBAGE, 0xff },
	{ "no answer", FAKE_FAULT_NEVER, 0 },
};

KUNIT_ARRAY_PARAM_DESC(ods_fault, ods_faults, name);

static void ods_no_answer(struct kunit *test)
{
	const struct ods_fault_case *c = test->param_value;
	struct ods *ods = test->priv;
	unsigned long begin;
	s64 before;

	ods_make(test, ODS_ALL, ODS_TYPES);
	ods_plug(test, ODS_PAIRS);
	ods_look(test);
	before = ods_value(ods, "rx0_dev_bytes");
	ods_fault(test, c->kind, ODS_GET, c->value);
	begin = jiffies;
	ods_look(test);
	KUNIT_EXPECT_EQ(test, fake_fault_hits(ods->net->fv), 1);
	/* One deadline, however many queues there are. */
	KUNIT_EXPECT_LE(test, jiffies - begin, 2 * HZ);
	KUNIT_EXPECT_EQ(test, ods_value(ods, "rx0_dev_bytes"), before);
	KUNIT_EXPECT_GT(test, ods_value(ods, "ctrl_submitted"), 0);
}

/* A device that does not say what it counts works without. */
static void ods_no_word(struct kunit *test)
{
	const struct ods_fault_case *c = test->param_value;
	struct ods *ods = test->priv;

	ods_make(test, ODS_ALL, ODS_TYPES);
	ods_fault(test, c->kind, ODS_QUERY, c->value);
	ods_plug(test, ODS_PAIRS);
	ods_look(test);
	KUNIT_EXPECT_EQ(test, fake_fault_hits(ods->net->fv), 1);
	/* A whole answer has nine bytes. */
	if (c->kind != FAKE_FAULT_SHORT || c->value < 9)
		KUNIT_EXPECT_EQ(test, ods_shown(ods), 0);
	KUNIT_EXPECT_EQ(test, 0, fake_peer_up(&ods->peer));
}

/* What the stack asks of each queue; what is not counted is left as it was. */
static void ods_queues(struct kunit *test)
{
	struct netdev_queue_stats_rx rx, base_rx;
	struct netdev_queue_stats_tx tx, base_tx;
	const struct netdev_stat_ops *ops;
	struct ods *ods = test->priv;
	struct net_device *dev;

	ods_make(test, ODS_ALL, ODS_TYPES & ~BIT_ULL(17));
	ods_plug(test, 1);
	dev = ods->peer.dev;
	ops = dev->stat_ops;
	memset(&rx, 0xff, sizeof(rx));
	memset(&tx, 0xff, sizeof(tx));
	memset(&base_rx, 0xff, sizeof(base_rx));
	memset(&base_tx, 0xff, sizeof(base_tx));
	rtnl_lock();
	ops->get_base_stats(dev, &base_rx, &base_tx);
	ods->net->stats.asked = 0;
	ops->get_queue_stats_rx(dev, 0, &rx);
	ops->get_queue_stats_tx(dev, 0, &tx);
	rtnl_unlock();

	KUNIT_EXPECT_EQ(test, rx.packets, 0);
	KUNIT_EXPECT_EQ(test, rx.hw_drops, FAKE_NET_COUNTER(0, 0, 4));
	KUNIT_EXPECT_EQ(test, rx.hw_drop_overruns, FAKE_NET_COUNTER(0, 0, 5));
	KUNIT_EXPECT_EQ(test, rx.csum_unnecessary, FAKE_NET_COUNTER(0, 1, 0));
	KUNIT_EXPECT_EQ(test, rx.csum_bad, FAKE_NET_COUNTER(0, 1, 3));
	KUNIT_EXPECT_EQ(test, rx.hw_gro_wire_bytes, FAKE_NET_COUNTER(0, 2, 3));
	KUNIT_EXPECT_EQ(test, rx.hw_drop_ratelimits, FAKE_NET_COUNTER(0, 3, 0));
	KUNIT_EXPECT_EQ(test, tx.hw_drop_errors,
			FAKE_NET_COUNTER(1, 16, 5) + 1);
	KUNIT_EXPECT_EQ(test, tx.hw_gso_wire_bytes,
			FAKE_NET_COUNTER(1, 18, 3) + 1);
	KUNIT_EXPECT_EQ(test, tx.hw_gso_packets, 0);
	KUNIT_EXPECT_EQ(test, tx.needs_csum, U64_MAX);

	/* Of the pair that is not in use. */
	KUNIT_EXPECT_GE(test, base_rx.hw_drops, FAKE_NET_COUNTER(2, 0, 4));
	KUNIT_EXPECT_GE(test, base_tx.hw_drops, FAKE_NET_COUNTER(3, 16, 4));
	KUNIT_EXPECT_EQ(test, base_tx.csum_none, U64_MAX);
	KUNIT_EXPECT_EQ(test, ods->net->refused, 0);
}

/* Who may not sleep asks nothing of the device. */
static void ods_sums(struct kunit *test)
{
	struct rtnl_link_stats64 sum = {};
	struct ods *ods = test->priv;
	unsigned int asked;

	ods_make(test, ODS_ALL, ODS_TYPES);
	ods_plug(test, ODS_PAIRS);
	asked = fake_net_ctrl_count(ods->net, ODS_GET);
	rcu_read_lock();
	dev_get_stats(ods->peer.dev, &sum);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(ods->net, ODS_GET), asked);
}

static struct kunit_case ods_cases[] = {
	KUNIT_CASE_PARAM(ods_what_is_shown, ods_shown_gen_params),
	KUNIT_CASE(ods_what_it_says),
	KUNIT_CASE_PARAM(ods_lied_to, ods_lie_gen_params),
	KUNIT_CASE_PARAM(ods_no_answer, ods_fault_gen_params),
	KUNIT_CASE_PARAM(ods_no_word, ods_fault_gen_params),
	KUNIT_CASE(ods_queues),
	KUNIT_CASE(ods_sums),
	{}
};

static struct kunit_suite ods_suite = {
	.name = "ovnet_devstats",
	.init = ods_init,
	.exit = ods_exit,
	.test_cases = ods_cases,
};

kunit_test_suite(ods_suite);

MODULE_DESCRIPTION("Orion: suite of what the device counts");
MODULE_LICENSE("GPL");
