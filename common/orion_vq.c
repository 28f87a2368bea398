// SPDX-License-Identifier: GPL-2.0-only
/*
 * A shared virtqueue: one lock, a count of what the device holds, and a
 * beginning and an end that every user of the ring sees at once.
 */

#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/scatterlist.h>
#include <linux/virtio.h>
#include <linux/wait_bit.h>

#include "orion_namespace.h"
#include "orion_vq.h"

/**
 * orion_vq_init() - make a queue that has no ring yet
 * @ovq: queue; it stays stopped until orion_vq_start()
 */
void orion_vq_init(struct orion_vq *ovq)
{
	spin_lock_init(&ovq->lock);
	init_waitqueue_head(&ovq->idle);
	atomic_set(&ovq->notifying, 0);
	ovq->vq = NULL;
	ovq->in_flight = 0;
	ovq->stopped = true;
}
EXPORT_SYMBOL_NS_GPL(orion_vq_init, ORION_COMMON_NS);

/**
 * orion_vq_start() - give the queue its ring
 * @ovq: queue; stopped, and with nothing in flight
 * @vq: ring, borrowed until orion_vq_detach() has emptied it
 *
 * Context: Any. Takes @ovq->lock.
 */
void orion_vq_start(struct orion_vq *ovq, struct virtqueue *vq)
{
	unsigned long flags;

	spin_lock_irqsave(&ovq->lock, flags);
	WARN_ON_ONCE(ovq->in_flight);
	ovq->vq = vq;
	ovq->stopped = false;
	spin_unlock_irqrestore(&ovq->lock, flags);
}
EXPORT_SYMBOL_NS_GPL(orion_vq_start, ORION_COMMON_NS);

/**
 * orion_vq_stop() - refuse further buffers
 * @ovq: queue
 *
 * What the device holds stays with it. Whoever waits for an idle queue is
 * woken, since nothing may come back any more. When this returns, nobody is
 * about to notify the device, so the ring may go once it is detached.
 *
 * Context: Process. Takes @ovq->lock. May sleep for as long as a notification
 * takes.
 */
void orion_vq_stop(struct orion_vq *ovq)
{
	unsigned long flags;

	spin_lock_irqsave(&ovq->lock, flags);
	ovq->stopped = true;
	spin_unlock_irqrestore(&ovq->lock, flags);

	wake_up_all(&ovq->idle);
	wait_var_event(&ovq->notifying, !atomic_read(&ovq->notifying));
}
EXPORT_SYMBOL_NS_GPL(orion_vq_stop, ORION_COMMON_NS);

/**
 * orion_vq_detach() - take one buffer back from a device that was reset
 * @ovq: queue; stopped, its device reset and its callbacks synchronized
 *
 * Call until it returns NULL; the ring is then forgotten and may be deleted.
 * VIRTIO 1.3, 2.4.1: a device in reset neither reads nor writes buffers.
 *
 * Context: Any. Takes @ovq->lock.
 * Return: the buffer's token, or NULL when none is left.
 */
void *orion_vq_detach(struct orion_vq *ovq)
{
	void *token = NULL;
	unsigned long flags;

	spin_lock_irqsave(&ovq->lock, flags);
	if (ovq->vq)
		token = virtqueue_detach_unused_buf(ovq->vq);
	if (token) {
		ovq->in_flight--;
	} else {
		/* A device that broke its ring took a token twice, or never. */
		ovq->in_flight = 0;
		ovq->vq = NULL;
	}
	spin_unlock_irqrestore(&ovq->lock, flags);

	return token;
}
EXPORT_SYMBOL_NS_GPL(orion_vq_detach, ORION_COMMON_NS);

/* Nothing left to wait for: the device has nothing, or will return nothing. */
static bool orion_vq_settled(struct orion_vq *ovq)
{
	unsigned long flags;
	bool settled;

	spin_lock_irqsave(&ovq->lock, flags);
	settled = !ovq->in_flight || ovq->stopped ||
		  virtqueue_is_broken(ovq->vq);
	spin_unlock_irqrestore(&ovq->lock, flags);

	return settled;
}

/**
 * orion_vq_wait_idle() - wait until the device holds nothing
 * @ovq: queue
 * @timeout: at most so long, in jiffies
 *
 * Context: Process. May sleep, uninterruptibly, up to @timeout.
 * Return: 0, -EIO if the queue ended with buffers in flight, -ETIMEDOUT.
 */
int orion_vq_wait_idle(struct orion_vq *ovq, unsigned long timeout)
{
	unsigned long flags;
	bool idle;
	long left;

	left = wait_event_timeout(ovq->idle, orion_vq_settled(ovq), timeout);

	spin_lock_irqsave(&ovq->lock, flags);
	idle = !ovq->in_flight;
	spin_unlock_irqrestore(&ovq->lock, flags);

	if (idle)
		return 0;
	return left ? -EIO : -ETIMEDOUT;
}
EXPORT_SYMBOL_NS_GPL(orion_vq_wait_idle, ORION_COMMON_NS);

/**
 * orion_vq_broken() - has the ring ended by the device's fault?
 * @ovq: queue
 *
 * Context: Any. Takes @ovq->lock.
 * Return: true if the core marked the ring broken.
 */
