// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt moderation: how long frames wait where the driver moderates, and what
 * the device hears where it does.
 */

#include <kunit/test.h>
#include <linux/ethtool.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "fake_net.h"
#include "fake_peer.h"

#include "../orion_vnet/ovnet.h"

#define ORC_BIT(name)	BIT_ULL(VIRTIO_NET_F_ ## name)
#define ORC_BASE	(BIT_ULL(VIRTIO_F_VERSION_1) | ORC_BIT(MAC) | \
			 BIT_ULL(VIRTIO_F_RING_RESET) | ORC_BIT(MQ) | \
			 ORC_BIT(MRG_RXBUF) | ORC_BIT(CTRL_VQ))
#define ORC_PAIRS	3
#define ORC_RING	256

#define ORC_KEY(name)	FAKE_NET_KEY(VIRTIO_NET_CTRL_NOTF_COAL, \
				     VIRTIO_NET_CTRL_NOTF_COAL_ ## name)

/* So long that no machine's slowness is taken for it, in microseconds. */
#define ORC_LONG	200000

struct orc {
	struct fake_net *net;
	struct fake_peer peer;
	u32 number;
};

static int orc_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct orc), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void orc_exit(struct kunit *test)
{
	struct orc *orc = test->priv;

	if (orc)
		fake_peer_end(test, &orc->peer, orc->net);
}

static void orc_plug(struct kunit *test, u64 features)
{
	struct fake_net_param param = {
		.features = ORC_BASE | features, .queue_size = ORC_RING };
	struct orc *orc = test->priv;
	struct ethtool_channels channels = { .combined_count = ORC_PAIRS };
	const struct ethtool_ops *ops;

	param.config.mac[0] = 2;
	param.config.max_virtqueue_pairs = (__force u16)cpu_to_le16(ORC_PAIRS);
	orc->net = fake_net_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, orc->net);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(orc->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&orc->peer, orc->net));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&orc->peer));
	ops = orc->peer.dev->ethtool_ops;
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, ops->set_channels(orc->peer.dev, &channels));
	rtnl_unlock();
	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(orc->net, 0)));
}

static const struct ethtool_ops *orc_ops(struct orc *orc)
{
	return orc->peer.dev->ethtool_ops;
}

static struct ovnet_pair *orc_pair(struct orc *orc)
{
	struct ovnet *ovnet = orc->net->fv->vdev->priv;

	return &ovnet->pairs[0];
}

static void orc_fault(struct kunit *test, enum fake_fault_kind kind, u32 key,
		      u32 value, unsigned int skip, unsigned int count)
{
	const struct fake_fault fault = {
		.kind = kind, .queue = FAKE_FAULT_ALL_QUEUES, .key = key,
		.value = value, .skip = skip, .count = count };
	struct orc *orc = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(orc->net->fv, &fault));
}

static int orc_set(struct orc *orc, struct ethtool_coalesce ec)
{
	struct netlink_ext_ack extack = {};
	int err;

	rtnl_lock();
	err = orc_ops(orc)->set_coalesce(orc->peer.dev, &ec, NULL, &extack);
	rtnl_unlock();
	/* What cannot be is explained. */
	return err && !extack._msg && !fake_fault_hits(orc->net->fv) ? -ENOMSG :
								       err;
}

static int orc_set_queue(struct orc *orc, u32 queue, struct ethtool_coalesce ec)
{
	int err;

	rtnl_lock();
	err = orc_ops(orc)->set_per_queue_coalesce(orc->peer.dev, queue, &ec);
	rtnl_unlock();
	return err;
}

static struct ethtool_coalesce orc_get(struct orc *orc)
{
	struct ethtool_coalesce ec = {};

	rtnl_lock();
	orc_ops(orc)->get_coalesce(orc->peer.dev, &ec, NULL, NULL);
	rtnl_unlock();
	return ec;
}

