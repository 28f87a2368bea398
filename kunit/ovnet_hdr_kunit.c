// SPDX-License-Identifier: GPL-2.0-only
/* Headers before frames: made from packets, and believed or not. */

#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/module.h>

#include "../orion_vnet/ovnet_hdr.c"
#include "../orion_vnet/ovnet_tunnel.c"

/* Offsets of a TCP segment over IPv4, as the device sees it. */
#define OVH_CSUM_START	(ETH_HLEN + sizeof(struct iphdr))
#define OVH_CSUM_OFFSET	offsetof(struct tcphdr, check)
#define OVH_HEADERS	(OVH_CSUM_START + sizeof(struct tcphdr))
#define OVH_FRAME	3000

static const struct ovh_gso_case {
	const char *name;
	unsigned int gso_type;
	int want;
} ovh_gso_cases[] = {
	{ "tcp4", SKB_GSO_TCPV4, VIRTIO_NET_HDR_GSO_TCPV4 },
	{ "tcp6", SKB_GSO_TCPV6, VIRTIO_NET_HDR_GSO_TCPV6 },
	{ "tcp4 with marks", SKB_GSO_TCPV4 | SKB_GSO_TCP_ECN,
	  VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN },
	{ "tcp6 with marks", SKB_GSO_TCPV6 | SKB_GSO_TCP_ECN,
	  VIRTIO_NET_HDR_GSO_TCPV6 | VIRTIO_NET_HDR_GSO_ECN },
	{ "from a host not trusted", SKB_GSO_TCPV4 | SKB_GSO_DODGY,
	  VIRTIO_NET_HDR_GSO_TCPV4 },
	{ "udp", SKB_GSO_UDP_L4, VIRTIO_NET_HDR_GSO_UDP_L4 },
	{ "udp fragments", SKB_GSO_UDP, -EOPNOTSUPP },
	{ "sctp", SKB_GSO_SCTP, -EOPNOTSUPP },
	{ "none", 0, -EOPNOTSUPP },
};

KUNIT_ARRAY_PARAM_DESC(ovh_gso, ovh_gso_cases, name);

static void ovh_gso_type(struct kunit *test)
{
	const struct ovh_gso_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, ovnet_hdr_gso_type(c->gso_type), c->want);
}

/* A TCP segment over IPv4 of @len bytes, from its Ethernet header on. */
static struct sk_buff *ovh_frame(struct kunit *test, unsigned int len)
{
	struct sk_buff *skb;
	struct tcphdr *tcp;
	struct ethhdr *eth;
	struct iphdr *ip;

	skb = alloc_skb(OVH_FRAME + NET_SKB_PAD, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, NET_SKB_PAD);
	skb_put_zero(skb, len);
	if (len < OVH_HEADERS)
		return skb;

	eth = (struct ethhdr *)skb->data;
	eth->h_proto = htons(ETH_P_IP);
	ip = (struct iphdr *)(skb->data + ETH_HLEN);
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->protocol = IPPROTO_TCP;
	ip->tot_len = htons(len - ETH_HLEN);
	tcp = (struct tcphdr *)(skb->data + OVH_CSUM_START);
	tcp->doff = sizeof(*tcp) / 4;
	skb_set_network_header(skb, ETH_HLEN);
	skb_set_transport_header(skb, OVH_CSUM_START);
	return skb;
}

static const struct ovh_from_case {
	const char *name;
	bool le;
	bool partial;
	unsigned int gso_type;
	unsigned int gso_size;
	int err;
	u8 flags;
	u8 type;
	u16 hdr_len;
} ovh_from_cases[] = {
	{ "plain", true },
	{ "plain, big endian", false },
	{ "checksum left to the device", true, true, 0, 0, 0,
	  VIRTIO_NET_HDR_F_NEEDS_CSUM },
	{ "checksum, big endian", false, true, 0, 0, 0,
	  VIRTIO_NET_HDR_F_NEEDS_CSUM },
	{ "train", true, true, SKB_GSO_TCPV4, 1448, 0,
	  VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV4, OVH_HEADERS },
	{ "train, big endian", false, true, SKB_GSO_TCPV4, 1448, 0,
	  VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV4, OVH_HEADERS },
	{ "datagrams", true, true, SKB_GSO_UDP_L4, 1200, 0,
	  VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_UDP_L4,
	  OVH_CSUM_START + sizeof(struct udphdr) },
	{ "train that virtio lacks", true, true, SKB_GSO_SCTP, 1448,
	  -EOPNOTSUPP, VIRTIO_NET_HDR_F_NEEDS_CSUM },
};

