// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests and answers over a shared virtqueue.
 *
 * Submitting never fails, allocates or waits: a command that does not fit
 * joins the backlog, and whatever goes wrong becomes its outcome. Each command
 * is told its outcome exactly once, by whichever comes first of the answer, its
 * deadline, the end of the ring or the end of the queue. Its memory stays
 * referenced until the device has given it back, which may be much later.
 */

#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/virtio.h>

#include "orion_cmdq.h"
#include "orion_namespace.h"

static const char *const orion_cmdq_stat_names[] = {
	[ORION_CMDQ_SUBMITTED]	= "submitted",
	[ORION_CMDQ_ANSWERED]	= "answered",
	[ORION_CMDQ_REFUSED]	= "refused",
	[ORION_CMDQ_TIMED_OUT]	= "timed_out",
	[ORION_CMDQ_LATE]	= "late",
	[ORION_CMDQ_CANCELLED]	= "cancelled",
	[ORION_CMDQ_MALFORMED]	= "malformed",
	[ORION_CMDQ_KICKS]	= "kicks",
	[ORION_CMDQ_BACKLOGGED]	= "backlogged",
};

/* Judge an answer that came in time. */
static void orion_cmdq_answer(struct orion_cmdq *cmdq, struct orion_cmd *cmd)
{
	int err = cmd->err;

	if (!err && cmd->ops->check)
		err = cmd->ops->check(cmd);

	orion_stats_inc(&cmdq->stats, ORION_CMDQ_ANSWERED);
	if (err == -EPROTO)
		orion_stats_inc(&cmdq->stats, ORION_CMDQ_MALFORMED);
	else if (err)
		orion_stats_inc(&cmdq->stats, ORION_CMDQ_REFUSED);

	orion_cmd_tell(cmd, err);
}

/* Commands that left the queue's lists: those of @untold carry their outcome. */
static void orion_cmdq_drop(struct list_head *untold, struct list_head *told)
{
	struct orion_cmd *cmd, *next;

	list_for_each_entry_safe(cmd, next, untold, node) {
		list_del_init(&cmd->node);
		orion_cmd_tell(cmd, cmd->err);
	}
	list_for_each_entry_safe(cmd, next, told, node) {
		list_del_init(&cmd->node);
		orion_cmd_put(cmd);
	}
}

/* Take a command off its list, to be told @err after the lock is dropped. */
static void orion_cmdq_end_locked(struct orion_cmdq *cmdq,
				  struct orion_cmd *cmd, int err,
				  struct list_head *untold)
{
	lockdep_assert_held(&cmdq->ovq.lock);

	cmd->told = true;
	cmd->err = err;
	list_move_tail(&cmd->node, untold);
}

/*
 * Move what fits from the backlog into the ring. Commands that can never go
 * end up on @untold. Returns the ring if it wants a notification.
 */
static struct virtqueue *orion_cmdq_feed_locked(struct orion_cmdq *cmdq,
						struct list_head *untold)
{
	struct orion_cmd *cmd, *next;
	struct virtqueue *vq = NULL;
	bool added = false;
	int err;

	lockdep_assert_held(&cmdq->ovq.lock);

	list_for_each_entry_safe(cmd, next, &cmdq->backlog, node) {
		err = orion_vq_add_locked(&cmdq->ovq, cmd->sgs, cmd->out,
					  cmd->in, cmd->descriptors, cmd);
		/* With nothing in flight no answer would make room. */
		if (err == -ENOSPC && cmdq->ovq.in_flight)
			break;
		if (err) {
			orion_cmdq_end_locked(cmdq, cmd, err, untold);
			continue;
		}
		list_move_tail(&cmd->node, &cmdq->flying);
		added = true;
	}

	if (added)
		vq = orion_vq_kick_locked(&cmdq->ovq);
	if (vq)
		orion_stats_inc(&cmdq->stats, ORION_CMDQ_KICKS);

	return vq;
}

/*
 * As long as the device has half a ring to do, it needs no more: a backlog then
 * goes in few large portions, with a kick each, and not one by one.
 */