static int orc_get_queue(struct orc *orc, u32 queue, struct ethtool_coalesce *ec)
{
	int err;

	rtnl_lock();
	err = orc_ops(orc)->get_per_queue_coalesce(orc->peer.dev, queue, ec);
	rtnl_unlock();
	return err;
}

/* Packets that wait to be freed, whichever queue they went into. */
static unsigned int orc_pending(struct orc *orc)
{
	unsigned int i, n = 0;

	for (i = 0; i < ORC_PAIRS; i++)
		n += READ_ONCE(orc_pair(orc)[i].txq.pending);
	return n;
}

static bool orc_quiet(struct orc *orc)
{
	unsigned int i;

	for (i = 0; i < ORC_PAIRS; i++) {
		struct ovnet_txq *txq = &orc_pair(orc)[i].txq;

		if (hrtimer_active(&txq->coalesce.timer) ||
		    timer_pending(&txq->linger))
			return false;
	}
	return !orc_pending(orc);
}

/* Frames arrive; how many microseconds until all of them have come up? */
static s64 orc_delay(struct kunit *test, unsigned int count)
{
	struct orc *orc = test->priv;
	unsigned int want = orc->peer.received + count;
	ktime_t begun = ktime_get();
	u8 frame[100];

	while (count--) {
		fake_peer_frame(frame, sizeof(frame), orc->peer.dev->dev_addr,
				orc->number++);
		KUNIT_EXPECT_EQ(test, 1, fake_net_receive(orc->net, 0, NULL,
							  frame, sizeof(frame)));
	}
	KUNIT_EXPECT_TRUE(test, fake_wait(orc->peer.received == want));
	return ktime_us_delta(ktime_get(), begun);
}

static void orc_receive_waits(struct kunit *test)
{
	struct ethtool_coalesce ec = { .rx_coalesce_usecs = ORC_LONG };
	struct orc *orc = test->priv;

	orc_plug(test, 0);
	orc_delay(test, 1);
	KUNIT_EXPECT_LT(test, orc_delay(test, 1), ORC_LONG / 2);

	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	KUNIT_EXPECT_EQ(test, orc_get(orc).rx_coalesce_usecs, ORC_LONG);
	/* The first after a silence does not, those behind it do. */
	KUNIT_EXPECT_LT(test, orc_delay(test, 1), ORC_LONG / 2);
	KUNIT_EXPECT_GT(test, orc_delay(test, 1), ORC_LONG / 2);
	KUNIT_EXPECT_GT(test, orc_delay(test, 3), ORC_LONG / 2);
	fsleep(3 * ORC_LONG);
	KUNIT_EXPECT_LT(test, orc_delay(test, 1), ORC_LONG / 2);

	ec.rx_coalesce_usecs = 0;
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	fsleep(3 * ORC_LONG);
	orc_delay(test, 1);
	KUNIT_EXPECT_LT(test, orc_delay(test, 1), ORC_LONG / 2);
	KUNIT_EXPECT_EQ(test, orc->peer.damaged, 0);
}

static void orc_many_frames_wait_less(struct kunit *test)
{
	struct ethtool_coalesce ec = { .rx_coalesce_usecs = ORC_LONG,
				       .rx_max_coalesced_frames = 2 };
	struct ovnet_coalesce_rx *rx;
	struct orc *orc = test->priv;
	unsigned int i;

	orc_plug(test, 0);
	rx = &orc_pair(orc)->rxq.coalesce;
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	for (i = 0; i < 6; i++)
		orc_delay(test, 20);
	KUNIT_EXPECT_LT(test, orc_delay(test, 20), ORC_LONG / 4);
	KUNIT_EXPECT_LT(test, rx->now, rx->wait / 4);
	/* When there are few again, it waits as long as it may. */
	for (i = 0; i < 60; i++)
		orc_delay(test, 1);
	KUNIT_EXPECT_GT(test, orc_delay(test, 1), ORC_LONG / 2);
}

