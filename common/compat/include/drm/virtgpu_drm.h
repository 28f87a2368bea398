/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_VIRTGPU_DRM_H
#define _ORION_COMPAT_DRM_VIRTGPU_DRM_H

#include "compat_config.h"

/*
 * What programs say has grown at the ends of its structures. DRM fills what an
 * old program does not know with zeros, so a driver uses the newest ones.
 */
#ifndef HAVE_VIRTGPU_SYNCOBJ
#define drm_virtgpu_execbuffer	compat_virtgpu_execbuffer_v0
#endif
#ifndef HAVE_VIRTGPU_BLOB_HINTS
#define drm_virtgpu_resource_create_blob compat_virtgpu_create_blob_v0
#endif
#include_next <drm/virtgpu_drm.h>
#undef drm_virtgpu_execbuffer
#undef drm_virtgpu_resource_create_blob

#ifndef HAVE_VIRTGPU_SYNCOBJ
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

#ifndef HAVE_VIRTGPU_BLOB_HINTS
#define DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING	0x0001

struct drm_virtgpu_resource_create_blob {
	__u32 blob_mem;
	__u32 blob_flags;
	__u32 bo_handle;
	__u32 res_handle;
	__u64 size;
	__u32 pad;
	__u32 cmd_size;
	__u64 cmd;
	__u64 blob_id;
	__u32 blob_hints;
	__u32 pad2;
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
