/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_CLIENT_SETUP_H
#define _ORION_COMPAT_DRM_CLIENT_SETUP_H

#include "compat_config.h"

#if defined(HAVE_DRM_CLIENTS)
#include_next <drm/clients/drm_client_setup.h>
#elif defined(HAVE_DRM_FBDEV_TTM)
#include <drm/drm_client_setup.h>
#else
#include <drm/drm_fb_helper.h>
#include <drm/drm_fourcc.h>

static inline void drm_client_setup_with_fourcc(struct drm_device *drm,
						u32 fourcc)
{
	drm_fbdev_generic_setup(drm, drm_format_info(fourcc)->cpp[0] * 8);
}
#endif

#endif
