/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_CMD_H
#define _ORION_CMD_H

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

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
	/**
	 * @timeout: From submission to deadline, in jiffies; 0 for the queue's
	 * own. orion_cmd_init() sets it to 0.
	 */
	unsigned long timeout;

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

	/* Private to orion_cmd and orion_cmdq. */

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

void orion_cmd_init(struct orion_cmd *cmd, const struct orion_cmd_ops *ops);
void orion_cmd_add_out(struct orion_cmd *cmd, const void *buf, u32 len);
void orion_cmd_add_out_sg(struct orion_cmd *cmd, struct scatterlist *sg,
			  unsigned int nents);
void orion_cmd_add_in(struct orion_cmd *cmd, void *buf, u32 len);
void orion_cmd_get(struct orion_cmd *cmd);
void orion_cmd_put(struct orion_cmd *cmd);
int orion_cmd_wait(struct orion_cmd *cmd);
void orion_cmd_tell(struct orion_cmd *cmd, int err);

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
