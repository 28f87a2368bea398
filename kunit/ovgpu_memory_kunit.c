// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the graphics driver as it is loaded, on a graphics device in
 * memory: the pieces that the host gets to see, and buffers that are shared
 * with other devices, of which the test plays one.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/iosys-map.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/shrinker.h>
#include <linux/uaccess.h>
#include <linux/uuid.h>
#include <linux/virtio_dma_buf.h>
#include <linux/vmalloc.h>

#include <drm/drm_client.h>
#include <drm/drm_crtc.h>
#include <drm/drm_drv.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_prime.h>

#include "fake_client.h"
#include "fake_fail.h"
#include "fake_gpu.h"
#include "orion_namespace.h"

#include "../orion_vgpu/ovgpu.h"

#define OMEM_WIDTH	320
#define OMEM_HEIGHT	240
#define OMEM_MANY	200
#define OMEM_ASKERS	8
#define OMEM_BYTES	(OMEM_WIDTH * OMEM_HEIGHT * 4)

/**
 * struct omem_lender - the other device's side of a shared buffer
 * @size: of the dma-buf
 * @entries: pieces of memory, a page each; not neighbours
 * @pages: different pages; the entries repeat them
 * @iomem: the kernel can map it only as device memory
 * @blind: the kernel cannot map it at all
 * @map_err: what mapping it for a device ends with
 * @vaddr: all pages, for the test
 * @page: the pages
 * @reads: times that the CPU was going to read
 * @mapped: devices for which it is mapped
 * @vmapped: mappings in the kernel
 * @released: the dma-buf is gone
 */
struct omem_lender {
	size_t size;
	unsigned int entries;
	unsigned int pages;
	bool iomem;
	bool blind;
	int map_err;
	void *vaddr;
	struct page **page;
	unsigned int reads;
	int mapped;
	int vmapped;
	bool released;
};

struct omem {
	struct fake_gpu *gpu;
	struct drm_device *drm;
	struct drm_client_dev client;
	bool opened;
	struct omem_lender lender;
	struct dma_buf *dma_buf;
	u32 handle;
	struct drm_framebuffer *fb;
};

/* The lender. */

static struct sg_table *omem_map(struct dma_buf_attachment *attach,
				 enum dma_data_direction direction)
{
	struct omem_lender *lender = attach->dmabuf->priv;
	struct scatterlist *sg;
	struct sg_table *sgt;
	unsigned int i;
	int err = lender->map_err;

	sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return ERR_PTR(-ENOMEM);
	if (!err)
		err = sg_alloc_table(sgt, lender->entries, GFP_KERNEL);
	if (err)
		goto err_free;

	/* Backwards, so that no piece continues the one before. */
	for_each_sgtable_sg(sgt, sg, i)
		sg_set_page(sg, lender->page[(lender->entries - 1 - i) %
					     lender->pages], PAGE_SIZE, 0);
	err = dma_map_sgtable(attach->dev, sgt, direction, 0);
	if (err)
		goto err_free;

	lender->mapped++;
	return sgt;

err_free:
	sg_free_table(sgt);
	kfree(sgt);
	return ERR_PTR(err);
}

static void omem_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		       enum dma_data_direction direction)
{
	struct omem_lender *lender = attach->dmabuf->priv;

	dma_unmap_sgtable(attach->dev, sgt, direction, 0);
	sg_free_table(sgt);
	kfree(sgt);
	lender->mapped--;
}

static void omem_release(struct dma_buf *dma_buf)
{
	struct omem_lender *lender = dma_buf->priv;

	lender->released = true;
}

static int omem_vmap(struct dma_buf *dma_buf, struct iosys_map *map)
{
	struct omem_lender *lender = dma_buf->priv;

	lender->vmapped++;
	if (lender->iomem)
		iosys_map_set_vaddr_iomem(map, (void __iomem *)lender->vaddr);
	else
		iosys_map_set_vaddr(map, lender->vaddr);
	return 0;
}

static void omem_vunmap(struct dma_buf *dma_buf, struct iosys_map *map)
{
	struct omem_lender *lender = dma_buf->priv;

	lender->vmapped--;
}

static int omem_begin_cpu_access(struct dma_buf *dma_buf,
				 enum dma_data_direction direction)
{
	struct omem_lender *lender = dma_buf->priv;

	lender->reads++;
	return 0;
}

static const struct dma_buf_ops omem_ops = {
	.map_dma_buf		= omem_map,
	.unmap_dma_buf		= omem_unmap,
	.release		= omem_release,
	.vmap			= omem_vmap,
	.vunmap			= omem_vunmap,
	.begin_cpu_access	= omem_begin_cpu_access,
};

static const struct dma_buf_ops omem_blind_ops = {
	.map_dma_buf		= omem_map,
	.unmap_dma_buf		= omem_unmap,
	.release		= omem_release,
	.begin_cpu_access	= omem_begin_cpu_access,
};

/* A buffer of the other device, of so many pages in so many pieces. */
static void omem_lend(struct kunit *test, unsigned int pages,
		      unsigned int entries, size_t size)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct omem *omem = test->priv;
	struct omem_lender *lender = &omem->lender;
	unsigned int i;

	lender->size = size;
	lender->entries = entries;
	lender->pages = pages;
	lender->vaddr = vzalloc(array_size(pages, PAGE_SIZE));
	lender->page = kvcalloc(pages, sizeof(*lender->page), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, lender->vaddr);
	KUNIT_ASSERT_NOT_NULL(test, lender->page);
	/* In the order in which omem_map() takes them. */
	for (i = 0; i < pages; i++)
		lender->page[pages - 1 - i] =
			vmalloc_to_page(lender->vaddr + i * PAGE_SIZE);

	info.ops = lender->blind ? &omem_blind_ops : &omem_ops;
	info.size = size;
	info.priv = lender;
	omem->dma_buf = dma_buf_export(&info);
	KUNIT_ASSERT_FALSE(test, IS_ERR(omem->dma_buf));
}

