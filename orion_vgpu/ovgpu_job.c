// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs: requests of a context, which go to the host in the program's order.
 *
 * A program need not wait for what its work waits for: a job stays in the
 * context's queue until the fences are signalled that it depends on, and those
 * of its timeline stay behind it. Most wait for nothing, and go at once.
 */

#include <linux/dma-fence-unwrap.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include <drm/drm_gem.h>
#include <drm/drm_managed.h>

#include "ovgpu.h"

/* Jobs of one context that are not over. */
#define OVGPU_JOB_MAX		256

#define OVGPU_JOB_TIMEOUT_MIN	1000U
#define OVGPU_JOB_TIMEOUT_MAX	600000U

static unsigned int ovgpu_job_timeout = 30000;
module_param_named(job_timeout_ms, ovgpu_job_timeout, uint, 0444);
MODULE_PARM_DESC(job_timeout_ms, "How long the host may work on one piece of 3D work, in ms, 1000 to 600000 (default 30000)");

/**
 * ovgpu_job_init() - prepare for jobs
 * @ovgpu: device
 *
 * Return: 0 or a negative errno.
 */
int ovgpu_job_init(struct ovgpu *ovgpu)
{
	struct ovgpu_jobs *jobs = &ovgpu->jobs;

	jobs->timeout = msecs_to_jiffies(clamp(ovgpu_job_timeout,
					       OVGPU_JOB_TIMEOUT_MIN,
					       OVGPU_JOB_TIMEOUT_MAX));
	return drmm_mutex_init(ovgpu->drm, &jobs->order);
}

/* Each of the jobs in the way ends, if not before then at its deadline. */
static int ovgpu_job_reserve(struct ovgpu_context *context)
{
	long left;

	left = wait_event_interruptible_timeout(context->room,
						atomic_add_unless(&context->jobs,
								  1,
								  OVGPU_JOB_MAX),
						context->ovgpu->jobs.timeout);
	if (left < 0)
		return left;
	return left ? 0 : -EBUSY;
}

/**
 * ovgpu_job_unreserve() - a job is over
 * @context: on whose behalf it was
 *
 * Context: Any.
 */
void ovgpu_job_unreserve(struct ovgpu_context *context)
{
	atomic_dec(&context->jobs);
	wake_up(&context->room);
}

/**
 * ovgpu_job_alloc() - make a job with an empty request
 * @context: on whose behalf
 * @timeline: in whose order; NULL for one without a fence, see struct ovgpu_job
 *
 * Context: Process. May sleep, interruptibly, if the program is far ahead of
 * the host.
 * Return: job, or an error pointer.
 */
struct ovgpu_job *ovgpu_job_alloc(struct ovgpu_context *context,
				  struct ovgpu_timeline *timeline)
{
	struct ovgpu *ovgpu = context->ovgpu;
	struct ovgpu_job *job;
	int err;

	if (timeline) {
		err = ovgpu_job_reserve(context);
		if (err)
			return ERR_PTR(err);
	}

	job = kzalloc(sizeof(*job), GFP_KERNEL_ACCOUNT);
	if (!job)
		goto err_unreserve;

	ovgpu_context_get(context);
	job->context = context;
	job->timeline = timeline;
	job->timely = true;
	INIT_LIST_HEAD(&job->node);
	job->cmd = ovgpu_queue_cmd_alloc(ovgpu);
	if (timeline)
		job->fence = ovgpu_fence_alloc(ovgpu->drm);
	if (job->cmd && (job->fence || !timeline)) {
		/* The fence tells whoever wants to know. */
		job->cmd->heard = true;
		job->cmd->base.timeout = timeline ? ovgpu->jobs.timeout : 0;
		return job;
	}

	ovgpu_job_free(job);
	return ERR_PTR(-ENOMEM);

err_unreserve:
	if (timeline)
		ovgpu_job_unreserve(context);
	return ERR_PTR(-ENOMEM);
}

/* All but what the request and the fence have become. */
static void ovgpu_job_drop(struct ovgpu_job *job)
{
	unsigned int i;

	for (i = 0; i < job->wait_count; i++)
		dma_fence_put(job->waits[i].fence);
	kvfree(job->waits);

	for (i = 0; i < job->obj_count; i++)
		drm_gem_object_put(job->objs[i]);
	if (job->objs != &job->obj)
		kvfree(job->objs);

	ovgpu_context_put(job->context);
	kfree(job);
}

/**
 * ovgpu_job_free() - free a job that was not started
 * @job: job, or NULL
 *
 * Context: Process. May sleep.
 */
