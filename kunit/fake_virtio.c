// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device as the virtio core sees it: life, status, features, configuration
 * space and the transport's operations. Queues are in fake_queue.c.
 */

#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "fake_queue.h"
#include "fake_virtio.h"

/*
 * The driver's side. It is apart from struct fake_virtio since a device may
 * have references left, by an open file for one, when it is unplugged, and the
 * next plugging in needs a new one.
 */
struct fake_virtio_vdev {
	struct virtio_device vdev;
	struct fake_virtio *fv;
};

static struct fake_virtio *fake_virtio_of(struct virtio_device *vdev)
{
	return container_of(vdev, struct fake_virtio_vdev, vdev)->fv;
}

static void fake_virtio_release(struct kref *refs)
{
	struct fake_virtio *fv = container_of(refs, struct fake_virtio, refs);
	unsigned int i;

	fake_fault_clear(fv);
	destroy_workqueue(fv->wq);
	for (i = 0; i < ARRAY_SIZE(fv->regions); i++)
		if (fv->regions[i].len)
			free_pages_exact(fv->regions[i].va, fv->regions[i].len);
	kfree(fv->config);
	kfree(fv);
}

static void fake_virtio_release_vdev(struct device *dev)
{
	struct virtio_device *vdev = dev_to_virtio(dev);
	struct fake_virtio *fv = fake_virtio_of(vdev);

	kfree(container_of(vdev, struct fake_virtio_vdev, vdev));
	kref_put(&fv->refs, fake_virtio_release);
}

/* Configuration space. */

static bool fake_virtio_inside(struct fake_virtio *fv, unsigned int offset,
			       unsigned int len)
{
	if (offset <= fv->config_len && len <= fv->config_len - offset)
		return true;

	fv->config_outside++;
	return false;
}

/**
 * fake_virtio_config_peek() - read the configuration space as the test
 * @fv: device
 * @offset: where
 * @buf: where to copy to; zeroed if outside
 * @len: how much
 */
void fake_virtio_config_peek(struct fake_virtio *fv, unsigned int offset,
			     void *buf, unsigned int len)
{
	unsigned long flags;

	spin_lock_irqsave(&fv->config_lock, flags);
	if (fake_virtio_inside(fv, offset, len))
		memcpy(buf, fv->config + offset, len);
	else
		memset(buf, 0, len);
	spin_unlock_irqrestore(&fv->config_lock, flags);
}
EXPORT_SYMBOL_GPL(fake_virtio_config_peek);

/**
 * fake_virtio_config_poke() - change the configuration space, as the device
 * @fv: device
 * @offset: where
 * @buf: what to copy
 * @len: how much
 *
 * Counts the generation up. The driver hears of it by
 * fake_virtio_config_raise() only.
 */
void fake_virtio_config_poke(struct fake_virtio *fv, unsigned int offset,
			     const void *buf, unsigned int len)
{
	unsigned long flags;

	spin_lock_irqsave(&fv->config_lock, flags);
	if (fake_virtio_inside(fv, offset, len)) {
		memcpy(fv->config + offset, buf, len);
		fv->generation++;
	}
	spin_unlock_irqrestore(&fv->config_lock, flags);
}
EXPORT_SYMBOL_GPL(fake_virtio_config_poke);

static void fake_virtio_config_irq(struct irq_work *work)
{
	struct fake_virtio *fv = container_of(work, struct fake_virtio,
					      config_irq);
	struct virtio_device *vdev = READ_ONCE(fv->vdev);

	if (vdev && !READ_ONCE(fv->dead))
		virtio_config_changed(vdev);
}

/**
 * fake_virtio_config_raise() - tell the driver that something has changed
 * @fv: device, plugged in
 *
 * In interrupt context, soon; fake_virtio_settle() waits for it.
 */
void fake_virtio_config_raise(struct fake_virtio *fv)
{
	irq_work_queue(&fv->config_irq);
}
EXPORT_SYMBOL_GPL(fake_virtio_config_raise);

