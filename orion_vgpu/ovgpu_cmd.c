// SPDX-License-Identifier: GPL-2.0-only
/*
 * The wire format: one function per request, and the judgement of answers.
 * Little-endian values exist in this file only; nothing here touches a device.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <drm/drm_rect.h>

#include "ovgpu_cmd.h"

/**
 * struct ovgpu_cmd_kind - what is known about one type of request
 * @type: VIRTIO_GPU_CMD_*
 * @answer: type of the answer that means success, 0 if there is no answer
 * @size: bytes that such an answer has at least
 * @name: for messages
 */
struct ovgpu_cmd_kind {
	u32 type;
	u32 answer;
	u32 size;
	const char *name;
};

static const struct ovgpu_cmd_kind ovgpu_cmd_kinds[] = {
	{ VIRTIO_GPU_CMD_GET_DISPLAY_INFO, VIRTIO_GPU_RESP_OK_DISPLAY_INFO,
	  sizeof(struct virtio_gpu_resp_display_info), "GET_DISPLAY_INFO" },
	/* A host may write only as much of the block array as it has. */
	{ VIRTIO_GPU_CMD_GET_EDID, VIRTIO_GPU_RESP_OK_EDID,
	  offsetof(struct virtio_gpu_resp_edid, edid), "GET_EDID" },
	{ VIRTIO_GPU_CMD_RESOURCE_CREATE_2D, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "RESOURCE_CREATE_2D" },
	{ VIRTIO_GPU_CMD_RESOURCE_UNREF, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "RESOURCE_UNREF" },
	{ VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "RESOURCE_ATTACH_BACKING" },
	{ VIRTIO_GPU_CMD_SET_SCANOUT, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "SET_SCANOUT" },
	{ VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "TRANSFER_TO_HOST_2D" },
	{ VIRTIO_GPU_CMD_RESOURCE_FLUSH, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "RESOURCE_FLUSH" },
	{ VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID, VIRTIO_GPU_RESP_OK_RESOURCE_UUID,
	  sizeof(struct virtio_gpu_resp_resource_uuid), "RESOURCE_ASSIGN_UUID" },
	{ VIRTIO_GPU_CMD_GET_CAPSET_INFO, VIRTIO_GPU_RESP_OK_CAPSET_INFO,
	  sizeof(struct virtio_gpu_resp_capset_info), "GET_CAPSET_INFO" },
	/* An older version of a capset is shorter than the newest. */
	{ VIRTIO_GPU_CMD_GET_CAPSET, VIRTIO_GPU_RESP_OK_CAPSET,
	  sizeof(struct virtio_gpu_resp_capset), "GET_CAPSET" },
	{ VIRTIO_GPU_CMD_CTX_CREATE, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "CTX_CREATE" },
	{ VIRTIO_GPU_CMD_CTX_DESTROY, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "CTX_DESTROY" },
	{ VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "CTX_ATTACH_RESOURCE" },
	{ VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "CTX_DETACH_RESOURCE" },
	{ VIRTIO_GPU_CMD_RESOURCE_CREATE_3D, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "RESOURCE_CREATE_3D" },
	{ VIRTIO_GPU_CMD_TRANSFER_TO_HOST_3D, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "TRANSFER_TO_HOST_3D" },
	{ VIRTIO_GPU_CMD_TRANSFER_FROM_HOST_3D, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "TRANSFER_FROM_HOST_3D" },
	{ VIRTIO_GPU_CMD_SUBMIT_3D, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "SUBMIT_3D" },
	{ VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "RESOURCE_CREATE_BLOB" },
	{ VIRTIO_GPU_CMD_SET_SCANOUT_BLOB, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "SET_SCANOUT_BLOB" },
	{ VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB, VIRTIO_GPU_RESP_OK_MAP_INFO,
	  offsetofend(struct virtio_gpu_resp_map_info, map_info),
	  "RESOURCE_MAP_BLOB" },
	{ VIRTIO_GPU_CMD_RESOURCE_UNMAP_BLOB, VIRTIO_GPU_RESP_OK_NODATA,
	  sizeof(struct virtio_gpu_ctrl_hdr), "RESOURCE_UNMAP_BLOB" },
	/* Hosts answer nothing on the cursor queue. */
	{ VIRTIO_GPU_CMD_UPDATE_CURSOR, 0, 0, "UPDATE_CURSOR" },
	{ VIRTIO_GPU_CMD_MOVE_CURSOR, 0, 0, "MOVE_CURSOR" },
};

