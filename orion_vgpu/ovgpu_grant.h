/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_GRANT_H
#define _OVGPU_GRANT_H

struct drm_file;
struct drm_gem_object;
struct ovgpu_bo;
struct ovgpu_context;

int ovgpu_grant_open(struct drm_gem_object *obj, struct drm_file *file);
void ovgpu_grant_close(struct drm_gem_object *obj, struct drm_file *file);
int ovgpu_grant_use(struct ovgpu_bo *bo, struct ovgpu_context *context);

#endif
