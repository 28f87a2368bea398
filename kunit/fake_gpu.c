// SPDX-License-Identifier: GPL-2.0-only
/*
 * The graphics device: its life, its heads, its log, and which function
 * executes which command. Commands on resources are in fake_gpu_2d.c.
 */

#include <linux/export.h>
#include <linux/slab.h>
#include <linux/virtio_ids.h>
#include <linux/vmalloc.h>

#include "fake_gpu.h"
#include "fake_gpu_2d.h"
#include "fake_gpu_3d.h"
#include "fake_gpu_blob.h"

#define FAKE_GPU_WIDTH		1024
#define FAKE_GPU_HEIGHT		768

/* The largest answer there is. */
union fake_gpu_answer {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_resp_display_info display_info;
	struct virtio_gpu_resp_edid edid;
	struct virtio_gpu_resp_capset_info capset_info;
	u8 capset[sizeof(struct virtio_gpu_resp_capset) + FAKE_GPU_CAPSET_MAX];
	struct virtio_gpu_resp_resource_uuid uuid;
	struct virtio_gpu_resp_map_info map_info;
};

static u32 fake_gpu_display_info(struct fake_gpu *gpu,
				 struct fake_gpu_request *req)
{
	struct virtio_gpu_resp_display_info *info = req->answer;
	unsigned int i;

	for (i = 0; i < VIRTIO_GPU_MAX_SCANOUTS; i++) {
		const struct fake_gpu_scanout *head = &gpu->scanouts[i];
		struct virtio_gpu_display_one *one = &info->pmodes[i];

		one->r.x = cpu_to_le32(head->info.x);
		one->r.y = cpu_to_le32(head->info.y);
		one->r.width = cpu_to_le32(head->info.width);
		one->r.height = cpu_to_le32(head->info.height);
		one->enabled = cpu_to_le32(head->enabled);
	}

	req->answer_len = sizeof(*info);
	return VIRTIO_GPU_RESP_OK_DISPLAY_INFO;
}

static u32 fake_gpu_get_edid(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct virtio_gpu_resp_edid *answer = req->answer;
	const struct fake_gpu_scanout *head;

	req->log->scanout = le32_to_cpu(req->cmd.get_edid.scanout);
	if (req->log->scanout >= gpu->nscanouts)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;

	head = &gpu->scanouts[req->log->scanout];
	if (!head->edid_len)
		return VIRTIO_GPU_RESP_ERR_UNSPEC;

	answer->size = cpu_to_le32(head->edid_len);
	memcpy(answer->edid, head->edid, sizeof(answer->edid));
	req->answer_len = sizeof(*answer);
	return VIRTIO_GPU_RESP_OK_EDID;
}

