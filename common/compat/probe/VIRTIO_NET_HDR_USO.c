// SPDX-License-Identifier: GPL-2.0-only
/* Trains of UDP datagrams in virtio headers: v6.2 */
#include <uapi/linux/virtio_net.h>

int probe = VIRTIO_NET_HDR_GSO_UDP_L4;