/* What the host's refusals mean to a program. */
static const struct {
	u32 answer;
	int err;
} ovgpu_cmd_errors[] = {
	{ VIRTIO_GPU_RESP_ERR_UNSPEC,			-EREMOTEIO },
	{ VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY,		-ENOMEM },
	{ VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID,	-EINVAL },
	{ VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID,	-EINVAL },
	{ VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID,	-EINVAL },
	{ VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER,	-EINVAL },
};

static void ovgpu_cmd_head(union ovgpu_request *req, u32 type)
{
	memset(req, 0, sizeof(*req));
	req->hdr.type = cpu_to_le32(type);
}

static void ovgpu_cmd_put_rect(struct virtio_gpu_rect *to,
			       const struct drm_rect *rect)
{
	to->x = cpu_to_le32(rect->x1);
	to->y = cpu_to_le32(rect->y1);
	to->width = cpu_to_le32(drm_rect_width(rect));
	to->height = cpu_to_le32(drm_rect_height(rect));
}

/**
 * ovgpu_cmd_get_display_info() - ask what the host wants of all scanouts
 * @req: request to fill
 *
 * Return: bytes of @req to send; so do all that fill a request.
 */
u32 ovgpu_cmd_get_display_info(union ovgpu_request *req)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_GET_DISPLAY_INFO);
	return sizeof(req->hdr);
}

/**
 * ovgpu_cmd_get_edid() - ask for the EDID of one scanout
 * @req: request to fill
 * @scanout: index of the scanout
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_get_edid(union ovgpu_request *req, u32 scanout)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_GET_EDID);
	req->get_edid.scanout = cpu_to_le32(scanout);
	return sizeof(req->get_edid);
}

/**
 * ovgpu_cmd_create_2d() - have the host make an image
 * @req: request to fill
 * @resource: new resource's id
 * @format: VIRTIO_GPU_FORMAT_*
 * @width: width in pixels, padding of the lines included
 * @height: height in pixels
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_create_2d(union ovgpu_request *req, u32 resource, u32 format,
			u32 width, u32 height)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_RESOURCE_CREATE_2D);
	req->create_2d.resource_id = cpu_to_le32(resource);
	req->create_2d.format = cpu_to_le32(format);
	req->create_2d.width = cpu_to_le32(width);
	req->create_2d.height = cpu_to_le32(height);
	return sizeof(req->create_2d);
}

/**
 * ovgpu_cmd_attach() - tell the host where a resource's guest memory is
 * @req: request to fill
 * @resource: id of the resource
 * @entries: number of struct virtio_gpu_mem_entry that follow
 *
 * Return: bytes of @req to send, ahead of the entries.
 */
u32 ovgpu_cmd_attach(union ovgpu_request *req, u32 resource, u32 entries)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING);
	req->attach.resource_id = cpu_to_le32(resource);
	req->attach.nr_entries = cpu_to_le32(entries);
	return sizeof(req->attach);
}

