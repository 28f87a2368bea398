// SPDX-License-Identifier: GPL-2.0-only
/* What they say is checked where it is read, by the pool: v7.1 */
#include <net/xdp_sock_drv.h>

void probe(const struct xsk_buff_pool *pool, struct xsk_tx_metadata *meta,
	   const struct xsk_tx_metadata_ops *ops)
{
	xsk_tx_metadata_request(pool, &meta, ops, NULL);
}
