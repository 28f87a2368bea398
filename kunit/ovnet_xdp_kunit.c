// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs on the network driver as it is loaded. A program here is a function
 * in C behind a struct bpf_prog, so it can look at all that one in BPF could.
 */

#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/rtnetlink.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <linux/unaligned.h>
#include <net/checksum.h>
#include <net/xdp.h>

#include "fake_net.h"
#include "fake_peer.h"
#include "fake_prog.h"

#define OXK_BIT(name)	BIT_ULL(VIRTIO_NET_F_ ## name)
#define OXK_BASE	(BIT_ULL(VIRTIO_F_VERSION_1) | OXK_BIT(MAC))
#define OXK_MERGE	OXK_BIT(MRG_RXBUF)
#define OXK_PACKED	BIT_ULL(VIRTIO_F_RING_PACKED)
#define OXK_OFFLOADS	(OXK_BIT(CSUM) | OXK_BIT(GUEST_CSUM) | \
			 OXK_BIT(GUEST_TSO4) | OXK_BIT(HOST_TSO4))
#define OXK_SWITCHES	(OXK_BIT(CTRL_VQ) | OXK_BIT(CTRL_GUEST_OFFLOADS))
#define OXK_RING	64
/* Statistics that ethtool shows of a device with one pair. */
#define OXK_STATS	96

/* What the program does, and what it saw. */
static struct oxk_program {
	u32 act;
	int head;
	int tail;
	int meta;
	unsigned int runs;
	unsigned int len;
	unsigned int linear;
	unsigned int headroom;
	bool frags;
	u8 bytes[256];
} oxk_program;

struct oxk {
	struct fake_net *net;
	struct fake_peer peer;
	struct bpf_prog *prog;
	u8 *frame;
};

/* As the helpers of BPF would: only where there is room. */
static void oxk_adjust(struct xdp_buff *xdp, struct oxk_program *program)
{
	void *least = xdp->data_hard_start + sizeof(struct xdp_frame);

	if (xdp->data + program->head - program->meta < least)
		return;

	xdp->data += program->head;
	xdp->data_meta = xdp->data - program->meta;
	if (program->head < 0)
		memset(xdp->data, 0xee, -program->head);
	if (!xdp_buff_has_frags(xdp) &&
	    xdp->data_end + program->tail <= xdp_data_hard_end(xdp))
		xdp->data_end += program->tail;
}

static unsigned int oxk_run(const void *ctx, const struct bpf_insn *insn)
{
	struct oxk_program *program = &oxk_program;
	struct xdp_buff *xdp = (struct xdp_buff *)ctx;

	program->runs++;
	program->len = xdp_get_buff_len(xdp);
	program->linear = xdp->data_end - xdp->data;
	program->headroom = xdp->data - xdp->data_hard_start;
	program->frags = xdp_buff_has_frags(xdp);
	memcpy(program->bytes, xdp->data,
	       min_t(size_t, program->linear, sizeof(program->bytes)));
	oxk_adjust(xdp, program);
	return program->act;
}

static int oxk_init(struct kunit *test)
{
	struct oxk *oxk = kunit_kzalloc(test, sizeof(*oxk), GFP_KERNEL);

	if (!oxk)
		return -ENOMEM;

	test->priv = oxk;
	memset(&oxk_program, 0, sizeof(oxk_program));
	oxk->frame = kunit_kzalloc(test, SZ_64K, GFP_KERNEL);
	oxk->prog = fake_prog_alloc(oxk_run);
	return oxk->frame && oxk->prog ? 0 : -ENOMEM;
}

static int oxk_attach(struct oxk *oxk, struct bpf_prog *prog)
{
	return fake_prog_attach(oxk->peer.dev, prog);
}

static void oxk_exit(struct kunit *test)
{
	struct oxk *oxk = test->priv;

	if (!oxk)
		return;

	if (oxk->peer.dev)
		KUNIT_EXPECT_EQ(test, oxk_attach(oxk, NULL), 0);
	fake_peer_end(test, &oxk->peer, oxk->net);
	fake_prog_free(test, oxk->prog);
}

static void oxk_up(struct kunit *test, u64 features, unsigned int ring)
{
	struct fake_net_param param = { .features = OXK_BASE | features,
					.queue_size = ring };
	struct oxk *oxk = test->priv;

	param.config.mac[0] = 2;
	param.config.mtu = 9000;
	oxk->net = fake_net_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, oxk->net);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(oxk->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&oxk->peer, oxk->net));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&oxk->peer));
	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(oxk->net, 0)));
	fake_virtio_settle(oxk->net->fv);
	fake_net_forget(oxk->net);
}

