// SPDX-License-Identifier: GPL-2.0-only
/* The module, its virtio driver and its DRM driver. */

#include <linux/aperture.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_ring.h>

#include <drm/clients/drm_client_setup.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_drv.h>
#include <drm/drm_fbdev_ttm.h>
#include <drm/drm_file.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "orion_feature.h"
#include "orion_namespace.h"

#include "ovgpu.h"
#include "ovgpu_debugfs.h"
#include "ovgpu_ioctl.h"
#include "ovgpu_prime.h"

/*
 * This name says "speaks virtgpu_drm.h": programs match on it, whatever the
 * module is called.
 */
static char *ovgpu_main_drm_name = "virtio_gpu";
module_param_named(drm_name, ovgpu_main_drm_name, charp, 0444);
MODULE_PARM_DESC(drm_name, "Name of the DRM driver that programs see (default virtio_gpu)");

static const struct file_operations ovgpu_main_fops = {
	.owner		= THIS_MODULE,
	.show_fdinfo	= drm_show_fdinfo,
	DRM_GEM_FOPS,
};

static struct drm_driver ovgpu_main_drm_driver = {
	.driver_features	= DRIVER_MODESET | DRIVER_GEM | DRIVER_ATOMIC |
				  DRIVER_SYNCOBJ | DRIVER_SYNCOBJ_TIMELINE |
				  DRIVER_CURSOR_HOTSPOT,
	.open			= ovgpu_context_open,
	.postclose		= ovgpu_context_close,
	.dumb_create		= ovgpu_gem_dumb_create,
	.dumb_map_offset	= ovgpu_gem_dumb_map_offset,
	.gem_prime_import	= ovgpu_prime_import,
	.gem_prime_import_sg_table = ovgpu_prime_import_sg_table,
	.debugfs_init		= ovgpu_debugfs_init,
	.ioctls			= ovgpu_ioctl_table,
	.num_ioctls		= OVGPU_IOCTL_COUNT,
	.fops			= &ovgpu_main_fops,
	.desc			= "Orion virtio GPU",
	.major			= 0,
	.minor			= 1,
	DRM_FBDEV_TTM_DRIVER_OPS,
	COMPAT_DRM_FDINFO_OPS
	COMPAT_DRM_DRIVER_OPS
};

/* The same for a device that draws, which programs may use without a screen. */
static struct drm_driver ovgpu_main_render_driver;

static const struct orion_feature_name ovgpu_main_features[] = {
	{ VIRTIO_GPU_F_VIRGL, "VIRGL" },
	{ VIRTIO_GPU_F_CONTEXT_INIT, "CONTEXT_INIT" },
	{ VIRTIO_GPU_F_EDID, "EDID" },
	{ VIRTIO_GPU_F_RESOURCE_UUID, "RESOURCE_UUID" },
	{ VIRTIO_GPU_F_RESOURCE_BLOB, "RESOURCE_BLOB" },
	{ VIRTIO_GPU_F_BLOB_ALIGNMENT, "BLOB_ALIGNMENT" },
	{ VIRTIO_F_VERSION_1, "VERSION_1" },
	{ VIRTIO_F_ACCESS_PLATFORM, "ACCESS_PLATFORM" },
	{ VIRTIO_F_RING_PACKED, "RING_PACKED" },
	{ VIRTIO_RING_F_EVENT_IDX, "EVENT_IDX" },
};

/* What the device says of itself, before anything of the system is touched. */
static int ovgpu_main_count_outputs(struct virtio_device *vdev,
				    unsigned int *count)
{
	u32 scanouts;

	if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1))
		return dev_err_probe(&vdev->dev, -ENODEV,
				     "device is not VIRTIO 1.0 or newer (no VERSION_1)\n");

	virtio_cread_le(vdev, struct virtio_gpu_config, num_scanouts,
			&scanouts);
	if (!scanouts)
		return dev_err_probe(&vdev->dev, -ENODEV,
				     "device has no scanouts, nothing to drive\n");
	if (scanouts > VIRTIO_GPU_MAX_SCANOUTS)
		dev_warn(&vdev->dev, "device claims %u scanouts, using %u\n",
			 scanouts, VIRTIO_GPU_MAX_SCANOUTS);

	*count = min_t(u32, scanouts, VIRTIO_GPU_MAX_SCANOUTS);
	return 0;
}

static void ovgpu_main_config_changed(struct orion_config *config)
{
	ovgpu_output_changed(container_of(config, struct ovgpu, config));
}