static u32 omem_color(u32 x, u32 y, u32 seed)
{
	return (y << 10 ^ x ^ seed * 0x9e3779b1) & 0xffffff;
}

static void omem_draw(u32 *pixels, u32 width, u32 height, u32 seed)
{
	u32 x, y;

	for (y = 0; y < height; y++)
		for (x = 0; x < width; x++)
			pixels[y * width + x] = omem_color(x, y, seed);
}

/* The device and its programs. */

static int omem_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct omem), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void omem_close(struct omem *omem)
{
	if (omem->fb)
		drm_framebuffer_put(omem->fb);
	omem->fb = NULL;
	if (omem->opened)
		drm_client_release(&omem->client);
	omem->opened = false;
}

static void omem_exit(struct kunit *test)
{
	struct omem *omem = test->priv;

	if (!omem)
		return;

	omem_close(omem);
	if (omem->gpu)
		KUNIT_EXPECT_EQ(test, omem->gpu->fv->nonsense, 0);
	fake_gpu_free(omem->gpu);
	if (!IS_ERR_OR_NULL(omem->dma_buf)) {
		dma_buf_put(omem->dma_buf);
		/* Files end when their last user has left the kernel. */
		flush_delayed_fput();
		KUNIT_EXPECT_TRUE(test, fake_wait(omem->lender.released));
		KUNIT_EXPECT_EQ(test, omem->lender.mapped, 0);
		KUNIT_EXPECT_EQ(test, omem->lender.vmapped, 0);
	}
	kvfree(omem->lender.page);
	vfree(omem->lender.vaddr);
}

/* A device with one head, and a program that has opened it. */
static void omem_open_with(struct kunit *test, u64 features)
{
	const struct fake_gpu_param param = {
		.features = BIT_ULL(VIRTIO_F_VERSION_1) | features,
		.num_scanouts = 1 };
	struct omem *omem = test->priv;

	omem->gpu = fake_gpu_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, omem->gpu);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(omem->gpu->fv));
	KUNIT_ASSERT_TRUE(test, fake_virtio_bound(omem->gpu->fv));
	omem->drm = ((struct ovgpu *)omem->gpu->fv->vdev->priv)->drm;
	KUNIT_ASSERT_EQ(test, 0, drm_client_init(omem->drm, &omem->client,
						 "kunit", NULL));
	omem->opened = true;
}

static void omem_open(struct kunit *test)
{
	omem_open_with(test, 0);
}

static int omem_import(struct omem *omem)
{
	struct drm_gem_object *obj;
	int err;

	obj = omem->drm->driver->gem_prime_import(omem->drm, omem->dma_buf);
	if (IS_ERR(obj))
		return PTR_ERR(obj);

	err = drm_gem_handle_create(omem->client.file, obj, &omem->handle);
	drm_gem_object_put(obj);
	return err;
}

static struct drm_framebuffer *omem_fb_create(struct omem *omem, u32 width,
					      u32 height, u32 format)
{
	const struct drm_mode_fb_cmd2 args = {
		.width = width,
		.height = height,
		.pixel_format = format,
		.pitches[0] = width * 4,
		.handles[0] = omem->handle,
	};

	return omem->drm->mode_config.funcs->fb_create(omem->drm,
						       omem->client.file,
						       &args);
}

static int omem_fb(struct omem *omem, u32 width, u32 height, u32 format)
{
	struct drm_framebuffer *fb = omem_fb_create(omem, width, height,
						    format);

	if (IS_ERR(fb))
		return PTR_ERR(fb);

	omem->fb = fb;
	return 0;
}

static struct drm_crtc *omem_crtc(struct omem *omem)
{
	struct ovgpu *ovgpu = omem->drm->dev_private;

	return &ovgpu->outputs[0].crtc;
}

static int omem_show(struct omem *omem)
{
	struct ovgpu *ovgpu = omem->drm->dev_private;

	return fake_client_show(omem_crtc(omem), &ovgpu->outputs[0].connector,
				omem->fb, omem->fb->width, omem->fb->height);
}

static void omem_expect_picture(struct kunit *test, u32 seed)
{
	struct omem *omem = test->priv;
	u32 x, y, pixel;

	fake_virtio_settle(omem->gpu->fv);
	for (y = 0; y < OMEM_HEIGHT; y += 7) {
		for (x = 0; x < OMEM_WIDTH; x += 5) {
			KUNIT_ASSERT_EQ(test, 0, fake_gpu_pixel(omem->gpu, 0, x,
								y, &pixel));
			KUNIT_ASSERT_EQ_MSG(test, pixel & 0xffffff,
					    omem_color(x, y, seed), "at %u,%u",
					    x, y);
		}
	}
	KUNIT_EXPECT_EQ(test, omem->gpu->refused, 0);
}

/* A borrowed buffer with a picture that the program's head shows. */
static void omem_borrowed(struct kunit *test, u32 seed)
{
	const unsigned int pages = PFN_UP(OMEM_BYTES);
	struct omem *omem = test->priv;

	omem_open(test);
	omem_lend(test, pages, pages, pages * PAGE_SIZE);
	omem_draw(omem->lender.vaddr, OMEM_WIDTH, OMEM_HEIGHT, seed);
	KUNIT_ASSERT_EQ(test, 0, omem_import(omem));
	KUNIT_ASSERT_EQ(test, 0, omem_fb(omem, OMEM_WIDTH, OMEM_HEIGHT,
					 DRM_FORMAT_XRGB8888));
	KUNIT_ASSERT_EQ(test, 0, omem_show(omem));
}

static void omem_import_shown(struct kunit *test)
{
	struct omem *omem = test->priv;

	omem_borrowed(test, 1);
	omem_expect_picture(test, 1);

	/* Showing it again is uploading all of it: nobody said what changed. */
	omem_draw(omem->lender.vaddr, OMEM_WIDTH, OMEM_HEIGHT, 2);
	KUNIT_ASSERT_EQ(test, 0, omem_show(omem));
	omem_expect_picture(test, 2);
}

