/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_MODESET_HELPER_VTABLES_H
#define _ORION_COMPAT_DRM_MODESET_HELPER_VTABLES_H

#include_next <drm/drm_modeset_helper_vtables.h>
#include <drm/drm_atomic.h>
#include "compat_config.h"

/* The driver implements the newest signature, @thunk has the kernel's own. */
#ifdef HAVE_ATOMIC_ASYNC_CHECK_FLIP
#define COMPAT_ATOMIC_ASYNC_CHECK(thunk, fn)				\
static int thunk(struct drm_plane *plane,				\
		 struct drm_atomic_commit *commit, bool flip)		\
{									\
	return fn(plane, commit, flip);					\
}
#else
#define COMPAT_ATOMIC_ASYNC_CHECK(thunk, fn)				\
static int thunk(struct drm_plane *plane,				\
		 struct drm_atomic_commit *commit)			\
{									\
	return fn(plane, commit, false);				\
}
#endif

#endif
