// SPDX-License-Identifier: GPL-2.0-only
/* Console for any buffers that the kernel can map: v6.12 (v6.11 otherwise) */
#include <drm/drm_fbdev_ttm.h>
#include <drm/drm_drv.h>

struct drm_driver probe = { DRM_FBDEV_TTM_DRIVER_OPS };
