// SPDX-License-Identifier: GPL-2.0-only
/* Settings of a NAPI that outlive it: v6.14 */
#include <linux/netdevice.h>

void probe(struct net_device *dev, struct napi_struct *napi,
	   int (*poll)(struct napi_struct *napi, int budget))
{
	netif_napi_add_config(dev, napi, poll, 0);
}
