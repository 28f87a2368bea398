// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of the helper "kms" about how pictures change and how time passes.
 *
 *   cap NUMBER                       value of a capability, DRM_CAP_*
 *   usermode HEAD W H HZ BUF         light a head in a mode of our own making
 *   damage HEAD BUF ROUND            draw a picture's next version into a buffer,
 *                                    show it, and say what is new in it
 *   shift HEAD FIXED                 show the picture from a column in 16.16 on
 *   square HEAD BUF BUF COUNT        flips of a 64x64 square that moves
 *   asyncflip HEAD BUF BUF COUNT     flips that do not wait for the vertical blank
 *   vblanks HEAD COUNT               sleep for that many vertical blanks
 *   sequence HEAD COUNT              ask for an event then, and wait for it
 *   dirties BUF COUNT                updates of 32x32 pixels
 *   moves HEAD COUNT [BUF BUF]       move the cursor, while flipping if there are
 *                                    buffers to flip to
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kms.h"

#define DISPLAY_CLIPS	4
#define DISPLAY_MOVES	20000

/* What each head shows by "damage". */
static uint32_t *pictures[KMS_HEADS];

static int do_cap(struct kms *kms, char **words)
{
	struct drm_get_cap cap = { .capability = number(words, 1) };
	int err = kms_ioctl(kms, DRM_IOCTL_GET_CAP, &cap);

	kms_answer("value=%llu", (unsigned long long)cap.value);
	return err;
}

static int do_usermode(struct kms *kms, char **words)
{
	unsigned int width = number(words, 2), height = number(words, 3);
	unsigned int hz = number(words, 4);
	struct drm_mode_modeinfo mode = {
		.hdisplay = width, .hsync_start = width + 48,
		.hsync_end = width + 80, .htotal = width + 160,
		.vdisplay = height, .vsync_start = height + 3,
		.vsync_end = height + 8, .vtotal = height + 40,
		.vrefresh = hz, .type = DRM_MODE_TYPE_USERDEF,
		.name = "own",
	};

	mode.clock = (uint64_t)mode.htotal * mode.vtotal * hz / 1000;
	return kms_set(kms, head_of(kms, words), buf_of(kms, words, 5)->fb, 0, 0,
		       &mode);
}

/* Good enough to surprise a driver, and the same in vmlib/gpu.py. */
static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* A few rectangles of one colour each. */
static unsigned int draw_round(uint32_t *picture, unsigned int width,
			       unsigned int height, unsigned int round,
			       struct drm_mode_rect *clips)
{
	unsigned int count, i, x, y;
	uint32_t state = round, colour;

	count = 1 + next_random(&state) % DISPLAY_CLIPS;
	for (i = 0; i < count; i++) {
		clips[i].x1 = next_random(&state) % width;
		clips[i].y1 = next_random(&state) % height;
		clips[i].x2 = clips[i].x1 + 1 + next_random(&state) % (width - clips[i].x1);
		clips[i].y2 = clips[i].y1 + 1 + next_random(&state) % (height - clips[i].y1);
		colour = next_random(&state);
		for (y = clips[i].y1; y < (unsigned int)clips[i].y2; y++)
			for (x = clips[i].x1; x < (unsigned int)clips[i].x2; x++)
				picture[y * width + x] = colour;
	}

	return count;
}

/* Show a buffer; blocking, or with an event. No clips say nothing. */
static int show_clips(struct kms *kms, unsigned int head, struct kms_buf *buf,
		      const struct drm_mode_rect *clips, unsigned int count,
		      uint32_t flags)
{
	struct drm_mode_create_blob blob = {
		.data = (uintptr_t)clips, .length = count * sizeof(*clips),
	};
	struct kms_value values[] = {
		{ kms->head[head].plane, "FB_ID", buf->fb },
		{ kms->head[head].plane, "FB_DAMAGE_CLIPS", 0 },
	};
	int err;

	err = kms_ioctl(kms, DRM_IOCTL_MODE_CREATEPROPBLOB, &blob);
	if (err)
		return err;
	values[1].value = blob.blob_id;
	err = kms_atomic(kms, values, 2, DRM_MODE_OBJECT_PLANE, flags);
	/* The driver that Linux 6.1 has cannot be told. */
	if (err == -ENOENT)
		err = kms_atomic(kms, values, 1, DRM_MODE_OBJECT_PLANE, flags);
	kms_ioctl(kms, DRM_IOCTL_MODE_DESTROYPROPBLOB, &blob.blob_id);

	return err;
}

