// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames through the network driver as it is loaded, both ways, on every ring
 * and buffer layout; and what it makes of a device that lies about them.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "fake_net.h"
#include "fake_peer.h"

#define OTR_BIT(name)	BIT_ULL(VIRTIO_NET_F_ ## name)
/* A bit that only legacy devices have, and which none of them needs. */
#define OTR_LEGACY	BIT_ULL(VIRTIO_F_NOTIFY_ON_EMPTY)
#define OTR_ANY_LAYOUT	BIT_ULL(VIRTIO_F_ANY_LAYOUT)
#define OTR_MERGE	OTR_BIT(MRG_RXBUF)
#define OTR_PACKED	BIT_ULL(VIRTIO_F_RING_PACKED)
#define OTR_RINGS	(BIT_ULL(VIRTIO_RING_F_EVENT_IDX) | \
			 BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC))
#define OTR_OFFLOADS	(OTR_BIT(CSUM) | OTR_BIT(GUEST_CSUM) | \
			 OTR_BIT(GUEST_TSO4) | OTR_BIT(HOST_TSO4))

struct otr {
	struct fake_net *net;
	struct fake_peer peer;
	u8 *frame;
};

static int otr_init(struct kunit *test)
{
	struct otr *otr = kunit_kzalloc(test, sizeof(*otr), GFP_KERNEL);

	if (!otr)
		return -ENOMEM;

	test->priv = otr;
	otr->frame = kunit_kzalloc(test, SZ_64K, GFP_KERNEL);
	return otr->frame ? 0 : -ENOMEM;
}

static void otr_exit(struct kunit *test)
{
	struct otr *otr = test->priv;

	if (otr)
		fake_peer_end(test, &otr->peer, otr->net);
}

static void otr_make(struct kunit *test, u64 features, unsigned int ring)
{
	struct fake_net_param param = {
		.features = OTR_BIT(MAC) | features, .queue_size = ring };
	struct otr *otr = test->priv;

	if (!(features & OTR_LEGACY))
		param.features |= BIT_ULL(VIRTIO_F_VERSION_1);
	param.config.mac[0] = 2;
	otr->net = fake_net_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, otr->net);
}

static void otr_up(struct kunit *test, u64 features, unsigned int ring)
{
	struct otr *otr = test->priv;

	otr_make(test, features, ring);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(otr->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&otr->peer, otr->net));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&otr->peer));
	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(otr->net, 0)));
}

static void otr_fault(struct kunit *test, enum fake_fault_kind kind, int queue,
		      u32 value, unsigned int count)
{
	const struct fake_fault fault = { .kind = kind, .queue = queue,
					  .value = value, .count = count };
	struct otr *otr = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(otr->net->fv, &fault));
}

static u64 otr_stat(struct otr *otr, size_t offset)
{
	struct rtnl_link_stats64 stats;

	dev_get_stats(otr->peer.dev, &stats);
	return *(u64 *)((u8 *)&stats + offset);
}

#define OTR_STAT(otr, name) \
	otr_stat(otr, offsetof(struct rtnl_link_stats64, name))

static const struct otr_layout {
	const char *name;
	u64 features;
	unsigned int ring;
} otr_layouts[] = {
	{ "single buffers", 0, 64 },
	{ "mergeable", OTR_MERGE, 64 },
	{ "mergeable, event index", OTR_MERGE | OTR_RINGS, 64 },
	{ "mergeable, packed", OTR_MERGE | OTR_PACKED, 64 },
	{ "mergeable, packed, event index", OTR_MERGE | OTR_PACKED | OTR_RINGS,
	  64 },
	{ "single buffers, packed", OTR_PACKED, 64 },
	{ "offloads", OTR_MERGE | OTR_OFFLOADS, 64 },
	{ "short rings", OTR_MERGE, 8 },
	{ "shortest rings", OTR_MERGE, 2 },
	{ "long rings", OTR_MERGE | OTR_RINGS, 1024 },
	{ "pieces", OTR_OFFLOADS, 64 },
	{ "pieces, indirect", OTR_OFFLOADS | OTR_RINGS, 64 },
	{ "pieces, packed", OTR_OFFLOADS | OTR_PACKED | OTR_RINGS, 64 },
	{ "pieces, short rings", OTR_OFFLOADS, 8 },
	{ "pieces, shortest rings", OTR_OFFLOADS, 2 },
	{ "legacy", OTR_LEGACY, 64 },
	{ "legacy, mergeable", OTR_LEGACY | OTR_MERGE, 64 },
	{ "legacy, any layout", OTR_LEGACY | OTR_ANY_LAYOUT, 64 },
	{ "legacy, all there was", OTR_LEGACY | OTR_ANY_LAYOUT | OTR_MERGE |
	  OTR_RINGS | OTR_OFFLOADS | OTR_BIT(GSO), 64 },
	{ "legacy, pieces", OTR_LEGACY | OTR_OFFLOADS, 64 },
	{ "legacy, pieces, indirect", OTR_LEGACY | OTR_OFFLOADS | OTR_RINGS,
	  64 },
};

