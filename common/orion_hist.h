/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_HIST_H
#define _ORION_HIST_H

#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include "orion_stats.h"

struct dentry;

/* Bucket i of a histogram holds [2^i, 2^(i+1)) ns; the last one all above. */
#define ORION_HIST_BUCKETS	36

/**
 * struct orion_hist - a histogram of durations, in powers of two nanoseconds
 * @stats: one counter per bucket
 */
struct orion_hist {
	struct orion_stats stats;
};

int orion_hist_alloc(struct orion_hist *hist);
void orion_hist_free(struct orion_hist *hist);
u64 orion_hist_percentile(const struct orion_hist *hist, unsigned int percent);
void orion_hist_debugfs(struct orion_hist *hist, const char *name,
			struct dentry *dir);

/**
 * orion_hist_record() - file one duration
 * @hist: histogram
 * @ns: duration in nanoseconds
 *
 * Context: Any.
 */
static inline void orion_hist_record(struct orion_hist *hist, u64 ns)
{
	unsigned int bucket = ns ? ilog2(ns) : 0;

	orion_stats_inc(&hist->stats,
			min_t(unsigned int, bucket, ORION_HIST_BUCKETS - 1));
}

#endif
