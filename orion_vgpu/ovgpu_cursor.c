// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cursor plane.
 *
 * Nothing orders the two queues, so an image that the control queue uploads
 * may be shown by the cursor queue only after the upload's answer; that answer
 * sends the update. Updates of the plane just write down what they want.
 */

#include <linux/slab.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_atomic_uapi.h>
#include <drm/drm_blend.h>
#include <drm/drm_damage_helper.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem_atomic_helper.h>
#include <drm/drm_managed.h>
#include <drm/drm_plane_helper.h>

#include "ovgpu.h"
#include "ovgpu_prime.h"

static const u32 ovgpu_cursor_formats[] = { DRM_FORMAT_ARGB8888 };

/* What to tell on the cursor queue now; 0 for nothing. */
static u32 ovgpu_cursor_next_locked(struct ovgpu_cursor *cursor)
{
	union ovgpu_request *req = &cursor->tell->req;
	bool ready = !cursor->fresh && !cursor->uploading;
	u32 len = 0;

	lockdep_assert_held(&cursor->lock);

	if (cursor->telling)
		return 0;

	ovgpu_queue_cmd_renew(cursor->tell);
	/* Hiding needs no image. */
	if (cursor->define && (ready || !cursor->want.resource)) {
		len = ovgpu_cmd_update_cursor(req, &cursor->want);
		cursor->shown = cursor->want.resource;
		cursor->define = false;
		cursor->moved = false;
	} else if (cursor->moved && cursor->shown && cursor->want.resource) {
		len = ovgpu_cmd_move_cursor(req, &cursor->want);
		cursor->moved = false;
	}
	cursor->telling = len;

	return len;
}

/* The length of an upload to send now; 0 for none. */
static u32 ovgpu_cursor_upload_locked(struct ovgpu_cursor *cursor)
{
	static const struct drm_rect all = {
		.x2 = OVGPU_CURSOR_SIZE,
		.y2 = OVGPU_CURSOR_SIZE,
	};

	lockdep_assert_held(&cursor->lock);

	/* While the host copies, the staging buffer is the host's. */
	if (!cursor->fresh || cursor->uploading)
		return 0;

	memcpy(cursor->staging, cursor->image, OVGPU_CURSOR_BYTES);
	ovgpu_gem_sync(cursor->bo);
	cursor->fresh = false;
	cursor->uploading = true;
	ovgpu_queue_cmd_renew(cursor->upload);
	return ovgpu_resource_transfer(cursor->res, cursor->upload, &all);
}

static void ovgpu_cursor_advance(struct ovgpu_output *output)
{
	struct ovgpu_queue *queue = &output->ovgpu->queue;
	struct ovgpu_cursor *cursor = &output->pointer;
	u32 upload_len, tell_len;
	unsigned long flags;
	LIST_HEAD(control);
	LIST_HEAD(tell);
	bool waiting;

	spin_lock_irqsave(&cursor->lock, flags);
	waiting = cursor->telling && (cursor->define || cursor->moved);
	upload_len = ovgpu_cursor_upload_locked(cursor);
	tell_len = ovgpu_cursor_next_locked(cursor);
	spin_unlock_irqrestore(&cursor->lock, flags);

	/* The commands are ours until they are submitted. */
	if (upload_len)
		ovgpu_queue_add(cursor->upload, upload_len, &control);
	if (tell_len)
		ovgpu_queue_add(cursor->tell, tell_len, &tell);
	orion_cmdq_submit_batch(&queue->control, &control);
	orion_cmdq_submit_batch(&queue->cursor, &tell);
	/* The command that is under way may be over: then this comes back. */
	if (waiting)
		orion_cmdq_reap(&queue->cursor);
}

static void ovgpu_cursor_upload_returned(struct ovgpu_cmd *cmd)
{
	struct ovgpu_output *output = cmd->owner;
	struct ovgpu_cursor *cursor = &output->pointer;
	unsigned long flags;

	spin_lock_irqsave(&cursor->lock, flags);
	cursor->uploading = false;
	spin_unlock_irqrestore(&cursor->lock, flags);
	ovgpu_cursor_advance(output);
}