static void orc_sent_wait(struct kunit *test)
{
	struct ethtool_coalesce ec = { .tx_coalesce_usecs = ORC_LONG };
	struct orc *orc = test->priv;
	struct ovnet_txq *txq;
	ktime_t begun;

	orc_plug(test, 0);
	txq = &orc_pair(orc)->txq;
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	/* The stack sends of its own accord when an interface comes up. */
	KUNIT_ASSERT_TRUE(test, fake_wait(orc_quiet(orc)));
	begun = ktime_get();
	KUNIT_ASSERT_EQ(test, 0, fake_peer_send(&orc->peer, 100, 1));
	KUNIT_EXPECT_TRUE(test, fake_wait(!orc_pending(orc)));
	KUNIT_EXPECT_GT(test, ktime_us_delta(ktime_get(), begun), ORC_LONG / 2);

	ec.tx_max_coalesced_frames = 4;
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	KUNIT_EXPECT_EQ(test, txq->many, 4);
	begun = ktime_get();
	for (ec.cmd = 0; ec.cmd < 20; ec.cmd++)
		KUNIT_ASSERT_EQ(test, 0, fake_peer_send(&orc->peer, 100, 1));
	KUNIT_EXPECT_TRUE(test, fake_wait(orc_pending(orc) < 5));
	KUNIT_EXPECT_LT(test, ktime_us_delta(ktime_get(), begun), ORC_LONG / 2);

	ec = (struct ethtool_coalesce) {};
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	KUNIT_EXPECT_EQ(test, txq->many, ORC_RING / 8);
}

static void orc_down_while_waiting(struct kunit *test)
{
	struct ethtool_coalesce ec = { .rx_coalesce_usecs = ORC_LONG,
				       .tx_coalesce_usecs = ORC_LONG };
	struct orc *orc = test->priv;
	unsigned int i;

	orc_plug(test, 0);
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	for (i = 0; i < 3; i++) {
		orc_delay(test, 1);
		KUNIT_ASSERT_EQ(test, 0, fake_peer_send(&orc->peer, 100, 1));
		fake_peer_down(&orc->peer);
		fsleep(2 * ORC_LONG);
		KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&orc->peer));
		KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(orc->net, 0)));
	}
	KUNIT_EXPECT_EQ(test, orc_get(orc).tx_coalesce_usecs, ORC_LONG);
}

static void orc_adaptive(struct kunit *test)
{
	struct ethtool_coalesce ec = { .use_adaptive_rx_coalesce = 1 };
	struct orc *orc = test->priv;
	struct ovnet_coalesce_rx *rx;
	unsigned int i;

	orc_plug(test, 0);
	rx = &orc_pair(orc)->rxq.coalesce;
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	KUNIT_EXPECT_EQ(test, orc_get(orc).use_adaptive_rx_coalesce, 1);
	/* Ever more frames at a time: the load has an answer to that. */
	for (i = 0; i < 600; i++)
		orc_delay(test, 1 + i / 20);
	KUNIT_EXPECT_GT(test, rx->events, 500);
	KUNIT_EXPECT_GT(test, rx->dim.profile_ix, 0);

	ec.use_adaptive_rx_coalesce = 0;
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	KUNIT_EXPECT_FALSE(test, rx->on);
	KUNIT_EXPECT_EQ(test, rx->wait, 0);
	orc_delay(test, 5);
	KUNIT_EXPECT_EQ(test, orc->peer.damaged, 0);
}

static void orc_single_queues(struct kunit *test)
{
	struct ethtool_coalesce ec = { .rx_coalesce_usecs = 70 };
	struct orc *orc = test->priv;
	struct ethtool_coalesce got = {};

	orc_plug(test, 0);
	KUNIT_EXPECT_EQ(test, 0, orc_set_queue(orc, 1, ec));
	KUNIT_EXPECT_EQ(test, 0, orc_get_queue(orc, 1, &got));
	KUNIT_EXPECT_EQ(test, got.rx_coalesce_usecs, 70);
	KUNIT_EXPECT_EQ(test, 0, orc_get_queue(orc, 0, &got));
	KUNIT_EXPECT_EQ(test, got.rx_coalesce_usecs, 0);
	KUNIT_EXPECT_EQ(test, -EINVAL, orc_set_queue(orc, ORC_PAIRS, ec));
	KUNIT_EXPECT_EQ(test, -EINVAL, orc_get_queue(orc, ORC_PAIRS, &got));
	ec.rx_coalesce_usecs = 2000000;
	KUNIT_EXPECT_EQ(test, -EINVAL, orc_set_queue(orc, 1, ec));
}

