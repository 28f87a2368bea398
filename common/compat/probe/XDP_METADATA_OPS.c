// SPDX-License-Identifier: GPL-2.0-only
/* Programs ask the driver for a frame's hash: v6.3, and for what it is of: v6.4 */
#include <linux/netdevice.h>
#include <net/xdp.h>

int probe(struct net_device *dev, const struct xdp_metadata_ops *ops,
	  const struct xdp_md *ctx, u32 *hash, enum xdp_rss_hash_type *type)
{
	dev->xdp_metadata_ops = ops;
	return ops->xmo_rx_hash(ctx, hash, type);
}
