// SPDX-License-Identifier: GPL-2.0-only
/* virtqueue_reset(): v6.6; that it tells when all buffers are recycled: v6.14 */
#include <linux/virtio.h>

int probe(struct virtqueue *vq, void (*recycle)(struct virtqueue *, void *),
	  void (*done)(struct virtqueue *))
{
	return virtqueue_reset(vq, recycle, done);
}
