// SPDX-License-Identifier: GPL-2.0-only
/*
 * The primary plane: the picture of a scanout.
 *
 * A framebuffer is shown in up to three steps: the host copies what its image
 * of the buffer lacks, turns the scanout to the image if it shows another one,
 * and flushes what changed.
 */

#include <linux/slab.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_blend.h>
#include <drm/drm_crtc.h>
#include <drm/drm_damage_helper.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem_atomic_helper.h>
#include <drm/drm_plane_helper.h>

#include "ovgpu.h"

/* A position between pixels cannot be shown. */
static bool ovgpu_plane_is_whole(const struct drm_plane_state *state)
{
	return !((state->src_x | state->src_y | state->src_w | state->src_h) &
		 0xffff);
}

static int ovgpu_plane_atomic_check(struct drm_plane *plane,
				    struct drm_atomic_commit *commit)
{
	struct drm_plane_state *state =
		drm_atomic_get_new_plane_state(commit, plane);
	struct drm_crtc_state *crtc_state;

	if (!state->crtc) {
		/* Copied from a state that may have been visible. */
		state->visible = false;
		return 0;
	}

	crtc_state = drm_atomic_get_new_crtc_state(commit, state->crtc);
	if (state->fb && !ovgpu_plane_is_whole(state))
		return -EINVAL;

	return drm_atomic_helper_check_plane_state(state, crtc_state,
						   DRM_PLANE_NO_SCALING,
						   DRM_PLANE_NO_SCALING,
						   false, true);
}

static int ovgpu_plane_prepare_fb(struct drm_plane *plane,
				  struct drm_plane_state *state)
{
	/* Without clips the whole plane is one rectangle. */
	unsigned int rects = drm_plane_get_damage_clips_count(state) ?
			     OVGPU_DAMAGE_RECTS : 1;
	int err;

	if (state->fb) {
		err = ovgpu_fb_realize(to_ovgpu_fb(state->fb));
		if (err)
			return err;
		err = drm_gem_plane_helper_prepare_fb(plane, state);
		if (err)
			return err;
	}

	/*
	 * A transfer for each, SET_SCANOUT, RESOURCE_FLUSH. Past this point
	 * the commit cannot fail, so nor may an allocation.
	 */
	return ovgpu_kms_reserve(state->state, rects + 2);
}

static void ovgpu_plane_scanout_done(struct ovgpu_cmd *cmd)
{
	struct ovgpu_output *output = cmd->owner;

	if (!cmd->base.err)
		return;

	WRITE_ONCE(output->scanout.unsure, true);
	/* Of a device that goes, other things tell. */
	if (cmd->base.err != -ENODEV)
		ovgpu_output_refused(output);
}

/* What a scanout is to show: a part of a resource; all zeros for nothing. */
static void ovgpu_plane_wish(const struct drm_framebuffer *fb,
			     const struct drm_rect *src,
			     struct ovgpu_scanout *wish)
{
	const struct ovgpu_resource *res = to_ovgpu_fb(fb)->res;

	wish->resource = res->id;
	wish->rect = *src;
	if (ovgpu_resource_is_blob(res))
		ovgpu_fb_layout(fb, &wish->layout);
}

static u32 ovgpu_plane_tell_scanout(struct ovgpu_cmd *cmd, u32 index,
				    const struct ovgpu_scanout *wish)
{
	if (wish->layout.format)
		return ovgpu_cmd_set_scanout_blob(&cmd->req, index,
						  wish->resource, &wish->rect,
						  &wish->layout);

	return ovgpu_cmd_set_scanout(&cmd->req, index, wish->resource,
				     &wish->rect);
}

