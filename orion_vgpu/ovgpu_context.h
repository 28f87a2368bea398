/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_CONTEXT_H
#define _OVGPU_CONTEXT_H

#include <linux/idr.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "ovgpu_cmd.h"
#include "ovgpu_fence.h"

struct dentry;
struct drm_device;
struct drm_file;
struct drm_virtgpu_context_init;
struct ovgpu;
struct ovgpu_cmd;

/* Rings of a context; hosts have no more. */
#define OVGPU_CONTEXT_RINGS	64

/**
 * struct ovgpu_context - a program's renderer on the host
 *
 * There is one for each open file of the device. The host hears of it when the
 * program first wants something of it. Counted: by the file, by each fence of
 * its work that is not signalled, and by each job that waits. The host may
 * forget it when all are gone.
 */
struct ovgpu_context {
	/** @ref: See above. */
	struct kref ref;
	/** @ovgpu: Device; its DRM device is counted. */
	struct ovgpu *ovgpu;
	/** @id: What the host calls it. */
	u32 id;
	/** @node: In &ovgpu_contexts.list, guarded by its lock. */
	struct list_head node;

	/** @mutex: Guards what follows; held while the host makes it. */
	struct mutex mutex;
	/** @created: The host has it, and nothing here changes any more. */
	bool created;
	/** @err: The host did not say whether it has it; so it stays. */
	int err __guarded_by(&mutex);
	/** @capset: Kind of renderer, or 0 for the host's choice. */
	u32 capset;
	/** @poll_mask: Rings whose fences the file tells of. */
	u64 poll_mask;
	/** @ring_count: Rings that the program asked for. */
	unsigned int ring_count;
	/** @rings: Owned; the timelines of these. */
	struct ovgpu_timeline *rings;
	/** @name: What the host may call it in messages. */
	char name[OVGPU_CMD_NAME_MAX];
	/**
	 * @destroy: Owned until it is submitted. Made before the host hears of
	 * the context, so that letting go cannot fail.
	 */
	struct ovgpu_cmd *destroy;

	/** @timeline: Work that names no ring. */
	struct ovgpu_timeline timeline;

	/** @lock: Guards what follows, and the timelines' order. */
	struct mutex lock;
	/** @queue: Jobs that the host has not got, in the program's order. */
	struct list_head queue __guarded_by(&lock);
	/** @walk: Number of the newest walk through @queue. */
	u64 walk __guarded_by(&lock);
	/** @stopped: The device is gone; nothing waits any more. */
	bool stopped __guarded_by(&lock);

	/** @jobs: Jobs that are not over, sent or not. */
	atomic_t jobs;
	/** @room: Where others wait until there are fewer, or none in @queue. */
	wait_queue_head_t room;
	/** @work: Sends what need not wait any more. */
	struct work_struct work;
	/** @end: Tells the host, and later frees. */
	struct work_struct end;
	/** @keep_id: The host would not forget it, so the id stays taken. */
	bool keep_id;
};

/**
 * struct ovgpu_contexts - contexts that come and go
 * @ids: ids that the host may know
 * @lock: guards @list and @stopped
 * @list: all of them
 * @count: of @list
 * @stopped: the device is gone
 */
struct ovgpu_contexts {
	struct ida ids;
	spinlock_t lock; /* see above */
	struct list_head list __guarded_by(&lock);
	unsigned int count __guarded_by(&lock);
	bool stopped __guarded_by(&lock);
};

int ovgpu_context_module_init(void);
void ovgpu_context_module_fini(void);

int ovgpu_context_init(struct ovgpu *ovgpu);
void ovgpu_context_stop(struct ovgpu *ovgpu);
void ovgpu_context_debugfs(struct ovgpu *ovgpu, struct dentry *dir);

int ovgpu_context_open(struct drm_device *drm, struct drm_file *file);
void ovgpu_context_close(struct drm_device *drm, struct drm_file *file);
void ovgpu_context_get(struct ovgpu_context *context);
void ovgpu_context_put(struct ovgpu_context *context);
void ovgpu_context_wake(struct ovgpu_context *context);

int ovgpu_context_create(struct ovgpu_context *context);
int ovgpu_context_configure(struct ovgpu_context *context,
			    const struct drm_virtgpu_context_init *args);
struct ovgpu_timeline *ovgpu_context_ring(struct ovgpu_context *context,
					  u32 ring);

#endif
