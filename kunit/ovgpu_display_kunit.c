// SPDX-License-Identifier: GPL-2.0-only
/*
 * What programs do to displays by atomic commits, on a graphics device in
 * memory: damage, several heads, and how little the host has to be told.
 */

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/iosys-map.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_uapi.h>
#include <drm/drm_blend.h>
#include <drm/drm_client.h>
#include <drm/drm_crtc.h>
#include <drm/drm_drv.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_modeset_helper_vtables.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_property.h>
#include <drm/drm_vblank.h>

#include "fake_client.h"
#include "fake_gpu.h"

#include "../orion_vgpu/ovgpu.h"

#define ODK_BUFFERS	6
#define ODK_HEADS	3

/**
 * struct odk_buffer - a framebuffer, and where to draw
 * @client: as DRM's clients have it
 * @pixels: its lines, one behind the other
 */
struct odk_buffer {
	struct drm_client_buffer *client;
	u32 *pixels;
};

struct odk {
	struct fake_gpu *gpu;
	struct drm_device *drm;
	struct drm_client_dev client;
	struct odk_buffer buffers[ODK_BUFFERS];
	bool opened;
	u32 width;
	u32 height;
};

/**
 * struct odk_flip - a new picture for a head
 * @head: index of the head
 * @buffer: index of the buffer that it shows
 * @async: without waiting for the vertical blank
 * @nclips: number of @clips; 0 for none at all
 * @clips: what is new
 */
struct odk_flip {
	unsigned int head;
	unsigned int buffer;
	bool async;
	unsigned int nclips;
	struct drm_mode_rect clips[4];
};

static int odk_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct odk), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void odk_exit(struct kunit *test)
{
	struct odk *odk = test->priv;
	unsigned int i;

	if (!odk)
		return;

	for (i = 0; i < ODK_BUFFERS; i++)
		if (odk->buffers[i].client)
			drm_client_framebuffer_delete(odk->buffers[i].client);
	if (odk->opened)
		drm_client_release(&odk->client);
	fake_gpu_free(odk->gpu);
}

static void odk_expect_none_refused(struct kunit *test)
{
	struct odk *odk = test->priv;

	fake_virtio_settle(odk->gpu->fv);
	KUNIT_EXPECT_EQ(test, odk->gpu->refused, 0);
	KUNIT_EXPECT_EQ(test, odk->gpu->fv->nonsense, 0);
}

/* A card with so many heads, and buffers of one size. */
static void odk_plug(struct kunit *test, unsigned int heads, u32 width,
		     u32 height)
{
	const struct fake_gpu_param param = {
		.features = BIT_ULL(VIRTIO_F_VERSION_1),
		.num_scanouts = heads };
	struct odk *odk = test->priv;
	struct odk_buffer *buffer;
	struct iosys_map map;
	unsigned int i;

	odk->gpu = fake_gpu_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, odk->gpu);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(odk->gpu->fv));
	KUNIT_ASSERT_TRUE(test, fake_virtio_bound(odk->gpu->fv));
	odk->drm = ((struct ovgpu *)odk->gpu->fv->vdev->priv)->drm;
	KUNIT_ASSERT_EQ(test, 0, drm_client_init(odk->drm, &odk->client,
						 "kunit", NULL));
	odk->opened = true;
	odk->width = width;
	odk->height = height;

	for (i = 0; i < ODK_BUFFERS; i++) {
		buffer = &odk->buffers[i];
		buffer->client = drm_client_framebuffer_create(&odk->client,
							       width, height,
							       DRM_FORMAT_XRGB8888);
		if (IS_ERR(buffer->client))
			buffer->client = NULL;
		KUNIT_ASSERT_NOT_NULL(test, buffer->client);
		KUNIT_ASSERT_EQ(test, 0,
				drm_client_buffer_vmap(buffer->client, &map));
		buffer->pixels = map.vaddr;
	}
}

static struct ovgpu_output *odk_output(struct odk *odk, unsigned int head)
{
	return &to_ovgpu(odk->drm)->outputs[head];
}

static int odk_light(struct odk *odk, unsigned int head, unsigned int buffer)
{
	struct ovgpu_output *output = odk_output(odk, head);

	return fake_client_show(&output->crtc, &output->connector,
				odk->buffers[buffer].client->fb, odk->width,
				odk->height);
}

static int odk_fill(struct odk *odk, struct drm_atomic_commit *commit,
		    const struct odk_flip *flip)
{
	struct drm_plane *plane = &odk_output(odk, flip->head)->primary->base;
	struct drm_plane_state *state;
	struct drm_property_blob *blob;

	state = drm_atomic_get_plane_state(commit, plane);
	if (IS_ERR(state))
		return PTR_ERR(state);

	drm_atomic_set_fb_for_plane(state,
				    odk->buffers[flip->buffer].client->fb);
	drm_atomic_get_new_crtc_state(commit, state->crtc)->async_flip =
		flip->async;
	if (!flip->nclips)
		return 0;

	blob = drm_property_create_blob(odk->drm,
					flip->nclips * sizeof(*flip->clips),
					flip->clips);
	if (IS_ERR(blob))
		return PTR_ERR(blob);

	drm_property_replace_blob(&state->fb_damage_clips, blob);
	drm_property_blob_put(blob);
	return 0;
}

/* What fills a commit. */
typedef int (*odk_filler)(struct odk *odk, struct drm_atomic_commit *commit,
			  const void *wish);

