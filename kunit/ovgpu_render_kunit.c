// SPDX-License-Identifier: GPL-2.0-only
/*
 * The 3D side of the graphics driver as it is loaded: what programs have a
 * renderer do, on a graphics device in memory whose renderer can paint.
 */

#include <kunit/test.h>
#include <linux/dma-fence.h>
#include <linux/highmem.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

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

#define ORK_SIDE	16
#define ORK_WIDTH	320
#define ORK_HEIGHT	240
#define ORK_MANY	300
#define ORK_BYTES	(ORK_SIDE * ORK_SIDE * 4)
#define ORK_USER	SZ_64K
#define ORK_VIRGL	BIT_ULL(VIRTIO_GPU_F_VIRGL)
#define ORK_RINGS	(ORK_VIRGL | BIT_ULL(VIRTIO_GPU_F_CONTEXT_INIT))

/**
 * struct ork - a device, programs, and what one of them has
 * @gpu: device
 * @drm: its DRM device
 * @clients: programs
 * @opened: number of @clients
 * @user: memory of the program that the test is, or 0
 */
struct ork {
	struct fake_gpu *gpu;
	struct drm_device *drm;
	struct drm_client_dev clients[2];
	unsigned int opened;
	unsigned long user;
};

/* A fence of somebody else. */

static DEFINE_SPINLOCK(ork_fence_lock);

static const char *ork_fence_name(struct dma_fence *fence)
{
	return "kunit";
}

static const struct dma_fence_ops ork_fence_ops = {
	.get_driver_name	= ork_fence_name,
	.get_timeline_name	= ork_fence_name,
};

static struct dma_fence *ork_fence(struct kunit *test)
{
	struct dma_fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	dma_fence_init(fence, &ork_fence_ops, &ork_fence_lock,
		       dma_fence_context_alloc(1), 1);
	return fence;
}

/* The device and its programs. */

static int ork_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct ork), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void ork_close(struct ork *ork)
{
	while (ork->opened)
		drm_client_release(&ork->clients[--ork->opened]);
}

static void ork_exit(struct kunit *test)
{
	struct ork *ork = test->priv;

	if (!ork)
		return;

	ork_close(ork);
	if (ork->gpu)
		KUNIT_EXPECT_EQ(test, ork->gpu->fv->nonsense, 0);
	fake_gpu_free(ork->gpu);
}

static void ork_make(struct kunit *test, u64 features, u32 capsets)
{
	const struct fake_gpu_param param = {
		.features = BIT_ULL(VIRTIO_F_VERSION_1) | features,
		.num_scanouts = 1, .num_capsets = capsets };
	struct ork *ork = test->priv;

	ork->gpu = fake_gpu_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, ork->gpu);
	ork->gpu->capsets[0] = (struct fake_gpu_capset) { 1, 1, 308 };
	ork->gpu->capsets[1] = (struct fake_gpu_capset) { 2, 2, 1380 };
}

static void ork_plug(struct kunit *test)
{
	struct ork *ork = test->priv;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ork->gpu->fv));
	KUNIT_ASSERT_TRUE(test, fake_virtio_bound(ork->gpu->fv));
	ork->drm = ((struct ovgpu *)ork->gpu->fv->vdev->priv)->drm;
	for (i = 0; i < ARRAY_SIZE(ork->clients); i++) {
		KUNIT_ASSERT_EQ(test, 0, drm_client_init(ork->drm,
							 &ork->clients[i],
							 "kunit", NULL));
		ork->opened++;
	}
	fake_virtio_settle(ork->gpu->fv);
	fake_gpu_forget(ork->gpu);
}

static void ork_open(struct kunit *test, u64 features)
{
	ork_make(test, features, 2);
	ork_plug(test);
}

static void ork_user(struct kunit *test)
{
	struct ork *ork = test->priv;

	ork->user = fake_client_memory(test, ORK_USER);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(ork->user));
}

static void ork_user_end(struct ork *ork)
{
	vm_munmap(ork->user, ORK_USER);
	fake_client_leave_mm();
}

static void __user *ork_at(struct ork *ork, unsigned int offset)
{
	return (void __user *)(ork->user + offset);
}

static int ork_call(struct ork *ork, unsigned int client, unsigned int nr,
		    void *args)
{
	return fake_client_call(ork->clients[client].file, nr, args);
}

static void ork_fault(struct kunit *test, enum fake_fault_kind kind, u32 key,
		      u32 value, unsigned int count)
{
	const struct fake_fault fault = {
		.kind = kind, .queue = FAKE_FAULT_ALL_QUEUES, .key = key,
		.value = value, .count = count };
	struct ork *ork = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ork->gpu->fv, &fault));
}

static int ork_create(struct ork *ork, unsigned int client,
		      struct drm_virtgpu_resource_create *args)
{
	*args = (struct drm_virtgpu_resource_create) {
		.target = 2, .format = 1, .bind = 2, .width = ORK_SIDE,
		.height = ORK_SIDE, .depth = 1, .array_size = 1,
		.size = ORK_BYTES };
	return ork_call(ork, client, DRM_VIRTGPU_RESOURCE_CREATE, args);
}

static u32 ork_syncobj(struct kunit *test, unsigned int client,
		       struct dma_fence *fence)
{
	struct ork *ork = test->priv;
	struct drm_syncobj *syncobj;
	u32 handle;

	KUNIT_ASSERT_EQ(test, 0, drm_syncobj_create(&syncobj, 0, fence));
	KUNIT_ASSERT_EQ(test, 0, drm_syncobj_get_handle(ork->clients[client].file,
							syncobj, &handle));
	drm_syncobj_put(syncobj);
	return handle;
}

static struct dma_fence *ork_syncobj_fence(struct kunit *test,
					   unsigned int client, u32 handle)
{
	struct ork *ork = test->priv;
	struct drm_syncobj *syncobj;
	struct dma_fence *fence;

	syncobj = drm_syncobj_find(ork->clients[client].file, handle);
	KUNIT_ASSERT_NOT_NULL(test, syncobj);
	fence = drm_syncobj_fence_get(syncobj);
	drm_syncobj_put(syncobj);
	return fence;
}

