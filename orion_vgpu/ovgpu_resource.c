// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resources: what the host makes of a buffer.
 *
 * Making one waits for the host, so that a refusal reaches the program that
 * asked. The last one of a buffer that loses its users is kept for a while, see
 * ovgpu_cache.c. Letting go of one does not wait; a worker tells the host of all
 * that have gathered, in one batch, and frees those that the host has let go of.
 */

#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_rect.h>

#include "ovgpu.h"
#include "ovgpu_trace.h"

/*
 * For so many jiffies resources without users gather. A program that ends has
 * many, and lets go of them one by one.
 */
#define OVGPU_RESOURCE_GATHER	1

static void ovgpu_resource_free(struct ovgpu_resource *res)
{
	if (res->id && !res->keep_id)
		ida_free(&res->ovgpu->resources.ids, res->id);
	if (res->unref)
		ovgpu_queue_cmd_put(res->unref);
	ovgpu_gem_put(res->bo);
	kfree(res);
}

/* What the host said to the UNREF; without a "yes" the id is not used again. */
static void ovgpu_resource_unref_done(struct ovgpu_cmd *cmd)
{
	struct ovgpu_resource *res = cmd->owner;

	/* It never was there (-EINVAL), or the device is gone with all it had. */
	res->keep_id = cmd->base.err && cmd->base.err != -EINVAL &&
		       cmd->base.err != -ENODEV;
}

static void ovgpu_resource_unmap_done(struct ovgpu_cmd *cmd)
{
	struct ovgpu_resource *res = cmd->owner;

	ovgpu_vram_unmapped(res->bo, cmd->base.err);
}

/* Only now is the host sure to leave the buffer's memory alone. */
static void ovgpu_resource_told(struct ovgpu_cmd *cmd)
{
	struct ovgpu_resource *res = cmd->owner;
	struct ovgpu_resources *resources = &res->ovgpu->resources;

	if (!atomic_dec_and_test(&res->telling))
		return;
	if (llist_add(&res->dead, &resources->dead))
		schedule_delayed_work(&resources->work, OVGPU_RESOURCE_GATHER);
}

/* Have a batch tell the host of all that are dying. */
static void ovgpu_resource_reap(struct ovgpu *ovgpu, struct list_head *batch)
{
	struct ovgpu_resources *resources = &ovgpu->resources;
	struct ovgpu_resource *res, *next;
	LIST_HEAD(dying);

	spin_lock(&resources->lock);
	list_splice_init(&resources->dying, &dying);
	spin_unlock(&resources->lock);

	list_for_each_entry_safe(res, next, &dying, node) {
		struct ovgpu_cmd *unmap = ovgpu_vram_take_unmap(res->bo);
		struct ovgpu_cmd *unref = res->unref;

		res->unref = NULL;
		atomic_set(&res->telling, unmap ? 2 : 1);
		if (unmap) {
			unmap->owner = res;
			unmap->done = ovgpu_resource_unmap_done;
			unmap->returned = ovgpu_resource_told;
			ovgpu_queue_add(unmap,
					ovgpu_cmd_unmap_blob(&unmap->req,
							     res->id), batch);
		}
		unref->owner = res;
		unref->done = ovgpu_resource_unref_done;
		unref->returned = ovgpu_resource_told;
		ovgpu_queue_add(unref, ovgpu_cmd_unref(&unref->req, res->id),
				batch);
	}
}

static void ovgpu_resource_work(struct work_struct *work)
{
	struct ovgpu_resources *resources =
		container_of(work, struct ovgpu_resources, work.work);
	struct ovgpu *ovgpu =
		container_of(resources, struct ovgpu, resources);
	struct ovgpu_resource *res, *next;
	LIST_HEAD(batch);

	llist_for_each_entry_safe(res, next, llist_del_all(&resources->dead),
				  dead)
		ovgpu_resource_free(res);

	ovgpu_resource_reap(ovgpu, &batch);
	orion_cmdq_submit_batch(&ovgpu->queue.control, &batch);
}

/* The host knows the resource, or may know it: it must be told to forget. */
static void ovgpu_resource_bury(struct ovgpu_resource *res)
{
	struct ovgpu_resources *resources = &res->ovgpu->resources;

	spin_lock(&resources->lock);
	list_add_tail(&res->node, &resources->dying);
	spin_unlock(&resources->lock);
	schedule_delayed_work(&resources->work, OVGPU_RESOURCE_GATHER);
}

