// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets that see a queue's frames without the stack and without a copy, on the
 * network driver as it is loaded. Programs are functions in C, as in ovnet_xdp;
 * the sockets are real ones.
 */

#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/if_xdp.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/xdp.h>
#include <net/xdp_sock_drv.h>

#include "fake_fail.h"
#include "fake_net.h"
#include "fake_peer.h"
#include "fake_prog.h"
#include "fake_sock.h"

#define OXS_BIT(name)	BIT_ULL(VIRTIO_NET_F_ ## name)
#define OXS_BASE	(BIT_ULL(VIRTIO_F_VERSION_1) | OXS_BIT(MAC) | \
			 OXS_BIT(MTU) | OXS_BIT(CSUM))
#define OXS_RESET	BIT_ULL(VIRTIO_F_RING_RESET)
#define OXS_PACKED	BIT_ULL(VIRTIO_F_RING_PACKED)
#define OXS_MERGE	OXS_BIT(MRG_RXBUF)
#define OXS_USUAL	(OXS_RESET | OXS_MERGE)
#define OXS_RING	64
/* Statistics that ethtool shows of a device with one pair. */
#define OXS_STATS	96
/* Bytes before a frame that say what is to be done to it. */
#define OXS_METADATA	64
/* The first chunk that is there to be sent. */
#define OXS_SEND	(FAKE_SOCK_ENTRIES * FAKE_SOCK_CHUNK)

/* What the program does, and what it saw. */
static struct oxs_program {
	u32 act;
	unsigned int runs;
	unsigned int in_socket;
} oxs_program;

struct oxs {
	struct kunit *test;
	struct fake_net *net;
	struct fake_peer peer;
	struct fake_sock sock;
	struct bpf_prog *prog;
	u8 *frame;
};

static unsigned int oxs_run(const void *ctx, const struct bpf_insn *insn)
{
	const struct xdp_buff *xdp = ctx;

	oxs_program.runs++;
	oxs_program.in_socket += xdp->rxq->mem.type == MEM_TYPE_XSK_BUFF_POOL;
	return oxs_program.act;
}

static int oxs_init(struct kunit *test)
{
	struct oxs *oxs = kunit_kzalloc(test, sizeof(*oxs), GFP_KERNEL);

	if (!oxs)
		return -ENOMEM;

	test->priv = oxs;
	oxs->test = test;
	memset(&oxs_program, 0, sizeof(oxs_program));
	oxs->frame = kunit_kzalloc(test, FAKE_SOCK_CHUNK, GFP_KERNEL);
	oxs->prog = fake_prog_alloc(oxs_run);
	return oxs->frame && oxs->prog ? 0 : -ENOMEM;
}

static int oxs_attach(struct oxs *oxs, struct bpf_prog *prog)
{
	return fake_prog_attach(oxs->peer.dev, prog);
}

static void oxs_exit(struct kunit *test)
{
	struct oxs *oxs = test->priv;

	if (!oxs)
		return;

	fake_sock_close(&oxs->sock);
	if (oxs->peer.dev)
		KUNIT_EXPECT_EQ(test, oxs_attach(oxs, NULL), 0);
	fake_peer_end(test, &oxs->peer, oxs->net);
	fake_prog_free(test, oxs->prog);
}

static void oxs_up(struct kunit *test, u64 features, unsigned int ring)
{
	struct fake_net_param param = { .features = OXS_BASE | features,
					.queue_size = ring };
	struct oxs *oxs = test->priv;

	param.config.mac[0] = 2;
	param.config.mtu = 1500;
	oxs->net = fake_net_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, oxs->net);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(oxs->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&oxs->peer, oxs->net));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&oxs->peer));
	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(oxs->net, 0)));
	fake_virtio_settle(oxs->net->fv);
	fake_net_forget(oxs->net);
}

static bool oxs_bound(struct oxs *oxs)
{
	return xsk_get_pool_from_qid(oxs->peer.dev, 0);
}

