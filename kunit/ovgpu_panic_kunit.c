// SPDX-License-Identifier: GPL-2.0-only
/*
 * The screen of a kernel that panics: the driver as it is loaded is asked for
 * it as in a panic, with interrupts off and nothing else running, on a
 * device that obeys, refuses, or is silent.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/iosys-map.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/timekeeping.h>

#include <drm/drm_client.h>
#include <drm/drm_crtc.h>
#include <drm/drm_drv.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_modeset_helper_vtables.h>
#include <drm/drm_panic.h>

#include "orion_namespace.h"

#include "fake_client.h"
#include "fake_gpu.h"

#include "../orion_vgpu/ovgpu.h"

#define OVP_V1		BIT_ULL(VIRTIO_F_VERSION_1)
#define OVP_DMA		BIT_ULL(VIRTIO_F_ACCESS_PLATFORM)
#define OVP_PACKED	BIT_ULL(VIRTIO_F_RING_PACKED)
#define OVP_EVENT_IDX	BIT_ULL(VIRTIO_RING_F_EVENT_IDX)
#define OVP_HEADS	4
/* More than half as many as there is room for: each takes two descriptors. */
#define OVP_OTHERS	12
/* Pixels that are drawn and looked at. */
#define OVP_STEP_X	5
#define OVP_STEP_Y	7

struct ovp {
	struct fake_gpu *gpu;
	struct ovgpu *ovgpu;
	struct drm_client_dev client;
	struct drm_client_buffer *buffer;
	u64 took_ns;
};

/* A command of somebody else's. */
struct ovp_other {
	struct orion_cmd base;
	struct virtio_gpu_ctrl_hdr req;
	struct virtio_gpu_resp_display_info answer;
};

static void ovp_other_release(struct orion_cmd *base)
{
}

static int ovp_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct ovp), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void ovp_exit(struct kunit *test)
{
	struct ovp *ovp = test->priv;

	if (!ovp || !ovp->gpu)
		return;

	if (ovp->buffer)
		drm_client_framebuffer_delete(ovp->buffer);
	if (ovp->client.dev)
		drm_client_release(&ovp->client);
	KUNIT_EXPECT_EQ(test, ovp->gpu->fv->nonsense, 0);
	fake_gpu_free(ovp->gpu);
}

/* A device with all heads plugged in, and dark. */
static void ovp_plug(struct kunit *test, u64 features, unsigned int queue_size)
{
	const struct fake_gpu_param param = {
		.features = features, .num_scanouts = OVP_HEADS,
		.queue_size = queue_size };
	struct ovp *ovp = test->priv;

	ovp->gpu = fake_gpu_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, ovp->gpu);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ovp->gpu->fv));
	KUNIT_ASSERT_TRUE(test, fake_virtio_bound(ovp->gpu->fv));
	ovp->ovgpu = ovp->gpu->fv->vdev->priv;
	fake_virtio_settle(ovp->gpu->fv);
}

/* A program shows its picture, a black one, on a head. */
static void ovp_show(struct kunit *test, unsigned int i)
{
	struct ovp *ovp = test->priv;
	struct ovgpu_output *output = &ovp->ovgpu->outputs[i];
	struct drm_framebuffer *fb = ovp->buffer->fb;

	KUNIT_ASSERT_EQ(test, 0, fake_client_show(&output->crtc,
						  &output->connector, fb,
						  fb->width, fb->height));
	fake_virtio_settle(ovp->gpu->fv);
}

static void ovp_light(struct kunit *test, unsigned int i)
{
	struct ovp *ovp = test->priv;
	struct drm_client_buffer *buffer;

	KUNIT_ASSERT_EQ(test, 0, drm_client_init(ovp->ovgpu->drm, &ovp->client,
						 "kunit", NULL));
	buffer = drm_client_framebuffer_create(&ovp->client, 640, 480,
					       DRM_FORMAT_XRGB8888);
	KUNIT_ASSERT_FALSE(test, IS_ERR(buffer));
	ovp->buffer = buffer;
	ovp_show(test, i);
}