static void fake_virtio_get(struct virtio_device *vdev, unsigned int offset,
			    void *buf, unsigned int len)
{
	struct fake_virtio *fv = fake_virtio_of(vdev);

	fv->config_reads++;
	if (fv->ops && fv->ops->config_read)
		fv->ops->config_read(fv, offset, len);
	fake_virtio_config_peek(fv, offset, buf, len);
}

static void fake_virtio_set(struct virtio_device *vdev, unsigned int offset,
			    const void *buf, unsigned int len)
{
	struct fake_virtio *fv = fake_virtio_of(vdev);
	unsigned long flags;
	bool inside;

	spin_lock_irqsave(&fv->config_lock, flags);
	inside = fake_virtio_inside(fv, offset, len);
	if (inside)
		memcpy(fv->config + offset, buf, len);
	spin_unlock_irqrestore(&fv->config_lock, flags);

	if (inside && fv->ops && fv->ops->config_written)
		fv->ops->config_written(fv, offset, len);
}

static u32 fake_virtio_generation(struct virtio_device *vdev)
{
	return READ_ONCE(fake_virtio_of(vdev)->generation);
}

/* Status and features. */

static u8 fake_virtio_get_status(struct virtio_device *vdev)
{
	return READ_ONCE(fake_virtio_of(vdev)->status);
}

static void fake_virtio_set_status(struct virtio_device *vdev, u8 status)
{
	struct fake_virtio *fv = fake_virtio_of(vdev);

	if (fv->refuse_features)
		status &= ~VIRTIO_CONFIG_S_FEATURES_OK;

	WRITE_ONCE(fv->status, status);
	if (fv->ops && fv->ops->status)
		fv->ops->status(fv, status);
}

static void fake_virtio_reset(struct virtio_device *vdev)
{
	struct fake_virtio *fv = fake_virtio_of(vdev);
	unsigned int i;

	/* After this returns the device touches no memory and interrupts nobody. */
	WRITE_ONCE(fv->status, 0);
	for (i = 0; i < FAKE_VIRTIO_QUEUES; i++)
		fake_queue_quiesce(&fv->queues[i]);
	irq_work_sync(&fv->config_irq);

	fv->resets++;
	if (fv->ops && fv->ops->reset)
		fv->ops->reset(fv);
}

static u64 fake_virtio_get_features(struct virtio_device *vdev)
{
	return fake_virtio_of(vdev)->features;
}

static int fake_virtio_finalize_features(struct virtio_device *vdev)
{
	struct fake_virtio *fv = fake_virtio_of(vdev);
	u64 offered = vdev->features;

	vring_transport_features(vdev);

	/* For the transport to know, not for the ring: it was cleared above. */
	if (offered & fv->features & BIT_ULL(VIRTIO_F_RING_RESET))
		__virtio_set_bit(vdev, VIRTIO_F_RING_RESET);

	return fv->finalize_err;
}

/* Queues. */

static void fake_virtio_del_vqs(struct virtio_device *vdev)
{
	struct fake_virtio *fv = fake_virtio_of(vdev);
	struct virtqueue *vq;
	unsigned int i;

	for (i = 0; i < FAKE_VIRTIO_QUEUES; i++) {
		fake_queue_quiesce(&fv->queues[i]);
		vq = fake_queue_detach(&fv->queues[i]);
		if (vq)
			vring_del_virtqueue(vq);
	}
	fv->nqueues = 0;
}

static struct virtqueue *fake_virtio_find_vq(struct fake_virtio *fv,
					     unsigned int i,
					     const struct virtqueue_info *info)
{
	struct fake_queue *fvq;
	struct virtqueue *vq;

	if (i >= fv->max_queues)
		return ERR_PTR(-ENOENT);

	fvq = &fv->queues[i];
	if (fvq->find_err)
		return ERR_PTR(fvq->find_err);

	vq = vring_create_virtqueue(i, fvq->size, SMP_CACHE_BYTES, fv->vdev,
				    true, true, info->ctx, fake_queue_notify,
				    info->callback, info->name);
	if (!vq)
		return ERR_PTR(-ENOMEM);

	fvq->ctx = info->ctx;
	fake_queue_attach(fvq, vq);
	return vq;
}

