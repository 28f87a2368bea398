// SPDX-License-Identifier: GPL-2.0-only
/* The net device: what the stack calls, and what it is told we can do. */

#include <linux/cpumask.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>

#include "ovnet.h"
#include "ovnet_buf.h"
#include "ovnet_ctrl.h"
#include "ovnet_devstats.h"
#include "ovnet_ethtool.h"
#include "ovnet_feature.h"
#include "ovnet_filter.h"
#include "ovnet_link.h"
#include "ovnet_netdev.h"
#include "ovnet_queue.h"
#include "ovnet_rss.h"
#include "ovnet_standby.h"
#include "ovnet_stats.h"
#include "ovnet_tx.h"
#include "ovnet_xdp.h"

static int ovnet_netdev_open(struct net_device *dev)
{
	struct ovnet *ovnet = netdev_priv(dev);
	int err;

	err = ovnet_queue_start(ovnet, ovnet->pairs_active);
	if (err)
		return err;

	netif_tx_start_all_queues(dev);
	return 0;
}

static int ovnet_netdev_stop(struct net_device *dev)
{
	struct ovnet *ovnet = netdev_priv(dev);

	netif_tx_disable(dev);
	ovnet_queue_stop(ovnet);
	return 0;
}

static int ovnet_netdev_set_features(struct net_device *dev,
				     netdev_features_t features)
{
	struct ovnet *ovnet = netdev_priv(dev);
	u64 offloads = ovnet_feature_offloads(ovnet->vdev, features);
	int err;

	if (offloads == ovnet->offloads)
		return 0;

	err = ovnet_ctrl_offloads(ovnet, offloads);
	if (ovnet_ctrl_unsure(err))
		ovnet_ctrl_offloads(ovnet, ovnet->offloads);
	if (err)
		return err;

	ovnet->offloads = offloads;
	return 0;
}

/*
 * A program sees segments one by one, so a device that merges them makes work
 * for nothing. Users see that the switch is off, and that they asked for more.
 */
static netdev_features_t ovnet_netdev_fix_features(struct net_device *dev,
						   netdev_features_t features)
{
	struct ovnet *ovnet = netdev_priv(dev);

	if (rtnl_dereference(ovnet->xdp_prog) &&
	    dev->hw_features & NETIF_F_GRO_HW)
		features &= ~NETIF_F_GRO_HW;

	return features;
}

static int ovnet_netdev_change_mtu(struct net_device *dev, int mtu)
{
	struct ovnet *ovnet = netdev_priv(dev);
	int err;

	err = ovnet_xdp_check_mtu(ovnet, rtnl_dereference(ovnet->xdp_prog),
				  mtu);
	if (err) {
		netdev_warn(dev,
			    "MTU %d is too large for the XDP program, at most %u\n",
			    mtu, OVNET_BUF_XDP_MTU);
		return err;
	}

	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

static netdev_features_t ovnet_netdev_features_check(struct sk_buff *skb,
						     struct net_device *dev,
						     netdev_features_t features)
{
	/* The header counts in 16 bits where the checksum begins. */
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    skb_checksum_start_offset(skb) > U16_MAX)
		features &= ~(NETIF_F_CSUM_MASK | NETIF_F_GSO_MASK);

	return vlan_features_check(skb, features);
}

static const struct net_device_ops ovnet_netdev_ops = {
	.ndo_open		= ovnet_netdev_open,
	.ndo_stop		= ovnet_netdev_stop,
	.ndo_start_xmit		= ovnet_tx_xmit,
	.ndo_tx_timeout		= ovnet_tx_timeout,
	.ndo_features_check	= ovnet_netdev_features_check,
	.ndo_change_mtu		= ovnet_netdev_change_mtu,
	.ndo_fix_features	= ovnet_netdev_fix_features,
	.ndo_set_features	= ovnet_netdev_set_features,
	.ndo_bpf		= ovnet_xdp_bpf,
	.ndo_xdp_xmit		= ovnet_xdp_xmit,
	.ndo_xsk_wakeup		= ovnet_xsk_wakeup,
	.ndo_set_rx_mode	= ovnet_filter_set_rx_mode,
	.ndo_set_mac_address	= ovnet_filter_set_mac,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_get_phys_port_name	= ovnet_standby_port_name,
	.ndo_vlan_rx_add_vid	= ovnet_filter_add_vid,
	.ndo_vlan_rx_kill_vid	= ovnet_filter_kill_vid,
	.ndo_get_stats64	= ovnet_stats_get64,
};

static void ovnet_netdev_set_offloads(struct ovnet *ovnet)
{
	netdev_features_t tx = ovnet_feature_tx(ovnet->vdev);
	netdev_features_t rx = ovnet_feature_rx(ovnet->vdev);
	struct net_device *dev = ovnet->dev;

	dev->features = tx | rx;
	dev->hw_features = ovnet_feature_changeable(ovnet->vdev);
	dev->vlan_features = tx;
	/* A device that can cut trains in tunnels can do it all in there. */
	if (tx & NETIF_F_GSO_UDP_TUNNEL)
		dev->hw_enc_features = tx;
	if (virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_CTRL_VLAN))
		dev->features |= NETIF_F_HW_VLAN_CTAG_FILTER;

	ovnet->offloads = ovnet_feature_offloads(ovnet->vdev, dev->features);
}

