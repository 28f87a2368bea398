// SPDX-License-Identifier: GPL-2.0-only
/* Orion virtio network driver: binding to a device, and letting go of it. */

#include <linux/if_ether.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <uapi/linux/virtio_net.h>

#include "orion_namespace.h"
#include "ovnet.h"
#include "ovnet_ctrl.h"
#include "ovnet_devstats.h"
#include "ovnet_feature.h"
#include "ovnet_irq.h"
#include "ovnet_link.h"
#include "ovnet_netdev.h"
#include "ovnet_queue.h"
#include "ovnet_rss.h"
#include "ovnet_standby.h"

/* Legal numbers of queue pairs, VIRTIO 1.3, 5.1.4.1. */
#define OVNET_MAIN_PAIRS_LEGAL	0x8000

/* How many pairs the device says it has, and whether that can be. */
static int ovnet_main_check_pairs(struct virtio_device *vdev)
{
	u16 pairs;

	if (!ovnet_feature_many(vdev))
		return 0;

	virtio_cread(vdev, struct virtio_net_config, max_virtqueue_pairs,
		     &pairs);
	if (!pairs || pairs > OVNET_MAIN_PAIRS_LEGAL) {
		dev_err(&vdev->dev,
			"the device says that it has %u queue pairs, not used\n",
			pairs);
		return -EINVAL;
	}
	if (pairs > OVNET_PAIRS_MAX) {
		dev_warn(&vdev->dev,
			 "%u queue pairs are more than the %u that can be used, using one\n",
			 pairs, OVNET_PAIRS_MAX);
		__virtio_clear_bit(vdev, VIRTIO_NET_F_MQ);
		__virtio_clear_bit(vdev, VIRTIO_NET_F_RSS);
	}

	return 0;
}

static void ovnet_main_check_mtu(struct virtio_device *vdev)
{
	u16 mtu;

	if (!virtio_has_feature(vdev, VIRTIO_NET_F_MTU))
		return;

	virtio_cread(vdev, struct virtio_net_config, mtu, &mtu);
	if (mtu >= ETH_MIN_MTU)
		return;

	dev_warn(&vdev->dev, "the device says that its MTU is %u, ignored\n",
		 mtu);
	__virtio_clear_bit(vdev, VIRTIO_NET_F_MTU);
}

/* Before features are negotiated: give up what cannot be. */
static int ovnet_main_validate(struct virtio_device *vdev)
{
	if (!vdev->config->get) {
		dev_err(&vdev->dev, "no access to the configuration space\n");
		return -ENODEV;
	}
	ovnet_feature_resolve(vdev);
	ovnet_main_check_mtu(vdev);
	ovnet_rss_validate(vdev);
	return ovnet_main_check_pairs(vdev);
}

static unsigned int ovnet_main_pairs(struct virtio_device *vdev)
{
	u16 pairs = 1;

	if (ovnet_feature_many(vdev))
		virtio_cread(vdev, struct virtio_net_config,
			     max_virtqueue_pairs, &pairs);

	/* It was checked, but the device may have changed its mind. */
	return clamp_t(unsigned int, pairs, 1, OVNET_PAIRS_MAX);
}

/* From here on the device touches no memory of ours. */
static void ovnet_main_reset(struct ovnet *ovnet)
{
	ovnet_ctrl_stop(ovnet);
	virtio_reset_device(ovnet->vdev);
	ovnet_ctrl_cancel(ovnet);
}

static int ovnet_main_probe(struct virtio_device *vdev)
{
	struct ovnet *ovnet;
	int err;

	ovnet = ovnet_netdev_alloc(vdev, ovnet_main_pairs(vdev));
	if (!ovnet)
		return -ENOMEM;
	vdev->priv = ovnet;

	err = ovnet_ctrl_init(ovnet);
	if (err)
		goto err_free_netdev;

	err = ovnet_irq_init(ovnet);
	if (err)
		goto err_fini_ctrl;

	err = ovnet_rss_init(ovnet);
	if (err)
		goto err_fini_irq;

	err = ovnet_queue_alloc(ovnet);
	if (err)
		goto err_fini_rss;

	err = ovnet_queue_find(ovnet);
	if (err)
		goto err_free_queues;

	virtio_device_ready(vdev);

	err = ovnet_netdev_setup(ovnet);
	if (err)
		goto err_reset;

	err = ovnet_standby_init(ovnet);
	if (err)
		goto err_reset;

	err = register_netdev(ovnet->dev);
	if (err)
		goto err_fini_standby;

	ovnet_irq_start(ovnet);
	ovnet_link_start(ovnet);
	ovnet_feature_log(vdev);
	return 0;

err_fini_standby:
	ovnet_standby_fini(ovnet);
err_reset:
	ovnet_main_reset(ovnet);
	ovnet_devstats_fini(ovnet);
	ovnet_queue_del(ovnet);
err_free_queues:
	ovnet_queue_free(ovnet);
err_fini_rss:
	ovnet_rss_fini(ovnet);
err_fini_irq:
	ovnet_irq_fini(ovnet);
err_fini_ctrl:
	ovnet_ctrl_fini(ovnet);
err_free_netdev:
	vdev->priv = NULL;
	ovnet_netdev_free(ovnet);
	return err;
}

static void ovnet_main_remove(struct virtio_device *vdev)
{
	struct ovnet *ovnet = vdev->priv;

	ovnet_link_stop(ovnet);
	ovnet_irq_stop(ovnet);
	unregister_netdev(ovnet->dev);
	ovnet_standby_fini(ovnet);
	ovnet_main_reset(ovnet);
	ovnet_devstats_fini(ovnet);
	ovnet_queue_del(ovnet);
	ovnet_queue_free(ovnet);
	ovnet_rss_fini(ovnet);
	ovnet_irq_fini(ovnet);
	ovnet_ctrl_fini(ovnet);
	vdev->priv = NULL;
	ovnet_netdev_free(ovnet);
}

static const struct virtio_device_id ovnet_main_ids[] = {
	{ VIRTIO_ID_NET, VIRTIO_DEV_ANY_ID },
	{ }
};
MODULE_DEVICE_TABLE(virtio, ovnet_main_ids);

static struct virtio_driver ovnet_main_driver = {
	.driver.name = KBUILD_MODNAME,
	.driver.owner = THIS_MODULE,
	.id_table = ovnet_main_ids,
	.feature_table = ovnet_feature_table + OVNET_FEATURES_LEGACY,
	.feature_table_size = OVNET_FEATURES - OVNET_FEATURES_LEGACY -
			      (VIRTIO_FEATURES_BITS > 64 ? 0 :
			       OVNET_FEATURES_WIDE),
	.feature_table_legacy = ovnet_feature_table,
	.feature_table_size_legacy = OVNET_FEATURES - OVNET_FEATURES_WIDE,
	.validate = ovnet_main_validate,
	.probe = ovnet_main_probe,
	.remove = ovnet_main_remove,
	.config_changed = ovnet_link_notify,
};

static int __init ovnet_main_init(void)
{
	int err;

	err = ovnet_irq_register();
	if (err)
		return err;

	err = register_virtio_driver(&ovnet_main_driver);
	if (err)
		ovnet_irq_unregister();
	return err;
}
module_init(ovnet_main_init);

static void __exit ovnet_main_exit(void)
{
	unregister_virtio_driver(&ovnet_main_driver);
	ovnet_irq_unregister();
}
module_exit(ovnet_main_exit);

MODULE_DESCRIPTION("Orion virtio network driver");
MODULE_AUTHOR("Orion virtio drivers");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(ORION_COMMON_NS);
