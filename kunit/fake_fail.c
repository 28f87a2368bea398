// SPDX-License-Identifier: GPL-2.0-only
/* The sweep that fails one allocation after another. */

#include <linux/export.h>
#include <linux/sched.h>

#include "fake_fail.h"

/**
 * fake_fail_arm() - let an allocation of this task fail
 * @nth: which one, counted from 1
 *
 * Needs CONFIG_FAULT_INJECTION, and failslab and fail_page_alloc told not to
 * ignore allocations that may wait; tools/kunit sees to both.
 */
void fake_fail_arm(unsigned int nth)
{
	WRITE_ONCE(current->fail_nth, nth);
}
EXPORT_SYMBOL_GPL(fake_fail_arm);

/**
 * fake_fail_disarm() - back to allocations that succeed
 *
 * Return: whether one failed since fake_fail_arm().
 */
bool fake_fail_disarm(void)
{
	bool failed = !READ_ONCE(current->fail_nth);

	WRITE_ONCE(current->fail_nth, 0);
	return failed;
}
EXPORT_SYMBOL_GPL(fake_fail_disarm);

/**
 * fake_fail_sweep() - repeat a thing, each time with another allocation failing
 * @ops: the thing
 * @priv: for its functions
 *
 * Return: number of allocations that failed one by one before the thing got by
 * without, -ELOOP if it never did, or what @ops->setup failed with.
 */
int fake_fail_sweep(const struct fake_fail_ops *ops, void *priv)
{
	unsigned int nth;
	bool failed;
	int err;

	for (nth = 1; nth <= FAKE_FAIL_MAX; nth++) {
		err = ops->setup(priv);
		if (err)
			return err;

		fake_fail_arm(nth);
		err = ops->run(priv);
		failed = fake_fail_disarm();
		ops->teardown(priv, err);

		if (!failed)
			return nth - 1;
	}

	return -ELOOP;
}
EXPORT_SYMBOL_GPL(fake_fail_sweep);
