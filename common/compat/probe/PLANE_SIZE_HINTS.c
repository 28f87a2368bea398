// SPDX-License-Identifier: GPL-2.0-only
/* A cursor plane says which sizes it likes: after v6.1; v6.12 has it */
#include <drm/drm_mode.h>
#include <drm/drm_plane.h>

int probe(struct drm_plane *plane, const struct drm_plane_size_hint *hints)
{
	return drm_plane_add_size_hints_property(plane, hints, 1);
}
