/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_LINK_H
#define _OVNET_LINK_H

struct orion_config;
struct ovnet;
struct virtio_device;

void ovnet_link_init(struct ovnet *ovnet);
void ovnet_link_start(struct ovnet *ovnet);
void ovnet_link_stop(struct ovnet *ovnet);
void ovnet_link_notify(struct virtio_device *vdev);

#endif
