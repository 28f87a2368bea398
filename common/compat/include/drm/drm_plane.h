/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_PLANE_H
#define _ORION_COMPAT_DRM_PLANE_H

#include_next <drm/drm_plane.h>
#include "compat_config.h"

#ifndef HAVE_PLANE_SIZE_HINTS
#include <linux/types.h>

struct drm_plane_size_hint {
	__u16 width;
	__u16 height;
};

static inline int
drm_plane_add_size_hints_property(struct drm_plane *plane,
				  const struct drm_plane_size_hint *hints,
				  int num_hints)
{
	return 0;
}
#endif

/* A member of struct drm_plane_funcs, where it is one, comma included. */
#ifdef HAVE_PLANE_FORMAT_MOD_ASYNC
#define COMPAT_PLANE_FORMAT_MOD_ASYNC(...)				\
	.format_mod_supported_async = __VA_ARGS__,
#else
#define COMPAT_PLANE_FORMAT_MOD_ASYNC(...)
#endif

/* Before planes had a hotspot, the old cursor ioctl put it into the framebuffer. */
#ifdef HAVE_PLANE_HOTSPOT
static inline void compat_plane_get_hotspot(const struct drm_plane_state *state,
					    int *x, int *y)
{
	*x = state->hotspot_x;
	*y = state->hotspot_y;
}

static inline void compat_plane_copy_hotspot(struct drm_plane_state *to,
					     const struct drm_plane_state *from)
{
	to->hotspot_x = from->hotspot_x;
	to->hotspot_y = from->hotspot_y;
}
#else
#include <drm/drm_framebuffer.h>

static inline void compat_plane_get_hotspot(const struct drm_plane_state *state,
					    int *x, int *y)
{
	*x = state->fb->hot_x;
	*y = state->fb->hot_y;
}

static inline void compat_plane_copy_hotspot(struct drm_plane_state *to,
					     const struct drm_plane_state *from)
{
}
#endif

#endif
