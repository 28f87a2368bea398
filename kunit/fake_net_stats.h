/* SPDX-License-Identifier: GPL-2.0-only */
/* What the device counts. For the fake network card only. */
#ifndef _ORION_FAKE_NET_STATS_H
#define _ORION_FAKE_NET_STATS_H

#include <linux/types.h>

struct fake_chain;
struct fake_net;
struct fake_net_ctrl;

u8 fake_net_stats_asked_able(struct fake_net *net,
			     const struct fake_net_ctrl *ctrl);
u8 fake_net_stats_asked(struct fake_net *net, const struct fake_net_ctrl *ctrl);
u32 fake_net_stats_able(struct fake_net *net, struct fake_chain *chain);
u32 fake_net_stats_say(struct fake_net *net, const struct fake_net_ctrl *ctrl,
		       struct fake_chain *chain);

#endif