/* What drm_panic does with the plane of a head; 0 if it came to showing it. */
static int ovp_draw(struct ovp *ovp, unsigned int i, u32 color)
{
	struct drm_plane *plane = &ovp->ovgpu->outputs[i].primary->base;
	struct drm_scanout_buffer buffer = { };
	unsigned int x, y;
	int err;

	err = plane->helper_private->get_scanout_buffer(plane, &buffer);
	if (err)
		return err;

	for (y = 0; y < buffer.height; y += OVP_STEP_Y)
		for (x = 0; x < buffer.width; x += OVP_STEP_X)
			iosys_map_wr(&buffer.map[0],
				     y * buffer.pitch[0] + x * 4, u32,
				     color ^ x ^ y << 10);
	plane->helper_private->panic_flush(plane);
	return 0;
}

/*
 * As a panic goes: no interrupt, no other task, and locks held by whoever was
 * stopped, so that lockdep has nothing to say to what the device does in the
 * driver's place.
 */
static int ovp_panic(struct ovp *ovp, unsigned int i, u32 color)
{
	u64 begun = ktime_get_ns();
	unsigned long flags;
	int err;

	lockdep_off();
	local_irq_save(flags);
	oops_in_progress++;
	err = ovp_draw(ovp, i, color);
	oops_in_progress--;
	local_irq_restore(flags);
	lockdep_on();
	ovp->took_ns = ktime_get_ns() - begun;

	return err;
}

static void ovp_expect_shown(struct kunit *test, unsigned int i, u32 color)
{
	struct ovp *ovp = test->priv;
	u32 x, y, pixel;

	KUNIT_ASSERT_EQ(test, ovp->gpu->scanouts[i].source.width, 1024);
	KUNIT_ASSERT_EQ(test, ovp->gpu->scanouts[i].source.height, 768);
	for (y = 0; y < 768; y += OVP_STEP_Y) {
		for (x = 0; x < 1024; x += OVP_STEP_X) {
			KUNIT_ASSERT_EQ(test, 0, fake_gpu_pixel(ovp->gpu, i, x,
								y, &pixel));
			KUNIT_ASSERT_EQ_MSG(test, pixel & 0xffffff,
					    (color ^ x ^ y << 10) & 0xffffff,
					    "scanout %u at %u,%u", i, x, y);
		}
	}
}

static bool ovp_is_shown(struct ovp *ovp, unsigned int i)
{
	return ovp->gpu->scanouts[i].resource == ovp->ovgpu->panic.resource;
}

static const struct ovp_layout {
	const char *name;
	u64 features;
	unsigned int queue_size;
} ovp_layouts[] = {
	{ "split" },
	{ "split, event index", OVP_EVENT_IDX },
	{ "packed", OVP_PACKED | OVP_EVENT_IDX },
	{ "smallest queue", 0, 16 },
	{ "DMA addresses that are physical ones", OVP_DMA },
};

KUNIT_ARRAY_PARAM_DESC(ovp_layout, ovp_layouts, name);

/* Each head that somebody looks at shows it; the host refuses nothing. */
static void ovp_every_head(struct kunit *test)
{
	const struct ovp_layout *c = test->param_value;
	struct ovp *ovp = test->priv;
	unsigned int i;

	ovp_plug(test, OVP_V1 | c->features, c->queue_size);
	for (i = 0; i < OVP_HEADS; i++) {
		KUNIT_ASSERT_EQ(test, 0, ovp_panic(ovp, i, i << 20));
		ovp_expect_shown(test, i, i << 20);
	}
	KUNIT_EXPECT_EQ(test, ovp->gpu->refused, 0);
	/* One image does for all: they show the same, in a panic. */
	KUNIT_EXPECT_EQ(test, 1,
			fake_gpu_count(ovp->gpu,
				       VIRTIO_GPU_CMD_RESOURCE_CREATE_2D));
	ovp_expect_shown(test, 0, (OVP_HEADS - 1) << 20);
}

