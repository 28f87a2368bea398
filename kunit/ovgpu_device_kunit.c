// SPDX-License-Identifier: GPL-2.0-only
/*
 * The graphics driver as it is loaded, on a graphics device in memory: what it
 * binds, what it makes of lies and refusals, which pixels arrive, with how many
 * kicks, and that it leaves nothing behind.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/iosys-map.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include <drm/drm_atomic_helper.h>
#include <drm/drm_client.h>
#include <drm/drm_crtc.h>
#include <drm/drm_drv.h>
#include <drm/drm_edid.h>
#include <drm/drm_file.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_vblank.h>

#include "fake_client.h"
#include "fake_fail.h"
#include "fake_gpu.h"

#include "../orion_vgpu/ovgpu.h"

#define OGD_V1		BIT_ULL(VIRTIO_F_VERSION_1)
#define OGD_EDID	BIT_ULL(VIRTIO_GPU_F_EDID)
#define OGD_PACKED	BIT_ULL(VIRTIO_F_RING_PACKED)
#define OGD_RINGS	(BIT_ULL(VIRTIO_RING_F_EVENT_IDX) | \
			 BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC))
#define OGD_WIDTH	320
#define OGD_HEIGHT	240

struct ogd {
	struct fake_gpu *gpu;
	struct drm_device *drm;
	struct drm_client_dev client;
	struct drm_client_buffer *buffers[VIRTIO_GPU_MAX_SCANOUTS];
	bool opened;
	unsigned int fail_nth;
};

static int ogd_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct ogd), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

/* As a program does that ends: its framebuffers go, and turn the heads off. */
static void ogd_close(struct ogd *ogd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ogd->buffers); i++) {
		if (ogd->buffers[i])
			drm_client_framebuffer_delete(ogd->buffers[i]);
		ogd->buffers[i] = NULL;
	}
	if (ogd->opened)
		drm_client_release(&ogd->client);
	ogd->opened = false;
}

static void ogd_exit(struct kunit *test)
{
	struct ogd *ogd = test->priv;

	if (!ogd)
		return;

	ogd_close(ogd);
	if (ogd->gpu)
		KUNIT_EXPECT_EQ(test, ogd->gpu->fv->nonsense, 0);
	fake_gpu_free(ogd->gpu);
}

static void ogd_make(struct kunit *test, u64 features, u32 scanouts)
{
	const struct fake_gpu_param param = {
		.features = features, .num_scanouts = scanouts };
	struct ogd *ogd = test->priv;

	ogd->gpu = fake_gpu_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, ogd->gpu);
}

static void ogd_plug(struct kunit *test)
{
	struct ogd *ogd = test->priv;
	struct ovgpu *ovgpu;

	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ogd->gpu->fv));
	KUNIT_ASSERT_TRUE(test, fake_virtio_bound(ogd->gpu->fv));
	ovgpu = ogd->gpu->fv->vdev->priv;
	ogd->drm = ovgpu->drm;
}

static void ogd_fault(struct kunit *test, enum fake_fault_kind kind, u32 key,
		      u32 value, unsigned int count)
{
	const struct fake_fault fault = {
		.kind = kind, .queue = FAKE_FAULT_ALL_QUEUES, .key = key,
		.value = value, .count = count };
	struct ogd *ogd = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ogd->gpu->fv, &fault));
}

/* The driver asked for nothing that it should have known to be wrong. */
static void ogd_expect_none_refused(struct kunit *test)
{
	struct ogd *ogd = test->priv;
	struct fake_gpu_cmd cmd;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, ogd->gpu->refused, 0);
	for (i = 0; fake_gpu_find(ogd->gpu, 0, i, &cmd) >= 0; i++)
		if (cmd.response >= VIRTIO_GPU_RESP_ERR_UNSPEC)
			kunit_err(test, "%u: command %#x on resource %u, scanout %u: response %#x\n",
				  i, cmd.type, cmd.resource, cmd.scanout,
				  cmd.response);
}

static struct drm_connector *ogd_connector(struct ogd *ogd, unsigned int i)
{
	struct ovgpu *ovgpu = ogd->drm->dev_private;

	return &ovgpu->outputs[i].connector;
}

static struct drm_crtc *ogd_crtc(struct ogd *ogd, unsigned int i)
{
	struct ovgpu *ovgpu = ogd->drm->dev_private;

	return &ovgpu->outputs[i].crtc;
}

/* The modes of a head; the preferred one's size, or 0, to @width and @height. */
static int ogd_modes(struct ogd *ogd, unsigned int i, u32 *width, u32 *height)
{
	struct drm_connector *connector = ogd_connector(ogd, i);
	struct drm_display_mode *mode;
	int count;

	*width = 0;
	*height = 0;
	mutex_lock(&ogd->drm->mode_config.mutex);
	count = connector->funcs->fill_modes(connector, 16384, 16384);
	list_for_each_entry(mode, &connector->modes, head) {
		if (!(mode->type & DRM_MODE_TYPE_PREFERRED))
			continue;
		*width = mode->hdisplay;
		*height = mode->vdisplay;
		break;
	}
	mutex_unlock(&ogd->drm->mode_config.mutex);

	return count;
}

static void ogd_open(struct kunit *test)
{
	struct ogd *ogd = test->priv;

	KUNIT_ASSERT_EQ(test, 0, drm_client_init(ogd->drm, &ogd->client,
						 "kunit", NULL));
	ogd->opened = true;
}

/* A framebuffer for a head. */
static int ogd_buffer(struct ogd *ogd, unsigned int i, u32 width, u32 height)
{
	struct drm_client_buffer *buffer;

	buffer = drm_client_framebuffer_create(&ogd->client, width, height,
					       DRM_FORMAT_XRGB8888);
	if (IS_ERR(buffer))
		return PTR_ERR(buffer);

	ogd->buffers[i] = buffer;
	return 0;
}

static u32 ogd_color(unsigned int i, u32 x, u32 y, u32 seed)
{
	return (i << 20 ^ y << 10 ^ x ^ seed * 0x9e3779b1) & 0xffffff;
}

static void ogd_draw(struct kunit *test, unsigned int i, u32 seed,
		     const struct drm_rect *rect)
{
	struct ogd *ogd = test->priv;
	struct drm_client_buffer *buffer = ogd->buffers[i];
	struct iosys_map map;
	u32 x, y;

	KUNIT_ASSERT_EQ(test, 0, drm_client_buffer_vmap(buffer, &map));
	for (y = rect->y1; y < rect->y2; y++)
		for (x = rect->x1; x < rect->x2; x++)
			iosys_map_wr(&map, y * buffer->fb->pitches[0] + x * 4,
				     u32, ogd_color(i, x, y, seed));
	drm_client_buffer_vunmap(buffer);
}

/* What is seen on a head is what was drawn. */
static void ogd_expect_picture(struct kunit *test, unsigned int i, u32 seed,
			       const struct drm_rect *rect)
{
	struct ogd *ogd = test->priv;
	u32 x, y, pixel;

	for (y = rect->y1; y < rect->y2; y += 7) {
		for (x = rect->x1; x < rect->x2; x += 5) {
			KUNIT_ASSERT_EQ(test, 0, fake_gpu_pixel(ogd->gpu, i, x,
								y, &pixel));
			KUNIT_ASSERT_EQ_MSG(test, pixel & 0xffffff,
					    ogd_color(i, x, y, seed),
					    "scanout %u at %u,%u", i, x, y);
		}
	}
}

/* Shows a head's framebuffer, or nothing, in one commit. */
static int ogd_show(struct ogd *ogd, unsigned int i, bool on)
{
	struct drm_framebuffer *fb;

	if (!on)
		return fake_client_darken(ogd_crtc(ogd, i));

	fb = ogd->buffers[i]->fb;
	return fake_client_show(ogd_crtc(ogd, i), ogd_connector(ogd, i), fb,
				fb->width, fb->height);
}

static const struct drm_rect ogd_all = DRM_RECT_INIT(0, 0, OGD_WIDTH, OGD_HEIGHT);