static void oxs_bind(struct kunit *test, u64 features, u32 metadata)
{
	struct oxs *oxs = test->priv;

	oxs_up(test, features, OXS_RING);
	KUNIT_ASSERT_EQ(test, 0, fake_sock_open(test, &oxs->sock, 0, metadata));
	KUNIT_ASSERT_EQ(test, 0, fake_sock_bind(&oxs->sock, oxs->peer.dev, 0));
	KUNIT_ASSERT_TRUE(test, oxs_bound(oxs));
}

static void oxs_close(struct kunit *test)
{
	struct oxs *oxs = test->priv;

	fake_sock_close(&oxs->sock);
	KUNIT_EXPECT_TRUE(test, fake_wait(!oxs_bound(oxs)));
}

/* A counter as ethtool -S shows it. */
static u64 oxs_stat(struct kunit *test, const char *name)
{
	struct oxs *oxs = test->priv;
	const struct ethtool_ops *ops = oxs->peer.dev->ethtool_ops;
	struct ethtool_stats stats = {};
	u64 values[OXS_STATS];
	u64 found = U64_MAX;
	char *names;
	int count;
	int i;

	names = kunit_kzalloc(test, OXS_STATS * ETH_GSTRING_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, names);
	rtnl_lock();
	count = ops->get_sset_count(oxs->peer.dev, ETH_SS_STATS);
	if (count <= OXS_STATS) {
		ops->get_strings(oxs->peer.dev, ETH_SS_STATS, names);
		ops->get_ethtool_stats(oxs->peer.dev, &stats, values);
		for (i = 0; i < count; i++)
			if (!strcmp(names + i * ETH_GSTRING_LEN, name))
				found = values[i];
	}
	rtnl_unlock();
	kunit_kfree(test, names);
	return found;
}

/* Have the socket send a frame, which is in the n-th of its chunks for that. */
static void oxs_give(struct kunit *test, unsigned int n, unsigned int len,
		     u32 options)
{
	u64 addr = OXS_SEND + n % FAKE_SOCK_ENTRIES * FAKE_SOCK_CHUNK +
		   OXS_METADATA;
	struct oxs *oxs = test->priv;

	fake_peer_frame(oxs->frame, max(len, FAKE_PEER_MIN),
			oxs->peer.dev->dev_addr, n);
	KUNIT_ASSERT_EQ(test, 0, fake_sock_write(&oxs->sock, addr, oxs->frame,
						 len));
	KUNIT_ASSERT_EQ(test, 0, fake_sock_send(&oxs->sock, addr, len,
						options));
}

/* The socket gets its chunks back in the order in which it gave them. */
static void oxs_take_back(struct kunit *test, unsigned int first,
			  unsigned int count)
{
	struct oxs *oxs = test->priv;
	unsigned int n;

	KUNIT_ASSERT_TRUE(test, fake_wait(fake_sock_sent(&oxs->sock) == count));
	for (n = first; n < first + count; n++)
		KUNIT_EXPECT_EQ(test, fake_sock_reap(&oxs->sock),
				OXS_SEND + OXS_METADATA +
				n % FAKE_SOCK_ENTRIES * FAKE_SOCK_CHUNK);
}

static const struct oxs_layout {
	const char *name;
	u64 features;
} oxs_layouts[] = {
	{ "single buffers", OXS_RESET },
	{ "mergeable", OXS_USUAL },
	{ "mergeable, packed", OXS_USUAL | OXS_PACKED },
};

KUNIT_ARRAY_PARAM_DESC(oxs_layout, oxs_layouts, name);

