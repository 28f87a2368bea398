// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that see each frame before the stack does.
 *
 * A frame is shown where it lies, in one buffer or in several, once its missing
 * checksum has been filled in: so a program finds what was on the wire, and what
 * it sends elsewhere needs nothing from a header that only we know.
 *
 * Some frames cannot be shown like this: trains of segments, those of several
 * buffers to a program that knows but one, those of several pieces, and for a
 * moment those in buffers from before the program came. They are made packets, trains taken
 * apart, and the kernel shows them to the program. It costs more, but there is
 * no frame that gets around the program, and no device that cannot have one.
 *
 * Frames are sent through the ordinary transmit queues, under their lock.
 */

#include <linux/bpf.h>
#include <linux/bpf_trace.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/gso.h>
#include <net/xdp.h>

#include "ovnet.h"
#include "ovnet_buf.h"
#include "ovnet_hdr.h"
#include "ovnet_stats.h"
#include "ovnet_tx.h"
#include "ovnet_xdp.h"
#include "ovnet_xsk.h"

/* What a hash is of, in the words of programs, by VIRTIO_NET_HASH_REPORT_*. */
static const enum xdp_rss_hash_type ovnet_xdp_hash_types[] = {
	[VIRTIO_NET_HASH_REPORT_IPv4]	  = XDP_RSS_TYPE_L3_IPV4,
	[VIRTIO_NET_HASH_REPORT_TCPv4]	  = XDP_RSS_TYPE_L4_IPV4_TCP,
	[VIRTIO_NET_HASH_REPORT_UDPv4]	  = XDP_RSS_TYPE_L4_IPV4_UDP,
	[VIRTIO_NET_HASH_REPORT_IPv6]	  = XDP_RSS_TYPE_L3_IPV6,
	[VIRTIO_NET_HASH_REPORT_TCPv6]	  = XDP_RSS_TYPE_L4_IPV6_TCP,
	[VIRTIO_NET_HASH_REPORT_UDPv6]	  = XDP_RSS_TYPE_L4_IPV6_UDP,
	[VIRTIO_NET_HASH_REPORT_IPv6_EX]  = XDP_RSS_TYPE_L3_IPV6_EX,
	[VIRTIO_NET_HASH_REPORT_TCPv6_EX] = XDP_RSS_TYPE_L4_IPV6_TCP_EX,
	[VIRTIO_NET_HASH_REPORT_UDPv6_EX] = XDP_RSS_TYPE_L4_IPV6_UDP_EX,
};

/* Is it one that we have described? The kernel's own XDP shows frames as well. */
static bool ovnet_xdp_ours(const struct xdp_buff *xdp)
{
	const struct ovnet *ovnet = netdev_priv(xdp->rxq->dev);
	const struct ovnet_rxq *rxq = &ovnet->pairs[xdp->rxq->queue_index].rxq;

	return xdp->rxq == &rxq->xdp_info || xdp->rxq == &rxq->xsk_info;
}

static int ovnet_xdp_rx_hash(const struct xdp_md *ctx, u32 *hash,
			     enum xdp_rss_hash_type *type)
{
	const struct ovnet_xdp_buff *frame = (const void *)ctx;
	const struct net_device *dev = frame->xdp.rxq->dev;
	const struct ovnet *ovnet = netdev_priv(dev);
	u16 report;

	if (!ovnet_xdp_ours(&frame->xdp) || !ovnet->hdr.hash ||
	    !(dev->features & NETIF_F_RXHASH))
		return -ENODATA;

	report = ovnet_hdr_hash(frame->hdr, hash);
	if (report == VIRTIO_NET_HASH_REPORT_NONE)
		return -ENODATA;

	*type = ovnet_xdp_hash_types[report];
	return 0;
}

/* There is no more to tell: tags are left in the frame, and nothing is timed. */
static const struct xdp_metadata_ops ovnet_xdp_metadata_ops = {
	.xmo_rx_hash = ovnet_xdp_rx_hash,
};

/**
 * ovnet_xdp_init() - say what programs can do here
 * @ovnet: device whose net device is not registered
 */
void ovnet_xdp_init(struct ovnet *ovnet)
{
	xdp_features_t features = NETDEV_XDP_ACT_BASIC |
				  NETDEV_XDP_ACT_REDIRECT |
				  NETDEV_XDP_ACT_NDO_XMIT |
				  NETDEV_XDP_ACT_NDO_XMIT_SG;

	if (ovnet_xsk_possible(ovnet))
		features |= NETDEV_XDP_ACT_XSK_ZEROCOPY;
	if (ovnet->hdr.mergeable)
		features |= NETDEV_XDP_ACT_RX_SG;
	xdp_set_features_flag(ovnet->dev, features);
	orion_set_xdp_metadata_ops(ovnet->dev, &ovnet_xdp_metadata_ops);
	ovnet_xsk_init(ovnet);
}