/* A head that shows a picture, right up to the pixels. */
static void ogd_lit(struct kunit *test, u64 features)
{
	struct ogd *ogd = test->priv;

	ogd_make(test, OGD_V1 | features, 1);
	ogd_plug(test);
	ogd_open(test);
	KUNIT_ASSERT_EQ(test, 0, ogd_buffer(ogd, 0, OGD_WIDTH, OGD_HEIGHT));
	ogd_draw(test, 0, 1, &ogd_all);
	KUNIT_ASSERT_EQ(test, 0, ogd_show(ogd, 0, true));
	fake_virtio_settle(ogd->gpu->fv);
	ogd_expect_picture(test, 0, 1, &ogd_all);
}

/* What the device says of itself, and what becomes of it. */
static const struct ogd_config {
	const char *name;
	u64 features;
	u32 scanouts;
	unsigned int want;
} ogd_configs[] = {
	{ "one scanout", OGD_V1, 1, 1 },
	{ "four scanouts with EDID", OGD_V1 | OGD_EDID, 4, 4 },
	{ "sixteen scanouts with EDID", OGD_V1 | OGD_EDID, 16, 16 },
	{ "everything", ~(BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) | OGD_PACKED), 2,
	  2 },
	{ "everything, packed", ~BIT_ULL(VIRTIO_F_ACCESS_PLATFORM), 2, 2 },
	{ "no scanouts", OGD_V1, 0, 0 },
	{ "17 scanouts", OGD_V1, 17, 16 },
	{ "1000 scanouts", OGD_V1 | OGD_EDID, 1000, 16 },
	{ "4 billion scanouts", OGD_V1, U32_MAX, 16 },
	{ "legacy", OGD_EDID, 1, 0 },
};

KUNIT_ARRAY_PARAM_DESC(ogd_config, ogd_configs, name);

static void ogd_binds(struct kunit *test)
{
	const struct ogd_config *c = test->param_value;
	struct ogd *ogd = test->priv;
	unsigned int i;
	u32 width, height;

	ogd_make(test, c->features, c->scanouts);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ogd->gpu->fv));
	KUNIT_ASSERT_EQ(test, fake_virtio_bound(ogd->gpu->fv), !!c->want);
	KUNIT_EXPECT_EQ(test, ogd->gpu->fv->config_outside, 0);
	if (!c->want) {
		KUNIT_EXPECT_TRUE(test, ogd->gpu->fv->status &
				  VIRTIO_CONFIG_S_FAILED);
		KUNIT_EXPECT_EQ(test, ogd->gpu->fv->nqueues, 0);
		return;
	}

	ogd->drm = ((struct ovgpu *)ogd->gpu->fv->vdev->priv)->drm;
	KUNIT_EXPECT_EQ(test, ogd->drm->mode_config.num_connector, c->want);
	KUNIT_EXPECT_EQ(test, ogd->drm->mode_config.num_crtc, c->want);
	for (i = 0; i < c->want; i++) {
		KUNIT_EXPECT_GT(test, ogd_modes(ogd, i, &width, &height), 0);
		KUNIT_EXPECT_EQ(test, width, 1024);
		KUNIT_EXPECT_EQ(test, height, 768);
	}
}

/* Where setting up fails, nothing stays, and another try succeeds. */
static const struct ogd_failure {
	const char *name;
	int find_vqs_err;
	int find_err;
	int finalize_err;
	bool refuse;
	enum fake_fault_kind kind;
	u32 value;
} ogd_failures[] = {
	{ "find_vqs", .find_vqs_err = -EIO },
	{ "no cursor queue", .find_err = -ENOENT },
	{ "finalize_features", .finalize_err = -EINVAL },
	{ "features refused", .refuse = true },
	{ "display info never", .kind = FAKE_FAULT_NEVER },
	{ "display info refused", .kind = FAKE_FAULT_TYPE,
	  .value = VIRTIO_GPU_RESP_ERR_UNSPEC },
	{ "display info of another type", .kind = FAKE_FAULT_TYPE,
	  .value = VIRTIO_GPU_RESP_OK_NODATA },
	{ "display info short", .kind = FAKE_FAULT_SHORT, .value = 100 },
	{ "display info empty", .kind = FAKE_FAULT_SHORT },
	{ "display info too long", .kind = FAKE_FAULT_LENGTH, .value = 8192 },
	{ "display info garbage", .kind = FAKE_FAULT_GARBAGE, .value = 0xee },
	{ "bad id", .kind = FAKE_FAULT_BAD_ID, .value = 500 },
	{ "broken", .kind = FAKE_FAULT_BREAK },
	{ "needs reset", .kind = FAKE_FAULT_NEEDS_RESET },
};

KUNIT_ARRAY_PARAM_DESC(ogd_failure, ogd_failures, name);

static void ogd_setup_fails(struct kunit *test)
{
	const struct ogd_failure *c = test->param_value;
	struct ogd *ogd = test->priv;
	struct fake_virtio *fv;

	ogd_make(test, OGD_V1 | OGD_EDID, 2);
	fv = ogd->gpu->fv;
	fv->find_vqs_err = c->find_vqs_err;
	fv->queues[1].find_err = c->find_err;
	fv->finalize_err = c->finalize_err;
	fv->refuse_features = c->refuse;
	if (c->kind)
		ogd_fault(test, c->kind, VIRTIO_GPU_CMD_GET_DISPLAY_INFO,
			  c->value, FAKE_FAULT_FOREVER);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(fv));
	KUNIT_EXPECT_FALSE(test, fake_virtio_bound(fv));
	KUNIT_EXPECT_EQ(test, fv->nqueues, 0);
	fake_virtio_unplug(fv);

	fv->find_vqs_err = 0;
	fv->queues[1].find_err = 0;
	fv->finalize_err = 0;
	fv->refuse_features = false;
	fake_fault_clear(fv);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(fv));
	KUNIT_EXPECT_TRUE(test, fake_virtio_bound(fv));
}

/* What the host says of a monitor, and what programs see of it. */
static const struct ogd_monitor {
	const char *name;
	u32 width;
	u32 height;
	u8 fill;
	u32 edid_len;
	bool good_edid;
	u32 want_width;
	u32 want_height;
} ogd_monitors[] = {
	{ "no EDID", 800, 600, .want_width = 800, .want_height = 600 },
	{ "odd size", 1366, 767, .want_width = 1366, .want_height = 767 },
	{ "good EDID", 1280, 800, .edid_len = 128, .good_edid = true,
	  .want_width = 1280, .want_height = 800 },
	{ "EDID of zeroes", 800, 600, 0, 128, .want_width = 800,
	  .want_height = 600 },
	{ "EDID of ones", 800, 600, 0xff, 256, .want_width = 800,
	  .want_height = 600 },
	{ "EDID of one byte", 800, 600, 0, 1, .want_width = 800,
	  .want_height = 600 },
	{ "EDID longer than its room", 800, 600, 0xa5, 1152, .want_width = 800,
	  .want_height = 600 },
	{ "EDID of 4 GB", 800, 600, 0xa5, U32_MAX, .want_width = 800,
	  .want_height = 600 },
	{ "no size", 0, 0, .want_width = 1024, .want_height = 768 },
	{ "a pixel", 1, 1, .want_width = 1024, .want_height = 768 },
	{ "size without end", U32_MAX, U32_MAX, .want_width = 1024,
	  .want_height = 768 },
	{ "size that overflows", 65536, 65536, .want_width = 1024,
	  .want_height = 768 },
};

KUNIT_ARRAY_PARAM_DESC(ogd_monitor, ogd_monitors, name);