void ovgpu_job_free(struct ovgpu_job *job)
{
	if (!job)
		return;

	ovgpu_queue_cmd_free(job->cmd);
	ovgpu_fence_free(job->fence);
	if (job->timeline)
		ovgpu_job_unreserve(job->context);
	ovgpu_job_drop(job);
}

/* The host's order, or the timeline's, takes care of it. */
static bool ovgpu_job_is_behind(const struct ovgpu_job *job,
				struct dma_fence *fence)
{
	struct dma_fence_unwrap iter;
	struct dma_fence *part;

	dma_fence_unwrap_for_each(part, &iter, fence) {
		if (part->context != job->timeline->context &&
		    !dma_fence_is_signaled(part)) {
			dma_fence_put(iter.chain);
			return false;
		}
	}

	return true;
}

static int ovgpu_job_grow(struct ovgpu_job *job)
{
	unsigned int room = max(4U, job->wait_room * 2);
	struct ovgpu_job_wait *waits;

	waits = kvcalloc(room, sizeof(*waits), GFP_KERNEL_ACCOUNT);
	if (!waits)
		return -ENOMEM;

	if (job->wait_count)
		memcpy(waits, job->waits, job->wait_count * sizeof(*waits));
	kvfree(job->waits);
	job->waits = waits;
	job->wait_room = room;
	return 0;
}

/**
 * ovgpu_job_wait_for() - have a job wait
 * @job: job that is not started, with a timeline
 * @fence: fence, whosever
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_job_wait_for(struct ovgpu_job *job, struct dma_fence *fence)
{
	struct ovgpu_job_wait *wait;
	int err;

	if (ovgpu_job_is_behind(job, fence))
		return 0;
	if (job->wait_count == job->wait_room) {
		err = ovgpu_job_grow(job);
		if (err)
			return err;
	}

	wait = &job->waits[job->wait_count++];
	wait->fence = dma_fence_get(fence);
	wait->job = job;
	return 0;
}

/**
 * ovgpu_job_start() - give a job its place
 * @job: job with a filled request
 *
 * It goes when ovgpu_job_go() is called, and not before, so that the caller can
 * hand its fence to others meanwhile.
 *
 * Context: Process. May sleep.
 * Return: 0, and the job is the context's; -ENODEV if the device is gone.
 */
int ovgpu_job_start(struct ovgpu_job *job)
{
	struct ovgpu_context *context = job->context;

	mutex_lock(&context->lock);
	if (context->stopped) {
		mutex_unlock(&context->lock);
		return -ENODEV;
	}
	if (job->fence)
		ovgpu_fence_start(job->fence, context, job->timeline);
	atomic_set(&job->waiting, job->wait_count + 1);
	list_add_tail(&job->node, &context->queue);
	mutex_unlock(&context->lock);

	return 0;
}

static void ovgpu_job_ready(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct ovgpu_job_wait *wait =
		container_of(cb, struct ovgpu_job_wait, cb);
	struct ovgpu_job *job = wait->job;
	struct ovgpu_context *context = job->context;

	/* The job may be over as soon as it waits for nothing. */
	ovgpu_context_get(context);
	if (atomic_dec_and_test(&job->waiting))
		ovgpu_context_wake(context);
	ovgpu_context_put(context);
}

static void ovgpu_job_arm_locked(struct ovgpu_job *job)
{
	unsigned int i;

	lockdep_assert_held(&job->context->lock);

	for (i = 0; i < job->wait_count; i++)
		if (job->context->stopped ||
		    dma_fence_add_callback(job->waits[i].fence,
					   &job->waits[i].cb, ovgpu_job_ready))
			atomic_dec(&job->waiting);
}

static void ovgpu_job_done(struct ovgpu_cmd *cmd)
{
	if (cmd->owner)
		ovgpu_fence_end(cmd->owner, cmd->base.err);
}

/* Whether a job can go, of those that are still there at its turn. */
static bool ovgpu_job_can_go(const struct ovgpu_job *job)
{
	const struct ovgpu_context *context = job->context;

	if (atomic_read(&job->waiting))
		return false;
	if (!job->timeline)
		return list_is_first(&job->node, &context->queue);
	return job->timeline->blocked != context->walk;
}

/* Take what can go off the queue, in order. */
static void ovgpu_job_collect_locked(struct ovgpu_context *context,
				     struct list_head *ready)
{
	struct ovgpu_job *job, *next;

	lockdep_assert_held(&context->lock);

	context->walk++;
	list_for_each_entry_safe(job, next, &context->queue, node) {
		if (ovgpu_job_can_go(job))
			list_move_tail(&job->node, ready);
		else if (job->timeline)
			job->timeline->blocked = context->walk;
		else
			break;
	}

	if (list_empty(&context->queue))
		wake_up(&context->room);
}

