// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user sets on a network device and what becomes of it: queue pairs,
 * rings, offloads, speed; also while frames go through, and also if the device
 * does not want to. After each there must be traffic.
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

#include "../orion_vnet/ovnet.h"

#define ONS_BIT(name)	BIT_ULL(VIRTIO_NET_F_ ## name)
#define ONS_BASE	(BIT_ULL(VIRTIO_F_VERSION_1) | ONS_BIT(MAC) | \
			 ONS_BIT(MRG_RXBUF) | ONS_BIT(CTRL_VQ) | ONS_BIT(MQ))
#define ONS_RESET	BIT_ULL(VIRTIO_F_RING_RESET)
#define ONS_PACKED	BIT_ULL(VIRTIO_F_RING_PACKED)
#define ONS_OFFLOADS	(ONS_BIT(GUEST_CSUM) | ONS_BIT(GUEST_TSO4) | \
			 ONS_BIT(GUEST_TSO6) | ONS_BIT(CTRL_GUEST_OFFLOADS))
#define ONS_PAIRS	4
#define ONS_RING	1024

#define ONS_SET_PAIRS	FAKE_NET_KEY(VIRTIO_NET_CTRL_MQ, \
				     VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET)
#define ONS_SET_OFFLOADS FAKE_NET_KEY(VIRTIO_NET_CTRL_GUEST_OFFLOADS, \
				      VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET)

struct ons {
	struct fake_net *net;
	struct fake_peer peer;
};

static int ons_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct ons), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void ons_exit(struct kunit *test)
{
	struct ons *ons = test->priv;

	if (ons)
		fake_peer_end(test, &ons->peer, ons->net);
}

static void ons_plug(struct kunit *test, u64 features, bool up)
{
	struct fake_net_param param = {
		.features = ONS_BASE | features, .queue_size = ONS_RING,
		.loopback = true };
	struct ons *ons = test->priv;

	param.config.mac[0] = 2;
	param.config.max_virtqueue_pairs = (__force u16)cpu_to_le16(ONS_PAIRS);
	param.config.speed = (__force u32)cpu_to_le32(SPEED_25000);
	param.config.duplex = DUPLEX_FULL;
	ons->net = fake_net_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, ons->net);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ons->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&ons->peer, ons->net));
	if (up)
		KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ons->peer));
}

static const struct ethtool_ops *ons_ops(struct ons *ons)
{
	return ons->peer.dev->ethtool_ops;
}

static void ons_fault(struct kunit *test, enum fake_fault_kind kind, u32 key,
		      u32 value)
{
	const struct fake_fault fault = {
		.kind = kind, .queue = FAKE_FAULT_ALL_QUEUES, .key = key,
		.value = value };
	struct ons *ons = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ons->net->fv, &fault));
}

/* A few frames go round. */
static void ons_expect_traffic(struct kunit *test)
{
	struct ons *ons = test->priv;
	unsigned int i, before;

	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(ons->net, 0)));
	for (i = 0; i < 10; i++) {
		before = ons->peer.received;
		KUNIT_ASSERT_EQ(test, 0, fake_peer_send(&ons->peer, 300, i));
		KUNIT_ASSERT_TRUE(test, fake_wait(ons->peer.received > before));
	}
	KUNIT_EXPECT_EQ(test, ons->peer.damaged, 0);
}

static int ons_set_pairs(struct ons *ons, unsigned int pairs)
{
	struct ethtool_channels channels = {};
	int err;

	rtnl_lock();
	ons_ops(ons)->get_channels(ons->peer.dev, &channels);
	channels.combined_count = pairs;
	err = ons_ops(ons)->set_channels(ons->peer.dev, &channels);
	rtnl_unlock();

	return err;
}

static unsigned int ons_pairs(struct ons *ons)
{
	struct ethtool_channels channels = {};

	rtnl_lock();
	ons_ops(ons)->get_channels(ons->peer.dev, &channels);
	rtnl_unlock();

	return channels.combined_count;
}

