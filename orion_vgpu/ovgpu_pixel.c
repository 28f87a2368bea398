// SPDX-License-Identifier: GPL-2.0-only
/* Arithmetic on lines of pixels; pure. */

#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/swab.h>

#include <asm/byteorder.h>

#include <drm/drm_fourcc.h>

#include "ovgpu_pixel.h"

#define OVGPU_PIXEL_RGB	0xffffff

/**
 * ovgpu_pixel_normalize() - make any pixels XRGB8888 of this CPU, with X zero
 * @line: pixels as they are in a framebuffer; changed in place
 * @count: how many
 * @fourcc: their format, one of those that a primary plane takes
 *
 * A primary plane's alpha hides nothing, so it is dropped.
 */
void ovgpu_pixel_normalize(u32 *line, unsigned int count, u32 fourcc)
{
	bool swap, shift;
	unsigned int i;
	u32 pixel;

	swap = fourcc == DRM_FORMAT_XBGR8888 || fourcc == DRM_FORMAT_ABGR8888 ||
	       fourcc == DRM_FORMAT_BGRX8888 || fourcc == DRM_FORMAT_BGRA8888;
	shift = fourcc == DRM_FORMAT_XBGR8888 ||
		fourcc == DRM_FORMAT_ABGR8888 ||
		fourcc == DRM_FORMAT_RGBX8888 || fourcc == DRM_FORMAT_RGBA8888;

	for (i = 0; i < count; i++) {
		pixel = le32_to_cpu((__force __le32)line[i]);
		if (swap)
			pixel = swab32(pixel);
		if (shift)
			pixel >>= 8;
		line[i] = pixel & OVGPU_PIXEL_RGB;
	}
}

/* One premultiplied pixel on top of an opaque one. */
static u32 ovgpu_pixel_over(u32 above, u32 below)
{
	u32 through = 255 - (above >> 24);
	u32 sum, pixel = 0;
	unsigned int bit;

	for (bit = 0; bit < 24; bit += 8) {
		sum = DIV_ROUND_CLOSEST((below >> bit & 255) * through, 255);
		/* Pixels that are not really premultiplied could exceed it. */
		sum = min(sum + (above >> bit & 255), 255U);
		pixel |= sum << bit;
	}

	return pixel;
}

/**
 * ovgpu_pixel_blend() - put a line of an image on top of a line of a picture
 * @line: the picture's, as ovgpu_pixel_normalize() makes them
 * @count: how many
 * @image: the image's, premultiplied ARGB8888
 * @image_count: how many
 * @at: where in @line the image begins; what is outside is cut off
 */
void ovgpu_pixel_blend(u32 *line, unsigned int count, const __le32 *image,
		       unsigned int image_count, int at)
{
	unsigned int i;
	s64 x;

	for (i = 0; i < image_count; i++) {
		x = (s64)at + i;
		if (x >= 0 && x < count)
			line[x] = ovgpu_pixel_over(le32_to_cpu(image[i]),
						   line[x]);
	}
}
