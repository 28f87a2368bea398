// SPDX-License-Identifier: GPL-2.0-only
/*
 * Standing in for a device that the host passes through. Both have the same
 * address, and above them is an interface of the kernel's (net_failover), which
 * sends by the other device while it is there, and by ours while it is not:
 * before a migration it is unplugged.
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/virtio_config.h>
#include <net/net_failover.h>
#include <uapi/linux/virtio_net.h>

#include "ovnet.h"
#include "ovnet_standby.h"

/**
 * ovnet_standby_init() - make the interface above ours, if the host wants one
 * @ovnet: device whose net device has its address, and is not registered
 *
 * From now on the kernel takes for the other device what has the same address.
 *
 * Context: Process, without RTNL.
 * Return: 0 or a negative errno.
 */
int ovnet_standby_init(struct ovnet *ovnet)
{
	struct failover *failover;

	/* The host keeps the other device back until this was accepted. */
	if (!virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_STANDBY))
		return 0;

	failover = net_failover_create(ovnet->dev);
	if (IS_ERR(failover))
		return PTR_ERR(failover);

	ovnet->failover = failover;
	return 0;
}

/**
 * ovnet_standby_fini() - undo ovnet_standby_init()
 * @ovnet: device whose net device is not registered
 *
 * Context: Process, without RTNL.
 */
void ovnet_standby_fini(struct ovnet *ovnet)
{
	net_failover_destroy(ovnet->failover);
	ovnet->failover = NULL;
}

/**
 * ovnet_standby_face() - the interface that has the addresses
 * @ovnet: registered device
 *
 * Return: the one above ours, or else ours.
 */
struct net_device *ovnet_standby_face(struct ovnet *ovnet)
{
	/* It stays while the other does. */
	if (ovnet->failover)
		return rcu_access_pointer(ovnet->failover->failover_dev);

	return ovnet->dev;
}

/**
 * ovnet_standby_port_name() - ndo_get_phys_port_name
 * @dev: our net device
 * @name: to fill
 * @len: its length
 *
 * So that the name that udev makes of it is another than the upper interface's.
 *
 * Return: 0 or a negative errno.
 */
int ovnet_standby_port_name(struct net_device *dev, char *name, size_t len)
{
	const struct ovnet *ovnet = netdev_priv(dev);

	if (!virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_STANDBY))
		return -EOPNOTSUPP;

	return snprintf(name, len, "sby") < len ? 0 : -EOPNOTSUPP;
}
