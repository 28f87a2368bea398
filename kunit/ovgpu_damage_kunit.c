// SPDX-License-Identifier: GPL-2.0-only
/* Regions, and what a buffer has missed. */

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/prandom.h>

#include "../orion_vgpu/ovgpu_damage.c"

/* A small screen, pixel by pixel, for comparison. */
#define ODT_SIZE	128

/**
 * struct odt_screen - a picture whose pixels are numbers
 * @pixel: the pixels, line by line
 */
struct odt_screen {
	u32 pixel[ODT_SIZE * ODT_SIZE];
};

static void odt_fill(struct odt_screen *to, const struct drm_rect *rect,
		     u32 value)
{
	int x, y;

	for (y = rect->y1; y < rect->y2; y++)
		for (x = rect->x1; x < rect->x2; x++)
			to->pixel[y * ODT_SIZE + x] = value;
}

static void odt_copy(struct odt_screen *to, const struct odt_screen *from,
		     const struct ovgpu_damage *damage)
{
	const struct drm_rect *rect;
	unsigned int i;
	int x, y;

	for (i = 0; i < damage->count; i++) {
		rect = &damage->rects[i];
		for (y = rect->y1; y < rect->y2; y++)
			for (x = rect->x1; x < rect->x2; x++)
				to->pixel[y * ODT_SIZE + x] =
					from->pixel[y * ODT_SIZE + x];
	}
}

static struct drm_rect odt_random(struct rnd_state *rnd)
{
	struct drm_rect rect;

	rect.x1 = prandom_u32_state(rnd) % ODT_SIZE;
	rect.y1 = prandom_u32_state(rnd) % ODT_SIZE;
	rect.x2 = rect.x1 + 1 + prandom_u32_state(rnd) % (ODT_SIZE - rect.x1);
	rect.y2 = rect.y1 + 1 + prandom_u32_state(rnd) % (ODT_SIZE - rect.y1);
	return rect;
}

static const struct odt_add {
	const char *name;
	struct drm_rect a;
	struct drm_rect b;
	unsigned int count;
} odt_adds[] = {
	{ "one in the other", { 0, 0, 100, 100 }, { 10, 10, 20, 20 }, 1 },
	{ "the other in one", { 10, 10, 20, 20 }, { 0, 0, 100, 100 }, 1 },
	{ "side by side", { 0, 0, 64, 64 }, { 64, 0, 128, 64 }, 1 },
	{ "nearly side by side", { 0, 0, 64, 64 }, { 65, 0, 128, 64 }, 1 },
	{ "far apart", { 0, 0, 32, 32 }, { 1000, 700, 1032, 732 }, 2 },
	{ "tiny and near", { 0, 0, 1, 1 }, { 60, 60, 61, 61 }, 1 },
	{ "tiny and not so near", { 0, 0, 1, 1 }, { 70, 70, 71, 71 }, 2 },
	{ "first is empty", { 5, 5, 5, 9 }, { 0, 0, 9, 9 }, 1 },
	{ "second is empty", { 0, 0, 9, 9 }, { 5, 5, 5, 9 }, 1 },
	{ "second is inside out", { 0, 0, 9, 9 }, { 90, 90, 80, 80 }, 1 },
	{ "both are empty", { 1, 1, 1, 1 }, { 2, 2, 2, 2 }, 0 },
	{ "largest there can be", { 0, 0, 16384, 16384 },
	  { 8192, 8192, 16384, 16384 }, 1 },
};

KUNIT_ARRAY_PARAM_DESC(odt_add, odt_adds, name);

static void odt_add(struct kunit *test)
{
	const struct odt_add *c = test->param_value;
	struct ovgpu_damage damage;

	ovgpu_damage_clear(&damage);
	ovgpu_damage_add(&damage, &c->a);
	ovgpu_damage_add(&damage, &c->b);
	KUNIT_EXPECT_EQ(test, damage.count, c->count);
}

