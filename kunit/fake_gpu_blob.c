// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the graphics device knows of blobs: memory of the guest's or of its own,
 * which it shows and paints as it is, and the window through which the guest
 * sees what is its own.
 */

#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "fake_gpu.h"
#include "fake_gpu_2d.h"
#include "fake_gpu_3d.h"
#include "fake_gpu_blob.h"

#define FAKE_GPU_BLOB_BAD_ID	VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID
#define FAKE_GPU_BLOB_BAD_PARAM	VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER

static u32 fake_gpu_blob_check(struct fake_gpu *gpu,
			       const struct fake_gpu_request *req, u64 size)
{
	u64 id = le64_to_cpu(req->cmd.create_blob.blob_id);

	if (!req->log->resource || fake_gpu_2d_exists(gpu, req->log->resource))
		return FAKE_GPU_BLOB_BAD_ID;
	if (!size || !PAGE_ALIGNED(size) || size > FAKE_GPU_BLOB_MAX)
		return FAKE_GPU_BLOB_BAD_PARAM;

	switch (le32_to_cpu(req->cmd.create_blob.blob_mem)) {
	case VIRTIO_GPU_BLOB_MEM_GUEST:
		return id || req->log->context ? FAKE_GPU_BLOB_BAD_PARAM :
			VIRTIO_GPU_RESP_OK_NODATA;
	case VIRTIO_GPU_BLOB_MEM_HOST3D:
	case VIRTIO_GPU_BLOB_MEM_HOST3D_GUEST:
		return fake_gpu_3d_has_made(gpu, req->log->context, id) ?
			VIRTIO_GPU_RESP_OK_NODATA : FAKE_GPU_BLOB_BAD_PARAM;
	default:
		return FAKE_GPU_BLOB_BAD_PARAM;
	}
}

/* Whose memory it is, is what it consists of. */
static u32 fake_gpu_blob_populate(struct fake_gpu_2d *res,
				  const struct fake_gpu_request *req)
{
	u32 n = le32_to_cpu(req->cmd.create_blob.nr_entries);

	if (res->blob == VIRTIO_GPU_BLOB_MEM_HOST3D) {
		res->pixels = vzalloc(res->size);
		if (n)
			return FAKE_GPU_BLOB_BAD_PARAM;
		return res->pixels ? VIRTIO_GPU_RESP_OK_NODATA :
			VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	}

	return fake_gpu_2d_read_backing(res, req->chain,
					sizeof(req->cmd.create_blob), n);
}

/**
 * fake_gpu_blob_create() - RESOURCE_CREATE_BLOB
 * @gpu: device
 * @req: command
 *
 * A renderer must have made what is named to it, see FAKE_GPU_MAKE.
 *
 * Return: response type.
 */
u32 fake_gpu_blob_create(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	u64 size = le64_to_cpu(req->cmd.create_blob.size);
	struct fake_gpu_2d *res;
	u32 response;

	req->log->resource = le32_to_cpu(req->cmd.create_blob.resource_id);
	req->log->size = size;
	response = fake_gpu_blob_check(gpu, req, size);
	if (response != VIRTIO_GPU_RESP_OK_NODATA)
		return response;

	res = kzalloc(sizeof(*res), GFP_KERNEL);
	if (!res)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;

	res->id = req->log->resource;
	res->blob = le32_to_cpu(req->cmd.create_blob.blob_mem);
	res->size = size;
	list_add_tail(&res->entry, &gpu->resources);
	response = fake_gpu_blob_populate(res, req);
	if (response == VIRTIO_GPU_RESP_OK_NODATA && res->backing &&
	    res->backing_len != size)
		response = FAKE_GPU_BLOB_BAD_PARAM;
	if (response != VIRTIO_GPU_RESP_OK_NODATA)
		fake_gpu_2d_free(gpu, res);
	return response;
}

/* Out of wherever the memory is; the caller has checked the bounds. */
static void fake_gpu_blob_read(const struct fake_gpu_2d *res, u64 offset,
			       void *mem, u32 len)
{
	if (res->backing)
		fake_gpu_2d_fetch(res, offset, mem, len, false);
	else if (res->mapped)
		memcpy(mem, res->mapped + offset, len);
	else
		memcpy(mem, (void *)res->pixels + offset, len);
}

