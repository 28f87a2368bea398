// SPDX-License-Identifier: GPL-2.0-only
/* A shared virtqueue: what it counts, when it refuses, and how it ends. */

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/module.h>
#include <linux/scatterlist.h>

#include "fake_driver.h"
#include "orion_namespace.h"
#include "orion_vq.h"

#define OVQ_RING	4

struct ovqt {
	struct fake_virtio *fv;
	struct fake_driver driver;
	struct orion_vq ovq;
	struct scatterlist sg;
	struct scatterlist *sgs[1];
	u8 byte;
	unsigned int callbacks;
	unsigned int detached;
	struct work_struct stop;
	struct completion stopped;
};

static void ovqt_request(struct fake_chain *chain)
{
	fake_chain_answer(chain, fake_chain_write(chain, 0, "x", 1));
}

static const struct fake_virtio_ops ovqt_ops = {
	.request = ovqt_request,
};

static void ovqt_used(struct fake_driver *driver, struct virtqueue *vq)
{
	struct ovqt *t = driver->priv;

	t->callbacks++;
}

static void ovqt_stop(struct fake_driver *driver)
{
	struct ovqt *t = driver->priv;

	orion_vq_stop(&t->ovq);
}

static void ovqt_drain(struct fake_driver *driver)
{
	struct ovqt *t = driver->priv;

	while (orion_vq_detach(&t->ovq))
		t->detached++;
}

static void ovqt_stop_work(struct work_struct *work)
{
	struct ovqt *t = container_of(work, struct ovqt, stop);

	orion_vq_stop(&t->ovq);
	complete(&t->stopped);
}

static int ovqt_init(struct kunit *test)
{
	struct ovqt *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;

	test->priv = t;
	orion_vq_init(&t->ovq);
	INIT_WORK(&t->stop, ovqt_stop_work);
	init_completion(&t->stopped);
	sg_init_one(&t->sg, &t->byte, 1);
	t->sgs[0] = &t->sg;
	t->driver.used = ovqt_used;
	t->driver.stop = ovqt_stop;
	t->driver.drain = ovqt_drain;
	t->driver.priv = t;
	t->fv = fake_virtio_alloc(&(struct fake_virtio_param) {
		.device_id = FAKE_DRIVER_ID,
		.features = BIT_ULL(VIRTIO_F_VERSION_1),
		.queue_size = OVQ_RING,
		.ops = &ovqt_ops });
	return t->fv ? fake_driver_plug(&t->driver, t->fv) : -ENOMEM;
}

static void ovqt_exit(struct kunit *test)
{
	struct ovqt *t = test->priv;

	if (t)
		fake_virtio_free(t->fv);
}

static void ovqt_start(struct ovqt *t)
{
	orion_vq_start(&t->ovq, t->driver.vqs[0]);
}

/* Adds one writable byte that pretends to be so many descriptors. */
static int ovqt_add(struct ovqt *t, unsigned int descriptors)
{
	int err;

	spin_lock_irq(&t->ovq.lock);
	err = orion_vq_add_locked(&t->ovq, t->sgs, 0, 1, descriptors, t);
	spin_unlock_irq(&t->ovq.lock);

	return err;
}

static void ovqt_kick(struct ovqt *t)
{
	struct virtqueue *vq;

	spin_lock_irq(&t->ovq.lock);
	vq = orion_vq_kick_locked(&t->ovq);
	spin_unlock_irq(&t->ovq.lock);
	orion_vq_notify(&t->ovq, vq);
}

static void *ovqt_get(struct ovqt *t, u32 *len)
{
	void *token;

	spin_lock_irq(&t->ovq.lock);
	token = orion_vq_get_locked(&t->ovq, len);
	spin_unlock_irq(&t->ovq.lock);

	return token;
}

static bool ovqt_listen(struct ovqt *t)
{
	bool listening;

	spin_lock_irq(&t->ovq.lock);
	listening = orion_vq_listen_locked(&t->ovq);
	spin_unlock_irq(&t->ovq.lock);

	return listening;
}

/* Lets the device do something wrong with the next request. */
static void ovqt_fault(struct kunit *test, enum fake_fault_kind kind)
{
	const struct fake_fault fault = {
		.kind = kind, .value = 0xbad, .delay_ms = 20 };
	struct ovqt *t = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(t->fv, &fault));
}

