// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contexts: each open file has one, a renderer of its own on the host.
 *
 * Nobody waits for the end of one: when the file and all of its work are gone,
 * a worker tells the host, and the id is free again when the host has answered.
 */

#include <linux/debugfs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_managed.h>
#include <drm/virtgpu_drm.h>

#include "ovgpu.h"

/*
 * What contexts still have to do when their files are gone. Ends with the
 * module, not with a device: the last context lets go of that.
 */
static struct workqueue_struct *ovgpu_context_wq;

/**
 * ovgpu_context_module_init() - make the contexts' worker
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_context_module_init(void)
{
	ovgpu_context_wq = alloc_workqueue("orion_vgpu", WQ_HIGHPRI | WQ_UNBOUND,
					   0);
	return ovgpu_context_wq ? 0 : -ENOMEM;
}

/**
 * ovgpu_context_module_fini() - wait for it; no device is bound any more
 */
void ovgpu_context_module_fini(void)
{
	destroy_workqueue(ovgpu_context_wq);
}

static void ovgpu_context_free(struct ovgpu_context *context)
{
	struct ovgpu_contexts *contexts = &context->ovgpu->contexts;
	struct drm_device *drm = context->ovgpu->drm;

	spin_lock(&contexts->lock);
	list_del(&context->node);
	contexts->count--;
	spin_unlock(&contexts->lock);

	if (!context->keep_id)
		ida_free(&contexts->ids, context->id);
	ovgpu_queue_cmd_free(context->destroy);
	kfree(context->rings);
	mutex_destroy(&context->lock);
	mutex_destroy(&context->mutex);
	kfree(context);
	/* With the last of them the device may end. */
	drm_dev_put(drm);
}

/* What the host said to the CTX_DESTROY; without a "yes" the id stays. */
static void ovgpu_context_destroy_done(struct ovgpu_cmd *cmd)
{
	struct ovgpu_context *context = cmd->owner;

	context->keep_id = cmd->base.err && cmd->base.err != -EINVAL &&
			   cmd->base.err != -ENODEV;
}

static void ovgpu_context_destroy_returned(struct ovgpu_cmd *cmd)
{
	struct ovgpu_context *context = cmd->owner;

	queue_work(ovgpu_context_wq, &context->end);
}

/* Runs once to tell the host, if it knows, and once when that has answered. */
static void ovgpu_context_end(struct work_struct *work)
{
	struct ovgpu_context *context =
		container_of(work, struct ovgpu_context, end);
	struct ovgpu_cmd *cmd = context->destroy;
	LIST_HEAD(batch);

	if (!cmd || !(context->created || context->err)) {
		ovgpu_context_free(context);
		return;
	}

	context->destroy = NULL;
	cmd->owner = context;
	cmd->done = ovgpu_context_destroy_done;
	cmd->returned = ovgpu_context_destroy_returned;
	ovgpu_queue_add(cmd, ovgpu_cmd_ctx_destroy(&cmd->req, context->id),
			&batch);
	orion_cmdq_submit_batch(&context->ovgpu->queue.control, &batch);
}

static void ovgpu_context_release(struct kref *ref)
{
	struct ovgpu_context *context =
		container_of(ref, struct ovgpu_context, ref);

	queue_work(ovgpu_context_wq, &context->end);
}

/**
 * ovgpu_context_get() - take another reference
 * @context: context that the caller has a reference to
 */
void ovgpu_context_get(struct ovgpu_context *context)
{
	kref_get(&context->ref);
}

/**
 * ovgpu_context_put() - give a reference back
 * @context: context
 *
 * Context: Any.
 */
void ovgpu_context_put(struct ovgpu_context *context)
{
	kref_put(&context->ref, ovgpu_context_release);
}

static void ovgpu_context_work(struct work_struct *work)
{
	struct ovgpu_context *context =
		container_of(work, struct ovgpu_context, work);

	ovgpu_job_send(context);
	ovgpu_context_put(context);
}

/**
 * ovgpu_context_wake() - send what need not wait any more, soon
 * @context: context
 *
 * Context: Any.
 */
void ovgpu_context_wake(struct ovgpu_context *context)
{
	ovgpu_context_get(context);
	if (!queue_work(ovgpu_context_wq, &context->work))
		ovgpu_context_put(context);
}

