/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_DEVSTATS_H
#define _OVNET_DEVSTATS_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct netdev_queue_stats_rx;
struct netdev_queue_stats_tx;
struct ovnet;

/**
 * struct ovnet_devstats - what the device counts, as it said last
 */
struct ovnet_devstats {
	/* Constant once the device has said what it counts. */

	/** @types: VIRTIO_NET_STATS_TYPE_* that it is asked for; 0 for none */
	u64 types;

	/**
	 * @lock: Guards all that follows. Held while the device answers, at most
	 * for its deadline.
	 */
	struct mutex lock;
	/** @values: A row for each ring, the control queue's last. Owned. */
	u64 *values;
	/** @failed: The last question had no good answer. */
	bool failed __guarded_by(&lock);
	/** @again: When such a device is asked again, in jiffies. */
	unsigned long again __guarded_by(&lock);
};

void ovnet_devstats_start(struct ovnet *ovnet);
void ovnet_devstats_fini(struct ovnet *ovnet);
unsigned int ovnet_devstats_count(const struct ovnet *ovnet);
void ovnet_devstats_names(const struct ovnet *ovnet, u8 *data);
void ovnet_devstats_values(struct ovnet *ovnet, u64 *data);
void ovnet_devstats_add_rx(struct ovnet *ovnet, unsigned int pair,
			   struct netdev_queue_stats_rx *sum);
void ovnet_devstats_add_tx(struct ovnet *ovnet, unsigned int pair,
			   struct netdev_queue_stats_tx *sum);
void ovnet_devstats_zero_rx(const struct ovnet *ovnet,
			    struct netdev_queue_stats_rx *stats);
void ovnet_devstats_zero_tx(const struct ovnet *ovnet,
			    struct netdev_queue_stats_tx *stats);

#endif
