/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_RX_H
#define _OVNET_RX_H

struct napi_struct;
struct timer_list;
struct virtqueue;

int ovnet_rx_poll(struct napi_struct *napi, int budget);
void ovnet_rx_done(struct virtqueue *vq);
void ovnet_rx_retry(struct timer_list *timer);

#endif