/* A counter as ethtool -S shows it. */
static u64 oxk_stat(struct kunit *test, const char *name)
{
	struct oxk *oxk = test->priv;
	const struct ethtool_ops *ops = oxk->peer.dev->ethtool_ops;
	struct ethtool_stats stats = {};
	u64 values[OXK_STATS];
	u64 found = U64_MAX;
	char *names;
	int count;
	int i;

	names = kunit_kzalloc(test, OXK_STATS * ETH_GSTRING_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, names);
	rtnl_lock();
	count = ops->get_sset_count(oxk->peer.dev, ETH_SS_STATS);
	if (count <= OXK_STATS) {
		ops->get_strings(oxk->peer.dev, ETH_SS_STATS, names);
		ops->get_ethtool_stats(oxk->peer.dev, &stats, values);
		for (i = 0; i < count; i++)
			if (!strcmp(names + i * ETH_GSTRING_LEN, name))
				found = values[i];
	}
	rtnl_unlock();
	kunit_kfree(test, names);
	return found;
}

/* One frame arrives; waits until the driver has dealt with it. */
static void oxk_receive(struct kunit *test, unsigned int len, u32 number,
			const struct virtio_net_hdr_v1_hash *hdr)
{
	struct oxk *oxk = test->priv;

	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(oxk->net, 0) >
					  DIV_ROUND_UP(len, 1500)));
	fake_peer_frame(oxk->frame, len, oxk->peer.dev->dev_addr, number);
	KUNIT_ASSERT_GT(test, fake_net_receive(oxk->net, 0, hdr, oxk->frame,
					       len), 0);
	fake_virtio_settle(oxk->net->fv);
}

/* Attach, and use up all buffers that were not posted for a program. */
static void oxk_settle(struct kunit *test)
{
	struct oxk *oxk = test->priv;
	unsigned int i;

	oxk_program.act = XDP_DROP;
	KUNIT_ASSERT_EQ(test, oxk_attach(oxk, oxk->prog), 0);
	for (i = 0; i < 2 * OXK_RING; i++)
		oxk_receive(test, 100, i, NULL);
	KUNIT_ASSERT_TRUE(test, fake_wait(oxk_program.runs == 2 * OXK_RING));
	KUNIT_EXPECT_EQ(test, oxk->peer.received, 0);
	memset(&oxk_program, 0, sizeof(oxk_program));
}

static const struct oxk_layout {
	const char *name;
	u64 features;
	unsigned int ring;
} oxk_layouts[] = {
	{ "single buffers", 0, OXK_RING },
	{ "buffers in pieces", OXK_OFFLOADS, OXK_RING },
	{ "single buffers, packed", OXK_PACKED, OXK_RING },
	{ "mergeable", OXK_MERGE, OXK_RING },
	{ "mergeable, packed", OXK_MERGE | OXK_PACKED, OXK_RING },
	{ "mergeable, offloads", OXK_MERGE | OXK_OFFLOADS, OXK_RING },
	{ "mergeable, switches", OXK_MERGE | OXK_OFFLOADS | OXK_SWITCHES,
	  OXK_RING },
	{ "short rings", OXK_MERGE, 8 },
	{ "shortest rings", OXK_MERGE, 2 },
};

KUNIT_ARRAY_PARAM_DESC(oxk_layout, oxk_layouts, name);

/* Every frame is subject to the verdict, from the first one on. */
static void oxk_verdicts(struct kunit *test)
{
	static const u32 acts[] = {
		XDP_PASS, XDP_DROP, XDP_TX, XDP_ABORTED, XDP_REDIRECT, 77,
	};
	const struct oxk_layout *c = test->param_value;
	unsigned int i, rounds = 6 * 3 * c->ring;
	struct oxk *oxk = test->priv;

	oxk_up(test, c->features, c->ring);
	KUNIT_ASSERT_EQ(test, oxk_attach(oxk, oxk->prog), 0);
	for (i = 0; i < rounds; i++) {
		oxk_program.act = acts[i % ARRAY_SIZE(acts)];
		fake_peer_frame(oxk->frame, 60 + i, oxk->peer.dev->dev_addr, i);
		KUNIT_ASSERT_TRUE(test,
				  fake_wait(fake_net_buffers(oxk->net, 0)));
		KUNIT_ASSERT_GT(test, fake_net_receive(oxk->net, 0, NULL,
						       oxk->frame, 60 + i), 0);
		KUNIT_ASSERT_TRUE(test, fake_wait(oxk_program.runs == i + 1));
		KUNIT_EXPECT_EQ(test, oxk_program.len, 60 + i);
	}
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->peer.received == rounds / 6));
	KUNIT_EXPECT_EQ(test, oxk->peer.damaged, 0);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->net->nsent == rounds / 6));
	KUNIT_EXPECT_EQ(test, oxk_stat(test, "rx0_packets"), rounds);
	KUNIT_EXPECT_EQ(test, oxk_stat(test, "rx0_xdp_packets"), rounds);
	KUNIT_EXPECT_LE(test, oxk_stat(test, "rx0_xdp_copies"), c->ring);
}

