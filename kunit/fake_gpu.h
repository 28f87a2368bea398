/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A graphics device in memory: a strict one. It keeps resources, their backing
 * and what each scanout shows, writes down every command, and refuses what the
 * specification lets a device refuse, so that a test can ask for pixels and for
 * the absence of refusals.
 *
 * What goes wrong is scripted with fake_fault_add() on &fake_gpu.fv; the key is
 * the command type. FAKE_FAULT_TYPE answers with &fake_fault.value instead of
 * executing the command.
 */
#ifndef _ORION_FAKE_GPU_H
#define _ORION_FAKE_GPU_H

#include <linux/mutex.h>
#include <linux/virtio_gpu.h>

#include "fake_virtio.h"

/** FAKE_GPU_CONTROLQ - index of the control queue */
#define FAKE_GPU_CONTROLQ	0
/** FAKE_GPU_CURSORQ - index of the cursor queue */
#define FAKE_GPU_CURSORQ	1
/** FAKE_GPU_LOG - commands that are remembered; later ones are counted only */
#define FAKE_GPU_LOG		1024
/** FAKE_GPU_EDID_MAX - bytes of EDID that an answer has room for */
#define FAKE_GPU_EDID_MAX	1024

/** FAKE_GPU_CAPSETS - kinds of renderers that it can have */
#define FAKE_GPU_CAPSETS	8
/** FAKE_GPU_CAPSET_MAX - bytes that it says of one at most */
#define FAKE_GPU_CAPSET_MAX	4096
/**
 * FAKE_GPU_FILL - what a renderer understands: this word, the id of a resource
 * and a pixel, in CPU byte order. Anything else it does nothing about
 */
#define FAKE_GPU_FILL		0x6c6c6966
/**
 * FAKE_GPU_MAKE - what a renderer understands as well: this word, and the number
 * of what it makes, which can then be named in RESOURCE_CREATE_BLOB. Number 0 is
 * there from the beginning
 */
#define FAKE_GPU_MAKE		0x656b616d
/** FAKE_GPU_BLOB_MAX - bytes of the largest blob */
#define FAKE_GPU_BLOB_MAX	SZ_16M

/**
 * struct fake_gpu_rect - a rectangle in CPU byte order
 * @x: left edge
 * @y: top edge
 * @width: width
 * @height: height
 */
struct fake_gpu_rect {
	u32 x;
	u32 y;
	u32 width;
	u32 height;
};

/**
 * struct fake_gpu_layout - where the pixels are in a blob
 * @width: in pixels
 * @height: in lines
 * @stride: bytes from line to line
 * @offset: of the first pixel, in bytes
 */
struct fake_gpu_layout {
	u32 width;
	u32 height;
	u32 stride;
	u32 offset;
};

/**
 * struct fake_gpu_cmd - a command in the log
 * @queue: FAKE_GPU_CONTROLQ or FAKE_GPU_CURSORQ
 * @kick: value of &fake_queue.kicks of that queue when it was executed
 * @type: VIRTIO_GPU_CMD_*
 * @response: how it was answered, 0 on the cursor queue
 * @flags: VIRTIO_GPU_FLAG_*
 * @fence_id: fence, if @flags says so
 * @context: context that it names
 * @ring: its ring, if @flags says so
 * @size: bytes for a renderer, or of a blob
 * @scanout: scanout that it names
 * @resource: resource that it names
 * @rect: rectangle that it names; cursor commands: position
 * @offset: of a transfer, in the backing; of a blob, in the window; of a
 *	picture, in a blob
 * @hot_x: hotspot of a cursor image
 * @hot_y: hotspot of a cursor image
 * @out_len: bytes that the driver sent
 * @in_len: bytes that it left for the answer
 *
 * Members that the command does not have are zero.
 */
struct fake_gpu_cmd {
	unsigned int queue;
	unsigned int kick;
	u32 type;
	u32 response;
	u32 flags;
	u64 fence_id;
	u32 context;
	u8 ring;
	u32 size;
	u32 scanout;
	u32 resource;
	struct fake_gpu_rect rect;
	u64 offset;
	u32 hot_x;
	u32 hot_y;
	u32 out_len;
	u32 in_len;
};