static void ogd_monitor_seen(struct kunit *test)
{
	const struct ogd_monitor *c = test->param_value;
	struct ogd *ogd = test->priv;
	u8 edid[FAKE_GPU_EDID_MAX];
	u32 width, height;

	ogd_make(test, OGD_V1 | OGD_EDID, 1);
	fake_gpu_mode(ogd->gpu, 0, c->width, c->height, true);
	memset(edid, c->fill, sizeof(edid));
	if (c->good_edid)
		fake_gpu_edid_make(edid, c->width, c->height, "Fake");
	fake_gpu_edid(ogd->gpu, 0, edid, c->edid_len);
	ogd_plug(test);
	KUNIT_EXPECT_GT(test, ogd_modes(ogd, 0, &width, &height), 0);
	KUNIT_EXPECT_EQ(test, width, c->want_width);
	KUNIT_EXPECT_EQ(test, height, c->want_height);
	KUNIT_EXPECT_EQ(test, !!ogd_connector(ogd, 0)->edid_blob_ptr,
			c->good_edid);
}

static void ogd_edid_sum(u8 *block)
{
	unsigned int i;

	block[127] = 0;
	for (i = 0; i < 127; i++)
		block[127] -= block[i];
}

static bool ogd_has_mode(struct ogd *ogd, int width, int height)
{
	struct drm_display_mode *mode;

	list_for_each_entry(mode, &ogd_connector(ogd, 0)->modes, head)
		if (mode->hdisplay == width && mode->vdisplay == height)
			return true;

	return false;
}

/* A second block of EDID adds to the first one, and spoils nothing. */
static void ogd_edid_extension(struct kunit *test)
{
	static const u8 cea[] = { 2, 3, 4, 0 };
	struct ogd *ogd = test->priv;
	u8 edid[FAKE_GPU_EDID_MAX] = { };
	u8 *more = edid + 128;
	u32 width, height;

	ogd_make(test, OGD_V1 | OGD_EDID, 1);
	fake_gpu_mode(ogd->gpu, 0, 1280, 800, true);
	fake_gpu_edid_make(more, 1440, 900, "More");
	fake_gpu_edid_make(edid, 1280, 800, "Fake");
	/* CEA-861's, with one timing. */
	memmove(more + 4, more + 54, 18);
	memset(more + 22, 0, 106);
	memcpy(more, cea, sizeof(cea));
	ogd_edid_sum(more);
	edid[126] = 1;
	ogd_edid_sum(edid);
	fake_gpu_edid(ogd->gpu, 0, edid, 256);
	ogd_plug(test);
	KUNIT_EXPECT_GT(test, ogd_modes(ogd, 0, &width, &height), 0);
	KUNIT_EXPECT_EQ(test, width, 1280);
	KUNIT_EXPECT_TRUE(test, ogd_has_mode(ogd, 1440, 900));
	KUNIT_EXPECT_EQ(test, ogd_connector(ogd, 0)->edid_blob_ptr->length,
			256);

	/* Garbage is as if it were not there. */
	memset(more, 0xa5, 128);
	fake_gpu_edid(ogd->gpu, 0, edid, 256);
	fake_gpu_hotplug(ogd->gpu);
	KUNIT_EXPECT_TRUE(test, fake_wait(ogd_modes(ogd, 0, &width, &height) &&
					  !ogd_has_mode(ogd, 1440, 900)));
	KUNIT_EXPECT_EQ(test, width, 1280);
	KUNIT_EXPECT_TRUE(test, ogd_connector(ogd, 0)->edid_blob_ptr);
}

/* The host resizes, connects and disconnects, slowly and fast. */
static void ogd_hotplug(struct kunit *test)
{
	struct ogd *ogd = test->priv;
	struct virtio_gpu_config config;
	u32 width, height, i;

	ogd_make(test, OGD_V1 | OGD_EDID, 2);
	fake_gpu_mode(ogd->gpu, 1, 640, 480, false);
	ogd_plug(test);
	KUNIT_EXPECT_EQ(test, ogd_modes(ogd, 1, &width, &height), 0);

	fake_gpu_mode(ogd->gpu, 1, 640, 480, true);
	fake_gpu_hotplug(ogd->gpu);
	KUNIT_EXPECT_TRUE(test, fake_wait(ogd_modes(ogd, 1, &width, &height) &&
					  width == 640 && height == 480));

	for (i = 0; i < 1000; i++) {
		fake_gpu_mode(ogd->gpu, 0, 800 + i, 600 + i, true);
		fake_gpu_hotplug(ogd->gpu);
		if (i % 10 == 0)
			fake_virtio_settle(ogd->gpu->fv);
	}
	KUNIT_EXPECT_TRUE(test, fake_wait(ogd_modes(ogd, 0, &width, &height) &&
					  width == 1799 && height == 1599));
	fake_gpu_mode(ogd->gpu, 1, 640, 480, false);
	fake_gpu_hotplug(ogd->gpu);
	KUNIT_EXPECT_TRUE(test, fake_wait(!ogd_modes(ogd, 1, &width, &height)));
	fake_virtio_config_peek(ogd->gpu->fv, 0, &config, sizeof(config));
	KUNIT_EXPECT_EQ(test, le32_to_cpu(config.events_read), 0);
}

/* An event that clearing does not clear must not keep a CPU for ever. */
static void ogd_event_stuck(struct fake_virtio *fv, unsigned int offset,
			    unsigned int len)
{
	const __le32 event = cpu_to_le32(VIRTIO_GPU_EVENT_DISPLAY);

	fake_virtio_config_poke(fv, 0, &event, sizeof(event));
}

static void ogd_endless_events(struct kunit *test)
{
	struct ogd *ogd = test->priv;
	struct fake_virtio_ops ops;
	unsigned int count;

	ogd_make(test, OGD_V1, 1);
	ops = *ogd->gpu->fv->ops;
	ops.config_read = ogd_event_stuck;
	ogd->gpu->fv->ops = &ops;
	ogd_plug(test);
	fake_virtio_config_raise(ogd->gpu->fv);
	msleep(1000);
	count = fake_gpu_count(ogd->gpu, VIRTIO_GPU_CMD_GET_DISPLAY_INFO);
	KUNIT_EXPECT_LT(test, count, 100);
	msleep(1000);
	KUNIT_EXPECT_EQ(test, count,
			fake_gpu_count(ogd->gpu,
				       VIRTIO_GPU_CMD_GET_DISPLAY_INFO));
	fake_virtio_unplug(ogd->gpu->fv);
	ogd->gpu->fv->ops = NULL;
}

static const struct ogd_layout {
	const char *name;
	u64 features;
} ogd_layouts[] = {
	{ "split", 0 },
	{ "split, event index and indirect", OGD_RINGS },
	{ "packed", OGD_PACKED },
	{ "packed, event index and indirect", OGD_PACKED | OGD_RINGS },
};

KUNIT_ARRAY_PARAM_DESC(ogd_layout, ogd_layouts, name);

/* Sixteen heads show sixteen pictures. */
static void ogd_pictures(struct kunit *test)
{
	const struct ogd_layout *c = test->param_value;
	struct drm_rect rect = ogd_all;
	struct ogd *ogd = test->priv;
	unsigned int i;

	ogd_make(test, OGD_V1 | c->features, 16);
	ogd_plug(test);
	ogd_open(test);
	for (i = 0; i < 16; i++) {
		rect.x2 = OGD_WIDTH + 8 * i;
		KUNIT_ASSERT_EQ(test, 0, ogd_buffer(ogd, i, rect.x2,
						    OGD_HEIGHT));
		ogd_draw(test, i, i, &rect);
		KUNIT_ASSERT_EQ(test, 0, ogd_show(ogd, i, true));
	}
	fake_virtio_settle(ogd->gpu->fv);
	for (i = 0; i < 16; i++) {
		rect.x2 = OGD_WIDTH + 8 * i;
		ogd_expect_picture(test, i, i, &rect);
	}
	ogd_expect_none_refused(test);

	for (i = 0; i < 16; i++) {
		KUNIT_EXPECT_EQ(test, 0, ogd_show(ogd, i, false));
		fake_virtio_settle(ogd->gpu->fv);
		KUNIT_EXPECT_EQ(test, ogd->gpu->scanouts[i].resource, 0);
	}
	ogd_close(ogd);
	KUNIT_EXPECT_TRUE(test,
			  fake_wait(!fake_gpu_resource_count(ogd->gpu)));
	ogd_expect_none_refused(test);
}

