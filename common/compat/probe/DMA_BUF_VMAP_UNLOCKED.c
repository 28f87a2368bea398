// SPDX-License-Identifier: GPL-2.0-only
/* Mapping a dma-buf needs its reservation, and can take it: v6.2 */
#include <linux/dma-buf.h>

void *probe = dma_buf_vmap_unlocked;
