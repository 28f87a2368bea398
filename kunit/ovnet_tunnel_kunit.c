// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trains in UDP tunnels: told to the device, and believed or not. The core of the
 * kernel that suites run in cannot negotiate these features, so no device is there.
 */

#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/module.h>

#include "../orion_vnet/ovnet_hdr.c"
#include "../orion_vnet/ovnet_tunnel.c"

#define OTN_FRAME	3000
#define OTN_MSS		1000
/* What the kind of tunnel adds: VXLAN or Geneve, and an Ethernet header. */
#define OTN_ENCAP	(8 + ETH_HLEN)

#define OTN_BOTH	(SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_TUNNEL_CSUM)

/* A frame: what is outside, what is inside. */
static const struct otn_shape {
	const char *name;
	unsigned int tags;
	bool outer6;
	bool inner6;
	bool udp;
	bool csum;
} otn_shapes[] = {
	{ "tcp4 in 4" },
	{ "tcp6 in 4", .inner6 = true },
	{ "tcp4 in 6", .outer6 = true },
	{ "tcp6 in 6", .outer6 = true, .inner6 = true },
	{ "udp4 in 4", .udp = true },
	{ "udp6 in 4", .udp = true, .inner6 = true },
	{ "udp4 in 6, checksum", .udp = true, .outer6 = true, .csum = true },
	{ "tcp4 in 4, checksum", .csum = true },
	{ "tcp6 in 6, checksum", .outer6 = true, .inner6 = true, .csum = true },
	{ "tcp4 in 4 in a VLAN", .tags = 1 },
	{ "udp6 in 6 in two VLANs", .tags = 2, .udp = true, .inner6 = true,
	  .outer6 = true },
};

KUNIT_ARRAY_PARAM_DESC(otn_shape, otn_shapes, name);

/* Where things are in a frame. */
struct otn_places {
	unsigned int outer_nh;
	unsigned int outer_th;
	unsigned int inner_nh;
	unsigned int inner_th;
	unsigned int payload;
};

static void otn_find(const struct otn_shape *shape, struct otn_places *at)
{
	at->outer_nh = ETH_HLEN + 4 * shape->tags;
	at->outer_th = at->outer_nh + (shape->outer6 ? 40 : 20);
	at->inner_nh = at->outer_th + sizeof(struct udphdr) + OTN_ENCAP;
	at->inner_th = at->inner_nh + (shape->inner6 ? 40 : 20);
	at->payload = at->inner_th + (shape->udp ? sizeof(struct udphdr) :
						   sizeof(struct tcphdr));
}

static void otn_put_ip(u8 *to, bool six, u8 proto)
{
	struct ipv6hdr *ip6 = (void *)to;
	struct iphdr *ip = (void *)to;

	if (six) {
		ip6->version = 6;
		ip6->nexthdr = proto;
		return;
	}

	ip->version = 4;
	ip->ihl = 5;
	ip->protocol = proto;
}

static struct sk_buff *otn_frame(struct kunit *test,
				 const struct otn_shape *shape)
{
	__be16 proto = htons(shape->outer6 ? ETH_P_IPV6 : ETH_P_IP);
	struct otn_places at;
	struct sk_buff *skb;
	unsigned int i;

	skb = alloc_skb(OTN_FRAME + NET_SKB_PAD, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, NET_SKB_PAD);
	skb_put_zero(skb, OTN_FRAME);
	skb_reset_mac_header(skb);
	otn_find(shape, &at);
	for (i = 0; i < shape->tags; i++)
		*(__be16 *)(skb->data + 12 + 4 * i) = htons(ETH_P_8021Q);
	*(__be16 *)(skb->data + at.outer_nh - 2) = proto;
	otn_put_ip(skb->data + at.outer_nh, shape->outer6, IPPROTO_UDP);
	otn_put_ip(skb->data + at.inner_nh, shape->inner6,
		   shape->udp ? IPPROTO_UDP : IPPROTO_TCP);
	if (!shape->udp)
		((struct tcphdr *)(skb->data + at.inner_th))->doff = 5;
	skb->protocol = shape->tags ? htons(ETH_P_8021Q) : proto;
	return skb;
}

