// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the graphics device knows of 2D: resources with pixels of their own,
 * backing pages of the driver, scanouts that show a part of a resource as of
 * the last flush. All pixels have 32 bits.
 */

#include <linux/export.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "fake_gpu.h"
#include "fake_gpu_2d.h"
#include "fake_gpu_blob.h"

#define FAKE_GPU_2D_SIDE	16384
#define FAKE_GPU_2D_ENTRIES	16384
#define FAKE_GPU_2D_BPP		4

#define FAKE_GPU_2D_BAD_ID	VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID
#define FAKE_GPU_2D_BAD_PARAM	VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER

/**
 * fake_gpu_2d_find() - find a resource
 * @gpu: device
 * @id: of it
 *
 * Return: resource, or NULL.
 */
struct fake_gpu_2d *fake_gpu_2d_find(struct fake_gpu *gpu, u32 id)
{
	struct fake_gpu_2d *res;

	list_for_each_entry(res, &gpu->resources, entry)
		if (res->id == id)
			return res;

	return NULL;
}

static void fake_gpu_2d_drop_backing(struct fake_gpu_2d *res)
{
	kvfree(res->backing);
	res->backing = NULL;
	res->nbacking = 0;
	res->backing_len = 0;
}

static void fake_gpu_2d_blank(struct fake_gpu_scanout *head)
{
	vfree(head->screen);
	head->screen = NULL;
	head->resource = 0;
	memset(&head->source, 0, sizeof(head->source));
}

/**
 * fake_gpu_2d_free() - forget a resource
 * @gpu: device
 * @res: resource
 */
void fake_gpu_2d_free(struct fake_gpu *gpu, struct fake_gpu_2d *res)
{
	unsigned int i;

	for (i = 0; i < VIRTIO_GPU_MAX_SCANOUTS; i++)
		if (gpu->scanouts[i].resource == res->id)
			fake_gpu_2d_blank(&gpu->scanouts[i]);

	list_del(&res->entry);
	fake_gpu_2d_drop_backing(res);
	vfree(res->pixels);
	kfree(res);
}

/**
 * fake_gpu_2d_free_all() - as a reset does
 * @gpu: device
 */
void fake_gpu_2d_free_all(struct fake_gpu *gpu)
{
	struct fake_gpu_2d *res, *next;

	list_for_each_entry_safe(res, next, &gpu->resources, entry)
		fake_gpu_2d_free(gpu, res);
}

/**
 * fake_gpu_2d_rect() - read a rectangle
 * @rect: as the driver sent it
 *
 * Return: the same in CPU byte order.
 */
struct fake_gpu_rect fake_gpu_2d_rect(const struct virtio_gpu_rect *rect)
{
	return (struct fake_gpu_rect) {
		.x = le32_to_cpu(rect->x),
		.y = le32_to_cpu(rect->y),
		.width = le32_to_cpu(rect->width),
		.height = le32_to_cpu(rect->height),
	};
}

static bool fake_gpu_2d_inside(const struct fake_gpu_2d *res,
			       const struct fake_gpu_rect *rect)
{
	return rect->width && rect->height &&
	       rect->x < res->width && rect->width <= res->width - rect->x &&
	       rect->y < res->height && rect->height <= res->height - rect->y;
}

/**
 * fake_gpu_2d_is_format() - can such pixels be shown?
 * @format: VIRTIO_GPU_FORMAT_*, or anything else
 *
 * Return: whether they can.
 */
bool fake_gpu_2d_is_format(u32 format)
{
	switch (format) {
	case VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM:
	case VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM:
	case VIRTIO_GPU_FORMAT_A8R8G8B8_UNORM:
	case VIRTIO_GPU_FORMAT_X8R8G8B8_UNORM:
	case VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM:
	case VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM:
	case VIRTIO_GPU_FORMAT_A8B8G8R8_UNORM:
	case VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM:
		return true;
	default:
		return false;
	}
}

/**
 * fake_gpu_2d_create() - RESOURCE_CREATE_2D
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_2d_create(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	u32 width = le32_to_cpu(req->cmd.create.width);
	u32 height = le32_to_cpu(req->cmd.create.height);
	u32 id = le32_to_cpu(req->cmd.create.resource_id);

	req->log->resource = id;
	req->log->rect.width = width;
	req->log->rect.height = height;
	if (!fake_gpu_2d_is_format(le32_to_cpu(req->cmd.create.format)))
		return FAKE_GPU_2D_BAD_PARAM;

	return fake_gpu_2d_make(gpu, id, width, height);
}

/**
 * fake_gpu_2d_make() - make an image
 * @gpu: device
 * @id: new resource's id
 * @width: in pixels
 * @height: in pixels
 *
 * Return: response type.
 */
