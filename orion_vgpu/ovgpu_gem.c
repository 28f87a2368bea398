// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buffers in guest memory.
 *
 * The host walks a buffer's list of memory pieces for every line that it
 * copies, and refuses lists that are too long, so pieces are as large as the
 * page allocator has them.
 */

#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/iosys-map.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/vmalloc.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_mode.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>

#include "ovgpu.h"
#include "ovgpu_grant.h"
#include "ovgpu_prime.h"

/* Pieces above this order gain nothing: it is what a huge page has. */
#define OVGPU_GEM_ORDER_MAX	9
/* Pages that one page fault maps, if they are there. */
#define OVGPU_GEM_FAULT_AROUND	16
/* As much as one framebuffer of the largest size needs. */
#define OVGPU_GEM_SIZE_MAX \
	((u64)OVGPU_KMS_SIZE_MAX * OVGPU_KMS_SIZE_MAX * 4)

/* Order to try first for so many pages. */
static unsigned int ovgpu_gem_order(unsigned int pages)
{
	return min_t(unsigned int, ilog2(pages), OVGPU_GEM_ORDER_MAX);
}

/*
 * Order below which so many pages would not fit into the pieces that are left
 * of what hosts take. The last few are for what is less than such a piece.
 */
static unsigned int ovgpu_gem_order_needed(unsigned int pages,
					   unsigned int pieces)
{
	const unsigned int most = OVGPU_CMD_ENTRIES_MAX - OVGPU_GEM_ORDER_MAX;

	if (pieces >= most || pages <= most - pieces)
		return 0;

	return min_t(unsigned int, ovgpu_gem_order(pages),
		     order_base_2(DIV_ROUND_UP(pages, most - pieces)));
}

static struct page *ovgpu_gem_piece(unsigned int order, unsigned int needed)
{
	gfp_t gfp = GFP_USER | __GFP_ZERO | __GFP_ACCOUNT | __GFP_NOWARN;

	/* Nothing less would do: no memory is then an error, no killed task. */
	if (order <= needed)
		return alloc_pages(gfp | __GFP_RETRY_MAYFAIL, order);

	/* A large piece is a gift, not worth compacting memory for. */
	if (order > PAGE_ALLOC_COSTLY_ORDER)
		gfp &= ~__GFP_DIRECT_RECLAIM;
	return alloc_pages(gfp | __GFP_NORETRY, order);
}

static void ovgpu_gem_pages_free(struct ovgpu_bo *bo)
{
	unsigned int i;

	for (i = 0; i < bo->count; i++)
		__free_page(bo->pages[i]);
	kvfree(bo->pages);
}

static int ovgpu_gem_pages_alloc(struct ovgpu_bo *bo, unsigned int count)
{
	unsigned int order = ovgpu_gem_order(count);
	unsigned int pieces = 0;
	struct page *piece;
	unsigned int i;

	bo->pages = kvmalloc_array(count, sizeof(*bo->pages),
				   GFP_KERNEL_ACCOUNT);
	if (!bo->pages)
		return -ENOMEM;

	while (bo->count < count) {
		unsigned int needed = ovgpu_gem_order_needed(count - bo->count,
							     pieces);

		order = min(order, ovgpu_gem_order(count - bo->count));
		piece = fatal_signal_pending(current) ? NULL :
			ovgpu_gem_piece(order, needed);
		if (!piece && order > needed) {
			order--;
			continue;
		}
		if (!piece) {
			ovgpu_gem_pages_free(bo);
			return -ENOMEM;
		}
		/* Mapped page by page, so each page counts for itself. */
		if (order)
			split_page(piece, order);
		for (i = 0; i < 1U << order; i++)
			bo->pages[bo->count++] = piece + i;
		pieces++;
	}

	return 0;
}

/* The device lets go of the DMA addresses when its last resource is gone. */
static void ovgpu_gem_unmap_dma_locked(struct ovgpu *ovgpu, struct ovgpu_bo *bo)
{
	lockdep_assert_held(&ovgpu->gem.lock);

	if (!bo->mapped)
		return;

	list_del(&bo->node);
	bo->mapped = false;
	if (bo->attach) {
		dma_buf_unmap_attachment_unlocked(bo->attach, bo->sgt,
						  DMA_BIDIRECTIONAL);
		bo->sgt = NULL;
	} else {
		/* What the CPU wrote since is not to be overwritten. */
		dma_unmap_sgtable(ovgpu->drm->dev, bo->sgt,
				  ovgpu->gem.direction, DMA_ATTR_SKIP_CPU_SYNC);
	}
}