KUNIT_ARRAY_PARAM_DESC(ovh_from, ovh_from_cases, name);

static void ovh_from_skb(struct kunit *test)
{
	const struct ovh_from_case *c = test->param_value;
	struct ovnet_hdr_format format = { .little_endian = c->le };
	struct sk_buff *skb = ovh_frame(test, OVH_FRAME);
	struct ovnet_hdr hdr;

	/* Whatever was there before must not reach the device. */
	memset(&hdr, 0x5a, sizeof(hdr));
	if (c->partial) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		skb->csum_start = skb_transport_header(skb) - skb->head;
		skb->csum_offset = OVH_CSUM_OFFSET;
	}
	skb_shinfo(skb)->gso_type = c->gso_type;
	skb_shinfo(skb)->gso_size = c->gso_size;

	KUNIT_EXPECT_EQ(test, ovnet_hdr_from_skb(&format, skb, &hdr), c->err);
	KUNIT_EXPECT_EQ(test, hdr.mrg.hdr.flags, c->flags);
	KUNIT_EXPECT_EQ(test, hdr.mrg.hdr.gso_type, c->type);
	KUNIT_EXPECT_EQ(test, __virtio16_to_cpu(c->le, hdr.mrg.hdr.hdr_len),
			c->hdr_len);
	KUNIT_EXPECT_EQ(test, __virtio16_to_cpu(c->le, hdr.mrg.hdr.gso_size),
			c->err ? 0 : c->gso_size);
	KUNIT_EXPECT_EQ(test, __virtio16_to_cpu(c->le, hdr.mrg.hdr.csum_start),
			c->partial ? OVH_CSUM_START : 0);
	KUNIT_EXPECT_EQ(test, __virtio16_to_cpu(c->le, hdr.mrg.hdr.csum_offset),
			c->partial ? OVH_CSUM_OFFSET : 0);
	KUNIT_EXPECT_EQ(test, (__force u16)hdr.mrg.num_buffers, 0);
	KUNIT_EXPECT_EQ(test, (__force u16)hdr.hash_report, 0);
	KUNIT_EXPECT_EQ(test, (__force u16)hdr.padding, 0);
	kfree_skb(skb);
}

#define OVH_TCP4	BIT(VIRTIO_NET_HDR_GSO_TCPV4)
#define OVH_UDP		BIT(VIRTIO_NET_HDR_GSO_UDP_L4)
#define OVH_NEEDS	VIRTIO_NET_HDR_F_NEEDS_CSUM
#define OVH_VALID	VIRTIO_NET_HDR_F_DATA_VALID
#define OVH_TUNNEL	VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM
#define OVH_ECN		VIRTIO_NET_HDR_GSO_ECN

