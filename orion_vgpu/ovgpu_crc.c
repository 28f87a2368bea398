// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checksums of what a scanout shows, the pointer included: one for each frame,
 * in debugfs, in the way that DRM has for them.
 *
 * The host tells of none, so they are computed of the buffers that it was told
 * to show, again only when it was told something. What is drawn without being
 * told is not on the host's screen either.
 */

#include <linux/crc32.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <drm/drm_atomic.h>
#include <drm/drm_crtc.h>
#include <drm/drm_debugfs_crc.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_managed.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_vblank.h>

#include "ovgpu.h"
#include "ovgpu_pixel.h"

/* When the computation is later than so many frames, some are left out. */
#define OVGPU_CRC_CATCH_UP	16

static const char *const ovgpu_crc_source_names[] = { "auto" };

/**
 * struct ovgpu_crc_scratch - memory to compute a checksum in
 * @pointer: image of the pointer
 * @line: a line of the picture
 */
struct ovgpu_crc_scratch {
	__le32 pointer[OVGPU_CURSOR_SIZE * OVGPU_CURSOR_SIZE];
	u32 line[OVGPU_KMS_SIZE_MAX];
};

static u32 ovgpu_crc_compute(struct ovgpu_output *output,
			     const struct drm_framebuffer *fb,
			     const struct drm_rect *src)
{
	struct ovgpu_crc_scratch *scratch = output->crc.scratch;
	unsigned int width = drm_rect_width(src);
	int pointer_x, pointer_y, row, y;
	bool pointer;
	u32 crc = 0;

	/*
	 * Another driver's memory can only be read through a mapping, the host's
	 * not at all.
	 */
	if (ovgpu_fb_bo(fb)->vram)
		return 0;
	if (ovgpu_fb_bo(fb)->attach && !ovgpu_gem_vaddr(ovgpu_fb_bo(fb)))
		return 0;

	pointer = ovgpu_cursor_snapshot(output, scratch->pointer, &pointer_x,
					&pointer_y);
	for (y = 0; y < drm_rect_height(src); y++) {
		ovgpu_gem_read(ovgpu_fb_bo(fb), scratch->line,
			       fb->offsets[0] +
			       (size_t)(src->y1 + y) * fb->pitches[0] +
			       src->x1 * 4, width * 4);
		ovgpu_pixel_normalize(scratch->line, width, fb->format->format);
		row = y - pointer_y;
		if (pointer && row >= 0 && row < OVGPU_CURSOR_SIZE)
			ovgpu_pixel_blend(scratch->line, width,
					  scratch->pointer +
					  row * OVGPU_CURSOR_SIZE,
					  OVGPU_CURSOR_SIZE, pointer_x);
		crc = crc32_le(crc, (u8 *)scratch->line, width * 4);
		cond_resched();
	}

	return crc;
}

/* Bring the checksum up to date, if it is not. */
static void ovgpu_crc_update(struct ovgpu_output *output)
{
	struct ovgpu_crc *crc = &output->crc;
	struct drm_framebuffer *fb = NULL;
	struct drm_rect src;
	bool stale;

	mutex_lock(&crc->reading);
	spin_lock_irq(&crc->lock);
	stale = crc->stale;
	crc->stale = false;
	if (stale && crc->fb) {
		fb = crc->fb;
		drm_framebuffer_get(fb);
		src = crc->src;
	}
	spin_unlock_irq(&crc->lock);

	if (stale)
		crc->value = fb ? ovgpu_crc_compute(output, fb, &src) : 0;
	mutex_unlock(&crc->reading);

	if (fb)
		drm_framebuffer_put(fb);
}

static void ovgpu_crc_work(struct work_struct *work)
{
	struct ovgpu_crc *crc = container_of(work, struct ovgpu_crc, work);
	struct ovgpu_output *output =
		container_of(crc, struct ovgpu_output, crc);
	u64 now = drm_crtc_vblank_count(&output->crtc);

	ovgpu_crc_update(output);

	/* Frames that passed meanwhile had the same picture. */
	if (now > crc->frame + OVGPU_CRC_CATCH_UP)
		crc->frame = now - 1;
	while (crc->frame < now) {
		crc->frame++;
		drm_crtc_add_crc_entry(&output->crtc, true, (u32)crc->frame,
				       &crc->value);
	}
}

