/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_TX_H
#define _OVNET_TX_H

#include <linux/netdevice.h>
#include <linux/types.h>

/*
 * The ring holds packets, frames of programs and of sockets: which, bits say. Both
 * bits are for a frame in one buffer of the receive queue of the same pair.
 */
#define OVNET_TX_FRAME		1UL
#define OVNET_TX_XSK		2UL
#define OVNET_TX_OWN		3UL
#define OVNET_TX_KINDS		2

struct ovnet_txq;
struct timer_list;
struct virtqueue;
struct xdp_frame;

netdev_tx_t ovnet_tx_xmit(struct sk_buff *skb, struct net_device *dev);
unsigned int ovnet_tx_frames(struct ovnet_txq *txq, struct xdp_frame **frames,
			     unsigned int count, bool own, bool flush);
void ovnet_tx_timeout(struct net_device *dev, unsigned int index);
int ovnet_tx_poll(struct napi_struct *napi, int budget);
void ovnet_tx_poll_along(struct ovnet_txq *txq, int budget);
void ovnet_tx_lingered(struct timer_list *timer);
void ovnet_tx_done(struct virtqueue *vq);
void ovnet_tx_tune(struct ovnet_txq *txq);
void ovnet_tx_init(struct ovnet_txq *txq);
void ovnet_tx_free(struct ovnet_txq *txq, void *token);
void ovnet_tx_drain(struct ovnet_txq *txq);

/**
 * ovnet_tx_xsk_token() - what is posted for a frame of a socket's
 * @slot: where it is remembered
 *
 * Return: what the ring returns when it was sent.
 */
static inline void *ovnet_tx_xsk_token(unsigned int slot)
{
	return (void *)((unsigned long)slot << OVNET_TX_KINDS | OVNET_TX_XSK);
}

/**
 * ovnet_tx_xsk_slot() - where a frame of a socket's is remembered
 * @token: what the ring returned
 *
 * Return: what was given to ovnet_tx_xsk_token().
 */
static inline unsigned int ovnet_tx_xsk_slot(const void *token)
{
	return (unsigned long)token >> OVNET_TX_KINDS;
}

#endif