/* A program's memory: what it says to its renderer, and sync objects. */
struct ork_said {
	u32 words[4];
	struct drm_virtgpu_execbuffer_syncobj in;
	struct drm_virtgpu_execbuffer_syncobj out;
	u32 handle;
};

/*
 * Paint a resource, after @in if that is a sync object. Sets @fence, if that is
 * not NULL, to a counted fence.
 */
static int ork_paint(struct kunit *test, unsigned int client,
		     const struct drm_virtgpu_resource_create *res, u32 pixel,
		     u32 in, struct dma_fence **fence)
{
	struct ork_said said = {
		.words = { FAKE_GPU_FILL, res->res_handle, pixel },
		.in.handle = in, .handle = res->bo_handle };
	struct ork *ork = test->priv;
	struct drm_virtgpu_execbuffer args = {
		.size = 12,
		.command = ork->user,
		.bo_handles = ork->user + offsetof(struct ork_said, handle),
		.num_bo_handles = res->bo_handle ? 1 : 0,
		.syncobj_stride = sizeof(said.in),
		.in_syncobjs = ork->user + offsetof(struct ork_said, in),
		.num_in_syncobjs = in ? 1 : 0,
		.out_syncobjs = ork->user + offsetof(struct ork_said, out),
		.num_out_syncobjs = fence ? 1 : 0,
	};
	int err;

	if (fence)
		said.out.handle = ork_syncobj(test, client, NULL);
	KUNIT_ASSERT_EQ(test, 0, copy_to_user(ork_at(ork, 0), &said,
					      sizeof(said)));
	err = ork_call(ork, client, DRM_VIRTGPU_EXECBUFFER, &args);
	if (!err && fence) {
		*fence = ork_syncobj_fence(test, client, said.out.handle);
		KUNIT_ASSERT_NOT_NULL(test, *fence);
	}
	return err;
}

static struct ovgpu_bo *ork_bo(struct ork *ork, unsigned int client, u32 handle)
{
	struct drm_gem_object *obj;

	/* The handle keeps it. */
	obj = drm_gem_object_lookup(ork->clients[client].file, handle);
	drm_gem_object_put(obj);
	return to_ovgpu_bo(obj);
}

/* What is wrong with capsets. */
static const struct ork_capset_case {
	const char *name;
	struct fake_gpu_capset second;
	u64 mask;
} ork_capset_cases[] = {
	{ "two", { 2, 2, 1380 }, 0x6 },
	{ "a gap", { 0, 0, 0 }, 0x2 },
	{ "unknown but possible", { 63, 1, 64 }, 0x8000000000000002 },
	{ "id beyond the mask", { 64, 1, 64 }, 0x2 },
	{ "twice", { 1, 1, 64 }, 0x2 },
	{ "endless", { 4, 1, U32_MAX }, 0x2 },
	{ "negative", { 4, 1, 0x80000000 }, 0x2 },
	{ "too large by one", { 4, 1, SZ_64K + 1 }, 0x2 },
	{ "empty", { 4, 1, 0 }, 0x2 },
};

KUNIT_ARRAY_PARAM_DESC(ork_capset, ork_capset_cases, name);

static void ork_capset(struct kunit *test)
{
	const struct ork_capset_case *c = test->param_value;
	struct ork *ork = test->priv;
	const struct ovgpu *ovgpu;

	ork_make(test, ORK_VIRGL, 2);
	ork->gpu->capsets[1] = c->second;
	ork_plug(test);
	ovgpu = to_ovgpu(ork->drm);
	KUNIT_EXPECT_EQ(test, ovgpu->caps.mask, c->mask);
	KUNIT_EXPECT_EQ(test, ovgpu->caps.count, hweight64(c->mask));
}

/* However many there are said to be, they are asked for with one kick. */
static void ork_capsets_at_once(struct kunit *test)
{
	struct ork *ork = test->priv;
	struct fake_gpu_cmd first, last;

	ork_make(test, ORK_VIRGL, U32_MAX);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ork->gpu->fv));
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ork->gpu,
					     VIRTIO_GPU_CMD_GET_CAPSET_INFO),
			OVGPU_CAPS_ID_MAX);
	KUNIT_ASSERT_GE(test, fake_gpu_find(ork->gpu,
					    VIRTIO_GPU_CMD_GET_CAPSET_INFO, 0,
					    &first), 0);
	KUNIT_ASSERT_GE(test, fake_gpu_find(ork->gpu,
					    VIRTIO_GPU_CMD_GET_CAPSET_INFO, 15,
					    &last), 0);
	KUNIT_EXPECT_EQ(test, first.kick, last.kick);
}

static int ork_get_caps(struct ork *ork, u32 id, u32 version, u32 size)
{
	struct drm_virtgpu_get_caps args = {
		.cap_set_id = id, .cap_set_ver = version, .addr = ork->user,
		.size = size };

	return ork_call(ork, 0, DRM_VIRTGPU_GET_CAPS, &args);
}

static void ork_caps(struct kunit *test)
{
	struct ork *ork = test->priv;
	u8 bytes[400];
	unsigned int i;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0, copy_to_user(ork_at(ork, 308), "x", 1));
	KUNIT_EXPECT_EQ(test, 0, ork_get_caps(ork, 1, 1, 400));
	KUNIT_ASSERT_EQ(test, 0, copy_from_user(bytes, ork_at(ork, 0), 400));
	for (i = 0; i < 308; i++)
		KUNIT_EXPECT_EQ(test, bytes[i], (u8)(2 + i));
	/* Of what is too large for it, a program gets no more than there is. */
	KUNIT_EXPECT_EQ(test, bytes[308], 'x');

	KUNIT_EXPECT_EQ(test, 0, ork_get_caps(ork, 1, 1, 4));
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ork->gpu,
					     VIRTIO_GPU_CMD_GET_CAPSET), 1);
	KUNIT_EXPECT_EQ(test, 0, ork_get_caps(ork, 1, 0, 4));
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ork->gpu,
					     VIRTIO_GPU_CMD_GET_CAPSET), 2);
	KUNIT_EXPECT_EQ(test, -EINVAL, ork_get_caps(ork, 1, 1, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, ork_get_caps(ork, 1, 2, 400));
	KUNIT_EXPECT_EQ(test, -EINVAL, ork_get_caps(ork, 3, 1, 400));
	ork_fault(test, FAKE_FAULT_TYPE, VIRTIO_GPU_CMD_GET_CAPSET,
		  VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY, 1);
	KUNIT_EXPECT_EQ(test, -ENOMEM, ork_get_caps(ork, 2, 1, 400));
	KUNIT_EXPECT_EQ(test, 0, ork_get_caps(ork, 2, 1, 400));
	ork_user_end(ork);
}