/*
 * What the plane shows from now on; with its reference, whatever it was. Once
 * the flip is over, a program may draw into what was shown before, so a
 * checksum of that has to be ready before the flip begins.
 */
static void ovgpu_crc_take(struct ovgpu_crc *crc,
			   const struct drm_plane_state *state, bool active)
{
	struct drm_framebuffer *fb = NULL;
	struct drm_rect src = { };

	if (active && state->visible) {
		fb = state->fb;
		drm_framebuffer_get(fb);
		drm_rect_fp_to_int(&src, &state->src);
	}

	mutex_lock(&crc->reading);
	spin_lock_irq(&crc->lock);
	/* Unless the reader has just gone. */
	if (crc->open) {
		swap(crc->fb, fb);
		crc->src = src;
		crc->stale = true;
	}
	spin_unlock_irq(&crc->lock);
	mutex_unlock(&crc->reading);

	if (fb)
		drm_framebuffer_put(fb);
}

static void ovgpu_crc_spoil(struct ovgpu_crc *crc)
{
	unsigned long flags;

	spin_lock_irqsave(&crc->lock, flags);
	crc->stale = true;
	spin_unlock_irqrestore(&crc->lock, flags);
}

static int ovgpu_crc_open(struct ovgpu_output *output)
{
	struct ovgpu_crc *crc = &output->crc;
	struct drm_crtc *crtc = &output->crtc;
	int err;

	crc->scratch = kvmalloc(sizeof(*crc->scratch), GFP_KERNEL);
	if (!crc->scratch)
		return -ENOMEM;

	/* Later commits have to wait, and then find it open. */
	drm_modeset_lock(&crtc->mutex, NULL);
	err = drm_crtc_vblank_get(crtc);
	if (!err) {
		crc->frame = drm_crtc_vblank_count(crtc);
		spin_lock_irq(&crc->lock);
		crc->open = true;
		spin_unlock_irq(&crc->lock);
		ovgpu_crc_take(crc, output->primary->base.state,
			       crtc->state->active);
	}
	drm_modeset_unlock(&crtc->mutex);

	if (err) {
		kvfree(crc->scratch);
		crc->scratch = NULL;
	}
	return err;
}

static void ovgpu_crc_close(struct ovgpu_output *output)
{
	struct ovgpu_crc *crc = &output->crc;
	struct drm_framebuffer *fb;

	spin_lock_irq(&crc->lock);
	crc->open = false;
	fb = crc->fb;
	crc->fb = NULL;
	spin_unlock_irq(&crc->lock);

	cancel_work_sync(&crc->work);
	kvfree(crc->scratch);
	crc->scratch = NULL;
	if (fb)
		drm_framebuffer_put(fb);
	drm_crtc_vblank_put(&output->crtc);
}

/**
 * ovgpu_crc_sources() - what checksums can be computed of
 * @crtc: CRTC
 * @count: set to the number of names
 *
 * Return: names.
 */
const char *const *ovgpu_crc_sources(struct drm_crtc *crtc, size_t *count)
{
	*count = ARRAY_SIZE(ovgpu_crc_source_names);
	return ovgpu_crc_source_names;
}

/**
 * ovgpu_crc_verify_source() - is there such a source?
 * @crtc: CRTC
 * @source: its name, or NULL for none
 * @values: set to the number of checksums of a frame
 *
 * Return: 0 or -EINVAL.
 */
int ovgpu_crc_verify_source(struct drm_crtc *crtc, const char *source,
			    size_t *values)
{
	if (source && strcmp(source, ovgpu_crc_source_names[0]))
		return -EINVAL;

	*values = 1;
	return 0;
}

