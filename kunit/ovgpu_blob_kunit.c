// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that programs, the graphics driver and the host share as it is, on a
 * graphics device in memory that has a window.
 */

#include <kunit/test.h>
#include <linux/dma-buf.h>
#include <linux/dma-fence.h>
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/iosys-map.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/virtio_dma_buf.h>

#include <drm/drm_client.h>
#include <drm/drm_crtc.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_syncobj.h>
#include <drm/virtgpu_drm.h>

#include "fake_client.h"
#include "fake_fail.h"
#include "fake_gpu.h"
#include "orion_namespace.h"

#include "../orion_vgpu/ovgpu.h"

#define OBL_WIDTH	320
#define OBL_HEIGHT	240
#define OBL_PITCH	(OBL_WIDTH * 4)
#define OBL_BYTES	(OBL_PITCH * OBL_HEIGHT)
#define OBL_WINDOW	(16 * PAGE_SIZE)
#define OBL_USER	SZ_64K
#define OBL_BLOB	BIT_ULL(VIRTIO_GPU_F_RESOURCE_BLOB)
#define OBL_ALL		(OBL_BLOB | BIT_ULL(VIRTIO_GPU_F_VIRGL) |	\
			 BIT_ULL(VIRTIO_GPU_F_CONTEXT_INIT) |		\
			 BIT_ULL(VIRTIO_GPU_F_RESOURCE_UUID))

#define OBL_GUEST	VIRTGPU_BLOB_MEM_GUEST
#define OBL_HOST	VIRTGPU_BLOB_MEM_HOST3D
#define OBL_BOTH	VIRTGPU_BLOB_MEM_HOST3D_GUEST
#define OBL_MAP		VIRTGPU_BLOB_FLAG_USE_MAPPABLE
#define OBL_CROSS	VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE
#define OBL_LATER	DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING

/**
 * struct obl - a device and a program
 * @gpu: device
 * @drm: its DRM device
 * @client: program
 * @opened: @client is open
 * @user: memory of the program that the test is, or 0
 */
struct obl {
	struct fake_gpu *gpu;
	struct drm_device *drm;
	struct drm_client_dev client;
	bool opened;
	unsigned long user;
};

static int obl_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct obl), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void obl_close(struct obl *obl)
{
	if (obl->opened)
		drm_client_release(&obl->client);
	obl->opened = false;
}

static void obl_exit(struct kunit *test)
{
	struct obl *obl = test->priv;

	if (!obl)
		return;

	obl_close(obl);
	if (obl->gpu)
		KUNIT_EXPECT_EQ(test, obl->gpu->fv->nonsense, 0);
	fake_gpu_free(obl->gpu);
}

static void obl_make(struct kunit *test, u64 features, u32 alignment)
{
	const struct fake_gpu_param param = {
		.features = BIT_ULL(VIRTIO_F_VERSION_1) | features,
		.num_scanouts = 1, .num_capsets = 1,
		.blob_alignment = alignment };
	struct obl *obl = test->priv;

	obl->gpu = fake_gpu_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, obl->gpu);
	obl->gpu->capsets[0] = (struct fake_gpu_capset) { 4, 0, 160 };
}

static void obl_plug(struct kunit *test)
{
	struct obl *obl = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(obl->gpu->fv));
	KUNIT_ASSERT_TRUE(test, fake_virtio_bound(obl->gpu->fv));
	obl->drm = ((struct ovgpu *)obl->gpu->fv->vdev->priv)->drm;
	KUNIT_ASSERT_EQ(test, 0, drm_client_init(obl->drm, &obl->client,
						 "kunit", NULL));
	obl->opened = true;
	fake_virtio_settle(obl->gpu->fv);
	fake_gpu_forget(obl->gpu);
}

/* A device that has everything. */
static void obl_open(struct kunit *test)
{
	struct obl *obl = test->priv;

	obl_make(test, OBL_ALL, 0);
	KUNIT_ASSERT_NOT_NULL(test,
			      fake_virtio_region_add(obl->gpu->fv,
						     VIRTIO_GPU_SHM_ID_HOST_VISIBLE,
						     OBL_WINDOW));
	obl_plug(test);
}

static struct ovgpu_window *obl_window(struct obl *obl)
{
	return &to_ovgpu(obl->drm)->window;
}

static void obl_user(struct kunit *test)
{
	struct obl *obl = test->priv;

	obl->user = fake_client_memory(test, OBL_USER);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(obl->user));
}

static void obl_user_end(struct obl *obl)
{
	vm_munmap(obl->user, OBL_USER);
	fake_client_leave_mm();
}

static int obl_call(struct obl *obl, unsigned int nr, void *args)
{
	return fake_client_call(obl->client.file, nr, args);
}

static void obl_fault(struct kunit *test, enum fake_fault_kind kind, u32 key,
		      u32 value, unsigned int count)
{
	const struct fake_fault fault = {
		.kind = kind, .queue = FAKE_FAULT_ALL_QUEUES, .key = key,
		.value = value, .count = count };
	struct obl *obl = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(obl->gpu->fv, &fault));
}

