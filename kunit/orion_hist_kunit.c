// SPDX-License-Identifier: GPL-2.0-only
/* Histograms of durations. */

#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/module.h>

#include "../common/orion_hist.c"

/* Which bucket a duration is filed in. */
static const struct oht_bucket {
	const char *name;
	u64 ns;
	unsigned int bucket;
} oht_buckets[] = {
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

KUNIT_ARRAY_PARAM_DESC(oht_bucket, oht_buckets, name);

static void oht_bucket(struct kunit *test)
{
	const struct oht_bucket *c = test->param_value;
	struct orion_hist hist;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, orion_hist_alloc(&hist));
	orion_hist_record(&hist, c->ns);
	for (i = 0; i < ORION_HIST_BUCKETS; i++)
		KUNIT_EXPECT_EQ(test, orion_stats_read(&hist.stats, i),
				i == c->bucket);
	orion_hist_free(&hist);
}

static void oht_percentile(struct kunit *test)
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

static void oht_shown(struct kunit *test)
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

static void oht_file(struct kunit *test)
{
	struct dentry *dir = debugfs_create_dir("orion_hist_kunit", NULL);
	struct orion_hist hist;

	KUNIT_ASSERT_EQ(test, 0, orion_hist_alloc(&hist));
	orion_hist_debugfs(&hist, "delays", dir);
	debugfs_lookup_and_remove("delays", dir);
	debugfs_remove(dir);
	orion_hist_free(&hist);
}

static struct kunit_case oht_cases[] = {
	KUNIT_CASE_PARAM(oht_bucket, oht_bucket_gen_params),
	KUNIT_CASE(oht_percentile),
	KUNIT_CASE(oht_shown),
	KUNIT_CASE(oht_file),
	{}
};

static struct kunit_suite oht_suite = {
	.name = "orion_hist",
	.test_cases = oht_cases,
};

kunit_test_suite(oht_suite);

MODULE_IMPORT_NS(ORION_COMMON_NS);
MODULE_DESCRIPTION("Orion: suite of the histograms");
MODULE_LICENSE("GPL");
