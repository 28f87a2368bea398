/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_PANIC_H
#define _OVGPU_PANIC_H

#include <linux/types.h>

struct drm_plane;
struct drm_scanout_buffer;
struct ovgpu;
struct ovgpu_cmd;

/* In the order in which they are sent; the first two only once. */
enum ovgpu_panic_step {
	OVGPU_PANIC_CREATE,
	OVGPU_PANIC_ATTACH,
	OVGPU_PANIC_TRANSFER,
	OVGPU_PANIC_SCANOUT,
	OVGPU_PANIC_FLUSH,
	OVGPU_PANIC_STEPS,
};

/**
 * struct ovgpu_panic - the screen of a kernel that panics
 *
 * Made with the device. From its registration on only a panic touches it.
 */
struct ovgpu_panic {
	/** @vaddr: Owned; what is drawn into. */
	void *vaddr;
	/** @resource: Id that the host will know it by. */
	u32 resource;
	/** @cmds: Owned; see &enum ovgpu_panic_step. */
	struct ovgpu_cmd *cmds[OVGPU_PANIC_STEPS];
	/** @known: The host knows @resource. */
	bool known;
	/**
	 * @patience: How often the device may still be found busy; 0 if there
	 * is no such screen, or no use in trying.
	 */
	unsigned int patience;
};

#ifdef CONFIG_DRM_PANIC
int ovgpu_panic_init(struct ovgpu *ovgpu);
int ovgpu_panic_get_buffer(struct drm_plane *plane,
			   struct drm_scanout_buffer *buffer);
void ovgpu_panic_flush(struct drm_plane *plane);

/* Members of struct drm_plane_helper_funcs, commas included. */
#define OVGPU_PANIC_PLANE_OPS						\
	.get_scanout_buffer	= ovgpu_panic_get_buffer,		\
	.panic_flush		= ovgpu_panic_flush,
#else
static inline int ovgpu_panic_init(struct ovgpu *ovgpu)
{
	return 0;
}

#define OVGPU_PANIC_PLANE_OPS
#endif

#endif
