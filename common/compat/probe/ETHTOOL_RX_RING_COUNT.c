// SPDX-License-Identifier: GPL-2.0-only
/* Number of receive rings apart from rules: v6.19 */
#include <linux/ethtool.h>

u32 probe(const struct ethtool_ops *ops, struct net_device *dev)
{
	return ops->get_rx_ring_count(dev);
}
