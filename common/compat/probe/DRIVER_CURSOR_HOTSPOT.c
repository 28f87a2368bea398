// SPDX-License-Identifier: GPL-2.0-only
/* A driver can say that its cursors need a hotspot: v6.6 */
#include <drm/drm_drv.h>

int probe = DRIVER_CURSOR_HOTSPOT;