/* One commit, which ends when the host has it. */
static int odk_commit_by(struct odk *odk, odk_filler fill, const void *wish)
{
	const struct drm_mode_config_funcs *funcs =
		odk->drm->mode_config.funcs;
	struct drm_modeset_acquire_ctx ctx;
	struct drm_atomic_commit *commit;
	int err;

	commit = drm_atomic_state_alloc(odk->drm);
	if (!commit)
		return -ENOMEM;

	DRM_MODESET_LOCK_ALL_BEGIN(odk->drm, ctx, 0, err);
	commit->acquire_ctx = &ctx;
	err = fill(odk, commit, wish);
	if (!err)
		err = drm_atomic_check_only(commit);
	if (!err)
		err = funcs->atomic_commit(odk->drm, commit, false);
	DRM_MODESET_LOCK_ALL_END(odk->drm, ctx, err);
	drm_atomic_state_put(commit);

	return err;
}

/**
 * struct odk_flips - new pictures for some heads
 * @flips: the pictures
 * @count: their number
 */
struct odk_flips {
	const struct odk_flip *flips;
	unsigned int count;
};

static int odk_fill_flips(struct odk *odk, struct drm_atomic_commit *commit,
			  const void *wish)
{
	const struct odk_flips *flips = wish;
	unsigned int i;
	int err = 0;

	for (i = 0; i < flips->count && !err; i++)
		err = odk_fill(odk, commit, &flips->flips[i]);
	return err;
}

static int odk_commit(struct odk *odk, const struct odk_flip *flips,
		      unsigned int count)
{
	const struct odk_flips wish = { flips, count };

	return odk_commit_by(odk, odk_fill_flips, &wish);
}

static void odk_paint(u32 *pixels, u32 pitch, const struct drm_mode_rect *rect,
		      u32 color)
{
	int x, y;

	for (y = rect->y1; y < rect->y2; y++)
		for (x = rect->x1; x < rect->x2; x++)
			pixels[y * pitch + x] = color;
}

/* Pixels that the host has copied since the log was cleared. */
static u64 odk_copied(struct odk *odk, unsigned int *transfers)
{
	struct fake_gpu_cmd cmd;
	unsigned int i;
	u64 area = 0;

	fake_virtio_settle(odk->gpu->fv);
	for (i = 0; fake_gpu_find(odk->gpu, VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
				  i, &cmd) >= 0; i++)
		area += (u64)cmd.rect.width * cmd.rect.height;
	*transfers = i;

	return area;
}

static struct drm_mode_rect odk_random_rect(struct odk *odk,
					    struct rnd_state *rnd)
{
	struct drm_mode_rect rect;

	rect.x1 = prandom_u32_state(rnd) % odk->width;
	rect.y1 = prandom_u32_state(rnd) % odk->height;
	rect.x2 = min(rect.x1 + 1 + prandom_u32_state(rnd) % 40,
		      odk->width);
	rect.y2 = min(rect.y1 + 1 + prandom_u32_state(rnd) % 40,
		      odk->height);
	return rect;
}

/**
 * struct odk_play - a game of heads and buffers
 * @rnd: what happens
 * @picture: what each head should show, pixel by pixel
 * @shown: which buffer each head shows
 */
struct odk_play {
	struct rnd_state rnd;
	u32 *picture[ODK_HEADS];
	unsigned int shown[ODK_HEADS];
};

static void odk_expect_pictures(struct kunit *test, const struct odk_play *play,
				unsigned int round)
{
	struct odk *odk = test->priv;
	unsigned int i;

	fake_virtio_settle(odk->gpu->fv);
	mutex_lock(&odk->gpu->lock);
	for (i = 0; i < ODK_HEADS; i++)
		KUNIT_EXPECT_EQ_MSG(test, 0,
				    memcmp(play->picture[i],
					   odk->gpu->scanouts[i].screen,
					   odk->width * odk->height * 4),
				    "round %u, head %u", round, i);
	mutex_unlock(&odk->gpu->lock);
}

/* A buffer for a head that no other head shows. */
static unsigned int odk_free_buffer(struct odk_play *play, unsigned int head)
{
	unsigned int buffer, i;

	do {
		buffer = prandom_u32_state(&play->rnd) % ODK_BUFFERS;
		for (i = 0; i < ODK_HEADS; i++)
			if (i != head && play->shown[i] == buffer)
				break;
	} while (i < ODK_HEADS);

	return buffer;
}

/* The program draws a head's next picture, and says what is new in it. */
static void odk_next(struct odk *odk, struct odk_play *play, unsigned int head,
		     unsigned int round, struct odk_flip *flip)
{
	unsigned int i;

	flip->head = head;
	flip->nclips = 1 + prandom_u32_state(&play->rnd) % 4;
	for (i = 0; i < flip->nclips; i++) {
		flip->clips[i] = odk_random_rect(odk, &play->rnd);
		odk_paint(play->picture[head], odk->width, &flip->clips[i],
			  round * 16 + head * 4 + i);
	}
	memcpy(odk->buffers[flip->buffer].pixels, play->picture[head],
	       odk->width * odk->height * 4);
	play->shown[head] = flip->buffer;
}

