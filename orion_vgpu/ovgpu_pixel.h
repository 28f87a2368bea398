/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_PIXEL_H
#define _OVGPU_PIXEL_H

#include <linux/types.h>

void ovgpu_pixel_normalize(u32 *line, unsigned int count, u32 fourcc);
void ovgpu_pixel_blend(u32 *line, unsigned int count, const __le32 *image,
		       unsigned int image_count, int at);

#endif
