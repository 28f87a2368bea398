// SPDX-License-Identifier: GPL-2.0-only
/*
 * One virtqueue, from the device's side: a thread that takes requests off the
 * ring when it is kicked, a list of those that are not answered yet, and an
 * interrupt that arrives in interrupt context as a real one would.
 */

#include <linux/export.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "fake_queue.h"
#include "fake_ring.h"
#include "fake_virtio.h"

static bool fake_queue_runs(const struct fake_virtio *fv)
{
	u8 status = READ_ONCE(fv->status);

	return !READ_ONCE(fv->dead) && status & VIRTIO_CONFIG_S_DRIVER_OK &&
	       !(status & VIRTIO_CONFIG_S_NEEDS_RESET);
}

/* Takes one request; arms the notification and looks again before giving up. */
static struct fake_chain *fake_queue_next_locked(struct fake_queue *fvq)
{
	struct fake_chain *chain;

	lockdep_assert_held(&fvq->lock);

	if (!fvq->vq || !fake_queue_runs(fvq->fv))
		return NULL;

	chain = fake_ring_take(fvq);
	if (!chain) {
		fake_ring_listen(fvq);
		chain = fake_ring_take(fvq);
	}
	if (!chain)
		return NULL;

	fvq->taken++;
	list_add_tail(&chain->entry, &fvq->held);
	return chain;
}

/**
 * fake_queue_take() - take a request off the ring by hand
 * @fvq: queue, best stopped with fake_queue_stop() so that its thread does not
 *	take it first
 *
 * The script is not asked, and the device model not called.
 *
 * Return: the request, which is on the list of held ones from now on, or NULL.
 */
struct fake_chain *fake_queue_take(struct fake_queue *fvq)
{
	struct fake_chain *chain;
	unsigned long flags;

	spin_lock_irqsave(&fvq->lock, flags);
	chain = fake_queue_next_locked(fvq);
	spin_unlock_irqrestore(&fvq->lock, flags);

	return chain;
}
EXPORT_SYMBOL_GPL(fake_queue_take);

/**
 * fake_queue_held() - the oldest request that is taken and unanswered
 * @fvq: queue
 *
 * Return: the request, still on the list, or NULL.
 */
struct fake_chain *fake_queue_held(struct fake_queue *fvq)
{
	struct fake_chain *chain;
	unsigned long flags;

	spin_lock_irqsave(&fvq->lock, flags);
	chain = list_first_entry_or_null(&fvq->held, struct fake_chain, entry);
	spin_unlock_irqrestore(&fvq->lock, flags);

	return chain;
}
EXPORT_SYMBOL_GPL(fake_queue_held);

/**
 * fake_queue_count() - how many requests are taken and unanswered
 * @fvq: queue
 *
 * Return: their number.
 */
unsigned int fake_queue_count(struct fake_queue *fvq)
{
	unsigned long flags;
	unsigned int n;

	spin_lock_irqsave(&fvq->lock, flags);
	n = list_count_nodes(&fvq->held);
	spin_unlock_irqrestore(&fvq->lock, flags);

	return n;
}
EXPORT_SYMBOL_GPL(fake_queue_count);

static void fake_queue_hold_late(struct fake_queue *fvq,
				 struct fake_chain *chain)
{
	unsigned long delay = msecs_to_jiffies(chain->fault.delay_ms);
	unsigned long flags;

	spin_lock_irqsave(&fvq->lock, flags);
	chain->due = jiffies + delay;
	spin_unlock_irqrestore(&fvq->lock, flags);

	/* Runs for the earliest, and arms itself for the others. */
	queue_delayed_work(fvq->fv->wq, &fvq->late, delay);
}

static void fake_queue_arrived(struct fake_chain *chain)
{
	struct fake_queue *fvq = chain->fvq;

	fake_fault_match(chain);

	switch (chain->fault.kind) {
	case FAKE_FAULT_NEVER:
		break;
	case FAKE_FAULT_LATE:
		fake_queue_hold_late(fvq, chain);
		break;
	case FAKE_FAULT_BREAK:
		fake_virtio_break(fvq->fv);
		break;
	case FAKE_FAULT_NEEDS_RESET:
		fake_virtio_needs_reset(fvq->fv);
		break;
	default:
		fake_chain_serve(chain);
		break;
	}
}

