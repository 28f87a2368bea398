// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may be received: addresses, modes, VLANs.
 *
 * The stack changes its lists in atomic context; a work item compares them with
 * what the device was told last and sends the difference. What would let more
 * through is sent first and what would let less through last, so a frame that
 * both the old and the new lists want is never lost in between.
 */

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>

#include "ovnet.h"
#include "ovnet_ctrl.h"
#include "ovnet_filter.h"

/* With more addresses than this in one list, all of its kind are let through. */
#define OVNET_FILTER_ADDRS_MAX	1024

static size_t ovnet_filter_list_len(unsigned int count)
{
	return sizeof(__virtio32) + count * ETH_ALEN;
}

static u8 *ovnet_filter_put_count(struct ovnet *ovnet, u8 *to, u32 count)
{
	__virtio32 value = cpu_to_virtio32(ovnet->vdev, count);

	memcpy(to, &value, sizeof(value));
	return to + sizeof(value);
}

static u8 *ovnet_filter_put_addr(u8 *to, const u8 *addr)
{
	memcpy(to, addr, ETH_ALEN);
	return to + ETH_ALEN;
}

/* Write both lists behind each other, as many addresses as were counted. */
static void ovnet_filter_encode(struct ovnet *ovnet, u8 *to, unsigned int uc,
				unsigned int mc)
{
	struct net_device *dev = ovnet->dev;
	struct netdev_hw_addr *ha;

	to = ovnet_filter_put_count(ovnet, to, uc);
	if (uc) {
		if (ovnet->filter.foreign)
			to = ovnet_filter_put_addr(to, dev->dev_addr);
		netdev_for_each_uc_addr(ha, dev)
			to = ovnet_filter_put_addr(to, ha->addr);
	}

	to = ovnet_filter_put_count(ovnet, to, mc);
	if (mc)
		netdev_for_each_mc_addr(ha, dev)
			to = ovnet_filter_put_addr(to, ha->addr);
}

/* Let all unicast addresses through, with as little else as the device can. */
static void ovnet_filter_open_unicast(struct ovnet *ovnet,
				      struct ovnet_filter_mode *wish)
{
	if (virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_CTRL_RX_EXTRA))
		wish->alluni = true;
	else
		wish->promisc = true;
}

/*
 * What the net device wishes now. A list that is too long, or for which there
 * is no memory, becomes the mode that needs none.
 */
static void ovnet_filter_wish(struct ovnet *ovnet,
			      struct ovnet_filter_mode *wish)
{
	struct net_device *dev = ovnet->dev;
	unsigned int uc, mc;

	memset(wish, 0, sizeof(*wish));

	netif_addr_lock_bh(dev);
	wish->promisc = dev->flags & IFF_PROMISC;
	wish->allmulti = dev->flags & IFF_ALLMULTI;

	uc = netdev_uc_count(dev) + ovnet->filter.foreign;
	mc = netdev_mc_count(dev);
	if (uc > OVNET_FILTER_ADDRS_MAX) {
		ovnet_filter_open_unicast(ovnet, wish);
		uc = 0;
	}
	if (mc > OVNET_FILTER_ADDRS_MAX) {
		wish->allmulti = true;
		mc = 0;
	}

	wish->unicast = ovnet_filter_list_len(uc);
	wish->len = wish->unicast + ovnet_filter_list_len(mc);
	wish->table = kzalloc(wish->len, GFP_ATOMIC);
	if (wish->table) {
		ovnet_filter_encode(ovnet, wish->table, uc, mc);
	} else {
		ovnet_filter_open_unicast(ovnet, wish);
		wish->allmulti = true;
	}
	netif_addr_unlock_bh(dev);
}

/* Switch a mode whose state is in @mode, one of the filter's own. */
static int ovnet_filter_send_mode(struct ovnet *ovnet, u8 command, bool *mode,
				  bool on)
{
	int err;

	lockdep_assert_held(&ovnet->filter.lock);

	if (ovnet->filter.known && *mode == on)
		return 0;

	err = ovnet_ctrl_rx_mode(ovnet, command, on);
	if (!err)
		*mode = on;
	return err;
}

static int ovnet_filter_send_promisc(struct ovnet *ovnet, bool on)
{
	return ovnet_filter_send_mode(ovnet, VIRTIO_NET_CTRL_RX_PROMISC,
				      &ovnet->filter.mode.promisc, on);
}

static int ovnet_filter_send_allmulti(struct ovnet *ovnet, bool on)
{
	return ovnet_filter_send_mode(ovnet, VIRTIO_NET_CTRL_RX_ALLMULTI,
				      &ovnet->filter.mode.allmulti, on);
}