KUNIT_ARRAY_PARAM_DESC(otr_layout, otr_layouts, name);

/* All lengths, in turn, come back as they went. */
static void otr_loop(struct kunit *test)
{
	const struct otr_layout *c = test->param_value;
	struct otr *otr = test->priv;
	unsigned int i, len;

	otr_up(test, c->features, c->ring);
	otr->net->loopback = true;
	for (i = 0; i < 500; i++) {
		len = FAKE_PEER_MIN + i * 37 % (1514 - FAKE_PEER_MIN);
		KUNIT_ASSERT_EQ(test, fake_peer_send(&otr->peer, len, i), 0);
		KUNIT_ASSERT_TRUE(test,
				  fake_wait(otr->peer.received +
					    otr->peer.damaged > i));
		KUNIT_ASSERT_EQ(test, otr->peer.last.len, len);
	}
	KUNIT_EXPECT_EQ(test, otr->peer.received, 500);
	KUNIT_EXPECT_EQ(test, otr->peer.damaged, 0);
	KUNIT_EXPECT_EQ(test, otr->peer.order, 0);
	KUNIT_EXPECT_EQ(test, OTR_STAT(otr, rx_packets), 500);
	KUNIT_EXPECT_EQ(test, OTR_STAT(otr, rx_errors), 0);
	KUNIT_EXPECT_EQ(test, OTR_STAT(otr, tx_dropped), 0);
	KUNIT_EXPECT_EQ(test, otr->net->lost, 0);
}

/* More than the ring takes, without waiting: in order, or dropped and counted. */
static void otr_burst(struct kunit *test)
{
	const struct otr_layout *c = test->param_value;
	struct otr *otr = test->priv;
	struct fake_net_frame *frame;
	unsigned int i, got = 0;
	u32 last = 0;

	otr_up(test, c->features, c->ring);
	fake_net_forget(otr->net);
	for (i = 1; i <= 400; i++)
		fake_peer_send(&otr->peer, 200, i);
	KUNIT_EXPECT_TRUE(test,
			  fake_wait(!fake_virtio_bound(otr->net->fv) ||
				    otr->net->nsent +
				    OTR_STAT(otr, tx_dropped) >= 400));
	while ((frame = fake_net_next_sent(otr->net))) {
		u32 number = be32_to_cpup((__be32 *)(frame->data + ETH_HLEN));

		KUNIT_EXPECT_GT(test, number, last);
		last = number;
		got += frame->len == 200;
		kvfree(frame);
	}
	KUNIT_EXPECT_EQ(test, got, otr->net->nsent);
	KUNIT_EXPECT_TRUE(test, fake_wait(OTR_STAT(otr, tx_packets) == got));
}

static const struct otr_layout otr_spreads[] = {
	{ "buffers", OTR_MERGE | OTR_OFFLOADS, 256 },
	{ "pieces", OTR_OFFLOADS, 256 },
	{ "pieces, indirect", OTR_OFFLOADS | OTR_RINGS, 256 },
	{ "pieces, packed", OTR_OFFLOADS | OTR_RINGS | OTR_PACKED, 64 },
	{ "pieces, short ring", OTR_OFFLOADS, 4 },
	{ "pieces, legacy", OTR_OFFLOADS | OTR_LEGACY, 128 },
};

KUNIT_ARRAY_PARAM_DESC(otr_spread, otr_spreads, name);

