// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which contexts may use which buffers: those whose program has a handle. The
 * host lets a context touch only what it was told to, so programs cannot reach
 * each other's images by guessing numbers.
 *
 * The host hears of it in the order of the context's jobs: what a program does
 * with a buffer before it closes the handle, the renderer can still do.
 */

#include <linux/slab.h>

#include <drm/drm_file.h>

#include "ovgpu.h"
#include "ovgpu_grant.h"

/**
 * struct ovgpu_grant - a context and a buffer
 * @node: in &ovgpu_bo.grants
 * @context: borrowed from the file, which has handles
 * @handles: how many
 * @detach: owned; takes the host's permission back. NULL while there is none
 */
struct ovgpu_grant {
	struct list_head node;
	struct ovgpu_context *context;
	unsigned int handles;
	struct ovgpu_job *detach;
};

static struct ovgpu_grant *
ovgpu_grant_find_locked(const struct ovgpu_bo *bo,
			const struct ovgpu_context *context)
{
	struct ovgpu_grant *grant;

	lockdep_assert_held(&bo->lock);

	list_for_each_entry(grant, &bo->grants, node)
		if (grant->context == context)
			return grant;

	return NULL;
}

/*
 * Let the host let the context use the buffer's main resource. The job has its
 * place, before all that uses it; without the lock, ovgpu_job_go() is to be
 * called for it. Returns NULL if there is nothing to tell.
 */
static struct ovgpu_job *ovgpu_grant_attach_locked(struct ovgpu_bo *bo,
						   struct ovgpu_grant *grant)
{
	struct ovgpu_context *context = grant->context;
	struct ovgpu_job *attach, *detach;
	u32 id = bo->main->id;
	int err;

	lockdep_assert_held(&bo->lock);

	if (grant->detach)
		return NULL;

	err = ovgpu_context_create(context);
	if (err)
		return ERR_PTR(err);
	attach = ovgpu_job_alloc(context, NULL);
	if (IS_ERR(attach))
		return attach;
	detach = ovgpu_job_alloc(context, NULL);
	if (IS_ERR(detach))
		goto err_free_attach;

	attach->len = ovgpu_cmd_ctx_attach(&attach->cmd->req, context->id, id);
	detach->len = ovgpu_cmd_ctx_detach(&detach->cmd->req, context->id, id);
	err = ovgpu_job_start(attach);
	if (err) {
		ovgpu_job_free(detach);
		detach = ERR_PTR(err);
		goto err_free_attach;
	}

	grant->detach = detach;
	return attach;

err_free_attach:
	ovgpu_job_free(attach);
	return detach;
}

static struct ovgpu_grant *ovgpu_grant_add_locked(struct ovgpu_bo *bo,
						  struct ovgpu_context *context)
{
	struct ovgpu_grant *grant;

	lockdep_assert_held(&bo->lock);

	grant = ovgpu_grant_find_locked(bo, context);
	if (!grant) {
		grant = kzalloc(sizeof(*grant), GFP_KERNEL_ACCOUNT);
		if (!grant)
			return NULL;
		grant->context = context;
		list_add(&grant->node, &bo->grants);
	}

	grant->handles++;
	return grant;
}

/* Returns what is to be told to the host, without the lock. */
static struct ovgpu_job *ovgpu_grant_remove_locked(struct ovgpu_grant *grant)
{
	struct ovgpu_job *detach = grant->detach;

	if (--grant->handles)
		return NULL;

	list_del(&grant->node);
	kfree(grant);
	return detach;
}

/**
 * ovgpu_grant_open() - a program gets a handle of a buffer
 * @obj: buffer
 * @file: the program's
 *
 * Context: Process. May sleep for the host.
 * Return: 0 or a negative errno.
 */
int ovgpu_grant_open(struct drm_gem_object *obj, struct drm_file *file)
{
	struct ovgpu_bo *bo = to_ovgpu_bo(obj);
	struct ovgpu_job *attach = NULL;
	struct ovgpu_grant *grant;

	if (!file->driver_priv)
		return 0;

	mutex_lock(&bo->lock);
	grant = ovgpu_grant_add_locked(bo, file->driver_priv);
	if (!grant)
		attach = ERR_PTR(-ENOMEM);
	else if (bo->main)
		attach = ovgpu_grant_attach_locked(bo, grant);
	if (grant && IS_ERR(attach))
		ovgpu_grant_remove_locked(grant);
	mutex_unlock(&bo->lock);

	if (!IS_ERR_OR_NULL(attach))
		ovgpu_job_go(attach);
	return PTR_ERR_OR_ZERO(attach);
}

/**
 * ovgpu_grant_close() - a program lets go of a handle
 * @obj: buffer
 * @file: the program's
 *
 * Context: Process. May sleep, though not for the host.
 */
void ovgpu_grant_close(struct drm_gem_object *obj, struct drm_file *file)
{
	struct ovgpu_bo *bo = to_ovgpu_bo(obj);
	struct ovgpu_job *detach = NULL;
	struct ovgpu_grant *grant;

	if (!file->driver_priv)
		return;

	mutex_lock(&bo->lock);
	grant = ovgpu_grant_find_locked(bo, file->driver_priv);
	if (!WARN_ON_ONCE(!grant))
		detach = ovgpu_grant_remove_locked(grant);
	mutex_unlock(&bo->lock);
	if (!detach)
		return;

	/* The host must know the resource for as long. */
	drm_gem_object_get(obj);
	detach->obj = obj;
	detach->objs = &detach->obj;
	detach->obj_count = 1;
	/* A device that goes is told nothing any more. */
	if (ovgpu_job_start(detach))
		ovgpu_job_free(detach);
	else
		ovgpu_job_go(detach);
}

/**
 * ovgpu_grant_use() - a context is going to use a buffer by its main resource
 * @bo: buffer that has one
 * @context: context
 *
 * Context: Process. May sleep for the host.
 * Return: 0, -ENOENT if the program has no handle of @bo any more, or another
 * negative errno.
 */
int ovgpu_grant_use(struct ovgpu_bo *bo, struct ovgpu_context *context)
{
	struct ovgpu_job *attach = ERR_PTR(-ENOENT);
	struct ovgpu_grant *grant;

	mutex_lock(&bo->lock);
	grant = ovgpu_grant_find_locked(bo, context);
	if (grant)
		attach = ovgpu_grant_attach_locked(bo, grant);
	mutex_unlock(&bo->lock);

	if (!IS_ERR_OR_NULL(attach))
		ovgpu_job_go(attach);
	return PTR_ERR_OR_ZERO(attach);
}
