// SPDX-License-Identifier: GPL-2.0-only
/* A driver must say that its buffers are shared in the usual way: until v6.5 */
#include <drm/drm_drv.h>

struct drm_driver probe = { .gem_prime_mmap = 0 };
