// SPDX-License-Identifier: GPL-2.0-only
/* The driver that leaves everything to the test. */

#include <linux/export.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "fake_driver.h"

static struct fake_driver *fake_driver_of(struct virtio_device *vdev)
{
	return dev_get_platdata(&vdev->dev);
}

static void fake_driver_used(struct virtqueue *vq)
{
	struct fake_driver *driver = fake_driver_of(vq->vdev);

	if (driver->used)
		driver->used(driver, vq);
}

static int fake_driver_validate(struct virtio_device *vdev)
{
	struct fake_driver *driver = fake_driver_of(vdev);

	if (!driver)
		return -ENODEV;

	driver->vdev = vdev;
	return driver->validate ? driver->validate(driver) : 0;
}

static int fake_driver_find_vqs(struct fake_driver *driver)
{
	struct virtqueue_info *info;
	unsigned int i;
	int err;

	info = kcalloc(driver->nvqs, sizeof(*info), GFP_KERNEL);
	if (!info)
		return -ENOMEM;

	for (i = 0; i < driver->nvqs; i++) {
		info[i].name = "fake";
		if (!driver->no_callbacks)
			info[i].callback = fake_driver_used;
	}
	err = virtio_find_vqs(driver->vdev, driver->nvqs, driver->vqs, info,
			      NULL);
	kfree(info);

	return err;
}

static int fake_driver_probe(struct virtio_device *vdev)
{
	struct fake_driver *driver = fake_driver_of(vdev);
	int err;

	err = fake_driver_find_vqs(driver);
	if (err) {
		driver->vdev = NULL;
		return err;
	}

	virtio_device_ready(vdev);
	return 0;
}

static void fake_driver_remove(struct virtio_device *vdev)
{
	struct fake_driver *driver = fake_driver_of(vdev);
	unsigned int i;

	if (driver->stop)
		driver->stop(driver);
	virtio_reset_device(vdev);
	if (driver->drain)
		driver->drain(driver);
	for (i = 0; i < driver->nvqs; i++) {
		while (virtqueue_detach_unused_buf(driver->vqs[i]))
			;
		driver->vqs[i] = NULL;
	}
	vdev->config->del_vqs(vdev);
	driver->vdev = NULL;
}

static void fake_driver_config_changed(struct virtio_device *vdev)
{
	struct fake_driver *driver = fake_driver_of(vdev);

	if (driver->config_changed)
		driver->config_changed(driver);
}

static const struct virtio_device_id fake_driver_ids[] = {
	{ FAKE_DRIVER_ID, VIRTIO_DEV_ANY_ID },
	{ 0 },
};

static const unsigned int fake_driver_features[FAKE_DRIVER_FEATURES] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
	12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
};

static struct virtio_driver fake_driver = {
	.driver.name = "orion_fake",
	.id_table = fake_driver_ids,
	.feature_table = fake_driver_features,
	.feature_table_size = ARRAY_SIZE(fake_driver_features),
	.validate = fake_driver_validate,
	.probe = fake_driver_probe,
	.remove = fake_driver_remove,
	.config_changed = fake_driver_config_changed,
};
module_virtio_driver(fake_driver);

/**
 * fake_driver_plug() - plug a device in, for this driver
 * @driver: the driver's side, which must live until the device is unplugged
 * @fv: device of type FAKE_DRIVER_ID
 *
 * Return: 0, -ENXIO if probe failed, or what plugging in failed with.
 */
int fake_driver_plug(struct fake_driver *driver, struct fake_virtio *fv)
{
	int err;

	driver->nvqs = clamp(driver->nvqs, 1, FAKE_DRIVER_QUEUES);
	fv->platform_data = driver;
	err = fake_virtio_plug(fv);
	if (err)
		return err;

	return fake_virtio_bound(fv) ? 0 : -ENXIO;
}
EXPORT_SYMBOL_GPL(fake_driver_plug);