/* A blob of whole pages; the host's are number 0, which needs no making. */
static int obl_create(struct obl *obl, u32 mem, u32 flags, u32 hints,
		      unsigned int pages,
		      struct drm_virtgpu_resource_create_blob *args)
{
	*args = (struct drm_virtgpu_resource_create_blob) {
		.blob_mem = mem, .blob_flags = flags, .blob_hints = hints,
		.size = pages * PAGE_SIZE };
	return obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB, args);
}

static int obl_map(struct obl *obl, u32 handle)
{
	struct drm_virtgpu_map args = { .handle = handle };

	return obl_call(obl, DRM_VIRTGPU_MAP, &args);
}

static struct ovgpu_bo *obl_bo(struct obl *obl, u32 handle)
{
	struct drm_gem_object *obj;

	/* The handle keeps it. */
	obj = drm_gem_object_lookup(obl->client.file, handle);
	drm_gem_object_put(obj);
	return to_ovgpu_bo(obj);
}

/* A dma-buf of it, to be put: what a test can map without a file of DRM's. */
static struct dma_buf *obl_export(struct kunit *test, u32 handle)
{
	struct drm_gem_object *obj = &obl_bo(test->priv, handle)->base;
	struct dma_buf *dma_buf = obj->funcs->export(obj, O_RDWR);

	KUNIT_ASSERT_FALSE(test, IS_ERR(dma_buf));
	return dma_buf;
}

static unsigned long obl_mmap(struct kunit *test, struct dma_buf *dma_buf,
			      unsigned long first, unsigned long pages)
{
	return kunit_vm_mmap(test, dma_buf->file, 0, pages * PAGE_SIZE,
			     PROT_READ | PROT_WRITE, MAP_SHARED,
			     first * PAGE_SIZE);
}

static int obl_param(struct obl *obl, u64 param)
{
	struct drm_virtgpu_getparam args = {
		.param = param, .value = obl->user };
	int err, value = -1;

	err = obl_call(obl, DRM_VIRTGPU_GETPARAM, &args);
	if (!err && get_user(value, (int __user *)obl->user))
		return -EFAULT;
	return err ?: value;
}

static void obl_params(struct kunit *test)
{
	struct obl *obl = test->priv;

	obl_open(test);
	obl_user(test);
	KUNIT_EXPECT_EQ(test, 1, obl_param(obl, VIRTGPU_PARAM_RESOURCE_BLOB));
	KUNIT_EXPECT_EQ(test, 1, obl_param(obl, VIRTGPU_PARAM_HOST_VISIBLE));
	KUNIT_EXPECT_EQ(test, 1, obl_param(obl, VIRTGPU_PARAM_CROSS_DEVICE));
	KUNIT_EXPECT_EQ(test, -ENOENT,
			obl_param(obl, VIRTGPU_PARAM_BLOB_ALIGNMENT));
	obl_user_end(obl);
}

/* What a device says of alignment, and what programs hear. */
static const struct obl_alignment_case {
	const char *name;
	u32 alignment;
	int param;
	int create;
} obl_alignment_cases[] = {
	{ "of a page", 4096, 4096, 0 },
	{ "of four pages", 16384, 16384, -EINVAL },
	{ "none", 1, 1, 0 },
	{ "of nothing", 0, -ENOENT, 0 },
	{ "of no power of two", 12288, -ENOENT, 0 },
};

KUNIT_ARRAY_PARAM_DESC(obl_alignment, obl_alignment_cases, name);

static void obl_alignment(struct kunit *test)
{
	const struct obl_alignment_case *c = test->param_value;
	struct drm_virtgpu_resource_create_blob blob;
	struct obl *obl = test->priv;

	obl_make(test, OBL_BLOB | BIT_ULL(VIRTIO_GPU_F_BLOB_ALIGNMENT),
		 c->alignment);
	obl_plug(test);
	obl_user(test);
	KUNIT_EXPECT_EQ(test, c->param,
			obl_param(obl, VIRTGPU_PARAM_BLOB_ALIGNMENT));
	KUNIT_EXPECT_EQ(test, c->create, obl_create(obl, OBL_GUEST, 0, 0, 1,
						    &blob));
	KUNIT_EXPECT_EQ(test, 0, obl_create(obl, OBL_GUEST, 0, 0, 4, &blob));
	obl_user_end(obl);
}

/* What makes no sense, or the device does not have, is refused here. */
static const struct obl_wrong_case {
	const char *name;
	u64 features;
	struct drm_virtgpu_resource_create_blob args;
} obl_wrong_cases[] = {
	{ "no such memory", OBL_ALL, { .blob_mem = 0, .size = 4096 } },
	{ "unknown memory", OBL_ALL, { .blob_mem = 4, .size = 4096 } },
	{ "unknown flag", OBL_ALL,
	  { .blob_mem = OBL_GUEST, .blob_flags = 8, .size = 4096 } },
	{ "nothing", OBL_ALL, { .blob_mem = OBL_HOST, .size = 0 } },
	{ "too much", OBL_ALL, { .blob_mem = OBL_HOST, .size = U64_MAX } },
	{ "named memory of the guest", OBL_ALL,
	  { .blob_mem = OBL_GUEST, .size = 4096, .blob_id = 1 } },
	{ "command for memory of the guest", OBL_ALL,
	  { .blob_mem = OBL_GUEST, .size = 4096, .cmd_size = 4 } },
	{ "half a word", OBL_ALL,
	  { .blob_mem = OBL_HOST, .size = 4096, .cmd_size = 6 } },
	{ "no blobs", OBL_ALL & ~OBL_BLOB,
	  { .blob_mem = OBL_GUEST, .size = 4096 } },
	{ "no renderer", OBL_BLOB, { .blob_mem = OBL_HOST, .size = 4096 } },
	{ "no renderer for both", OBL_BLOB,
	  { .blob_mem = OBL_BOTH, .size = 4096 } },
	{ "no names", OBL_BLOB,
	  { .blob_mem = OBL_GUEST, .blob_flags = OBL_CROSS, .size = 4096 } },
	{ "no window", OBL_ALL,
	  { .blob_mem = OBL_HOST, .blob_flags = OBL_MAP, .size = 4096 } },
};

