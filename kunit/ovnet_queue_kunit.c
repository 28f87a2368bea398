// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of queue pairs and rings are whole or not at all: whichever command
 * the device refuses, whichever ring it does not give back, whichever memory
 * there is not, all is as it was before, on both sides. And rings that are begun
 * anew without another size.
 */

#include <kunit/test.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/virtio_net.h>

#include "fake_fail.h"
#include "fake_net.h"
#include "fake_peer.h"

#include "../orion_vnet/ovnet.h"

#define ORQ_BIT(name)	BIT_ULL(VIRTIO_NET_F_ ## name)
#define ORQ_BASE	(BIT_ULL(VIRTIO_F_VERSION_1) | ORQ_BIT(MAC) | \
			 ORQ_BIT(MRG_RXBUF) | ORQ_BIT(CTRL_VQ) | ORQ_BIT(MQ))
#define ORQ_RESET	BIT_ULL(VIRTIO_F_RING_RESET)
#define ORQ_RSS		ORQ_BIT(RSS)
#define ORQ_PAIRS	4
#define ORQ_RING	256
#define ORQ_ENTRIES	128

struct orq {
	struct fake_net *net;
	struct fake_peer peer;
	unsigned int had;
	unsigned int wish;
	struct kunit *test;
};

/* All that a change of pairs or rings changes, as user, stack and device see it. */
struct orq_state {
	unsigned int pairs;
	unsigned int real_tx;
	unsigned int real_rx;
	unsigned int device_pairs;
	unsigned int entries[2 * ORQ_PAIRS];
	struct fake_net_coal coal[2 * ORQ_PAIRS];
	struct fake_net_rss rss;
};

static int orq_init(struct kunit *test)
{
	struct orq *orq = kunit_kzalloc(test, sizeof(*orq), GFP_KERNEL);

	if (!orq)
		return -ENOMEM;

	orq->test = test;
	test->priv = orq;
	return 0;
}

static void orq_exit(struct kunit *test)
{
	struct orq *orq = test->priv;

	if (orq)
		fake_peer_end(test, &orq->peer, orq->net);
}

static void orq_plug(struct kunit *test, u64 features)
{
	struct fake_net_param param = {
		.features = ORQ_BASE | features, .pairs = ORQ_PAIRS,
		.queue_size = ORQ_RING, .loopback = true };
	struct orq *orq = test->priv;

	param.config.mac[0] = 2;
	param.config.max_virtqueue_pairs = (__force u16)cpu_to_le16(ORQ_PAIRS);
	param.config.rss_max_key_size = 40;
	param.config.rss_max_indirection_table_length = cpu_to_le16(ORQ_ENTRIES);
	param.config.supported_hash_types = cpu_to_le32(0x3f);
	orq->net = fake_net_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, orq->net);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(orq->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&orq->peer, orq->net));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&orq->peer));
}

static const struct ethtool_ops *orq_ops(struct orq *orq)
{
	return orq->peer.dev->ethtool_ops;
}

static struct ovnet *orq_ovnet(struct orq *orq)
{
	return orq->net->fv->vdev->priv;
}

static int orq_set_pairs(struct orq *orq, unsigned int pairs)
{
	struct ethtool_channels channels = { .combined_count = pairs };
	int err;

	rtnl_lock();
	err = orq_ops(orq)->set_channels(orq->peer.dev, &channels);
	rtnl_unlock();

	return err;
}

static int orq_set_rings(struct orq *orq, unsigned int rx, unsigned int tx)
{
	struct ethtool_ringparam ring = { .rx_pending = rx, .tx_pending = tx };
	struct netlink_ext_ack extack = {};
	int err;

	rtnl_lock();
	err = orq_ops(orq)->set_ringparam(orq->peer.dev, &ring, NULL, &extack);
	rtnl_unlock();

	return err;
}

static int orq_reset(struct orq *orq, u32 *flags)
{
	int err;

	rtnl_lock();
	err = orq_ops(orq)->reset(orq->peer.dev, flags);
	rtnl_unlock();

	return err;
}

static struct orq_state *orq_look(struct kunit *test)
{
	struct orq_state *state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	struct ethtool_channels channels = {};
	struct orq *orq = test->priv;
	struct ovnet *ovnet = orq_ovnet(orq);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, state);
	fake_virtio_settle(orq->net->fv);
	rtnl_lock();
	orq_ops(orq)->get_channels(orq->peer.dev, &channels);
	rtnl_unlock();
	state->pairs = channels.combined_count;
	state->real_tx = orq->peer.dev->real_num_tx_queues;
	state->real_rx = orq->peer.dev->real_num_rx_queues;
	state->device_pairs = orq->net->active_pairs;
	for (i = 0; i < ORQ_PAIRS; i++) {
		struct ovnet_pair *pair = &ovnet->pairs[i];

		state->entries[2 * i] = virtqueue_get_vring_size(pair->rxq.vq);
		state->entries[2 * i + 1] =
			virtqueue_get_vring_size(pair->txq.vq);
	}
	memcpy(state->coal, orq->net->coal, sizeof(state->coal));
	state->rss = orq->net->rss;
	return state;
}

