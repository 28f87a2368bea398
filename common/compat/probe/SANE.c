// SPDX-License-Identifier: GPL-2.0-only
/* Always compiles; if it does not, no other answer is to be trusted. */
#include <linux/module.h>

int probe(void)
{
	return 0;
}