KUNIT_ARRAY_PARAM_DESC(obl_wrong, obl_wrong_cases, name);

static void obl_wrong(struct kunit *test)
{
	const struct obl_wrong_case *c = test->param_value;
	struct drm_virtgpu_resource_create_blob args = c->args;
	struct obl *obl = test->priv;

	obl_make(test, c->features, 0);
	obl_plug(test);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB, &args));
	obl_close(obl);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(obl->gpu)));
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
}

/* The guest's memory is the host's as it is: nothing is copied. */
static void obl_guest(struct kunit *test)
{
	struct drm_virtgpu_3d_transfer_to_host transfer = { };
	struct drm_virtgpu_resource_create_blob blob;
	struct drm_virtgpu_resource_info info = { };
	struct obl *obl = test->priv;
	u32 word = 0x13579bdf;

	obl_open(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_GUEST, OBL_MAP, 0, 3,
					    &blob));
	info.bo_handle = blob.bo_handle;
	KUNIT_EXPECT_EQ(test, 0, obl_call(obl, DRM_VIRTGPU_RESOURCE_INFO,
					  &info));
	KUNIT_EXPECT_EQ(test, info.blob_mem, OBL_GUEST);
	KUNIT_EXPECT_EQ(test, info.res_handle, blob.res_handle);
	KUNIT_EXPECT_EQ(test, info.size, 3 * PAGE_SIZE);

	memcpy_to_page(obl_bo(obl, blob.bo_handle)->pages[2], 8, (char *)&word,
		       sizeof(word));
	word = 0;
	KUNIT_EXPECT_EQ(test, 0, fake_gpu_blob_word(obl->gpu, blob.res_handle,
						    2 * PAGE_SIZE + 8, &word));
	KUNIT_EXPECT_EQ(test, word, 0x13579bdf);
	KUNIT_EXPECT_EQ(test, 0, obl_map(obl, blob.bo_handle));
	KUNIT_EXPECT_EQ(test, 0, fake_gpu_count(obl->gpu,
						VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB));

	transfer.bo_handle = blob.bo_handle;
	KUNIT_EXPECT_EQ(test, -EINVAL,
			obl_call(obl, DRM_VIRTGPU_TRANSFER_TO_HOST, &transfer));
	obl_close(obl);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(obl->gpu)));
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
}

/* A device that only shows pictures can have the guest's memory, too. */
static void obl_flat(struct kunit *test)
{
	struct drm_virtgpu_resource_create_blob blob;
	struct obl *obl = test->priv;

	obl_make(test, OBL_BLOB, 0);
	obl_plug(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_GUEST, 0, 0, 1, &blob));
	KUNIT_EXPECT_EQ(test, fake_gpu_resource_count(obl->gpu), 1);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(obl->gpu, 0), 1);
	obl_close(obl);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(obl->gpu)));
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
}

/* What a renderer made: by a command that comes with the call, or before it. */
static void obl_named(struct kunit *test)
{
	const u32 words[] = { FAKE_GPU_MAKE, 77 };
	struct drm_virtgpu_resource_create_blob blob = {
		.blob_mem = OBL_BOTH, .size = PAGE_SIZE, .cmd_size = 8,
		.blob_id = 77 };
	struct drm_virtgpu_resource_info info = { };
	struct obl *obl = test->priv;

	obl_open(test);
	obl_user(test);
	KUNIT_ASSERT_EQ(test, 0, copy_to_user((void __user *)obl->user, words,
					      sizeof(words)));
	blob.cmd = obl->user;
	KUNIT_EXPECT_EQ(test, 0, obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB,
					  &blob));
	info.bo_handle = blob.bo_handle;
	KUNIT_EXPECT_EQ(test, 0, obl_call(obl, DRM_VIRTGPU_RESOURCE_INFO,
					  &info));
	KUNIT_EXPECT_EQ(test, info.blob_mem, OBL_BOTH);

	/* It is known from now on; another is not. */
	blob.cmd_size = 0;
	KUNIT_EXPECT_EQ(test, 0, obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB,
					  &blob));
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
	blob.blob_id = 78;
	KUNIT_EXPECT_EQ(test, -EINVAL,
			obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB, &blob));

	/* What cannot be read goes nowhere. */
	blob.cmd_size = 8;
	blob.cmd = 0;
	KUNIT_EXPECT_EQ(test, -EFAULT,
			obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB, &blob));
	blob.cmd_size = SZ_1M + 4;
	KUNIT_EXPECT_EQ(test, -E2BIG,
			obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB, &blob));

	/* A refusal of the command is one of the call. */
	blob.cmd_size = 8;
	blob.cmd = obl->user;
	blob.blob_id = 77;
	obl_fault(test, FAKE_FAULT_TYPE, VIRTIO_GPU_CMD_SUBMIT_3D,
		  VIRTIO_GPU_RESP_ERR_UNSPEC, 1);
	KUNIT_EXPECT_EQ(test, -EREMOTEIO,
			obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB, &blob));
	obl_user_end(obl);
	obl_close(obl);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(obl->gpu)));
}