static const struct fake_gpu_op {
	u32 type;
	unsigned int queue;
	u32 size;
	u32 (*run)(struct fake_gpu *gpu, struct fake_gpu_request *req);
} fake_gpu_ops[] = {
	{ VIRTIO_GPU_CMD_GET_DISPLAY_INFO, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_ctrl_hdr), fake_gpu_display_info },
	{ VIRTIO_GPU_CMD_GET_EDID, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_cmd_get_edid), fake_gpu_get_edid },
	{ VIRTIO_GPU_CMD_RESOURCE_CREATE_2D, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_resource_create_2d), fake_gpu_2d_create },
	{ VIRTIO_GPU_CMD_RESOURCE_UNREF, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_resource_unref), fake_gpu_2d_unref },
	{ VIRTIO_GPU_CMD_SET_SCANOUT, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_set_scanout), fake_gpu_2d_set_scanout },
	{ VIRTIO_GPU_CMD_RESOURCE_FLUSH, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_resource_flush), fake_gpu_2d_flush },
	{ VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_transfer_to_host_2d), fake_gpu_2d_transfer },
	{ VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_resource_attach_backing),
	  fake_gpu_2d_attach },
	{ VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_resource_detach_backing),
	  fake_gpu_2d_detach },
	{ VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_resource_assign_uuid),
	  fake_gpu_2d_assign_uuid },
	{ VIRTIO_GPU_CMD_GET_CAPSET_INFO, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_get_capset_info), fake_gpu_3d_capset_info },
	{ VIRTIO_GPU_CMD_GET_CAPSET, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_get_capset), fake_gpu_3d_capset },
	{ VIRTIO_GPU_CMD_CTX_CREATE, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_ctx_create), fake_gpu_3d_ctx_create },
	{ VIRTIO_GPU_CMD_CTX_DESTROY, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_ctx_destroy), fake_gpu_3d_ctx_destroy },
	{ VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_ctx_resource), fake_gpu_3d_ctx_attach },
	{ VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_ctx_resource), fake_gpu_3d_ctx_detach },
	{ VIRTIO_GPU_CMD_RESOURCE_CREATE_3D, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_resource_create_3d), fake_gpu_3d_create },
	{ VIRTIO_GPU_CMD_TRANSFER_TO_HOST_3D, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_transfer_host_3d), fake_gpu_3d_transfer },
	{ VIRTIO_GPU_CMD_TRANSFER_FROM_HOST_3D, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_transfer_host_3d), fake_gpu_3d_transfer },
	{ VIRTIO_GPU_CMD_SUBMIT_3D, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_cmd_submit), fake_gpu_3d_submit },
	{ VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_resource_create_blob),
	  fake_gpu_blob_create },
	{ VIRTIO_GPU_CMD_SET_SCANOUT_BLOB, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_set_scanout_blob),
	  fake_gpu_blob_set_scanout },
	{ VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_resource_map_blob), fake_gpu_blob_map },
	{ VIRTIO_GPU_CMD_RESOURCE_UNMAP_BLOB, FAKE_GPU_CONTROLQ,
	  sizeof(struct virtio_gpu_resource_unmap_blob), fake_gpu_blob_unmap },
	{ VIRTIO_GPU_CMD_UPDATE_CURSOR, FAKE_GPU_CURSORQ,
	  sizeof(struct virtio_gpu_update_cursor), fake_gpu_2d_cursor },
	{ VIRTIO_GPU_CMD_MOVE_CURSOR, FAKE_GPU_CURSORQ,
	  sizeof(struct virtio_gpu_update_cursor), fake_gpu_2d_cursor },
};

static const struct fake_gpu_op *fake_gpu_op(u32 type, unsigned int queue)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fake_gpu_ops); i++)
		if (fake_gpu_ops[i].type == type &&
		    fake_gpu_ops[i].queue == queue)
			return &fake_gpu_ops[i];

	return NULL;
}

static u32 fake_gpu_run(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	const struct fake_fault *fault = &req->chain->fault;
	const struct fake_gpu_op *op;
	u32 response;

	if (fault->kind == FAKE_FAULT_TYPE)
		return fault->value;

	op = fake_gpu_op(req->log->type, req->log->queue);
	if (op && req->chain->out_len >= op->size)
		response = op->run(gpu, req);
	else
		response = VIRTIO_GPU_RESP_ERR_UNSPEC;

	if (response >= VIRTIO_GPU_RESP_ERR_UNSPEC)
		gpu->refused++;

	return response;
}

static void fake_gpu_start_log(struct fake_gpu *gpu,
			       struct fake_gpu_request *req)
{
	const struct virtio_gpu_ctrl_hdr *hdr = &req->cmd.hdr;
	struct fake_chain *chain = req->chain;

	*req->log = (struct fake_gpu_cmd) {
		.queue = chain->fvq->index,
		.kick = chain->fvq->kicks,
		.type = le32_to_cpu(hdr->type),
		.flags = le32_to_cpu(hdr->flags),
		.fence_id = le64_to_cpu(hdr->fence_id),
		.context = le32_to_cpu(hdr->ctx_id),
		.ring = hdr->ring_idx,
		.out_len = chain->out_len,
		.in_len = chain->in_len,
	};
}

