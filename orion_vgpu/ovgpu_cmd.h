/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_CMD_H
#define _OVGPU_CMD_H

#include <linux/types.h>
#include <linux/uuid.h>
#include <linux/virtio_gpu.h>

struct drm_rect;

/* The most pieces of memory a resource may consist of; VMMs refuse more. */
#define OVGPU_CMD_ENTRIES_MAX	16384

/**
 * union ovgpu_request - any request, as the device reads it
 * @hdr: what all begin with
 * @create_2d: RESOURCE_CREATE_2D
 * @unref: RESOURCE_UNREF
 * @attach: RESOURCE_ATTACH_BACKING; the entries follow in memory of their own
 * @scanout: SET_SCANOUT
 * @transfer: TRANSFER_TO_HOST_2D
 * @flush: RESOURCE_FLUSH
 * @get_edid: GET_EDID
 * @cursor: UPDATE_CURSOR and MOVE_CURSOR
 * @assign_uuid: RESOURCE_ASSIGN_UUID
 */
union ovgpu_request {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_resource_create_2d create_2d;
	struct virtio_gpu_resource_unref unref;
	struct virtio_gpu_resource_attach_backing attach;
	struct virtio_gpu_set_scanout scanout;
	struct virtio_gpu_transfer_to_host_2d transfer;
	struct virtio_gpu_resource_flush flush;
	struct virtio_gpu_cmd_get_edid get_edid;
	struct virtio_gpu_update_cursor cursor;
	struct virtio_gpu_resource_assign_uuid assign_uuid;
};

/**
 * struct ovgpu_cursor_pos - where a cursor is and what it looks like
 * @scanout: index of the scanout
 * @resource: image, 64x64; 0 hides the cursor
 * @x: position of the hotspot on the scanout
 * @y: position of the hotspot on the scanout
 * @hot_x: hotspot in the image
 * @hot_y: hotspot in the image
 */
struct ovgpu_cursor_pos {
	u32 scanout;
	u32 resource;
	s32 x;
	s32 y;
	s32 hot_x;
	s32 hot_y;
};

/**
 * struct ovgpu_display - what the host wants of one scanout
 * @x: left edge in the host's arrangement
 * @y: top edge in the host's arrangement
 * @width: preferred width, 0 if unknown
 * @height: preferred height, 0 if unknown
 * @enabled: somebody looks at it
 */
struct ovgpu_display {
	u32 x;
	u32 y;
	u32 width;
	u32 height;
	bool enabled;
};

u32 ovgpu_cmd_get_display_info(union ovgpu_request *req);
u32 ovgpu_cmd_get_edid(union ovgpu_request *req, u32 scanout);
u32 ovgpu_cmd_create_2d(union ovgpu_request *req, u32 resource, u32 format,
			u32 width, u32 height);
u32 ovgpu_cmd_attach(union ovgpu_request *req, u32 resource, u32 entries);
u32 ovgpu_cmd_unref(union ovgpu_request *req, u32 resource);
u32 ovgpu_cmd_set_scanout(union ovgpu_request *req, u32 scanout, u32 resource,
			  const struct drm_rect *rect);
u32 ovgpu_cmd_transfer(union ovgpu_request *req, u32 resource,
		       const struct drm_rect *rect, u64 offset);
u32 ovgpu_cmd_flush(union ovgpu_request *req, u32 resource,
		    const struct drm_rect *rect);
u32 ovgpu_cmd_update_cursor(union ovgpu_request *req,
			    const struct ovgpu_cursor_pos *pos);
u32 ovgpu_cmd_move_cursor(union ovgpu_request *req,
			  const struct ovgpu_cursor_pos *pos);

u32 ovgpu_cmd_assign_uuid(union ovgpu_request *req, u32 resource);

void ovgpu_cmd_fill_entry(struct virtio_gpu_mem_entry *entry, u64 addr,
			  u32 length);

const char *ovgpu_cmd_name(u32 type);
bool ovgpu_cmd_is_answered(u32 type);
int ovgpu_cmd_check(u32 type, const struct virtio_gpu_ctrl_hdr *answer,
		    u32 used);
void ovgpu_cmd_read_display(const struct virtio_gpu_resp_display_info *answer,
			    unsigned int scanout, struct ovgpu_display *display);
void ovgpu_cmd_read_uuid(const struct virtio_gpu_resp_resource_uuid *answer,
			 uuid_t *uuid);

#endif