/* However many rectangles come, each pixel of them stays covered. */
static void odt_add_covers(struct kunit *test)
{
	struct odt_screen *want, *got;
	struct ovgpu_damage damage;
	struct rnd_state rnd;
	unsigned int i, n;

	want = kunit_kzalloc(test, sizeof(*want), GFP_KERNEL);
	got = kunit_kzalloc(test, sizeof(*got), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, want);
	KUNIT_ASSERT_NOT_NULL(test, got);
	prandom_seed_state(&rnd, 1);

	for (n = 1; n < 60; n++) {
		memset(want, 0, sizeof(*want));
		memset(got, 0, sizeof(*got));
		ovgpu_damage_clear(&damage);
		for (i = 0; i < n; i++) {
			struct drm_rect rect = odt_random(&rnd);

			/* Mostly small ones, or all would become one. */
			rect.x2 = min(rect.x2, rect.x1 + 9);
			rect.y2 = min(rect.y2, rect.y1 + 9);
			odt_fill(want, &rect, 1);
			ovgpu_damage_add(&damage, &rect);
			KUNIT_ASSERT_LE(test, damage.count,
					OVGPU_DAMAGE_RECTS);
		}
		for (i = 0; i < damage.count; i++)
			odt_fill(got, &damage.rects[i], 1);
		for (i = 0; i < ARRAY_SIZE(want->pixel); i++)
			KUNIT_ASSERT_LE(test, want->pixel[i], got->pixel[i]);
	}
}

static void odt_bounds(struct kunit *test)
{
	struct ovgpu_damage damage = { };
	struct drm_rect bounds;

	ovgpu_damage_bounds(&damage, &bounds);
	KUNIT_EXPECT_FALSE(test, drm_rect_visible(&bounds));

	ovgpu_damage_add(&damage, &DRM_RECT_INIT(500, 10, 10, 10));
	ovgpu_damage_add(&damage, &DRM_RECT_INIT(20, 900, 10, 10));
	KUNIT_EXPECT_EQ(test, damage.count, 2);
	ovgpu_damage_bounds(&damage, &bounds);
	KUNIT_EXPECT_EQ(test, bounds.x1, 20);
	KUNIT_EXPECT_EQ(test, bounds.y1, 10);
	KUNIT_EXPECT_EQ(test, bounds.x2, 510);
	KUNIT_EXPECT_EQ(test, bounds.y2, 910);
}

static void odt_drop(struct kunit *test)
{
	struct ovgpu_damage damage = { }, done = { };

	ovgpu_damage_add(&done, &DRM_RECT_INIT(0, 0, 500, 500));
	ovgpu_damage_add(&done, &DRM_RECT_INIT(1000, 1000, 100, 100));
	/* Inside of one, across its edge, the same as the other, outside. */
	ovgpu_damage_add(&damage, &DRM_RECT_INIT(10, 10, 10, 10));
	ovgpu_damage_add(&damage, &DRM_RECT_INIT(300, 495, 10, 10));
	ovgpu_damage_add(&damage, &DRM_RECT_INIT(1000, 1000, 100, 100));
	ovgpu_damage_add(&damage, &DRM_RECT_INIT(2000, 2000, 10, 10));
	KUNIT_ASSERT_EQ(test, damage.count, 4);

	ovgpu_damage_drop(&damage, &done);
	KUNIT_ASSERT_EQ(test, damage.count, 2);
	KUNIT_EXPECT_EQ(test, damage.rects[0].y2 + damage.rects[1].y2,
			505 + 2010);
}

