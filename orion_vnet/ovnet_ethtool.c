// SPDX-License-Identifier: GPL-2.0-only
/* What ethtool asks and sets: translated for the units that have the state. */

#include <linux/ethtool.h>
#include <linux/log2.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include "orion_ethtool.h"
#include "ovnet.h"
#include "ovnet_coalesce.h"
#include "ovnet_ethtool.h"
#include "ovnet_queue.h"
#include "ovnet_regs.h"
#include "ovnet_rss.h"
#include "ovnet_selftest.h"
#include "ovnet_stats.h"

/*
 * Shortest rings: with less than this the longest train of segments would not
 * fit into small receive buffers, and a transmit ring would hold few packets.
 */
#define OVNET_ETHTOOL_RING_MIN	64

static void ovnet_ethtool_get_drvinfo(struct net_device *dev,
				      struct ethtool_drvinfo *info)
{
	struct ovnet *ovnet = netdev_priv(dev);

	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->bus_info, virtio_bus_name(ovnet->vdev),
		sizeof(info->bus_info));
}

static void ovnet_ethtool_get_channels(struct net_device *dev,
				       struct ethtool_channels *channels)
{
	struct ovnet *ovnet = netdev_priv(dev);

	channels->max_combined = ovnet->pairs_max;
	channels->combined_count = ovnet->pairs_active;
}

/* The core has compared all counts with what we said are the most. */
static int ovnet_ethtool_set_channels(struct net_device *dev,
				      struct ethtool_channels *channels)
{
	struct ovnet *ovnet = netdev_priv(dev);

	if (!channels->combined_count)
		return -EINVAL;

	return ovnet_queue_set_active(ovnet, channels->combined_count);
}

static void
ovnet_ethtool_get_ringparam(struct net_device *dev,
			    struct ethtool_ringparam *ring,
			    struct kernel_ethtool_ringparam *kernel_ring,
			    struct netlink_ext_ack *extack)
{
	struct ovnet *ovnet = netdev_priv(dev);
	const struct ovnet_pair *pair = &ovnet->pairs[0];

	ring->rx_max_pending = pair->rxq.vq->num_max;
	ring->tx_max_pending = pair->txq.vq->num_max;
	ring->rx_pending = virtqueue_get_vring_size(pair->rxq.vq);
	ring->tx_pending = virtqueue_get_vring_size(pair->txq.vq);
}

static int ovnet_ethtool_check_ring(struct ovnet *ovnet, unsigned int entries,
				    struct netlink_ext_ack *extack)
{
	if (entries < OVNET_ETHTOOL_RING_MIN) {
		NL_SET_ERR_MSG_MOD(extack, "a ring has at least 64 entries");
		return -EINVAL;
	}
	if (!virtio_has_feature(ovnet->vdev, VIRTIO_F_RING_PACKED) &&
	    !is_power_of_2(entries)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "the size of a split ring is a power of two");
		return -EINVAL;
	}

	return 0;
}

static int
ovnet_ethtool_set_ringparam(struct net_device *dev,
			    struct ethtool_ringparam *ring,
			    struct kernel_ethtool_ringparam *kernel_ring,
			    struct netlink_ext_ack *extack)
{
	struct ovnet *ovnet = netdev_priv(dev);
	const struct ovnet_pair *pair = &ovnet->pairs[0];
	unsigned int rx = ring->rx_pending;
	unsigned int tx = ring->tx_pending;
	int err = 0;

	if (rx == virtqueue_get_vring_size(pair->rxq.vq) &&
	    tx == virtqueue_get_vring_size(pair->txq.vq))
		return 0;

	if (!virtio_has_feature(ovnet->vdev, VIRTIO_F_RING_RESET)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "the device cannot reset single queues (VIRTIO_F_RING_RESET)");
		return -EOPNOTSUPP;
	}

	if (rx != virtqueue_get_vring_size(pair->rxq.vq))
		err = ovnet_ethtool_check_ring(ovnet, rx, extack);
	if (!err && tx != virtqueue_get_vring_size(pair->txq.vq))
		err = ovnet_ethtool_check_ring(ovnet, tx, extack);
	if (err)
		return err;

	return ovnet_queue_resize(ovnet, rx, tx);
}

/*
 * The rings are what can be begun anew by itself. Flags that stay set tell the
 * user what was not.
 */
