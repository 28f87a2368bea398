/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_XSK_H
#define _OVNET_XSK_H

#include <linux/scatterlist.h>
#include <linux/types.h>

struct net_device;
struct ovnet;
struct ovnet_buf;
struct ovnet_hdr;
struct ovnet_rxq;
struct ovnet_txq;
struct ovnet_xsk_slot;
struct sk_buff;
struct xdp_buff;
struct xsk_buff_pool;

/**
 * struct ovnet_xsk_tx - a transmit queue's part of a socket's memory
 * @pool: the memory; NULL while no socket is bound. Borrowed until it is unbound.
 * @slots: owned; a frame that the device has occupies one, in the order of sending
 * @hdrs: owned; a header for each of them, if the socket may ask for something
 * @size: of @slots; more than the ring holds
 * @head: slot of the oldest frame
 * @tail: slot of the next frame; @head if there is none
 * @full: frames are waiting for room in the ring, and nobody else will say so
 * @sg: header and frame; the latter is terminated
 *
 * Written under the queue's netif_tx_lock, or while its NAPIs are off.
 */
struct ovnet_xsk_tx {
	struct xsk_buff_pool *pool;
	struct ovnet_xsk_slot *slots;
	struct ovnet_hdr *hdrs;
	unsigned int size;
	unsigned int head;
	unsigned int tail;
	bool full;
	struct scatterlist sg[2];
};

bool ovnet_xsk_possible(const struct ovnet *ovnet);
void ovnet_xsk_init(struct ovnet *ovnet);
int ovnet_xsk_setup(struct ovnet *ovnet, struct xsk_buff_pool *pool,
		    unsigned int index);
int ovnet_xsk_wakeup(struct net_device *dev, u32 index, u32 flags);

int ovnet_xsk_post(struct ovnet_rxq *rxq);
void ovnet_xsk_refilled(struct ovnet_rxq *rxq);
void ovnet_xsk_open(struct ovnet_rxq *rxq, struct ovnet_buf *buf, void *token);
bool ovnet_xsk_copy(struct ovnet_rxq *rxq, struct ovnet_buf *buf);
struct xdp_buff *ovnet_xsk_prepare(const struct ovnet_rxq *rxq,
				   const struct ovnet_buf *buf);
struct sk_buff *ovnet_xsk_build(struct ovnet_rxq *rxq, struct xdp_buff *xdp);
void ovnet_xsk_free_rx(void *token);

bool ovnet_xsk_send(struct ovnet_txq *txq, int budget);
unsigned int ovnet_xsk_sent(struct ovnet_txq *txq, void *token);
void ovnet_xsk_complete(struct ovnet_txq *txq);

#endif
