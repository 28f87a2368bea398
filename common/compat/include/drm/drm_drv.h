/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_DRV_H
#define _ORION_COMPAT_DRM_DRV_H

#include_next <drm/drm_drv.h>
#include "compat_config.h"

#ifndef HAVE_DRIVER_CURSOR_HOTSPOT
#define DRIVER_CURSOR_HOTSPOT	0
#endif

/* What DRM adds to a file's fdinfo, comma included. */
#ifdef HAVE_DRM_SHOW_FDINFO
#define COMPAT_DRM_FDINFO_OPS	.show_fdinfo = drm_show_memory_stats,
#else
#define COMPAT_DRM_FDINFO_OPS
#endif

/* Members of struct drm_driver that older kernels must have, commas included. */
#if defined(HAVE_GEM_PRIME_MMAP)
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>

#define COMPAT_DRM_DRIVER_OPS						\
	.date			= "20260101",				\
	.prime_handle_to_fd	= drm_gem_prime_handle_to_fd,		\
	.prime_fd_to_handle	= drm_gem_prime_fd_to_handle,		\
	.gem_prime_mmap		= drm_gem_prime_mmap,
#elif defined(HAVE_DRM_DRIVER_DATE)
#define COMPAT_DRM_DRIVER_OPS						\
	.date			= "20260101",
#else
#define COMPAT_DRM_DRIVER_OPS
#endif

#endif