/* More frames than the ring holds, of all lengths, some of them many at a time. */
static void oxs_sends(struct kunit *test)
{
	const struct oxs_layout *c = test->param_value;
	struct oxs *oxs = test->priv;
	struct fake_net_frame *frame;
	unsigned int n = 0, batch, i, len;

	oxs_bind(test, c->features, 0);
	for (batch = 1; batch <= FAKE_SOCK_ENTRIES; batch *= 4) {
		for (i = 0; i < batch; i++)
			oxs_give(test, n + i, 60 + (n + i) * 13, 0);
		KUNIT_ASSERT_EQ(test, 0, fake_sock_wake(&oxs->sock));
		oxs_take_back(test, n, batch);
		for (i = 0; i < batch; i++, n++) {
			len = 60 + n * 13;
			frame = fake_net_next_sent(oxs->net);
			KUNIT_ASSERT_NOT_NULL(test, frame);
			fake_peer_frame(oxs->frame, len,
					oxs->peer.dev->dev_addr, n);
			KUNIT_EXPECT_EQ(test, frame->len, len);
			KUNIT_EXPECT_MEMEQ(test, frame->data, oxs->frame, len);
			KUNIT_EXPECT_TRUE(test, !memchr_inv(&frame->hdr, 0,
							    sizeof(frame->hdr)));
			kvfree(frame);
		}
	}
	KUNIT_EXPECT_EQ(test, oxs_stat(test, "tx0_xsk_frames"), n);
	oxs_close(test);
}

/* A device that does the second first makes no difference to the socket. */
static void oxs_order(struct kunit *test)
{
	const struct fake_fault fault = { .kind = FAKE_FAULT_LATE,
					  .queue = FAKE_NET_TXQ(0),
					  .count = 1, .delay_ms = 200 };
	struct oxs *oxs = test->priv;
	unsigned int n;

	oxs_bind(test, OXS_USUAL, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(oxs->net->fv, &fault));
	for (n = 0; n < 5; n++)
		oxs_give(test, n, 100, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_sock_wake(&oxs->sock));
	KUNIT_EXPECT_TRUE(test, fake_wait(oxs->net->nsent >= 4));
	KUNIT_EXPECT_EQ(test, fake_sock_sent(&oxs->sock), 0);
	oxs_take_back(test, 0, 5);
	oxs_close(test);
}

/* What is no frame is not sent, and the chunk goes back all the same. */
static void oxs_too_short(struct kunit *test)
{
	struct oxs *oxs = test->priv;

	oxs_bind(test, OXS_USUAL, 0);
	oxs_give(test, 0, 100, 0);
	oxs_give(test, 1, ETH_HLEN - 1, 0);
	oxs_give(test, 2, 100, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_sock_wake(&oxs->sock));
	oxs_take_back(test, 0, 3);
	KUNIT_EXPECT_EQ(test, oxs->net->nsent, 2);
	KUNIT_EXPECT_EQ(test, oxs_stat(test, "tx0_drops"), 1);
	oxs_close(test);
}

static const struct oxs_request {
	const char *name;
	u64 flags;
	u16 start;
	u16 offset;
	bool sent;
	bool asked;
} oxs_requests[] = {
	{ "nothing", 0, 34, 6, true, false },
	{ "checksum", XDP_TXMD_FLAGS_CHECKSUM, 34, 6, true, true },
	{ "checksum at the end", XDP_TXMD_FLAGS_CHECKSUM, 34, 64, true, true },
	{ "behind the end", XDP_TXMD_FLAGS_CHECKSUM, 34, 65 },
	{ "all behind the end", XDP_TXMD_FLAGS_CHECKSUM, 200, 0 },
	{ "far behind the end", XDP_TXMD_FLAGS_CHECKSUM, 0xffff, 0xffff },
	{ "of addresses", XDP_TXMD_FLAGS_CHECKSUM, 13, 6 },
	{ "time", XDP_TXMD_FLAGS_TIMESTAMP, 34, 6, true, false },
	{ "what nobody knows", BIT_ULL(63) | XDP_TXMD_FLAGS_CHECKSUM, 34, 6,
	  true, false },
};

KUNIT_ARRAY_PARAM_DESC(oxs_request, oxs_requests, name);

