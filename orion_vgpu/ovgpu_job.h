/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_JOB_H
#define _OVGPU_JOB_H

#include <linux/atomic.h>
#include <linux/dma-fence.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct drm_gem_object;
struct ovgpu;
struct ovgpu_cmd;
struct ovgpu_context;
struct ovgpu_fence;
struct ovgpu_job;
struct ovgpu_timeline;

/**
 * struct ovgpu_job_wait - something that a job waits for
 * @cb: called when it is there
 * @fence: counted
 * @job: who waits
 */
struct ovgpu_job_wait {
	struct dma_fence_cb cb;
	struct dma_fence *fence;
	struct ovgpu_job *job;
};

/**
 * struct ovgpu_job - one request on behalf of a context, and when it may go
 *
 * Owned by whoever allocated it until ovgpu_job_start(), then by the context's
 * queue, then, when the host has got the request, by nobody: the fence remains.
 */
struct ovgpu_job {
	/** @context: Counted; on whose behalf. */
	struct ovgpu_context *context;
	/**
	 * @timeline: In whose order it goes. NULL: when all before it have
	 * gone, and before all after it.
	 */
	struct ovgpu_timeline *timeline;
	/** @fence: Its end; NULL without @timeline. Not owned once started. */
	struct ovgpu_fence *fence;
	/** @cmd: Owned; the request. */
	struct ovgpu_cmd *cmd;
	/** @len: What filling the request returned. */
	u32 len;
	/** @timely: The host is to say when the work is done, not understood. */
	bool timely;
	/** @objs: Owned; @obj_count counted buffers. Or NULL. */
	struct drm_gem_object **objs;
	/** @obj: Room for @objs that are just one. */
	struct drm_gem_object *obj;
	/** @obj_count: Number of @objs. */
	unsigned int obj_count;

	/** @node: In &ovgpu_context.queue. */
	struct list_head node;
	/** @waits: Owned; what it waits for. */
	struct ovgpu_job_wait *waits;
	/** @wait_count: Used entries of @waits. */
	unsigned int wait_count;
	/** @wait_room: Entries of @waits. */
	unsigned int wait_room;
	/** @waiting: How many of these are not there; and one until it may go. */
	atomic_t waiting;
};

/**
 * struct ovgpu_jobs - what the jobs of all contexts share
 */
struct ovgpu_jobs {
	/** @timeout: How long the host may work on one, in jiffies. Constant. */
	unsigned long timeout;
	/**
	 * @order: Makes the numbers of fences and the requests' places on the
	 * control queue agree.
	 */
	struct mutex order;
	/** @fence_id: The newest number; some hosts know 32 bits of it. */
	unsigned int fence_id __guarded_by(&order);
};

int ovgpu_job_init(struct ovgpu *ovgpu);

struct ovgpu_job *ovgpu_job_alloc(struct ovgpu_context *context,
				  struct ovgpu_timeline *timeline);
void ovgpu_job_free(struct ovgpu_job *job);
int ovgpu_job_wait_for(struct ovgpu_job *job, struct dma_fence *fence);
int ovgpu_job_start(struct ovgpu_job *job);
void ovgpu_job_go(struct ovgpu_job *job);
void ovgpu_job_abort(struct ovgpu_job *job, int err);
void ovgpu_job_send(struct ovgpu_context *context);
int ovgpu_job_wait_sent(struct ovgpu_context *context);
void ovgpu_job_stop(struct ovgpu_context *context);
void ovgpu_job_unreserve(struct ovgpu_context *context);

#endif