u32 fake_gpu_2d_make(struct fake_gpu *gpu, u32 id, u32 width, u32 height)
{
	struct fake_gpu_2d *res;

	if (!id || fake_gpu_2d_find(gpu, id))
		return FAKE_GPU_2D_BAD_ID;
	if (!width || width > FAKE_GPU_2D_SIDE ||
	    !height || height > FAKE_GPU_2D_SIDE)
		return FAKE_GPU_2D_BAD_PARAM;

	res = kzalloc(sizeof(*res), GFP_KERNEL);
	if (!res)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;

	res->pixels = vzalloc(array3_size(width, height, FAKE_GPU_2D_BPP));
	if (!res->pixels) {
		kfree(res);
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	}

	res->id = id;
	res->width = width;
	res->height = height;
	list_add_tail(&res->entry, &gpu->resources);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_2d_unref() - RESOURCE_UNREF
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_2d_unref(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_2d *res;

	req->log->resource = le32_to_cpu(req->cmd.unref.resource_id);
	res = fake_gpu_2d_find(gpu, req->log->resource);
	if (!res)
		return FAKE_GPU_2D_BAD_ID;
	/* What is mapped the guest can still see. */
	if (res->mapped)
		return FAKE_GPU_2D_BAD_PARAM;

	fake_gpu_2d_free(gpu, res);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* What a scanout shows of a resource, for those rows and columns of it. */
static void fake_gpu_2d_show(struct fake_gpu_scanout *head,
			     const struct fake_gpu_2d *res,
			     const struct fake_gpu_rect *rect)
{
	u32 left = max(rect->x, head->source.x);
	u32 right = min(rect->x + rect->width,
			head->source.x + head->source.width);
	u32 top = max(rect->y, head->source.y);
	u32 bottom = min(rect->y + rect->height,
			 head->source.y + head->source.height);
	u32 y;

	if (left >= right)
		return;

	for (y = top; y < bottom; y++)
		memcpy(head->screen + (y - head->source.y) * head->source.width +
		       left - head->source.x,
		       res->pixels + y * res->width + left,
		       (right - left) * FAKE_GPU_2D_BPP);
}

/**
 * fake_gpu_2d_turn() - turn a head to a resource
 * @head: head
 * @resource: id of the resource
 * @source: part of it
 *
 * Return: response type.
 */
u32 fake_gpu_2d_turn(struct fake_gpu_scanout *head, u32 resource,
		     const struct fake_gpu_rect *source)
{
	u32 *screen = vzalloc(array3_size(source->width, source->height,
					  FAKE_GPU_2D_BPP));

	if (!screen)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;

	fake_gpu_2d_blank(head);
	head->screen = screen;
	head->resource = resource;
	head->source = *source;
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_2d_set_scanout() - SET_SCANOUT
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_2d_set_scanout(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_cmd *log = req->log;
	struct fake_gpu_scanout *head;
	struct fake_gpu_2d *res;
	u32 response;

	log->scanout = le32_to_cpu(req->cmd.set_scanout.scanout_id);
	log->resource = le32_to_cpu(req->cmd.set_scanout.resource_id);
	log->rect = fake_gpu_2d_rect(&req->cmd.set_scanout.r);
	if (log->scanout >= gpu->nscanouts)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;

	head = &gpu->scanouts[log->scanout];
	if (!log->resource) {
		fake_gpu_2d_blank(head);
		return VIRTIO_GPU_RESP_OK_NODATA;
	}

	res = fake_gpu_2d_find(gpu, log->resource);
	if (!res)
		return FAKE_GPU_2D_BAD_ID;
	if (!fake_gpu_2d_inside(res, &log->rect))
		return FAKE_GPU_2D_BAD_PARAM;

	response = fake_gpu_2d_turn(head, log->resource, &log->rect);
	if (response == VIRTIO_GPU_RESP_OK_NODATA)
		fake_gpu_2d_show(head, res, &head->source);
	return response;
}

/**
 * fake_gpu_2d_flush() - RESOURCE_FLUSH
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_2d_flush(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_cmd *log = req->log;
	struct fake_gpu_2d *res;
	unsigned int i;

	log->resource = le32_to_cpu(req->cmd.flush.resource_id);
	log->rect = fake_gpu_2d_rect(&req->cmd.flush.r);
	res = fake_gpu_2d_find(gpu, log->resource);
	if (!res)
		return FAKE_GPU_2D_BAD_ID;
	if (res->blob)
		return fake_gpu_blob_flush(gpu, res, &log->rect);
	if (!fake_gpu_2d_inside(res, &log->rect))
		return FAKE_GPU_2D_BAD_PARAM;

	for (i = 0; i < gpu->nscanouts; i++)
		if (gpu->scanouts[i].resource == res->id)
			fake_gpu_2d_show(&gpu->scanouts[i], res, &log->rect);

	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_2d_fetch() - copy between the backing and other memory
 * @res: resource with a backing
 * @offset: where in the backing
 * @mem: other memory
 * @len: bytes; the caller has checked the bounds
 * @to_guest: into the backing, else out of it
 */
void fake_gpu_2d_fetch(const struct fake_gpu_2d *res, u64 offset, void *mem,
		       u32 len, bool to_guest)
{
	const struct fake_gpu_2d_page *page = res->backing;
	u32 n;

	for (; offset >= page->len; page++)
		offset -= page->len;

	for (; len; page++) {
		n = min_t(u64, len, page->len - offset);
		if (to_guest)
			memcpy(page->va + offset, mem, n);
		else
			memcpy(mem, page->va + offset, n);
		mem += n;
		len -= n;
		offset = 0;
	}
}

/**
 * fake_gpu_2d_transfer() - TRANSFER_TO_HOST_2D
 * @gpu: device
 * @req: command
 *
 * Rows lie in the backing as far apart as the resource is wide. The last one
 * must be in there to its end.
 *
 * Return: response type.
 */
u32 fake_gpu_2d_transfer(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_cmd *log = req->log;

	log->resource = le32_to_cpu(req->cmd.transfer.resource_id);
	log->rect = fake_gpu_2d_rect(&req->cmd.transfer.r);
	log->offset = le64_to_cpu(req->cmd.transfer.offset);
	return fake_gpu_2d_copy(gpu, log->resource, &log->rect, log->offset,
				false);
}

/**
 * fake_gpu_2d_exists() - is there such a resource?
 * @gpu: device
 * @id: of it
 *
 * Return: whether there is.
 */
bool fake_gpu_2d_exists(struct fake_gpu *gpu, u32 id)
{
	return fake_gpu_2d_find(gpu, id);
}

/**
 * fake_gpu_2d_fill() - paint all of a resource
 * @gpu: device
 * @id: of it
 * @pixel: in which colour
 *
 * Return: response type.
 */
u32 fake_gpu_2d_fill(struct fake_gpu *gpu, u32 id, u32 pixel)
{
	struct fake_gpu_2d *res = fake_gpu_2d_find(gpu, id);

	if (!res)
		return FAKE_GPU_2D_BAD_ID;
	if (res->blob)
		return fake_gpu_blob_fill(res, pixel);

	memset32(res->pixels, pixel, (size_t)res->width * res->height);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_2d_copy() - copy between a resource and its backing
 * @gpu: device
 * @id: of the resource
 * @rect: which part
 * @offset: of its first pixel in the backing
 * @to_guest: into the backing, else out of it
 *
 * Return: response type.
 */
u32 fake_gpu_2d_copy(struct fake_gpu *gpu, u32 id,
		     const struct fake_gpu_rect *rect, u64 offset,
		     bool to_guest)
{
	struct fake_gpu_2d *res = fake_gpu_2d_find(gpu, id);
	u64 stride, last;
	u32 len, y;

	if (!res)
		return FAKE_GPU_2D_BAD_ID;
	if (!fake_gpu_2d_inside(res, rect))
		return FAKE_GPU_2D_BAD_PARAM;

	stride = (u64)res->width * FAKE_GPU_2D_BPP;
	len = rect->width * FAKE_GPU_2D_BPP;
	last = (rect->height - 1) * stride + len;
	if (offset > res->backing_len || last > res->backing_len - offset)
		return FAKE_GPU_2D_BAD_PARAM;

	for (y = 0; y < rect->height; y++)
		fake_gpu_2d_fetch(res, offset + y * stride,
				  res->pixels + (rect->y + y) * res->width +
				  rect->x, len, to_guest);

	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* Reads the list of pieces; only what is memory is taken. */
static u32 fake_gpu_2d_read_entries(struct fake_gpu_2d *res,
				    const struct fake_chain *chain, u32 offset)
{
	struct virtio_gpu_mem_entry entry;
	phys_addr_t addr;
	u32 i, n;

	for (i = 0; i < res->nbacking; i++, offset += sizeof(entry)) {
		n = fake_chain_read(chain, offset, &entry, sizeof(entry));
		addr = le64_to_cpu(entry.addr);
		res->backing[i].len = le32_to_cpu(entry.length);
		if (n != sizeof(entry) || !res->backing[i].len ||
		    !pfn_valid(PHYS_PFN(addr)) ||
		    !pfn_valid(PHYS_PFN(addr + res->backing[i].len - 1)))
			return FAKE_GPU_2D_BAD_PARAM;
		res->backing[i].va = phys_to_virt(addr);
		res->backing_len += res->backing[i].len;
	}

	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_2d_read_backing() - take pieces of guest memory
 * @res: resource without a backing
 * @chain: command with a list of them
 * @offset: where the list begins
 * @n: number of its entries
 *
 * Return: response type.
 */
u32 fake_gpu_2d_read_backing(struct fake_gpu_2d *res,
			     const struct fake_chain *chain, u32 offset, u32 n)
{
	u32 response;

	if (!n || n > FAKE_GPU_2D_ENTRIES)
		return FAKE_GPU_2D_BAD_PARAM;

	res->backing = kvcalloc(n, sizeof(*res->backing), GFP_KERNEL);
	if (!res->backing)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;

	res->nbacking = n;
	response = fake_gpu_2d_read_entries(res, chain, offset);
	if (response != VIRTIO_GPU_RESP_OK_NODATA)
		fake_gpu_2d_drop_backing(res);

	return response;
}

/**
 * fake_gpu_2d_attach() - RESOURCE_ATTACH_BACKING
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_2d_attach(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	u32 n = le32_to_cpu(req->cmd.attach.nr_entries);
	struct fake_gpu_2d *res;

	req->log->resource = le32_to_cpu(req->cmd.attach.resource_id);
	res = fake_gpu_2d_find(gpu, req->log->resource);
	if (!res)
		return FAKE_GPU_2D_BAD_ID;
	if (res->backing || res->blob)
		return FAKE_GPU_2D_BAD_PARAM;

	return fake_gpu_2d_read_backing(res, req->chain,
					sizeof(req->cmd.attach), n);
}

/**
 * fake_gpu_2d_detach() - RESOURCE_DETACH_BACKING
 * @gpu: device
 * @req: command
 *
 * Return: response type.
 */
u32 fake_gpu_2d_detach(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct fake_gpu_2d *res;

	req->log->resource = le32_to_cpu(req->cmd.detach.resource_id);
	res = fake_gpu_2d_find(gpu, req->log->resource);
	if (!res)
		return FAKE_GPU_2D_BAD_ID;
	if (!res->backing)
		return FAKE_GPU_2D_BAD_PARAM;

	fake_gpu_2d_drop_backing(res);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_2d_cursor() - UPDATE_CURSOR and MOVE_CURSOR
 * @gpu: device
 * @req: command
 *
 * Return: response type, for the log only.
 */
u32 fake_gpu_2d_cursor(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	const struct virtio_gpu_update_cursor *cmd = &req->cmd.cursor;
	struct fake_gpu_cmd *log = req->log;
	struct fake_gpu_scanout *head;

	log->scanout = le32_to_cpu(cmd->pos.scanout_id);
	log->rect.x = le32_to_cpu(cmd->pos.x);
	log->rect.y = le32_to_cpu(cmd->pos.y);
	if (log->scanout >= gpu->nscanouts)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;

	head = &gpu->scanouts[log->scanout];
	if (log->type == VIRTIO_GPU_CMD_UPDATE_CURSOR) {
		log->resource = le32_to_cpu(cmd->resource_id);
		log->hot_x = le32_to_cpu(cmd->hot_x);
		log->hot_y = le32_to_cpu(cmd->hot_y);
		if (log->resource && !fake_gpu_2d_find(gpu, log->resource))
			return FAKE_GPU_2D_BAD_ID;
		head->cursor = log->resource;
	}

	head->cursor_x = log->rect.x;
	head->cursor_y = log->rect.y;
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/**
 * fake_gpu_2d_assign_uuid() - RESOURCE_ASSIGN_UUID
 * @gpu: device
 * @req: command
 *
 * The name begins with the resource's id. A resource gets only one.
 *
 * Return: response type.
 */
u32 fake_gpu_2d_assign_uuid(struct fake_gpu *gpu, struct fake_gpu_request *req)
{
	struct virtio_gpu_resp_resource_uuid *answer = req->answer;
	struct fake_gpu_2d *res;

	req->log->resource = le32_to_cpu(req->cmd.assign_uuid.resource_id);
	res = fake_gpu_2d_find(gpu, req->log->resource);
	if (!res || res->named)
		return FAKE_GPU_2D_BAD_ID;

	res->named = true;
	memset(answer->uuid, 0xa5, sizeof(answer->uuid));
	memcpy(answer->uuid, &req->cmd.assign_uuid.resource_id,
	       sizeof(req->cmd.assign_uuid.resource_id));
	req->answer_len = sizeof(*answer);
	return VIRTIO_GPU_RESP_OK_RESOURCE_UUID;
}

/**
 * fake_gpu_resource_count() - how many resources the driver has on the host
 * @gpu: device
 *
 * Return: their number.
 */
unsigned int fake_gpu_resource_count(struct fake_gpu *gpu)
{
	unsigned int n;

	mutex_lock(&gpu->lock);
	n = list_count_nodes(&gpu->resources);
	mutex_unlock(&gpu->lock);

	return n;
}
EXPORT_SYMBOL_GPL(fake_gpu_resource_count);

/**
 * fake_gpu_resource_pieces() - how many entries the backing of a resource has
 * @gpu: device
 * @resource: its id
 *
 * Return: their number, 0 if there is no such resource.
 */
unsigned int fake_gpu_resource_pieces(struct fake_gpu *gpu, u32 resource)
{
	const struct fake_gpu_2d *res;
	unsigned int n;

	mutex_lock(&gpu->lock);
	res = fake_gpu_2d_find(gpu, resource);
	n = res ? res->nbacking : 0;
	mutex_unlock(&gpu->lock);

	return n;
}
EXPORT_SYMBOL_GPL(fake_gpu_resource_pieces);

/**
 * fake_gpu_pixel() - what somebody in front of the screen sees
 * @gpu: device
 * @scanout: head
 * @x: column of the screen
 * @y: row of the screen
 * @pixel: what it shows, as the four bytes lie in memory
 *
 * Return: 0, -ENOENT if it shows nothing, -ERANGE outside of it.
 */
int fake_gpu_pixel(struct fake_gpu *gpu, unsigned int scanout, u32 x, u32 y,
		   u32 *pixel)
{
	const struct fake_gpu_scanout *head = &gpu->scanouts[scanout];
	int err = 0;

	mutex_lock(&gpu->lock);
	if (!head->screen)
		err = -ENOENT;
	else if (x >= head->source.width || y >= head->source.height)
		err = -ERANGE;
	else
		*pixel = head->screen[y * head->source.width + x];
	mutex_unlock(&gpu->lock);

	return err;
}
EXPORT_SYMBOL_GPL(fake_gpu_pixel);

/**
 * fake_gpu_resource_pixel() - what the host has of a resource
 * @gpu: device
 * @resource: its id
 * @x: column
 * @y: row
 * @pixel: what is there, as the four bytes lie in memory
 *
 * Return: 0, -ENOENT if there is no such resource, -ERANGE outside of it.
 */
int fake_gpu_resource_pixel(struct fake_gpu *gpu, u32 resource, u32 x, u32 y,
			    u32 *pixel)
{
	const struct fake_gpu_2d *res;
	int err = 0;

	mutex_lock(&gpu->lock);
	res = fake_gpu_2d_find(gpu, resource);
	if (!res)
		err = -ENOENT;
	else if (x >= res->width || y >= res->height)
		err = -ERANGE;
	else
		*pixel = res->pixels[y * res->width + x];
	mutex_unlock(&gpu->lock);

	return err;
}
EXPORT_SYMBOL_GPL(fake_gpu_resource_pixel);
