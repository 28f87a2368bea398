// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program has its renderer do, in four steps: read all that the program
 * says, find what the work must wait for, give the job its place, and hand its
 * fence to whoever is to wait for it.
 */

#include <linux/dma-fence-chain.h>
#include <linux/dma-resv.h>
#include <linux/file.h>
#include <linux/slab.h>
#include <linux/sync_file.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_syncobj.h>
#include <drm/virtgpu_drm.h>

#include "ovgpu.h"
#include "ovgpu_submit.h"

/* More than any program has; bounds what one call allocates. */
#define OVGPU_SUBMIT_OBJS	16384
#define OVGPU_SUBMIT_SYNCOBJS	1024

/**
 * struct ovgpu_submit_sync - a sync object that comes with the work
 * @syncobj: counted
 * @chain: owned; for @point
 * @point: on its timeline, or 0 if it has none
 * @reset: it is to be empty again
 */
struct ovgpu_submit_sync {
	struct drm_syncobj *syncobj;
	struct dma_fence_chain *chain;
	u64 point;
	bool reset;
};

/**
 * struct ovgpu_submit - work of a program on its way to a job
 * @file: the program's
 * @args: what it says
 * @job: owned until it is started
 * @in: sync objects to wait for
 * @in_count: number of @in
 * @out: sync objects that get the fence
 * @out_count: number of @out
 * @sync_file: owned until a program has it; gets the fence
 * @fd: reserved for @sync_file, or -1
 */
struct ovgpu_submit {
	struct drm_file *file;
	struct drm_virtgpu_execbuffer *args;
	struct ovgpu_job *job;
	struct ovgpu_submit_sync *in;
	unsigned int in_count;
	struct ovgpu_submit_sync *out;
	unsigned int out_count;
	struct sync_file *sync_file;
	int fd;
};

static int ovgpu_submit_check(const struct drm_virtgpu_execbuffer *args)
{
	if (args->flags & ~VIRTGPU_EXECBUF_FLAGS)
		return -EINVAL;
	if (args->size > OVGPU_QUEUE_DATA_MAX ||
	    args->num_bo_handles > OVGPU_SUBMIT_OBJS ||
	    args->num_in_syncobjs > OVGPU_SUBMIT_SYNCOBJS ||
	    args->num_out_syncobjs > OVGPU_SUBMIT_SYNCOBJS)
		return -E2BIG;

	return 0;
}

static struct ovgpu_timeline *
ovgpu_submit_timeline(struct ovgpu_context *context,
		      const struct drm_virtgpu_execbuffer *args)
{
	if (args->flags & VIRTGPU_EXECBUF_RING_IDX)
		return ovgpu_context_ring(context, args->ring_idx);

	return &context->timeline;
}

static int ovgpu_submit_read_sync(struct drm_file *file, u64 from, u32 stride,
				  struct ovgpu_submit_sync *sync)
{
	struct drm_virtgpu_execbuffer_syncobj said = { };

	if (copy_from_user(&said, u64_to_user_ptr(from),
			   min_t(size_t, stride, sizeof(said))))
		return -EFAULT;
	if (said.flags & ~VIRTGPU_EXECBUF_SYNCOBJ_FLAGS)
		return -EINVAL;

	sync->syncobj = drm_syncobj_find(file, said.handle);
	if (!sync->syncobj)
		return -ENOENT;

	sync->point = said.point;
	sync->reset = said.flags & VIRTGPU_EXECBUF_SYNCOBJ_RESET;
	return 0;
}

/* What was read is to be put, whatever is returned. */
static int ovgpu_submit_read_syncs(struct drm_file *file, u64 from, u32 stride,
				   u32 count, struct ovgpu_submit_sync **syncs,
				   unsigned int *read)
{
	int err = 0;

	if (!count)
		return 0;

	*syncs = kvcalloc(count, sizeof(**syncs), GFP_KERNEL_ACCOUNT);
	if (!*syncs)
		return -ENOMEM;

	for (; *read < count && !err; from += stride) {
		err = ovgpu_submit_read_sync(file, from, stride,
					     &(*syncs)[*read]);
		if (!err)
			(*read)++;
	}

	return err;
}

