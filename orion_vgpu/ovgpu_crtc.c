// SPDX-License-Identifier: GPL-2.0-only
/* The CRTC of a scanout: modes, on and off, and the end of a flip. */

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_crtc.h>
#include <drm/drm_modes.h>
#include <drm/drm_vblank.h>

#include "ovgpu.h"

/* Faster than this, the timer would be busy with nothing else. */
#define OVGPU_CRTC_HZ_MAX	1000

static enum drm_mode_status
ovgpu_crtc_mode_valid(struct drm_crtc *crtc,
		      const struct drm_display_mode *mode)
{
	u64 pixels = (u64)mode->htotal * mode->vtotal;

	if (mode->hdisplay < OVGPU_KMS_SIZE_MIN ||
	    mode->vdisplay < OVGPU_KMS_SIZE_MIN)
		return MODE_BAD;
	if (mode->flags & DRM_MODE_FLAG_INTERLACE)
		return MODE_NO_INTERLACE;
	if (mode->flags & DRM_MODE_FLAG_DBLSCAN || mode->vscan > 1)
		return MODE_NO_DBLESCAN;
	if (mode->hdisplay > OVGPU_KMS_SIZE_MAX)
		return MODE_BAD_HVALUE;
	if (mode->vdisplay > OVGPU_KMS_SIZE_MAX)
		return MODE_BAD_VVALUE;
	/* The beat comes from the clock. */
	if (mode->clock <= 0 || !pixels)
		return MODE_NOCLOCK;
	if ((u64)mode->clock * 1000 > pixels * OVGPU_CRTC_HZ_MAX)
		return MODE_CLOCK_HIGH;
	if ((u64)mode->clock * 1000 < pixels)
		return MODE_CLOCK_LOW;

	return MODE_OK;
}

static void ovgpu_crtc_atomic_enable(struct drm_crtc *crtc,
				     struct drm_atomic_commit *commit)
{
	ovgpu_vblank_start(crtc, &crtc->state->adjusted_mode);
}

static void ovgpu_crtc_atomic_disable(struct drm_crtc *crtc,
				      struct drm_atomic_commit *commit)
{
	ovgpu_vblank_stop(crtc);
}

static void ovgpu_crtc_atomic_flush(struct drm_crtc *crtc,
				    struct drm_atomic_commit *commit)
{
	struct drm_crtc_state *state =
		drm_atomic_get_new_crtc_state(commit, crtc);
	struct drm_pending_vblank_event *event = state->event;

	state->event = NULL;
	if (event)
		ovgpu_vblank_arm(crtc, event, state->async_flip);
}

static const struct drm_crtc_helper_funcs ovgpu_crtc_helper_funcs = {
	.mode_valid	= ovgpu_crtc_mode_valid,
	.atomic_enable	= ovgpu_crtc_atomic_enable,
	.atomic_disable	= ovgpu_crtc_atomic_disable,
	.atomic_flush	= ovgpu_crtc_atomic_flush,
};

static const struct drm_crtc_funcs ovgpu_crtc_funcs = {
	.reset			= drm_atomic_helper_crtc_reset,
	.set_config		= drm_atomic_helper_set_config,
	.page_flip		= drm_atomic_helper_page_flip,
	.atomic_duplicate_state	= drm_atomic_helper_crtc_duplicate_state,
	.atomic_destroy_state	= drm_atomic_helper_crtc_destroy_state,
	.enable_vblank		= ovgpu_vblank_enable,
	.disable_vblank		= ovgpu_vblank_disable,
	.get_vblank_timestamp	= ovgpu_vblank_timestamp,
	.get_crc_sources	= ovgpu_crc_sources,
	.verify_crc_source	= ovgpu_crc_verify_source,
	.set_crc_source		= ovgpu_crc_set_source,
};

/**
 * ovgpu_crtc_init() - make the CRTC of a scanout
 * @output: scanout; its planes are there
 *
 * Return: 0 or a negative errno.
 */
int ovgpu_crtc_init(struct ovgpu_output *output)
{
	int err;

	ovgpu_vblank_init(&output->vblank);
	err = ovgpu_crc_init(output);
	if (err)
		return err;

	err = drmm_crtc_init_with_planes(output->ovgpu->drm, &output->crtc,
					 &output->primary->base,
					 &output->cursor->base,
					 &ovgpu_crtc_funcs, NULL);
	if (err)
		return err;

	drm_crtc_helper_add(&output->crtc, &ovgpu_crtc_helper_funcs);
	return 0;
}