/* What the device says about a TCP segment of @len bytes, and what comes of it. */
static const struct ovh_to_case {
	const char *name;
	unsigned int len;
	struct ovnet_hdr_format format;
	u8 flags;
	u8 type;
	u16 gso_size;
	u16 start;
	u16 offset;
	bool fails;
	u8 summed;
	u8 level;
	unsigned int gso;
} ovh_to_cases[] = {
	{ "nothing", 64, { .csum = true } },
	{ "empty frame, nothing said", 0, { .csum = true } },
	{ "checksum was verified", 64, { .csum = true }, OVH_VALID,
	  .summed = CHECKSUM_UNNECESSARY },
	{ "verified, not negotiated", 64, {}, OVH_VALID },
	{ "two were verified", 64,
	  { .csum = true, .tunnels_in = SKB_GSO_UDP_TUNNEL_CSUM },
	  OVH_VALID | OVH_TUNNEL, .summed = CHECKSUM_UNNECESSARY, .level = 1 },
	{ "two were verified, not negotiated", 64, { .csum = true },
	  OVH_VALID | OVH_TUNNEL, .summed = CHECKSUM_UNNECESSARY },
	{ "two to be filled in", 64,
	  { .csum = true, .tunnels_in = SKB_GSO_UDP_TUNNEL_CSUM },
	  OVH_NEEDS | OVH_TUNNEL, .start = OVH_CSUM_START,
	  .offset = OVH_CSUM_OFFSET, .fails = true },
	{ "flag nobody knows", 64, { .csum = true }, 0x80 },
	{ "checksum to be filled in", 64, { .csum = true }, OVH_NEEDS,
	  .start = OVH_CSUM_START, .offset = OVH_CSUM_OFFSET,
	  .summed = CHECKSUM_PARTIAL },
	{ "to be filled in and verified", 64, { .csum = true },
	  OVH_NEEDS | OVH_VALID, .start = OVH_CSUM_START,
	  .offset = OVH_CSUM_OFFSET, .summed = CHECKSUM_PARTIAL },
	{ "to be filled in, not negotiated", 64, {}, OVH_NEEDS,
	  .start = OVH_CSUM_START, .offset = OVH_CSUM_OFFSET, .fails = true },
	{ "checksum at the very end", 64, { .csum = true }, OVH_NEEDS,
	  .start = 46, .offset = 16, .summed = CHECKSUM_PARTIAL },
	{ "half behind the end", 64, { .csum = true }, OVH_NEEDS,
	  .start = 46, .offset = 17, .fails = true },
	{ "begins in the Ethernet header", 64, { .csum = true }, OVH_NEEDS,
	  .start = ETH_HLEN - 1, .offset = 4, .fails = true },
	{ "begins behind the end", 64, { .csum = true }, OVH_NEEDS,
	  .start = 65, .fails = true },
	{ "begins as far as can be", 64, { .csum = true }, OVH_NEEDS,
	  .start = U16_MAX, .offset = U16_MAX, .fails = true },
	{ "offset as far as can be", 64, { .csum = true }, OVH_NEEDS,
	  .start = OVH_CSUM_START, .offset = U16_MAX, .fails = true },
	{ "empty frame with checksum", 0, { .csum = true }, OVH_NEEDS,
	  .start = 0, .offset = 0, .fails = true },
	{ "train", OVH_FRAME, { .csum = true, .gso_types = OVH_TCP4 },
	  OVH_NEEDS, VIRTIO_NET_HDR_GSO_TCPV4, 1448, OVH_CSUM_START,
	  OVH_CSUM_OFFSET, .summed = CHECKSUM_PARTIAL, .gso = SKB_GSO_TCPV4 },
	{ "train without checksum", OVH_FRAME,
	  { .csum = true, .gso_types = OVH_TCP4 }, 0,
	  VIRTIO_NET_HDR_GSO_TCPV4, 1448, .gso = SKB_GSO_TCPV4 },
	{ "train with marks", OVH_FRAME,
	  { .csum = true, .ecn = true, .gso_types = OVH_TCP4 },
	  OVH_NEEDS, VIRTIO_NET_HDR_GSO_TCPV4 | OVH_ECN, 1448, OVH_CSUM_START,
	  OVH_CSUM_OFFSET, .summed = CHECKSUM_PARTIAL,
	  .gso = SKB_GSO_TCPV4 | SKB_GSO_TCP_ECN },
	{ "marks, not negotiated", OVH_FRAME,
	  { .csum = true, .gso_types = OVH_TCP4 },
	  OVH_NEEDS, VIRTIO_NET_HDR_GSO_TCPV4 | OVH_ECN, 1448, OVH_CSUM_START,
	  OVH_CSUM_OFFSET, .fails = true },
	{ "marks without a train", 64, { .csum = true, .gso_types = OVH_TCP4 },
	  0, OVH_ECN, .fails = true },
	{ "train, not negotiated", OVH_FRAME, { .csum = true },
	  OVH_NEEDS, VIRTIO_NET_HDR_GSO_TCPV4, 1448, OVH_CSUM_START,
	  OVH_CSUM_OFFSET, .fails = true },
	{ "train of the other protocol", OVH_FRAME,
	  { .csum = true, .gso_types = OVH_TCP4 },
	  OVH_NEEDS, VIRTIO_NET_HDR_GSO_TCPV6, 1448, OVH_CSUM_START,
	  OVH_CSUM_OFFSET, .fails = true },
	{ "segments of no size", OVH_FRAME,
	  { .csum = true, .gso_types = OVH_TCP4 },
	  OVH_NEEDS, VIRTIO_NET_HDR_GSO_TCPV4, 0, OVH_CSUM_START,
	  OVH_CSUM_OFFSET, .fails = true },
	{ "type beyond the mask", OVH_FRAME,
	  { .csum = true, .gso_types = U32_MAX },
	  OVH_NEEDS, 0x7f, 1448, OVH_CSUM_START, OVH_CSUM_OFFSET,
	  .fails = true },
	{ "type of bit 0", OVH_FRAME, { .csum = true, .gso_types = U32_MAX },
	  OVH_NEEDS, 0x20, 1448, OVH_CSUM_START, OVH_CSUM_OFFSET,
	  .fails = true },
	{ "train shorter than one segment", 64,
	  { .csum = true, .gso_types = OVH_TCP4 },
	  OVH_NEEDS, VIRTIO_NET_HDR_GSO_TCPV4, 1448, OVH_CSUM_START,
	  OVH_CSUM_OFFSET, .summed = CHECKSUM_PARTIAL },
	{ "train of datagrams", OVH_FRAME, { .csum = true, .gso_types = OVH_UDP },
	  OVH_NEEDS, VIRTIO_NET_HDR_GSO_UDP_L4, 1448, OVH_CSUM_START,
	  offsetof(struct udphdr, check), .summed = CHECKSUM_PARTIAL,
	  .gso = SKB_GSO_UDP_L4 },
	{ "train of datagrams, checksum elsewhere", OVH_FRAME,
	  { .csum = true, .gso_types = OVH_UDP }, OVH_NEEDS,
	  VIRTIO_NET_HDR_GSO_UDP_L4, 1448, OVH_CSUM_START, OVH_CSUM_OFFSET,
	  .fails = true },
	{ "datagram in fragments", OVH_FRAME,
	  { .csum = true, .gso_types = BIT(VIRTIO_NET_HDR_GSO_UDP) }, OVH_NEEDS,
	  VIRTIO_NET_HDR_GSO_UDP, 1448, OVH_CSUM_START,
	  offsetof(struct udphdr, check), .summed = CHECKSUM_PARTIAL,
	  .gso = SKB_GSO_UDP },
	{ "datagram in fragments, not negotiated", OVH_FRAME,
	  { .csum = true, .gso_types = OVH_UDP }, OVH_NEEDS,
	  VIRTIO_NET_HDR_GSO_UDP, 1448, OVH_CSUM_START,
	  offsetof(struct udphdr, check), .fails = true },
	{ "headers cut short", OVH_CSUM_START + 18,
	  { .csum = true, .gso_types = OVH_TCP4 },
	  OVH_NEEDS, VIRTIO_NET_HDR_GSO_TCPV4, 1448, OVH_CSUM_START,
	  OVH_CSUM_OFFSET, .fails = true },
};