/* Everything that an answer begins with, refused or not. */
static void fake_gpu_answer(struct fake_gpu_request *req, u32 response)
{
	struct virtio_gpu_ctrl_hdr *answer = req->answer;
	const struct virtio_gpu_ctrl_hdr *hdr = &req->cmd.hdr;
	u32 len;

	/* The cursor queue has no answers; QEMU returns its buffers empty. */
	if (req->log->queue == FAKE_GPU_CURSORQ) {
		fake_chain_answer(req->chain, 0);
		return;
	}

	answer->type = cpu_to_le32(response);
	answer->ctx_id = hdr->ctx_id;
	if (hdr->flags & cpu_to_le32(VIRTIO_GPU_FLAG_FENCE)) {
		answer->flags = cpu_to_le32(VIRTIO_GPU_FLAG_FENCE);
		answer->fence_id = hdr->fence_id;
	}

	len = fake_chain_write(req->chain, 0, req->answer, req->answer_len);
	fake_chain_answer(req->chain, len);
}

static void fake_gpu_request(struct fake_chain *chain)
{
	struct fake_gpu *gpu = chain->fvq->fv->priv;
	struct fake_gpu_cmd scratch;
	struct fake_gpu_request req = {
		.chain = chain,
		.answer = kzalloc(sizeof(union fake_gpu_answer),
				  GFP_KERNEL | __GFP_NOFAIL),
		.answer_len = sizeof(struct virtio_gpu_ctrl_hdr),
	};

	fake_chain_read(chain, 0, &req.cmd, sizeof(req.cmd));

	mutex_lock(&gpu->lock);
	req.log = gpu->ncmds < FAKE_GPU_LOG ? &gpu->log[gpu->ncmds] : &scratch;
	fake_gpu_start_log(gpu, &req);
	req.log->response = fake_gpu_run(gpu, &req);
	gpu->ncmds++;
	mutex_unlock(&gpu->lock);

	fake_gpu_answer(&req, req.log->response);
	kfree(req.answer);
}

static u32 fake_gpu_key(struct fake_chain *chain)
{
	__le32 type = 0;

	fake_chain_read(chain, 0, &type, sizeof(type));
	return le32_to_cpu(type);
}

static void fake_gpu_config_written(struct fake_virtio *fv, unsigned int offset,
				    unsigned int len)
{
	struct virtio_gpu_config config;

	if (offset != offsetof(struct virtio_gpu_config, events_clear))
		return;

	/* Write 1 to clear. */
	fake_virtio_config_peek(fv, 0, &config, sizeof(config));
	config.events_read &= ~config.events_clear;
	config.events_clear = 0;
	fake_virtio_config_poke(fv, 0, &config, sizeof(config));
}

static void fake_gpu_reset(struct fake_virtio *fv)
{
	struct fake_gpu *gpu = fv->priv;
	unsigned int i;

	mutex_lock(&gpu->lock);
	fake_gpu_3d_free_all(gpu);
	fake_gpu_2d_free_all(gpu);
	for (i = 0; i < VIRTIO_GPU_MAX_SCANOUTS; i++)
		gpu->scanouts[i].cursor = 0;
	mutex_unlock(&gpu->lock);
}

static const struct fake_virtio_ops fake_gpu_virtio_ops = {
	.request = fake_gpu_request,
	.key = fake_gpu_key,
	.config_written = fake_gpu_config_written,
	.reset = fake_gpu_reset,
};

/**
 * fake_gpu_alloc() - make a graphics device
 * @param: what it is like, copied
 *
 * Return: the device, to be plugged in by fake_virtio_plug() of &fake_gpu.fv
 * and freed with fake_gpu_free(), or NULL if there is no memory.
 */
struct fake_gpu *fake_gpu_alloc(const struct fake_gpu_param *param)
{
	const struct virtio_gpu_config config = {
		.num_scanouts = cpu_to_le32(param->num_scanouts),
		.num_capsets = cpu_to_le32(param->num_capsets),
		.blob_alignment = cpu_to_le32(param->blob_alignment),
	};
	struct fake_gpu *gpu;
	unsigned int i;

	gpu = kzalloc(sizeof(*gpu), GFP_KERNEL);
	if (!gpu)
		return NULL;

