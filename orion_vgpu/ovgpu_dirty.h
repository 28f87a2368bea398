/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_DIRTY_H
#define _OVGPU_DIRTY_H

#include <linux/atomic.h>
#include <linux/wait.h>

struct drm_clip_rect;
struct drm_file;
struct drm_framebuffer;
struct ovgpu_bo;

/**
 * struct ovgpu_dirty - updates of shown framebuffers that are under way
 * @count: how many
 * @room: where others wait until there are fewer
 * @err: the first error among those that ended since anybody was told, or 0
 */
struct ovgpu_dirty {
	atomic_t count;
	wait_queue_head_t room;
	atomic_t err;
};

void ovgpu_dirty_init(struct ovgpu_dirty *dirty);
int ovgpu_dirty_fb(struct drm_framebuffer *base, struct drm_file *file,
		   unsigned int flags, unsigned int color,
		   struct drm_clip_rect *clips, unsigned int count);
int ovgpu_dirty_bo(struct ovgpu_bo *bo);

#endif
