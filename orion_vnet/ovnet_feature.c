// SPDX-License-Identifier: GPL-2.0-only
/*
 * Feature bits of the device and offloads of the net device, each from the
 * other. Pure: looks at the bits and at nothing else.
 */

#include <linux/kernel.h>
#include <linux/netdev_features.h>
#include <linux/skbuff.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>
#include <uapi/linux/virtio_ring.h>

#include "orion_feature.h"
#include "ovnet_feature.h"
#include "ovnet_hdr.h"

/*
 * Only what is used is accepted. Ring features are the virtio core's. Bits that
 * have a meaning in legacy devices only come first, those from 64 on last.
 */
const unsigned int ovnet_feature_table[] = {
	VIRTIO_NET_F_GSO,
	VIRTIO_F_ANY_LAYOUT,
	VIRTIO_NET_F_CSUM,
	VIRTIO_NET_F_GUEST_CSUM,
	VIRTIO_NET_F_CTRL_GUEST_OFFLOADS,
	VIRTIO_NET_F_MTU,
	VIRTIO_NET_F_MAC,
	VIRTIO_NET_F_GUEST_TSO4,
	VIRTIO_NET_F_GUEST_TSO6,
	VIRTIO_NET_F_GUEST_ECN,
	VIRTIO_NET_F_GUEST_UFO,
	VIRTIO_NET_F_HOST_TSO4,
	VIRTIO_NET_F_HOST_TSO6,
	VIRTIO_NET_F_HOST_ECN,
	VIRTIO_NET_F_MRG_RXBUF,
	VIRTIO_NET_F_STATUS,
	VIRTIO_NET_F_CTRL_VQ,
	VIRTIO_NET_F_CTRL_RX,
	VIRTIO_NET_F_CTRL_VLAN,
	VIRTIO_NET_F_CTRL_RX_EXTRA,
	VIRTIO_NET_F_GUEST_ANNOUNCE,
	VIRTIO_NET_F_MQ,
	VIRTIO_NET_F_CTRL_MAC_ADDR,
	VIRTIO_NET_F_DEVICE_STATS,
	VIRTIO_NET_F_HASH_TUNNEL,
	VIRTIO_NET_F_GUEST_USO4,
	VIRTIO_NET_F_GUEST_USO6,
	VIRTIO_NET_F_VQ_NOTF_COAL,
	VIRTIO_NET_F_NOTF_COAL,
	VIRTIO_NET_F_HOST_USO,
	VIRTIO_NET_F_HASH_REPORT,
	VIRTIO_NET_F_RSS,
	VIRTIO_NET_F_GUEST_HDRLEN,
	VIRTIO_NET_F_RSC_EXT,
	VIRTIO_NET_F_STANDBY,
	VIRTIO_NET_F_SPEED_DUPLEX,
	VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO,
	VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM,
	VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO,
	VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM,
};

#define OVNET_FEATURE(name)	BIT_ULL(VIRTIO_NET_F_##name)
#define OVNET_FEATURE_WIDE(name)	BIT_ULL(VIRTIO_NET_F_##name - 64)