/**
 * ovnet_xdp_check_mtu() - can a program see all frames of this size?
 * @ovnet: device
 * @prog: the program, or NULL
 * @mtu: largest packet, without its Ethernet header
 *
 * Return: 0 or -EINVAL.
 */
int ovnet_xdp_check_mtu(const struct ovnet *ovnet, const struct bpf_prog *prog,
			unsigned int mtu)
{
	if (!prog || mtu <= OVNET_BUF_XDP_MTU)
		return 0;

	return (ovnet->hdr.mergeable || ovnet->layout.pieces) &&
	       prog->aux->xdp_has_frags ? 0 : -EINVAL;
}

static int ovnet_xdp_refuse_mtu(const struct ovnet *ovnet,
				struct netlink_ext_ack *extack)
{
	if (ovnet->hdr.mergeable || ovnet->layout.pieces)
		NL_SET_ERR_MSG_MOD(extack,
				   "an MTU above 3476 needs a program for fragments (xdp.frags)");
	else
		NL_SET_ERR_MSG_MOD(extack,
				   "a frame has one buffer (no VIRTIO_NET_F_MRG_RXBUF), so the MTU must be at most 3476");
	return -EINVAL;
}

static int ovnet_xdp_set_prog(struct ovnet *ovnet, struct bpf_prog *prog,
			      struct netlink_ext_ack *extack)
{
	struct bpf_prog *old = rtnl_dereference(ovnet->xdp_prog);

	BUILD_BUG_ON(OVNET_BUF_XDP_MTU != 3476);
	if (ovnet_xdp_check_mtu(ovnet, prog, ovnet->dev->mtu))
		return ovnet_xdp_refuse_mtu(ovnet, extack);

	/* From the next frame on; buffers follow as they are used up. */
	rcu_assign_pointer(ovnet->xdp_prog, prog);
	if (old)
		bpf_prog_put(old);

	/* See ovnet_netdev_fix_features(). */
	if (!old != !prog)
		netdev_update_features(ovnet->dev);
	return 0;
}

/**
 * ovnet_xdp_bpf() - ndo_bpf
 * @dev: our net device
 * @bpf: what is wanted
 *
 * Return: 0 or a negative errno.
 */
int ovnet_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	struct ovnet *ovnet = netdev_priv(dev);

	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return ovnet_xdp_set_prog(ovnet, bpf->prog, bpf->extack);
	case XDP_SETUP_XSK_POOL:
		return ovnet_xsk_setup(ovnet, bpf->xsk.pool,
				       bpf->xsk.queue_id);
	default:
		return -EINVAL;
	}
}

/* A transmit queue that the device looks at. */
static struct ovnet_txq *ovnet_xdp_txq(struct ovnet *ovnet, unsigned int index)
{
	unsigned int count = READ_ONCE(ovnet->dev->real_num_tx_queues);

	return &ovnet->pairs[index < count ? index : index % count].txq;
}

/**
 * ovnet_xdp_xmit() - ndo_xdp_xmit
 * @dev: our net device
 * @count: number of frames
 * @frames: what to send
 * @flags: XDP_XMIT_FLUSH if the device is to be told
 *
 * Return: how many are the device's now, or a negative errno; the others are
 * still the caller's.
 */
int ovnet_xdp_xmit(struct net_device *dev, int count, struct xdp_frame **frames,
		   u32 flags)
{
	struct ovnet_txq *txq;

	if (flags & ~XDP_XMIT_FLAGS_MASK)
		return -EINVAL;

	txq = ovnet_xdp_txq(netdev_priv(dev), smp_processor_id());
	return ovnet_tx_frames(txq, frames, count, false,
			       flags & XDP_XMIT_FLUSH);
}

/**
 * ovnet_xdp_add_frag() - describe what of it is in another
 * @xdp: frame of at most MAX_SKB_FRAGS buffers so far
 * @buf: the next one, in the same shape and checked; it is the frame's then
 */
void ovnet_xdp_add_frag(struct xdp_buff *xdp, const struct ovnet_buf *buf)
{
	struct skb_shared_info *shinfo = xdp_get_shared_info_from_buff(xdp);
	struct page *page = virt_to_head_page(buf->va);

	if (!xdp_buff_has_frags(xdp)) {
		xdp_buff_set_frags_flag(xdp);
		shinfo->nr_frags = 0;
		shinfo->xdp_frags_size = 0;
	}
	if (page_is_pfmemalloc(page))
		xdp_buff_set_frag_pfmemalloc(xdp);

	__skb_fill_page_desc_noacc(shinfo, shinfo->nr_frags++, page,
				   buf->va - page_address(page) + buf->headroom,
				   buf->len);
	shinfo->xdp_frags_size += buf->len;
}