/**
 * struct fake_gpu_scanout - one head
 * @info: what GET_DISPLAY_INFO says
 * @enabled: what it says about being connected
 * @edid: what GET_EDID says
 * @edid_len: its claimed size; 0 answers with an error
 * @resource: resource that is shown, 0 for none
 * @source: part of it that is shown
 * @layout: of a blob that is shown
 * @screen: the picture as of the last flush, 32 bits a pixel
 * @cursor: resource of the cursor image, 0 for none
 * @cursor_x: its position, the hotspot taken off already by the driver or not
 *	as the specification has it: as sent
 * @cursor_y: see @cursor_x
 */
struct fake_gpu_scanout {
	struct fake_gpu_rect info;
	bool enabled;
	u8 edid[FAKE_GPU_EDID_MAX];
	u32 edid_len;
	u32 resource;
	struct fake_gpu_rect source;
	struct fake_gpu_layout layout;
	u32 *screen;
	u32 cursor;
	u32 cursor_x;
	u32 cursor_y;
};

/**
 * struct fake_gpu_capset - a kind of renderer, however silly
 * @id: what it is; 0 for none
 * @version: the newest version of what is known about it
 * @size: how many bytes that has
 */
struct fake_gpu_capset {
	u32 id;
	u32 version;
	u32 size;
};

/**
 * struct fake_gpu_param - what graphics device to make
 * @features: what is offered, all 64 bits as they are
 * @num_scanouts: what the configuration space says, however silly
 * @num_capsets: likewise
 * @blob_alignment: likewise
 * @queue_size: of both queues, 0 for the default
 */
struct fake_gpu_param {
	u64 features;
	u32 num_scanouts;
	u32 num_capsets;
	u32 blob_alignment;
	unsigned int queue_size;
};

/**
 * struct fake_gpu - a graphics device
 * @fv: the virtio device: plug it in, script its faults
 * @priv: for the test
 * @nscanouts: heads that exist: what the configuration space says, bounded
 * @capsets: renderers; set by the test before it is plugged in
 * @caching: how it wants blobs mapped, VIRTIO_GPU_MAP_CACHE_*, however silly
 * @resources: live resources
 * @contexts: live contexts
 * @refused: commands that were answered with an error on the device's own
 *	account, not by a script
 * @ncmds: commands so far
 * @log: the first FAKE_GPU_LOG of them
 * @scanouts: the heads. The first &fake_gpu_param.num_scanouts are connected,
 *	1024x768 and side by side, until the test says otherwise
 */
struct fake_gpu {
	struct fake_virtio *fv;
	void *priv;
	/** @lock: guards all that follows */
	struct mutex lock;
	unsigned int nscanouts;
	struct fake_gpu_capset capsets[FAKE_GPU_CAPSETS];
	u32 caching;
	struct list_head resources;
	struct list_head contexts;
	unsigned int refused;
	unsigned int ncmds;
	struct fake_gpu_cmd *log;
	struct fake_gpu_scanout scanouts[VIRTIO_GPU_MAX_SCANOUTS];
};

struct fake_gpu *fake_gpu_alloc(const struct fake_gpu_param *param);
void fake_gpu_free(struct fake_gpu *gpu);

void fake_gpu_mode(struct fake_gpu *gpu, unsigned int scanout, u32 width,
		   u32 height, bool enabled);
void fake_gpu_edid(struct fake_gpu *gpu, unsigned int scanout,
		   const void *edid, u32 len);
void fake_gpu_edid_make(u8 edid[128], u32 width, u32 height, const char *name);
void fake_gpu_hotplug(struct fake_gpu *gpu);

unsigned int fake_gpu_count(struct fake_gpu *gpu, u32 type);
int fake_gpu_find(struct fake_gpu *gpu, u32 type, unsigned int nth,
		  struct fake_gpu_cmd *cmd);
void fake_gpu_forget(struct fake_gpu *gpu);
unsigned int fake_gpu_context_count(struct fake_gpu *gpu);
unsigned int fake_gpu_resource_count(struct fake_gpu *gpu);
int fake_gpu_pixel(struct fake_gpu *gpu, unsigned int scanout, u32 x, u32 y,
		   u32 *pixel);
int fake_gpu_blob_word(struct fake_gpu *gpu, u32 resource, u64 offset,
		       u32 *word);
unsigned int fake_gpu_mapped_count(struct fake_gpu *gpu);
unsigned int fake_gpu_resource_pieces(struct fake_gpu *gpu, u32 resource);
int fake_gpu_resource_pixel(struct fake_gpu *gpu, u32 resource, u32 x, u32 y,
			    u32 *pixel);

#endif