static const char *obl_fence_name(struct dma_fence *fence)
{
	return "kunit";
}

static const struct dma_fence_ops obl_fence_ops = {
	.get_driver_name	= obl_fence_name,
	.get_timeline_name	= obl_fence_name,
};

static DEFINE_SPINLOCK(obl_fence_lock);

/* What the renderer makes may be made later than it was asked for. */
static void obl_order(struct kunit *test)
{
	const u32 words[] = { FAKE_GPU_MAKE, 5 };
	struct drm_virtgpu_resource_create_blob blob = {
		.blob_mem = OBL_HOST, .size = PAGE_SIZE, .blob_id = 5 };
	struct drm_virtgpu_execbuffer_syncobj in = { };
	struct obl *obl = test->priv;
	struct drm_virtgpu_execbuffer exec = {
		.size = 8, .syncobj_stride = sizeof(in), .num_in_syncobjs = 1 };
	struct drm_syncobj *syncobj;
	struct dma_fence *fence;

	obl_open(test);
	obl_user(test);
	fence = kzalloc(sizeof(*fence), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fence);
	dma_fence_init(fence, &obl_fence_ops, &obl_fence_lock,
		       dma_fence_context_alloc(1), 1);
	KUNIT_ASSERT_EQ(test, 0, drm_syncobj_create(&syncobj, 0, fence));
	KUNIT_ASSERT_EQ(test, 0, drm_syncobj_get_handle(obl->client.file,
							syncobj, &in.handle));
	drm_syncobj_put(syncobj);
	exec.command = obl->user;
	exec.in_syncobjs = obl->user + sizeof(words);
	KUNIT_ASSERT_EQ(test, 0, copy_to_user((void __user *)obl->user, words,
					      sizeof(words)));
	KUNIT_ASSERT_EQ(test, 0,
			copy_to_user((void __user *)(obl->user + sizeof(words)),
				     &in, sizeof(in)));
	KUNIT_ASSERT_EQ(test, 0, obl_call(obl, DRM_VIRTGPU_EXECBUFFER, &exec));
	KUNIT_EXPECT_EQ(test, -EBUSY,
			obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB, &blob));
	dma_fence_signal(fence);
	dma_fence_put(fence);
	KUNIT_EXPECT_EQ(test, 0,
			obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB, &blob));
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
	obl_user_end(obl);
}

/* A window that makes no sense is none, nor is one that somebody else has. */
static void obl_window_wrong(struct kunit *test)
{
	struct obl *obl = test->priv;

	obl_make(test, OBL_ALL, 0);
	KUNIT_ASSERT_NOT_NULL(test,
			      fake_virtio_region_add(obl->gpu->fv,
						     VIRTIO_GPU_SHM_ID_HOST_VISIBLE,
						     PAGE_SIZE + 8));
	obl_plug(test);
	KUNIT_EXPECT_EQ(test, obl_window(obl)->size, 0);
}

static void obl_window_taken(struct kunit *test)
{
	struct obl *obl = test->priv;
	phys_addr_t addr;
	void *va;

	obl_make(test, OBL_ALL, 0);
	va = fake_virtio_region_add(obl->gpu->fv,
				    VIRTIO_GPU_SHM_ID_HOST_VISIBLE, OBL_WINDOW);
	KUNIT_ASSERT_NOT_NULL(test, va);
	addr = virt_to_phys(va);
	KUNIT_ASSERT_NOT_NULL(test, request_mem_region(addr, OBL_WINDOW,
						       "kunit"));
	obl_plug(test);
	KUNIT_EXPECT_EQ(test, obl_window(obl)->size, 0);
	release_mem_region(addr, OBL_WINDOW);
}

/* What is mapped when, and what is left of it. */
static void obl_window_life(struct kunit *test)
{
	struct drm_virtgpu_resource_create_blob now, later, hidden;
	struct obl *obl = test->priv;

	obl_open(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_MAP, 0, 2,
					    &now));
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_MAP, OBL_LATER,
					    3, &later));
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, 0, 0, 4, &hidden));
	KUNIT_EXPECT_EQ(test, fake_gpu_mapped_count(obl->gpu), 1);
	KUNIT_EXPECT_EQ(test, obl_window(obl)->used, 2 * PAGE_SIZE);

	KUNIT_EXPECT_EQ(test, 0, obl_map(obl, now.bo_handle));
	KUNIT_EXPECT_EQ(test, 0, obl_map(obl, hidden.bo_handle));
	KUNIT_EXPECT_EQ(test, fake_gpu_mapped_count(obl->gpu), 1);
	KUNIT_EXPECT_EQ(test, 0, obl_map(obl, later.bo_handle));
	KUNIT_EXPECT_EQ(test, 0, obl_map(obl, later.bo_handle));
	KUNIT_EXPECT_EQ(test, fake_gpu_mapped_count(obl->gpu), 2);
	KUNIT_EXPECT_EQ(test, obl_window(obl)->used, 5 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, -ENOENT, obl_map(obl, 1000));

	obl_close(obl);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(obl->gpu)));
	KUNIT_EXPECT_TRUE(test, fake_wait(!obl_window(obl)->used));
	KUNIT_EXPECT_EQ(test, obl_window(obl)->lost, 0);
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
}

