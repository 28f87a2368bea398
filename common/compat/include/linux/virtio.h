/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_VIRTIO_H
#define _ORION_COMPAT_LINUX_VIRTIO_H

#include_next <linux/virtio.h>
#include "compat_config.h"

#ifndef HAVE_VIRTQUEUE_RESIZE_DONE
/* As on the newest kernel, but @recycle_done is called when the ring is back. */
static inline int
orion_compat_virtqueue_resize(struct virtqueue *vq, u32 num,
			      void (*recycle)(struct virtqueue *vq, void *buf),
			      void (*recycle_done)(struct virtqueue *vq))
{
	int err = virtqueue_resize(vq, num, recycle);

	if (recycle_done)
		recycle_done(vq);
	return err;
}

#define virtqueue_resize	orion_compat_virtqueue_resize
#endif

#ifndef HAVE_VIRTQUEUE_RESET
/* A ring can be made shorter, so make it so and then as it was. */
static inline int
orion_compat_virtqueue_reset(struct virtqueue *vq,
			     void (*recycle)(struct virtqueue *vq, void *buf),
			     void (*recycle_done)(struct virtqueue *vq))
{
	unsigned int entries = virtqueue_get_vring_size(vq);
	int err;

	err = virtqueue_resize(vq, entries / 2, recycle, NULL);
	if (err)
		return err;

	return virtqueue_resize(vq, entries, recycle, recycle_done);
}

#define virtqueue_reset		orion_compat_virtqueue_reset
#endif

#endif