/* Showing a framebuffer that the host knows takes one kick. */
static void ogd_one_kick(struct kunit *test)
{
	struct ogd *ogd = test->priv;
	unsigned int before;

	ogd_make(test, OGD_V1, 1);
	ogd_plug(test);
	ogd_open(test);
	KUNIT_ASSERT_EQ(test, 0, ogd_buffer(ogd, 0, OGD_WIDTH, OGD_HEIGHT));
	fake_virtio_settle(ogd->gpu->fv);
	fake_gpu_forget(ogd->gpu);
	before = ogd->gpu->fv->queues[0].kicks;
	KUNIT_ASSERT_EQ(test, 0, ogd_show(ogd, 0, true));
	fake_virtio_settle(ogd->gpu->fv);
	KUNIT_EXPECT_EQ(test, ogd->gpu->fv->queues[0].kicks, before + 1);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ogd->gpu, 0), 3);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ogd->gpu,
					     VIRTIO_GPU_CMD_SET_SCANOUT), 1);
}

/* What was drawn and told arrives; what was not told stays away. */
static void ogd_dirty(struct kunit *test)
{
	struct drm_rect rect = DRM_RECT_INIT(100, 50, 64, 32);
	struct drm_rect rest = DRM_RECT_INIT(0, 100, OGD_WIDTH, 140);
	struct fake_gpu_cmd cmd;
	struct ogd *ogd = test->priv;

	ogd_lit(test, 0);
	fake_gpu_forget(ogd->gpu);
	ogd_draw(test, 0, 2, &ogd_all);
	KUNIT_EXPECT_EQ(test, 0, drm_client_framebuffer_flush(ogd->buffers[0],
							      &rect));
	fake_virtio_settle(ogd->gpu->fv);
	KUNIT_EXPECT_EQ(test, fake_gpu_count(ogd->gpu,
					     VIRTIO_GPU_CMD_RESOURCE_FLUSH), 1);
	ogd_expect_picture(test, 0, 2, &rect);
	ogd_expect_picture(test, 0, 1, &rest);
	KUNIT_ASSERT_GE(test, fake_gpu_find(ogd->gpu,
					    VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
					    0, &cmd), 0);
	KUNIT_EXPECT_LE(test, cmd.rect.width * cmd.rect.height, 128 * 64);

	KUNIT_EXPECT_EQ(test, 0, drm_client_framebuffer_flush(ogd->buffers[0],
							      NULL));
	fake_virtio_settle(ogd->gpu->fv);
	ogd_expect_picture(test, 0, 2, &ogd_all);
}

/*
 * A command goes wrong while a picture is shown. The caller gets an answer, in
 * time, and the next picture is right unless the ring is broken.
 */
static const struct ogd_mishap {
	const char *name;
	u32 key;
	enum fake_fault_kind kind;
	u32 value;
	bool create_fails;
	bool broken;
} ogd_mishaps[] = {
	{ "no memory for the resource", VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
	  FAKE_FAULT_TYPE, VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY, true },
	{ "resource never answered", VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
	  FAKE_FAULT_NEVER, 0, true },
	{ "resource answered late", VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
	  FAKE_FAULT_LATE, 0, true },
	{ "backing refused", VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING,
	  FAKE_FAULT_TYPE, VIRTIO_GPU_RESP_ERR_UNSPEC, true },
	{ "backing never answered", VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING,
	  FAKE_FAULT_NEVER, 0, true },
	{ "backing answered with garbage",
	  VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING, FAKE_FAULT_GARBAGE, 0xaa,
	  true },
	{ "scanout refused", VIRTIO_GPU_CMD_SET_SCANOUT, FAKE_FAULT_TYPE,
	  VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER },
	{ "scanout never answered", VIRTIO_GPU_CMD_SET_SCANOUT,
	  FAKE_FAULT_NEVER },
	{ "transfer refused", VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
	  FAKE_FAULT_TYPE, VIRTIO_GPU_RESP_ERR_UNSPEC },
	{ "transfer never answered", VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
	  FAKE_FAULT_NEVER },
	{ "transfer answered late", VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
	  FAKE_FAULT_LATE },
	{ "flush refused", VIRTIO_GPU_CMD_RESOURCE_FLUSH, FAKE_FAULT_TYPE,
	  VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID },
	{ "flush never answered", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_NEVER },
	{ "flush answered late", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_LATE },
	{ "flush answered too short", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_SHORT, 4 },
	{ "flush answered with 4 GB", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_LENGTH, U32_MAX },
	{ "flush without interrupt", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_LOST_IRQ },
	{ "flush answered twice", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_TWICE, 0, false, true },
	{ "flush with a bad id", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_BAD_ID, 1000, false, true },
	{ "ring broken in a flush", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_BREAK, 0, false, true },
	{ "reset needed in a flush", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_NEEDS_RESET, 0, false, true },
};

KUNIT_ARRAY_PARAM_DESC(ogd_mishap, ogd_mishaps, name);

static void ogd_mishap_survived(struct kunit *test)
{
	const struct ogd_mishap *c = test->param_value;
	unsigned long start = jiffies;
	struct ogd *ogd = test->priv;
	int err;

	ogd_make(test, OGD_V1, 1);
	ogd_plug(test);
	ogd_open(test);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ogd->gpu->fv,
						&(struct fake_fault) {
		.kind = c->kind, .key = c->key, .value = c->value, .count = 1,
		.delay_ms = 300 }));
	err = ogd_buffer(ogd, 0, OGD_WIDTH, OGD_HEIGHT);
	KUNIT_EXPECT_EQ(test, !!err, c->create_fails);
	if (err)
		KUNIT_ASSERT_EQ(test, 0, ogd_buffer(ogd, 0, OGD_WIDTH,
						    OGD_HEIGHT));
	ogd_show(ogd, 0, true);
	KUNIT_EXPECT_EQ(test, fake_fault_hits(ogd->gpu->fv), 1);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, start + 30 * HZ));
	if (c->broken)
		return;

	/* Off and on again, so that no state of before is relied on. */
	msleep(6000);
	ogd_draw(test, 0, 3, &ogd_all);
	KUNIT_EXPECT_EQ(test, 0, ogd_show(ogd, 0, false));
	KUNIT_EXPECT_EQ(test, 0, ogd_show(ogd, 0, true));
	fake_virtio_settle(ogd->gpu->fv);
	ogd_expect_picture(test, 0, 3, &ogd_all);
}

/* A picture that the host does not show is a bad link, to programs. */
static void ogd_refusal_told(struct kunit *test)
{
	struct ogd *ogd = test->priv;
	struct drm_connector *connector;

	ogd_lit(test, 0);
	connector = &to_ovgpu(ogd->drm)->outputs[0].connector;
	KUNIT_EXPECT_EQ(test, connector->state->link_status,
			DRM_MODE_LINK_STATUS_GOOD);

	KUNIT_ASSERT_EQ(test, 0, ogd_show(ogd, 0, false));
	ogd_fault(test, FAKE_FAULT_TYPE, VIRTIO_GPU_CMD_SET_SCANOUT,
		  VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER, 1);
	KUNIT_EXPECT_EQ(test, 0, ogd_show(ogd, 0, true));
	KUNIT_EXPECT_TRUE(test,
			  fake_wait(connector->state->link_status ==
				    DRM_MODE_LINK_STATUS_BAD));
}

/* A mishap, and then the device goes, in the two ways it can. */
static void ogd_mishap_removed(struct kunit *test)
{
	const struct ogd_mishap *c = test->param_value;
	struct ogd *ogd = test->priv;

	ogd_lit(test, 0);
	ogd_fault(test, c->kind, c->key, c->value, FAKE_FAULT_FOREVER);
	drm_client_framebuffer_flush(ogd->buffers[0], NULL);
	fake_virtio_unplug(ogd->gpu->fv);
	/* The program notices only now. */
	ogd_draw(test, 0, 4, &ogd_all);
	drm_client_framebuffer_flush(ogd->buffers[0], NULL);
}