/* A window that is full says so, and has room again when something goes. */
static void obl_window_full(struct kunit *test)
{
	struct drm_virtgpu_resource_create_blob large, small;
	struct obl *obl = test->priv;

	obl_open(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_MAP, 0, 12,
					    &large));
	KUNIT_EXPECT_EQ(test, -ENOSPC, obl_create(obl, OBL_HOST, OBL_MAP, 0, 5,
						  &small));
	KUNIT_EXPECT_EQ(test, -ENOSPC, obl_create(obl, OBL_HOST, OBL_MAP, 0,
						  1000, &small));
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_MAP, OBL_LATER,
					    5, &small));
	KUNIT_EXPECT_EQ(test, -ENOSPC, obl_map(obl, small.bo_handle));
	/* Nobody has to wait until the host has been told. */
	drm_gem_handle_delete(obl->client.file, large.bo_handle);
	KUNIT_EXPECT_EQ(test, 0, obl_map(obl, small.bo_handle));
	KUNIT_EXPECT_EQ(test, obl_window(obl)->used, 5 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
}

/* What the host says of caching, and what comes of it. */
static const struct obl_caching_case {
	const char *name;
	u32 caching;
	int want;
} obl_caching_cases[] = {
	{ "as it comes", VIRTIO_GPU_MAP_CACHE_NONE, 0 },
	{ "cached", VIRTIO_GPU_MAP_CACHE_CACHED, 0 },
	{ "uncached", VIRTIO_GPU_MAP_CACHE_UNCACHED, 0 },
	{ "write-combining", VIRTIO_GPU_MAP_CACHE_WC, 0 },
	{ "and more", 0xf0 | VIRTIO_GPU_MAP_CACHE_CACHED, 0 },
	{ "unknown", 4, -EPROTO },
};

KUNIT_ARRAY_PARAM_DESC(obl_caching, obl_caching_cases, name);

static void obl_caching(struct kunit *test)
{
	const struct obl_caching_case *c = test->param_value;
	struct drm_virtgpu_resource_create_blob blob;
	struct obl *obl = test->priv;
	struct dma_buf *dma_buf;
	unsigned long user;
	u32 word = 0;

	obl_open(test);
	obl_user(test);
	obl->gpu->caching = c->caching;
	KUNIT_EXPECT_EQ(test, c->want, obl_create(obl, OBL_HOST, OBL_MAP, 0, 4,
						  &blob));
	if (!c->want) {
		dma_buf = obl_export(test, blob.bo_handle);
		user = obl_mmap(test, dma_buf, 0, 4);
		KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(user));
		KUNIT_EXPECT_EQ(test, 0, put_user(0x600d, (u32 __user *)
						  (user + PAGE_SIZE + 4)));
		KUNIT_EXPECT_EQ(test, 0, fake_gpu_blob_word(obl->gpu,
							    blob.res_handle,
							    PAGE_SIZE + 4,
							    &word));
		KUNIT_EXPECT_EQ(test, word, 0x600d);
		vm_munmap(user, 4 * PAGE_SIZE);
		dma_buf_put(dma_buf);
	}
	obl_user_end(obl);
	flush_delayed_fput();
	obl_close(obl);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(obl->gpu)));
	KUNIT_EXPECT_TRUE(test, fake_wait(!obl_window(obl)->used));
}

/* A part of a blob can be mapped; nothing beside it, and no copy. */
static void obl_mapped(struct kunit *test)
{
	struct drm_virtgpu_resource_create_blob blob, other, hidden;
	struct obl *obl = test->priv;
	struct dma_buf *dma_buf;
	unsigned long user;
	u32 word;

	obl_open(test);
	obl_user(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_MAP, 0, 4,
					    &blob));
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_MAP, 0, 4,
					    &other));
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, 0, 0, 4, &hidden));
	dma_buf = obl_export(test, blob.bo_handle);
	user = obl_mmap(test, dma_buf, 3, 1);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(user));
	KUNIT_EXPECT_EQ(test, 0, put_user(9, (u32 __user *)user));
	KUNIT_EXPECT_EQ(test, 0, fake_gpu_blob_word(obl->gpu, blob.res_handle,
						    3 * PAGE_SIZE, &word));
	KUNIT_EXPECT_EQ(test, word, 9);
	KUNIT_EXPECT_TRUE(test, IS_ERR_VALUE(obl_mmap(test, dma_buf, 3, 2)));
	KUNIT_EXPECT_TRUE(test, IS_ERR_VALUE(obl_mmap(test, dma_buf, 4, 1)));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			(long)kunit_vm_mmap(test, dma_buf->file, 0, PAGE_SIZE,
					    PROT_READ | PROT_WRITE, MAP_PRIVATE,
					    0));
	vm_munmap(user, PAGE_SIZE);
	dma_buf_put(dma_buf);

	dma_buf = obl_export(test, hidden.bo_handle);
	KUNIT_EXPECT_EQ(test, -EINVAL, (long)obl_mmap(test, dma_buf, 0, 4));
	dma_buf_put(dma_buf);
	obl_user_end(obl);
	flush_delayed_fput();
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
}

