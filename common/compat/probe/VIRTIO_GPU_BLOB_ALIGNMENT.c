// SPDX-License-Identifier: GPL-2.0-only
/* The device says how blobs are to be aligned: v7.2 */
#include <linux/virtio_gpu.h>

struct virtio_gpu_config probe = { .blob_alignment = 0 };