/* Turn the scanout to a resource, or off, unless it is so already. */
static bool ovgpu_plane_set_scanout(struct ovgpu_output *output,
				    struct drm_atomic_commit *commit,
				    const struct ovgpu_scanout *wish)
{
	struct ovgpu_scanout *scanout = &output->scanout;
	struct ovgpu_cmd *cmd;

	if (!READ_ONCE(scanout->unsure) &&
	    scanout->resource == wish->resource &&
	    drm_rect_equals(&scanout->rect, &wish->rect) &&
	    !memcmp(&scanout->layout, &wish->layout, sizeof(wish->layout)))
		return false;

	cmd = ovgpu_kms_take(commit);
	if (!cmd)
		return false;

	WRITE_ONCE(scanout->unsure, false);
	scanout->resource = wish->resource;
	scanout->rect = wish->rect;
	scanout->layout = wish->layout;
	cmd->done = ovgpu_plane_scanout_done;
	cmd->owner = output;
	ovgpu_queue_add(cmd, ovgpu_plane_tell_scanout(cmd, output->index, wish),
			&to_ovgpu_commit(commit)->batch);
	return true;
}

static void ovgpu_plane_upload(struct drm_atomic_commit *commit,
			       struct ovgpu_resource *res,
			       const struct ovgpu_damage *damage)
{
	struct ovgpu_cmd *cmd;
	unsigned int i;

	/* What the guest wrote to its own memory, the host looks at as it is. */
	if (damage->count || res->bo->blob.mem == VIRTIO_GPU_BLOB_MEM_GUEST)
		ovgpu_gem_sync(res->bo);

	for (i = 0; i < damage->count; i++) {
		cmd = ovgpu_kms_take(commit);
		if (!cmd)
			return;
		ovgpu_image_transfer(res, cmd, &damage->rects[i],
				     &to_ovgpu_commit(commit)->batch);
	}
}

static void ovgpu_plane_flush_done(struct ovgpu_cmd *cmd)
{
	struct ovgpu_output *output = cmd->owner;

	/* A flip that the host refused is over as well. */
	ovgpu_vblank_host_done(&output->crtc);
}

static void ovgpu_plane_flush(struct ovgpu_output *output,
			      struct drm_atomic_commit *commit,
			      struct ovgpu_resource *res,
			      const struct drm_rect *rect)
{
	struct ovgpu_cmd *cmd = ovgpu_kms_take(commit);

	if (!cmd)
		return;

	cmd->done = ovgpu_plane_flush_done;
	cmd->owner = output;
	ovgpu_vblank_expect_host(&output->crtc);
	ovgpu_queue_add(cmd, ovgpu_cmd_flush(&cmd->req, res->id, rect),
			&to_ovgpu_commit(commit)->batch);
}

/*
 * Where the new picture differs from the last one. Programs say so only of
 * pictures of the same part of equally large framebuffers.
 */
static void ovgpu_plane_frame_damage(const struct drm_plane_state *old,
				     const struct drm_plane_state *new,
				     const struct drm_rect *src,
				     struct ovgpu_damage *damage)
{
	struct drm_atomic_helper_damage_iter iter;
	struct drm_rect clip;

	ovgpu_damage_clear(damage);

	if (!old->fb || !old->visible || old->crtc != new->crtc ||
	    old->fb->width != new->fb->width ||
	    old->fb->height != new->fb->height) {
		ovgpu_damage_add(damage, src);
		return;
	}

	/* The whole plane, if there are no clips or it shows another part. */
	drm_atomic_helper_damage_iter_init(&iter, old, new);
	drm_atomic_for_each_plane_damage(&iter, &clip)
		ovgpu_damage_add(damage, &clip);
}

static struct ovgpu_resource *
ovgpu_plane_resource(const struct drm_plane_state *state)
{
	return state->fb ? to_ovgpu_fb(state->fb)->res : NULL;
}

static void ovgpu_plane_off(struct ovgpu_output *output,
			    struct drm_atomic_commit *commit,
			    const struct drm_plane_state *old)
{
	static const struct ovgpu_scanout nothing;

	ovgpu_image_show(output, ovgpu_plane_resource(old), NULL);
	ovgpu_plane_set_scanout(output, commit, &nothing);
}

