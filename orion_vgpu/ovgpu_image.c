// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has seen what: the host's images of buffers, and the scanouts' frames.
 *
 * A frame of a scanout says what changed on that scanout. An image that several
 * scanouts show gets uploads for each of them, which count as frames for the
 * one that asked, and to the others are changes that no frame tells of.
 */

#include <linux/bitops.h>
#include <linux/spinlock.h>

#include <drm/drm_rect.h>

#include "ovgpu.h"

/**
 * ovgpu_image_show() - a scanout turns to another image, or to none
 * @output: scanout
 * @old: what it showed, or NULL
 * @res: what it will show, or NULL
 *
 * What ovgpu_image_drawn() saw before is known afterwards; what it sees later,
 * it sees shown.
 *
 * Context: Atomic commit of the scanout's CRTC.
 */
void ovgpu_image_show(struct ovgpu_output *output, struct ovgpu_resource *old,
		      struct ovgpu_resource *res)
{
	struct ovgpu *ovgpu = output->ovgpu;
	int failures = atomic_read(&ovgpu->kms.failures);
	u32 bit = BIT(output->index);

	spin_lock(&ovgpu->resources.lock);
	if (old)
		old->shown_on &= ~bit;
	if (res)
		res->shown_on |= bit;
	/* No frame tells of a failure, nor of what is drawn while it is off. */
	if (!res || failures != output->failures)
		ovgpu_damage_forget(&output->history);
	output->failures = failures;
	spin_unlock(&ovgpu->resources.lock);
}

static void ovgpu_image_widen(const struct ovgpu_resource *res,
			      struct ovgpu_damage *damage)
{
	const struct ovgpu_view *view = &res->view;
	u64 end = view->offset + (u64)view->pitch * view->height;

	if (ovgpu_resource_is_direct(res))
		return;

	/* Behind the last line's pixels the buffer may be over. */
	if (end <= res->bo->base.size)
		ovgpu_damage_widen(damage, view->pitch / 4,
				   res->bo->pieces);
}

/* The image is overwritten with newer pixels than a frame tells of. */
static void ovgpu_image_touch(struct ovgpu_seen *seen,
			      const struct ovgpu_damage *damage)
{
	unsigned int i;

	for (i = 0; i < damage->count; i++)
		ovgpu_damage_add(&seen->touched, &damage->rects[i]);
}

/**
 * ovgpu_image_frame() - a scanout's picture changes
 * @output: scanout; ovgpu_image_show() was called for @res
 * @res: image that it shows now
 * @commit: number of the commit
 * @src: part of @res that it shows
 * @frame: where the picture differs from the last one, within @src
 * @upload: set to what the host must copy, and this commit does not do yet
 * @flush: set to the smallest rectangle around all that is new in @res
 *
 * Context: Atomic commit of the scanout's CRTC.
 */
void ovgpu_image_frame(struct ovgpu_output *output, struct ovgpu_resource *res,
		       u64 commit, const struct drm_rect *src,
		       const struct ovgpu_damage *frame,
		       struct ovgpu_damage *upload, struct drm_rect *flush)
{
	struct ovgpu *ovgpu = output->ovgpu;
	struct ovgpu_seen *seen = &res->seen[output->index];
	unsigned int i;

	spin_lock(&ovgpu->resources.lock);
	ovgpu_damage_push(&output->history, frame);
	ovgpu_damage_missed(&output->history, seen, src, upload);
	/* What others write to a buffer, no frame tells of. */
	if (READ_ONCE(res->bo->foreign)) {
		ovgpu_damage_clear(upload);
		ovgpu_damage_add(upload, src);
	}
	seen->frame = output->history.frame;
	ovgpu_damage_clear(&seen->touched);
	ovgpu_damage_bounds(upload, flush);
	if (ovgpu_resource_is_direct(res))
		ovgpu_damage_clear(upload);

	/* Scanouts that mirror each other want the same, and once is enough. */
	ovgpu_image_widen(res, upload);
	if (res->commit == commit) {
		ovgpu_damage_drop(upload, &res->uploaded);
	} else {
		res->commit = commit;
		res->uploaded = *upload;
	}

	for (i = 0; i < ovgpu->output_count; i++)
		if (i != output->index)
			ovgpu_image_touch(&res->seen[i], upload);
	spin_unlock(&ovgpu->resources.lock);
}

/**
 * ovgpu_image_drawn() - a program drew into a buffer without a flip
 * @res: image of the buffer
 * @damage: where; set to what the host should copy
 *
 * To a scanout that shows the image it is a frame like others.
 *
 * Context: Process.
 * Return: true if the host is worth being told. If not, whoever shows the image
 * next uploads all of it.
 */
bool ovgpu_image_drawn(struct ovgpu_resource *res, struct ovgpu_damage *damage)
{
	struct ovgpu *ovgpu = res->ovgpu;
	struct ovgpu_history *history;
	struct ovgpu_seen *seen;
	unsigned int i;
	bool shown;

	ovgpu_image_widen(res, damage);

	spin_lock(&ovgpu->resources.lock);
	shown = res->shown_on;
	for (i = 0; i < ovgpu->output_count; i++) {
		history = &ovgpu->outputs[i].history;
		seen = &res->seen[i];
		if (!shown) {
			seen->frame = 0;
		} else if (res->shown_on & BIT(i)) {
			/* One that lacks older frames goes on lacking them. */
			if (seen->frame == history->frame)
				seen->frame++;
			ovgpu_damage_push(history, damage);
		} else {
			ovgpu_image_touch(seen, damage);
		}
	}
	spin_unlock(&ovgpu->resources.lock);

	return shown;
}

static void ovgpu_image_transferred(struct ovgpu_cmd *cmd)
{
	/* What the host's image holds now, nobody knows. */
	if (cmd->base.err)
		atomic_inc(&cmd->ovgpu->kms.failures);
}

/**
 * ovgpu_image_transfer() - have the host copy a rectangle
 * @res: image
 * @cmd: new command; its reference goes to the batch
 * @rect: rectangle within @res
 * @batch: list to which the command is added
 *
 * Context: Any.
 */
void ovgpu_image_transfer(struct ovgpu_resource *res, struct ovgpu_cmd *cmd,
			  const struct drm_rect *rect, struct list_head *batch)
{
	cmd->done = ovgpu_image_transferred;
	ovgpu_queue_add(cmd, ovgpu_resource_transfer(res, cmd, rect), batch);
}