static void ovgpu_submit_put_syncs(struct ovgpu_submit_sync *syncs,
				   unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		dma_fence_chain_free(syncs[i].chain);
		drm_syncobj_put(syncs[i].syncobj);
	}
	kvfree(syncs);
}

/* Sync objects to wait for. */
static int ovgpu_submit_read_in(struct ovgpu_submit *submit)
{
	const struct drm_virtgpu_execbuffer *args = submit->args;
	struct dma_fence *fence;
	unsigned int i;
	int err;

	err = ovgpu_submit_read_syncs(submit->file, args->in_syncobjs,
				      args->syncobj_stride,
				      args->num_in_syncobjs, &submit->in,
				      &submit->in_count);
	for (i = 0; i < submit->in_count && !err; i++) {
		fence = drm_syncobj_fence_get(submit->in[i].syncobj);
		if (!fence)
			return -EINVAL;
		err = dma_fence_chain_find_seqno(&fence, submit->in[i].point);
		if (err) {
			dma_fence_put(fence);
			return err;
		}
		/* A point that is over has none. */
		if (fence)
			err = ovgpu_job_wait_for(submit->job, fence);
		dma_fence_put(fence);
	}

	return err;
}

/* Sync objects that get the fence: nothing of that may fail later. */
static int ovgpu_submit_read_out(struct ovgpu_submit *submit)
{
	const struct drm_virtgpu_execbuffer *args = submit->args;
	struct ovgpu_submit_sync *sync;
	unsigned int i;
	int err;

	err = ovgpu_submit_read_syncs(submit->file, args->out_syncobjs,
				      args->syncobj_stride,
				      args->num_out_syncobjs, &submit->out,
				      &submit->out_count);
	/* So programs know it, unlike of those to wait for. */
	if (err == -ENOENT)
		err = -EINVAL;
	for (i = 0; i < submit->out_count && !err; i++) {
		sync = &submit->out[i];
		if (sync->reset)
			return -EINVAL;
		if (!sync->point)
			continue;
		sync->chain = dma_fence_chain_alloc();
		if (!sync->chain)
			err = -ENOMEM;
	}

	return err;
}

static int ovgpu_submit_read_fence_fd(struct ovgpu_submit *submit)
{
	struct dma_fence *fence;
	int err;

	if (!(submit->args->flags & VIRTGPU_EXECBUF_FENCE_FD_IN))
		return 0;

	fence = sync_file_get_fence(submit->args->fence_fd);
	if (!fence)
		return -EINVAL;

	err = ovgpu_job_wait_for(submit->job, fence);
	dma_fence_put(fence);
	return err;
}

static int ovgpu_submit_read_objs(struct ovgpu_submit *submit)
{
	const struct drm_virtgpu_execbuffer *args = submit->args;
	struct ovgpu_job *job = submit->job;
	unsigned int i;
	int err;

	if (!args->num_bo_handles)
		return 0;

	err = drm_gem_objects_lookup(submit->file,
				     u64_to_user_ptr(args->bo_handles),
				     args->num_bo_handles, &job->objs);
	if (!err) {
		job->obj_count = args->num_bo_handles;
		return 0;
	}

	/* It leaves what it found. */
	for (i = 0; job->objs && i < args->num_bo_handles; i++)
		if (job->objs[i])
			drm_gem_object_put(job->objs[i]);
	kvfree(job->objs);
	job->objs = NULL;
	return err;
}

static int ovgpu_submit_add_event(struct ovgpu_submit *submit)
{
	const struct drm_virtgpu_execbuffer *args = submit->args;
	struct ovgpu_job *job = submit->job;

	if (!(args->flags & VIRTGPU_EXECBUF_RING_IDX) ||
	    !(job->context->poll_mask & BIT_ULL(args->ring_idx)))
		return 0;

	job->timely = true;
	return ovgpu_fence_add_event(job->fence, submit->file);
}

