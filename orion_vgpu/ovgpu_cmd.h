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
 * @get_capset_info: GET_CAPSET_INFO
 * @get_capset: GET_CAPSET
 * @ctx_create: CTX_CREATE
 * @ctx_resource: CTX_ATTACH_RESOURCE and CTX_DETACH_RESOURCE
 * @create_3d: RESOURCE_CREATE_3D
 * @transfer_3d: TRANSFER_TO_HOST_3D and TRANSFER_FROM_HOST_3D
 * @submit: SUBMIT_3D; the renderer's commands follow in memory of their own
 * @create_blob: RESOURCE_CREATE_BLOB; the entries follow in memory of their own
 * @scanout_blob: SET_SCANOUT_BLOB
 * @map_blob: RESOURCE_MAP_BLOB
 * @unmap_blob: RESOURCE_UNMAP_BLOB
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
	struct virtio_gpu_get_capset_info get_capset_info;
	struct virtio_gpu_get_capset get_capset;
	struct virtio_gpu_ctx_create ctx_create;
	struct virtio_gpu_ctx_resource ctx_resource;
	struct virtio_gpu_resource_create_3d create_3d;
	struct virtio_gpu_transfer_host_3d transfer_3d;
	struct virtio_gpu_cmd_submit submit;
	struct virtio_gpu_resource_create_blob create_blob;
	struct virtio_gpu_set_scanout_blob scanout_blob;
	struct virtio_gpu_resource_map_blob map_blob;
	struct virtio_gpu_resource_unmap_blob unmap_blob;
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

/**
 * struct ovgpu_capset - a kind of renderer that the host has
 * @id: VIRTIO_GPU_CAPSET_*, or one that is newer than this driver
 * @version: the newest version of what is known about it
 * @size: how many bytes that has at most
 */
struct ovgpu_capset {
	u32 id;
	u32 version;
	u32 size;
};

/**
 * struct ovgpu_texture - an image as the host's renderer makes it
 * @target: kind of image; this and what follows are the renderer's numbers, and
 *	what they mean is between the program and the renderer
 * @format: of a pixel
 * @bind: what it is going to be used for
 * @width: in pixels
 * @height: in pixels
 * @depth: in pixels
 * @array_size: number of such images
 * @last_level: number of smaller versions
 * @samples: per pixel
 * @flags: VIRTIO_GPU_RESOURCE_FLAG_*
 */
struct ovgpu_texture {
	u32 target;
	u32 format;
	u32 bind;
	u32 width;
	u32 height;
	u32 depth;
	u32 array_size;
	u32 last_level;
	u32 samples;
	u32 flags;
};

/**
 * struct ovgpu_box - a part of a texture, and where it is in guest memory
 * @x: left edge
 * @y: top edge
 * @z: front
 * @w: width
 * @h: height
 * @d: depth
 * @level: which of the smaller versions
 * @stride: from line to line there, in bytes; 0 for what the host knows itself
 * @layer_stride: likewise, from image to image
 * @offset: in the guest memory, in bytes
 */
struct ovgpu_box {
	u32 x;
	u32 y;
	u32 z;
	u32 w;
	u32 h;
	u32 d;
	u32 level;
	u32 stride;
	u32 layer_stride;
	u64 offset;
};

/**
 * struct ovgpu_blob - memory that host and guest share as it is
 * @mem: VIRTIO_GPU_BLOB_MEM_*, whose memory it is; 0 for none of that kind
 * @flags: VIRTIO_GPU_BLOB_FLAG_*
 * @context: id of the context whose renderer has it; 0 for memory of the guest
 * @id: what that renderer calls it
 * @size: in bytes
 */
struct ovgpu_blob {
	u32 mem;
	u32 flags;
	u32 context;
	u64 id;
	u64 size;
};

/**
 * struct ovgpu_layout - where the pixels are in a blob
 * @format: VIRTIO_GPU_FORMAT_*
 * @width: in pixels
 * @height: in lines
 * @pitch: from line to line, in bytes
 * @offset: of the first pixel, in bytes
 */
struct ovgpu_layout {
	u32 format;
	u32 width;
	u32 height;
	u32 pitch;
	u32 offset;
};

/* Bytes of a context's name, with the terminating zero. */
#define OVGPU_CMD_NAME_MAX	64

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

u32 ovgpu_cmd_get_capset_info(union ovgpu_request *req, u32 index);
u32 ovgpu_cmd_get_capset(union ovgpu_request *req, u32 id, u32 version);
u32 ovgpu_cmd_ctx_create(union ovgpu_request *req, u32 context, u32 capset,
			 const char *name);
u32 ovgpu_cmd_ctx_destroy(union ovgpu_request *req, u32 context);
u32 ovgpu_cmd_ctx_attach(union ovgpu_request *req, u32 context, u32 resource);
u32 ovgpu_cmd_ctx_detach(union ovgpu_request *req, u32 context, u32 resource);
u32 ovgpu_cmd_create_3d(union ovgpu_request *req, u32 resource,
			const struct ovgpu_texture *texture);
u32 ovgpu_cmd_to_host_3d(union ovgpu_request *req, u32 context, u32 resource,
			 const struct ovgpu_box *box);
u32 ovgpu_cmd_from_host_3d(union ovgpu_request *req, u32 context, u32 resource,
			   const struct ovgpu_box *box);
u32 ovgpu_cmd_submit_3d(union ovgpu_request *req, u32 context, u32 size);
u32 ovgpu_cmd_create_blob(union ovgpu_request *req, u32 resource,
			  const struct ovgpu_blob *blob, u32 entries);
u32 ovgpu_cmd_set_scanout_blob(union ovgpu_request *req, u32 scanout,
			       u32 resource, const struct drm_rect *rect,
			       const struct ovgpu_layout *layout);
u32 ovgpu_cmd_map_blob(union ovgpu_request *req, u32 resource, u64 offset);
u32 ovgpu_cmd_unmap_blob(union ovgpu_request *req, u32 resource);
void ovgpu_cmd_set_fence(union ovgpu_request *req, u64 id);
void ovgpu_cmd_set_ring(union ovgpu_request *req, u8 ring);

void ovgpu_cmd_fill_entry(struct virtio_gpu_mem_entry *entry, u64 addr,
			  u32 length);

const char *ovgpu_cmd_name(u32 type);
bool ovgpu_cmd_is_answered(u32 type);
int ovgpu_cmd_check(u32 type, const struct virtio_gpu_ctrl_hdr *answer,
		    u32 used);
bool ovgpu_cmd_is_refusal(int err);
void ovgpu_cmd_read_display(const struct virtio_gpu_resp_display_info *answer,
			    unsigned int scanout, struct ovgpu_display *display);
void ovgpu_cmd_read_capset(const struct virtio_gpu_resp_capset_info *answer,
			   struct ovgpu_capset *capset);
void ovgpu_cmd_read_uuid(const struct virtio_gpu_resp_resource_uuid *answer,
			 uuid_t *uuid);
u32 ovgpu_cmd_read_caching(const struct virtio_gpu_resp_map_info *answer);

#endif
