// SPDX-License-Identifier: GPL-2.0-only
/* EDID blocks: what is taken of a host's answer. */

#include <kunit/test.h>
#include <linux/module.h>

#include "../orion_vgpu/ovgpu_edid.c"

#define OET_HEAD	offsetof(struct virtio_gpu_resp_edid, edid)

/* What is wrong with an answer. */
enum oet_fault {
	OET_NONE,
	OET_ZEROS,
	OET_MAGIC,
	OET_SUM,
};

static const struct oet_take {
	const char *name;
	enum oet_fault fault;
	/* What the host says, and what it wrote of the blocks. */
	u32 said;
	u32 written;
	/* What is taken; 0 is a refusal. */
	u32 size;
} oet_takes[] = {
	{ "one block", OET_NONE, 128, 1024, 128 },
	{ "two blocks", OET_NONE, 256, 1024, 256 },
	{ "all there is room for", OET_NONE, 1024, 1024, 1024 },
	{ "claims more than there is room for", OET_NONE, 4096, 1024, 1024 },
	{ "claims more than anything", OET_NONE, U32_MAX, 1024, 1024 },
	{ "claims more than it wrote", OET_NONE, 256, 128, 128 },
	{ "wrote part of a block", OET_NONE, 256, 255, 128 },
	{ "claims part of a block", OET_NONE, 200, 1024, 128 },
	{ "claims less than a block", OET_NONE, 127, 1024, 0 },
	{ "claims nothing", OET_NONE, 0, 1024, 0 },
	{ "wrote nothing", OET_NONE, 128, 0, 0 },
	{ "zeros", OET_ZEROS, 128, 1024, 0 },
	{ "no magic", OET_MAGIC, 128, 1024, 0 },
	{ "wrong sum", OET_SUM, 128, 1024, 0 },
};

KUNIT_ARRAY_PARAM_DESC(oet_take, oet_takes, name);

static void oet_fill(struct virtio_gpu_resp_edid *answer, u32 said,
		     enum oet_fault fault)
{
	unsigned int i;
	u8 sum = 0;

	memset(answer, 0, sizeof(*answer));
	answer->size = cpu_to_le32(said);
	if (fault == OET_ZEROS)
		return;

	memset(answer->edid + 1, 0xff, 6);
	for (i = 8; i < sizeof(answer->edid); i++)
		answer->edid[i] = i;
	if (fault == OET_MAGIC)
		answer->edid[7] = 1;
	for (i = 0; i < 127; i++)
		sum += answer->edid[i];
	answer->edid[127] = -sum;
	if (fault == OET_SUM)
		answer->edid[127]++;
}

static void oet_take(struct kunit *test)
{
	const struct oet_take *c = test->param_value;
	struct virtio_gpu_resp_edid *answer;
	struct ovgpu_edid *edid;
	unsigned int i;

	answer = kunit_kzalloc(test, sizeof(*answer), GFP_KERNEL);
	edid = kunit_kzalloc(test, sizeof(*edid), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, answer);
	KUNIT_ASSERT_NOT_NULL(test, edid);

	/* Nothing of an earlier one may stay. */
	memset(edid, 0xa5, sizeof(*edid));
	oet_fill(answer, c->said, c->fault);

	KUNIT_EXPECT_EQ(test,
			ovgpu_edid_take(edid, answer, OET_HEAD + c->written),
			c->size ? 0 : -EPROTO);
	KUNIT_EXPECT_EQ(test, edid->size, c->size);
	KUNIT_EXPECT_EQ(test, memcmp(edid->data, answer->edid, c->size), 0);
	for (i = c->size; i < OVGPU_EDID_MAX; i++)
		KUNIT_EXPECT_EQ(test, edid->data[i], 0);
}

/* An answer without even a size. */
static void oet_short_head(struct kunit *test)
{
	struct virtio_gpu_resp_edid *answer;
	struct ovgpu_edid *edid;

	answer = kunit_kzalloc(test, sizeof(*answer), GFP_KERNEL);
	edid = kunit_kzalloc(test, sizeof(*edid), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, answer);
	KUNIT_ASSERT_NOT_NULL(test, edid);

	oet_fill(answer, 128, OET_NONE);
	KUNIT_EXPECT_EQ(test, ovgpu_edid_take(edid, answer, OET_HEAD - 1),
			-EPROTO);
	KUNIT_EXPECT_EQ(test, ovgpu_edid_take(edid, answer, 0), -EPROTO);
	KUNIT_EXPECT_EQ(test, edid->size, 0);
}

static void oet_read_block(struct kunit *test)
{
	struct ovgpu_edid *edid;
	u8 block[128];

	edid = kunit_kzalloc(test, sizeof(*edid), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, edid);
	edid->size = 256;
	memset(edid->data + 128, 0x77, 128);

	KUNIT_EXPECT_EQ(test, ovgpu_edid_read_block(edid, block, 1, 128), 0);
	KUNIT_EXPECT_EQ(test, block[0], 0x77);
	KUNIT_EXPECT_EQ(test, block[127], 0x77);
	KUNIT_EXPECT_EQ(test, ovgpu_edid_read_block(edid, block, 2, 128),
			-ENODATA);
	KUNIT_EXPECT_EQ(test, ovgpu_edid_read_block(edid, block, UINT_MAX, 128),
			-ENODATA);
}

static struct kunit_case oet_cases[] = {
	KUNIT_CASE_PARAM(oet_take, oet_take_gen_params),
	KUNIT_CASE(oet_short_head),
	KUNIT_CASE(oet_read_block),
	{ }
};

static struct kunit_suite oet_suite = {
	.name		= "ovgpu_edid",
	.test_cases	= oet_cases,
};

kunit_test_suite(oet_suite);

MODULE_DESCRIPTION("KUnit suite of ovgpu_edid");
MODULE_LICENSE("GPL");
