// SPDX-License-Identifier: GPL-2.0-only
/* Statistics of each queue for the stack: v6.10, stop and wake: v6.11 */
#include <net/netdev_queues.h>

void probe(struct net_device *dev, const struct netdev_stat_ops *ops,
	   struct netdev_queue_stats_tx *stats)
{
	stats->wake = 0;
	dev->stat_ops = ops;
}
