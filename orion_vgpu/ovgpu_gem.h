/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_GEM_H
#define _OVGPU_GEM_H

#include <linux/dma-direction.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>

#include <drm/drm_gem.h>

#include "ovgpu_cmd.h"
#include "ovgpu_uuid.h"

struct dma_buf_attachment;
struct mem_cgroup;
struct drm_file;
struct drm_mode_create_dumb;
struct ovgpu;
struct ovgpu_resource;
struct ovgpu_vram;

/**
 * struct ovgpu_view - what part of a buffer a resource is, and how to read it
 * @offset: of the first pixel, in bytes
 * @pitch: from line to line, in bytes
 * @height: in lines
 * @format: VIRTIO_GPU_FORMAT_*
 */
struct ovgpu_view {
	u32 offset;
	u32 pitch;
	u32 height;
	u32 format;
};

/**
 * struct ovgpu_bo - a buffer
 *
 * Memory of our own is allocated with the buffer, in pieces as large as can be
 * had; imported memory is another driver's, which keeps it in place for us.
 * Either stays where it is until the buffer is freed. The host knows of it only
 * through the resources that are made of it, so it has to outlive these. A
 * buffer in the host's memory has none here.
 */
struct ovgpu_bo {
	/** @base: What programs have handles for; users are counted here. */
	struct drm_gem_object base;
	/**
	 * @ref: What keeps the memory: @base while it has users, each resource
	 * that the host may know, and the cache.
	 */
	struct kref ref;

	/* Constant while the buffer lives. */

	/** @pages: Owned; all pages in order. NULL if they are others'. */
	struct page **pages;
	/** @count: Number of pages of guest memory. */
	unsigned int count;
	/** @pieces: Number of pieces that the host walks. */
	unsigned int pieces;
	/** @own: Owned; the same pages in pieces. */
	struct sg_table own;
	/** @view: What the program that made it wanted; else its pitch is 0. */
	struct ovgpu_view view;
	/** @group: Counted; control group that the memory is charged to, or NULL. */
	struct mem_cgroup *group;
	/** @attach: What it is imported by, borrowed from @base; else NULL. */
	struct dma_buf_attachment *attach;
	/** @blob: What the host takes as it is; else its mem is 0. */
	struct ovgpu_blob blob;
	/** @vram: Owned; of a buffer in the host's memory; else NULL. */
	struct ovgpu_vram *vram;

	/**
	 * @vaddr: Mapping of the whole buffer in the kernel, made on demand and
	 * then constant. Set by whoever comes first.
	 */
	void *vaddr;
	/**
	 * @foreign: Others may write to it without a word: it is imported, or
	 * another device is attached to it. Once set it stays, as long as it has
	 * users.
	 */
	bool foreign;

	/** @lock: Guards the three below. Taken in process context. */
	struct mutex lock;
	/** @resources: struct ovgpu_resource, each another view of the buffer. */
	struct list_head resources __guarded_by(&lock);
	/** @idle: Owned; the last of them that had no users any more, or NULL. */
	struct ovgpu_resource *idle __guarded_by(&lock);

	/** @grants: struct ovgpu_grant, one for each context with a handle. */
	struct list_head grants __guarded_by(&lock);
	/**
	 * @main: Counted; the resource that programs know by its id, or NULL.
	 * Once set it stays as long as there are users.
	 */
	struct ovgpu_resource *main;

	/** @written: The device has been told to write to it since the CPU looked. */
	bool written;

	/** @uuid: See ovgpu_uuid.c. */
	struct ovgpu_uuid uuid;

	/* Guarded by &ovgpu_cache.lock. */

	/** @entry: In &ovgpu_cache.entries, while there is @idle. */
	struct list_head entry;
	/** @since: When it came there, in jiffies. */
	unsigned long since;
	/** @free: It has no users. */
	bool free;

	/**
	 * @sgt: @own, or borrowed from @attach until the device's removal.
	 * Written under struct ovgpu_gem.lock; does not change within
	 * drm_dev_enter().
	 */
	struct sg_table *sgt;
	/** @mapped: @sgt has DMA addresses. Guarded likewise. */
	bool mapped;
	/** @node: In struct ovgpu_gem.mapped, while @mapped. */
	struct list_head node;
};

/**
 * struct ovgpu_gem - what the device knows of its buffers
 * @use_dma: the device takes DMA addresses, not physical ones
 * @can_import: the device takes what the DMA API calls an address
 * @segment: the largest piece of memory that has one DMA address
 * @direction: whether the device only reads
 * @lock: guards @mapped
 * @mapped: buffers that have DMA addresses
 */
struct ovgpu_gem {
	bool use_dma;
	bool can_import;
	unsigned int segment;
	enum dma_data_direction direction;
	struct mutex lock; /* @mapped and each buffer's @mapped and @sgt */
	struct list_head mapped __guarded_by(&lock);
};

static inline struct ovgpu_bo *to_ovgpu_bo(const struct drm_gem_object *obj)
{
	return container_of(obj, struct ovgpu_bo, base);
}

int ovgpu_gem_init(struct ovgpu *ovgpu);
void ovgpu_gem_unmap_all(struct ovgpu *ovgpu);

void ovgpu_gem_get(struct ovgpu_bo *bo);
void ovgpu_gem_put(struct ovgpu_bo *bo);
struct ovgpu_bo *ovgpu_gem_alloc(struct ovgpu *ovgpu, size_t size);
struct ovgpu_bo *ovgpu_gem_alloc_host(struct ovgpu *ovgpu, size_t size);
struct ovgpu_bo *ovgpu_gem_import(struct ovgpu *ovgpu,
				  struct dma_buf_attachment *attach,
				  struct sg_table *sgt);
int ovgpu_gem_map_dma(struct ovgpu_bo *bo);
void *ovgpu_gem_vaddr(struct ovgpu_bo *bo);
void ovgpu_gem_sync(struct ovgpu_bo *bo);
void ovgpu_gem_sync_back(struct ovgpu_bo *bo);
void ovgpu_gem_read(struct ovgpu_bo *bo, void *to, size_t offset, size_t len);
int ovgpu_gem_dumb_create(struct drm_file *file, struct drm_device *drm,
			  struct drm_mode_create_dumb *args);
int ovgpu_gem_dumb_map_offset(struct drm_file *file, struct drm_device *drm,
			      u32 handle, u64 *offset);

#endif
