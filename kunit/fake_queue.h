/* SPDX-License-Identifier: GPL-2.0-only */
/* Life of a queue, and the script's say. For the fake device only. */
#ifndef _ORION_FAKE_QUEUE_H
#define _ORION_FAKE_QUEUE_H

#include <linux/types.h>

struct fake_chain;
struct fake_queue;
struct fake_virtio;
struct virtqueue;

void fake_queue_init(struct fake_queue *fvq, struct fake_virtio *fv,
		     unsigned int index, unsigned int size);
void fake_queue_attach(struct fake_queue *fvq, struct virtqueue *vq);
struct virtqueue *fake_queue_detach(struct fake_queue *fvq);
void fake_queue_restart(struct fake_queue *fvq);
void fake_queue_quiesce(struct fake_queue *fvq);
void fake_queue_sync_irq(struct fake_queue *fvq);
bool fake_queue_notify(struct virtqueue *vq);
bool fake_queue_busy(struct fake_queue *fvq);

void fake_fault_match(struct fake_chain *chain);

#endif
