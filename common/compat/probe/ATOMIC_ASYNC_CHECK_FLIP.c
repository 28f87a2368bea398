// SPDX-License-Identifier: GPL-2.0-only
/* atomic_async_check() of a plane is told whether it is a flip: v6.16 */
#include <drm/drm_modeset_helper_vtables.h>

int check(struct drm_plane *plane,
	  typeof(((struct drm_plane_state *)0)->state) state, bool flip);

const struct drm_plane_helper_funcs probe = { .atomic_async_check = check };