static void ovqt_no_ring(struct kunit *test)
{
	struct ovqt *t = test->priv;
	u32 len;

	KUNIT_EXPECT_EQ(test, ovqt_add(t, 1), -ENODEV);
	KUNIT_EXPECT_NULL(test, ovqt_get(t, &len));
	KUNIT_EXPECT_TRUE(test, ovqt_listen(t));
	KUNIT_EXPECT_FALSE(test, orion_vq_broken(&t->ovq));
	KUNIT_EXPECT_EQ(test, 0, orion_vq_wait_idle(&t->ovq, HZ));
	ovqt_kick(t);
	KUNIT_EXPECT_EQ(test, t->fv->queues[0].kicks, 0);
	KUNIT_EXPECT_NULL(test, orion_vq_detach(&t->ovq));
}

static void ovqt_round_trip(struct kunit *test)
{
	struct ovqt *t = test->priv;
	u32 len = 0;

	ovqt_start(t);
	KUNIT_EXPECT_EQ(test, 0, ovqt_add(t, 1));
	KUNIT_EXPECT_EQ(test, 0, ovqt_add(t, 1));
	KUNIT_EXPECT_EQ(test, t->ovq.in_flight, 2);
	ovqt_kick(t);
	fake_virtio_settle(t->fv);
	KUNIT_EXPECT_EQ(test, t->fv->queues[0].kicks, 1);
	KUNIT_EXPECT_GE(test, t->callbacks, 1);

	KUNIT_EXPECT_PTR_EQ(test, ovqt_get(t, &len), (void *)t);
	KUNIT_EXPECT_EQ(test, len, 1);
	KUNIT_EXPECT_EQ(test, t->byte, 'x');
	KUNIT_EXPECT_PTR_EQ(test, ovqt_get(t, &len), (void *)t);
	KUNIT_EXPECT_NULL(test, ovqt_get(t, &len));
	KUNIT_EXPECT_EQ(test, t->ovq.in_flight, 0);
	KUNIT_EXPECT_EQ(test, 0, orion_vq_wait_idle(&t->ovq, 0));
}

