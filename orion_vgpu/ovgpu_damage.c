// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damage: regions of few rectangles, and what a buffer has missed.
 *
 * Programs flip between buffers and say what changed from one picture to the
 * next. The host has an image of each buffer, as old as the buffer's last
 * upload; it lacks what changed in all pictures since. Pure arithmetic.
 */

#include <linux/kernel.h>
#include <linux/limits.h>

#include "ovgpu_damage.h"

/* Pixels copied in vain are cheaper than a command, up to so many. */
#define OVGPU_DAMAGE_SLACK	1024

static s64 ovgpu_damage_area(const struct drm_rect *rect)
{
	return (s64)drm_rect_width(rect) * drm_rect_height(rect);
}

static struct drm_rect ovgpu_damage_union(const struct drm_rect *a,
					  const struct drm_rect *b)
{
	return (struct drm_rect) {
		.x1 = min(a->x1, b->x1),
		.y1 = min(a->y1, b->y1),
		.x2 = max(a->x2, b->x2),
		.y2 = max(a->y2, b->y2),
	};
}

/* Pixels to be copied in addition if both became one; less than 0 is a gain. */
static s64 ovgpu_damage_waste(const struct drm_rect *a,
			      const struct drm_rect *b)
{
	struct drm_rect both = ovgpu_damage_union(a, b);

	return ovgpu_damage_area(&both) - ovgpu_damage_area(a) -
	       ovgpu_damage_area(b);
}

/**
 * ovgpu_damage_clear() - make a region empty
 * @damage: region
 */
void ovgpu_damage_clear(struct ovgpu_damage *damage)
{
	damage->count = 0;
}

/**
 * ovgpu_damage_add() - make a region cover a rectangle as well
 * @damage: region
 * @rect: rectangle; nothing happens if it is empty
 *
 * Rectangles become one where that costs little, or where there are too many.
 */
void ovgpu_damage_add(struct ovgpu_damage *damage, const struct drm_rect *rect)
{
	struct drm_rect add = *rect;

	if (!drm_rect_visible(rect))
		return;

	while (damage->count) {
		s64 least = S64_MAX;
		unsigned int i, best = 0;

		for (i = 0; i < damage->count; i++) {
			s64 waste = ovgpu_damage_waste(&add, &damage->rects[i]);

			if (waste < least) {
				least = waste;
				best = i;
			}
		}
		if (least > OVGPU_DAMAGE_SLACK &&
		    damage->count < OVGPU_DAMAGE_RECTS)
			break;

		/* What has grown may now swallow others. */
		add = ovgpu_damage_union(&add, &damage->rects[best]);
		damage->rects[best] = damage->rects[--damage->count];
	}

	damage->rects[damage->count++] = add;
}

/**
 * ovgpu_damage_bounds() - the smallest rectangle around a region
 * @damage: region
 * @bounds: set to the rectangle; an empty one for an empty region
 */
void ovgpu_damage_bounds(const struct ovgpu_damage *damage,
			 struct drm_rect *bounds)
{
	unsigned int i;

	*bounds = damage->count ? damage->rects[0] : (struct drm_rect) { };
	for (i = 1; i < damage->count; i++)
		*bounds = ovgpu_damage_union(bounds, &damage->rects[i]);
}

/**
 * ovgpu_damage_clip() - cut off what is outside of a rectangle
 * @damage: region
 * @to: rectangle
 */
void ovgpu_damage_clip(struct ovgpu_damage *damage, const struct drm_rect *to)
{
	unsigned int i = 0;

	while (i < damage->count) {
		if (drm_rect_intersect(&damage->rects[i], to))
			i++;
		else
			damage->rects[i] = damage->rects[--damage->count];
	}
}

/**
 * ovgpu_damage_push() - the picture changed
 * @history: history
 * @damage: where the new picture differs from the last one
 */
void ovgpu_damage_push(struct ovgpu_history *history,
		       const struct ovgpu_damage *damage)
{
	history->frame++;
	history->frames[history->frame % OVGPU_DAMAGE_FRAMES] = *damage;
	if (history->frame - history->oldest > OVGPU_DAMAGE_FRAMES)
		history->oldest = history->frame - OVGPU_DAMAGE_FRAMES;
}

/**
 * ovgpu_damage_since() - where the picture changed since a frame
 * @history: history
 * @frame: number of the frame
 * @damage: region to which the changes are added
 *
 * Return: false if that is not known.
 */
bool ovgpu_damage_since(const struct ovgpu_history *history, u64 frame,
			struct ovgpu_damage *damage)
{
	const struct ovgpu_damage *changed;
	unsigned int i;

	if (frame < history->oldest || frame > history->frame)
		return false;

	for (frame++; frame <= history->frame; frame++) {
		changed = &history->frames[frame % OVGPU_DAMAGE_FRAMES];
		for (i = 0; i < changed->count; i++)
			ovgpu_damage_add(damage, &changed->rects[i]);
	}

	return true;
}

/**
 * ovgpu_damage_forget() - something changed that no damage tells of
 * @history: history; of all frames so far nothing is known any more
 */
void ovgpu_damage_forget(struct ovgpu_history *history)
{
	history->frame++;
	history->oldest = history->frame;
}