static int ork_param(struct ork *ork, u64 param)
{
	struct drm_virtgpu_getparam args = {
		.param = param, .value = ork->user };
	int err, value = -1;

	err = ork_call(ork, 0, DRM_VIRTGPU_GETPARAM, &args);
	if (!err && get_user(value, (int __user *)ork_at(ork, 0)))
		return -EFAULT;
	return err ?: value;
}

static void ork_params(struct kunit *test)
{
	struct ork *ork = test->priv;

	ork_open(test, ORK_RINGS);
	ork_user(test);
	KUNIT_EXPECT_EQ(test, 1, ork_param(ork, VIRTGPU_PARAM_3D_FEATURES));
	KUNIT_EXPECT_EQ(test, 1, ork_param(ork, VIRTGPU_PARAM_CAPSET_QUERY_FIX));
	KUNIT_EXPECT_EQ(test, 0, ork_param(ork, VIRTGPU_PARAM_RESOURCE_BLOB));
	KUNIT_EXPECT_EQ(test, 0, ork_param(ork, VIRTGPU_PARAM_HOST_VISIBLE));
	KUNIT_EXPECT_EQ(test, 0, ork_param(ork, VIRTGPU_PARAM_CROSS_DEVICE));
	KUNIT_EXPECT_EQ(test, 1, ork_param(ork, VIRTGPU_PARAM_CONTEXT_INIT));
	KUNIT_EXPECT_EQ(test, 6,
			ork_param(ork, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs));
	KUNIT_EXPECT_EQ(test, 1,
			ork_param(ork, VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME));
	KUNIT_EXPECT_EQ(test, -ENOENT,
			ork_param(ork, VIRTGPU_PARAM_BLOB_ALIGNMENT));
	KUNIT_EXPECT_EQ(test, -EINVAL, ork_param(ork, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, ork_param(ork, 1000));
	ork_user_end(ork);
}

/* The errors by which programs know a device that does not draw. */
static void ork_flat(struct kunit *test)
{
	struct drm_virtgpu_resource_create create;
	struct drm_virtgpu_3d_transfer_to_host transfer = { };
	struct drm_virtgpu_context_init init = { };
	struct drm_virtgpu_execbuffer exec = { };
	struct ork *ork = test->priv;

	ork_open(test, 0);
	ork_user(test);
	KUNIT_EXPECT_FALSE(test, drm_core_check_feature(ork->drm,
							DRIVER_RENDER));
	KUNIT_EXPECT_EQ(test, 0, ork_param(ork, VIRTGPU_PARAM_3D_FEATURES));
	KUNIT_EXPECT_EQ(test, -ENOSYS, ork_get_caps(ork, 1, 1, 308));
	KUNIT_EXPECT_EQ(test, -ENOSYS, ork_call(ork, 0, DRM_VIRTGPU_EXECBUFFER,
						&exec));
	KUNIT_EXPECT_EQ(test, -ENOSYS, ork_create(ork, 0, &create));
	KUNIT_EXPECT_EQ(test, -ENOSYS,
			ork_call(ork, 0, DRM_VIRTGPU_TRANSFER_TO_HOST,
				 &transfer));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			ork_call(ork, 0, DRM_VIRTGPU_CONTEXT_INIT, &init));
	ork_user_end(ork);
}

/* The host hears of a program's context when that wants something of it. */
static void ork_context_life(struct kunit *test)
{
	struct drm_virtgpu_resource_create res;
	struct ork *ork = test->priv;
	struct fake_gpu_cmd cmd;

	ork_open(test, ORK_VIRGL);
	KUNIT_EXPECT_EQ(test, fake_gpu_context_count(ork->gpu), 0);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 0, &res));
	KUNIT_EXPECT_EQ(test, fake_gpu_context_count(ork->gpu), 1);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 0, &res));
	KUNIT_EXPECT_EQ(test, fake_gpu_context_count(ork->gpu), 1);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 1, &res));
	KUNIT_EXPECT_EQ(test, fake_gpu_context_count(ork->gpu), 2);

	ork_close(ork);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_context_count(ork->gpu)));
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(ork->gpu)));
	KUNIT_EXPECT_EQ(test, ork->gpu->refused, 0);
	/* What the context could use it was told not to, before it ended. */
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ork->gpu,
					     VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE),
			3);
	KUNIT_EXPECT_LT(test,
			fake_gpu_find(ork->gpu,
				      VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE, 2,
				      &cmd),
			fake_gpu_find(ork->gpu, VIRTIO_GPU_CMD_CTX_DESTROY, 1,
				      &cmd));
}

/* A host that refuses a context is asked again, and the program hears of it. */
static void ork_context_refused(struct kunit *test)
{
	struct drm_virtgpu_resource_create res;
	struct ork *ork = test->priv;

	ork_open(test, ORK_VIRGL);
	ork_fault(test, FAKE_FAULT_TYPE, VIRTIO_GPU_CMD_CTX_CREATE,
		  VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY, 1);
	KUNIT_EXPECT_EQ(test, -ENOMEM, ork_create(ork, 0, &res));
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ork->gpu,
					     VIRTIO_GPU_CMD_RESOURCE_CREATE_3D),
			0);
	KUNIT_EXPECT_EQ(test, 0, ork_create(ork, 0, &res));
}