/**
 * ovgpu_cmd_unref() - have the host forget a resource
 * @req: request to fill
 * @resource: id of the resource
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_unref(union ovgpu_request *req, u32 resource)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_RESOURCE_UNREF);
	req->unref.resource_id = cpu_to_le32(resource);
	return sizeof(req->unref);
}

/**
 * ovgpu_cmd_set_scanout() - show a part of a resource, or nothing
 * @req: request to fill
 * @scanout: index of the scanout
 * @resource: id of the resource; 0 turns the scanout off
 * @rect: part of the resource; borrowed during the call, NULL with @resource 0
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_set_scanout(union ovgpu_request *req, u32 scanout, u32 resource,
			  const struct drm_rect *rect)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_SET_SCANOUT);
	req->scanout.scanout_id = cpu_to_le32(scanout);
	req->scanout.resource_id = cpu_to_le32(resource);
	if (rect)
		ovgpu_cmd_put_rect(&req->scanout.r, rect);
	return sizeof(req->scanout);
}

/**
 * ovgpu_cmd_transfer() - have the host copy a rectangle out of guest memory
 * @req: request to fill
 * @resource: id of the resource
 * @rect: rectangle in the resource
 * @offset: of the rectangle's first pixel in the guest memory
 *
 * The host takes the distance between lines from the resource's width.
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_transfer(union ovgpu_request *req, u32 resource,
		       const struct drm_rect *rect, u64 offset)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D);
	req->transfer.resource_id = cpu_to_le32(resource);
	req->transfer.offset = cpu_to_le64(offset);
	ovgpu_cmd_put_rect(&req->transfer.r, rect);
	return sizeof(req->transfer);
}

/**
 * ovgpu_cmd_flush() - have the host show what it copied
 * @req: request to fill
 * @resource: id of the resource
 * @rect: rectangle in the resource
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_flush(union ovgpu_request *req, u32 resource,
		    const struct drm_rect *rect)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_RESOURCE_FLUSH);
	req->flush.resource_id = cpu_to_le32(resource);
	ovgpu_cmd_put_rect(&req->flush.r, rect);
	return sizeof(req->flush);
}

static u32 ovgpu_cmd_cursor(union ovgpu_request *req, u32 type,
			    const struct ovgpu_cursor_pos *pos)
{
	ovgpu_cmd_head(req, type);
	req->cursor.pos.scanout_id = cpu_to_le32(pos->scanout);
	/* Left and above of the screen is "negative", in two's complement. */
	req->cursor.pos.x = cpu_to_le32(pos->x);
	req->cursor.pos.y = cpu_to_le32(pos->y);
	req->cursor.resource_id = cpu_to_le32(pos->resource);
	req->cursor.hot_x = cpu_to_le32(pos->hot_x);
	req->cursor.hot_y = cpu_to_le32(pos->hot_y);
	return sizeof(req->cursor);
}

