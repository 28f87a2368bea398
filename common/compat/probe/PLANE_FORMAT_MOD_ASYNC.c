// SPDX-License-Identifier: GPL-2.0-only
/* A plane says what can be flipped to without waiting: after v6.12 */
#include <drm/drm_plane.h>

bool probe(struct drm_plane *plane, const struct drm_plane_funcs *funcs)
{
	return funcs->format_mod_supported_async(plane, 0, 0);
}
