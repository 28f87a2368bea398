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
