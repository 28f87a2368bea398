/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_DEBUGFS_H
#define _OVGPU_DEBUGFS_H

struct drm_minor;

void ovgpu_debugfs_init(struct drm_minor *minor);

#endif