static void ork_resource_refused(struct kunit *test)
{
	struct drm_virtgpu_resource_create res;
	struct ork *ork = test->priv;

	ork_open(test, ORK_VIRGL);
	ork_fault(test, FAKE_FAULT_TYPE, VIRTIO_GPU_CMD_RESOURCE_CREATE_3D,
		  VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER, 1);
	KUNIT_EXPECT_EQ(test, -EINVAL, ork_create(ork, 0, &res));
	KUNIT_EXPECT_EQ(test, 0, ork_create(ork, 0, &res));
	ork_close(ork);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(ork->gpu)));
}

/* From what a program says to what it reads. */
static void ork_draw(struct kunit *test)
{
	struct drm_virtgpu_3d_transfer_from_host transfer = {
		.box = { .y = 8, .w = ORK_SIDE, .h = 4, .d = 1 },
		.offset = 8 * ORK_SIDE * 4 };
	struct drm_virtgpu_3d_wait wait = { };
	struct drm_virtgpu_resource_info info = { };
	struct drm_virtgpu_resource_create res;
	struct ork *ork = test->priv;
	u32 pixels[ORK_SIDE * ORK_SIDE];
	struct dma_fence *fence;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 0, &res));
	info.bo_handle = res.bo_handle;
	KUNIT_EXPECT_EQ(test, 0, ork_call(ork, 0, DRM_VIRTGPU_RESOURCE_INFO,
					  &info));
	KUNIT_EXPECT_EQ(test, info.res_handle, res.res_handle);
	KUNIT_EXPECT_EQ(test, info.size, PAGE_SIZE);

	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &res, 0xabcdef, 0, &fence));
	transfer.bo_handle = res.bo_handle;
	KUNIT_EXPECT_EQ(test, 0, ork_call(ork, 0,
					  DRM_VIRTGPU_TRANSFER_FROM_HOST,
					  &transfer));
	wait.handle = res.bo_handle;
	KUNIT_EXPECT_EQ(test, 0, ork_call(ork, 0, DRM_VIRTGPU_WAIT, &wait));
	KUNIT_EXPECT_EQ(test, 1, dma_fence_get_status(fence));
	dma_fence_put(fence);

	memcpy_from_page((char *)pixels,
			 ork_bo(ork, 0, res.bo_handle)->pages[0], 0,
			 sizeof(pixels));
	KUNIT_EXPECT_EQ(test, pixels[8 * ORK_SIDE - 1], 0);
	KUNIT_EXPECT_EQ(test, pixels[8 * ORK_SIDE], 0xabcdef);
	KUNIT_EXPECT_EQ(test, pixels[12 * ORK_SIDE - 1], 0xabcdef);
	KUNIT_EXPECT_EQ(test, pixels[12 * ORK_SIDE], 0);
	KUNIT_EXPECT_EQ(test, ork->gpu->refused, 0);
	ork_user_end(ork);
}

/* Whoever guesses the number of another program's image cannot draw there. */
static void ork_foreign(struct kunit *test)
{
	struct drm_virtgpu_resource_create mine, theirs;
	struct ork *ork = test->priv;
	struct dma_fence *fence;
	u32 pixel;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 0, &mine));
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 1, &theirs));
	theirs.bo_handle = 0;
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &theirs, 1, 0, &fence));
	fake_virtio_settle(ork->gpu->fv);
	KUNIT_EXPECT_EQ(test, -EINVAL, dma_fence_get_status(fence));
	dma_fence_put(fence);
	KUNIT_EXPECT_EQ(test, 0, fake_gpu_resource_pixel(ork->gpu,
							 theirs.res_handle, 0,
							 0, &pixel));
	KUNIT_EXPECT_EQ(test, pixel, 0);
	ork_user_end(ork);
}

/* What goes wrong with an answer, and what the fence says. */
static const struct ork_answer_case {
	const char *name;
	enum fake_fault_kind kind;
	u32 value;
	int want;
} ork_answer_cases[] = {
	{ "none", FAKE_FAULT_NONE, 0, 1 },
	{ "refused", FAKE_FAULT_TYPE, VIRTIO_GPU_RESP_ERR_UNSPEC, -EREMOTEIO },
	{ "of another kind", FAKE_FAULT_TYPE, VIRTIO_GPU_RESP_OK_EDID, -EPROTO },
	{ "short", FAKE_FAULT_SHORT, 8, -EPROTO },
	{ "too long", FAKE_FAULT_LENGTH, 4096, -EPROTO },
	{ "garbage", FAKE_FAULT_GARBAGE, 0xff, -EPROTO },
	{ "never", FAKE_FAULT_NEVER, 0, -ETIMEDOUT },
	{ "twice", FAKE_FAULT_TWICE, 0, 1 },
	{ "without an interrupt", FAKE_FAULT_LOST_IRQ, 0, 1 },
	{ "the end of the ring", FAKE_FAULT_BREAK, 0, -EIO },
};

KUNIT_ARRAY_PARAM_DESC(ork_answer, ork_answer_cases, name);

static void ork_answer(struct kunit *test)
{
	const struct ork_answer_case *c = test->param_value;
	struct drm_virtgpu_resource_create res;
	struct ork *ork = test->priv;
	struct dma_fence *fence;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 0, &res));
	if (c->kind != FAKE_FAULT_NONE)
		ork_fault(test, c->kind, VIRTIO_GPU_CMD_SUBMIT_3D, c->value, 1);
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &res, 1, 0, &fence));
	KUNIT_EXPECT_GT(test, dma_fence_wait_timeout(fence, false, 40 * HZ), 0);
	KUNIT_EXPECT_EQ(test, c->want, dma_fence_get_status(fence));
	dma_fence_put(fence);
	ork_user_end(ork);
}

