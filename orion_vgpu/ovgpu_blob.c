// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blobs: buffers that host and guest share as they are, so that nothing is
 * copied between them. The memory is the guest's, or a renderer's, which has
 * made it before and is named it by the program.
 */

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/virtgpu_drm.h>

#include "ovgpu.h"
#include "ovgpu_blob.h"

/* More than any host has; what is added to it does not overflow. */
#define OVGPU_BLOB_SIZE_MAX	BIT_ULL(40)

#define OVGPU_BLOB_FLAGS	(VIRTGPU_BLOB_FLAG_USE_MAPPABLE |	\
				 VIRTGPU_BLOB_FLAG_USE_SHAREABLE |	\
				 VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE)

static int ovgpu_blob_check(const struct ovgpu *ovgpu,
			    const struct drm_virtgpu_resource_create_blob *args)
{
	u32 alignment = ovgpu->window.alignment;

	if (!ovgpu->has_blob || args->blob_flags & ~OVGPU_BLOB_FLAGS)
		return -EINVAL;
	if (args->blob_flags & VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE &&
	    !ovgpu->has_uuid)
		return -EINVAL;
	if (!args->size || args->size > OVGPU_BLOB_SIZE_MAX ||
	    (alignment && !IS_ALIGNED(args->size, alignment)))
		return -EINVAL;

	switch (args->blob_mem) {
	case VIRTGPU_BLOB_MEM_GUEST:
		return args->blob_id || args->cmd_size ? -EINVAL : 0;
	case VIRTGPU_BLOB_MEM_HOST3D:
	case VIRTGPU_BLOB_MEM_HOST3D_GUEST:
		/* What a renderer is told is made of words. */
		return !ovgpu->has_virgl || args->cmd_size % 4 ? -EINVAL : 0;
	default:
		return -EINVAL;
	}
}

static struct ovgpu_bo *
ovgpu_blob_alloc(struct ovgpu *ovgpu, const struct ovgpu_context *context,
		 const struct drm_virtgpu_resource_create_blob *args)
{
	struct ovgpu_bo *bo;

	if (args->blob_mem == VIRTGPU_BLOB_MEM_HOST3D)
		bo = ovgpu_gem_alloc_host(ovgpu, args->size);
	else
		bo = ovgpu_gem_alloc(ovgpu, args->size);
	if (IS_ERR(bo))
		return bo;

	bo->blob = (struct ovgpu_blob) {
		.mem	= args->blob_mem,
		.flags	= args->blob_flags,
		.size	= bo->base.size,
	};
	if (args->blob_mem != VIRTGPU_BLOB_MEM_GUEST) {
		bo->blob.context = context->id;
		bo->blob.id = args->blob_id;
	}
	return bo;
}

/* What the program has its renderer do first, or NULL. */
static struct ovgpu_cmd *
ovgpu_blob_command(struct ovgpu_context *context,
		   const struct drm_virtgpu_resource_create_blob *args)
{
	struct ovgpu_cmd *cmd;
	int err;

	if (!args->cmd_size)
		return NULL;

	cmd = ovgpu_queue_cmd_alloc(context->ovgpu);
	if (!cmd)
		return ERR_PTR(-ENOMEM);

	err = ovgpu_queue_cmd_data(cmd, u64_to_user_ptr(args->cmd),
				   args->cmd_size);
	if (err) {
		ovgpu_queue_cmd_put(cmd);
		return ERR_PTR(err);
	}

	cmd->heard = true;
	cmd->base.timeout = context->ovgpu->jobs.timeout;
	return cmd;
}

/* The command and the blob go to the host together, and are waited for. */
static int ovgpu_blob_make(struct ovgpu_bo *bo, struct ovgpu_context *context,
			   const struct drm_virtgpu_resource_create_blob *args)
{
	struct ovgpu_cmd *cmd;
	LIST_HEAD(batch);
	int err;

	cmd = ovgpu_blob_command(context, args);
	if (IS_ERR(cmd))
		return PTR_ERR(cmd);
	if (cmd) {
		orion_cmd_get(&cmd->base);
		ovgpu_queue_add(cmd, ovgpu_cmd_submit_3d(&cmd->req, context->id,
							 args->cmd_size),
				&batch);
	}

	err = ovgpu_resource_main_blob(bo, &batch);
	if (!list_empty(&batch))
		/* It did not come to that. */
		ovgpu_queue_cmd_put_list(&batch);
	else if (cmd && !err)
		err = orion_cmd_wait(&cmd->base);
	if (cmd)
		ovgpu_queue_cmd_put(cmd);

	return err;
}

/*
 * The renderer has to know what the blob is before the host looks for it, so
 * what the program said earlier goes first. A program that is interrupted here
 * can call again: nothing has been said yet.
 */
static int ovgpu_blob_prepare(struct ovgpu_context *context, u32 mem)
{
	int err = 0;

	if (context)
		err = ovgpu_context_create(context);
	if (!err && mem != VIRTGPU_BLOB_MEM_GUEST)
		err = ovgpu_job_wait_sent(context);

	return err;
}

/**
 * ovgpu_blob_create() - a blob for a program
 * @ovgpu: device
 * @file: the program's
 * @args: what it wants, and where to say what it gets
 *
 * Context: Process. May sleep for the host.
 * Return: 0, -EINVAL for what makes no sense or the host has not, -ENOSPC if it
 * is to be mapped at once and there is no room, or another negative errno.
 */
int ovgpu_blob_create(struct ovgpu *ovgpu, struct drm_file *file,
		      struct drm_virtgpu_resource_create_blob *args)
{
	bool later = args->blob_hints & DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING;
	struct ovgpu_context *context = file->driver_priv;
	struct ovgpu_bo *bo;
	int err;

	err = ovgpu_blob_check(ovgpu, args);
	if (err)
		return err;
	err = ovgpu_blob_prepare(context, args->blob_mem);
	if (err)
		return err;

	bo = ovgpu_blob_alloc(ovgpu, context, args);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	err = ovgpu_blob_make(bo, context, args);
	if (err)
		goto out_put_bo;
	if (bo->vram && !later &&
	    args->blob_flags & VIRTGPU_BLOB_FLAG_USE_MAPPABLE) {
		err = ovgpu_vram_map(bo);
		if (err)
			goto out_put_bo;
	}

	err = ovgpu_resource_main_handle(bo, file, &args->bo_handle,
					 &args->res_handle);

out_put_bo:
	/* The handle, if there is one, keeps the buffer from here on. */
	drm_gem_object_put(&bo->base);
	return err;
}
