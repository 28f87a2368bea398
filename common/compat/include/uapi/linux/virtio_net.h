/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_UAPI_LINUX_VIRTIO_NET_H
#define _ORION_COMPAT_UAPI_LINUX_VIRTIO_NET_H

#include_next <uapi/linux/virtio_net.h>

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

/* Exact lengths of headers, from v6.8 on. */
#ifndef VIRTIO_NET_F_GUEST_HDRLEN
#define VIRTIO_NET_F_GUEST_HDRLEN	59
#endif

#endif
