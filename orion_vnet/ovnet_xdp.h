/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_XDP_H
#define _OVNET_XDP_H

#include <linux/bpf.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <net/xdp.h>

#include "ovnet.h"

void ovnet_xdp_init(struct ovnet *ovnet);
int ovnet_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf);
int ovnet_xdp_check_mtu(const struct ovnet *ovnet, const struct bpf_prog *prog,
			unsigned int mtu);
int ovnet_xdp_xmit(struct net_device *dev, int count, struct xdp_frame **frames,
		   u32 flags);
void ovnet_xdp_add_frag(struct xdp_buff *xdp, const struct ovnet_buf *buf);
void ovnet_xdp_free(struct ovnet_rxq *rxq, struct xdp_buff *xdp);
int ovnet_xdp_complete(const struct ovnet_rxq *rxq, struct xdp_buff *xdp,
		       struct ovnet_hdr *hdr);
bool ovnet_xdp_run(struct ovnet_rxq *rxq, struct bpf_prog *prog,
		   struct xdp_buff *xdp, struct ovnet_hdr *hdr,
		   struct ovnet_rx_run *run);
struct sk_buff *ovnet_xdp_build(struct ovnet_rxq *rxq, struct xdp_buff *xdp);
struct sk_buff *ovnet_xdp_split(struct sk_buff *skb);
void ovnet_xdp_flush(struct ovnet_rxq *rxq, struct ovnet_rx_run *run);

/**
 * ovnet_xdp_native() - can a frame be shown to a program where it lies?
 * @rxq: queue
 * @prog: the program
 * @buf: buffer that the frame begins in
 * @hdr: its header
 * @count: buffers that it is in
 *
 * Context: The queue's NAPI.
 * Return: true if so.
 */
static inline bool ovnet_xdp_native(const struct ovnet_rxq *rxq,
				    const struct bpf_prog *prog,
				    const struct ovnet_buf *buf,
				    const struct ovnet_hdr *hdr,
				    unsigned int count)
{
	if (!buf->xdp || hdr->mrg.hdr.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return false;
	if (count == 1)
		return true;

	return prog->aux->xdp_has_frags && count <= MAX_SKB_FRAGS + 1 &&
	       ovnet_buf_all_xdp(rxq);
}

/**
 * ovnet_xdp_prepare() - describe a frame in one buffer
 * @rxq: queue
 * @xdp: to fill
 * @buf: buffer in the shape for programs, its length checked
 */
static inline void ovnet_xdp_prepare(struct ovnet_rxq *rxq,
				     struct xdp_buff *xdp,
				     const struct ovnet_buf *buf)
{
	unsigned int hdr_len = rxq->ovnet->hdr.len;

	xdp_init_buff(xdp, buf->size, &rxq->xdp_info);
	xdp_prepare_buff(xdp, buf->va, buf->headroom + hdr_len,
			 buf->len - hdr_len, true);
}

#endif
