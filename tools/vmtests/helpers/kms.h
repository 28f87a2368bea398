/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the helper "kms" knows of one card: its outputs, and the buffers and
 * framebuffers that were made so far.
 */
#ifndef KMS_H
#define KMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libdrm/drm.h>
#include <libdrm/drm_mode.h>

#define KMS_HEADS	16
#define KMS_BUFS	64
/* "XR24" */
#define KMS_XRGB8888	0x34325258

/**
 * struct kms_head - one connector, with a CRTC and a primary plane of its own
 * @connector: connector's id
 * @crtc: id of the CRTC that drives it
 * @plane: id of that CRTC's primary plane, 0 if it has none
 * @plane_fb: id of the plane's property FB_ID
 */
struct kms_head {
	uint32_t connector;
	uint32_t crtc;
	uint32_t plane;
	uint32_t plane_fb;
};

/**
 * struct kms_buf - a dumb buffer and the framebuffer on it
 * @handle: GEM handle, 0 for a free slot
 * @width: as it was asked for
 * @height: as it was asked for
 * @pitch: as the driver chose it
 * @size: as the driver chose it
 * @fb: framebuffer's id, 0 for none
 * @map: its memory
 * @dma_buf: file that shares it, 0 for none
 */
struct kms_buf {
	uint32_t handle;
	uint32_t width;
	uint32_t height;
	uint32_t pitch;
	uint64_t size;
	uint32_t fb;
	void *map;
	int dma_buf;
};

/**
 * struct kms - an opened card
 * @fd: the card
 * @count: entries of @head that are in use
 * @head: outputs, in the order of the card's connectors
 * @buf: buffers, numbered by the user
 */
struct kms {
	int fd;
	unsigned int count;
	struct kms_head head[KMS_HEADS];
	struct kms_buf buf[KMS_BUFS];
};

/**
 * struct kms_value - what a property of an object is to be
 * @object: object's id
 * @name: of the property
 * @value: its new value
 */
struct kms_value {
	uint32_t object;
	const char *name;
	uint64_t value;
};

/**
 * struct kms_command - a line that the helper understands
 * @name: its first word
 * @run: what it does; words that are not there are NULL
 */
struct kms_command {
	const char *name;
	int (*run)(struct kms *kms, char **words);
};

extern const struct kms_command kms_display_commands[];

double now(void);
unsigned int number(char **words, int index);
unsigned int head_of(struct kms *kms, char **words);
struct kms_buf *buf_of(struct kms *kms, char **words, int index);
void kms_answer(const char *format, ...);
int kms_event(struct kms *kms, uint32_t type, void *event, size_t size);

int kms_open(struct kms *kms, const char *path);
int kms_ioctl(struct kms *kms, unsigned long request, void *arg);

int kms_modes(struct kms *kms, unsigned int head, struct drm_mode_modeinfo *modes,
	      unsigned int *count, bool *connected);
int kms_mode(struct kms *kms, unsigned int head, unsigned int width,
	     unsigned int height, struct drm_mode_modeinfo *mode);

int kms_buf_alloc(struct kms *kms, struct kms_buf *buf, unsigned int width,
		  unsigned int height);
void kms_buf_free(struct kms *kms, struct kms_buf *buf);
int kms_buf_fb(struct kms *kms, struct kms_buf *buf, unsigned int width,
	       unsigned int height, uint32_t pitch, uint32_t offset,
	       uint32_t format);
void kms_buf_paint(struct kms_buf *buf, unsigned int seed);

int kms_buf_export(struct kms *kms, struct kms_buf *buf);
int kms_buf_import(struct kms *kms, struct kms_buf *buf, uint32_t *handle);
int kms_buf_borrow(struct kms *kms, struct kms_buf *buf, const char *driver,
		   unsigned int width, unsigned int height);
int kms_buf_compare(struct kms *kms, struct kms_buf *buf, bool *same);
void kms_buf_sync(struct kms_buf *buf, bool end);

int kms_set(struct kms *kms, unsigned int head, uint32_t fb, unsigned int x,
	    unsigned int y, struct drm_mode_modeinfo *mode);
int kms_commit(struct kms *kms, const unsigned int *heads, const uint32_t *fbs,
	       unsigned int count);
int kms_atomic(struct kms *kms, const struct kms_value *values, unsigned int count,
	       uint32_t type, uint32_t flags);

#endif /* KMS_H */
