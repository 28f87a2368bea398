// SPDX-License-Identifier: GPL-2.0-only
/* The script: which requests go wrong, and how. */

#include <linux/export.h>
#include <linux/slab.h>

#include "fake_queue.h"
#include "fake_virtio.h"

/* A line of the script, and what became of it. */
struct fake_fault_line {
	struct list_head entry;
	struct fake_fault fault;
	unsigned int seen;
	unsigned int hits;
};

/**
 * fake_fault_add() - add a line to the script
 * @fv: device
 * @fault: what goes wrong, copied. Where several lines match a request and have
 *	not run out, the one that was added first has it
 *
 * Return: 0 or -ENOMEM.
 */
int fake_fault_add(struct fake_virtio *fv, const struct fake_fault *fault)
{
	struct fake_fault_line *line;
	unsigned long flags;

	line = kzalloc(sizeof(*line), GFP_KERNEL);
	if (!line)
		return -ENOMEM;

	line->fault = *fault;
	spin_lock_irqsave(&fv->fault_lock, flags);
	list_add_tail(&line->entry, &fv->faults);
	spin_unlock_irqrestore(&fv->fault_lock, flags);

	return 0;
}
EXPORT_SYMBOL_GPL(fake_fault_add);

/**
 * fake_fault_clear() - all goes right from now on
 * @fv: device
 */
void fake_fault_clear(struct fake_virtio *fv)
{
	struct fake_fault_line *line, *next;
	unsigned long flags;
	LIST_HEAD(faults);

	spin_lock_irqsave(&fv->fault_lock, flags);
	list_splice_init(&fv->faults, &faults);
	spin_unlock_irqrestore(&fv->fault_lock, flags);

	list_for_each_entry_safe(line, next, &faults, entry)
		kfree(line);
}
EXPORT_SYMBOL_GPL(fake_fault_clear);

/**
 * fake_fault_hits() - how often the script had its way
 * @fv: device
 *
 * Return: number of requests that went wrong, over all lines there are. A test
 * that expects 0 of nothing proves nothing: check this.
 */
unsigned int fake_fault_hits(struct fake_virtio *fv)
{
	struct fake_fault_line *line;
	unsigned int hits = 0;
	unsigned long flags;

	spin_lock_irqsave(&fv->fault_lock, flags);
	list_for_each_entry(line, &fv->faults, entry)
		hits += line->hits;
	spin_unlock_irqrestore(&fv->fault_lock, flags);

	return hits;
}
EXPORT_SYMBOL_GPL(fake_fault_hits);

static bool fake_fault_applies(struct fake_fault_line *line,
			       unsigned int queue, u32 key)
{
	const struct fake_fault *fault = &line->fault;

	if (fault->queue != FAKE_FAULT_ALL_QUEUES && fault->queue != queue)
		return false;
	if (fault->key != FAKE_FAULT_ALL_KEYS && fault->key != key)
		return false;
	if (line->seen++ < fault->skip)
		return false;

	return fault->count == FAKE_FAULT_FOREVER || line->hits < fault->count;
}

/**
 * fake_fault_match() - ask the script about a request
 * @chain: request, whose @fault is set
 */
void fake_fault_match(struct fake_chain *chain)
{
	struct fake_virtio *fv = chain->fvq->fv;
	struct fake_fault_line *line;
	unsigned long flags;
	u32 key = 0;

	if (fv->ops && fv->ops->key)
		key = fv->ops->key(chain);

	spin_lock_irqsave(&fv->fault_lock, flags);
	list_for_each_entry(line, &fv->faults, entry) {
		if (!fake_fault_applies(line, chain->fvq->index, key))
			continue;
		line->hits++;
		chain->fault = line->fault;
		break;
	}
	spin_unlock_irqrestore(&fv->fault_lock, flags);
}
