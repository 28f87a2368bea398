// SPDX-License-Identifier: GPL-2.0-only
/* Programs give sync objects with their commands: v6.6 */
#include <linux/types.h>

#include <drm/virtgpu_drm.h>

struct drm_virtgpu_execbuffer probe = { .num_in_syncobjs = 0 };