/*
 * Have a command carry the list of a buffer's memory. The addresses are good as
 * long as the device is there; the command ends with it, whatever it carries.
 */
static int ovgpu_resource_describe(struct ovgpu_bo *bo, struct ovgpu_cmd *cmd)
{
	int idx, ret;

	if (!drm_dev_enter(bo->base.dev, &idx))
		return -ENODEV;

	ret = ovgpu_gem_map_dma(bo);
	if (!ret)
		ret = ovgpu_queue_cmd_entries(cmd, bo->sgt, bo->mapped);
	drm_dev_exit(idx);

	return ret;
}

static u32 ovgpu_resource_describe_image(const struct ovgpu_resource *res,
					 struct ovgpu_cmd *cmd)
{
	if (ovgpu_resource_is_texture(res))
		return ovgpu_cmd_create_3d(&cmd->req, res->id, &res->texture);

	return ovgpu_cmd_create_2d(&cmd->req, res->id, res->view.format,
				   res->view.pitch / 4, res->view.height);
}

/* Create the image and attach the memory, in one batch; wait for both. */
static int ovgpu_resource_create(struct ovgpu_resource *res)
{
	struct ovgpu *ovgpu = res->ovgpu;
	struct ovgpu_cmd *create, *attach;
	LIST_HEAD(batch);
	int err = -ENOMEM;
	int attach_err;
	int entries;

	/* Until the host is asked, there is nothing for it to forget. */
	res->unborn = true;

	create = ovgpu_queue_cmd_alloc(ovgpu);
	if (!create)
		return err;
	attach = ovgpu_queue_cmd_alloc(ovgpu);
	if (!attach)
		goto err_put_create;

	entries = ovgpu_resource_describe(res->bo, attach);
	if (entries < 0) {
		err = entries;
		goto err_put_attach;
	}

	create->heard = true;
	attach->heard = true;
	orion_cmd_get(&create->base);
	orion_cmd_get(&attach->base);
	/* What nobody uses makes room on the host first. */
	ovgpu_resource_reap(ovgpu, &batch);
	ovgpu_queue_add(create, ovgpu_resource_describe_image(res, create),
			&batch);
	ovgpu_queue_add(attach, ovgpu_cmd_attach(&attach->req, res->id, entries),
			&batch);
	orion_cmdq_submit_batch(&ovgpu->queue.control, &batch);

	err = orion_cmd_wait(&create->base);
	res->unborn = ovgpu_cmd_is_refusal(err);
	attach_err = orion_cmd_wait(&attach->base);
	if (!err)
		err = attach_err;

err_put_attach:
	ovgpu_queue_cmd_put(attach);
err_put_create:
	ovgpu_queue_cmd_put(create);
	return err;
}

/* Hand the memory over as it is, in one request behind those of @batch. */
static int ovgpu_resource_create_blob(struct ovgpu_resource *res,
				      struct list_head *batch)
{
	struct ovgpu *ovgpu = res->ovgpu;
	struct ovgpu_bo *bo = res->bo;
	struct ovgpu_cmd *create;
	int entries = 0;
	int err = -ENOMEM;

	res->unborn = true;
	create = ovgpu_queue_cmd_alloc(ovgpu);
	if (!create)
		return err;
	if (!bo->vram)
		entries = ovgpu_resource_describe(bo, create);
	if (entries < 0) {
		err = entries;
		goto out_put_create;
	}

	create->heard = true;
	orion_cmd_get(&create->base);
	ovgpu_resource_reap(ovgpu, batch);
	ovgpu_queue_add(create, ovgpu_cmd_create_blob(&create->req, res->id,
						      &bo->blob, entries),
			batch);
	orion_cmdq_submit_batch(&ovgpu->queue.control, batch);

	err = orion_cmd_wait(&create->base);
	res->unborn = ovgpu_cmd_is_refusal(err);

out_put_create:
	ovgpu_queue_cmd_put(create);
	return err;
}