/* The memory is the lender's again when the device goes, not the program. */
static void omem_import_removed(struct kunit *test)
{
	struct omem *omem = test->priv;

	omem_borrowed(test, 1);
	KUNIT_EXPECT_EQ(test, omem->lender.mapped, 1);
	fake_virtio_unplug(omem->gpu->fv);
	KUNIT_EXPECT_EQ(test, omem->lender.mapped, 0);
}

/* What the device cannot show is refused when it is imported or framed. */
static const struct omem_offer {
	const char *name;
	unsigned int pages;
	unsigned int entries;
	size_t size;
	int map_err;
	int import;
	int fb;
} omem_offers[] = {
	{ "a page", 1, 1, PAGE_SIZE, 0, 0, 0 },
	{ "more memory than size", 4, 4, PAGE_SIZE, 0, 0, 0 },
	{ "less memory than size", 1, 1, 2 * PAGE_SIZE, 0, -EINVAL },
	{ "not whole pages", 2, 2, PAGE_SIZE + 512, 0, -EINVAL },
	{ "unmappable", 1, 1, PAGE_SIZE, -EIO, -EIO },
	{ "as many pieces as hosts take", 1, 16384, 16384 * PAGE_SIZE, 0, 0,
	  0 },
	{ "one piece too many", 1, 16385, 16385 * PAGE_SIZE, 0, 0, -E2BIG },
};

KUNIT_ARRAY_PARAM_DESC(omem_offer, omem_offers, name);

static void omem_import_offered(struct kunit *test)
{
	const struct omem_offer *c = test->param_value;
	struct omem *omem = test->priv;

	omem_open(test);
	omem_lend(test, c->pages, c->entries, c->size);
	omem->lender.map_err = c->map_err;
	KUNIT_EXPECT_EQ(test, c->import, omem_import(omem));
	if (!c->import)
		KUNIT_EXPECT_EQ(test, c->fb, omem_fb(omem, 16, 16,
						     DRM_FORMAT_XRGB8888));
	fake_virtio_settle(omem->gpu->fv);
	KUNIT_EXPECT_EQ(test, omem->gpu->refused, 0);
}

/* Neighbours in memory are one piece for the host. */
static void omem_import_merged(struct kunit *test)
{
	const unsigned int order = 6;
	struct omem *omem = test->priv;
	struct fake_gpu_cmd cmd;
	struct page *block;
	unsigned int i;

	omem_open(test);
	omem_lend(test, 1 << order, 1 << order, PAGE_SIZE << order);
	block = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
	KUNIT_ASSERT_NOT_NULL(test, block);
	for (i = 0; i < 1 << order; i++)
		omem->lender.page[(1 << order) - 1 - i] = block + i;
	KUNIT_EXPECT_EQ(test, 0, omem_import(omem));
	KUNIT_EXPECT_EQ(test, 0, omem_fb(omem, 16, 16, DRM_FORMAT_XRGB8888));
	KUNIT_EXPECT_GE(test, fake_gpu_find(omem->gpu,
					    VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING,
					    0, &cmd), 0);
	KUNIT_EXPECT_EQ(test, 1, fake_gpu_resource_pieces(omem->gpu,
							  cmd.resource));
	omem_close(omem);
	fake_virtio_unplug(omem->gpu->fv);
	__free_pages(block, order);
}

static int omem_cursor(struct omem *omem, struct drm_framebuffer *fb)
{
	struct drm_crtc *crtc = omem_crtc(omem);
	struct drm_plane *plane = crtc->cursor;
	struct drm_modeset_acquire_ctx ctx;
	int err;

	DRM_MODESET_LOCK_ALL_BEGIN(omem->drm, ctx, 0, err);
	err = plane->funcs->update_plane(plane, crtc, fb, 1, 1, fb->width,
					 fb->height, 0, 0, fb->width << 16,
					 fb->height << 16, &ctx);
	DRM_MODESET_LOCK_ALL_END(omem->drm, ctx, err);

	return err;
}

/* The CPU reads a cursor's image, so it must be able to. */
static const struct omem_sight {
	const char *name;
	bool iomem;
	bool blind;
	int err;
} omem_sights[] = {
	{ "memory" },
	{ "device memory", .iomem = true, .err = -ENOMEM },
	{ "nothing", .blind = true, .err = -ENOMEM },
};

KUNIT_ARRAY_PARAM_DESC(omem_sight, omem_sights, name);

static void omem_import_cursor(struct kunit *test)
{
	const struct omem_sight *c = test->param_value;
	struct omem *omem = test->priv;
	struct drm_framebuffer *fb;
	u32 x, y, pixel = 0;

	omem->lender.iomem = c->iomem;
	omem->lender.blind = c->blind;
	omem_borrowed(test, 1);
	fb = omem_fb_create(omem, 64, 64, DRM_FORMAT_ARGB8888);
	KUNIT_ASSERT_FALSE(test, IS_ERR(fb));
	omem_draw(omem->lender.vaddr, 64, 64, 5);
	KUNIT_EXPECT_EQ(test, c->err, omem_cursor(omem, fb));
	drm_framebuffer_put(fb);
	KUNIT_EXPECT_EQ(test, omem->lender.reads, !c->err);
	if (c->err)
		return;

	KUNIT_ASSERT_TRUE(test, fake_wait(omem->gpu->scanouts[0].cursor));
	for (y = 0; y < 64; y += 3) {
		for (x = 0; x < 64; x += 3) {
			KUNIT_ASSERT_EQ(test, 0,
					fake_gpu_resource_pixel(omem->gpu,
								omem->gpu->scanouts[0].cursor,
								x, y, &pixel));
			KUNIT_ASSERT_EQ(test, pixel & 0xffffff,
					omem_color(x, y, 5));
		}
	}
}