/**
 * ovgpu_gem_map_dma() - make a buffer visible to the device
 * @bo: buffer that a resource is going to be made of
 *
 * Does nothing for imported memory, which has its addresses, and for a device
 * that takes physical ones. The mapping lasts as long as the buffer or the
 * device.
 *
 * Context: Process, within drm_dev_enter(). May sleep.
 * Return: 0 or a negative errno.
 */
int ovgpu_gem_map_dma(struct ovgpu_bo *bo)
{
	struct ovgpu *ovgpu = to_ovgpu(bo->base.dev);
	int err = 0;

	if (!ovgpu->gem.use_dma || bo->attach)
		return 0;

	mutex_lock(&ovgpu->gem.lock);
	if (!bo->mapped)
		err = dma_map_sgtable(ovgpu->drm->dev, bo->sgt,
				      ovgpu->gem.direction, 0);
	if (!err && !bo->mapped) {
		bo->mapped = true;
		list_add(&bo->node, &ovgpu->gem.mapped);
	}
	mutex_unlock(&ovgpu->gem.lock);

	return err;
}

/**
 * ovgpu_gem_unmap_all() - take all DMA addresses back
 * @ovgpu: device that was reset and goes away; buffers may stay
 *
 * Nobody is within drm_dev_enter() any more, nor will be.
 */
void ovgpu_gem_unmap_all(struct ovgpu *ovgpu)
{
	struct ovgpu_bo *bo, *next;

	mutex_lock(&ovgpu->gem.lock);
	list_for_each_entry_safe(bo, next, &ovgpu->gem.mapped, node)
		ovgpu_gem_unmap_dma_locked(ovgpu, bo);
	mutex_unlock(&ovgpu->gem.lock);
}

/**
 * ovgpu_gem_sync() - have the device see what the CPU wrote
 * @bo: buffer with a resource
 *
 * Only a copy into a bounce buffer costs anything here.
 *
 * Context: Any.
 */
void ovgpu_gem_sync(struct ovgpu_bo *bo)
{
	struct drm_device *drm = bo->base.dev;
	int idx;

	/* Removal takes the addresses back only when nobody is in here. */
	if (!to_ovgpu(drm)->gem.use_dma || !drm_dev_enter(drm, &idx))
		return;

	if (bo->mapped)
		dma_sync_sgtable_for_device(drm->dev, bo->sgt,
					    to_ovgpu(drm)->gem.direction);
	drm_dev_exit(idx);
}

/**
 * ovgpu_gem_sync_back() - have the CPU see what the device wrote
 * @bo: buffer with a resource, which the device has done with
 *
 * Context: Any.
 */
void ovgpu_gem_sync_back(struct ovgpu_bo *bo)
{
	struct drm_device *drm = bo->base.dev;
	int idx;

	if (!to_ovgpu(drm)->gem.use_dma || !drm_dev_enter(drm, &idx))
		return;

	if (bo->mapped)
		dma_sync_sgtable_for_cpu(drm->dev, bo->sgt,
					 to_ovgpu(drm)->gem.direction);
	drm_dev_exit(idx);
}

/**
 * ovgpu_gem_read() - copy out of a buffer
 * @bo: buffer of guest memory; an imported one has been mapped by
 *	ovgpu_gem_vaddr()
 * @to: where to
 * @offset: where from; @offset + @len is within the buffer
 * @len: how many bytes
 *
 * Context: Any.
 */
void ovgpu_gem_read(struct ovgpu_bo *bo, void *to, size_t offset, size_t len)
{
	if (bo->attach) {
		memcpy(to, bo->vaddr + offset, len);
		return;
	}

	while (len) {
		size_t in_page = offset_in_page(offset);
		size_t n = min_t(size_t, len, PAGE_SIZE - in_page);

		memcpy_from_page(to, bo->pages[offset >> PAGE_SHIFT], in_page,
				 n);
		to += n;
		offset += n;
		len -= n;
	}
}

