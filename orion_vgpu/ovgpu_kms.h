/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_KMS_H
#define _OVGPU_KMS_H

#include <linux/atomic.h>
#include <linux/list.h>

#include <drm/drm_atomic.h>

struct drm_property;
struct ovgpu;
struct ovgpu_cmd;

/* Framebuffers and buffers may be so wide and so high. */
#define OVGPU_KMS_SIZE_MAX	16384
/* Hosts show nothing smaller. */
#define OVGPU_KMS_SIZE_MIN	16

/**
 * struct ovgpu_commit - an atomic commit, and what it tells the host
 * @base: what DRM knows of it
 * @number: tells it from all others of the device
 * @spare: commands that preparing the commit has allocated
 * @batch: commands that go to the control queue together
 */
struct ovgpu_commit {
	struct drm_atomic_commit base;
	u64 number;
	struct list_head spare;
	struct list_head batch;
};

/**
 * struct ovgpu_kms - what all scanouts share
 * @commits: number of the newest commit; 0 is none
 * @failures: uploads that failed. After one, nobody knows what the host's
 *	images hold
 * @hotplug_mode_update: property that has desktops follow the host's window
 */
struct ovgpu_kms {
	atomic64_t commits;
	atomic_t failures;
	struct drm_property *hotplug_mode_update;
};

static inline struct ovgpu_commit *
to_ovgpu_commit(struct drm_atomic_commit *base)
{
	return container_of(base, struct ovgpu_commit, base);
}

int ovgpu_kms_init(struct ovgpu *ovgpu);
int ovgpu_kms_reserve(struct drm_atomic_commit *base, unsigned int count);
struct ovgpu_cmd *ovgpu_kms_take(struct drm_atomic_commit *base);

#endif
