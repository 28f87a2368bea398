// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of buffers that are shared with other virtio devices.
 *
 * Another device's driver that is given a dma-buf asks for the name, and tells
 * it to its device. The host names resources, and each only once: so a buffer's
 * resource is named when somebody asks for the first time, and then belongs to
 * the buffer until that ends. Whatever the host said is the answer to all who
 * ask later, a refusal and silence as well: whether a name whose answer did not
 * come was given nobody knows.
 */

#include <drm/drm_print.h>

#include "ovgpu.h"
#include "ovgpu_uuid.h"

/**
 * ovgpu_uuid_init() - prepare a buffer without a name
 * @bo: buffer
 */
void ovgpu_uuid_init(struct ovgpu_bo *bo)
{
	mutex_init(&bo->uuid.lock);
}

/**
 * ovgpu_uuid_fini() - undo ovgpu_uuid_init()
 * @bo: buffer without a name
 */
void ovgpu_uuid_fini(struct ovgpu_bo *bo)
{
	mutex_destroy(&bo->uuid.lock);
}

/**
 * ovgpu_uuid_forget() - nobody can ask for the name any more
 * @bo: buffer whose last user has gone; the caller keeps the memory
 *
 * Context: Process. May sleep, though not for the host.
 * Return: true if the host was asked for one.
 */
bool ovgpu_uuid_forget(struct ovgpu_bo *bo)
{
	struct ovgpu_resource *res;

	mutex_lock(&bo->uuid.lock);
	res = bo->uuid.res;
	bo->uuid.res = NULL;
	mutex_unlock(&bo->uuid.lock);

	ovgpu_resource_put(res);
	return res;
}

static struct ovgpu_cmd *ovgpu_uuid_cmd(struct ovgpu *ovgpu)
{
	struct ovgpu_cmd *cmd = ovgpu_queue_cmd_alloc(ovgpu);

	if (!cmd)
		return NULL;
	if (ovgpu_queue_cmd_answer_buf(cmd,
				       sizeof(struct virtio_gpu_resp_resource_uuid))) {
		ovgpu_queue_cmd_put(cmd);
		return NULL;
	}

	cmd->heard = true;
	return cmd;
}

/* Returns an error only if the host was not asked. */
static int ovgpu_uuid_ask_locked(struct ovgpu_bo *bo)
{
	struct ovgpu *ovgpu = to_ovgpu(bo->base.dev);
	struct ovgpu_uuid *uuid = &bo->uuid;
	struct ovgpu_resource *res;
	struct ovgpu_cmd *cmd;
	LIST_HEAD(batch);

	lockdep_assert_held(&uuid->lock);

	cmd = ovgpu_uuid_cmd(ovgpu);
	if (!cmd)
		return -ENOMEM;
	res = ovgpu_resource_get_any(bo);
	if (IS_ERR(res)) {
		ovgpu_queue_cmd_put(cmd);
		return PTR_ERR(res);
	}

	orion_cmd_get(&cmd->base);
	ovgpu_queue_add(cmd, ovgpu_cmd_assign_uuid(&cmd->req, res->id), &batch);
	orion_cmdq_submit_batch(&ovgpu->queue.control, &batch);

	uuid->res = res;
	uuid->err = orion_cmd_wait(&cmd->base);
	if (!uuid->err)
		ovgpu_cmd_read_uuid(cmd->buf, &uuid->value);
	else
		drm_dbg_prime(ovgpu->drm, "resource %u has no UUID, error %d\n",
			      res->id, uuid->err);
	ovgpu_queue_cmd_put(cmd);
	return 0;
}

/**
 * ovgpu_uuid_get() - what the host calls a buffer
 * @bo: buffer of ours
 * @value: set to the name
 *
 * Context: Process. May sleep for the host, up to the control queue's timeout,
 * if nobody has asked before.
 * Return: 0, -ENODEV if the host has no names or others are not to know of @bo,
 * or another negative errno.
 */
int ovgpu_uuid_get(struct ovgpu_bo *bo, uuid_t *value)
{
	struct ovgpu_uuid *uuid = &bo->uuid;
	int err = 0;

	if (!to_ovgpu(bo->base.dev)->has_uuid)
		return -ENODEV;
	/* The host was told whether others are to know of it. */
	if (bo->blob.mem &&
	    !(bo->blob.flags & VIRTIO_GPU_BLOB_FLAG_USE_CROSS_DEVICE))
		return -ENODEV;

	mutex_lock(&uuid->lock);
	if (!uuid->res)
		err = ovgpu_uuid_ask_locked(bo);
	if (!err)
		err = uuid->err;
	if (!err)
		uuid_copy(value, &uuid->value);
	mutex_unlock(&uuid->lock);

	return err;
}
