// SPDX-License-Identifier: GPL-2.0-only
/* Hashed fields apart from other rules: v6.17, in stable kernels before */
#include <linux/ethtool.h>

int probe(const struct ethtool_ops *ops, struct net_device *dev,
	  struct ethtool_rxfh_fields *fields)
{
	return ops->get_rxfh_fields(dev, fields);
}