static const struct orion_feature_need ovnet_feature_needs[] = {
	/* VIRTIO 1.3, 5.1.3.1. */
	{ VIRTIO_NET_F_GUEST_TSO4,	OVNET_FEATURE(GUEST_CSUM) },
	{ VIRTIO_NET_F_GUEST_TSO6,	OVNET_FEATURE(GUEST_CSUM) },
	{ VIRTIO_NET_F_GUEST_ECN,	OVNET_FEATURE(GUEST_TSO4) |
					OVNET_FEATURE(GUEST_TSO6) },
	{ VIRTIO_NET_F_GUEST_UFO,	OVNET_FEATURE(GUEST_CSUM) },
	{ VIRTIO_NET_F_GUEST_USO4,	OVNET_FEATURE(GUEST_CSUM) },
	{ VIRTIO_NET_F_GUEST_USO6,	OVNET_FEATURE(GUEST_CSUM) },
	{ VIRTIO_NET_F_RSC_EXT,		OVNET_FEATURE(GUEST_TSO4) |
					OVNET_FEATURE(GUEST_TSO6) },
	{ VIRTIO_NET_F_GSO,		OVNET_FEATURE(CSUM) },
	{ VIRTIO_NET_F_HOST_TSO4,	OVNET_FEATURE(CSUM) },
	{ VIRTIO_NET_F_HOST_TSO6,	OVNET_FEATURE(CSUM) },
	{ VIRTIO_NET_F_HOST_ECN,	OVNET_FEATURE(HOST_TSO4) |
					OVNET_FEATURE(HOST_TSO6) },
	{ VIRTIO_NET_F_HOST_USO,	OVNET_FEATURE(CSUM) },
	{ VIRTIO_NET_F_CTRL_RX,		OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_CTRL_RX_EXTRA,	OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_CTRL_VLAN,	OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_GUEST_ANNOUNCE,	OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_MQ,		OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_CTRL_MAC_ADDR,	OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_CTRL_GUEST_OFFLOADS, OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_RSS,		OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_HASH_REPORT,	OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_HASH_TUNNEL,	OVNET_FEATURE(RSS) |
					OVNET_FEATURE(HASH_REPORT) },
	{ VIRTIO_NET_F_NOTF_COAL,	OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_VQ_NOTF_COAL,	OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_DEVICE_STATS,	OVNET_FEATURE(CTRL_VQ) },
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO, OVNET_FEATURE(GUEST_TSO4) },
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO, OVNET_FEATURE(GUEST_TSO6) },
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO, OVNET_FEATURE(GUEST_USO4) },
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO, OVNET_FEATURE(GUEST_USO6) },
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM, 0,
	  OVNET_FEATURE_WIDE(GUEST_UDP_TUNNEL_GSO) },
	{ VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO, OVNET_FEATURE(HOST_TSO4) },
	{ VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO, OVNET_FEATURE(HOST_TSO6) },
	{ VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO, OVNET_FEATURE(HOST_USO) },
	{ VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM, 0,
	  OVNET_FEATURE_WIDE(HOST_UDP_TUNNEL_GSO) },
	/* Announcing is asked for in the status field. */
	{ VIRTIO_NET_F_GUEST_ANNOUNCE,	OVNET_FEATURE(STATUS) },
	/* The other device is known by having the same address. */
	{ VIRTIO_NET_F_STANDBY,		OVNET_FEATURE(MAC) },
};

