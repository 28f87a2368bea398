// SPDX-License-Identifier: GPL-2.0-only
/* What ethtool asks and sets: translated for the units that have the state. */

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/virtio.h>

#include "ovnet.h"
#include "ovnet_ethtool.h"

static void ovnet_ethtool_get_drvinfo(struct net_device *dev,
				      struct ethtool_drvinfo *info)
{
	struct ovnet *ovnet = netdev_priv(dev);

	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->bus_info, virtio_bus_name(ovnet->vdev),
		sizeof(info->bus_info));
}

static const struct ethtool_ops ovnet_ethtool_ops = {
	.get_drvinfo		= ovnet_ethtool_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_ts_info		= ethtool_op_get_ts_info,
};

/**
 * ovnet_ethtool_init() - let ethtool in
 * @dev: our net device
 */
void ovnet_ethtool_init(struct net_device *dev)
{
	dev->ethtool_ops = &ovnet_ethtool_ops;
}