static void ogd_yanked(struct kunit *test)
{
	struct ogd *ogd = test->priv;

	ogd_lit(test, 0);
	ogd_fault(test, FAKE_FAULT_NEVER, 0, 0, FAKE_FAULT_FOREVER);
	fake_virtio_yank(ogd->gpu->fv);
	ogd_close(ogd);
}

static void ogd_unbind_bind(struct kunit *test)
{
	struct ogd *ogd = test->priv;
	struct device *dev;
	unsigned int i;

	ogd_make(test, OGD_V1 | OGD_EDID, 4);
	ogd_plug(test);
	dev = &ogd->gpu->fv->vdev->dev;
	for (i = 0; i < 5; i++) {
		device_release_driver(dev);
		KUNIT_EXPECT_FALSE(test, fake_virtio_bound(ogd->gpu->fv));
		KUNIT_EXPECT_EQ(test, ogd->gpu->fv->nqueues, 0);
		KUNIT_EXPECT_EQ(test, fake_gpu_resource_count(ogd->gpu), 0);
		KUNIT_ASSERT_EQ(test, device_attach(dev), 1);
	}
}

/* In the task that probes, when all DRM objects are made. */
static void ogd_sweep_begins(struct fake_virtio *fv, u8 status)
{
	struct fake_gpu *gpu = fv->priv;
	struct ogd *ogd = gpu->priv;

	if (status & VIRTIO_CONFIG_S_DRIVER_OK)
		fake_fail_arm(ogd->fail_nth);
}

/*
 * Every allocation fails once that asking the device for its displays takes,
 * which is over when probe fails although the device was asked. What comes
 * before and after is mostly DRM making and showing its objects, and DRM, in
 * v6.12 at least, does not survive all of that itself: it puts an error pointer
 * if there is no memory for a minor's device, destroys a managed CRTC by a
 * function that is not there, and forgets that registering has failed.
 */
static void ogd_probe_sweep(struct kunit *test)
{
	struct ogd *ogd = test->priv;
	struct fake_virtio_ops ops;
	bool bound;

	ogd_make(test, OGD_V1 | OGD_EDID, 16);
	ops = *ogd->gpu->fv->ops;
	ops.status = ogd_sweep_begins;
	ogd->gpu->fv->ops = &ops;
	ogd->gpu->priv = ogd;
	do {
		ogd->fail_nth++;
		fake_gpu_forget(ogd->gpu);
		KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ogd->gpu->fv));
		KUNIT_ASSERT_TRUE(test, fake_fail_disarm());
		bound = fake_virtio_bound(ogd->gpu->fv);
		fake_virtio_unplug(ogd->gpu->fv);
	} while (bound || !fake_gpu_count(ogd->gpu, VIRTIO_GPU_CMD_GET_EDID));
	kunit_info(test, "%u allocations failed, one by one\n",
		   ogd->fail_nth - 1);
	KUNIT_EXPECT_GT(test, ogd->fail_nth, 30);
	ogd->gpu->fv->ops = NULL;
}

/* The old page flip, as of a program that wants an event for it. */
static int ogd_flip(struct ogd *ogd, struct drm_framebuffer *fb)
{
	struct drm_crtc *crtc = ogd_crtc(ogd, 0);
	struct drm_pending_vblank_event *event;
	struct drm_modeset_acquire_ctx ctx;
	int err;

	event = kzalloc(sizeof(*event), GFP_KERNEL);
	if (!event)
		return -ENOMEM;

	event->event.base.type = DRM_EVENT_FLIP_COMPLETE;
	event->event.base.length = sizeof(event->event.vbl);
	err = drm_event_reserve_init(ogd->drm, ogd->client.file, &event->base,
				     &event->event.base);
	if (err) {
		kfree(event);
		return err;
	}

	DRM_MODESET_LOCK_ALL_BEGIN(ogd->drm, ctx, 0, err);
	err = crtc->funcs->page_flip(crtc, fb, event, 0, &ctx);
	DRM_MODESET_LOCK_ALL_END(ogd->drm, ctx, err);
	if (err)
		drm_event_cancel_free(ogd->drm, &event->base);

	return err;
}

/* Reads an event, as the program would. */
static bool ogd_flipped(struct ogd *ogd)
{
	struct drm_file *file = ogd->client.file;
	struct drm_pending_event *event;

	spin_lock_irq(&ogd->drm->event_lock);
	event = list_first_entry_or_null(&file->event_list,
					 struct drm_pending_event, link);
	if (event) {
		list_del(&event->link);
		file->event_space += event->event->length;
	}
	spin_unlock_irq(&ogd->drm->event_lock);
	kfree(event);

	return event;
}

/* Each flip is one kick, one event, one frame long, and the right picture. */
static void ogd_flips(struct kunit *test)
{
	struct drm_framebuffer *fb;
	struct ogd *ogd = test->priv;
	unsigned int i, kicks;
	ktime_t start;

	ogd_lit(test, 0);
	KUNIT_ASSERT_EQ(test, 0, ogd_buffer(ogd, 1, OGD_WIDTH, OGD_HEIGHT));
	fake_virtio_settle(ogd->gpu->fv);
	start = ktime_get();
	for (i = 0; i < 20; i++) {
		swap(ogd->buffers[0], ogd->buffers[1]);
		fb = ogd->buffers[0]->fb;
		ogd_draw(test, 0, i, &ogd_all);
		kicks = ogd->gpu->fv->queues[0].kicks;
		KUNIT_ASSERT_EQ(test, 0, ogd_flip(ogd, fb));
		KUNIT_EXPECT_EQ(test, ogd_flip(ogd, fb), -EBUSY);
		KUNIT_ASSERT_TRUE(test, fake_wait(ogd_flipped(ogd)));
		KUNIT_EXPECT_EQ(test, ogd->gpu->fv->queues[0].kicks, kicks + 1);
		ogd_expect_picture(test, 0, i, &ogd_all);
	}
	/* At 60 Hz there are 16.6 ms from one to the next. */
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 19 * 16);
	KUNIT_EXPECT_FALSE(test, ogd_flipped(ogd));
	ogd_expect_none_refused(test);
}

static const struct ogd_flip_mishap {
	const char *name;
	u32 key;
	enum fake_fault_kind kind;
	u32 value;
} ogd_flip_mishaps[] = {
	{ "transfer never", VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
	  FAKE_FAULT_NEVER },
	{ "scanout refused", VIRTIO_GPU_CMD_SET_SCANOUT, FAKE_FAULT_TYPE,
	  VIRTIO_GPU_RESP_ERR_UNSPEC },
	{ "flush refused", VIRTIO_GPU_CMD_RESOURCE_FLUSH, FAKE_FAULT_TYPE,
	  VIRTIO_GPU_RESP_ERR_UNSPEC },
	{ "flush never", VIRTIO_GPU_CMD_RESOURCE_FLUSH, FAKE_FAULT_NEVER },
	{ "flush garbage", VIRTIO_GPU_CMD_RESOURCE_FLUSH, FAKE_FAULT_GARBAGE },
	{ "flush without interrupt", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_LOST_IRQ },
	{ "flush with a bad id", VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	  FAKE_FAULT_BAD_ID, 999 },
	{ "broken", VIRTIO_GPU_CMD_RESOURCE_FLUSH, FAKE_FAULT_BREAK },
	{ "needs reset", VIRTIO_GPU_CMD_SET_SCANOUT, FAKE_FAULT_NEEDS_RESET },
};

KUNIT_ARRAY_PARAM_DESC(ogd_flip_mishap, ogd_flip_mishaps, name);

