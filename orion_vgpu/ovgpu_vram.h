/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_VRAM_H
#define _OVGPU_VRAM_H

#include <linux/mutex.h>
#include <linux/types.h>

#include <drm/drm_mm.h>

struct dentry;
struct ovgpu;
struct ovgpu_bo;
struct ovgpu_cmd;
struct vm_area_struct;

/**
 * struct ovgpu_vram_place - a part of the window
 * @node: where it is, in bytes from the window's start. In &ovgpu_window.mm
 * @unmap: owned until it is submitted. Made with the place, so that letting go
 *	of it cannot fail
 * @keep: the host did not say that it let go of the place, which then outlives
 *	the buffer. Written while the resource is buried
 */
struct ovgpu_vram_place {
	struct drm_mm_node node;
	struct ovgpu_cmd *unmap;
	bool keep;
};

/**
 * struct ovgpu_vram - memory of the host's, as a buffer
 *
 * Belongs to the buffer, which has no pages.
 */
struct ovgpu_vram {
	/** @lock: Guards the three below; held while the host maps it. */
	struct mutex lock;
	/**
	 * @place: Owned; where programs can see it, or NULL. Once set it stays
	 * until the buffer ends.
	 */
	struct ovgpu_vram_place *place __guarded_by(&lock);
	/** @unsure: Why the host did not say whether it is mapped, or 0. */
	int unsure __guarded_by(&lock);
	/** @caching: How it is to be mapped, VIRTIO_GPU_MAP_CACHE_*. */
	u32 caching __guarded_by(&lock);
};

/**
 * struct ovgpu_window - where the host's memory can be seen
 * @base: physical address. Constant
 * @size: in bytes, 0 if there is no window. Constant
 * @alignment: what sizes of blobs have to be multiples of, a power of two; 0 if
 *	the host does not say. Constant
 * @lock: guards what follows
 * @mm: which part is whose
 * @used: bytes of it
 * @lost: bytes of these that cannot be used again
 */
struct ovgpu_window {
	phys_addr_t base;
	u64 size;
	u32 alignment;
	struct mutex lock; /* see above */
	struct drm_mm mm __guarded_by(&lock);
	u64 used __guarded_by(&lock);
	u64 lost __guarded_by(&lock);
};

int ovgpu_vram_init(struct ovgpu *ovgpu);
void ovgpu_vram_debugfs(struct ovgpu *ovgpu, struct dentry *dir);

struct ovgpu_vram *ovgpu_vram_alloc(void);
void ovgpu_vram_free(struct ovgpu_bo *bo);
int ovgpu_vram_map(struct ovgpu_bo *bo);
int ovgpu_vram_mmap(struct ovgpu_bo *bo, struct vm_area_struct *vma);
struct ovgpu_cmd *ovgpu_vram_take_unmap(struct ovgpu_bo *bo);
void ovgpu_vram_unmapped(struct ovgpu_bo *bo, int err);

#endif