static void fake_gpu_blob_show(struct fake_gpu_scanout *head,
			       const struct fake_gpu_2d *res)
{
	const struct fake_gpu_rect *source = &head->source;
	u32 y;

	for (y = 0; y < source->height; y++)
		fake_gpu_blob_read(res,
				   head->layout.offset +
				   (u64)(source->y + y) * head->layout.stride +
				   source->x * 4,
				   head->screen + y * source->width,
				   source->width * 4);
}

static bool fake_gpu_blob_fits(const struct fake_gpu_2d *res,
			       const struct fake_gpu_layout *layout,
			       const struct fake_gpu_rect *rect)
{
	u64 end = layout->offset + (u64)(layout->height - 1) * layout->stride +
		  layout->width * 4ULL;

	return layout->width && layout->height && end <= res->size &&
	       layout->stride / 4 >= layout->width &&
	       rect->width && rect->width <= layout->width &&
	       rect->x <= layout->width - rect->width &&
	       rect->height && rect->height <= layout->height &&
	       rect->y <= layout->height - rect->height;
}

/**
 * fake_gpu_blob_set_scanout() - SET_SCANOUT_BLOB
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_blob_set_scanout(struct fake_gpu *gpu,
			      struct fake_gpu_request *req)
{
	const struct virtio_gpu_set_scanout_blob *cmd = &req->cmd.scanout_blob;
	const struct fake_gpu_layout layout = {
		.width	= le32_to_cpu(cmd->width),
		.height	= le32_to_cpu(cmd->height),
		.stride	= le32_to_cpu(cmd->strides[0]),
		.offset	= le32_to_cpu(cmd->offsets[0]),
	};
	struct fake_gpu_cmd *log = req->log;
	struct fake_gpu_scanout *head;
	struct fake_gpu_2d *res;
	u32 response;

	log->scanout = le32_to_cpu(cmd->scanout_id);
	log->resource = le32_to_cpu(cmd->resource_id);
	log->rect = fake_gpu_2d_rect(&cmd->r);
	log->offset = layout.offset;
	if (log->scanout >= gpu->nscanouts)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;

	res = fake_gpu_2d_find(gpu, log->resource);
	if (!res || !res->blob)
		return FAKE_GPU_BLOB_BAD_ID;
	if (!fake_gpu_2d_is_format(le32_to_cpu(cmd->format)) ||
	    !fake_gpu_blob_fits(res, &layout, &log->rect))
		return FAKE_GPU_BLOB_BAD_PARAM;

	head = &gpu->scanouts[log->scanout];
	response = fake_gpu_2d_turn(head, log->resource, &log->rect);
	if (response != VIRTIO_GPU_RESP_OK_NODATA)
		return response;

	head->layout = layout;
	fake_gpu_blob_show(head, res);
	return response;
}

/**
 * fake_gpu_blob_flush() - RESOURCE_FLUSH of a blob
 * @gpu: device
 * @res: blob
 * @rect: part of what is shown of it
 *
 * Return: response type.
 */