static const struct orion_feature_name ovnet_feature_names[] = {
	{ VIRTIO_NET_F_CSUM,			"CSUM" },
	{ VIRTIO_NET_F_GUEST_CSUM,		"GUEST_CSUM" },
	{ VIRTIO_NET_F_CTRL_GUEST_OFFLOADS,	"CTRL_GUEST_OFFLOADS" },
	{ VIRTIO_NET_F_MTU,			"MTU" },
	{ VIRTIO_NET_F_MAC,			"MAC" },
	{ VIRTIO_NET_F_GSO,			"GSO" },
	{ VIRTIO_NET_F_GUEST_TSO4,		"GUEST_TSO4" },
	{ VIRTIO_NET_F_GUEST_TSO6,		"GUEST_TSO6" },
	{ VIRTIO_NET_F_GUEST_ECN,		"GUEST_ECN" },
	{ VIRTIO_NET_F_GUEST_UFO,		"GUEST_UFO" },
	{ VIRTIO_NET_F_HOST_TSO4,		"HOST_TSO4" },
	{ VIRTIO_NET_F_HOST_TSO6,		"HOST_TSO6" },
	{ VIRTIO_NET_F_HOST_ECN,		"HOST_ECN" },
	{ VIRTIO_NET_F_MRG_RXBUF,		"MRG_RXBUF" },
	{ VIRTIO_NET_F_STATUS,			"STATUS" },
	{ VIRTIO_NET_F_CTRL_VQ,			"CTRL_VQ" },
	{ VIRTIO_NET_F_CTRL_RX,			"CTRL_RX" },
	{ VIRTIO_NET_F_CTRL_VLAN,		"CTRL_VLAN" },
	{ VIRTIO_NET_F_CTRL_RX_EXTRA,		"CTRL_RX_EXTRA" },
	{ VIRTIO_NET_F_GUEST_ANNOUNCE,		"GUEST_ANNOUNCE" },
	{ VIRTIO_NET_F_MQ,			"MQ" },
	{ VIRTIO_NET_F_CTRL_MAC_ADDR,		"CTRL_MAC_ADDR" },
	{ VIRTIO_F_ANY_LAYOUT,			"ANY_LAYOUT" },
	{ VIRTIO_RING_F_INDIRECT_DESC,		"INDIRECT_DESC" },
	{ VIRTIO_RING_F_EVENT_IDX,		"EVENT_IDX" },
	{ VIRTIO_F_VERSION_1,			"VERSION_1" },
	{ VIRTIO_F_ACCESS_PLATFORM,		"ACCESS_PLATFORM" },
	{ VIRTIO_F_RING_PACKED,			"RING_PACKED" },
	{ VIRTIO_F_IN_ORDER,			"IN_ORDER" },
	{ VIRTIO_F_ORDER_PLATFORM,		"ORDER_PLATFORM" },
	{ VIRTIO_F_NOTIFICATION_DATA,		"NOTIFICATION_DATA" },
	{ VIRTIO_F_RING_RESET,			"RING_RESET" },
	{ VIRTIO_NET_F_GUEST_USO4,		"GUEST_USO4" },
	{ VIRTIO_NET_F_GUEST_USO6,		"GUEST_USO6" },
	{ VIRTIO_NET_F_HOST_USO,		"HOST_USO" },
	{ VIRTIO_NET_F_DEVICE_STATS,		"DEVICE_STATS" },
	{ VIRTIO_NET_F_HASH_TUNNEL,		"HASH_TUNNEL" },
	{ VIRTIO_NET_F_VQ_NOTF_COAL,		"VQ_NOTF_COAL" },
	{ VIRTIO_NET_F_NOTF_COAL,		"NOTF_COAL" },
	{ VIRTIO_NET_F_HASH_REPORT,		"HASH_REPORT" },
	{ VIRTIO_NET_F_RSS,			"RSS" },
	{ VIRTIO_NET_F_GUEST_HDRLEN,		"GUEST_HDRLEN" },
	{ VIRTIO_NET_F_RSC_EXT,			"RSC_EXT" },
	{ VIRTIO_NET_F_STANDBY,			"STANDBY" },
	{ VIRTIO_NET_F_SPEED_DUPLEX,		"SPEED_DUPLEX" },
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO,	"GUEST_UDP_TUNNEL_GSO" },
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM, "GUEST_UDP_TUNNEL_GSO_CSUM" },
	{ VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO,	"HOST_UDP_TUNNEL_GSO" },
	{ VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM, "HOST_UDP_TUNNEL_GSO_CSUM" },
};

/* The bit that switches one of them, where it is not the feature's own. */
static const struct ovnet_feature_offload {
	unsigned int bit;
	netdev_features_t hw;
	unsigned int mapped;
} ovnet_feature_tx_offloads[] = {
	/* All that there was when it was specified. */
	{ VIRTIO_NET_F_GSO, NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_TSO_ECN },
	{ VIRTIO_NET_F_HOST_TSO4, NETIF_F_TSO },
	{ VIRTIO_NET_F_HOST_TSO6, NETIF_F_TSO6 },
	{ VIRTIO_NET_F_HOST_ECN,  NETIF_F_TSO_ECN },
	{ VIRTIO_NET_F_HOST_USO,  NETIF_F_GSO_UDP_L4 },
	{ VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO, NETIF_F_GSO_UDP_TUNNEL },
	{ VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM, NETIF_F_GSO_UDP_TUNNEL_CSUM },
};

/*
 * What the device may do to received frames, and which switch of ours it is.
 * Merging segments is one switch, though the device has one per protocol.
 */
