// SPDX-License-Identifier: GPL-2.0-only
/* Lines of pixels: formats, and the pointer on top. */

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/string.h>

#include "../orion_vgpu/ovgpu_pixel.c"

/* The colour 0x112233 with alpha 0x99, byte by byte as it lies in memory. */
static const struct opt_format {
	const char *name;
	u32 fourcc;
	u8 bytes[4];
} opt_formats[] = {
	{ "XRGB8888", DRM_FORMAT_XRGB8888, { 0x33, 0x22, 0x11, 0x99 } },
	{ "ARGB8888", DRM_FORMAT_ARGB8888, { 0x33, 0x22, 0x11, 0x99 } },
	{ "XBGR8888", DRM_FORMAT_XBGR8888, { 0x11, 0x22, 0x33, 0x99 } },
	{ "ABGR8888", DRM_FORMAT_ABGR8888, { 0x11, 0x22, 0x33, 0x99 } },
	{ "BGRX8888", DRM_FORMAT_BGRX8888, { 0x99, 0x11, 0x22, 0x33 } },
	{ "BGRA8888", DRM_FORMAT_BGRA8888, { 0x99, 0x11, 0x22, 0x33 } },
	{ "RGBX8888", DRM_FORMAT_RGBX8888, { 0x99, 0x33, 0x22, 0x11 } },
	{ "RGBA8888", DRM_FORMAT_RGBA8888, { 0x99, 0x33, 0x22, 0x11 } },
};

KUNIT_ARRAY_PARAM_DESC(opt_format, opt_formats, name);

static void opt_normalize(struct kunit *test)
{
	const struct opt_format *c = test->param_value;
	u32 line[3];

	memset(line, 0xaa, sizeof(line));
	memcpy(&line[0], c->bytes, sizeof(c->bytes));
	memcpy(&line[1], c->bytes, sizeof(c->bytes));
	ovgpu_pixel_normalize(line, 2, c->fourcc);

	KUNIT_EXPECT_EQ(test, line[0], 0x112233);
	KUNIT_EXPECT_EQ(test, line[1], 0x112233);
	KUNIT_EXPECT_EQ(test, line[2], 0xaaaaaaaa);
}

static const struct opt_over {
	const char *name;
	u32 above;
	u32 below;
	u32 want;
} opt_overs[] = {
	{ "opaque", 0xff102030, 0x445566, 0x102030 },
	{ "clear", 0x00000000, 0x445566, 0x445566 },
	{ "half of black", 0x80000000, 0xff8001, 0x7f4000 },
	{ "half of white", 0x80808080, 0x000000, 0x808080 },
	{ "adds up", 0x80808080, 0xffffff, 0xffffff },
	{ "not premultiplied", 0x00ff8000, 0x80ff40, 0xffff40 },
};

KUNIT_ARRAY_PARAM_DESC(opt_over, opt_overs, name);

static void opt_blend(struct kunit *test)
{
	const struct opt_over *c = test->param_value;
	__le32 image = cpu_to_le32(c->above);
	u32 line = c->below;

	ovgpu_pixel_blend(&line, 1, &image, 1, 0);
	KUNIT_EXPECT_EQ(test, line, c->want);
}

static const struct opt_place {
	const char *name;
	int at;
	u32 want[4];
} opt_places[] = {
	{ "inside", 1, { 0, 1, 2, 0 } },
	{ "across the left edge", -1, { 2, 0, 0, 0 } },
	{ "across the right edge", 3, { 0, 0, 0, 1 } },
	{ "left of it", -2, { 0, 0, 0, 0 } },
	{ "right of it", 4, { 0, 0, 0, 0 } },
	{ "far left", INT_MIN, { 0, 0, 0, 0 } },
	{ "far right", INT_MAX, { 0, 0, 0, 0 } },
};

KUNIT_ARRAY_PARAM_DESC(opt_place, opt_places, name);

static void opt_cut(struct kunit *test)
{
	const struct opt_place *c = test->param_value;
	const __le32 image[2] = { cpu_to_le32(0xff000001),
				  cpu_to_le32(0xff000002) };
	u32 line[4] = { };

	ovgpu_pixel_blend(line, ARRAY_SIZE(line), image, ARRAY_SIZE(image),
			  c->at);
	KUNIT_EXPECT_MEMEQ(test, line, c->want, sizeof(line));
}

static struct kunit_case opt_cases[] = {
	KUNIT_CASE_PARAM(opt_normalize, opt_format_gen_params),
	KUNIT_CASE_PARAM(opt_blend, opt_over_gen_params),
	KUNIT_CASE_PARAM(opt_cut, opt_place_gen_params),
	{ }
};

static struct kunit_suite opt_suite = {
	.name = "ovgpu_pixel",
	.test_cases = opt_cases,
};

kunit_test_suite(opt_suite);

MODULE_DESCRIPTION("KUnit suite of ovgpu_pixel");
MODULE_LICENSE("GPL");
