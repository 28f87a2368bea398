/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_STANDBY_H
#define _OVNET_STANDBY_H

#include <linux/types.h>

struct net_device;
struct ovnet;

int ovnet_standby_init(struct ovnet *ovnet);
void ovnet_standby_fini(struct ovnet *ovnet);
struct net_device *ovnet_standby_face(struct ovnet *ovnet);
int ovnet_standby_port_name(struct net_device *dev, char *name, size_t len);

#endif
