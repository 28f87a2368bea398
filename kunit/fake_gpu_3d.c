// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the graphics device knows of 3D: contexts, the resources that each may
 * use, and two commands that a renderer understands, see FAKE_GPU_FILL.
 */

#include <linux/export.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "fake_gpu.h"
#include "fake_gpu_2d.h"
#include "fake_gpu_3d.h"
#include "fake_virtio.h"

#define FAKE_GPU_3D_BAD_CONTEXT	VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID
#define FAKE_GPU_3D_BAD_ID	VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID
#define FAKE_GPU_3D_BAD_PARAM	VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER

/* A renderer on the host. */
struct fake_gpu_3d_context {
	struct list_head entry;
	u32 id;
	u32 capset;
	struct xarray attached;
	struct xarray made;
};

static struct fake_gpu_3d_context *fake_gpu_3d_find(struct fake_gpu *gpu,
						    u32 id)
{
	struct fake_gpu_3d_context *context;

	list_for_each_entry(context, &gpu->contexts, entry)
		if (context->id == id)
			return context;

	return NULL;
}

static void fake_gpu_3d_free(struct fake_gpu_3d_context *context)
{
	list_del(&context->entry);
	xa_destroy(&context->attached);
	xa_destroy(&context->made);
	kfree(context);
}

/**
 * fake_gpu_3d_free_all() - as a reset does
 * @gpu: device
 */
void fake_gpu_3d_free_all(struct fake_gpu *gpu)
{
	struct fake_gpu_3d_context *context, *next;

	list_for_each_entry_safe(context, next, &gpu->contexts, entry)
		fake_gpu_3d_free(context);
}

/**
 * fake_gpu_3d_capset_info() - GET_CAPSET_INFO
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_3d_capset_info(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct virtio_gpu_resp_capset_info *answer = req->answer;
	u32 index = le32_to_cpu(req->cmd.capset_info.capset_index);

	if (index >= FAKE_GPU_CAPSETS)
		return FAKE_GPU_3D_BAD_PARAM;

	answer->capset_id = cpu_to_le32(gpu->capsets[index].id);
	answer->capset_max_version = cpu_to_le32(gpu->capsets[index].version);
	answer->capset_max_size = cpu_to_le32(gpu->capsets[index].size);
	req->answer_len = sizeof(*answer);
	return VIRTIO_GPU_RESP_OK_CAPSET_INFO;
}

/**
 * fake_gpu_3d_capset() - GET_CAPSET
 * @gpu: device
 * @req: command
 *
 * Byte i of a set is its id, its version and i added up.
 *
 * Return: response type.
 */
u32 fake_gpu_3d_capset(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct virtio_gpu_resp_capset *answer = req->answer;
	u32 id = le32_to_cpu(req->cmd.capset.capset_id);
	u32 version = le32_to_cpu(req->cmd.capset.capset_version);
	unsigned int i, n;

	for (i = 0; i < FAKE_GPU_CAPSETS; i++)
		if (gpu->capsets[i].id == id &&
		    gpu->capsets[i].version >= version)
			break;
	if (!id || i == FAKE_GPU_CAPSETS)
		return FAKE_GPU_3D_BAD_PARAM;

	n = min_t(u32, gpu->capsets[i].size, FAKE_GPU_CAPSET_MAX);
	req->answer_len = sizeof(*answer) + n;
	while (n--)
		answer->capset_data[n] = id + version + n;
	return VIRTIO_GPU_RESP_OK_CAPSET;
}

/**
 * fake_gpu_3d_ctx_create() - CTX_CREATE
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_3d_ctx_create(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_3d_context *context;
	u32 id = req->log->context;

	if (!id || fake_gpu_3d_find(gpu, id))
		return FAKE_GPU_3D_BAD_CONTEXT;
	if (le32_to_cpu(req->cmd.ctx_create.nlen) >
	    sizeof(req->cmd.ctx_create.debug_name))
		return FAKE_GPU_3D_BAD_PARAM;

	context = kzalloc(sizeof(*context), GFP_KERNEL);
	if (!context)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;

	context->id = id;
	context->capset = le32_to_cpu(req->cmd.ctx_create.context_init);
	xa_init(&context->attached);
	xa_init(&context->made);
	list_add_tail(&context->entry, &gpu->contexts);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_3d_ctx_destroy() - CTX_DESTROY
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_3d_ctx_destroy(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_3d_context *context =
		fake_gpu_3d_find(gpu, req->log->context);

	if (!context)
		return FAKE_GPU_3D_BAD_CONTEXT;

	fake_gpu_3d_free(context);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_3d_ctx_attach() - CTX_ATTACH_RESOURCE
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_3d_ctx_attach(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_3d_context *context =
		fake_gpu_3d_find(gpu, req->log->context);
	u32 id = le32_to_cpu(req->cmd.ctx_resource.resource_id);

	req->log->resource = id;
	if (!context)
		return FAKE_GPU_3D_BAD_CONTEXT;
	if (!fake_gpu_2d_exists(gpu, id) || xa_load(&context->attached, id))
		return FAKE_GPU_3D_BAD_ID;
	if (xa_err(xa_store(&context->attached, id, xa_mk_value(1),
			    GFP_KERNEL)))
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;

	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_3d_ctx_detach() - CTX_DETACH_RESOURCE
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_3d_ctx_detach(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_3d_context *context =
		fake_gpu_3d_find(gpu, req->log->context);
	u32 id = le32_to_cpu(req->cmd.ctx_resource.resource_id);

	req->log->resource = id;
	if (!context)
		return FAKE_GPU_3D_BAD_CONTEXT;
	if (!xa_erase(&context->attached, id))
		return FAKE_GPU_3D_BAD_ID;

	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_3d_create() - RESOURCE_CREATE_3D
 * @gpu: device
 * @req: command
 *
 * Every texture is a flat one with 32 bits a pixel.
 *
 * Return: response type.
 */
