/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_VIRTGPU_DRM_H
#define _ORION_COMPAT_DRM_VIRTGPU_DRM_H

#include "compat_config.h"

/*
 * What programs say has grown at the ends of its structures. DRM fills what an
 * old program does not know with zeros, so a driver uses the newest ones.
 */
#ifdef HAVE_VIRTGPU_SYNCOBJ
#include_next <drm/virtgpu_drm.h>
#else
#define drm_virtgpu_execbuffer	compat_virtgpu_execbuffer_v0
#include_next <drm/virtgpu_drm.h>
#undef drm_virtgpu_execbuffer

#define VIRTGPU_EXECBUF_SYNCOBJ_RESET	0x01
#define VIRTGPU_EXECBUF_SYNCOBJ_FLAGS	VIRTGPU_EXECBUF_SYNCOBJ_RESET

struct drm_virtgpu_execbuffer_syncobj {
	__u32 handle;
	__u32 flags;
	__u64 point;
};

struct drm_virtgpu_execbuffer {
	__u32 flags;
	__u32 size;
	__u64 command;
	__u64 bo_handles;
	__u32 num_bo_handles;
	__s32 fence_fd;
	__u32 ring_idx;
	__u32 syncobj_stride;
	__u32 num_in_syncobjs;
	__u32 num_out_syncobjs;
	__u64 in_syncobjs;
	__u64 out_syncobjs;
};
#endif

#ifndef VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME
#define VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME	8
#endif
#ifndef VIRTGPU_PARAM_BLOB_ALIGNMENT
#define VIRTGPU_PARAM_BLOB_ALIGNMENT		9
#endif
#ifndef VIRTGPU_CONTEXT_PARAM_DEBUG_NAME
#define VIRTGPU_CONTEXT_PARAM_DEBUG_NAME	0x0004
#endif

#endif
