/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_VIRTIO_CONFIG_H
#define _ORION_COMPAT_LINUX_VIRTIO_CONFIG_H

#include_next <linux/virtio_config.h>
#include "compat_config.h"

/* How many feature bits a device can have; 128 from v6.17 on. */
#ifdef HAVE_VIRTIO_FEATURES_BITS
#include <linux/virtio_features.h>
#else
#define VIRTIO_FEATURES_BITS	64
#endif

#ifndef HAVE_VIRTQUEUE_INFO
#include <linux/slab.h>

struct virtqueue_info {
	const char *name;
	vq_callback_t *callback;
	bool ctx;
};

/* The older kernels take the same description as three arrays. */
static inline int orion_compat_find_vqs(struct virtio_device *vdev,
					unsigned int nvqs,
					struct virtqueue *vqs[],
					struct virtqueue_info info[],
					struct irq_affinity *desc)
{
	vq_callback_t **callbacks;
	const char **names;
	unsigned int i;
	int err = -ENOMEM;
	bool *ctx;

	callbacks = kcalloc(nvqs, sizeof(*callbacks), GFP_KERNEL);
	names = kcalloc(nvqs, sizeof(*names), GFP_KERNEL);
	ctx = kcalloc(nvqs, sizeof(*ctx), GFP_KERNEL);
	if (!callbacks || !names || !ctx)
		goto out_free;

	for (i = 0; i < nvqs; i++) {
		callbacks[i] = info[i].callback;
		names[i] = info[i].name;
		ctx[i] = info[i].ctx;
	}

	err = virtio_find_vqs_ctx(vdev, nvqs, vqs, callbacks, names, ctx, desc);

out_free:
	kfree(ctx);
	kfree(names);
	kfree(callbacks);
	return err;
}

#define virtio_find_vqs	orion_compat_find_vqs
#endif

#endif
