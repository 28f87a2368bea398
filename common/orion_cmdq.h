/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_CMDQ_H
#define _ORION_CMDQ_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "orion_cmd.h"
#include "orion_hist.h"
#include "orion_stats.h"
#include "orion_vq.h"

struct dentry;
struct device;
struct virtqueue;

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
	/**
	 * @lazy: Answers say nothing but that a command is over, so the device
	 * need not interrupt for them: whoever wants to know calls
	 * orion_cmdq_reap(). Constant; set before orion_cmdq_start().
	 */
	bool lazy;
	/** @watchdog: Ends commands whose deadline has passed. */
	struct delayed_work watchdog;
	/** @armed: When @watchdog looks next, in jiffies, if it is pending. */
	unsigned long armed __guarded_by(&ovq.lock);
	/** @timeout: From submission to deadline, in jiffies. */
	unsigned long timeout;
	/** @latest: Deadline of the newest command, if there is any. */
	unsigned long latest __guarded_by(&ovq.lock);
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

#endif