/* One head goes on, now and then without a word on what is new. */
static int odk_play_one(struct odk *odk, struct odk_play *play,
			unsigned int round)
{
	unsigned int head = prandom_u32_state(&play->rnd) % ODK_HEADS;
	struct odk_flip flip = { .buffer = odk_free_buffer(play, head) };

	odk_next(odk, play, head, round, &flip);
	if (prandom_u32_state(&play->rnd) % 16 == 0)
		flip.nclips = 0;
	return odk_commit(odk, &flip, 1);
}

/* All heads turn to one buffer; what is new differs from head to head. */
static int odk_play_mirror(struct odk *odk, struct odk_play *play,
			   unsigned int round)
{
	struct odk_flip flips[ODK_HEADS] = { };
	unsigned int i;

	flips[0].buffer = odk_free_buffer(play, 0);
	odk_next(odk, play, 0, round, &flips[0]);
	for (i = 1; i < ODK_HEADS; i++) {
		flips[i] = flips[0];
		flips[i].head = i;
		/* Only if it mirrored before, it changes just there. */
		if (memcmp(play->picture[i], play->picture[0],
			   odk->width * odk->height * 4))
			flips[i].nclips = 0;
		memcpy(play->picture[i], play->picture[0],
		       odk->width * odk->height * 4);
		play->shown[i] = flips[0].buffer;
	}

	return odk_commit(odk, flips, ODK_HEADS);
}

/* A program draws into what is shown, and says so. */
static int odk_play_dirty(struct odk *odk, struct odk_play *play,
			  unsigned int round)
{
	unsigned int head = prandom_u32_state(&play->rnd) % ODK_HEADS;
	struct odk_buffer *buffer = &odk->buffers[play->shown[head]];
	struct drm_mode_rect rect = odk_random_rect(odk, &play->rnd);
	struct drm_framebuffer *fb = buffer->client->fb;
	struct drm_clip_rect clip = { rect.x1, rect.y1, rect.x2, rect.y2 };
	unsigned int i;

	odk_paint(buffer->pixels, odk->width, &rect, round * 16);
	for (i = 0; i < ODK_HEADS; i++)
		if (play->shown[i] == play->shown[head])
			odk_paint(play->picture[i], odk->width, &rect,
				  round * 16);
	return fb->funcs->dirty(fb, NULL, 0, 0, &clip, 1);
}

/*
 * After each of 1000 changes of all kinds, on heads that share buffers, each
 * head shows what its program drew.
 */
static void odk_random_damage(struct kunit *test)
{
	struct odk *odk = test->priv;
	struct odk_play *play;
	unsigned int i, round;
	int err;

	odk_plug(test, ODK_HEADS, 160, 120);
	play = kunit_kzalloc(test, sizeof(*play), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, play);
	prandom_seed_state(&play->rnd, 5);
	for (i = 0; i < ODK_HEADS; i++) {
		play->picture[i] = kunit_kzalloc(test, 160 * 120 * 4,
						 GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, play->picture[i]);
		play->shown[i] = i;
		KUNIT_ASSERT_EQ(test, 0, odk_light(odk, i, i));
	}
	odk_expect_pictures(test, play, 0);

	for (round = 1; round <= 1000; round++) {
		switch (prandom_u32_state(&play->rnd) % 8) {
		case 0:
		case 1:
			err = odk_play_mirror(odk, play, round);
			break;
		case 2:
			err = odk_play_dirty(odk, play, round);
			break;
		default:
			err = odk_play_one(odk, play, round);
			break;
		}
		KUNIT_ASSERT_EQ(test, err, 0);
		odk_expect_pictures(test, play, round);
		fake_gpu_forget(odk->gpu);
	}
	odk_expect_none_refused(test);
}

static struct drm_mode_rect odk_square(unsigned int step)
{
	struct drm_mode_rect rect = { 8 * step, 5 * step };

	rect.x2 = rect.x1 + 64;
	rect.y2 = rect.y1 + 64;
	return rect;
}

/* A square moves over two buffers of 4 MB: what is copied is the square. */
static void odk_moving_square(struct kunit *test)
{
	struct drm_mode_rect was, is;
	struct odk *odk = test->priv;
	unsigned int step, transfers;
	u64 copied;

	odk_plug(test, 1, 1280, 800);
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	for (step = 1; step < 120; step++) {
		struct odk_flip flip = { .buffer = step % 2, .nclips = 2 };

		was = odk_square(step - 1);
		is = odk_square(step);
		flip.clips[0] = was;
		flip.clips[1] = is;
		fake_gpu_forget(odk->gpu);
		KUNIT_ASSERT_EQ(test, 0, odk_commit(odk, &flip, 1));
		copied = odk_copied(odk, &transfers);
		/* The second buffer is new to the host. */
		if (step > 1)
			KUNIT_EXPECT_LE(test, copied * 4, 40000);
		KUNIT_EXPECT_GE(test, copied, 64 * 64);
	}
}

/* Two heads that show one buffer have it copied once. */
static void odk_mirrored(struct kunit *test)
{
	struct odk *odk = test->priv;
	unsigned int i, transfers;
	u64 copied;

	odk_plug(test, 2, 320, 240);
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 1, 0));
	for (i = 1; i < 10; i++) {
		struct odk_flip flips[2] = {
			{ .head = 0, .buffer = i % 2, .nclips = 1,
			  .clips = { { 10, 10, 50, 50 } } },
			{ .head = 1, .buffer = i % 2, .nclips = 1,
			  .clips = { { 10, 10, 50, 50 } } },
		};

		fake_gpu_forget(odk->gpu);
		KUNIT_ASSERT_EQ(test, 0, odk_commit(odk, flips, 2));
		copied = odk_copied(odk, &transfers);
		KUNIT_EXPECT_EQ(test, transfers, 1);
		/* One buffer is new, the other was written by turns at first. */
		KUNIT_EXPECT_EQ(test, copied, i > 2 ? 40 * 40 : 320 * 240);
	}
}

