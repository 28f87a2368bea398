/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_QUEUE_H
#define _OVGPU_QUEUE_H

#include <linux/cache.h>
#include <linux/container_of.h>
#include <linux/gfp_types.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/virtio_gpu.h>

#include "orion_cmdq.h"

#include "ovgpu_cmd.h"

struct ovgpu;

/* The most that a program may say to its renderer at once. */
#define OVGPU_QUEUE_DATA_MAX	SZ_1M

/**
 * struct ovgpu_cmd - a request on its way to the host, and the answer
 *
 * Owned by whoever allocated it until it is submitted, then by the queue, which
 * frees it. Who wants to wait takes another reference with orion_cmd_get().
 */
struct ovgpu_cmd {
	/** @base: Deadline, outcome and place on the queue. */
	struct orion_cmd base;
	/** @ovgpu: Device. Borrowed; outlives its commands. */
	struct ovgpu *ovgpu;
	/**
	 * @done: Called with the outcome in @base.err; see &orion_cmd_ops.done.
	 * May be NULL.
	 */
	void (*done)(struct ovgpu_cmd *cmd);
	/**
	 * @returned: Called when the device holds nothing of it any more. May
	 * be NULL. The command is freed afterwards, unless it is @kept.
	 */
	void (*returned)(struct ovgpu_cmd *cmd);
	/**
	 * @kept: @owner keeps the memory. From @returned on it may renew and
	 * submit the command again, or free it.
	 */
	bool kept;
	/** @heard: A program is told of a refusal, so the log need not be. */
	bool heard;
	/** @owner: For @done and @returned. */
	void *owner;
	/** @entries: Owned; what follows the request, or an empty table. */
	struct sg_table entries;
	/** @buf: Owned; room for an answer that is more than a header, or NULL. */
	void *buf;
	/** @buf_len: Size of @buf. */
	u32 buf_len;
	/** @req: The request; the device reads it. */
	union ovgpu_request req;
	/** @answer: Answer that is just a header; the device writes it. */
	struct virtio_gpu_ctrl_hdr answer ____cacheline_aligned;
};

/**
 * struct ovgpu_queue - both queues to the host
 * @control: where all but cursors go
 * @cursor: for cursors only, never behind anything else. Nothing orders the
 *	two queues but waiting for answers
 */
struct ovgpu_queue {
	struct orion_cmdq control;
	struct orion_cmdq cursor;
};

static inline struct ovgpu_cmd *to_ovgpu_cmd(const struct orion_cmd *base)
{
	return container_of(base, struct ovgpu_cmd, base);
}

int ovgpu_queue_module_init(void);
void ovgpu_queue_module_fini(void);

int ovgpu_queue_init(struct ovgpu *ovgpu);
int ovgpu_queue_start(struct ovgpu *ovgpu);
void ovgpu_queue_stop(struct ovgpu *ovgpu);
void ovgpu_queue_cancel(struct ovgpu *ovgpu);

struct ovgpu_cmd *ovgpu_queue_cmd_alloc(struct ovgpu *ovgpu);
void ovgpu_queue_cmd_renew(struct ovgpu_cmd *cmd);
void ovgpu_queue_cmd_free(struct ovgpu_cmd *cmd);
int ovgpu_queue_cmd_answer_buf(struct ovgpu_cmd *cmd, u32 len);
int ovgpu_queue_cmd_entries(struct ovgpu_cmd *cmd, struct sg_table *memory,
			    bool mapped);
int ovgpu_queue_cmd_data(struct ovgpu_cmd *cmd, const void __user *from,
			 u32 len);
void ovgpu_queue_add(struct ovgpu_cmd *cmd, u32 len, struct list_head *batch);

static inline void ovgpu_queue_cmd_put(struct ovgpu_cmd *cmd)
{
	orion_cmd_put(&cmd->base);
}

void ovgpu_queue_cmd_put_list(struct list_head *cmds);

#endif
