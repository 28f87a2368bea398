/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The n-th allocation of this task fails.
 *
 * A driver's probe runs in the task that plugs the device in, so a test can let
 * its first allocation fail, then its second, and so on until a probe needs
 * fewer than n. What the failed ones leave behind is for KASAN, lockdep and
 * kmemleak to find.
 */
#ifndef _ORION_FAKE_FAIL_H
#define _ORION_FAKE_FAIL_H

#include <linux/types.h>

/** FAKE_FAIL_MAX - a sweep that has not ended by then never will */
#define FAKE_FAIL_MAX	2000

/**
 * struct fake_fail_ops - what a sweep repeats
 * @setup: Makes what @run needs. Nothing fails in it. Returns 0 or a negative
 *	errno, which ends the sweep.
 * @run: The allocations that fail happen in here, in this task.
 * @teardown: Undoes @setup and @run, whichever way @run ended. @err is what it
 *	returned.
 */
struct fake_fail_ops {
	int (*setup)(void *priv);
	int (*run)(void *priv);
	void (*teardown)(void *priv, int err);
};

void fake_fail_arm(unsigned int nth);
bool fake_fail_disarm(void);
int fake_fail_sweep(const struct fake_fail_ops *ops, void *priv);

#endif
