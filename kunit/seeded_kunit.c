// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deliberate errors. The runner's self-test loads this suite alone, and fails
 * unless each of them is reported; it is never loaded otherwise. The lock order
 * comes first, since the first report of anything turns lockdep off.
 */

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

static DEFINE_SPINLOCK(seeded_one);
static DEFINE_SPINLOCK(seeded_other);

static void seeded_lock_order(struct kunit *test)
{
	spin_lock(&seeded_one);
	spin_lock(&seeded_other);
	spin_unlock(&seeded_other);
	spin_unlock(&seeded_one);

	spin_lock(&seeded_other);
	spin_lock(&seeded_one);
	spin_unlock(&seeded_one);
	spin_unlock(&seeded_other);
}

static void seeded_expectation(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1 + 1, 3);
}

static void seeded_sleep(struct kunit *test)
{
	spin_lock(&seeded_one);
	might_sleep();
	spin_unlock(&seeded_one);
}

static void seeded_use_after_free(struct kunit *test)
{
	u8 *byte = kmalloc(32, GFP_KERNEL);

	kfree(byte);
	OPTIMIZER_HIDE_VAR(byte);
	kunit_info(test, "%u\n", READ_ONCE(byte[3]));
}

static void seeded_out_of_bounds(struct kunit *test)
{
	u8 *bytes = kzalloc(16, GFP_KERNEL);
	unsigned int i = 16;

	OPTIMIZER_HIDE_VAR(bytes);
	OPTIMIZER_HIDE_VAR(i);
	WRITE_ONCE(bytes[i], 1);
	kfree(bytes);
}

static void seeded_shift(struct kunit *test)
{
	unsigned int by = 40;

	OPTIMIZER_HIDE_VAR(by);
	kunit_info(test, "%d\n", 1 << by);
}

static void seeded_warning(struct kunit *test)
{
	WARN_ON(test);
}

static void seeded_expire(struct timer_list *timer)
{
}

static void seeded_active_timer(struct kunit *test)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, timer);
	timer_setup(timer, seeded_expire, 0);
	mod_timer(timer, jiffies + 1000 * HZ);
	kfree(timer);
}

static void seeded_leak(struct kunit *test)
{
	void *memory = kmalloc(1234, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(memory);
}

static struct kunit_case seeded_cases[] = {
	KUNIT_CASE(seeded_lock_order),
	KUNIT_CASE(seeded_expectation),
	KUNIT_CASE(seeded_sleep),
	KUNIT_CASE(seeded_use_after_free),
	KUNIT_CASE(seeded_out_of_bounds),
	KUNIT_CASE(seeded_shift),
	KUNIT_CASE(seeded_active_timer),
	KUNIT_CASE(seeded_warning),
	KUNIT_CASE(seeded_leak),
	{}
};

static struct kunit_suite seeded_suite = {
	.name = "seeded",
	.test_cases = seeded_cases,
};

kunit_test_suite(seeded_suite);

MODULE_DESCRIPTION("Orion: deliberate errors, for the runner's self-test");
MODULE_LICENSE("GPL");
