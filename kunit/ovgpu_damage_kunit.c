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
	{ "tiny and near", { 0, 0, 1, 1 }, { 20, 20, 21, 21 }, 1 },
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

static void odt_clip(struct kunit *test)
{
	const struct drm_rect screen = DRM_RECT_INIT(100, 100, 200, 200);
	struct ovgpu_damage damage = { };

	/* Outside, across the edge, inside. */
	ovgpu_damage_add(&damage, &DRM_RECT_INIT(0, 0, 50, 50));
	ovgpu_damage_add(&damage, &DRM_RECT_INIT(280, 280, 90, 90));
	ovgpu_damage_add(&damage, &DRM_RECT_INIT(110, 250, 5, 5));
	KUNIT_ASSERT_EQ(test, damage.count, 3);

	ovgpu_damage_clip(&damage, &screen);
	KUNIT_EXPECT_EQ(test, damage.count, 2);
	KUNIT_EXPECT_TRUE(test,
			  drm_rect_equals(&damage.rects[1],
					  &DRM_RECT_INIT(280, 280, 20, 20)) ||
			  drm_rect_equals(&damage.rects[0],
					  &DRM_RECT_INIT(280, 280, 20, 20)));
}

static void odt_since(struct kunit *test)
{
	struct ovgpu_damage one = { }, out = { };
	struct ovgpu_history *history;
	unsigned int i;

	history = kunit_kzalloc(test, sizeof(*history), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, history);
	ovgpu_damage_add(&one, &DRM_RECT_INIT(0, 0, 4, 4));

	/* Nothing happened since now, and the future is not known. */
	KUNIT_EXPECT_TRUE(test, ovgpu_damage_since(history, 0, &out));
	KUNIT_EXPECT_EQ(test, out.count, 0);
	KUNIT_EXPECT_FALSE(test, ovgpu_damage_since(history, 1, &out));

	for (i = 0; i < OVGPU_DAMAGE_FRAMES; i++)
		ovgpu_damage_push(history, &one);
	KUNIT_EXPECT_TRUE(test, ovgpu_damage_since(history, 0, &out));
	KUNIT_EXPECT_EQ(test, out.count, 1);

	/* One more, and the beginning is forgotten. */
	ovgpu_damage_push(history, &one);
	KUNIT_EXPECT_FALSE(test, ovgpu_damage_since(history, 0, &out));
	KUNIT_EXPECT_TRUE(test, ovgpu_damage_since(history, 1, &out));

	ovgpu_damage_forget(history);
	KUNIT_EXPECT_FALSE(test, ovgpu_damage_since(history, history->frame - 1,
						    &out));
	ovgpu_damage_push(history, &one);
	KUNIT_EXPECT_TRUE(test, ovgpu_damage_since(history, history->frame - 1,
						   &out));
	KUNIT_EXPECT_FALSE(test, ovgpu_damage_since(history, history->frame - 2,
						    &out));
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
	u64 frame[BUFFERS] = { };
	bool known[BUFFERS] = { };
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

	for (n = 1; n <= 1000; n++) {
		struct ovgpu_damage changed = { }, missed = { };
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
		if (!known[b] ||
		    !ovgpu_damage_since(history, frame[b], &missed)) {
			ovgpu_damage_clear(&missed);
			ovgpu_damage_add(&missed,
					 &DRM_RECT_INIT(0, 0, ODT_SIZE,
							ODT_SIZE));
		}
		known[b] = true;
		frame[b] = history->frame;
		odt_copy(image[b], picture, &missed);
		KUNIT_ASSERT_EQ(test, memcmp(image[b], picture,
					     sizeof(*picture)), 0);
	}
}

static struct kunit_case odt_cases[] = {
	KUNIT_CASE_PARAM(odt_add, odt_add_gen_params),
	KUNIT_CASE(odt_add_covers),
	KUNIT_CASE(odt_bounds),
	KUNIT_CASE(odt_clip),
	KUNIT_CASE(odt_since),
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
