/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_VIRTIO_GPU_H
#define _ORION_COMPAT_LINUX_VIRTIO_GPU_H

#include "compat_config.h"

/* The configuration space has grown at its end. */
#ifdef HAVE_VIRTIO_GPU_BLOB_ALIGNMENT
#include_next <linux/virtio_gpu.h>
#else
#define virtio_gpu_config	compat_virtio_gpu_config_v0
#include_next <linux/virtio_gpu.h>
#undef virtio_gpu_config

#define VIRTIO_GPU_F_BLOB_ALIGNMENT	5

struct virtio_gpu_config {
	__le32 events_read;
	__le32 events_clear;
	__le32 num_scanouts;
	__le32 num_capsets;
	__le32 blob_alignment;
};
#endif

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
