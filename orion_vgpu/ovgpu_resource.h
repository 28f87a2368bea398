/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_RESOURCE_H
#define _OVGPU_RESOURCE_H

#include <linux/atomic.h>
#include <linux/idr.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "ovgpu_cmd.h"
#include "ovgpu_damage.h"
#include "ovgpu_gem.h"

struct drm_file;
struct drm_rect;
struct ovgpu;
struct ovgpu_cmd;

/**
 * struct ovgpu_resource - the host's image of a buffer
 *
 * Counted: framebuffers that look at a buffer in the same way share one; each
 * user has a reference to the buffer as well. The resource keeps the buffer's
 * memory and its own id until the host has said that it forgot the resource, or
 * was reset.
 */
struct ovgpu_resource {
	/** @ref: Users; 0 if it is idle. */
	struct kref ref;
	/** @ovgpu: Device. Borrowed; outlives its resources. */
	struct ovgpu *ovgpu;
	/** @bo: The buffer, whose memory is kept. */
	struct ovgpu_bo *bo;
	/** @view: What it shows of @bo; all zeros for a texture. */
	struct ovgpu_view view;
	/**
	 * @texture: The host's renderer draws it, so there is nothing to copy
	 * before it is shown. Its width is 0 if it is an image of @bo instead.
	 */
	struct ovgpu_texture texture;
	/** @id: What the host calls it. */
	u32 id;
	/**
	 * @node: In @bo->resources, guarded by @bo->lock, while it has users;
	 * in a list of the dying.
	 */
	struct list_head node;
	/**
	 * @unref: Owned until it is submitted. Made with the resource, so that
	 * letting go of it cannot fail.
	 */
	struct ovgpu_cmd *unref;

	/* Guarded by &ovgpu_resources.lock. */

	/** @shown_on: Mask of the scanouts that show it. */
	u32 shown_on;
	/** @commit: Number of the newest commit that uploads to it. */
	u64 commit;
	/** @uploaded: What that commit uploads, on behalf of its first scanout. */
	struct ovgpu_damage uploaded;

	/* Written while it is made and while it is buried. */

	/** @unborn: The host refused to create it. */
	bool unborn;
	/** @keep_id: The host would not forget it, so the id stays taken. */
	bool keep_id;
	/** @telling: Requests about its end that the host has. */
	atomic_t telling;
	/** @dead: In struct ovgpu_resources.dead. */
	struct llist_node dead;
	/**
	 * @seen: What the image has of each scanout's frames. Guarded by
	 * &ovgpu_resources.lock.
	 */
	struct ovgpu_seen seen[];
};

/**
 * struct ovgpu_resources - resources that come and go
 * @ids: ids that the host may know
 * @lock: guards @dying, what is shown of each, and &ovgpu_output.history;
 *	innermost, process context
 * @dying: resources without users, of which the host has not been told
 * @dead: resources that the host has forgotten
 * @work: tells the host, and frees
 */
struct ovgpu_resources {
	struct ida ids;
	spinlock_t lock; /* see above */
	struct list_head dying __guarded_by(&lock);
	struct llist_head dead;
	struct delayed_work work;
};

static inline bool ovgpu_resource_is_texture(const struct ovgpu_resource *res)
{
	return res->texture.width;
}

static inline bool ovgpu_resource_is_blob(const struct ovgpu_resource *res)
{
	return res->bo->blob.mem;
}

/* The host has the picture itself: there is nothing to copy. */
static inline bool ovgpu_resource_is_direct(const struct ovgpu_resource *res)
{
	return ovgpu_resource_is_texture(res) || ovgpu_resource_is_blob(res);
}

int ovgpu_resource_init(struct ovgpu *ovgpu);
struct ovgpu_resource *ovgpu_resource_get(struct ovgpu_bo *bo,
					  const struct ovgpu_view *view);
struct ovgpu_resource *ovgpu_resource_get_any(struct ovgpu_bo *bo);
struct ovgpu_resource *ovgpu_resource_main(struct ovgpu_bo *bo);
int ovgpu_resource_main_3d(struct ovgpu_bo *bo,
			   const struct ovgpu_texture *texture);
int ovgpu_resource_main_blob(struct ovgpu_bo *bo, struct list_head *batch);
int ovgpu_resource_main_handle(struct ovgpu_bo *bo, struct drm_file *file,
			       u32 *handle, u32 *id);
void ovgpu_resource_put(struct ovgpu_resource *res);
void ovgpu_resource_forget(struct ovgpu_bo *bo);
void ovgpu_resource_settle(struct ovgpu *ovgpu);

u32 ovgpu_resource_transfer(struct ovgpu_resource *res, struct ovgpu_cmd *cmd,
			    const struct drm_rect *rect);

#endif