/* A host that answers in another order does not change that of the fences. */
static void ork_order(struct kunit *test)
{
	struct drm_virtgpu_resource_create res;
	struct dma_fence *first, *second;
	struct ork *ork = test->priv;
	struct fake_gpu_cmd a, b;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 0, &res));
	ork_fault(test, FAKE_FAULT_NEVER, VIRTIO_GPU_CMD_SUBMIT_3D, 0, 1);
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &res, 1, 0, &first));
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &res, 2, 0, &second));
	fake_virtio_settle(ork->gpu->fv);
	KUNIT_EXPECT_EQ(test, 0, dma_fence_get_status(first));
	KUNIT_EXPECT_EQ(test, 0, dma_fence_get_status(second));

	fake_chain_serve(fake_queue_held(&ork->gpu->fv->queues[FAKE_GPU_CONTROLQ]));
	fake_virtio_settle(ork->gpu->fv);
	KUNIT_EXPECT_EQ(test, 1, dma_fence_get_status(first));
	KUNIT_EXPECT_EQ(test, 1, dma_fence_get_status(second));
	dma_fence_put(first);
	dma_fence_put(second);

	/* The second was executed first. */
	KUNIT_ASSERT_GE(test, fake_gpu_find(ork->gpu, VIRTIO_GPU_CMD_SUBMIT_3D,
					    0, &b), 0);
	KUNIT_ASSERT_GE(test, fake_gpu_find(ork->gpu, VIRTIO_GPU_CMD_SUBMIT_3D,
					    1, &a), 0);
	KUNIT_EXPECT_EQ(test, a.flags & VIRTIO_GPU_FLAG_FENCE,
			VIRTIO_GPU_FLAG_FENCE);
	KUNIT_EXPECT_LT(test, a.fence_id, b.fence_id);
	ork_user_end(ork);
}

/*
 * Work that waits for somebody else's does not keep its program waiting, nor
 * another program; what comes behind it in the same order stays behind.
 */
static void ork_in_fence(struct kunit *test)
{
	struct drm_virtgpu_resource_create mine, theirs;
	struct dma_fence *foreign, *first, *second, *other;
	struct ork *ork = test->priv;
	u32 handle, pixel;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 0, &mine));
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 1, &theirs));
	foreign = ork_fence(test);
	handle = ork_syncobj(test, 0, foreign);
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &mine, 1, handle, &first));
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &mine, 2, 0, &second));
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 1, &theirs, 3, 0, &other));
	fake_virtio_settle(ork->gpu->fv);
	KUNIT_EXPECT_EQ(test, 0, dma_fence_get_status(first));
	KUNIT_EXPECT_EQ(test, 0, dma_fence_get_status(second));
	KUNIT_EXPECT_EQ(test, 1, dma_fence_get_status(other));
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ork->gpu,
					     VIRTIO_GPU_CMD_SUBMIT_3D), 1);

	/* The program is done with it; the host is not told so too early. */
	drm_gem_handle_delete(ork->clients[0].file, mine.bo_handle);
	fake_virtio_settle(ork->gpu->fv);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ork->gpu,
					     VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE),
			0);

	dma_fence_signal(foreign);
	KUNIT_EXPECT_GT(test, dma_fence_wait_timeout(second, false, HZ), 0);
	KUNIT_EXPECT_EQ(test, 1, dma_fence_get_status(first));
	KUNIT_EXPECT_EQ(test, 1, dma_fence_get_status(second));
	KUNIT_EXPECT_TRUE(test, fake_wait(fake_gpu_resource_pixel(ork->gpu,
								  mine.res_handle,
								  0, 0,
								  &pixel)));
	KUNIT_EXPECT_EQ(test, ork->gpu->refused, 0);
	dma_fence_put(first);
	dma_fence_put(second);
	dma_fence_put(other);
	dma_fence_put(foreign);
	ork_user_end(ork);
}

/* A device that goes ends what waits for others, and what waits for it. */
static void ork_removed(struct kunit *test)
{
	struct dma_fence *foreign, *sent, *unsent;
	struct drm_virtgpu_resource_create res;
	struct ork *ork = test->priv;
	u32 handle;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 0, &res));
	foreign = ork_fence(test);
	handle = ork_syncobj(test, 0, foreign);
	ork_fault(test, FAKE_FAULT_NEVER, VIRTIO_GPU_CMD_SUBMIT_3D, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &res, 1, 0, &sent));
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &res, 2, handle, &unsent));
	drm_dev_get(ork->drm);
	fake_virtio_yank(ork->gpu->fv);
	KUNIT_EXPECT_EQ(test, -ENODEV, dma_fence_get_status(sent));
	KUNIT_EXPECT_EQ(test, -ENODEV, dma_fence_get_status(unsent));
	dma_fence_put(sent);
	dma_fence_put(unsent);

	/* What the program asks from now on ends at once. */
	KUNIT_EXPECT_EQ(test, -ENODEV, ork_paint(test, 0, &res, 3, 0, NULL));
	dma_fence_signal(foreign);
	dma_fence_put(foreign);
	ork_user_end(ork);
	ork_close(ork);
	drm_dev_put(ork->drm);
}

/* What is refused before anything is allocated for it. */
static const struct ork_wrong_case {
	const char *name;
	struct drm_virtgpu_execbuffer args;
	int want;
} ork_wrong_cases[] = {
	{ "unknown flag", { .flags = 8 }, -EINVAL },
	{ "no such ring", { .flags = VIRTGPU_EXECBUF_RING_IDX }, -EINVAL },
	{ "too much to say", { .size = SZ_1M + 1 }, -E2BIG },
	{ "endless", { .size = U32_MAX }, -E2BIG },
	{ "too many buffers", { .num_bo_handles = 16385 }, -E2BIG },
	{ "too much to wait for", { .num_in_syncobjs = 1025 }, -E2BIG },
	{ "too many to tell", { .num_out_syncobjs = U32_MAX }, -E2BIG },
	{ "no such file", { .flags = VIRTGPU_EXECBUF_FENCE_FD_IN,
			    .fence_fd = -1 }, -EINVAL },
	{ "no such buffer", { .num_bo_handles = 1 }, -ENOENT },
	{ "no such object to wait for", { .num_in_syncobjs = 1,
					  .syncobj_stride = 16 }, -ENOENT },
	{ "no such object to tell", { .num_out_syncobjs = 1,
				      .syncobj_stride = 16 }, -EINVAL },
	{ "nothing to say", { }, 0 },
};