static bool orion_cmdq_busy_locked(struct orion_cmdq *cmdq)
{
	struct virtqueue *vq = cmdq->ovq.vq;

	lockdep_assert_held(&cmdq->ovq.lock);

	return cmdq->ovq.in_flight && !virtqueue_is_broken(vq) &&
	       vq->num_free < virtqueue_get_vring_size(vq) / 2;
}

/* The device gave a command back. */
static void orion_cmdq_collect_locked(struct orion_cmdq *cmdq,
				      struct orion_cmd *cmd, u32 len,
				      struct list_head *answered,
				      struct list_head *told)
{
	lockdep_assert_held(&cmdq->ovq.lock);

	if (cmd->told) {
		orion_stats_inc(&cmdq->stats, ORION_CMDQ_LATE);
		list_move_tail(&cmd->node, told);
		return;
	}

	cmd->told = true;
	cmd->used = min(len, cmd->capacity);
	cmd->err = len > cmd->capacity ? -EPROTO : 0;
	list_move_tail(&cmd->node, answered);
	/* When nobody looks at once, nobody knows how long it took. */
	if (cmdq->lazy)
		return;

	orion_hist_record(&cmdq->latency,
			  ktime_to_ns(ktime_sub(ktime_get(), cmd->submitted)));
}

/*
 * The oldest command with the device that nobody has been told about, if it is
 * overdue or if there is no use in waiting (@all); now marked as told, and with
 * an extra reference, because the queue keeps its own until the device returns
 * the buffers.
 */
static struct orion_cmd *orion_cmdq_next_overdue(struct orion_cmdq *cmdq,
						 bool all)
{
	struct orion_cmd *cmd, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&cmdq->ovq.lock, flags);
	list_for_each_entry(cmd, &cmdq->flying, node) {
		if (cmd->told)
			continue;
		if (all || time_after_eq(jiffies, cmd->deadline)) {
			cmd->told = true;
			orion_cmd_get(cmd);
			found = cmd;
		}
		break;
	}
	spin_unlock_irqrestore(&cmdq->ovq.lock, flags);

	return found;
}

static void orion_cmdq_abandon(struct orion_cmdq *cmdq, bool all, int err)
{
	struct orion_cmd *cmd;

	while ((cmd = orion_cmdq_next_overdue(cmdq, all))) {
		if (err == -ETIMEDOUT) {
			orion_stats_inc(&cmdq->stats, ORION_CMDQ_TIMED_OUT);
			dev_err_ratelimited(cmdq->dev,
					    "%s queue: no answer after %lld ms\n",
					    cmdq->name,
					    ktime_ms_delta(ktime_get(),
							   cmd->submitted));
		}
		orion_cmd_tell(cmd, err);
	}
}

/* Does anybody, or the backlog, want to know when the next answer comes? */
static bool orion_cmdq_listens_locked(const struct orion_cmdq *cmdq)
{
	lockdep_assert_held(&cmdq->ovq.lock);

	return !cmdq->lazy || cmdq->ovq.in_flight ||
	       !list_empty(&cmdq->backlog);
}

/**
 * orion_cmdq_reap() - collect answers; the ring's callback calls it
 * @cmdq: queue
 *
 * Of a queue that is lazy, those who want to know call it as well: what is over
 * is told before this returns, and if anything is not, there will be an
 * interrupt.
 *
 * Also refills the ring from the backlog. If the core found the ring broken,
 * every command in it is told -EIO.
 *
 * Context: Any. Takes @cmdq->ovq.lock.
 */
void orion_cmdq_reap(struct orion_cmdq *cmdq)
{
	struct orion_cmd *cmd, *next;
	struct virtqueue *vq = NULL;
	LIST_HEAD(answered);
	LIST_HEAD(untold);
	unsigned long flags;
	LIST_HEAD(told);
	u32 len;

	spin_lock_irqsave(&cmdq->ovq.lock, flags);
	do {
		orion_vq_quiet_locked(&cmdq->ovq);
		while ((cmd = orion_vq_get_locked(&cmdq->ovq, &len)))
			orion_cmdq_collect_locked(cmdq, cmd, len, &answered,
						  &told);
	} while (orion_cmdq_listens_locked(cmdq) &&
		 !orion_vq_listen_locked(&cmdq->ovq));
	if (!orion_cmdq_busy_locked(cmdq))
		vq = orion_cmdq_feed_locked(cmdq, &untold);
	spin_unlock_irqrestore(&cmdq->ovq.lock, flags);

	orion_vq_notify(&cmdq->ovq, vq);

	list_for_each_entry_safe(cmd, next, &answered, node) {
		list_del_init(&cmd->node);
		orion_cmdq_answer(cmdq, cmd);
	}
	orion_cmdq_drop(&untold, &told);

	if (orion_vq_broken(&cmdq->ovq))
		orion_cmdq_abandon(cmdq, true, -EIO);
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_reap, ORION_COMMON_NS);