	mutex_init(&gpu->lock);
	gpu->caching = VIRTIO_GPU_MAP_CACHE_CACHED;
	INIT_LIST_HEAD(&gpu->resources);
	INIT_LIST_HEAD(&gpu->contexts);
	gpu->nscanouts = min_t(u32, param->num_scanouts,
			       VIRTIO_GPU_MAX_SCANOUTS);
	for (i = 0; i < gpu->nscanouts; i++) {
		fake_gpu_mode(gpu, i, FAKE_GPU_WIDTH, FAKE_GPU_HEIGHT, true);
		gpu->scanouts[i].info.x = i * FAKE_GPU_WIDTH;
	}

	gpu->log = vcalloc(FAKE_GPU_LOG, sizeof(*gpu->log));
	gpu->fv = fake_virtio_alloc(&(struct fake_virtio_param) {
		.device_id = VIRTIO_ID_GPU,
		.features = param->features,
		.config = &config,
		.config_len = sizeof(config),
		.queues = 2,
		.queue_size = param->queue_size,
		.ops = &fake_gpu_virtio_ops,
		.priv = gpu,
	});
	if (!gpu->log || !gpu->fv) {
		fake_gpu_free(gpu);
		return NULL;
	}

	return gpu;
}
EXPORT_SYMBOL_GPL(fake_gpu_alloc);

/**
 * fake_gpu_free() - unplug a graphics device and free it
 * @gpu: device, or NULL
 */
void fake_gpu_free(struct fake_gpu *gpu)
{
	if (!gpu)
		return;

	fake_virtio_free(gpu->fv);
	fake_gpu_3d_free_all(gpu);
	fake_gpu_2d_free_all(gpu);
	vfree(gpu->log);
	kfree(gpu);
}
EXPORT_SYMBOL_GPL(fake_gpu_free);

/**
 * fake_gpu_mode() - say what a head is like
 * @gpu: device
 * @scanout: which head; one beyond &fake_gpu_param.num_scanouts can be set, too
 * @width: of its preferred mode
 * @height: of its preferred mode
 * @enabled: connected
 *
 * The driver hears of it by fake_gpu_hotplug().
 */
void fake_gpu_mode(struct fake_gpu *gpu, unsigned int scanout, u32 width,
		   u32 height, bool enabled)
{
	struct fake_gpu_scanout *head = &gpu->scanouts[scanout];

	mutex_lock(&gpu->lock);
	head->info.width = width;
	head->info.height = height;
	head->enabled = enabled;
	mutex_unlock(&gpu->lock);
}
EXPORT_SYMBOL_GPL(fake_gpu_mode);

/**
 * fake_gpu_edid() - say what a head's EDID is
 * @gpu: device
 * @scanout: which head
 * @edid: bytes; up to FAKE_GPU_EDID_MAX of them are copied
 * @len: the size that the answer claims, however silly; 0 for an error instead
 */
void fake_gpu_edid(struct fake_gpu *gpu, unsigned int scanout,
		   const void *edid, u32 len)
{
	struct fake_gpu_scanout *head = &gpu->scanouts[scanout];

	mutex_lock(&gpu->lock);
	memset(head->edid, 0, sizeof(head->edid));
	if (edid)
		memcpy(head->edid, edid, min_t(u32, len, sizeof(head->edid)));
	head->edid_len = len;
	mutex_unlock(&gpu->lock);
}
EXPORT_SYMBOL_GPL(fake_gpu_edid);

/* A detailed timing with a blanking of 160 by 30, as CVT-RB has it, at 60 Hz. */
static void fake_gpu_edid_timing(u8 *dtd, u32 width, u32 height)
{
	u32 clock = (width + 160) * (height + 30) * 60 / 10000;

	dtd[0] = clock;
	dtd[1] = clock >> 8;
	dtd[2] = width;
	dtd[3] = 160;
	dtd[4] = (width >> 8) << 4;
	dtd[5] = height;
	dtd[6] = 30;
	dtd[7] = (height >> 8) << 4;
	dtd[8] = 48;
	dtd[9] = 32;
	dtd[10] = 3 << 4 | 6;
	dtd[17] = 0x1e;
}

