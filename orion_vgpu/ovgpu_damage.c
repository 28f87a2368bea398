// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damage: regions of few rectangles, and what an image has missed.
 *
 * Programs flip between buffers and say what changed from one picture to the
 * next. The host has an image of each buffer, as old as the buffer's last
 * upload; it lacks what changed in all pictures since. Pure arithmetic.
 */

#include <linux/kernel.h>
#include <linux/limits.h>

#include "ovgpu_damage.h"

/*
 * What a host spends besides on copying pixels, in pixels that it could have
 * copied instead: on a command; on a row, unless the rows are whole lines and
 * so lie one behind the other; on each piece of the buffer's memory, which is
 * gone through from the beginning for each row. Measured on QEMU's iov_to_buf().
 */
#define OVGPU_DAMAGE_COMMAND	4096
#define OVGPU_DAMAGE_ROW	64
#define OVGPU_DAMAGE_PIECE	4

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
		if (least > OVGPU_DAMAGE_COMMAND &&
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
 * ovgpu_damage_drop() - leave out what another region covers
 * @damage: region
 * @done: the other region; a rectangle of @damage that lies in one of its
 *	rectangles is left out
 */
void ovgpu_damage_drop(struct ovgpu_damage *damage,
		       const struct ovgpu_damage *done)
{
	struct drm_rect common;
	unsigned int i = 0, j;

	while (i < damage->count) {
		for (j = 0; j < done->count; j++) {
			common = damage->rects[i];
			if (drm_rect_intersect(&common, &done->rects[j]) &&
			    drm_rect_equals(&common, &damage->rects[i]))
				break;
		}
		if (j < done->count)
			damage->rects[i] = damage->rects[--damage->count];
		else
			i++;
	}
}

/**
 * ovgpu_damage_widen() - have whole lines copied where that is cheaper
 * @damage: region within a buffer
 * @width: of the buffer's lines
 * @pieces: pieces of memory that the buffer consists of
 */
void ovgpu_damage_widen(struct ovgpu_damage *damage, int width,
			unsigned int pieces)
{
	s64 row = OVGPU_DAMAGE_ROW + (s64)OVGPU_DAMAGE_PIECE * pieces;
	const struct ovgpu_damage narrow = *damage;
	struct drm_rect rect;
	unsigned int i;

	ovgpu_damage_clear(damage);
	for (i = 0; i < narrow.count; i++) {
		s64 rows = drm_rect_height(&narrow.rects[i]);

		rect = narrow.rects[i];
		if ((width - drm_rect_width(&rect)) * rows <= (rows - 1) * row) {
			rect.x1 = 0;
			rect.x2 = width;
		}
		ovgpu_damage_add(damage, &rect);
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

static void ovgpu_damage_add_part(struct ovgpu_damage *damage,
				  const struct ovgpu_damage *other,
				  const struct drm_rect *within)
{
	struct drm_rect rect;
	unsigned int i;

	for (i = 0; i < other->count; i++) {
		rect = other->rects[i];
		if (drm_rect_intersect(&rect, within))
			ovgpu_damage_add(damage, &rect);
	}
}

/**
 * ovgpu_damage_missed() - what an image lacks of the newest frame
 * @history: history
 * @seen: what the image has of it
 * @within: part of the buffer that the frame shows
 * @missed: region to fill; all of @within if it is not known
 */
void ovgpu_damage_missed(const struct ovgpu_history *history,
			 const struct ovgpu_seen *seen,
			 const struct drm_rect *within,
			 struct ovgpu_damage *missed)
{
	u64 frame = seen->frame;

	ovgpu_damage_clear(missed);
	if (frame < history->oldest || frame > history->frame) {
		ovgpu_damage_add(missed, within);
		return;
	}

	ovgpu_damage_add_part(missed, &seen->touched, within);
	for (frame++; frame <= history->frame; frame++)
		ovgpu_damage_add_part(missed,
				      &history->frames[frame % OVGPU_DAMAGE_FRAMES],
				      within);
}

/**
 * ovgpu_damage_forget() - something changed that no damage tells of
 * @history: history; of all frames so far nothing is known any more. A new one,
 *	all zeros, begins with this
 */
void ovgpu_damage_forget(struct ovgpu_history *history)
{
	history->frame++;
	history->oldest = history->frame;
}
