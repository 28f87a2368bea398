// SPDX-License-Identifier: GPL-2.0-only
/*
 * The header before each frame (VIRTIO 1.3, 5.1.6) and the offload state of a
 * packet in the kernel, each from the other. Pure: no device is touched.
 */

#include <linux/if_ether.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/virtio_byteorder.h>
#include <linux/virtio_net.h>
#include <net/ip.h>

#include "ovnet_hdr.h"
#include "ovnet_tunnel.h"

static const struct ovnet_hdr_gso {
	unsigned int skb;
	u8 hdr;
} ovnet_hdr_gsos[] = {
	{ SKB_GSO_TCPV4,  VIRTIO_NET_HDR_GSO_TCPV4 },
	{ SKB_GSO_TCPV6,  VIRTIO_NET_HDR_GSO_TCPV6 },
	{ SKB_GSO_UDP_L4, VIRTIO_NET_HDR_GSO_UDP_L4 },
};

/* VIRTIO_NET_HDR_GSO_* of a kernel's gso_type, or -EOPNOTSUPP. */
static int ovnet_hdr_gso_type(unsigned int gso_type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ovnet_hdr_gsos); i++) {
		if (!(gso_type & ovnet_hdr_gsos[i].skb))
			continue;
		if (gso_type & SKB_GSO_TCP_ECN)
			return ovnet_hdr_gsos[i].hdr | VIRTIO_NET_HDR_GSO_ECN;
		return ovnet_hdr_gsos[i].hdr;
	}

	return -EOPNOTSUPP;
}

/**
 * ovnet_hdr_replicated() - bytes that every segment of a train gets a copy of
 * @skb: train, from its Ethernet header on
 *
 * Return: their number, from the start of the frame.
 */
unsigned int ovnet_hdr_replicated(const struct sk_buff *skb)
{
	bool tunnel = ovnet_tunnel_is(skb);
	unsigned int offset = tunnel ? skb_inner_transport_offset(skb) :
				       skb_transport_offset(skb);

	if (skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4)
		return offset + sizeof(struct udphdr);

	return offset + (tunnel ? inner_tcp_hdrlen(skb) : tcp_hdrlen(skb));
}

/**
 * ovnet_hdr_from_skb() - describe a packet's offload state to the device
 * @format: what the device understands
 * @skb: packet, from its Ethernet header on
 * @hdr: written in full, whatever the return value
 *
 * Return: 0, or -EOPNOTSUPP for a kind of segmentation that virtio lacks.
 */
int ovnet_hdr_from_skb(const struct ovnet_hdr_format *format,
		       const struct sk_buff *skb, struct ovnet_hdr *hdr)
{
	const bool le = format->little_endian;
	struct virtio_net_hdr *vhdr = &hdr->mrg.hdr;
	int type;

	/* The device sees every byte: nothing of the old contents may stay. */
	memset(hdr, 0, sizeof(*hdr));

	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		vhdr->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		vhdr->csum_start =
			__cpu_to_virtio16(le, skb_checksum_start_offset(skb));
		vhdr->csum_offset = __cpu_to_virtio16(le, skb->csum_offset);
	}

	if (!skb_is_gso(skb))
		return 0;

	type = ovnet_hdr_gso_type(skb_shinfo(skb)->gso_type);
	if (type < 0)
		return type;

	vhdr->gso_type = type;
	vhdr->gso_size = __cpu_to_virtio16(le, skb_shinfo(skb)->gso_size);
	vhdr->hdr_len = __cpu_to_virtio16(le, ovnet_hdr_replicated(skb));
	return ovnet_tunnel_is(skb) ?
	       ovnet_tunnel_from_skb(format, skb, hdr) : 0;
}

/**
 * ovnet_hdr_request_csum() - have the device fill in a checksum
 * @format: what the device understands, which has VIRTIO_NET_F_CSUM
 * @len: of the frame, from its Ethernet header on
 * @start: where what is summed up begins
 * @offset: from there to where the sum goes
 * @hdr: of zeroes
 *
 * Return: 0, or -EINVAL if that is not within the frame.
 */
int ovnet_hdr_request_csum(const struct ovnet_hdr_format *format,
			   unsigned int len, u16 start, u16 offset,
			   struct ovnet_hdr *hdr)
{
	const bool le = format->little_endian;
	struct virtio_net_hdr *vhdr = &hdr->mrg.hdr;

	if (start < ETH_HLEN || start + offset + sizeof(__sum16) > len)
		return -EINVAL;

	vhdr->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	vhdr->csum_start = __cpu_to_virtio16(le, start);
	vhdr->csum_offset = __cpu_to_virtio16(le, offset);
	return 0;
}

