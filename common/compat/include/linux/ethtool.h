/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_ETHTOOL_H
#define _ORION_COMPAT_LINUX_ETHTOOL_H

#include_next <linux/ethtool.h>
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

#define COMPAT_ETHTOOL_RXFH_TABLE(prefix)				\
static int prefix##_compat_get_rxfh(struct net_device *dev, u32 *indir,	\
				    u8 *key, u8 *hfunc)			\
{									\
	struct ethtool_rxfh_param param = { .indir = indir, .key = key };	\
	int err = prefix##_get_rxfh(dev, &param);			\
									\
	if (hfunc)							\
		*hfunc = param.hfunc;					\
	return err;							\
}									\
									\
static int prefix##_compat_set_rxfh(struct net_device *dev,		\
				    const u32 *indir, const u8 *key,	\
				    const u8 hfunc)			\
{									\
	struct ethtool_rxfh_param param = {				\
		.hfunc = hfunc, .indir = (u32 *)indir, .key = (u8 *)key,	\
		.input_xfrm = RXH_XFRM_NO_CHANGE };			\
									\
	return prefix##_set_rxfh(dev, &param, NULL);			\
}
#define COMPAT_ETHTOOL_RXFH_TABLE_OPS(prefix)				\
	.get_rxfh		= prefix##_compat_get_rxfh,		\
	.set_rxfh		= prefix##_compat_set_rxfh,
#else
#define COMPAT_ETHTOOL_RXFH_TABLE(prefix)
#define COMPAT_ETHTOOL_RXFH_TABLE_OPS(prefix)				\
	.get_rxfh		= prefix##_get_rxfh,			\
	.set_rxfh		= prefix##_set_rxfh,
#endif

#ifndef HAVE_ETHTOOL_RXFH_FIELDS
struct ethtool_rxfh_fields {
	u32 data;
	u32 flow_type;
	u32 rss_context;
};

#define COMPAT_ETHTOOL_RXFH_FIELDS(prefix)				\
static int prefix##_compat_get_fields(struct net_device *dev,		\
				      struct ethtool_rxnfc *info)	\
{									\
	struct ethtool_rxfh_fields fields = {				\
		.flow_type = info->flow_type };				\
	int err = prefix##_get_rxfh_fields(dev, &fields);		\
									\
	info->data = fields.data;					\
	return err;							\
}									\
									\
static int prefix##_compat_set_rxnfc(struct net_device *dev,		\
				     struct ethtool_rxnfc *info)	\
{									\
	const struct ethtool_rxfh_fields fields = {			\
		.flow_type = info->flow_type, .data = info->data };	\
									\
	if (info->cmd != ETHTOOL_SRXFH)					\
		return -EOPNOTSUPP;					\
	return prefix##_set_rxfh_fields(dev, &fields, NULL);		\
}
#define COMPAT_ETHTOOL_RXFH_FIELDS_OPS(prefix)				\
	.set_rxnfc		= prefix##_compat_set_rxnfc,
#else
#define COMPAT_ETHTOOL_RXFH_FIELDS(prefix)				\
static inline int prefix##_compat_get_fields(struct net_device *dev,	\
					     struct ethtool_rxnfc *info) \
{									\
	return -EOPNOTSUPP;						\
}
#define COMPAT_ETHTOOL_RXFH_FIELDS_OPS(prefix)				\
	.get_rxfh_fields	= prefix##_get_rxfh_fields,		\
	.set_rxfh_fields	= prefix##_set_rxfh_fields,
#endif

#ifndef HAVE_ETHTOOL_RX_RING_COUNT
#define COMPAT_ETHTOOL_RX_RINGS(prefix)					\
static int prefix##_compat_get_rxnfc(struct net_device *dev,		\
				     struct ethtool_rxnfc *info,	\
				     u32 *rules)			\
{									\
	switch (info->cmd) {						\
	case ETHTOOL_GRXRINGS:						\
		info->data = prefix##_get_rx_ring_count(dev);		\
		return 0;						\
	case ETHTOOL_GRXFH:						\
		return prefix##_compat_get_fields(dev, info);		\
	default:							\
		return -EOPNOTSUPP;					\
	}								\
}
#define COMPAT_ETHTOOL_RX_RINGS_OPS(prefix)				\
	.get_rxnfc		= prefix##_compat_get_rxnfc,
#else
#define COMPAT_ETHTOOL_RX_RINGS(prefix)
#define COMPAT_ETHTOOL_RX_RINGS_OPS(prefix)				\
	.get_rx_ring_count	= prefix##_get_rx_ring_count,
#endif

/*
 * A driver has functions PREFIX_get_rxfh() and so on as the newest kernel wants
 * them. The first of these makes what older kernels call instead, the second is
 * for struct ethtool_ops, commas included.
 */
#define COMPAT_ETHTOOL_RXFH(prefix)					\
	COMPAT_ETHTOOL_RXFH_TABLE(prefix)				\
	COMPAT_ETHTOOL_RXFH_FIELDS(prefix)				\
	COMPAT_ETHTOOL_RX_RINGS(prefix)					\
	struct ethtool_ops
#define COMPAT_ETHTOOL_RXFH_OPS(prefix)					\
	COMPAT_ETHTOOL_RXFH_TABLE_OPS(prefix)				\
	COMPAT_ETHTOOL_RXFH_FIELDS_OPS(prefix)				\
	COMPAT_ETHTOOL_RX_RINGS_OPS(prefix)

#endif