/* Programs reach imported memory through its lender. */
static void omem_import_mapped(struct kunit *test)
{
	struct omem *omem = test->priv;
	struct drm_gem_object *obj;
	struct iosys_map map;
	u64 offset = 0;

	omem_borrowed(test, 1);
	KUNIT_EXPECT_EQ(test, 0,
			omem->drm->driver->dumb_map_offset(omem->client.file,
							   omem->drm,
							   omem->handle,
							   &offset));
	KUNIT_EXPECT_NE(test, offset, 0);
	KUNIT_EXPECT_EQ(test, -ENOENT,
			omem->drm->driver->dumb_map_offset(omem->client.file,
							   omem->drm, 99,
							   &offset));

	obj = drm_gem_object_lookup(omem->client.file, omem->handle);
	KUNIT_ASSERT_NOT_NULL(test, obj);
	KUNIT_EXPECT_EQ(test, 0, drm_gem_vmap_unlocked(obj, &map));
	KUNIT_EXPECT_PTR_EQ(test, map.vaddr, omem->lender.vaddr);
	drm_gem_vunmap_unlocked(obj, &map);
	drm_gem_object_put(obj);
}

/* A dumb buffer of ours with a picture on the head, and its dma-buf. */
static struct ovgpu_bo *omem_lent(struct kunit *test, struct dma_buf **dma_buf,
				  struct iosys_map *map)
{
	struct drm_mode_create_dumb dumb = {
		.width = OMEM_WIDTH, .height = OMEM_HEIGHT, .bpp = 32 };
	struct omem *omem = test->priv;
	struct drm_gem_object *obj;

	omem_open(test);
	KUNIT_ASSERT_EQ(test, 0,
			omem->drm->driver->dumb_create(omem->client.file,
						       omem->drm, &dumb));
	omem->handle = dumb.handle;
	obj = drm_gem_object_lookup(omem->client.file, dumb.handle);
	KUNIT_ASSERT_NOT_NULL(test, obj);
	*dma_buf = obj->funcs->export(obj, O_RDWR);
	drm_gem_object_put(obj);
	KUNIT_ASSERT_FALSE(test, IS_ERR(*dma_buf));
	KUNIT_ASSERT_EQ(test, 0, dma_buf_vmap_unlocked(*dma_buf, map));
	omem_draw(map->vaddr, OMEM_WIDTH, OMEM_HEIGHT, 1);
	KUNIT_ASSERT_EQ(test, 0, omem_fb(omem, OMEM_WIDTH, OMEM_HEIGHT,
					 DRM_FORMAT_XRGB8888));
	KUNIT_ASSERT_EQ(test, 0, omem_show(omem));
	omem_expect_picture(test, 1);
	return to_ovgpu_bo(obj);
}

/* What somebody else writes to a buffer of ours reaches the host. */
static void omem_export_written(struct kunit *test)
{
	struct omem *omem = test->priv;
	struct dma_buf *dma_buf;
	struct iosys_map map;
	unsigned int before;

	omem_lent(test, &dma_buf, &map);
	before = fake_gpu_count(omem->gpu, VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D);
	dma_buf_begin_cpu_access(dma_buf, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, 0, dma_buf_end_cpu_access(dma_buf,
							DMA_FROM_DEVICE));
	KUNIT_EXPECT_EQ(test, before,
			fake_gpu_count(omem->gpu,
				       VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D));

	omem_draw(map.vaddr, OMEM_WIDTH, OMEM_HEIGHT, 2);
	KUNIT_EXPECT_EQ(test, 0, dma_buf_end_cpu_access(dma_buf,
							DMA_BIDIRECTIONAL));
	omem_expect_picture(test, 2);

	dma_buf_vunmap_unlocked(dma_buf, &map);
	/* Nothing shows it any more. */
	fake_virtio_yank(omem->gpu->fv);
	KUNIT_EXPECT_EQ(test, 0, dma_buf_end_cpu_access(dma_buf,
							DMA_TO_DEVICE));
	dma_buf_put(dma_buf);
	flush_delayed_fput();
}

/* A program that maps a dma-buf of ours sees and changes the buffer. */
static void omem_export_mapped(struct kunit *test)
{
	struct dma_buf *dma_buf;
	unsigned long user;
	struct iosys_map map;
	u32 __user *pixels;
	u32 pixel = 0;

	omem_lent(test, &dma_buf, &map);
	user = kunit_vm_mmap(test, dma_buf->file, 0, OMEM_BYTES,
			     PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(user));
	pixels = (u32 __user *)user;
	KUNIT_EXPECT_EQ(test, 0, get_user(pixel, &pixels[OMEM_WIDTH + 3]));
	KUNIT_EXPECT_EQ(test, pixel, omem_color(3, 1, 1));
	KUNIT_EXPECT_EQ(test, 0, put_user(7, &pixels[200 * OMEM_WIDTH]));
	KUNIT_EXPECT_EQ(test, 7, ((u32 *)map.vaddr)[200 * OMEM_WIDTH]);
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(user, OMEM_BYTES));

	/* A private copy would never be shown. */
	user = kunit_vm_mmap(test, dma_buf->file, 0, OMEM_BYTES,
			     PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	KUNIT_EXPECT_EQ(test, (long)user, -EINVAL);

	fake_client_leave_mm();
	dma_buf_vunmap_unlocked(dma_buf, &map);
	dma_buf_put(dma_buf);
	flush_delayed_fput();
}

static void omem_export_attached(struct kunit *test)
{
	struct omem *omem = test->priv;
	struct dma_buf_attachment *attach;
	struct drm_gem_object *again;
	struct dma_buf *dma_buf;
	struct iosys_map map;
	struct sg_table *sgt;
	struct ovgpu_bo *bo;

	bo = omem_lent(test, &dma_buf, &map);
	dma_buf_vunmap_unlocked(dma_buf, &map);

	/* To its own device it is nothing foreign. */
	again = omem->drm->driver->gem_prime_import(omem->drm, dma_buf);
	KUNIT_EXPECT_PTR_EQ(test, again, &bo->base);
	drm_gem_object_put(again);
	KUNIT_EXPECT_FALSE(test, bo->foreign);

	attach = dma_buf_attach(dma_buf, omem->drm->dev);
	KUNIT_ASSERT_FALSE(test, IS_ERR(attach));
	KUNIT_EXPECT_TRUE(test, bo->foreign);
	sgt = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(sgt));
	KUNIT_EXPECT_LE(test, sgt->nents, 16);
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_BIDIRECTIONAL);
	dma_buf_detach(dma_buf, attach);
	dma_buf_put(dma_buf);
	flush_delayed_fput();
}

