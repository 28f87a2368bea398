// SPDX-License-Identifier: GPL-2.0-only
/* What programs are and do, by the system calls' insides. */

#include <kunit/test.h>
#include <linux/export.h>
#include <linux/kthread.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>

#include <drm/drm_connector.h>
#include <drm/drm_crtc.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_modes.h>
#include <drm/drm_modeset_lock.h>

#include "fake_client.h"

static int fake_client_set_config(struct drm_mode_set *set)
{
	struct drm_modeset_acquire_ctx ctx;
	int err;

	DRM_MODESET_LOCK_ALL_BEGIN(set->crtc->dev, ctx, 0, err);
	err = set->crtc->funcs->set_config(set, &ctx);
	DRM_MODESET_LOCK_ALL_END(set->crtc->dev, ctx, err);

	return err;
}

/**
 * fake_client_show() - show a picture by SETCRTC
 * @crtc: where
 * @connector: the monitor
 * @fb: picture
 * @width: of the mode, which has 60 Hz
 * @height: of the mode
 *
 * Return: 0 or a negative errno.
 */
int fake_client_show(struct drm_crtc *crtc, struct drm_connector *connector,
		     struct drm_framebuffer *fb, int width, int height)
{
	struct drm_mode_set set = {
		.crtc = crtc, .fb = fb,
		.connectors = &connector, .num_connectors = 1 };
	int err;

	set.mode = drm_cvt_mode(crtc->dev, width, height, 60, false, false,
				false);
	if (!set.mode)
		return -ENOMEM;

	/* As the system call does; without it nothing has a rate. */
	drm_mode_set_crtcinfo(set.mode, 0);
	err = fake_client_set_config(&set);
	drm_mode_destroy(crtc->dev, set.mode);
	return err;
}
EXPORT_SYMBOL_GPL(fake_client_show);

/**
 * fake_client_darken() - show nothing any more
 * @crtc: where
 *
 * Return: 0 or a negative errno.
 */
int fake_client_darken(struct drm_crtc *crtc)
{
	struct drm_mode_set set = { .crtc = crtc };

	return fake_client_set_config(&set);
}
EXPORT_SYMBOL_GPL(fake_client_darken);

/**
 * fake_client_call() - call an ioctl of the driver's own
 * @file: the program's
 * @nr: DRM_VIRTGPU_* and the like
 * @args: its argument, in the kernel
 *
 * Return: what the driver returns.
 */
int fake_client_call(struct drm_file *file, unsigned int nr, void *args)
{
	struct drm_device *drm = file->minor->dev;

	return drm->driver->ioctls[nr].func(drm, args, file);
}
EXPORT_SYMBOL_GPL(fake_client_call);

/**
 * fake_client_memory() - be a program with memory
 * @test: whose thread is the program
 * @size: bytes
 *
 * Return: address, 0 or a negative errno; fake_client_leave_mm() is to be called.
 */
unsigned long fake_client_memory(struct kunit *test, unsigned long size)
{
	return kunit_vm_mmap(test, NULL, 0, size, PROT_READ | PROT_WRITE,
			     MAP_ANONYMOUS | MAP_PRIVATE, 0);
}
EXPORT_SYMBOL_GPL(fake_client_memory);

/**
 * fake_client_leave_mm() - give up the address space that KUnit gave this thread
 *
 * KUnit never takes its own reference back. Whoever tidies up after a test that
 * ended early has none.
 */
void fake_client_leave_mm(void)
{
	struct mm_struct *mm = current->mm;

	if (!mm)
		return;

	kthread_unuse_mm(mm);
	mmput(mm);
}
EXPORT_SYMBOL_GPL(fake_client_leave_mm);