static void ons_pairs_up_and_down(struct kunit *test)
{
	static const unsigned int counts[] = { 4, 1, 3, 2, 4, 4, 1 };
	struct ons *ons = test->priv;
	unsigned int i, pair;

	ons_plug(test, 0, true);
	KUNIT_EXPECT_EQ(test, ons_set_pairs(ons, 0), -EINVAL);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		KUNIT_ASSERT_EQ(test, 0, ons_set_pairs(ons, counts[i]));
		KUNIT_EXPECT_EQ(test, ons_pairs(ons), counts[i]);
		KUNIT_EXPECT_EQ(test, ons->net->active_pairs, counts[i]);
		KUNIT_EXPECT_EQ(test, ons->peer.dev->real_num_tx_queues,
				counts[i]);
		KUNIT_EXPECT_EQ(test, ons->peer.dev->real_num_rx_queues,
				counts[i]);
		fake_virtio_settle(ons->net->fv);
		for (pair = 0; pair < counts[i]; pair++)
			KUNIT_EXPECT_GT(test, fake_net_buffers(ons->net, pair),
					0);
		ons_expect_traffic(test);
	}
}

static void ons_pairs_while_down(struct kunit *test)
{
	struct ons *ons = test->priv;

	ons_plug(test, 0, false);
	KUNIT_ASSERT_EQ(test, 0, ons_set_pairs(ons, 3));
	KUNIT_EXPECT_EQ(test, ons->net->active_pairs, 3);
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ons->peer));
	ons_expect_traffic(test);
	fake_peer_down(&ons->peer);
	KUNIT_ASSERT_EQ(test, 0, ons_set_pairs(ons, 1));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ons->peer));
	ons_expect_traffic(test);
}

/* What the device says to a command, and what the user hears. */
static const struct ons_answer {
	const char *name;
	enum fake_fault_kind kind;
	u32 value;
	int want;
} ons_answers[] = {
	{ "refused", FAKE_FAULT_TYPE, VIRTIO_NET_ERR, -EINVAL },
	{ "never", FAKE_FAULT_NEVER, 0, -ETIMEDOUT },
	{ "garbage", FAKE_FAULT_GARBAGE, 0x77, -EPROTO },
};

KUNIT_ARRAY_PARAM_DESC(ons_answer, ons_answers, name);

static void ons_pairs_refused(struct kunit *test)
{
	const struct ons_answer *c = test->param_value;
	struct ons *ons = test->priv;
	unsigned int before;

	ons_plug(test, 0, true);
	before = ons_pairs(ons);
	ons_fault(test, c->kind, ONS_SET_PAIRS, c->value);
	KUNIT_EXPECT_EQ(test, ons_set_pairs(ons, 4), c->want);
	KUNIT_EXPECT_EQ(test, ons_pairs(ons), before);
	KUNIT_EXPECT_EQ(test, ons->peer.dev->real_num_tx_queues, before);
	ons_expect_traffic(test);
}

static int ons_set_rings(struct ons *ons, unsigned int rx, unsigned int tx)
{
	struct ethtool_ringparam ring = {};
	struct netlink_ext_ack extack = {};
	int err;

	rtnl_lock();
	ons_ops(ons)->get_ringparam(ons->peer.dev, &ring, NULL, &extack);
	ring.rx_pending = rx;
	ring.tx_pending = tx;
	err = ons_ops(ons)->set_ringparam(ons->peer.dev, &ring, NULL, &extack);
	rtnl_unlock();

	return err;
}

static void ons_expect_rings(struct kunit *test, unsigned int rx,
			     unsigned int tx)
{
	struct ethtool_ringparam ring = {};
	struct netlink_ext_ack extack = {};
	struct ons *ons = test->priv;

	rtnl_lock();
	ons_ops(ons)->get_ringparam(ons->peer.dev, &ring, NULL, &extack);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, ring.rx_max_pending, ONS_RING);
	KUNIT_EXPECT_EQ(test, ring.tx_max_pending, ONS_RING);
	KUNIT_EXPECT_EQ(test, ring.rx_pending, rx);
	KUNIT_EXPECT_EQ(test, ring.tx_pending, tx);
}

static const struct ons_rings {
	const char *name;
	u64 features;
	unsigned int rx;
	unsigned int tx;
	int want;
} ons_ringss[] = {
	{ "as they are", ONS_RESET, ONS_RING, ONS_RING, 0 },
	{ "shorter", ONS_RESET, 256, 128, 0 },
	{ "shortest", ONS_RESET, 64, 64, 0 },
	{ "receive only", ONS_RESET, 512, ONS_RING, 0 },
	{ "transmit only", ONS_RESET, ONS_RING, 512, 0 },
	{ "packed, any length", ONS_RESET | ONS_PACKED, 100, 333, 0 },
	{ "split, no power of two", ONS_RESET, 100, ONS_RING, -EINVAL },
	{ "too short", ONS_RESET, 32, ONS_RING, -EINVAL },
	{ "nothing", ONS_RESET, 0, 0, -EINVAL },
	{ "device cannot", 0, 256, 256, -EOPNOTSUPP },
};