u32 fake_gpu_3d_create(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	req->log->resource = le32_to_cpu(req->cmd.create_3d.resource_id);
	req->log->rect.width = le32_to_cpu(req->cmd.create_3d.width);
	req->log->rect.height = le32_to_cpu(req->cmd.create_3d.height);
	return fake_gpu_2d_make(gpu, req->log->resource, req->log->rect.width,
				req->log->rect.height);
}

/**
 * fake_gpu_3d_transfer() - TRANSFER_TO_HOST_3D and TRANSFER_FROM_HOST_3D
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_3d_transfer(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	const struct virtio_gpu_transfer_host_3d *cmd = &req->cmd.transfer_3d;
	struct fake_gpu_3d_context *context =
		fake_gpu_3d_find(gpu, req->log->context);
	struct fake_gpu_cmd *log = req->log;

	log->resource = le32_to_cpu(cmd->resource_id);
	log->offset = le64_to_cpu(cmd->offset);
	log->rect = (struct fake_gpu_rect) {
		.x = le32_to_cpu(cmd->box.x),
		.y = le32_to_cpu(cmd->box.y),
		.width = le32_to_cpu(cmd->box.w),
		.height = le32_to_cpu(cmd->box.h),
	};
	if (!context)
		return FAKE_GPU_3D_BAD_CONTEXT;
	if (!xa_load(&context->attached, log->resource))
		return FAKE_GPU_3D_BAD_ID;

	return fake_gpu_2d_copy(gpu, log->resource, &log->rect, log->offset,
				log->type ==
				VIRTIO_GPU_CMD_TRANSFER_FROM_HOST_3D);
}

/**
 * fake_gpu_3d_submit() - SUBMIT_3D
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_3d_submit(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_3d_context *context =
		fake_gpu_3d_find(gpu, req->log->context);
	u32 size = le32_to_cpu(req->cmd.submit.size);
	u32 word[3] = { };

	req->log->size = size;
	if (!context)
		return FAKE_GPU_3D_BAD_CONTEXT;
	if (req->chain->out_len != sizeof(req->cmd.submit) + size)
		return FAKE_GPU_3D_BAD_PARAM;

	fake_chain_read(req->chain, sizeof(req->cmd.submit), word,
			min_t(u32, size, sizeof(word)));
	if (word[0] == FAKE_GPU_MAKE &&
	    xa_err(xa_store(&context->made, word[1], xa_mk_value(1),
			    GFP_KERNEL)))
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	if (word[0] != FAKE_GPU_FILL)
		return VIRTIO_GPU_RESP_OK_NODATA;

	req->log->resource = word[1];
	if (!xa_load(&context->attached, word[1]))
		return FAKE_GPU_3D_BAD_ID;
	return fake_gpu_2d_fill(gpu, word[1], word[2]);
}

/**
 * fake_gpu_3d_has_made() - does a renderer know what is named?
 * @gpu: device
 * @context: id of the renderer's context
 * @id: what it is called
 *
 * Return: whether it does.
 */
bool fake_gpu_3d_has_made(struct fake_gpu *gpu, u32 context, u64 id)
{
	struct fake_gpu_3d_context *found = fake_gpu_3d_find(gpu, context);

	return found && (!id || xa_load(&found->made, id));
}

/**
 * fake_gpu_context_count() - how many contexts the driver has on the host
 * @gpu: device
 *
 * Return: their number.
 */
unsigned int fake_gpu_context_count(struct fake_gpu *gpu)
{
	unsigned int n;

	mutex_lock(&gpu->lock);
	n = list_count_nodes(&gpu->contexts);
	mutex_unlock(&gpu->lock);

	return n;
}
EXPORT_SYMBOL_GPL(fake_gpu_context_count);