static int ovgpu_submit_reserve_fd(struct ovgpu_submit *submit)
{
	if (!(submit->args->flags & VIRTGPU_EXECBUF_FENCE_FD_OUT))
		return 0;

	submit->fd = get_unused_fd_flags(O_CLOEXEC);
	return submit->fd < 0 ? submit->fd : 0;
}

static int ovgpu_submit_read(struct ovgpu_submit *submit)
{
	const struct drm_virtgpu_execbuffer *args = submit->args;
	struct ovgpu_job *job = submit->job;
	int err;

	/* Only if somebody could wait for it. */
	job->timely = args->flags & VIRTGPU_EXECBUF_FENCE_FD_OUT ||
		      args->num_bo_handles || args->num_out_syncobjs;

	err = ovgpu_queue_cmd_data(job->cmd, u64_to_user_ptr(args->command),
				   args->size);
	if (err)
		return err;
	err = ovgpu_submit_add_event(submit);
	if (err)
		return err;
	err = ovgpu_submit_read_objs(submit);
	if (err)
		return err;
	err = ovgpu_submit_read_out(submit);
	if (err)
		return err;
	err = ovgpu_submit_read_in(submit);
	if (err)
		return err;
	err = ovgpu_submit_read_fence_fd(submit);
	if (err)
		return err;
	err = ovgpu_submit_reserve_fd(submit);
	if (err)
		return err;

	job->len = ovgpu_cmd_submit_3d(&job->cmd->req, job->context->id,
				       args->size);
	return 0;
}

/* What uses of a buffer this job must come after. */
static int ovgpu_submit_wait_for_users(struct ovgpu_job *job,
				       struct drm_gem_object *obj)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	int err = 0;

	dma_resv_for_each_fence(&cursor, obj->resv, DMA_RESV_USAGE_READ,
				fence) {
		/* What the host has already, it does before. */
		if (ovgpu_fence_is_sent(fence, obj->dev))
			continue;
		err = ovgpu_job_wait_for(job, fence);
		if (err)
			break;
	}

	return err;
}

/*
 * Give the job its place, and have all who use its buffers wait for it. The
 * job's fence comes back with a reference for the caller.
 */
static int ovgpu_submit_start(struct ovgpu_job *job, struct dma_fence **fence)
{
	struct ww_acquire_ctx ticket;
	unsigned int i;
	int err = 0;

	if (job->obj_count)
		err = drm_gem_lock_reservations(job->objs, job->obj_count,
						&ticket);
	if (err)
		return err;

	for (i = 0; i < job->obj_count && !err; i++) {
		err = dma_resv_reserve_fences(job->objs[i]->resv, 1);
		if (!err)
			err = ovgpu_submit_wait_for_users(job, job->objs[i]);
	}
	if (!err)
		err = ovgpu_job_start(job);
	if (err)
		goto out_unlock;

	*fence = dma_fence_get(&job->fence->base);
	for (i = 0; i < job->obj_count; i++)
		dma_resv_add_fence(job->objs[i]->resv, *fence,
				   DMA_RESV_USAGE_WRITE);

out_unlock:
	if (job->obj_count)
		drm_gem_unlock_reservations(job->objs, job->obj_count, &ticket);
	return err;
}

/* The fence goes to all who want it. Nothing fails from here on. */
static void ovgpu_submit_tell(struct ovgpu_submit *submit,
			      struct dma_fence *fence)
{
	struct ovgpu_submit_sync *sync;
	unsigned int i;

	for (i = 0; i < submit->in_count; i++)
		if (submit->in[i].reset)
			drm_syncobj_replace_fence(submit->in[i].syncobj, NULL);

	for (i = 0; i < submit->out_count; i++) {
		sync = &submit->out[i];
		if (sync->chain)
			drm_syncobj_add_point(sync->syncobj, sync->chain, fence,
					      sync->point);
		else
			drm_syncobj_replace_fence(sync->syncobj, fence);
		sync->chain = NULL;
	}

	if (submit->sync_file) {
		submit->args->fence_fd = submit->fd;
		fd_install(submit->fd, submit->sync_file->file);
		submit->sync_file = NULL;
		submit->fd = -1;
	}
}