static int do_damage(struct kms *kms, char **words)
{
	unsigned int head = head_of(kms, words), count, y;
	struct kms_buf *buf = buf_of(kms, words, 2);
	struct drm_mode_rect clips[DISPLAY_CLIPS];

	if (!pictures[head])
		pictures[head] = calloc(buf->height, buf->width * 4);
	if (!pictures[head])
		return -ENOMEM;
	count = draw_round(pictures[head], buf->width, buf->height,
			   number(words, 3), clips);
	for (y = 0; y < buf->height; y++)
		memcpy((char *)buf->map + (size_t)y * buf->pitch,
		       pictures[head] + (size_t)y * buf->width, buf->width * 4);

	return show_clips(kms, head, buf, clips, count, 0);
}

static int do_shift(struct kms *kms, char **words)
{
	unsigned int head = head_of(kms, words);
	struct kms_value value = { kms->head[head].plane, "SRC_X", number(words, 2) };

	return kms_atomic(kms, &value, 1, DRM_MODE_OBJECT_PLANE, 0);
}

static void paint_square(struct kms_buf *buf, const struct drm_mode_rect *rect,
			 uint32_t colour)
{
	int x, y;

	for (y = rect->y1; y < rect->y2; y++)
		for (x = rect->x1; x < rect->x2; x++)
			((uint32_t *)buf->map)[y * (buf->pitch / 4) + x] = colour;
}

static struct drm_mode_rect square_at(const struct kms_buf *buf, unsigned int step)
{
	struct drm_mode_rect rect = {
		.x1 = 8 * step % (buf->width - 64), .y1 = 5 * step % (buf->height - 64),
	};

	rect.x2 = rect.x1 + 64;
	rect.y2 = rect.y1 + 64;
	return rect;
}

static int do_square(struct kms *kms, char **words)
{
	unsigned int head = head_of(kms, words), count = number(words, 4), i;
	double begun = now();
	int err = 0;

	for (i = 2; i < count + 2 && !err; i++) {
		struct kms_buf *buf = buf_of(kms, words, 2 + i % 2);
		struct drm_mode_rect old = square_at(buf, i - 2);
		struct drm_mode_rect clips[] = {
			square_at(buf, i - 1), square_at(buf, i),
		};

		/* This buffer shows the square as it was two pictures ago. */
		paint_square(buf, &old, 0);
		paint_square(buf, &clips[1], 0xffffff);
		err = show_clips(kms, head, buf, clips, 2,
				 DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT);
		if (!err)
			err = kms_event(kms, DRM_EVENT_FLIP_COMPLETE, NULL, 0);
	}
	kms_answer("events=%u seconds=%.6f", i - 2, now() - begun);

	return err;
}

static int do_asyncflip(struct kms *kms, char **words)
{
	unsigned int head = head_of(kms, words), count = number(words, 4), i;
	double begun = now();
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		struct kms_value value = {
			kms->head[head].plane, "FB_ID", buf_of(kms, words, 2 + i % 2)->fb,
		};
		struct drm_mode_crtc_page_flip flip = {
			.crtc_id = kms->head[head].crtc,
			.fb_id = value.value,
			.flags = DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_PAGE_FLIP_ASYNC,
		};

		if (words[5])
			err = kms_atomic(kms, &value, 1, DRM_MODE_OBJECT_PLANE,
					 flip.flags | DRM_MODE_ATOMIC_NONBLOCK);
		else
			err = kms_ioctl(kms, DRM_IOCTL_MODE_PAGE_FLIP, &flip);
		if (!err)
			err = kms_event(kms, DRM_EVENT_FLIP_COMPLETE, NULL, 0);
	}
	kms_answer("events=%u seconds=%.6f", i, now() - begun);

	return err;
}

static int do_vblanks(struct kms *kms, char **words)
{
	unsigned int head = head_of(kms, words), count = number(words, 2);
	union drm_wait_vblank vblank = {
		.request.type = _DRM_VBLANK_RELATIVE |
				(head << _DRM_VBLANK_HIGH_CRTC_SHIFT &
				 _DRM_VBLANK_HIGH_CRTC_MASK),
		.request.sequence = 0,
	};
	uint32_t first;
	double begun;
	int err;

	err = kms_ioctl(kms, DRM_IOCTL_WAIT_VBLANK, &vblank);
	if (err)
		return err;
	first = vblank.reply.sequence;
	begun = vblank.reply.tval_sec + vblank.reply.tval_usec / 1e6;
	vblank.request.type = _DRM_VBLANK_RELATIVE |
			      (head << _DRM_VBLANK_HIGH_CRTC_SHIFT &
			       _DRM_VBLANK_HIGH_CRTC_MASK);
	vblank.request.sequence = count;
	vblank.request.signal = 0;
	err = kms_ioctl(kms, DRM_IOCTL_WAIT_VBLANK, &vblank);
	kms_answer("count=%u seconds=%.6f", vblank.reply.sequence - first,
		   vblank.reply.tval_sec + vblank.reply.tval_usec / 1e6 - begun);

	return err;
}

