// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode setting as a whole: an atomic commit collects what it has to tell the
 * host, over all its planes and scanouts, and says it with one kick.
 *
 * Commands are allocated while the commit is prepared. Its tail neither
 * allocates nor fails, and waits for nothing without a deadline.
 */

#include <linux/slab.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_drv.h>
#include <drm/drm_mode_config.h>
#include <drm/drm_print.h>
#include <drm/drm_vblank.h>

#include "ovgpu.h"

static struct drm_atomic_commit *ovgpu_kms_commit_alloc(struct drm_device *drm)
{
	struct ovgpu_commit *commit;

	commit = kzalloc(sizeof(*commit), GFP_KERNEL);
	if (!commit)
		return NULL;

	commit->number = atomic64_inc_return(&to_ovgpu(drm)->kms.commits);
	INIT_LIST_HEAD(&commit->spare);
	INIT_LIST_HEAD(&commit->batch);
	if (drm_atomic_commit_init(drm, &commit->base)) {
		kfree(commit);
		return NULL;
	}
	return &commit->base;
}

static void ovgpu_kms_commit_clear(struct drm_atomic_commit *base)
{
	struct ovgpu_commit *commit = to_ovgpu_commit(base);

	ovgpu_queue_cmd_put_list(&commit->spare);
	drm_atomic_commit_default_clear(base);
}

static void ovgpu_kms_commit_free(struct drm_atomic_commit *base)
{
	drm_atomic_commit_default_release(base);
	kfree(to_ovgpu_commit(base));
}

/**
 * ovgpu_kms_reserve() - allocate commands for a commit
 * @base: commit that is being prepared
 * @count: how many more ovgpu_kms_take() will be asked for
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_kms_reserve(struct drm_atomic_commit *base, unsigned int count)
{
	struct ovgpu_commit *commit = to_ovgpu_commit(base);
	struct ovgpu_cmd *cmd;

	while (count--) {
		cmd = ovgpu_queue_cmd_alloc(to_ovgpu(base->dev));
		if (!cmd)
			return -ENOMEM;
		orion_cmd_batch(&cmd->base, &commit->spare);
	}

	return 0;
}

/**
 * ovgpu_kms_take() - a command, in the part of a commit that cannot fail
 * @base: commit
 *
 * Return: command, the caller's; NULL only if too few were reserved.
 */
struct ovgpu_cmd *ovgpu_kms_take(struct drm_atomic_commit *base)
{
	struct ovgpu_commit *commit = to_ovgpu_commit(base);
	struct ovgpu_cmd *cmd;

	cmd = list_first_entry_or_null(&commit->spare, struct ovgpu_cmd,
				       base.node);
	if (WARN_ON_ONCE(!cmd))
		return NULL;

	list_del_init(&cmd->base.node);
	return cmd;
}

/*
 * Turning a scanout off and on again in one commit changes its mode; the host
 * hears only of what it is to show at the end, from the planes. So the helpers
 * do the bookkeeping and the planes do the talking.
 */
static void ovgpu_kms_commit_tail(struct drm_atomic_commit *base)
{
	struct ovgpu_commit *commit = to_ovgpu_commit(base);
	struct drm_device *drm = base->dev;
	struct ovgpu *ovgpu = to_ovgpu(drm);

	drm_atomic_helper_commit_modeset_disables(drm, base);
	drm_atomic_helper_commit_modeset_enables(drm, base);
	drm_atomic_helper_commit_planes(drm, base, 0);

	ovgpu_crc_commit(base);
	orion_cmdq_submit_batch(&ovgpu->queue.control, &commit->batch);

	drm_atomic_helper_commit_hw_done(base);
	/* Ends with the host's answer to the flush, or with its deadline. */
	drm_atomic_helper_wait_for_flip_done(drm, base);
	drm_atomic_helper_cleanup_planes(drm, base);
}

static const struct drm_mode_config_helper_funcs ovgpu_kms_helper_funcs = {
	.atomic_commit_tail	= ovgpu_kms_commit_tail,
};

static struct drm_framebuffer *ovgpu_kms_fb_create COMPAT_FB_CREATE_PARAMS
{
	return ovgpu_fb_create(drm, file, COMPAT_FB_CREATE_INFO, args);
}

static const struct drm_mode_config_funcs ovgpu_kms_funcs = {
	.fb_create		= ovgpu_kms_fb_create,
	.atomic_check		= drm_atomic_helper_check,
	.atomic_commit		= drm_atomic_helper_commit,
	.atomic_state_alloc	= ovgpu_kms_commit_alloc,
	.atomic_state_clear	= ovgpu_kms_commit_clear,
	.atomic_state_free	= ovgpu_kms_commit_free,
};

/* Gives everything a state, and does not tell if it has no memory for one. */
static int ovgpu_kms_reset(struct ovgpu *ovgpu)
{
	const struct ovgpu_output *output;
	unsigned int i;

	drm_mode_config_reset(ovgpu->drm);
	for (i = 0; i < ovgpu->output_count; i++) {
		output = &ovgpu->outputs[i];
		if (!output->crtc.state || !output->primary->base.state ||
		    !output->cursor->base.state || !output->connector.state)
			return -ENOMEM;
	}

	return 0;
}

/**
 * ovgpu_kms_init() - make the scanouts known to DRM
 * @ovgpu: device; its number of scanouts is known
 *
 * Return: 0 or a negative errno.
 */
int ovgpu_kms_init(struct ovgpu *ovgpu)
{
	struct drm_device *drm = ovgpu->drm;
	struct drm_mode_config *config = &drm->mode_config;
	unsigned int i;
	int err;

	err = drmm_mode_config_init(drm);
	if (err)
		return err;

	/* A cursor's framebuffer may be tiny. */
	config->min_width = 1;
	config->min_height = 1;
	config->max_width = OVGPU_KMS_SIZE_MAX;
	config->max_height = OVGPU_KMS_SIZE_MAX;
	config->cursor_width = OVGPU_CURSOR_SIZE;
	config->cursor_height = OVGPU_CURSOR_SIZE;
	config->preferred_depth = 24;
	config->prefer_shadow = 0;
	config->async_page_flip = true;
	config->funcs = &ovgpu_kms_funcs;
	config->helper_private = &ovgpu_kms_helper_funcs;

	err = ovgpu_output_create_properties(ovgpu);
	if (err)
		return err;

	for (i = 0; i < ovgpu->output_count; i++) {
		err = ovgpu_output_init(&ovgpu->outputs[i]);
		if (err)
			return err;
	}

	err = drm_vblank_init(drm, ovgpu->output_count);
	if (err)
		return err;

	/* Our ticks are exact also while nobody listens. */
	drm->vblank_disable_immediate = true;

	ovgpu_dirty_init(&ovgpu->dirty);
	return ovgpu_kms_reset(ovgpu);
}
