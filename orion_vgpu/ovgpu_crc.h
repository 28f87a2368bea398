/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_CRC_H
#define _OVGPU_CRC_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <drm/drm_rect.h>

struct drm_atomic_commit;
struct drm_crtc;
struct drm_framebuffer;
struct ovgpu;
struct ovgpu_crc_scratch;
struct ovgpu_output;
struct ovgpu_resource;

/**
 * struct ovgpu_crc - checksums of what a scanout shows
 *
 * Programs that test compositors and drivers read them from debugfs. They cost
 * nothing while nobody does.
 */
struct ovgpu_crc {
	/** @work: Computes and tells; queued by each tick, while @open. */
	struct work_struct work;

	/**
	 * @reading: Held while a picture is read. A commit takes it before the
	 * host is told of the next one. Process context; @lock is under it.
	 */
	struct mutex reading;
	/** @lock: Guards the members below. Any context; innermost. */
	spinlock_t lock;
	/** @open: Somebody reads. Also read without the lock, as a hint. */
	bool open;
	/** @stale: What is shown is not what @value is of. */
	bool stale __guarded_by(&lock);
	/** @fb: Counted; the picture, while @open. NULL if there is none. */
	struct drm_framebuffer *fb __guarded_by(&lock);
	/** @src: The part of @fb that is shown. */
	struct drm_rect src __guarded_by(&lock);

	/** @scratch: Owned; memory to compute in, while @open. For @work. */
	struct ovgpu_crc_scratch *scratch;
	/** @value: The newest checksum. Written by @work. */
	u32 value;
	/** @frame: The last frame told of. Written by @work. */
	u64 frame;
};

int ovgpu_crc_init(struct ovgpu_output *output);

const char *const *ovgpu_crc_sources(struct drm_crtc *crtc, size_t *count);
int ovgpu_crc_verify_source(struct drm_crtc *crtc, const char *source,
			    size_t *values);
int ovgpu_crc_set_source(struct drm_crtc *crtc, const char *source);

void ovgpu_crc_commit(struct drm_atomic_commit *commit);
void ovgpu_crc_cursor(struct ovgpu_output *output);
void ovgpu_crc_dirty(struct ovgpu *ovgpu, const struct ovgpu_resource *res);
void ovgpu_crc_tick(struct ovgpu_output *output);

#endif