/* A few frames go round. */
static void orq_expect_traffic(struct kunit *test)
{
	struct orq *orq = test->priv;
	unsigned int i, before;

	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(orq->net, 0)));
	for (i = 0; i < 5; i++) {
		before = orq->peer.received;
		KUNIT_ASSERT_EQ(test, 0, fake_peer_send(&orq->peer, 300, i));
		KUNIT_ASSERT_TRUE(test, fake_wait(orq->peer.received > before));
	}
	KUNIT_EXPECT_EQ(test, orq->peer.damaged, 0);
}

static const struct orq_answer {
	const char *name;
	u64 features;
	enum fake_fault_kind kind;
	u32 value;
	int want;
} orq_answers[] = {
	{ "pairs, refused", 0, FAKE_FAULT_TYPE, VIRTIO_NET_ERR, -EINVAL },
	{ "pairs, never", 0, FAKE_FAULT_NEVER, 0, -ETIMEDOUT },
	{ "pairs, done and not said", 0, FAKE_FAULT_SHORT, 0, -EPROTO },
	{ "pairs, garbage", 0, FAKE_FAULT_GARBAGE, 0x77, -EPROTO },
	{ "steered, refused", ORQ_RSS, FAKE_FAULT_TYPE, VIRTIO_NET_ERR, -EINVAL },
	{ "steered, never", ORQ_RSS, FAKE_FAULT_NEVER, 0, -ETIMEDOUT },
	{ "steered, done and not said", ORQ_RSS, FAKE_FAULT_SHORT, 0, -EPROTO },
	{ "steered, garbage", ORQ_RSS, FAKE_FAULT_GARBAGE, 0x77, -EPROTO },
};

KUNIT_ARRAY_PARAM_DESC(orq_answer, orq_answers, name);

/* The device does not want as many pairs, or does not say that it does. */
static void orq_pairs_refused(struct kunit *test)
{
	static const unsigned int counts[][2] = { { 1, 4 }, { 4, 1 }, { 2, 3 },
						  { 3, 2 } };
	const struct orq_answer *c = test->param_value;
	const struct fake_fault fault = {
		.kind = c->kind, .queue = 2 * ORQ_PAIRS, .value = c->value };
	struct orq *orq = test->priv;
	struct orq_state *before;
	unsigned int i;

	orq_plug(test, c->features);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		KUNIT_ASSERT_EQ(test, 0, orq_set_pairs(orq, counts[i][0]));
		before = orq_look(test);
		KUNIT_EXPECT_EQ(test, before->pairs, counts[i][0]);
		KUNIT_EXPECT_EQ(test, before->device_pairs, counts[i][0]);
		KUNIT_ASSERT_EQ(test, 0, fake_fault_add(orq->net->fv, &fault));
		KUNIT_EXPECT_EQ(test, orq_set_pairs(orq, counts[i][1]), c->want);
		fake_fault_clear(orq->net->fv);
		KUNIT_EXPECT_MEMEQ(test, orq_look(test), before,
				   sizeof(*before));
		orq_expect_traffic(test);
	}
}

static int orq_sweep_nothing(void *priv)
{
	return 0;
}

static int orq_sweep_pairs(void *priv)
{
	struct orq *orq = priv;

	return orq_set_pairs(orq, orq->wish);
}

/* Whatever failed, user, stack and device agree on one number or the other. */
static void orq_sweep_pairs_end(void *priv, int err)
{
	struct orq *orq = priv;
	struct kunit *test = orq->test;
	unsigned int want = err ? orq->had : orq->wish;
	struct orq_state *state = orq_look(test);

	KUNIT_EXPECT_EQ(test, state->pairs, want);
	KUNIT_EXPECT_EQ(test, state->real_tx, want);
	KUNIT_EXPECT_EQ(test, state->real_rx, want);
	KUNIT_EXPECT_EQ(test, state->device_pairs, want);
	if (state->rss.entries)
		KUNIT_EXPECT_EQ(test, state->rss.table[ORQ_ENTRIES - 1],
				(ORQ_ENTRIES - 1) % want);
	kunit_kfree(test, state);
	/* So that pairs have to be begun anew. */
	fake_peer_down(&orq->peer);
	KUNIT_EXPECT_EQ(test, 0, orq_set_pairs(orq, orq->had));
	KUNIT_EXPECT_EQ(test, 0, fake_peer_up(&orq->peer));
}

