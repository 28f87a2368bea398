// SPDX-License-Identifier: GPL-2.0-only
/* A queue's description for programs has its NAPI's number in 6.12, and not in 7.2 */
#include <net/xdp.h>

unsigned int probe(const struct xdp_rxq_info *info)
{
	return info->napi_id;
}
