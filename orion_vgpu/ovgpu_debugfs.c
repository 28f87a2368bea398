// SPDX-License-Identifier: GPL-2.0-only
/* What the driver counts, in the DRM device's debugfs folder. */

#include <linux/debugfs.h>

#include <drm/drm_file.h>

#include "ovgpu.h"
#include "ovgpu_debugfs.h"

/**
 * ovgpu_debugfs_init() - make the files
 * @minor: one of the device's minors, each of which has a folder
 */
void ovgpu_debugfs_init(struct drm_minor *minor)
{
	struct ovgpu *ovgpu = to_ovgpu(minor->dev);
	struct dentry *dir;

	dir = debugfs_create_dir("orion", minor->debugfs_root);
	orion_cmdq_debugfs(&ovgpu->queue.control, dir);
	orion_cmdq_debugfs(&ovgpu->queue.cursor, dir);
	ovgpu_cache_debugfs(ovgpu, dir);
	if (ovgpu->has_virgl)
		ovgpu_context_debugfs(ovgpu, dir);
	if (ovgpu->window.size)
		ovgpu_vram_debugfs(ovgpu, dir);
}
