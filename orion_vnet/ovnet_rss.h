/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_RSS_H
#define _OVNET_RSS_H

#include <linux/types.h>

struct ethtool_rxfh_fields;
struct ethtool_rxfh_param;
struct netlink_ext_ack;
struct ovnet;
struct virtio_device;

/** OVNET_RSS_KEY - bytes of the hash's key, which every device must take */
#define OVNET_RSS_KEY		40

/**
 * struct ovnet_rss_conf - how frames are hashed and steered
 * @types: VIRTIO_NET_RSS_HASH_TYPE_* that are hashed
 * @key: of the hash
 * @table: queue pair of each remainder of the hash
 */
struct ovnet_rss_conf {
	u32 types;
	u8 key[OVNET_RSS_KEY];
	u16 table[];
};

/**
 * struct ovnet_rss - hashing and steering of received frames
 */
struct ovnet_rss {
	/* Constant once the device was told for the first time. */

	/** @types: VIRTIO_NET_RSS_HASH_TYPE_* that the device has; 0 if none */
	u32 types;
	/** @entries: of the table, a power of two; 0 if the device steers itself */
	unsigned int entries;
	/** @tunnels: VIRTIO_NET_HASH_TUNNEL_TYPE_* that it can look into */
	u32 tunnels;

	/* Written under RTNL. */

	/** @conf: What the device was told last. Owned. */
	struct ovnet_rss_conf *conf;
	/** @inner: Of these tunnels the headers inside are hashed. */
	bool inner;
};

void ovnet_rss_validate(struct virtio_device *vdev);
int ovnet_rss_init(struct ovnet *ovnet);
void ovnet_rss_fini(struct ovnet *ovnet);
void ovnet_rss_start(struct ovnet *ovnet);
int ovnet_rss_replay(struct ovnet *ovnet);
bool ovnet_rss_steers(const struct ovnet *ovnet);
int ovnet_rss_set_pairs(struct ovnet *ovnet, unsigned int pairs);
int ovnet_rss_set_inner(struct ovnet *ovnet, bool inner);
int ovnet_rss_get(const struct ovnet *ovnet, struct ethtool_rxfh_param *param);
int ovnet_rss_set(struct ovnet *ovnet, const struct ethtool_rxfh_param *param,
		  struct netlink_ext_ack *extack);
int ovnet_rss_get_fields(const struct ovnet *ovnet,
			 struct ethtool_rxfh_fields *fields);
int ovnet_rss_set_fields(struct ovnet *ovnet,
			 const struct ethtool_rxfh_fields *fields,
			 struct netlink_ext_ack *extack);

#endif