/* The framebuffer that is there is left alone, and comes back. */
static void ovp_lit_head(struct kunit *test)
{
	struct ovp *ovp = test->priv;
	u32 pixel;

	ovp_plug(test, OVP_V1, 0);
	ovp_light(test, 0);
	KUNIT_ASSERT_EQ(test, 0, ovp_panic(ovp, 0, 0xabcdef));
	ovp_expect_shown(test, 0, 0xabcdef);

	/* Somebody only tried it, as a file in debugfs can. */
	ovp_show(test, 0);
	KUNIT_EXPECT_FALSE(test, ovp_is_shown(ovp, 0));
	KUNIT_ASSERT_EQ(test, 0, fake_gpu_pixel(ovp->gpu, 0, 0, 0, &pixel));
	KUNIT_EXPECT_EQ(test, pixel & 0xffffff, 0);
	KUNIT_EXPECT_EQ(test, ovp->gpu->refused, 0);
}

/* Nobody looks, nothing is drawn; but what is lit all the same is seen. */
static void ovp_unplugged_head(struct kunit *test)
{
	struct ovp *ovp = test->priv;

	ovp_plug(test, OVP_V1, 0);
	fake_gpu_mode(ovp->gpu, 1, 640, 480, false);
	fake_gpu_hotplug(ovp->gpu);
	KUNIT_ASSERT_TRUE(test,
			  fake_wait(!ovp->ovgpu->outputs[1].display.enabled));
	fake_virtio_settle(ovp->gpu->fv);
	KUNIT_EXPECT_EQ(test, -ENODEV, ovp_panic(ovp, 1, 1));
	KUNIT_EXPECT_EQ(test, ovp->gpu->scanouts[1].resource, 0);

	ovp_light(test, 1);
	KUNIT_EXPECT_EQ(test, 0, ovp_panic(ovp, 1, 2));
	ovp_expect_shown(test, 1, 2);
}

/* A device that errs is asked once, for a bounded time, and then left alone. */
static const struct ovp_mishap {
	const char *name;
	enum fake_fault_kind kind;
	u32 key;
	u32 value;
} ovp_mishaps[] = {
	{ "never answers", FAKE_FAULT_NEVER },
	{ "never attaches", FAKE_FAULT_NEVER,
	  VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING },
	{ "never shows", FAKE_FAULT_NEVER, VIRTIO_GPU_CMD_SET_SCANOUT },
	{ "never flushes", FAKE_FAULT_NEVER, VIRTIO_GPU_CMD_RESOURCE_FLUSH },
	{ "answers too late", FAKE_FAULT_LATE,
	  VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D },
	{ "is out of memory", FAKE_FAULT_TYPE,
	  VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
	  VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY },
	{ "answers too short", FAKE_FAULT_SHORT,
	  VIRTIO_GPU_CMD_SET_SCANOUT, 4 },
	{ "answers garbage", FAKE_FAULT_GARBAGE,
	  VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING, 0xaa },
	{ "answers with 4 GB", FAKE_FAULT_LENGTH,
	  VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D, U32_MAX },
	{ "answers with a bad id", FAKE_FAULT_BAD_ID,
	  VIRTIO_GPU_CMD_RESOURCE_CREATE_2D, 1000 },
	{ "breaks", FAKE_FAULT_BREAK, VIRTIO_GPU_CMD_RESOURCE_FLUSH },
	{ "needs a reset", FAKE_FAULT_NEEDS_RESET,
	  VIRTIO_GPU_CMD_SET_SCANOUT },
};

KUNIT_ARRAY_PARAM_DESC(ovp_mishap, ovp_mishaps, name);

