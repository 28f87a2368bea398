// SPDX-License-Identifier: GPL-2.0-only
/* fb_create() of a mode config is given the format's info: v6.17 */
#include <drm/drm_mode_config.h>

struct drm_framebuffer *create(struct drm_device *dev, struct drm_file *file,
			       const struct drm_format_info *info,
			       const struct drm_mode_fb_cmd2 *cmd);

const struct drm_mode_config_funcs probe = { .fb_create = create };