static const struct orc_refusal {
	const char *name;
	u64 features;
	struct ethtool_coalesce ec;
	int want;
} orc_refusals[] = {
	{ "too long to receive", 0, { .rx_coalesce_usecs = 1000001 }, -EINVAL },
	{ "too long to send", 0, { .tx_coalesce_usecs = U32_MAX }, -EINVAL },
	{ "frames without a time", 0, { .rx_max_coalesced_frames = 40 },
	  -EINVAL },
	{ "frames without a time, by the device", ORC_BIT(NOTF_COAL),
	  { .rx_max_coalesced_frames = 40 }, 0 },
	{ "frames to send without a time", 0, { .tx_max_coalesced_frames = 40 },
	  0 },
	{ "adaptive, all queues alike", ORC_BIT(NOTF_COAL),
	  { .use_adaptive_rx_coalesce = 1 }, -EOPNOTSUPP },
	{ "adaptive, each queue", ORC_BIT(NOTF_COAL) | ORC_BIT(VQ_NOTF_COAL),
	  { .use_adaptive_rx_coalesce = 1 }, 0 },
};

KUNIT_ARRAY_PARAM_DESC(orc_refusal, orc_refusals, name);

static void orc_refuses(struct kunit *test)
{
	const struct orc_refusal *c = test->param_value;
	struct orc *orc = test->priv;

	orc_plug(test, c->features);
	KUNIT_EXPECT_EQ(test, orc_set(orc, c->ec), c->want);
	KUNIT_EXPECT_EQ(test, orc_get(orc).rx_coalesce_usecs, 0);
}

static const struct ethtool_coalesce orc_some = {
	.rx_coalesce_usecs = 50, .rx_max_coalesced_frames = 40,
	.tx_coalesce_usecs = 30, .tx_max_coalesced_frames = 20 };

static void orc_expect_told(struct kunit *test, unsigned int queue,
			    u32 frames, u32 usecs)
{
	struct orc *orc = test->priv;

	KUNIT_EXPECT_EQ(test, orc->net->coal[queue].frames, frames);
	KUNIT_EXPECT_EQ(test, orc->net->coal[queue].usecs, usecs);
	KUNIT_EXPECT_EQ(test, orc->net->refused, 0);
}

static void orc_device_for_all(struct kunit *test)
{
	struct orc *orc = test->priv;
	unsigned int i;

	orc_plug(test, ORC_BIT(NOTF_COAL));
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, orc_some));
	for (i = 0; i < ORC_PAIRS; i++) {
		orc_expect_told(test, FAKE_NET_RXQ(i), 40, 50);
		orc_expect_told(test, FAKE_NET_TXQ(i), 20, 30);
	}
	KUNIT_EXPECT_FALSE(test, orc_pair(orc)->rxq.coalesce.on);
	KUNIT_EXPECT_EQ(test, orc_pair(orc)->txq.coalesce.wait, 0);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, orc_set_queue(orc, 0, orc_some));
	orc_delay(test, 5);
}

