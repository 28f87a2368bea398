/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_TUNNEL_H
#define _OVNET_TUNNEL_H

#include <linux/skbuff.h>
#include <uapi/linux/virtio_net.h>

struct ovnet_hdr;
struct ovnet_hdr_format;

/**
 * ovnet_tunnel_is() - is this a train in a UDP tunnel?
 * @skb: packet
 *
 * Return: true if so.
 */
static inline bool ovnet_tunnel_is(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->gso_type &
	       (SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_TUNNEL_CSUM);
}

int ovnet_tunnel_from_skb(const struct ovnet_hdr_format *format,
			  const struct sk_buff *skb, struct ovnet_hdr *hdr);
int ovnet_tunnel_check(const struct ovnet_hdr_format *format,
		       const struct virtio_net_hdr *hdr);
int ovnet_tunnel_to_skb(const struct ovnet_hdr *hdr, struct sk_buff *skb);
unsigned int ovnet_tunnel_verified(const struct ovnet_hdr_format *format,
				   const struct virtio_net_hdr *hdr);

#endif