bool orion_vq_broken(struct orion_vq *ovq)
{
	unsigned long flags;
	bool broken;

	spin_lock_irqsave(&ovq->lock, flags);
	broken = ovq->vq && virtqueue_is_broken(ovq->vq);
	spin_unlock_irqrestore(&ovq->lock, flags);

	return broken;
}
EXPORT_SYMBOL_NS_GPL(orion_vq_broken, ORION_COMMON_NS);

/**
 * orion_vq_add_locked() - put one buffer on the ring, unseen by the device
 * @ovq: queue
 * @sgs: @out readable lists, then @in writable ones
 * @out: number of lists the device reads
 * @in: number of lists the device writes
 * @descriptors: entries of all lists together
 * @token: what orion_vq_get_locked() returns when the device is done
 *
 * On success the memory behind @sgs belongs to the device until @token comes
 * back. On failure it still belongs to the caller. The device looks at the
 * buffer after the next orion_vq_kick_locked().
 *
 * Return: 0, -ENOSPC if the ring has no room now, -E2BIG if it never will,
 * -EIO if the device is broken, -ENODEV if the queue is stopped.
 */
int orion_vq_add_locked(struct orion_vq *ovq, struct scatterlist **sgs,
			unsigned int out, unsigned int in,
			unsigned int descriptors, void *token)
{
	int err;

	lockdep_assert_held(&ovq->lock);

	if (ovq->stopped)
		return -ENODEV;
	/*
	 * An indirect table would take more, but is an allocation and may be
	 * refused; what is accepted must be sure to fit into an empty ring.
	 */
	if (descriptors > virtqueue_get_vring_size(ovq->vq))
		return -E2BIG;
	/*
	 * Asked for more than there is, the core notifies the device by itself.
	 * That an indirect table would need less is not worth knowing.
	 */
	if (descriptors > ovq->vq->num_free)
		return virtqueue_is_broken(ovq->vq) ? -EIO : -ENOSPC;

	err = virtqueue_add_sgs(ovq->vq, sgs, out, in, token, GFP_ATOMIC);
	if (err)
		return virtqueue_is_broken(ovq->vq) ? -EIO : -ENOSPC;

	ovq->in_flight++;
	return 0;
}
EXPORT_SYMBOL_NS_GPL(orion_vq_add_locked, ORION_COMMON_NS);

/**
 * orion_vq_get_locked() - take one buffer back that the device has used
 * @ovq: queue
 * @len: set to the bytes that the device claims to have written; unchecked
 *
 * Return: the buffer's token, or NULL when there is none now.
 */
void *orion_vq_get_locked(struct orion_vq *ovq, u32 *len)
{
	unsigned int used = 0;
	void *token;

	lockdep_assert_held(&ovq->lock);

	if (!ovq->vq)
		return NULL;

	token = virtqueue_get_buf(ovq->vq, &used);
	*len = used;
	if (token)
		ovq->in_flight--;
	if (!ovq->in_flight || virtqueue_is_broken(ovq->vq))
		wake_up_all(&ovq->idle);

	return token;
}
EXPORT_SYMBOL_NS_GPL(orion_vq_get_locked, ORION_COMMON_NS);

/**
 * orion_vq_kick_locked() - publish what was added
 * @ovq: queue
 *
 * Return: the ring, if the caller must orion_vq_notify() it after unlocking;
 * NULL if the device is looking anyway.
 */
struct virtqueue *orion_vq_kick_locked(struct orion_vq *ovq)
{
	lockdep_assert_held(&ovq->lock);

	if (ovq->stopped || !virtqueue_kick_prepare(ovq->vq))
		return NULL;

	atomic_inc(&ovq->notifying);
	return ovq->vq;
}
EXPORT_SYMBOL_NS_GPL(orion_vq_kick_locked, ORION_COMMON_NS);

/**
 * orion_vq_notify() - tell the device to look
 * @ovq: queue
 * @vq: what orion_vq_kick_locked() returned
 *
 * Outside the lock, because a notification can be an exit to the host.
 * orion_vq_stop() waits for it.
 *
 * Context: Any, @ovq->lock not held.
 */
void orion_vq_notify(struct orion_vq *ovq, struct virtqueue *vq)
{
	if (!vq)
		return;

	virtqueue_notify(vq);
	if (atomic_dec_and_test(&ovq->notifying))
		wake_up_var(&ovq->notifying);
}
EXPORT_SYMBOL_NS_GPL(orion_vq_notify, ORION_COMMON_NS);

/**
 * orion_vq_quiet_locked() - ask for no interrupts while the ring is emptied
 * @ovq: queue
 */
void orion_vq_quiet_locked(struct orion_vq *ovq)
{
	lockdep_assert_held(&ovq->lock);

	if (ovq->vq)
		virtqueue_disable_cb(ovq->vq);
}
EXPORT_SYMBOL_NS_GPL(orion_vq_quiet_locked, ORION_COMMON_NS);

/**
 * orion_vq_listen_locked() - ask for interrupts again
 * @ovq: queue
 *
 * Return: false if the device used another buffer meanwhile, which the caller
 * must take before it listens again.
 */
bool orion_vq_listen_locked(struct orion_vq *ovq)
{
	lockdep_assert_held(&ovq->lock);

	return !ovq->vq || virtqueue_is_broken(ovq->vq) ||
	       virtqueue_enable_cb(ovq->vq);
}
EXPORT_SYMBOL_NS_GPL(orion_vq_listen_locked, ORION_COMMON_NS);
