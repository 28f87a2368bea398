// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of the queues, and the CPUs that they go to.
 *
 * They are spread over the CPUs that are not isolated, and packets from a CPU go
 * into the queue whose interrupt it gets. This is done again when the number of
 * queues or of CPUs changes, but not to an interrupt that somebody has sent
 * elsewhere in the meantime: what is in /proc/irq is the user's word. Who sends it
 * to all CPUs leaves it to us again.
 */

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/sched/isolation.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>

#include "ovnet.h"
#include "ovnet_irq.h"

/* The state that our callbacks were given. */
static int ovnet_irq_state;

/* Not here: the change is not over, and RTNL is taken outside CPU hotplug. */
static int ovnet_irq_cpu_changed(unsigned int cpu, struct hlist_node *node)
{
	struct ovnet *ovnet = hlist_entry(node, struct ovnet, irq.node);

	schedule_work(&ovnet->irq.work);
	return 0;
}

/**
 * ovnet_irq_register() - hear of CPUs that come and go
 *
 * Return: 0 or a negative errno.
 */
int ovnet_irq_register(void)
{
	int state;

	state = cpuhp_setup_state_multi(CPUHP_AP_ONLINE_DYN,
					KBUILD_MODNAME ":online",
					ovnet_irq_cpu_changed,
					ovnet_irq_cpu_changed);
	if (state < 0)
		return state;

	ovnet_irq_state = state;
	return 0;
}

/**
 * ovnet_irq_unregister() - undo ovnet_irq_register()
 */
void ovnet_irq_unregister(void)
{
	cpuhp_remove_multi_state(ovnet_irq_state);
}

/*
 * The virtio core gives vectors in the order of the queues, behind one for
 * configuration changes, or, if there are too few, one to all queues.
 */
static bool ovnet_irq_shared(const struct ovnet *ovnet)
{
	struct device *parent = ovnet->vdev->dev.parent;

	return dev_is_pci(parent) &&
	       pci_irq_vector(to_pci_dev(parent), 2 * ovnet->pairs_max) < 0;
}

/**
 * ovnet_irq_number() - number of a queue's own interrupt
 * @ovnet: device with rings
 * @vq: ring of a receive or transmit queue
 *
 * Return: the number, or a negative errno if it has none or cannot be known.
 */
int ovnet_irq_number(const struct ovnet *ovnet, const struct virtqueue *vq)
{
	struct device *parent = ovnet->vdev->dev.parent;

	if (!dev_is_pci(parent) || ovnet_irq_shared(ovnet))
		return -ENXIO;

	return pci_irq_vector(to_pci_dev(parent), vq->index + 1);
}

/* Every count-th CPU of @cpus, beginning with the i-th, wrapping around. */
static void ovnet_irq_share(struct cpumask *mask, const struct cpumask *cpus,
			    unsigned int i, unsigned int count)
{
	unsigned int weight = cpumask_weight(cpus);
	unsigned int cpu, k = 0;

	cpumask_clear(mask);
	for_each_cpu(cpu, cpus) {
		if (k % count == i % count % weight)
			cpumask_set_cpu(cpu, mask);
		k++;
	}
}

/* Somebody has changed the CPUs of an interrupt, perhaps us. */
static void ovnet_irq_moved(struct irq_affinity_notify *notify,
			    const cpumask_t *now)
{
	struct ovnet_irq_line *line = container_of(notify, struct ovnet_irq_line,
						   notify);
	struct ovnet_irq *irq = &line->ovnet->irq;
	cpumask_var_t ours;

	if (!alloc_cpumask_var(&ours, GFP_KERNEL))
		return;

	mutex_lock(&irq->lock);
	ovnet_irq_share(ours, irq->cpus, line->pair, irq->count);
	/* All CPUs are what the kernel gives it when its own are gone. */
	line->foreign = !cpumask_equal(now, ours) &&
			!cpumask_equal(now, cpu_online_mask);
	mutex_unlock(&irq->lock);
	free_cpumask_var(ours);
}

/* The line is part of what the device's owner frees later. */
static void ovnet_irq_release(struct kref *ref)
{
}

static void ovnet_irq_listen(struct ovnet *ovnet, struct ovnet_irq_line *line,
			     const struct virtqueue *vq)
{
	int irq = ovnet_irq_number(ovnet, vq);

	if (irq < 0)
		return;

	line->notify.notify = ovnet_irq_moved;
	line->notify.release = ovnet_irq_release;
	irq_set_affinity_notifier(irq, &line->notify);
}

static void ovnet_irq_ignore(struct ovnet *ovnet, const struct virtqueue *vq)
{
	int irq = ovnet_irq_number(ovnet, vq);

	if (irq >= 0)
		irq_set_affinity_notifier(irq, NULL);
}

static void ovnet_irq_set(const struct ovnet_irq_line *line,
			  struct virtqueue *vq, const struct cpumask *mask)
{
	if (!line->foreign && !ovnet_irq_shared(line->ovnet))
		virtqueue_set_affinity(vq, mask);
}

