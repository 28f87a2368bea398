// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sending, seen from the stack and from the device at once: when the device is
 * kicked, when a queue stops and goes on, where the header is put, and when a
 * packet that was sent is freed.
 */

#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/sock.h>

#include "fake_net.h"
#include "fake_peer.h"

#define OTX_BASE	(BIT_ULL(VIRTIO_F_VERSION_1) | \
			 BIT_ULL(VIRTIO_NET_F_MAC) | \
			 BIT_ULL(VIRTIO_NET_F_CSUM))
#define OTX_EVENTS	BIT_ULL(VIRTIO_RING_F_EVENT_IDX)
#define OTX_INDIRECT	BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC)
#define OTX_PACKED	BIT_ULL(VIRTIO_F_RING_PACKED)

/* Linear part of packets with fragments, and the length of each fragment. */
#define OTX_HEAD	64
#define OTX_FRAG	96
#define OTX_BURST	32
/* Entries of the longest packet: a header of its own, linear part, fragments. */
#define OTX_WORST	(MAX_SKB_FRAGS + 2)

struct otx {
	struct fake_net *net;
	struct fake_peer peer;
	struct netdev_queue *queue;
	struct fake_queue *ring;
	/* Packets that were freed, by their destructor. */
	atomic_t freed;
};

static struct otx *otx_current;

static int otx_init(struct kunit *test)
{
	struct otx *otx = kunit_kzalloc(test, sizeof(*otx), GFP_KERNEL);

	test->priv = otx;
	otx_current = otx;
	return otx ? 0 : -ENOMEM;
}

static void otx_exit(struct kunit *test)
{
	struct otx *otx = test->priv;

	if (otx)
		fake_peer_end(test, &otx->peer, otx->net);
}

static void otx_up(struct kunit *test, u64 features, unsigned int ring)
{
	struct fake_net_param param = {
		.features = OTX_BASE | features, .queue_size = ring };
	struct otx *otx = test->priv;

	param.config.mac[0] = 2;
	otx->net = fake_net_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, otx->net);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(otx->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&otx->peer, otx->net));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&otx->peer));
	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(otx->net, 0)));
	otx->queue = netdev_get_tx_queue(otx->peer.dev, 0);
	otx->ring = &otx->net->fv->queues[FAKE_NET_TXQ(0)];

	/* What the stack says of its own accord is not counted. */
	fake_virtio_settle(otx->net->fv);
	fake_net_forget(otx->net);
}

static void otx_freed(struct sk_buff *skb)
{
	atomic_inc(&otx_current->freed);
}

/* A frame of ours, with so much room before it, in a head and @frags pieces. */
static struct sk_buff *otx_skb(struct kunit *test, unsigned int room,
			       unsigned int frags, u32 number)
{
	unsigned int len = OTX_HEAD + frags * OTX_FRAG;
	struct otx *otx = test->priv;
	struct sk_buff *skb;
	unsigned int i;
	u8 *frame;

	skb = alloc_skb(room + OTX_HEAD, GFP_KERNEL);
	frame = kunit_kmalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, skb && frame);
	skb_reserve(skb, room);
	skb_put(skb, OTX_HEAD);
	skb_reset_mac_header(skb);
	for (i = 0; i < frags; i++) {
		struct page *page = alloc_page(GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, page);
		skb_add_rx_frag(skb, i, page, 8 * i, OTX_FRAG, PAGE_SIZE);
	}

	fake_peer_frame(frame, len, otx->peer.dev->dev_addr, number);
	KUNIT_ASSERT_EQ(test, 0, skb_store_bits(skb, 0, frame, len));
	kunit_kfree(test, frame);
	skb->dev = otx->peer.dev;
	skb->protocol = htons(FAKE_PEER_PROTO);
	skb->destructor = otx_freed;
	return skb;
}

/* What a queueing discipline does, without one: no limits but the driver's. */
static void otx_send(struct otx *otx, struct sk_buff *skb, bool more)
{
	__netif_tx_lock_bh(otx->queue);
	netdev_start_xmit(skb, otx->peer.dev, otx->queue, more);
	__netif_tx_unlock_bh(otx->queue);
}

static bool otx_stopped(struct otx *otx)
{
	return netif_xmit_frozen_or_drv_stopped(otx->queue);
}