/* The device sees what the CPU wrote, unless it is about to write there. */
static void ovgpu_submit_sync_bos(const struct ovgpu_job *job)
{
	struct ovgpu_bo *bo;
	unsigned int i;

	for (i = 0; i < job->obj_count; i++) {
		bo = to_ovgpu_bo(job->objs[i]);
		if (!READ_ONCE(bo->written))
			ovgpu_gem_sync(bo);
	}
}

static int ovgpu_submit_run(struct ovgpu_submit *submit)
{
	struct ovgpu_job *job = submit->job;
	struct dma_fence *fence;
	int err;

	err = ovgpu_submit_read(submit);
	if (err)
		return err;

	ovgpu_submit_sync_bos(job);
	err = ovgpu_submit_start(job, &fence);
	if (err)
		return err;

	submit->job = NULL;
	if (submit->fd >= 0) {
		submit->sync_file = sync_file_create(fence);
		if (!submit->sync_file)
			err = -ENOMEM;
	}
	if (err) {
		ovgpu_job_abort(job, err);
	} else {
		ovgpu_submit_tell(submit, fence);
		ovgpu_job_go(job);
	}
	dma_fence_put(fence);
	return err;
}

/**
 * ovgpu_submit_commands() - have a program's renderer do something
 * @context: the program's
 * @file: the program's
 * @args: what it says; gets the number of the fence's file
 *
 * Context: Process. May sleep, for the host only if the program is far ahead of
 * it, and then interruptibly.
 * Return: 0 or a negative errno.
 */
int ovgpu_submit_commands(struct ovgpu_context *context, struct drm_file *file,
			  struct drm_virtgpu_execbuffer *args)
{
	struct ovgpu_submit submit = { .file = file, .args = args, .fd = -1 };
	struct ovgpu_timeline *timeline;
	int err;

	err = ovgpu_submit_check(args);
	if (err)
		return err;
	timeline = ovgpu_submit_timeline(context, args);
	if (!timeline)
		return -EINVAL;
	err = ovgpu_context_create(context);
	if (err)
		return err;

	submit.job = ovgpu_job_alloc(context, timeline);
	if (IS_ERR(submit.job))
		return PTR_ERR(submit.job);

	err = ovgpu_submit_run(&submit);

	if (submit.fd >= 0)
		put_unused_fd(submit.fd);
	ovgpu_submit_put_syncs(submit.in, submit.in_count);
	ovgpu_submit_put_syncs(submit.out, submit.out_count);
	ovgpu_job_free(submit.job);
	return err;
}

/**
 * ovgpu_submit_transfer() - have the host copy between a resource and its memory
 * @context: on whose behalf; the host has it, and lets it use the resource
 * @bo: buffer with a main resource, to which the caller has a reference
 * @box: which part
 * @to_host: into the resource, else out of it
 *
 * Context: Process, as ovgpu_submit_commands().
 * Return: 0 or a negative errno.
 */
int ovgpu_submit_transfer(struct ovgpu_context *context, struct ovgpu_bo *bo,
			  const struct ovgpu_box *box, bool to_host)
{
	struct dma_fence *fence;
	struct ovgpu_job *job;
	int err;

	job = ovgpu_job_alloc(context, &context->timeline);
	if (IS_ERR(job))
		return PTR_ERR(job);

	drm_gem_object_get(&bo->base);
	job->obj = &bo->base;
	job->objs = &job->obj;
	job->obj_count = 1;
	if (to_host) {
		ovgpu_gem_sync(bo);
		job->len = ovgpu_cmd_to_host_3d(&job->cmd->req, context->id,
						bo->main->id, box);
	} else {
		WRITE_ONCE(bo->written, true);
		job->len = ovgpu_cmd_from_host_3d(&job->cmd->req, context->id,
						  bo->main->id, box);
	}

	err = ovgpu_submit_start(job, &fence);
	if (err) {
		ovgpu_job_free(job);
		return err;
	}

	ovgpu_job_go(job);
	dma_fence_put(fence);
	return 0;
}
