// SPDX-License-Identifier: GPL-2.0-only
/* The sample by reference: v6.13 */
#include <linux/dim.h>

void probe(struct dim *dim, const struct dim_sample *sample)
{
	net_dim(dim, sample);
}