/**
 * ovgpu_cmd_update_cursor() - give a scanout's cursor an image and a place
 * @req: request to fill
 * @pos: what and where
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_update_cursor(union ovgpu_request *req,
			    const struct ovgpu_cursor_pos *pos)
{
	return ovgpu_cmd_cursor(req, VIRTIO_GPU_CMD_UPDATE_CURSOR, pos);
}

/**
 * ovgpu_cmd_move_cursor() - move a scanout's cursor
 * @req: request to fill
 * @pos: where; the resource must be the one that is shown, because hosts take
 *	a zero for "hidden" here too
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_move_cursor(union ovgpu_request *req,
			  const struct ovgpu_cursor_pos *pos)
{
	return ovgpu_cmd_cursor(req, VIRTIO_GPU_CMD_MOVE_CURSOR, pos);
}

/**
 * ovgpu_cmd_assign_uuid() - have the host name a resource for other devices
 * @req: request to fill
 * @resource: id of the resource
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_assign_uuid(union ovgpu_request *req, u32 resource)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID);
	req->assign_uuid.resource_id = cpu_to_le32(resource);
	return sizeof(req->assign_uuid);
}

/**
 * ovgpu_cmd_get_capset_info() - ask what kinds of renderers there are
 * @req: request to fill
 * @index: which, below what the configuration space says
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_get_capset_info(union ovgpu_request *req, u32 index)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_GET_CAPSET_INFO);
	req->get_capset_info.capset_index = cpu_to_le32(index);
	return sizeof(req->get_capset_info);
}

/**
 * ovgpu_cmd_get_capset() - ask what a renderer can do
 * @req: request to fill
 * @id: kind of renderer
 * @version: of the answer
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_get_capset(union ovgpu_request *req, u32 id, u32 version)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_GET_CAPSET);
	req->get_capset.capset_id = cpu_to_le32(id);
	req->get_capset.capset_version = cpu_to_le32(version);
	return sizeof(req->get_capset);
}

static void ovgpu_cmd_head_context(union ovgpu_request *req, u32 type,
				   u32 context)
{
	ovgpu_cmd_head(req, type);
	req->hdr.ctx_id = cpu_to_le32(context);
}

/**
 * ovgpu_cmd_ctx_create() - have the host start a renderer for a program
 * @req: request to fill
 * @context: new context's id
 * @capset: kind of renderer, 0 for the host's choice
 * @name: what the host may call it, below OVGPU_CMD_NAME_MAX bytes
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_ctx_create(union ovgpu_request *req, u32 context, u32 capset,
			 const char *name)
{
	struct virtio_gpu_ctx_create *create = &req->ctx_create;
	size_t len = strnlen(name, OVGPU_CMD_NAME_MAX - 1);

	ovgpu_cmd_head_context(req, VIRTIO_GPU_CMD_CTX_CREATE, context);
	create->nlen = cpu_to_le32(len);
	create->context_init =
		cpu_to_le32(capset & VIRTIO_GPU_CONTEXT_INIT_CAPSET_ID_MASK);
	memcpy(create->debug_name, name, len);
	return sizeof(*create);
}

/**
 * ovgpu_cmd_ctx_destroy() - have the host end a renderer
 * @req: request to fill
 * @context: id of the context
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_ctx_destroy(union ovgpu_request *req, u32 context)
{
	ovgpu_cmd_head_context(req, VIRTIO_GPU_CMD_CTX_DESTROY, context);
	return sizeof(struct virtio_gpu_ctx_destroy);
}

static u32 ovgpu_cmd_ctx_resource(union ovgpu_request *req, u32 type,
				  u32 context, u32 resource)
{
	ovgpu_cmd_head_context(req, type, context);
	req->ctx_resource.resource_id = cpu_to_le32(resource);
	return sizeof(req->ctx_resource);
}

/**
 * ovgpu_cmd_ctx_attach() - let a context use a resource
 * @req: request to fill
 * @context: id of the context
 * @resource: id of the resource
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_ctx_attach(union ovgpu_request *req, u32 context, u32 resource)
{
	return ovgpu_cmd_ctx_resource(req, VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE,
				      context, resource);
}

/**
 * ovgpu_cmd_ctx_detach() - undo ovgpu_cmd_ctx_attach()
 * @req: request to fill
 * @context: id of the context
 * @resource: id of the resource
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_ctx_detach(union ovgpu_request *req, u32 context, u32 resource)
{
	return ovgpu_cmd_ctx_resource(req, VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE,
				      context, resource);
}

/**
 * ovgpu_cmd_create_3d() - have the host's renderer make an image
 * @req: request to fill
 * @resource: new resource's id
 * @texture: what the image is like
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_create_3d(union ovgpu_request *req, u32 resource,
			const struct ovgpu_texture *texture)
{
	struct virtio_gpu_resource_create_3d *create = &req->create_3d;

	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_RESOURCE_CREATE_3D);
	create->resource_id = cpu_to_le32(resource);
	create->target = cpu_to_le32(texture->target);
	create->format = cpu_to_le32(texture->format);
	create->bind = cpu_to_le32(texture->bind);
	create->width = cpu_to_le32(texture->width);
	create->height = cpu_to_le32(texture->height);
	create->depth = cpu_to_le32(texture->depth);
	create->array_size = cpu_to_le32(texture->array_size);
	create->last_level = cpu_to_le32(texture->last_level);
	create->nr_samples = cpu_to_le32(texture->samples);
	create->flags = cpu_to_le32(texture->flags);
	return sizeof(*create);
}

static u32 ovgpu_cmd_transfer_3d(union ovgpu_request *req, u32 type,
				 u32 context, u32 resource,
				 const struct ovgpu_box *box)
{
	struct virtio_gpu_transfer_host_3d *transfer = &req->transfer_3d;

	ovgpu_cmd_head_context(req, type, context);
	transfer->box.x = cpu_to_le32(box->x);
	transfer->box.y = cpu_to_le32(box->y);
	transfer->box.z = cpu_to_le32(box->z);
	transfer->box.w = cpu_to_le32(box->w);
	transfer->box.h = cpu_to_le32(box->h);
	transfer->box.d = cpu_to_le32(box->d);
	transfer->offset = cpu_to_le64(box->offset);
	transfer->resource_id = cpu_to_le32(resource);
	transfer->level = cpu_to_le32(box->level);
	transfer->stride = cpu_to_le32(box->stride);
	transfer->layer_stride = cpu_to_le32(box->layer_stride);
	return sizeof(*transfer);
}

/**
 * ovgpu_cmd_to_host_3d() - have the host copy a part out of guest memory
 * @req: request to fill
 * @context: id of the context that asks
 * @resource: id of the resource
 * @box: which part
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_to_host_3d(union ovgpu_request *req, u32 context, u32 resource,
			 const struct ovgpu_box *box)
{
	return ovgpu_cmd_transfer_3d(req, VIRTIO_GPU_CMD_TRANSFER_TO_HOST_3D,
				     context, resource, box);
}

/**
 * ovgpu_cmd_from_host_3d() - have the host copy a part into guest memory
 * @req: request to fill
 * @context: id of the context that asks
 * @resource: id of the resource
 * @box: which part
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_from_host_3d(union ovgpu_request *req, u32 context, u32 resource,
			   const struct ovgpu_box *box)
{
	return ovgpu_cmd_transfer_3d(req, VIRTIO_GPU_CMD_TRANSFER_FROM_HOST_3D,
				     context, resource, box);
}

/**
 * ovgpu_cmd_submit_3d() - hand commands to the renderer
 * @req: request to fill
 * @context: id of the context
 * @size: bytes that follow; what they mean is between program and renderer
 *
 * Return: bytes of @req to send, ahead of the commands.
 */