/* The same picture with something new in it is no new scanout. */
static void odk_same_buffer(struct kunit *test)
{
	const struct odk_flip flip = { .nclips = 1,
				       .clips = { { 10, 10, 50, 50 } } };
	struct odk *odk = test->priv;
	unsigned int kicks;

	odk_plug(test, 1, 320, 240);
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	fake_virtio_settle(odk->gpu->fv);
	fake_gpu_forget(odk->gpu);
	kicks = odk->gpu->fv->queues[0].kicks;
	KUNIT_ASSERT_EQ(test, 0, odk_commit(odk, &flip, 1));
	fake_virtio_settle(odk->gpu->fv);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(odk->gpu, 0), 2);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(odk->gpu,
					     VIRTIO_GPU_CMD_SET_SCANOUT), 0);
	KUNIT_EXPECT_EQ(test, odk->gpu->fv->queues[0].kicks, kicks + 1);
}

/* After an upload that the host refused, nothing is taken for known. */
static void odk_failed_upload(struct kunit *test)
{
	const struct odk_flip flip = { .nclips = 1,
				       .clips = { { 10, 10, 50, 50 } } };
	const struct fake_fault fault = {
		.kind = FAKE_FAULT_TYPE,
		.key = VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D, .count = 1,
		.value = VIRTIO_GPU_RESP_ERR_UNSPEC };
	struct odk *odk = test->priv;
	unsigned int transfers;

	odk_plug(test, 1, 320, 240);
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	KUNIT_ASSERT_EQ(test, 0, odk_commit(odk, &flip, 1));
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(odk->gpu->fv, &fault));
	KUNIT_ASSERT_EQ(test, 0, odk_commit(odk, &flip, 1));
	fake_gpu_forget(odk->gpu);
	KUNIT_ASSERT_EQ(test, 0, odk_commit(odk, &flip, 1));
	KUNIT_EXPECT_EQ(test, odk_copied(odk, &transfers), 320 * 240);
	fake_gpu_forget(odk->gpu);
	KUNIT_ASSERT_EQ(test, 0, odk_commit(odk, &flip, 1));
	KUNIT_EXPECT_EQ(test, odk_copied(odk, &transfers), 40 * 40);
}

static int odk_dirty(struct odk *odk)
{
	struct drm_framebuffer *fb = odk->buffers[0].client->fb;
	struct drm_clip_rect clip = { 0, 0, 32, 32 };

	return fb->funcs->dirty(fb, NULL, 0, 0, &clip, 1);
}

/* Programs run ahead of the host by a little, and hear of what went wrong. */
static void odk_dirty_window(struct kunit *test)
{
	const struct fake_fault fault = {
		.kind = FAKE_FAULT_TYPE,
		.key = VIRTIO_GPU_CMD_RESOURCE_FLUSH, .count = 1,
		.value = VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY };
	struct odk *odk = test->priv;
	unsigned long start;
	unsigned int i;

	odk_plug(test, 1, 320, 240);
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	fake_virtio_settle(odk->gpu->fv);
	fake_queue_stop(&odk->gpu->fv->queues[FAKE_GPU_CONTROLQ]);
	start = jiffies;
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, 0, odk_dirty(odk));
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, start + HZ));
	/* The next one waits for a host that never answers: to the deadline. */
	KUNIT_EXPECT_EQ(test, odk_dirty(odk), -ETIMEDOUT);
	KUNIT_EXPECT_TRUE(test, time_after(jiffies, start + HZ));
	fake_queue_start(&odk->gpu->fv->queues[FAKE_GPU_CONTROLQ]);
	fake_virtio_settle(odk->gpu->fv);

	odk_dirty(odk);
	fake_virtio_settle(odk->gpu->fv);
	KUNIT_EXPECT_EQ(test, 0, odk_dirty(odk));
	fake_virtio_settle(odk->gpu->fv);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(odk->gpu->fv, &fault));
	odk_dirty(odk);
	fake_virtio_settle(odk->gpu->fv);
	KUNIT_EXPECT_EQ(test, odk_dirty(odk), -ENOMEM);
	fake_virtio_settle(odk->gpu->fv);
	KUNIT_EXPECT_EQ(test, 0, odk_dirty(odk));
}

