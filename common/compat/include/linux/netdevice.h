/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_NETDEVICE_H
#define _ORION_COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>
#include "compat_config.h"

#ifndef HAVE_NETIF_NAPI_SET_IRQ
/* Nobody asks on this kernel which NAPI a queue or an interrupt has. */
#define NETDEV_QUEUE_TYPE_RX	0
#define NETDEV_QUEUE_TYPE_TX	1

static inline void netif_napi_set_irq(struct napi_struct *napi, int irq)
{
}

static inline void netif_queue_set_napi(struct net_device *dev,
					unsigned int index, int type,
					struct napi_struct *napi)
{
}
#endif

struct xdp_metadata_ops;

/* The member of struct net_device is absent where its type is. */
static inline void
orion_set_xdp_metadata_ops(struct net_device *dev,
			   const struct xdp_metadata_ops *ops)
{
#ifdef HAVE_XDP_METADATA_OPS
	dev->xdp_metadata_ops = ops;
#endif
}

struct xsk_tx_metadata_ops;

static inline void
orion_set_xsk_tx_metadata_ops(struct net_device *dev,
			      const struct xsk_tx_metadata_ops *ops)
{
#ifdef HAVE_XSK_TX_METADATA
	dev->xsk_tx_metadata_ops = ops;
#endif
}

#ifndef HAVE_NETIF_NAPI_ADD_CONFIG
/* What is set for one NAPI is forgotten on this kernel when it falls out of use. */
static inline void
netif_napi_add_config(struct net_device *dev, struct napi_struct *napi,
		      int (*poll)(struct napi_struct *napi, int budget),
		      int index)
{
	netif_napi_add(dev, napi, poll);
}
#endif

#ifndef HAVE_XDP_GENERIC_PSKB
static inline int orion_compat_do_xdp_generic(struct bpf_prog *prog,
					      struct sk_buff **pskb)
{
	return do_xdp_generic(prog, *pskb);
}

#define do_xdp_generic		orion_compat_do_xdp_generic
#endif

#endif