/* A frame over as many buffers as it takes, up to the largest there can be. */
static void otr_spread(struct kunit *test)
{
	static const unsigned int lens[] = {
		1500, 1900, 2100, 4000, 9000, 17000, 40000, 65535,
	};
	const struct otr_layout *c = test->param_value;
	struct otr *otr = test->priv;
	unsigned int i;
	int used;

	otr_up(test, c->features, c->ring);
	for (i = 0; i < 4 * ARRAY_SIZE(lens); i++) {
		unsigned int len = lens[i % ARRAY_SIZE(lens)];

		fake_peer_frame(otr->frame, len, otr->peer.dev->dev_addr, i);
		used = fake_net_receive(otr->net, 0, NULL, otr->frame, len);
		KUNIT_ASSERT_GT(test, used, 0);
		if (len > 4096)
			KUNIT_EXPECT_EQ(test, used > 1,
					!!(c->features & OTR_MERGE));
		KUNIT_ASSERT_TRUE(test, fake_wait(otr->peer.received == i + 1));
		KUNIT_ASSERT_EQ(test, otr->peer.last.len, len);
		KUNIT_ASSERT_TRUE(test,
				  fake_wait(fake_net_buffers(otr->net, 0) >
					    (c->features & OTR_MERGE ? 64 : 0)));
	}
	KUNIT_EXPECT_EQ(test, otr->peer.damaged, 0);
	KUNIT_EXPECT_EQ(test, OTR_STAT(otr, rx_errors), 0);
}

/* One good frame is received, whatever was before it. */
static void otr_expect_alive(struct kunit *test)
{
	struct otr *otr = test->priv;
	unsigned int before = otr->peer.received;

	KUNIT_EXPECT_TRUE(test, fake_wait(fake_net_buffers(otr->net, 0)));
	fake_peer_frame(otr->frame, 900, otr->peer.dev->dev_addr, 7);
	KUNIT_EXPECT_GT(test, fake_net_receive(otr->net, 0, NULL, otr->frame,
					       900), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait(otr->peer.received > before));
}

/* Buffers in pieces, and more said to be written than all of them hold. */
static void otr_pieces_overrun(struct kunit *test)
{
	static const u32 lens[] = { 0, 5, 17 * SZ_4K, SZ_1M, U32_MAX };
	struct otr *otr = test->priv;
	unsigned int i;

	otr_make(test, OTR_OFFLOADS | OTR_RINGS, 32);
	for (i = 0; i < ARRAY_SIZE(lens); i++)
		otr_fault(test, FAKE_FAULT_LENGTH, FAKE_NET_RXQ(0), lens[i], 1);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(otr->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&otr->peer, otr->net));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&otr->peer));
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		KUNIT_ASSERT_TRUE(test,
				  fake_wait(fake_net_buffers(otr->net, 0)));
		fake_peer_frame(otr->frame, 9000, otr->peer.dev->dev_addr, i);
		KUNIT_EXPECT_EQ(test, fake_net_receive(otr->net, 0, NULL,
						       otr->frame, 9000), 1);
		KUNIT_EXPECT_TRUE(test, fake_wait(OTR_STAT(otr, rx_errors) ==
						  i + 1));
	}
	otr_expect_alive(test);
}

