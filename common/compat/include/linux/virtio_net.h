/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_VIRTIO_NET_H
#define _ORION_COMPAT_LINUX_VIRTIO_NET_H

#include_next <linux/virtio_net.h>
#include "compat_config.h"

#ifndef HAVE_VIRTIO_NET_HDR_USO
/*
 * The older kernel knows such trains, but not in virtio headers. So it looks at
 * the header of a single datagram, and what makes it a train is added here.
 */
static inline int
orion_compat_virtio_net_hdr_to_skb(struct sk_buff *skb,
				   const struct virtio_net_hdr *hdr,
				   bool little_endian)
{
	unsigned int size = __virtio16_to_cpu(little_endian, hdr->gso_size);
	struct virtio_net_hdr single = *hdr;
	unsigned int headers;
	int err;

	if (hdr->gso_type != VIRTIO_NET_HDR_GSO_UDP_L4)
		return virtio_net_hdr_to_skb(skb, hdr, little_endian);
	if (!(hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return -EINVAL;

	single.gso_type = VIRTIO_NET_HDR_GSO_NONE;
	err = virtio_net_hdr_to_skb(skb, &single, little_endian);
	if (err)
		return err;

	headers = skb_transport_offset(skb) + sizeof(struct udphdr);
	if (!size || size == GSO_BY_FRAGS ||
	    skb->csum_offset != offsetof(struct udphdr, check) ||
	    !pskb_may_pull(skb, headers) ||
	    skb->len - headers > size * UDP_MAX_SEGMENTS)
		return -EINVAL;

	/* One that is too short to be a train is a datagram. */
	if (skb->len - headers > size) {
		skb_shinfo(skb)->gso_size = size;
		skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4 | SKB_GSO_DODGY;
		skb_shinfo(skb)->gso_segs = 0;
	}

	return 0;
}

#define virtio_net_hdr_to_skb	orion_compat_virtio_net_hdr_to_skb
#endif

#endif
