// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the host's that programs map: the window through which the guest
 * sees it, and who has which part of that.
 *
 * A part belongs to one buffer until the host has said that nothing of it is
 * there any more. Without such an answer nobody else gets it: what the one
 * writes the other would see.
 */

#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>
#include <drm/drm_vma_manager.h>

#include "ovgpu.h"

/**
 * ovgpu_vram_alloc() - make what a buffer in the host's memory has
 *
 * Return: not mapped; the caller's, or NULL if out of memory.
 */
struct ovgpu_vram *ovgpu_vram_alloc(void)
{
	struct ovgpu_vram *vram = kzalloc(sizeof(*vram), GFP_KERNEL_ACCOUNT);

	if (vram)
		mutex_init(&vram->lock);
	return vram;
}

static void ovgpu_vram_place_free(struct ovgpu_window *window,
				  struct ovgpu_vram_place *place)
{
	u64 size = place->node.size;

	ovgpu_queue_cmd_free(place->unmap);
	mutex_lock(&window->lock);
	if (place->keep) {
		place->unmap = NULL;
		window->lost += size;
	} else {
		drm_mm_remove_node(&place->node);
		window->used -= size;
	}
	mutex_unlock(&window->lock);

	if (!place->keep)
		kfree(place);
}

/**
 * ovgpu_vram_free() - a buffer ends
 * @bo: buffer that neither a program nor the host knows any more
 */
void ovgpu_vram_free(struct ovgpu_bo *bo)
{
	struct ovgpu_vram *vram = bo->vram;

	if (!vram)
		return;

	if (vram->place)
		ovgpu_vram_place_free(&to_ovgpu(bo->base.dev)->window,
				      vram->place);
	mutex_destroy(&vram->lock);
	kfree(vram);
}

static int ovgpu_vram_place_insert(struct ovgpu_window *window,
				   struct ovgpu_vram_place *place, u64 size)
{
	int err;

	mutex_lock(&window->lock);
	err = drm_mm_insert_node_generic(&window->mm, &place->node, size,
					 max_t(u64, window->alignment,
					       PAGE_SIZE),
					 0, DRM_MM_INSERT_BEST);
	if (!err)
		window->used += size;
	mutex_unlock(&window->lock);

	return err;
}

static struct ovgpu_vram_place *ovgpu_vram_place_alloc(struct ovgpu_bo *bo)
{
	struct ovgpu *ovgpu = to_ovgpu(bo->base.dev);
	struct ovgpu_window *window = &ovgpu->window;
	struct ovgpu_vram_place *place;
	int err = -ENOMEM;

	if (!window->size)
		return ERR_PTR(-EINVAL);

	place = kzalloc(sizeof(*place), GFP_KERNEL_ACCOUNT);
	if (!place)
		return ERR_PTR(err);

	place->unmap = ovgpu_queue_cmd_alloc(ovgpu);
	if (!place->unmap)
		goto err_free;

	err = ovgpu_vram_place_insert(window, place, bo->base.size);
	if (err == -ENOSPC) {
		/* Some of it may be on its way back. */
		ovgpu_resource_settle(ovgpu);
		err = ovgpu_vram_place_insert(window, place, bo->base.size);
	}
	if (!err)
		return place;

	drm_dbg(ovgpu->drm, "no room for %zu bytes in the window of %llu\n",
		bo->base.size, window->size);

err_free:
	ovgpu_queue_cmd_free(place->unmap);
	kfree(place);
	return ERR_PTR(err);
}

/* Have the host map a buffer; sets @caching. */
static int ovgpu_vram_ask(struct ovgpu_bo *bo, u64 offset, u32 *caching)
{
	struct ovgpu *ovgpu = to_ovgpu(bo->base.dev);
	struct ovgpu_cmd *cmd;
	LIST_HEAD(batch);
	int err;

	cmd = ovgpu_queue_cmd_alloc(ovgpu);
	if (!cmd)
		return -ENOMEM;
	err = ovgpu_queue_cmd_answer_buf(cmd,
					 sizeof(struct virtio_gpu_resp_map_info));
	if (err)
		goto out_put_cmd;

	cmd->heard = true;
	orion_cmd_get(&cmd->base);
	ovgpu_queue_add(cmd, ovgpu_cmd_map_blob(&cmd->req, bo->main->id,
						offset), &batch);
	orion_cmdq_submit_batch(&ovgpu->queue.control, &batch);
	err = orion_cmd_wait(&cmd->base);
	if (err)
		goto out_put_cmd;

	*caching = ovgpu_cmd_read_caching(cmd->buf);
	if (*caching > VIRTIO_GPU_MAP_CACHE_WC) {
		drm_err_ratelimited(ovgpu->drm,
				    "resource %u: host wants it mapped in way %u, which there is not\n",
				    bo->main->id, *caching);
		err = -EPROTO;
	}

out_put_cmd:
	ovgpu_queue_cmd_put(cmd);
	return err;
}

