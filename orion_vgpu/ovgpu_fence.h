/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_FENCE_H
#define _OVGPU_FENCE_H

#include <linux/dma-fence.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <drm/drm_file.h>
#include <drm/virtgpu_drm.h>

struct ovgpu_context;

/**
 * struct ovgpu_timeline - work of a context that ends in the order it began
 * @lock: guards @fences; taken in any context, and each fence's own under it
 * @fences: not signalled yet, oldest first; holds a reference to each
 * @context: what DRM calls the timeline. Constant
 * @seqno: of the newest fence. Guarded by &ovgpu_context.lock
 * @blocked: number of the walk through the context's queue that found a job of
 *	this timeline which cannot go. Guarded likewise
 * @ring: what the host calls it, or OVGPU_FENCE_NO_RING. Constant
 */
struct ovgpu_timeline {
	spinlock_t lock; /* see above */
	struct list_head fences __guarded_by(&lock);
	u64 context;
	u64 seqno;
	u64 blocked;
	int ring;
};

/* Work of a context that names no ring. */
#define OVGPU_FENCE_NO_RING	(-1)

/**
 * struct ovgpu_fence_event - tells a program, by its file, of a signalled fence
 * @base: what DRM keeps
 * @event: what the program reads
 */
struct ovgpu_fence_event {
	struct drm_pending_event base;
	struct drm_event event;
};

/**
 * struct ovgpu_fence - the end of work that the host does
 *
 * Which fence an answer signals is known from the request that it answers; what
 * the host says of fences in it is not looked at.
 *
 * It may outlive everything else here, since others keep it, so it keeps this
 * module.
 */
struct ovgpu_fence {
	/** @base: What others know of it. */
	struct dma_fence base;
	/** @lock: Of @base. */
	spinlock_t lock;
	/** @name: Of the timeline, which may be gone. Constant. */
	char name[24];
	/** @context: Counted until it is signalled; whose work it is. */
	struct ovgpu_context *context;
	/** @timeline: Where it belongs. Borrowed from @context. */
	struct ovgpu_timeline *timeline;
	/** @event: Owned; sent when it is signalled. Or NULL. */
	struct ovgpu_fence_event *event;
	/** @drm: Device. Not used, but for its name, once it is signalled. */
	struct drm_device *drm;
	/**
	 * @sent: The host has the work, so it does later work later. Written
	 * under &ovgpu_jobs.order.
	 */
	bool sent;

	/* Guarded by @timeline->lock. */

	/** @node: In @timeline->fences. */
	struct list_head node;
	/** @done: The outcome is known; older ones may keep it from being told. */
	bool done;
	/** @err: Outcome. */
	int err;
};

void ovgpu_fence_timeline_init(struct ovgpu_timeline *timeline, int ring,
			       u64 context);

struct ovgpu_fence *ovgpu_fence_alloc(struct drm_device *drm);
void ovgpu_fence_free(struct ovgpu_fence *fence);
int ovgpu_fence_add_event(struct ovgpu_fence *fence, struct drm_file *file);
void ovgpu_fence_start(struct ovgpu_fence *fence, struct ovgpu_context *context,
		       struct ovgpu_timeline *timeline);
void ovgpu_fence_end(struct ovgpu_fence *fence, int err);
bool ovgpu_fence_is_sent(struct dma_fence *base, struct drm_device *drm);

#endif
