/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_DAMAGE_H
#define _OVGPU_DAMAGE_H

#include <linux/types.h>

#include <drm/drm_rect.h>

/* Each rectangle is a command of its own, which has its price too. */
#define OVGPU_DAMAGE_RECTS	8
/* Frames remembered; programs rarely have more than four buffers. */
#define OVGPU_DAMAGE_FRAMES	8

/**
 * struct ovgpu_damage - a region, as a few rectangles that cover it
 * @count: rectangles in use
 * @rects: the rectangles; they may overlap
 */
struct ovgpu_damage {
	unsigned int count;
	struct drm_rect rects[OVGPU_DAMAGE_RECTS];
};

/**
 * struct ovgpu_history - how the picture changed from frame to frame
 * @frame: number of the newest frame
 * @frames: what changed with each of the newest frames, by number modulo size
 * @oldest: the oldest frame from which the way to @frame is known
 */
struct ovgpu_history {
	u64 frame;
	struct ovgpu_damage frames[OVGPU_DAMAGE_FRAMES];
	u64 oldest;
};

/**
 * struct ovgpu_seen - what the host's image of a buffer has of one history
 * @frame: number of the frame that it held last, 0 if it never held one
 * @touched: where it was overwritten since, on somebody else's behalf
 */
struct ovgpu_seen {
	u64 frame;
	struct ovgpu_damage touched;
};

void ovgpu_damage_clear(struct ovgpu_damage *damage);
void ovgpu_damage_add(struct ovgpu_damage *damage, const struct drm_rect *rect);
void ovgpu_damage_bounds(const struct ovgpu_damage *damage,
			 struct drm_rect *bounds);
void ovgpu_damage_drop(struct ovgpu_damage *damage,
		       const struct ovgpu_damage *done);
void ovgpu_damage_widen(struct ovgpu_damage *damage, int width,
			unsigned int pieces);

void ovgpu_damage_push(struct ovgpu_history *history,
		       const struct ovgpu_damage *damage);
void ovgpu_damage_missed(const struct ovgpu_history *history,
			 const struct ovgpu_seen *seen,
			 const struct drm_rect *within,
			 struct ovgpu_damage *missed);
void ovgpu_damage_forget(struct ovgpu_history *history);

#endif