/* Whole lines are copied where the rest of them costs less than the rows. */
static const struct odt_widen {
	const char *name;
	struct drm_rect rect;
	unsigned int pieces;
	bool wide;
} odt_widens[] = {
	{ "whole already", { 0, 0, 1280, 800 }, 1, true },
	{ "nearly whole", { 20, 0, 1280, 800 }, 1, true },
	{ "half", { 0, 0, 640, 800 }, 1, false },
	{ "half, scattered", { 0, 0, 640, 800 }, 1000, true },
	{ "square", { 600, 300, 664, 364 }, 1, false },
	{ "square, scattered", { 600, 300, 664, 364 }, 1000, true },
	{ "one row", { 600, 300, 1270, 301 }, 1000, false },
	{ "most pieces there can be", { 0, 0, 1, 800 }, 16384, true },
};

KUNIT_ARRAY_PARAM_DESC(odt_widen, odt_widens, name);

static void odt_widen(struct kunit *test)
{
	const struct odt_widen *c = test->param_value;
	struct ovgpu_damage damage = { };

	ovgpu_damage_add(&damage, &c->rect);
	ovgpu_damage_widen(&damage, 1280, c->pieces);
	KUNIT_ASSERT_EQ(test, damage.count, 1);
	KUNIT_EXPECT_EQ(test, drm_rect_width(&damage.rects[0]) == 1280,
			c->wide);
	KUNIT_EXPECT_EQ(test, damage.rects[0].y1, c->rect.y1);
	KUNIT_EXPECT_EQ(test, damage.rects[0].y2, c->rect.y2);
}

static const struct drm_rect odt_screen_rect =
	DRM_RECT_INIT(0, 0, ODT_SIZE, ODT_SIZE);

/* How many pixels an image lacks that has seen this. */
static int odt_lacks(const struct ovgpu_history *history, u64 frame,
		     const struct drm_rect *touched)
{
	struct ovgpu_seen seen = { .frame = frame };
	struct ovgpu_damage missed;
	struct drm_rect bounds;

	if (touched)
		ovgpu_damage_add(&seen.touched, touched);
	ovgpu_damage_missed(history, &seen, &odt_screen_rect, &missed);
	ovgpu_damage_bounds(&missed, &bounds);
	return drm_rect_width(&bounds) * drm_rect_height(&bounds);
}