static int ovgpu_vram_map_locked(struct ovgpu_bo *bo)
{
	struct ovgpu_window *window = &to_ovgpu(bo->base.dev)->window;
	struct ovgpu_vram *vram = bo->vram;
	struct ovgpu_vram_place *place;
	int err;

	lockdep_assert_held(&vram->lock);

	if (vram->place)
		return vram->unsure;

	place = ovgpu_vram_place_alloc(bo);
	if (IS_ERR(place))
		return PTR_ERR(place);

	err = ovgpu_vram_ask(bo, place->node.start, &vram->caching);
	if (ovgpu_cmd_is_refusal(err)) {
		/* Then it is not there, and may be asked for again. */
		ovgpu_vram_place_free(window, place);
		return err;
	}

	/* Without a clear answer it may be there, or come late. */
	vram->unsure = err;
	vram->place = place;
	return err;
}

/**
 * ovgpu_vram_map() - have the host map a buffer, if it does not yet
 * @bo: buffer in the host's memory, with a main resource
 *
 * Context: Process. May sleep for the host.
 * Return: 0, -EINVAL without a window, -ENOSPC if there is no room in it, or
 * another negative errno.
 */
int ovgpu_vram_map(struct ovgpu_bo *bo)
{
	int err;

	mutex_lock(&bo->vram->lock);
	err = ovgpu_vram_map_locked(bo);
	mutex_unlock(&bo->vram->lock);

	return err;
}

static pgprot_t ovgpu_vram_prot(const struct vm_area_struct *vma, u32 caching)
{
	/* The host's memory is nobody's secret. */
	pgprot_t prot = pgprot_decrypted(vm_get_page_prot(vma->vm_flags));

	switch (caching) {
	case VIRTIO_GPU_MAP_CACHE_WC:
		return pgprot_writecombine(prot);
	case VIRTIO_GPU_MAP_CACHE_UNCACHED:
		return pgprot_noncached(prot);
	default:
		return prot;
	}
}

static const struct vm_operations_struct ovgpu_vram_vm_ops = {
	.open	= drm_gem_vm_open,
	.close	= drm_gem_vm_close,
};

/**
 * ovgpu_vram_mmap() - map the host's memory into a program
 * @bo: buffer in the host's memory
 * @vma: area
 *
 * All of the area at once, because only so the kernel knows that it is cached:
 * what page faults insert, where no memory is known to be, is not.
 *
 * Context: Process. May sleep for the host.
 * Return: 0 or a negative errno, as ovgpu_vram_map().
 */
int ovgpu_vram_mmap(struct ovgpu_bo *bo, struct vm_area_struct *vma)
{
	unsigned long first = vma->vm_pgoff -
			      drm_vma_node_start(&bo->base.vma_node);
	unsigned long pages = vma_pages(vma);
	unsigned long count = bo->base.size >> PAGE_SHIFT;
	struct ovgpu_window *window = &to_ovgpu(bo->base.dev)->window;
	int err, idx;
	u64 from;

	if (!(bo->blob.flags & VIRTIO_GPU_BLOB_FLAG_USE_MAPPABLE) ||
	    pages > count || first > count - pages)
		return -EINVAL;
	err = ovgpu_vram_map(bo);
	if (err)
		return err;
	/*
	 * Removal waits for whoever is in here, then DRM empties all areas, those
	 * of dma-bufs as well.
	 */
	if (!drm_dev_enter(bo->base.dev, &idx))
		return -ENODEV;

	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &ovgpu_vram_vm_ops;
	vma->vm_page_prot = ovgpu_vram_prot(vma, bo->vram->caching);
	from = window->base + bo->vram->place->node.start;
	err = io_remap_pfn_range(vma, vma->vm_start, PHYS_PFN(from) + first,
				 pages << PAGE_SHIFT, vma->vm_page_prot);
	drm_dev_exit(idx);
	return err;
}

