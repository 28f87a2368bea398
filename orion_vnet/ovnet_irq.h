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
 * @node: among the devices that hear of CPUs that come and go
 * @work: spreads again after one did
 * @lock: guards all below. Taken in process context, also under RTNL; the locks
 *	of interrupts are taken under it
 * @lines: owned; one for each queue
 * @cpus: CPUs that they were last spread over
 * @count: pairs that they were last spread over
 */
struct ovnet_irq {
	struct hlist_node node;
	struct work_struct work;
	struct mutex lock;
	struct ovnet_irq_line *lines __guarded_by(&lock);
	cpumask_var_t cpus __guarded_by(&lock);
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