static void odt_missed(struct kunit *test)
{
	const int all = ODT_SIZE * ODT_SIZE;
	struct ovgpu_damage one = { };
	struct ovgpu_history *history;
	unsigned int i;

	history = kunit_kzalloc(test, sizeof(*history), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, history);
	ovgpu_damage_add(&one, &DRM_RECT_INIT(0, 0, 4, 4));
	ovgpu_damage_forget(history);

	/* Never shown; nothing since now; the future is not known. */
	KUNIT_EXPECT_EQ(test, odt_lacks(history, 0, NULL), all);
	KUNIT_EXPECT_EQ(test, odt_lacks(history, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, odt_lacks(history, 2, NULL), all);
	/* Others wrote to it, here and where it is not seen. */
	KUNIT_EXPECT_EQ(test, odt_lacks(history, 1,
					&DRM_RECT_INIT(8, 8, 3, 2)), 6);
	KUNIT_EXPECT_EQ(test, odt_lacks(history, 1,
					&DRM_RECT_INIT(ODT_SIZE, 0, 9, 9)), 0);

	for (i = 0; i < OVGPU_DAMAGE_FRAMES; i++)
		ovgpu_damage_push(history, &one);
	KUNIT_EXPECT_EQ(test, odt_lacks(history, 1, NULL), 16);

	/* One more, and the beginning is forgotten. */
	ovgpu_damage_push(history, &one);
	KUNIT_EXPECT_EQ(test, odt_lacks(history, 1, NULL), all);
	KUNIT_EXPECT_EQ(test, odt_lacks(history, 2, NULL), 16);

	ovgpu_damage_forget(history);
	KUNIT_EXPECT_EQ(test, odt_lacks(history, history->frame - 1, NULL),
			all);
	ovgpu_damage_push(history, &one);
	KUNIT_EXPECT_EQ(test, odt_lacks(history, history->frame - 1, NULL), 16);
	KUNIT_EXPECT_EQ(test, odt_lacks(history, history->frame - 2, NULL),
			all);
}

/* A picture that changed all over is one rectangle, whatever changed before. */
static void odt_missed_whole(struct kunit *test)
{
	struct ovgpu_seen seen = { .frame = 1 };
	struct ovgpu_damage damage, missed;
	struct ovgpu_history *history;
	const struct drm_rect part = DRM_RECT_INIT(40, 40, 8, 8);

	history = kunit_kzalloc(test, sizeof(*history), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, history);
	ovgpu_damage_forget(history);
	ovgpu_damage_clear(&damage);
	ovgpu_damage_add(&damage, &DRM_RECT_INIT(0, 44, ODT_SIZE, 2));
	ovgpu_damage_add(&seen.touched, &odt_screen_rect);
	ovgpu_damage_push(history, &damage);
	ovgpu_damage_clear(&damage);
	ovgpu_damage_add(&damage, &part);
	ovgpu_damage_push(history, &damage);

	ovgpu_damage_missed(history, &seen, &part, &missed);
	KUNIT_ASSERT_EQ(test, missed.count, 1);
	KUNIT_EXPECT_TRUE(test, drm_rect_equals(&missed.rects[0], &part));
}

/*
 * A program flips between buffers, in an order of its own, and says what
 * changed. Each upload is only what the buffer's image missed; still, after
 * each flip the image must be the picture.
 */
static void odt_flips(struct kunit *test)
{
	enum { BUFFERS = 5 };
	struct odt_screen *picture, *image[BUFFERS];
	struct ovgpu_history *history;
	struct ovgpu_seen seen[BUFFERS] = { };
	struct rnd_state rnd;
	unsigned int i, n;

	prandom_seed_state(&rnd, 2);
	picture = kunit_kzalloc(test, sizeof(*picture), GFP_KERNEL);
	history = kunit_kzalloc(test, sizeof(*history), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, picture);
	KUNIT_ASSERT_NOT_NULL(test, history);
	for (i = 0; i < BUFFERS; i++) {
		image[i] = kunit_kzalloc(test, sizeof(**image), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, image[i]);
	}

	ovgpu_damage_forget(history);
	for (n = 1; n <= 1000; n++) {
		struct ovgpu_damage changed = { }, missed;
		unsigned int b = prandom_u32_state(&rnd) % BUFFERS;
		struct drm_rect rect;

		for (i = prandom_u32_state(&rnd) % 4; i; i--) {
			rect = odt_random(&rnd);
			odt_fill(picture, &rect, n);
			ovgpu_damage_add(&changed, &rect);
		}
		/* Now and then something happens that no damage tells of. */
		if (n % 97 == 0) {
			odt_fill(picture, &DRM_RECT_INIT(0, 0, 9, 9), ~n);
			ovgpu_damage_forget(history);
		}

		ovgpu_damage_push(history, &changed);
		ovgpu_damage_missed(history, &seen[b], &odt_screen_rect,
				    &missed);
		seen[b].frame = history->frame;
		odt_copy(image[b], picture, &missed);
		KUNIT_ASSERT_EQ(test, memcmp(image[b], picture,
					     sizeof(*picture)), 0);
	}
}

static struct kunit_case odt_cases[] = {
	KUNIT_CASE_PARAM(odt_add, odt_add_gen_params),
	KUNIT_CASE(odt_add_covers),
	KUNIT_CASE(odt_bounds),
	KUNIT_CASE(odt_drop),
	KUNIT_CASE_PARAM(odt_widen, odt_widen_gen_params),
	KUNIT_CASE(odt_missed),
	KUNIT_CASE(odt_missed_whole),
	KUNIT_CASE(odt_flips),
	{ }
};

static struct kunit_suite odt_suite = {
	.name		= "ovgpu_damage",
	.test_cases	= odt_cases,
};

kunit_test_suite(odt_suite);

MODULE_DESCRIPTION("KUnit suite of ovgpu_damage");
MODULE_LICENSE("GPL");