/* What is sent back is what came, behind a header that claims nothing. */
static void oxk_sent_back(struct kunit *test)
{
	const struct oxk_layout *c = test->param_value;
	struct fake_net_frame *frame;
	struct oxk *oxk = test->priv;
	unsigned int i;

	oxk_up(test, c->features, c->ring);
	KUNIT_ASSERT_EQ(test, oxk_attach(oxk, oxk->prog), 0);
	oxk_program.act = XDP_TX;
	for (i = 0; i < 3 * c->ring; i++) {
		oxk_receive(test, 60 + 7 * i, i, NULL);
		KUNIT_ASSERT_TRUE(test, fake_wait(oxk->net->nsent == i + 1));
		frame = fake_net_next_sent(oxk->net);
		KUNIT_ASSERT_NOT_NULL(test, frame);
		KUNIT_EXPECT_EQ(test, frame->len, 60 + 7 * i);
		KUNIT_EXPECT_MEMEQ(test, frame->data, oxk->frame, frame->len);
		KUNIT_EXPECT_TRUE(test, !memchr_inv(&frame->hdr, 0,
						    sizeof(frame->hdr)));
		kvfree(frame);
	}
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk_stat(test, "tx0_packets") ==
					  3 * c->ring));
}

/* A burst that is sent back is told to the device once, not frame by frame. */
static void oxk_one_kick(struct kunit *test)
{
	const struct fake_fault fault = { .kind = FAKE_FAULT_LOST_IRQ,
					  .queue = FAKE_NET_RXQ(0),
					  .count = 39 };
	struct oxk *oxk = test->priv;
	unsigned int i;
	u64 kicks;

	oxk_up(test, OXK_MERGE, OXK_RING);
	oxk_settle(test);
	/* The driver hears of all of them at once. */
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(oxk->net->fv, &fault));
	oxk_program.act = XDP_TX;
	kicks = oxk_stat(test, "tx0_kicks");
	fake_peer_frame(oxk->frame, 200, oxk->peer.dev->dev_addr, 0);
	for (i = 0; i < 40; i++)
		fake_net_receive(oxk->net, 0, NULL, oxk->frame, 200);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->net->nsent == 40));
	KUNIT_EXPECT_LE(test, oxk_stat(test, "tx0_kicks") - kicks, 1);
	KUNIT_EXPECT_EQ(test, oxk_stat(test, "tx0_xdp_errors"), 0);
}

static const struct oxk_move {
	const char *name;
	int head;
	int tail;
	int meta;
	u8 ip_summed;
} oxk_moves[] = {
	{ "nothing", 0, 0, 0, CHECKSUM_UNNECESSARY },
	{ "longer at the end", 0, 100, 0, CHECKSUM_NONE },
	{ "shorter at the end", 0, -50, 0, CHECKSUM_NONE },
	{ "longer in front", -200, 0, 0, CHECKSUM_NONE },
	{ "as long as promised", -216, 0, 0, CHECKSUM_NONE },
	{ "metadata", 0, 0, 16, CHECKSUM_UNNECESSARY },
	{ "both, and metadata", -40, -20, 32, CHECKSUM_NONE },
};

KUNIT_ARRAY_PARAM_DESC(oxk_move, oxk_moves, name);

/* A program moves both ends, and the checksum counts only if it did not. */
static void oxk_moved(struct kunit *test)
{
	const struct virtio_net_hdr_v1_hash hdr = {
		.hdr.flags = VIRTIO_NET_HDR_F_DATA_VALID };
	const struct oxk_move *c = test->param_value;
	struct oxk *oxk = test->priv;
	unsigned int want = 500 - c->head + c->tail;
	struct fake_net_frame *frame;

	oxk_up(test, OXK_MERGE | OXK_OFFLOADS, OXK_RING);
	oxk_settle(test);
	oxk_program.head = c->head;
	oxk_program.tail = c->tail;
	oxk_program.meta = c->meta;

	oxk_program.act = XDP_TX;
	oxk_receive(test, 500, 1, &hdr);
	KUNIT_ASSERT_TRUE(test, fake_wait(oxk->net->nsent == 1));
	frame = fake_net_next_sent(oxk->net);
	KUNIT_ASSERT_NOT_NULL(test, frame);
	KUNIT_EXPECT_EQ(test, frame->len, want);
	KUNIT_EXPECT_MEMEQ(test, frame->data - c->head, oxk->frame, 400);
	kvfree(frame);
	KUNIT_EXPECT_GE(test, oxk_program.headroom, XDP_PACKET_HEADROOM);

	/* What was pushed in front is no frame that anybody would take. */
	oxk_program.act = XDP_PASS;
	oxk_receive(test, 500, 2, &hdr);
	if (!c->head) {
		KUNIT_ASSERT_TRUE(test, fake_wait(oxk->peer.received +
						  oxk->peer.damaged == 1));
		KUNIT_EXPECT_EQ(test, oxk->peer.last.len, want);
		KUNIT_EXPECT_EQ(test, oxk->peer.last.ip_summed, c->ip_summed);
	}
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk_stat(test, "rx0_packets") ==
					  2 * OXK_RING + 2));
	KUNIT_EXPECT_EQ(test, oxk_stat(test, "rx0_xdp_errors"), 0);
}