/* What a header before a frame of 100 bytes may say, and what comes of it. */
static const struct otr_hdr {
	const char *name;
	u64 features;
	struct virtio_net_hdr_v1 hdr;
	bool accepted;
	u8 ip_summed;
} otr_hdrs[] = {
	{ "nothing", OTR_OFFLOADS, {}, true, CHECKSUM_NONE },
	{ "checksum is right", OTR_OFFLOADS,
	  { .flags = VIRTIO_NET_HDR_F_DATA_VALID }, true,
	  CHECKSUM_UNNECESSARY },
	{ "checksum is right, not negotiated", 0,
	  { .flags = VIRTIO_NET_HDR_F_DATA_VALID }, true, CHECKSUM_NONE },
	{ "checksum is missing", OTR_OFFLOADS,
	  { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .csum_start = cpu_to_le16(34), .csum_offset = cpu_to_le16(16) },
	  true, CHECKSUM_PARTIAL },
	{ "checksum is missing, not negotiated", 0,
	  { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .csum_start = cpu_to_le16(34), .csum_offset = cpu_to_le16(16) } },
	{ "checksum starts behind the end", OTR_OFFLOADS,
	  { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .csum_start = cpu_to_le16(100) } },
	{ "checksum lies behind the end", OTR_OFFLOADS,
	  { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .csum_start = cpu_to_le16(34), .csum_offset = cpu_to_le16(65) } },
	{ "checksum at the very end", OTR_OFFLOADS,
	  { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .csum_start = cpu_to_le16(34), .csum_offset = cpu_to_le16(64) },
	  true, CHECKSUM_PARTIAL },
	{ "checksum starts in the Ethernet header", OTR_OFFLOADS,
	  { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .csum_start = cpu_to_le16(2), .csum_offset = cpu_to_le16(2) } },
	{ "checksum as far as it gets", OTR_OFFLOADS,
	  { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .csum_start = cpu_to_le16(0xffff),
	    .csum_offset = cpu_to_le16(0xffff) } },
	{ "no such segmentation", OTR_OFFLOADS, { .gso_type = 0x3f } },
	{ "segmentation that shifts too far", OTR_OFFLOADS,
	  { .gso_type = 0x7f } },
	{ "segments of nothing", OTR_OFFLOADS,
	  { .gso_type = VIRTIO_NET_HDR_GSO_TCPV4 } },
	{ "segments not negotiated", OTR_OFFLOADS,
	  { .gso_type = VIRTIO_NET_HDR_GSO_TCPV6,
	    .gso_size = cpu_to_le16(10) } },
	{ "segments of no TCP at all", OTR_OFFLOADS,
	  { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
	    .gso_size = cpu_to_le16(10), .csum_start = cpu_to_le16(90),
	    .csum_offset = cpu_to_le16(6) } },
	{ "ECN not negotiated", OTR_OFFLOADS,
	  { .gso_type = VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN,
	    .gso_size = cpu_to_le16(10) } },
};

KUNIT_ARRAY_PARAM_DESC(otr_hdr, otr_hdrs, name);

static void otr_header(struct kunit *test)
{
	const struct otr_hdr *c = test->param_value;
	const struct virtio_net_hdr_v1_hash hdr = { .hdr = c->hdr };
	struct otr *otr = test->priv;

	otr_up(test, OTR_MERGE | c->features, 64);
	fake_peer_frame(otr->frame, 100, otr->peer.dev->dev_addr, 0);
	KUNIT_ASSERT_EQ(test, fake_net_receive(otr->net, 0, &hdr, otr->frame,
					       100), 1);
	KUNIT_EXPECT_TRUE(test, fake_wait(OTR_STAT(otr, rx_packets) +
					  OTR_STAT(otr, rx_errors) == 1));
	KUNIT_EXPECT_EQ(test, otr->peer.received, c->accepted);
	KUNIT_EXPECT_EQ(test, OTR_STAT(otr, rx_errors), !c->accepted);
	if (c->accepted)
		KUNIT_EXPECT_EQ(test, otr->peer.last.ip_summed, c->ip_summed);
	otr_expect_alive(test);
}

/* Frames that are none: how long they are, and how many buffers they claim. */
static const struct otr_lie {
	const char *name;
	unsigned int len;
	u16 buffers;
	enum fake_fault_kind kind;
	u32 value;
	bool breaks;
} otr_lies[] = {
	{ "nothing behind the header", 0 },
	{ "a byte", 1 },
	{ "less than an Ethernet header", ETH_HLEN - 1 },
	{ "two buffers claimed, one used", 100, 2 },
	{ "65535 buffers claimed, one used", 100, 65535 },
	{ "used length 0", 100, 0, FAKE_FAULT_LENGTH, 0 },
	{ "used length within the header", 100, 0, FAKE_FAULT_LENGTH, 5 },
	{ "used length beyond the buffer", 100, 0, FAKE_FAULT_LENGTH, 8192 },
	{ "used length beyond a page", 100, 0, FAKE_FAULT_LENGTH, SZ_1M },
	{ "used length 4 GB", 100, 0, FAKE_FAULT_LENGTH, U32_MAX },
	{ "garbage", 100, 0, FAKE_FAULT_GARBAGE, 0xff },
	{ "bad id", 100, 0, FAKE_FAULT_BAD_ID, 3333, true },
	{ "twice", 100, 0, FAKE_FAULT_TWICE, 0, true },
};

KUNIT_ARRAY_PARAM_DESC(otr_lie, otr_lies, name);

