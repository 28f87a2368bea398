// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drawing into what is shown, as the console and old programs do: it goes to
 * the host at once, past commits and ticks.
 *
 * Programs may run ahead of the host by a few updates, so that they need not
 * wait for each, and by no more, so that what is seen is never old.
 */

#include <drm/drm_framebuffer.h>
#include <drm/drm_mode.h>
#include <drm/drm_rect.h>

#include "ovgpu.h"

/* Updates on their way to the host at once. */
#define OVGPU_DIRTY_WINDOW	4

/**
 * ovgpu_dirty_init() - nothing is under way
 * @dirty: to prepare
 */
void ovgpu_dirty_init(struct ovgpu_dirty *dirty)
{
	atomic_set(&dirty->count, 0);
	atomic_set(&dirty->err, 0);
	init_waitqueue_head(&dirty->room);
}

/* Clips come from a program: they may be empty, or lie anywhere. */
static void ovgpu_dirty_damage(const struct drm_framebuffer *fb,
			       const struct drm_clip_rect *clips,
			       unsigned int count, bool pairs,
			       struct ovgpu_damage *damage)
{
	struct drm_rect all = DRM_RECT_INIT(0, 0, fb->width, fb->height);
	struct drm_rect rect;
	unsigned int i;

	ovgpu_damage_clear(damage);
	if (!count)
		ovgpu_damage_add(damage, &all);

	/* Of a pair, the first says where the second was copied from. */
	for (i = pairs ? 1 : 0; i < count; i += pairs ? 2 : 1) {
		drm_rect_init(&rect, clips[i].x1, clips[i].y1,
			      clips[i].x2 - clips[i].x1,
			      clips[i].y2 - clips[i].y1);
		if (drm_rect_intersect(&rect, &all))
			ovgpu_damage_add(damage, &rect);
	}
}

static void ovgpu_dirty_end(struct ovgpu_dirty *dirty)
{
	atomic_dec(&dirty->count);
	wake_up(&dirty->room);
}

static void ovgpu_dirty_flushed(struct ovgpu_cmd *cmd)
{
	struct ovgpu_dirty *dirty = cmd->owner;

	if (cmd->base.err)
		atomic_cmpxchg(&dirty->err, 0, cmd->base.err);
	ovgpu_dirty_end(dirty);
}

/* Commands for transfers and a flush, not filled yet; a place in the window. */
static int ovgpu_dirty_begin(struct ovgpu *ovgpu, unsigned int count,
			     struct list_head *spare)
{
	struct ovgpu_dirty *dirty = &ovgpu->dirty;
	struct ovgpu_cmd *cmd;

	while (count--) {
		cmd = ovgpu_queue_cmd_alloc(ovgpu);
		if (!cmd)
			return -ENOMEM;
		orion_cmd_batch(&cmd->base, spare);
	}

	/* Each of them ends when the host answers, or at its deadline. */
	return wait_event_killable(dirty->room,
				   atomic_add_unless(&dirty->count, 1,
						     OVGPU_DIRTY_WINDOW));
}

static struct ovgpu_cmd *ovgpu_dirty_take(struct list_head *spare)
{
	struct ovgpu_cmd *cmd;

	cmd = list_first_entry(spare, struct ovgpu_cmd, base.node);
	list_del_init(&cmd->base.node);
	return cmd;
}

static void ovgpu_dirty_send(struct ovgpu_resource *res,
			     const struct ovgpu_damage *damage,
			     struct list_head *spare)
{
	struct ovgpu *ovgpu = res->ovgpu;
	struct drm_rect flush;
	struct ovgpu_cmd *cmd;
	LIST_HEAD(batch);
	unsigned int i;

	for (i = 0; i < damage->count && !ovgpu_resource_is_direct(res); i++)
		ovgpu_image_transfer(res, ovgpu_dirty_take(spare),
				     &damage->rects[i], &batch);