static int ovnet_filter_send_alluni(struct ovnet *ovnet, bool on)
{
	if (!virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_CTRL_RX_EXTRA))
		return 0;

	return ovnet_filter_send_mode(ovnet, VIRTIO_NET_CTRL_RX_ALLUNI,
				      &ovnet->filter.mode.alluni, on);
}

/* Takes over the table, if the device did. */
static int ovnet_filter_send_table(struct ovnet *ovnet,
				   struct ovnet_filter_mode *wish)
{
	struct ovnet_filter_mode *mode = &ovnet->filter.mode;
	int err;

	lockdep_assert_held(&ovnet->filter.lock);

	if (!wish->table)
		return 0;
	if (ovnet->filter.known && mode->table && mode->len == wish->len &&
	    !memcmp(mode->table, wish->table, wish->len))
		return 0;

	err = ovnet_ctrl_mac_table(ovnet, wish->table, wish->len,
				   wish->unicast);
	if (err)
		return err;

	kfree(mode->table);
	mode->table = wish->table;
	mode->len = wish->len;
	mode->unicast = wish->unicast;
	wish->table = NULL;
	return 0;
}

static int ovnet_filter_send(struct ovnet *ovnet,
			     struct ovnet_filter_mode *wish)
{
	int err = 0;

	lockdep_assert_held(&ovnet->filter.lock);

	if (wish->promisc)
		err = ovnet_filter_send_promisc(ovnet, true);
	if (!err && wish->alluni)
		err = ovnet_filter_send_alluni(ovnet, true);
	if (!err && wish->allmulti)
		err = ovnet_filter_send_allmulti(ovnet, true);
	if (!err)
		err = ovnet_filter_send_table(ovnet, wish);
	/* A device that refuses the addresses still has to deliver to them. */
	if (err == -EINVAL && !wish->promisc) {
		netdev_warn(ovnet->dev,
			    "the device refused the address list, receiving everything\n");
		return ovnet_filter_send_promisc(ovnet, true);
	}
	if (!err && !wish->allmulti)
		err = ovnet_filter_send_allmulti(ovnet, false);
	if (!err && !wish->alluni)
		err = ovnet_filter_send_alluni(ovnet, false);
	if (!err && !wish->promisc)
		err = ovnet_filter_send_promisc(ovnet, false);

	return err;
}

/* The address and the VLANs, which the net device changes one by one. */
static int ovnet_filter_send_again(struct ovnet *ovnet)
{
	unsigned int vid;
	int err;

	lockdep_assert_held(&ovnet->filter.lock);

	err = ovnet_ctrl_mac_addr(ovnet, ovnet->dev->dev_addr);
	if (err && err != -EOPNOTSUPP)
		return err;

	for_each_set_bit(vid, ovnet->filter.vlans, VLAN_N_VID) {
		err = ovnet_ctrl_vlan(ovnet, vid, true);
		if (err)
			return err;
	}

	ovnet->filter.again = false;
	return 0;
}

static void ovnet_filter_work(struct work_struct *work)
{
	struct ovnet *ovnet = container_of(work, struct ovnet, filter.work);
	struct ovnet_filter_mode wish = {};
	int err = 0;

	mutex_lock(&ovnet->filter.lock);
	if (ovnet->filter.again)
		err = ovnet_filter_send_again(ovnet);
	if (!err && virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_CTRL_RX)) {
		ovnet_filter_wish(ovnet, &wish);
		err = ovnet_filter_send(ovnet, &wish);
	}
	/* After a failure the device may have anything: next time tell it all. */
	ovnet->filter.known = !err;
	mutex_unlock(&ovnet->filter.lock);

	kfree(wish.table);
	if (err && err != -ENODEV)
		netdev_warn(ovnet->dev,
			    "receive filter not set, frames may be missing: %d\n",
			    err);
}

/**
 * ovnet_filter_init() - begin with a device that may let anything through
 * @ovnet: device
 */
void ovnet_filter_init(struct ovnet *ovnet)
{
	mutex_init(&ovnet->filter.lock);
	INIT_WORK(&ovnet->filter.work, ovnet_filter_work);
}

/**
 * ovnet_filter_fini() - undo ovnet_filter_init()
 * @ovnet: device whose net device is not, or no longer, registered
 */
void ovnet_filter_fini(struct ovnet *ovnet)
{
	cancel_work_sync(&ovnet->filter.work);
	kfree(ovnet->filter.mode.table);
	ovnet->filter.mode.table = NULL;
	mutex_destroy(&ovnet->filter.lock);
}

/**
 * ovnet_filter_replay() - tell the device everything, whatever it knows
 * @ovnet: device
 *
 * The commands are sent later.
 *
 * Context: Process.
 */
void ovnet_filter_replay(struct ovnet *ovnet)
{
	mutex_lock(&ovnet->filter.lock);
	ovnet->filter.known = false;
	ovnet->filter.again = true;
	mutex_unlock(&ovnet->filter.lock);
	schedule_work(&ovnet->filter.work);
}

