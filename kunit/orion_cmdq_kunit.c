// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands and their queue: whatever the device does, each command is told its
 * outcome once, and its memory comes back once, not before the device lets go.
 */

#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "fake_driver.h"
#include "orion_cmdq.h"
#include "orion_namespace.h"

#define OCQ_RING	8
#define OCQ_TIMEOUT_MS	200
#define OCQ_OK		1
#define OCQ_SEEN	64

struct ocq;

/* A command: a number to the device, a type and the number back. */
struct ocq_cmd {
	struct orion_cmd base;
	struct ocq *t;
	u8 number;
	u8 answer[2];
	unsigned int done;
	struct scatterlist sg[OCQ_RING + 1];
};

struct ocq {
	struct kunit *test;
	struct fake_virtio *fv;
	struct fake_driver driver;
	struct orion_cmdq cmdq;
	bool inited;
	bool lazy;
	unsigned int made;
	unsigned int released;
	unsigned int done;
	unsigned int done_twice;
	unsigned int after_release;
	int last_err;
	u8 numbers;
	u8 seen[OCQ_SEEN];
	unsigned int nseen;
	struct ocq_cmd *next;
};

/* The device. */

static void ocq_request(struct fake_chain *chain)
{
	struct ocq *t = chain->fvq->fv->priv;
	u8 answer[2] = { OCQ_OK };

	fake_chain_read(chain, 0, &answer[1], 1);
	if (t->nseen < OCQ_SEEN)
		t->seen[t->nseen++] = answer[1];
	if (chain->fault.kind == FAKE_FAULT_TYPE)
		answer[0] = chain->fault.value;
	fake_chain_answer(chain, fake_chain_write(chain, 0, answer, 2));
}

static const struct fake_virtio_ops ocq_fake_ops = {
	.request = ocq_request,
};

/* The driver. */

static int ocq_check(const struct orion_cmd *base)
{
	const struct ocq_cmd *cmd = container_of(base, struct ocq_cmd, base);

	if (base->used < sizeof(cmd->answer))
		return -EPROTO;
	return cmd->answer[0] == OCQ_OK ? 0 : -EINVAL;
}

static void ocq_done(struct orion_cmd *base)
{
	struct ocq_cmd *cmd = container_of(base, struct ocq_cmd, base);
	struct ocq *t = cmd->t;
	struct ocq_cmd *next = t->next;

	t->done++;
	t->last_err = base->err;
	if (cmd->done++)
		t->done_twice++;

	/* Nothing is locked, so another command may be given from here. */
	t->next = NULL;
	if (next)
		orion_cmdq_submit(&t->cmdq, &next->base);
}

static void ocq_release(struct orion_cmd *base)
{
	struct ocq_cmd *cmd = container_of(base, struct ocq_cmd, base);

	cmd->t->released++;
	kfree(cmd);
}

static const struct orion_cmd_ops ocq_ops = {
	.check = ocq_check,
	.done = ocq_done,
	.release = ocq_release,
};

static struct ocq_cmd *ocq_cmd(struct kunit *test)
{
	struct ocq *t = test->priv;
	struct ocq_cmd *cmd = kzalloc(sizeof(*cmd), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, cmd);
	cmd->t = t;
	cmd->number = t->numbers++;
	orion_cmd_init(&cmd->base, &ocq_ops);
	orion_cmd_add_out(&cmd->base, &cmd->number, 1);
	orion_cmd_add_in(&cmd->base, cmd->answer, sizeof(cmd->answer));
	t->made++;
	return cmd;
}

static void ocq_used(struct fake_driver *driver, struct virtqueue *vq)
{
	struct ocq *t = driver->priv;

	orion_cmdq_reap(&t->cmdq);
}

static void ocq_stop(struct fake_driver *driver)
{
	struct ocq *t = driver->priv;

	orion_cmdq_stop(&t->cmdq);
}

static void ocq_drain(struct fake_driver *driver)
{
	struct ocq *t = driver->priv;

	orion_cmdq_cancel(&t->cmdq);
}

static u64 ocq_stat(struct ocq *t, enum orion_cmdq_stat stat)
{
	return orion_stats_read(&t->cmdq.stats, stat);
}

