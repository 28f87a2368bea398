// SPDX-License-Identifier: GPL-2.0-only
/* Buffers that two cards share, or a card and whoever has the dma-buf. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/dma-buf.h>

#include "kms.h"

#define KMS_CARDS	64

/* Open the card of this driver. */
static int kms_open_driver(struct kms *other, const char *driver)
{
	unsigned int i;

	for (i = 0; i < KMS_CARDS; i++) {
		char path[32], name[32] = "";
		struct drm_version version = {
			.name = name,
			.name_len = sizeof(name) - 1,
		};

		snprintf(path, sizeof(path), "/dev/dri/card%u", i);
		other->fd = open(path, O_RDWR | O_CLOEXEC);
		if (other->fd < 0)
			continue;
		if (!kms_ioctl(other, DRM_IOCTL_VERSION, &version) &&
		    !strcmp(name, driver))
			return 0;
		close(other->fd);
	}

	return -ENODEV;
}

/* Make a dma-buf of a buffer, and write to the buffer by way of that. */
int kms_buf_export(struct kms *kms, struct kms_buf *buf)
{
	struct drm_prime_handle prime = {
		.handle = buf->handle,
		.flags = DRM_CLOEXEC | DRM_RDWR,
	};
	void *map;
	int err;

	err = kms_ioctl(kms, DRM_IOCTL_PRIME_HANDLE_TO_FD, &prime);
	if (err)
		return err;

	map = mmap(NULL, buf->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   prime.fd, 0);
	if (map == MAP_FAILED) {
		err = -errno;
		close(prime.fd);
		return err;
	}
	munmap(buf->map, buf->size);
	buf->map = map;
	buf->dma_buf = prime.fd;

	return 0;
}

/* The card's handle for a buffer's dma-buf. */
int kms_buf_import(struct kms *kms, struct kms_buf *buf, uint32_t *handle)
{
	struct drm_prime_handle prime = { .fd = buf->dma_buf };
	int err = kms_ioctl(kms, DRM_IOCTL_PRIME_FD_TO_HANDLE, &prime);

	*handle = prime.handle;
	return err;
}

/* A buffer of another driver's card, imported into this one. */
int kms_buf_borrow(struct kms *kms, struct kms_buf *buf, const char *driver,
		   unsigned int width, unsigned int height)
{
	struct kms other;
	int err;

	err = kms_open_driver(&other, driver);
	if (err)
		return err;

	err = kms_buf_alloc(&other, buf, width, height);
	if (!err) {
		err = kms_buf_export(&other, buf);
		if (!err)
			err = kms_buf_import(kms, buf, &buf->handle);
		if (err)
			kms_buf_free(&other, buf);
	}
	/* From here on the dma-buf alone keeps it. */
	close(other.fd);

	return err;
}

/* Map a buffer by way of the card, and see whether the same is in there. */
int kms_buf_compare(struct kms *kms, struct kms_buf *buf, bool *same)
{
	struct drm_mode_map_dumb map = { .handle = buf->handle };
	void *other;
	int err;

	err = kms_ioctl(kms, DRM_IOCTL_MODE_MAP_DUMB, &map);
	if (err)
		return err;

	other = mmap(NULL, buf->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		     kms->fd, map.offset);
	if (other == MAP_FAILED)
		return -errno;

	*same = !memcmp(other, buf->map, buf->size);
	munmap(other, buf->size);
	return 0;
}

/* Tell whoever else has the buffer that it is being written to, or has been. */
void kms_buf_sync(struct kms_buf *buf, bool end)
{
	struct dma_buf_sync sync = {
		.flags = DMA_BUF_SYNC_WRITE |
			 (end ? DMA_BUF_SYNC_END : DMA_BUF_SYNC_START),
	};

	if (buf->dma_buf)
		ioctl(buf->dma_buf, DMA_BUF_IOCTL_SYNC, &sync);
}