/* Modes that a program may ask for, and the beat that they give. */
static const struct odk_mode {
	const char *name;
	int width;
	int height;
	int hz;
	unsigned int flags;
	enum drm_mode_status want;
} odk_modes[] = {
	{ "usual", 1280, 800, 60, 0, MODE_OK },
	{ "slow", 640, 480, 1, 0, MODE_OK },
	{ "fast", 1920, 1080, 240, 0, MODE_OK },
	{ "largest", 16384, 16384, 60, 0, MODE_OK },
	{ "odd", 1366, 767, 60, 0, MODE_OK },
	{ "smallest", 16, 16, 60, 0, MODE_OK },
	{ "too small", 15, 16, 60, 0, MODE_BAD },
	{ "too low", 16, 15, 60, 0, MODE_BAD },
	{ "too wide", 16385, 16, 60, 0, MODE_BAD_HVALUE },
	{ "too high", 16, 16385, 60, 0, MODE_BAD_VVALUE },
	{ "too fast", 640, 480, 1001, 0, MODE_CLOCK_HIGH },
	{ "no clock", 640, 480, 0, 0, MODE_NOCLOCK },
	{ "interlaced", 1280, 800, 60, DRM_MODE_FLAG_INTERLACE,
	  MODE_NO_INTERLACE },
	{ "lines twice", 640, 480, 60, DRM_MODE_FLAG_DBLSCAN,
	  MODE_NO_DBLESCAN },
};

KUNIT_ARRAY_PARAM_DESC(odk_mode, odk_modes, name);

static struct drm_display_mode odk_timing(int width, int height, int hz)
{
	struct drm_display_mode mode = {
		.hdisplay = width, .hsync_start = width + 8,
		.hsync_end = width + 16, .htotal = width + 24,
		.vdisplay = height, .vsync_start = height + 1,
		.vsync_end = height + 2, .vtotal = height + 3,
	};

	mode.clock = DIV_ROUND_UP((s64)mode.htotal * mode.vtotal * hz, 1000);
	return mode;
}

static void odk_mode_valid(struct kunit *test)
{
	const struct odk_mode *c = test->param_value;
	struct drm_display_mode mode = odk_timing(c->width, c->height, c->hz);
	struct odk *odk = test->priv;
	struct drm_crtc *crtc;

	odk_plug(test, 1, 64, 64);
	mode.flags = c->flags;
	crtc = &odk_output(odk, 0)->crtc;
	KUNIT_EXPECT_EQ(test, crtc->helper_private->mode_valid(crtc, &mode),
			c->want);
}

/* Ticks are on a grid that nothing shifts, whether anybody listens or not. */
static void odk_ticks(struct kunit *test)
{
	struct ovgpu_vblank *vblank;
	struct odk *odk = test->priv;
	ktime_t first, now;
	struct drm_crtc *crtc;
	u64 start, count;
	unsigned int i;

	odk_plug(test, 1, 320, 240);
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	crtc = &odk_output(odk, 0)->crtc;
	vblank = &odk_output(odk, 0)->vblank;
	KUNIT_ASSERT_EQ(test, 0, drm_crtc_vblank_get(crtc));
	drm_crtc_wait_one_vblank(crtc);
	start = drm_crtc_vblank_count_and_time(crtc, &first);
	for (i = 0; i < 200; i++) {
		/* Now and then nobody listens for a while. */
		if (i % 50 == 20) {
			drm_crtc_vblank_put(crtc);
			KUNIT_EXPECT_TRUE(test, fake_wait(!hrtimer_active(&vblank->timer)));
			msleep(333);
			KUNIT_ASSERT_EQ(test, 0, drm_crtc_vblank_get(crtc));
		}
		drm_crtc_wait_one_vblank(crtc);
		count = drm_crtc_vblank_count_and_time(crtc, &now) - start;
		KUNIT_ASSERT_GT(test, count, i);
		KUNIT_ASSERT_EQ(test, ktime_to_ns(ktime_sub(now, first)),
				count * vblank->period);
	}
	drm_crtc_vblank_put(crtc);
	KUNIT_EXPECT_TRUE(test, fake_wait(!hrtimer_active(&vblank->timer)));
}

/**
 * struct odk_beat - an event that a program asked for, and what it was told
 * @completion: the event is over
 * @event: freed by DRM with @completion; NULL afterwards
 * @sequence: number of the vertical blank
 * @time: when that was, in ns
 * @told: when the event came
 */
struct odk_beat {
	struct completion completion;
	struct drm_pending_vblank_event *event;
	u64 sequence;
	u64 time;
	ktime_t told;
};

static void odk_beat_release(struct completion *completion)
{
	struct odk_beat *beat =
		container_of(completion, struct odk_beat, completion);

	beat->sequence = beat->event->event.seq.sequence;
	beat->time = beat->event->event.seq.time_ns;
	beat->told = ktime_get();
	beat->event = NULL;
}

/* As the ioctl for sequence events does it. */
static void odk_beat_ask(struct kunit *test, struct drm_crtc *crtc,
			 struct odk_beat *beat, u64 sequence)
{
	struct drm_pending_vblank_event *event;
	struct drm_device *drm = crtc->dev;

	event = kzalloc(sizeof(*event), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, event);
	init_completion(&beat->completion);
	beat->event = event;
	event->pipe = drm_crtc_index(crtc);
	event->sequence = sequence;
	event->event.base.type = DRM_EVENT_CRTC_SEQUENCE;
	event->base.event = &event->event.base;
	event->base.completion = &beat->completion;
	event->base.completion_release = odk_beat_release;
	KUNIT_ASSERT_EQ(test, 0, drm_crtc_vblank_get(crtc));
	spin_lock_irq(&drm->event_lock);
	list_add_tail(&event->base.link, &drm->vblank_event_list);
	spin_unlock_irq(&drm->event_lock);
}

/* The timer that should run for the next tick is late by so many. */
static void odk_beat_delay(struct ovgpu_vblank *vblank, unsigned int ticks)
{
	hrtimer_start(&vblank->timer,
		      ktime_add_ns(vblank->next, ticks * vblank->period),
		      HRTIMER_MODE_ABS);
}