static int ocq_init(struct kunit *test)
{
	struct ocq *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;

	t->test = test;
	t->driver.used = ocq_used;
	t->driver.stop = ocq_stop;
	t->driver.drain = ocq_drain;
	t->driver.priv = t;
	test->priv = t;
	return 0;
}

static void ocq_plug(struct kunit *test, u64 features)
{
	struct ocq *t = test->priv;

	t->fv = fake_virtio_alloc(&(struct fake_virtio_param) {
		.device_id = FAKE_DRIVER_ID,
		.features = features | BIT_ULL(VIRTIO_F_VERSION_1),
		.queue_size = OCQ_RING,
		.ops = &ocq_fake_ops,
		.priv = t });
	KUNIT_ASSERT_NOT_NULL(test, t->fv);
	KUNIT_ASSERT_EQ(test, 0, fake_driver_plug(&t->driver, t->fv));
	/* The parent stays when the device is plugged in again. */
	KUNIT_ASSERT_EQ(test, 0, orion_cmdq_init(&t->cmdq, t->fv->parent,
						 "test", OCQ_TIMEOUT_MS));
	t->inited = true;
	t->cmdq.lazy = t->lazy;
	orion_cmdq_start(&t->cmdq, t->driver.vqs[0]);
}

/* After every case: each command was told once and freed once. */
static void ocq_exit(struct kunit *test)
{
	struct ocq *t = test->priv;

	if (!t || !t->fv)
		return;

	fake_virtio_unplug(t->fv);
	KUNIT_EXPECT_EQ(test, t->done, t->made);
	KUNIT_EXPECT_EQ(test, t->released, t->made);
	KUNIT_EXPECT_EQ(test, t->done_twice, 0);
	if (t->inited)
		orion_cmdq_fini(&t->cmdq);
	fake_virtio_free(t->fv);
}

static int ocq_exec(struct kunit *test)
{
	struct ocq *t = test->priv;
	struct ocq_cmd *cmd = ocq_cmd(test);
	int err;

	err = orion_cmdq_exec(&t->cmdq, &cmd->base);
	orion_cmd_put(&cmd->base);
	return err;
}

static void ocq_fault(struct kunit *test, const struct fake_fault *fault)
{
	struct ocq *t = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(t->fv, fault));
}

/* What one command is told, and what is counted besides its submission. */
static const struct ocq_fault {
	const char *name;
	struct fake_fault fault;
	int want;
	/* The device gave the memory back by the time the outcome is known. */
	bool returned;
	bool broken;
	int stat;
} ocq_faults[] = {
	{ "answer", { FAKE_FAULT_NONE }, 0, true, false, ORION_CMDQ_ANSWERED },
	{ "late", { FAKE_FAULT_LATE, .delay_ms = OCQ_TIMEOUT_MS / 2 },
	  0, true, false, ORION_CMDQ_ANSWERED },
	{ "too late", { FAKE_FAULT_LATE, .delay_ms = OCQ_TIMEOUT_MS * 2 },
	  -ETIMEDOUT, false, false, ORION_CMDQ_TIMED_OUT },
	{ "never", { FAKE_FAULT_NEVER }, -ETIMEDOUT, false, false,
	  ORION_CMDQ_TIMED_OUT },
	{ "short", { FAKE_FAULT_SHORT, .value = 1 }, -EPROTO, true, false,
	  ORION_CMDQ_MALFORMED },
	{ "nothing at all", { FAKE_FAULT_SHORT }, -EPROTO, true, false,
	  ORION_CMDQ_MALFORMED },
	{ "a length beyond the buffer", { FAKE_FAULT_LENGTH, .value = 3 },
	  -EPROTO, true, false, ORION_CMDQ_MALFORMED },
	{ "a length of 4 GB", { FAKE_FAULT_LENGTH, .value = U32_MAX },
	  -EPROTO, true, false, ORION_CMDQ_MALFORMED },
	{ "refused", { FAKE_FAULT_TYPE, .value = 7 }, -EINVAL, true, false,
	  ORION_CMDQ_REFUSED },
	{ "garbage", { FAKE_FAULT_GARBAGE, .value = 0xa5 }, -EINVAL, true,
	  false, ORION_CMDQ_REFUSED },
	{ "lost interrupt", { FAKE_FAULT_LOST_IRQ }, 0, true, false,
	  ORION_CMDQ_ANSWERED },
	{ "bad id", { FAKE_FAULT_BAD_ID, .value = 77 }, -EIO, false, true, -1 },
	{ "broken", { FAKE_FAULT_BREAK }, -EIO, false, true, -1 },
	{ "needs reset", { FAKE_FAULT_NEEDS_RESET }, -ETIMEDOUT, false, false,
	  ORION_CMDQ_TIMED_OUT },
};

