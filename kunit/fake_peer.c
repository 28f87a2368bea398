// SPDX-License-Identifier: GPL-2.0-only
/* The stack's end of a network interface. */

#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/export.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>

#include "fake_peer.h"

/* What stands at a place in a frame. */
static u8 fake_peer_byte(u32 number, unsigned int i)
{
	return number * 31 + i * 7 + (i >> 8);
}

/**
 * fake_peer_frame() - make a frame
 * @frame: where to
 * @len: its length, at least FAKE_PEER_MIN
 * @to: destination address
 * @number: what its contents follow from
 */
void fake_peer_frame(u8 *frame, unsigned int len, const u8 *to, u32 number)
{
	struct ethhdr *eth = (struct ethhdr *)frame;
	unsigned int i;

	ether_addr_copy(eth->h_dest, to);
	eth_zero_addr(eth->h_source);
	eth->h_source[0] = 2;
	eth->h_proto = htons(FAKE_PEER_PROTO);
	put_unaligned_be32(number, frame + ETH_HLEN);
	for (i = FAKE_PEER_MIN; i < len; i++)
		frame[i] = fake_peer_byte(number, i);
}
EXPORT_SYMBOL_GPL(fake_peer_frame);

/* The skb begins behind its Ethernet header here. */
static bool fake_peer_whole(struct sk_buff *skb, u32 *number)
{
	unsigned int i;
	__be32 raw;
	u8 byte;

	if (skb_copy_bits(skb, 0, &raw, sizeof(raw)))
		return false;

	*number = be32_to_cpu(raw);
	for (i = sizeof(raw); i < skb->len; i++)
		if (skb_copy_bits(skb, i, &byte, 1) ||
		    byte != fake_peer_byte(*number, i + ETH_HLEN))
			return false;

	return true;
}

static int fake_peer_handle(struct sk_buff *skb, struct net_device *dev,
			    struct packet_type *handler,
			    struct net_device *orig)
{
	struct fake_peer *peer = container_of(handler, struct fake_peer,
					      handler);
	u32 number;

	if (!fake_peer_whole(skb, &number)) {
		peer->damaged++;
	} else {
		peer->received++;
		peer->order += number != peer->next;
		peer->next = number + 1;
	}

	peer->last.ip_summed = skb->ip_summed;
	peer->last.gso_size = skb_shinfo(skb)->gso_size;
	peer->last.gso_type = skb_shinfo(skb)->gso_type;
	peer->last.len = skb->len + ETH_HLEN;
	peer->last.hash = skb_get_hash_raw(skb);
	kfree_skb(skb);
	return NET_RX_SUCCESS;
}

/**
 * fake_peer_attach() - find the interface of a device, and listen on it
 * @peer: zeroed
 * @net: device, plugged in
 *
 * Return: 0, or -ENODEV if no driver has made an interface for it.
 */
int fake_peer_attach(struct fake_peer *peer, struct fake_net *net)
{
	struct net_device *dev;

	rtnl_lock();
	for_each_netdev(&init_net, dev)
		if (dev->dev.parent == &net->fv->vdev->dev)
			peer->dev = dev;
	rtnl_unlock();
	if (!peer->dev)
		return -ENODEV;

	peer->handler.type = htons(FAKE_PEER_PROTO);
	peer->handler.func = fake_peer_handle;
	peer->handler.dev = peer->dev;
	dev_add_pack(&peer->handler);
	return 0;
}
EXPORT_SYMBOL_GPL(fake_peer_attach);

/**
 * fake_peer_detach() - listen no more
 * @peer: attached or zeroed; may be detached already
 */
void fake_peer_detach(struct fake_peer *peer)
{
	if (!peer->dev)
		return;

	dev_remove_pack(&peer->handler);
	peer->dev = NULL;
}
EXPORT_SYMBOL_GPL(fake_peer_detach);

/**
 * fake_peer_end() - end of a test: the driver must not have asked for nonsense
 * @test: test, in its suite's exit
 * @peer: attached or zeroed; may be detached already
 * @net: device that it is the peer of, which is freed; or NULL
 */
void fake_peer_end(struct kunit *test, struct fake_peer *peer,
		   struct fake_net *net)
{
	fake_peer_detach(peer);
	if (net)
		KUNIT_EXPECT_EQ(test, net->fv->nonsense, 0);
	fake_net_free(net);
}
EXPORT_SYMBOL_GPL(fake_peer_end);

/**
 * fake_peer_up() - open the interface
 * @peer: attached
 *
 * Return: 0 or what the driver says.
 */
int fake_peer_up(struct fake_peer *peer)
{
	int err;

	rtnl_lock();
	err = dev_open(peer->dev, NULL);
	rtnl_unlock();

	return err;
}
EXPORT_SYMBOL_GPL(fake_peer_up);

/**
 * fake_peer_down() - close the interface
 * @peer: attached
 */
void fake_peer_down(struct fake_peer *peer)
{
	rtnl_lock();
	dev_close(peer->dev);
	rtnl_unlock();
}
EXPORT_SYMBOL_GPL(fake_peer_down);

/* Half of the frame is linear, the rest a fragment, as large ones are. */
static struct sk_buff *fake_peer_skb(struct fake_peer *peer, unsigned int len)
{
	unsigned int head = len > PAGE_SIZE ? ETH_HLEN + 4 : len;
	unsigned int room = LL_RESERVED_SPACE(peer->dev);
	struct sk_buff *skb;
	int err;

	skb = alloc_skb_with_frags(head + room, len - head,
				   PAGE_ALLOC_COSTLY_ORDER, &err, GFP_KERNEL);
	if (!skb)
		return NULL;

	skb_reserve(skb, room);
	skb_put(skb, head);
	skb->data_len = len - head;
	skb->len = len;
	skb_reset_mac_header(skb);
	return skb;
}

/**
 * fake_peer_send() - send a frame to the interface's own address
 * @peer: attached
 * @len: its length, at least FAKE_PEER_MIN
 * @number: what its contents follow from
 *
 * Return: NET_XMIT_*, or -ENOMEM.
 */
int fake_peer_send(struct fake_peer *peer, unsigned int len, u32 number)
{
	struct sk_buff *skb;
	u8 *frame;
	int err;

	frame = kvmalloc(len, GFP_KERNEL);
	skb = fake_peer_skb(peer, len);
	if (!frame || !skb) {
		kfree_skb(skb);
		kvfree(frame);
		return -ENOMEM;
	}

	fake_peer_frame(frame, len, peer->dev->dev_addr, number);
	err = skb_store_bits(skb, 0, frame, len);
	kvfree(frame);
	if (err) {
		kfree_skb(skb);
		return err;
	}

	skb->dev = peer->dev;
	skb->protocol = htons(FAKE_PEER_PROTO);
	return dev_queue_xmit(skb);
}
EXPORT_SYMBOL_GPL(fake_peer_send);
