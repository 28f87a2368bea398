/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_NET_XDP_SOCK_DRV_H
#define _ORION_COMPAT_NET_XDP_SOCK_DRV_H

#include_next <net/xdp_sock_drv.h>

/* Bytes of a description that are the driver's: none before v6.3. */
#ifndef XSK_PRIV_MAX
#define XSK_PRIV_MAX	0
#endif

#endif