/* Memory of a device that is gone is not there, however it was mapped. */
static void obl_removed(struct kunit *test)
{
	struct drm_virtgpu_resource_create_blob blob, deferred;
	struct obl *obl = test->priv;
	struct dma_buf *dma_buf;
	unsigned long user;
	u32 word = 0;

	obl_open(test);
	obl_user(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_MAP, 0, 4,
					    &blob));
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_MAP, OBL_LATER,
					    1, &deferred));
	dma_buf = obl_export(test, blob.bo_handle);
	user = obl_mmap(test, dma_buf, 0, 4);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(user));
	KUNIT_EXPECT_EQ(test, 0, put_user(1, (u32 __user *)user));
	KUNIT_EXPECT_EQ(test, 0, get_user(word, (u32 __user *)user));
	KUNIT_EXPECT_EQ(test, word, 1);
	drm_dev_get(obl->drm);
	fake_virtio_yank(obl->gpu->fv);
	KUNIT_EXPECT_EQ(test, -EFAULT, get_user(word, (u32 __user *)user));
	KUNIT_EXPECT_EQ(test, -ENODEV, (long)obl_mmap(test, dma_buf, 0, 4));
	KUNIT_EXPECT_EQ(test, -ENODEV, obl_map(obl, deferred.bo_handle));
	KUNIT_EXPECT_EQ(test, -ENODEV, obl_create(obl, OBL_HOST, 0, 0, 1,
						  &deferred));
	vm_munmap(user, 4 * PAGE_SIZE);
	dma_buf_put(dma_buf);
	obl_user_end(obl);
	flush_delayed_fput();
	obl_close(obl);
	KUNIT_EXPECT_TRUE(test, fake_wait(!obl_window(obl)->used));
	drm_dev_put(obl->drm);
}

/* What goes wrong with which answer, what the program hears, what is left. */
static const struct obl_answer_case {
	const char *name;
	enum fake_fault_kind kind;
	u32 value;
	int want;
} obl_answer_cases[] = {
	{ "refused", FAKE_FAULT_TYPE, VIRTIO_GPU_RESP_ERR_UNSPEC, -EREMOTEIO },
	{ "no memory", FAKE_FAULT_TYPE, VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY,
	  -ENOMEM },
	{ "of another kind", FAKE_FAULT_TYPE, VIRTIO_GPU_RESP_OK_EDID, -EPROTO },
	{ "short", FAKE_FAULT_SHORT, 8, -EPROTO },
	{ "too long", FAKE_FAULT_LENGTH, 4096, -EPROTO },
	{ "garbage", FAKE_FAULT_GARBAGE, 0xff, -EPROTO },
	{ "never", FAKE_FAULT_NEVER, 0, -ETIMEDOUT },
	{ "without an interrupt", FAKE_FAULT_LOST_IRQ, 0, 0 },
	{ "the end of the ring", FAKE_FAULT_BREAK, 0, -EIO },
};

KUNIT_ARRAY_PARAM_DESC(obl_answer, obl_answer_cases, name);

static void obl_create_answer(struct kunit *test)
{
	const struct obl_answer_case *c = test->param_value;
	struct drm_virtgpu_resource_create_blob blob;
	struct obl *obl = test->priv;

	obl_open(test);
	obl_fault(test, c->kind, VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB, c->value,
		  1);
	KUNIT_EXPECT_EQ(test, c->want, obl_create(obl, OBL_HOST, OBL_MAP, 0, 1,
						  &blob));
	obl_close(obl);
	if (c->kind == FAKE_FAULT_BREAK || c->kind == FAKE_FAULT_NEVER)
		return;
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(obl->gpu)));
	KUNIT_EXPECT_TRUE(test, fake_wait(!obl_window(obl)->used));
}

static void obl_map_answer(struct kunit *test)
{
	const struct obl_answer_case *c = test->param_value;
	struct drm_virtgpu_resource_create_blob blob;
	struct obl *obl = test->priv;
	int again = 0;

	obl_open(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_MAP, OBL_LATER,
					    1, &blob));
	obl_fault(test, c->kind, VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB, c->value, 1);
	KUNIT_EXPECT_EQ(test, c->want, obl_map(obl, blob.bo_handle));
	/* Whoever said no is asked again, whoever said nothing is not. */
	if (c->want != -ENOMEM && c->want != -EREMOTEIO)
		again = c->want;
	KUNIT_EXPECT_EQ(test, again, obl_map(obl, blob.bo_handle));
	obl_close(obl);
	if (c->kind == FAKE_FAULT_BREAK || c->kind == FAKE_FAULT_NEVER)
		return;
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(obl->gpu)));
	KUNIT_EXPECT_TRUE(test, fake_wait(!obl_window(obl)->used));
}