static struct ovgpu_resource *
ovgpu_resource_alloc(struct ovgpu_bo *bo, const struct ovgpu_view *view,
		     const struct ovgpu_texture *texture)
{
	struct ovgpu *ovgpu = to_ovgpu(bo->base.dev);
	struct ovgpu_resource *res;
	int id;

	res = kzalloc(struct_size(res, seen, ovgpu->output_count),
		      GFP_KERNEL_ACCOUNT);
	if (!res)
		return ERR_PTR(-ENOMEM);

	kref_init(&res->ref);
	INIT_LIST_HEAD(&res->node);
	res->ovgpu = ovgpu;
	res->view = *view;
	if (texture)
		res->texture = *texture;
	res->bo = bo;
	ovgpu_gem_get(bo);

	res->unref = ovgpu_queue_cmd_alloc(ovgpu);
	if (!res->unref)
		goto err_free;

	/* 0 means "no resource" to the host. */
	id = ida_alloc_min(&ovgpu->resources.ids, 1, GFP_KERNEL);
	if (id < 0)
		goto err_free;

	res->id = id;
	return res;

err_free:
	ovgpu_resource_free(res);
	return ERR_PTR(-ENOMEM);
}

/* What the host's image shows by now, nobody knows. */
static void ovgpu_resource_renew(struct ovgpu_resource *res)
{
	struct ovgpu *ovgpu = res->ovgpu;

	kref_init(&res->ref);
	spin_lock(&ovgpu->resources.lock);
	res->commit = 0;
	memset(&res->uploaded, 0, sizeof(res->uploaded));
	memset(res->seen, 0, array_size(ovgpu->output_count,
					sizeof(res->seen[0])));
	spin_unlock(&ovgpu->resources.lock);
}

/* The buffer's idle resource, which is not in the cache any more. */
static struct ovgpu_resource *ovgpu_resource_wake_locked(struct ovgpu_bo *bo)
{
	struct ovgpu_resource *res = bo->idle;

	lockdep_assert_held(&bo->lock);

	ovgpu_cache_remove(bo);
	bo->idle = NULL;
	return res;
}

/* Half of it may be there, or come late, unless the host said that it is not. */
static void ovgpu_resource_abandon(struct ovgpu_resource *res)
{
	if (res->unborn)
		ovgpu_resource_free(res);
	else
		ovgpu_resource_bury(res);
}

/* Called with @bo->lock held, so that two who want the same get the same. */
static struct ovgpu_resource *
ovgpu_resource_new_locked(struct ovgpu_bo *bo, const struct ovgpu_view *view,
			  const struct ovgpu_texture *texture)
{
	struct ovgpu_resource *res;
	int err;

	lockdep_assert_held(&bo->lock);

	res = ovgpu_resource_wake_locked(bo);
	if (res && !memcmp(&res->view, view, sizeof(*view))) {
		ovgpu_resource_renew(res);
		goto out_list;
	}
	if (res)
		ovgpu_resource_bury(res);

	res = ovgpu_resource_alloc(bo, view, texture);
	if (IS_ERR(res))
		return res;

	err = ovgpu_resource_create(res);
	if (err) {
		ovgpu_resource_abandon(res);
		return ERR_PTR(err);
	}

out_list:
	list_add(&res->node, &bo->resources);
	return res;
}

static struct ovgpu_resource *
ovgpu_resource_find(struct ovgpu_bo *bo, const struct ovgpu_view *view)
{
	struct ovgpu_resource *res;

	mutex_lock(&bo->lock);
	list_for_each_entry(res, &bo->resources, node) {
		/* The host has a better picture than a copy would be. */
		if (ovgpu_resource_is_direct(res) ||
		    !memcmp(&res->view, view, sizeof(*view))) {
			kref_get(&res->ref);
			goto out_unlock;
		}
	}
	res = ovgpu_resource_new_locked(bo, view, NULL);
out_unlock:
	mutex_unlock(&bo->lock);

	return res;
}

/**
 * ovgpu_resource_get() - have the host look at a buffer
 * @bo: buffer, to which the caller has a reference
 * @view: what part and how; within the buffer
 *
 * Context: Process. May sleep, for the host as well, up to the control queue's
 * timeout.
 * Return: counted resource, or an error pointer: -ENOMEM and -EINVAL are the
 * host's words, -E2BIG means that the buffer's memory is in too many pieces.
 */
struct ovgpu_resource *ovgpu_resource_get(struct ovgpu_bo *bo,
					  const struct ovgpu_view *view)
{
	struct ovgpu_resource *res = ovgpu_resource_find(bo, view);

	/* What nobody uses makes room. */
	if (res == ERR_PTR(-ENOMEM) && ovgpu_cache_drain(to_ovgpu(bo->base.dev)))
		res = ovgpu_resource_find(bo, view);

	return res;
}