KUNIT_ARRAY_PARAM_DESC(ovh_to, ovh_to_cases, name);

static void ovh_to(struct kunit *test, bool le)
{
	const struct ovh_to_case *c = test->param_value;
	struct ovnet_hdr_format format = c->format;
	const struct ovnet_hdr hdr = {
		.mrg.hdr.flags = c->flags,
		.mrg.hdr.gso_type = c->type,
		.mrg.hdr.gso_size = __cpu_to_virtio16(le, c->gso_size),
		.mrg.hdr.csum_start = __cpu_to_virtio16(le, c->start),
		.mrg.hdr.csum_offset = __cpu_to_virtio16(le, c->offset),
	};
	struct sk_buff *skb = ovh_frame(test, c->len);
	struct net_device *dev = alloc_etherdev(0);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, dev);
	skb->dev = dev;
	format.little_endian = le;

	err = ovnet_hdr_to_skb(&format, &hdr, skb);
	KUNIT_EXPECT_EQ(test, !!err, c->fails);
	KUNIT_EXPECT_EQ(test, skb->len, c->len);
	if (!c->fails) {
		KUNIT_EXPECT_EQ(test, (int)skb->ip_summed, c->summed);
		if (c->summed == CHECKSUM_UNNECESSARY)
			KUNIT_EXPECT_EQ(test, (int)skb->csum_level, c->level);
		KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_type & ~SKB_GSO_DODGY,
				c->gso);
		KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_size,
				c->gso ? c->gso_size : 0);
		/* The stack has to count and check the segments itself. */
		KUNIT_EXPECT_EQ(test,
				!!(skb_shinfo(skb)->gso_type & SKB_GSO_DODGY),
				!!c->gso);
	}

	kfree_skb(skb);
	free_netdev(dev);
}

