// SPDX-License-Identifier: GPL-2.0-only
/* How receive buffers are laid out. */

#include <kunit/test.h>
#include <linux/module.h>

#include "../orion_vnet/ovnet_buf.c"
#include "../orion_vnet/ovnet_chain.c"

/* No socket is bound here; what is done for one is in a unit that needs rings. */

/**
 * ovnet_xsk_post() - there is nothing to post
 * @rxq: queue
 *
 * Return: -ENOMEM.
 */
int ovnet_xsk_post(struct ovnet_rxq *rxq)
{
	return -ENOMEM;
}

/**
 * ovnet_xsk_refilled() - nobody waits for it
 * @rxq: queue
 */
void ovnet_xsk_refilled(struct ovnet_rxq *rxq)
{
}

/**
 * ovnet_xsk_open() - there is no such buffer
 * @rxq: queue
 * @buf: not filled
 * @token: not one of a socket's
 */
void ovnet_xsk_open(struct ovnet_rxq *rxq, struct ovnet_buf *buf, void *token)
{
}

/**
 * ovnet_xsk_free_rx() - there is nothing to free
 * @token: not one of a socket's
 */
void ovnet_xsk_free_rx(void *token)
{
}

static const struct ovb_case {
	const char *name;
	struct ovnet_hdr_format format;
	unsigned int mtu;
	unsigned int ring;
	unsigned int small;
	unsigned int large;
	unsigned int pieces;
} ovb_cases[] = {
	{ "mergeable", { .len = 12, .mergeable = true }, 1500, 256, 2048, 4096 },
	{ "mergeable, any MTU", { .len = 12, .mergeable = true }, 65535, 256,
	  2048, 4096 },
	{ "mergeable, longest ring", { .len = 12, .mergeable = true }, 1500,
	  32768, 2048, 4096 },
	{ "mergeable, 64 entries", { .len = 12, .mergeable = true }, 1500, 64,
	  2048, 4096 },
	{ "mergeable, 32 entries", { .len = 12, .mergeable = true }, 1500, 32,
	  4096, 4096 },
	{ "mergeable, 8 entries", { .len = 12, .mergeable = true }, 1500, 8,
	  16384, 16384 },
	{ "mergeable, one entry", { .len = 12, .mergeable = true }, 1500, 1,
	  131072, 131072 },
	{ "single", { .len = 12 }, 1500, 256, 2048, 2048 },
	{ "single, short header", { .len = 10 }, 1500, 256, 2048, 2048 },
	{ "single, one entry", { .len = 12 }, 1500, 1, 2048, 2048 },
	{ "single, small MTU", { .len = 12 }, 68, 256, 2048, 2048 },
	{ "single, MTU 3000", { .len = 12 }, 3000, 256, 4096, 4096 },
	{ "pieces, MTU 9000", { .len = 12 }, 9000, 256, 4096, 4096, 3 },
	{ "pieces, MTU 4000", { .len = 12 }, 4000, 256, 4096, 4096, 2 },
	{ "pieces, any MTU", { .len = 12 }, 65535, 256, 4096, 4096, 18 },
	{ "pieces, trains", { .len = 12, .gso_types = 1 }, 1500, 256, 4096,
	  4096, 18 },
	{ "pieces, trains, short header", { .len = 10, .gso_types = 1 }, 1500,
	  1024, 4096, 4096, 18 },
	{ "pieces, 8 entries", { .len = 12, .gso_types = 1 }, 1500, 8, 16384,
	  16384, 5 },
	{ "pieces, two entries", { .len = 12, .gso_types = 1 }, 1500, 2, 131072,
	  131072, 1 },
	{ "trains over several buffers",
	  { .len = 12, .gso_types = 1, .mergeable = true }, 1500, 256, 2048,
	  4096 },
};

KUNIT_ARRAY_PARAM_DESC(ovb, ovb_cases, name);

static void ovb_layout(struct kunit *test)
{
	const struct ovb_case *c = test->param_value;
	struct ovnet_buf_layout layout;
	unsigned int room;

	ovnet_buf_layout(&layout, &c->format, c->mtu, c->ring);
	KUNIT_EXPECT_EQ(test, layout.small, c->small);
	KUNIT_EXPECT_EQ(test, layout.large, c->large);
	KUNIT_EXPECT_EQ(test, layout.pieces, c->pieces);
	KUNIT_EXPECT_EQ(test, !!layout.pieces,
			ovnet_buf_chained(&c->format, c->mtu));
	KUNIT_EXPECT_LE(test, layout.pieces, OVNET_CHAIN_PIECES_MAX);
	KUNIT_EXPECT_GE(test, layout.headroom, NET_SKB_PAD);

	room = ovnet_buf_room(&layout, layout.small);
	if (c->format.mergeable) {
		/* The longest frame fits into a full ring of the smallest. */
		KUNIT_EXPECT_GE(test, (u64)room * c->ring,
				c->format.len + ETH_HLEN + VLAN_HLEN + 65535);
		return;
	}

	if (c->pieces) {
		/* The longest frame fits, also where the header is alone. */
		KUNIT_EXPECT_GE(test, room * c->pieces, c->format.len +
				ETH_HLEN + VLAN_HLEN +
				(c->format.gso_types ? 65535 : c->mtu));
		KUNIT_EXPECT_LE(test, c->pieces + 1, c->ring);
		return;
	}

	/* The longest frame fits, and what the stack needs is out of reach. */
	KUNIT_EXPECT_GE(test, room,
			c->format.len + ETH_HLEN + VLAN_HLEN + c->mtu);
	KUNIT_EXPECT_LE(test, layout.headroom + room,
			SKB_WITH_OVERHEAD(layout.small));
}

/* An ordinary frame becomes a packet where it lies. */
static void ovb_in_place(struct kunit *test)
{
	const struct ovnet_hdr_format format = { .len = 12, .mergeable = true };
	struct ovnet_buf_layout layout;

	ovnet_buf_layout(&layout, &format, ETH_DATA_LEN, 256);
	KUNIT_EXPECT_LE(test, layout.headroom + format.len + ETH_HLEN +
			VLAN_HLEN + ETH_DATA_LEN,
			SKB_WITH_OVERHEAD(layout.small));
}

static struct kunit_case ovb_suite_cases[] = {
	KUNIT_CASE_PARAM(ovb_layout, ovb_gen_params),
	KUNIT_CASE(ovb_in_place),
	{}
};

static struct kunit_suite ovb_suite = {
	.name = "ovnet_buf",
	.test_cases = ovb_suite_cases,
};

kunit_test_suite(ovb_suite);

MODULE_DESCRIPTION("Layout of receive buffers: tests");
MODULE_LICENSE("GPL");
