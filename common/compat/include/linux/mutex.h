/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_MUTEX_H
#define _ORION_COMPAT_LINUX_MUTEX_H

#include_next <linux/mutex.h>

/* As in linux/spinlock.h. */
#ifndef __guarded_by
#define __guarded_by(...)
#endif

#endif
