// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trains of segments in UDP tunnels, such as VXLAN and Geneve (VIRTIO 1.4, 5.1.6.2
 * and 5.1.6.4): what is around the train. Pure: no device is touched.
 *
 * A device says where in a received train the headers are, but QEMU up to 11.1 does
 * not, unless vhost receives: it leaves these bytes of the buffer as they were. So
 * the device's word counts only where the packet bears it out, and the packet alone
 * says where the outer headers are.
 */

#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <linux/virtio_byteorder.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <uapi/linux/virtio_net.h>

#include "ovnet_hdr.h"
#include "ovnet_tunnel.h"

/* Tags before the outer network header that are looked behind. */
#define OVNET_TUNNEL_TAGS	2

/**
 * ovnet_tunnel_from_skb() - describe a tunnel to the device
 * @format: what the device understands
 * @skb: train in a tunnel, from its Ethernet header on
 * @hdr: describes the train itself already
 *
 * Return: 0, or -EOPNOTSUPP if the device does not take such tunnels.
 */
int ovnet_tunnel_from_skb(const struct ovnet_hdr_format *format,
			  const struct sk_buff *skb, struct ovnet_hdr *hdr)
{
	unsigned int type = skb_shinfo(skb)->gso_type &
			    (SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_TUNNEL_CSUM);

	if (type & ~format->tunnels_out)
		return -EOPNOTSUPP;

	/*
	 * VIRTIO 1.4 means the network protocol inside, but its name, and every
	 * device and driver there is, the one outside.
	 */
	hdr->mrg.hdr.gso_type |= vlan_get_protocol(skb) == htons(ETH_P_IPV6) ?
				 VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6 :
				 VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4;
	/* The stack has put the sum of the pseudo header there. */
	if (type & SKB_GSO_UDP_TUNNEL_CSUM)
		hdr->mrg.hdr.flags |= VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM;
	hdr->outer_th = cpu_to_le16(skb_transport_offset(skb));
	hdr->inner_nh = cpu_to_le16(skb_inner_network_offset(skb));
	return 0;
}

/**
 * ovnet_tunnel_check() - can what the device says of a tunnel be?
 * @format: what was negotiated
 * @hdr: the driver's own copy of the header; its contents are untrusted
 *
 * Return: 0 or -EPROTO.
 */
int ovnet_tunnel_check(const struct ovnet_hdr_format *format,
		       const struct virtio_net_hdr *hdr)
{
	u8 train = hdr->gso_type & ~(VIRTIO_NET_HDR_GSO_UDP_TUNNEL |
				     VIRTIO_NET_HDR_GSO_ECN);

	if (!(format->tunnels_in & SKB_GSO_UDP_TUNNEL))
		return -EPROTO;
	if ((hdr->gso_type & VIRTIO_NET_HDR_GSO_UDP_TUNNEL) ==
	    VIRTIO_NET_HDR_GSO_UDP_TUNNEL)
		return -EPROTO;
	if (train == VIRTIO_NET_HDR_GSO_NONE || train == VIRTIO_NET_HDR_GSO_UDP)
		return -EPROTO;
	if (!(hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) ||
	    hdr->flags & VIRTIO_NET_HDR_F_DATA_VALID)
		return -EPROTO;
	if (hdr->flags & VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM &&
	    !(format->tunnels_in & SKB_GSO_UDP_TUNNEL_CSUM))
		return -EPROTO;

	return 0;
}

/* Where the outer network header is, or -EPROTO if not before @end. */
static int ovnet_tunnel_network(const struct sk_buff *skb, unsigned int end)
{
	__be16 proto = ((const struct ethhdr *)skb->data)->h_proto;
	unsigned int offset = ETH_HLEN;
	const struct vlan_hdr *tag;
	unsigned int tags = 0;

	while (eth_type_vlan(proto)) {
		if (++tags > OVNET_TUNNEL_TAGS || offset + sizeof(*tag) > end)
			return -EPROTO;
		tag = (const struct vlan_hdr *)(skb->data + offset);
		proto = tag->h_vlan_encapsulated_proto;
		offset += sizeof(*tag);
	}

	return offset;
}

/*
 * The first byte behind an IP header at @nh, or -EPROTO if there is none that @proto
 * follows in whole before @end. All before @end is linear.
 */
