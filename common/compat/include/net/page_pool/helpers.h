/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_NET_PAGE_POOL_HELPERS_H
#define _ORION_COMPAT_NET_PAGE_POOL_HELPERS_H

#include "compat_config.h"

#ifdef HAVE_PAGE_POOL_VA
#include_next <net/page_pool/helpers.h>
#else
#include <linux/mm.h>
#include <net/page_pool.h>

struct napi_struct;
struct net_device;

/* The newest kernel's parameters; what the old one does not know is dropped. */
struct orion_compat_page_pool_params {
	unsigned int order;
	unsigned int pool_size;
	int nid;
	struct device *dev;
	struct napi_struct *napi;
	enum dma_data_direction dma_dir;
	unsigned int max_len;
	unsigned int offset;
	struct net_device *netdev;
	unsigned int queue_idx;
	unsigned int flags;
};

/* Pieces of a page are an option here, and always there later. */
static inline struct page_pool *
orion_compat_page_pool_create(const struct orion_compat_page_pool_params *params)
{
	const struct page_pool_params old = {
		.flags		= params->flags | PP_FLAG_PAGE_FRAG,
		.order		= params->order,
		.pool_size	= params->pool_size,
		.nid		= params->nid,
		.dev		= params->dev,
		.dma_dir	= params->dma_dir,
		.max_len	= params->max_len,
		.offset		= params->offset,
	};

	return page_pool_create(&old);
}

static inline void *page_pool_dev_alloc_va(struct page_pool *pool,
					   unsigned int *size)
{
	unsigned int offset;
	struct page *page;

	page = page_pool_dev_alloc_frag(pool, &offset, *size);
	return page ? page_address(page) + offset : NULL;
}

static inline void page_pool_free_va(struct page_pool *pool, void *va,
				     bool allow_direct)
{
	page_pool_put_full_page(pool, virt_to_head_page(va), allow_direct);
}

#define page_pool_params	orion_compat_page_pool_params
#define page_pool_create	orion_compat_page_pool_create
#endif

#endif
