/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_FEATURE_H
#define _OVNET_FEATURE_H

#include <linux/netdev_features.h>
#include <linux/types.h>

struct ovnet_hdr_format;
struct virtio_device;

/* Bits that are accepted; the compiler holds the table to it. */
#define OVNET_FEATURES		40
/* The first of them, which only a legacy device has. */
#define OVNET_FEATURES_LEGACY	2
/* The last of them, which the core of an older kernel has no room for. */
#define OVNET_FEATURES_WIDE	4

extern const unsigned int ovnet_feature_table[OVNET_FEATURES];

void ovnet_feature_resolve(struct virtio_device *vdev);
void ovnet_feature_log(const struct virtio_device *vdev);
bool ovnet_feature_many(const struct virtio_device *vdev);
void ovnet_feature_format(const struct virtio_device *vdev,
			  struct ovnet_hdr_format *format);
netdev_features_t ovnet_feature_tx(const struct virtio_device *vdev);
netdev_features_t ovnet_feature_rx(const struct virtio_device *vdev);
netdev_features_t ovnet_feature_changeable(const struct virtio_device *vdev);
u64 ovnet_feature_offloads(const struct virtio_device *vdev,
			   netdev_features_t features);

#endif
