/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_PLANE_H
#define _OVGPU_PLANE_H

#include <drm/drm_plane.h>
#include <drm/drm_rect.h>

#include "ovgpu_cmd.h"

struct ovgpu_output;

/**
 * struct ovgpu_plane - a plane and its scanout
 * @base: what DRM knows of it
 * @output: scanout on which it is. Borrowed; both end with the device
 */
struct ovgpu_plane {
	struct drm_plane base;
	struct ovgpu_output *output;
};

/**
 * struct ovgpu_scanout - what the host has been told to show
 *
 * Written by the commits of one CRTC, which are in order; @unsure by
 * completions as well.
 */
struct ovgpu_scanout {
	/** @resource: Id of the resource, 0 for nothing. */
	u32 resource;
	/** @rect: Part of it. */
	struct drm_rect rect;
	/** @layout: Of a blob; all zeros for an image. */
	struct ovgpu_layout layout;
	/** @unsure: The host did not confirm; tell it again. */
	bool unsure;
};

static inline struct ovgpu_plane *to_ovgpu_plane(const struct drm_plane *base)
{
	return container_of(base, struct ovgpu_plane, base);
}

struct ovgpu_plane *ovgpu_plane_alloc_primary(struct ovgpu_output *output);

#endif
