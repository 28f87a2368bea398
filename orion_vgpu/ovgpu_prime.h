/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_PRIME_H
#define _OVGPU_PRIME_H

struct dma_buf;
struct dma_buf_attachment;
struct drm_device;
struct drm_gem_object;
struct ovgpu_bo;
struct sg_table;
struct vm_area_struct;

struct dma_buf *ovgpu_prime_export(struct drm_gem_object *obj, int flags);

struct drm_gem_object *ovgpu_prime_import(struct drm_device *drm,
					  struct dma_buf *dma_buf);
struct drm_gem_object *
ovgpu_prime_import_sg_table(struct drm_device *drm,
			    struct dma_buf_attachment *attach,
			    struct sg_table *sgt);

int ovgpu_prime_mmap(struct ovgpu_bo *bo, struct vm_area_struct *vma);
void *ovgpu_prime_vmap(struct ovgpu_bo *bo);
void ovgpu_prime_vunmap(struct ovgpu_bo *bo, void *vaddr);
void ovgpu_prime_begin_read(struct ovgpu_bo *bo);
void ovgpu_prime_end_read(struct ovgpu_bo *bo);

#endif
