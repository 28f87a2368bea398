// SPDX-License-Identifier: GPL-2.0-only
/* A driver must have a date: until v6.13 */
#include <drm/drm_drv.h>

struct drm_driver probe = { .date = "" };