KUNIT_ARRAY_PARAM_DESC(ork_wrong, ork_wrong_cases, name);

static void ork_wrong(struct kunit *test)
{
	const struct ork_wrong_case *c = test->param_value;
	struct drm_virtgpu_execbuffer args = c->args;
	struct ork *ork = test->priv;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	args.command = ork->user;
	args.bo_handles = ork->user;
	args.in_syncobjs = ork->user;
	args.out_syncobjs = ork->user;
	KUNIT_EXPECT_EQ(test, c->want, ork_call(ork, 0, DRM_VIRTGPU_EXECBUFFER,
						&args));
	fake_virtio_settle(ork->gpu->fv);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ork->gpu,
					     VIRTIO_GPU_CMD_SUBMIT_3D),
			c->want ? 0 : 1);
	ork_user_end(ork);
}

/* A context as a program wants it, once. */
static const struct ork_init_case {
	const char *name;
	struct drm_virtgpu_context_set_param params[5];
	u32 count;
	int want;
} ork_init_cases[] = {
	{ "as it comes", { }, 0, 0 },
	{ "a kind", { { 1, 2 } }, 1, 0 },
	{ "no such kind", { { 1, 3 } }, 1, -EINVAL },
	{ "a kind beyond the mask", { { 1, 65 } }, 1, -EINVAL },
	{ "two kinds", { { 1, 1 }, { 1, 2 } }, 2, -EINVAL },
	{ "rings", { { 2, 64 } }, 1, 0 },
	{ "too many rings", { { 2, 65 } }, 1, -EINVAL },
	{ "rings twice", { { 2, 1 }, { 2, 1 } }, 2, -EINVAL },
	{ "all at once", { { 1, 1 }, { 2, 2 }, { 3, 3 } }, 3, 0 },
	{ "the mask first", { { 3, 3 }, { 2, 2 } }, 2, 0 },
	{ "all rings in the mask", { { 2, 64 }, { 3, U64_MAX } }, 2, 0 },
	{ "a ring too many in the mask", { { 2, 2 }, { 3, 4 } }, 2, -EINVAL },
	{ "unknown", { { 5, 1 } }, 1, -EINVAL },
	{ "too many", { }, 5, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(ork_init, ork_init_cases, name);

static void ork_context_init(struct kunit *test)
{
	const struct ork_init_case *c = test->param_value;
	struct ork *ork = test->priv;
	struct drm_virtgpu_context_init args = { .num_params = c->count };

	ork_open(test, ORK_RINGS);
	ork_user(test);
	args.ctx_set_params = ork->user;
	KUNIT_ASSERT_EQ(test, 0, copy_to_user(ork_at(ork, 0), c->params,
					      sizeof(c->params)));
	KUNIT_EXPECT_EQ(test, c->want,
			ork_call(ork, 0, DRM_VIRTGPU_CONTEXT_INIT, &args));
	args.num_params = 0;
	KUNIT_EXPECT_EQ(test, c->want ? 0 : -EEXIST,
			ork_call(ork, 0, DRM_VIRTGPU_CONTEXT_INIT, &args));
	KUNIT_EXPECT_EQ(test, fake_gpu_context_count(ork->gpu), 1);
	ork_user_end(ork);
}

/* Rings are orders of their own, and a file tells of those it was asked to. */
static void ork_ring(struct kunit *test)
{
	const struct drm_virtgpu_context_set_param params[] = {
		{ VIRTGPU_CONTEXT_PARAM_NUM_RINGS, 2 },
		{ VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK, 2 },
	};
	struct drm_virtgpu_context_init init = { .num_params = 2 };
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_RING_IDX };
	struct ork *ork = test->priv;
	struct fake_gpu_cmd cmd;
	struct drm_file *file;

	ork_open(test, ORK_RINGS);
	ork_user(test);
	init.ctx_set_params = ork->user;
	KUNIT_ASSERT_EQ(test, 0, copy_to_user(ork_at(ork, 0), params,
					      sizeof(params)));
	KUNIT_ASSERT_EQ(test, 0, ork_call(ork, 0, DRM_VIRTGPU_CONTEXT_INIT,
					  &init));
	ork_fault(test, FAKE_FAULT_NEVER, VIRTIO_GPU_CMD_SUBMIT_3D, 0, 1);
	KUNIT_EXPECT_EQ(test, 0, ork_call(ork, 0, DRM_VIRTGPU_EXECBUFFER,
					  &args));
	args.ring_idx = 1;
	KUNIT_EXPECT_EQ(test, 0, ork_call(ork, 0, DRM_VIRTGPU_EXECBUFFER,
					  &args));
	args.ring_idx = 2;
	KUNIT_EXPECT_EQ(test, -EINVAL,
			ork_call(ork, 0, DRM_VIRTGPU_EXECBUFFER, &args));
	fake_virtio_settle(ork->gpu->fv);

	/* The first ring still hangs. */
	file = ork->clients[0].file;
	KUNIT_EXPECT_TRUE(test, list_is_singular(&file->event_list));
	KUNIT_EXPECT_EQ(test, list_first_entry(&file->event_list,
					       struct drm_pending_event,
					       link)->event->type,
			VIRTGPU_EVENT_FENCE_SIGNALED);
	KUNIT_ASSERT_GE(test, fake_gpu_find(ork->gpu, VIRTIO_GPU_CMD_SUBMIT_3D,
					    0, &cmd), 0);
	KUNIT_EXPECT_EQ(test, cmd.flags, VIRTIO_GPU_FLAG_FENCE |
			VIRTIO_GPU_FLAG_INFO_RING_IDX);
	KUNIT_EXPECT_EQ(test, cmd.ring, 1);

	/* Nobody asked about the other, so the host need not finish it. */
	fake_chain_serve(fake_queue_held(&ork->gpu->fv->queues[FAKE_GPU_CONTROLQ]));
	fake_virtio_settle(ork->gpu->fv);
	KUNIT_ASSERT_GE(test, fake_gpu_find(ork->gpu, VIRTIO_GPU_CMD_SUBMIT_3D,
					    1, &cmd), 0);
	KUNIT_EXPECT_EQ(test, cmd.flags, 0);
	KUNIT_EXPECT_TRUE(test, list_is_singular(&file->event_list));
	ork_user_end(ork);
}

static int ork_wait(struct ork *ork, u32 handle, u32 flags)
{
	struct drm_virtgpu_3d_wait args = {
		.handle = handle, .flags = flags };

	return ork_call(ork, 0, DRM_VIRTGPU_WAIT, &args);
}

static void ork_busy(struct kunit *test)
{
	struct drm_virtgpu_resource_create res;
	struct ork *ork = test->priv;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 0, &res));
	KUNIT_EXPECT_EQ(test, -ENOENT, ork_wait(ork, 1000, 0));
	KUNIT_EXPECT_EQ(test, 0, ork_wait(ork, res.bo_handle,
					  VIRTGPU_WAIT_NOWAIT));
	ork_fault(test, FAKE_FAULT_NEVER, VIRTIO_GPU_CMD_SUBMIT_3D, 0, 1);
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &res, 1, 0, NULL));
	KUNIT_EXPECT_EQ(test, -EBUSY, ork_wait(ork, res.bo_handle,
					       VIRTGPU_WAIT_NOWAIT));
	/* Programs wait for 15 s, the driver for 30. */
	KUNIT_EXPECT_EQ(test, -EBUSY, ork_wait(ork, res.bo_handle, 0));
	fake_chain_serve(fake_queue_held(&ork->gpu->fv->queues[FAKE_GPU_CONTROLQ]));
	KUNIT_EXPECT_EQ(test, 0, ork_wait(ork, res.bo_handle, 0));
	ork_user_end(ork);
}

