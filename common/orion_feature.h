/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_FEATURE_H
#define _ORION_FEATURE_H

#include <linux/bits.h>
#include <linux/types.h>

struct virtio_device;

/**
 * struct orion_feature_name - what to call a feature bit in messages
 * @bit: number of the bit
 * @name: the specification's name without its prefix
 */
struct orion_feature_name {
	unsigned int bit;
	const char *name;
};

/**
 * struct orion_feature_need - "a device that has @bit must have @any_of"
 * @bit: number of the dependent bit
 * @any_of: mask of bits 0 to 63 of which one is enough; several rows make an "and"
 * @any_of_wide: likewise, of bits 64 to 127
 */
struct orion_feature_need {
	unsigned int bit;
	u64 any_of;
	u64 any_of_wide;
};

bool orion_feature_has(const struct virtio_device *vdev, unsigned int bit);
unsigned int orion_feature_resolve(struct virtio_device *vdev,
				   const struct orion_feature_need *needs,
				   unsigned int count);
void orion_feature_log(const struct virtio_device *vdev,
		       const struct orion_feature_name *names,
		       unsigned int count);

#endif
