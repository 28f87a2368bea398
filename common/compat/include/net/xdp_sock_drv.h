/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_NET_XDP_SOCK_DRV_H
#define _ORION_COMPAT_NET_XDP_SOCK_DRV_H

#include_next <net/xdp_sock_drv.h>
#include "compat_config.h"

/* Bytes of a description that are the driver's: none before v6.3. */
#ifndef XSK_PRIV_MAX
#define XSK_PRIV_MAX	0
#endif

#ifndef HAVE_XSK_TX_METADATA
/* Sockets have nothing to say of a frame on this kernel. */
struct xsk_tx_metadata;

struct xsk_tx_metadata_ops {
	void (*tmo_request_checksum)(u16 csum_start, u16 csum_offset,
				     void *priv);
};

static inline bool xp_tx_metadata_enabled(const struct xsk_buff_pool *pool)
{
	return false;
}

static inline struct xsk_tx_metadata *
xsk_buff_get_metadata(struct xsk_buff_pool *pool, u64 addr, u32 options)
{
	return NULL;
}
#endif

#ifndef HAVE_XSK_TX_METADATA_POOL
static inline void
orion_compat_xsk_tx_metadata_request(const struct xsk_buff_pool *pool,
				     struct xsk_tx_metadata **pmeta,
				     const struct xsk_tx_metadata_ops *ops,
				     void *priv)
{
#ifdef HAVE_XSK_TX_METADATA
	xsk_tx_metadata_request(*pmeta, ops, priv);
#endif
}

#define xsk_tx_metadata_request	orion_compat_xsk_tx_metadata_request
#endif

#endif