static void ovnet_netdev_set_mtu(struct ovnet *ovnet)
{
	struct net_device *dev = ovnet->dev;
	u16 mtu = ETH_DATA_LEN;

	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = ETH_MAX_MTU;

	/* That it is at least the least was seen to before negotiation. */
	if (virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_MTU)) {
		virtio_cread(ovnet->vdev, struct virtio_net_config, mtu, &mtu);
		dev->max_mtu = mtu;
	} else if (!ovnet->hdr.mergeable && !ovnet->hdr.gso_types) {
		/* Each frame needs a buffer of its own, so they are not made larger
		 * than anybody asked for.
		 */
		dev->max_mtu = ETH_DATA_LEN;
	}
	dev->mtu = min_t(unsigned int, dev->max_mtu, mtu);
}

/**
 * ovnet_netdev_alloc() - make the net device, not yet registered
 * @vdev: virtio device after negotiation
 * @pairs: queue pairs that it has
 *
 * Return: our part of the net device, or NULL.
 */
struct ovnet *ovnet_netdev_alloc(struct virtio_device *vdev, unsigned int pairs)
{
	struct net_device *dev;
	struct ovnet *ovnet;

	dev = alloc_etherdev_mq(sizeof(*ovnet), pairs);
	if (!dev)
		return NULL;

	ovnet = netdev_priv(dev);
	ovnet->vdev = vdev;
	ovnet->dev = dev;
	ovnet->pairs_max = pairs;
	ovnet->pairs_active = 1;
	ovnet_feature_format(vdev, &ovnet->hdr);
	ovnet_filter_init(ovnet);
	ovnet_link_init(ovnet);

	SET_NETDEV_DEV(dev, &vdev->dev);
	dev->netdev_ops = &ovnet_netdev_ops;
	ovnet_ethtool_init(dev);
	ovnet_stats_init(dev);
	dev->needed_headroom = ovnet->hdr.len;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_TX_SKB_NO_LINEAR;
	if (virtio_has_feature(vdev, VIRTIO_NET_F_CTRL_RX))
		dev->priv_flags |= IFF_UNICAST_FLT;
	ovnet_netdev_set_offloads(ovnet);
	ovnet_netdev_set_mtu(ovnet);
	ovnet_xdp_init(ovnet);
	return ovnet;
}

/**
 * ovnet_netdev_free() - undo ovnet_netdev_alloc()
 * @ovnet: device that is not registered
 */
void ovnet_netdev_free(struct ovnet *ovnet)
{
	ovnet_filter_fini(ovnet);
	free_netdev(ovnet->dev);
}

/* The device's own address, or one that we make and tell the device. */
static int ovnet_netdev_set_addr(struct ovnet *ovnet)
{
	struct virtio_device *vdev = ovnet->vdev;
	u8 addr[ETH_ALEN];
	int err;

	if (virtio_has_feature(vdev, VIRTIO_NET_F_MAC)) {
		virtio_cread_bytes(vdev, offsetof(struct virtio_net_config, mac),
				   addr, ETH_ALEN);
		if (is_valid_ether_addr(addr)) {
			eth_hw_addr_set(ovnet->dev, addr);
			return 0;
		}
		dev_warn(&vdev->dev, "%pM is no valid address\n", addr);
	}

	eth_hw_addr_random(ovnet->dev);
	dev_info(&vdev->dev, "using the random address %pM\n",
		 ovnet->dev->dev_addr);

	err = ovnet_filter_tell_mac(ovnet, ovnet->dev->dev_addr);
	if (err)
		dev_warn(&vdev->dev,
			 "the device did not take it, frames may be missing: %d\n",
			 err);
	return 0;
}

/**
 * ovnet_netdev_setup() - what needs the device to answer
 * @ovnet: device that is ready, its net device not registered
 *
 * Return: 0 or a negative errno.
 */
int ovnet_netdev_setup(struct ovnet *ovnet)
{
	unsigned int pairs = min(ovnet->pairs_max, num_online_cpus());
	int err;

	err = ovnet_netdev_set_addr(ovnet);
	if (err)
		return err;

	/* One is what every device begins with, without being told. */
	err = netif_set_real_num_queues(ovnet->dev, 1, 1);
	if (err)
		return err;

	ovnet_devstats_start(ovnet);
	ovnet_rss_start(ovnet);
	rtnl_lock();
	err = ovnet_queue_set_active(ovnet, pairs);
	rtnl_unlock();
	if (err)
		dev_warn(&ovnet->vdev->dev,
			 "the device refused %u queue pairs, using one: %d\n",
			 pairs, err);

	return 0;
}
