// SPDX-License-Identifier: GPL-2.0-only
/* A program may replace the packet: v6.9 */
#include <linux/netdevice.h>

int probe(struct bpf_prog *prog, struct sk_buff **pskb)
{
	return do_xdp_generic(prog, pskb);
}
