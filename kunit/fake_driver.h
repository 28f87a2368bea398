/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A driver that does nothing of its own, for suites that need a real virtqueue
 * but none of our drivers: it finds the queues, says DRIVER_OK, and hands
 * everything else to the test.
 */
#ifndef _ORION_FAKE_DRIVER_H
#define _ORION_FAKE_DRIVER_H

#include <linux/types.h>

#include "fake_virtio.h"

/** FAKE_DRIVER_ID - device type that it binds; no real device has it */
#define FAKE_DRIVER_ID		0x3f01
/** FAKE_DRIVER_QUEUES - most queues that it finds */
#define FAKE_DRIVER_QUEUES	FAKE_VIRTIO_QUEUES
/** FAKE_DRIVER_FEATURES - it accepts the feature bits below this */
#define FAKE_DRIVER_FEATURES	24

/**
 * struct fake_driver - one device, from the driver's side
 */
struct fake_driver {
	/* Set by the test before fake_driver_plug(). */

	/** @nvqs: Queues to find, at least one. */
	unsigned int nvqs;
	/** @no_callbacks: Find them without callback. */
	bool no_callbacks;
	/** @validate: As in struct virtio_driver, or NULL. */
	int (*validate)(struct fake_driver *driver);
	/** @used: A queue was interrupted; NULL for nothing to do. */
	void (*used)(struct fake_driver *driver, struct virtqueue *vq);
	/** @config_changed: The configuration changed; NULL for nothing to do. */
	void (*config_changed)(struct fake_driver *driver);
	/** @stop: In remove, before the device is reset; or NULL. */
	void (*stop)(struct fake_driver *driver);
	/** @drain: In remove, after that, to take all buffers back; or NULL. */
	void (*drain)(struct fake_driver *driver);
	/** @priv: For the test. */
	void *priv;

	/* Set by probe, unset by remove. */

	/** @vdev: The device, or NULL. */
	struct virtio_device *vdev;
	/** @vqs: Its queues. */
	struct virtqueue *vqs[FAKE_DRIVER_QUEUES];
};

int fake_driver_plug(struct fake_driver *driver, struct fake_virtio *fv);

#endif