u32 ovgpu_cmd_submit_3d(union ovgpu_request *req, u32 context, u32 size)
{
	ovgpu_cmd_head_context(req, VIRTIO_GPU_CMD_SUBMIT_3D, context);
	req->submit.size = cpu_to_le32(size);
	return sizeof(req->submit);
}

/**
 * ovgpu_cmd_create_blob() - have the host take memory as a resource
 * @req: request to fill
 * @resource: new resource's id
 * @blob: what memory
 * @entries: number of struct virtio_gpu_mem_entry that follow, if the guest has
 *	a part in it
 *
 * Return: bytes of @req to send, ahead of the entries.
 */
u32 ovgpu_cmd_create_blob(union ovgpu_request *req, u32 resource,
			  const struct ovgpu_blob *blob, u32 entries)
{
	struct virtio_gpu_resource_create_blob *create = &req->create_blob;

	ovgpu_cmd_head_context(req, VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB,
			       blob->context);
	create->resource_id = cpu_to_le32(resource);
	create->blob_mem = cpu_to_le32(blob->mem);
	create->blob_flags = cpu_to_le32(blob->flags);
	create->nr_entries = cpu_to_le32(entries);
	create->blob_id = cpu_to_le64(blob->id);
	create->size = cpu_to_le64(blob->size);
	return sizeof(*create);
}