static int ovnet_tunnel_transport(const struct sk_buff *skb, unsigned int nh,
				  unsigned int end, u8 proto)
{
	const struct ipv6hdr *ip6 = (const void *)(skb->data + nh);
	const struct iphdr *ip = (const void *)(skb->data + nh);
	__be16 fragment = 0;
	int th = -EPROTO;
	u8 next = 0;

	if (nh + sizeof(*ip) > end)
		return -EPROTO;

	if (ip->version == 4 && ip->ihl >= 5) {
		th = nh + 4 * ip->ihl;
		next = ip->protocol;
		fragment = ip->frag_off & htons(IP_MF | IP_OFFSET);
	} else if (ip->version == 6 && nh + sizeof(*ip6) <= end) {
		next = ip6->nexthdr;
		th = ipv6_skip_exthdr(skb, nh + sizeof(*ip6), &next, &fragment);
	}

	return th >= 0 && th <= end && next == proto && !fragment ?
	       th : -EPROTO;
}

/* Is there, between @from and @th, a network header as the type of train says? */
static bool ovnet_tunnel_fits(const struct sk_buff *skb, u8 type,
			      unsigned int from, unsigned int nh,
			      unsigned int th)
{
	unsigned int version;
	u8 proto = IPPROTO_TCP;

	if (nh < from || nh >= th)
		return false;

	version = ((const struct iphdr *)(skb->data + nh))->version;
	switch (type & ~(VIRTIO_NET_HDR_GSO_UDP_TUNNEL |
			 VIRTIO_NET_HDR_GSO_ECN)) {
	case VIRTIO_NET_HDR_GSO_TCPV4:
		if (version != 4)
			return false;
		break;
	case VIRTIO_NET_HDR_GSO_TCPV6:
		if (version != 6)
			return false;
		break;
	default:
		proto = IPPROTO_UDP;
	}

	return ovnet_tunnel_transport(skb, nh, th, proto) == th;
}

/* The inner network header: where the device says, or right before the other. */
static int ovnet_tunnel_inner(const struct sk_buff *skb,
			      const struct ovnet_hdr *hdr, unsigned int from,
			      unsigned int th)
{
	const unsigned int places[] = {
		le16_to_cpu(hdr->inner_nh),
		th - sizeof(struct iphdr),
		th - sizeof(struct ipv6hdr),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (ovnet_tunnel_fits(skb, hdr->mrg.hdr.gso_type, from,
				      places[i], th))
			return places[i];

	return -EPROTO;
}

/**
 * ovnet_tunnel_to_skb() - give a received train the state of the tunnel around it
 * @hdr: the driver's own copy of the header, checked by ovnet_tunnel_check()
 * @skb: the train, from its Ethernet header on, with the state of what is inside,
 *	whose headers are linear
 *
 * Return: 0, or -EPROTO if the packet is not what the header says.
 */
int ovnet_tunnel_to_skb(const struct ovnet_hdr *hdr, struct sk_buff *skb)
{
	bool csum = hdr->mrg.hdr.flags & VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM;
	int inner_th = skb_checksum_start_offset(skb);
	int outer_nh, outer_th, inner_nh;
	const struct iphdr *inner;

	outer_nh = ovnet_tunnel_network(skb, inner_th);
	if (outer_nh < 0)
		return outer_nh;
	outer_th = ovnet_tunnel_transport(skb, outer_nh, inner_th, IPPROTO_UDP);
	if (outer_th < 0)
		return outer_th;
	inner_nh = ovnet_tunnel_inner(skb, hdr,
				      outer_th + sizeof(struct udphdr),
				      inner_th);
	if (inner_nh < 0)
		return inner_nh;

	/* A single segment, whose outer checksum nobody would fill in. */
	if (!skb_is_gso(skb) && csum)
		return -EPROTO;
	if (skb_is_gso(skb))
		skb_shinfo(skb)->gso_type |= csum ? SKB_GSO_UDP_TUNNEL_CSUM :
						    SKB_GSO_UDP_TUNNEL;

	inner = (const struct iphdr *)(skb->data + inner_nh);
	skb_set_inner_protocol(skb, inner->version == 6 ? htons(ETH_P_IPV6) :
							  htons(ETH_P_IP));
	/* What kind of tunnel it is, and so where a frame in it begins, is not told. */
	skb_set_inner_mac_header(skb, inner_nh);
	skb_set_inner_network_header(skb, inner_nh);
	skb_set_inner_transport_header(skb, inner_th);
	skb_set_transport_header(skb, outer_th);
	skb->encapsulation = 1;
	return 0;
}

/**
 * ovnet_tunnel_verified() - how many checksums has the device found right?
 * @format: what was negotiated
 * @hdr: the driver's own copy of the header, which says that one is
 *
 * Return: how many beside the outermost, for &sk_buff.csum_level.
 */
unsigned int ovnet_tunnel_verified(const struct ovnet_hdr_format *format,
				   const struct virtio_net_hdr *hdr)
{
	return format->tunnels_in & SKB_GSO_UDP_TUNNEL_CSUM &&
	       hdr->flags & VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM;
}