KUNIT_ARRAY_PARAM_DESC(ons_rings, ons_ringss, name);

static void ons_rings_set(struct kunit *test)
{
	const struct ons_rings *c = test->param_value;
	struct ons *ons = test->priv;

	ons_plug(test, c->features, true);
	KUNIT_EXPECT_EQ(test, ons_set_rings(ons, c->rx, c->tx), c->want);
	if (c->want)
		ons_expect_rings(test, ONS_RING, ONS_RING);
	else
		ons_expect_rings(test, c->rx, c->tx);
	ons_expect_traffic(test);
}

static void ons_rings_while_down(struct kunit *test)
{
	struct ons *ons = test->priv;

	ons_plug(test, ONS_RESET, false);
	KUNIT_ASSERT_EQ(test, 0, ons_set_rings(ons, 256, 256));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ons->peer));
	ons_expect_traffic(test);
	fake_peer_down(&ons->peer);
	KUNIT_ASSERT_EQ(test, 0, ons_set_rings(ons, 64, 512));
	ons_expect_rings(test, 64, 512);
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ons->peer));
	ons_expect_traffic(test);
}

/* Packets that the device has when its ring goes are lost, and nothing else. */
static void ons_rings_under_traffic(struct kunit *test)
{
	struct ons *ons = test->priv;
	struct fake_queue *txq;
	struct ovnet *ovnet;
	unsigned int i;

	ons_plug(test, ONS_RESET, true);
	txq = &ons->net->fv->queues[FAKE_NET_TXQ(0)];
	for (i = 0; i < 6; i++) {
		fake_queue_stop(txq);
		while (fake_peer_send(&ons->peer, 200, 1) == 0 &&
		       !netif_xmit_stopped(netdev_get_tx_queue(ons->peer.dev,
							       0)))
			;
		KUNIT_ASSERT_EQ(test, 0, ons_set_rings(ons, 64 << i % 3,
						       64 << i % 2));
		fake_queue_start(txq);
		fake_virtio_settle(ons->net->fv);
		KUNIT_ASSERT_TRUE(test, fake_wait(ons->peer.dev->qdisc->q.qlen ==
						  0));
		ons_expect_traffic(test);
	}

	/* None of those that were lost is waited for. */
	ovnet = ons->net->fv->vdev->priv;
	KUNIT_EXPECT_TRUE(test, fake_wait(!ovnet->pairs[0].txq.pending));
}

static void ons_rings_refused(struct kunit *test)
{
	struct ons *ons = test->priv;
	unsigned int queue;

	ons_plug(test, ONS_RESET, true);
	for (queue = 0; queue < 2 * ONS_PAIRS; queue++) {
		ons->net->fv->queues[queue].reset_err = -EIO;
		KUNIT_EXPECT_EQ(test, ons_set_rings(ons, 256, 256), -EIO);
		ons->net->fv->queues[queue].reset_err = 0;
		ons_expect_rings(test, ONS_RING, ONS_RING);
		ons_expect_traffic(test);
	}
}

/* A ring that stays keeps its packets, and they are accounted for later. */
static void ons_ring_stays(struct kunit *test)
{
	struct ons *ons = test->priv;
	struct fake_queue *txq;
	unsigned int i;

	ons_plug(test, ONS_RESET, true);
	txq = &ons->net->fv->queues[FAKE_NET_TXQ(0)];
	fake_queue_stop(txq);
	for (i = 0; i < 20; i++)
		KUNIT_ASSERT_EQ(test, 0, fake_peer_send(&ons->peer, 500, i));
	txq->reset_err = -EIO;
	KUNIT_EXPECT_EQ(test, ons_set_rings(ons, ONS_RING, 256), -EIO);
	fake_queue_start(txq);
	KUNIT_EXPECT_TRUE(test, fake_wait(ons->peer.received == 20));
	ons_expect_traffic(test);
}

