/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_SUBMIT_H
#define _OVGPU_SUBMIT_H

#include <linux/types.h>

struct drm_file;
struct drm_virtgpu_execbuffer;
struct ovgpu_bo;
struct ovgpu_box;
struct ovgpu_context;

int ovgpu_submit_commands(struct ovgpu_context *context, struct drm_file *file,
			  struct drm_virtgpu_execbuffer *args);
int ovgpu_submit_transfer(struct ovgpu_context *context, struct ovgpu_bo *bo,
			  const struct ovgpu_box *box, bool to_host);

#endif
