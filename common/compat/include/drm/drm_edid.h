/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_EDID_H
#define _ORION_COMPAT_DRM_EDID_H

#include_next <drm/drm_edid.h>
#include "compat_config.h"

#ifndef HAVE_EDID_CONNECTOR_ADD_MODES
#include <drm/drm_connector.h>
#include <linux/list.h>

/* Here drm_edid_connector_update() has added them. */
static inline int drm_edid_connector_add_modes(struct drm_connector *connector)
{
	struct list_head *pos;
	int count = 0;

	list_for_each(pos, &connector->probed_modes)
		count++;

	return count;
}
#endif

#endif