/* Everything that needs no device yet, and ends with the DRM device. */
static struct ovgpu *ovgpu_main_alloc(struct virtio_device *vdev)
{
	struct drm_device *drm;
	struct ovgpu *ovgpu;
	unsigned int count;
	unsigned int i;
	int err;

	err = ovgpu_main_count_outputs(vdev, &count);
	if (err)
		return ERR_PTR(err);

	drm = drm_dev_alloc(virtio_has_feature(vdev, VIRTIO_GPU_F_VIRGL) ?
			    &ovgpu_main_render_driver : &ovgpu_main_drm_driver,
			    vdev->dev.parent);
	if (IS_ERR(drm))
		return ERR_CAST(drm);

	ovgpu = drmm_kzalloc(drm, struct_size(ovgpu, outputs, count),
			     GFP_KERNEL);
	if (!ovgpu) {
		err = -ENOMEM;
		goto err_put_drm;
	}

	ovgpu->drm = drm;
	ovgpu->vdev = vdev;
	ovgpu->has_edid = virtio_has_feature(vdev, VIRTIO_GPU_F_EDID);
	ovgpu->has_uuid = virtio_has_feature(vdev, VIRTIO_GPU_F_RESOURCE_UUID);
	ovgpu->has_virgl = virtio_has_feature(vdev, VIRTIO_GPU_F_VIRGL);
	ovgpu->has_context_init = ovgpu->has_virgl &&
		virtio_has_feature(vdev, VIRTIO_GPU_F_CONTEXT_INIT);
	ovgpu->has_blob = virtio_has_feature(vdev, VIRTIO_GPU_F_RESOURCE_BLOB);
	ovgpu->output_count = count;
	for (i = 0; i < count; i++) {
		ovgpu->outputs[i].ovgpu = ovgpu;
		ovgpu->outputs[i].index = i;
	}
	orion_config_init(&ovgpu->config, ovgpu_main_config_changed);
	drm->dev_private = ovgpu;
	vdev->priv = ovgpu;

	err = ovgpu_vram_init(ovgpu);
	if (err)
		goto err_put_drm;
	err = ovgpu_gem_init(ovgpu);
	if (err)
		goto err_put_drm;
	err = ovgpu_queue_init(ovgpu);
	if (err)
		goto err_put_drm;
	err = ovgpu_resource_init(ovgpu);
	if (err)
		goto err_put_drm;
	err = ovgpu_cache_init(ovgpu);
	if (err)
		goto err_put_drm;
	err = ovgpu_caps_init(ovgpu);
	if (err)
		goto err_put_drm;
	err = ovgpu_context_init(ovgpu);
	if (err)
		goto err_put_drm;
	err = ovgpu_job_init(ovgpu);
	if (err)
		goto err_put_drm;
	err = ovgpu_panic_init(ovgpu);
	if (err)
		goto err_put_drm;
	err = ovgpu_kms_init(ovgpu);
	if (err)
		goto err_put_drm;

	return ovgpu;

err_put_drm:
	drm_dev_put(drm);
	return ERR_PTR(err);
}

/* A VGA device shows the firmware's or another driver's picture until now. */
static int ovgpu_main_claim_aperture(struct virtio_device *vdev)
{
	struct device *parent = vdev->dev.parent;

	if (!dev_is_pci(parent) ||
	    to_pci_dev(parent)->class >> 8 != PCI_CLASS_DISPLAY_VGA)
		return 0;

	return aperture_remove_conflicting_pci_devices(to_pci_dev(parent),
						       ovgpu_main_drm_name);
}

/* The device lets go of all memory; whatever was asked of it ends. */
static void ovgpu_main_quiesce(struct ovgpu *ovgpu)
{
	ovgpu_queue_stop(ovgpu);
	virtio_reset_device(ovgpu->vdev);
	ovgpu_queue_cancel(ovgpu);
	ovgpu_context_stop(ovgpu);
	ovgpu_cache_stop(ovgpu);
	ovgpu_output_stop(ovgpu);
}

