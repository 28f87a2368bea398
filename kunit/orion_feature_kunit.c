// SPDX-License-Identifier: GPL-2.0-only
/* Features that need features. */

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "fake_driver.h"

#include "../common/orion_feature.c"

#define OFT_ROWS	4

/*
 * What is left of @offered. Bits 0 to 5 stand for features; a row without
 * any_of is the end.
 */
static const struct oft_case {
	const char *name;
	u64 offered;
	struct orion_feature_need needs[OFT_ROWS];
	u64 left;
	unsigned int given_up;
} oft_cases[] = {
	{ "no table", 0x3f, {}, 0x3f, 0 },
	{ "need is there", 0x03, { { 1, BIT(0) } }, 0x03, 0 },
	{ "need is missing", 0x02, { { 1, BIT(0) } }, 0x00, 1 },
	{ "not offered anyway", 0x00, { { 1, BIT(0) } }, 0x00, 0 },
	{ "one of two is enough", 0x0a, { { 1, BIT(0) | BIT(3) } }, 0x0a, 0 },
	{ "neither of two", 0x12, { { 1, BIT(0) | BIT(3) } }, 0x10, 1 },
	{ "two rows are an and", 0x0a, { { 1, BIT(0) }, { 1, BIT(3) } }, 0x08,
	  1 },
	{ "chain in order", 0x0e, { { 1, BIT(0) }, { 2, BIT(1) },
				    { 3, BIT(2) } }, 0x00, 3 },
	{ "chain in the wrong order", 0x0e, { { 3, BIT(2) }, { 2, BIT(1) },
					      { 1, BIT(0) } }, 0x00, 3 },
	{ "each needs the other", 0x06, { { 1, BIT(2) }, { 2, BIT(1) } }, 0x06,
	  0 },
	{ "other way round it falls", 0x2a, { { 1, BIT(5) }, { 3, BIT(4) },
					      { 5, BIT(3) } }, 0x00, 3 },
	{ "need above 31", 0x02, { { 1, BIT_ULL(VIRTIO_F_VERSION_1) } }, 0x02,
	  0 },
	{ "bit that cannot be", 0x02, { { 200, BIT(0) } }, 0x02, 0 },
};

KUNIT_ARRAY_PARAM_DESC(oft, oft_cases, name);

struct oft {
	const struct oft_case *c;
	struct fake_driver driver;
	unsigned int given_up;
};

static int oft_validate(struct fake_driver *driver)
{
	struct oft *oft = driver->priv;
	unsigned int rows = 0;

	while (rows < OFT_ROWS && oft->c->needs[rows].any_of)
		rows++;

	oft->given_up = orion_feature_resolve(driver->vdev, oft->c->needs,
					      rows);
	return 0;
}

static struct fake_virtio *oft_plug(struct kunit *test, struct oft *oft,
				    u64 offered)
{
	struct fake_virtio *fv;

	fv = fake_virtio_alloc(&(struct fake_virtio_param) {
		.device_id = FAKE_DRIVER_ID,
		.features = offered | BIT_ULL(VIRTIO_F_VERSION_1),
	});
	KUNIT_ASSERT_NOT_NULL(test, fv);
	KUNIT_EXPECT_EQ(test, 0, fake_driver_plug(&oft->driver, fv));
	return fv;
}

static void oft_resolve(struct kunit *test)
{
	struct oft oft = { .c = test->param_value };
	struct fake_virtio *fv;

	oft.driver.validate = oft_validate;
	oft.driver.priv = &oft;
	fv = oft_plug(test, &oft, oft.c->offered);
	KUNIT_EXPECT_EQ(test, oft.given_up, oft.c->given_up);
	KUNIT_EXPECT_EQ(test, fv->vdev->features & 0x3f, oft.c->left);
	fake_virtio_free(fv);
}

static void oft_has(struct kunit *test)
{
	struct oft oft = {};
	struct fake_virtio *fv = oft_plug(test, &oft, BIT(5));

	KUNIT_EXPECT_TRUE(test, orion_feature_has(fv->vdev, 5));
	KUNIT_EXPECT_FALSE(test, orion_feature_has(fv->vdev, 6));
	KUNIT_EXPECT_TRUE(test, orion_feature_has(fv->vdev,
						  VIRTIO_F_VERSION_1));
	KUNIT_EXPECT_FALSE(test, orion_feature_has(fv->vdev, 64));
	KUNIT_EXPECT_FALSE(test, orion_feature_has(fv->vdev, UINT_MAX));
	fake_virtio_free(fv);
}

/* Names without end do not run over the line. */
static void oft_log(struct kunit *test)
{
	static const struct orion_feature_name names[] = {
		{ 1, "FIRST" }, { 2, "SECOND" }, { 900, "NEVER" },
	};
	struct orion_feature_name *many;
	struct oft oft = {};
	struct fake_virtio *fv;
	unsigned int i;

	many = kunit_kcalloc(test, 300, sizeof(*many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many);
	for (i = 0; i < 300; i++)
		many[i] = (struct orion_feature_name) { 1, "LONG_NAME" };

	fv = oft_plug(test, &oft, BIT(1));
	orion_feature_log(fv->vdev, names, ARRAY_SIZE(names));
	orion_feature_log(fv->vdev, names, 0);
	orion_feature_log(fv->vdev, many, 300);
	fake_virtio_free(fv);
}

static struct kunit_case oft_suite_cases[] = {
	KUNIT_CASE(oft_has),
	KUNIT_CASE_PARAM(oft_resolve, oft_gen_params),
	KUNIT_CASE(oft_log),
	{}
};

static struct kunit_suite oft_suite = {
	.name = "orion_feature",
	.test_cases = oft_suite_cases,
};

kunit_test_suite(oft_suite);

MODULE_DESCRIPTION("Orion: suite of the feature tables");
MODULE_LICENSE("GPL");
