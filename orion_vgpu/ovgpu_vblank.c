// SPDX-License-Identifier: GPL-2.0-only
/* Vertical blanks that are made here, and the events of page flips. */

#include <linux/hrtimer.h>
#include <linux/math64.h>

#include <drm/drm_crtc.h>
#include <drm/drm_modes.h>
#include <drm/drm_vblank.h>

#include "ovgpu.h"

/* A timer that is later than so many ticks does not make up for them. */
#define OVGPU_VBLANK_CATCH_UP	16

/* The latest tick at or before a time that is not before the base. */
static ktime_t ovgpu_vblank_tick(const struct ovgpu_vblank *vblank, ktime_t now)
{
	u64 since = ktime_to_ns(ktime_sub(now, vblank->base));
	u64 part;

	div64_u64_rem(since, vblank->period, &part);
	return ktime_sub_ns(now, part);
}

/* Send the event of a flip that is over. */
static void ovgpu_vblank_send_locked(struct drm_crtc *crtc)
{
	struct ovgpu_vblank *vblank = &to_ovgpu_output(crtc)->vblank;

	lockdep_assert_held(&crtc->dev->event_lock);

	if (!vblank->event || vblank->await_tick || vblank->await_host)
		return;

	drm_crtc_send_vblank_event(crtc, vblank->event);
	vblank->event = NULL;
	drm_crtc_vblank_put(crtc);
}

static void ovgpu_vblank_rearm_locked(struct ovgpu_vblank *vblank)
{
	lockdep_assert_held(&vblank->lock);

	vblank->next = ktime_add_ns(ovgpu_vblank_tick(vblank, ktime_get()),
				    vblank->period);
	hrtimer_start(&vblank->timer, vblank->next, HRTIMER_MODE_ABS);
}

/*
 * A guest's timers are late when its host is busy. Each tick is told all the
 * same, with its own time and number: programs count frames by them.
 */
static void ovgpu_vblank_tell(struct ovgpu_output *output)
{
	struct ovgpu_vblank *vblank = &output->vblank;
	ktime_t last = ovgpu_vblank_tick(vblank, ktime_get());
	unsigned long flags;
	ktime_t tick;

	spin_lock_irqsave(&vblank->lock, flags);
	tick = vblank->next;
	spin_unlock_irqrestore(&vblank->lock, flags);

	if (ktime_to_ns(ktime_sub(last, tick)) / OVGPU_VBLANK_CATCH_UP >
	    (s64)vblank->period)
		tick = last;

	for (; !ktime_after(tick, last);
	     tick = ktime_add_ns(tick, vblank->period)) {
		vblank->telling = tick;
		drm_crtc_handle_vblank(&output->crtc);
		ovgpu_crc_tick(output);
	}
}

static enum hrtimer_restart ovgpu_vblank_fire(struct hrtimer *timer)
{
	struct ovgpu_vblank *vblank =
		container_of(timer, struct ovgpu_vblank, timer);
	struct ovgpu_output *output =
		container_of(vblank, struct ovgpu_output, vblank);
	struct drm_crtc *crtc = &output->crtc;
	unsigned long flags;

	ovgpu_vblank_tell(output);

	spin_lock_irqsave(&crtc->dev->event_lock, flags);
	/*
	 * A timer that is late may tell of a tick from before the flip, which
	 * must not seem to have been over before it began.
	 */
	if (ktime_after(vblank->telling, vblank->armed))
		vblank->await_tick = false;
	ovgpu_vblank_send_locked(crtc);
	spin_unlock_irqrestore(&crtc->dev->event_lock, flags);

	/*
	 * Armed again by hand: ovgpu_vblank_enable() may have done so in the
	 * meantime, and a queued timer must not be forwarded.
	 */
	spin_lock_irqsave(&vblank->lock, flags);
	if (vblank->running)
		ovgpu_vblank_rearm_locked(vblank);
	spin_unlock_irqrestore(&vblank->lock, flags);

	return HRTIMER_NORESTART;
}

/**
 * ovgpu_vblank_init() - prepare a scanout's beat
 * @vblank: to prepare
 */
void ovgpu_vblank_init(struct ovgpu_vblank *vblank)
{
	spin_lock_init(&vblank->lock);
	hrtimer_setup(&vblank->timer, ovgpu_vblank_fire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS);
}

/**
 * ovgpu_vblank_start() - the CRTC goes on
 * @crtc: CRTC
 * @mode: its mode, of which ovgpu_crtc_mode_valid() approves
 *
 * Context: Process.
 */
void ovgpu_vblank_start(struct drm_crtc *crtc,
			const struct drm_display_mode *mode)
{
	struct ovgpu_vblank *vblank = &to_ovgpu_output(crtc)->vblank;

	vblank->base = ktime_get();
	vblank->period = div_u64((u64)mode->htotal * mode->vtotal * 1000000,
				 mode->clock);
	drm_crtc_vblank_on(crtc);
}

