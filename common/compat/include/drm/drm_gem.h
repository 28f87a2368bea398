/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_GEM_H
#define _ORION_COMPAT_DRM_GEM_H

#include_next <drm/drm_gem.h>
#include "compat_config.h"

/* A member of struct drm_gem_object_funcs, where it is one, comma included. */
#ifdef HAVE_GEM_STATUS
#define COMPAT_GEM_STATUS(...)						\
	.status = __VA_ARGS__,
#else
enum drm_gem_object_status {
	DRM_GEM_OBJECT_RESIDENT  = BIT(0),
	DRM_GEM_OBJECT_PURGEABLE = BIT(1),
};

#define COMPAT_GEM_STATUS(...)
#endif

#endif
