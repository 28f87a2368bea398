/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_REGS_H
#define _OVNET_REGS_H

#include <linux/types.h>

struct ovnet;

/** OVNET_REGS_VERSION - of the layout; a change of it gets another number */
#define OVNET_REGS_VERSION	1

unsigned int ovnet_regs_len(const struct ovnet *ovnet);
void ovnet_regs_dump(const struct ovnet *ovnet, u32 *to);

#endif