/* A frame over several buffers, to a program that knows such. */
static void oxk_fragments(struct kunit *test)
{
	static const unsigned int lens[] = { 3508, 3509, 9014, 30000, 60000 };
	struct fake_net_frame *frame;
	struct oxk *oxk = test->priv;
	unsigned int i;

	oxk_up(test, OXK_MERGE, OXK_RING);
	oxk->prog->aux->xdp_has_frags = true;
	oxk_settle(test);
	for (i = 0; i < 10 * ARRAY_SIZE(lens); i++) {
		unsigned int len = lens[i % ARRAY_SIZE(lens)];

		oxk_program.act = XDP_PASS;
		oxk_receive(test, len, 2 * i, NULL);
		KUNIT_ASSERT_TRUE(test, fake_wait(oxk->peer.received == i + 1));
		KUNIT_ASSERT_EQ(test, oxk->peer.last.len, len);
		KUNIT_EXPECT_EQ(test, oxk_program.len, len);
		KUNIT_EXPECT_EQ(test, oxk_program.frags, len > 3508);

		oxk_program.act = i % 2 ? XDP_DROP : XDP_TX;
		oxk_receive(test, len, 2 * i + 1, NULL);
		KUNIT_ASSERT_TRUE(test, fake_wait(oxk_program.runs ==
						  2 * i + 2));
	}
	KUNIT_EXPECT_EQ(test, oxk->peer.damaged, 0);
	KUNIT_EXPECT_LE(test, oxk_stat(test, "rx0_xdp_copies"), OXK_RING);
	KUNIT_ASSERT_TRUE(test, fake_wait(oxk->net->nsent == i / 2));
	for (i = 0; (frame = fake_net_next_sent(oxk->net)); i += 2) {
		unsigned int len = lens[i % ARRAY_SIZE(lens)];

		fake_peer_frame(oxk->frame, len, oxk->peer.dev->dev_addr,
				2 * i + 1);
		KUNIT_EXPECT_EQ(test, frame->len, len);
		KUNIT_EXPECT_MEMEQ(test, frame->data, oxk->frame, len);
		kvfree(frame);
	}
}

/* The same to one that does not: it sees all of it nevertheless. */
static void oxk_no_fragments(struct kunit *test)
{
	struct oxk *oxk = test->priv;
	unsigned int i;

	oxk_up(test, OXK_MERGE, OXK_RING);
	oxk_settle(test);
	for (i = 0; i < 20; i++) {
		oxk_program.act = i % 2 ? XDP_DROP : XDP_PASS;
		oxk_receive(test, 9014, i, NULL);
		KUNIT_ASSERT_TRUE(test, fake_wait(oxk_program.runs == i + 1));
		KUNIT_EXPECT_EQ(test, oxk_program.linear, 9014);
	}
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->peer.received == 10));
	KUNIT_EXPECT_EQ(test, oxk->peer.damaged, 0);
}

/* Has what a program saw, or the device got, a right checksum for this seed? */
static bool oxk_summed(const u8 *frame, u16 seed)
{
	__wsum sum = (__force __wsum)(u32)seed;

	return !csum_fold(csum_partial(frame + 34, 200 - 34, sum));
}