/* Each tick that the timer is late for is told, with its own time and number. */
static void odk_late_ticks(struct kunit *test)
{
	struct odk_beat beats[4] = { };
	struct odk *odk = test->priv;
	struct ovgpu_vblank *vblank;
	unsigned int i, try = 0;
	struct drm_crtc *crtc;
	u64 period, start;
	ktime_t first;

	odk_plug(test, 1, 320, 240);
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	crtc = &odk_output(odk, 0)->crtc;
	vblank = &odk_output(odk, 0)->vblank;
	period = vblank->period;
	KUNIT_ASSERT_EQ(test, 0, drm_crtc_vblank_get(crtc));
	do {
		drm_crtc_wait_one_vblank(crtc);
		hrtimer_cancel(&vblank->timer);
		start = drm_crtc_vblank_count_and_time(crtc, &first);
		for (i = 0; i < ARRAY_SIZE(beats); i++)
			odk_beat_ask(test, crtc, &beats[i], start + 1 + i);
		odk_beat_delay(vblank, ARRAY_SIZE(beats));
		for (i = 0; i < ARRAY_SIZE(beats); i++)
			KUNIT_ASSERT_TRUE(test,
					  wait_for_completion_timeout(&beats[i].completion,
								      5 * HZ));
		/* Later than this, as on a busy machine, ticks are left out. */
	} while (ktime_to_ns(ktime_sub(beats[0].told, first)) > 12 * period &&
		 ++try < 20);

	drm_crtc_vblank_put(crtc);
	/* Late it was indeed: they all came at once. */
	KUNIT_EXPECT_GE(test, ktime_to_ns(ktime_sub(beats[0].told, first)),
			ARRAY_SIZE(beats) * period);
	for (i = 0; i < ARRAY_SIZE(beats); i++) {
		KUNIT_EXPECT_EQ(test, beats[i].sequence, start + 1 + i);
		KUNIT_EXPECT_EQ(test, beats[i].time,
				ktime_to_ns(first) + (i + 1) * period);
	}
}

static int odk_fill_nothing(struct odk *odk, struct drm_atomic_commit *commit,
			    const void *wish)
{
	struct drm_plane *plane = &odk_output(odk, 0)->primary->base;
	struct drm_plane_state *state;
	int err;

	state = drm_atomic_get_plane_state(commit, plane);
	if (IS_ERR(state))
		return PTR_ERR(state);

	err = drm_atomic_set_crtc_for_plane(state, NULL);
	drm_atomic_set_fb_for_plane(state, NULL);
	return err;
}

/* A head that goes dark while its checksums are read has those of nothing. */
static void odk_checksum_of_nothing(struct kunit *test)
{
	const struct drm_mode_rect some = { 10, 10, 20, 20 };
	struct odk *odk = test->priv;
	struct ovgpu_crc *crc;
	struct drm_crtc *crtc;
	unsigned int i;

	odk_plug(test, 1, 320, 240);
	odk_paint(odk->buffers[0].pixels, odk->width, &some, 0xabcdef);
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	crtc = &odk_output(odk, 0)->crtc;
	crc = &odk_output(odk, 0)->crc;
	KUNIT_ASSERT_EQ(test, 0, crtc->funcs->set_crc_source(crtc, "auto"));
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_TRUE(test, fake_wait(READ_ONCE(crc->value)));
		KUNIT_ASSERT_EQ(test, 0,
				odk_commit_by(odk, odk_fill_nothing, NULL));
		KUNIT_EXPECT_TRUE(test, fake_wait(!READ_ONCE(crc->value)));
		KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	}
	KUNIT_EXPECT_EQ(test, 0, crtc->funcs->set_crc_source(crtc, NULL));
	odk_expect_none_refused(test);
}

/* Flips end with a tick, or without one if the program does not want to wait. */
static void odk_async_flips(struct kunit *test)
{
	struct odk *odk = test->priv;
	struct odk_flip flip = { };
	u64 period;
	ktime_t start;
	int i;

	odk_plug(test, 1, 320, 240);
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	period = odk_output(odk, 0)->vblank.period;
	start = ktime_get();
	for (i = 0; i < 10; i++) {
		flip.buffer = 1 + i % 2;
		KUNIT_ASSERT_EQ(test, 0, odk_commit(odk, &flip, 1));
	}
	KUNIT_EXPECT_GE(test, ktime_to_ns(ktime_sub(ktime_get(), start)),
			9 * period);

	flip.async = true;
	start = ktime_get();
	for (i = 0; i < 10; i++) {
		flip.buffer = 1 + i % 2;
		KUNIT_ASSERT_EQ(test, 0, odk_commit(odk, &flip, 1));
	}
	KUNIT_EXPECT_LT(test, ktime_to_ns(ktime_sub(ktime_get(), start)),
			9 * period);
}

/**
 * struct odk_pointer - what the cursor should be
 * @fb: its image, or NULL for none
 * @x: position of the image
 * @y: position of the image
 * @size: how much of the image
 * @hot: hotspot, in both directions
 */
struct odk_pointer {
	struct drm_framebuffer *fb;
	int x;
	int y;
	unsigned int size;
	int hot;
};