/**
 * ovgpu_crc_set_source() - begin or end telling checksums
 * @crtc: CRTC
 * @source: name of the source, or NULL to end
 *
 * Context: Process. May sleep. DRM has one reader at a time.
 * Return: 0 or a negative errno.
 */
int ovgpu_crc_set_source(struct drm_crtc *crtc, const char *source)
{
	struct ovgpu_output *output = to_ovgpu_output(crtc);
	size_t values;
	int err;

	err = ovgpu_crc_verify_source(crtc, source, &values);
	if (err || output->crc.open == !!source)
		return err;

	if (source)
		return ovgpu_crc_open(output);

	ovgpu_crc_close(output);
	return 0;
}

/**
 * ovgpu_crc_commit() - the host is about to be told of other pictures
 * @commit: commit that does so
 *
 * Context: Tail of a commit.
 */
void ovgpu_crc_commit(struct drm_atomic_commit *commit)
{
	struct drm_plane_state *plane_state;
	struct drm_crtc_state *crtc_state;
	struct ovgpu_output *output;
	struct drm_crtc *crtc;
	int i;

	for_each_new_crtc_in_state(commit, crtc, crtc_state, i) {
		output = to_ovgpu_output(crtc);
		if (!READ_ONCE(output->crc.open))
			continue;

		plane_state = drm_atomic_get_new_plane_state(commit,
							     crtc->primary);
		if (plane_state)
			ovgpu_crc_take(&output->crc, plane_state,
				       crtc_state->active);
		else
			ovgpu_crc_spoil(&output->crc);
	}
}

/**
 * ovgpu_crc_cursor() - the pointer changed without a commit
 * @output: scanout
 *
 * Context: Any.
 */
void ovgpu_crc_cursor(struct ovgpu_output *output)
{
	if (READ_ONCE(output->crc.open))
		ovgpu_crc_spoil(&output->crc);
}

/**
 * ovgpu_crc_dirty() - a program drew into what may be shown
 * @ovgpu: device
 * @res: the host's image of it
 *
 * Context: Process.
 */
void ovgpu_crc_dirty(struct ovgpu *ovgpu, const struct ovgpu_resource *res)
{
	struct ovgpu_crc *crc;
	unsigned int i;

	for (i = 0; i < ovgpu->output_count; i++) {
		crc = &ovgpu->outputs[i].crc;
		if (!READ_ONCE(crc->open))
			continue;

		spin_lock_irq(&crc->lock);
		if (crc->fb && to_ovgpu_fb(crc->fb)->res == res)
			crc->stale = true;
		spin_unlock_irq(&crc->lock);
	}
}

/**
 * ovgpu_crc_tick() - a frame begins
 * @output: scanout
 *
 * Context: The vertical blank's timer.
 */
void ovgpu_crc_tick(struct ovgpu_output *output)
{
	struct ovgpu_crc *crc = &output->crc;
	unsigned long flags;

	if (!READ_ONCE(crc->open))
		return;

	/* Under the lock, so that nothing is queued once it is closed. */
	spin_lock_irqsave(&crc->lock, flags);
	if (crc->open)
		queue_work(system_highpri_wq, &crc->work);
	spin_unlock_irqrestore(&crc->lock, flags);
}

static void ovgpu_crc_fini(struct drm_device *drm, void *data)
{
	struct ovgpu_crc *crc = data;

	cancel_work_sync(&crc->work);
	kvfree(crc->scratch);
	mutex_destroy(&crc->reading);
}

/**
 * ovgpu_crc_init() - prepare a scanout for checksums
 * @output: scanout
 *
 * Return: 0 or a negative errno.
 */
int ovgpu_crc_init(struct ovgpu_output *output)
{
	struct ovgpu_crc *crc = &output->crc;

	mutex_init(&crc->reading);
	spin_lock_init(&crc->lock);
	INIT_WORK(&crc->work, ovgpu_crc_work);
	return drmm_add_action_or_reset(output->ovgpu->drm, ovgpu_crc_fini,
					crc);
}