/* As the stack gives it to a driver. */
static struct sk_buff *otn_train(struct kunit *test,
				 const struct otn_shape *shape)
{
	struct sk_buff *skb = otn_frame(test, shape);
	struct otn_places at;

	otn_find(shape, &at);
	skb->encapsulation = 1;
	skb_set_network_header(skb, at.outer_nh);
	skb_set_transport_header(skb, at.outer_th);
	skb_set_inner_mac_header(skb, at.inner_nh - ETH_HLEN);
	skb_set_inner_network_header(skb, at.inner_nh);
	skb_set_inner_transport_header(skb, at.inner_th);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_inner_transport_header(skb) - skb->head;
	skb->csum_offset = shape->udp ? offsetof(struct udphdr, check) :
					offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_size = OTN_MSS;
	skb_shinfo(skb)->gso_type = shape->udp ? SKB_GSO_UDP_L4 :
				    shape->inner6 ? SKB_GSO_TCPV6 :
						    SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_type |= shape->csum ? SKB_GSO_UDP_TUNNEL_CSUM :
						   SKB_GSO_UDP_TUNNEL;
	return skb;
}

static u8 otn_type(const struct otn_shape *shape)
{
	u8 train = shape->udp ? VIRTIO_NET_HDR_GSO_UDP_L4 :
		   shape->inner6 ? VIRTIO_NET_HDR_GSO_TCPV6 :
				   VIRTIO_NET_HDR_GSO_TCPV4;

	return train | (shape->outer6 ? VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6 :
					VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4);
}

static const struct ovnet_hdr_format otn_format = {
	.little_endian = true,
	.csum = true,
	.tunnels_in = OTN_BOTH,
	.tunnels_out = OTN_BOTH,
	.gso_types = BIT(VIRTIO_NET_HDR_GSO_TCPV4) |
		     BIT(VIRTIO_NET_HDR_GSO_TCPV6) |
		     BIT(VIRTIO_NET_HDR_GSO_UDP_L4) |
		     BIT(VIRTIO_NET_HDR_GSO_UDP),
};

static void otn_told(struct kunit *test)
{
	const struct otn_shape *shape = test->param_value;
	struct sk_buff *skb = otn_train(test, shape);
	u8 flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	struct otn_places at;
	struct ovnet_hdr hdr;

	otn_find(shape, &at);
	if (shape->csum)
		flags |= VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM;
	memset(&hdr, 0x5a, sizeof(hdr));
	KUNIT_EXPECT_EQ(test, 0, ovnet_hdr_from_skb(&otn_format, skb, &hdr));
	KUNIT_EXPECT_EQ(test, hdr.mrg.hdr.flags, flags);
	KUNIT_EXPECT_EQ(test, hdr.mrg.hdr.gso_type, otn_type(shape));
	KUNIT_EXPECT_EQ(test, __virtio16_to_cpu(true, hdr.mrg.hdr.hdr_len),
			at.payload);
	KUNIT_EXPECT_EQ(test, __virtio16_to_cpu(true, hdr.mrg.hdr.csum_start),
			at.inner_th);
	KUNIT_EXPECT_EQ(test, __virtio16_to_cpu(true, hdr.mrg.hdr.gso_size),
			OTN_MSS);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(hdr.outer_th), at.outer_th);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(hdr.inner_nh), at.inner_nh);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(hdr.hash_report), 0);
	kfree_skb(skb);
}

static void otn_not_told(struct kunit *test)
{
	static const struct otn_shape plain = {};
	static const struct otn_shape summed = { .csum = true };
	struct ovnet_hdr_format format = otn_format;
	struct sk_buff *skb = otn_train(test, &summed);
	struct ovnet_hdr hdr;

	format.tunnels_out = SKB_GSO_UDP_TUNNEL;
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			ovnet_hdr_from_skb(&format, skb, &hdr));
	kfree_skb(skb);

	skb = otn_train(test, &plain);
	format.tunnels_out = 0;
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			ovnet_hdr_from_skb(&format, skb, &hdr));
	/* A packet in the same tunnel that is no train needs no more than ever. */
	skb_gso_reset(skb);
	KUNIT_EXPECT_EQ(test, 0, ovnet_hdr_from_skb(&format, skb, &hdr));
	KUNIT_EXPECT_EQ(test, le16_to_cpu(hdr.outer_th), 0);
	kfree_skb(skb);
}

