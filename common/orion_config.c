// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration change notifications (VIRTIO 1.3, 2.3): they arrive in an
 * interrupt, any number of them, also while the driver is not ready. The
 * driver wants one call in process context that has seen the last of them.
 */

#include <linux/export.h>

#include "orion_config.h"
#include "orion_namespace.h"

static void orion_config_work(struct work_struct *work)
{
	struct orion_config *config =
		container_of(work, struct orion_config, work);

	config->changed(config);
}

/**
 * orion_config_init() - prepare, with changes disabled
 * @config: to prepare
 * @changed: called in process context after one or more changes
 */
void orion_config_init(struct orion_config *config,
		       void (*changed)(struct orion_config *config))
{
	spin_lock_init(&config->lock);
	INIT_WORK(&config->work, orion_config_work);
	config->changed = changed;
	config->enabled = false;
	config->pending = false;
}
EXPORT_SYMBOL_NS_GPL(orion_config_init, ORION_COMMON_NS);

/**
 * orion_config_enable() - tell changes, a remembered one first
 * @config: initialized
 *
 * Context: Any.
 */
void orion_config_enable(struct orion_config *config)
{
	unsigned long flags;

	spin_lock_irqsave(&config->lock, flags);
	config->enabled = true;
	if (config->pending)
		schedule_work(&config->work);
	config->pending = false;
	spin_unlock_irqrestore(&config->lock, flags);
}
EXPORT_SYMBOL_NS_GPL(orion_config_enable, ORION_COMMON_NS);

/**
 * orion_config_disable() - tell no more changes, and wait for the one in work
 * @config: initialized; may be disabled already
 *
 * To be called before the device is reset, since the driver's answer talks to
 * the device.
 *
 * Context: Process. Sleeps as long as the driver's answer takes; must not be
 * called from it.
 */
void orion_config_disable(struct orion_config *config)
{
	unsigned long flags;
	bool cancelled;

	spin_lock_irqsave(&config->lock, flags);
	config->enabled = false;
	spin_unlock_irqrestore(&config->lock, flags);

	cancelled = cancel_work_sync(&config->work);

	spin_lock_irqsave(&config->lock, flags);
	config->pending |= cancelled;
	spin_unlock_irqrestore(&config->lock, flags);
}
EXPORT_SYMBOL_NS_GPL(orion_config_disable, ORION_COMMON_NS);

/**
 * orion_config_notify() - a change happened; the virtio driver's config_changed
 * @config: initialized
 *
 * Context: Any.
 */
void orion_config_notify(struct orion_config *config)
{
	unsigned long flags;

	spin_lock_irqsave(&config->lock, flags);
	if (config->enabled)
		schedule_work(&config->work);
	else
		config->pending = true;
	spin_unlock_irqrestore(&config->lock, flags);
}
EXPORT_SYMBOL_NS_GPL(orion_config_notify, ORION_COMMON_NS);
