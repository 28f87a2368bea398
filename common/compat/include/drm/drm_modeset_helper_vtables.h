/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_MODESET_HELPER_VTABLES_H
#define _ORION_COMPAT_DRM_MODESET_HELPER_VTABLES_H

#include_next <drm/drm_modeset_helper_vtables.h>
#include <drm/drm_atomic.h>
#include "compat_config.h"

/*
 * Parameters of an atomic_async_check() callback, and whether it is about a
 * flip: the newest kernel says so in the parameter flip.
 */
#ifdef HAVE_ATOMIC_ASYNC_CHECK_FLIP
#define COMPAT_ASYNC_CHECK_PARAMS					\
	(struct drm_plane *plane, struct drm_atomic_commit *commit, bool flip)
#define COMPAT_ASYNC_CHECK_FLIP	flip
#else
#define COMPAT_ASYNC_CHECK_PARAMS					\
	(struct drm_plane *plane, struct drm_atomic_commit *commit)
#define COMPAT_ASYNC_CHECK_FLIP	false
#endif

#endif
