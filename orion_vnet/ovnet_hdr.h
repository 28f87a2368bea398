/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_HDR_H
#define _OVNET_HDR_H

#include <linux/types.h>
#include <uapi/linux/virtio_net.h>

struct sk_buff;

/**
 * struct ovnet_hdr_format - how the virtio headers of one device look
 * @len: bytes before each frame
 * @little_endian: byte order of the fields
 * @mergeable: a received frame may span several buffers, and its header says
 *	how many
 * @csum: a received frame may come without its checksum
 * @ecn: a received train of segments may carry congestion marks
 * @gso_types: bit numbers are the VIRTIO_NET_HDR_GSO_* that may be received
 */
struct ovnet_hdr_format {
	u8 len;
	bool little_endian;
	bool mergeable;
	bool csum;
	bool ecn;
	u32 gso_types;
};

int ovnet_hdr_from_skb(const struct ovnet_hdr_format *format,
		       const struct sk_buff *skb,
		       struct virtio_net_hdr_mrg_rxbuf *hdr);
int ovnet_hdr_to_skb(const struct ovnet_hdr_format *format,
		     const struct virtio_net_hdr_mrg_rxbuf *hdr,
		     struct sk_buff *skb);

#endif
