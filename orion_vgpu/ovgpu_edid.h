/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_EDID_H
#define _OVGPU_EDID_H

#include <linux/types.h>

struct virtio_gpu_resp_edid;

/* What an answer of the host has room for. */
#define OVGPU_EDID_MAX		1024
#define OVGPU_EDID_BLOCK	128

/**
 * struct ovgpu_edid - the description of a monitor, as the host gave it
 * @size: bytes in use, whole blocks; 0 if there is no usable description
 * @data: the blocks. The first one is intact, the others are unchecked
 */
struct ovgpu_edid {
	u32 size;
	u8 data[OVGPU_EDID_MAX];
};

int ovgpu_edid_take(struct ovgpu_edid *edid,
		    const struct virtio_gpu_resp_edid *answer, u32 used);
int ovgpu_edid_read_block(void *data, u8 *buf, unsigned int block, size_t len);

#endif