static void otn_describe(const struct otn_shape *shape, struct ovnet_hdr *hdr)
{
	struct virtio_net_hdr *vhdr = &hdr->mrg.hdr;
	struct otn_places at;

	otn_find(shape, &at);
	memset(hdr, 0, sizeof(*hdr));
	vhdr->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	if (shape->csum)
		vhdr->flags |= VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM;
	vhdr->gso_type = otn_type(shape);
	vhdr->gso_size = __cpu_to_virtio16(true, OTN_MSS);
	vhdr->csum_start = __cpu_to_virtio16(true, at.inner_th);
	vhdr->csum_offset =
		__cpu_to_virtio16(true, shape->udp ?
				  offsetof(struct udphdr, check) :
				  offsetof(struct tcphdr, check));
	hdr->outer_th = cpu_to_le16(at.outer_th);
	hdr->inner_nh = cpu_to_le16(at.inner_nh);
}

static int otn_receive(struct kunit *test,
		       const struct ovnet_hdr_format *format,
		       const struct ovnet_hdr *hdr, struct sk_buff *skb)
{
	struct net_device *dev = alloc_etherdev(0);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, dev);
	skb->dev = dev;
	skb->protocol = 0;
	err = ovnet_hdr_to_skb(format, hdr, skb);
	free_netdev(dev);
	return err;
}

/* What comes up is what the stack itself would send. */
static void otn_believed(struct kunit *test)
{
	const struct otn_shape *shape = test->param_value;
	struct sk_buff *want = otn_train(test, shape);
	struct sk_buff *skb = otn_frame(test, shape);
	struct ovnet_hdr hdr;

	otn_describe(shape, &hdr);
	KUNIT_EXPECT_EQ(test, 0, otn_receive(test, &otn_format, &hdr, skb));
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_type,
			skb_shinfo(want)->gso_type | SKB_GSO_DODGY);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_size, OTN_MSS);
	KUNIT_EXPECT_EQ(test, skb_transport_offset(skb),
			skb_transport_offset(want));
	KUNIT_EXPECT_EQ(test, skb_inner_transport_offset(skb),
			skb_inner_transport_offset(want));
	KUNIT_EXPECT_EQ(test, skb_inner_network_offset(skb),
			skb_inner_network_offset(want));
	KUNIT_EXPECT_EQ(test, skb_checksum_start_offset(skb),
			skb_checksum_start_offset(want));
	KUNIT_EXPECT_EQ(test, (int)skb->ip_summed, CHECKSUM_PARTIAL);
	KUNIT_EXPECT_TRUE(test, skb->encapsulation);
	KUNIT_EXPECT_EQ(test, ntohs(skb->inner_protocol),
			shape->inner6 ? ETH_P_IPV6 : ETH_P_IP);
	kfree_skb(want);
	kfree_skb(skb);
}

/*
 * A lie: bytes of the header, or of the frame relative to one of its headers, that
 * are exchanged. All about a train of TCP over IPv4, in IPv4.
 */
