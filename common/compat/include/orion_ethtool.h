/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hash and steering through ethtool, as the newest kernel wants it: a driver has
 * these functions in a structure around its struct ethtool_ops, and older kernels
 * get others there that call them.
 */
#ifndef _ORION_ETHTOOL_H
#define _ORION_ETHTOOL_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "compat_config.h"

#ifndef RXH_XFRM_NO_CHANGE
#define RXH_XFRM_NO_CHANGE	0xff
#endif

#ifndef HAVE_ETHTOOL_RXFH_PARAM
struct ethtool_rxfh_param {
	u8 hfunc;
	u32 indir_size;
	u32 *indir;
	u32 key_size;
	u8 *key;
	u32 rss_context;
	u8 rss_delete;
	u8 input_xfrm;
};
#endif

#ifndef HAVE_ETHTOOL_RXFH_FIELDS
struct ethtool_rxfh_fields {
	u32 data;
	u32 flow_type;
	u32 rss_context;
};
#endif

/**
 * struct orion_ethtool_ops - ethtool's functions of a driver
 * @ops: what the kernel knows; with ORION_ETHTOOL_RINGS, ORION_ETHTOOL_RXFH and
 *	ORION_ETHTOOL_FIELDS, which call those below
 * @get_rx_ring_count: as in the newest kernel's struct ethtool_ops
 * @get_rxfh: likewise
 * @set_rxfh: likewise
 * @get_rxfh_fields: likewise
 * @set_rxfh_fields: likewise
 */
struct orion_ethtool_ops {
	const struct ethtool_ops ops;
	u32 (*get_rx_ring_count)(struct net_device *dev);
	int (*get_rxfh)(struct net_device *dev,
			struct ethtool_rxfh_param *param);
	int (*set_rxfh)(struct net_device *dev,
			struct ethtool_rxfh_param *param,
			struct netlink_ext_ack *extack);
	int (*get_rxfh_fields)(struct net_device *dev,
			       struct ethtool_rxfh_fields *fields);
	int (*set_rxfh_fields)(struct net_device *dev,
			       const struct ethtool_rxfh_fields *fields,
			       struct netlink_ext_ack *extack);
};

static inline const struct orion_ethtool_ops *
orion_ethtool_ops(const struct net_device *dev)
{
	return container_of(dev->ethtool_ops, struct orion_ethtool_ops, ops);
}

#ifdef HAVE_ETHTOOL_RXFH_PARAM
static inline int orion_ethtool_get_rxfh(struct net_device *dev,
					 struct ethtool_rxfh_param *param)
{
	return orion_ethtool_ops(dev)->get_rxfh(dev, param);
}

static inline int orion_ethtool_set_rxfh(struct net_device *dev,
					 struct ethtool_rxfh_param *param,
					 struct netlink_ext_ack *extack)
{
	return orion_ethtool_ops(dev)->set_rxfh(dev, param, extack);
}
#else
static inline int orion_ethtool_get_rxfh(struct net_device *dev, u32 *indir,
					 u8 *key, u8 *hfunc)
{
	struct ethtool_rxfh_param param = { .indir = indir, .key = key };
	int err = orion_ethtool_ops(dev)->get_rxfh(dev, &param);

	if (hfunc)
		*hfunc = param.hfunc;
	return err;
}

static inline int orion_ethtool_set_rxfh(struct net_device *dev,
					 const u32 *indir, const u8 *key,
					 const u8 hfunc)
{
	struct ethtool_rxfh_param param = {
		.hfunc = hfunc, .indir = (u32 *)indir, .key = (u8 *)key,
		.input_xfrm = RXH_XFRM_NO_CHANGE };

	return orion_ethtool_ops(dev)->set_rxfh(dev, &param, NULL);
}
#endif

static inline int
orion_ethtool_get_fields(struct net_device *dev,
			 struct ethtool_rxfh_fields *fields)
{
	return orion_ethtool_ops(dev)->get_rxfh_fields(dev, fields);
}

static inline int
orion_ethtool_set_fields(struct net_device *dev,
			 const struct ethtool_rxfh_fields *fields,
			 struct netlink_ext_ack *extack)
{
	return orion_ethtool_ops(dev)->set_rxfh_fields(dev, fields, extack);
}

static inline u32 orion_ethtool_get_rings(struct net_device *dev)
{
	return orion_ethtool_ops(dev)->get_rx_ring_count(dev);
}

/* Before fields and rings had functions of their own. */
static inline int orion_ethtool_get_rxnfc(struct net_device *dev,
					  struct ethtool_rxnfc *info,
					  u32 *rules)
{
	struct ethtool_rxfh_fields fields = { .flow_type = info->flow_type };
	int err;

	switch (info->cmd) {
	case ETHTOOL_GRXRINGS:
		info->data = orion_ethtool_get_rings(dev);
		return 0;
	case ETHTOOL_GRXFH:
		err = orion_ethtool_get_fields(dev, &fields);
		info->data = fields.data;
		return err;
	default:
		return -EOPNOTSUPP;
	}
}

static inline int orion_ethtool_set_rxnfc(struct net_device *dev,
					  struct ethtool_rxnfc *info)
{
	const struct ethtool_rxfh_fields fields = {
		.flow_type = info->flow_type, .data = info->data };

	if (info->cmd != ETHTOOL_SRXFH)
		return -EOPNOTSUPP;

	return orion_ethtool_set_fields(dev, &fields, NULL);
}

/* Members of struct ethtool_ops, commas included. */
#define ORION_ETHTOOL_RXFH						\
	.get_rxfh		= orion_ethtool_get_rxfh,		\
	.set_rxfh		= orion_ethtool_set_rxfh,

#ifdef HAVE_ETHTOOL_RXFH_FIELDS
#define ORION_ETHTOOL_FIELDS						\
	.get_rxfh_fields	= orion_ethtool_get_fields,		\
	.set_rxfh_fields	= orion_ethtool_set_fields,
#else
#define ORION_ETHTOOL_FIELDS						\
	.set_rxnfc		= orion_ethtool_set_rxnfc,
#endif

#ifdef HAVE_ETHTOOL_RX_RING_COUNT
#define ORION_ETHTOOL_RINGS						\
	.get_rx_ring_count	= orion_ethtool_get_rings,
#else
#define ORION_ETHTOOL_RINGS						\
	.get_rxnfc		= orion_ethtool_get_rxnfc,
#endif

#endif
