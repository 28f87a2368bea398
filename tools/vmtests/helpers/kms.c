// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client that does to a card what a test says, one line of standard input at
 * a time, and answers each with one line: "ok", with what there is to tell, or
 * "error" with the kernel's errno. It stays master of the card until its input
 * ends, so that the host has time to look.
 *
 *   version                          name and description of the driver
 *   heads                            number of heads
 *   modes HEAD                       connected or not, preferred mode, their number
 *   dumb BUF W H                     make a buffer
 *   fb BUF W H PITCH OFFSET FOURCC   make its framebuffer; PITCH 0 for its own
 *   paint BUF SEED                   a pattern of which every pixel is known
 *   fill BUF COLOUR                  0xAARRGGBB
 *   free BUF                         framebuffer and buffer
 *   export BUF                       paint and fill by way of a dma-buf from here on
 *   borrow BUF W H DRIVER            a buffer of another driver's card
 *   again BUF                        is the handle the same if it is imported again?
 *   many COUNT W H                   so many framebuffers, until the end
 *   churn COUNT W H                  so many framebuffers, each thrown away for the next
 *   zeroes BUF                       how many pixels are 0
 *   same BUF                         does the card map what is in the buffer?
 *   set HEAD W H BUF [X Y]           light a head; 0 0 for the preferred mode
 *   off HEAD                         and out
 *   commit HEAD BUF [HEAD BUF]...    new pictures for several heads at once
 *   flip HEAD BUF BUF COUNT          that many flips with an event each
 *   dirty BUF X1 Y1 X2 Y2            say what changed
 *   cursor HEAD BUF HOTX HOTY        show a cursor
 *   nocursor HEAD                    hide it
 *   move HEAD X Y                    move it
 *
 * and those of kms_display.c.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "kms.h"

#define KMS_WORDS	48
#define KMS_EVENT_MS	5000

static char answer[512];

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

unsigned int number(char **words, int index)
{
	return words[index] ? strtoul(words[index], NULL, 0) : 0;
}

unsigned int head_of(struct kms *kms, char **words)
{
	unsigned int head = number(words, 1);

	return head < kms->count ? head : 0;
}

struct kms_buf *buf_of(struct kms *kms, char **words, int index)
{
	return &kms->buf[number(words, index) % KMS_BUFS];
}

void kms_answer(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(answer, sizeof(answer), format, args);
	va_end(args);
}

static int do_version(struct kms *kms, char **words)
{
	char name[64] = "", desc[128] = "";
	struct drm_version version = {
		.name = name,
		.name_len = sizeof(name) - 1,
		.desc = desc,
		.desc_len = sizeof(desc) - 1,
	};
	int err = kms_ioctl(kms, DRM_IOCTL_VERSION, &version);

	snprintf(answer, sizeof(answer), "name=%s major=%d desc='%s'", name,
		 version.version_major, desc);
	return err;
}

static int do_heads(struct kms *kms, char **words)
{
	snprintf(answer, sizeof(answer), "count=%u", kms->count);
	return 0;
}

static int do_modes(struct kms *kms, char **words)
{
	struct drm_mode_modeinfo modes[128] = { 0 };
	const struct drm_mode_modeinfo *best = &modes[0];
	unsigned int count, i;
	bool connected;
	int err;

	err = kms_modes(kms, head_of(kms, words), modes, &count, &connected);
	if (err)
		return err;
	for (i = count; i--; )
		if (modes[i].type & DRM_MODE_TYPE_PREFERRED)
			best = &modes[i];
	snprintf(answer, sizeof(answer), "connected=%d count=%u width=%u height=%u hz=%u",
		 connected, count, best->hdisplay, best->vdisplay, best->vrefresh);

	return 0;
}

static int do_dumb(struct kms *kms, char **words)
{
	struct kms_buf *buf = buf_of(kms, words, 1);
	int err = kms_buf_alloc(kms, buf, number(words, 2), number(words, 3));

	if (!err)
		snprintf(answer, sizeof(answer), "pitch=%u size=%llu", buf->pitch,
			 (unsigned long long)buf->size);
	return err;
}

static int do_fb(struct kms *kms, char **words)
{
	struct kms_buf *buf = buf_of(kms, words, 1);
	const char *format = words[6] && strlen(words[6]) == 4 ? words[6] : "XR24";
	unsigned int pitch = number(words, 4);

	return kms_buf_fb(kms, buf, number(words, 2), number(words, 3),
			  pitch ? pitch : buf->pitch, number(words, 5),
			  format[0] | format[1] << 8 | format[2] << 16 |
			  (uint32_t)format[3] << 24);
}

static int do_paint(struct kms *kms, char **words)
{
	struct kms_buf *buf = buf_of(kms, words, 1);

	kms_buf_sync(buf, false);
	kms_buf_paint(buf, number(words, 2));
	kms_buf_sync(buf, true);
	return 0;
}