/* As on PCI, an entry without a name has no queue and takes no index. */
static int fake_virtio_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
				struct virtqueue *vqs[],
				struct virtqueue_info vqs_info[],
				struct irq_affinity *desc)
{
	struct fake_virtio *fv = fake_virtio_of(vdev);
	unsigned int i;
	int err;

	if (fv->find_vqs_err)
		return fv->find_vqs_err;

	for (i = 0; i < nvqs; i++) {
		vqs[i] = NULL;
		if (!vqs_info[i].name)
			continue;

		vqs[i] = fake_virtio_find_vq(fv, fv->nqueues, &vqs_info[i]);
		if (IS_ERR(vqs[i])) {
			err = PTR_ERR(vqs[i]);
			goto err_del;
		}
		fv->nqueues++;
	}

	return 0;

err_del:
	fake_virtio_del_vqs(vdev);
	return err;
}

static void fake_virtio_synchronize_cbs(struct virtio_device *vdev)
{
	struct fake_virtio *fv = fake_virtio_of(vdev);
	unsigned int i;

	for (i = 0; i < FAKE_VIRTIO_QUEUES; i++)
		fake_queue_sync_irq(&fv->queues[i]);
}

static int fake_virtio_disable_vq_and_reset(struct virtqueue *vq)
{
	struct fake_queue *fvq = vq->priv;

	if (!virtio_has_feature(vq->vdev, VIRTIO_F_RING_RESET))
		return -ENOENT;
	if (fvq->reset_err)
		return fvq->reset_err;

	fake_queue_quiesce(fvq);
	fvq->resets++;
	vq->reset = true;
	return 0;
}

static int fake_virtio_enable_vq_after_reset(struct virtqueue *vq)
{
	struct fake_queue *fvq = vq->priv;

	if (!vq->reset)
		return -EBUSY;
	if (fvq->enable_err)
		return fvq->enable_err;

	fake_queue_restart(fvq);
	vq->reset = false;
	return 0;
}

static int fake_virtio_set_vq_affinity(struct virtqueue *vq,
				       const struct cpumask *cpus)
{
	struct fake_queue *fvq = vq->priv;

	if (cpus)
		cpumask_copy(&fvq->affinity, cpus);
	else
		cpumask_clear(&fvq->affinity);
	fvq->affinity_set++;
	return 0;
}

static bool fake_virtio_get_shm_region(struct virtio_device *vdev,
				       struct virtio_shm_region *region, u8 id)
{
	struct fake_virtio *fv = fake_virtio_of(vdev);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fv->regions); i++) {
		if (!fv->regions[i].len || fv->regions[i].id != id)
			continue;
		region->addr = virt_to_phys(fv->regions[i].va);
		region->len = fv->regions[i].len;
		return true;
	}

	return false;
}

static const char *fake_virtio_bus_name(struct virtio_device *vdev)
{
	return "fake";
}

static const struct virtio_config_ops fake_virtio_config_ops = {
	.get = fake_virtio_get,
	.set = fake_virtio_set,
	.generation = fake_virtio_generation,
	.get_status = fake_virtio_get_status,
	.set_status = fake_virtio_set_status,
	.reset = fake_virtio_reset,
	.find_vqs = fake_virtio_find_vqs,
	.del_vqs = fake_virtio_del_vqs,
	.synchronize_cbs = fake_virtio_synchronize_cbs,
	.get_features = fake_virtio_get_features,
	.finalize_features = fake_virtio_finalize_features,
	.bus_name = fake_virtio_bus_name,
	.set_vq_affinity = fake_virtio_set_vq_affinity,
	.get_shm_region = fake_virtio_get_shm_region,
	.disable_vq_and_reset = fake_virtio_disable_vq_and_reset,
	.enable_vq_after_reset = fake_virtio_enable_vq_after_reset,
};

/* Life. */

/* A parent with a DMA mask, as a bus would be. */
static struct device *fake_virtio_parent(void)
{
	const struct platform_device_info info = {
		.name = "fake_virtio",
		.id = PLATFORM_DEVID_AUTO,
		.dma_mask = DMA_BIT_MASK(64),
	};
	struct platform_device *pdev = platform_device_register_full(&info);

