/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The other end of a network driver: the stack. Opens and closes the interface
 * that a driver made for a fake_net, sends frames whose contents follow from
 * their number, and compares what comes up.
 */
#ifndef _ORION_FAKE_PEER_H
#define _ORION_FAKE_PEER_H

#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "fake_net.h"

struct kunit;

/** FAKE_PEER_PROTO - protocol of our frames; nobody else's (IEEE 802, local) */
#define FAKE_PEER_PROTO		ETH_P_802_EX1
/** FAKE_PEER_MIN - the shortest frame that says its number */
#define FAKE_PEER_MIN		(ETH_HLEN + 4)

/**
 * struct fake_peer - the stack's end of one interface
 * @dev: the interface
 * @received: frames that came up whole
 * @damaged: frames that came up otherwise
 * @order: frames that came up out of turn
 * @next: number that is expected next
 * @last: state of the last frame that came up
 * @last.ip_summed: its CHECKSUM_*
 * @last.gso_size: segment size
 * @last.gso_type: SKB_GSO_*
 * @last.len: length, from the Ethernet header on
 * @last.hash: hash that the device made of it, 0 if none
 * @handler: how it hears of frames
 */
struct fake_peer {
	struct net_device *dev;
	unsigned int received;
	unsigned int damaged;
	unsigned int order;
	u32 next;
	struct {
		u8 ip_summed;
		u16 gso_size;
		unsigned int gso_type;
		unsigned int len;
		u32 hash;
	} last;
	struct packet_type handler;
};

int fake_peer_attach(struct fake_peer *peer, struct fake_net *net);
void fake_peer_detach(struct fake_peer *peer);
void fake_peer_end(struct kunit *test, struct fake_peer *peer,
		   struct fake_net *net);
int fake_peer_up(struct fake_peer *peer);
void fake_peer_down(struct fake_peer *peer);
void fake_peer_frame(u8 *frame, unsigned int len, const u8 *to, u32 number);
int fake_peer_send(struct fake_peer *peer, unsigned int len, u32 number);

#endif
