// SPDX-License-Identifier: GPL-2.0-only
/* Configuration changes: told in process context, coalesced, never lost. */

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/module.h>

#include "fake_driver.h"
#include "orion_config.h"
#include "orion_namespace.h"

struct ocf {
	struct fake_virtio *fv;
	struct fake_driver driver;
	struct orion_config config;
	unsigned int runs;
	u8 seen;
	bool interrupt;
	bool slow;
	struct completion entered;
	struct completion leave;
};

static void ocf_changed(struct orion_config *config)
{
	struct ocf *ocf = container_of(config, struct ocf, config);

	ocf->runs++;
	ocf->interrupt |= !in_task();
	if (ocf->slow) {
		complete(&ocf->entered);
		wait_for_completion(&ocf->leave);
	}
	virtio_cread_bytes(ocf->driver.vdev, 0, &ocf->seen, 1);
}

static void ocf_config_changed(struct fake_driver *driver)
{
	struct ocf *ocf = driver->priv;

	orion_config_notify(&ocf->config);
}

static int ocf_init(struct kunit *test)
{
	struct ocf *ocf = kunit_kzalloc(test, sizeof(*ocf), GFP_KERNEL);

	if (!ocf)
		return -ENOMEM;

	orion_config_init(&ocf->config, ocf_changed);
	init_completion(&ocf->entered);
	init_completion(&ocf->leave);
	ocf->driver.config_changed = ocf_config_changed;
	ocf->driver.priv = ocf;
	test->priv = ocf;
	ocf->fv = fake_virtio_alloc(&(struct fake_virtio_param) {
		.device_id = FAKE_DRIVER_ID, .config_len = 4,
		.features = BIT_ULL(VIRTIO_F_VERSION_1) });
	return ocf->fv ? fake_driver_plug(&ocf->driver, ocf->fv) : -ENOMEM;
}

static void ocf_exit(struct kunit *test)
{
	struct ocf *ocf = test->priv;

	if (!ocf)
		return;

	complete_all(&ocf->leave);
	orion_config_disable(&ocf->config);
	fake_virtio_free(ocf->fv);
}

/* The device changes a byte and says so, from an interrupt. */
static void ocf_change(struct ocf *ocf, u8 value)
{
	fake_virtio_config_poke(ocf->fv, 0, &value, 1);
	fake_virtio_config_raise(ocf->fv);
	fake_virtio_settle(ocf->fv);
}

static void ocf_told(struct kunit *test)
{
	struct ocf *ocf = test->priv;

	orion_config_enable(&ocf->config);
	ocf_change(ocf, 1);
	flush_work(&ocf->config.work);
	KUNIT_EXPECT_EQ(test, ocf->runs, 1);
	KUNIT_EXPECT_EQ(test, ocf->seen, 1);
	KUNIT_EXPECT_FALSE(test, ocf->interrupt);
}

static void ocf_none_of_itself(struct kunit *test)
{
	struct ocf *ocf = test->priv;

	orion_config_enable(&ocf->config);
	orion_config_disable(&ocf->config);
	orion_config_enable(&ocf->config);
	flush_work(&ocf->config.work);
	KUNIT_EXPECT_EQ(test, ocf->runs, 0);
}

static void ocf_remembered(struct kunit *test)
{
	struct ocf *ocf = test->priv;

	ocf_change(ocf, 1);
	ocf_change(ocf, 2);
	flush_work(&ocf->config.work);
	KUNIT_EXPECT_EQ(test, ocf->runs, 0);

	orion_config_enable(&ocf->config);
	flush_work(&ocf->config.work);
	KUNIT_EXPECT_EQ(test, ocf->runs, 1);
	KUNIT_EXPECT_EQ(test, ocf->seen, 2);

	/* Remembered once, told once. */
	orion_config_disable(&ocf->config);
	orion_config_enable(&ocf->config);
	flush_work(&ocf->config.work);
	KUNIT_EXPECT_EQ(test, ocf->runs, 1);
}

/* However many changes come during a run, one more run sees the last. */
static void ocf_coalesced(struct kunit *test)
{
	struct ocf *ocf = test->priv;
	unsigned int i;

	ocf->slow = true;
	orion_config_enable(&ocf->config);
	ocf_change(ocf, 1);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&ocf->entered, HZ));
	for (i = 2; i < 100; i++)
		ocf_change(ocf, i);
	KUNIT_EXPECT_EQ(test, ocf->runs, 1);

	complete_all(&ocf->leave);
	flush_work(&ocf->config.work);
	KUNIT_EXPECT_EQ(test, ocf->runs, 2);
	KUNIT_EXPECT_EQ(test, ocf->seen, 99);
}

/* Disabling waits for the run that is on, and none follows. */
static void ocf_disable_waits(struct kunit *test)
{
	struct ocf *ocf = test->priv;

	ocf->slow = true;
	orion_config_enable(&ocf->config);
	ocf_change(ocf, 1);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&ocf->entered, HZ));
	complete(&ocf->leave);
	orion_config_disable(&ocf->config);
	KUNIT_EXPECT_EQ(test, ocf->seen, 1);
	KUNIT_EXPECT_FALSE(test, work_busy(&ocf->config.work));

	ocf_change(ocf, 2);
	KUNIT_EXPECT_FALSE(test, work_busy(&ocf->config.work));
	KUNIT_EXPECT_EQ(test, ocf->runs, 1);
}

/* A run that disabling cancelled before it began is not lost. */
static void ocf_cancelled_kept(struct kunit *test)
{
	struct ocf *ocf = test->priv;
	unsigned int before;

	orion_config_enable(&ocf->config);
	orion_config_notify(&ocf->config);
	before = ocf->runs;
	orion_config_disable(&ocf->config);

	/* Either it ran, or it is remembered; never neither, never both. */
	KUNIT_EXPECT_NE(test, ocf->runs > before, ocf->config.pending);
	orion_config_enable(&ocf->config);
	flush_work(&ocf->config.work);
	KUNIT_EXPECT_EQ(test, ocf->runs, before + 1);
}

static struct kunit_case ocf_cases[] = {
	KUNIT_CASE(ocf_told),
	KUNIT_CASE(ocf_none_of_itself),
	KUNIT_CASE(ocf_remembered),
	KUNIT_CASE(ocf_coalesced),
	KUNIT_CASE(ocf_disable_waits),
	KUNIT_CASE(ocf_cancelled_kept),
	{}
};

static struct kunit_suite ocf_suite = {
	.name = "orion_config",
	.init = ocf_init,
	.exit = ocf_exit,
	.test_cases = ocf_cases,
};

kunit_test_suite(ocf_suite);

MODULE_IMPORT_NS(ORION_COMMON_NS);
MODULE_DESCRIPTION("Orion: suite of the configuration changes");
MODULE_LICENSE("GPL");