KUNIT_ARRAY_PARAM_DESC(ocq_fault, ocq_faults, name);

static void ocq_outcome_on(struct kunit *test, u64 features)
{
	const struct ocq_fault *c = test->param_value;
	struct fake_fault fault = c->fault;
	struct ocq *t = test->priv;

	fault.count = 1;
	ocq_plug(test, features);
	ocq_fault(test, &fault);
	KUNIT_EXPECT_EQ(test, ocq_exec(test), c->want);
	KUNIT_EXPECT_EQ(test, fake_fault_hits(t->fv), 1);
	KUNIT_EXPECT_EQ(test, t->released, c->returned);
	KUNIT_EXPECT_EQ(test, ocq_stat(t, ORION_CMDQ_SUBMITTED), 1);
	if (c->stat >= 0)
		KUNIT_EXPECT_EQ(test, ocq_stat(t, c->stat), 1);
	KUNIT_EXPECT_EQ(test, orion_vq_broken(&t->cmdq.ovq), c->broken);

	/* The next one is not held up by what happened to this one. */
	if (c->broken)
		KUNIT_EXPECT_EQ(test, ocq_exec(test), -EIO);
	else if (c->fault.kind != FAKE_FAULT_NEEDS_RESET)
		KUNIT_EXPECT_EQ(test, ocq_exec(test), 0);
}

static void ocq_outcome_split(struct kunit *test)
{
	ocq_outcome_on(test, 0);
}

static void ocq_outcome_packed(struct kunit *test)
{
	ocq_outcome_on(test, BIT_ULL(VIRTIO_F_RING_PACKED));
}

static void ocq_outcome_all(struct kunit *test)
{
	ocq_outcome_on(test, BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) |
		       BIT_ULL(VIRTIO_RING_F_EVENT_IDX));
}

/* An answer after the deadline gives the memory back, and tells nobody. */
static void ocq_late_returns(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	ocq_fault(test, &(struct fake_fault) { FAKE_FAULT_NEVER, .count = 1 });
	KUNIT_EXPECT_EQ(test, ocq_exec(test), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, t->released, 0);
	KUNIT_EXPECT_EQ(test, orion_cmdq_wait_idle(&t->cmdq, 1), -ETIMEDOUT);

	fake_chain_serve(fake_queue_held(&t->fv->queues[0]));
	fake_virtio_settle(t->fv);
	KUNIT_EXPECT_EQ(test, t->released, 1);
	KUNIT_EXPECT_EQ(test, t->done, 1);
	KUNIT_EXPECT_EQ(test, ocq_stat(t, ORION_CMDQ_LATE), 1);
	KUNIT_EXPECT_EQ(test, orion_cmdq_wait_idle(&t->cmdq, 1), 0);
}

/* The second return of a buffer breaks the ring, not the driver. */
static void ocq_twice(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	ocq_fault(test, &(struct fake_fault) { FAKE_FAULT_TWICE });
	KUNIT_EXPECT_EQ(test, ocq_exec(test), 0);
	fake_virtio_settle(t->fv);
	KUNIT_EXPECT_TRUE(test, orion_vq_broken(&t->cmdq.ovq));
	KUNIT_EXPECT_EQ(test, ocq_exec(test), -EIO);
	KUNIT_EXPECT_EQ(test, t->released, 2);
}