static const struct orq_memory {
	const char *name;
	u64 features;
	unsigned int had;
	unsigned int wish;
} orq_memories[] = {
	{ "more pairs", 0, 1, 4 },
	{ "fewer pairs", 0, 4, 1 },
	{ "more pairs, steered", ORQ_RSS, 2, 4 },
	{ "fewer pairs, steered", ORQ_RSS, 4, 2 },
};

KUNIT_ARRAY_PARAM_DESC(orq_memory, orq_memories, name);

static void orq_pairs_without_memory(struct kunit *test)
{
	static const struct fake_fail_ops ops = {
		.setup = orq_sweep_nothing,
		.run = orq_sweep_pairs,
		.teardown = orq_sweep_pairs_end,
	};
	const struct orq_memory *c = test->param_value;
	struct orq *orq = test->priv;
	int points;

	orq_plug(test, c->features);
	orq->had = c->had;
	orq->wish = c->wish;
	KUNIT_ASSERT_EQ(test, 0, orq_set_pairs(orq, c->had));
	points = fake_fail_sweep(&ops, orq);
	kunit_info(test, "%d allocations failed, one by one\n", points);
	KUNIT_EXPECT_GT(test, points, 0);
	orq_expect_traffic(test);
}

static int orq_sweep_rings(void *priv)
{
	return orq_set_rings(priv, 64, 128);
}

static void orq_sweep_rings_end(void *priv, int err)
{
	struct orq *orq = priv;
	struct kunit *test = orq->test;
	struct orq_state *state = orq_look(test);
	unsigned int i;

	for (i = 0; i < ORQ_PAIRS; i++) {
		KUNIT_EXPECT_EQ(test, state->entries[2 * i],
				err ? ORQ_RING : 64);
		KUNIT_EXPECT_EQ(test, state->entries[2 * i + 1],
				err ? ORQ_RING : 128);
	}
	kunit_kfree(test, state);
	KUNIT_EXPECT_EQ(test, 0, orq_set_rings(orq, ORQ_RING, ORQ_RING));
}

static void orq_rings_without_memory(struct kunit *test)
{
	static const struct fake_fail_ops ops = {
		.setup = orq_sweep_nothing,
		.run = orq_sweep_rings,
		.teardown = orq_sweep_rings_end,
	};
	int points;

	orq_plug(test, ORQ_RESET);
	points = fake_fail_sweep(&ops, test->priv);
	kunit_info(test, "%d allocations failed, one by one\n", points);
	KUNIT_EXPECT_GT(test, points, 8);
	orq_expect_traffic(test);
}

/* Whichever ring the device keeps, no other is of another size in the end. */
static void orq_rings_refused(struct kunit *test)
{
	struct orq *orq = test->priv;
	struct orq_state *before;
	unsigned int i;

	orq_plug(test, ORQ_RESET);
	KUNIT_ASSERT_EQ(test, 0, orq_set_pairs(orq, 3));
	before = orq_look(test);
	for (i = 0; i < 2 * ORQ_PAIRS; i++) {
		orq->net->fv->queues[i].reset_err = -EIO;
		KUNIT_EXPECT_EQ(test, orq_set_rings(orq, 128, 64), -EIO);
		orq->net->fv->queues[i].reset_err = 0;
		KUNIT_EXPECT_MEMEQ(test, orq_look(test), before,
				   sizeof(*before));
		orq_expect_traffic(test);
	}
}

/* A ring without the moderation that was set is not what the user has asked for. */
static void orq_rings_not_moderated(struct kunit *test)
{
	const struct fake_fault fault = {
		.kind = FAKE_FAULT_TYPE, .queue = 2 * ORQ_PAIRS, .skip = 3,
		.count = 1, .value = VIRTIO_NET_ERR };
	struct ethtool_coalesce ec = { .rx_coalesce_usecs = 77 };
	struct orq *orq = test->priv;
	struct orq_state *before;

	orq_plug(test, ORQ_RESET | ORQ_BIT(VQ_NOTF_COAL));
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, orq_ops(orq)->set_coalesce(orq->peer.dev, &ec,
							    NULL, NULL));
	rtnl_unlock();
	before = orq_look(test);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(orq->net->fv, &fault));
	KUNIT_EXPECT_EQ(test, orq_set_rings(orq, 128, 64), -EINVAL);
	KUNIT_EXPECT_MEMEQ(test, orq_look(test), before, sizeof(*before));
	orq_expect_traffic(test);
}

