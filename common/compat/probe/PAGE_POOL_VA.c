// SPDX-License-Identifier: GPL-2.0-only
/* net/page_pool/ and buffers by virtual address: v6.7; queue_idx: v6.10 */
#include <net/page_pool/helpers.h>

void *probe(struct page_pool *pool, struct page_pool_params *params)
{
	unsigned int size = 2048;

	params->queue_idx = 0;
	return page_pool_dev_alloc_va(pool, &size);
}