static const struct otn_lie {
	const char *name;
	enum { OTN_HDR, OTN_OUTER, OTN_INNER, OTN_NEITHER } what;
	unsigned int at;
	unsigned int len;
	u16 value;
	u32 tunnels;
	unsigned int cut;
} otn_lies[] = {
	{ "tunnels not negotiated", OTN_NEITHER },
	{ "only checksums negotiated", OTN_NEITHER, 0, 0, 0,
	  SKB_GSO_UDP_TUNNEL_CSUM },
	{ "both kinds of tunnel", OTN_HDR, 1, 1, 0x61, OTN_BOTH },
	{ "no train inside", OTN_HDR, 1, 1, 0x20, OTN_BOTH },
	{ "fragments inside", OTN_HDR, 1, 1, 0x23, OTN_BOTH },
	{ "type that is not", OTN_HDR, 1, 1, 0x22, OTN_BOTH },
	{ "the other protocol inside", OTN_HDR, 1, 1, 0x24, OTN_BOTH },
	{ "datagrams inside", OTN_HDR, 1, 1, 0x25, OTN_BOTH },
	{ "marks not negotiated", OTN_HDR, 1, 1, 0xa1, OTN_BOTH },
	{ "checksum was verified", OTN_HDR, 0, 1, 2, OTN_BOTH },
	{ "to be filled in and verified", OTN_HDR, 0, 1, 3, OTN_BOTH },
	{ "nothing of checksums", OTN_HDR, 0, 1, 0, OTN_BOTH },
	{ "outer checksum not negotiated", OTN_HDR, 0, 1, 9,
	  SKB_GSO_UDP_TUNNEL },
	{ "segments of no size", OTN_HDR, 4, 2, 0, OTN_BOTH },
	{ "single segment, outer checksum", OTN_HDR, 0, 1, 9, OTN_BOTH,
	  OTN_FRAME - OTN_MSS },
	{ "inner transport in the network", OTN_HDR, 6, 2, 83, OTN_BOTH },
	{ "inner transport in the outer network", OTN_HDR, 6, 2, 30, OTN_BOTH },
	{ "inner transport too late", OTN_HDR, 6, 2, 88, OTN_BOTH },
	{ "inner transport at the end", OTN_HDR, 6, 2, OTN_FRAME - 18,
	  OTN_BOTH },
	{ "inner transport far out", OTN_HDR, 6, 2, 0xffff, OTN_BOTH },
	{ "checksum of another protocol", OTN_HDR, 8, 2, 6, OTN_BOTH },
	{ "outer version", OTN_OUTER, 0, 1, 0x55, OTN_BOTH },
	{ "outer version 6", OTN_OUTER, 0, 1, 0x65, OTN_BOTH },
	{ "outer length", OTN_OUTER, 0, 1, 0x4f, OTN_BOTH },
	{ "outer length too small", OTN_OUTER, 0, 1, 0x44, OTN_BOTH },
	{ "outer protocol", OTN_OUTER, 9, 1, IPPROTO_TCP, OTN_BOTH },
	{ "outer fragment", OTN_OUTER, 6, 1, 0x20, OTN_BOTH },
	{ "outer later fragment", OTN_OUTER, 7, 1, 1, OTN_BOTH },
	{ "inner version", OTN_INNER, 0, 1, 0x55, OTN_BOTH },
	{ "inner version 6", OTN_INNER, 0, 1, 0x60, OTN_BOTH },
	{ "inner length", OTN_INNER, 0, 1, 0x4f, OTN_BOTH },
	{ "inner protocol", OTN_INNER, 9, 1, IPPROTO_UDP, OTN_BOTH },
	{ "inner fragment", OTN_INNER, 6, 1, 0x20, OTN_BOTH },
};

KUNIT_ARRAY_PARAM_DESC(otn_lie, otn_lies, name);

static void otn_lied_to(struct kunit *test)
{
	static const struct otn_shape shape = {};
	const struct otn_lie *c = test->param_value;
	struct sk_buff *skb = otn_frame(test, &shape);
	struct ovnet_hdr_format format = otn_format;
	__le16 value = cpu_to_le16(c->value);
	struct otn_places at;
	struct ovnet_hdr hdr;

	format.tunnels_in = c->tunnels;
	otn_find(&shape, &at);
	otn_describe(&shape, &hdr);
	if (c->what == OTN_HDR)
		memcpy((u8 *)&hdr + c->at, &value, c->len);
	else if (c->what == OTN_OUTER)
		memcpy(skb->data + at.outer_nh + c->at, &value, c->len);
	else if (c->what == OTN_INNER)
		memcpy(skb->data + at.inner_nh + c->at, &value, c->len);
	if (c->cut)
		skb_trim(skb, skb->len - c->cut);
	KUNIT_EXPECT_NE(test, 0, otn_receive(test, &format, &hdr, skb));
	kfree_skb(skb);
}

/*
 * Where headers are the packet knows better. QEMU without vhost says nothing of it,
 * and what is in these bytes is what was there before.
 */
static const struct otn_place {
	const char *name;
	u16 outer_th;
	u16 inner_nh;
} otn_nowhere[] = {
	{ "nothing said", 0, 0 },
	{ "too early", 33, 63 },
	{ "too late", 35, 65 },
	{ "exchanged", 64, 34 },
	{ "in the headers inside", 70, 80 },
	{ "the transport header", 34, 84 },
	{ "far out", 0xffff, 0xffff },
};