/**
 * ovgpu_cmd_set_scanout_blob() - show a part of a picture that is in a blob
 * @req: request to fill
 * @scanout: index of the scanout
 * @resource: id of the blob
 * @rect: part of the picture; borrowed during the call
 * @layout: where its pixels are; borrowed likewise
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_set_scanout_blob(union ovgpu_request *req, u32 scanout,
			       u32 resource, const struct drm_rect *rect,
			       const struct ovgpu_layout *layout)
{
	struct virtio_gpu_set_scanout_blob *set = &req->scanout_blob;

	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_SET_SCANOUT_BLOB);
	ovgpu_cmd_put_rect(&set->r, rect);
	set->scanout_id = cpu_to_le32(scanout);
	set->resource_id = cpu_to_le32(resource);
	set->width = cpu_to_le32(layout->width);
	set->height = cpu_to_le32(layout->height);
	set->format = cpu_to_le32(layout->format);
	set->strides[0] = cpu_to_le32(layout->pitch);
	set->offsets[0] = cpu_to_le32(layout->offset);
	return sizeof(*set);
}

/**
 * ovgpu_cmd_map_blob() - have the host put a blob where the guest can see it
 * @req: request to fill
 * @resource: id of the blob
 * @offset: from the start of the window, in bytes
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_map_blob(union ovgpu_request *req, u32 resource, u64 offset)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB);
	req->map_blob.resource_id = cpu_to_le32(resource);
	req->map_blob.offset = cpu_to_le64(offset);
	return sizeof(req->map_blob);
}

/**
 * ovgpu_cmd_unmap_blob() - undo ovgpu_cmd_map_blob()
 * @req: request to fill
 * @resource: id of the blob
 *
 * Return: bytes of @req to send.
 */
u32 ovgpu_cmd_unmap_blob(union ovgpu_request *req, u32 resource)
{
	ovgpu_cmd_head(req, VIRTIO_GPU_CMD_RESOURCE_UNMAP_BLOB);
	req->unmap_blob.resource_id = cpu_to_le32(resource);
	return sizeof(req->unmap_blob);
}

/**
 * ovgpu_cmd_set_fence() - have the answer come when the work is done
 * @req: filled request
 * @id: greater than that of all fenced requests before it
 *
 * Without it the answer comes when the work has been understood.
 */
void ovgpu_cmd_set_fence(union ovgpu_request *req, u64 id)
{
	req->hdr.flags |= cpu_to_le32(VIRTIO_GPU_FLAG_FENCE);
	req->hdr.fence_id = cpu_to_le64(id);
}

/**
 * ovgpu_cmd_set_ring() - say in which order of a context's work a request is
 * @req: filled request with a context
 * @ring: which of its rings
 */
void ovgpu_cmd_set_ring(union ovgpu_request *req, u8 ring)
{
	req->hdr.flags |= cpu_to_le32(VIRTIO_GPU_FLAG_INFO_RING_IDX);
	req->hdr.ring_idx = ring;
}

/**
 * ovgpu_cmd_fill_entry() - describe one piece of a resource's guest memory
 * @entry: entry to fill
 * @addr: address as the device sees it
 * @length: size in bytes
 */
void ovgpu_cmd_fill_entry(struct virtio_gpu_mem_entry *entry, u64 addr,
			  u32 length)
{
	entry->addr = cpu_to_le64(addr);
	entry->length = cpu_to_le32(length);
	entry->padding = 0;
}

static const struct ovgpu_cmd_kind *ovgpu_cmd_kind(u32 type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ovgpu_cmd_kinds); i++)
		if (ovgpu_cmd_kinds[i].type == type)
			return &ovgpu_cmd_kinds[i];

	return NULL;
}

/**
 * ovgpu_cmd_name() - what to call a request in messages
 * @type: VIRTIO_GPU_CMD_*
 *
 * Return: the specification's name without its prefix.
 */
const char *ovgpu_cmd_name(u32 type)
{
	const struct ovgpu_cmd_kind *kind = ovgpu_cmd_kind(type);

	return kind ? kind->name : "unknown command";
}

/**
 * ovgpu_cmd_is_answered() - does a request need room for an answer?
 * @type: VIRTIO_GPU_CMD_*
 *
 * Return: false for what the cursor queue takes.
 */
bool ovgpu_cmd_is_answered(u32 type)
{
	const struct ovgpu_cmd_kind *kind = ovgpu_cmd_kind(type);

	return !kind || kind->answer;
}

