/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_QUEUE_H
#define _OVNET_QUEUE_H

#include <linux/netdevice.h>
#include <linux/virtio.h>

struct ovnet;

int ovnet_queue_alloc(struct ovnet *ovnet);
void ovnet_queue_free(struct ovnet *ovnet);
int ovnet_queue_find(struct ovnet *ovnet);
void ovnet_queue_del(struct ovnet *ovnet);
int ovnet_queue_set_active(struct ovnet *ovnet, unsigned int count);
int ovnet_queue_resize(struct ovnet *ovnet, unsigned int rx, unsigned int tx);
int ovnet_queue_reset(struct ovnet *ovnet);
int ovnet_queue_start(struct ovnet *ovnet, unsigned int count);
void ovnet_queue_stop(struct ovnet *ovnet);
void ovnet_queue_pause(struct ovnet *ovnet, unsigned int i);
void ovnet_queue_resume(struct ovnet *ovnet, unsigned int i);
int ovnet_queue_take(struct ovnet *ovnet, unsigned int i, bool tx);

/**
 * ovnet_queue_schedule() - have a ring polled, and quiet until then
 * @vq: the ring
 * @napi: its NAPI
 *
 * Context: Any.
 */
static inline void ovnet_queue_schedule(struct virtqueue *vq,
					struct napi_struct *napi)
{
	if (!napi_schedule_prep(napi))
		return;

	virtqueue_disable_cb(vq);
	__napi_schedule(napi);
}

#endif
