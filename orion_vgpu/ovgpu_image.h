/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_IMAGE_H
#define _OVGPU_IMAGE_H

#include <linux/types.h>

struct drm_rect;
struct list_head;
struct ovgpu_cmd;
struct ovgpu_damage;
struct ovgpu_output;
struct ovgpu_resource;

void ovgpu_image_show(struct ovgpu_output *output, struct ovgpu_resource *old,
		      struct ovgpu_resource *res);
void ovgpu_image_frame(struct ovgpu_output *output, struct ovgpu_resource *res,
		       u64 commit, const struct drm_rect *src,
		       const struct ovgpu_damage *frame,
		       struct ovgpu_damage *upload, struct drm_rect *flush);
bool ovgpu_image_drawn(struct ovgpu_resource *res, struct ovgpu_damage *damage);
void ovgpu_image_transfer(struct ovgpu_resource *res, struct ovgpu_cmd *cmd,
			  const struct drm_rect *rect, struct list_head *batch);

#endif
