/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_CACHE_H
#define _OVGPU_CACHE_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct dentry;
struct mem_cgroup;
struct ovgpu;
struct ovgpu_bo;
struct ovgpu_view;
struct shrinker;

/**
 * struct ovgpu_cache - resources that nobody uses, for a while
 *
 * An entry is a buffer with an idle resource. As long as the buffer has users,
 * its next framebuffer gets the resource without a word to the host. When its
 * last user has gone it is free: its memory, zeroed, is the next buffer of that
 * size.
 */
struct ovgpu_cache {
	/** @lock: Guards the members below. Process context and reclaim; innermost. */
	spinlock_t lock;
	/** @entries: &ovgpu_bo.entry, oldest first; each buffer is kept. */
	struct list_head entries __guarded_by(&lock);
	/** @count: Number of @entries. */
	unsigned int count __guarded_by(&lock);
	/** @pages: What is in @entries. */
	unsigned long pages __guarded_by(&lock);
	/** @free: Those of @pages that have no user. */
	unsigned long free __guarded_by(&lock);
	/** @reused: Free buffers that became new ones. */
	u64 reused __guarded_by(&lock);
	/** @draining: All is to go, not just what is old or too much. */
	bool draining __guarded_by(&lock);
	/** @stopped: The device goes away: nothing comes in any more. */
	bool stopped __guarded_by(&lock);
	/** @work: Takes out what is old or too much. */
	struct delayed_work work;
	/** @shrinker: Owned; tells that memory is short. */
	struct shrinker *shrinker;
};

int ovgpu_cache_init(struct ovgpu *ovgpu);
void ovgpu_cache_stop(struct ovgpu *ovgpu);
void ovgpu_cache_debugfs(struct ovgpu *ovgpu, struct dentry *dir);

bool ovgpu_cache_add(struct ovgpu_bo *bo);
void ovgpu_cache_remove(struct ovgpu_bo *bo);
bool ovgpu_cache_keep(struct ovgpu_bo *bo);
struct ovgpu_bo *ovgpu_cache_take(struct ovgpu *ovgpu,
				  const struct ovgpu_view *view);
bool ovgpu_cache_drain(struct ovgpu *ovgpu);

#endif