/**
 * ovnet_xdp_free() - give a frame's buffers back
 * @rxq: queue that it came from
 * @xdp: frame
 *
 * Context: The queue's NAPI.
 */
void ovnet_xdp_free(struct ovnet_rxq *rxq, struct xdp_buff *xdp)
{
	if (xdp_buff_has_frags(xdp) || xdp->rxq != &rxq->xdp_info)
		xdp_return_buff(xdp);
	else
		ovnet_buf_keep(rxq, xdp->data_hard_start);
}

/* Sum of all from @start on, which is in the frame's first buffer. */
static __wsum ovnet_xdp_sum(struct xdp_buff *xdp, unsigned int start)
{
	unsigned int len = xdp->data_end - xdp->data - start;
	struct skb_shared_info *shinfo;
	__wsum sum, more;
	unsigned int i;

	sum = csum_partial(xdp->data + start, len, 0);
	if (!xdp_buff_has_frags(xdp))
		return sum;

	shinfo = xdp_get_shared_info_from_buff(xdp);
	for (i = 0; i < shinfo->nr_frags; i++) {
		const skb_frag_t *frag = &shinfo->frags[i];

		more = csum_partial(skb_frag_address(frag), skb_frag_size(frag),
				    0);
		sum = csum_block_add(sum, more, len);
		len += skb_frag_size(frag);
	}

	return sum;
}

/**
 * ovnet_xdp_complete() - fill in the checksum that a frame may lack
 * @rxq: queue
 * @xdp: frame
 * @hdr: our copy of its header; says afterwards that the checksum is right
 *
 * Return: 0 or a negative errno if the header is nonsense.
 */
int ovnet_xdp_complete(const struct ovnet_rxq *rxq, struct xdp_buff *xdp,
		       struct ovnet_hdr *hdr)
{
	unsigned int start, place;
	__sum16 sum;
	int lacks;

	lacks = ovnet_hdr_csum(&rxq->ovnet->hdr, hdr, xdp_get_buff_len(xdp),
			       &start, &place);
	if (lacks <= 0)
		return lacks;
	/* Of a frame in several buffers the first holds all headers. */
	if (place + sizeof(sum) > xdp->data_end - xdp->data)
		return -EPROTO;

	sum = csum_fold(ovnet_xdp_sum(xdp, start)) ?: CSUM_MANGLED_0;
	memcpy(xdp->data + place, &sum, sizeof(sum));
	hdr->mrg.hdr.flags = VIRTIO_NET_HDR_F_DATA_VALID;
	return 0;
}

/* Send what the program sent back, and tell the device of it at last if @last. */
static void ovnet_xdp_send(struct ovnet_rxq *rxq, struct ovnet_rx_run *run,
			   bool last)
{
	struct ovnet_txq *txq = ovnet_xdp_txq(rxq->ovnet, rxq->index);
	unsigned int sent, i;

	/* Those from a socket's memory are copies. */
	sent = ovnet_tx_frames(txq, rxq->xdp_frames, rxq->xdp_count,
			       txq->index == rxq->index && !rxq->xsk, last);
	for (i = sent; i < rxq->xdp_count; i++)
		xdp_return_frame_rx_napi(rxq->xdp_frames[i]);

	run->value[OVNET_RX_XDP_TX] += sent;
	run->value[OVNET_RX_XDP_ERRORS] += rxq->xdp_count - sent;
	rxq->xdp_count = 0;
	rxq->xdp_sent = !last;
}

static int ovnet_xdp_tx(struct ovnet_rxq *rxq, struct xdp_buff *xdp,
			struct ovnet_rx_run *run)
{
	struct xdp_frame *frame = xdp_convert_buff_to_frame(xdp);

	if (!frame)
		return -ENOSPC;

	rxq->xdp_frames[rxq->xdp_count++] = frame;
	if (rxq->xdp_count == OVNET_XDP_BATCH)
		ovnet_xdp_send(rxq, run, false);
	return 0;
}

/* Do what the program wants. On failure the frame is still the caller's. */
static int ovnet_xdp_act(struct ovnet_rxq *rxq, struct bpf_prog *prog,
			 struct xdp_buff *xdp, u32 act,
			 struct ovnet_rx_run *run)
{
	struct net_device *dev = rxq->ovnet->dev;
	int err;

