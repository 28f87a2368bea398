// SPDX-License-Identifier: GPL-2.0-only
/* A plane's state has the cursor's hotspot: v6.6 */
#include <drm/drm_plane.h>

int probe(struct drm_plane_state *state)
{
	return state->hotspot_x;
}