static int ovgpu_context_add(struct ovgpu_context *context)
{
	struct ovgpu_contexts *contexts = &context->ovgpu->contexts;
	int id;

	/* 0 means "no context" to the host. */
	id = ida_alloc_min(&contexts->ids, 1, GFP_KERNEL);
	if (id < 0)
		return id;

	context->id = id;
	spin_lock(&contexts->lock);
	list_add_tail(&context->node, &contexts->list);
	contexts->count++;
	context->stopped = contexts->stopped;
	spin_unlock(&contexts->lock);
	return 0;
}

/**
 * ovgpu_context_open() - a program opens the device
 * @drm: device
 * @file: the program's; gets a context of which the host does not know yet
 *
 * Return: 0 or a negative errno.
 */
int ovgpu_context_open(struct drm_device *drm, struct drm_file *file)
{
	struct ovgpu *ovgpu = to_ovgpu(drm);
	struct ovgpu_context *context;
	int err;

	if (!ovgpu->has_virgl)
		return 0;

	context = kzalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);
	if (!context)
		return -ENOMEM;

	kref_init(&context->ref);
	context->ovgpu = ovgpu;
	mutex_init(&context->mutex);
	mutex_init(&context->lock);
	ovgpu_fence_timeline_init(&context->timeline, OVGPU_FENCE_NO_RING,
				  dma_fence_context_alloc(1));
	INIT_LIST_HEAD(&context->queue);
	init_waitqueue_head(&context->room);
	INIT_WORK(&context->work, ovgpu_context_work);
	INIT_WORK(&context->end, ovgpu_context_end);
	err = ovgpu_context_add(context);
	if (err)
		goto err_free;

	drm_dev_get(drm);
	file->driver_priv = context;
	return 0;

err_free:
	mutex_destroy(&context->lock);
	mutex_destroy(&context->mutex);
	kfree(context);
	return err;
}

/**
 * ovgpu_context_close() - a program's file is gone
 * @drm: device
 * @file: the program's
 *
 * Work of it that waits for others goes on, and ends.
 */
void ovgpu_context_close(struct drm_device *drm, struct drm_file *file)
{
	if (file->driver_priv)
		ovgpu_context_put(file->driver_priv);
}

/* Whether the host has it; from then on nothing of what it is like changes. */
static bool ovgpu_context_is_created(const struct ovgpu_context *context)
{
	/* Pairs with the release in ovgpu_context_create_locked(). */
	return smp_load_acquire(&context->created);
}

static int ovgpu_context_create_locked(struct ovgpu_context *context)
{
	struct ovgpu *ovgpu = context->ovgpu;
	char comm[TASK_COMM_LEN];
	struct ovgpu_cmd *cmd;
	LIST_HEAD(batch);
	int err;

	lockdep_assert_held(&context->mutex);

	if (context->err)
		return context->err;
	if (!context->destroy)
		context->destroy = ovgpu_queue_cmd_alloc(ovgpu);
	if (!context->destroy)
		return -ENOMEM;
	cmd = ovgpu_queue_cmd_alloc(ovgpu);
	if (!cmd)
		return -ENOMEM;

	if (!context->name[0])
		strscpy(context->name, get_task_comm(comm, current),
			sizeof(context->name));
	cmd->heard = true;
	orion_cmd_get(&cmd->base);
	ovgpu_queue_add(cmd, ovgpu_cmd_ctx_create(&cmd->req, context->id,
						  context->capset,
						  context->name), &batch);
	orion_cmdq_submit_batch(&ovgpu->queue.control, &batch);
	err = orion_cmd_wait(&cmd->base);
	ovgpu_queue_cmd_put(cmd);

	/* Without a clear "no" it may be there, or come late. */
	if (err && !ovgpu_cmd_is_refusal(err))
		context->err = err;
	if (err)
		return err;

	/* Whoever sees this sees what it is like; see above. */
	smp_store_release(&context->created, true);
	return 0;
}

/**
 * ovgpu_context_create() - have the host make a context, if it has not yet
 * @context: context
 *
 * Context: Process. May sleep for the host.
 * Return: 0 or a negative errno.
 */
int ovgpu_context_create(struct ovgpu_context *context)
{
	int err = 0;

	if (ovgpu_context_is_created(context))
		return 0;

	mutex_lock(&context->mutex);
	if (!context->created)
		err = ovgpu_context_create_locked(context);
	mutex_unlock(&context->mutex);

	return err;
}

