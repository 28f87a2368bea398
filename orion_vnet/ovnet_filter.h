/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_FILTER_H
#define _OVNET_FILTER_H

#include <linux/bitmap.h>
#include <linux/if_vlan.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct net_device;
struct ovnet;

/**
 * struct ovnet_filter_mode - what the device is to let through, or was told to
 * @promisc: everything
 * @allmulti: all multicast
 * @alluni: all unicast
 * @table: owned; addresses in the form that the device wants, or NULL
 * @len: bytes of @table
 * @unicast: bytes of its first part
 */
struct ovnet_filter_mode {
	bool promisc;
	bool allmulti;
	bool alluni;
	void *table;
	size_t len;
	size_t unicast;
};

/**
 * struct ovnet_filter - what the device was told to let through
 *
 * The net device's own lists are the wish; this is what the device knows, so
 * that only differences are sent, and that it can be told again.
 */
struct ovnet_filter {
	/** @work: Brings the device to the net device's wish. */
	struct work_struct work;
	/**
	 * @lock: Guards all below, and the order of the commands that change it.
	 *
	 * Taken in process context, also under RTNL. Held while the device
	 * answers; nothing but the control queue's lock is taken under it.
	 */
	struct mutex lock;
	/** @known: @mode is what the device has; else it may have anything. */
	bool known __guarded_by(&lock);
	/** @again: The address and @vlans are to be told once more. */
	bool again __guarded_by(&lock);
	/** @mode: What it was told last. */
	struct ovnet_filter_mode mode __guarded_by(&lock);
	/** @foreign: The device does not know the net device's own address. */
	bool foreign __guarded_by(&lock);
	/** @vlans: VLANs that it lets in. */
	DECLARE_BITMAP(vlans, VLAN_N_VID) __guarded_by(&lock);
};

void ovnet_filter_init(struct ovnet *ovnet);
void ovnet_filter_fini(struct ovnet *ovnet);
void ovnet_filter_replay(struct ovnet *ovnet);
void ovnet_filter_set_rx_mode(struct net_device *dev);
int ovnet_filter_set_mac(struct net_device *dev, void *addr);
int ovnet_filter_tell_mac(struct ovnet *ovnet, const u8 *addr);
int ovnet_filter_add_vid(struct net_device *dev, __be16 proto, u16 vid);
int ovnet_filter_kill_vid(struct net_device *dev, __be16 proto, u16 vid);

#endif
