/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_OUTPUT_H
#define _OVGPU_OUTPUT_H

#include <linux/virtio_gpu.h>
#include <linux/workqueue.h>

#include <drm/drm_connector.h>
#include <drm/drm_crtc.h>
#include <drm/drm_encoder.h>

#include "ovgpu_cmd.h"
#include "ovgpu_crc.h"
#include "ovgpu_cursor.h"
#include "ovgpu_damage.h"
#include "ovgpu_edid.h"
#include "ovgpu_plane.h"
#include "ovgpu_vblank.h"

struct ovgpu;

/**
 * struct ovgpu_output - one scanout of the host, from planes to connector
 */
struct ovgpu_output {
	/** @ovgpu: Device. Borrowed; the output ends with it. */
	struct ovgpu *ovgpu;
	/** @index: What the host calls the scanout. */
	unsigned int index;

	/** @crtc: Shows @primary and @cursor. */
	struct drm_crtc crtc;
	/** @primary: The picture. */
	struct ovgpu_plane *primary;
	/** @cursor: The pointer. */
	struct ovgpu_plane *cursor;
	/** @encoder: Nothing but a link from @crtc to @connector. */
	struct drm_encoder encoder;
	/** @connector: What programs see of the host's window. */
	struct drm_connector connector;

	/** @vblank: See ovgpu_vblank.c. */
	struct ovgpu_vblank vblank;
	/** @crc: See ovgpu_crc.c. */
	struct ovgpu_crc crc;
	/** @pointer: See ovgpu_cursor.c. */
	struct ovgpu_cursor pointer;
	/** @scanout: What the host shows. Written by commits of @crtc. */
	struct ovgpu_scanout scanout;
	/** @failures: &ovgpu_kms.failures as of the last frame. Likewise. */
	int failures;
	/** @history: Frames shown. Guarded by &ovgpu_resources.lock. */
	struct ovgpu_history history;

	/** @refused: Tells programs that the host did not show a picture. */
	struct work_struct refused;

	/** @display: What the host wants. Guarded by &drm_mode_config.mutex. */
	struct ovgpu_display display;
	/** @edid: What the host says the monitor is. Guarded likewise. */
	struct ovgpu_edid edid;
};

static inline struct ovgpu_output *to_ovgpu_output(const struct drm_crtc *crtc)
{
	return container_of(crtc, struct ovgpu_output, crtc);
}

int ovgpu_output_create_properties(struct ovgpu *ovgpu);
int ovgpu_output_init(struct ovgpu_output *output);
int ovgpu_output_fetch(struct ovgpu *ovgpu);
void ovgpu_output_changed(struct ovgpu *ovgpu);
void ovgpu_output_refused(struct ovgpu_output *output);
void ovgpu_output_stop(struct ovgpu *ovgpu);

#endif
