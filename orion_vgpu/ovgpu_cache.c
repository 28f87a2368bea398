// SPDX-License-Identifier: GPL-2.0-only
/*
 * What programs throw away and are likely to ask for again: buffers of one size
 * that come and go, and framebuffers that are made anew for each picture.
 *
 * What costs time about those is the host, which has to make an image and be
 * told where the memory is. So a resource without users stays for a moment,
 * with its buffer, even if that has no users left either.
 *
 * A buffer without users has no mapping, no handle and no dma-buf. Its memory is
 * zeroed before it becomes another one, and the host's image is uploaded whole
 * before it is shown, since nobody knows what is in it. The pages stay charged
 * to the control group of whoever had them, so only that group gets them again;
 * and a group that has a limit keeps nothing here, since its own needs could not
 * reclaim it.
 */

#include <linux/debugfs.h>
#include <linux/jiffies.h>
#include <linux/memcontrol.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/shrinker.h>

#include <drm/drm_managed.h>

#include "ovgpu.h"

/* Entries are searched one by one. */
#define OVGPU_CACHE_COUNT	64
/* Who has not come back by then does something else. */
#define OVGPU_CACHE_AGE		HZ

static unsigned int ovgpu_cache_mb = 64;
module_param_named(cache_mb, ovgpu_cache_mb, uint, 0644);
MODULE_PARM_DESC(cache_mb, "Memory of unused buffers to keep for a second, in MiB for each device, 0 for none (default 64)");

static unsigned long ovgpu_cache_limit(void)
{
	return (unsigned long)READ_ONCE(ovgpu_cache_mb) << (20 - PAGE_SHIFT);
}

static bool ovgpu_cache_is_full_locked(struct ovgpu_cache *cache)
{
	lockdep_assert_held(&cache->lock);

	return cache->count > OVGPU_CACHE_COUNT ||
	       cache->pages > ovgpu_cache_limit();
}

static void ovgpu_cache_out_locked(struct ovgpu_cache *cache,
				   struct ovgpu_bo *bo)
{
	lockdep_assert_held(&cache->lock);

	list_del_init(&bo->entry);
	cache->count--;
	cache->pages -= bo->count;
	if (bo->free)
		cache->free -= bo->count;
	bo->free = false;
}

/**
 * ovgpu_cache_add() - a buffer has an idle resource
 * @bo: buffer that is not in the cache
 *
 * Context: Process, with @bo->lock held.
 * Return: false if the resource is not to be kept.
 */
bool ovgpu_cache_add(struct ovgpu_bo *bo)
{
	struct ovgpu_cache *cache = &to_ovgpu(bo->base.dev)->cache;
	bool full;

	lockdep_assert_held(&bo->lock);

	/*
	 * Imported memory is its owner's as soon as nobody uses it, and a blob
	 * is never made again.
	 */
	if (bo->attach || bo->blob.mem || bo->count > ovgpu_cache_limit())
		return false;

	spin_lock(&cache->lock);
	if (cache->stopped) {
		spin_unlock(&cache->lock);
		return false;
	}
	ovgpu_gem_get(bo);
	list_add_tail(&bo->entry, &cache->entries);
	bo->since = jiffies;
	cache->count++;
	cache->pages += bo->count;
	full = ovgpu_cache_is_full_locked(cache);
	spin_unlock(&cache->lock);

	if (full)
		mod_delayed_work(system_wq, &cache->work, 1);
	else
		queue_delayed_work(system_wq, &cache->work, OVGPU_CACHE_AGE);
	return true;
}

/**
 * ovgpu_cache_remove() - a buffer has no idle resource any more
 * @bo: buffer, in the cache or not, that somebody else keeps as well
 *
 * Context: Process, with @bo->lock held.
 */
void ovgpu_cache_remove(struct ovgpu_bo *bo)
{
	struct ovgpu_cache *cache = &to_ovgpu(bo->base.dev)->cache;
	bool found;

	lockdep_assert_held(&bo->lock);

	spin_lock(&cache->lock);
	found = !list_empty(&bo->entry);
	if (found)
		ovgpu_cache_out_locked(cache, bo);
	spin_unlock(&cache->lock);

	if (found)
		ovgpu_gem_put(bo);
}

