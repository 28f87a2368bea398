/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_TIMER_H
#define _ORION_COMPAT_LINUX_TIMER_H

#include_next <linux/timer.h>

/* Renamed in v6.16. */
#ifndef timer_container_of
#define timer_container_of	from_timer
#endif

#endif
