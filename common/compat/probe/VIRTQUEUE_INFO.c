// SPDX-License-Identifier: GPL-2.0-only
/* struct virtqueue_info and five-argument virtio_find_vqs(): v6.11 */
#include <linux/virtio_config.h>

int probe(struct virtio_device *vdev, struct virtqueue **vqs,
	  struct virtqueue_info *info)
{
	return virtio_find_vqs(vdev, 1, vqs, info, NULL);
}
