/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_MODESET_HELPER_H
#define _ORION_COMPAT_DRM_MODESET_HELPER_H

#include_next <drm/drm_modeset_helper.h>
#include "compat_config.h"

#ifndef HAVE_FILL_FB_INFO
#define drm_helper_mode_fill_fb_struct(dev, fb, info, cmd) \
	((void)(info), drm_helper_mode_fill_fb_struct(dev, fb, cmd))
#endif

#endif
