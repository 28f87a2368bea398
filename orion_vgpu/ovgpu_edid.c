// SPDX-License-Identifier: GPL-2.0-only
/*
 * EDID blocks from the host: bounded and looked at once, here, before anything
 * else sees them. Pure; drm_edid does the parsing.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/virtio_gpu.h>

#include "ovgpu_edid.h"

static bool ovgpu_edid_intact(const u8 *block)
{
	static const u8 magic[] = {
		0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00
	};
	unsigned int i;
	u8 sum = 0;

	for (i = 0; i < OVGPU_EDID_BLOCK; i++)
		sum += block[i];

	return !sum && !memcmp(block, magic, sizeof(magic));
}

/**
 * ovgpu_edid_take() - take what is usable of an answer
 * @edid: to fill; all zeros if nothing is usable
 * @answer: what the host wrote; untrusted
 * @used: how many bytes of it are written
 *
 * Return: 0, or -EPROTO if there is no intact first block.
 */
int ovgpu_edid_take(struct ovgpu_edid *edid,
		    const struct virtio_gpu_resp_edid *answer, u32 used)
{
	const u32 head = offsetof(struct virtio_gpu_resp_edid, edid);
	u32 size;

	memset(edid, 0, sizeof(*edid));
	if (used < head)
		return -EPROTO;

	size = min3(le32_to_cpu(answer->size), used - head, OVGPU_EDID_MAX);
	size = rounddown(size, OVGPU_EDID_BLOCK);
	memcpy(edid->data, answer->edid, size);
	if (!size || !ovgpu_edid_intact(edid->data)) {
		memset(edid, 0, sizeof(*edid));
		return -EPROTO;
	}

	edid->size = size;
	return 0;
}

/**
 * ovgpu_edid_read_block() - hand one block to drm_edid_read_custom()
 * @data: struct ovgpu_edid
 * @buf: where to
 * @block: number of the block
 * @len: its size
 *
 * Return: 0, or -ENODATA if the host gave no such block.
 */
int ovgpu_edid_read_block(void *data, u8 *buf, unsigned int block, size_t len)
{
	const struct ovgpu_edid *edid = data;
	size_t start = (size_t)block * OVGPU_EDID_BLOCK;

	if (start + len > edid->size)
		return -ENODATA;

	memcpy(buf, edid->data + start, len);
	return 0;
}
