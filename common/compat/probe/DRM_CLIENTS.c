// SPDX-License-Identifier: GPL-2.0-only
/* <drm/clients/drm_client_setup.h>, one folder higher before: v6.13 */
#include <drm/clients/drm_client_setup.h>

void probe(struct drm_device *drm)
{
	drm_client_setup_with_fourcc(drm, 0);
}