/* A frame without its checksum has one by the time that a program sees it. */
static void oxk_missing_checksum(struct kunit *test)
{
	const struct virtio_net_hdr_v1_hash hdr = {
		.hdr.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.hdr.csum_start = cpu_to_le16(34),
		.hdr.csum_offset = cpu_to_le16(16) };
	const struct virtio_net_hdr_v1_hash lie = {
		.hdr.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.hdr.csum_start = cpu_to_le16(34),
		.hdr.csum_offset = cpu_to_le16(165) };
	struct fake_net_frame *frame;
	struct oxk *oxk = test->priv;
	u16 seed[2 * OXK_RING];
	unsigned int i;

	oxk_up(test, OXK_MERGE | OXK_OFFLOADS, OXK_RING);
	KUNIT_ASSERT_EQ(test, oxk_attach(oxk, oxk->prog), 0);
	/* First as a copy, in a buffer from before; then where it lies. */
	for (i = 0; i < 2 * OXK_RING; i++) {
		oxk_program.act = i % 2 ? XDP_PASS : XDP_TX;
		oxk_receive(test, 200, i, &hdr);
		KUNIT_ASSERT_TRUE(test, fake_wait(oxk_program.runs == i + 1));
		seed[i] = get_unaligned((u16 *)(oxk->frame + 50));
		KUNIT_EXPECT_TRUE(test, oxk_summed(oxk_program.bytes, seed[i]));
	}
	KUNIT_ASSERT_TRUE(test, fake_wait(oxk->net->nsent == OXK_RING));
	for (i = 0; (frame = fake_net_next_sent(oxk->net)); i += 2) {
		KUNIT_EXPECT_EQ(test, frame->hdr.hdr.flags, 0);
		KUNIT_EXPECT_TRUE(test, oxk_summed(frame->data, seed[i]));
		kvfree(frame);
	}
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->peer.damaged == OXK_RING));
	KUNIT_EXPECT_EQ(test, oxk->peer.last.ip_summed, CHECKSUM_UNNECESSARY);

	oxk_receive(test, 200, i, &lie);
	KUNIT_EXPECT_TRUE(test,
			  fake_wait(oxk_stat(test, "rx0_header_errors") == 1));
	KUNIT_EXPECT_EQ(test, oxk_program.runs, i);
}

/* Headers of IPv4 and TCP, without the checksum of the latter. */
static void oxk_train(u8 *frame, unsigned int len, const u8 *to)
{
	struct ethhdr *eth = (struct ethhdr *)frame;
	struct iphdr *ip = (struct iphdr *)(eth + 1);
	struct tcphdr *tcp = (struct tcphdr *)(ip + 1);
	unsigned int i;

	for (i = 0; i < len; i++)
		frame[i] = i;
	memset(frame, 0, ETH_HLEN + sizeof(*ip) + sizeof(*tcp));
	ether_addr_copy(eth->h_dest, to);
	eth->h_source[0] = 2;
	eth->h_proto = htons(ETH_P_IP);
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = IPPROTO_TCP;
	put_unaligned_be16(len - ETH_HLEN, &ip->tot_len);
	put_unaligned_be32(0x0a000001, &ip->saddr);
	put_unaligned_be32(0x0a000002, &ip->daddr);
	ip->check = ip_fast_csum(ip, ip->ihl);
	tcp->doff = 5;
	tcp->ack = 1;
	tcp->check = ~tcp_v4_check(len - ETH_HLEN - sizeof(*ip), ip->saddr,
				   ip->daddr, 0);
}

static bool oxk_segment_whole(const u8 *frame, unsigned int len)
{
	const struct iphdr *ip = (const struct iphdr *)(frame + ETH_HLEN);
	const unsigned int head = ETH_HLEN + sizeof(*ip);

	return !tcp_v4_check(len - head, ip->saddr, ip->daddr,
			     csum_partial(frame + head, len - head, 0)) &&
	       get_unaligned_be16(&ip->tot_len) == len - ETH_HLEN;
}

static const struct oxk_train {
	const char *name;
	unsigned int segment;
	unsigned int count;
	bool frags;
	bool settled;
} oxk_trains[] = {
	{ "short", 1000, 3 },
	{ "short, where it lies", 1000, 3, false, true },
	{ "long", 1448, 40 },
	{ "long, where it lies", 1448, 40, false, true },
	{ "long, for fragments", 1448, 40, true, true },
};

KUNIT_ARRAY_PARAM_DESC(oxk_train, oxk_trains, name);

/* A train of segments is shown to a program, and sent, one by one. */
static void oxk_segments(struct kunit *test)
{
	const struct oxk_train *c = test->param_value;
	const struct virtio_net_hdr_v1_hash hdr = {
		.hdr.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.hdr.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr.gso_size = cpu_to_le16(c->segment),
		.hdr.hdr_len = cpu_to_le16(54),
		.hdr.csum_start = cpu_to_le16(34),
		.hdr.csum_offset = cpu_to_le16(16) };
	unsigned int len = 54 + c->count * c->segment;
	struct fake_net_frame *frame;
	struct oxk *oxk = test->priv;

	oxk_up(test, OXK_MERGE | OXK_OFFLOADS, OXK_RING);
	oxk->prog->aux->xdp_has_frags = c->frags;
	if (c->settled)
		oxk_settle(test);
	else
		KUNIT_ASSERT_EQ(test, oxk_attach(oxk, oxk->prog), 0);

	oxk_train(oxk->frame, len, oxk->peer.dev->dev_addr);
	oxk_program.act = XDP_TX;
	KUNIT_ASSERT_GT(test, fake_net_receive(oxk->net, 0, &hdr, oxk->frame,
					       len), 0);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->net->nsent == c->count));
	KUNIT_EXPECT_EQ(test, oxk_program.runs, c->count);
	while ((frame = fake_net_next_sent(oxk->net))) {
		KUNIT_EXPECT_EQ(test, frame->len, 54 + c->segment);
		KUNIT_EXPECT_EQ(test, frame->hdr.hdr.gso_type, 0);
		KUNIT_EXPECT_EQ(test, frame->hdr.hdr.flags, 0);
		KUNIT_EXPECT_TRUE(test,
				  oxk_segment_whole(frame->data, frame->len));
		kvfree(frame);
	}
}