	switch (act) {
	case XDP_DROP:
		ovnet_xdp_free(rxq, xdp);
		run->value[OVNET_RX_XDP_DROPS]++;
		return 0;
	case XDP_TX:
		return ovnet_xdp_tx(rxq, xdp, run);
	case XDP_REDIRECT:
		err = xdp_do_redirect(dev, xdp, prog);
		if (err)
			return err;
		rxq->xdp_redirected = true;
		run->value[OVNET_RX_XDP_REDIRECTS]++;
		return 0;
	default:
		bpf_warn_invalid_xdp_action(dev, prog, act);
		return -EINVAL;
	case XDP_ABORTED:
		return -ECANCELED;
	}
}

/**
 * ovnet_xdp_run() - show a frame to a program, and do what it wants
 * @rxq: queue
 * @prog: the program
 * @xdp: frame
 * @hdr: our copy of its header; claims nothing afterwards of a frame that the
 *	program has made longer or shorter
 * @run: to count in
 *
 * Context: The queue's NAPI.
 * Return: true if the frame is for the stack, and the caller's.
 */
bool ovnet_xdp_run(struct ovnet_rxq *rxq, struct bpf_prog *prog,
		   struct xdp_buff *xdp, struct ovnet_hdr *hdr,
		   struct ovnet_rx_run *run)
{
	unsigned int len = xdp_get_buff_len(xdp);
	const void *data = xdp->data;
	u32 act;

	run->value[OVNET_RX_XDP_PACKETS]++;
	act = bpf_prog_run_xdp(prog, xdp);
	if (act == XDP_PASS) {
		if (xdp->data != data || xdp_get_buff_len(xdp) != len)
			hdr->mrg.hdr.flags = 0;
		return true;
	}

	run->value[OVNET_RX_PACKETS]++;
	run->value[OVNET_RX_BYTES] += len;
	if (ovnet_xdp_act(rxq, prog, xdp, act, run)) {
		trace_xdp_exception(rxq->ovnet->dev, prog, act);
		run->value[OVNET_RX_XDP_ERRORS]++;
		ovnet_xdp_free(rxq, xdp);
	}

	return false;
}

/**
 * ovnet_xdp_build() - make a frame that a program let through a packet
 * @rxq: queue
 * @xdp: frame
 *
 * Return: the packet, or NULL with the frame still the caller's.
 */
struct sk_buff *ovnet_xdp_build(struct ovnet_rxq *rxq, struct xdp_buff *xdp)
{
	struct skb_shared_info *shinfo = xdp_get_shared_info_from_buff(xdp);
	unsigned int nr_frags = 0;
	struct sk_buff *skb;

	if (xdp->rxq != &rxq->xdp_info)
		return ovnet_xsk_build(rxq, xdp);

	if (xdp_buff_has_frags(xdp))
		nr_frags = shinfo->nr_frags;

	skb = napi_build_skb(xdp->data_hard_start, xdp->frame_sz);
	if (!skb)
		return NULL;

	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	skb_put(skb, xdp->data_end - xdp->data);
	if (xdp->data_meta < xdp->data)
		skb_metadata_set(skb, xdp->data - xdp->data_meta);
	if (nr_frags)
		xdp_update_skb_frags_info(skb, nr_frags, shinfo->xdp_frags_size,
					  nr_frags * xdp->frame_sz,
					  xdp_buff_get_skb_flags(xdp));
	skb_mark_for_recycle(skb);
	return skb;
}

/**
 * ovnet_xdp_split() - make a packet what was on the wire
 * @skb: packet, from its Ethernet header on; may be a train of segments, and
 *	lack its checksum
 *
 * Return: the packets that it is, linked by their next, or NULL if there was no
 * memory for them.
 */
struct sk_buff *ovnet_xdp_split(struct sk_buff *skb)
{
	struct sk_buff *list;
	int depth = 0;

	if (!skb_is_gso(skb)) {
		if (skb->ip_summed != CHECKSUM_PARTIAL ||
		    !skb_checksum_help(skb))
			return skb;
		dev_kfree_skb(skb);
		return NULL;
	}

	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	__vlan_get_protocol(skb, skb->protocol, &depth);
	skb_set_network_header(skb, max(depth, ETH_HLEN));
	list = skb_gso_segment(skb, 0);
	dev_kfree_skb(skb);
	return IS_ERR(list) ? NULL : list;
}

/**
 * ovnet_xdp_flush() - end of a poll: let go of what the program gave away
 * @rxq: queue
 * @run: to count in
 *
 * Context: The queue's NAPI.
 */
void ovnet_xdp_flush(struct ovnet_rxq *rxq, struct ovnet_rx_run *run)
{
	if (rxq->xdp_count || rxq->xdp_sent)
		ovnet_xdp_send(rxq, run, true);
	if (rxq->xdp_redirected)
		xdp_do_flush();
	rxq->xdp_redirected = false;
}
