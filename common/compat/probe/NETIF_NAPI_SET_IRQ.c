// SPDX-License-Identifier: GPL-2.0-only
/* Which NAPI a queue and an interrupt has: v6.8 */
#include <linux/netdevice.h>

void probe(struct net_device *dev, struct napi_struct *napi)
{
	netif_napi_set_irq(napi, 1);
	netif_queue_set_napi(dev, 0, NETDEV_QUEUE_TYPE_RX, napi);
}
