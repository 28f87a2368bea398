/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_NETDEV_H
#define _OVNET_NETDEV_H

struct ovnet;
struct virtio_device;

struct ovnet *ovnet_netdev_alloc(struct virtio_device *vdev,
				 unsigned int pairs);
void ovnet_netdev_free(struct ovnet *ovnet);
int ovnet_netdev_setup(struct ovnet *ovnet);

#endif