/* Commands that waited for room so long that their time is up. */
static void orion_cmdq_expire_backlog(struct orion_cmdq *cmdq)
{
	struct orion_cmd *cmd, *next;
	unsigned long flags;
	LIST_HEAD(untold);
	LIST_HEAD(none);

	spin_lock_irqsave(&cmdq->ovq.lock, flags);
	list_for_each_entry_safe(cmd, next, &cmdq->backlog, node) {
		if (time_before(jiffies, cmd->deadline))
			break;
		orion_stats_inc(&cmdq->stats, ORION_CMDQ_TIMED_OUT);
		orion_cmdq_end_locked(cmdq, cmd, -ETIMEDOUT, &untold);
	}
	spin_unlock_irqrestore(&cmdq->ovq.lock, flags);

	orion_cmdq_drop(&untold, &none);
}

/* Sleep until the oldest command that still hopes for an answer is overdue. */
static void orion_cmdq_arm_locked(struct orion_cmdq *cmdq)
{
	struct orion_cmd *cmd, *oldest;

	lockdep_assert_held(&cmdq->ovq.lock);

	oldest = list_first_entry_or_null(&cmdq->backlog, struct orion_cmd,
					  node);
	list_for_each_entry(cmd, &cmdq->flying, node) {
		if (cmd->told)
			continue;
		oldest = cmd;
		break;
	}
	if (!oldest)
		return;

	if (delayed_work_pending(&cmdq->watchdog) &&
	    !time_after(cmdq->armed, oldest->deadline))
		return;

	cmdq->armed = oldest->deadline;
	mod_delayed_work(system_wq, &cmdq->watchdog,
			 time_after(oldest->deadline, jiffies) ?
			 oldest->deadline - jiffies : 0);
}

static void orion_cmdq_watch(struct work_struct *work)
{
	struct orion_cmdq *cmdq =
		container_of(work, struct orion_cmdq, watchdog.work);
	unsigned long flags;

	/* The device may have answered, and only its interrupt got lost. */
	orion_cmdq_reap(cmdq);
	orion_cmdq_abandon(cmdq, false, -ETIMEDOUT);
	orion_cmdq_expire_backlog(cmdq);

	spin_lock_irqsave(&cmdq->ovq.lock, flags);
	orion_cmdq_arm_locked(cmdq);
	spin_unlock_irqrestore(&cmdq->ovq.lock, flags);
}

/**
 * orion_cmdq_init() - make a stopped queue
 * @cmdq: queue to fill
 * @dev: device that messages name
 * @name: what messages call the queue; borrowed until orion_cmdq_fini()
 * @timeout_ms: how long a command may take from submission to answer
 *
 * Context: Process. May sleep.
 * Return: 0 or -ENOMEM.
 */
int orion_cmdq_init(struct orion_cmdq *cmdq, struct device *dev,
		    const char *name, unsigned int timeout_ms)
{
	int err;

	err = orion_stats_alloc(&cmdq->stats, orion_cmdq_stat_names,
				ORION_CMDQ_STATS);
	if (err)
		return err;

	err = orion_hist_alloc(&cmdq->latency);
	if (err)
		goto err_free_stats;

	orion_vq_init(&cmdq->ovq);
	INIT_LIST_HEAD(&cmdq->flying);
	INIT_LIST_HEAD(&cmdq->backlog);
	INIT_DELAYED_WORK(&cmdq->watchdog, orion_cmdq_watch);
	cmdq->timeout = msecs_to_jiffies(timeout_ms);
	cmdq->name = name;
	cmdq->dev = dev;
	return 0;

err_free_stats:
	orion_stats_free(&cmdq->stats);
	return err;
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_init, ORION_COMMON_NS);