static void ovgpu_gem_release(struct kref *ref)
{
	struct ovgpu_bo *bo = container_of(ref, struct ovgpu_bo, ref);
	struct ovgpu *ovgpu = to_ovgpu(bo->base.dev);

	mutex_lock(&ovgpu->gem.lock);
	ovgpu_gem_unmap_dma_locked(ovgpu, bo);
	mutex_unlock(&ovgpu->gem.lock);

	mem_cgroup_put(bo->group);
	ovgpu_vram_free(bo);
	if (bo->attach) {
		ovgpu_prime_vunmap(bo, bo->vaddr);
		drm_prime_gem_destroy(&bo->base, NULL);
	} else {
		vunmap(bo->vaddr);
		sg_free_table(&bo->own);
		ovgpu_gem_pages_free(bo);
	}
	mutex_destroy(&bo->lock);
	ovgpu_uuid_fini(bo);
	kfree(bo);
}

/**
 * ovgpu_gem_get() - keep a buffer's memory, with or without users
 * @bo: buffer
 */
void ovgpu_gem_get(struct ovgpu_bo *bo)
{
	kref_get(&bo->ref);
}

/**
 * ovgpu_gem_put() - undo one ovgpu_gem_get()
 * @bo: buffer
 *
 * Context: Process. May sleep.
 */
void ovgpu_gem_put(struct ovgpu_bo *bo)
{
	kref_put(&bo->ref, ovgpu_gem_release);
}

/* Nobody has a handle, a mapping or a dma-buf of it any more. */
static void ovgpu_gem_free(struct drm_gem_object *obj)
{
	bool has_virgl = to_ovgpu(obj->dev)->has_virgl;
	struct ovgpu_bo *bo = to_ovgpu_bo(obj);
	bool named;

	drm_gem_object_release(obj);
	named = ovgpu_uuid_forget(bo);
	ovgpu_resource_put(bo->main);
	bo->main = NULL;
	/*
	 * What others know by a name is nobody else's later, nor what programs
	 * can read back from the host. What stays may be a new buffer before
	 * this ends.
	 */
	if (named || has_virgl || !ovgpu_cache_keep(bo))
		ovgpu_resource_forget(bo);
	ovgpu_gem_put(bo);
}

/**
 * ovgpu_gem_vaddr() - map a buffer in the kernel
 * @bo: buffer
 *
 * The mapping lasts as long as the buffer.
 *
 * Context: Process. May sleep. The reservation of an imported buffer is not
 * held.
 * Return: address of the first byte, or NULL, also for the host's memory.
 */
void *ovgpu_gem_vaddr(struct ovgpu_bo *bo)
{
	void *vaddr = READ_ONCE(bo->vaddr);
	void *first;

	if (vaddr || bo->vram)
		return vaddr;

	/* No lock: this may run inside of the buffer's reservation. */
	vaddr = bo->attach ? ovgpu_prime_vmap(bo) :
		vmap(bo->pages, bo->count, VM_MAP, PAGE_KERNEL);
	if (!vaddr)
		return NULL;

	first = cmpxchg(&bo->vaddr, NULL, vaddr);
	if (!first)
		return vaddr;

	if (bo->attach)
		ovgpu_prime_vunmap(bo, vaddr);
	else
		vunmap(vaddr);
	return first;
}

static int ovgpu_gem_vmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	struct ovgpu_bo *bo = to_ovgpu_bo(obj);
	void *vaddr;

	if (bo->attach)
		return dma_buf_vmap(bo->attach->dmabuf, map);

	vaddr = ovgpu_gem_vaddr(bo);
	if (!vaddr)
		return -ENOMEM;

	iosys_map_set_vaddr(map, vaddr);
	return 0;
}

static void ovgpu_gem_vunmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	struct ovgpu_bo *bo = to_ovgpu_bo(obj);

	if (bo->attach)
		dma_buf_vunmap(bo->attach->dmabuf, map);
}

static struct sg_table *ovgpu_gem_get_sg_table(struct drm_gem_object *obj)
{
	struct ovgpu_bo *bo = to_ovgpu_bo(obj);

	return drm_prime_pages_to_sg(obj->dev, bo->pages, bo->count);
}

static int ovgpu_gem_mmap(struct drm_gem_object *obj,
			  struct vm_area_struct *vma)
{
	/* A private copy would never reach the screen. */
	if (is_cow_mapping(vma->vm_flags))
		return -EINVAL;
	if (to_ovgpu_bo(obj)->attach)
		return ovgpu_prime_mmap(to_ovgpu_bo(obj), vma);
	if (to_ovgpu_bo(obj)->vram)
		return ovgpu_vram_mmap(to_ovgpu_bo(obj), vma);

	vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_page_prot = vm_get_page_prot(vma->vm_flags);
	return 0;
}

static vm_fault_t ovgpu_gem_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct ovgpu_bo *bo = to_ovgpu_bo(vma->vm_private_data);
	unsigned long start = ALIGN_DOWN(vmf->address,
					 OVGPU_GEM_FAULT_AROUND * PAGE_SIZE);
	unsigned long end = min(start + OVGPU_GEM_FAULT_AROUND * PAGE_SIZE,
				vma->vm_end);
	vm_fault_t ret = VM_FAULT_SIGBUS;
	unsigned long addr;

	/* The page asked for decides; its neighbours are a bonus. */
	for (addr = max(start, vma->vm_start); addr < end; addr += PAGE_SIZE) {
		/* Not from vm_start alone: the area may have been split. */
		unsigned long i = vma->vm_pgoff -
				  drm_vma_node_start(&bo->base.vma_node) +
				  ((addr - vma->vm_start) >> PAGE_SHIFT);
		vm_fault_t one = VM_FAULT_SIGBUS;

		if (i < bo->count)
			one = vmf_insert_pfn(vma, addr,
					     page_to_pfn(bo->pages[i]));
		if (addr == (vmf->address & PAGE_MASK))
			ret = one;
		if (one != VM_FAULT_NOPAGE)
			break;
	}

	return ret;
}

/* Memory is there as long as the buffer; what others lend stays where it is. */
static enum drm_gem_object_status __maybe_unused
ovgpu_gem_status(struct drm_gem_object *obj)
{
	return DRM_GEM_OBJECT_RESIDENT;
}

static const struct vm_operations_struct ovgpu_gem_vm_ops = {
	.fault	= ovgpu_gem_fault,
	.open	= drm_gem_vm_open,
	.close	= drm_gem_vm_close,
};

static const struct drm_gem_object_funcs ovgpu_gem_funcs = {
	.free		= ovgpu_gem_free,
	.open		= ovgpu_grant_open,
	.close		= ovgpu_grant_close,
	.export		= ovgpu_prime_export,
	.get_sg_table	= ovgpu_gem_get_sg_table,
	.vmap		= ovgpu_gem_vmap,
	.vunmap		= ovgpu_gem_vunmap,
	.mmap		= ovgpu_gem_mmap,
	.vm_ops		= &ovgpu_gem_vm_ops,
	COMPAT_GEM_STATUS(ovgpu_gem_status)
};

static struct ovgpu_bo *ovgpu_gem_object_alloc(void)
{
	struct ovgpu_bo *bo;

	bo = kzalloc(sizeof(*bo), GFP_KERNEL_ACCOUNT);
	if (!bo)
		return NULL;

	kref_init(&bo->ref);
	ovgpu_uuid_init(bo);
	mutex_init(&bo->lock);
	INIT_LIST_HEAD(&bo->resources);
	INIT_LIST_HEAD(&bo->grants);
	INIT_LIST_HEAD(&bo->entry);
	bo->base.funcs = &ovgpu_gem_funcs;
	bo->sgt = &bo->own;
	return bo;
}

/**
 * ovgpu_gem_alloc() - make a buffer, filled with zeros
 * @ovgpu: device
 * @size: bytes, at least 1; rounded up to pages
 *
 * Context: Process. May sleep; gives up when the task is being killed.
 * Return: buffer with one reference, or an error pointer: -ENOMEM also means
 * that there is memory, but in more pieces than the host would take.
 */
struct ovgpu_bo *ovgpu_gem_alloc(struct ovgpu *ovgpu, size_t size)
{
	struct ovgpu_bo *bo;
	int err;

	if (size > OVGPU_GEM_SIZE_MAX)
		return ERR_PTR(-E2BIG);
	size = PAGE_ALIGN(size);

	bo = ovgpu_gem_object_alloc();
	if (!bo)
		return ERR_PTR(-ENOMEM);

	err = ovgpu_gem_pages_alloc(bo, size >> PAGE_SHIFT);
	if (err) {
		drm_dbg(ovgpu->drm, "no memory for %zu bytes in %u pieces at most\n",
			size, OVGPU_CMD_ENTRIES_MAX);
		goto err_free_bo;
	}