static void fake_queue_work(struct work_struct *work)
{
	struct fake_queue *fvq = container_of(work, struct fake_queue, work);
	struct fake_chain *chain;

	while (!READ_ONCE(fvq->stopped)) {
		chain = fake_queue_take(fvq);
		if (!chain)
			break;
		fake_queue_arrived(chain);
	}
}

/* The next late request that is due, or how long the first of the rest has. */
static struct fake_chain *fake_queue_due(struct fake_queue *fvq, long *left)
{
	struct fake_chain *chain;
	unsigned long flags;

	*left = MAX_JIFFY_OFFSET;
	spin_lock_irqsave(&fvq->lock, flags);
	list_for_each_entry(chain, &fvq->held, entry) {
		if (chain->fault.kind != FAKE_FAULT_LATE)
			continue;
		*left = min_t(long, *left, chain->due - jiffies);
		if (*left <= 0)
			goto out_unlock;
	}
	chain = NULL;
out_unlock:
	spin_unlock_irqrestore(&fvq->lock, flags);
	return chain;
}

static void fake_queue_late(struct work_struct *work)
{
	struct fake_queue *fvq = container_of(to_delayed_work(work),
					      struct fake_queue, late);
	struct fake_chain *chain;
	long left;

	while ((chain = fake_queue_due(fvq, &left)))
		fake_chain_serve(chain);

	if (left < MAX_JIFFY_OFFSET)
		queue_delayed_work(fvq->fv->wq, &fvq->late, left);
}

static void fake_queue_irq(struct irq_work *work)
{
	struct fake_queue *fvq = container_of(work, struct fake_queue, irq);
	struct virtqueue *vq = READ_ONCE(fvq->vq);

	if (vq)
		vring_interrupt(0, vq);
}

/**
 * fake_queue_raise() - interrupt the driver, whatever it asked for
 * @fvq: queue
 */
void fake_queue_raise(struct fake_queue *fvq)
{
	fvq->irqs++;
	irq_work_queue(&fvq->irq);
}
EXPORT_SYMBOL_GPL(fake_queue_raise);

/**
 * fake_queue_return() - write any id and any length to the used ring
 * @fvq: queue
 * @id: buffer id, not checked
 * @len: used length, not checked
 *
 * No interrupt is raised, see fake_queue_raise().
 */
void fake_queue_return(struct fake_queue *fvq, u32 id, u32 len)
{
	unsigned long flags;

	spin_lock_irqsave(&fvq->lock, flags);
	if (fvq->vq) {
		fake_ring_put(fvq, id, 1, len);
		fake_ring_publish(fvq);
	}
	spin_unlock_irqrestore(&fvq->lock, flags);
}
EXPORT_SYMBOL_GPL(fake_queue_return);

/**
 * fake_queue_stop() - leave requests on the ring
 * @fvq: queue
 *
 * Kicks are counted and not served until fake_queue_start().
 */
void fake_queue_stop(struct fake_queue *fvq)
{
	WRITE_ONCE(fvq->stopped, true);
	flush_work(&fvq->work);
}
EXPORT_SYMBOL_GPL(fake_queue_stop);

/**
 * fake_queue_start() - serve requests again, what waits on the ring first
 * @fvq: queue
 */
void fake_queue_start(struct fake_queue *fvq)
{
	WRITE_ONCE(fvq->stopped, false);
	queue_work(fvq->fv->wq, &fvq->work);
}
EXPORT_SYMBOL_GPL(fake_queue_start);

/**
 * fake_queue_notify() - the driver kicks
 * @vq: its side of the queue
 *
 * A kick before DRIVER_OK is the driver's mistake. In a panic, that is with
 * oops_in_progress, the device has served all when this returns.
 *
 * Return: false once the device is gone.
 */
