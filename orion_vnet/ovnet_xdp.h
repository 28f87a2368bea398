/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_XDP_H
#define _OVNET_XDP_H

#include <linux/types.h>

struct bpf_prog;
struct net_device;
struct netdev_bpf;
struct ovnet;
struct ovnet_buf;
struct ovnet_hdr;
struct ovnet_rx_run;
struct ovnet_rxq;
struct sk_buff;
struct xdp_buff;
struct xdp_frame;

void ovnet_xdp_init(struct ovnet *ovnet);
int ovnet_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf);
int ovnet_xdp_check_mtu(const struct ovnet *ovnet, const struct bpf_prog *prog,
			unsigned int mtu);
int ovnet_xdp_xmit(struct net_device *dev, int count, struct xdp_frame **frames,
		   u32 flags);
bool ovnet_xdp_native(const struct ovnet_rxq *rxq, const struct bpf_prog *prog,
		      const struct ovnet_buf *buf, const struct ovnet_hdr *hdr,
		      unsigned int count);
void ovnet_xdp_prepare(struct ovnet_rxq *rxq, struct xdp_buff *xdp,
		       const struct ovnet_buf *buf);
void ovnet_xdp_add_frag(struct xdp_buff *xdp, const struct ovnet_buf *buf);
void ovnet_xdp_free(struct ovnet_rxq *rxq, struct xdp_buff *xdp);
int ovnet_xdp_complete(const struct ovnet_rxq *rxq, struct xdp_buff *xdp,
		       struct ovnet_hdr *hdr);
bool ovnet_xdp_run(struct ovnet_rxq *rxq, struct bpf_prog *prog,
		   struct xdp_buff *xdp, struct ovnet_hdr *hdr,
		   struct ovnet_rx_run *run);
struct sk_buff *ovnet_xdp_build(struct xdp_buff *xdp);
struct sk_buff *ovnet_xdp_split(struct sk_buff *skb);
void ovnet_xdp_flush(struct ovnet_rxq *rxq, struct ovnet_rx_run *run);

#endif