static void ovgpu_cursor_tell_returned(struct ovgpu_cmd *cmd)
{
	struct ovgpu_output *output = cmd->owner;
	struct ovgpu_cursor *cursor = &output->pointer;
	unsigned long flags;

	spin_lock_irqsave(&cursor->lock, flags);
	cursor->telling = false;
	spin_unlock_irqrestore(&cursor->lock, flags);
	ovgpu_cursor_advance(output);
}

/* Copy the image of a plane state, with transparent pixels around it. */
static void ovgpu_cursor_draw(struct ovgpu_cursor *cursor,
			      const struct drm_plane_state *state)
{
	const struct drm_framebuffer *fb = state->fb;
	u32 width = state->src_w >> 16;
	u32 height = state->src_h >> 16;
	size_t from;
	u32 y;

	memset(cursor->draft, 0, OVGPU_CURSOR_BYTES);
	ovgpu_prime_begin_read(ovgpu_fb_bo(fb));
	for (y = 0; y < height; y++) {
		from = fb->offsets[0] +
		       (size_t)((state->src_y >> 16) + y) * fb->pitches[0] +
		       (state->src_x >> 16) * 4;
		ovgpu_gem_read(ovgpu_fb_bo(fb),
			       cursor->draft + y * OVGPU_CURSOR_SIZE * 4, from,
			       width * 4);
	}
	ovgpu_prime_end_read(ovgpu_fb_bo(fb));
}

/*
 * Write down what a plane state wants. @redraw: its image may be another one,
 * even if the framebuffer is the same.
 */
static void ovgpu_cursor_apply(struct ovgpu_output *output,
			       const struct drm_plane_state *state,
			       bool visible, bool redraw)
{
	struct ovgpu_cursor *cursor = &output->pointer;
	struct ovgpu_cursor_pos want = { .scanout = output->index };
	unsigned long flags;

	/* Never used, so never shown. */
	if (!cursor->res)
		return;

	if (visible) {
		compat_plane_get_hotspot(state, &want.hot_x, &want.hot_y);
		want.resource = cursor->res->id;
		/* Hosts count from the hotspot, DRM from the image's corner. */
		want.x = state->crtc_x + want.hot_x;
		want.y = state->crtc_y + want.hot_y;
		if (redraw)
			ovgpu_cursor_draw(cursor, state);
	}

	spin_lock_irqsave(&cursor->lock, flags);
	if (visible && redraw &&
	    memcmp(cursor->draft, cursor->image, OVGPU_CURSOR_BYTES)) {
		swap(cursor->draft, cursor->image);
		cursor->fresh = true;
		cursor->define = true;
	}
	if (want.resource != cursor->want.resource ||
	    want.hot_x != cursor->want.hot_x ||
	    want.hot_y != cursor->want.hot_y)
		cursor->define = true;
	if (want.x != cursor->want.x || want.y != cursor->want.y)
		cursor->moved = true;
	cursor->want = want;
	spin_unlock_irqrestore(&cursor->lock, flags);

	ovgpu_cursor_advance(output);
}

/**
 * ovgpu_cursor_snapshot() - the pointer as the host is to show it
 * @output: scanout
 * @image: filled with OVGPU_CURSOR_BYTES, if it is to be shown at all
 * @x: set to where the image's left edge is
 * @y: set to where its upper edge is
 *
 * Context: Any.
 * Return: true if it is to be shown.
 */
bool ovgpu_cursor_snapshot(struct ovgpu_output *output, __le32 *image, int *x,
			   int *y)
{
	struct ovgpu_cursor *cursor = &output->pointer;
	unsigned long flags;
	bool shown;

	spin_lock_irqsave(&cursor->lock, flags);
	shown = cursor->want.resource;
	*x = cursor->want.x - cursor->want.hot_x;
	*y = cursor->want.y - cursor->want.hot_y;
	if (shown)
		memcpy(image, cursor->image, OVGPU_CURSOR_BYTES);
	spin_unlock_irqrestore(&cursor->lock, flags);

	return shown;
}

/*
 * What the host copies from. Made when the cursor is first used, since most
 * scanouts of a host with many never have one.
 */
