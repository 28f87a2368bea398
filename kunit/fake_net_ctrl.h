/* SPDX-License-Identifier: GPL-2.0-only */
/* Control commands. For the fake network card only. */
#ifndef _ORION_FAKE_NET_CTRL_H
#define _ORION_FAKE_NET_CTRL_H

#include <linux/types.h>

struct fake_chain;
struct fake_net;

bool fake_net_negotiated(struct fake_net *net, unsigned int bit);
u32 fake_net_ctrl_key(const struct fake_chain *chain);
void fake_net_ctrl_request(struct fake_net *net, struct fake_chain *chain);
void fake_net_ctrl_forget(struct fake_net *net);

#endif