static int do_fill(struct kms *kms, char **words)
{
	struct kms_buf *buf = buf_of(kms, words, 1);
	uint32_t colour = number(words, 2);
	uint64_t i;

	kms_buf_sync(buf, false);
	for (i = 0; i < buf->size / 4; i++)
		((uint32_t *)buf->map)[i] = colour;
	kms_buf_sync(buf, true);
	return 0;
}

static int do_free(struct kms *kms, char **words)
{
	kms_buf_free(kms, buf_of(kms, words, 1));
	return 0;
}

static int do_export(struct kms *kms, char **words)
{
	return kms_buf_export(kms, buf_of(kms, words, 1));
}

static int do_borrow(struct kms *kms, char **words)
{
	if (!words[1] || !words[2] || !words[3] || !words[4])
		return -EINVAL;

	return kms_buf_borrow(kms, buf_of(kms, words, 1), words[4],
			      number(words, 2), number(words, 3));
}

static int do_again(struct kms *kms, char **words)
{
	struct kms_buf *buf = buf_of(kms, words, 1);
	uint32_t handle;
	int err = kms_buf_import(kms, buf, &handle);

	snprintf(answer, sizeof(answer), "same=%d", handle == buf->handle);
	return err;
}

static int do_many(struct kms *kms, char **words)
{
	unsigned int count = number(words, 1), i;
	struct kms_buf buf;
	int err = 0;

	for (i = 0; !err && i < count; i++) {
		err = kms_buf_alloc(kms, &buf, number(words, 2), number(words, 3));
		if (!err)
			err = kms_buf_fb(kms, &buf, buf.width, buf.height, buf.pitch,
					 0, KMS_XRGB8888);
		if (!err)
			munmap(buf.map, buf.size);
	}
	snprintf(answer, sizeof(answer), "count=%u", i);
	return err;
}

static int do_churn(struct kms *kms, char **words)
{
	unsigned int count = number(words, 1), i;
	double begun = now();
	struct kms_buf buf;
	int err = 0;

	for (i = 0; !err && i < count; i++) {
		err = kms_buf_alloc(kms, &buf, number(words, 2), number(words, 3));
		if (err)
			break;
		*(uint32_t *)buf.map = i;
		err = kms_buf_fb(kms, &buf, buf.width, buf.height, buf.pitch, 0,
				 KMS_XRGB8888);
		kms_buf_free(kms, &buf);
	}
	kms_answer("count=%u seconds=%.6f", i, now() - begun);
	return err;
}

static int do_zeroes(struct kms *kms, char **words)
{
	const struct kms_buf *buf = buf_of(kms, words, 1);
	const uint32_t *pixels = buf->map;
	unsigned int count = 0;
	uint64_t i;

	for (i = 0; i < (uint64_t)buf->width * buf->height; i++)
		count += !pixels[i];
	kms_answer("count=%u", count);
	return 0;
}

static int do_same(struct kms *kms, char **words)
{
	bool same = false;
	int err = kms_buf_compare(kms, buf_of(kms, words, 1), &same);

	snprintf(answer, sizeof(answer), "same=%d", same);
	return err;
}

static int do_set(struct kms *kms, char **words)
{
	unsigned int head = head_of(kms, words);
	struct drm_mode_modeinfo mode;
	double begun;
	int err;

	err = kms_mode(kms, head, number(words, 2), number(words, 3), &mode);
	if (err)
		return err;
	begun = now();
	err = kms_set(kms, head, buf_of(kms, words, 4)->fb, number(words, 5),
		      words[5] ? number(words, 6) : 0, &mode);
	snprintf(answer, sizeof(answer), "width=%u height=%u hz=%u seconds=%.6f",
		 mode.hdisplay, mode.vdisplay, mode.vrefresh, now() - begun);

	return err;
}

static int do_off(struct kms *kms, char **words)
{
	return kms_set(kms, head_of(kms, words), 0, 0, 0, NULL);
}

static int do_commit(struct kms *kms, char **words)
{
	unsigned int heads[KMS_HEADS], count = 0;
	uint32_t fbs[KMS_HEADS];

	for (words++; count < KMS_HEADS && words[0] && words[1]; words += 2) {
		heads[count] = number(words, 0) % KMS_HEADS;
		fbs[count++] = buf_of(kms, words, 1)->fb;
	}

	return kms_commit(kms, heads, fbs, count);
}

/* Wait for an event, which must be of this type; the first size bytes of it. */
int kms_event(struct kms *kms, uint32_t type, void *event, size_t size)
{
	struct pollfd poller = { .fd = kms->fd, .events = POLLIN };
	char buffer[1024];
	const struct drm_event *head = (void *)buffer;

	if (poll(&poller, 1, KMS_EVENT_MS) != 1)
		return -ETIMEDOUT;
	if (read(kms->fd, buffer, sizeof(buffer)) < (ssize_t)sizeof(*head))
		return -errno;
	if (head->type != type || head->length < size)
		return -EBADMSG;

	if (size)
		memcpy(event, buffer, size);
	return 0;
}