/* A part of the window of which the host says nothing is nobody's again. */
static void obl_unmap_answer(struct kunit *test)
{
	const struct obl_answer_case *c = test->param_value;
	struct drm_virtgpu_resource_create_blob blob;
	struct obl *obl = test->priv;
	bool sure = !c->want;

	obl_open(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_MAP, 0, 1,
					    &blob));
	obl_fault(test, c->kind, VIRTIO_GPU_CMD_RESOURCE_UNMAP_BLOB, c->value,
		  1);
	obl_close(obl);
	/* A device that is broken gives nothing back before it is gone. */
	if (c->kind == FAKE_FAULT_BREAK || c->kind == FAKE_FAULT_NEVER)
		return;
	KUNIT_EXPECT_TRUE(test, fake_wait(obl_window(obl)->lost ||
					  !obl_window(obl)->used));
	KUNIT_EXPECT_EQ(test, obl_window(obl)->lost, sure ? 0 : PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, obl_window(obl)->used, sure ? 0 : PAGE_SIZE);
}

static struct drm_framebuffer *obl_fb(struct obl *obl, u32 handle, u32 offset)
{
	const struct drm_mode_fb_cmd2 args = {
		.width = OBL_WIDTH, .height = OBL_HEIGHT,
		.pixel_format = DRM_FORMAT_XRGB8888,
		.pitches[0] = OBL_PITCH, .offsets[0] = offset,
		.handles[0] = handle };

	return obl->drm->mode_config.funcs->fb_create(obl->drm,
						      obl->client.file, &args);
}

static int obl_show(struct obl *obl, struct drm_framebuffer *fb)
{
	struct ovgpu_output *output = &to_ovgpu(obl->drm)->outputs[0];

	return fake_client_show(&output->crtc, &output->connector, fb,
				OBL_WIDTH, OBL_HEIGHT);
}

static void obl_paint(struct obl *obl, u32 handle, unsigned int picture,
		      u32 pixel)
{
	struct ovgpu_bo *bo = obl_bo(obl, handle);
	unsigned int first = picture * OBL_BYTES / PAGE_SIZE;
	unsigned int i;
	void *va;

	for (i = 0; i < OBL_BYTES / PAGE_SIZE; i++) {
		va = kmap_local_page(bo->pages[first + i]);
		memset32(va, pixel, PAGE_SIZE / 4);
		kunmap_local(va);
	}
}

static void obl_expect_pixel(struct kunit *test, u32 want)
{
	struct obl *obl = test->priv;
	u32 pixel = 0;

	fake_virtio_settle(obl->gpu->fv);
	KUNIT_EXPECT_EQ(test, 0, fake_gpu_pixel(obl->gpu, 0, 100, 100, &pixel));
	KUNIT_EXPECT_EQ(test, pixel, want);
}

/* Two pictures in one blob are shown in turn, and drawn into, without copies. */
static void obl_shown(struct kunit *test)
{
	struct drm_virtgpu_resource_create_blob blob;
	struct drm_framebuffer *first, *second;
	struct obl *obl = test->priv;
	struct fake_gpu_cmd cmd;

	obl_open(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_GUEST, OBL_MAP, 0,
					    2 * OBL_BYTES / PAGE_SIZE, &blob));
	obl_paint(obl, blob.bo_handle, 0, 0x111111);
	obl_paint(obl, blob.bo_handle, 1, 0x222222);
	KUNIT_EXPECT_TRUE(test, IS_ERR(obl_fb(obl, blob.bo_handle,
					      OBL_BYTES + 4)));
	first = obl_fb(obl, blob.bo_handle, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(first));
	second = obl_fb(obl, blob.bo_handle, OBL_BYTES);
	KUNIT_ASSERT_FALSE(test, IS_ERR(second));

	KUNIT_EXPECT_EQ(test, 0, obl_show(obl, first));
	obl_expect_pixel(test, 0x111111);
	KUNIT_EXPECT_EQ(test, 0, obl_show(obl, second));
	obl_expect_pixel(test, 0x222222);
	KUNIT_ASSERT_GE(test, fake_gpu_find(obl->gpu,
					    VIRTIO_GPU_CMD_SET_SCANOUT_BLOB, 1,
					    &cmd), 0);
	KUNIT_EXPECT_EQ(test, cmd.offset, OBL_BYTES);

	obl_paint(obl, blob.bo_handle, 1, 0x333333);
	KUNIT_EXPECT_EQ(test, 0, second->funcs->dirty(second, NULL, 0, 0, NULL,
						      0));
	obl_expect_pixel(test, 0x333333);
	/* The same again is no news to the host. */
	KUNIT_EXPECT_EQ(test, 0, obl_show(obl, second));
	KUNIT_EXPECT_EQ(test, fake_gpu_count(obl->gpu,
					     VIRTIO_GPU_CMD_SET_SCANOUT_BLOB),
			2);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(obl->gpu,
					     VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D),
			0);
	KUNIT_EXPECT_EQ(test, fake_gpu_resource_count(obl->gpu), 1);
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
	drm_framebuffer_put(first);
	drm_framebuffer_put(second);
}