/* A device that can merge segments stops that, and everybody sees it. */
static void oxk_merging(struct kunit *test)
{
	const u32 key = FAKE_NET_KEY(VIRTIO_NET_CTRL_GUEST_OFFLOADS,
				     VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET);
	struct oxk *oxk = test->priv;

	oxk_up(test, OXK_MERGE | OXK_OFFLOADS | OXK_SWITCHES, OXK_RING);
	KUNIT_EXPECT_TRUE(test, oxk->peer.dev->features & NETIF_F_GRO_HW);
	KUNIT_ASSERT_EQ(test, oxk_attach(oxk, oxk->prog), 0);
	KUNIT_EXPECT_FALSE(test, oxk->peer.dev->features & NETIF_F_GRO_HW);
	KUNIT_EXPECT_EQ(test, oxk->net->offloads, OXK_BIT(GUEST_CSUM));
	KUNIT_ASSERT_EQ(test, oxk_attach(oxk, NULL), 0);
	KUNIT_EXPECT_TRUE(test, oxk->peer.dev->features & NETIF_F_GRO_HW);
	KUNIT_EXPECT_EQ(test, oxk->net->offloads,
			OXK_BIT(GUEST_CSUM) | OXK_BIT(GUEST_TSO4));
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(oxk->net, key), 2);
}

static int oxk_set_mtu(struct oxk *oxk, int mtu)
{
	int err;

	rtnl_lock();
	err = dev_set_mtu(oxk->peer.dev, mtu);
	rtnl_unlock();
	return err;
}

static const struct oxk_mtu {
	const char *name;
	u64 features;
	bool frags;
	bool fits;
} oxk_mtus[] = {
	{ "mergeable", OXK_MERGE, false, false },
	{ "mergeable, fragments", OXK_MERGE, true, true },
	{ "pieces", 0, false, false },
	{ "pieces, fragments", 0, true, true },
};

KUNIT_ARRAY_PARAM_DESC(oxk_mtu, oxk_mtus, name);

/* Where frames do not fit, program or MTU is refused, whichever comes second. */
static void oxk_mtu(struct kunit *test)
{
	const struct oxk_mtu *c = test->param_value;
	struct oxk *oxk = test->priv;

	oxk_up(test, OXK_BIT(MTU) | c->features, OXK_RING);
	KUNIT_ASSERT_EQ(test, oxk->peer.dev->mtu, 9000);
	oxk->prog->aux->xdp_has_frags = c->frags;
	KUNIT_EXPECT_EQ(test, oxk_attach(oxk, oxk->prog),
			c->fits ? 0 : -EINVAL);
	KUNIT_EXPECT_EQ(test, oxk_set_mtu(oxk, 3476), 0);
	KUNIT_EXPECT_EQ(test, oxk_attach(oxk, oxk->prog), 0);
	KUNIT_EXPECT_EQ(test, oxk_set_mtu(oxk, 3477), c->fits ? 0 : -EINVAL);
	KUNIT_EXPECT_EQ(test, oxk_set_mtu(oxk, 1280), 0);

	/* The largest of what fits is shown in one piece. */
	oxk_settle(test);
	oxk_receive(test, 3476 + ETH_HLEN, 1, NULL);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk_program.runs == 1));
	KUNIT_EXPECT_EQ(test, oxk_program.linear, 3476 + ETH_HLEN);
}

/* A frame as other drivers give one, of @len bytes behind @headroom. */
static struct xdp_frame *oxk_frame(struct kunit *test, unsigned int len,
				   unsigned int headroom)
{
	struct xdp_frame *frame;
	void *page;

	page = (void *)get_zeroed_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	frame = page;
	frame->headroom = headroom;
	frame->data = page + sizeof(*frame) + headroom;
	frame->len = len;
	frame->frame_sz = PAGE_SIZE;
	frame->mem.type = MEM_TYPE_PAGE_ORDER0;
	memset(frame->data, len, len);
	return frame;
}

static int oxk_xmit(struct oxk *oxk, struct xdp_frame **frames, int count)
{
	const struct net_device_ops *ops = oxk->peer.dev->netdev_ops;
	int sent, i;

	local_bh_disable();
	sent = ops->ndo_xdp_xmit(oxk->peer.dev, count, frames, XDP_XMIT_FLUSH);
	for (i = max(sent, 0); i < count; i++)
		xdp_return_frame(frames[i]);
	local_bh_enable();
	return sent;
}