static int ovgpu_context_set_rings(struct ovgpu_context *context, u64 count)
{
	unsigned int i;
	u64 first;

	if (context->rings || count > OVGPU_CONTEXT_RINGS)
		return -EINVAL;
	if (!count)
		return 0;

	context->rings = kcalloc(count, sizeof(*context->rings),
				 GFP_KERNEL_ACCOUNT);
	if (!context->rings)
		return -ENOMEM;

	first = dma_fence_context_alloc(count);
	for (i = 0; i < count; i++)
		ovgpu_fence_timeline_init(&context->rings[i], i, first + i);
	context->ring_count = count;
	return 0;
}

/**
 * struct ovgpu_context_wish - what a program wants a context to be like
 * @params: its words
 * @count: of @params
 * @name: the name that one of them points to
 * @name_err: outcome of reading it
 */
struct ovgpu_context_wish {
	struct drm_virtgpu_context_set_param params[4];
	u32 count;
	char name[OVGPU_CMD_NAME_MAX];
	int name_err;
};

/*
 * Under no lock: a program can have its memory be read as slowly as it likes,
 * and areas of memory are unmapped with locks held that come before ours.
 */
static int ovgpu_context_read_wish(struct ovgpu_context_wish *wish,
				   const struct drm_virtgpu_context_init *args)
{
	long len;
	u32 i;

	wish->count = args->num_params;
	if (copy_from_user(wish->params, u64_to_user_ptr(args->ctx_set_params),
			   wish->count * sizeof(wish->params[0])))
		return -EFAULT;

	for (i = 0; i < wish->count; i++) {
		if (wish->params[i].param != VIRTGPU_CONTEXT_PARAM_DEBUG_NAME)
			continue;
		len = strncpy_from_user(wish->name,
					u64_to_user_ptr(wish->params[i].value),
					sizeof(wish->name) - 1);
		wish->name_err = min(len, 0L);
		break;
	}

	return 0;
}

static int ovgpu_context_set_name(struct ovgpu_context *context,
				  const struct ovgpu_context_wish *wish)
{
	if (context->name[0])
		return -EINVAL;

	memcpy(context->name, wish->name, sizeof(context->name));
	return wish->name_err;
}

static int ovgpu_context_set(struct ovgpu_context *context,
			     const struct drm_virtgpu_context_set_param *param,
			     const struct ovgpu_context_wish *wish)
{
	switch (param->param) {
	case VIRTGPU_CONTEXT_PARAM_CAPSET_ID:
		if (context->capset || param->value > OVGPU_CAPS_ID_MAX ||
		    !(context->ovgpu->caps.mask & BIT_ULL(param->value)))
			return -EINVAL;
		context->capset = param->value;
		return 0;
	case VIRTGPU_CONTEXT_PARAM_NUM_RINGS:
		return ovgpu_context_set_rings(context, param->value);
	case VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK:
		if (context->poll_mask)
			return -EINVAL;
		context->poll_mask = param->value;
		return 0;
	case VIRTGPU_CONTEXT_PARAM_DEBUG_NAME:
		return ovgpu_context_set_name(context, wish);
	default:
		return -EINVAL;
	}
}

/* What an attempt that failed left must not show in the next one. */
static void ovgpu_context_unset(struct ovgpu_context *context)
{
	kfree(context->rings);
	context->rings = NULL;
	context->ring_count = 0;
	context->capset = 0;
	context->poll_mask = 0;
	memset(context->name, 0, sizeof(context->name));
}

static int ovgpu_context_configure_locked(struct ovgpu_context *context,
					  const struct ovgpu_context_wish *wish)
{
	int err = 0;
	u32 i;

	lockdep_assert_held(&context->mutex);

	if (context->created)
		return -EEXIST;

	for (i = 0; i < wish->count && !err; i++)
		err = ovgpu_context_set(context, &wish->params[i], wish);
	/* Only rings that there are. */
	if (!err && context->ring_count < OVGPU_CONTEXT_RINGS &&
	    context->poll_mask >> context->ring_count)
		err = -EINVAL;
	if (!err)
		err = ovgpu_context_create_locked(context);
	if (err)
		ovgpu_context_unset(context);
	return err;
}

