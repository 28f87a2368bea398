// SPDX-License-Identifier: GPL-2.0-only
/* DRM tells of a file's memory by itself: v6.5 */
#include <drm/drm_drv.h>
#include <drm/drm_file.h>

struct drm_driver probe = { .show_fdinfo = drm_show_memory_stats };