static void ovgpu_plane_atomic_update(struct drm_plane *plane,
				      struct drm_atomic_commit *commit)
{
	struct ovgpu_output *output = to_ovgpu_plane(plane)->output;
	struct drm_plane_state *old =
		drm_atomic_get_old_plane_state(commit, plane);
	struct drm_plane_state *new =
		drm_atomic_get_new_plane_state(commit, plane);
	struct drm_crtc_state *crtc_state =
		drm_atomic_get_new_crtc_state(commit, &output->crtc);
	struct ovgpu_resource *res = ovgpu_plane_resource(new);
	struct ovgpu_damage frame, upload;
	struct ovgpu_scanout wish = { };
	struct drm_rect src, flush;

	if (!new->visible || !crtc_state->active) {
		ovgpu_plane_off(output, commit, old);
		return;
	}

	drm_rect_fp_to_int(&src, &new->src);
	ovgpu_image_show(output, ovgpu_plane_resource(old), res);
	ovgpu_plane_frame_damage(old, new, &src, &frame);
	ovgpu_image_frame(output, res, to_ovgpu_commit(commit)->number, &src,
			  &frame, &upload, &flush);
	ovgpu_plane_upload(commit, res, &upload);
	/* Another image is another picture all over, whatever was copied. */
	ovgpu_plane_wish(new->fb, &src, &wish);
	if (ovgpu_plane_set_scanout(output, commit, &wish))
		flush = src;
	if (drm_rect_visible(&flush))
		ovgpu_plane_flush(output, commit, res, &flush);
}

static void ovgpu_plane_atomic_disable(struct drm_plane *plane,
				       struct drm_atomic_commit *commit)
{
	ovgpu_plane_off(to_ovgpu_plane(plane)->output, commit,
			drm_atomic_get_old_plane_state(commit, plane));
}

static const struct drm_plane_helper_funcs ovgpu_plane_helper_funcs = {
	.prepare_fb	= ovgpu_plane_prepare_fb,
	.atomic_check	= ovgpu_plane_atomic_check,
	.atomic_update	= ovgpu_plane_atomic_update,
	.atomic_disable	= ovgpu_plane_atomic_disable,
	OVGPU_PANIC_PLANE_OPS
};

/* What can be shown at all can be shown without waiting for a tick. */
static bool __maybe_unused ovgpu_plane_is_async(struct drm_plane *plane,
						u32 format, u64 modifier)
{
	return modifier == DRM_FORMAT_MOD_LINEAR;
}

static const struct drm_plane_funcs ovgpu_plane_funcs = {
	.update_plane		= drm_atomic_helper_update_plane,
	.disable_plane		= drm_atomic_helper_disable_plane,
	.reset			= drm_atomic_helper_plane_reset,
	.atomic_duplicate_state	= drm_atomic_helper_plane_duplicate_state,
	.atomic_destroy_state	= drm_atomic_helper_plane_destroy_state,
	COMPAT_PLANE_FORMAT_MOD_ASYNC(ovgpu_plane_is_async)
};

/**
 * ovgpu_plane_alloc_primary() - make the primary plane of a scanout
 * @output: scanout
 *
 * Return: plane that ends with the device, or an error pointer.
 */
struct ovgpu_plane *ovgpu_plane_alloc_primary(struct ovgpu_output *output)
{
	struct ovgpu_plane *plane;
	int err;

	plane = drmm_universal_plane_alloc(output->ovgpu->drm,
					   struct ovgpu_plane, base,
					   BIT(output->index),
					   &ovgpu_plane_funcs, ovgpu_fb_formats,
					   ovgpu_fb_format_count,
					   ovgpu_fb_modifiers,
					   DRM_PLANE_TYPE_PRIMARY, NULL);
	if (IS_ERR(plane))
		return plane;

	plane->output = output;
	drm_plane_helper_add(&plane->base, &ovgpu_plane_helper_funcs);
	drm_plane_enable_fb_damage_clips(&plane->base);
	err = drm_plane_create_zpos_immutable_property(&plane->base, 0);
	return err ? ERR_PTR(err) : plane;
}
