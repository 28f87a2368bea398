/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_TX_H
#define _OVNET_TX_H

#include <linux/netdevice.h>

struct ovnet_txq;
struct timer_list;
struct virtqueue;
struct xdp_frame;

netdev_tx_t ovnet_tx_xmit(struct sk_buff *skb, struct net_device *dev);
unsigned int ovnet_tx_frames(struct ovnet_txq *txq, struct xdp_frame **frames,
			     unsigned int count, bool flush);
void ovnet_tx_timeout(struct net_device *dev, unsigned int index);
int ovnet_tx_poll(struct napi_struct *napi, int budget);
void ovnet_tx_poll_along(struct ovnet_txq *txq, int budget);
void ovnet_tx_lingered(struct timer_list *timer);
void ovnet_tx_done(struct virtqueue *vq);
void ovnet_tx_tune(struct ovnet_txq *txq);
void ovnet_tx_init(struct ovnet_txq *txq);
void ovnet_tx_free(void *token);
void ovnet_tx_drain(struct ovnet_txq *txq);

#endif
