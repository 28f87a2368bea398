/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands on 2D resources. For the fake graphics device only. */
#ifndef _ORION_FAKE_GPU_2D_H
#define _ORION_FAKE_GPU_2D_H

#include <linux/virtio_gpu.h>

#include "fake_gpu.h"

struct fake_chain;

/**
 * struct fake_gpu_2d_page - a piece of backing
 * @va: where it is
 * @len: its size in bytes
 */
struct fake_gpu_2d_page {
	void *va;
	u32 len;
};

/**
 * struct fake_gpu_2d - a resource on the host
 * @entry: in &fake_gpu.resources
 * @id: of it
 * @width: of an image
 * @height: of an image
 * @pixels: of an image, or the host's memory in a blob
 * @backing: pieces of guest memory
 * @nbacking: number of @backing
 * @backing_len: bytes of all
 * @named: it has a UUID
 * @blob: VIRTIO_GPU_BLOB_MEM_* of a blob, or 0
 * @size: bytes of a blob
 * @mapped: where a blob is in the window, or NULL
 */
struct fake_gpu_2d {
	struct list_head entry;
	u32 id;
	u32 width;
	u32 height;
	u32 *pixels;
	struct fake_gpu_2d_page *backing;
	u32 nbacking;
	u64 backing_len;
	bool named;
	u32 blob;
	u64 size;
	void *mapped;
};

/**
 * struct fake_gpu_request - a command that is being executed
 * @chain: the request
 * @cmd: the part of it that has a fixed size
 * @log: its place in the log, to be filled with what it names
 * @answer: zeroed room for the largest answer
 * @answer_len: how much of it is used; a bare header unless said otherwise
 */
struct fake_gpu_request {
	struct fake_chain *chain;
	union {
		struct virtio_gpu_ctrl_hdr hdr;
		struct virtio_gpu_cmd_get_edid get_edid;
		struct virtio_gpu_resource_create_2d create;
		struct virtio_gpu_resource_unref unref;
		struct virtio_gpu_set_scanout set_scanout;
		struct virtio_gpu_resource_flush flush;
		struct virtio_gpu_transfer_to_host_2d transfer;
		struct virtio_gpu_resource_attach_backing attach;
		struct virtio_gpu_resource_detach_backing detach;
		struct virtio_gpu_update_cursor cursor;
		struct virtio_gpu_get_capset_info capset_info;
		struct virtio_gpu_get_capset capset;
		struct virtio_gpu_ctx_create ctx_create;
		struct virtio_gpu_ctx_resource ctx_resource;
		struct virtio_gpu_resource_create_3d create_3d;
		struct virtio_gpu_transfer_host_3d transfer_3d;
		struct virtio_gpu_cmd_submit submit;
		struct virtio_gpu_resource_assign_uuid assign_uuid;
		struct virtio_gpu_resource_create_blob create_blob;
		struct virtio_gpu_set_scanout_blob scanout_blob;
		struct virtio_gpu_resource_map_blob map_blob;
		struct virtio_gpu_resource_unmap_blob unmap_blob;
	} cmd;
	struct fake_gpu_cmd *log;
	void *answer;
	u32 answer_len;
};

u32 fake_gpu_2d_create(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_2d_unref(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_2d_set_scanout(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_2d_flush(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_2d_transfer(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_2d_attach(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_2d_detach(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_2d_cursor(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_2d_assign_uuid(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_2d_make(struct fake_gpu *gpu, u32 id, u32 width, u32 height);
bool fake_gpu_2d_exists(struct fake_gpu *gpu, u32 id);
struct fake_gpu_2d *fake_gpu_2d_find(struct fake_gpu *gpu, u32 id);
bool fake_gpu_2d_is_format(u32 format);
struct fake_gpu_rect fake_gpu_2d_rect(const struct virtio_gpu_rect *rect);
u32 fake_gpu_2d_read_backing(struct fake_gpu_2d *res,
			     const struct fake_chain *chain, u32 offset, u32 n);
void fake_gpu_2d_fetch(const struct fake_gpu_2d *res, u64 offset, void *mem,
		       u32 len, bool to_guest);
void fake_gpu_2d_free(struct fake_gpu *gpu, struct fake_gpu_2d *res);
u32 fake_gpu_2d_turn(struct fake_gpu_scanout *head, u32 resource,
		     const struct fake_gpu_rect *source);
u32 fake_gpu_2d_copy(struct fake_gpu *gpu, u32 id,
		     const struct fake_gpu_rect *rect, u64 offset,
		     bool to_guest);
u32 fake_gpu_2d_fill(struct fake_gpu *gpu, u32 id, u32 pixel);
void fake_gpu_2d_free_all(struct fake_gpu *gpu);

#endif