static int ovgpu_cursor_prepare(struct ovgpu_output *output)
{
	static const struct ovgpu_view view = {
		.pitch	= OVGPU_CURSOR_SIZE * 4,
		.height	= OVGPU_CURSOR_SIZE,
		.format	= VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM,
	};
	struct ovgpu_cursor *cursor = &output->pointer;
	struct ovgpu_resource *res;

	if (cursor->res)
		return 0;

	if (!cursor->bo) {
		struct ovgpu_bo *bo;

		bo = ovgpu_gem_alloc(output->ovgpu, OVGPU_CURSOR_BYTES);
		if (IS_ERR(bo))
			return PTR_ERR(bo);
		cursor->bo = bo;
	}

	cursor->staging = ovgpu_gem_vaddr(cursor->bo);
	if (!cursor->staging)
		return -ENOMEM;

	res = ovgpu_resource_get(cursor->bo, &view);
	if (IS_ERR(res))
		return PTR_ERR(res);

	cursor->res = res;
	return 0;
}

/* What of the pointer is on the screen. */
static int ovgpu_cursor_clip(struct drm_plane_state *state,
			     const struct drm_crtc_state *crtc_state)
{
	return drm_atomic_helper_check_plane_state(state, crtc_state,
						   DRM_PLANE_NO_SCALING,
						   DRM_PLANE_NO_SCALING,
						   true, true);
}

static int ovgpu_cursor_atomic_check(struct drm_plane *plane,
				     struct drm_atomic_commit *commit)
{
	struct drm_plane_state *state =
		drm_atomic_get_new_plane_state(commit, plane);
	struct drm_crtc_state *crtc_state;

	if (!state->crtc)
		return 0;

	/* Better refused than silently invisible. */
	if (state->fb &&
	    ((state->src_x | state->src_y | state->src_w | state->src_h) &
	     0xffff ||
	     state->src_w >> 16 > OVGPU_CURSOR_SIZE ||
	     state->src_h >> 16 > OVGPU_CURSOR_SIZE))
		return -EINVAL;
	/* The image is copied, and the host's memory cannot be read here. */
	if (state->fb && ovgpu_fb_bo(state->fb)->vram)
		return -EINVAL;

	crtc_state = drm_atomic_get_new_crtc_state(commit, state->crtc);
	if (!crtc_state)
		crtc_state = state->crtc->state;

	return ovgpu_cursor_clip(state, crtc_state);
}

static int ovgpu_cursor_prepare_fb(struct drm_plane *plane,
				   struct drm_plane_state *state)
{
	int err;

	if (!state->fb)
		return 0;

	err = ovgpu_cursor_prepare(to_ovgpu_plane(plane)->output);
	if (err)
		return err;

	/* Reading it later must not fail. */
	if (ovgpu_fb_bo(state->fb)->attach &&
	    !ovgpu_gem_vaddr(ovgpu_fb_bo(state->fb)))
		return -ENOMEM;

	return drm_gem_plane_helper_prepare_fb(plane, state);
}

static void ovgpu_cursor_atomic_update(struct drm_plane *plane,
				       struct drm_atomic_commit *commit)
{
	struct ovgpu_output *output = to_ovgpu_plane(plane)->output;
	struct drm_plane_state *old =
		drm_atomic_get_old_plane_state(commit, plane);
	struct drm_plane_state *new =
		drm_atomic_get_new_plane_state(commit, plane);
	struct drm_crtc_state *crtc_state =
		drm_atomic_get_new_crtc_state(commit, &output->crtc);
	bool visible = new->fb && new->crtc && crtc_state->active;

	/* The old ioctls redraw only by way of a new framebuffer. */
	ovgpu_cursor_apply(output, new, visible,
			   !commit->legacy_cursor_update || old->fb != new->fb);
}

static void ovgpu_cursor_atomic_disable(struct drm_plane *plane,
					struct drm_atomic_commit *commit)
{
	struct ovgpu_output *output = to_ovgpu_plane(plane)->output;

	ovgpu_cursor_apply(output,
			   drm_atomic_get_new_plane_state(commit, plane),
			   false, false);
}