static void ovgpu_job_add(struct ovgpu_job *job, u64 fence_id,
			  struct list_head *batch)
{
	struct ovgpu_cmd *cmd = job->cmd;

	if (job->fence && job->timely) {
		ovgpu_cmd_set_fence(&cmd->req, fence_id);
		if (job->timeline->ring != OVGPU_FENCE_NO_RING)
			ovgpu_cmd_set_ring(&cmd->req, job->timeline->ring);
	}
	if (job->fence)
		WRITE_ONCE(job->fence->sent, true);
	cmd->owner = job->fence;
	cmd->done = ovgpu_job_done;
	ovgpu_queue_add(cmd, job->len, batch);
}

static void ovgpu_job_send_locked(struct ovgpu_context *context,
				  struct list_head *gone)
{
	struct ovgpu *ovgpu = context->ovgpu;
	struct ovgpu_job *job;
	LIST_HEAD(batch);

	lockdep_assert_held(&context->lock);

	ovgpu_job_collect_locked(context, gone);
	if (list_empty(gone))
		return;

	mutex_lock(&ovgpu->jobs.order);
	list_for_each_entry(job, gone, node)
		ovgpu_job_add(job, ++ovgpu->jobs.fence_id, &batch);
	orion_cmdq_submit_batch(&ovgpu->queue.control, &batch);
	mutex_unlock(&ovgpu->jobs.order);
}

static void ovgpu_job_drop_list(struct list_head *gone)
{
	struct ovgpu_job *job, *next;

	list_for_each_entry_safe(job, next, gone, node)
		ovgpu_job_drop(job);
}

/**
 * ovgpu_job_go() - let a job go as soon as it can
 * @job: job that was started; not the caller's any more
 *
 * Context: Process. May sleep.
 */
void ovgpu_job_go(struct ovgpu_job *job)
{
	struct ovgpu_context *context = job->context;
	LIST_HEAD(gone);

	mutex_lock(&context->lock);
	ovgpu_job_arm_locked(job);
	atomic_dec(&job->waiting);
	ovgpu_job_send_locked(context, &gone);
	mutex_unlock(&context->lock);

	ovgpu_job_drop_list(&gone);
}

/**
 * ovgpu_job_abort() - take a job back
 * @job: job that was started; not the caller's any more
 * @err: what its fence says
 *
 * Context: Process. May sleep.
 */
void ovgpu_job_abort(struct ovgpu_job *job, int err)
{
	struct ovgpu_context *context = job->context;

	mutex_lock(&context->lock);
	list_del(&job->node);
	mutex_unlock(&context->lock);

	ovgpu_queue_cmd_free(job->cmd);
	ovgpu_fence_end(job->fence, err);
	/* Those behind it may go now. */
	ovgpu_job_send(context);
	ovgpu_job_drop(job);
}

/**
 * ovgpu_job_send() - let all go that can
 * @context: context
 *
 * Context: Process. May sleep.
 */
void ovgpu_job_send(struct ovgpu_context *context)
{
	LIST_HEAD(gone);

	mutex_lock(&context->lock);
	ovgpu_job_send_locked(context, &gone);
	mutex_unlock(&context->lock);

	ovgpu_job_drop_list(&gone);
}

/**
 * ovgpu_job_wait_sent() - wait until the host has got all jobs so far
 * @context: context
 *
 * Context: Process. May sleep, interruptibly, if there are some that wait.
 * Return: 0, -EBUSY if they do so for long, or -ERESTARTSYS.
 */
int ovgpu_job_wait_sent(struct ovgpu_context *context)
{
	long left;

	left = wait_event_interruptible_timeout(context->room,
						list_empty_careful(&context->queue),
						context->ovgpu->jobs.timeout);
	/* Whoever took the last of them off is about to submit it. */
	mutex_lock(&context->lock);
	mutex_unlock(&context->lock);

	if (left < 0)
		return left;
	return left ? 0 : -EBUSY;
}

/**
 * ovgpu_job_stop() - let all go, whatever they wait for
 * @context: context of a device whose queues are stopped, so that each ends at
 *	once with -ENODEV
 *
 * Context: Process. May sleep.
 */
void ovgpu_job_stop(struct ovgpu_context *context)
{
	struct ovgpu_job *job;
	unsigned int i;

	mutex_lock(&context->lock);
	context->stopped = true;
	list_for_each_entry(job, &context->queue, node)
		for (i = 0; i < job->wait_count; i++)
			if (job->waits[i].cb.func &&
			    dma_fence_remove_callback(job->waits[i].fence,
						      &job->waits[i].cb))
				atomic_dec(&job->waiting);
	mutex_unlock(&context->lock);

	ovgpu_job_send(context);
}