/* A queue that cannot be enabled again is lost, but not the machine. */
static void ons_rings_lost(struct kunit *test)
{
	struct ons *ons = test->priv;

	ons_plug(test, ONS_RESET, true);
	ons->net->fv->queues[FAKE_NET_TXQ(0)].enable_err = -EIO;
	KUNIT_EXPECT_LT(test, ons_set_rings(ons, ONS_RING, 256), 0);
	fake_peer_send(&ons->peer, 100, 1);
	fake_peer_down(&ons->peer);
	fake_peer_up(&ons->peer);
}

static int ons_set_offload(struct ons *ons, netdev_features_t feature, bool on)
{
	struct net_device *dev = ons->peer.dev;
	bool is;

	rtnl_lock();
	if (on)
		dev->wanted_features |= feature;
	else
		dev->wanted_features &= ~feature;
	netdev_update_features(dev);
	is = dev->features & feature;
	rtnl_unlock();

	return is == on ? 0 : -EINVAL;
}

static void ons_offloads_set(struct kunit *test)
{
	struct ons *ons = test->priv;

	ons_plug(test, ONS_OFFLOADS, true);
	KUNIT_EXPECT_EQ(test, 0, ons_set_offload(ons, NETIF_F_GRO_HW, false));
	KUNIT_EXPECT_EQ(test, ons->net->offloads & ONS_BIT(GUEST_TSO4), 0);
	KUNIT_EXPECT_NE(test, ons->net->offloads & ONS_BIT(GUEST_CSUM), 0);
	ons_expect_traffic(test);
	KUNIT_EXPECT_EQ(test, 0, ons_set_offload(ons, NETIF_F_GRO_HW, true));
	KUNIT_EXPECT_NE(test, ons->net->offloads & ONS_BIT(GUEST_TSO4), 0);
	KUNIT_EXPECT_EQ(test, ons->net->refused, 0);
	ons_expect_traffic(test);
}

static void ons_offloads_refused(struct kunit *test)
{
	const struct ons_answer *c = test->param_value;
	struct ons *ons = test->priv;

	ons_plug(test, ONS_OFFLOADS, true);
	ons_fault(test, c->kind, ONS_SET_OFFLOADS, c->value);
	KUNIT_EXPECT_EQ(test, ons_set_offload(ons, NETIF_F_GRO_HW, false),
			-EINVAL);
	KUNIT_EXPECT_GE(test, fake_fault_hits(ons->net->fv), 1);
	/* If it did anything, then it was told to undo it. */
	if (ons->net->offloads)
		KUNIT_EXPECT_NE(test, 0, ons->net->offloads &
				ONS_BIT(GUEST_TSO4));
	ons_expect_traffic(test);
}

static void ons_speed(struct kunit *test)
{
	struct ethtool_link_ksettings settings = {};
	struct ons *ons = test->priv;
	__le32 speed = cpu_to_le32(SPEED_100000);

	ons_plug(test, ONS_BIT(SPEED_DUPLEX) | ONS_BIT(STATUS), true);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0,
			ons_ops(ons)->get_link_ksettings(ons->peer.dev,
							 &settings));
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, settings.base.speed, SPEED_25000);
	KUNIT_EXPECT_EQ(test, settings.base.duplex, DUPLEX_FULL);

	fake_virtio_config_poke(ons->net->fv,
				offsetof(struct virtio_net_config, speed),
				&speed, sizeof(speed));
	fake_virtio_config_raise(ons->net->fv);
	msleep(100);
	rtnl_lock();
	ons_ops(ons)->get_link_ksettings(ons->peer.dev, &settings);
	KUNIT_EXPECT_EQ(test, settings.base.speed, SPEED_100000);
	settings.base.speed = SPEED_10;
	KUNIT_EXPECT_EQ(test, 0,
			ons_ops(ons)->set_link_ksettings(ons->peer.dev,
							 &settings));
	ons_ops(ons)->get_link_ksettings(ons->peer.dev, &settings);
	KUNIT_EXPECT_EQ(test, settings.base.speed, SPEED_10);
	rtnl_unlock();
}