	/* A bounce buffer, where one is in use, limits the size of a piece. */
	err = sg_alloc_table_from_pages_segment(&bo->own, bo->pages, bo->count,
						0, size, ovgpu->gem.segment,
						GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_free_pages;

	bo->pieces = bo->own.orig_nents;
	drm_gem_private_object_init(ovgpu->drm, &bo->base, size);
	return bo;

err_free_pages:
	ovgpu_gem_pages_free(bo);
err_free_bo:
	mutex_destroy(&bo->lock);
	ovgpu_uuid_fini(bo);
	kfree(bo);
	return ERR_PTR(err);
}

/**
 * ovgpu_gem_alloc_host() - make a buffer in the host's memory
 * @ovgpu: device
 * @size: bytes, at least 1; rounded up to pages
 *
 * Return: buffer with one reference, of which the host does not know yet, or an
 * error pointer.
 */
struct ovgpu_bo *ovgpu_gem_alloc_host(struct ovgpu *ovgpu, size_t size)
{
	struct ovgpu_bo *bo;

	bo = ovgpu_gem_object_alloc();
	if (!bo)
		return ERR_PTR(-ENOMEM);

	bo->vram = ovgpu_vram_alloc();
	if (!bo->vram) {
		mutex_destroy(&bo->lock);
		ovgpu_uuid_fini(bo);
		kfree(bo);
		return ERR_PTR(-ENOMEM);
	}

	drm_gem_private_object_init(ovgpu->drm, &bo->base, PAGE_ALIGN(size));
	return bo;
}

/**
 * ovgpu_gem_import() - make a buffer of memory that another driver has
 * @ovgpu: device
 * @attach: attachment; borrowed, the buffer's DRM object ends it
 * @sgt: the memory, with the device's DMA addresses for it; the buffer's from
 *	here on, if this succeeds
 *
 * Context: Process, within drm_dev_enter(). May sleep.
 * Return: buffer with one reference, or an error pointer.
 */
struct ovgpu_bo *ovgpu_gem_import(struct ovgpu *ovgpu,
				  struct dma_buf_attachment *attach,
				  struct sg_table *sgt)
{
	size_t size = attach->dmabuf->size;
	struct ovgpu_bo *bo;

	bo = ovgpu_gem_object_alloc();
	if (!bo)
		return ERR_PTR(-ENOMEM);

	bo->attach = attach;
	bo->foreign = true;
	bo->sgt = sgt;
	bo->count = size >> PAGE_SHIFT;
	bo->pieces = sgt->nents;
	drm_gem_private_object_init(ovgpu->drm, &bo->base, size);

	mutex_lock(&ovgpu->gem.lock);
	bo->mapped = true;
	list_add(&bo->node, &ovgpu->gem.mapped);
	mutex_unlock(&ovgpu->gem.lock);

	return bo;
}

/* A buffer like one that somebody had; nothing of what was in it is left. */
static struct ovgpu_bo *ovgpu_gem_renew(struct ovgpu *ovgpu,
					const struct ovgpu_view *view)
{
	struct ovgpu_bo *bo = ovgpu_cache_take(ovgpu, view);
	unsigned int i;

	if (!bo)
		return NULL;

	for (i = 0; i < bo->count; i++) {
		clear_highpage(bo->pages[i]);
		cond_resched();
	}
	bo->foreign = false;

	/* Its last user's end left all else as in a new one. */
	drm_gem_private_object_init(ovgpu->drm, &bo->base, bo->base.size);
	/* Where a copy is what the device sees, that is cleared as well. */
	ovgpu_gem_sync(bo);
	return bo;
}

static struct ovgpu_bo *ovgpu_gem_dumb_alloc(struct ovgpu *ovgpu,
					     const struct ovgpu_view *view,
					     size_t size)
{
	struct ovgpu_bo *bo;

	bo = ovgpu_gem_renew(ovgpu, view);
	if (bo)
		return bo;

	bo = ovgpu_gem_alloc(ovgpu, size);
	if (bo == ERR_PTR(-ENOMEM) && ovgpu_cache_drain(ovgpu)) {
		ovgpu_resource_settle(ovgpu);
		bo = ovgpu_gem_alloc(ovgpu, size);
	}
	if (IS_ERR(bo))
		return bo;

	bo->view = *view;
	bo->group = get_mem_cgroup_from_mm(current->mm);
	return bo;
}

/**
 * ovgpu_gem_dumb_create() - a buffer for a program that draws by itself
 * @file: the program's
 * @drm: device
 * @args: what it wants, and where to say what it gets
 *
 * Return: 0 or a negative errno.
 */
int ovgpu_gem_dumb_create(struct drm_file *file, struct drm_device *drm,
			  struct drm_mode_create_dumb *args)
{
	struct ovgpu_view view = {
		.format = VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM };
	struct ovgpu_bo *bo;
	u32 handle;
	u64 size;
	int err;