/**
 * ovgpu_resource_get_any() - have the host look at a buffer, however
 * @bo: buffer, to which the caller has a reference
 *
 * Context: Process, as ovgpu_resource_get().
 * Return: counted resource that is there already, if there is one; or an error
 * pointer as ovgpu_resource_get(), -EINVAL if nobody has said what is in @bo.
 */
struct ovgpu_resource *ovgpu_resource_get_any(struct ovgpu_bo *bo)
{
	struct ovgpu_resource *res;
	struct ovgpu_view view;

	mutex_lock(&bo->lock);
	res = list_first_entry_or_null(&bo->resources, struct ovgpu_resource,
				       node);
	if (res)
		kref_get(&res->ref);
	view = bo->idle ? bo->idle->view : bo->view;
	mutex_unlock(&bo->lock);

	if (res)
		return res;
	return view.pitch ? ovgpu_resource_get(bo, &view) : ERR_PTR(-EINVAL);
}

/**
 * ovgpu_resource_main() - the resource of a buffer that programs know by its id
 * @bo: buffer, to which the caller has a reference
 *
 * Context: Process, as ovgpu_resource_get().
 * Return: resource that lives as long as @bo has users, or an error pointer as
 * ovgpu_resource_get(), -EINVAL if nobody has said what is in @bo.
 */
struct ovgpu_resource *ovgpu_resource_main(struct ovgpu_bo *bo)
{
	struct ovgpu_resource *first, *res;

	first = READ_ONCE(bo->main);
	if (first)
		return first;
	if (!bo->view.pitch)
		return ERR_PTR(-EINVAL);

	res = ovgpu_resource_get(bo, &bo->view);
	if (IS_ERR(res))
		return res;

	first = cmpxchg(&bo->main, NULL, res);
	if (!first)
		return res;

	ovgpu_resource_put(res);
	return first;
}

static int ovgpu_resource_new_3d(struct ovgpu_bo *bo,
				 const struct ovgpu_texture *texture)
{
	static const struct ovgpu_view none;
	struct ovgpu_resource *res;

	mutex_lock(&bo->lock);
	res = ovgpu_resource_new_locked(bo, &none, texture);
	mutex_unlock(&bo->lock);
	if (IS_ERR(res))
		return PTR_ERR(res);

	bo->main = res;
	return 0;
}

/**
 * ovgpu_resource_main_3d() - have the host's renderer make an image
 * @bo: buffer that nobody else has yet, for what is copied to and fro
 * @texture: what the image is like
 *
 * Context: Process, as ovgpu_resource_get().
 * Return: 0, and @bo has its main resource; or a negative errno.
 */
int ovgpu_resource_main_3d(struct ovgpu_bo *bo,
			   const struct ovgpu_texture *texture)
{
	int err = ovgpu_resource_new_3d(bo, texture);

	/* What nobody uses makes room. */
	if (err == -ENOMEM && ovgpu_cache_drain(to_ovgpu(bo->base.dev)))
		err = ovgpu_resource_new_3d(bo, texture);

	return err;
}

/**
 * ovgpu_resource_main_blob() - hand a buffer's memory to the host as it is
 * @bo: buffer that nobody else has yet, with its blob
 * @batch: requests that are to go ahead; those of them that went are not in it
 *	any more, also if this fails
 *
 * Context: Process, as ovgpu_resource_get().
 * Return: 0, and @bo has its main resource; or a negative errno.
 */
int ovgpu_resource_main_blob(struct ovgpu_bo *bo, struct list_head *batch)
{
	static const struct ovgpu_view none;
	struct ovgpu_resource *res;
	int err;

	res = ovgpu_resource_alloc(bo, &none, NULL);
	if (IS_ERR(res))
		return PTR_ERR(res);

	err = ovgpu_resource_create_blob(res, batch);
	if (err) {
		ovgpu_resource_abandon(res);
		return err;
	}

	mutex_lock(&bo->lock);
	list_add(&res->node, &bo->resources);
	mutex_unlock(&bo->lock);
	bo->main = res;
	return 0;
}

/**
 * ovgpu_resource_main_handle() - tell a program of a buffer and its resource
 * @bo: buffer with a main resource; the caller keeps its reference
 * @file: the program's
 * @handle: set to the program's number for the buffer
 * @id: set to the host's number for the resource
 *
 * Return: 0, or a negative errno with neither set.
 */