/* Commands in flight hear of a ring that another one broke. */
static void ocq_broken_together(struct kunit *test)
{
	struct ocq *t = test->priv;
	struct ocq_cmd *cmd;

	ocq_plug(test, 0);
	ocq_fault(test, &(struct fake_fault) { FAKE_FAULT_NEVER, .count = 2 });
	ocq_fault(test, &(struct fake_fault) { FAKE_FAULT_BAD_ID, .value = 99 });
	cmd = ocq_cmd(test);
	orion_cmdq_submit(&t->cmdq, &cmd->base);
	cmd = ocq_cmd(test);
	orion_cmdq_submit(&t->cmdq, &cmd->base);
	fake_virtio_settle(t->fv);
	KUNIT_EXPECT_EQ(test, t->done, 0);

	KUNIT_EXPECT_EQ(test, ocq_exec(test), -EIO);
	KUNIT_EXPECT_EQ(test, t->done, 3);
	KUNIT_EXPECT_EQ(test, t->last_err, -EIO);
	KUNIT_EXPECT_EQ(test, t->released, 0);
	KUNIT_EXPECT_EQ(test, orion_cmdq_wait_idle(&t->cmdq, 1000), -EIO);
}

static void ocq_batch(struct kunit *test, unsigned int count)
{
	struct ocq *t = test->priv;
	LIST_HEAD(batch);

	while (count--)
		orion_cmd_batch(&ocq_cmd(test)->base, &batch);
	orion_cmdq_submit_batch(&t->cmdq, &batch);
	KUNIT_EXPECT_TRUE(test, list_empty(&batch));
}

static void ocq_expect_order(struct kunit *test, unsigned int count)
{
	struct ocq *t = test->priv;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, t->nseen, count);
	for (i = 0; i < count; i++)
		KUNIT_EXPECT_EQ(test, t->seen[i], i);
}

static void ocq_one_kick(struct kunit *test)
{
	struct ocq *t = test->priv;
	LIST_HEAD(batch);

	ocq_plug(test, 0);
	orion_cmdq_submit_batch(&t->cmdq, &batch);
	KUNIT_EXPECT_EQ(test, t->fv->queues[0].kicks, 0);

	ocq_batch(test, 4);
	KUNIT_EXPECT_EQ(test, t->fv->queues[0].kicks, 1);
	KUNIT_EXPECT_EQ(test, 0, orion_cmdq_wait_idle(&t->cmdq, 1000));
	KUNIT_EXPECT_EQ(test, t->fv->queues[0].kicks, 1);
	KUNIT_EXPECT_EQ(test, ocq_stat(t, ORION_CMDQ_KICKS), 1);
	KUNIT_EXPECT_EQ(test, ocq_stat(t, ORION_CMDQ_BACKLOGGED), 0);
	ocq_expect_order(test, 4);
}

/* Thirty commands for a ring of four wait their turn, in order, two by two. */
static void ocq_backlog(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	fake_queue_stop(&t->fv->queues[0]);
	ocq_batch(test, 20);
	ocq_batch(test, 10);
	KUNIT_EXPECT_EQ(test, t->fv->queues[0].kicks, 1);
	KUNIT_EXPECT_EQ(test, ocq_stat(t, ORION_CMDQ_BACKLOGGED), 2);

	fake_queue_start(&t->fv->queues[0]);
	KUNIT_EXPECT_TRUE(test, fake_wait(t->done == 30));
	ocq_expect_order(test, 30);
	KUNIT_EXPECT_EQ(test, t->last_err, 0);
	KUNIT_EXPECT_LE(test, t->fv->queues[0].kicks, 1 + 30 / 2);
	fake_virtio_settle(t->fv);
	KUNIT_EXPECT_EQ(test, t->released, 30);
}

/* Where the device answers nothing, waiting for room ends as well. */
static void ocq_backlog_expires(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	fake_queue_stop(&t->fv->queues[0]);
	ocq_batch(test, 10);
	KUNIT_EXPECT_TRUE(test, fake_wait(t->done == 10));
	KUNIT_EXPECT_EQ(test, t->last_err, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, ocq_stat(t, ORION_CMDQ_TIMED_OUT), 10);
	/* Four are with the device; those that never went are free. */
	KUNIT_EXPECT_TRUE(test, fake_wait(t->released == 6));
}

/* Deadlines are each command's own. */
static void ocq_deadlines(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	ocq_fault(test, &(struct fake_fault) { FAKE_FAULT_NEVER });
	ocq_batch(test, 1);
	msleep(OCQ_TIMEOUT_MS * 3 / 4);
	ocq_batch(test, 1);
	msleep(OCQ_TIMEOUT_MS / 2);
	KUNIT_EXPECT_EQ(test, t->done, 1);
	msleep(OCQ_TIMEOUT_MS);
	KUNIT_EXPECT_EQ(test, t->done, 2);
}