static int ovnet_ethtool_reset(struct net_device *dev, u32 *flags)
{
	struct ovnet *ovnet = netdev_priv(dev);
	int err;

	if (!(*flags & ETH_RESET_DMA) ||
	    !virtio_has_feature(ovnet->vdev, VIRTIO_F_RING_RESET))
		return -EOPNOTSUPP;

	err = ovnet_queue_reset(ovnet);
	if (err)
		return err;

	*flags &= ~ETH_RESET_DMA;
	return 0;
}

/* The private flags: one, which is there if the device can do it. */
#define OVNET_ETHTOOL_INNER	BIT(0)

static const char ovnet_ethtool_flags[][ETH_GSTRING_LEN] = { "rx-hash-inner" };

static u32 ovnet_ethtool_get_priv_flags(struct net_device *dev)
{
	struct ovnet *ovnet = netdev_priv(dev);

	return ovnet->rss.inner ? OVNET_ETHTOOL_INNER : 0;
}

static int ovnet_ethtool_set_priv_flags(struct net_device *dev, u32 flags)
{
	struct ovnet *ovnet = netdev_priv(dev);

	if (!ovnet->rss.tunnels)
		return -EOPNOTSUPP;
	if (flags & ~OVNET_ETHTOOL_INNER)
		return -EINVAL;

	return ovnet_rss_set_inner(ovnet, flags & OVNET_ETHTOOL_INNER);
}

static int ovnet_ethtool_get_sset_count(struct net_device *dev, int sset)
{
	struct ovnet *ovnet = netdev_priv(dev);

	switch (sset) {
	case ETH_SS_PRIV_FLAGS:
		return ovnet->rss.tunnels ? ARRAY_SIZE(ovnet_ethtool_flags) :
					    -EOPNOTSUPP;
	case ETH_SS_STATS:
		return ovnet_stats_count(ovnet);
	case ETH_SS_TEST:
		return ovnet_selftest_count();
	default:
		return -EOPNOTSUPP;
	}
}

static void ovnet_ethtool_get_strings(struct net_device *dev, u32 sset,
				      u8 *data)
{
	if (sset == ETH_SS_STATS)
		ovnet_stats_names(netdev_priv(dev), data);
	else if (sset == ETH_SS_TEST)
		ovnet_selftest_names(data);
	else if (sset == ETH_SS_PRIV_FLAGS)
		memcpy(data, ovnet_ethtool_flags, sizeof(ovnet_ethtool_flags));
}

static void ovnet_ethtool_self_test(struct net_device *dev,
				    struct ethtool_test *test, u64 *results)
{
	ovnet_selftest_run(netdev_priv(dev), test, results);
}

static int ovnet_ethtool_get_regs_len(struct net_device *dev)
{
	return ovnet_regs_len(netdev_priv(dev)) * sizeof(u32);
}

static void ovnet_ethtool_get_regs(struct net_device *dev,
				   struct ethtool_regs *regs, void *to)
{
	regs->version = OVNET_REGS_VERSION;
	ovnet_regs_dump(netdev_priv(dev), to);
}

static void ovnet_ethtool_get_stats(struct net_device *dev,
				    struct ethtool_stats *stats, u64 *data)
{
	ovnet_stats_values(netdev_priv(dev), data);
}

static int
ovnet_ethtool_get_link_ksettings(struct net_device *dev,
				 struct ethtool_link_ksettings *settings)
{
	struct ovnet *ovnet = netdev_priv(dev);

	settings->base.speed = READ_ONCE(ovnet->speed);
	settings->base.duplex = READ_ONCE(ovnet->duplex);
	settings->base.port = PORT_OTHER;
	return 0;
}

static int
ovnet_ethtool_set_link_ksettings(struct net_device *dev,
				 const struct ethtool_link_ksettings *settings)
{
	struct ovnet *ovnet = netdev_priv(dev);

	return ethtool_virtdev_set_link_ksettings(dev, settings, &ovnet->speed,
						  &ovnet->duplex);
}

static u32 ovnet_ethtool_get_rx_ring_count(struct net_device *dev)
{
	struct ovnet *ovnet = netdev_priv(dev);

	return ovnet->pairs_active;
}

static u32 ovnet_ethtool_get_rxfh_key_size(struct net_device *dev)
{
	struct ovnet *ovnet = netdev_priv(dev);

	return ovnet->rss.conf ? OVNET_RSS_KEY : 0;
}

static u32 ovnet_ethtool_get_rxfh_indir_size(struct net_device *dev)
{
	struct ovnet *ovnet = netdev_priv(dev);

	return ovnet->rss.entries;
}

static int ovnet_ethtool_get_rxfh(struct net_device *dev,
				  struct ethtool_rxfh_param *param)
{
	return ovnet_rss_get(netdev_priv(dev), param);
}

