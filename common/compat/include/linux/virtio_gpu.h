/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_VIRTIO_GPU_H
#define _ORION_COMPAT_LINUX_VIRTIO_GPU_H

#include_next <linux/virtio_gpu.h>

/* Kinds of contexts that got their names here between v6.2 and v6.14. */
#ifndef VIRTIO_GPU_CAPSET_GFXSTREAM_VULKAN
#define VIRTIO_GPU_CAPSET_GFXSTREAM_VULKAN	3
#endif
#ifndef VIRTIO_GPU_CAPSET_VENUS
#define VIRTIO_GPU_CAPSET_VENUS			4
#endif
#ifndef VIRTIO_GPU_CAPSET_CROSS_DOMAIN
#define VIRTIO_GPU_CAPSET_CROSS_DOMAIN		5
#endif
#ifndef VIRTIO_GPU_CAPSET_DRM
#define VIRTIO_GPU_CAPSET_DRM			6
#endif

#endif
