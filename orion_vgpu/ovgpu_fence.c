// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences of what the host draws.
 *
 * Each fence that was started is signalled, whatever happens: with 0 when the
 * host says that the work is done, else with an error. That follows from the
 * queue, which tells each command its outcome. Fences of one timeline are
 * signalled in their order, even if the host answers in another.
 */

#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "ovgpu.h"

static const char *ovgpu_fence_driver_name(struct dma_fence *base)
{
	return KBUILD_MODNAME;
}

static const char *ovgpu_fence_timeline_name(struct dma_fence *base)
{
	return container_of(base, struct ovgpu_fence, base)->name;
}

/*
 * The module may go from here on. It does so only after another grace period,
 * and by then this function has returned.
 */
static void ovgpu_fence_free_rcu(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct ovgpu_fence, base.rcu));
	module_put(THIS_MODULE);
}

static void ovgpu_fence_release(struct dma_fence *base)
{
	call_rcu(&base->rcu, ovgpu_fence_free_rcu);
}

static const struct dma_fence_ops ovgpu_fence_ops = {
	.get_driver_name	= ovgpu_fence_driver_name,
	.get_timeline_name	= ovgpu_fence_timeline_name,
	.release		= ovgpu_fence_release,
};

static struct ovgpu_fence *ovgpu_fence_of(struct dma_fence *base)
{
	/* Never anything else in one of ours, so no need for RCU. */
	if ((__force const void *)READ_ONCE(base->ops) != &ovgpu_fence_ops)
		return NULL;

	return container_of(base, struct ovgpu_fence, base);
}

/**
 * ovgpu_fence_timeline_init() - make an empty timeline
 * @timeline: to prepare
 * @ring: what the host calls it, or OVGPU_FENCE_NO_RING
 * @context: number from dma_fence_context_alloc()
 */
void ovgpu_fence_timeline_init(struct ovgpu_timeline *timeline, int ring,
			       u64 context)
{
	spin_lock_init(&timeline->lock);
	INIT_LIST_HEAD(&timeline->fences);
	timeline->context = context;
	timeline->ring = ring;
}

/**
 * ovgpu_fence_alloc() - make a fence that is not started
 * @drm: device
 *
 * Return: fence, or NULL if out of memory.
 */
struct ovgpu_fence *ovgpu_fence_alloc(struct drm_device *drm)
{
	struct ovgpu_fence *fence;

	fence = kzalloc(sizeof(*fence), GFP_KERNEL_ACCOUNT);
	if (!fence)
		return NULL;

	__module_get(THIS_MODULE);
	spin_lock_init(&fence->lock);
	INIT_LIST_HEAD(&fence->node);
	fence->drm = drm;
	return fence;
}

/**
 * ovgpu_fence_free() - free a fence that was not started
 * @fence: fence, or NULL
 */
void ovgpu_fence_free(struct ovgpu_fence *fence)
{
	if (!fence)
		return;

	if (fence->event)
		drm_event_cancel_free(fence->drm, &fence->event->base);
	kfree(fence);
	module_put(THIS_MODULE);
}

/**
 * ovgpu_fence_add_event() - have a program be told by an event on its file
 * @fence: fence that is not started
 * @file: the program's
 *
 * Return: 0, -ENOMEM if there is no memory or the program leaves too many
 * events unread.
 */
int ovgpu_fence_add_event(struct ovgpu_fence *fence, struct drm_file *file)
{
	struct ovgpu_fence_event *event;
	int err;

	event = kzalloc(sizeof(*event), GFP_KERNEL_ACCOUNT);
	if (!event)
		return -ENOMEM;

	event->event.type = VIRTGPU_EVENT_FENCE_SIGNALED;
	event->event.length = sizeof(event->event);
	err = drm_event_reserve_init(fence->drm, file, &event->base,
				     &event->event);
	if (err) {
		kfree(event);
		return err;
	}

	fence->event = event;
	return 0;
}

/**
 * ovgpu_fence_start() - others may wait for a fence from here on
 * @fence: fence; its first reference goes to the timeline
 * @context: whose work it is the end of
 * @timeline: in which order, one of @context
 *
 * Context: Process, with @context->lock held.
 */
void ovgpu_fence_start(struct ovgpu_fence *fence, struct ovgpu_context *context,
		       struct ovgpu_timeline *timeline)
{
	unsigned long flags;

	lockdep_assert_held(&context->lock);

	ovgpu_context_get(context);
	fence->context = context;
	fence->timeline = timeline;
	snprintf(fence->name, sizeof(fence->name), "%u.%d", context->id,
		 timeline->ring);
	dma_fence_init(&fence->base, &ovgpu_fence_ops, &fence->lock,
		       timeline->context, ++timeline->seqno);

	spin_lock_irqsave(&timeline->lock, flags);
	list_add_tail(&fence->node, &timeline->fences);
	spin_unlock_irqrestore(&timeline->lock, flags);
}

static void ovgpu_fence_signal_locked(struct ovgpu_fence *fence)
{
	lockdep_assert_held(&fence->timeline->lock);

	if (fence->err)
		dma_fence_set_error(&fence->base, fence->err);
	dma_fence_signal(&fence->base);
	if (fence->event)
		drm_send_event(fence->drm, &fence->event->base);
	fence->event = NULL;
}

/**
 * ovgpu_fence_end() - the outcome of the work is known
 * @fence: fence that was started; not to be used any more
 * @err: outcome
 *
 * Context: Any.
 */
void ovgpu_fence_end(struct ovgpu_fence *fence, int err)
{
	struct ovgpu_timeline *timeline = fence->timeline;
	struct ovgpu_fence *next;
	unsigned long flags;
	LIST_HEAD(over);

	spin_lock_irqsave(&timeline->lock, flags);
	fence->done = true;
	fence->err = err;
	list_for_each_entry_safe(fence, next, &timeline->fences, node) {
		if (!fence->done)
			break;
		ovgpu_fence_signal_locked(fence);
		list_move_tail(&fence->node, &over);
	}
	spin_unlock_irqrestore(&timeline->lock, flags);

	/* The timeline may end with the last of them. */
	list_for_each_entry_safe(fence, next, &over, node) {
		list_del_init(&fence->node);
		ovgpu_job_unreserve(fence->context);
		ovgpu_context_put(fence->context);
		dma_fence_put(&fence->base);
	}
}

/**
 * ovgpu_fence_is_sent() - does the host have the work before a fence?
 * @base: fence, whosever
 * @drm: device
 *
 * Return: true if it is one of @drm, and what is sent to the host now comes
 * after it.
 */
bool ovgpu_fence_is_sent(struct dma_fence *base, struct drm_device *drm)
{
	struct ovgpu_fence *fence = ovgpu_fence_of(base);

	return fence && fence->drm == drm && READ_ONCE(fence->sent);
}
