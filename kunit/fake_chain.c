// SPDX-License-Identifier: GPL-2.0-only
/*
 * One request: its memory, and the ways to answer it. What the script wants
 * done to the answer is done here, so that a device model needs to know of
 * nothing but FAKE_FAULT_TYPE.
 */

#include <linux/export.h>
#include <linux/slab.h>

#include "fake_ring.h"
#include "fake_virtio.h"

/* Copies between @buf and those segments that the device may access so. */
static u32 fake_chain_copy(const struct fake_chain *chain, bool write,
			   u32 offset, void *buf, u32 len)
{
	unsigned int i;
	u32 done = 0;

	for (i = 0; i < chain->nseg && done < len; i++) {
		const struct fake_segment *seg = &chain->seg[i];
		u32 n;

		if (seg->write != write)
			continue;
		if (offset >= seg->len) {
			offset -= seg->len;
			continue;
		}

		n = min(len - done, seg->len - offset);
		if (write)
			memcpy(seg->va + offset, buf + done, n);
		else
			memcpy(buf + done, seg->va + offset, n);
		done += n;
		offset = 0;
	}

	return done;
}

/**
 * fake_chain_read() - read what the driver sent
 * @chain: request
 * @offset: where to start, counted over the readable segments
 * @dst: where to copy to
 * @len: how much
 *
 * Return: bytes copied, fewer than @len if there are no more.
 */
u32 fake_chain_read(const struct fake_chain *chain, u32 offset, void *dst,
		    u32 len)
{
	return fake_chain_copy(chain, false, offset, dst, len);
}
EXPORT_SYMBOL_GPL(fake_chain_read);

/**
 * fake_chain_write() - write into the driver's memory
 * @chain: request
 * @offset: where to start, counted over the writable segments
 * @src: what to copy
 * @len: how much
 *
 * Return: bytes copied, fewer than @len if there is no more room or the script
 * wants a short answer.
 */
u32 fake_chain_write(const struct fake_chain *chain, u32 offset,
		     const void *src, u32 len)
{
	if (chain->fault.kind == FAKE_FAULT_SHORT)
		len = clamp(chain->fault.value, offset, offset + len) - offset;

	return fake_chain_copy(chain, true, offset, (void *)src, len);
}
EXPORT_SYMBOL_GPL(fake_chain_write);

/**
 * fake_chain_serve() - let the device model have a request
 * @chain: request, on its queue's list of held ones
 *
 * For one that FAKE_FAULT_NEVER kept back, too: later than never.
 */
void fake_chain_serve(struct fake_chain *chain)
{
	const struct fake_virtio_ops *ops = chain->fvq->fv->ops;

	if (chain->fault.kind == FAKE_FAULT_NEVER ||
	    chain->fault.kind == FAKE_FAULT_LATE)
		chain->fault.kind = FAKE_FAULT_NONE;

	if (ops && ops->request)
		ops->request(chain);
}
EXPORT_SYMBOL_GPL(fake_chain_serve);

static void fake_chain_overwrite(struct fake_chain *chain, u32 len)
{
	unsigned int i;

	for (i = 0; i < chain->nseg && len; i++) {
		struct fake_segment *seg = &chain->seg[i];
		u32 n = min(len, seg->len);

		if (!seg->write)
			continue;
		memset(seg->va, chain->fault.value, n);
		len -= n;
	}
}

static void fake_chain_return_locked(struct fake_chain *chain, u32 len)
{
	struct fake_queue *fvq = chain->fvq;
	u32 value = chain->fault.value;
	u32 id = chain->id;

	lockdep_assert_held(&fvq->lock);

	switch (chain->fault.kind) {
	case FAKE_FAULT_SHORT:
		len = min(len, value);
		break;
	case FAKE_FAULT_LENGTH:
		len = value;
		break;
	case FAKE_FAULT_GARBAGE:
		fake_chain_overwrite(chain, len);
		break;
	case FAKE_FAULT_BAD_ID:
		id = value;
		break;
	case FAKE_FAULT_TWICE:
		fake_ring_put(fvq, id, chain->ndesc, len);
		break;
	default:
		break;
	}

	fake_ring_put(fvq, id, chain->ndesc, len);
}

/**
 * fake_chain_answer_all() - give several requests back, visible all at once
 * @chains: requests of one queue, freed
 * @lens: bytes that were written into each
 * @count: how many; at least one
 *
 * Raises the interrupt if the driver wants one.
 */
void fake_chain_answer_all(struct fake_chain **chains, const u32 *lens,
			   unsigned int count)
{
	struct fake_queue *fvq = chains[0]->fvq;
	bool lost = false, signal = false;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&fvq->lock, flags);
	for (i = 0; i < count; i++) {
		list_del(&chains[i]->entry);
		lost |= chains[i]->fault.kind == FAKE_FAULT_LOST_IRQ;
		if (fvq->vq)
			fake_chain_return_locked(chains[i], lens[i]);
	}
	if (fvq->vq && !READ_ONCE(fvq->fv->dead)) {
		fake_ring_publish(fvq);
		signal = fake_ring_signal(fvq);
	}
	spin_unlock_irqrestore(&fvq->lock, flags);

	if (!signal)
		fvq->quiet++;
	else if (!lost)
		fake_queue_raise(fvq);

	for (i = 0; i < count; i++)
		kfree(chains[i]);
}
EXPORT_SYMBOL_GPL(fake_chain_answer_all);

/**
 * fake_chain_answer() - give a request back to the driver
 * @chain: request, freed
 * @len: bytes that were written into it
 *
 * Raises the interrupt if the driver wants one.
 */
void fake_chain_answer(struct fake_chain *chain, u32 len)
{
	fake_chain_answer_all(&chain, &len, 1);
}
EXPORT_SYMBOL_GPL(fake_chain_answer);

/**
 * fake_chain_drop() - forget a request, which the driver never gets back
 * @chain: request, freed
 */
void fake_chain_drop(struct fake_chain *chain)
{
	struct fake_queue *fvq = chain->fvq;
	unsigned long flags;

	spin_lock_irqsave(&fvq->lock, flags);
	list_del(&chain->entry);
	spin_unlock_irqrestore(&fvq->lock, flags);

	kfree(chain);
}
EXPORT_SYMBOL_GPL(fake_chain_drop);
