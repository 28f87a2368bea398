/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_HDR_H
#define _OVNET_HDR_H

#include <linux/types.h>
#include <uapi/linux/virtio_net.h>

struct sk_buff;

/**
 * struct ovnet_hdr - what comes before each frame, in its longest form
 * @mrg: what every device has; the count at its end not every legacy one
 * @hash_lo: lower half of the frame's hash
 * @hash_hi: upper half; in halves, since the header need not be aligned to more
 * @hash_report: VIRTIO_NET_HASH_REPORT_*, what the hash is made of
 * @padding: nothing
 * @outer_th: of a train in a tunnel, offset of the tunnel's own UDP header
 * @inner_nh: of such a train, offset of the network header inside
 *
 * &ovnet_hdr_format.len says how much of it a device has.
 */
struct ovnet_hdr {
	struct virtio_net_hdr_mrg_rxbuf mrg;
	__le16 hash_lo;
	__le16 hash_hi;
	__le16 hash_report;
	__le16 padding;
	__le16 outer_th;
	__le16 inner_nh;
};

/**
 * struct ovnet_hdr_format - how the virtio headers of one device look
 * @len: bytes before each frame
 * @little_endian: byte order of the fields
 * @alone: the device wants the header in a descriptor of its own
 * @mergeable: a received frame may span several buffers, and its header says
 *	how many
 * @csum: a received frame may come without its checksum
 * @hash: a received frame comes with its hash
 * @rsc: a received train may tell how many segments it was made of
 * @ecn: a received train of segments may carry congestion marks
 * @tunnels_in: SKB_GSO_UDP_TUNNEL* of trains in tunnels that may be received
 * @tunnels_out: SKB_GSO_UDP_TUNNEL* of those that may be sent
 * @gso_types: bit numbers are the VIRTIO_NET_HDR_GSO_* that may be received
 */
struct ovnet_hdr_format {
	u8 len;
	bool little_endian;
	bool alone;
	bool mergeable;
	bool csum;
	bool hash;
	bool rsc;
	bool ecn;
	u32 tunnels_in;
	u32 tunnels_out;
	u32 gso_types;
};

int ovnet_hdr_from_skb(const struct ovnet_hdr_format *format,
		       const struct sk_buff *skb, struct ovnet_hdr *hdr);
unsigned int ovnet_hdr_replicated(const struct sk_buff *skb);
int ovnet_hdr_request_csum(const struct ovnet_hdr_format *format,
			   unsigned int len, u16 start, u16 offset,
			   struct ovnet_hdr *hdr);
int ovnet_hdr_to_skb(const struct ovnet_hdr_format *format,
		     const struct ovnet_hdr *hdr, struct sk_buff *skb);
u16 ovnet_hdr_hash(const struct ovnet_hdr *hdr, u32 *hash);
int ovnet_hdr_csum(const struct ovnet_hdr_format *format,
		   const struct ovnet_hdr *hdr, unsigned int len,
		   unsigned int *start, unsigned int *place);

#endif