	/* Nothing but 32 bits a pixel can be shown. */
	if (args->bpp != 32 || args->flags)
		return -EINVAL;
	/*
	 * How wide and high a picture may be is said when a framebuffer is
	 * made: a buffer may hold several, or none.
	 */
	if (!args->width || args->width > OVGPU_GEM_SIZE_MAX / 4 ||
	    !args->height)
		return -EINVAL;

	/*
	 * Lines are not padded: the host copies whole lines of a resource at
	 * once only if nothing is left out between them.
	 */
	args->pitch = args->width * 4;
	size = (u64)args->pitch * args->height;
	if (size > OVGPU_GEM_SIZE_MAX)
		return -EINVAL;
	args->size = PAGE_ALIGN(size);

	view.pitch = args->pitch;
	view.height = args->height;
	bo = ovgpu_gem_dumb_alloc(to_ovgpu(drm), &view, args->size);
	if (IS_ERR(bo))
		return PTR_ERR(bo);

	err = drm_gem_handle_create(file, &bo->base, &handle);
	/* The handle, if there is one, keeps the buffer from here on. */
	drm_gem_object_put(&bo->base);
	if (err)
		return err;

	args->handle = handle;
	return 0;
}

/**
 * ovgpu_gem_dumb_map_offset() - where to map a buffer in the device's file
 * @file: the program's
 * @drm: device
 * @handle: buffer, also an imported one: the exporter maps it then
 * @offset: set to the offset
 *
 * Return: 0 or a negative errno.
 */
int ovgpu_gem_dumb_map_offset(struct drm_file *file, struct drm_device *drm,
			      u32 handle, u64 *offset)
{
	struct drm_gem_object *obj;
	int err;

	obj = drm_gem_object_lookup(file, handle);
	if (!obj)
		return -ENOENT;

	err = drm_gem_create_mmap_offset(obj);
	if (!err)
		*offset = drm_vma_node_offset_addr(&obj->vma_node);
	drm_gem_object_put(obj);

	return err;
}

static void ovgpu_gem_fini(struct drm_device *drm, void *data)
{
	struct ovgpu_gem *gem = data;

	mutex_destroy(&gem->lock);
}

/*
 * Imported memory comes with the DMA API's addresses. A device that takes
 * physical ones can do with those as long as nothing translates them.
 */
static int ovgpu_gem_init_import(struct ovgpu *ovgpu)
{
	struct device *dev = ovgpu->drm->dev;
	struct page *page;
	dma_addr_t addr;

	ovgpu->gem.can_import = ovgpu->gem.use_dma;
	if (ovgpu->gem.use_dma)
		return 0;

	page = alloc_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;

	addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE);
	if (!dma_mapping_error(dev, addr)) {
		ovgpu->gem.can_import = addr == page_to_phys(page);
		dma_unmap_page(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	}
	__free_page(page);
	return 0;
}

/**
 * ovgpu_gem_init() - prepare for buffers
 * @ovgpu: device whose features are negotiated
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_gem_init(struct ovgpu *ovgpu)
{
	struct ovgpu_gem *gem = &ovgpu->gem;
	int err;

	gem->use_dma = !virtio_has_dma_quirk(ovgpu->vdev);
	gem->direction = ovgpu->has_virgl ? DMA_BIDIRECTIONAL : DMA_TO_DEVICE;
	err = ovgpu_gem_init_import(ovgpu);
	if (err)
		return err;

	gem->segment = UINT_MAX & PAGE_MASK;
	if (gem->use_dma)
		gem->segment = min3((size_t)gem->segment,
				    (size_t)dma_get_max_seg_size(ovgpu->drm->dev),
				    dma_max_mapping_size(ovgpu->drm->dev)) &
			       PAGE_MASK;
	mutex_init(&gem->lock);
	INIT_LIST_HEAD(&gem->mapped);
	return drmm_add_action_or_reset(ovgpu->drm, ovgpu_gem_fini, gem);
}
