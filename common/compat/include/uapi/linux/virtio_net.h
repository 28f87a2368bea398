/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_UAPI_LINUX_VIRTIO_NET_H
#define _ORION_COMPAT_UAPI_LINUX_VIRTIO_NET_H

#include_next <uapi/linux/virtio_net.h>

/* Moderation of single queues is in VIRTIO 1.3, and here from v6.6 on. */
#ifndef VIRTIO_NET_F_VQ_NOTF_COAL
#define VIRTIO_NET_F_VQ_NOTF_COAL		52
#define VIRTIO_NET_CTRL_NOTF_COAL_VQ_SET	2
#define VIRTIO_NET_CTRL_NOTF_COAL_VQ_GET	3

struct virtio_net_ctrl_coal {
	__le32 max_packets;
	__le32 max_usecs;
};

struct virtio_net_ctrl_coal_vq {
	__le16 vqn;
	__le16 reserved;
	struct virtio_net_ctrl_coal coal;
};
#endif

/* What the device counts is in VIRTIO 1.4, and here from v6.11 on. */
#ifndef VIRTIO_NET_F_DEVICE_STATS
#define VIRTIO_NET_F_DEVICE_STATS		50
#define VIRTIO_NET_CTRL_STATS			8
#define VIRTIO_NET_CTRL_STATS_QUERY		0
#define VIRTIO_NET_CTRL_STATS_GET		1

#define VIRTIO_NET_STATS_TYPE_REPLY_RX_BASIC	0
#define VIRTIO_NET_STATS_TYPE_REPLY_RX_CSUM	1
#define VIRTIO_NET_STATS_TYPE_REPLY_RX_GSO	2
#define VIRTIO_NET_STATS_TYPE_REPLY_RX_SPEED	3
#define VIRTIO_NET_STATS_TYPE_REPLY_TX_BASIC	16
#define VIRTIO_NET_STATS_TYPE_REPLY_TX_CSUM	17
#define VIRTIO_NET_STATS_TYPE_REPLY_TX_GSO	18
#define VIRTIO_NET_STATS_TYPE_REPLY_TX_SPEED	19
#define VIRTIO_NET_STATS_TYPE_REPLY_CVQ		32

struct virtio_net_stats_reply_hdr {
	__u8 type;
	__u8 reserved;
	__le16 vq_index;
	__le16 reserved1;
	__le16 size;
};
#endif

/* Hashing inside of tunnels is in VIRTIO 1.4, and not here yet. */
#ifndef VIRTIO_NET_F_HASH_TUNNEL
#define VIRTIO_NET_F_HASH_TUNNEL		51
#define VIRTIO_NET_CTRL_HASH_TUNNEL		7
#define VIRTIO_NET_CTRL_HASH_TUNNEL_SET		0
/* RFC 2784 to NVGRE, nine of them. */
#define VIRTIO_NET_HASH_TUNNEL_TYPES		0x1ff
/* Behind the structure that the kernel has. */
#define VIRTIO_NET_CONFIG_TUNNEL_TYPES		24
#endif

/* UDP segmentation offload is in VIRTIO 1.3 and in the headers from v6.2 on. */
#ifndef VIRTIO_NET_F_GUEST_USO4
#define VIRTIO_NET_F_GUEST_USO4		54
#endif
#ifndef VIRTIO_NET_F_GUEST_USO6
#define VIRTIO_NET_F_GUEST_USO6		55
#endif
#ifndef VIRTIO_NET_F_HOST_USO
#define VIRTIO_NET_F_HOST_USO		56
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4	5
#endif

/* Trains in UDP tunnels are in VIRTIO 1.4, and here from v6.17 on. */
#ifndef VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO
#define VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO		65
#define VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM		66
#define VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO		67
#define VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM		68
#define VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_MAPPED	46
#define VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM_MAPPED	47
#define VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM		8
#define VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4		0x20
#define VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6		0x40
#define VIRTIO_NET_HDR_GSO_UDP_TUNNEL			0x60
#endif

/* Exact lengths of headers, from v6.8 on. */
#ifndef VIRTIO_NET_F_GUEST_HDRLEN
#define VIRTIO_NET_F_GUEST_HDRLEN	59
#endif

#endif