static void orc_device_for_each(struct kunit *test)
{
	struct ethtool_coalesce ec = orc_some;
	struct ethtool_ringparam ring = { .rx_pending = 64, .tx_pending = 64 };
	struct orc *orc = test->priv;

	orc_plug(test, ORC_BIT(VQ_NOTF_COAL));
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	ec.rx_coalesce_usecs = 99;
	KUNIT_ASSERT_EQ(test, 0, orc_set_queue(orc, 1, ec));
	orc_expect_told(test, FAKE_NET_RXQ(0), 40, 50);
	orc_expect_told(test, FAKE_NET_RXQ(1), 40, 99);
	orc_expect_told(test, FAKE_NET_TXQ(2), 20, 30);

	/* The device makes of it what it can, and says so. */
	orc->net->coal[FAKE_NET_RXQ(1)].usecs = 96;
	KUNIT_EXPECT_EQ(test, 0, orc_get_queue(orc, 1, &ec));
	KUNIT_EXPECT_EQ(test, ec.rx_coalesce_usecs, 96);
	KUNIT_EXPECT_EQ(test, ec.tx_max_coalesced_frames, 20);

	/* A ring that is made anew is told again. */
	memset(orc->net->coal, 0, sizeof(orc->net->coal));
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, orc_ops(orc)->set_ringparam(orc->peer.dev, &ring,
							     NULL, NULL));
	rtnl_unlock();
	orc_expect_told(test, FAKE_NET_RXQ(1), 40, 99);
	orc_expect_told(test, FAKE_NET_TXQ(2), 20, 30);
}

/* What the load had wanted does not come after what the user wants. */
static void orc_adaptive_no_more(struct kunit *test)
{
	const struct fake_fault late = {
		.kind = FAKE_FAULT_LATE, .queue = FAKE_FAULT_ALL_QUEUES,
		.key = ORC_KEY(VQ_SET), .count = 1, .delay_ms = 300 };
	struct ethtool_coalesce ec = { .use_adaptive_rx_coalesce = 1 };
	struct orc *orc = test->priv;
	struct ovnet_coalesce_rx *rx;

	orc_plug(test, ORC_BIT(VQ_NOTF_COAL));
	rx = &orc_pair(orc)->rxq.coalesce;
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));

	/* The load is about to tell the device, which takes its time. */
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(orc->net->fv, &late));
	rx->dim.profile_ix = 4;
	schedule_work(&rx->dim.work);
	msleep(20);
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, orc_some));
	orc_expect_told(test, FAKE_NET_RXQ(0), 40, 50);

	/* A poll that had begun before asks for it now. */
	rx->dim.state = DIM_APPLY_NEW_PROFILE;
	schedule_work(&rx->dim.work);
	flush_work(&rx->dim.work);
	orc_expect_told(test, FAKE_NET_RXQ(0), 40, 50);
	KUNIT_EXPECT_EQ(test, rx->dim.state, DIM_START_MEASURE);
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, ec));
	schedule_work(&rx->dim.work);
	flush_work(&rx->dim.work);
	KUNIT_EXPECT_GT(test, orc->net->coal[FAKE_NET_RXQ(0)].usecs, 50);
}

static const struct orc_answer {
	const char *name;
	enum fake_fault_kind kind;
	u32 value;
	int set;
	int get;
} orc_answers[] = {
	{ "refused", FAKE_FAULT_TYPE, VIRTIO_NET_ERR, -EINVAL, -EINVAL },
	{ "never", FAKE_FAULT_NEVER, 0, -ETIMEDOUT, -ETIMEDOUT },
	{ "garbage", FAKE_FAULT_GARBAGE, 0x77, -EPROTO, -EPROTO },
	{ "nothing", FAKE_FAULT_SHORT, 0, -EPROTO, -EPROTO },
	{ "half", FAKE_FAULT_SHORT, 5, 0, -EPROTO },
	{ "too much", FAKE_FAULT_LENGTH, 4000, -EPROTO, -EPROTO },
};

KUNIT_ARRAY_PARAM_DESC(orc_answer, orc_answers, name);