/* The event comes, also from a host that does not. */
static void ogd_flip_event(struct kunit *test)
{
	const struct ogd_flip_mishap *c = test->param_value;
	struct ogd *ogd = test->priv;

	ogd_lit(test, 0);
	KUNIT_ASSERT_EQ(test, 0, ogd_buffer(ogd, 1, OGD_WIDTH, OGD_HEIGHT));
	ogd_fault(test, c->kind, c->key, c->value, FAKE_FAULT_FOREVER);
	KUNIT_EXPECT_EQ(test, 0, ogd_flip(ogd, ogd->buffers[1]->fb));
	msleep(6000);
	KUNIT_EXPECT_TRUE(test, ogd_flipped(ogd));
	KUNIT_EXPECT_FALSE(test, ogd_flipped(ogd));
}

/* Flips that are in work when the device goes are over with it. */
static void ogd_flip_removed(struct kunit *test)
{
	struct ogd *ogd = test->priv;

	ogd_lit(test, 0);
	KUNIT_ASSERT_EQ(test, 0, ogd_buffer(ogd, 1, OGD_WIDTH, OGD_HEIGHT));
	ogd_fault(test, FAKE_FAULT_NEVER, 0, 0, FAKE_FAULT_FOREVER);
	KUNIT_EXPECT_EQ(test, 0, ogd_flip(ogd, ogd->buffers[1]->fb));
	fake_virtio_unplug(ogd->gpu->fv);
	KUNIT_EXPECT_TRUE(test, fake_wait(ogd_flipped(ogd)));
}

/* Puts the cursor somewhere, or hides it. */
static int ogd_cursor(struct ogd *ogd, struct drm_framebuffer *fb, int x, int y)
{
	struct drm_crtc *crtc = ogd_crtc(ogd, 0);
	struct drm_plane *plane = crtc->cursor;
	struct drm_modeset_acquire_ctx ctx;
	int err;

	DRM_MODESET_LOCK_ALL_BEGIN(ogd->drm, ctx, 0, err);
	if (fb)
		err = plane->funcs->update_plane(plane, crtc, fb, x, y,
						 fb->width, fb->height, 0, 0,
						 fb->width << 16,
						 fb->height << 16, &ctx);
	else
		err = plane->funcs->disable_plane(plane, &ctx);
	DRM_MODESET_LOCK_ALL_END(ogd->drm, ctx, err);

	return err;
}

/* A head with a picture and a buffer for a cursor, drawn with @seed. */
static struct drm_framebuffer *ogd_cursor_fb(struct kunit *test, u32 seed)
{
	const struct drm_rect all = DRM_RECT_INIT(0, 0, 64, 64);
	struct drm_client_buffer *buffer;
	struct ogd *ogd = test->priv;

	buffer = drm_client_framebuffer_create(&ogd->client, 64, 64,
					       DRM_FORMAT_ARGB8888);
	KUNIT_ASSERT_FALSE(test, IS_ERR(buffer));
	KUNIT_ASSERT_NULL(test, ogd->buffers[seed]);
	ogd->buffers[seed] = buffer;
	ogd_draw(test, seed, seed, &all);
	return buffer->fb;
}

static void ogd_expect_cursor(struct kunit *test, u32 seed)
{
	struct ogd *ogd = test->priv;
	struct fake_gpu_scanout *head = &ogd->gpu->scanouts[0];
	u32 x, y, pixel = 0;

	for (y = 0; y < 64; y += 3) {
		for (x = 0; x < 64; x += 3) {
			KUNIT_ASSERT_EQ(test, 0,
					fake_gpu_resource_pixel(ogd->gpu,
								head->cursor,
								x, y, &pixel));
			KUNIT_ASSERT_EQ(test, pixel & 0xffffff,
					ogd_color(seed, x, y, seed));
		}
	}
}

static void ogd_cursor_shown(struct kunit *test)
{
	struct drm_framebuffer *one, *two;
	struct fake_gpu_scanout *head;
	struct ogd *ogd = test->priv;
	unsigned int kicks;
	int i;

	ogd_lit(test, 0);
	one = ogd_cursor_fb(test, 1);
	two = ogd_cursor_fb(test, 2);
	head = &ogd->gpu->scanouts[0];
	KUNIT_ASSERT_EQ(test, 0, ogd_cursor(ogd, one, 10, 20));
	KUNIT_EXPECT_TRUE(test, fake_wait(head->cursor));
	ogd_expect_cursor(test, 1);

	/* Moving is between the driver and the cursor queue alone. */
	kicks = ogd->gpu->fv->queues[0].kicks;
	for (i = 0; i < 50; i++)
		KUNIT_ASSERT_EQ(test, 0, ogd_cursor(ogd, one, 20 + i, 30 + i));
	KUNIT_EXPECT_TRUE(test, fake_wait(head->cursor_x == 69 &&
					  head->cursor_y == 79));
	KUNIT_EXPECT_EQ(test, ogd->gpu->fv->queues[0].kicks, kicks);

	KUNIT_ASSERT_EQ(test, 0, ogd_cursor(ogd, two, 69, 79));
	fake_virtio_settle(ogd->gpu->fv);
	ogd_expect_cursor(test, 2);
	KUNIT_ASSERT_EQ(test, 0, ogd_cursor(ogd, NULL, 0, 0));
	KUNIT_EXPECT_TRUE(test, fake_wait(!head->cursor));
	ogd_expect_none_refused(test);
}

/* The plane's state is that of the place, wherever that is. */
static void ogd_cursor_places(struct kunit *test)
{
	struct fake_gpu_scanout *head;
	struct drm_framebuffer *fb;
	struct drm_plane *plane;
	struct ogd *ogd = test->priv;

	ogd_lit(test, 0);
	fb = ogd_cursor_fb(test, 1);
	head = &ogd->gpu->scanouts[0];
	plane = ogd_crtc(ogd, 0)->cursor;
	KUNIT_ASSERT_EQ(test, 0, ogd_cursor(ogd, fb, 10, 20));
	KUNIT_EXPECT_TRUE(test, fake_wait(head->cursor));

	KUNIT_EXPECT_EQ(test, 0, ogd_cursor(ogd, fb, -100, -200));
	KUNIT_EXPECT_TRUE(test, fake_wait((s32)head->cursor_x == -100 &&
					  (s32)head->cursor_y == -200));
	KUNIT_EXPECT_FALSE(test, plane->state->visible);

	KUNIT_EXPECT_EQ(test, -ERANGE, ogd_cursor(ogd, fb, INT_MAX, 0));
	KUNIT_EXPECT_EQ(test, -ERANGE, ogd_cursor(ogd, fb, 0, INT_MAX));
	KUNIT_EXPECT_EQ(test, plane->state->crtc_x, -100);

	KUNIT_EXPECT_EQ(test, 0, ogd_cursor(ogd, fb, -4, 6));
	KUNIT_EXPECT_TRUE(test, fake_wait((s32)head->cursor_x == -4 &&
					  head->cursor_y == 6));
	KUNIT_EXPECT_TRUE(test, plane->state->visible);
	KUNIT_EXPECT_EQ(test, plane->state->dst.x1, 0);
	KUNIT_EXPECT_EQ(test, plane->state->dst.x2, 60);
	KUNIT_EXPECT_EQ(test, plane->state->src.x1, 4 << 16);
	ogd_expect_none_refused(test);
}

/* A host that does not answer is not waited for, and hears the last word. */
static void ogd_cursor_slow(struct kunit *test)
{
	struct drm_framebuffer *fb;
	struct fake_gpu_scanout *head;
	struct ogd *ogd = test->priv;
	unsigned long start;
	int i;

	ogd_lit(test, 0);
	fb = ogd_cursor_fb(test, 1);
	head = &ogd->gpu->scanouts[0];
	KUNIT_ASSERT_EQ(test, 0, ogd_cursor(ogd, fb, 1, 1));
	KUNIT_EXPECT_TRUE(test, fake_wait(head->cursor));

	fake_queue_stop(&ogd->gpu->fv->queues[FAKE_GPU_CURSORQ]);
	start = jiffies;
	for (i = 0; i < 200; i++)
		KUNIT_ASSERT_EQ(test, 0, ogd_cursor(ogd, fb, i, i));
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, start + HZ));
	fake_queue_start(&ogd->gpu->fv->queues[FAKE_GPU_CURSORQ]);
	KUNIT_EXPECT_TRUE(test, fake_wait(head->cursor_x == 199));
	KUNIT_EXPECT_LT(test, fake_gpu_count(ogd->gpu,
					     VIRTIO_GPU_CMD_MOVE_CURSOR), 10);
}

