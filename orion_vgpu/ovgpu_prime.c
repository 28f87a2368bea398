// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buffers that are shared with other devices, as dma-bufs.
 *
 * The host copies out of guest memory, wherever that comes from. So any memory
 * that has addresses for the device can be shown, on every kind of device. The
 * host reads at times of its own, so the exporter has to keep the memory where
 * it is: the attachment is not a dynamic one, which pins it.
 */

#include <linux/dma-buf.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/virtio_dma_buf.h>

#include <drm/drm_drv.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>

#include "ovgpu.h"
#include "ovgpu_prime.h"

/* Other devices write without a word; programs tell, see below. */
static int ovgpu_prime_attach(struct dma_buf *dma_buf,
			      struct dma_buf_attachment *attach)
{
	struct ovgpu_bo *bo = to_ovgpu_bo(dma_buf->priv);

	/* The host's memory is none to other devices; some know it by its UUID. */
	if (bo->vram)
		return -EOPNOTSUPP;

	WRITE_ONCE(bo->foreign, true);
	return drm_gem_map_attach(dma_buf, attach);
}

/*
 * There is nothing to do before the CPU accesses the memory: no host writes to
 * it, and dma-buf itself waits for other devices.
 */
static int ovgpu_prime_end_cpu_access(struct dma_buf *dma_buf,
				      enum dma_data_direction direction)
{
	if (direction == DMA_FROM_DEVICE)
		return 0;

	return ovgpu_dirty_bo(to_ovgpu_bo(dma_buf->priv));
}

static int ovgpu_prime_get_uuid(struct dma_buf *dma_buf, uuid_t *uuid)
{
	return ovgpu_uuid_get(to_ovgpu_bo(dma_buf->priv), uuid);
}

/* The attach function is what other virtio drivers know such a dma-buf by. */
static const struct virtio_dma_buf_ops ovgpu_prime_ops = {
	.ops = {
		.attach		= virtio_dma_buf_attach,
		.detach		= drm_gem_map_detach,
		.map_dma_buf	= drm_gem_map_dma_buf,
		.unmap_dma_buf	= drm_gem_unmap_dma_buf,
		.release	= drm_gem_dmabuf_release,
		.end_cpu_access	= ovgpu_prime_end_cpu_access,
		.mmap		= drm_gem_dmabuf_mmap,
		.vmap		= drm_gem_dmabuf_vmap,
		.vunmap		= drm_gem_dmabuf_vunmap,
	},
	.device_attach	= ovgpu_prime_attach,
	.get_uuid	= ovgpu_prime_get_uuid,
};

/**
 * ovgpu_prime_export() - make a dma-buf of a buffer
 * @obj: buffer, not an imported one
 * @flags: of the new file
 *
 * Return: dma-buf, or an error pointer.
 */
struct dma_buf *ovgpu_prime_export(struct drm_gem_object *obj, int flags)
{
	struct dma_buf_export_info info = {
		.exp_name	= KBUILD_MODNAME,
		.owner		= THIS_MODULE,
		.ops		= &ovgpu_prime_ops.ops,
		.size		= obj->size,
		.flags		= flags,
		.priv		= obj,
		.resv		= obj->resv,
	};

	/* virtio_dma_buf_export() would do less: DRM knows where it is mapped. */
	return drm_gem_dmabuf_export(obj->dev, &info);
}

/**
 * ovgpu_prime_import() - make a buffer of a dma-buf
 * @drm: device
 * @dma_buf: dma-buf, whosever
 *
 * Context: Process. May sleep.
 * Return: counted buffer, our own if the dma-buf is of one; or an error
 * pointer: -EOPNOTSUPP if the device could not find the memory.
 */
struct drm_gem_object *ovgpu_prime_import(struct drm_device *drm,
					  struct dma_buf *dma_buf)
{
	struct drm_gem_object *obj = dma_buf->priv;
	int idx;

	if (dma_buf->ops == &ovgpu_prime_ops.ops && obj->dev == drm) {
		drm_gem_object_get(obj);
		return obj;
	}

	if (!to_ovgpu(drm)->gem.can_import) {
		drm_dbg_prime(drm, "no import: device takes no DMA addresses, guest has others\n");
		return ERR_PTR(-EOPNOTSUPP);
	}