static void ovqt_refusals(struct kunit *test)
{
	struct ovqt *t = test->priv;
	unsigned int i;

	ovqt_start(t);
	KUNIT_EXPECT_EQ(test, ovqt_add(t, OVQ_RING + 1), -E2BIG);
	for (i = 0; i < OVQ_RING; i++)
		KUNIT_EXPECT_EQ(test, 0, ovqt_add(t, 1));
	KUNIT_EXPECT_EQ(test, ovqt_add(t, 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, t->ovq.in_flight, OVQ_RING);

	fake_virtio_break(t->fv);
	KUNIT_EXPECT_EQ(test, ovqt_add(t, 1), -EIO);
	KUNIT_EXPECT_TRUE(test, orion_vq_broken(&t->ovq));
	orion_vq_stop(&t->ovq);
	KUNIT_EXPECT_EQ(test, ovqt_add(t, 1), -ENODEV);
}

/* What was used while nobody listened is seen before listening again. */
static void ovqt_listens(struct kunit *test)
{
	struct ovqt *t = test->priv;
	u32 len;

	ovqt_start(t);
	spin_lock_irq(&t->ovq.lock);
	orion_vq_quiet_locked(&t->ovq);
	spin_unlock_irq(&t->ovq.lock);
	KUNIT_ASSERT_EQ(test, 0, ovqt_add(t, 1));
	ovqt_kick(t);
	fake_virtio_settle(t->fv);
	KUNIT_EXPECT_EQ(test, t->callbacks, 0);

	KUNIT_EXPECT_FALSE(test, ovqt_listen(t));
	KUNIT_EXPECT_NOT_NULL(test, ovqt_get(t, &len));
	KUNIT_EXPECT_TRUE(test, ovqt_listen(t));
	fake_virtio_break(t->fv);
	KUNIT_EXPECT_TRUE(test, ovqt_listen(t));
}

/* How a wait for an idle queue ends. */
static const struct ovqt_wait {
	const char *name;
	enum fake_fault_kind fault;
	bool stop;
	int want;
} ovqt_waits[] = {
	{ "never", FAKE_FAULT_NEVER, false, -ETIMEDOUT },
	{ "broken by a bad id", FAKE_FAULT_BAD_ID, false, -EIO },
	{ "broken by the transport", FAKE_FAULT_BREAK, false, -EIO },
	{ "stopped", FAKE_FAULT_NEVER, true, -EIO },
};

KUNIT_ARRAY_PARAM_DESC(ovqt_wait, ovqt_waits, name);

static void ovqt_wait_idle(struct kunit *test)
{
	const struct ovqt_wait *c = test->param_value;
	struct ovqt *t = test->priv;
	u32 len;

	ovqt_start(t);
	ovqt_fault(test, c->fault);
	KUNIT_ASSERT_EQ(test, 0, ovqt_add(t, 1));
	ovqt_kick(t);
	fake_virtio_settle(t->fv);
	ovqt_get(t, &len);
	if (c->stop)
		orion_vq_stop(&t->ovq);
	KUNIT_EXPECT_EQ(test, orion_vq_wait_idle(&t->ovq, HZ / 10), c->want);

	fake_virtio_unplug(t->fv);
	KUNIT_EXPECT_EQ(test, t->detached, 1);
	KUNIT_EXPECT_EQ(test, t->ovq.in_flight, 0);
	KUNIT_EXPECT_NULL(test, t->ovq.vq);
}

/* A waiter sleeps until the last answer is taken, not longer. */
static void ovqt_take_used(struct fake_driver *driver, struct virtqueue *vq)
{
	struct ovqt *t = driver->priv;
	unsigned long flags;
	u32 len;

	spin_lock_irqsave(&t->ovq.lock, flags);
	while (orion_vq_get_locked(&t->ovq, &len))
		t->callbacks++;
	spin_unlock_irqrestore(&t->ovq.lock, flags);
}

static void ovqt_wait_late(struct kunit *test)
{
	struct ovqt *t = test->priv;

	t->driver.used = ovqt_take_used;
	ovqt_start(t);
	ovqt_fault(test, FAKE_FAULT_LATE);
	KUNIT_ASSERT_EQ(test, 0, ovqt_add(t, 1));
	KUNIT_ASSERT_EQ(test, 0, ovqt_add(t, 1));
	ovqt_kick(t);
	KUNIT_EXPECT_EQ(test, orion_vq_wait_idle(&t->ovq, 1), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, 0, orion_vq_wait_idle(&t->ovq, 10 * HZ));
	KUNIT_EXPECT_EQ(test, t->callbacks, 2);
}

/* Stopping waits for whoever is about to notify, as the ring may go then. */
static void ovqt_stop_waits(struct kunit *test)
{
	struct ovqt *t = test->priv;
	struct virtqueue *vq;

	ovqt_start(t);
	KUNIT_ASSERT_EQ(test, 0, ovqt_add(t, 1));
	spin_lock_irq(&t->ovq.lock);
	vq = orion_vq_kick_locked(&t->ovq);
	spin_unlock_irq(&t->ovq.lock);
	KUNIT_ASSERT_NOT_NULL(test, vq);

	schedule_work(&t->stop);
	KUNIT_EXPECT_FALSE(test, wait_for_completion_timeout(&t->stopped,
							     HZ / 10));
	KUNIT_EXPECT_EQ(test, ovqt_add(t, 1), -ENODEV);
	orion_vq_notify(&t->ovq, vq);
	KUNIT_EXPECT_TRUE(test, wait_for_completion_timeout(&t->stopped, HZ));
	flush_work(&t->stop);
}

/* After the end there can be another beginning. */
static void ovqt_again(struct kunit *test)
{
	struct ovqt *t = test->priv;
	u32 len;

	ovqt_start(t);
	fake_queue_stop(&t->fv->queues[0]);
	KUNIT_ASSERT_EQ(test, 0, ovqt_add(t, 1));
	fake_virtio_unplug(t->fv);
	KUNIT_EXPECT_EQ(test, t->detached, 1);

	fake_queue_start(&t->fv->queues[0]);
	KUNIT_ASSERT_EQ(test, 0, fake_driver_plug(&t->driver, t->fv));
	ovqt_start(t);
	KUNIT_ASSERT_EQ(test, 0, ovqt_add(t, 1));
	ovqt_kick(t);
	fake_virtio_settle(t->fv);
	KUNIT_EXPECT_NOT_NULL(test, ovqt_get(t, &len));
}

static struct kunit_case ovqt_cases[] = {
	KUNIT_CASE(ovqt_no_ring),
	KUNIT_CASE(ovqt_round_trip),
	KUNIT_CASE(ovqt_refusals),
	KUNIT_CASE(ovqt_listens),
	KUNIT_CASE_PARAM(ovqt_wait_idle, ovqt_wait_gen_params),
	KUNIT_CASE(ovqt_wait_late),
	KUNIT_CASE(ovqt_stop_waits),
	KUNIT_CASE(ovqt_again),
	{}
};

static struct kunit_suite ovqt_suite = {
	.name = "orion_vq",
	.init = ovqt_init,
	.exit = ovqt_exit,
	.test_cases = ovqt_cases,
};

kunit_test_suite(ovqt_suite);

MODULE_IMPORT_NS(ORION_COMMON_NS);
MODULE_DESCRIPTION("Orion: suite of the shared virtqueue");
MODULE_LICENSE("GPL");