/* As many names as values, each name once, and traffic is counted. */
static void ons_statistics(struct kunit *test)
{
	struct ethtool_stats stats = {};
	struct ons *ons = test->priv;
	struct net_device *dev;
	int count, i, j;
	u64 *values;
	u64 sum = 0;
	u8 *names;

	ons_plug(test, 0, true);
	ons_expect_traffic(test);
	dev = ons->peer.dev;
	count = ons_ops(ons)->get_sset_count(dev, ETH_SS_STATS);
	KUNIT_ASSERT_GT(test, count, 0);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			ons_ops(ons)->get_sset_count(dev, ETH_SS_PRIV_FLAGS));
	names = kunit_kcalloc(test, count, ETH_GSTRING_LEN, GFP_KERNEL);
	values = kunit_kcalloc(test, count, sizeof(*values), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, names);
	KUNIT_ASSERT_NOT_NULL(test, values);
	ons_ops(ons)->get_strings(dev, ETH_SS_STATS, names);
	ons_ops(ons)->get_ethtool_stats(dev, &stats, values);

	for (i = 0; i < count; i++) {
		const u8 *name = names + i * ETH_GSTRING_LEN;

		KUNIT_EXPECT_GT(test, strnlen(name, ETH_GSTRING_LEN), 0);
		KUNIT_EXPECT_LT(test, strnlen(name, ETH_GSTRING_LEN),
				ETH_GSTRING_LEN);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, 0,
					strncmp(name,
						names + j * ETH_GSTRING_LEN,
						ETH_GSTRING_LEN));
		sum += values[i];
	}
	KUNIT_EXPECT_GE(test, sum, 20);
}

/* Sums over the queues in use and those that were. */
static void ons_sum(struct ons *ons, struct netdev_queue_stats_rx *rx,
		    struct netdev_queue_stats_tx *tx)
{
	const struct netdev_stat_ops *ops = ons->peer.dev->stat_ops;
	struct net_device *dev = ons->peer.dev;
	struct netdev_queue_stats_rx one_rx;
	struct netdev_queue_stats_tx one_tx;
	unsigned int i;

	rtnl_lock();
	ops->get_base_stats(dev, rx, tx);
	for (i = 0; i < dev->real_num_rx_queues; i++) {
		ops->get_queue_stats_rx(dev, i, &one_rx);
		ops->get_queue_stats_tx(dev, i, &one_tx);
		rx->packets += one_rx.packets;
		rx->bytes += one_rx.bytes;
		tx->packets += one_tx.packets;
		tx->bytes += one_tx.bytes;
	}
	rtnl_unlock();
}

/* Whatever becomes of the queues, nothing that was counted is lost. */
static void ons_queue_statistics(struct kunit *test)
{
	static const unsigned int counts[] = { 4, 1, 2, 1 };
	struct netdev_queue_stats_rx rx = {}, old_rx = {};
	struct netdev_queue_stats_tx tx = {}, old_tx = {};
	struct ons *ons = test->priv;
	unsigned int i;

	ons_plug(test, ONS_RESET, true);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		KUNIT_ASSERT_EQ(test, 0, ons_set_pairs(ons, counts[i]));
		ons_expect_traffic(test);
		ons_sum(ons, &rx, &tx);
		KUNIT_EXPECT_GE(test, rx.packets, old_rx.packets + 10);
		KUNIT_EXPECT_GE(test, rx.bytes, old_rx.bytes + 3000);
		KUNIT_EXPECT_GE(test, tx.bytes, old_tx.bytes);
		old_rx = rx;
		old_tx = tx;
		KUNIT_ASSERT_EQ(test, 0, ons_set_rings(ons, 64 << i % 3, 64));
		ons_sum(ons, &rx, &tx);
		KUNIT_EXPECT_GE(test, rx.packets, old_rx.packets);
		KUNIT_EXPECT_GE(test, tx.packets, old_tx.packets);
		fake_peer_down(&ons->peer);
		ons_sum(ons, &rx, &tx);
		KUNIT_EXPECT_GE(test, rx.packets, old_rx.packets);
		KUNIT_EXPECT_GE(test, tx.packets, old_tx.packets);
		KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ons->peer));
	}
	KUNIT_EXPECT_GE(test, tx.packets, 30);
}

static void ons_driver_name(struct kunit *test)
{
	struct ethtool_drvinfo info = {};
	struct ons *ons = test->priv;

	ons_plug(test, 0, true);
	ons_ops(ons)->get_drvinfo(ons->peer.dev, &info);
	KUNIT_EXPECT_STREQ(test, info.driver, "orion_vnet");
	KUNIT_EXPECT_STREQ(test, info.bus_info, "fake");
}