KUNIT_ARRAY_PARAM_DESC(otn_place, otn_nowhere, name);

static void otn_found(struct kunit *test)
{
	const struct otn_place *c = test->param_value;
	struct otn_places at;
	struct ovnet_hdr hdr;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(otn_shapes); i++) {
		skb = otn_frame(test, &otn_shapes[i]);
		otn_find(&otn_shapes[i], &at);
		otn_describe(&otn_shapes[i], &hdr);
		hdr.outer_th = cpu_to_le16(c->outer_th);
		hdr.inner_nh = cpu_to_le16(c->inner_nh);
		KUNIT_EXPECT_EQ(test, 0,
				otn_receive(test, &otn_format, &hdr, skb));
		KUNIT_EXPECT_EQ(test, skb_transport_offset(skb), at.outer_th);
		KUNIT_EXPECT_EQ(test, skb_inner_network_offset(skb),
				at.inner_nh);
		KUNIT_EXPECT_EQ(test, skb_inner_transport_offset(skb),
				at.inner_th);
		kfree_skb(skb);
	}
}

/* Extension headers are looked behind, tags only so far. */
static void otn_extensions(struct kunit *test)
{
	static const struct otn_shape shape = { .outer6 = true, .inner6 = true };
	static const struct otn_shape tagged = { .tags = 3 };
	struct sk_buff *skb = otn_frame(test, &shape);
	struct otn_places at;
	struct ovnet_hdr hdr;

	/* Eight bytes of options for the destination take the place of some payload. */
	otn_find(&shape, &at);
	otn_describe(&shape, &hdr);
	memmove(skb->data + at.inner_th + 8, skb->data + at.inner_th, 20);
	memset(skb->data + at.inner_th, 0, 8);
	skb->data[at.inner_nh + 6] = IPPROTO_DSTOPTS;
	skb->data[at.inner_th] = IPPROTO_TCP;
	hdr.mrg.hdr.csum_start = __cpu_to_virtio16(true, at.inner_th + 8);
	KUNIT_EXPECT_EQ(test, 0, otn_receive(test, &otn_format, &hdr, skb));
	KUNIT_EXPECT_EQ(test, skb_inner_transport_offset(skb), at.inner_th + 8);
	kfree_skb(skb);

	skb = otn_frame(test, &tagged);
	otn_describe(&tagged, &hdr);
	KUNIT_EXPECT_EQ(test, -EPROTO,
			otn_receive(test, &otn_format, &hdr, skb));
	kfree_skb(skb);
}

/* One segment alone is no train, in a tunnel as elsewhere. */
static void otn_single(struct kunit *test)
{
	static const struct otn_shape shape = {};
	struct sk_buff *skb = otn_frame(test, &shape);
	struct ovnet_hdr hdr;

	otn_describe(&shape, &hdr);
	skb_trim(skb, OTN_MSS);
	KUNIT_EXPECT_EQ(test, 0, otn_receive(test, &otn_format, &hdr, skb));
	KUNIT_EXPECT_FALSE(test, skb_is_gso(skb));
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_type, 0);
	KUNIT_EXPECT_EQ(test, (int)skb->ip_summed, CHECKSUM_PARTIAL);
	kfree_skb(skb);
}

static struct kunit_case otn_cases[] = {
	KUNIT_CASE_PARAM(otn_told, otn_shape_gen_params),
	KUNIT_CASE(otn_not_told),
	KUNIT_CASE_PARAM(otn_believed, otn_shape_gen_params),
	KUNIT_CASE_PARAM(otn_lied_to, otn_lie_gen_params),
	KUNIT_CASE_PARAM(otn_found, otn_place_gen_params),
	KUNIT_CASE(otn_extensions),
	KUNIT_CASE(otn_single),
	{}
};

static struct kunit_suite otn_suite = {
	.name = "ovnet_tunnel",
	.test_cases = otn_cases,
};

kunit_test_suite(otn_suite);

MODULE_DESCRIPTION("Trains in tunnels: tests");
MODULE_LICENSE("GPL");