/**
 * ovnet_filter_set_rx_mode() - ndo_set_rx_mode
 * @dev: our net device
 *
 * Context: Atomic, under the address lock.
 */
void ovnet_filter_set_rx_mode(struct net_device *dev)
{
	struct ovnet *ovnet = netdev_priv(dev);

	/* Without the command a device lets everything through anyway. */
	if (virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_CTRL_RX))
		schedule_work(&ovnet->filter.work);
}

/* Old devices have a writable address where new ones have a command. */
static bool ovnet_filter_write_mac(struct ovnet *ovnet, const u8 *addr)
{
	struct virtio_device *vdev = ovnet->vdev;
	unsigned int i;

	if (virtio_has_feature(vdev, VIRTIO_F_VERSION_1) ||
	    !virtio_has_feature(vdev, VIRTIO_NET_F_MAC))
		return false;

	for (i = 0; i < ETH_ALEN; i++)
		virtio_cwrite8(vdev, offsetof(struct virtio_net_config, mac) + i,
			       addr[i]);
	return true;
}

/**
 * ovnet_filter_tell_mac() - have the device receive for an address
 * @ovnet: device
 * @addr: own address of the net device
 *
 * A device without a command for it gets the address in its table of further
 * addresses, or, without that, receives for all addresses anyway.
 *
 * Context: Process. Sleeps up to the control queue's deadline.
 * Return: 0 or a negative errno.
 */
int ovnet_filter_tell_mac(struct ovnet *ovnet, const u8 *addr)
{
	u8 known[ETH_ALEN];
	int err;

	err = ovnet_ctrl_mac_addr(ovnet, addr);
	if (err != -EOPNOTSUPP)
		return err;
	if (ovnet_filter_write_mac(ovnet, addr))
		return 0;

	eth_zero_addr(known);
	if (virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_MAC))
		virtio_cread_bytes(ovnet->vdev,
				   offsetof(struct virtio_net_config, mac),
				   known, ETH_ALEN);

	mutex_lock(&ovnet->filter.lock);
	ovnet->filter.foreign = !ether_addr_equal(known, addr);
	mutex_unlock(&ovnet->filter.lock);
	return 0;
}

/**
 * ovnet_filter_set_mac() - ndo_set_mac_address
 * @dev: our net device
 * @addr: struct sockaddr with the new address
 *
 * Return: 0 or a negative errno; the address is then what it was.
 */
int ovnet_filter_set_mac(struct net_device *dev, void *addr)
{
	struct ovnet *ovnet = netdev_priv(dev);
	struct sockaddr *sa = addr;
	int err;

	/* By its address the kernel knows which device ours stands in for. */
	if (ovnet->failover)
		return -EOPNOTSUPP;

	err = eth_prepare_mac_addr_change(dev, addr);
	if (err)
		return err;

	err = ovnet_filter_tell_mac(ovnet, sa->sa_data);
	if (err) {
		netdev_warn(dev, "the device did not take the address: %d\n",
			    err);
		/* Unless it said so itself, it may have taken it after all. */
		if (err != -EINVAL)
			ovnet_filter_replay(ovnet);
		return err;
	}

	eth_commit_mac_addr_change(dev, addr);
	ovnet_filter_set_rx_mode(dev);
	return 0;
}

static int ovnet_filter_vid(struct net_device *dev, u16 vid, bool add)
{
	struct ovnet *ovnet = netdev_priv(dev);
	struct ovnet_filter *filter = &ovnet->filter;
	int err;

	mutex_lock(&filter->lock);
	err = ovnet_ctrl_vlan(ovnet, vid, add);
	if (!err && add)
		set_bit(vid, filter->vlans);
	else if (!err)
		clear_bit(vid, filter->vlans);
	mutex_unlock(&filter->lock);
	return err;
}

/**
 * ovnet_filter_add_vid() - ndo_vlan_rx_add_vid
 * @dev: our net device
 * @proto: always that of customer VLANs
 * @vid: number of the VLAN
 *
 * Context: Process, under RTNL.
 * Return: 0 or a negative errno.
 */
int ovnet_filter_add_vid(struct net_device *dev, __be16 proto, u16 vid)
{
	return ovnet_filter_vid(dev, vid, true);
}

/**
 * ovnet_filter_kill_vid() - ndo_vlan_rx_kill_vid
 * @dev: our net device
 * @proto: always that of customer VLANs
 * @vid: number of the VLAN
 *
 * Context: Process, under RTNL.
 * Return: 0 or a negative errno.
 */
int ovnet_filter_kill_vid(struct net_device *dev, __be16 proto, u16 vid)
{
	return ovnet_filter_vid(dev, vid, false);
}
