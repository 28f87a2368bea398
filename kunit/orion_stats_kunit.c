// SPDX-License-Identifier: GPL-2.0-only
/* Counters. */

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

	KUNIT_ASSERT_EQ(test, 0, orion_stats_alloc(&stats, ost_names,
						   OST_COUNT));
	orion_stats_debugfs(&stats, "fruit", dir);
	debugfs_lookup_and_remove("fruit", dir);
	debugfs_remove(dir);
	orion_stats_free(&stats);
}

static struct kunit_case ost_cases[] = {
	KUNIT_CASE(ost_counts),
	KUNIT_CASE(ost_free_twice),
	KUNIT_CASE(ost_shown),
	KUNIT_CASE(ost_files),
	{}
};

static struct kunit_suite ost_suite = {
	.name = "orion_stats",
	.test_cases = ost_cases,
};

kunit_test_suite(ost_suite);

MODULE_DESCRIPTION("Orion: suite of the counters");
MODULE_LICENSE("GPL");
