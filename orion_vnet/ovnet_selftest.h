/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_SELFTEST_H
#define _OVNET_SELFTEST_H

#include <linux/types.h>

struct ethtool_test;
struct ovnet;

unsigned int ovnet_selftest_count(void);
void ovnet_selftest_names(u8 *data);
void ovnet_selftest_run(struct ovnet *ovnet, struct ethtool_test *test,
			u64 *results);

#endif