int ovgpu_resource_main_handle(struct ovgpu_bo *bo, struct drm_file *file,
			       u32 *handle, u32 *id)
{
	u32 made;
	int err;

	err = drm_gem_handle_create(file, &bo->base, &made);
	if (err)
		return err;

	*handle = made;
	*id = bo->main->id;
	return 0;
}

static bool ovgpu_resource_is_shown(struct ovgpu_resource *res)
{
	struct ovgpu_resources *resources = &res->ovgpu->resources;
	bool shown;

	spin_lock(&resources->lock);
	shown = res->shown_on;
	spin_unlock(&resources->lock);

	return shown;
}

static void ovgpu_resource_release(struct kref *ref)
{
	struct ovgpu_resource *res =
		container_of(ref, struct ovgpu_resource, ref);
	struct ovgpu_bo *bo = res->bo;
	struct ovgpu_resource *old;

	list_del_init(&res->node);
	/* The newest is the likeliest to be asked for again. */
	old = ovgpu_resource_wake_locked(bo);
	if (!ovgpu_resource_is_shown(res) && ovgpu_cache_add(bo))
		swap(bo->idle, res);
	/* Whoever puts a resource has a reference to the buffer. */
	mutex_unlock(&bo->lock);

	if (res)
		ovgpu_resource_bury(res);
	if (old)
		ovgpu_resource_bury(old);
}

/**
 * ovgpu_resource_put() - give a reference back
 * @res: resource, or NULL; the caller has a reference to its buffer
 *
 * Context: Process. May sleep, though not for the host.
 */
void ovgpu_resource_put(struct ovgpu_resource *res)
{
	if (res)
		kref_put_mutex(&res->ref, ovgpu_resource_release,
			       &res->bo->lock);
}

/**
 * ovgpu_resource_forget() - let go of a buffer's idle resource
 * @bo: buffer that the caller keeps
 *
 * Context: Process. May sleep, though not for the host.
 */
void ovgpu_resource_forget(struct ovgpu_bo *bo)
{
	struct ovgpu_resource *res;

	mutex_lock(&bo->lock);
	res = ovgpu_resource_wake_locked(bo);
	mutex_unlock(&bo->lock);

	if (res)
		ovgpu_resource_bury(res);
}

/**
 * ovgpu_resource_settle() - have the memory of what died, if the host is quick
 * @ovgpu: device
 *
 * Context: Process. May sleep for the host, up to a second.
 */
void ovgpu_resource_settle(struct ovgpu *ovgpu)
{
	flush_delayed_work(&ovgpu->resources.work);
	orion_cmdq_wait_idle(&ovgpu->queue.control, MSEC_PER_SEC);
	flush_delayed_work(&ovgpu->resources.work);
}

/**
 * ovgpu_resource_transfer() - fill a request to copy a rectangle to the host
 * @res: resource
 * @cmd: command
 * @rect: rectangle within the resource
 *
 * Context: Any.
 * Return: what ovgpu_queue_add() wants to know.
 */
u32 ovgpu_resource_transfer(struct ovgpu_resource *res, struct ovgpu_cmd *cmd,
			    const struct drm_rect *rect)
{
	u64 offset = res->view.offset + (u64)rect->y1 * res->view.pitch +
		     (u64)rect->x1 * 4;

	trace_ovgpu_transfer(res, rect);
	return ovgpu_cmd_transfer(&cmd->req, res->id, rect, offset);
}

static void ovgpu_resource_fini(struct drm_device *drm, void *data)
{
	struct ovgpu_resources *resources = data;

	/*
	 * What is being told to the host comes back at once, to be freed by the
	 * next work. Whether there is one the flush does not know: the work may
	 * have been over before it looked.
	 */
	do
		flush_delayed_work(&resources->work);
	while (!list_empty(&resources->dying) ||
	       !llist_empty(&resources->dead));
	ida_destroy(&resources->ids);
}

/**
 * ovgpu_resource_init() - prepare for resources
 * @ovgpu: device whose queues are initialized
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_resource_init(struct ovgpu *ovgpu)
{
	struct ovgpu_resources *resources = &ovgpu->resources;

	ida_init(&resources->ids);
	spin_lock_init(&resources->lock);
	INIT_LIST_HEAD(&resources->dying);
	init_llist_head(&resources->dead);
	INIT_DELAYED_WORK(&resources->work, ovgpu_resource_work);
	return drmm_add_action_or_reset(ovgpu->drm, ovgpu_resource_fini,
					resources);
}