static void otr_lies_on(struct kunit *test, u64 features)
{
	const struct otr_lie *c = test->param_value;
	const struct virtio_net_hdr_v1_hash hdr = {
		.hdr.num_buffers = cpu_to_le16(c->buffers) };
	struct otr *otr = test->priv;
	unsigned int i;

	otr_make(test, features, 16);
	if (c->kind)
		otr_fault(test, c->kind, FAKE_NET_RXQ(0), c->value, 3);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(otr->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&otr->peer, otr->net));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&otr->peer));
	for (i = 0; i < 3; i++) {
		KUNIT_ASSERT_TRUE(test,
				  fake_wait(fake_net_buffers(otr->net, 0)));
		fake_peer_frame(otr->frame, 100, otr->peer.dev->dev_addr, i);
		fake_net_receive(otr->net, 0, &hdr, otr->frame, c->len);
		fake_virtio_settle(otr->net->fv);
		msleep(20);
		if (c->breaks)
			break;
	}
	KUNIT_EXPECT_EQ(test, otr->peer.damaged, 0);
	if (c->breaks)
		return;

	/* A device that ignores the count without mergeable buffers is right. */
	if (features & OTR_MERGE || !c->buffers)
		KUNIT_EXPECT_EQ(test, OTR_STAT(otr, rx_errors), 3);
	otr_expect_alive(test);
}

static void otr_lies_mergeable(struct kunit *test)
{
	otr_lies_on(test, OTR_MERGE);
}

static void otr_lies_single(struct kunit *test)
{
	otr_lies_on(test, 0);
}

static void otr_lies_packed(struct kunit *test)
{
	otr_lies_on(test, OTR_MERGE | OTR_PACKED | OTR_RINGS);
}

/* Zero buffers claimed for the frame that is in one. */
static void otr_no_buffers(struct kunit *test)
{
	struct otr *otr = test->priv;
	struct fake_chain *chain;

	otr_up(test, OTR_MERGE, 16);
	memset(otr->frame, 0, 200);
	chain = fake_queue_held(&otr->net->fv->queues[FAKE_NET_RXQ(0)]);
	KUNIT_ASSERT_NOT_NULL(test, chain);
	fake_chain_answer(chain, fake_chain_write(chain, 0, otr->frame, 200));
	KUNIT_EXPECT_TRUE(test, fake_wait(OTR_STAT(otr, rx_errors) == 1));
	otr_expect_alive(test);
}

/* What a packet's header tells the device. */
static void otr_sent_header(struct kunit *test)
{
	struct otr *otr = test->priv;
	struct fake_net_frame *frame;

	otr_up(test, OTR_MERGE | OTR_OFFLOADS, 64);
	fake_net_forget(otr->net);
	KUNIT_ASSERT_EQ(test, fake_peer_send(&otr->peer, 333, 5), 0);
	KUNIT_ASSERT_TRUE(test, fake_wait(otr->net->nsent == 1));
	frame = fake_net_next_sent(otr->net);
	KUNIT_ASSERT_NOT_NULL(test, frame);
	KUNIT_EXPECT_EQ(test, frame->len, 333);
	KUNIT_EXPECT_EQ(test, frame->hdr_len, 12);
	KUNIT_EXPECT_TRUE(test, !memchr_inv(&frame->hdr, 0,
					    sizeof(frame->hdr)));
	kvfree(frame);
}

/*
 * The device takes packets and returns none: the queue stops when the ring is
 * full, the timeout says so, and when they do come back all goes on.
 */
static void otr_stall(struct kunit *test)
{
	struct netdev_queue *queue;
	struct otr *otr = test->priv;
	struct fake_queue *txq;
	unsigned int i;

	otr_up(test, OTR_MERGE, 32);
	queue = netdev_get_tx_queue(otr->peer.dev, 0);
	txq = &otr->net->fv->queues[FAKE_NET_TXQ(0)];
	fake_queue_stop(txq);
	for (i = 0; i < 100; i++)
		fake_peer_send(&otr->peer, 100, i);
	KUNIT_EXPECT_TRUE(test, netif_xmit_stopped(queue));
	msleep(12000);
	KUNIT_EXPECT_GE(test, OTR_STAT(otr, tx_errors), 1);

	fake_queue_start(txq);
	KUNIT_EXPECT_TRUE(test, fake_wait(!netif_xmit_stopped(queue)));
	KUNIT_EXPECT_TRUE(test, fake_wait(otr->net->nsent == 100));
	otr->net->loopback = true;
	KUNIT_EXPECT_EQ(test, fake_peer_send(&otr->peer, 100, 1000), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait(otr->peer.next == 1001));
}