static void ovh_to_skb_le(struct kunit *test)
{
	ovh_to(test, true);
}

static void ovh_to_skb_be(struct kunit *test)
{
	ovh_to(test, false);
}

/* What the device says that the hash is of, and what the stack hears. */
static const struct ovh_hash_case {
	const char *name;
	bool negotiated;
	bool wanted;
	u16 report;
	bool hash;
	bool l4;
} ovh_hash_cases[] = {
	{ "none", true, true, VIRTIO_NET_HASH_REPORT_NONE },
	{ "ipv4", true, true, VIRTIO_NET_HASH_REPORT_IPv4, true },
	{ "tcp4", true, true, VIRTIO_NET_HASH_REPORT_TCPv4, true, true },
	{ "udp4", true, true, VIRTIO_NET_HASH_REPORT_UDPv4, true, true },
	{ "ipv6", true, true, VIRTIO_NET_HASH_REPORT_IPv6, true },
	{ "tcp6", true, true, VIRTIO_NET_HASH_REPORT_TCPv6, true, true },
	{ "udp6", true, true, VIRTIO_NET_HASH_REPORT_UDPv6, true, true },
	{ "ipv6, home address", true, true, VIRTIO_NET_HASH_REPORT_IPv6_EX,
	  true },
	{ "tcp6, home address", true, true, VIRTIO_NET_HASH_REPORT_TCPv6_EX,
	  true, true },
	{ "udp6, home address", true, true, VIRTIO_NET_HASH_REPORT_UDPv6_EX,
	  true, true },
	{ "nobody knows of what", true, true, 10 },
	{ "largest number", true, true, U16_MAX },
	{ "switched off", true, false, VIRTIO_NET_HASH_REPORT_TCPv4 },
	{ "not negotiated", false, true, VIRTIO_NET_HASH_REPORT_TCPv4 },
};

KUNIT_ARRAY_PARAM_DESC(ovh_hash, ovh_hash_cases, name);

static void ovh_hash_to_skb(struct kunit *test)
{
	const struct ovh_hash_case *c = test->param_value;
	const struct ovnet_hdr_format format = {
		.hash = c->negotiated, .little_endian = true };
	const struct ovnet_hdr hdr = {
		.hash_lo = cpu_to_le16(0x5678), .hash_hi = cpu_to_le16(0x9234),
		.hash_report = cpu_to_le16(c->report) };
	struct sk_buff *skb = ovh_frame(test, 64);
	struct net_device *dev = alloc_etherdev(0);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	if (c->wanted)
		dev->features |= NETIF_F_RXHASH;
	skb->dev = dev;

	KUNIT_EXPECT_EQ(test, ovnet_hdr_to_skb(&format, &hdr, skb), 0);
	KUNIT_EXPECT_EQ(test, skb->hash, c->hash ? 0x92345678 : 0);
	KUNIT_EXPECT_EQ(test, !!skb->l4_hash, c->l4);
	KUNIT_EXPECT_FALSE(test, skb->sw_hash);

	kfree_skb(skb);
	free_netdev(dev);
}