/**
 * ovgpu_vram_take_unmap() - the host is about to forget a buffer
 * @bo: any buffer
 *
 * Return: the command for it to unmap the buffer first, to be filled; the
 * caller's. NULL if it is not mapped.
 */
struct ovgpu_cmd *ovgpu_vram_take_unmap(struct ovgpu_bo *bo)
{
	struct ovgpu_vram_place *place = bo->vram ? bo->vram->place : NULL;
	struct ovgpu_cmd *cmd;

	if (!place)
		return NULL;

	cmd = place->unmap;
	place->unmap = NULL;
	return cmd;
}

/**
 * ovgpu_vram_unmapped() - what came of that command is known
 * @bo: buffer
 * @err: its outcome
 *
 * Context: Any.
 */
void ovgpu_vram_unmapped(struct ovgpu_bo *bo, int err)
{
	/* It never was there (-EINVAL), or the device is gone with all it had. */
	bo->vram->place->keep = err && err != -EINVAL && err != -ENODEV;
}

static int ovgpu_vram_show(struct seq_file *m, void *data)
{
	struct ovgpu_window *window = m->private;

	mutex_lock(&window->lock);
	seq_printf(m, "size %llu\nused %llu\nlost %llu\n", window->size,
		   window->used, window->lost);
	mutex_unlock(&window->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ovgpu_vram);

/**
 * ovgpu_vram_debugfs() - show how much of the window is in use
 * @ovgpu: device
 * @dir: its folder
 */
void ovgpu_vram_debugfs(struct ovgpu *ovgpu, struct dentry *dir)
{
	debugfs_create_file("window", 0400, dir, &ovgpu->window,
			    &ovgpu_vram_fops);
}

static void ovgpu_vram_fini(struct drm_device *drm, void *data)
{
	struct ovgpu_window *window = data;
	struct ovgpu_vram_place *place;

	if (window->size) {
		struct drm_mm_node *node, *next;

		/* The device is gone, and with it what was lost. */
		drm_mm_for_each_node_safe(node, next, &window->mm) {
			place = container_of(node, struct ovgpu_vram_place,
					     node);
			drm_mm_remove_node(node);
			kfree(place);
		}
		drm_mm_takedown(&window->mm);
	}
	mutex_destroy(&window->lock);
}

/* What the device says of its window becomes addresses of the guest's. */
static void ovgpu_vram_find_window(struct ovgpu *ovgpu)
{
	struct virtio_device *vdev = ovgpu->vdev;
	struct ovgpu_window *window = &ovgpu->window;
	struct virtio_shm_region region;

	if (!virtio_get_shm_region(vdev, &region,
				   VIRTIO_GPU_SHM_ID_HOST_VISIBLE))
		return;
	if (!region.len || !PAGE_ALIGNED(region.addr | region.len) ||
	    region.len > U64_MAX - region.addr) {
		dev_err(&vdev->dev, "window of %#llx bytes at %#llx makes no sense, not used\n",
			region.len, region.addr);
		return;
	}
	if (!devm_request_mem_region(&vdev->dev, region.addr, region.len,
				     dev_name(&vdev->dev))) {
		dev_err(&vdev->dev, "window of %#llx bytes at %#llx is somebody else's, not used\n",
			region.len, region.addr);
		return;
	}

	window->base = region.addr;
	window->size = region.len;
	drm_mm_init(&window->mm, 0, region.len);
}

static void ovgpu_vram_read_alignment(struct ovgpu *ovgpu)
{
	struct virtio_device *vdev = ovgpu->vdev;
	u32 alignment;

	if (!virtio_has_feature(vdev, VIRTIO_GPU_F_BLOB_ALIGNMENT))
		return;

	virtio_cread_le(vdev, struct virtio_gpu_config, blob_alignment,
			&alignment);
	if (is_power_of_2(alignment))
		ovgpu->window.alignment = alignment;
	else
		dev_err(&vdev->dev, "alignment of %u for blobs makes no sense, ignored\n",
			alignment);
}

/**
 * ovgpu_vram_init() - find the window
 * @ovgpu: device whose features are negotiated
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_vram_init(struct ovgpu *ovgpu)
{
	mutex_init(&ovgpu->window.lock);
	if (ovgpu->has_blob) {
		ovgpu_vram_read_alignment(ovgpu);
		ovgpu_vram_find_window(ovgpu);
	}

	return drmm_add_action_or_reset(ovgpu->drm, ovgpu_vram_fini,
					&ovgpu->window);
}