static const struct ovnet_feature_offload ovnet_feature_rx_offloads[] = {
	{ VIRTIO_NET_F_GUEST_CSUM, NETIF_F_RXCSUM },
	{ VIRTIO_NET_F_GUEST_TSO4, NETIF_F_GRO_HW },
	{ VIRTIO_NET_F_GUEST_TSO6, NETIF_F_GRO_HW },
	{ VIRTIO_NET_F_GUEST_ECN,  NETIF_F_GRO_HW },
	{ VIRTIO_NET_F_GUEST_UFO,  NETIF_F_GRO_HW },
	{ VIRTIO_NET_F_GUEST_USO4, NETIF_F_GRO_HW },
	{ VIRTIO_NET_F_GUEST_USO6, NETIF_F_GRO_HW },
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO, NETIF_F_GRO_HW,
	  VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_MAPPED },
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM, NETIF_F_GRO_HW,
	  VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM_MAPPED },
};

/* Tunnels that trains may be in, and what the kernel calls them. */
static const struct ovnet_feature_tunnel {
	unsigned int in;
	unsigned int out;
	u32 type;
} ovnet_feature_tunnels[] = {
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO, VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO,
	  SKB_GSO_UDP_TUNNEL },
	{ VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM,
	  VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM, SKB_GSO_UDP_TUNNEL_CSUM },
};

/* Trains of segments that may come, and how their headers call them. */
static const struct ovnet_feature_train {
	unsigned int bit;
	u8 type;
} ovnet_feature_trains[] = {
	{ VIRTIO_NET_F_GUEST_TSO4, VIRTIO_NET_HDR_GSO_TCPV4 },
	{ VIRTIO_NET_F_GUEST_TSO6, VIRTIO_NET_HDR_GSO_TCPV6 },
	{ VIRTIO_NET_F_GUEST_UFO,  VIRTIO_NET_HDR_GSO_UDP },
	{ VIRTIO_NET_F_GUEST_USO4, VIRTIO_NET_HDR_GSO_UDP_L4 },
	{ VIRTIO_NET_F_GUEST_USO6, VIRTIO_NET_HDR_GSO_UDP_L4 },
};

/**
 * ovnet_feature_resolve() - give up what the device offers but cannot have
 * @vdev: device, in validate()
 */
void ovnet_feature_resolve(struct virtio_device *vdev)
{
	orion_feature_resolve(vdev, ovnet_feature_needs,
			      ARRAY_SIZE(ovnet_feature_needs));
}

/**
 * ovnet_feature_log() - say what was negotiated
 * @vdev: device after negotiation
 */
void ovnet_feature_log(const struct virtio_device *vdev)
{
	orion_feature_log(vdev, ovnet_feature_names,
			  ARRAY_SIZE(ovnet_feature_names));
}

/**
 * ovnet_feature_many() - may the device have more than one queue pair?
 * @vdev: device
 *
 * Return: true if it says how many.
 */
bool ovnet_feature_many(const struct virtio_device *vdev)
{
	return orion_feature_has(vdev, VIRTIO_NET_F_MQ) ||
	       orion_feature_has(vdev, VIRTIO_NET_F_RSS);
}

static void ovnet_feature_tunnels_of(const struct virtio_device *vdev,
				     struct ovnet_hdr_format *format)
{
	unsigned int i;

	format->tunnels_in = 0;
	format->tunnels_out = 0;
	for (i = 0; i < ARRAY_SIZE(ovnet_feature_tunnels); i++) {
		const struct ovnet_feature_tunnel *row =
			&ovnet_feature_tunnels[i];

		if (orion_feature_has(vdev, row->in))
			format->tunnels_in |= row->type;
		if (orion_feature_has(vdev, row->out))
			format->tunnels_out |= row->type;
	}
}

/**
 * ovnet_feature_format() - how the virtio headers of this device look
 * @vdev: device after negotiation
 * @format: to fill
 */
void ovnet_feature_format(const struct virtio_device *vdev,
			  struct ovnet_hdr_format *format)
{
	bool modern = orion_feature_has(vdev, VIRTIO_F_VERSION_1);
	unsigned int i;