static int ovgpu_cursor_async_check COMPAT_ASYNC_CHECK_PARAMS
{
	/* There is no tearing to be had from a cursor. */
	return COMPAT_ASYNC_CHECK_FLIP ? -EINVAL : 0;
}

/* Must leave the plane's state as if it had been swapped for the new one. */
static void ovgpu_cursor_async_update(struct drm_plane *plane,
				      struct drm_atomic_commit *commit)
{
	struct drm_plane_state *new =
		drm_atomic_get_new_plane_state(commit, plane);
	struct drm_plane_state *state = plane->state;
	struct ovgpu_output *output = to_ovgpu_plane(plane)->output;
	bool redraw = new->fb != state->fb;

	swap(state->fb, new->fb);
	state->crtc_x = new->crtc_x;
	state->crtc_y = new->crtc_y;
	state->crtc_w = new->crtc_w;
	state->crtc_h = new->crtc_h;
	state->src_x = new->src_x;
	state->src_y = new->src_y;
	state->src_w = new->src_w;
	state->src_h = new->src_h;
	state->src = new->src;
	state->dst = new->dst;
	state->visible = new->visible;
	compat_plane_copy_hotspot(state, new);

	ovgpu_cursor_apply(output, state,
			   state->fb && output->crtc.state->active, redraw);
	ovgpu_crc_cursor(output);
}

/* Whether the pointer is just to be elsewhere, and nobody is about to change it. */
static bool ovgpu_cursor_only_moves(const struct drm_plane_state *state,
				    const struct drm_crtc *crtc,
				    const struct drm_framebuffer *fb,
				    unsigned int width, unsigned int height,
				    const struct drm_rect *src)
{
	return fb && state->fb == fb && state->crtc == crtc &&
	       crtc->state->active &&
	       state->crtc_w == width && state->crtc_h == height &&
	       state->src_x == src->x1 && state->src_y == src->y1 &&
	       state->src_w == drm_rect_width(src) &&
	       state->src_h == drm_rect_height(src) &&
	       (!state->commit || completion_done(&state->commit->hw_done));
}

/* As ovgpu_cursor_async_update(), of a state that differs by its place. */
static int ovgpu_cursor_move(struct drm_plane *plane, int x, int y)
{
	struct ovgpu_output *output = to_ovgpu_plane(plane)->output;
	struct drm_plane_state *state = plane->state;
	int err;

	state->crtc_x = x;
	state->crtc_y = y;
	err = ovgpu_cursor_clip(state, state->crtc->state);
	if (err)
		return err;

	ovgpu_cursor_apply(output, state, true, false);
	ovgpu_crc_cursor(output);
	return 0;
}

/*
 * The old ioctls end here. Most just move the pointer, which they do ever so
 * often: that takes none of what an atomic commit allocates and checks.
 */
static int ovgpu_cursor_update_plane(struct drm_plane *plane,
				     struct drm_crtc *crtc,
				     struct drm_framebuffer *fb, int crtc_x,
				     int crtc_y, unsigned int crtc_w,
				     unsigned int crtc_h, u32 src_x, u32 src_y,
				     u32 src_w, u32 src_h,
				     struct drm_modeset_acquire_ctx *ctx)
{
	struct drm_rect src = DRM_RECT_INIT(src_x, src_y, src_w, src_h);

	/* Where the far edge is out of all numbers, the core says so. */
	if (max(crtc_x, crtc_y) <= INT_MAX - OVGPU_CURSOR_SIZE &&
	    ovgpu_cursor_only_moves(plane->state, crtc, fb, crtc_w, crtc_h,
				    &src))
		return ovgpu_cursor_move(plane, crtc_x, crtc_y);

	return drm_atomic_helper_update_plane(plane, crtc, fb, crtc_x, crtc_y,
					      crtc_w, crtc_h, src_x, src_y,
					      src_w, src_h, ctx);
}

static const struct drm_plane_helper_funcs ovgpu_cursor_helper_funcs = {
	.prepare_fb		= ovgpu_cursor_prepare_fb,
	.atomic_check		= ovgpu_cursor_atomic_check,
	.atomic_update		= ovgpu_cursor_atomic_update,
	.atomic_disable		= ovgpu_cursor_atomic_disable,
	.atomic_async_check	= ovgpu_cursor_async_check,
	.atomic_async_update	= ovgpu_cursor_async_update,
};