/* A program far ahead of its host waits until some of its work has ended. */
static void ork_far_ahead(struct kunit *test)
{
	struct drm_virtgpu_resource_create res;
	struct ork *ork = test->priv;
	struct ovgpu_context *context;
	unsigned int i;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0, ork_create(ork, 0, &res));
	context = ork->clients[0].file->driver_priv;
	ork_fault(test, FAKE_FAULT_NEVER, VIRTIO_GPU_CMD_SUBMIT_3D, 0, 0);
	for (i = 0; i < ORK_MANY; i++) {
		KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &res, i, 0, NULL));
		KUNIT_ASSERT_LE(test, atomic_read(&context->jobs), 256);
	}
	ork_user_end(ork);
}

/* A buffer that a program painted into by itself can be used by its renderer. */
static void ork_dumb(struct kunit *test)
{
	struct drm_mode_create_dumb dumb = {
		.width = ORK_SIDE, .height = ORK_SIDE, .bpp = 32 };
	struct drm_virtgpu_resource_create res = { };
	struct drm_virtgpu_resource_info info = { };
	struct ork *ork = test->priv;
	struct dma_fence *fence;
	u32 pixel;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0,
			ork->drm->driver->dumb_create(ork->clients[0].file,
						      ork->drm, &dumb));
	/* Nobody has asked for it. */
	KUNIT_EXPECT_EQ(test, fake_gpu_resource_count(ork->gpu), 0);
	KUNIT_EXPECT_EQ(test, fake_gpu_context_count(ork->gpu), 0);
	info.bo_handle = dumb.handle;
	KUNIT_EXPECT_EQ(test, 0, ork_call(ork, 0, DRM_VIRTGPU_RESOURCE_INFO,
					  &info));
	KUNIT_EXPECT_EQ(test, fake_gpu_resource_count(ork->gpu), 1);
	res.bo_handle = dumb.handle;
	res.res_handle = info.res_handle;
	KUNIT_EXPECT_EQ(test, 0, ork_paint(test, 0, &res, 7, 0, &fence));
	KUNIT_EXPECT_GT(test, dma_fence_wait_timeout(fence, false, HZ), 0);
	KUNIT_EXPECT_EQ(test, 1, dma_fence_get_status(fence));
	dma_fence_put(fence);
	KUNIT_EXPECT_EQ(test, 0, fake_gpu_resource_pixel(ork->gpu,
							 res.res_handle, 0, 0,
							 &pixel));
	KUNIT_EXPECT_EQ(test, pixel, 7);
	ork_user_end(ork);
}

static struct drm_framebuffer *ork_fb(struct ork *ork, u32 handle, u32 width)
{
	const struct drm_mode_fb_cmd2 args = {
		.width = width, .height = ORK_HEIGHT,
		.pixel_format = DRM_FORMAT_XRGB8888,
		.pitches[0] = width * 4, .handles[0] = handle };

	return ork->drm->mode_config.funcs->fb_create(ork->drm,
						      ork->clients[0].file,
						      &args);
}

static int ork_show(struct ork *ork, struct drm_framebuffer *fb)
{
	struct ovgpu_output *output = &to_ovgpu(ork->drm)->outputs[0];

	return fake_client_show(&output->crtc, &output->connector, fb,
				ORK_WIDTH, ORK_HEIGHT);
}

