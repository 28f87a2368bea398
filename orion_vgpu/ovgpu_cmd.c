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
 * ovgpu_cmd_read_uuid() - read a resource's name out of an answer
 * @answer: answer that ovgpu_cmd_check() accepted
 * @uuid: set to the name, which is bytes and has no order
 */
void ovgpu_cmd_read_uuid(const struct virtio_gpu_resp_resource_uuid *answer,
			 uuid_t *uuid)
{
	import_uuid(uuid, answer->uuid);
}
