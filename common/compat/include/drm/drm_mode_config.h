/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_MODE_CONFIG_H
#define _ORION_COMPAT_DRM_MODE_CONFIG_H

#include_next <drm/drm_mode_config.h>
#include "compat_config.h"

/*
 * The driver implements the newest signature; @thunk has the kernel's own and
 * is what goes into the table.
 */
#ifdef HAVE_FB_CREATE_INFO
#define COMPAT_FB_CREATE(thunk, fn)					\
static struct drm_framebuffer *						\
thunk(struct drm_device *dev, struct drm_file *file,			\
      const struct drm_format_info *info,				\
      const struct drm_mode_fb_cmd2 *cmd)				\
{									\
	return fn(dev, file, info, cmd);				\
}
#else
#include <drm/drm_fourcc.h>

#define COMPAT_FB_CREATE(thunk, fn)					\
static struct drm_framebuffer *						\
thunk(struct drm_device *dev, struct drm_file *file,			\
      const struct drm_mode_fb_cmd2 *cmd)				\
{									\
	return fn(dev, file, drm_get_format_info(dev, cmd), cmd);	\
}
#endif

#endif
