/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_STATS_H
#define _ORION_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

struct dentry;

/**
 * struct orion_stats_cpu - one CPU's share of a set of counters
 * @syncp: makes 64-bit values whole on 32-bit machines
 * @value: the counters
 */
struct orion_stats_cpu {
	struct u64_stats_sync syncp;
	u64_stats_t value[];
};

/**
 * struct orion_stats - a set of named event counters
 * @cpu: owned; one struct orion_stats_cpu per CPU
 * @names: borrowed until orion_stats_free(); what debugfs calls the counters
 * @count: number of counters
 *
 * Written from any context without a lock; read as a sum over all CPUs.
 */
struct orion_stats {
	struct orion_stats_cpu __percpu *cpu;
	const char *const *names;
	unsigned int count;
};

int orion_stats_alloc(struct orion_stats *stats, const char *const *names,
		      unsigned int count);
void orion_stats_free(struct orion_stats *stats);
u64 orion_stats_read(const struct orion_stats *stats, unsigned int i);
void orion_stats_debugfs(struct orion_stats *stats, const char *name,
			 struct dentry *dir);

/**
 * orion_stats_add() - count
 * @stats: set of counters
 * @i: index of the counter, below the count given to orion_stats_alloc()
 * @n: how many
 *
 * Context: Any.
 */
static inline void orion_stats_add(struct orion_stats *stats, unsigned int i,
				   u64 n)
{
	struct orion_stats_cpu *cpu = get_cpu_ptr(stats->cpu);
	unsigned long flags;

	flags = u64_stats_update_begin_irqsave(&cpu->syncp);
	u64_stats_add(&cpu->value[i], n);
	u64_stats_update_end_irqrestore(&cpu->syncp, flags);
	put_cpu_ptr(stats->cpu);
}

/**
 * orion_stats_inc() - count one
 * @stats: set of counters
 * @i: index of the counter
 *
 * Context: Any.
 */
static inline void orion_stats_inc(struct orion_stats *stats, unsigned int i)
{
	orion_stats_add(stats, i, 1);
}

#endif