	ovgpu_damage_bounds(damage, &flush);
	cmd = ovgpu_dirty_take(spare);
	cmd->done = ovgpu_dirty_flushed;
	cmd->owner = &ovgpu->dirty;
	ovgpu_queue_add(cmd, ovgpu_cmd_flush(&cmd->req, res->id, &flush),
			&batch);

	ovgpu_gem_sync(res->bo);
	ovgpu_crc_dirty(ovgpu, res);
	orion_cmdq_submit_batch(&ovgpu->queue.control, &batch);
}

/* The host copies the damage if somebody sees it. */
static int ovgpu_dirty_res(struct ovgpu_resource *res,
			   struct ovgpu_damage *damage)
{
	struct ovgpu_dirty *dirty = &res->ovgpu->dirty;
	LIST_HEAD(spare);
	int err;

	err = ovgpu_dirty_begin(res->ovgpu, damage->count + 1, &spare);
	if (err)
		goto out_put_spare;

	/* From here on the upload is part of the record, and cannot fail. */
	if (ovgpu_image_drawn(res, damage))
		ovgpu_dirty_send(res, damage, &spare);
	else
		ovgpu_dirty_end(dirty);
	err = atomic_xchg(&dirty->err, 0);

out_put_spare:
	ovgpu_queue_cmd_put_list(&spare);
	return err;
}

/**
 * ovgpu_dirty_fb() - a program drew into a framebuffer that may be shown
 * @base: framebuffer
 * @file: the program's
 * @flags: DRM_MODE_FB_DIRTY_*
 * @color: ignored
 * @clips: where; borrowed
 * @count: number of @clips; 0 means everywhere
 *
 * Context: Process. May sleep until the host has caught up.
 * Return: 0 or a negative errno, which may be what the host said to an earlier
 * update.
 */
int ovgpu_dirty_fb(struct drm_framebuffer *base, struct drm_file *file,
		   unsigned int flags, unsigned int color,
		   struct drm_clip_rect *clips, unsigned int count)
{
	bool pairs = flags & DRM_MODE_FB_DIRTY_ANNOTATE_COPY;
	struct ovgpu_resource *res;
	struct ovgpu_damage damage;

	/* A framebuffer that the host does not know is not shown. */
	res = READ_ONCE(to_ovgpu_fb(base)->res);
	if (!res)
		return 0;

	ovgpu_dirty_damage(base, clips, count, pairs, &damage);
	return damage.count ? ovgpu_dirty_res(res, &damage) : 0;
}

/* All of an image but what may lie behind the last line's end, unseen. */
static void ovgpu_dirty_all(const struct ovgpu_resource *res,
			    struct ovgpu_damage *damage)
{
	const struct ovgpu_view *view = &res->view;
	u64 last = view->offset + (u64)(view->height - 1) * view->pitch;
	u32 width = min_t(u64, view->pitch, res->bo->base.size - last) / 4;

	damage->count = 1;
	drm_rect_init(&damage->rects[0], 0, 0, width, view->height);
}

/**
 * ovgpu_dirty_bo() - somebody wrote to a buffer, nobody knows where
 * @bo: buffer
 *
 * Where it is shown, all of it goes to the host at once; else whoever shows it
 * next uploads all.
 *
 * Context: Process. May sleep until the host has caught up.
 * Return: 0 or a negative errno, as ovgpu_dirty_fb().
 */
int ovgpu_dirty_bo(struct ovgpu_bo *bo)
{
	struct ovgpu_resource *res;
	struct ovgpu_damage damage;
	int err = 0;

	mutex_lock(&bo->lock);
	list_for_each_entry(res, &bo->resources, node) {
		/* A copy of it is what was written to, or the picture itself. */
		if (ovgpu_resource_is_direct(res))
			continue;
		ovgpu_dirty_all(res, &damage);
		err = ovgpu_dirty_res(res, &damage);
		if (err)
			break;
	}
	mutex_unlock(&bo->lock);

	return err;
}
