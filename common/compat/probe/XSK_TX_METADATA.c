// SPDX-License-Identifier: GPL-2.0-only
/* Sockets say what is to be done to a frame that they send: v6.8 */
#include <linux/netdevice.h>
#include <net/xdp_sock_drv.h>

struct xsk_tx_metadata *probe(struct net_device *dev, struct xsk_buff_pool *pool,
			      const struct xsk_tx_metadata_ops *ops)
{
	dev->xsk_tx_metadata_ops = ops;
	return xp_tx_metadata_enabled(pool) ?
	       xsk_buff_get_metadata(pool, 0, XDP_TX_METADATA) : NULL;
}