	return IS_ERR(pdev) ? NULL : &pdev->dev;
}

static int fake_virtio_init(struct fake_virtio *fv,
			    const struct fake_virtio_param *param)
{
	fv->config_len = param->config_len;
	fv->config = kzalloc(max_t(size_t, fv->config_len, 1), GFP_KERNEL);
	if (!fv->config)
		return -ENOMEM;
	if (param->config)
		memcpy(fv->config, param->config, fv->config_len);

	fv->wq = alloc_workqueue("fake_virtio", WQ_UNBOUND, 0);
	if (!fv->wq)
		goto err_free_config;

	fv->parent = fake_virtio_parent();
	if (!fv->parent)
		goto err_destroy_wq;

	return 0;

err_destroy_wq:
	destroy_workqueue(fv->wq);
err_free_config:
	kfree(fv->config);
	return -ENOMEM;
}

/**
 * fake_virtio_alloc() - make a device
 * @param: what it is like, copied
 *
 * Nobody sees it until fake_virtio_plug().
 *
 * Return: the device, to be freed with fake_virtio_free(), or NULL if there is
 * no memory.
 */
struct fake_virtio *fake_virtio_alloc(const struct fake_virtio_param *param)
{
	struct fake_virtio *fv;
	unsigned int i;

	fv = kzalloc(sizeof(*fv), GFP_KERNEL);
	if (!fv)
		return NULL;

	if (fake_virtio_init(fv, param)) {
		kfree(fv);
		return NULL;
	}

	kref_init(&fv->refs);
	fv->device_id = param->device_id;
	fv->features = param->features;
	fv->ops = param->ops;
	fv->priv = param->priv;
	fv->max_queues = min(param->queues ?: FAKE_VIRTIO_QUEUES,
			     FAKE_VIRTIO_QUEUES);
	fv->config_irq = IRQ_WORK_INIT_HARD(fake_virtio_config_irq);
	spin_lock_init(&fv->config_lock);
	spin_lock_init(&fv->fault_lock);
	INIT_LIST_HEAD(&fv->faults);
	for (i = 0; i < FAKE_VIRTIO_QUEUES; i++)
		fake_queue_init(&fv->queues[i], fv, i,
				param->queue_size ?: FAKE_VIRTIO_QUEUE_SIZE);

	return fv;
}
EXPORT_SYMBOL_GPL(fake_virtio_alloc);

/**
 * fake_virtio_free() - unplug a device and free it
 * @fv: device, or NULL
 */
void fake_virtio_free(struct fake_virtio *fv)
{
	if (!fv)
		return;

	fake_virtio_unplug(fv);
	WRITE_ONCE(fv->dead, true);
	platform_device_unregister(to_platform_device(fv->parent));
	kref_put(&fv->refs, fake_virtio_release);
}
EXPORT_SYMBOL_GPL(fake_virtio_free);

/**
 * fake_virtio_plug() - plug a device in
 * @fv: device, not plugged in
 *
 * If a driver for it is loaded, features are negotiated and probe has run when
 * this returns, all in this task. A failing probe is not an error here: see
 * fake_virtio_bound().
 *
 * Return: 0 or a negative errno.
 */
int fake_virtio_plug(struct fake_virtio *fv)
{
	struct fake_virtio_vdev *fvdev;
	int err;

	fvdev = kzalloc(sizeof(*fvdev), GFP_KERNEL);
	if (!fvdev)
		return -ENOMEM;

	kref_get(&fv->refs);
	fvdev->fv = fv;
	fvdev->vdev.id.device = fv->device_id;
	fvdev->vdev.id.vendor = 0x1af4;
	fvdev->vdev.config = &fake_virtio_config_ops;
	fvdev->vdev.dev.parent = fv->parent;
	fvdev->vdev.dev.platform_data = fv->platform_data;
	fvdev->vdev.dev.release = fake_virtio_release_vdev;
	fv->dead = false;
	fv->status = 0;
	fv->vdev = &fvdev->vdev;

	err = register_virtio_device(fv->vdev);
	if (err) {
		put_device(&fv->vdev->dev);
		fv->vdev = NULL;
	}

	return err;
}
EXPORT_SYMBOL_GPL(fake_virtio_plug);

