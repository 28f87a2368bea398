/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_DIM_H
#define _ORION_COMPAT_LINUX_DIM_H

#include_next <linux/dim.h>
#include "compat_config.h"

#ifndef HAVE_NET_DIM_POINTER
static inline void orion_compat_net_dim(struct dim *dim,
					const struct dim_sample *sample)
{
	net_dim(dim, *sample);
}

#define net_dim	orion_compat_net_dim
#endif

#endif
