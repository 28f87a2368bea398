/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ovgpu

#if !defined(_OVGPU_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _OVGPU_TRACE_H

#include <linux/tracepoint.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_file.h>
#include <drm/drm_rect.h>

#include "ovgpu.h"

#define ovgpu_trace_command(type)					\
	__print_symbolic(type,						\
		{ VIRTIO_GPU_CMD_GET_DISPLAY_INFO, "GET_DISPLAY_INFO" }, \
		{ VIRTIO_GPU_CMD_GET_EDID, "GET_EDID" },		\
		{ VIRTIO_GPU_CMD_RESOURCE_CREATE_2D, "RESOURCE_CREATE_2D" }, \
		{ VIRTIO_GPU_CMD_RESOURCE_UNREF, "RESOURCE_UNREF" },	\
		{ VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING,		\
		  "RESOURCE_ATTACH_BACKING" },				\
		{ VIRTIO_GPU_CMD_SET_SCANOUT, "SET_SCANOUT" },		\
		{ VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,			\
		  "TRANSFER_TO_HOST_2D" },				\
		{ VIRTIO_GPU_CMD_RESOURCE_FLUSH, "RESOURCE_FLUSH" },	\
		{ VIRTIO_GPU_CMD_GET_CAPSET_INFO, "GET_CAPSET_INFO" },	\
		{ VIRTIO_GPU_CMD_GET_CAPSET, "GET_CAPSET" },		\
		{ VIRTIO_GPU_CMD_CTX_CREATE, "CTX_CREATE" },		\
		{ VIRTIO_GPU_CMD_CTX_DESTROY, "CTX_DESTROY" },		\
		{ VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE,			\
		  "CTX_ATTACH_RESOURCE" },				\
		{ VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE,			\
		  "CTX_DETACH_RESOURCE" },				\
		{ VIRTIO_GPU_CMD_RESOURCE_CREATE_3D, "RESOURCE_CREATE_3D" }, \
		{ VIRTIO_GPU_CMD_TRANSFER_TO_HOST_3D,			\
		  "TRANSFER_TO_HOST_3D" },				\
		{ VIRTIO_GPU_CMD_TRANSFER_FROM_HOST_3D,			\
		  "TRANSFER_FROM_HOST_3D" },				\
		{ VIRTIO_GPU_CMD_SUBMIT_3D, "SUBMIT_3D" },		\
		{ VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB,			\
		  "RESOURCE_CREATE_BLOB" },				\
		{ VIRTIO_GPU_CMD_SET_SCANOUT_BLOB, "SET_SCANOUT_BLOB" }, \
		{ VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB, "RESOURCE_MAP_BLOB" }, \
		{ VIRTIO_GPU_CMD_RESOURCE_UNMAP_BLOB,			\
		  "RESOURCE_UNMAP_BLOB" },				\
		{ VIRTIO_GPU_CMD_UPDATE_CURSOR, "UPDATE_CURSOR" },	\
		{ VIRTIO_GPU_CMD_MOVE_CURSOR, "MOVE_CURSOR" })

/* A command is complete and joins a batch. */
TRACE_EVENT(ovgpu_add,
	    TP_PROTO(const struct ovgpu_cmd *cmd),
	    TP_ARGS(cmd),
	    TP_STRUCT__entry(__field(u32, card)
			     __field(u32, type)
			     __field(const void *, cmd)),
	    TP_fast_assign(__entry->card = cmd->ovgpu->drm->primary->index;
			   __entry->type = le32_to_cpu(cmd->req.hdr.type);
			   __entry->cmd = cmd;),
	    TP_printk("card%u %s cmd=%p", __entry->card,
		      ovgpu_trace_command(__entry->type), __entry->cmd)
);

/* Its outcome is known. */
TRACE_EVENT(ovgpu_done,
	    TP_PROTO(const struct ovgpu_cmd *cmd),
	    TP_ARGS(cmd),
	    TP_STRUCT__entry(__field(u32, card)
			     __field(u32, type)
			     __field(const void *, cmd)
			     __field(int, err)
			     __field(s64, ns)),
	    TP_fast_assign(__entry->card = cmd->ovgpu->drm->primary->index;
			   __entry->type = le32_to_cpu(cmd->req.hdr.type);
			   __entry->cmd = cmd;
			   __entry->err = cmd->base.err;
			   __entry->ns = ktime_to_ns(ktime_sub(ktime_get(),
							       cmd->base.submitted));),
	    TP_printk("card%u %s cmd=%p err=%d after=%lldns", __entry->card,
		      ovgpu_trace_command(__entry->type), __entry->cmd,
		      __entry->err, __entry->ns)
);

/* A rectangle is going to be copied by the host. */
TRACE_EVENT(ovgpu_transfer,
	    TP_PROTO(const struct ovgpu_resource *res,
		     const struct drm_rect *rect),
	    TP_ARGS(res, rect),
	    TP_STRUCT__entry(__field(u32, card)
			     __field(u32, resource)
			     __field(int, x)
			     __field(int, y)
			     __field(int, width)
			     __field(int, height)),
	    TP_fast_assign(__entry->card = res->ovgpu->drm->primary->index;
			   __entry->resource = res->id;
			   __entry->x = rect->x1;
			   __entry->y = rect->y1;
			   __entry->width = drm_rect_width(rect);
			   __entry->height = drm_rect_height(rect);),
	    TP_printk("card%u resource=%u %dx%d%+d%+d", __entry->card,
		      __entry->resource, __entry->width, __entry->height,
		      __entry->x, __entry->y)
);

#endif

/* Outside of the guard, as define_trace.h wants it. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE ovgpu_trace
#include <trace/define_trace.h>