/* The device got @count frames, whole and in order. */
static void otx_expect_sent(struct kunit *test, unsigned int count)
{
	struct otx *otx = test->priv;
	struct fake_net_frame *frame;
	u8 *want;
	u32 i;

	KUNIT_EXPECT_TRUE(test, fake_wait(otx->net->nsent >= count));
	KUNIT_EXPECT_EQ(test, otx->net->nsent, count);
	for (i = 0; i < count; i++) {
		frame = fake_net_next_sent(otx->net);
		KUNIT_ASSERT_NOT_NULL(test, frame);
		want = kunit_kmalloc(test, frame->len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, want);
		fake_peer_frame(want, frame->len, otx->peer.dev->dev_addr, i);
		KUNIT_EXPECT_MEMEQ(test, frame->data, want, frame->len);
		kunit_kfree(test, want);
		kvfree(frame);
	}
}

static const struct otx_ring {
	const char *name;
	u64 features;
	unsigned int size;
} otx_rings[] = {
	{ "split", 0, 256 },
	{ "split, events", OTX_EVENTS, 256 },
	{ "split, events, indirect offered", OTX_EVENTS | OTX_INDIRECT, 256 },
	{ "packed", OTX_PACKED, 256 },
	{ "packed, events", OTX_PACKED | OTX_EVENTS, 256 },
	{ "64 entries", OTX_EVENTS, 64 },
	{ "32 entries", OTX_EVENTS, 32 },
};

KUNIT_ARRAY_PARAM_DESC(otx_ring, otx_rings, name);

/* Byte queue limits begin with nothing, and grow only with traffic. */
static void otx_lift_limits(struct otx *otx)
{
	otx->queue->dql.min_limit = DQL_MAX_LIMIT;
	dql_reset(&otx->queue->dql);
}

/* A burst is one kick, at its end. */
static void otx_burst(struct kunit *test)
{
	const struct otx_ring *c = test->param_value;
	struct otx *otx = test->priv;
	unsigned int i, before;

	otx_up(test, c->features, max(c->size, 2U * OTX_BURST));
	otx_lift_limits(otx);
	before = otx->ring->kicks;
	for (i = 0; i < OTX_BURST; i++) {
		KUNIT_EXPECT_EQ(test, otx->ring->kicks, before);
		otx_send(otx, otx_skb(test, 64, 0, i), i < OTX_BURST - 1);
	}
	KUNIT_EXPECT_EQ(test, otx->ring->kicks, before + 1);
	otx_expect_sent(test, OTX_BURST);
}

/* A burst whose last packet cannot be sent reaches the device all the same. */
static void otx_burst_ends_badly(struct kunit *test)
{
	struct otx *otx = test->priv;
	struct sk_buff *skb;
	unsigned int i;

	otx_up(test, OTX_EVENTS, 64);
	otx_lift_limits(otx);
	for (i = 0; i < 5; i++)
		otx_send(otx, otx_skb(test, 64, 0, i), true);
	skb = otx_skb(test, 64, 0, i);
	skb_shinfo(skb)->gso_size = 20;
	skb_shinfo(skb)->gso_type = SKB_GSO_SCTP;
	otx_send(otx, skb, false);
	otx_expect_sent(test, 5);
	KUNIT_EXPECT_TRUE(test, fake_wait(atomic_read(&otx->freed) == 6));
}

/* The longest packets there can be: as many as fit for certain, and no loss. */
static void otx_worst(struct kunit *test)
{
	const struct otx_ring *c = test->param_value;
	unsigned int i, room = c->size;
	struct otx *otx = test->priv;

	otx_up(test, c->features, c->size);
	fake_queue_stop(otx->ring);
	for (i = 0; !otx_stopped(otx); i++) {
		KUNIT_ASSERT_GE(test, room, OTX_WORST);
		room -= OTX_WORST;
		/* No room for the header but beside the packet. */
		otx_send(otx, otx_skb(test, 0, MAX_SKB_FRAGS, i), false);
	}
	KUNIT_EXPECT_LT(test, room, OTX_WORST);

	fake_queue_start(otx->ring);
	otx_expect_sent(test, i);
	KUNIT_EXPECT_TRUE(test, fake_wait(!otx_stopped(otx)));
	KUNIT_EXPECT_TRUE(test, fake_wait(atomic_read(&otx->freed) == i));
	KUNIT_EXPECT_EQ(test, otx->peer.dev->stats.tx_dropped, 0);
}