/* Packets that the device has when the interface goes, in each way there is. */
static const struct otr_end {
	const char *name;
	enum fake_fault_kind kind;
	int queue;
	bool down;
	bool yank;
} otr_ends[] = {
	{ "closed, device silent", FAKE_FAULT_NEVER, FAKE_NET_TXQ(0), true },
	{ "closed, device late", FAKE_FAULT_LATE, FAKE_NET_TXQ(0), true },
	{ "unplugged, device silent", FAKE_FAULT_NEVER, FAKE_NET_TXQ(0) },
	{ "unplugged, device late", FAKE_FAULT_LATE, FAKE_NET_TXQ(0) },
	{ "pulled out", FAKE_FAULT_NEVER, FAKE_NET_TXQ(0), false, true },
	{ "pulled out, broken", FAKE_FAULT_BAD_ID, FAKE_NET_TXQ(0), false,
	  true },
	{ "unplugged, transmit broken", FAKE_FAULT_BAD_ID, FAKE_NET_TXQ(0) },
	{ "unplugged, packets twice", FAKE_FAULT_TWICE, FAKE_NET_TXQ(0) },
	{ "unplugged, needs reset", FAKE_FAULT_NEEDS_RESET, FAKE_NET_TXQ(0) },
	{ "unplugged, interrupts lost", FAKE_FAULT_LOST_IRQ, FAKE_NET_TXQ(0) },
};

KUNIT_ARRAY_PARAM_DESC(otr_end, otr_ends, name);

static void otr_under_traffic(struct kunit *test)
{
	const struct otr_end *c = test->param_value;
	const struct fake_fault fault = {
		.kind = c->kind, .queue = c->queue, .skip = 5, .delay_ms = 50,
		.value = 999 };
	struct otr *otr = test->priv;
	unsigned int i;

	otr_up(test, OTR_MERGE, 64);
	otr->net->loopback = true;
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(otr->net->fv, &fault));
	for (i = 0; i < 30; i++)
		fake_peer_send(&otr->peer, 100 + i, i);
	/* Some may wait in the stack until those before them have been freed. */
	KUNIT_EXPECT_TRUE(test, fake_wait(fake_fault_hits(otr->net->fv)));

	if (c->down) {
		fake_peer_down(&otr->peer);
		msleep(100);
		fake_fault_clear(otr->net->fv);
		KUNIT_EXPECT_EQ(test, 0, fake_peer_up(&otr->peer));
		otr_expect_alive(test);
	}
	fake_peer_detach(&otr->peer);
	if (c->yank)
		fake_virtio_yank(otr->net->fv);
	else
		fake_virtio_unplug(otr->net->fv);
}

/* Interrupts that get lost cost time, not the connection. */
static void otr_lost_interrupts(struct kunit *test)
{
	struct otr *otr = test->priv;
	unsigned int i;

	otr_up(test, OTR_MERGE, 16);
	otr->net->loopback = true;
	otr_fault(test, FAKE_FAULT_LOST_IRQ, FAKE_NET_TXQ(0), 0, 40);
	for (i = 0; i < 60; i++) {
		fake_peer_send(&otr->peer, 100, i);
		msleep(20);
	}
	KUNIT_EXPECT_TRUE(test, fake_wait(otr->peer.received == 60));
	KUNIT_EXPECT_EQ(test, otr->peer.order, 0);
}

/*
 * Whatever comes to mind: random features, faults, headers, lengths and bytes,
 * the same for the same round. The debugging aids judge.
 */
#define OTR_ROUNDS	40

static u64 otr_random_features(struct rnd_state *rnd)
{
	const u64 may = OTR_MERGE | OTR_PACKED | OTR_RINGS | OTR_OFFLOADS |
			OTR_BIT(GUEST_TSO6) | OTR_BIT(GUEST_ECN) |
			OTR_BIT(GUEST_UFO) | OTR_BIT(GUEST_USO4) |
			OTR_BIT(GUEST_USO6) | OTR_LEGACY | OTR_ANY_LAYOUT |
			OTR_BIT(CTRL_VQ) | OTR_BIT(CTRL_RX) | OTR_BIT(STATUS);

	return may & ((u64)prandom_u32_state(rnd) << 32 |
		      prandom_u32_state(rnd));
}

