/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_H
#define _OVGPU_H

#include <linux/virtio.h>

#include <drm/drm_device.h>

#include "orion_config.h"

#include "ovgpu_cache.h"
#include "ovgpu_caps.h"
#include "ovgpu_cmd.h"
#include "ovgpu_context.h"
#include "ovgpu_crtc.h"
#include "ovgpu_dirty.h"
#include "ovgpu_gem.h"
#include "ovgpu_fb.h"
#include "ovgpu_image.h"
#include "ovgpu_job.h"
#include "ovgpu_kms.h"
#include "ovgpu_output.h"
#include "ovgpu_panic.h"
#include "ovgpu_queue.h"
#include "ovgpu_resource.h"
#include "ovgpu_vram.h"

/**
 * struct ovgpu - one virtio graphics device
 *
 * Lives as long as its DRM device, which programs may keep open beyond the
 * virtio device. From ovgpu_main_remove() on, @vdev is gone and each command
 * ends with -ENODEV at once.
 */
struct ovgpu {
	/** @drm: What programs see. Counted by the virtio device while bound. */
	struct drm_device *drm;
	/** @vdev: The virtio device. Borrowed until removal. */
	struct virtio_device *vdev;
	/** @has_edid: The host has EDIDs. Constant. */
	bool has_edid;
	/** @has_uuid: The host has names for resources. Constant. */
	bool has_uuid;
	/** @has_virgl: The host draws in 3D. Constant. */
	bool has_virgl;
	/** @has_context_init: Contexts have kinds and rings. Constant. */
	bool has_context_init;
	/** @has_blob: Memory can be shared with the host as it is. Constant. */
	bool has_blob;
	/** @config: Changes of the configuration on their way to @outputs. */
	struct orion_config config;
	/** @queue: See ovgpu_queue.c. */
	struct ovgpu_queue queue;
	/** @panic: See ovgpu_panic.c. */
	struct ovgpu_panic panic;
	/** @window: See ovgpu_vram.c. */
	struct ovgpu_window window;
	/** @gem: See ovgpu_gem.c. */
	struct ovgpu_gem gem;
	/** @resources: See ovgpu_resource.c. */
	struct ovgpu_resources resources;
	/** @cache: See ovgpu_cache.c. */
	struct ovgpu_cache cache;
	/** @caps: See ovgpu_caps.c. */
	struct ovgpu_caps caps;
	/** @contexts: See ovgpu_context.c. */
	struct ovgpu_contexts contexts;
	/** @jobs: See ovgpu_job.c. */
	struct ovgpu_jobs jobs;
	/** @kms: See ovgpu_kms.c. */
	struct ovgpu_kms kms;
	/** @dirty: See ovgpu_dirty.c. */
	struct ovgpu_dirty dirty;
	/** @output_count: How many scanouts there are. Constant. */
	unsigned int output_count;
	/** @outputs: The scanouts. */
	struct ovgpu_output outputs[];
};

static inline struct ovgpu *to_ovgpu(const struct drm_device *drm)
{
	return drm->dev_private;
}

#endif