/* Words of "ethtool -d", as documented: of the device, and of the n-th queue. */
#define ONS_WORD(n)	(n)
#define ONS_QUEUE(q, n)	(8 + 8 * (q) + (n))

static void ons_registers(struct kunit *test)
{
	struct ethtool_regs regs = {};
	struct ons *ons = test->priv;
	unsigned int used;
	u32 *words;
	int len;

	ons_plug(test, ONS_RESET, true);
	KUNIT_ASSERT_EQ(test, 0, ons_set_pairs(ons, 2));
	ons_expect_traffic(test);
	fake_queue_stop(&ons->net->fv->queues[FAKE_NET_TXQ(0)]);
	fake_queue_stop(&ons->net->fv->queues[FAKE_NET_TXQ(1)]);
	KUNIT_ASSERT_EQ(test, 0, fake_peer_send(&ons->peer, 300, 1));

	rtnl_lock();
	len = ons_ops(ons)->get_regs_len(ons->peer.dev);
	KUNIT_EXPECT_EQ(test, len, 4 * ONS_QUEUE(4, 0));
	words = kunit_kzalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, words);
	ons_ops(ons)->get_regs(ons->peer.dev, &regs, words);
	rtnl_unlock();
	fake_queue_start(&ons->net->fv->queues[FAKE_NET_TXQ(0)]);
	fake_queue_start(&ons->net->fv->queues[FAKE_NET_TXQ(1)]);

	KUNIT_EXPECT_EQ(test, regs.version, 1);
	KUNIT_EXPECT_EQ(test, words[ONS_WORD(0)], ONS_PAIRS);
	KUNIT_EXPECT_EQ(test, words[ONS_WORD(1)], 2);
	KUNIT_EXPECT_EQ(test, words[ONS_WORD(2)], 2);
	KUNIT_EXPECT_EQ(test, words[ONS_WORD(4)],
			lower_32_bits(ons->net->fv->vdev->features));
	KUNIT_EXPECT_EQ(test, words[ONS_WORD(5)],
			upper_32_bits(ons->net->fv->vdev->features));
	KUNIT_EXPECT_EQ(test, words[ONS_WORD(6)], 12);
	KUNIT_EXPECT_EQ(test, words[ONS_WORD(7)], 4);
	KUNIT_EXPECT_EQ(test, words[ONS_QUEUE(0, 0)], ONS_RING);
	KUNIT_EXPECT_GT(test, words[ONS_QUEUE(0, 3)], 0);
	KUNIT_EXPECT_EQ(test, words[ONS_QUEUE(0, 4)] & 3, 1);
	KUNIT_EXPECT_EQ(test, words[ONS_QUEUE(0, 5)], U32_MAX);

	/* On one CPU a hash decides which pair sends, and it is seeded at boot. */
	used = words[ONS_QUEUE(1, 3)] ? 1 : 3;
	KUNIT_EXPECT_GE(test, words[ONS_QUEUE(used, 3)], 1);
	KUNIT_EXPECT_EQ(test, words[ONS_QUEUE(used, 6)] -
			words[ONS_QUEUE(used, 7)], 1);
	KUNIT_EXPECT_EQ(test, words[ONS_QUEUE(4 - used, 3)], 0);
}

static void ons_registers_of_packed_rings(struct kunit *test)
{
	struct ethtool_regs regs = {};
	struct ons *ons = test->priv;
	u32 *words;

	ons_plug(test, ONS_PACKED, false);
	words = kunit_kcalloc(test, ONS_QUEUE(2 * ONS_PAIRS, 0), sizeof(*words),
			      GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, words);
	rtnl_lock();
	ons_ops(ons)->get_regs(ons->peer.dev, &regs, words);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, words[ONS_WORD(2)], 0);
	KUNIT_EXPECT_EQ(test, words[ONS_QUEUE(0, 6)], U32_MAX);
	KUNIT_EXPECT_EQ(test, words[ONS_QUEUE(1, 4)] & 1, 0);
}

#define ONS_TESTS	5

static u32 ons_self_test(struct ons *ons, u32 flags, u64 *results)
{
	struct ethtool_test etest = { .flags = flags };

	rtnl_lock();
	ons_ops(ons)->self_test(ons->peer.dev, &etest, results);
	rtnl_unlock();
	return etest.flags & ETH_TEST_FL_FAILED;
}