/* The next one that was sent is from oxk_frame(), and its header is empty. */
static void oxk_expect_sent(struct kunit *test, unsigned int len)
{
	struct oxk *oxk = test->priv;
	struct fake_net_frame *frame = fake_net_next_sent(oxk->net);

	KUNIT_ASSERT_NOT_NULL(test, frame);
	KUNIT_EXPECT_EQ(test, frame->len, len);
	KUNIT_EXPECT_NULL(test, memchr_inv(&frame->hdr, 0, sizeof(frame->hdr)));
	KUNIT_EXPECT_NULL(test, memchr_inv(frame->data, len, frame->len));
	kvfree(frame);
}

/* Frames of others: one kick, no program of its own, as many as there is room. */
static void oxk_given(struct kunit *test)
{
	struct xdp_frame *frames[16];
	struct oxk *oxk = test->priv;
	struct fake_queue *txq;
	unsigned int i, k;
	u64 kicks;

	oxk_up(test, OXK_MERGE, 32);
	kicks = oxk_stat(test, "tx0_kicks");
	/* Some without room for a header in front. */
	for (i = 0; i < ARRAY_SIZE(frames); i++)
		frames[i] = oxk_frame(test, 60 + i, 4 * i);
	KUNIT_EXPECT_EQ(test, oxk_xmit(oxk, frames, i), 16);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->net->nsent == 16));
	KUNIT_EXPECT_EQ(test, oxk_stat(test, "tx0_kicks"), kicks + 1);
	KUNIT_EXPECT_EQ(test, oxk_stat(test, "tx0_xdp_errors"), 0);
	for (i = 0; i < ARRAY_SIZE(frames); i++)
		oxk_expect_sent(test, 60 + i);

	txq = &oxk->net->fv->queues[FAKE_NET_TXQ(0)];
	fake_queue_stop(txq);
	for (k = 0; k < 4; k++) {
		for (i = 0; i < ARRAY_SIZE(frames); i++)
			frames[i] = oxk_frame(test, 60 + i, 200);
		KUNIT_EXPECT_EQ(test, oxk_xmit(oxk, frames, i), k < 2 ? 16 : 0);
	}
	/* The stack waits for room, and goes on when there is. */
	KUNIT_EXPECT_TRUE(test,
			  netif_xmit_stopped(netdev_get_tx_queue(oxk->peer.dev,
								 0)));
	fake_peer_send(&oxk->peer, 100, 1);
	fake_queue_start(txq);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->net->nsent == 16 + 32 + 1));
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk_stat(test, "tx0_xdp_frames") ==
					  16 + 32));

	fake_peer_down(&oxk->peer);
	frames[0] = oxk_frame(test, 60, 200);
	KUNIT_EXPECT_EQ(test, oxk_xmit(oxk, frames, 1), 0);
	KUNIT_EXPECT_EQ(test, fake_peer_up(&oxk->peer), 0);

	/* The device goes with one that it has not sent. */
	fake_queue_stop(txq);
	frames[0] = oxk_frame(test, 60, 200);
	KUNIT_EXPECT_EQ(test, oxk_xmit(oxk, frames, 1), 1);
}

/* A program comes, changes and goes with frames under way, and none is lost. */
static void oxk_replaced(struct kunit *test)
{
	struct oxk *oxk = test->priv;
	unsigned int i;

	oxk_up(test, OXK_MERGE, OXK_RING);
	oxk->prog->aux->xdp_has_frags = true;
	oxk_program.act = XDP_PASS;
	for (i = 0; i < 600; i++) {
		unsigned int len = i % 5 ? 100 + i : 5000;

		if (i % 7 == 0)
			KUNIT_EXPECT_EQ(test, oxk_attach(oxk, oxk->prog), 0);
		if (i % 31 == 30)
			KUNIT_EXPECT_EQ(test, oxk_attach(oxk, NULL), 0);
		KUNIT_ASSERT_TRUE(test,
				  fake_wait(fake_net_buffers(oxk->net, 0) > 4));
		fake_peer_frame(oxk->frame, len, oxk->peer.dev->dev_addr, i);
		KUNIT_ASSERT_GT(test, fake_net_receive(oxk->net, 0, NULL,
						       oxk->frame, len), 0);
	}
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->peer.received == 600));
	KUNIT_EXPECT_EQ(test, oxk->peer.damaged, 0);
	KUNIT_EXPECT_EQ(test, oxk->peer.order, 0);
}