/**
 * ovgpu_context_configure() - have the host make a context as a program wants it
 * @context: context
 * @args: the wishes; the array is the program's
 *
 * Context: Process. May sleep for the host.
 * Return: 0, -EEXIST if it is made already, or another negative errno.
 */
int ovgpu_context_configure(struct ovgpu_context *context,
			    const struct drm_virtgpu_context_init *args)
{
	struct ovgpu_context_wish wish = { };
	int err;

	/* Each once. */
	if (args->num_params > ARRAY_SIZE(wish.params))
		return -EINVAL;
	err = ovgpu_context_read_wish(&wish, args);
	if (err)
		return err;

	mutex_lock(&context->mutex);
	err = ovgpu_context_configure_locked(context, &wish);
	mutex_unlock(&context->mutex);

	return err;
}

/**
 * ovgpu_context_ring() - find the timeline of a ring
 * @context: context
 * @ring: number
 *
 * Return: timeline, or NULL if the program has not asked for so many.
 */
struct ovgpu_timeline *ovgpu_context_ring(struct ovgpu_context *context,
					  u32 ring)
{
	if (!ovgpu_context_is_created(context) || ring >= context->ring_count)
		return NULL;

	return &context->rings[ring];
}

/* Some context that has not been stopped, counted; or NULL. */
static struct ovgpu_context *
ovgpu_context_next_to_stop(struct ovgpu_contexts *contexts,
			   struct list_head *seen)
{
	struct ovgpu_context *context;

	spin_lock(&contexts->lock);
	contexts->stopped = true;
	list_for_each_entry(context, &contexts->list, node) {
		if (kref_get_unless_zero(&context->ref)) {
			list_move(&context->node, seen);
			spin_unlock(&contexts->lock);
			return context;
		}
	}
	spin_unlock(&contexts->lock);

	return NULL;
}

/**
 * ovgpu_context_stop() - end all work that waits for others
 * @ovgpu: device whose queues are cancelled
 *
 * Context: Process. May sleep.
 */
void ovgpu_context_stop(struct ovgpu *ovgpu)
{
	struct ovgpu_contexts *contexts = &ovgpu->contexts;
	struct ovgpu_context *context;
	LIST_HEAD(seen);

	while ((context = ovgpu_context_next_to_stop(contexts, &seen))) {
		ovgpu_job_stop(context);
		ovgpu_context_put(context);
	}

	spin_lock(&contexts->lock);
	list_splice(&seen, &contexts->list);
	spin_unlock(&contexts->lock);
}

static int ovgpu_context_list_show(struct seq_file *m, void *data)
{
	struct ovgpu_contexts *contexts = m->private;
	struct ovgpu_context *context;

	spin_lock(&contexts->lock);
	seq_printf(m, "contexts %u\n", contexts->count);
	list_for_each_entry(context, &contexts->list, node)
		seq_printf(m, "%u capset %u rings %u jobs %d %s%s\n",
			   context->id, context->capset, context->ring_count,
			   atomic_read(&context->jobs),
			   ovgpu_context_is_created(context) ?
			   context->name : "-",
			   kref_read(&context->ref) ? "" : " (ending)");
	spin_unlock(&contexts->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ovgpu_context_list);

/**
 * ovgpu_context_debugfs() - show who has a context
 * @ovgpu: device
 * @dir: its folder
 */
void ovgpu_context_debugfs(struct ovgpu *ovgpu, struct dentry *dir)
{
	debugfs_create_file("contexts", 0400, dir, &ovgpu->contexts,
			    &ovgpu_context_list_fops);
}

static void ovgpu_context_fini(struct drm_device *drm, void *data)
{
	struct ovgpu_contexts *contexts = data;

	WARN_ON_ONCE(contexts->count);
	ida_destroy(&contexts->ids);
}

/**
 * ovgpu_context_init() - prepare for contexts
 * @ovgpu: device
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_context_init(struct ovgpu *ovgpu)
{
	struct ovgpu_contexts *contexts = &ovgpu->contexts;

	ida_init(&contexts->ids);
	spin_lock_init(&contexts->lock);
	INIT_LIST_HEAD(&contexts->list);
	return drmm_add_action_or_reset(ovgpu->drm, ovgpu_context_fini,
					contexts);
}