/* What the device has done makes room, though it has not said so yet. */
static void otx_makes_room(struct kunit *test)
{
	const struct fake_fault silent = {
		.kind = FAKE_FAULT_LOST_IRQ, .queue = FAKE_NET_TXQ(0),
		.count = 1000 };
	const struct otx_ring *c = test->param_value;
	struct otx *otx = test->priv;
	unsigned int i;

	otx_up(test, c->features, c->size);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(otx->net->fv, &silent));
	for (i = 0; i < 3 * c->size; i++) {
		otx_send(otx, otx_skb(test, 64, 1, i), false);
		KUNIT_ASSERT_FALSE(test, otx_stopped(otx));
		/* Time stands still meanwhile, and with it the driver's timer. */
		fake_virtio_settle(otx->net->fv);
		KUNIT_ASSERT_EQ(test, otx->net->nsent, i + 1);
	}
	KUNIT_EXPECT_TRUE(test, fake_wait(atomic_read(&otx->freed) == i));
}

/* Where a header can be, and where it cannot. */
static const struct otx_place {
	const char *name;
	unsigned int room;
	unsigned int frags;
	bool cloned;
} otx_places[] = {
	{ "in front", 64, 0 },
	{ "in front, fragments", 64, 3 },
	{ "in front, just enough room", 12, 1 },
	{ "no room", 0, 0 },
	{ "no room, fragments", 0, 3 },
	{ "too little room", 8, 1 },
	{ "odd", 63, 2 },
	{ "a copy has the same head", 64, 0, true },
	{ "a copy has the same head, fragments", 64, MAX_SKB_FRAGS, true },
};

KUNIT_ARRAY_PARAM_DESC(otx_place, otx_places, name);

static void otx_header(struct kunit *test)
{
	const struct otx_place *c = test->param_value;
	struct sk_buff *skb, *copy = NULL;
	struct otx *otx = test->priv;
	u8 before[OTX_HEAD];

	otx_up(test, OTX_EVENTS, 64);
	skb = otx_skb(test, c->room, c->frags, 0);
	if (c->cloned) {
		copy = skb_clone(skb, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, copy);
		memcpy(before, copy->head, sizeof(before));
	}
	otx_send(otx, skb, false);
	otx_expect_sent(test, 1);
	if (copy)
		KUNIT_EXPECT_MEMEQ(test, copy->head, before, sizeof(before));
	kfree_skb(copy);
}

/* A single packet is freed soon, without another one and without an interrupt. */
static void otx_freed_soon(struct kunit *test)
{
	struct otx *otx = test->priv;

	otx_up(test, OTX_EVENTS, 64);
	otx_send(otx, otx_skb(test, 64, 0, 0), false);
	otx_expect_sent(test, 1);
	KUNIT_EXPECT_TRUE(test, fake_wait(atomic_read(&otx->freed) == 1));
}

/* Whoever asks for it is told when a packet left. */
static void otx_timestamp(struct kunit *test)
{
	struct otx *otx = test->priv;
	struct socket *sock;
	struct sk_buff *skb;

	otx_up(test, 0, 64);
	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, PF_INET, SOCK_DGRAM,
						  0, &sock));
	WRITE_ONCE(sock->sk->sk_tsflags, SOF_TIMESTAMPING_TX_SOFTWARE |
					 SOF_TIMESTAMPING_SOFTWARE);
	skb = otx_skb(test, 64, 0, 0);
	skb->destructor = NULL;
	skb_set_owner_w(skb, sock->sk);
	skb_shinfo(skb)->tx_flags |= SKBTX_SW_TSTAMP;
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&sock->sk->sk_error_queue));
	otx_send(otx, skb, false);
	skb = sock_dequeue_err_skb(sock->sk);
	KUNIT_EXPECT_NOT_NULL(test, skb);
	if (skb)
		KUNIT_EXPECT_NE(test, ktime_to_ns(skb->tstamp), 0);
	kfree_skb(skb);
	otx_expect_sent(test, 1);
	KUNIT_EXPECT_TRUE(test, fake_wait(!sk_wmem_alloc_get(sock->sk)));
	sock_release(sock);
}

static struct kunit_case otx_cases[] = {
	KUNIT_CASE_PARAM(otx_burst, otx_ring_gen_params),
	KUNIT_CASE(otx_burst_ends_badly),
	KUNIT_CASE_PARAM(otx_worst, otx_ring_gen_params),
	KUNIT_CASE_PARAM(otx_makes_room, otx_ring_gen_params),
	KUNIT_CASE_PARAM(otx_header, otx_place_gen_params),
	KUNIT_CASE(otx_freed_soon),
	KUNIT_CASE(otx_timestamp),
	{}
};

static struct kunit_suite otx_suite = {
	.name = "ovnet_tx",
	.init = otx_init,
	.exit = otx_exit,
	.test_cases = otx_cases,
};

kunit_test_suite(otx_suite);

MODULE_DESCRIPTION("Orion: suite of sending");
MODULE_LICENSE("GPL");
