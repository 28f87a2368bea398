/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_ETHTOOL_H
#define _OVNET_ETHTOOL_H

struct net_device;

void ovnet_ethtool_init(struct net_device *dev);

#endif
