/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_ATOMIC_H
#define _ORION_COMPAT_DRM_ATOMIC_H

#include_next <drm/drm_atomic.h>
#include "compat_config.h"

/* The structure only; the function drm_atomic_commit() is out of reach here. */
#ifndef HAVE_DRM_ATOMIC_COMMIT
#define drm_atomic_commit			drm_atomic_state
#define drm_atomic_commit_init			drm_atomic_state_init
#define drm_atomic_commit_default_clear		drm_atomic_state_default_clear
#define drm_atomic_commit_default_release	drm_atomic_state_default_release
#endif

#endif
