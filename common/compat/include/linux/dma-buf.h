/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_DMA_BUF_H
#define _ORION_COMPAT_LINUX_DMA_BUF_H

#include_next <linux/dma-buf.h>
#include "compat_config.h"

/* Here no lock is wanted either way. */
#ifndef HAVE_DMA_BUF_VMAP_UNLOCKED
#define dma_buf_vmap_unlocked	dma_buf_vmap
#define dma_buf_vunmap_unlocked	dma_buf_vunmap
#endif

#endif