static int do_sequence(struct kms *kms, char **words)
{
	unsigned int head = head_of(kms, words), count = number(words, 2);
	struct drm_crtc_get_sequence now = { .crtc_id = kms->head[head].crtc };
	struct drm_crtc_queue_sequence queue = {
		.crtc_id = kms->head[head].crtc,
		.flags = DRM_CRTC_SEQUENCE_RELATIVE,
		.sequence = count,
		.user_data = 0x0123456789abcdefull,
	};
	struct drm_event_crtc_sequence event;
	int err;

	err = kms_ioctl(kms, DRM_IOCTL_CRTC_GET_SEQUENCE, &now);
	if (!err)
		err = kms_ioctl(kms, DRM_IOCTL_CRTC_QUEUE_SEQUENCE, &queue);
	if (!err)
		err = kms_event(kms, DRM_EVENT_CRTC_SEQUENCE, &event, sizeof(event));
	if (err)
		return err;

	kms_answer("count=%lld ns=%lld active=%u mine=%d",
		   (long long)(event.sequence - now.sequence),
		   (long long)(event.time_ns - now.sequence_ns), now.active,
		   event.user_data == queue.user_data);
	return 0;
}

static int do_dirties(struct kms *kms, char **words)
{
	struct kms_buf *buf = buf_of(kms, words, 1);
	unsigned int count = number(words, 2), i;
	double begun = now();
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		struct drm_clip_rect clip = {
			.x1 = 32 * (i % 8), .y1 = 0, .x2 = 32 * (i % 8) + 32, .y2 = 32,
		};
		struct drm_mode_fb_dirty_cmd dirty = {
			.fb_id = buf->fb, .num_clips = 1, .clips_ptr = (uintptr_t)&clip,
		};

		err = kms_ioctl(kms, DRM_IOCTL_MODE_DIRTYFB, &dirty);
	}
	kms_answer("count=%u seconds=%.6f", i, now() - begun);

	return err;
}

/**
 * struct flipper - a thread that flips without end
 * @kms: the card
 * @head: the head
 * @fbs: framebuffers to flip between
 * @flips: how often it has
 * @stop: it should end
 */
struct flipper {
	struct kms *kms;
	unsigned int head;
	uint32_t fbs[2];
	unsigned int flips;
	atomic_bool stop;
};

static void *flip_on(void *data)
{
	struct flipper *flipper = data;

	while (!atomic_load(&flipper->stop)) {
		struct drm_mode_crtc_page_flip flip = {
			.crtc_id = flipper->kms->head[flipper->head].crtc,
			.fb_id = flipper->fbs[flipper->flips % 2],
			.flags = DRM_MODE_PAGE_FLIP_EVENT,
		};

		if (kms_ioctl(flipper->kms, DRM_IOCTL_MODE_PAGE_FLIP, &flip) ||
		    kms_event(flipper->kms, DRM_EVENT_FLIP_COMPLETE, NULL, 0))
			break;
		flipper->flips++;
	}

	return NULL;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int move_many(struct kms *kms, unsigned int head, unsigned int count,
		     double *took)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		struct drm_mode_cursor2 arg = {
			.flags = DRM_MODE_CURSOR_MOVE,
			.crtc_id = kms->head[head].crtc,
			.x = i % 500, .y = i % 300,
		};
		double begun = now();

		err = kms_ioctl(kms, DRM_IOCTL_MODE_CURSOR2, &arg);
		took[i] = now() - begun;
		/* As often as a fast mouse tells. */
		usleep(1000);
	}

	return err;
}

static int do_moves(struct kms *kms, char **words)
{
	unsigned int count = number(words, 2);
	struct flipper flipper = { .kms = kms, .head = head_of(kms, words) };
	static double took[DISPLAY_MOVES];
	pthread_t thread;
	int err;

	if (!count || count > DISPLAY_MOVES)
		return -EINVAL;
	if (words[3]) {
		flipper.fbs[0] = buf_of(kms, words, 3)->fb;
		flipper.fbs[1] = buf_of(kms, words, 4)->fb;
		err = pthread_create(&thread, NULL, flip_on, &flipper);
		if (err)
			return -err;
	}
	err = move_many(kms, flipper.head, count, took);
	if (words[3]) {
		atomic_store(&flipper.stop, true);
		pthread_join(thread, NULL);
	}
	qsort(took, count, sizeof(*took), by_size);
	kms_answer("flips=%u p50_us=%.1f p99_us=%.1f max_us=%.1f", flipper.flips,
		   took[count / 2] * 1e6, took[count - 1 - count / 100] * 1e6,
		   took[count - 1] * 1e6);

	return err;
}

const struct kms_command kms_display_commands[] = {
	{ "cap", do_cap }, { "usermode", do_usermode }, { "damage", do_damage },
	{ "shift", do_shift }, { "square", do_square },
	{ "asyncflip", do_asyncflip }, { "vblanks", do_vblanks },
	{ "sequence", do_sequence }, { "dirties", do_dirties },
	{ "moves", do_moves },
	{ NULL, NULL }
};