/**
 * orion_cmdq_fini() - give back what orion_cmdq_init() took
 * @cmdq: queue without a ring: never started, or cancelled
 */
void orion_cmdq_fini(struct orion_cmdq *cmdq)
{
	WARN_ON_ONCE(!list_empty(&cmdq->flying) || !list_empty(&cmdq->backlog));
	orion_hist_free(&cmdq->latency);
	orion_stats_free(&cmdq->stats);
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_fini, ORION_COMMON_NS);

/**
 * orion_cmdq_start() - give the queue its ring; commands may be submitted
 * @cmdq: stopped queue
 * @vq: ring whose callback calls orion_cmdq_reap(); borrowed until
 *	orion_cmdq_cancel()
 */
void orion_cmdq_start(struct orion_cmdq *cmdq, struct virtqueue *vq)
{
	unsigned long flags;

	orion_vq_start(&cmdq->ovq, vq);
	if (!cmdq->lazy)
		return;

	spin_lock_irqsave(&cmdq->ovq.lock, flags);
	orion_vq_quiet_locked(&cmdq->ovq);
	spin_unlock_irqrestore(&cmdq->ovq.lock, flags);
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_start, ORION_COMMON_NS);

/**
 * orion_cmdq_stop() - end further commands with -ENODEV
 * @cmdq: queue; may be stopped already
 *
 * First step of teardown: then the device is reset, which takes the buffers
 * back from it, then orion_cmdq_cancel().
 *
 * Context: Process. May sleep.
 */
void orion_cmdq_stop(struct orion_cmdq *cmdq)
{
	orion_vq_stop(&cmdq->ovq);
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_stop, ORION_COMMON_NS);

/**
 * orion_cmdq_cancel() - end every command that is left
 * @cmdq: stopped queue whose device has been reset, and whose callbacks have
 *	been synchronized
 *
 * Commands that nobody has been told about end with -ENODEV. When this
 * returns, the queue holds no reference and no ring.
 *
 * Context: Process. May sleep.
 */
void orion_cmdq_cancel(struct orion_cmdq *cmdq)
{
	struct orion_cmd *cmd, *next;
	unsigned long flags;
	LIST_HEAD(untold);
	LIST_HEAD(told);

	/* Our own lists are complete, whatever the device did to the ring. */
	while (orion_vq_detach(&cmdq->ovq))
		;

	spin_lock_irqsave(&cmdq->ovq.lock, flags);
	list_splice_tail_init(&cmdq->backlog, &cmdq->flying);
	list_for_each_entry_safe(cmd, next, &cmdq->flying, node) {
		if (cmd->told) {
			list_move_tail(&cmd->node, &told);
			continue;
		}
		orion_stats_inc(&cmdq->stats, ORION_CMDQ_CANCELLED);
		orion_cmdq_end_locked(cmdq, cmd, -ENODEV, &untold);
	}
	spin_unlock_irqrestore(&cmdq->ovq.lock, flags);

	orion_cmdq_drop(&untold, &told);
	/* With both lists empty it does not arm itself again. */
	cancel_delayed_work_sync(&cmdq->watchdog);
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_cancel, ORION_COMMON_NS);

/*
 * The device works on one after the other, so none is overdue before those that
 * went ahead of it: deadlines are in the order of the lists.
 */
static void orion_cmdq_set_deadline_locked(struct orion_cmdq *cmdq,
					   struct orion_cmd *cmd)
{
	unsigned long deadline = jiffies + (cmd->timeout ?: cmdq->timeout);

	lockdep_assert_held(&cmdq->ovq.lock);

	if ((!list_empty(&cmdq->flying) || !list_empty(&cmdq->backlog)) &&
	    time_after(cmdq->latest, deadline))
		deadline = cmdq->latest;
	cmd->deadline = deadline;
	cmdq->latest = deadline;
}

/**
 * orion_cmdq_submit_batch() - hand commands to the device, with one kick
 * @cmdq: queue
 * @batch: list made with orion_cmd_batch(); empty on return
 *
 * Each command's reference passes to the queue, which gives it back when the
 * device no longer holds the buffers. The commands reach the device in the
 * order of the list, and after all that were submitted before.
 *
 * Context: Any. Takes @cmdq->ovq.lock. A command that cannot go is told so
 * before this returns.
 */