/* A train that the device made itself, and what it says of it. */
static const struct ovh_coalesced_case {
	const char *name;
	u16 segs;
	u16 gso_size;
	u8 type;
	u8 flags;
	bool ignored;
	bool fails;
	unsigned int size;
} ovh_coalesced_cases[] = {
	{ "three segments", 3, 0, VIRTIO_NET_HDR_GSO_TCPV4, .size = 982 },
	{ "three, and their size", 3, 1000, VIRTIO_NET_HDR_GSO_TCPV4,
	  .size = 982 },
	{ "two", 2, 0, VIRTIO_NET_HDR_GSO_TCPV4, .size = 1473 },
	{ "a byte each", 2946, 0, VIRTIO_NET_HDR_GSO_TCPV4, .size = 1 },
	{ "as many as bytes", OVH_FRAME, 0, VIRTIO_NET_HDR_GSO_TCPV4,
	  .size = 1 },
	{ "one", 1, 0, VIRTIO_NET_HDR_GSO_TCPV4 },
	{ "none", 0, 0, VIRTIO_NET_HDR_GSO_TCPV4 },
	{ "more than bytes", OVH_FRAME + 1, 0, VIRTIO_NET_HDR_GSO_TCPV4,
	  .fails = true },
	{ "of another protocol", 3, 0, VIRTIO_NET_HDR_GSO_TCPV6, .fails = true },
	{ "with marks not negotiated", 3, 0, VIRTIO_NET_HDR_GSO_TCPV4 | OVH_ECN,
	  .fails = true },
	{ "and checksum to be filled in", 3, 0, VIRTIO_NET_HDR_GSO_TCPV4,
	  OVH_NEEDS, .fails = true },
	{ "not negotiated", 3, 0, VIRTIO_NET_HDR_GSO_TCPV4, .ignored = true,
	  .fails = true },
};

KUNIT_ARRAY_PARAM_DESC(ovh_coalesced, ovh_coalesced_cases, name);

static void ovh_coalesced(struct kunit *test)
{
	const struct ovh_coalesced_case *c = test->param_value;
	const struct ovnet_hdr_format format = {
		.little_endian = true, .csum = true, .rsc = !c->ignored,
		.gso_types = OVH_TCP4 };
	const struct ovnet_hdr hdr = {
		.mrg.hdr.flags = VIRTIO_NET_HDR_F_RSC_INFO | c->flags,
		.mrg.hdr.gso_type = c->type,
		.mrg.hdr.gso_size = __cpu_to_virtio16(true, c->gso_size),
		.mrg.hdr.csum_start = __cpu_to_virtio16(true, c->segs),
	};
	struct sk_buff *skb = ovh_frame(test, OVH_FRAME);
	struct net_device *dev = alloc_etherdev(0);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	skb->dev = dev;

	KUNIT_EXPECT_EQ(test, !!ovnet_hdr_to_skb(&format, &hdr, skb), c->fails);
	if (!c->fails) {
		KUNIT_EXPECT_EQ(test, (int)skb->ip_summed, CHECKSUM_UNNECESSARY);
		KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_size, c->size);
		KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_segs,
				c->size ? c->segs : 0);
		KUNIT_EXPECT_EQ(test, skb_is_gso_tcp(skb), !!c->size);
		KUNIT_EXPECT_EQ(test, (__force u16)ip_fast_csum(ip_hdr(skb), 5),
				0);
	}

	kfree_skb(skb);
	free_netdev(dev);
}

static struct kunit_case ovh_cases[] = {
	KUNIT_CASE_PARAM(ovh_gso_type, ovh_gso_gen_params),
	KUNIT_CASE_PARAM(ovh_from_skb, ovh_from_gen_params),
	KUNIT_CASE_PARAM(ovh_to_skb_le, ovh_to_gen_params),
	KUNIT_CASE_PARAM(ovh_to_skb_be, ovh_to_gen_params),
	KUNIT_CASE_PARAM(ovh_coalesced, ovh_coalesced_gen_params),
	KUNIT_CASE_PARAM(ovh_hash_to_skb, ovh_hash_gen_params),
	{}
};

static struct kunit_suite ovh_suite = {
	.name = "ovnet_hdr",
	.test_cases = ovh_cases,
};

kunit_test_suite(ovh_suite);

MODULE_DESCRIPTION("Headers before frames: tests");
MODULE_LICENSE("GPL");