static void ovp_mishap_survived(struct kunit *test)
{
	const struct ovp_mishap *c = test->param_value;
	struct ovp *ovp = test->priv;
	unsigned int n;

	ovp_plug(test, OVP_V1, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ovp->gpu->fv,
						&(struct fake_fault) {
		.kind = c->kind, .queue = FAKE_FAULT_ALL_QUEUES, .key = c->key,
		.value = c->value, .count = FAKE_FAULT_FOREVER,
		.delay_ms = 10 }));
	fake_gpu_forget(ovp->gpu);
	KUNIT_EXPECT_EQ(test, 0, ovp_panic(ovp, 0, 1));
	KUNIT_EXPECT_LT(test, ovp->took_ns, 6 * NSEC_PER_SEC);
	KUNIT_EXPECT_GE(test, fake_fault_hits(ovp->gpu->fv), 1);

	n = fake_gpu_count(ovp->gpu, 0);
	KUNIT_EXPECT_EQ(test, -ENODEV, ovp_panic(ovp, 1, 1));
	KUNIT_EXPECT_EQ(test, n, fake_gpu_count(ovp->gpu, 0));
}

static const struct orion_cmd_ops ovp_other_ops = {
	.release = ovp_other_release,
};

/*
 * Others' commands fill the ring, and whoever added them was stopped before he
 * could notify the device.
 */
static void ovp_ring_full(struct kunit *test)
{
	const struct ovp_layout *c = test->param_value;
	struct ovp *ovp = test->priv;
	struct fake_queue *fvq;
	struct ovp_other *others;
	LIST_HEAD(batch);
	unsigned int i;

	ovp_plug(test, OVP_V1 | c->features, 16);
	fvq = &ovp->gpu->fv->queues[FAKE_GPU_CONTROLQ];
	others = kunit_kcalloc(test, OVP_OTHERS, sizeof(*others), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, others);
	for (i = 0; i < OVP_OTHERS; i++) {
		others[i].req.type =
			cpu_to_le32(VIRTIO_GPU_CMD_GET_DISPLAY_INFO);
		orion_cmd_init(&others[i].base, &ovp_other_ops);
		orion_cmd_add_out(&others[i].base, &others[i].req,
				  sizeof(others[i].req));
		orion_cmd_add_in(&others[i].base, &others[i].answer,
				 sizeof(others[i].answer));
		orion_cmd_batch(&others[i].base, &batch);
	}

	fake_queue_stop(fvq);
	orion_cmdq_submit_batch(&ovp->ovgpu->queue.control, &batch);
	KUNIT_ASSERT_LT(test, ovp->ovgpu->queue.control.ovq.vq->num_free, 2);
	WRITE_ONCE(fvq->stopped, false);
	KUNIT_EXPECT_EQ(test, 0, ovp_panic(ovp, 0, 3));
	ovp_expect_shown(test, 0, 3);
	KUNIT_EXPECT_EQ(test, ovp->gpu->refused, 0);
}

/* The device goes while it has commands of a panic that came to nothing. */
static void ovp_unplugged_after(struct kunit *test)
{
	struct ovp *ovp = test->priv;

	ovp_plug(test, OVP_V1, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ovp->gpu->fv,
						&(struct fake_fault) {
		.kind = FAKE_FAULT_LATE, .queue = FAKE_FAULT_ALL_QUEUES,
		.key = VIRTIO_GPU_CMD_SET_SCANOUT, .count = 1,
		.delay_ms = 10 }));
	KUNIT_EXPECT_EQ(test, 0, ovp_panic(ovp, 0, 5));
	/* The answer arrives when nobody waits for it. */
	msleep(100);
	fake_virtio_settle(ovp->gpu->fv);
	fake_virtio_unplug(ovp->gpu->fv);
}

static struct kunit_case ovp_cases[] = {
	KUNIT_CASE_PARAM(ovp_every_head, ovp_layout_gen_params),
	KUNIT_CASE(ovp_lit_head),
	KUNIT_CASE(ovp_unplugged_head),
	KUNIT_CASE_PARAM(ovp_mishap_survived, ovp_mishap_gen_params),
	KUNIT_CASE_PARAM(ovp_ring_full, ovp_layout_gen_params),
	KUNIT_CASE(ovp_unplugged_after),
	{ }
};

static struct kunit_suite ovp_suite = {
	.name = "ovgpu_panic",
	.init = ovp_init,
	.exit = ovp_exit,
	.test_cases = ovp_cases,
};

kunit_test_suite(ovp_suite);

MODULE_DESCRIPTION("Orion: suite of the screen of a panic");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(ORION_COMMON_NS);