static void ons_self_tests(struct kunit *test)
{
	struct ons *ons = test->priv;
	u64 results[ONS_TESTS];
	u8 names[ONS_TESTS * ETH_GSTRING_LEN];

	ons_plug(test, 0, true);
	KUNIT_ASSERT_EQ(test, ONS_TESTS,
			ons_ops(ons)->get_sset_count(ons->peer.dev,
						     ETH_SS_TEST));
	ons_ops(ons)->get_strings(ons->peer.dev, ETH_SS_TEST, names);
	KUNIT_EXPECT_STREQ(test, names, "link (online)");
	ons_expect_traffic(test);
	KUNIT_EXPECT_EQ(test, 0, ons_self_test(ons, 0, results));
	KUNIT_EXPECT_EQ(test, 0, ons_self_test(ons, ETH_TEST_FL_OFFLINE,
					       results));
	ons_expect_traffic(test);
	fake_peer_down(&ons->peer);
	KUNIT_EXPECT_EQ(test, 0, ons_self_test(ons, ETH_TEST_FL_OFFLINE,
					       results));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ons->peer));
	ons_expect_traffic(test);
}

static void ons_self_tests_fail(struct kunit *test)
{
	const struct fake_fault slow = {
		.kind = FAKE_FAULT_LATE, .queue = FAKE_FAULT_ALL_QUEUES,
		.key = ONS_SET_PAIRS, .delay_ms = 700 };
	struct ons *ons = test->priv;
	u64 results[ONS_TESTS];

	ons_plug(test, ONS_BIT(STATUS), true);
	/* The device says nothing of a link. */
	KUNIT_EXPECT_NE(test, 0, ons_self_test(ons, 0, results));
	KUNIT_EXPECT_EQ(test, results[0], ENETDOWN);
	KUNIT_EXPECT_EQ(test, results[1], 0);

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ons->net->fv, &slow));
	ons_self_test(ons, 0, results);
	KUNIT_EXPECT_EQ(test, results[1], 0);
	KUNIT_EXPECT_EQ(test, results[2], ETIME);
	fake_fault_clear(ons->net->fv);

	ons_fault(test, FAKE_FAULT_TYPE, ONS_SET_PAIRS, VIRTIO_NET_ERR);
	ons_self_test(ons, 0, results);
	KUNIT_EXPECT_EQ(test, results[1], EINVAL);
	KUNIT_EXPECT_EQ(test, results[2], EINVAL);
	fake_fault_clear(ons->net->fv);

	virtio_break_device(ons->net->fv->vdev);
	ons_self_test(ons, 0, results);
	KUNIT_EXPECT_EQ(test, results[3], EIO);
}

static struct kunit_case ons_cases[] = {
	KUNIT_CASE(ons_pairs_up_and_down),
	KUNIT_CASE(ons_pairs_while_down),
	KUNIT_CASE_PARAM(ons_pairs_refused, ons_answer_gen_params),
	KUNIT_CASE_PARAM(ons_rings_set, ons_rings_gen_params),
	KUNIT_CASE(ons_rings_while_down),
	KUNIT_CASE(ons_rings_under_traffic),
	KUNIT_CASE(ons_rings_refused),
	KUNIT_CASE(ons_ring_stays),
	KUNIT_CASE(ons_rings_lost),
	KUNIT_CASE(ons_offloads_set),
	KUNIT_CASE_PARAM(ons_offloads_refused, ons_answer_gen_params),
	KUNIT_CASE(ons_speed),
	KUNIT_CASE(ons_statistics),
	KUNIT_CASE(ons_queue_statistics),
	KUNIT_CASE(ons_driver_name),
	KUNIT_CASE(ons_registers),
	KUNIT_CASE(ons_registers_of_packed_rings),
	KUNIT_CASE(ons_self_tests),
	KUNIT_CASE(ons_self_tests_fail),
	{}
};

static struct kunit_suite ons_suite = {
	.name = "ovnet_settings",
	.init = ons_init,
	.exit = ons_exit,
	.test_cases = ons_cases,
};

kunit_test_suite(ons_suite);

MODULE_DESCRIPTION("Orion: suite of the network driver's settings");
MODULE_LICENSE("GPL");
