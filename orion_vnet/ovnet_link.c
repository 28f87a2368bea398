// SPDX-License-Identifier: GPL-2.0-only
/*
 * Carrier, speed and announcements: what the device says in its configuration
 * space, and says again when it changes.
 */

#include <linux/ethtool.h>
#include <linux/limits.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>

#include "ovnet.h"
#include "ovnet_ctrl.h"
#include "ovnet_link.h"
#include "ovnet_standby.h"

/* Without a status field the link is always up (VIRTIO 1.3, 5.1.4.2). */
static u16 ovnet_link_status(struct ovnet *ovnet)
{
	u16 status = VIRTIO_NET_S_LINK_UP;

	virtio_cread_feature(ovnet->vdev, VIRTIO_NET_F_STATUS,
			     struct virtio_net_config, status, &status);
	return status;
}

/* What the user has set stays until the device says something sensible. */
static void ovnet_link_read_speed(struct ovnet *ovnet)
{
	u32 speed;
	u8 duplex;

	if (!virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_SPEED_DUPLEX))
		return;

	virtio_cread_le(ovnet->vdev, struct virtio_net_config, speed, &speed);
	if (speed <= INT_MAX)
		WRITE_ONCE(ovnet->speed, speed);

	virtio_cread_le(ovnet->vdev, struct virtio_net_config, duplex, &duplex);
	if (duplex == DUPLEX_HALF || duplex == DUPLEX_FULL)
		WRITE_ONCE(ovnet->duplex, duplex);
}

static void ovnet_link_announce(struct ovnet *ovnet)
{
	int err;

	netdev_notify_peers(ovnet_standby_face(ovnet));
	err = ovnet_ctrl_announced(ovnet);
	if (err)
		netdev_warn(ovnet->dev,
			    "the device did not take the announcement for made: %d\n",
			    err);
}

static void ovnet_link_changed(struct orion_config *config)
{
	struct ovnet *ovnet = container_of(config, struct ovnet, config);
	u16 status = ovnet_link_status(ovnet);

	ovnet_link_read_speed(ovnet);

	if (status & VIRTIO_NET_S_LINK_UP)
		netif_carrier_on(ovnet->dev);
	else
		netif_carrier_off(ovnet->dev);

	if (status & VIRTIO_NET_S_ANNOUNCE)
		ovnet_link_announce(ovnet);
}

/**
 * ovnet_link_init() - begin with no carrier and nothing known
 * @ovnet: device
 */
void ovnet_link_init(struct ovnet *ovnet)
{
	orion_config_init(&ovnet->config, ovnet_link_changed);
	ovnet->speed = SPEED_UNKNOWN;
	ovnet->duplex = DUPLEX_UNKNOWN;
	netif_carrier_off(ovnet->dev);
}

/**
 * ovnet_link_start() - read the link's state, now and after each change
 * @ovnet: registered device that is ready
 */
void ovnet_link_start(struct ovnet *ovnet)
{
	/* Now, so that whoever waits for the device sees its carrier at once. */
	ovnet_link_changed(&ovnet->config);
	orion_config_enable(&ovnet->config);
}

/**
 * ovnet_link_stop() - look at the configuration space no more
 * @ovnet: device
 *
 * Context: Process, without RTNL, which an announcement takes.
 */
void ovnet_link_stop(struct ovnet *ovnet)
{
	orion_config_disable(&ovnet->config);
}

/**
 * ovnet_link_notify() - the virtio driver's config_changed
 * @vdev: device that was probed
 *
 * Context: Any.
 */
void ovnet_link_notify(struct virtio_device *vdev)
{
	struct ovnet *ovnet = vdev->priv;

	orion_config_notify(&ovnet->config);
}