/**
 * ovgpu_vblank_stop() - the CRTC goes off
 * @crtc: CRTC; no flip is in work
 *
 * Context: Process. May sleep.
 */
void ovgpu_vblank_stop(struct drm_crtc *crtc)
{
	drm_crtc_vblank_off(crtc);
	hrtimer_cancel(&to_ovgpu_output(crtc)->vblank.timer);
}

/**
 * ovgpu_vblank_enable() - somebody listens
 * @crtc: CRTC that is on
 *
 * Context: Any. Called by DRM with its vblank locks held.
 * Return: 0.
 */
int ovgpu_vblank_enable(struct drm_crtc *crtc)
{
	struct ovgpu_vblank *vblank = &to_ovgpu_output(crtc)->vblank;
	unsigned long flags;

	spin_lock_irqsave(&vblank->lock, flags);
	vblank->running = true;
	ovgpu_vblank_rearm_locked(vblank);
	spin_unlock_irqrestore(&vblank->lock, flags);

	return 0;
}

/**
 * ovgpu_vblank_disable() - nobody listens any more
 * @crtc: CRTC
 *
 * Context: Any. Called by DRM with its vblank locks held, which the timer's
 * function wants too: so it cannot be waited for here.
 */
void ovgpu_vblank_disable(struct drm_crtc *crtc)
{
	struct ovgpu_vblank *vblank = &to_ovgpu_output(crtc)->vblank;
	unsigned long flags;

	spin_lock_irqsave(&vblank->lock, flags);
	vblank->running = false;
	hrtimer_try_to_cancel(&vblank->timer);
	spin_unlock_irqrestore(&vblank->lock, flags);
}

/**
 * ovgpu_vblank_timestamp() - when the latest tick was
 * @crtc: CRTC
 * @max_error: set to how wrong @time may be, in ns: not at all
 * @time: set to the time of the tick, by the grid rather than by the timer
 * @in_irq: called because of a tick
 *
 * Context: Any, under DRM's &drm_device.vblank_time_lock.
 * Return: true, unless the CRTC never was on.
 */
bool ovgpu_vblank_timestamp(struct drm_crtc *crtc, int *max_error,
			    ktime_t *time, bool in_irq)
{
	struct ovgpu_vblank *vblank = &to_ovgpu_output(crtc)->vblank;
	ktime_t tick;

	if (!vblank->period)
		return false;

	tick = in_irq ? vblank->telling :
			ovgpu_vblank_tick(vblank, ktime_get());
	/* DRM counts by the time between ticks, and cannot count backwards. */
	if (ktime_after(tick, vblank->latest))
		vblank->latest = tick;
	*time = vblank->latest;
	*max_error = 0;
	return true;
}

/**
 * ovgpu_vblank_expect_host() - the flip in work is not over before the host is
 * @crtc: CRTC; ovgpu_vblank_host_done() will be called for it
 *
 * Context: Atomic commit, before ovgpu_vblank_arm().
 */
void ovgpu_vblank_expect_host(struct drm_crtc *crtc)
{
	struct ovgpu_vblank *vblank = &to_ovgpu_output(crtc)->vblank;
	unsigned long flags;

	spin_lock_irqsave(&crtc->dev->event_lock, flags);
	vblank->await_host = true;
	spin_unlock_irqrestore(&crtc->dev->event_lock, flags);
}

/**
 * ovgpu_vblank_host_done() - the host has done its part of the flip, or failed
 * @crtc: CRTC
 *
 * Context: Any.
 */
void ovgpu_vblank_host_done(struct drm_crtc *crtc)
{
	struct ovgpu_vblank *vblank = &to_ovgpu_output(crtc)->vblank;
	unsigned long flags;

	spin_lock_irqsave(&crtc->dev->event_lock, flags);
	vblank->await_host = false;
	ovgpu_vblank_send_locked(crtc);
	spin_unlock_irqrestore(&crtc->dev->event_lock, flags);
}

/**
 * ovgpu_vblank_arm() - send an event when the flip in work is over
 * @crtc: CRTC; earlier flips of it are over
 * @event: event; ownership passes
 * @async: do not wait for a tick
 *
 * Context: Atomic commit.
 */
void ovgpu_vblank_arm(struct drm_crtc *crtc,
		      struct drm_pending_vblank_event *event, bool async)
{
	struct ovgpu_vblank *vblank = &to_ovgpu_output(crtc)->vblank;
	unsigned long flags;
	bool on;

	on = !drm_crtc_vblank_get(crtc);

	spin_lock_irqsave(&crtc->dev->event_lock, flags);
	if (on) {
		WARN_ON_ONCE(vblank->event);
		vblank->event = event;
		vblank->armed = ktime_get();
		vblank->await_tick = !async;
		ovgpu_vblank_send_locked(crtc);
	} else {
		/* A CRTC that is off has no ticks. */
		drm_crtc_send_vblank_event(crtc, event);
	}
	spin_unlock_irqrestore(&crtc->dev->event_lock, flags);
}