/* The device is told of a checksum, if it can be where the socket wants it. */
static void oxs_checksum(struct kunit *test)
{
	const struct oxs_request *c = test->param_value;
	struct xsk_tx_metadata metadata = { .flags = c->flags };
	struct oxs *oxs = test->priv;
	struct fake_net_frame *frame;

	metadata.request.csum_start = c->start;
	metadata.request.csum_offset = c->offset;
	oxs_bind(test, OXS_USUAL, OXS_METADATA);
	oxs_give(test, 0, 100, XDP_TX_METADATA);
	KUNIT_ASSERT_EQ(test, 0, fake_sock_write(&oxs->sock, OXS_SEND,
						 &metadata, sizeof(metadata)));
	KUNIT_ASSERT_EQ(test, 0, fake_sock_wake(&oxs->sock));
	oxs_take_back(test, 0, 1);
	KUNIT_EXPECT_EQ(test, oxs_stat(test, "tx0_drops"), !c->sent);

	/* One that says nothing, in the same place of the ring or another. */
	oxs_give(test, 1, 100, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_sock_wake(&oxs->sock));
	oxs_take_back(test, 1, 1);
	KUNIT_ASSERT_EQ(test, oxs->net->nsent, 1 + c->sent);
	if (c->sent) {
		frame = fake_net_next_sent(oxs->net);
		KUNIT_ASSERT_NOT_NULL(test, frame);
		KUNIT_EXPECT_EQ(test, frame->len, 100);
		KUNIT_EXPECT_EQ(test, frame->hdr.hdr.flags, c->asked ?
				VIRTIO_NET_HDR_F_NEEDS_CSUM : 0);
		KUNIT_EXPECT_EQ(test, le16_to_cpu((__force __le16)
						  frame->hdr.hdr.csum_start),
				c->asked ? c->start : 0);
		KUNIT_EXPECT_EQ(test, le16_to_cpu((__force __le16)
						  frame->hdr.hdr.csum_offset),
				c->asked ? c->offset : 0);
		kvfree(frame);
	}
	frame = fake_net_next_sent(oxs->net);
	KUNIT_ASSERT_NOT_NULL(test, frame);
	KUNIT_EXPECT_EQ(test, frame->hdr.hdr.flags, 0);
	kvfree(frame);
	oxs_close(test);
}

static void oxs_receive(struct kunit *test, unsigned int len, u32 number)
{
	struct oxs *oxs = test->priv;

	KUNIT_ASSERT_TRUE(test, fake_wait(fake_net_buffers(oxs->net, 0)));
	fake_peer_frame(oxs->frame, len, oxs->peer.dev->dev_addr, number);
	KUNIT_ASSERT_GT(test, fake_net_receive(oxs->net, 0, NULL, oxs->frame,
					       len), 0);
	fake_virtio_settle(oxs->net->fv);
}

/*
 * Frames come into the socket's memory, once the buffers from before are used
 * up, and leave it by copies. Each chunk is the driver's for ever here: those of
 * frames that were dropped, passed or sent back are filled again.
 */
static void oxs_receives(struct kunit *test)
{
	static const u32 acts[] = { XDP_PASS, XDP_DROP, XDP_TX, XDP_ABORTED };
	const struct oxs_layout *c = test->param_value;
	const unsigned int rounds = 8 * FAKE_SOCK_ENTRIES;
	struct oxs *oxs = test->priv;
	unsigned int i;

	oxs_bind(test, c->features, 0);
	for (i = 0; i < FAKE_SOCK_ENTRIES; i++)
		KUNIT_ASSERT_EQ(test, 0, fake_sock_fill(&oxs->sock, i *
							FAKE_SOCK_CHUNK));
	KUNIT_ASSERT_EQ(test, oxs_attach(oxs, oxs->prog), 0);
	for (i = 0; i < rounds; i++) {
		oxs_program.act = acts[i % ARRAY_SIZE(acts)];
		oxs_receive(test, 60 + i, i);
		KUNIT_ASSERT_TRUE(test, fake_wait(oxs_program.runs == i + 1));
	}
	KUNIT_EXPECT_GE(test, oxs_program.in_socket,
			rounds - 2 * FAKE_SOCK_ENTRIES);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxs->peer.received == rounds / 4));
	KUNIT_EXPECT_EQ(test, oxs->peer.damaged, 0);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxs->net->nsent == rounds / 4));
	KUNIT_EXPECT_EQ(test, oxs_stat(test, "rx0_packets"), rounds);
	oxs_close(test);

	/* And without the socket. */
	oxs_program.act = XDP_PASS;
	for (; i < rounds + 10; i++)
		oxs_receive(test, 60 + i, i);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxs->peer.received ==
					  rounds / 4 + 10));
}