static int ovnet_ethtool_set_rxfh(struct net_device *dev,
				  struct ethtool_rxfh_param *param,
				  struct netlink_ext_ack *extack)
{
	return ovnet_rss_set(netdev_priv(dev), param, extack);
}

static int ovnet_ethtool_get_rxfh_fields(struct net_device *dev,
					 struct ethtool_rxfh_fields *fields)
{
	return ovnet_rss_get_fields(netdev_priv(dev), fields);
}

static int
ovnet_ethtool_set_rxfh_fields(struct net_device *dev,
			      const struct ethtool_rxfh_fields *fields,
			      struct netlink_ext_ack *extack)
{
	return ovnet_rss_set_fields(netdev_priv(dev), fields, extack);
}

static int
ovnet_ethtool_get_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			   struct kernel_ethtool_coalesce *kernel_ec,
			   struct netlink_ext_ack *extack)
{
	ovnet_coalesce_get(netdev_priv(dev), ec);
	return 0;
}

static int
ovnet_ethtool_set_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			   struct kernel_ethtool_coalesce *kernel_ec,
			   struct netlink_ext_ack *extack)
{
	return ovnet_coalesce_set(netdev_priv(dev), ec, extack);
}

static int ovnet_ethtool_get_per_queue_coalesce(struct net_device *dev,
						u32 queue,
						struct ethtool_coalesce *ec)
{
	return ovnet_coalesce_get_queue(netdev_priv(dev), queue, ec);
}

static int ovnet_ethtool_set_per_queue_coalesce(struct net_device *dev,
						u32 queue,
						struct ethtool_coalesce *ec)
{
	return ovnet_coalesce_set_queue(netdev_priv(dev), queue, ec);
}

static const struct orion_ethtool_ops ovnet_ethtool_ops = {
	.ops = {
		.supported_coalesce_params = ETHTOOL_COALESCE_USECS |
					     ETHTOOL_COALESCE_MAX_FRAMES |
					     ETHTOOL_COALESCE_USE_ADAPTIVE_RX,
		.get_drvinfo		= ovnet_ethtool_get_drvinfo,
		.get_link		= ethtool_op_get_link,
		.get_ts_info		= ethtool_op_get_ts_info,
		.get_channels		= ovnet_ethtool_get_channels,
		.set_channels		= ovnet_ethtool_set_channels,
		.get_ringparam		= ovnet_ethtool_get_ringparam,
		.set_ringparam		= ovnet_ethtool_set_ringparam,
		.get_coalesce		= ovnet_ethtool_get_coalesce,
		.set_coalesce		= ovnet_ethtool_set_coalesce,
		.get_per_queue_coalesce	= ovnet_ethtool_get_per_queue_coalesce,
		.set_per_queue_coalesce	= ovnet_ethtool_set_per_queue_coalesce,
		.get_rxfh_key_size	= ovnet_ethtool_get_rxfh_key_size,
		.get_rxfh_indir_size	= ovnet_ethtool_get_rxfh_indir_size,
		ORION_ETHTOOL_RINGS
		ORION_ETHTOOL_RXFH
		ORION_ETHTOOL_FIELDS
		.reset			= ovnet_ethtool_reset,
		.self_test		= ovnet_ethtool_self_test,
		.get_regs_len		= ovnet_ethtool_get_regs_len,
		.get_regs		= ovnet_ethtool_get_regs,
		.get_priv_flags		= ovnet_ethtool_get_priv_flags,
		.set_priv_flags		= ovnet_ethtool_set_priv_flags,
		.get_sset_count		= ovnet_ethtool_get_sset_count,
		.get_strings		= ovnet_ethtool_get_strings,
		.get_ethtool_stats	= ovnet_ethtool_get_stats,
		.get_link_ksettings	= ovnet_ethtool_get_link_ksettings,
		.set_link_ksettings	= ovnet_ethtool_set_link_ksettings,
	},
	.get_rx_ring_count = ovnet_ethtool_get_rx_ring_count,
	.get_rxfh = ovnet_ethtool_get_rxfh,
	.set_rxfh = ovnet_ethtool_set_rxfh,
	.get_rxfh_fields = ovnet_ethtool_get_rxfh_fields,
	.set_rxfh_fields = ovnet_ethtool_set_rxfh_fields,
};

/**
 * ovnet_ethtool_init() - let ethtool in
 * @dev: our net device
 */
void ovnet_ethtool_init(struct net_device *dev)
{
	dev->ethtool_ops = &ovnet_ethtool_ops.ops;
}
