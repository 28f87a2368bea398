// SPDX-License-Identifier: GPL-2.0-only
/* hrtimer_setup(): v6.13 */
#include <linux/hrtimer.h>

void probe(struct hrtimer *timer)
{
	hrtimer_setup(timer, NULL, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
}