bool fake_queue_notify(struct virtqueue *vq)
{
	struct fake_queue *fvq = vq->priv;
	struct fake_virtio *fv = fvq->fv;

	fvq->kicks++;
	if (READ_ONCE(fv->dead))
		return false;

	if (!(READ_ONCE(fv->status) & VIRTIO_CONFIG_S_DRIVER_OK))
		fv->nonsense++;
	else if (oops_in_progress)
		/* The driver polls, and no thread runs until it is done. */
		fake_queue_work(&fvq->work);
	else if (!READ_ONCE(fvq->stopped))
		queue_work(fv->wq, &fvq->work);

	return true;
}

/**
 * fake_queue_init() - make a queue that nobody has set up yet
 * @fvq: queue
 * @fv: its device
 * @index: its place there
 * @size: size to offer
 */
void fake_queue_init(struct fake_queue *fvq, struct fake_virtio *fv,
		     unsigned int index, unsigned int size)
{
	fvq->fv = fv;
	fvq->index = index;
	fvq->size = size;
	spin_lock_init(&fvq->lock);
	INIT_LIST_HEAD(&fvq->held);
	INIT_WORK(&fvq->work, fake_queue_work);
	INIT_DELAYED_WORK(&fvq->late, fake_queue_late);
	fvq->irq = IRQ_WORK_INIT_HARD(fake_queue_irq);
}

/**
 * fake_queue_attach() - the driver has set the queue up
 * @fvq: queue
 * @vq: its side of it
 */
void fake_queue_attach(struct fake_queue *fvq, struct virtqueue *vq)
{
	unsigned long flags;

	spin_lock_irqsave(&fvq->lock, flags);
	vq->priv = fvq;
	vq->num_max = fvq->size;
	fvq->has_callback = vq->callback;
	fvq->vq = vq;
	fake_ring_attach(fvq);
	spin_unlock_irqrestore(&fvq->lock, flags);
}

/**
 * fake_queue_restart() - the ring starts anew, perhaps elsewhere
 * @fvq: queue, quiesced
 */
void fake_queue_restart(struct fake_queue *fvq)
{
	unsigned long flags;

	spin_lock_irqsave(&fvq->lock, flags);
	fake_ring_attach(fvq);
	spin_unlock_irqrestore(&fvq->lock, flags);
}

/**
 * fake_queue_detach() - the driver gives the queue up
 * @fvq: queue, quiesced
 *
 * Return: the driver's side of it, or NULL if there was none.
 */
struct virtqueue *fake_queue_detach(struct fake_queue *fvq)
{
	struct virtqueue *vq;
	unsigned long flags;

	spin_lock_irqsave(&fvq->lock, flags);
	vq = fvq->vq;
	fvq->vq = NULL;
	fvq->ring.num = 0;
	spin_unlock_irqrestore(&fvq->lock, flags);

	return vq;
}

/**
 * fake_queue_quiesce() - forget every request and touch the ring no more
 * @fvq: queue
 *
 * Context: Process. Waits for the queue's threads and interrupt.
 */
void fake_queue_quiesce(struct fake_queue *fvq)
{
	struct fake_chain *chain, *next;
	unsigned long flags;
	LIST_HEAD(held);

	/* With no ring to take from, a thread that is kicked now does nothing. */
	spin_lock_irqsave(&fvq->lock, flags);
	fvq->ring.num = 0;
	spin_unlock_irqrestore(&fvq->lock, flags);

	cancel_work_sync(&fvq->work);
	cancel_delayed_work_sync(&fvq->late);
	fake_queue_sync_irq(fvq);

	spin_lock_irqsave(&fvq->lock, flags);
	list_splice_init(&fvq->held, &held);
	spin_unlock_irqrestore(&fvq->lock, flags);

	list_for_each_entry_safe(chain, next, &held, entry)
		kfree(chain);
}

/**
 * fake_queue_sync_irq() - wait for the interrupt handler
 * @fvq: queue
 */
void fake_queue_sync_irq(struct fake_queue *fvq)
{
	irq_work_sync(&fvq->irq);
}

/**
 * fake_queue_busy() - is there something the device has yet to do?
 * @fvq: queue
 *
 * Return: true if a thread or the interrupt is on its way. Late requests do not
 * count.
 */
bool fake_queue_busy(struct fake_queue *fvq)
{
	return work_busy(&fvq->work) || irq_work_is_busy(&fvq->irq);
}