static int odk_fill_pointer(struct odk *odk, struct drm_atomic_commit *commit,
			    const void *wish)
{
	struct ovgpu_output *output = odk_output(odk, 0);
	const struct odk_pointer *pointer = wish;
	struct drm_plane_state *state;
	int err;

	state = drm_atomic_get_plane_state(commit, &output->cursor->base);
	if (IS_ERR(state))
		return PTR_ERR(state);

	err = drm_atomic_set_crtc_for_plane(state, pointer->fb ? &output->crtc :
					    NULL);
	if (err)
		return err;

	drm_atomic_set_fb_for_plane(state, pointer->fb);
	state->crtc_x = pointer->x;
	state->crtc_y = pointer->y;
	state->crtc_w = pointer->size;
	state->crtc_h = pointer->size;
	state->src_w = pointer->size << 16;
	state->src_h = pointer->size << 16;
	state->hotspot_x = pointer->hot;
	state->hotspot_y = pointer->hot;
	return 0;
}

/* A lit head and a program that draws cursors into a buffer of this size. */
static u32 *odk_pointer_init(struct kunit *test, u32 size,
			     struct odk_pointer *pointer)
{
	struct odk *odk = test->priv;
	struct odk_buffer *buffer = &odk->buffers[ODK_BUFFERS - 1];
	struct iosys_map map;

	odk_plug(test, 1, 320, 240);
	KUNIT_ASSERT_EQ(test, 0, odk_light(odk, 0, 0));
	drm_client_framebuffer_delete(buffer->client);
	buffer->client = drm_client_framebuffer_create(&odk->client, size, size,
						       DRM_FORMAT_ARGB8888);
	if (IS_ERR(buffer->client))
		buffer->client = NULL;
	KUNIT_ASSERT_NOT_NULL(test, buffer->client);
	KUNIT_ASSERT_EQ(test, 0, drm_client_buffer_vmap(buffer->client, &map));
	*pointer = (struct odk_pointer) { .fb = buffer->client->fb,
					  .size = size };
	return map.vaddr;
}

static u32 odk_pointer_pixel(struct odk *odk, u32 x, u32 y)
{
	u32 pixel = 0xdeadbeef;

	fake_virtio_settle(odk->gpu->fv);
	fake_gpu_resource_pixel(odk->gpu, odk->gpu->scanouts[0].cursor, x, y,
				&pixel);
	return pixel;
}

/* Images of any size up to the host's, with nothing around them. */
static void odk_pointer_sizes(struct kunit *test)
{
	const struct drm_mode_rect all = { 0, 0, 32, 32 };
	struct odk_pointer pointer;
	struct odk *odk = test->priv;
	u32 *pixels;

	pixels = odk_pointer_init(test, 32, &pointer);
	odk_paint(pixels, 32, &all, 0xff112233);
	KUNIT_ASSERT_EQ(test, 0, odk_commit_by(odk, odk_fill_pointer,
					       &pointer));
	KUNIT_EXPECT_EQ(test, odk_pointer_pixel(odk, 0, 0), 0xff112233);
	KUNIT_EXPECT_EQ(test, odk_pointer_pixel(odk, 31, 31), 0xff112233);
	KUNIT_EXPECT_EQ(test, odk_pointer_pixel(odk, 32, 31), 0);
	KUNIT_EXPECT_EQ(test, odk_pointer_pixel(odk, 63, 63), 0);

	pointer.fb = odk->buffers[1].client->fb;
	pointer.size = 65;
	KUNIT_EXPECT_NE(test, 0, odk_commit_by(odk, odk_fill_pointer,
					       &pointer));
	odk_expect_none_refused(test);
}

/* The same buffer with another picture or hotspot is another cursor. */
static void odk_pointer_same_buffer(struct kunit *test)
{
	const struct drm_mode_rect all = { 0, 0, 64, 64 };
	struct odk_pointer pointer;
	struct odk *odk = test->priv;
	struct fake_gpu_cmd cmd;
	u32 *pixels;

	pixels = odk_pointer_init(test, 64, &pointer);
	odk_paint(pixels, 64, &all, 0xff112233);
	KUNIT_ASSERT_EQ(test, 0, odk_commit_by(odk, odk_fill_pointer,
					       &pointer));
	KUNIT_EXPECT_EQ(test, odk_pointer_pixel(odk, 9, 9), 0xff112233);

	odk_paint(pixels, 64, &all, 0xff445566);
	KUNIT_ASSERT_EQ(test, 0, odk_commit_by(odk, odk_fill_pointer,
					       &pointer));
	KUNIT_EXPECT_EQ(test, odk_pointer_pixel(odk, 9, 9), 0xff445566);

	/* The hotspot alone: no upload, and the image stays where it is. */
	fake_gpu_forget(odk->gpu);
	pointer.hot = 11;
	KUNIT_ASSERT_EQ(test, 0, odk_commit_by(odk, odk_fill_pointer,
					       &pointer));
	fake_virtio_settle(odk->gpu->fv);
	KUNIT_ASSERT_GE(test, fake_gpu_find(odk->gpu,
					    VIRTIO_GPU_CMD_UPDATE_CURSOR, 0,
					    &cmd), 0);
	KUNIT_EXPECT_EQ(test, cmd.hot_x, 11);
	KUNIT_EXPECT_EQ(test, cmd.rect.x, 11);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(odk->gpu, 0), 1);
}