/* The device may use only what was negotiated, and must make sense. */
static int ovnet_hdr_check(const struct ovnet_hdr_format *format,
			   const struct virtio_net_hdr *hdr, unsigned int len)
{
	u8 type = hdr->gso_type & ~VIRTIO_NET_HDR_GSO_ECN;
	const bool le = format->little_endian;
	u32 start, offset;

	if (hdr->gso_type & VIRTIO_NET_HDR_GSO_ECN && !format->ecn)
		return -EPROTO;
	/* The type is the device's number, and becomes a shift count. */
	if (type != VIRTIO_NET_HDR_GSO_NONE &&
	    (type >= 32 || !(format->gso_types & BIT(type))))
		return -EPROTO;
	if (type != VIRTIO_NET_HDR_GSO_NONE &&
	    !__virtio16_to_cpu(le, hdr->gso_size))
		return -EPROTO;

	if (!(hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return 0;
	/* Nor is there a checksum to be filled in around what is no train. */
	if (!format->csum || ovnet_tunnel_verified(format, hdr))
		return -EPROTO;

	start = __virtio16_to_cpu(le, hdr->csum_start);
	offset = __virtio16_to_cpu(le, hdr->csum_offset);
	if (start < ETH_HLEN || start + offset + sizeof(__sum16) > len)
		return -EPROTO;

	return 0;
}

/*
 * A train that the device made itself of segments it had received and checked,
 * and which counts them where else it says where the checksum is. No checksum is
 * right over the whole of it, and the size of the segments may be missing.
 */
static int ovnet_hdr_coalesced(const struct ovnet_hdr_format *format,
			       const struct virtio_net_hdr *hdr,
			       struct sk_buff *skb)
{
	unsigned int segs = __virtio16_to_cpu(format->little_endian,
					      hdr->csum_start);
	struct virtio_net_hdr train = {
		.gso_type = hdr->gso_type,
		.gso_size = __cpu_to_virtio16(format->little_endian, 1),
	};
	unsigned int headers, size;
	int err;

	if (hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM || segs > skb->len)
		return -EPROTO;
	err = ovnet_hdr_check(format, &train, skb->len);
	if (err)
		return err;

	/* So that the transport header is looked for, and found or refused. */
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	err = virtio_net_hdr_to_skb(skb, &train, format->little_endian);
	if (err)
		return err;

	/* That of the IP header is not the business of ip_summed. */
	if (hdr->gso_type == VIRTIO_NET_HDR_GSO_TCPV4)
		ip_send_check(ip_hdr(skb));
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	headers = skb_transport_offset(skb) + tcp_hdrlen(skb);
	size = segs > 1 && skb->len > headers ?
	       DIV_ROUND_UP(skb->len - headers, segs) : 0;
	if (!size || size >= GSO_BY_FRAGS) {
		skb_gso_reset(skb);
		return 0;
	}

	skb_shinfo(skb)->gso_size = size;
	skb_shinfo(skb)->gso_segs = segs;
	return 0;
}

/* A train in a tunnel: the state of the train first, that of the tunnel around it. */
static int ovnet_hdr_tunnelled(const struct ovnet_hdr_format *format,
			       const struct ovnet_hdr *hdr, struct sk_buff *skb)
{
	struct virtio_net_hdr train = hdr->mrg.hdr;
	int err;

	err = ovnet_tunnel_check(format, &train);
	if (err)
		return err;

	train.gso_type &= ~VIRTIO_NET_HDR_GSO_UDP_TUNNEL;
	train.flags &= ~VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM;
	err = ovnet_hdr_check(format, &train, skb->len);
	if (err)
		return err;

	err = virtio_net_hdr_to_skb(skb, &train, format->little_endian);
	if (err)
		return err;

	return ovnet_tunnel_to_skb(hdr, skb);
}

/* What each VIRTIO_NET_HASH_REPORT_* is a hash of. */
static const enum pkt_hash_types ovnet_hdr_hash_types[] = {
	[VIRTIO_NET_HASH_REPORT_NONE]	  = PKT_HASH_TYPE_NONE,
	[VIRTIO_NET_HASH_REPORT_IPv4]	  = PKT_HASH_TYPE_L3,
	[VIRTIO_NET_HASH_REPORT_TCPv4]	  = PKT_HASH_TYPE_L4,
	[VIRTIO_NET_HASH_REPORT_UDPv4]	  = PKT_HASH_TYPE_L4,
	[VIRTIO_NET_HASH_REPORT_IPv6]	  = PKT_HASH_TYPE_L3,
	[VIRTIO_NET_HASH_REPORT_TCPv6]	  = PKT_HASH_TYPE_L4,
	[VIRTIO_NET_HASH_REPORT_UDPv6]	  = PKT_HASH_TYPE_L4,
	[VIRTIO_NET_HASH_REPORT_IPv6_EX]  = PKT_HASH_TYPE_L3,
	[VIRTIO_NET_HASH_REPORT_TCPv6_EX] = PKT_HASH_TYPE_L4,
	[VIRTIO_NET_HASH_REPORT_UDPv6_EX] = PKT_HASH_TYPE_L4,
};

/**
 * ovnet_hdr_hash() - the hash that a header tells
 * @hdr: the driver's own copy of the header, of a device that hashes
 * @hash: set to it
 *
 * A report that makes no sense is as good as none: nothing depends on it.
 *
 * Return: VIRTIO_NET_HASH_REPORT_*, what the hash is made of.
 */
u16 ovnet_hdr_hash(const struct ovnet_hdr *hdr, u32 *hash)
{
	u16 report = le16_to_cpu(hdr->hash_report);

	*hash = le16_to_cpu(hdr->hash_lo) |
		(u32)le16_to_cpu(hdr->hash_hi) << 16;

	return report < ARRAY_SIZE(ovnet_hdr_hash_types) ?
	       report : VIRTIO_NET_HASH_REPORT_NONE;
}

static void ovnet_hdr_set_hash(const struct ovnet_hdr *hdr, struct sk_buff *skb)
{
	u16 report;
	u32 hash;

	report = ovnet_hdr_hash(hdr, &hash);
	if (report != VIRTIO_NET_HASH_REPORT_NONE)
		skb_set_hash(skb, hash, ovnet_hdr_hash_types[report]);
}

/**
 * ovnet_hdr_to_skb() - give a received packet the state that its header tells
 * @format: what was negotiated
 * @hdr: the driver's own copy of the header; its contents are untrusted
 * @skb: packet, from its Ethernet header on, with @skb->dev set
 *
 * Return: 0, or a negative errno if the header does not fit the frame or says
 * what was not negotiated; the packet is then to be dropped.
 */
int ovnet_hdr_to_skb(const struct ovnet_hdr_format *format,
		     const struct ovnet_hdr *hdr, struct sk_buff *skb)
{
	const struct virtio_net_hdr *vhdr = &hdr->mrg.hdr;
	int err;

	if (format->hash && skb->dev->features & NETIF_F_RXHASH)
		ovnet_hdr_set_hash(hdr, skb);

	/* By far the most frequent header: nothing to do. */
	if (!vhdr->flags && !vhdr->gso_type)
		return 0;

	if (format->rsc && vhdr->flags & VIRTIO_NET_HDR_F_RSC_INFO)
		return ovnet_hdr_coalesced(format, vhdr, skb);

	if (vhdr->gso_type & VIRTIO_NET_HDR_GSO_UDP_TUNNEL)
		return ovnet_hdr_tunnelled(format, hdr, skb);

	err = ovnet_hdr_check(format, vhdr, skb->len);
	if (err)
		return err;

	err = virtio_net_hdr_to_skb(skb, vhdr, format->little_endian);
	if (err)
		return err;

	if (vhdr->flags & VIRTIO_NET_HDR_F_DATA_VALID && format->csum &&
	    skb->ip_summed == CHECKSUM_NONE) {
		skb->ip_summed = CHECKSUM_UNNECESSARY;
		skb->csum_level = ovnet_tunnel_verified(format, vhdr);
	}

	return 0;
}

/**
 * ovnet_hdr_csum() - where a received frame lacks its checksum
 * @format: what was negotiated
 * @hdr: the driver's own copy of the header; its contents are untrusted
 * @len: of the frame
 * @start: set to where begins what is summed
 * @place: set to where the sum belongs
 *
 * Return: 1 if it lacks one, 0 if not, or a negative errno if the header says
 * what cannot be.
 */
int ovnet_hdr_csum(const struct ovnet_hdr_format *format,
		   const struct ovnet_hdr *hdr, unsigned int len,
		   unsigned int *start, unsigned int *place)
{
	const struct virtio_net_hdr *vhdr = &hdr->mrg.hdr;
	const bool le = format->little_endian;
	int err;

	if (!vhdr->flags && !vhdr->gso_type)
		return 0;

	err = ovnet_hdr_check(format, vhdr, len);
	if (err)
		return err;
	if (!(vhdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return 0;

	*start = __virtio16_to_cpu(le, vhdr->csum_start);
	*place = *start + __virtio16_to_cpu(le, vhdr->csum_offset);
	return 1;
}
