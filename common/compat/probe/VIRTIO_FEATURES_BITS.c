// SPDX-License-Identifier: GPL-2.0-only
/* More than 64 feature bits per device: v6.17 */
#include <linux/virtio_features.h>

int probe = VIRTIO_FEATURES_BITS;
