// SPDX-License-Identifier: GPL-2.0-only
/* Per-CPU counters, and how debugfs shows them. */

#include <linux/debugfs.h>
#include <linux/export.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "orion_namespace.h"
#include "orion_stats.h"

/**
 * orion_stats_alloc() - make a set of counters, all 0
 * @stats: set to fill
 * @names: @count names, borrowed until orion_stats_free(); NULL if debugfs is
 *	not to show them by name
 * @count: number of counters
 *
 * Context: Process. May sleep.
 * Return: 0 or -ENOMEM.
 */
int orion_stats_alloc(struct orion_stats *stats, const char *const *names,
		      unsigned int count)
{
	int cpu;

	stats->cpu = __alloc_percpu(struct_size_t(struct orion_stats_cpu,
						  value, count),
				    __alignof__(struct orion_stats_cpu));
	if (!stats->cpu)
		return -ENOMEM;

	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats->cpu, cpu)->syncp);

	stats->names = names;
	stats->count = count;
	return 0;
}
EXPORT_SYMBOL_NS_GPL(orion_stats_alloc, ORION_COMMON_NS);

/**
 * orion_stats_free() - give the counters back
 * @stats: set; nobody counts in it any more. One never allocated is fine.
 */
void orion_stats_free(struct orion_stats *stats)
{
	free_percpu(stats->cpu);
	stats->cpu = NULL;
}
EXPORT_SYMBOL_NS_GPL(orion_stats_free, ORION_COMMON_NS);

static u64 orion_stats_read_cpu(const struct orion_stats_cpu *cpu,
				unsigned int i)
{
	unsigned int start;
	u64 value;

	do {
		start = u64_stats_fetch_begin(&cpu->syncp);
		value = u64_stats_read(&cpu->value[i]);
	} while (u64_stats_fetch_retry(&cpu->syncp, start));

	return value;
}

/**
 * orion_stats_read() - one counter's sum over all CPUs
 * @stats: set of counters
 * @i: index of the counter
 *
 * Context: Any.
 * Return: the sum; it may miss what is counted while it is taken.
 */
u64 orion_stats_read(const struct orion_stats *stats, unsigned int i)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += orion_stats_read_cpu(per_cpu_ptr(stats->cpu, cpu), i);

	return sum;
}
EXPORT_SYMBOL_NS_GPL(orion_stats_read, ORION_COMMON_NS);

static int orion_stats_show(struct seq_file *m, void *unused)
{
	const struct orion_stats *stats = m->private;
	unsigned int i;

	for (i = 0; i < stats->count; i++)
		seq_printf(m, "%s %llu\n", stats->names[i],
			   orion_stats_read(stats, i));

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(orion_stats);

/**
 * orion_stats_debugfs() - show the counters in a file, a line each
 * @stats: set with names; outlives the file
 * @name: file name
 * @dir: debugfs folder; whoever made it removes it and the file with it
 */
void orion_stats_debugfs(struct orion_stats *stats, const char *name,
			 struct dentry *dir)
{
	debugfs_create_file(name, 0444, dir, stats, &orion_stats_fops);
}
EXPORT_SYMBOL_NS_GPL(orion_stats_debugfs, ORION_COMMON_NS);
