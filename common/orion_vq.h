/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_VQ_H
#define _ORION_VQ_H

#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct scatterlist;
struct virtqueue;

/**
 * struct orion_vq - a virtqueue that several contexts share
 *
 * Adds a lock, a count of what the device holds, and an end to a ring of the
 * virtio core. For control-type queues only: the rings of packets belong to
 * NAPI and the transmit lock, and use the core directly.
 *
 * The functions ending in _locked are the pieces from which orion_cmd makes
 * one critical section; the caller holds @lock.
 */
struct orion_vq {
	/**
	 * @lock: Makes add, get, kick and stop on @vq exclusive.
	 *
	 * Taken in any context, interrupts off. Innermost but for the wait
	 * queue's own lock.
	 */
	spinlock_t lock;
	/** @vq: The ring. Borrowed from the virtio core between start and detach. */
	struct virtqueue *vq __guarded_by(&lock);
	/** @in_flight: Buffers that the device holds. */
	unsigned int in_flight __guarded_by(&lock);
	/** @stopped: Nothing more may be added. */
	bool stopped __guarded_by(&lock);
	/**
	 * @notifying: Callers between orion_vq_kick_locked() and the end of
	 * orion_vq_notify(). They use @vq without @lock, so it must outlive them.
	 */
	atomic_t notifying;
	/** @idle: Woken when @in_flight becomes 0 and when the queue ends. */
	wait_queue_head_t idle;
};

void orion_vq_init(struct orion_vq *ovq);
void orion_vq_start(struct orion_vq *ovq, struct virtqueue *vq);
void orion_vq_stop(struct orion_vq *ovq);
void *orion_vq_detach(struct orion_vq *ovq);
int orion_vq_wait_idle(struct orion_vq *ovq, unsigned long timeout);
bool orion_vq_broken(struct orion_vq *ovq);

int orion_vq_add_locked(struct orion_vq *ovq, struct scatterlist **sgs,
			unsigned int out, unsigned int in,
			unsigned int descriptors, void *token);
void *orion_vq_get_locked(struct orion_vq *ovq, u32 *len);
struct virtqueue *orion_vq_kick_locked(struct orion_vq *ovq);
void orion_vq_notify(struct orion_vq *ovq, struct virtqueue *vq);
void orion_vq_quiet_locked(struct orion_vq *ovq);
bool orion_vq_listen_locked(struct orion_vq *ovq);

#endif
