/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_VBLANK_H
#define _OVGPU_VBLANK_H

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>

struct drm_crtc;
struct drm_display_mode;
struct drm_pending_vblank_event;

/**
 * struct ovgpu_vblank - the beat of one scanout
 *
 * The host has no vertical blank to tell of. A grid of ticks, one each period
 * from @base on, stands in for it; the timer runs on the grid while anybody
 * listens. A flip is over at the first tick after it was sent to the host, or
 * when the host has done it, whichever is later.
 */
struct ovgpu_vblank {
	/** @timer: Runs at the next tick, while @running. */
	struct hrtimer timer;
	/** @lock: Guards the two below. Innermost but for the timer's own; any context. */
	spinlock_t lock;
	/** @running: Somebody listens. */
	bool running __guarded_by(&lock);
	/** @next: The tick that @timer runs for. */
	ktime_t next __guarded_by(&lock);

	/** @telling: The tick that DRM is being told of. Written by @timer. */
	ktime_t telling;
	/**
	 * @latest: The latest tick that DRM knows. Guarded by
	 * &drm_device.vblank_time_lock.
	 */
	ktime_t latest;

	/* Constant while the CRTC is on. */

	/** @base: A tick. */
	ktime_t base;
	/** @period: From tick to tick, in ns. */
	u64 period;

	/* Guarded by &drm_device.event_lock. */

	/** @event: Owned; to be sent when the flip in work is over. */
	struct drm_pending_vblank_event *event;
	/** @armed: When @event was handed over. */
	ktime_t armed;
	/** @await_tick: There was no tick yet since @armed. */
	bool await_tick;
	/** @await_host: The host has not done it yet. */
	bool await_host;
};

void ovgpu_vblank_init(struct ovgpu_vblank *vblank);
void ovgpu_vblank_start(struct drm_crtc *crtc,
			const struct drm_display_mode *mode);
void ovgpu_vblank_stop(struct drm_crtc *crtc);
int ovgpu_vblank_enable(struct drm_crtc *crtc);
void ovgpu_vblank_disable(struct drm_crtc *crtc);
bool ovgpu_vblank_timestamp(struct drm_crtc *crtc, int *max_error,
			    ktime_t *time, bool in_irq);

void ovgpu_vblank_expect_host(struct drm_crtc *crtc);
void ovgpu_vblank_host_done(struct drm_crtc *crtc);
void ovgpu_vblank_arm(struct drm_crtc *crtc,
		      struct drm_pending_vblank_event *event, bool async);

#endif
