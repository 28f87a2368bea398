/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_IRQ_H
#define _OVNET_IRQ_H

#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

struct ovnet;
struct virtqueue;

/**
 * struct ovnet_irq_line - a queue's interrupt
 * @notify: how we hear of a change of its CPUs
 * @ovnet: device
 * @pair: queue pair that it is of
 * @foreign: somebody else than us said where it goes
 */
struct ovnet_irq_line {
	struct irq_affinity_notify notify;
	struct ovnet *ovnet;
	unsigned int pair;
	bool foreign;
};

/**
 * struct ovnet_irq - which CPUs the interrupts of the queues go to
 */
struct ovnet_irq {
	/** @node: Among the devices that hear of CPUs that come and go. */
	struct hlist_node node;
	/** @work: Spreads again after one did. */
	struct work_struct work;
	/**
	 * @lock: Guards all below.
	 *
	 * Taken in process context, also under RTNL; the kernel's locks of CPUs
	 * and of interrupts are taken under it.
	 */
	struct mutex lock;
	/** @lines: Owned; one for each queue. */
	struct ovnet_irq_line *lines __guarded_by(&lock);
	/** @cpus: CPUs that they were last spread over. */
	cpumask_var_t cpus __guarded_by(&lock);
	/** @count: Pairs that they were last spread over. */
	unsigned int count __guarded_by(&lock);
};

int ovnet_irq_register(void);
void ovnet_irq_unregister(void);
int ovnet_irq_init(struct ovnet *ovnet);
void ovnet_irq_fini(struct ovnet *ovnet);
void ovnet_irq_start(struct ovnet *ovnet);
void ovnet_irq_stop(struct ovnet *ovnet);
int ovnet_irq_number(const struct ovnet *ovnet, const struct virtqueue *vq);
void ovnet_irq_spread(struct ovnet *ovnet);

#endif
