/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_CONFIG_H
#define _ORION_CONFIG_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

/**
 * struct orion_config - carries configuration changes to process context
 *
 * Any number of changes between two runs of @changed are one run; a change
 * during a run leads to another; a change while disabled is remembered. So
 * @changed reads the whole state, and none is lost.
 */
struct orion_config {
	/** @changed: The driver's answer to a change. May sleep. */
	void (*changed)(struct orion_config *config);
	/** @work: Runs @changed. */
	struct work_struct work;
	/** @lock: Guards @enabled and @pending. Innermost; taken in any context. */
	spinlock_t lock;
	/** @enabled: Changes are to be told. */
	bool enabled __guarded_by(&lock);
	/** @pending: A change came while they were not. */
	bool pending __guarded_by(&lock);
};

void orion_config_init(struct orion_config *config,
		       void (*changed)(struct orion_config *config));
void orion_config_enable(struct orion_config *config);
void orion_config_disable(struct orion_config *config);
void orion_config_notify(struct orion_config *config);

#endif