/* Without chunks nothing is received, and it goes on when there are some. */
static void oxs_starves(struct kunit *test)
{
	struct oxs *oxs = test->priv;
	unsigned int i;

	oxs_bind(test, OXS_USUAL, 0);
	oxs_program.act = XDP_DROP;
	KUNIT_ASSERT_EQ(test, oxs_attach(oxs, oxs->prog), 0);
	fake_peer_frame(oxs->frame, 100, oxs->peer.dev->dev_addr, 0);
	while (fake_net_buffers(oxs->net, 0)) {
		fake_net_receive(oxs->net, 0, NULL, oxs->frame, 100);
		fake_virtio_settle(oxs->net->fv);
	}
	KUNIT_EXPECT_EQ(test, oxs_program.in_socket, 0);
	for (i = 0; i < 8; i++)
		KUNIT_ASSERT_EQ(test, 0, fake_sock_fill(&oxs->sock, i *
							FAKE_SOCK_CHUNK));
	KUNIT_EXPECT_TRUE(test, fake_wait(fake_net_buffers(oxs->net, 0) == 8));
	oxs_receive(test, 100, 0);
	KUNIT_EXPECT_TRUE(test, fake_wait(oxs_program.in_socket == 1));
	oxs_close(test);
}

static const struct oxs_refusal {
	const char *name;
	u64 features;
	unsigned int ring;
	u32 flags;
	int want;
} oxs_refusals[] = {
	{ "no reset of a ring", OXS_MERGE, OXS_RING, 0, -EOPNOTSUPP },
	{ "chunks anywhere", OXS_USUAL, OXS_RING,
	  XDP_UMEM_UNALIGNED_CHUNK_FLAG, -EOPNOTSUPP },
	{ "short rings", OXS_USUAL, 16, 0, -EOPNOTSUPP },
};

KUNIT_ARRAY_PARAM_DESC(oxs_refusal, oxs_refusals, name);

static void oxs_refused(struct kunit *test)
{
	const struct oxs_refusal *c = test->param_value;
	struct oxs *oxs = test->priv;

	oxs_up(test, c->features, c->ring);
	KUNIT_ASSERT_EQ(test, 0, fake_sock_open(test, &oxs->sock, c->flags, 0));
	KUNIT_EXPECT_EQ(test, c->want, fake_sock_bind(&oxs->sock,
						      oxs->peer.dev, 0));
	KUNIT_EXPECT_FALSE(test, oxs_bound(oxs));
	KUNIT_EXPECT_EQ(test, 0, fake_peer_send(&oxs->peer, 100, 0));
	KUNIT_EXPECT_TRUE(test, fake_wait(oxs->net->nsent == 1));
	oxs_close(test);
}

/* A device that keeps the frames is made to give them back. */
static void oxs_kept(struct kunit *test)
{
	const struct fake_fault fault = { .kind = FAKE_FAULT_NEVER,
					  .queue = FAKE_NET_TXQ(0),
					  .count = 3 };
	const struct oxs_layout *c = test->param_value;
	struct oxs *oxs = test->priv;
	unsigned long start;
	unsigned int n;

	oxs_bind(test, c->features, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(oxs->net->fv, &fault));
	for (n = 0; n < 3; n++)
		oxs_give(test, n, 100, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_sock_wake(&oxs->sock));
	fake_virtio_settle(oxs->net->fv);
	KUNIT_EXPECT_EQ(test, fake_sock_sent(&oxs->sock), 0);
	start = jiffies;
	oxs_close(test);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, start + 2 * HZ));

	/* The ring is as good as ever. */
	for (n = 0; n < 2 * OXS_RING; n++) {
		KUNIT_ASSERT_EQ(test, 0, fake_peer_send(&oxs->peer, 100, n));
		KUNIT_ASSERT_TRUE(test, fake_wait(oxs->net->nsent == n + 1));
	}
}