/* What the renderer painted is shown as it is; nothing of it is copied. */
static void ork_shown(struct kunit *test)
{
	struct drm_virtgpu_resource_create res = {
		.target = 2, .format = 2, .bind = 2, .width = ORK_WIDTH,
		.height = ORK_HEIGHT, .depth = 1, .array_size = 1,
		.size = ORK_WIDTH * ORK_HEIGHT * 8 };
	struct ork *ork = test->priv;
	struct drm_framebuffer *fb;
	u32 pixel;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_ASSERT_EQ(test, 0, ork_call(ork, 0, DRM_VIRTGPU_RESOURCE_CREATE,
					  &res));
	/* The memory would do, the image would not. */
	KUNIT_EXPECT_EQ(test, -EINVAL,
			PTR_ERR_OR_ZERO(ork_fb(ork, res.bo_handle,
					       ORK_WIDTH + 1)));
	fb = ork_fb(ork, res.bo_handle, ORK_WIDTH);
	KUNIT_ASSERT_FALSE(test, IS_ERR(fb));
	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &res, 0x123456, 0, NULL));
	KUNIT_EXPECT_EQ(test, 0, ork_show(ork, fb));
	fake_virtio_settle(ork->gpu->fv);
	KUNIT_EXPECT_EQ(test, 0, fake_gpu_pixel(ork->gpu, 0, 100, 100, &pixel));
	KUNIT_EXPECT_EQ(test, pixel, 0x123456);

	KUNIT_ASSERT_EQ(test, 0, ork_paint(test, 0, &res, 0x654321, 0, NULL));
	KUNIT_EXPECT_EQ(test, 0, fb->funcs->dirty(fb, NULL, 0, 0, NULL, 0));
	fake_virtio_settle(ork->gpu->fv);
	KUNIT_EXPECT_EQ(test, 0, fake_gpu_pixel(ork->gpu, 0, 100, 100, &pixel));
	KUNIT_EXPECT_EQ(test, pixel, 0x654321);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ork->gpu,
					     VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D),
			0);
	KUNIT_EXPECT_EQ(test, ork->gpu->refused, 0);
	drm_framebuffer_put(fb);
	ork_user_end(ork);
}

/* Without memory a program hears so, and nothing is left of the attempt. */

struct ork_sweep {
	struct kunit *test;
	struct drm_virtgpu_resource_create res;
	u32 in;
	u32 out;
};

static int ork_sweep_setup(void *priv)
{
	struct ork_sweep *sweep = priv;
	struct dma_fence *fence = ork_fence(sweep->test);

	sweep->res.bo_handle = 0;
	sweep->in = ork_syncobj(sweep->test, 0, fence);
	sweep->out = ork_syncobj(sweep->test, 0, NULL);
	dma_fence_signal(fence);
	dma_fence_put(fence);
	return 0;
}

static int ork_sweep_run(void *priv)
{
	struct ork_sweep *sweep = priv;
	struct ork *ork = sweep->test->priv;
	struct drm_virtgpu_execbuffer args = {
		.size = 12, .command = ork->user,
		.bo_handles = ork->user + offsetof(struct ork_said, handle),
		.num_bo_handles = 1,
		.syncobj_stride = sizeof(struct drm_virtgpu_execbuffer_syncobj),
		.in_syncobjs = ork->user + offsetof(struct ork_said, in),
		.num_in_syncobjs = 1,
		.out_syncobjs = ork->user + offsetof(struct ork_said, out),
		.num_out_syncobjs = 1,
	};
	struct ork_said said = {
		.in.handle = sweep->in, .out.handle = sweep->out,
		.out.point = 1 };
	int err;

	err = ork_create(ork, 0, &sweep->res);
	if (err)
		return err;
	said.handle = sweep->res.bo_handle;
	if (copy_to_user(ork_at(ork, 0), &said, sizeof(said)))
		return -EFAULT;
	return ork_call(ork, 0, DRM_VIRTGPU_EXECBUFFER, &args);
}

static void ork_sweep_teardown(void *priv, int err)
{
	struct ork_sweep *sweep = priv;
	struct ork *ork = sweep->test->priv;
	struct drm_file *file = ork->clients[0].file;

	if (sweep->res.bo_handle)
		drm_gem_handle_delete(file, sweep->res.bo_handle);
	fake_virtio_settle(ork->gpu->fv);
}

static const struct fake_fail_ops ork_sweep_ops = {
	.setup		= ork_sweep_setup,
	.run		= ork_sweep_run,
	.teardown	= ork_sweep_teardown,
};

static void ork_no_memory(struct kunit *test)
{
	struct ork_sweep sweep = { .test = test };
	struct ork *ork = test->priv;

	ork_open(test, ORK_VIRGL);
	ork_user(test);
	KUNIT_EXPECT_GT(test, fake_fail_sweep(&ork_sweep_ops, &sweep), 10);
	KUNIT_EXPECT_EQ(test, ork->gpu->refused, 0);
	ork_user_end(ork);
	ork_close(ork);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(ork->gpu)));
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_context_count(ork->gpu)));
}

static struct kunit_case ork_cases[] = {
	KUNIT_CASE_PARAM(ork_capset, ork_capset_gen_params),
	KUNIT_CASE(ork_capsets_at_once),
	KUNIT_CASE(ork_caps),
	KUNIT_CASE(ork_params),
	KUNIT_CASE(ork_flat),
	KUNIT_CASE(ork_context_life),
	KUNIT_CASE(ork_context_refused),
	KUNIT_CASE(ork_resource_refused),
	KUNIT_CASE(ork_draw),
	KUNIT_CASE(ork_foreign),
	KUNIT_CASE_PARAM(ork_answer, ork_answer_gen_params),
	KUNIT_CASE(ork_order),
	KUNIT_CASE(ork_ring),
	KUNIT_CASE(ork_busy),
	KUNIT_CASE(ork_far_ahead),
	KUNIT_CASE(ork_dumb),
	KUNIT_CASE(ork_shown),
	KUNIT_CASE(ork_no_memory),
	KUNIT_CASE(ork_in_fence),
	KUNIT_CASE(ork_removed),
	KUNIT_CASE_PARAM(ork_wrong, ork_wrong_gen_params),
	KUNIT_CASE_PARAM(ork_context_init, ork_init_gen_params),
	{ }
};

static struct kunit_suite ork_suite = {
	.name = "ovgpu_render",
	.init = ork_init,
	.exit = ork_exit,
	.test_cases = ork_cases,
};

kunit_test_suite(ork_suite);

MODULE_DESCRIPTION("Orion: suite of the graphics driver's 3D side");
MODULE_LICENSE("GPL");
