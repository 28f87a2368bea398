/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_MODE_CONFIG_H
#define _ORION_COMPAT_DRM_MODE_CONFIG_H

#include_next <drm/drm_mode_config.h>
#include "compat_config.h"

/*
 * Parameters of a fb_create() callback, and the format's info from them: the
 * newest kernel hands it in as the parameter info.
 */
#ifdef HAVE_FB_CREATE_INFO
#define COMPAT_FB_CREATE_PARAMS						\
	(struct drm_device *drm, struct drm_file *file,			\
	 const struct drm_format_info *info,				\
	 const struct drm_mode_fb_cmd2 *args)
#define COMPAT_FB_CREATE_INFO	info
#else
#include <drm/drm_fourcc.h>

#define COMPAT_FB_CREATE_PARAMS						\
	(struct drm_device *drm, struct drm_file *file,			\
	 const struct drm_mode_fb_cmd2 *args)
#define COMPAT_FB_CREATE_INFO	drm_get_format_info(drm, args)
#endif

#endif
