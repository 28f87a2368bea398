// SPDX-License-Identifier: GPL-2.0-only
/* A driver says where a buffer is: v6.5 */
#include <drm/drm_gem.h>

struct drm_gem_object_funcs probe = { .status = NULL };
int resident = DRM_GEM_OBJECT_RESIDENT;