u32 fake_gpu_blob_flush(struct fake_gpu *gpu, const struct fake_gpu_2d *res,
			const struct fake_gpu_rect *rect)
{
	struct fake_gpu_scanout *head;
	unsigned int i;

	for (i = 0; i < gpu->nscanouts; i++) {
		head = &gpu->scanouts[i];
		if (head->resource != res->id)
			continue;
		if (!fake_gpu_blob_fits(res, &head->layout, rect))
			return FAKE_GPU_BLOB_BAD_PARAM;
		fake_gpu_blob_show(head, res);
	}

	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_blob_fill() - paint all of a blob
 * @res: blob
 * @pixel: in which colour
 *
 * Return: response type.
 */
u32 fake_gpu_blob_fill(struct fake_gpu_2d *res, u32 pixel)
{
	u64 offset;

	if (res->backing)
		for (offset = 0; offset < res->size; offset += 4)
			fake_gpu_2d_fetch(res, offset, &pixel, 4, true);
	else
		memset32(res->mapped ?: res->pixels, pixel, res->size / 4);

	return VIRTIO_GPU_RESP_OK_NODATA;
}

static const struct fake_region *fake_gpu_blob_window(struct fake_gpu *gpu)
{
	const struct fake_region *regions = gpu->fv->regions;
	unsigned int i;

	for (i = 0; i < FAKE_VIRTIO_REGIONS; i++)
		if (regions[i].len &&
		    regions[i].id == VIRTIO_GPU_SHM_ID_HOST_VISIBLE)
			return &regions[i];

	return NULL;
}

static bool fake_gpu_blob_is_free(struct fake_gpu *gpu, const void *from,
				  u64 size)
{
	const struct fake_gpu_2d *res;

	list_for_each_entry(res, &gpu->resources, entry)
		if (res->mapped && from < res->mapped + res->size &&
		    res->mapped < from + size)
			return false;

	return true;
}

/**
 * fake_gpu_blob_map() - RESOURCE_MAP_BLOB
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_blob_map(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	const struct fake_region *window = fake_gpu_blob_window(gpu);
	struct virtio_gpu_resp_map_info *answer = req->answer;
	u64 offset = le64_to_cpu(req->cmd.map_blob.offset);
	struct fake_gpu_2d *res;

	req->log->resource = le32_to_cpu(req->cmd.map_blob.resource_id);
	req->log->offset = offset;
	res = fake_gpu_2d_find(gpu, req->log->resource);
	if (!res || res->blob != VIRTIO_GPU_BLOB_MEM_HOST3D || res->mapped)
		return FAKE_GPU_BLOB_BAD_ID;
	if (!window || !PAGE_ALIGNED(offset) || res->size > window->len ||
	    offset > window->len - res->size ||
	    !fake_gpu_blob_is_free(gpu, window->va + offset, res->size))
		return FAKE_GPU_BLOB_BAD_PARAM;

	res->mapped = window->va + offset;
	memcpy(res->mapped, res->pixels, res->size);
	answer->map_info = (__force __u32)cpu_to_le32(gpu->caching);
	req->answer_len = sizeof(*answer);
	return VIRTIO_GPU_RESP_OK_MAP_INFO;
}

/**
 * fake_gpu_blob_unmap() - RESOURCE_UNMAP_BLOB
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_blob_unmap(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_2d *res;

	req->log->resource = le32_to_cpu(req->cmd.unmap_blob.resource_id);
	res = fake_gpu_2d_find(gpu, req->log->resource);
	if (!res || !res->mapped)
		return FAKE_GPU_BLOB_BAD_ID;

	memcpy(res->pixels, res->mapped, res->size);
	memset(res->mapped, 0, res->size);
	res->mapped = NULL;
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_blob_word() - what the host has in a blob
 * @gpu: device
 * @resource: its id
 * @offset: where, in bytes
 * @word: what is there
 *
 * Return: 0, -ENOENT if there is no such blob, -ERANGE outside of it.
 */
int fake_gpu_blob_word(struct fake_gpu *gpu, u32 resource, u64 offset,
		       u32 *word)
{
	const struct fake_gpu_2d *res;
	int err = 0;

	mutex_lock(&gpu->lock);
	res = fake_gpu_2d_find(gpu, resource);
	if (!res || !res->blob)
		err = -ENOENT;
	else if (res->size < sizeof(*word) ||
		 offset > res->size - sizeof(*word))
		err = -ERANGE;
	else
		fake_gpu_blob_read(res, offset, word, sizeof(*word));
	mutex_unlock(&gpu->lock);

	return err;
}
EXPORT_SYMBOL_GPL(fake_gpu_blob_word);

/**
 * fake_gpu_mapped_count() - how many blobs the guest can see in the window
 * @gpu: device
 *
 * Return: their number.
 */
unsigned int fake_gpu_mapped_count(struct fake_gpu *gpu)
{
	const struct fake_gpu_2d *res;
	unsigned int n = 0;

	mutex_lock(&gpu->lock);
	list_for_each_entry(res, &gpu->resources, entry)
		n += !!res->mapped;
	mutex_unlock(&gpu->lock);

	return n;
}
EXPORT_SYMBOL_GPL(fake_gpu_mapped_count);