#ifdef CONFIG_MEMCG
static bool ovgpu_cache_is_limited(struct mem_cgroup *group)
{
	for (; group; group = parent_mem_cgroup(group))
		if (READ_ONCE(group->memory.max) != PAGE_COUNTER_MAX ||
		    READ_ONCE(group->memory.high) != PAGE_COUNTER_MAX)
			return true;

	return false;
}
#else
static bool ovgpu_cache_is_limited(struct mem_cgroup *group)
{
	return false;
}
#endif

/**
 * ovgpu_cache_keep() - a buffer's last user has gone
 * @bo: buffer
 *
 * Context: Process.
 * Return: true if it stays as it is, for somebody else.
 */
bool ovgpu_cache_keep(struct ovgpu_bo *bo)
{
	struct ovgpu_cache *cache = &to_ovgpu(bo->base.dev)->cache;
	bool kept;

	if (!bo->view.pitch || ovgpu_cache_is_limited(bo->group))
		return false;

	spin_lock(&cache->lock);
	kept = !list_empty(&bo->entry) && !cache->draining;
	if (kept) {
		bo->free = true;
		bo->since = jiffies;
		list_move_tail(&bo->entry, &cache->entries);
		cache->free += bo->count;
	}
	spin_unlock(&cache->lock);

	return kept;
}

/**
 * ovgpu_cache_take() - find a free buffer
 * @ovgpu: device
 * @view: what it is to be like
 *
 * Context: Process.
 * Return: buffer without users, kept for the caller, with everything that
 * somebody left in it; or NULL.
 */
struct ovgpu_bo *ovgpu_cache_take(struct ovgpu *ovgpu,
				  const struct ovgpu_view *view)
{
	struct mem_cgroup *group = get_mem_cgroup_from_mm(current->mm);
	struct ovgpu_cache *cache = &ovgpu->cache;
	struct ovgpu_bo *found = NULL;
	struct ovgpu_bo *bo;

	spin_lock(&cache->lock);
	list_for_each_entry(bo, &cache->entries, entry) {
		if (!bo->free || bo->group != group ||
		    memcmp(&bo->view, view, sizeof(*view)))
			continue;

		found = bo;
		ovgpu_gem_get(bo);
		bo->free = false;
		bo->since = jiffies;
		list_move_tail(&bo->entry, &cache->entries);
		cache->free -= bo->count;
		cache->reused++;
		break;
	}
	spin_unlock(&cache->lock);

	mem_cgroup_put(group);
	return found;
}

/* The next buffer to go, which the caller keeps now; NULL if all may stay. */
static struct ovgpu_bo *ovgpu_cache_pop(struct ovgpu_cache *cache)
{
	struct ovgpu_bo *bo;

	spin_lock(&cache->lock);
	bo = list_first_entry_or_null(&cache->entries, struct ovgpu_bo, entry);
	if (!bo)
		cache->draining = false;
	else if (cache->draining || ovgpu_cache_is_full_locked(cache) ||
		 time_after_eq(jiffies, bo->since + OVGPU_CACHE_AGE))
		ovgpu_cache_out_locked(cache, bo);
	else
		bo = NULL;
	spin_unlock(&cache->lock);

	return bo;
}

static void ovgpu_cache_work(struct work_struct *work)
{
	struct ovgpu_cache *cache =
		container_of(work, struct ovgpu_cache, work.work);
	struct ovgpu_bo *bo;

	while ((bo = ovgpu_cache_pop(cache))) {
		ovgpu_resource_forget(bo);
		ovgpu_gem_put(bo);
	}

	spin_lock(&cache->lock);
	bo = list_first_entry_or_null(&cache->entries, struct ovgpu_bo, entry);
	if (bo)
		queue_delayed_work(system_wq, &cache->work, OVGPU_CACHE_AGE);
	spin_unlock(&cache->lock);
}