/* A dumb buffer and its framebuffer. */
static int omem_dumb(struct omem *omem, u32 width, u32 height)
{
	struct drm_mode_create_dumb dumb = {
		.width = width, .height = height, .bpp = 32 };
	int err;

	err = omem->drm->driver->dumb_create(omem->client.file, omem->drm,
					     &dumb);
	if (err)
		return err;

	omem->handle = dumb.handle;
	return omem_fb(omem, width, height, DRM_FORMAT_XRGB8888);
}

/* The host gets few large pieces where there are some. */
static void omem_dumb_pieces(struct kunit *test)
{
	struct omem *omem = test->priv;
	struct fake_gpu_cmd cmd;

	omem_open(test);
	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, 1280, 800));
	KUNIT_ASSERT_GE(test, fake_gpu_find(omem->gpu,
					    VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING,
					    0, &cmd), 0);
	KUNIT_EXPECT_LE(test, fake_gpu_resource_pieces(omem->gpu,
						       cmd.resource), 16);
}

/* Many that end at once cost few kicks, and their ids are used again. */
static void omem_freed_together(struct kunit *test)
{
	struct drm_framebuffer **fbs;
	struct omem *omem = test->priv;
	unsigned int i, kicks, used;
	struct fake_gpu_cmd cmd;

	omem_open(test);
	fbs = kunit_kcalloc(test, OMEM_MANY, sizeof(*fbs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fbs);
	for (i = 0; i < OMEM_MANY; i++) {
		KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, 16, 16));
		fbs[i] = omem->fb;
	}
	omem->fb = NULL;
	used = fake_gpu_resource_count(omem->gpu);

	kicks = omem->gpu->fv->queues[FAKE_GPU_CONTROLQ].kicks;
	for (i = 0; i < OMEM_MANY; i++)
		drm_framebuffer_put(fbs[i]);
	KUNIT_EXPECT_TRUE(test, fake_wait(fake_gpu_resource_count(omem->gpu) ==
					  used - OMEM_MANY));
	/* Two descriptors each, and a ring of FAKE_VIRTIO_QUEUE_SIZE. */
	KUNIT_EXPECT_LE(test,
			omem->gpu->fv->queues[FAKE_GPU_CONTROLQ].kicks - kicks,
			OMEM_MANY / (FAKE_VIRTIO_QUEUE_SIZE / 4) + 2);

	fake_virtio_settle(omem->gpu->fv);
	fake_gpu_forget(omem->gpu);
	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, 16, 16));
	KUNIT_ASSERT_GE(test, fake_gpu_find(omem->gpu,
					    VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
					    0, &cmd), 0);
	KUNIT_EXPECT_LE(test, cmd.resource, OMEM_MANY + 1);
	KUNIT_EXPECT_EQ(test, omem->gpu->refused, 0);
}

/* A host that is full has room for what replaces something. */
static void omem_freed_first(struct kunit *test)
{
	struct omem *omem = test->priv;
	int unref, create;
	struct fake_gpu_cmd cmd;

	omem_open(test);
	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, 64, 64));
	fake_gpu_forget(omem->gpu);
	drm_framebuffer_put(omem->fb);
	KUNIT_ASSERT_EQ(test, 0, omem_fb(omem, 64, 64, DRM_FORMAT_XBGR8888));
	unref = fake_gpu_find(omem->gpu, VIRTIO_GPU_CMD_RESOURCE_UNREF, 0,
			      &cmd);
	create = fake_gpu_find(omem->gpu, VIRTIO_GPU_CMD_RESOURCE_CREATE_2D, 0,
			       &cmd);
	KUNIT_EXPECT_GE(test, unref, 0);
	KUNIT_EXPECT_GT(test, create, unref);
}

/* A program's buffer that is not needed any more. */
static void omem_drop(struct omem *omem)
{
	drm_framebuffer_put(omem->fb);
	omem->fb = NULL;
	drm_gem_handle_delete(omem->client.file, omem->handle);
	omem->handle = 0;
}

static int omem_darken(struct omem *omem)
{
	return fake_client_darken(omem_crtc(omem));
}

/* Draws into a program's buffer, or finds it zeroed. */
static void omem_touch(struct kunit *test, bool draw)
{
	struct omem *omem = test->priv;
	struct drm_gem_object *obj;
	struct iosys_map map;

	obj = drm_gem_object_lookup(omem->client.file, omem->handle);
	KUNIT_ASSERT_NOT_NULL(test, obj);
	KUNIT_ASSERT_EQ(test, 0, drm_gem_vmap_unlocked(obj, &map));
	if (draw)
		memset(map.vaddr, 0x5a, obj->size);
	else
		KUNIT_EXPECT_NULL(test, memchr_inv(map.vaddr, 0, obj->size));
	drm_gem_vunmap_unlocked(obj, &map);
	drm_gem_object_put(obj);
}

/* A program shows a picture, and ends; another one comes. */
static void omem_succeed(struct kunit *test)
{
	struct omem *omem = test->priv;

	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, OMEM_WIDTH, OMEM_HEIGHT));
	omem_touch(test, true);
	KUNIT_ASSERT_EQ(test, 0, omem_show(omem));
	KUNIT_ASSERT_EQ(test, 0, omem_darken(omem));
	omem_close(omem);
	fake_virtio_settle(omem->gpu->fv);
	KUNIT_ASSERT_EQ(test, 0, drm_client_init(omem->drm, &omem->client,
						 "heir", NULL));
	omem->opened = true;
}