/* Moves cost no interrupt, unless the host is behind. */
static void odk_pointer_quiet(struct kunit *test)
{
	struct fake_gpu_scanout *head;
	struct odk_pointer pointer;
	struct fake_queue *fvq;
	struct odk *odk = test->priv;
	unsigned int irqs;
	int i;

	odk_pointer_init(test, 64, &pointer);
	KUNIT_ASSERT_EQ(test, 0, odk_commit_by(odk, odk_fill_pointer,
					       &pointer));
	fake_virtio_settle(odk->gpu->fv);
	head = &odk->gpu->scanouts[0];
	fvq = &odk->gpu->fv->queues[FAKE_GPU_CURSORQ];
	irqs = fvq->irqs;
	for (i = 1; i <= 100; i++) {
		pointer.x = i;
		KUNIT_ASSERT_EQ(test, 0, odk_commit_by(odk, odk_fill_pointer,
						       &pointer));
		fake_virtio_settle(odk->gpu->fv);
		KUNIT_EXPECT_EQ(test, head->cursor_x, i);
	}
	KUNIT_EXPECT_EQ(test, fvq->irqs, irqs);

	fake_queue_stop(fvq);
	for (i = 101; i <= 200; i++) {
		pointer.x = i;
		KUNIT_ASSERT_EQ(test, 0, odk_commit_by(odk, odk_fill_pointer,
						       &pointer));
	}
	fake_queue_start(fvq);
	KUNIT_EXPECT_TRUE(test, fake_wait(head->cursor_x == 200));
	KUNIT_EXPECT_LE(test, fvq->irqs, irqs + 2);
}

/* What programs may look for in the planes of a head. */
static void odk_plane_properties(struct kunit *test)
{
	struct odk *odk = test->priv;
	struct drm_plane *cursor, *primary;

	odk_plug(test, 2, 64, 64);
	primary = &odk_output(odk, 1)->primary->base;
	cursor = &odk_output(odk, 1)->cursor->base;
	KUNIT_ASSERT_NOT_NULL(test, primary->zpos_property);
	KUNIT_ASSERT_NOT_NULL(test, cursor->zpos_property);
	KUNIT_EXPECT_EQ(test, primary->state->zpos, 0);
	KUNIT_EXPECT_EQ(test, cursor->state->zpos, 1);
	KUNIT_ASSERT_NOT_NULL(test, cursor->blend_mode_property);
	KUNIT_EXPECT_EQ(test, cursor->state->pixel_blend_mode,
			DRM_MODE_BLEND_PREMULTI);
	KUNIT_EXPECT_EQ(test, primary->format_count, 8);
}

static u64 odk_connector_value(struct odk *odk, unsigned int head,
			       struct drm_property *property)
{
	u64 value = U64_MAX;

	/* Immutable ones have no other value. */
	drm_object_property_get_default_value(&odk_output(odk, head)->connector.base,
					      property, &value);
	return value;
}

/* Desktops are told where the host has its windows. */
static void odk_positions(struct kunit *test)
{
	struct odk *odk = test->priv;
	struct drm_mode_config *config;

	odk_plug(test, 2, 64, 64);
	config = &odk->drm->mode_config;
	KUNIT_EXPECT_EQ(test, 1024,
			odk_connector_value(odk, 1,
					    config->suggested_x_property));
	KUNIT_EXPECT_EQ(test, 0,
			odk_connector_value(odk, 1,
					    config->suggested_y_property));
	KUNIT_EXPECT_EQ(test, 1,
			odk_connector_value(odk, 1,
					    to_ovgpu(odk->drm)->kms.hotplug_mode_update));

	mutex_lock(&odk->gpu->lock);
	odk->gpu->scanouts[1].info.x = 300;
	odk->gpu->scanouts[1].info.y = 768;
	mutex_unlock(&odk->gpu->lock);
	fake_gpu_hotplug(odk->gpu);
	KUNIT_EXPECT_TRUE(test,
			  fake_wait(odk_connector_value(odk, 1,
							config->suggested_y_property) == 768));
	KUNIT_EXPECT_EQ(test, 300,
			odk_connector_value(odk, 1,
					    config->suggested_x_property));
}

static struct kunit_case odk_cases[] = {
	KUNIT_CASE(odk_random_damage),
	KUNIT_CASE(odk_moving_square),
	KUNIT_CASE(odk_mirrored),
	KUNIT_CASE(odk_same_buffer),
	KUNIT_CASE(odk_failed_upload),
	KUNIT_CASE(odk_dirty_window),
	KUNIT_CASE_PARAM(odk_mode_valid, odk_mode_gen_params),
	KUNIT_CASE(odk_ticks),
	KUNIT_CASE(odk_late_ticks),
	KUNIT_CASE(odk_checksum_of_nothing),
	KUNIT_CASE(odk_async_flips),
	KUNIT_CASE(odk_pointer_sizes),
	KUNIT_CASE(odk_pointer_same_buffer),
	KUNIT_CASE(odk_pointer_quiet),
	KUNIT_CASE(odk_plane_properties),
	KUNIT_CASE(odk_positions),
	{}
};

static struct kunit_suite odk_suite = {
	.name = "ovgpu_display",
	.init = odk_init,
	.exit = odk_exit,
	.test_cases = odk_cases,
};

kunit_test_suite(odk_suite);

MODULE_DESCRIPTION("Orion: suite of displays on a device in memory");
MODULE_LICENSE("GPL");
