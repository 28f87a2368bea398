/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_CURSOR_H
#define _OVGPU_CURSOR_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "ovgpu_cmd.h"

struct ovgpu_bo;
struct ovgpu_cmd;
struct ovgpu_output;
struct ovgpu_plane;
struct ovgpu_resource;

/* Hosts take images of this width and height only. */
#define OVGPU_CURSOR_SIZE	64
#define OVGPU_CURSOR_BYTES	(OVGPU_CURSOR_SIZE * OVGPU_CURSOR_SIZE * 4)

/**
 * struct ovgpu_cursor - the pointer of a scanout: what it should be, and what
 * the host has been told
 *
 * At most one command is under way on each queue. Whatever changes meanwhile
 * is told when it comes back, so only the newest of everything is told, and
 * nobody waits.
 */
struct ovgpu_cursor {
	/* Constant once the plane was used. */

	/** @bo: Counted; 64x64 pixels that the host copies an image from. */
	struct ovgpu_bo *bo;
	/** @res: Counted; the host's image of @bo. */
	struct ovgpu_resource *res;
	/** @staging: @bo, mapped. */
	void *staging;
	/** @upload: Owned; copies @bo, on the control queue. */
	struct ovgpu_cmd *upload;
	/** @tell: Owned; updates or moves, on the cursor queue. */
	struct ovgpu_cmd *tell;

	/** @draft: Owned; the image that an update makes. Written by updates. */
	void *draft;

	/** @lock: Guards the members below. Any context; innermost. */
	spinlock_t lock;
	/** @image: Owned; the newest image. */
	void *image __guarded_by(&lock);
	/** @want: What the host should show. */
	struct ovgpu_cursor_pos want __guarded_by(&lock);
	/** @fresh: @image is newer than @bo. */
	bool fresh __guarded_by(&lock);
	/** @define: The host knows an older image, hotspot or visibility. */
	bool define __guarded_by(&lock);
	/** @moved: The host knows an older position. */
	bool moved __guarded_by(&lock);
	/** @shown: The host shows a cursor. */
	bool shown __guarded_by(&lock);
	/** @uploading: @upload is under way. */
	bool uploading __guarded_by(&lock);
	/** @telling: @tell is under way. */
	bool telling __guarded_by(&lock);
};

int ovgpu_cursor_init(struct ovgpu_output *output);
bool ovgpu_cursor_snapshot(struct ovgpu_output *output, __le32 *image, int *x,
			   int *y);
struct ovgpu_plane *ovgpu_cursor_alloc_plane(struct ovgpu_output *output);

#endif