/* A size that comes again costs the host nothing, and shows nothing old. */
static void omem_cache_heir(struct kunit *test)
{
	struct omem *omem = test->priv;
	u32 x, y, pixel = 1;
	struct ovgpu *ovgpu;

	omem_open(test);
	omem_succeed(test);
	ovgpu = to_ovgpu(omem->drm);
	fake_gpu_forget(omem->gpu);
	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, OMEM_WIDTH, OMEM_HEIGHT));
	KUNIT_EXPECT_EQ(test, ovgpu->cache.reused, 1);
	KUNIT_EXPECT_EQ(test, 0, fake_gpu_count(omem->gpu, 0));
	omem_touch(test, false);

	KUNIT_ASSERT_EQ(test, 0, omem_show(omem));
	fake_virtio_settle(omem->gpu->fv);
	for (y = 0; y < OMEM_HEIGHT; y++) {
		for (x = 0; x < OMEM_WIDTH; x++) {
			KUNIT_ASSERT_EQ(test, 0, fake_gpu_pixel(omem->gpu, 0, x,
								y, &pixel));
			KUNIT_ASSERT_EQ_MSG(test, pixel, 0, "at %u,%u", x, y);
		}
	}
	KUNIT_EXPECT_EQ(test, 0,
			fake_gpu_count(omem->gpu,
				       VIRTIO_GPU_CMD_RESOURCE_CREATE_2D));
	KUNIT_EXPECT_EQ(test, omem->gpu->refused, 0);
}

/* Other sizes and formats are made anew, and nothing is kept for long. */
static void omem_cache_ages(struct kunit *test)
{
	struct omem *omem = test->priv;
	struct ovgpu *ovgpu;

	omem_open(test);
	ovgpu = to_ovgpu(omem->drm);
	omem_succeed(test);
	KUNIT_EXPECT_EQ(test, ovgpu->cache.free, PFN_UP(OMEM_BYTES));
	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, OMEM_HEIGHT, OMEM_WIDTH));
	KUNIT_EXPECT_EQ(test, ovgpu->cache.reused, 0);
	omem_touch(test, false);
	omem_drop(omem);
	KUNIT_EXPECT_TRUE(test, fake_wait(!READ_ONCE(ovgpu->cache.pages)));
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(omem->gpu)));
	KUNIT_EXPECT_EQ(test, omem->gpu->refused, 0);
}

/* A framebuffer made anew for a buffer that lives on costs the host nothing. */
static void omem_cache_framed_again(struct kunit *test)
{
	struct omem *omem = test->priv;
	unsigned int i;

	omem_open(test);
	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, OMEM_WIDTH, OMEM_HEIGHT));
	fake_virtio_settle(omem->gpu->fv);
	fake_gpu_forget(omem->gpu);
	for (i = 0; i < 5; i++) {
		drm_framebuffer_put(omem->fb);
		omem->fb = NULL;
		KUNIT_ASSERT_EQ(test, 0, omem_fb(omem, OMEM_WIDTH, OMEM_HEIGHT,
						 DRM_FORMAT_XRGB8888));
	}
	KUNIT_EXPECT_EQ(test, 0, fake_gpu_count(omem->gpu, 0));
	/* What is drawn while it has none is shown, too. */
	drm_framebuffer_put(omem->fb);
	omem_touch(test, true);
	KUNIT_ASSERT_EQ(test, 0, omem_fb(omem, OMEM_WIDTH, OMEM_HEIGHT,
					 DRM_FORMAT_XRGB8888));
	KUNIT_ASSERT_EQ(test, 0, omem_show(omem));
	fake_virtio_settle(omem->gpu->fv);
	for (i = 0; i < OMEM_HEIGHT; i++) {
		u32 pixel = 0;

		KUNIT_ASSERT_EQ(test, 0, fake_gpu_pixel(omem->gpu, 0, i, i,
							&pixel));
		KUNIT_ASSERT_EQ(test, pixel, 0x5a5a5a5a);
	}
}

static void omem_cache_shrunk(struct kunit *test)
{
	struct shrink_control control = { .nr_to_scan = 1 };
	struct omem *omem = test->priv;
	struct shrinker *shrinker;
	struct ovgpu *ovgpu;

	omem_open(test);
	ovgpu = to_ovgpu(omem->drm);
	shrinker = ovgpu->cache.shrinker;
	KUNIT_EXPECT_EQ(test, SHRINK_EMPTY,
			shrinker->count_objects(shrinker, &control));
	KUNIT_EXPECT_EQ(test, SHRINK_STOP,
			shrinker->scan_objects(shrinker, &control));
	omem_succeed(test);
	KUNIT_EXPECT_EQ(test, PFN_UP(OMEM_BYTES),
			shrinker->count_objects(shrinker, &control));
	fs_reclaim_acquire(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, PFN_UP(OMEM_BYTES),
			shrinker->scan_objects(shrinker, &control));
	fs_reclaim_release(GFP_KERNEL);
	KUNIT_EXPECT_TRUE(test, fake_wait(!READ_ONCE(ovgpu->cache.pages)));
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(omem->gpu)));
	KUNIT_EXPECT_EQ(test, omem->gpu->refused, 0);
}

/* A host that is full gets room before it is asked again. */
static void omem_cache_makes_room(struct kunit *test)
{
	struct omem *omem = test->priv;
	struct fake_gpu_cmd cmd;
	int unref;

	omem_open(test);
	omem_succeed(test);
	fake_gpu_forget(omem->gpu);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(omem->gpu->fv,
						&(struct fake_fault) {
		.kind = FAKE_FAULT_TYPE, .queue = FAKE_GPU_CONTROLQ,
		.key = VIRTIO_GPU_CMD_RESOURCE_CREATE_2D, .count = 1,
		.value = VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY }));
	KUNIT_EXPECT_EQ(test, 0, omem_dumb(omem, 64, 64));
	unref = fake_gpu_find(omem->gpu, VIRTIO_GPU_CMD_RESOURCE_UNREF, 0,
			      &cmd);
	KUNIT_EXPECT_GE(test, unref, 0);
	KUNIT_EXPECT_GT(test,
			fake_gpu_find(omem->gpu,
				      VIRTIO_GPU_CMD_RESOURCE_CREATE_2D, 1,
				      &cmd), unref);
}

