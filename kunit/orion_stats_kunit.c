// SPDX-License-Identifier: GPL-2.0-only
/* Counters and histograms. */

#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/module.h>

#include "../common/orion_stats.c"

enum { OST_APPLES, OST_PEARS, OST_NUTS, OST_COUNT };

static const char *const ost_names[OST_COUNT] = {
	[OST_APPLES] = "apples",
	[OST_PEARS] = "pears",
	[OST_NUTS] = "nuts",
};

static void ost_counts(struct kunit *test)
{
	u64 many = (u64)U32_MAX + 7;
	struct orion_stats stats;

	/* local_add() takes no constant of that size. */
	OPTIMIZER_HIDE_VAR(many);
	KUNIT_ASSERT_EQ(test, 0, orion_stats_alloc(&stats, ost_names,
						   OST_COUNT));
	KUNIT_EXPECT_EQ(test, orion_stats_read(&stats, OST_APPLES), 0);

	orion_stats_inc(&stats, OST_APPLES);
	orion_stats_inc(&stats, OST_APPLES);
	orion_stats_add(&stats, OST_NUTS, many);
	KUNIT_EXPECT_EQ(test, orion_stats_read(&stats, OST_APPLES), 2);
	KUNIT_EXPECT_EQ(test, orion_stats_read(&stats, OST_PEARS), 0);
	KUNIT_EXPECT_EQ(test, orion_stats_read(&stats, OST_NUTS), many);
	orion_stats_free(&stats);
}

static void ost_free_twice(struct kunit *test)
{
	struct orion_stats stats = {};

	orion_stats_free(&stats);
	KUNIT_ASSERT_EQ(test, 0, orion_stats_alloc(&stats, NULL, 1));
	orion_stats_free(&stats);
	orion_stats_free(&stats);
	KUNIT_EXPECT_NULL(test, stats.cpu);
}

static void ost_shown(struct kunit *test)
{
	struct orion_stats stats;
	struct seq_file seq = { .private = &stats };

	KUNIT_ASSERT_EQ(test, 0, orion_stats_alloc(&stats, ost_names,
						   OST_COUNT));
	orion_stats_add(&stats, OST_PEARS, 12);
	seq.size = 64;
	seq.buf = kunit_kzalloc(test, seq.size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, seq.buf);
	KUNIT_EXPECT_EQ(test, 0, orion_stats_show(&seq, NULL));
	KUNIT_EXPECT_STREQ(test, seq.buf, "apples 0\npears 12\nnuts 0\n");
	orion_stats_free(&stats);
}

static void ost_files(struct kunit *test)
{
	struct dentry *dir = debugfs_create_dir("orion_stats_kunit", NULL);
	struct orion_stats stats;
	struct orion_hist hist;

	KUNIT_ASSERT_EQ(test, 0, orion_stats_alloc(&stats, ost_names,
						   OST_COUNT));
	KUNIT_ASSERT_EQ(test, 0, orion_hist_alloc(&hist));
	orion_stats_debugfs(&stats, "fruit", dir);
	orion_hist_debugfs(&hist, "delays", dir);
	debugfs_lookup_and_remove("fruit", dir);
	debugfs_lookup_and_remove("delays", dir);
	debugfs_remove(dir);
	orion_hist_free(&hist);
	orion_stats_free(&stats);
}

/* Which bucket a duration is filed in. */
static const struct ost_bucket {
	const char *name;
	u64 ns;
	unsigned int bucket;
} ost_buckets[] = {
	{ "nothing", 0, 0 },
	{ "one", 1, 0 },
	{ "two", 2, 1 },
	{ "three", 3, 1 },
	{ "just below a power", 1023, 9 },
	{ "a power", 1024, 10 },
	{ "a second", NSEC_PER_SEC, 29 },
	{ "last of the last but one", (1ULL << 35) - 1, 34 },
	{ "first of the last", 1ULL << 35, 35 },
	{ "for ever", U64_MAX, 35 },
};

KUNIT_ARRAY_PARAM_DESC(ost_bucket, ost_buckets, name);

static void ost_hist_bucket(struct kunit *test)
{
	const struct ost_bucket *c = test->param_value;
	struct orion_hist hist;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, orion_hist_alloc(&hist));
	orion_hist_record(&hist, c->ns);
	for (i = 0; i < ORION_HIST_BUCKETS; i++)
		KUNIT_EXPECT_EQ(test, orion_stats_read(&hist.stats, i),
				i == c->bucket);
	orion_hist_free(&hist);
}

static void ost_hist_percentile(struct kunit *test)
{
	struct orion_hist hist;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, orion_hist_alloc(&hist));
	KUNIT_EXPECT_EQ(test, orion_hist_percentile(&hist, 50), 0);

	/* 90 of 100 below 2048 ns, 9 below 2^21, one beyond the last bound. */
	for (i = 0; i < 90; i++)
		orion_hist_record(&hist, 1500);
	for (i = 0; i < 9; i++)
		orion_hist_record(&hist, 1500000);
	orion_hist_record(&hist, U64_MAX);

	KUNIT_EXPECT_EQ(test, orion_hist_percentile(&hist, 1), 2048);
	KUNIT_EXPECT_EQ(test, orion_hist_percentile(&hist, 90), 2048);
	KUNIT_EXPECT_EQ(test, orion_hist_percentile(&hist, 91), 1 << 21);
	KUNIT_EXPECT_EQ(test, orion_hist_percentile(&hist, 99), 1 << 21);
	KUNIT_EXPECT_EQ(test, orion_hist_percentile(&hist, 100), U64_MAX);
	orion_hist_free(&hist);
}

static void ost_hist_shown(struct kunit *test)
{
	struct orion_hist hist;
	struct seq_file seq = { .private = &hist };

	KUNIT_ASSERT_EQ(test, 0, orion_hist_alloc(&hist));
	seq.size = 64;
	seq.buf = kunit_kzalloc(test, seq.size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, seq.buf);
	orion_hist_record(&hist, 0);
	orion_hist_record(&hist, 5);
	orion_hist_record(&hist, 6);
	KUNIT_EXPECT_EQ(test, 0, orion_hist_show(&seq, NULL));
	KUNIT_EXPECT_STREQ(test, seq.buf, "0 1\n4 2\n");
	orion_hist_free(&hist);
}

static struct kunit_case ost_cases[] = {
	KUNIT_CASE(ost_counts),
	KUNIT_CASE(ost_free_twice),
	KUNIT_CASE(ost_shown),
	KUNIT_CASE(ost_files),
	KUNIT_CASE_PARAM(ost_hist_bucket, ost_bucket_gen_params),
	KUNIT_CASE(ost_hist_percentile),
	KUNIT_CASE(ost_hist_shown),
	{}
};

static struct kunit_suite ost_suite = {
	.name = "orion_stats",
	.test_cases = ost_cases,
};

kunit_test_suite(ost_suite);

MODULE_DESCRIPTION("Orion: suite of the counters and histograms");
MODULE_LICENSE("GPL");