/**
 * ovgpu_cache_drain() - let go of everything
 * @ovgpu: device
 *
 * The host has not heard of it yet; whatever is asked of it next comes after.
 *
 * Context: Process, without any buffer's lock. May sleep.
 * Return: true if there was something.
 */
bool ovgpu_cache_drain(struct ovgpu *ovgpu)
{
	struct ovgpu_cache *cache = &ovgpu->cache;
	bool any;

	spin_lock(&cache->lock);
	any = cache->count;
	cache->draining = any;
	spin_unlock(&cache->lock);

	if (any) {
		mod_delayed_work(system_wq, &cache->work, 0);
		flush_delayed_work(&cache->work);
	}
	return any;
}

/**
 * ovgpu_cache_stop() - let go of everything, and take nothing any more
 * @ovgpu: device that was reset and goes away
 */
void ovgpu_cache_stop(struct ovgpu *ovgpu)
{
	struct ovgpu_cache *cache = &ovgpu->cache;

	spin_lock(&cache->lock);
	cache->stopped = true;
	spin_unlock(&cache->lock);
	ovgpu_cache_drain(ovgpu);
}

static unsigned long ovgpu_cache_count(struct shrinker *shrinker,
				       struct shrink_control *control)
{
	const struct ovgpu_cache *cache = compat_shrinker_private(shrinker);

	return READ_ONCE(cache->free) ?: SHRINK_EMPTY;
}

/*
 * The host has to let go first, which is not waited for here: memory is short,
 * and the host may be too. What is free will be so a moment later, all of it:
 * programs that are slowed down by a lack of memory do not make it worse.
 */
static unsigned long ovgpu_cache_scan(struct shrinker *shrinker,
				      struct shrink_control *control)
{
	struct ovgpu_cache *cache = compat_shrinker_private(shrinker);
	unsigned long pages = 0;

	spin_lock(&cache->lock);
	if (!cache->draining) {
		pages = cache->free;
		cache->draining = pages;
	}
	spin_unlock(&cache->lock);

	if (!pages)
		return SHRINK_STOP;

	mod_delayed_work(system_wq, &cache->work, 0);
	return pages;
}

static int ovgpu_cache_show(struct seq_file *m, void *data)
{
	struct ovgpu_cache *cache = m->private;

	spin_lock(&cache->lock);
	seq_printf(m, "entries %u\npages %lu\nfree %lu\nreused %llu\n",
		   cache->count, cache->pages, cache->free, cache->reused);
	spin_unlock(&cache->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ovgpu_cache);

/**
 * ovgpu_cache_debugfs() - show what is in the cache
 * @ovgpu: device
 * @dir: its folder
 */
void ovgpu_cache_debugfs(struct ovgpu *ovgpu, struct dentry *dir)
{
	debugfs_create_file("cache", 0400, dir, &ovgpu->cache,
			    &ovgpu_cache_fops);
}

static void ovgpu_cache_fini(struct drm_device *drm, void *data)
{
	struct ovgpu_cache *cache = data;

	shrinker_free(cache->shrinker);
	ovgpu_cache_stop(to_ovgpu(drm));
	cancel_delayed_work_sync(&cache->work);
}

/**
 * ovgpu_cache_init() - prepare an empty cache
 * @ovgpu: device with resources
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_cache_init(struct ovgpu *ovgpu)
{
	struct ovgpu_cache *cache = &ovgpu->cache;

	spin_lock_init(&cache->lock);
	INIT_LIST_HEAD(&cache->entries);
	INIT_DELAYED_WORK(&cache->work, ovgpu_cache_work);

	cache->shrinker = shrinker_alloc(0, "orion_vgpu:%s",
					 dev_name(ovgpu->drm->dev));
	if (!cache->shrinker)
		return -ENOMEM;

	cache->shrinker->count_objects = ovgpu_cache_count;
	cache->shrinker->scan_objects = ovgpu_cache_scan;
	cache->shrinker->seeks = DEFAULT_SEEKS;
	compat_shrinker_set_private(cache->shrinker, cache);
	shrinker_register(cache->shrinker);
	return drmm_add_action_or_reset(ovgpu->drm, ovgpu_cache_fini, cache);
}