/* A dma-buf of a buffer that the host knows, or is going to. */
static struct dma_buf *omem_export(struct kunit *test)
{
	struct omem *omem = test->priv;
	struct drm_gem_object *obj;
	struct dma_buf *dma_buf;

	obj = drm_gem_object_lookup(omem->client.file, omem->handle);
	KUNIT_ASSERT_NOT_NULL(test, obj);
	dma_buf = obj->funcs->export(obj, O_RDWR);
	drm_gem_object_put(obj);
	KUNIT_ASSERT_FALSE(test, IS_ERR(dma_buf));
	return dma_buf;
}

/* Another device's driver asks, with a dma-buf that only it has. */
static int omem_uuid(struct kunit *test, uuid_t *uuid)
{
	struct dma_buf *dma_buf = omem_export(test);
	int err = virtio_dma_buf_get_uuid(dma_buf, uuid);

	dma_buf_put(dma_buf);
	flush_delayed_fput();
	return err;
}

static unsigned int omem_named(struct omem *omem)
{
	return fake_gpu_count(omem->gpu, VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID);
}

/* The host names a buffer once, however often it is exported. */
static void omem_uuid_once(struct kunit *test)
{
	uuid_t first = { }, again = { };
	struct omem *omem = test->priv;
	struct fake_gpu_cmd cmd;

	omem_open_with(test, BIT_ULL(VIRTIO_GPU_F_RESOURCE_UUID));
	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, 64, 64));
	KUNIT_EXPECT_EQ(test, 0, omem_uuid(test, &first));
	KUNIT_ASSERT_GE(test, fake_gpu_find(omem->gpu,
					    VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID,
					    0, &cmd), 0);
	KUNIT_EXPECT_EQ(test, first.b[0], cmd.resource & 0xff);
	KUNIT_EXPECT_EQ(test, first.b[15], 0xa5);
	KUNIT_EXPECT_EQ(test, 0, omem_uuid(test, &again));
	KUNIT_EXPECT_TRUE(test, uuid_equal(&first, &again));

	/* Without the framebuffer it is the same one. */
	drm_framebuffer_put(omem->fb);
	omem->fb = NULL;
	KUNIT_EXPECT_EQ(test, 0, omem_uuid(test, &again));
	KUNIT_EXPECT_TRUE(test, uuid_equal(&first, &again));
	KUNIT_EXPECT_EQ(test, 1, omem_named(omem));

	/* A buffer that has a name is nobody else's later. */
	drm_gem_handle_delete(omem->client.file, omem->handle);
	omem->handle = 0;
	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, 64, 64));
	KUNIT_EXPECT_EQ(test, to_ovgpu(omem->drm)->cache.reused, 0);
	KUNIT_EXPECT_EQ(test, omem->gpu->refused, 0);
}

/* A buffer that the host has not heard of is told to it first. */
static void omem_uuid_unseen(struct kunit *test)
{
	struct drm_mode_create_dumb dumb = {
		.width = 64, .height = 64, .bpp = 32 };
	struct omem *omem = test->priv;
	uuid_t uuid = { };

	omem_open_with(test, BIT_ULL(VIRTIO_GPU_F_RESOURCE_UUID));
	KUNIT_ASSERT_EQ(test, 0,
			omem->drm->driver->dumb_create(omem->client.file,
						       omem->drm, &dumb));
	omem->handle = dumb.handle;
	KUNIT_EXPECT_EQ(test, 0, omem_uuid(test, &uuid));
	KUNIT_EXPECT_EQ(test, 0, omem_uuid(test, &uuid));
	KUNIT_EXPECT_EQ(test, 1, omem_named(omem));
	KUNIT_EXPECT_EQ(test, omem->gpu->refused, 0);
}

struct omem_asker {
	struct work_struct work;
	struct dma_buf *dma_buf;
	uuid_t uuid;
	int err;
};

static void omem_ask(struct work_struct *work)
{
	struct omem_asker *asker = container_of(work, struct omem_asker, work);

	asker->err = virtio_dma_buf_get_uuid(asker->dma_buf, &asker->uuid);
}

/* Many who ask at once hear the same. */
static void omem_uuid_parallel(struct kunit *test)
{
	struct omem *omem = test->priv;
	struct omem_asker *askers;
	struct dma_buf *dma_buf;
	unsigned int i;

	omem_open_with(test, BIT_ULL(VIRTIO_GPU_F_RESOURCE_UUID));
	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, 64, 64));
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(omem->gpu->fv,
						&(struct fake_fault) {
		.kind = FAKE_FAULT_LATE, .queue = FAKE_GPU_CONTROLQ,
		.key = VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID,
		.count = FAKE_FAULT_FOREVER, .delay_ms = 50 }));
	askers = kunit_kcalloc(test, OMEM_ASKERS, sizeof(*askers), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, askers);
	dma_buf = omem_export(test);
	for (i = 0; i < OMEM_ASKERS; i++) {
		INIT_WORK(&askers[i].work, omem_ask);
		askers[i].dma_buf = dma_buf;
		queue_work(system_unbound_wq, &askers[i].work);
	}
	for (i = 0; i < OMEM_ASKERS; i++) {
		flush_work(&askers[i].work);
		KUNIT_EXPECT_EQ(test, 0, askers[i].err);
		KUNIT_EXPECT_TRUE(test, uuid_equal(&askers[i].uuid,
						   &askers[0].uuid));
	}
	KUNIT_EXPECT_EQ(test, 1, omem_named(omem));
	dma_buf_put(dma_buf);
	flush_delayed_fput();
}

