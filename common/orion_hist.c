// SPDX-License-Identifier: GPL-2.0-only
/* Histograms of durations: a set of counters, one per power of two. */

#include <linux/debugfs.h>
#include <linux/export.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "orion_hist.h"
#include "orion_namespace.h"

/**
 * orion_hist_alloc() - make an empty histogram
 * @hist: histogram to fill
 *
 * Context: Process. May sleep.
 * Return: 0 or -ENOMEM.
 */
int orion_hist_alloc(struct orion_hist *hist)
{
	return orion_stats_alloc(&hist->stats, NULL, ORION_HIST_BUCKETS);
}
EXPORT_SYMBOL_NS_GPL(orion_hist_alloc, ORION_COMMON_NS);

/**
 * orion_hist_free() - give a histogram back
 * @hist: histogram; one never allocated is fine
 */
void orion_hist_free(struct orion_hist *hist)
{
	orion_stats_free(&hist->stats);
}
EXPORT_SYMBOL_NS_GPL(orion_hist_free, ORION_COMMON_NS);

static u64 orion_hist_total(const struct orion_hist *hist)
{
	unsigned int i;
	u64 total = 0;

	for (i = 0; i < ORION_HIST_BUCKETS; i++)
		total += orion_stats_read(&hist->stats, i);

	return total;
}

/**
 * orion_hist_percentile() - the duration below which so many per cent lie
 * @hist: histogram
 * @percent: 1 to 100
 *
 * Return: an upper bound in nanoseconds, a power of two; 0 if the histogram is
 * empty, U64_MAX if the answer lies in the open last bucket.
 */
u64 orion_hist_percentile(const struct orion_hist *hist, unsigned int percent)
{
	u64 wanted = DIV_ROUND_UP_ULL(orion_hist_total(hist) * percent, 100);
	unsigned int i;
	u64 seen = 0;

	if (!wanted)
		return 0;

	for (i = 0; i < ORION_HIST_BUCKETS - 1; i++) {
		seen += orion_stats_read(&hist->stats, i);
		if (seen >= wanted)
			return BIT_ULL(i + 1);
	}

	return U64_MAX;
}
EXPORT_SYMBOL_NS_GPL(orion_hist_percentile, ORION_COMMON_NS);

static int orion_hist_show(struct seq_file *m, void *unused)
{
	const struct orion_hist *hist = m->private;
	unsigned int i;
	u64 n;

	for (i = 0; i < ORION_HIST_BUCKETS; i++) {
		n = orion_stats_read(&hist->stats, i);
		if (n)
			seq_printf(m, "%llu %llu\n", i ? BIT_ULL(i) : 0, n);
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(orion_hist);

/**
 * orion_hist_debugfs() - show the filled buckets: lower bound in ns, count
 * @hist: histogram; outlives the file
 * @name: file name
 * @dir: debugfs folder; whoever made it removes it and the file with it
 */
void orion_hist_debugfs(struct orion_hist *hist, const char *name,
			struct dentry *dir)
{
	debugfs_create_file(name, 0444, dir, hist, &orion_hist_fops);
}
EXPORT_SYMBOL_NS_GPL(orion_hist_debugfs, ORION_COMMON_NS);
