// SPDX-License-Identifier: GPL-2.0-only
/* Shrinkers are allocated by the kernel and have private data: v6.7 */
#include <linux/shrinker.h>

struct shrinker *probe(void)
{
	return shrinker_alloc(0, "probe");
}
