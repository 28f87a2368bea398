// SPDX-License-Identifier: GPL-2.0-only
/* Feature bits of the device and offloads of the net device. */

#include <kunit/test.h>
#include <linux/module.h>

#include "orion_namespace.h"

#include "../orion_vnet/ovnet_feature.c"

#define OVF(name)	BIT_ULL(VIRTIO_NET_F_##name)
#define OVF_RING(name)	BIT_ULL(VIRTIO_F_##name)

/* All that the driver knows of the bits that every kernel has. */
static u64 ovf_known(void)
{
	u64 known = 0;
	unsigned int i;

	for (i = 0; i < OVNET_FEATURES - OVNET_FEATURES_WIDE; i++)
		known |= BIT_ULL(ovnet_feature_table[i]);

	return known;
}

static u64 ovf_known_wide(void)
{
	u64 known = 0;
	unsigned int i;

	for (i = OVNET_FEATURES - OVNET_FEATURES_WIDE; i < OVNET_FEATURES; i++)
		known |= BIT_ULL(ovnet_feature_table[i] - 64);

	return known;
}

/* A device of which nothing but the feature bits is real. */
static struct virtio_device *ovf_device(struct kunit *test, u64 features)
{
	struct virtio_device *vdev;
	unsigned int bit;

	vdev = kunit_kzalloc(test, sizeof(*vdev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vdev);
	for (bit = 0; bit < 64; bit++)
		if (features & BIT_ULL(bit))
			__virtio_set_bit(vdev, bit);

	return vdev;
}

static void ovf_table(struct kunit *test)
{
	unsigned int i, k;

	for (i = 0; i < OVNET_FEATURES; i++)
		KUNIT_EXPECT_EQ(test, ovnet_feature_table[i] >= 64,
				i >= OVNET_FEATURES - OVNET_FEATURES_WIDE);
	KUNIT_EXPECT_EQ(test,
			hweight64(ovf_known()) + hweight64(ovf_known_wide()),
			ARRAY_SIZE(ovnet_feature_table));

	/* What is accepted has a name, or nobody would read of it. */
	for (i = 0; i < ARRAY_SIZE(ovnet_feature_table); i++) {
		for (k = 0; k < ARRAY_SIZE(ovnet_feature_names); k++)
			if (ovnet_feature_names[k].bit == ovnet_feature_table[i])
				break;
		KUNIT_EXPECT_LT_MSG(test, k, ARRAY_SIZE(ovnet_feature_names),
				    "feature %u", ovnet_feature_table[i]);
	}

	/* What needs something is accepted, and so is what it needs. */
	for (i = 0; i < ARRAY_SIZE(ovnet_feature_needs); i++) {
		unsigned int bit = ovnet_feature_needs[i].bit;

		KUNIT_EXPECT_TRUE(test, (bit < 64 ? ovf_known() :
						    ovf_known_wide()) &
					BIT_ULL(bit % 64));
		KUNIT_EXPECT_EQ(test, ovnet_feature_needs[i].any_of_wide &
				      ~ovf_known_wide(), 0);
		KUNIT_EXPECT_EQ(test, ovf_known() & ovnet_feature_needs[i].any_of,
				ovnet_feature_needs[i].any_of);
	}
}

/* What the device offers, and what is lost of it. */
static const struct ovf_case {
	const char *name;
	u64 absent;
	u64 lost;
} ovf_cases[] = {
	{ "all" },
	{ "no control queue", OVF(CTRL_VQ),
	  OVF(CTRL_RX) | OVF(CTRL_RX_EXTRA) | OVF(CTRL_VLAN) |
	  OVF(GUEST_ANNOUNCE) | OVF(MQ) | OVF(CTRL_MAC_ADDR) |
	  OVF(CTRL_GUEST_OFFLOADS) | OVF(RSS) | OVF(HASH_REPORT) |
	  OVF(NOTF_COAL) | OVF(VQ_NOTF_COAL) | OVF(DEVICE_STATS) |
	  OVF(HASH_TUNNEL) },
	{ "no hash", OVF(RSS) | OVF(HASH_REPORT), OVF(HASH_TUNNEL) },
	{ "no status", OVF(STATUS), OVF(GUEST_ANNOUNCE) },
	{ "no checksums to send", OVF(CSUM),
	  OVF(GSO) | OVF(HOST_TSO4) | OVF(HOST_TSO6) | OVF(HOST_ECN) |
	  OVF(HOST_USO) },
	{ "no segments to send", OVF(HOST_TSO4) | OVF(HOST_TSO6),
	  OVF(HOST_ECN) },
	{ "segments of one kind to send", OVF(HOST_TSO4) },
	{ "no checksums received", OVF(GUEST_CSUM),
	  OVF(GUEST_TSO4) | OVF(GUEST_TSO6) | OVF(GUEST_ECN) | OVF(GUEST_UFO) |
	  OVF(GUEST_USO4) | OVF(GUEST_USO6) | OVF(RSC_EXT) },
	{ "no segments received", OVF(GUEST_TSO4) | OVF(GUEST_TSO6),
	  OVF(GUEST_ECN) | OVF(RSC_EXT) },
	{ "segments of one kind received", OVF(GUEST_TSO6) },
	{ "no mergeable buffers", OVF(MRG_RXBUF) },
	{ "no address, no MTU, no speed",
	  OVF(MAC) | OVF(MTU) | OVF(SPEED_DUPLEX), OVF(STANDBY) },
};

KUNIT_ARRAY_PARAM_DESC(ovf, ovf_cases, name);

static void ovf_resolve(struct kunit *test)
{
	const struct ovf_case *c = test->param_value;
	u64 offered = ovf_known() & ~c->absent;
	struct virtio_device *vdev = ovf_device(test, offered);
	unsigned int bit;

	ovnet_feature_resolve(vdev);
	for (bit = 0; bit < 64; bit++)
		KUNIT_EXPECT_EQ_MSG(test, orion_feature_has(vdev, bit),
				    !!(offered & ~c->lost & BIT_ULL(bit)),
				    "feature %u", bit);
}

/* What legacy devices have is the machine's own order. */
#define OVF_LITTLE	(!IS_ENABLED(CONFIG_CPU_BIG_ENDIAN))

static const struct ovf_format_case {
	const char *name;
	u64 features;
	struct ovnet_hdr_format format;
} ovf_format_cases[] = {
	{ "modern", OVF_RING(VERSION_1),
	  { .len = 12, .little_endian = true } },
	{ "modern, mergeable", OVF_RING(VERSION_1) | OVF(MRG_RXBUF),
	  { .len = 12, .little_endian = true, .mergeable = true } },
	{ "checksum", OVF_RING(VERSION_1) | OVF(GUEST_CSUM),
	  { .len = 12, .little_endian = true, .csum = true } },
	{ "hashes", OVF_RING(VERSION_1) | OVF(HASH_REPORT),
	  { .len = 20, .little_endian = true, .hash = true } },
	{ "trains", OVF_RING(VERSION_1) | OVF(GUEST_TSO4) | OVF(GUEST_TSO6) |
		    OVF(GUEST_ECN),
	  { .len = 12, .little_endian = true, .ecn = true,
	    .gso_types = BIT(VIRTIO_NET_HDR_GSO_TCPV4) |
			 BIT(VIRTIO_NET_HDR_GSO_TCPV6) } },
	{ "trains of one kind", OVF_RING(VERSION_1) | OVF(GUEST_TSO6),
	  { .len = 12, .little_endian = true,
	    .gso_types = BIT(VIRTIO_NET_HDR_GSO_TCPV6) } },
	{ "trains of datagrams", OVF_RING(VERSION_1) | OVF(GUEST_UFO) |
				 OVF(GUEST_USO6),
	  { .len = 12, .little_endian = true,
	    .gso_types = BIT(VIRTIO_NET_HDR_GSO_UDP) |
			 BIT(VIRTIO_NET_HDR_GSO_UDP_L4) } },
	{ "legacy", 0,
	  { .len = 10, .little_endian = OVF_LITTLE, .alone = true } },
	{ "legacy, any layout", OVF_RING(ANY_LAYOUT),
	  { .len = 10, .little_endian = OVF_LITTLE } },
	{ "legacy, mergeable", OVF(MRG_RXBUF) | OVF_RING(ANY_LAYOUT),
	  { .len = 12, .little_endian = OVF_LITTLE, .mergeable = true } },
	{ "what is sent does not matter", OVF_RING(VERSION_1) | OVF(CSUM) |
	  OVF(HOST_TSO4) | OVF(HOST_ECN) | OVF(HOST_USO),
	  { .len = 12, .little_endian = true } },
};

KUNIT_ARRAY_PARAM_DESC(ovf_format, ovf_format_cases, name);

static void ovf_header(struct kunit *test)
{
	const struct ovf_format_case *c = test->param_value;
	struct virtio_device *vdev = ovf_device(test, c->features);
	struct ovnet_hdr_format format;

	memset(&format, 0x5a, sizeof(format));
	ovnet_feature_format(vdev, &format);
	KUNIT_EXPECT_EQ(test, format.len, c->format.len);
	KUNIT_EXPECT_EQ(test, format.little_endian, c->format.little_endian);
	KUNIT_EXPECT_EQ(test, format.alone, c->format.alone);
	KUNIT_EXPECT_EQ(test, format.mergeable, c->format.mergeable);
	KUNIT_EXPECT_EQ(test, format.csum, c->format.csum);
	KUNIT_EXPECT_EQ(test, format.hash, c->format.hash);
	KUNIT_EXPECT_EQ(test, format.ecn, c->format.ecn);
	KUNIT_EXPECT_EQ(test, format.gso_types, c->format.gso_types);
}

#define OVF_TX	(NETIF_F_HW_CSUM | NETIF_F_SG)

static const struct ovf_offload_case {
	const char *name;
	u64 features;
	netdev_features_t tx;
	netdev_features_t rx;
	bool switchable;
} ovf_offload_cases[] = {
	{ "nothing", 0 },
	{ "checksum", OVF(CSUM), OVF_TX },
	{ "trains without checksum", OVF(HOST_TSO4) | OVF(HOST_USO) },
	{ "TCP over IPv4", OVF(CSUM) | OVF(HOST_TSO4), OVF_TX | NETIF_F_TSO },
	{ "TCP over IPv6", OVF(CSUM) | OVF(HOST_TSO6), OVF_TX | NETIF_F_TSO6 },
	{ "marks", OVF(CSUM) | OVF(HOST_TSO4) | OVF(HOST_ECN),
	  OVF_TX | NETIF_F_TSO | NETIF_F_TSO_ECN },
	{ "datagrams", OVF(CSUM) | OVF(HOST_USO), OVF_TX | NETIF_F_GSO_UDP_L4 },
	{ "all of the old days", OVF(CSUM) | OVF(GSO),
	  OVF_TX | NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_TSO_ECN },
	{ "receive checksum", OVF(GUEST_CSUM), 0, NETIF_F_RXCSUM },
	{ "receive trains", OVF(GUEST_CSUM) | OVF(GUEST_TSO6), 0,
	  NETIF_F_RXCSUM | NETIF_F_GRO_HW },
	{ "receive datagrams", OVF(GUEST_CSUM) | OVF(GUEST_USO4), 0,
	  NETIF_F_RXCSUM | NETIF_F_GRO_HW },
	{ "receive trains, switchable",
	  OVF(GUEST_CSUM) | OVF(GUEST_TSO4) | OVF(CTRL_GUEST_OFFLOADS), 0,
	  NETIF_F_RXCSUM | NETIF_F_GRO_HW, true },
};

KUNIT_ARRAY_PARAM_DESC(ovf_offload, ovf_offload_cases, name);

static void ovf_offloads(struct kunit *test)
{
	const struct ovf_offload_case *c = test->param_value;
	struct virtio_device *vdev = ovf_device(test, c->features);

	KUNIT_EXPECT_EQ(test, ovnet_feature_tx(vdev), c->tx);
	KUNIT_EXPECT_EQ(test, ovnet_feature_rx(vdev), c->rx);
	KUNIT_EXPECT_EQ(test, ovnet_feature_changeable(vdev),
			c->tx | (c->switchable ? c->rx : 0));
}

static const struct ovf_switch_case {
	const char *name;
	u64 features;
	netdev_features_t wanted;
	u64 offloads;
} ovf_switch_cases[] = {
	{ "all off", OVF(GUEST_CSUM) | OVF(GUEST_TSO4), 0, 0 },
	{ "all on", OVF(GUEST_CSUM) | OVF(GUEST_TSO4) | OVF(GUEST_TSO6) |
		    OVF(GUEST_ECN), NETIF_F_RXCSUM | NETIF_F_GRO_HW,
	  OVF(GUEST_CSUM) | OVF(GUEST_TSO4) | OVF(GUEST_TSO6) |
	  OVF(GUEST_ECN) },
	{ "all on, datagrams too", OVF(GUEST_CSUM) | OVF(GUEST_UFO) |
				   OVF(GUEST_USO4) | OVF(GUEST_USO6),
	  NETIF_F_RXCSUM | NETIF_F_GRO_HW,
	  OVF(GUEST_CSUM) | OVF(GUEST_UFO) | OVF(GUEST_USO4) |
	  OVF(GUEST_USO6) },
	{ "checksum only", OVF(GUEST_CSUM) | OVF(GUEST_TSO4), NETIF_F_RXCSUM,
	  OVF(GUEST_CSUM) },
	{ "never more than was negotiated", OVF(GUEST_CSUM) | OVF(GUEST_TSO6),
	  NETIF_F_RXCSUM | NETIF_F_GRO_HW, OVF(GUEST_CSUM) | OVF(GUEST_TSO6) },
	{ "sending is none of it", OVF(CSUM) | OVF(HOST_TSO4),
	  NETIF_F_RXCSUM | NETIF_F_GRO_HW | NETIF_F_TSO, 0 },
};

KUNIT_ARRAY_PARAM_DESC(ovf_switch, ovf_switch_cases, name);

static void ovf_switches(struct kunit *test)
{
	const struct ovf_switch_case *c = test->param_value;
	struct virtio_device *vdev = ovf_device(test, c->features);

	KUNIT_EXPECT_EQ(test, ovnet_feature_offloads(vdev, c->wanted),
			c->offloads);
}

static struct kunit_case ovf_suite_cases[] = {
	KUNIT_CASE(ovf_table),
	KUNIT_CASE_PARAM(ovf_resolve, ovf_gen_params),
	KUNIT_CASE_PARAM(ovf_header, ovf_format_gen_params),
	KUNIT_CASE_PARAM(ovf_offloads, ovf_offload_gen_params),
	KUNIT_CASE_PARAM(ovf_switches, ovf_switch_gen_params),
	{}
};

static struct kunit_suite ovf_suite = {
	.name = "ovnet_feature",
	.test_cases = ovf_suite_cases,
};

kunit_test_suite(ovf_suite);

MODULE_DESCRIPTION("Features of network devices: tests");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(ORION_COMMON_NS);