/* The cursor queue goes wrong, and then the device goes. */
static const struct ogd_cursor_mishap {
	const char *name;
	u32 key;
	enum fake_fault_kind kind;
	u32 value;
} ogd_cursor_mishaps[] = {
	{ "never", VIRTIO_GPU_CMD_UPDATE_CURSOR, FAKE_FAULT_NEVER },
	{ "late", VIRTIO_GPU_CMD_UPDATE_CURSOR, FAKE_FAULT_LATE },
	{ "bad id", VIRTIO_GPU_CMD_UPDATE_CURSOR, FAKE_FAULT_BAD_ID, 999 },
	{ "twice", VIRTIO_GPU_CMD_UPDATE_CURSOR, FAKE_FAULT_TWICE },
	{ "length", VIRTIO_GPU_CMD_UPDATE_CURSOR, FAKE_FAULT_LENGTH, 4096 },
	{ "lost interrupt", VIRTIO_GPU_CMD_UPDATE_CURSOR, FAKE_FAULT_LOST_IRQ },
	{ "broken", VIRTIO_GPU_CMD_UPDATE_CURSOR, FAKE_FAULT_BREAK },
	{ "image refused", VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D, FAKE_FAULT_TYPE,
	  VIRTIO_GPU_RESP_ERR_UNSPEC },
	{ "image never", VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D, FAKE_FAULT_NEVER },
	{ "no memory for the image", VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
	  FAKE_FAULT_TYPE, VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY },
};

KUNIT_ARRAY_PARAM_DESC(ogd_cursor_mishap, ogd_cursor_mishaps, name);

static void ogd_cursor_removed(struct kunit *test)
{
	const struct ogd_cursor_mishap *c = test->param_value;
	struct drm_framebuffer *fb;
	struct ogd *ogd = test->priv;
	int i;

	ogd_lit(test, 0);
	fb = ogd_cursor_fb(test, 1);
	ogd_fault(test, c->kind, c->key, c->value, FAKE_FAULT_FOREVER);
	for (i = 0; i < 20; i++)
		ogd_cursor(ogd, fb, i, i);
	KUNIT_EXPECT_TRUE(test, fake_wait(fake_fault_hits(ogd->gpu->fv)));
	msleep(100);
	fake_virtio_unplug(ogd->gpu->fv);
}

/* What a program may ask a buffer to be. */
static const struct ogd_dumb {
	const char *name;
	u32 width;
	u32 height;
	u32 bpp;
	u32 flags;
	int want;
} ogd_dumbs[] = {
	{ "usual", 64, 64, 32, 0, 0 },
	{ "a pixel", 1, 1, 32, 0, 0 },
	{ "odd", 1366, 3, 32, 0, 0 },
	{ "16 bits", 64, 64, 16, 0, -EINVAL },
	{ "no bits", 64, 64, 0, 0, -EINVAL },
	{ "no width", 0, 64, 32, 0, -EINVAL },
	{ "no height", 64, 0, 32, 0, -EINVAL },
	{ "wider than a picture", 65536, 1, 32, 0, 0 },
	{ "higher than a picture", 1, 65536, 32, 0, 0 },
	{ "too wide", 0x10000001, 1, 32, 0, -EINVAL },
	{ "too large", 65536, 65536, 32, 0, -EINVAL },
	{ "so large that it overflows", U32_MAX, U32_MAX, 32, 0, -EINVAL },
	{ "flags", 64, 64, 32, 1, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(ogd_dumb, ogd_dumbs, name);

static void ogd_dumb_create(struct kunit *test)
{
	const struct ogd_dumb *c = test->param_value;
	struct drm_mode_create_dumb args = { .width = c->width,
					     .height = c->height,
					     .bpp = c->bpp,
					     .flags = c->flags };
	struct ogd *ogd = test->priv;

	ogd_make(test, OGD_V1, 1);
	ogd_plug(test);
	ogd_open(test);
	KUNIT_ASSERT_EQ(test, ogd->drm->driver->dumb_create(ogd->client.file,
							    ogd->drm, &args),
			c->want);
	if (c->want)
		return;

	KUNIT_EXPECT_NE(test, args.handle, 0);
	KUNIT_EXPECT_GE(test, args.pitch, c->width * 4);
	KUNIT_EXPECT_GE(test, args.size, (u64)args.pitch * c->height);
	KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(args.size));
}

/* What a program may ask a framebuffer on 64x64 pixels to be. */
static const struct ogd_fb {
	const char *name;
	u32 width;
	u32 height;
	u32 pitch;
	u32 offset;
	u32 format;
	u64 modifier;
	u32 handle;
	bool good;
} ogd_fbs[] = {
	{ "whole", 64, 64, 256, 0, DRM_FORMAT_XRGB8888, 0, 0, true },
	{ "with alpha", 64, 64, 256, 0, DRM_FORMAT_ARGB8888, 0, 0, true },
	{ "red first", 64, 64, 256, 0, DRM_FORMAT_RGBA8888, 0, 0, true },
	{ "a part", 32, 32, 256, 128, DRM_FORMAT_XRGB8888, 0, 0, true },
	{ "last pixel", 1, 1, 256, 16380, DRM_FORMAT_XRGB8888, 0, 0, true },
	{ "a pixel further", 1, 1, 256, 16384, DRM_FORMAT_XRGB8888 },
	{ "higher than the buffer", 64, 65, 256, 0, DRM_FORMAT_XRGB8888 },
	{ "wider than the buffer", 65, 64, 260, 0, DRM_FORMAT_XRGB8888 },
	{ "moved out of the buffer", 64, 64, 256, 4, DRM_FORMAT_XRGB8888 },
	{ "offset that overflows", 64, 64, 256, U32_MAX - 3,
	  DRM_FORMAT_XRGB8888 },
	{ "offset between pixels", 32, 32, 256, 2, DRM_FORMAT_XRGB8888 },
	{ "pitch too small", 64, 64, 252, 0, DRM_FORMAT_XRGB8888 },
	{ "pitch between pixels", 32, 32, 254, 0, DRM_FORMAT_XRGB8888 },
	{ "pitch that overflows", 64, 64, U32_MAX - 3, 0,
	  DRM_FORMAT_XRGB8888 },
	{ "16 bits", 64, 64, 256, 0, DRM_FORMAT_RGB565 },
	{ "planes", 64, 64, 256, 0, DRM_FORMAT_NV12 },
	{ "tiles", 64, 64, 256, 0, DRM_FORMAT_XRGB8888,
	  DRM_FORMAT_MOD_VENDOR_INTEL << 24 | 1 },
	{ "no buffer", 64, 64, 256, 0, DRM_FORMAT_XRGB8888, 0, 77 },
};

KUNIT_ARRAY_PARAM_DESC(ogd_fb, ogd_fbs, name);

static void ogd_fb_create(struct kunit *test)
{
	const struct ogd_fb *c = test->param_value;
	struct drm_mode_create_dumb dumb = { .width = 64, .height = 64,
					     .bpp = 32 };
	struct drm_mode_fb_cmd2 args = { .width = c->width,
					 .height = c->height,
					 .pixel_format = c->format,
					 .pitches[0] = c->pitch,
					 .offsets[0] = c->offset };
	struct ogd *ogd = test->priv;
	struct drm_framebuffer *fb;

	ogd_make(test, OGD_V1, 1);
	ogd_plug(test);
	ogd_open(test);
	KUNIT_ASSERT_EQ(test, 0,
			ogd->drm->driver->dumb_create(ogd->client.file,
						      ogd->drm, &dumb));
	args.handles[0] = c->handle ?: dumb.handle;
	if (c->modifier) {
		args.flags = DRM_MODE_FB_MODIFIERS;
		args.modifier[0] = c->modifier;
	}
	fb = ogd->drm->mode_config.funcs->fb_create(ogd->drm, ogd->client.file,
						    &args);
	KUNIT_EXPECT_EQ(test, !IS_ERR(fb), c->good);
	if (!IS_ERR(fb))
		drm_framebuffer_put(fb);
	fake_virtio_settle(ogd->gpu->fv);
	ogd_expect_none_refused(test);
}

static int ogd_sweep_setup(void *priv)
{
	return 0;
}

static int ogd_sweep_show(void *priv)
{
	struct ogd *ogd = priv;
	int err;

	err = ogd_buffer(ogd, 0, OGD_WIDTH, OGD_HEIGHT);
	return err ?: ogd_show(ogd, 0, true);
}

static void ogd_sweep_hide(void *priv, int err)
{
	struct ogd *ogd = priv;

	if (ogd->buffers[0])
		drm_client_framebuffer_delete(ogd->buffers[0]);
	ogd->buffers[0] = NULL;
}

/* Every allocation on the way from nothing to a picture fails once. */
static void ogd_show_sweep(struct kunit *test)
{
	static const struct fake_fail_ops ops = {
		.setup = ogd_sweep_setup,
		.run = ogd_sweep_show,
		.teardown = ogd_sweep_hide,
	};
	struct ogd *ogd = test->priv;
	int points;

	ogd_make(test, OGD_V1, 1);
	ogd_plug(test);
	ogd_open(test);
	points = fake_fail_sweep(&ops, ogd);
	kunit_info(test, "%d allocations failed, one by one\n", points);
	KUNIT_EXPECT_GT(test, points, 20);
	KUNIT_EXPECT_TRUE(test, fake_wait(!fake_gpu_resource_count(ogd->gpu)));
	ogd_expect_none_refused(test);
}

/*
 * Whatever comes to mind: random features and faults while a program shows,
 * flips, draws and moves, the same for the same round. The debugging aids judge.
 */
#define OGD_ROUNDS	25

static void ogd_random_fault(struct kunit *test, struct rnd_state *rnd)
{
	static const u32 keys[] = {
		FAKE_FAULT_ALL_KEYS,
		VIRTIO_GPU_CMD_GET_DISPLAY_INFO,
		VIRTIO_GPU_CMD_GET_EDID,
		VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
		VIRTIO_GPU_CMD_RESOURCE_UNREF,
		VIRTIO_GPU_CMD_SET_SCANOUT,
		VIRTIO_GPU_CMD_RESOURCE_FLUSH,
		VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
		VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING,
		VIRTIO_GPU_CMD_UPDATE_CURSOR,
		VIRTIO_GPU_CMD_MOVE_CURSOR,
	};
	const struct fake_fault fault = {
		.kind = prandom_u32_state(rnd) % (FAKE_FAULT_NEEDS_RESET + 1),
		.queue = FAKE_FAULT_ALL_QUEUES,
		.key = keys[prandom_u32_state(rnd) % ARRAY_SIZE(keys)],
		.skip = 3 + prandom_u32_state(rnd) % 30,
		.count = 1 + prandom_u32_state(rnd) % 3,
		.value = prandom_u32_state(rnd) >> prandom_u32_state(rnd) % 32,
		.delay_ms = prandom_u32_state(rnd) % 200,
	};
	struct ogd *ogd = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ogd->gpu->fv, &fault));
}

