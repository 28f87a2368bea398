/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_FB_H
#define _OVGPU_FB_H

#include <linux/mutex.h>

#include <drm/drm_framebuffer.h>

#include "ovgpu_gem.h"

struct drm_mode_fb_cmd2;
struct ovgpu_resource;

/**
 * struct ovgpu_fb - a framebuffer: one buffer, and how to read it
 *
 * @base.obj[0] is the buffer, counted.
 */
struct ovgpu_fb {
	/** @base: What DRM knows of it. */
	struct drm_framebuffer base;
	/** @lock: Makes @res exclusive. Process context; sleeps for the host. */
	struct mutex lock;
	/**
	 * @res: Counted; the host's image of it. There from the beginning but
	 * for what may be a cursor, which never needs one as a cursor. Once set
	 * it stays.
	 */
	struct ovgpu_resource *res;
};

extern const u32 ovgpu_fb_formats[];
extern const unsigned int ovgpu_fb_format_count;
extern const u64 ovgpu_fb_modifiers[];

static inline struct ovgpu_fb *to_ovgpu_fb(const struct drm_framebuffer *base)
{
	return container_of(base, struct ovgpu_fb, base);
}

static inline struct ovgpu_bo *ovgpu_fb_bo(const struct drm_framebuffer *fb)
{
	return to_ovgpu_bo(fb->obj[0]);
}

struct drm_framebuffer *ovgpu_fb_create(struct drm_device *drm,
					struct drm_file *file,
					const struct drm_format_info *info,
					const struct drm_mode_fb_cmd2 *args);
int ovgpu_fb_realize(struct ovgpu_fb *fb);
void ovgpu_fb_layout(const struct drm_framebuffer *fb,
		     struct ovgpu_layout *layout);

#endif