void orion_cmdq_submit_batch(struct orion_cmdq *cmdq, struct list_head *batch)
{
	struct orion_cmd *cmd, *next;
	struct virtqueue *vq;
	LIST_HEAD(untold);
	unsigned long flags;
	LIST_HEAD(none);
	bool waiting;
	ktime_t now;

	if (list_empty(batch))
		return;

	now = ktime_get();
	spin_lock_irqsave(&cmdq->ovq.lock, flags);
	list_for_each_entry_safe(cmd, next, batch, node) {
		cmd->submitted = now;
		orion_cmdq_set_deadline_locked(cmdq, cmd);
		list_move_tail(&cmd->node, &cmdq->backlog);
		orion_stats_inc(&cmdq->stats, ORION_CMDQ_SUBMITTED);
	}
	vq = orion_cmdq_feed_locked(cmdq, &untold);
	waiting = !list_empty(&cmdq->backlog);
	if (waiting)
		orion_stats_inc(&cmdq->stats, ORION_CMDQ_BACKLOGGED);
	orion_cmdq_arm_locked(cmdq);
	spin_unlock_irqrestore(&cmdq->ovq.lock, flags);

	orion_vq_notify(&cmdq->ovq, vq);
	orion_cmdq_drop(&untold, &none);
	/* The room that these wait for may be there already. */
	if (waiting && cmdq->lazy)
		orion_cmdq_reap(cmdq);
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_submit_batch, ORION_COMMON_NS);

/**
 * orion_cmdq_submit() - hand one command to the device
 * @cmdq: queue
 * @cmd: command; its reference passes to the queue
 *
 * Context: Any, see orion_cmdq_submit_batch().
 */
void orion_cmdq_submit(struct orion_cmdq *cmdq, struct orion_cmd *cmd)
{
	LIST_HEAD(batch);

	orion_cmd_batch(cmd, &batch);
	orion_cmdq_submit_batch(cmdq, &batch);
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_submit, ORION_COMMON_NS);

/**
 * orion_cmdq_exec() - submit one command and wait for its outcome
 * @cmdq: queue
 * @cmd: command; the caller keeps its reference, and must put it afterwards
 *
 * On -ETIMEDOUT and -EIO the device may still write to the command's buffers;
 * they live until the device lets go, however early the caller puts @cmd.
 *
 * Context: Process. May sleep, uninterruptibly, up to the queue's timeout.
 * Return: the outcome, see @orion_cmd.err.
 */
int orion_cmdq_exec(struct orion_cmdq *cmdq, struct orion_cmd *cmd)
{
	orion_cmd_get(cmd);
	orion_cmdq_submit(cmdq, cmd);
	return orion_cmd_wait(cmd);
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_exec, ORION_COMMON_NS);

/**
 * orion_cmdq_wait_idle() - wait until the device has returned every command
 * @cmdq: queue
 * @timeout_ms: at most so long
 *
 * The last command's done() may still be running when this returns.
 *
 * Context: Process. May sleep, uninterruptibly, up to @timeout_ms.
 * Return: 0, -EIO if the queue ended with commands in flight, -ETIMEDOUT.
 */
int orion_cmdq_wait_idle(struct orion_cmdq *cmdq, unsigned int timeout_ms)
{
	return orion_vq_wait_idle(&cmdq->ovq, msecs_to_jiffies(timeout_ms));
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_wait_idle, ORION_COMMON_NS);

/**
 * orion_cmdq_debugfs() - show counters and latencies in a folder of their own
 * @cmdq: queue; outlives the files
 * @dir: debugfs folder; whoever made it removes it and the files with it
 */
void orion_cmdq_debugfs(struct orion_cmdq *cmdq, struct dentry *dir)
{
	struct dentry *own = debugfs_create_dir(cmdq->name, dir);

	orion_stats_debugfs(&cmdq->stats, "commands", own);
	orion_hist_debugfs(&cmdq->latency, "latency_ns", own);
}
EXPORT_SYMBOL_NS_GPL(orion_cmdq_debugfs, ORION_COMMON_NS);
