/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_NET_GSO_H
#define _ORION_COMPAT_NET_GSO_H

#include "compat_config.h"

#ifdef HAVE_NET_GSO_H
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#endif

#endif