static void ogd_random_step(struct ogd *ogd, struct rnd_state *rnd)
{
	unsigned int i = prandom_u32_state(rnd) % 3;
	struct drm_client_buffer *buffer = ogd->buffers[i];

	switch (buffer ? prandom_u32_state(rnd) % 8 : 0) {
	case 0:
		if (!buffer)
			ogd_buffer(ogd, i, i ? 64 : OGD_WIDTH, i ? 64 :
				   OGD_HEIGHT);
		break;
	case 1:
		ogd->buffers[i] = NULL;
		drm_client_framebuffer_delete(buffer);
		break;
	case 2:
		ogd_show(ogd, i, true);
		break;
	case 3:
		ogd_show(ogd, i, false);
		break;
	case 4:
		drm_client_framebuffer_flush(buffer, NULL);
		break;
	case 5:
		ogd_flip(ogd, buffer->fb);
		ogd_flipped(ogd);
		break;
	case 6:
		fake_gpu_mode(ogd->gpu, i, 100 * i, 300, i);
		fake_gpu_hotplug(ogd->gpu);
		break;
	case 7:
		ogd_cursor(ogd, i ? buffer->fb : NULL, i, i);
		break;
	}
}

static void ogd_random_round(struct kunit *test, u64 seed)
{
	struct ogd *ogd = test->priv;
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, seed);
	ogd_make(test, OGD_V1 | (prandom_u32_state(&rnd) % 2 ? OGD_EDID : 0) |
		 (prandom_u32_state(&rnd) % 2 ? OGD_PACKED : OGD_RINGS), 3);
	for (i = 0; i < 3; i++)
		ogd_random_fault(test, &rnd);
	ogd_plug(test);
	ogd_open(test);
	for (i = 0; i < 50; i++)
		ogd_random_step(ogd, &rnd);
	if (prandom_u32_state(&rnd) % 2)
		fake_virtio_yank(ogd->gpu->fv);
	while (ogd_flipped(ogd))
		;
	ogd_close(ogd);
	fake_gpu_free(ogd->gpu);
	ogd->gpu = NULL;
}

static void ogd_random(struct kunit *test)
{
	u64 seed;

	for (seed = 1; seed <= OGD_ROUNDS; seed++)
		ogd_random_round(test, seed);
}

static struct kunit_case ogd_cases[] = {
	KUNIT_CASE_PARAM(ogd_binds, ogd_config_gen_params),
	KUNIT_CASE_PARAM(ogd_setup_fails, ogd_failure_gen_params),
	KUNIT_CASE_PARAM(ogd_monitor_seen, ogd_monitor_gen_params),
	KUNIT_CASE(ogd_edid_extension),
	KUNIT_CASE(ogd_hotplug),
	KUNIT_CASE(ogd_endless_events),
	KUNIT_CASE_PARAM(ogd_pictures, ogd_layout_gen_params),
	KUNIT_CASE(ogd_one_kick),
	KUNIT_CASE(ogd_dirty),
	KUNIT_CASE_PARAM(ogd_mishap_survived, ogd_mishap_gen_params),
	KUNIT_CASE(ogd_refusal_told),
	KUNIT_CASE_PARAM(ogd_mishap_removed, ogd_mishap_gen_params),
	KUNIT_CASE(ogd_yanked),
	KUNIT_CASE(ogd_flips),
	KUNIT_CASE_PARAM(ogd_flip_event, ogd_flip_mishap_gen_params),
	KUNIT_CASE(ogd_flip_removed),
	KUNIT_CASE(ogd_cursor_shown),
	KUNIT_CASE(ogd_cursor_places),
	KUNIT_CASE(ogd_cursor_slow),
	KUNIT_CASE_PARAM(ogd_cursor_removed, ogd_cursor_mishap_gen_params),
	KUNIT_CASE_PARAM(ogd_dumb_create, ogd_dumb_gen_params),
	KUNIT_CASE_PARAM(ogd_fb_create, ogd_fb_gen_params),
	KUNIT_CASE(ogd_unbind_bind),
	KUNIT_CASE(ogd_probe_sweep),
	KUNIT_CASE(ogd_show_sweep),
	KUNIT_CASE(ogd_random),
	{}
};

static struct kunit_suite ogd_suite = {
	.name = "ovgpu_device",
	.init = ogd_init,
	.exit = ogd_exit,
	.test_cases = ogd_cases,
};

kunit_test_suite(ogd_suite);

MODULE_DESCRIPTION("Orion: suite of the graphics driver on a device in memory");
MODULE_LICENSE("GPL");