/* What becomes of a name that is not given. */
static const struct omem_silence {
	const char *name;
	u64 features;
	enum fake_fault_kind kind;
	u32 value;
	int err;
	unsigned int asked;
} omem_silences[] = {
	{ "not offered", .err = -ENODEV },
	{ "refused", BIT_ULL(VIRTIO_GPU_F_RESOURCE_UUID), FAKE_FAULT_TYPE,
	  VIRTIO_GPU_RESP_ERR_UNSPEC, -EREMOTEIO, 1 },
	{ "too short", BIT_ULL(VIRTIO_GPU_F_RESOURCE_UUID), FAKE_FAULT_SHORT,
	  24, -EPROTO, 1 },
	{ "another answer", BIT_ULL(VIRTIO_GPU_F_RESOURCE_UUID),
	  FAKE_FAULT_TYPE, VIRTIO_GPU_RESP_OK_NODATA, -EPROTO, 1 },
	{ "too late", BIT_ULL(VIRTIO_GPU_F_RESOURCE_UUID), FAKE_FAULT_LATE, 0,
	  -ETIMEDOUT, 1 },
};

KUNIT_ARRAY_PARAM_DESC(omem_silence, omem_silences, name);

static void omem_uuid_not_given(struct kunit *test)
{
	const struct omem_silence *c = test->param_value;
	struct omem *omem = test->priv;
	uuid_t uuid = { };

	omem_open_with(test, c->features);
	KUNIT_ASSERT_EQ(test, 0, omem_dumb(omem, 64, 64));
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(omem->gpu->fv,
						&(struct fake_fault) {
		.kind = c->kind, .queue = FAKE_GPU_CONTROLQ,
		.key = VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID,
		.count = FAKE_FAULT_FOREVER, .value = c->value,
		.delay_ms = 7000 }));
	KUNIT_EXPECT_EQ(test, c->err, omem_uuid(test, &uuid));
	/* That is the answer from then on, even if another came later. */
	msleep(3000);
	KUNIT_EXPECT_EQ(test, c->err, omem_uuid(test, &uuid));
	KUNIT_EXPECT_EQ(test, c->asked, omem_named(omem));
	KUNIT_EXPECT_TRUE(test, uuid_is_null(&uuid));
}

static int omem_sweep_setup(void *priv)
{
	return 0;
}

static int omem_sweep_run(void *priv)
{
	struct omem *omem = priv;
	int err;

	err = omem_import(omem);
	return err ?: omem_fb(omem, OMEM_WIDTH, OMEM_HEIGHT,
			      DRM_FORMAT_XRGB8888);
}

static void omem_sweep_teardown(void *priv, int err)
{
	struct omem *omem = priv;

	if (omem->fb)
		drm_framebuffer_put(omem->fb);
	omem->fb = NULL;
	if (omem->handle)
		drm_gem_handle_delete(omem->client.file, omem->handle);
	omem->handle = 0;
}

static const struct fake_fail_ops omem_sweep_ops = {
	.setup		= omem_sweep_setup,
	.run		= omem_sweep_run,
	.teardown	= omem_sweep_teardown,
};

static int omem_sweep_dumb(void *priv)
{
	return omem_dumb(priv, OMEM_WIDTH, OMEM_HEIGHT);
}

static const struct fake_fail_ops omem_dumb_sweep_ops = {
	.setup		= omem_sweep_setup,
	.run		= omem_sweep_dumb,
	.teardown	= omem_sweep_teardown,
};

static void omem_dumb_sweep(struct kunit *test)
{
	struct omem *omem = test->priv;

	omem_open(test);
	KUNIT_EXPECT_GT(test, fake_fail_sweep(&omem_dumb_sweep_ops, omem), 5);
	fake_virtio_settle(omem->gpu->fv);
	KUNIT_EXPECT_EQ(test, omem->gpu->refused, 0);
}

static void omem_import_sweep(struct kunit *test)
{
	const unsigned int pages = PFN_UP(OMEM_BYTES);
	struct omem *omem = test->priv;

	omem_open(test);
	omem_lend(test, pages, pages, pages * PAGE_SIZE);
	KUNIT_EXPECT_GT(test, fake_fail_sweep(&omem_sweep_ops, omem), 5);
	fake_virtio_settle(omem->gpu->fv);
	KUNIT_EXPECT_EQ(test, omem->gpu->refused, 0);
}

static struct kunit_case omem_cases[] = {
	KUNIT_CASE(omem_import_shown),
	KUNIT_CASE(omem_import_removed),
	KUNIT_CASE_PARAM(omem_import_offered, omem_offer_gen_params),
	KUNIT_CASE(omem_import_merged),
	KUNIT_CASE_PARAM(omem_import_cursor, omem_sight_gen_params),
	KUNIT_CASE(omem_import_mapped),
	KUNIT_CASE(omem_import_sweep),
	KUNIT_CASE(omem_export_written),
	KUNIT_CASE(omem_export_mapped),
	KUNIT_CASE(omem_export_attached),
	KUNIT_CASE(omem_dumb_pieces),
	KUNIT_CASE(omem_dumb_sweep),
	KUNIT_CASE(omem_freed_together),
	KUNIT_CASE(omem_freed_first),
	KUNIT_CASE(omem_cache_heir),
	KUNIT_CASE(omem_cache_ages),
	KUNIT_CASE(omem_cache_framed_again),
	KUNIT_CASE(omem_cache_shrunk),
	KUNIT_CASE(omem_cache_makes_room),
	KUNIT_CASE(omem_uuid_once),
	KUNIT_CASE(omem_uuid_unseen),
	KUNIT_CASE(omem_uuid_parallel),
	KUNIT_CASE_PARAM(omem_uuid_not_given, omem_silence_gen_params),
	{}
};

static struct kunit_suite omem_suite = {
	.name = "ovgpu_memory",
	.init = omem_init,
	.exit = omem_exit,
	.test_cases = omem_cases,
};

kunit_test_suite(omem_suite);

MODULE_DESCRIPTION("Orion: suite of the graphics driver's memory");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(ORION_DMA_BUF_NS);