static int ovgpu_main_probe(struct virtio_device *vdev)
{
	struct ovgpu *ovgpu;
	int err;

	if (drm_firmware_drivers_only())
		return dev_err_probe(&vdev->dev, -ENODEV,
				     "not used because of \"nomodeset\"\n");

	ovgpu = ovgpu_main_alloc(vdev);
	if (IS_ERR(ovgpu))
		return PTR_ERR(ovgpu);

	err = ovgpu_main_claim_aperture(vdev);
	if (err)
		goto err_put_drm;

	err = ovgpu_queue_start(ovgpu);
	if (err)
		goto err_put_drm;

	virtio_device_ready(vdev);
	err = ovgpu_caps_fetch(ovgpu);
	if (err)
		goto err_quiesce;
	err = ovgpu_output_fetch(ovgpu);
	if (err) {
		dev_err_probe(&vdev->dev, err, "no answer on displays\n");
		goto err_quiesce;
	}

	err = drm_dev_register(ovgpu->drm, 0);
	if (err)
		goto err_quiesce;

	orion_feature_log(vdev, ovgpu_main_features,
			  ARRAY_SIZE(ovgpu_main_features));
	orion_config_enable(&ovgpu->config);
	drm_client_setup_with_fourcc(ovgpu->drm, DRM_FORMAT_XRGB8888);
	return 0;

err_quiesce:
	ovgpu_main_quiesce(ovgpu);
	ovgpu_gem_unmap_all(ovgpu);
	vdev->config->del_vqs(vdev);
err_put_drm:
	drm_dev_put(ovgpu->drm);
	return err;
}

static void ovgpu_main_remove(struct virtio_device *vdev)
{
	struct ovgpu *ovgpu = vdev->priv;

	orion_config_disable(&ovgpu->config);
	/*
	 * Commits that are under way end as soon as the queues do; only then
	 * are the CRTCs turned off, so that nobody waits for a host that may
	 * have gone.
	 */
	drm_dev_unplug(ovgpu->drm);
	ovgpu_main_quiesce(ovgpu);
	drm_atomic_helper_shutdown(ovgpu->drm);
	ovgpu_gem_unmap_all(ovgpu);
	vdev->config->del_vqs(vdev);
	drm_dev_put(ovgpu->drm);
}

static void ovgpu_main_config_event(struct virtio_device *vdev)
{
	struct ovgpu *ovgpu = vdev->priv;

	orion_config_notify(&ovgpu->config);
}

static const unsigned int ovgpu_main_feature_bits[] = {
	/* What programs say to the host's renderer is in the host's byte order. */
#ifdef __LITTLE_ENDIAN
	VIRTIO_GPU_F_VIRGL,
	VIRTIO_GPU_F_CONTEXT_INIT,
#endif
	VIRTIO_GPU_F_EDID,
	VIRTIO_GPU_F_RESOURCE_UUID,
	VIRTIO_GPU_F_RESOURCE_BLOB,
	VIRTIO_GPU_F_BLOB_ALIGNMENT,
};

static const struct virtio_device_id ovgpu_main_ids[] = {
	{ VIRTIO_ID_GPU, VIRTIO_DEV_ANY_ID },
	{ }
};
MODULE_DEVICE_TABLE(virtio, ovgpu_main_ids);

static struct virtio_driver ovgpu_main_driver = {
	.driver.name		= "orion_vgpu",
	.id_table		= ovgpu_main_ids,
	.feature_table		= ovgpu_main_feature_bits,
	.feature_table_size	= ARRAY_SIZE(ovgpu_main_feature_bits),
	.probe			= ovgpu_main_probe,
	.remove			= ovgpu_main_remove,
	.config_changed		= ovgpu_main_config_event,
};

static int __init ovgpu_main_init(void)
{
	int err;

	ovgpu_main_drm_driver.name = ovgpu_main_drm_name;
	ovgpu_main_render_driver = ovgpu_main_drm_driver;
	ovgpu_main_render_driver.driver_features |= DRIVER_RENDER;
	err = ovgpu_queue_module_init();
	if (err)
		return err;
	err = ovgpu_context_module_init();
	if (err)
		goto err_fini_queue;

	err = register_virtio_driver(&ovgpu_main_driver);
	if (err)
		goto err_fini_context;
	return 0;

err_fini_context:
	ovgpu_context_module_fini();
err_fini_queue:
	ovgpu_queue_module_fini();
	return err;
}
module_init(ovgpu_main_init);

static void __exit ovgpu_main_exit(void)
{
	unregister_virtio_driver(&ovgpu_main_driver);
	ovgpu_context_module_fini();
	ovgpu_queue_module_fini();
}
module_exit(ovgpu_main_exit);

MODULE_DESCRIPTION("Orion virtio GPU driver");
MODULE_AUTHOR("Orion virtio drivers");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(ORION_COMMON_NS);
MODULE_IMPORT_NS(ORION_DMA_BUF_NS);