static void ovnet_irq_find_cpus(struct cpumask *cpus)
{
	/* Waits for a change that is going on. */
	cpus_read_lock();
	cpumask_and(cpus, cpu_online_mask, housekeeping_cpumask(HK_TYPE_DOMAIN));
	if (cpumask_empty(cpus))
		cpumask_copy(cpus, cpu_online_mask);
	cpus_read_unlock();
}

/**
 * ovnet_irq_spread() - give each active pair CPUs of its own
 * @ovnet: device with rings
 *
 * Pairs that are not in use share those of the others, so that what was said of
 * their interrupts is known when they are used again.
 *
 * Context: Process, under RTNL.
 */
void ovnet_irq_spread(struct ovnet *ovnet)
{
	struct ovnet_irq *irq = &ovnet->irq;
	cpumask_var_t cpus, mask;
	unsigned int i;

	if (!alloc_cpumask_var(&cpus, GFP_KERNEL))
		return;
	if (!alloc_cpumask_var(&mask, GFP_KERNEL))
		goto out_free;
	ovnet_irq_find_cpus(cpus);

	mutex_lock(&irq->lock);
	/* First, because this is what ovnet_irq_moved() compares with. */
	cpumask_copy(irq->cpus, cpus);
	irq->count = ovnet->pairs_active;
	for (i = 0; i < ovnet->pairs_max; i++) {
		struct ovnet_irq_line *lines = &irq->lines[2 * i];

		ovnet_irq_share(mask, cpus, i, irq->count);
		ovnet_irq_set(&lines[0], ovnet->pairs[i].rxq.vq, mask);
		ovnet_irq_set(&lines[1], ovnet->pairs[i].txq.vq, mask);
		if (i < irq->count)
			netif_set_xps_queue(ovnet->dev, mask, i);
	}
	mutex_unlock(&irq->lock);

	free_cpumask_var(mask);
out_free:
	free_cpumask_var(cpus);
}

static void ovnet_irq_work(struct work_struct *work)
{
	struct ovnet *ovnet = container_of(work, struct ovnet, irq.work);

	rtnl_lock();
	ovnet_irq_spread(ovnet);
	rtnl_unlock();
}

/**
 * ovnet_irq_init() - prepare, without touching an interrupt
 * @ovnet: device whose number of pairs is known
 *
 * Return: 0 or -ENOMEM.
 */
int ovnet_irq_init(struct ovnet *ovnet)
{
	struct ovnet_irq *irq = &ovnet->irq;
	unsigned int i;

	irq->lines = kvcalloc(2 * ovnet->pairs_max, sizeof(*irq->lines),
			      GFP_KERNEL);
	if (!irq->lines)
		return -ENOMEM;
	if (!zalloc_cpumask_var(&irq->cpus, GFP_KERNEL)) {
		kvfree(irq->lines);
		return -ENOMEM;
	}

	for (i = 0; i < 2 * ovnet->pairs_max; i++) {
		irq->lines[i].ovnet = ovnet;
		irq->lines[i].pair = i / 2;
	}
	INIT_WORK(&irq->work, ovnet_irq_work);
	INIT_HLIST_NODE(&irq->node);
	mutex_init(&irq->lock);
	return 0;
}

/**
 * ovnet_irq_fini() - undo ovnet_irq_init()
 * @ovnet: device
 */
void ovnet_irq_fini(struct ovnet *ovnet)
{
	free_cpumask_var(ovnet->irq.cpus);
	kvfree(ovnet->irq.lines);
}

/**
 * ovnet_irq_start() - spread interrupts, now and whenever CPUs come and go
 * @ovnet: registered device with rings
 */
void ovnet_irq_start(struct ovnet *ovnet)
{
	struct ovnet_irq *irq = &ovnet->irq;
	unsigned int i;

	ovnet_irq_work(&irq->work);
	for (i = 0; i < ovnet->pairs_max; i++) {
		ovnet_irq_listen(ovnet, &irq->lines[2 * i],
				 ovnet->pairs[i].rxq.vq);
		ovnet_irq_listen(ovnet, &irq->lines[2 * i + 1],
				 ovnet->pairs[i].txq.vq);
	}
	/* Nothing is called for CPUs that are there, so this cannot fail. */
	cpuhp_state_add_instance_nocalls(ovnet_irq_state, &irq->node);
}

/**
 * ovnet_irq_stop() - undo ovnet_irq_start()
 * @ovnet: device with rings
 *
 * Context: Process, without RTNL, which a pending spread takes.
 */
void ovnet_irq_stop(struct ovnet *ovnet)
{
	unsigned int i;

	cpuhp_state_remove_instance_nocalls(ovnet_irq_state, &ovnet->irq.node);
	cancel_work_sync(&ovnet->irq.work);
	for (i = 0; i < ovnet->pairs_max; i++) {
		ovnet_irq_ignore(ovnet, ovnet->pairs[i].rxq.vq);
		ovnet_irq_ignore(ovnet, ovnet->pairs[i].txq.vq);
	}
}
