// SPDX-License-Identifier: GPL-2.0-only
/* Programs say how soon they map a blob: v6.15 */
#include <linux/types.h>

#include <drm/virtgpu_drm.h>

struct drm_virtgpu_resource_create_blob probe = { .blob_hints = 0 };