/* Buffers of the device's that make no sense never reach a program. */
static void oxk_lies(struct kunit *test)
{
	static const struct oxk_lie {
		unsigned int len;
		u16 buffers;
	} lies[] = {
		{ 0, 0 }, { 13, 0 }, { 100, 2 }, { 100, 65535 }, { 9000, 60 },
		{ 9000, 1 },
	};
	struct oxk *oxk = test->priv;
	unsigned int i;

	oxk_up(test, OXK_MERGE | OXK_OFFLOADS, OXK_RING);
	oxk->prog->aux->xdp_has_frags = true;
	oxk_settle(test);
	oxk_program.act = XDP_PASS;
	for (i = 0; i < 5 * ARRAY_SIZE(lies); i++) {
		const struct oxk_lie *lie = &lies[i % ARRAY_SIZE(lies)];
		const struct virtio_net_hdr_v1_hash hdr = {
			.hdr.num_buffers = cpu_to_le16(lie->buffers) };

		memset(oxk->frame, 0, SZ_16K);
		KUNIT_ASSERT_TRUE(test,
				  fake_wait(fake_net_buffers(oxk->net, 0) > 8));
		fake_net_receive(oxk->net, 0, &hdr, oxk->frame, lie->len);
		fake_virtio_settle(oxk->net->fv);
		msleep(20);
	}
	KUNIT_EXPECT_GE(test, oxk_stat(test, "rx0_length_errors"), 25);
	KUNIT_EXPECT_EQ(test, oxk->peer.received, 0);
	oxk_receive(test, 1000, 1, NULL);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->peer.received == 1));
}

/* Random bytes, headers, lengths and verdicts; the debugging aids judge. */
static void oxk_random(struct kunit *test)
{
	struct oxk *oxk = test->priv;
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, 20261120);
	oxk_up(test, OXK_MERGE | OXK_OFFLOADS, OXK_RING);
	for (i = 0; i < 3000; i++) {
		struct virtio_net_hdr_v1_hash hdr = {};
		unsigned int len = prandom_u32_state(&rnd) % 12000;

		if (i % 500 == 0)
			oxk_attach(oxk, i % 1500 ? oxk->prog : NULL);
		oxk->prog->aux->xdp_has_frags = i / 100 % 2;
		oxk_program.act = prandom_u32_state(&rnd) % 4;
		oxk_program.head = (int)(prandom_u32_state(&rnd) % 300) - 250;
		oxk_program.tail = prandom_u32_state(&rnd) % 20;
		if (len < 100)
			oxk_program.head = 0;
		oxk_train(oxk->frame, max(len, 54U), oxk->peer.dev->dev_addr);
		prandom_bytes_state(&rnd, &hdr, sizeof(hdr));
		hdr.hdr.flags &= 3;
		hdr.hdr.gso_type = i % 4 ? 0 : 1;
		if (i % 3)
			hdr.hdr.csum_start = cpu_to_le16(34);
		if (i % 5)
			hdr.hdr.csum_offset = cpu_to_le16(16);
		if (i % 8)
			hdr.hdr.num_buffers = 0;
		fake_wait(fake_net_buffers(oxk->net, 0) > 8);
		fake_net_receive(oxk->net, 0, &hdr, oxk->frame, len);
	}
	fake_virtio_settle(oxk->net->fv);
	KUNIT_EXPECT_GT(test, oxk_program.runs, 100);
	memset(&oxk_program, 0, sizeof(oxk_program));
	oxk_program.act = XDP_PASS;
	oxk_receive(test, 900, 1, NULL);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxk->peer.received == 1));
}

static struct kunit_case oxk_cases[] = {
	KUNIT_CASE_PARAM(oxk_verdicts, oxk_layout_gen_params),
	KUNIT_CASE_PARAM(oxk_sent_back, oxk_layout_gen_params),
	KUNIT_CASE(oxk_one_kick),
	KUNIT_CASE_PARAM(oxk_moved, oxk_move_gen_params),
	KUNIT_CASE(oxk_fragments),
	KUNIT_CASE(oxk_no_fragments),
	KUNIT_CASE(oxk_missing_checksum),
	KUNIT_CASE_PARAM(oxk_segments, oxk_train_gen_params),
	KUNIT_CASE(oxk_merging),
	KUNIT_CASE_PARAM(oxk_mtu, oxk_mtu_gen_params),
	KUNIT_CASE(oxk_given),
	KUNIT_CASE(oxk_replaced),
	KUNIT_CASE(oxk_lies),
	KUNIT_CASE(oxk_random),
	{}
};

static struct kunit_suite oxk_suite = {
	.name = "ovnet_xdp",
	.init = oxk_init,
	.exit = oxk_exit,
	.test_cases = oxk_cases,
};

kunit_test_suite(oxk_suite);

MODULE_DESCRIPTION("Orion: suite of programs on the network driver");
MODULE_LICENSE("GPL");