/* Whichever command goes wrong: the queues keep, or get back, what they had. */
static void orc_device_refuses(struct kunit *test)
{
	const struct orc_answer *c = test->param_value;
	struct ethtool_coalesce ec = { .rx_coalesce_usecs = 5 };
	struct ethtool_coalesce own = orc_some;
	struct fake_net_coal before[2 * ORC_PAIRS];
	struct orc *orc = test->priv;
	unsigned int skip;

	orc_plug(test, ORC_BIT(NOTF_COAL) | ORC_BIT(VQ_NOTF_COAL));
	KUNIT_ASSERT_EQ(test, 0, orc_set(orc, orc_some));
	own.rx_coalesce_usecs = 70;
	own.tx_max_coalesced_frames = 7;
	KUNIT_ASSERT_EQ(test, 0, orc_set_queue(orc, 1, own));
	memcpy(before, orc->net->coal, sizeof(before));
	KUNIT_EXPECT_EQ(test, before[FAKE_NET_RXQ(1)].usecs, 70);
	orc_fault(test, c->kind, ORC_KEY(VQ_GET), c->value, 0, 1);
	KUNIT_EXPECT_EQ(test, orc_get_queue(orc, 0, &ec), c->get);
	fake_fault_clear(orc->net->fv);

	ec = (struct ethtool_coalesce) { .rx_coalesce_usecs = 5 };
	for (skip = 0; skip < 2 * ORC_PAIRS && c->set; skip++) {
		orc_fault(test, c->kind, ORC_KEY(VQ_SET), c->value, skip, 1);
		KUNIT_EXPECT_EQ(test, orc_set(orc, ec), c->set);
		fake_fault_clear(orc->net->fv);
		KUNIT_EXPECT_EQ(test, orc_get(orc).rx_coalesce_usecs, 50);
		KUNIT_EXPECT_MEMEQ(test, orc->net->coal, before,
				   sizeof(before));
	}
	for (skip = 0; skip < 2 && c->set; skip++) {
		orc_fault(test, c->kind, ORC_KEY(VQ_SET), c->value, skip, 1);
		KUNIT_EXPECT_EQ(test, orc_set_queue(orc, 1, ec), c->set);
		fake_fault_clear(orc->net->fv);
		KUNIT_EXPECT_MEMEQ(test, orc->net->coal, before,
				   sizeof(before));
	}
	orc_delay(test, 3);
}

static void orc_device_refuses_all(struct kunit *test)
{
	const struct orc_answer *c = test->param_value;
	struct orc *orc = test->priv;

	if (!c->set)
		kunit_skip(test, "a command without a result");

	orc_plug(test, ORC_BIT(NOTF_COAL));
	orc_fault(test, c->kind, ORC_KEY(TX_SET), c->value, 0, 1);
	KUNIT_EXPECT_EQ(test, orc_set(orc, orc_some), c->set);
	fake_fault_clear(orc->net->fv);
	KUNIT_EXPECT_EQ(test, orc_get(orc).rx_coalesce_usecs, 0);
	orc_expect_told(test, 0, 0, 0);
}

static struct kunit_case orc_cases[] = {
	KUNIT_CASE(orc_receive_waits),
	KUNIT_CASE(orc_many_frames_wait_less),
	KUNIT_CASE(orc_sent_wait),
	KUNIT_CASE(orc_down_while_waiting),
	KUNIT_CASE(orc_adaptive),
	KUNIT_CASE(orc_single_queues),
	KUNIT_CASE_PARAM(orc_refuses, orc_refusal_gen_params),
	KUNIT_CASE(orc_device_for_all),
	KUNIT_CASE(orc_device_for_each),
	KUNIT_CASE(orc_adaptive_no_more),
	KUNIT_CASE_PARAM(orc_device_refuses, orc_answer_gen_params),
	KUNIT_CASE_PARAM(orc_device_refuses_all, orc_answer_gen_params),
	{}
};

static struct kunit_suite orc_suite = {
	.name = "ovnet_coalesce",
	.init = orc_init,
	.exit = orc_exit,
	.test_cases = orc_cases,
};

kunit_test_suite(orc_suite);

MODULE_DESCRIPTION("Orion: suite of interrupt moderation");
MODULE_LICENSE("GPL");