static int do_flip(struct kms *kms, char **words)
{
	unsigned int head = head_of(kms, words), count = number(words, 4), i;
	double begun = now(), last = begun, shortest = 1e9, asked;
	unsigned int early = 0;
	int err = 0;

	for (i = 0; i < count; i++) {
		struct drm_mode_crtc_page_flip flip = {
			.crtc_id = kms->head[head].crtc,
			.fb_id = buf_of(kms, words, 2 + i % 2)->fb,
			.flags = DRM_MODE_PAGE_FLIP_EVENT,
		};
		struct drm_event_vblank event;

		asked = now();
		err = kms_ioctl(kms, DRM_IOCTL_MODE_PAGE_FLIP, &flip);
		if (!err)
			err = kms_event(kms, DRM_EVENT_FLIP_COMPLETE, &event,
					sizeof(event));
		if (err)
			break;
		/* Events have whole microseconds. */
		if (event.tv_sec + (event.tv_usec + 1) / 1e6 < asked)
			early++;
		if (now() - last < shortest && i)
			shortest = now() - last;
		last = now();
	}
	snprintf(answer, sizeof(answer),
		 "events=%u seconds=%.6f shortest=%.6f early=%u", i,
		 now() - begun, shortest, early);

	return err;
}

static int do_dirty(struct kms *kms, char **words)
{
	struct drm_clip_rect clip = {
		.x1 = number(words, 2), .y1 = number(words, 3),
		.x2 = number(words, 4), .y2 = number(words, 5),
	};
	struct drm_mode_fb_dirty_cmd dirty = {
		.fb_id = buf_of(kms, words, 1)->fb,
		.num_clips = 1,
		.clips_ptr = (uintptr_t)&clip,
	};

	return kms_ioctl(kms, DRM_IOCTL_MODE_DIRTYFB, &dirty);
}

static int cursor(struct kms *kms, char **words, struct drm_mode_cursor2 *cursor)
{
	cursor->crtc_id = kms->head[head_of(kms, words)].crtc;
	return kms_ioctl(kms, DRM_IOCTL_MODE_CURSOR2, cursor);
}

static int do_cursor(struct kms *kms, char **words)
{
	struct kms_buf *buf = buf_of(kms, words, 2);
	struct drm_mode_cursor2 arg = {
		.flags = DRM_MODE_CURSOR_BO,
		.width = buf->width,
		.height = buf->height,
		.handle = buf->handle,
		.hot_x = number(words, 3),
		.hot_y = words[3] ? number(words, 4) : 0,
	};

	return cursor(kms, words, &arg);
}

static int do_nocursor(struct kms *kms, char **words)
{
	struct drm_mode_cursor2 arg = { .flags = DRM_MODE_CURSOR_BO };

	return cursor(kms, words, &arg);
}

static int do_move(struct kms *kms, char **words)
{
	struct drm_mode_cursor2 arg = {
		.flags = DRM_MODE_CURSOR_MOVE,
		.x = number(words, 2),
		.y = words[2] ? number(words, 3) : 0,
	};

	return cursor(kms, words, &arg);
}

static const struct kms_command commands[] = {
	{ "version", do_version }, { "heads", do_heads }, { "modes", do_modes },
	{ "dumb", do_dumb }, { "fb", do_fb }, { "paint", do_paint },
	{ "fill", do_fill }, { "free", do_free }, { "set", do_set },
	{ "export", do_export }, { "borrow", do_borrow },
	{ "again", do_again }, { "same", do_same }, { "many", do_many },
	{ "churn", do_churn }, { "zeroes", do_zeroes },
	{ "off", do_off }, { "commit", do_commit }, { "flip", do_flip },
	{ "dirty", do_dirty }, { "cursor", do_cursor },
	{ "nocursor", do_nocursor }, { "move", do_move },
	{ NULL, NULL }
};

static const struct kms_command *find(const struct kms_command *command,
				      const char *name)
{
	while (command->name && strcmp(name, command->name))
		command++;
	return command;
}

static int obey(struct kms *kms, char **words)
{
	const struct kms_command *command = find(commands, words[0]);

	answer[0] = '\0';
	if (!command->name)
		command = find(kms_display_commands, words[0]);
	return command->name ? command->run(kms, words) : -EOPNOTSUPP;
}

int main(int argc, char **argv)
{
	static struct kms kms;
	char line[1024];
	int err;

	if (argc != 2) {
		fputs("usage: kms /dev/dri/cardN <commands\n", stderr);
		return 2;
	}
	err = kms_open(&kms, argv[1]);
	if (err) {
		fprintf(stderr, "kms: %s: %s\n", argv[1], strerror(-err));
		return 1;
	}

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		/* Words that are not there are NULL, whoever asks for them. */
		char *words[KMS_WORDS + 8] = { NULL };
		unsigned int count = 0;
		char *rest = line;

		line[strcspn(line, "\n")] = '\0';
		while (count < KMS_WORDS && (words[count] = strtok_r(rest, " ", &rest)))
			count++;
		if (!count)
			continue;
		err = obey(&kms, words);
		if (err)
			printf("error %s %s\n", strerrorname_np(-err), answer);
		else
			printf("ok %s\n", answer);
	}

	return 0;
}