	format->alone = !modern &&
			!orion_feature_has(vdev, VIRTIO_F_ANY_LAYOUT);
	format->mergeable = orion_feature_has(vdev, VIRTIO_NET_F_MRG_RXBUF);
	format->little_endian = modern || virtio_legacy_is_little_endian();
	format->hash = orion_feature_has(vdev, VIRTIO_NET_F_HASH_REPORT);
	/* Only a legacy device saves the bytes of a count that it never needs. */
	format->len = modern || format->mergeable ?
		      sizeof(struct virtio_net_hdr_mrg_rxbuf) :
		      sizeof(struct virtio_net_hdr);
	ovnet_feature_tunnels_of(vdev, format);
	if (format->tunnels_in || format->tunnels_out)
		format->len = sizeof(struct ovnet_hdr);
	else if (format->hash)
		format->len = offsetof(struct ovnet_hdr, outer_th);
	format->csum = orion_feature_has(vdev, VIRTIO_NET_F_GUEST_CSUM);
	format->rsc = orion_feature_has(vdev, VIRTIO_NET_F_RSC_EXT);
	format->ecn = orion_feature_has(vdev, VIRTIO_NET_F_GUEST_ECN);
	format->gso_types = 0;
	for (i = 0; i < ARRAY_SIZE(ovnet_feature_trains); i++)
		if (orion_feature_has(vdev, ovnet_feature_trains[i].bit))
			format->gso_types |= BIT(ovnet_feature_trains[i].type);
}

/**
 * ovnet_feature_tx() - offloads that the device has for packets we send
 * @vdev: device after negotiation
 *
 * Return: features of the net device.
 */
netdev_features_t ovnet_feature_tx(const struct virtio_device *vdev)
{
	netdev_features_t hw = NETIF_F_HW_CSUM | NETIF_F_SG;
	unsigned int i;

	/* All of them leave checksums to the device. */
	if (!orion_feature_has(vdev, VIRTIO_NET_F_CSUM))
		return 0;

	for (i = 0; i < ARRAY_SIZE(ovnet_feature_tx_offloads); i++)
		if (orion_feature_has(vdev, ovnet_feature_tx_offloads[i].bit))
			hw |= ovnet_feature_tx_offloads[i].hw;

	return hw;
}

/**
 * ovnet_feature_rx() - offloads that the device has for frames we receive
 * @vdev: device after negotiation
 *
 * Return: features of the net device.
 */
netdev_features_t ovnet_feature_rx(const struct virtio_device *vdev)
{
	netdev_features_t hw = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ovnet_feature_rx_offloads); i++)
		if (orion_feature_has(vdev, ovnet_feature_rx_offloads[i].bit))
			hw |= ovnet_feature_rx_offloads[i].hw;
	if (orion_feature_has(vdev, VIRTIO_NET_F_HASH_REPORT))
		hw |= NETIF_F_RXHASH;

	return hw;
}

/**
 * ovnet_feature_changeable() - offloads that can be switched at run time
 * @vdev: device after negotiation
 *
 * Return: features of the net device.
 */
netdev_features_t ovnet_feature_changeable(const struct virtio_device *vdev)
{
	netdev_features_t hw = ovnet_feature_tx(vdev);

	if (orion_feature_has(vdev, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS))
		hw |= ovnet_feature_rx(vdev);
	/* We can always ignore it; the device may need it to steer. */
	if (orion_feature_has(vdev, VIRTIO_NET_F_HASH_REPORT))
		hw |= NETIF_F_RXHASH;

	return hw;
}

/**
 * ovnet_feature_offloads() - what to tell the device for a set of features
 * @vdev: device after negotiation
 * @features: features that the net device is to have
 *
 * Return: for ovnet_ctrl_offloads(); never more than was negotiated.
 */
u64 ovnet_feature_offloads(const struct virtio_device *vdev,
			   netdev_features_t features)
{
	u64 offloads = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ovnet_feature_rx_offloads); i++) {
		const struct ovnet_feature_offload *row =
			&ovnet_feature_rx_offloads[i];

		if (features & row->hw && orion_feature_has(vdev, row->bit))
			offloads |= BIT_ULL(row->mapped ?: row->bit);
	}

	return offloads;
}
