/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_NET_XDP_H
#define _ORION_COMPAT_NET_XDP_H

#include_next <net/xdp.h>
#include "compat_config.h"

struct net_device;

#ifndef HAVE_XDP_FRAGS_INFO
static inline u32 xdp_buff_get_skb_flags(struct xdp_buff *xdp)
{
	return xdp->flags;
}

static inline void xdp_update_skb_frags_info(struct sk_buff *skb, u8 nr_frags,
					     unsigned int size,
					     unsigned int truesize, u32 flags)
{
	xdp_update_skb_shared_info(skb, nr_frags, size, truesize,
				   flags & XDP_FLAGS_FRAGS_PF_MEMALLOC);
}
#endif

#ifndef HAVE_XDP_METADATA_OPS
/* Programs cannot ask on this kernel. */
enum xdp_rss_hash_type {
	XDP_RSS_TYPE_L3_IPV4		= 0x01,
	XDP_RSS_TYPE_L3_IPV6		= 0x02,
	XDP_RSS_TYPE_L3_IPV6_EX		= 0x06,
	XDP_RSS_TYPE_L4_IPV4_TCP	= 0x19,
	XDP_RSS_TYPE_L4_IPV4_UDP	= 0x29,
	XDP_RSS_TYPE_L4_IPV6_TCP	= 0x1a,
	XDP_RSS_TYPE_L4_IPV6_UDP	= 0x2a,
	XDP_RSS_TYPE_L4_IPV6_TCP_EX	= 0x1e,
	XDP_RSS_TYPE_L4_IPV6_UDP_EX	= 0x2e,
};

struct xdp_md;

struct xdp_metadata_ops {
	int (*xmo_rx_hash)(const struct xdp_md *ctx, u32 *hash,
			   enum xdp_rss_hash_type *rss_type);
};
#endif

/* The newest kernels ask the net device which NAPI a queue has. */
static inline void orion_xdp_rxq_set_napi(struct xdp_rxq_info *info,
					  unsigned int napi_id)
{
#ifdef HAVE_XDP_RXQ_NAPI_ID
	info->napi_id = napi_id;
#endif
}

#ifndef HAVE_XDP_FEATURES
/* Nobody asks on this kernel. */
typedef u32 xdp_features_t;

#define NETDEV_XDP_ACT_BASIC		BIT(0)
#define NETDEV_XDP_ACT_REDIRECT		BIT(1)
#define NETDEV_XDP_ACT_NDO_XMIT		BIT(2)
#define NETDEV_XDP_ACT_XSK_ZEROCOPY	BIT(3)
#define NETDEV_XDP_ACT_RX_SG		BIT(5)
#define NETDEV_XDP_ACT_NDO_XMIT_SG	BIT(6)

static inline void xdp_set_features_flag(struct net_device *dev,
					 xdp_features_t features)
{
}
#endif

#endif