/* Whatever the device holds. */
static void oxs_pulled_out(struct kunit *test)
{
	const struct fake_fault fault = { .kind = FAKE_FAULT_NEVER,
					  .queue = FAKE_NET_TXQ(0) };
	struct oxs *oxs = test->priv;
	unsigned int i;

	oxs_bind(test, OXS_USUAL, 0);
	for (i = 0; i < FAKE_SOCK_ENTRIES; i++)
		KUNIT_ASSERT_EQ(test, 0, fake_sock_fill(&oxs->sock, i *
							FAKE_SOCK_CHUNK));
	oxs_program.act = XDP_DROP;
	KUNIT_ASSERT_EQ(test, oxs_attach(oxs, oxs->prog), 0);
	for (i = 0; i < 2 * OXS_RING; i++)
		oxs_receive(test, 100, i);
	KUNIT_EXPECT_GT(test, oxs_program.in_socket, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(oxs->net->fv, &fault));
	for (i = 0; i < 3; i++)
		oxs_give(test, i, 100, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_sock_wake(&oxs->sock));
	KUNIT_ASSERT_EQ(test, oxs_attach(oxs, NULL), 0);
	fake_peer_detach(&oxs->peer);
	fake_virtio_yank(oxs->net->fv);
	KUNIT_EXPECT_EQ(test, -ENXIO, fake_sock_wake(&oxs->sock));
	fake_sock_close(&oxs->sock);
}

static int oxs_sweep_open(void *priv)
{
	struct oxs *oxs = priv;

	return fake_sock_open(oxs->test, &oxs->sock, 0, OXS_METADATA);
}

static int oxs_sweep_bind(void *priv)
{
	struct oxs *oxs = priv;

	return fake_sock_bind(&oxs->sock, oxs->peer.dev, 0);
}

static void oxs_sweep_close(void *priv, int err)
{
	struct oxs *oxs = priv;

	oxs_close(oxs->test);
}

/* Every allocation of binding fails once. */
static void oxs_bind_sweep(struct kunit *test)
{
	static const struct fake_fail_ops ops = {
		.setup = oxs_sweep_open,
		.run = oxs_sweep_bind,
		.teardown = oxs_sweep_close,
	};
	struct oxs *oxs = test->priv;
	int points;

	oxs_up(test, OXS_USUAL, OXS_RING);
	points = fake_fail_sweep(&ops, oxs);
	kunit_info(test, "%d allocations failed, one by one\n", points);
	KUNIT_EXPECT_GT(test, points, 5);
	KUNIT_EXPECT_EQ(test, 0, fake_peer_send(&oxs->peer, 100, 0));
	KUNIT_EXPECT_TRUE(test, fake_wait(oxs->net->nsent == 1));
}

static struct kunit_case oxs_cases[] = {
	KUNIT_CASE_PARAM(oxs_sends, oxs_layout_gen_params),
	KUNIT_CASE(oxs_order),
	KUNIT_CASE(oxs_too_short),
	KUNIT_CASE_PARAM(oxs_checksum, oxs_request_gen_params),
	KUNIT_CASE_PARAM(oxs_receives, oxs_layout_gen_params),
	KUNIT_CASE(oxs_starves),
	KUNIT_CASE_PARAM(oxs_refused, oxs_refusal_gen_params),
	KUNIT_CASE_PARAM(oxs_kept, oxs_layout_gen_params),
	KUNIT_CASE(oxs_pulled_out),
	KUNIT_CASE(oxs_bind_sweep),
	{}
};

static struct kunit_suite oxs_suite = {
	.name = "ovnet_xsk",
	.init = oxs_init,
	.exit = oxs_exit,
	.test_cases = oxs_cases,
};

kunit_test_suite(oxs_suite);

MODULE_DESCRIPTION("Orion: suite of sockets without copying on the network driver");
MODULE_LICENSE("GPL");