/* What the host has itself is shown as it is, but is no pointer. */
static void obl_shown_host(struct kunit *test)
{
	struct drm_virtgpu_resource_create_blob blob;
	struct obl *obl = test->priv;
	struct drm_framebuffer *fb;
	struct iosys_map map;

	obl_open(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, 0, 0,
					    OBL_BYTES / PAGE_SIZE, &blob));
	fb = obl_fb(obl, blob.bo_handle, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(fb));
	KUNIT_EXPECT_EQ(test, 0, obl_show(obl, fb));
	obl_expect_pixel(test, 0);
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			drm_gem_vmap_unlocked(&obl_bo(obl, blob.bo_handle)->base,
					      &map));
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
	drm_framebuffer_put(fb);
}

/* Others know the host's memory by name, if at all. */
static void obl_shared(struct kunit *test)
{
	struct drm_virtgpu_resource_create_blob named, nameless;
	struct dma_buf *with, *without;
	struct obl *obl = test->priv;
	uuid_t uuid;

	obl_open(test);
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, OBL_CROSS, 0, 1,
					    &named));
	KUNIT_ASSERT_EQ(test, 0, obl_create(obl, OBL_HOST, 0, 0, 1,
					    &nameless));
	with = obl_export(test, named.bo_handle);
	without = obl_export(test, nameless.bo_handle);
	KUNIT_EXPECT_EQ(test, 0, virtio_dma_buf_get_uuid(with, &uuid));
	KUNIT_EXPECT_EQ(test, -ENODEV, virtio_dma_buf_get_uuid(without, &uuid));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			PTR_ERR_OR_ZERO(dma_buf_attach(with, obl->drm->dev)));
	dma_buf_put(with);
	dma_buf_put(without);
	flush_delayed_fput();
}

/* Without memory a program hears so, and nothing is left of the attempt. */

struct obl_sweep {
	struct kunit *test;
	u32 mem;
	struct drm_virtgpu_resource_create_blob blob;
};

static int obl_sweep_setup(void *priv)
{
	struct obl_sweep *sweep = priv;

	sweep->blob.bo_handle = 0;
	return 0;
}

static int obl_sweep_run(void *priv)
{
	struct obl_sweep *sweep = priv;
	struct obl *obl = sweep->test->priv;

	sweep->blob = (struct drm_virtgpu_resource_create_blob) {
		.blob_mem = sweep->mem, .blob_flags = OBL_MAP,
		.size = PAGE_SIZE };
	if (sweep->mem != OBL_GUEST) {
		sweep->blob.cmd = obl->user;
		sweep->blob.cmd_size = 8;
	}
	return obl_call(obl, DRM_VIRTGPU_RESOURCE_CREATE_BLOB, &sweep->blob);
}

static void obl_sweep_teardown(void *priv, int err)
{
	struct obl_sweep *sweep = priv;
	struct obl *obl = sweep->test->priv;

	if (sweep->blob.bo_handle)
		drm_gem_handle_delete(obl->client.file, sweep->blob.bo_handle);
	fake_virtio_settle(obl->gpu->fv);
}

static const struct fake_fail_ops obl_sweep_ops = {
	.setup		= obl_sweep_setup,
	.run		= obl_sweep_run,
	.teardown	= obl_sweep_teardown,
};

static void obl_no_memory(struct kunit *test)
{
	struct obl_sweep sweep = { .test = test };
	struct obl *obl = test->priv;

	obl_open(test);
	obl_user(test);
	for (sweep.mem = OBL_GUEST; sweep.mem <= OBL_BOTH; sweep.mem++)
		KUNIT_EXPECT_GT(test, fake_fail_sweep(&obl_sweep_ops, &sweep),
				5);
	KUNIT_EXPECT_EQ(test, obl->gpu->refused, 0);
	obl_user_end(obl);
	obl_close(obl);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(obl->gpu)));
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_context_count(obl->gpu)));
	KUNIT_EXPECT_TRUE(test, fake_wait(!obl_window(obl)->used));
}

static struct kunit_case obl_cases[] = {
	KUNIT_CASE(obl_params),
	KUNIT_CASE_PARAM(obl_alignment, obl_alignment_gen_params),
	KUNIT_CASE_PARAM(obl_wrong, obl_wrong_gen_params),
	KUNIT_CASE(obl_guest),
	KUNIT_CASE(obl_flat),
	KUNIT_CASE(obl_named),
	KUNIT_CASE(obl_order),
	KUNIT_CASE(obl_window_wrong),
	KUNIT_CASE(obl_window_taken),
	KUNIT_CASE(obl_window_life),
	KUNIT_CASE(obl_window_full),
	KUNIT_CASE_PARAM(obl_caching, obl_caching_gen_params),
	KUNIT_CASE(obl_mapped),
	KUNIT_CASE(obl_removed),
	KUNIT_CASE_PARAM(obl_create_answer, obl_answer_gen_params),
	KUNIT_CASE_PARAM(obl_map_answer, obl_answer_gen_params),
	KUNIT_CASE_PARAM(obl_unmap_answer, obl_answer_gen_params),
	KUNIT_CASE(obl_shown),
	KUNIT_CASE(obl_shown_host),
	KUNIT_CASE(obl_shared),
	KUNIT_CASE(obl_no_memory),
	{ }
};

static struct kunit_suite obl_suite = {
	.name = "ovgpu_blob",
	.init = obl_init,
	.exit = obl_exit,
	.test_cases = obl_cases,
};

kunit_test_suite(obl_suite);

MODULE_DESCRIPTION("Orion: suite of memory that is shared with the host");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(ORION_DMA_BUF_NS);