/**
 * fake_virtio_unplug() - unplug a device that answers to the last
 * @fv: device; nothing happens if it is not plugged in
 */
void fake_virtio_unplug(struct fake_virtio *fv)
{
	struct virtio_device *vdev = fv->vdev;

	if (!vdev)
		return;

	unregister_virtio_device(vdev);
	irq_work_sync(&fv->config_irq);
	fv->vdev = NULL;
}
EXPORT_SYMBOL_GPL(fake_virtio_unplug);

/**
 * fake_virtio_yank() - pull a device out without asking
 * @fv: device; nothing happens if it is not plugged in
 *
 * It falls silent first, its queues are marked broken as a transport does that
 * notices, and then the driver is told.
 */
void fake_virtio_yank(struct fake_virtio *fv)
{
	if (!fv->vdev)
		return;

	WRITE_ONCE(fv->dead, true);
	virtio_break_device(fv->vdev);
	fake_virtio_unplug(fv);
}
EXPORT_SYMBOL_GPL(fake_virtio_yank);

/**
 * fake_virtio_bound() - has a driver taken the device?
 * @fv: device
 *
 * Return: true if its probe succeeded.
 */
bool fake_virtio_bound(const struct fake_virtio *fv)
{
	return fv->vdev && fv->vdev->dev.driver;
}
EXPORT_SYMBOL_GPL(fake_virtio_bound);

static bool fake_virtio_busy(struct fake_virtio *fv)
{
	unsigned int i;

	for (i = 0; i < FAKE_VIRTIO_QUEUES; i++)
		if (fake_queue_busy(&fv->queues[i]))
			return true;

	return irq_work_is_busy(&fv->config_irq);
}

/**
 * fake_virtio_settle() - wait until the device has nothing left to do
 * @fv: device
 *
 * All kicks are served, all interrupts delivered, and what the driver asked for
 * in its interrupt handlers as well. Requests that are late or held are not
 * waited for, nor is anything the driver does in a thread of its own: for that
 * there is fake_wait().
 */
void fake_virtio_settle(struct fake_virtio *fv)
{
	unsigned int i;

	do {
		for (i = 0; i < FAKE_VIRTIO_QUEUES; i++) {
			flush_work(&fv->queues[i].work);
			fake_queue_sync_irq(&fv->queues[i]);
		}
		irq_work_sync(&fv->config_irq);
	} while (fake_virtio_busy(fv));
}
EXPORT_SYMBOL_GPL(fake_virtio_settle);

/**
 * fake_virtio_needs_reset() - the device gives up until it is reset
 * @fv: device, plugged in
 */
void fake_virtio_needs_reset(struct fake_virtio *fv)
{
	WRITE_ONCE(fv->status, fv->status | VIRTIO_CONFIG_S_NEEDS_RESET);
	fake_virtio_config_raise(fv);
}
EXPORT_SYMBOL_GPL(fake_virtio_needs_reset);

/**
 * fake_virtio_break() - mark all queues broken, as a transport may
 * @fv: device, plugged in
 */
void fake_virtio_break(struct fake_virtio *fv)
{
	virtio_break_device(fv->vdev);
}
EXPORT_SYMBOL_GPL(fake_virtio_break);

/**
 * fake_virtio_region_add() - give the device host-visible shared memory
 * @fv: device, not plugged in
 * @id: shared memory id
 * @len: size in bytes
 *
 * It is ordinary memory, so a driver that maps it need not, and cannot, claim
 * its address range from the resource tree.
 *
 * Return: the memory, zeroed, which lives as long as the device, or NULL.
 */
void *fake_virtio_region_add(struct fake_virtio *fv, u8 id, size_t len)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fv->regions); i++) {
		struct fake_region *region = &fv->regions[i];

		if (region->len)
			continue;
		region->va = alloc_pages_exact(len, GFP_KERNEL | __GFP_ZERO);
		if (!region->va)
			return NULL;
		region->id = id;
		region->len = len;
		return region->va;
	}

	return NULL;
}
EXPORT_SYMBOL_GPL(fake_virtio_region_add);