/* Packets that the device sends in time are not lost along with their ring. */
static void orq_rings_run_empty(struct kunit *test)
{
	struct orq *orq = test->priv;
	unsigned int i, k, sent = 0;

	orq_plug(test, ORQ_RESET);
	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(orq->net, 0)));
	for (i = 0; i < 8; i++) {
		for (k = 0; k < 30; k++, sent++)
			KUNIT_ASSERT_EQ(test, 0, fake_peer_send(&orq->peer, 200,
								sent));
		KUNIT_ASSERT_EQ(test, 0, orq_set_rings(orq, ORQ_RING,
						       i % 2 ? ORQ_RING : 64));
		KUNIT_EXPECT_TRUE(test, fake_wait(orq->peer.received == sent));
	}
	KUNIT_EXPECT_EQ(test, orq->peer.damaged + orq->peer.order, 0);
}

static void orq_rings_begin_anew(struct kunit *test)
{
	u32 flags = ETH_RESET_DMA | ETH_RESET_MAC;
	struct orq *orq = test->priv;
	struct orq_state *before;
	struct fake_queue *txq;
	unsigned int i;

	orq_plug(test, ORQ_RESET);
	KUNIT_ASSERT_EQ(test, 0, orq_set_pairs(orq, 2));
	before = orq_look(test);
	txq = &orq->net->fv->queues[FAKE_NET_TXQ(0)];
	/* The device has come to a halt, and comes to itself again. */
	fake_queue_stop(txq);
	for (i = 0; i < 20; i++)
		KUNIT_ASSERT_EQ(test, 0, fake_peer_send(&orq->peer, 500, i));
	KUNIT_EXPECT_EQ(test, 0, orq_reset(orq, &flags));
	KUNIT_EXPECT_EQ(test, flags, ETH_RESET_MAC);
	fake_queue_start(txq);
	KUNIT_EXPECT_MEMEQ(test, orq_look(test), before, sizeof(*before));
	for (i = 0; i < 2 * ORQ_PAIRS; i++)
		KUNIT_EXPECT_GE(test, orq->net->fv->queues[i].resets, 1);
	KUNIT_EXPECT_EQ(test, orq->net->fv->queues[2 * ORQ_PAIRS].resets, 0);
	KUNIT_EXPECT_EQ(test, orq_ovnet(orq)->pairs[0].txq.pending, 0);
	orq_expect_traffic(test);

	/* Also while nobody uses them. */
	fake_peer_down(&orq->peer);
	flags = ETH_RESET_DMA;
	KUNIT_EXPECT_EQ(test, 0, orq_reset(orq, &flags));
	KUNIT_EXPECT_EQ(test, 0, fake_peer_up(&orq->peer));
	orq_expect_traffic(test);
}

static void orq_rings_do_not_begin_anew(struct kunit *test)
{
	struct orq *orq = test->priv;
	u32 flags = ETH_RESET_MAC | ETH_RESET_OFFLOAD | ETH_RESET_PHY;
	unsigned int last = 2 * ORQ_PAIRS - 1;

	orq_plug(test, ORQ_RESET);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, orq_reset(orq, &flags));
	flags = ETH_RESET_ALL;
	orq->net->fv->queues[0].reset_err = -EIO;
	KUNIT_EXPECT_EQ(test, -EIO, orq_reset(orq, &flags));
	KUNIT_EXPECT_EQ(test, flags, ETH_RESET_ALL);
	KUNIT_EXPECT_GE(test, orq->net->fv->queues[last].resets, 1);
	orq_expect_traffic(test);
}

static void orq_device_cannot(struct kunit *test)
{
	struct orq *orq = test->priv;
	u32 flags = ETH_RESET_ALL;

	orq_plug(test, 0);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, orq_reset(orq, &flags));
	KUNIT_EXPECT_EQ(test, flags, ETH_RESET_ALL);
	orq_expect_traffic(test);
}

static struct kunit_case orq_cases[] = {
	KUNIT_CASE_PARAM(orq_pairs_refused, orq_answer_gen_params),
	KUNIT_CASE_PARAM(orq_pairs_without_memory, orq_memory_gen_params),
	KUNIT_CASE(orq_rings_without_memory),
	KUNIT_CASE(orq_rings_refused),
	KUNIT_CASE(orq_rings_not_moderated),
	KUNIT_CASE(orq_rings_run_empty),
	KUNIT_CASE(orq_rings_begin_anew),
	KUNIT_CASE(orq_rings_do_not_begin_anew),
	KUNIT_CASE(orq_device_cannot),
	{}
};

static struct kunit_suite orq_suite = {
	.name = "ovnet_queue",
	.init = orq_init,
	.exit = orq_exit,
	.test_cases = orq_cases,
};

kunit_test_suite(orq_suite);

MODULE_DESCRIPTION("Orion: suite of changes of queues and rings");
MODULE_LICENSE("GPL");