/**
 * ovgpu_cmd_check() - judge the answer to a request
 * @type: VIRTIO_GPU_CMD_* of the request
 * @answer: what the device wrote; untrusted
 * @used: how many bytes of it are written
 *
 * Return: 0 if the device did what was asked and wrote all that belongs to it;
 * -ENOMEM, -EINVAL or -EREMOTEIO if it refused; -EPROTO for nonsense.
 */
int ovgpu_cmd_check(u32 type, const struct virtio_gpu_ctrl_hdr *answer,
		    u32 used)
{
	const struct ovgpu_cmd_kind *kind = ovgpu_cmd_kind(type);
	unsigned int i;
	u32 got;

	if (kind && !kind->answer)
		return 0;
	if (!kind || used < sizeof(*answer))
		return -EPROTO;

	/* Read once: the device may go on writing. */
	got = le32_to_cpu(READ_ONCE(answer->type));
	if (got == kind->answer)
		return used >= kind->size ? 0 : -EPROTO;

	for (i = 0; i < ARRAY_SIZE(ovgpu_cmd_errors); i++)
		if (ovgpu_cmd_errors[i].answer == got)
			return ovgpu_cmd_errors[i].err;

	return -EPROTO;
}

/**
 * ovgpu_cmd_is_refusal() - did the host say no?
 * @err: outcome of a command
 *
 * Return: true for a clear "no", as opposed to nothing or nonsense.
 */
bool ovgpu_cmd_is_refusal(int err)
{
	return err == -ENOMEM || err == -EINVAL || err == -EREMOTEIO;
}

/**
 * ovgpu_cmd_read_display() - read one scanout out of an answer
 * @answer: answer that ovgpu_cmd_check() accepted
 * @scanout: index, below VIRTIO_GPU_MAX_SCANOUTS
 * @display: to fill; values are the host's and unbounded
 */
void ovgpu_cmd_read_display(const struct virtio_gpu_resp_display_info *answer,
			    unsigned int scanout, struct ovgpu_display *display)
{
	const struct virtio_gpu_display_one *one = &answer->pmodes[scanout];

	display->x = le32_to_cpu(one->r.x);
	display->y = le32_to_cpu(one->r.y);
	display->width = le32_to_cpu(one->r.width);
	display->height = le32_to_cpu(one->r.height);
	display->enabled = le32_to_cpu(one->enabled);
}

/**
 * ovgpu_cmd_read_capset() - read what renderer there is out of an answer
 * @answer: answer that ovgpu_cmd_check() accepted
 * @capset: to fill; values are the host's and unbounded
 */
void ovgpu_cmd_read_capset(const struct virtio_gpu_resp_capset_info *answer,
			   struct ovgpu_capset *capset)
{
	capset->id = le32_to_cpu(answer->capset_id);
	capset->version = le32_to_cpu(answer->capset_max_version);
	capset->size = le32_to_cpu(answer->capset_max_size);
}

/**
 * ovgpu_cmd_read_uuid() - read a resource's name out of an answer
 * @answer: answer that ovgpu_cmd_check() accepted
 * @uuid: set to the name, which is bytes and has no order
 */
void ovgpu_cmd_read_uuid(const struct virtio_gpu_resp_resource_uuid *answer,
			 uuid_t *uuid)
{
	import_uuid(uuid, answer->uuid);
}

/**
 * ovgpu_cmd_read_caching() - read how a blob is to be mapped out of an answer
 * @answer: answer that ovgpu_cmd_check() accepted
 *
 * Return: VIRTIO_GPU_MAP_CACHE_*, or a number that is none of these.
 */
u32 ovgpu_cmd_read_caching(const struct virtio_gpu_resp_map_info *answer)
{
	/* The kernel's header has it without its byte order. */
	__le32 info = (__force __le32)answer->map_info;

	return le32_to_cpu(info) & VIRTIO_GPU_MAP_CACHE_MASK;
}
