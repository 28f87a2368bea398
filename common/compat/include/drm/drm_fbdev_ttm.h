/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_FBDEV_TTM_H
#define _ORION_COMPAT_DRM_FBDEV_TTM_H

#include "compat_config.h"

#ifdef HAVE_DRM_FBDEV_TTM
#include_next <drm/drm_fbdev_ttm.h>
#else
/* Nothing to say: drm_client_setup() does all. */
#define DRM_FBDEV_TTM_DRIVER_OPS	.lastclose = NULL
#endif

#endif
