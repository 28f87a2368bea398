/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands of renderers. For the fake graphics device only. */
#ifndef _ORION_FAKE_GPU_3D_H
#define _ORION_FAKE_GPU_3D_H

#include <linux/types.h>

struct fake_gpu;
struct fake_gpu_request;

u32 fake_gpu_3d_capset_info(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_3d_capset(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_3d_ctx_create(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_3d_ctx_destroy(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_3d_ctx_attach(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_3d_ctx_detach(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_3d_create(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_3d_transfer(struct fake_gpu *gpu, struct fake_gpu_request *req);
u32 fake_gpu_3d_submit(struct fake_gpu *gpu, struct fake_gpu_request *req);
bool fake_gpu_3d_has_made(struct fake_gpu *gpu, u32 context, u64 id);
void fake_gpu_3d_free_all(struct fake_gpu *gpu);

#endif
