/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands on blobs. For the fake graphics device only. */
#ifndef _ORION_FAKE_GPU_BLOB_H
#define _ORION_FAKE_GPU_BLOB_H

#include <linux/types.h>

struct fake_gpu;
struct fake_gpu_2d;
struct fake_gpu_rect;
struct fake_gpu_request;

u32 fake_gpu_blob_create(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_blob_set_scanout(struct fake_gpu *gpu,
			      struct fake_gpu_request *req);
u32 fake_gpu_blob_map(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_blob_unmap(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_blob_flush(struct fake_gpu *gpu, const struct fake_gpu_2d *res,
			const struct fake_gpu_rect *rect);
u32 fake_gpu_blob_fill(struct fake_gpu_2d *res, u32 pixel);

#endif
