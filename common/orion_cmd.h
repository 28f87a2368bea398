/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_CMD_H
#define _ORION_CMD_H

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "orion_stats.h"
#include "orion_vq.h"

struct dentry;
struct orion_cmd;

/* Pieces of one command: header, data and more data; answer and more answer. */
#define ORION_CMD_PIECES	6

/**
 * struct orion_cmd_ops - what a driver does with its kind of command
 *
 * All are called without a lock held, in the context that ended the command:
 * usually a hard interrupt, else that of the submitter or the watchdog. None
 * may sleep.
 */
struct orion_cmd_ops {
	/**
	 * @check: Turns the device's answer into an errno. Called only for a
	 * command that was answered in time. Everything in the answer is
	 * untrusted; @orion_cmd.used says how much of it was written. Without
	 * it every answer is a success.
	 */
	int (*check)(const struct orion_cmd *cmd);
	/**
	 * @done: The outcome is known and in @orion_cmd.err. Called exactly
	 * once for each submission. The buffers may still be the device's, if
	 * the outcome is -ETIMEDOUT or -EIO.
	 */
	void (*done)(struct orion_cmd *cmd);
	/**
	 * @release: The last reference is gone, the device has given the
	 * buffers back, and the memory is the driver's again. Called after
	 * @done.
	 */
	void (*release)(struct orion_cmd *cmd);
};

/**
 * struct orion_cmd - one request to the device and its answer
 *
 * Embedded in a driver's own command, which holds the buffers. Everything that
 * submitting needs is in it, so submission neither allocates nor fails: what
 * goes wrong is the command's outcome.
 */
struct orion_cmd {
	/* Set by the owner before submission. */

	/** @ops: What to do when it ends. */
	const struct orion_cmd_ops *ops;

	/* Result, constant once @answered is complete. */

	/**
	 * @err: 0, or what @check said, or -ETIMEDOUT (no answer in time),
	 * -EIO (ring broken), -ENODEV (queue stopped), -E2BIG (more pieces
	 * than the ring has descriptors), -EPROTO (impossible length).
	 */
	int err;
	/** @used: Bytes of the answer that the device wrote; bounded by its size. */
	u32 used;
	/** @answered: Completed after @done. */
	struct completion answered;

	/* Private to orion_cmd. */

	/** @ref: One for each owner, and one while the queue has it. */
	struct kref ref;
	/** @node: In a caller's batch, then in one list of the queue. */
	struct list_head node;
	/** @submitted: When it was. */
	ktime_t submitted;
	/** @deadline: In jiffies. */
	unsigned long deadline;
	/** @told: @done has been or is being called. Guarded by the queue's lock. */
	bool told;
	/** @out: Readable pieces. */
	u8 out;
	/** @in: Writable pieces. */
	u8 in;
	/** @descriptors: Entries of all pieces together. */
	unsigned int descriptors;
	/** @capacity: Bytes of all writable pieces. */
	u32 capacity;
	/** @sgs: The pieces, readable ones first. */
	struct scatterlist *sgs[ORION_CMD_PIECES];
	/** @sg: Room for pieces that are one buffer. */
	struct scatterlist sg[ORION_CMD_PIECES];
};

/* What a command queue counts; shown in debugfs in this order. */
enum orion_cmdq_stat {
	ORION_CMDQ_SUBMITTED,
	ORION_CMDQ_ANSWERED,
	ORION_CMDQ_REFUSED,
	ORION_CMDQ_TIMED_OUT,
	ORION_CMDQ_LATE,
	ORION_CMDQ_CANCELLED,
	ORION_CMDQ_MALFORMED,
	ORION_CMDQ_KICKS,
	ORION_CMDQ_BACKLOGGED,
	ORION_CMDQ_STATS,
};

/**
 * struct orion_cmdq - a queue of commands over one virtqueue
 *
 * Commands reach the device in the order of submission. What does not fit into
 * the ring waits in a backlog, which empties as answers come.
 */
struct orion_cmdq {
	/** @ovq: The ring; @ovq.lock guards the lists below as well. */
	struct orion_vq ovq;
	/** @flying: Commands that the device holds, oldest first. */
	struct list_head flying __guarded_by(&ovq.lock);
	/** @backlog: Commands that wait for room in the ring, oldest first. */
	struct list_head backlog __guarded_by(&ovq.lock);
	/** @watchdog: Ends commands whose deadline has passed. */
	struct delayed_work watchdog;
	/** @timeout: From submission to deadline, in jiffies. */
	unsigned long timeout;
	/** @name: What messages call the queue. */
	const char *name;
	/** @dev: Device that messages name. */
	struct device *dev;
	/** @stats: Counters, indexed by enum orion_cmdq_stat. */
	struct orion_stats stats;
	/** @latency: From submission to answer. */
	struct orion_hist latency;
};

int orion_cmdq_init(struct orion_cmdq *cmdq, struct device *dev,
		    const char *name, unsigned int timeout_ms);
void orion_cmdq_fini(struct orion_cmdq *cmdq);
void orion_cmdq_start(struct orion_cmdq *cmdq, struct virtqueue *vq);
void orion_cmdq_stop(struct orion_cmdq *cmdq);
void orion_cmdq_cancel(struct orion_cmdq *cmdq);
void orion_cmdq_reap(struct orion_cmdq *cmdq);
void orion_cmdq_submit(struct orion_cmdq *cmdq, struct orion_cmd *cmd);
void orion_cmdq_submit_batch(struct orion_cmdq *cmdq, struct list_head *batch);
int orion_cmdq_exec(struct orion_cmdq *cmdq, struct orion_cmd *cmd);
int orion_cmdq_wait_idle(struct orion_cmdq *cmdq, unsigned int timeout_ms);
void orion_cmdq_debugfs(struct orion_cmdq *cmdq, struct dentry *dir);

void orion_cmd_init(struct orion_cmd *cmd, const struct orion_cmd_ops *ops);
void orion_cmd_add_out(struct orion_cmd *cmd, const void *buf, u32 len);
void orion_cmd_add_out_sg(struct orion_cmd *cmd, struct scatterlist *sg,
			  unsigned int nents);
void orion_cmd_add_in(struct orion_cmd *cmd, void *buf, u32 len);
void orion_cmd_get(struct orion_cmd *cmd);
void orion_cmd_put(struct orion_cmd *cmd);
int orion_cmd_wait(struct orion_cmd *cmd);

/**
 * orion_cmd_batch() - put a command at the end of a batch
 * @cmd: prepared command; its reference goes to the batch
 * @batch: list to be given to orion_cmdq_submit_batch()
 */
static inline void orion_cmd_batch(struct orion_cmd *cmd,
				   struct list_head *batch)
{
	list_add_tail(&cmd->node, batch);
}

#endif
