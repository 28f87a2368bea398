/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_IOCTL_H
#define _OVGPU_IOCTL_H

#include <drm/drm_ioctl.h>
#include <drm/virtgpu_drm.h>

#define OVGPU_IOCTL_COUNT	(DRM_VIRTGPU_CONTEXT_INIT + 1)

extern const struct drm_ioctl_desc ovgpu_ioctl_table[OVGPU_IOCTL_COUNT];

#endif
