// SPDX-License-Identifier: GPL-2.0-only
/* A device says what programs can do with it: v6.3 */
#include <net/xdp.h>
#include <linux/netdevice.h>

void probe(struct net_device *dev)
{
	xdp_set_features_flag(dev, NETDEV_XDP_ACT_BASIC);
}