static void ocq_batch_patient(struct kunit *test, unsigned int timeout_ms)
{
	struct ocq *t = test->priv;
	struct ocq_cmd *cmd = ocq_cmd(test);

	cmd->base.timeout = msecs_to_jiffies(timeout_ms);
	orion_cmdq_submit(&t->cmdq, &cmd->base);
}

/* What may take longer keeps what comes behind it from being late. */
static void ocq_patience(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	/* It was quick, and nobody has the benefit of it later. */
	ocq_batch_patient(test, OCQ_TIMEOUT_MS * 8);
	KUNIT_EXPECT_TRUE(test, fake_wait(t->done == 1));
	ocq_fault(test, &(struct fake_fault) { FAKE_FAULT_NEVER });
	ocq_batch(test, 1);
	msleep(OCQ_TIMEOUT_MS * 3 / 2);
	KUNIT_EXPECT_EQ(test, t->done, 2);

	ocq_batch_patient(test, OCQ_TIMEOUT_MS * 4);
	ocq_batch(test, 1);
	msleep(OCQ_TIMEOUT_MS * 2);
	KUNIT_EXPECT_EQ(test, t->done, 2);
	msleep(OCQ_TIMEOUT_MS * 3);
	KUNIT_EXPECT_EQ(test, t->done, 4);
	KUNIT_EXPECT_EQ(test, ocq_stat(t, ORION_CMDQ_TIMED_OUT), 3);
}

/* More pieces than the ring has descriptors: told at once, others go on. */
static void ocq_too_big(struct kunit *test)
{
	struct ocq *t = test->priv;
	struct ocq_cmd *big = kzalloc(sizeof(*big), GFP_KERNEL);
	LIST_HEAD(batch);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, big);
	ocq_plug(test, 0);
	t->made++;
	big->t = t;
	orion_cmd_init(&big->base, &ocq_ops);
	sg_init_table(big->sg, OCQ_RING + 1);
	for (i = 0; i <= OCQ_RING; i++)
		sg_set_buf(&big->sg[i], &big->number, 1);
	orion_cmd_add_out_sg(&big->base, big->sg, OCQ_RING + 1);
	orion_cmd_batch(&big->base, &batch);
	orion_cmd_batch(&ocq_cmd(test)->base, &batch);
	orion_cmdq_submit_batch(&t->cmdq, &batch);

	KUNIT_EXPECT_EQ(test, t->done, 1);
	KUNIT_EXPECT_EQ(test, t->last_err, -E2BIG);
	KUNIT_EXPECT_EQ(test, t->released, 1);
	KUNIT_EXPECT_EQ(test, 0, orion_cmdq_wait_idle(&t->cmdq, 1000));
	KUNIT_EXPECT_EQ(test, t->last_err, 0);
}

/* A list of pieces arrives in order, before the answer's room. */
static void ocq_pieces(struct kunit *test)
{
	struct ocq *t = test->priv;
	struct ocq_cmd *cmd = kzalloc(sizeof(*cmd), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, cmd);
	ocq_plug(test, 0);
	fake_queue_stop(&t->fv->queues[0]);
	t->made++;
	cmd->t = t;
	orion_cmd_init(&cmd->base, &ocq_ops);
	sg_init_table(cmd->sg, 2);
	sg_set_buf(&cmd->sg[0], &cmd->done, 2);
	sg_set_buf(&cmd->sg[1], &cmd->done, 2);
	orion_cmd_add_out(&cmd->base, &cmd->number, 1);
	orion_cmd_add_out_sg(&cmd->base, cmd->sg, 2);
	orion_cmd_add_in(&cmd->base, cmd->answer, 1);
	orion_cmd_add_in(&cmd->base, cmd->answer + 1, 1);
	orion_cmdq_submit(&t->cmdq, &cmd->base);

	fake_queue_take(&t->fv->queues[0]);
	KUNIT_ASSERT_NOT_NULL(test, fake_queue_held(&t->fv->queues[0]));
	KUNIT_EXPECT_EQ(test, fake_queue_held(&t->fv->queues[0])->out_len, 5);
	KUNIT_EXPECT_EQ(test, fake_queue_held(&t->fv->queues[0])->in_len, 2);
	fake_chain_serve(fake_queue_held(&t->fv->queues[0]));
	fake_virtio_settle(t->fv);
	KUNIT_EXPECT_EQ(test, t->done, 1);
	KUNIT_EXPECT_EQ(test, t->last_err, 0);
}