static void fake_gpu_edid_name(u8 *descriptor, const char *name)
{
	u8 *text = descriptor + 5;
	size_t len = min_t(size_t, strlen(name), 12);

	descriptor[3] = 0xfc;
	memset(text, ' ', 13);
	memcpy(text, name, len);
	text[len] = '\n';
}

/**
 * fake_gpu_edid_make() - make an EDID block that is all right
 * @edid: where to
 * @width: of its only mode, below 4096
 * @height: of its only mode, below 4096
 * @name: monitor name, of which twelve characters are taken
 */
void fake_gpu_edid_make(u8 edid[128], u32 width, u32 height, const char *name)
{
	static const u8 start[] = {
		0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
		0x3e, 0x4e, 1, 0, 0, 0, 0, 0, 1, 34, 1, 4,
		0xa5, 52, 29, 120, 0x06,
	};
	u8 sum = 0;
	unsigned int i;

	memset(edid, 0, 128);
	memcpy(edid, start, sizeof(start));
	memset(edid + 38, 1, 16);
	fake_gpu_edid_timing(edid + 54, width, height);
	fake_gpu_edid_name(edid + 72, name);
	edid[93] = 0x10;
	edid[111] = 0x10;
	for (i = 0; i < 127; i++)
		sum += edid[i];
	edid[127] = -sum;
}
EXPORT_SYMBOL_GPL(fake_gpu_edid_make);

/**
 * fake_gpu_hotplug() - tell the driver that heads have changed
 * @gpu: device, plugged in
 */
void fake_gpu_hotplug(struct fake_gpu *gpu)
{
	struct virtio_gpu_config config;

	fake_virtio_config_peek(gpu->fv, 0, &config, sizeof(config));
	config.events_read |= cpu_to_le32(VIRTIO_GPU_EVENT_DISPLAY);
	fake_virtio_config_poke(gpu->fv, 0, &config, sizeof(config));
	fake_virtio_config_raise(gpu->fv);
}
EXPORT_SYMBOL_GPL(fake_gpu_hotplug);

/**
 * fake_gpu_count() - how many commands of a type were executed
 * @gpu: device
 * @type: VIRTIO_GPU_CMD_*, or 0 for all
 *
 * Return: their number in the log.
 */
unsigned int fake_gpu_count(struct fake_gpu *gpu, u32 type)
{
	unsigned int count = 0;
	unsigned int i;

	mutex_lock(&gpu->lock);
	for (i = 0; i < min(gpu->ncmds, FAKE_GPU_LOG); i++)
		if (!type || gpu->log[i].type == type)
			count++;
	mutex_unlock(&gpu->lock);

	return count;
}
EXPORT_SYMBOL_GPL(fake_gpu_count);

/**
 * fake_gpu_find() - look a command up in the log
 * @gpu: device
 * @type: VIRTIO_GPU_CMD_*, or 0 for all
 * @nth: which of these, counted from 0
 * @cmd: where to copy it
 *
 * Return: its place among all commands, which tells what came before what, or
 * -ENOENT.
 */
int fake_gpu_find(struct fake_gpu *gpu, u32 type, unsigned int nth,
		  struct fake_gpu_cmd *cmd)
{
	int place = -ENOENT;
	unsigned int i;

	mutex_lock(&gpu->lock);
	for (i = 0; i < min(gpu->ncmds, FAKE_GPU_LOG); i++) {
		if (type && gpu->log[i].type != type)
			continue;
		if (nth--)
			continue;
		*cmd = gpu->log[i];
		place = i;
		break;
	}
	mutex_unlock(&gpu->lock);

	return place;
}
EXPORT_SYMBOL_GPL(fake_gpu_find);

/**
 * fake_gpu_forget() - empty the log
 * @gpu: device
 */
void fake_gpu_forget(struct fake_gpu *gpu)
{
	mutex_lock(&gpu->lock);
	gpu->ncmds = 0;
	mutex_unlock(&gpu->lock);
}
EXPORT_SYMBOL_GPL(fake_gpu_forget);
