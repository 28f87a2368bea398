// SPDX-License-Identifier: GPL-2.0-only
/* Flags of fragments in one piece: v6.18 */
#include <net/xdp.h>

void probe(struct sk_buff *skb, const struct xdp_buff *xdp)
{
	xdp_update_skb_frags_info(skb, 1, 1, 1, xdp_buff_get_skb_flags(xdp));
}