/* A driver without a say in what a good answer is. */
static void ocq_no_check(struct kunit *test)
{
	static const struct orion_cmd_ops ops = { .release = ocq_release };
	struct ocq *t = test->priv;
	struct ocq_cmd *cmd = ocq_cmd(test);

	ocq_plug(test, 0);
	cmd->base.ops = &ops;
	ocq_fault(test, &(struct fake_fault) { FAKE_FAULT_TYPE, .value = 9 });
	KUNIT_EXPECT_EQ(test, 0, orion_cmdq_exec(&t->cmdq, &cmd->base));
	KUNIT_EXPECT_EQ(test, cmd->base.used, 2);
	orion_cmd_put(&cmd->base);
	t->done++;
}

static void ocq_from_done(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	t->next = ocq_cmd(test);
	KUNIT_EXPECT_EQ(test, 0, ocq_exec(test));
	KUNIT_EXPECT_TRUE(test, fake_wait(t->done == 2));
	KUNIT_EXPECT_EQ(test, 0, orion_cmdq_wait_idle(&t->cmdq, 1000));
}

/* The end: in the ring, overdue in the ring, and in the backlog. */
static void ocq_cancelled(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	ocq_fault(test, &(struct fake_fault) { FAKE_FAULT_NEVER });
	KUNIT_EXPECT_EQ(test, ocq_exec(test), -ETIMEDOUT);
	ocq_batch(test, 10);
	KUNIT_EXPECT_EQ(test, t->done, 1);

	fake_virtio_unplug(t->fv);
	KUNIT_EXPECT_EQ(test, t->done, 11);
	KUNIT_EXPECT_EQ(test, t->last_err, -ENODEV);
	KUNIT_EXPECT_EQ(test, t->released, 11);
	KUNIT_EXPECT_EQ(test, ocq_stat(t, ORION_CMDQ_CANCELLED), 10);
	KUNIT_EXPECT_EQ(test, ocq_exec(test), -ENODEV);
}

static void ocq_yanked(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	fake_queue_stop(&t->fv->queues[0]);
	ocq_batch(test, 10);
	fake_virtio_yank(t->fv);
	KUNIT_EXPECT_EQ(test, t->done, 10);
	KUNIT_EXPECT_EQ(test, t->released, 10);
}

static void ocq_stopped(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	ocq_fault(test, &(struct fake_fault) {
		FAKE_FAULT_LATE, .delay_ms = OCQ_TIMEOUT_MS / 4 });
	ocq_batch(test, 2);
	orion_cmdq_stop(&t->cmdq);
	orion_cmdq_stop(&t->cmdq);
	KUNIT_EXPECT_EQ(test, ocq_exec(test), -ENODEV);

	/* What the device has already may still be answered. */
	KUNIT_EXPECT_TRUE(test, fake_wait(t->done == 3));
	KUNIT_EXPECT_EQ(test, t->last_err, 0);
}

/* A queue outlives its ring, and goes on with the next. */
static void ocq_restarted(struct kunit *test)
{
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	ocq_fault(test, &(struct fake_fault) { FAKE_FAULT_NEVER, .count = 1 });
	ocq_batch(test, 1);
	fake_virtio_settle(t->fv);
	fake_virtio_unplug(t->fv);
	KUNIT_ASSERT_EQ(test, 0, fake_driver_plug(&t->driver, t->fv));
	orion_cmdq_start(&t->cmdq, t->driver.vqs[0]);
	KUNIT_EXPECT_EQ(test, 0, ocq_exec(test));
	KUNIT_EXPECT_EQ(test, ocq_stat(t, ORION_CMDQ_SUBMITTED), 2);
}