	/* Removal takes all addresses back, but not until this has ended. */
	if (!drm_dev_enter(drm, &idx))
		return ERR_PTR(-ENODEV);
	obj = drm_gem_prime_import(drm, dma_buf);
	drm_dev_exit(idx);

	return obj;
}

/**
 * ovgpu_prime_import_sg_table() - make a buffer of a dma-buf's memory
 * @drm: device
 * @attach: its attachment to the dma-buf
 * @sgt: the memory
 *
 * Return: buffer with one reference, or an error pointer.
 */
struct drm_gem_object *
ovgpu_prime_import_sg_table(struct drm_device *drm,
			    struct dma_buf_attachment *attach,
			    struct sg_table *sgt)
{
	size_t size = attach->dmabuf->size;
	struct scatterlist *sg;
	struct ovgpu_bo *bo;
	unsigned int i;
	u64 bytes = 0;

	for_each_sgtable_dma_sg(sgt, sg, i)
		bytes += sg_dma_len(sg);
	if (!PAGE_ALIGNED(size) || bytes < size) {
		drm_dbg_prime(drm, "%llu bytes of memory for a buffer of %zu\n",
			      bytes, size);
		return ERR_PTR(-EINVAL);
	}

	bo = ovgpu_gem_import(to_ovgpu(drm), attach, sgt);
	return IS_ERR(bo) ? ERR_CAST(bo) : &bo->base;
}

/**
 * ovgpu_prime_mmap() - map imported memory into a program
 * @bo: imported buffer, to which drm_gem_mmap() has a reference for the area
 * @vma: area
 *
 * Return: 0 or a negative errno.
 */
int ovgpu_prime_mmap(struct ovgpu_bo *bo, struct vm_area_struct *vma)
{
	int err;

	/* What was set for memory of ours; the exporter has its own. */
	vma->vm_private_data = NULL;
	vma->vm_ops = NULL;
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);

	err = dma_buf_mmap(bo->attach->dmabuf, vma, 0);
	/* From here on the area belongs to the dma-buf, and counts that. */
	if (!err)
		drm_gem_object_put(&bo->base);

	return err;
}

/**
 * ovgpu_prime_vmap() - map imported memory in the kernel
 * @bo: imported buffer
 *
 * Context: Process. May sleep.
 * Return: address of the first byte, or NULL.
 */
void *ovgpu_prime_vmap(struct ovgpu_bo *bo)
{
	struct dma_buf *dma_buf = bo->attach->dmabuf;
	struct iosys_map map;

	if (dma_buf_vmap_unlocked(dma_buf, &map))
		return NULL;

	if (map.is_iomem) {
		dma_buf_vunmap_unlocked(dma_buf, &map);
		return NULL;
	}

	return map.vaddr;
}

/**
 * ovgpu_prime_vunmap() - undo one ovgpu_prime_vmap()
 * @bo: imported buffer
 * @vaddr: what that returned
 */
void ovgpu_prime_vunmap(struct ovgpu_bo *bo, void *vaddr)
{
	struct iosys_map map = IOSYS_MAP_INIT_VADDR(vaddr);

	if (vaddr)
		dma_buf_vunmap_unlocked(bo->attach->dmabuf, &map);
}

/**
 * ovgpu_prime_begin_read() - the CPU is going to read a buffer
 * @bo: any buffer
 *
 * Nothing can be done about an exporter that fails to make its memory
 * readable: what is read is then old.
 *
 * Context: Process. May sleep.
 */
void ovgpu_prime_begin_read(struct ovgpu_bo *bo)
{
	if (bo->attach)
		dma_buf_begin_cpu_access(bo->attach->dmabuf, DMA_FROM_DEVICE);
}

/**
 * ovgpu_prime_end_read() - the CPU has read
 * @bo: any buffer
 *
 * Context: Process. May sleep.
 */
void ovgpu_prime_end_read(struct ovgpu_bo *bo)
{
	if (bo->attach)
		dma_buf_end_cpu_access(bo->attach->dmabuf, DMA_FROM_DEVICE);
}