static const struct drm_plane_funcs ovgpu_cursor_funcs = {
	.update_plane		= ovgpu_cursor_update_plane,
	.disable_plane		= drm_atomic_helper_disable_plane,
	.reset			= drm_atomic_helper_plane_reset,
	.atomic_duplicate_state	= drm_atomic_helper_plane_duplicate_state,
	.atomic_destroy_state	= drm_atomic_helper_plane_destroy_state,
};

static void ovgpu_cursor_fini(struct drm_device *drm, void *data)
{
	struct ovgpu_cursor *cursor = data;

	ovgpu_resource_put(cursor->res);
	if (cursor->bo)
		drm_gem_object_put(&cursor->bo->base);
	ovgpu_queue_cmd_free(cursor->tell);
	ovgpu_queue_cmd_free(cursor->upload);
	kfree(cursor->image);
	kfree(cursor->draft);
}

static struct ovgpu_cmd *
ovgpu_cursor_cmd_alloc(struct ovgpu_output *output,
		       void (*returned)(struct ovgpu_cmd *cmd))
{
	struct ovgpu_cmd *cmd = ovgpu_queue_cmd_alloc(output->ovgpu);

	if (!cmd)
		return NULL;

	cmd->kept = true;
	cmd->owner = output;
	cmd->returned = returned;
	return cmd;
}

/**
 * ovgpu_cursor_init() - prepare the pointer of a scanout
 * @output: scanout
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_cursor_init(struct ovgpu_output *output)
{
	struct ovgpu_cursor *cursor = &output->pointer;

	spin_lock_init(&cursor->lock);
	cursor->draft = kzalloc(OVGPU_CURSOR_BYTES, GFP_KERNEL);
	cursor->image = kzalloc(OVGPU_CURSOR_BYTES, GFP_KERNEL);
	cursor->upload = ovgpu_cursor_cmd_alloc(output,
						ovgpu_cursor_upload_returned);
	cursor->tell = ovgpu_cursor_cmd_alloc(output,
					      ovgpu_cursor_tell_returned);
	if (!cursor->draft || !cursor->image || !cursor->upload ||
	    !cursor->tell) {
		ovgpu_cursor_fini(output->ovgpu->drm, cursor);
		return -ENOMEM;
	}

	return drmm_add_action_or_reset(output->ovgpu->drm, ovgpu_cursor_fini,
					cursor);
}

/**
 * ovgpu_cursor_alloc_plane() - make the cursor plane of a scanout
 * @output: scanout
 *
 * Return: plane that ends with the device, or an error pointer.
 */
struct ovgpu_plane *ovgpu_cursor_alloc_plane(struct ovgpu_output *output)
{
	/* The host's own size; smaller images get a transparent border. */
	static const struct drm_plane_size_hint hint = {
		.width	= OVGPU_CURSOR_SIZE,
		.height	= OVGPU_CURSOR_SIZE,
	};
	struct ovgpu_plane *plane;
	int err;

	plane = drmm_universal_plane_alloc(output->ovgpu->drm,
					   struct ovgpu_plane, base,
					   BIT(output->index),
					   &ovgpu_cursor_funcs,
					   ovgpu_cursor_formats,
					   ARRAY_SIZE(ovgpu_cursor_formats),
					   ovgpu_fb_modifiers,
					   DRM_PLANE_TYPE_CURSOR, NULL);
	if (IS_ERR(plane))
		return plane;

	plane->output = output;
	drm_plane_helper_add(&plane->base, &ovgpu_cursor_helper_funcs);
	drm_plane_enable_fb_damage_clips(&plane->base);
	err = drm_plane_add_size_hints_property(&plane->base, &hint, 1);
	if (!err)
		err = drm_plane_create_blend_mode_property(&plane->base,
							   BIT(DRM_MODE_BLEND_PREMULTI));
	if (!err)
		err = drm_plane_create_zpos_immutable_property(&plane->base, 1);
	return err ? ERR_PTR(err) : plane;
}