static void ocq_shown(struct kunit *test)
{
	struct dentry *dir = debugfs_create_dir("orion_cmdq_kunit", NULL);
	struct dentry *own, *file;
	struct ocq *t = test->priv;

	ocq_plug(test, 0);
	orion_cmdq_debugfs(&t->cmdq, dir);
	own = debugfs_lookup("test", dir);
	KUNIT_EXPECT_NOT_NULL(test, own);
	file = own ? debugfs_lookup("commands", own) : NULL;
	KUNIT_EXPECT_NOT_NULL(test, file);
	dput(file);
	dput(own);
	debugfs_remove(dir);
}

static void ocq_submit_many(struct kunit *test, unsigned int count)
{
	struct ocq *t = test->priv;

	while (count--)
		orion_cmdq_submit(&t->cmdq, &ocq_cmd(test)->base);
}

/* Nobody is interrupted for answers that nobody asks for, and nothing is lost. */
static void ocq_lazy(struct kunit *test)
{
	struct ocq *t = test->priv;
	struct fake_queue *fvq;

	t->lazy = true;
	ocq_plug(test, 0);
	fvq = &t->fv->queues[0];
	ocq_submit_many(test, 3);
	fake_virtio_settle(t->fv);
	KUNIT_EXPECT_EQ(test, fvq->irqs, 0);
	KUNIT_EXPECT_EQ(test, t->done, 0);
	orion_cmdq_reap(&t->cmdq);
	KUNIT_EXPECT_EQ(test, t->done, 3);

	/* Asked for too early: then it is told. */
	fake_queue_stop(fvq);
	ocq_submit_many(test, 1);
	orion_cmdq_reap(&t->cmdq);
	KUNIT_EXPECT_EQ(test, t->done, 3);
	fake_queue_start(fvq);
	KUNIT_EXPECT_TRUE(test, fake_wait(t->done == 4));
	KUNIT_EXPECT_EQ(test, fvq->irqs, 1);

	/* Once, and quiet again. */
	ocq_submit_many(test, 1);
	fake_virtio_settle(t->fv);
	KUNIT_EXPECT_EQ(test, fvq->irqs, 1);

	/* More than the ring has room for, with nobody asking. */
	ocq_submit_many(test, 4 * OCQ_RING);
	KUNIT_EXPECT_TRUE(test, fake_wait(list_empty(&t->cmdq.backlog)));
	fake_virtio_settle(t->fv);
	orion_cmdq_reap(&t->cmdq);
	KUNIT_EXPECT_EQ(test, t->done, t->made);
	KUNIT_EXPECT_EQ(test, t->last_err, 0);
}

static struct kunit_case ocq_cases[] = {
	KUNIT_CASE_PARAM(ocq_outcome_split, ocq_fault_gen_params),
	KUNIT_CASE_PARAM(ocq_outcome_packed, ocq_fault_gen_params),
	KUNIT_CASE_PARAM(ocq_outcome_all, ocq_fault_gen_params),
	KUNIT_CASE(ocq_late_returns),
	KUNIT_CASE(ocq_twice),
	KUNIT_CASE(ocq_broken_together),
	KUNIT_CASE(ocq_one_kick),
	KUNIT_CASE(ocq_backlog),
	KUNIT_CASE(ocq_backlog_expires),
	KUNIT_CASE(ocq_deadlines),
	KUNIT_CASE(ocq_patience),
	KUNIT_CASE(ocq_too_big),
	KUNIT_CASE(ocq_pieces),
	KUNIT_CASE(ocq_no_check),
	KUNIT_CASE(ocq_from_done),
	KUNIT_CASE(ocq_cancelled),
	KUNIT_CASE(ocq_yanked),
	KUNIT_CASE(ocq_stopped),
	KUNIT_CASE(ocq_restarted),
	KUNIT_CASE(ocq_shown),
	KUNIT_CASE(ocq_lazy),
	{}
};

static struct kunit_suite ocq_suite = {
	.name = "orion_cmdq",
	.init = ocq_init,
	.exit = ocq_exit,
	.test_cases = ocq_cases,
};

kunit_test_suite(ocq_suite);

MODULE_IMPORT_NS(ORION_COMMON_NS);
MODULE_DESCRIPTION("Orion: suite of commands and their queue");
MODULE_LICENSE("GPL");
