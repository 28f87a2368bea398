/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_GEM_H
#define _OVGPU_GEM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>

#include <drm/drm_gem.h>

struct drm_file;
struct drm_mode_create_dumb;
struct ovgpu;

/**
 * struct ovgpu_bo - a buffer of guest memory
 *
 * The memory is allocated with the buffer, in pieces as large as can be had,
 * and stays where it is until the buffer is freed. The host knows of it only
 * through the resources that are made of it, each of which counts as a user.
 */
struct ovgpu_bo {
	/** @base: What programs have handles for. */
	struct drm_gem_object base;

	/* Constant while the buffer lives. */

	/** @pages: Owned; all pages in order. */
	struct page **pages;
	/** @count: Number of pages. */
	unsigned int count;
	/** @sgt: Owned; the same pages in pieces. */
	struct sg_table sgt;

	/** @lock: Guards the members below. Taken in process context. */
	struct mutex lock;
	/** @vaddr: Mapping of the whole buffer in the kernel, made on demand. */
	void *vaddr __guarded_by(&lock);
	/** @resources: struct ovgpu_resource, each another view of the buffer. */
	struct list_head resources __guarded_by(&lock);

	/** @mapped: @sgt has DMA addresses. Guarded by struct ovgpu_gem.lock. */
	bool mapped;
	/** @node: In struct ovgpu_gem.mapped, while @mapped. */
	struct list_head node;
};

/**
 * struct ovgpu_gem - what the device knows of its buffers
 * @use_dma: the device takes DMA addresses, not physical ones
 * @segment: the largest piece of memory that has one DMA address
 * @lock: guards @mapped, and orders it against the device's removal
 * @mapped: buffers that have DMA addresses
 * @gone: the device was removed; no DMA address may be made any more
 */
struct ovgpu_gem {
	bool use_dma;
	unsigned int segment;
	struct mutex lock; /* @mapped, @gone and each buffer's @mapped */
	struct list_head mapped __guarded_by(&lock);
	bool gone __guarded_by(&lock);
};

static inline struct ovgpu_bo *to_ovgpu_bo(const struct drm_gem_object *obj)
{
	return container_of(obj, struct ovgpu_bo, base);
}

int ovgpu_gem_init(struct ovgpu *ovgpu);
void ovgpu_gem_unmap_all(struct ovgpu *ovgpu);

struct ovgpu_bo *ovgpu_gem_alloc(struct ovgpu *ovgpu, size_t size);
int ovgpu_gem_map_dma(struct ovgpu_bo *bo);
void *ovgpu_gem_vaddr(struct ovgpu_bo *bo);
void ovgpu_gem_sync(struct ovgpu_bo *bo);
void ovgpu_gem_read(struct ovgpu_bo *bo, void *to, size_t offset, size_t len);
int ovgpu_gem_dumb_create(struct drm_file *file, struct drm_device *drm,
			  struct drm_mode_create_dumb *args);

#endif