static void otr_random_fault(struct kunit *test, struct rnd_state *rnd)
{
	const struct fake_fault fault = {
		.kind = prandom_u32_state(rnd) % (FAKE_FAULT_NEEDS_RESET + 1),
		.queue = (int)(prandom_u32_state(rnd) % 4) - 1,
		.skip = prandom_u32_state(rnd) % 20,
		.count = 1 + prandom_u32_state(rnd) % 5,
		.value = prandom_u32_state(rnd) >> prandom_u32_state(rnd) % 32,
		.delay_ms = prandom_u32_state(rnd) % 50,
	};
	struct otr *otr = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(otr->net->fv, &fault));
}

static void otr_random_frame(struct otr *otr, struct rnd_state *rnd)
{
	struct virtio_net_hdr_v1_hash hdr = {};
	unsigned int len = prandom_u32_state(rnd) % 6000;

	prandom_bytes_state(rnd, otr->frame, min(len, 200U));
	if (prandom_u32_state(rnd) % 2)
		prandom_bytes_state(rnd, &hdr, sizeof(hdr));
	if (prandom_u32_state(rnd) % 2)
		hdr.hdr.num_buffers = 0;
	fake_net_receive(otr->net, 0, &hdr, otr->frame, len);
}

static void otr_random_round(struct kunit *test, u64 seed)
{
	struct otr *otr = test->priv;
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, seed);
	otr_make(test, otr_random_features(&rnd),
		 2 << prandom_u32_state(&rnd) % 8);
	otr->net->loopback = prandom_u32_state(&rnd) % 2;
	for (i = 0; i < 3; i++)
		otr_random_fault(test, &rnd);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(otr->net->fv));
	if (!fake_peer_attach(&otr->peer, otr->net))
		fake_peer_up(&otr->peer);

	for (i = 0; i < 60 && otr->peer.dev; i++) {
		if (prandom_u32_state(&rnd) % 2)
			otr_random_frame(otr, &rnd);
		else
			fake_peer_send(&otr->peer, FAKE_PEER_MIN +
				       prandom_u32_state(&rnd) % 1400, i);
		if (prandom_u32_state(&rnd) % 4 == 0)
			fake_virtio_settle(otr->net->fv);
	}
	fake_peer_detach(&otr->peer);
	if (prandom_u32_state(&rnd) % 2)
		fake_virtio_yank(otr->net->fv);
	fake_net_free(otr->net);
	otr->net = NULL;
	memset(&otr->peer, 0, sizeof(otr->peer));
}

static void otr_random(struct kunit *test)
{
	u64 seed;

	for (seed = 1; seed <= OTR_ROUNDS; seed++)
		otr_random_round(test, seed);
}

static struct kunit_case otr_cases[] = {
	KUNIT_CASE_PARAM(otr_loop, otr_layout_gen_params),
	KUNIT_CASE_PARAM(otr_burst, otr_layout_gen_params),
	KUNIT_CASE_PARAM(otr_spread, otr_spread_gen_params),
	KUNIT_CASE(otr_pieces_overrun),
	KUNIT_CASE_PARAM(otr_header, otr_hdr_gen_params),
	KUNIT_CASE_PARAM(otr_lies_mergeable, otr_lie_gen_params),
	KUNIT_CASE_PARAM(otr_lies_single, otr_lie_gen_params),
	KUNIT_CASE_PARAM(otr_lies_packed, otr_lie_gen_params),
	KUNIT_CASE(otr_no_buffers),
	KUNIT_CASE(otr_sent_header),
	KUNIT_CASE(otr_stall),
	KUNIT_CASE_PARAM(otr_under_traffic, otr_end_gen_params),
	KUNIT_CASE(otr_lost_interrupts),
	KUNIT_CASE(otr_random),
	{}
};

static struct kunit_suite otr_suite = {
	.name = "ovnet_traffic",
	.init = otr_init,
	.exit = otr_exit,
	.test_cases = otr_cases,
};

kunit_test_suite(otr_suite);

MODULE_DESCRIPTION("Orion: suite of frames through the network driver");
MODULE_LICENSE("GPL");
