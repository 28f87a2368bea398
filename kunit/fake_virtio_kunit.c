// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the fake device do what its script says? Every other suite believes it.
 */

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "fake_driver.h"
#include "fake_fail.h"
#include "fake_virtio.h"

#define FVT_RING	8
#define FVT_KEY		'k'

/* A request: three bytes in two pieces to the device, four bytes back. */
struct fvt_request {
	struct scatterlist sg[3];
	struct scatterlist *sgs[3];
	u8 head[1];
	u8 tail[2];
	u8 answer[4];
};

struct fvt {
	struct fake_virtio *fv;
	struct fake_driver driver;
	struct fvt_request request;
	unsigned int callbacks;
	unsigned int changes;
	unsigned int recycled;
	u8 statuses[8];
	unsigned int nstatuses;
	unsigned int written;
};

/* The device: answers with the bytes it got, upside down, and their number. */
static void fvt_request(struct fake_chain *chain)
{
	u8 bytes[4] = {};
	u32 i, n;

	n = fake_chain_read(chain, 0, bytes, 3);
	for (i = 0; i < n; i++)
		bytes[i] = ~bytes[i];
	bytes[3] = n;
	fake_chain_answer(chain, fake_chain_write(chain, 0, bytes, 4));
}

static u32 fvt_key(struct fake_chain *chain)
{
	u8 key = 0;

	fake_chain_read(chain, 0, &key, 1);
	return key;
}

static void fvt_status(struct fake_virtio *fv, u8 status)
{
	struct fvt *fvt = fv->priv;

	if (fvt->nstatuses < ARRAY_SIZE(fvt->statuses))
		fvt->statuses[fvt->nstatuses++] = status;
}

static void fvt_config_written(struct fake_virtio *fv, unsigned int offset,
			       unsigned int len)
{
	struct fvt *fvt = fv->priv;

	fvt->written += len;
}

static const struct fake_virtio_ops fvt_ops = {
	.request = fvt_request,
	.key = fvt_key,
	.status = fvt_status,
	.config_written = fvt_config_written,
};

static void fvt_used(struct fake_driver *driver, struct virtqueue *vq)
{
	struct fvt *fvt = driver->priv;

	fvt->callbacks++;
}

static void fvt_changed(struct fake_driver *driver)
{
	struct fvt *fvt = driver->priv;

	fvt->changes++;
}

static void fvt_make(struct kunit *test, u64 features)
{
	const struct fake_virtio_param param = {
		.device_id = FAKE_DRIVER_ID,
		.features = features,
		.config = "abcdefgh",
		.config_len = 8,
		.queue_size = FVT_RING,
		.ops = &fvt_ops,
		.priv = test->priv,
	};
	struct fvt *fvt = test->priv;

	fvt->fv = fake_virtio_alloc(&param);
	KUNIT_ASSERT_NOT_NULL(test, fvt->fv);
}

static void fvt_plug(struct kunit *test, u64 features)
{
	struct fvt *fvt = test->priv;

	fvt_make(test, features);
	KUNIT_ASSERT_EQ(test, 0, fake_driver_plug(&fvt->driver, fvt->fv));
}

static int fvt_init(struct kunit *test)
{
	struct fvt *fvt = kunit_kzalloc(test, sizeof(*fvt), GFP_KERNEL);

	if (!fvt)
		return -ENOMEM;

	fvt->driver.used = fvt_used;
	fvt->driver.config_changed = fvt_changed;
	fvt->driver.priv = fvt;
	test->priv = fvt;
	return 0;
}

static void fvt_exit(struct kunit *test)
{
	struct fvt *fvt = test->priv;

	if (fvt)
		fake_virtio_free(fvt->fv);
}

/* Adds the request to a ring and kicks. */
static int fvt_send(struct fvt *fvt, struct virtqueue *vq, u8 key)
{
	struct fvt_request *request = &fvt->request;
	unsigned int i;
	int err;

	request->head[0] = key;
	request->tail[0] = 1;
	request->tail[1] = 2;
	memset(request->answer, 0xee, sizeof(request->answer));
	sg_init_one(&request->sg[0], request->head, sizeof(request->head));
	sg_init_one(&request->sg[1], request->tail, sizeof(request->tail));
	sg_init_one(&request->sg[2], request->answer, sizeof(request->answer));
	for (i = 0; i < 3; i++)
		request->sgs[i] = &request->sg[i];

	err = virtqueue_add_sgs(vq, request->sgs, 2, 1, request, GFP_KERNEL);
	if (!err)
		virtqueue_kick(vq);
	return err;
}

static void fvt_recycle(struct virtqueue *vq, void *buf)
{
	struct fake_driver *driver = dev_get_platdata(&vq->vdev->dev);
	struct fvt *fvt = driver->priv;

	fvt->recycled++;
}

#define FVT_V1		BIT_ULL(VIRTIO_F_VERSION_1)
#define FVT_PACKED	(FVT_V1 | BIT_ULL(VIRTIO_F_RING_PACKED))
#define FVT_EVENT	BIT_ULL(VIRTIO_RING_F_EVENT_IDX)
#define FVT_INDIRECT	BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC)
#define FVT_RESET	BIT_ULL(VIRTIO_F_RING_RESET)

static const struct fvt_layout {
	const char *name;
	u64 features;
} fvt_layouts[] = {
	{ "legacy", 0 },
	{ "split", FVT_V1 },
	{ "split, event index", FVT_V1 | FVT_EVENT },
	{ "split, indirect", FVT_V1 | FVT_INDIRECT },
	{ "split, both", FVT_V1 | FVT_INDIRECT | FVT_EVENT },
	{ "packed", FVT_PACKED },
	{ "packed, event index", FVT_PACKED | FVT_EVENT },
	{ "packed, indirect", FVT_PACKED | FVT_INDIRECT },
	{ "packed, both", FVT_PACKED | FVT_INDIRECT | FVT_EVENT },
};

KUNIT_ARRAY_PARAM_DESC(fvt_layout, fvt_layouts, name);

/* Many times around a small ring, so that every wrap happens. */
static void fvt_echo(struct kunit *test)
{
	const struct fvt_layout *layout = test->param_value;
	struct fvt *fvt = test->priv;
	struct fvt_request *request = &fvt->request;
	struct virtqueue *vq;
	unsigned int i, len;

	fvt_plug(test, layout->features);
	vq = fvt->driver.vqs[0];
	for (i = 0; i < 100; i++) {
		KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, vq, i));
		fake_virtio_settle(fvt->fv);
		KUNIT_ASSERT_PTR_EQ(test, virtqueue_get_buf(vq, &len), request);
		KUNIT_ASSERT_EQ(test, len, 4);
		KUNIT_ASSERT_EQ(test, request->answer[0], (u8)~i);
		KUNIT_ASSERT_EQ(test, request->answer[2], (u8)~2);
		KUNIT_ASSERT_EQ(test, request->answer[3], 3);
		virtqueue_enable_cb(vq);
	}

	KUNIT_EXPECT_EQ(test, fvt->callbacks, 100);
	KUNIT_EXPECT_EQ(test, fvt->fv->queues[0].kicks, 100);
	KUNIT_EXPECT_EQ(test, fvt->fv->queues[0].taken, 100);
	KUNIT_EXPECT_EQ(test, fvt->fv->nonsense, 0);
}

/* As many as fit, returned together: one interrupt if the driver says so. */
static void fvt_full_ring(struct kunit *test)
{
	const struct fvt_layout *layout = test->param_value;
	struct fvt *fvt = test->priv;
	struct virtqueue *vq;
	unsigned int len;
	unsigned int sent = 0, got = 0;

	fvt_plug(test, layout->features);
	vq = fvt->driver.vqs[0];
	fake_queue_stop(&fvt->fv->queues[0]);
	while (!fvt_send(fvt, vq, sent))
		sent++;
	KUNIT_EXPECT_GE(test, sent, FVT_RING / 3);

	virtqueue_disable_cb(vq);
	fake_queue_start(&fvt->fv->queues[0]);
	fake_virtio_settle(fvt->fv);
	KUNIT_EXPECT_EQ(test, fvt->fv->queues[0].returned, sent);
	while (virtqueue_get_buf(vq, &len))
		got++;
	KUNIT_EXPECT_EQ(test, got, sent);
	KUNIT_EXPECT_EQ(test, fvt->fv->nonsense, 0);
}

/* What the driver sees of one request, for each thing that can go wrong. */
static const struct fvt_fault {
	const char *name;
	struct fake_fault fault;
	bool back;
	unsigned int len;
	u8 first;
	bool callback;
	bool broken;
} fvt_faults[] = {
	{ "none", { FAKE_FAULT_NONE }, true, 4, (u8)~FVT_KEY, true },
	{ "never", { FAKE_FAULT_NEVER } },
	{ "late", { FAKE_FAULT_LATE, .delay_ms = 50 } },
	{ "short", { FAKE_FAULT_SHORT, .value = 1 }, true, 1, (u8)~FVT_KEY,
	  true },
	{ "short, nothing", { FAKE_FAULT_SHORT }, true, 0, 0xee, true },
	{ "length", { FAKE_FAULT_LENGTH, .value = 99 }, true, 99, (u8)~FVT_KEY,
	  true },
	{ "garbage", { FAKE_FAULT_GARBAGE, .value = 0x5a }, true, 4, 0x5a,
	  true },
	{ "twice", { FAKE_FAULT_TWICE }, true, 4, (u8)~FVT_KEY, true, true },
	{ "bad id", { FAKE_FAULT_BAD_ID, .value = 0x1234 }, false, 0,
	  (u8)~FVT_KEY, true, true },
	{ "lost interrupt", { FAKE_FAULT_LOST_IRQ }, true, 4, (u8)~FVT_KEY },
	{ "break", { FAKE_FAULT_BREAK }, false, 0, 0xee, false, true },
	{ "needs reset", { FAKE_FAULT_NEEDS_RESET } },
};

static void fvt_fault_check(struct kunit *test, u64 features)
{
	const struct fvt_fault *c = test->param_value;
	struct fvt *fvt = test->priv;
	struct fake_fault fault = c->fault;
	struct fvt_request *back;
	struct virtqueue *vq;
	unsigned int len = 0;

	fvt_plug(test, features);
	vq = fvt->driver.vqs[0];
	fault.key = FVT_KEY;
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(fvt->fv, &fault));
	KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, vq, FVT_KEY));
	fake_virtio_settle(fvt->fv);

	KUNIT_EXPECT_EQ(test, !!fvt->callbacks, c->callback);
	back = virtqueue_get_buf(vq, &len);
	KUNIT_EXPECT_EQ(test, !!back, c->back);
	KUNIT_EXPECT_EQ(test, fake_fault_hits(fvt->fv), 1);
	if (c->back || c->first)
		KUNIT_EXPECT_EQ(test, fvt->request.answer[0], c->first);
	if (c->back)
		KUNIT_EXPECT_EQ(test, len, c->len);

	virtqueue_get_buf(vq, &len);
	KUNIT_EXPECT_EQ(test, virtqueue_is_broken(vq), c->broken);
}

static void fvt_fault_split(struct kunit *test)
{
	fvt_fault_check(test, FVT_V1);
}

static void fvt_fault_packed(struct kunit *test)
{
	fvt_fault_check(test, FVT_PACKED);
}

KUNIT_ARRAY_PARAM_DESC(fvt_fault, fvt_faults, name);

static void fvt_late_comes(struct kunit *test)
{
	struct fvt *fvt = test->priv;
	struct virtqueue *vq;
	unsigned int len;

	fvt_plug(test, FVT_V1);
	vq = fvt->driver.vqs[0];
	fake_fault_add(fvt->fv, &(struct fake_fault) {
		.kind = FAKE_FAULT_LATE, .queue = FAKE_FAULT_ALL_QUEUES,
		.delay_ms = 30 });
	KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, vq, 1));
	fake_virtio_settle(fvt->fv);
	KUNIT_EXPECT_EQ(test, fake_queue_count(&fvt->fv->queues[0]), 1);
	KUNIT_EXPECT_TRUE(test, fake_wait(fvt->callbacks));
	KUNIT_EXPECT_NOT_NULL(test, virtqueue_get_buf(vq, &len));
	KUNIT_EXPECT_EQ(test, fake_queue_count(&fvt->fv->queues[0]), 0);
}

/* What never comes can be served by hand, and other requests are not held up. */
static void fvt_never_overtaken(struct kunit *test)
{
	struct fvt *fvt = test->priv;
	struct fake_queue *fvq;
	struct virtqueue *vq;
	unsigned int len;

	fvt_plug(test, FVT_V1);
	fvq = &fvt->fv->queues[0];
	vq = fvt->driver.vqs[0];
	fake_fault_add(fvt->fv, &(struct fake_fault) {
		.kind = FAKE_FAULT_NEVER, .key = FVT_KEY });
	KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, vq, FVT_KEY));
	fake_virtio_settle(fvt->fv);
	KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, vq, 'x'));
	fake_virtio_settle(fvt->fv);
	KUNIT_EXPECT_NOT_NULL(test, virtqueue_get_buf(vq, &len));
	KUNIT_EXPECT_NULL(test, virtqueue_get_buf(vq, &len));

	KUNIT_ASSERT_NOT_NULL(test, fake_queue_held(fvq));
	fake_chain_serve(fake_queue_held(fvq));
	KUNIT_EXPECT_NULL(test, fake_queue_held(fvq));
	KUNIT_EXPECT_NOT_NULL(test, virtqueue_get_buf(vq, &len));
}

static void fvt_script_order(struct kunit *test)
{
	static const u32 want[] = { 4, 7, 7, 4, 9, 4 };
	struct fvt *fvt = test->priv;
	struct virtqueue *vq;
	unsigned int i, len;

	fvt_plug(test, FVT_V1);
	vq = fvt->driver.vqs[0];
	fake_fault_add(fvt->fv, &(struct fake_fault) {
		.kind = FAKE_FAULT_LENGTH, .value = 7, .skip = 1, .count = 2 });
	fake_fault_add(fvt->fv, &(struct fake_fault) {
		.kind = FAKE_FAULT_LENGTH, .value = 8, .key = FVT_KEY });
	fake_fault_add(fvt->fv, &(struct fake_fault) {
		.kind = FAKE_FAULT_LENGTH, .value = 9, .skip = 2, .count = 1 });
	fake_fault_add(fvt->fv, &(struct fake_fault) {
		.kind = FAKE_FAULT_LENGTH, .value = 10, .queue = 1 });

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, vq, 'x'));
		fake_virtio_settle(fvt->fv);
		KUNIT_ASSERT_NOT_NULL(test, virtqueue_get_buf(vq, &len));
		KUNIT_EXPECT_EQ_MSG(test, len, want[i], "request %u", i);
	}
	KUNIT_EXPECT_EQ(test, fake_fault_hits(fvt->fv), 3);
	fake_fault_clear(fvt->fv);
	KUNIT_EXPECT_EQ(test, fake_fault_hits(fvt->fv), 0);
}

static void fvt_handshake(struct kunit *test)
{
	static const u8 want[] = { 1, 3, 11, 15 };
	struct fvt *fvt = test->priv;

	fvt_plug(test, FVT_V1 | BIT_ULL(3) | BIT_ULL(30));
	KUNIT_EXPECT_EQ(test, fvt->nstatuses, ARRAY_SIZE(want));
	KUNIT_EXPECT_MEMEQ(test, fvt->statuses, want, sizeof(want));
	KUNIT_EXPECT_TRUE(test, virtio_has_feature(fvt->fv->vdev, 3));
	KUNIT_EXPECT_FALSE(test, virtio_has_feature(fvt->fv->vdev, 4));
	KUNIT_EXPECT_FALSE(test, __virtio_test_bit(fvt->fv->vdev, 30));
	KUNIT_EXPECT_EQ(test, fvt->fv->resets, 1);

	fake_virtio_unplug(fvt->fv);
	KUNIT_EXPECT_EQ(test, fvt->fv->resets, 2);
	KUNIT_EXPECT_NULL(test, fvt->driver.vdev);
	KUNIT_EXPECT_EQ(test, 0, fake_driver_plug(&fvt->driver, fvt->fv));
}

static void fvt_config(struct kunit *test)
{
	struct fvt *fvt = test->priv;
	struct virtio_device *vdev;
	u32 generation;
	u8 bytes[4];

	fvt_plug(test, FVT_V1);
	vdev = fvt->fv->vdev;
	virtio_cread_bytes(vdev, 4, bytes, 4);
	KUNIT_EXPECT_MEMEQ(test, bytes, "efgh", 4);

	generation = vdev->config->generation(vdev);
	fake_virtio_config_poke(fvt->fv, 4, "EF", 2);
	KUNIT_EXPECT_NE(test, generation, vdev->config->generation(vdev));
	KUNIT_EXPECT_EQ(test, fvt->changes, 0);
	fake_virtio_config_raise(fvt->fv);
	fake_virtio_settle(fvt->fv);
	KUNIT_EXPECT_EQ(test, fvt->changes, 1);
	virtio_cread_bytes(vdev, 4, bytes, 4);
	KUNIT_EXPECT_MEMEQ(test, bytes, "EFgh", 4);

	vdev->config->set(vdev, 0, "AB", 2);
	KUNIT_EXPECT_EQ(test, fvt->written, 2);
	fake_virtio_config_peek(fvt->fv, 0, bytes, 4);
	KUNIT_EXPECT_MEMEQ(test, bytes, "ABcd", 4);

	KUNIT_EXPECT_EQ(test, fvt->fv->config_outside, 0);
	virtio_cread_bytes(vdev, 6, bytes, 4);
	KUNIT_EXPECT_EQ(test, fvt->fv->config_outside, 2);
}

/* Ways to fail before the driver has anything. */
static const struct fvt_refusal {
	const char *name;
	int find_vqs_err;
	int find_err;
	int finalize_err;
	bool refuse;
} fvt_refusals[] = {
	{ "find_vqs", .find_vqs_err = -EIO },
	{ "second queue", .find_err = -ENOENT },
	{ "finalize_features", .finalize_err = -EINVAL },
	{ "features refused", .refuse = true },
};

KUNIT_ARRAY_PARAM_DESC(fvt_refusal, fvt_refusals, name);

static void fvt_refused(struct kunit *test)
{
	const struct fvt_refusal *c = test->param_value;
	struct fvt *fvt = test->priv;

	fvt_make(test, FVT_V1);
	fvt->driver.nvqs = 2;
	fvt->fv->find_vqs_err = c->find_vqs_err;
	fvt->fv->queues[1].find_err = c->find_err;
	fvt->fv->finalize_err = c->finalize_err;
	fvt->fv->refuse_features = c->refuse;
	KUNIT_EXPECT_EQ(test, fake_driver_plug(&fvt->driver, fvt->fv), -ENXIO);
	KUNIT_EXPECT_FALSE(test, fake_virtio_bound(fvt->fv));
	KUNIT_EXPECT_TRUE(test, fvt->fv->status & VIRTIO_CONFIG_S_FAILED);
	KUNIT_EXPECT_EQ(test, fvt->fv->nqueues, 0);
}

/* All queues there can be, of all sizes. */
static void fvt_many_queues(struct kunit *test)
{
	struct fvt *fvt = test->priv;
	struct virtqueue *vq;
	unsigned int i, len;

	fvt_make(test, FVT_V1);
	fvt->driver.nvqs = FAKE_VIRTIO_QUEUES;
	for (i = 0; i < FAKE_VIRTIO_QUEUES; i++)
		fvt->fv->queues[i].size = 4 << (i % 8);
	KUNIT_ASSERT_EQ(test, 0, fake_driver_plug(&fvt->driver, fvt->fv));
	KUNIT_EXPECT_EQ(test, fvt->fv->nqueues, FAKE_VIRTIO_QUEUES);

	for (i = 0; i < FAKE_VIRTIO_QUEUES; i++) {
		vq = fvt->driver.vqs[i];
		KUNIT_EXPECT_EQ(test, virtqueue_get_vring_size(vq),
				4 << (i % 8));
		KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, vq, i));
		fake_virtio_settle(fvt->fv);
		KUNIT_EXPECT_NOT_NULL(test, virtqueue_get_buf(vq, &len));
	}
}

/* One queue is reset, and moved, while its sister goes on. */
static void fvt_ring_reset(struct kunit *test)
{
	const struct fvt_layout *layout = test->param_value;
	struct fvt *fvt = test->priv;
	struct virtqueue *vq;
	unsigned int len;

	fvt_make(test, layout->features | FVT_RESET);
	fvt->driver.nvqs = 2;
	KUNIT_ASSERT_EQ(test, 0, fake_driver_plug(&fvt->driver, fvt->fv));
	vq = fvt->driver.vqs[1];
	fake_queue_stop(&fvt->fv->queues[1]);
	KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, vq, 1));
	fake_queue_start(&fvt->fv->queues[1]);

	fvt->fv->queues[1].reset_err = -EBUSY;
	KUNIT_EXPECT_EQ(test, virtqueue_resize(vq, 4, fvt_recycle, NULL),
			-EBUSY);
	fvt->fv->queues[1].reset_err = 0;
	KUNIT_EXPECT_EQ(test, 0, virtqueue_resize(vq, 4, fvt_recycle, NULL));
	KUNIT_EXPECT_EQ(test, fvt->fv->queues[1].resets, 1);
	KUNIT_EXPECT_EQ(test, virtqueue_get_vring_size(vq), 4);
	KUNIT_EXPECT_EQ(test, fake_queue_count(&fvt->fv->queues[1]), 0);

	KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, vq, 2));
	fake_virtio_settle(fvt->fv);
	KUNIT_EXPECT_NOT_NULL(test, virtqueue_get_buf(vq, &len));
	KUNIT_EXPECT_EQ(test, fvt->fv->nonsense, 0);
}

static void fvt_region(struct kunit *test)
{
	struct virtio_shm_region region;
	struct fvt *fvt = test->priv;
	void *va;

	fvt_make(test, FVT_V1);
	va = fake_virtio_region_add(fvt->fv, 1, 3 * PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, va);
	KUNIT_ASSERT_EQ(test, 0, fake_driver_plug(&fvt->driver, fvt->fv));
	KUNIT_EXPECT_FALSE(test, virtio_get_shm_region(fvt->fv->vdev, &region,
						       0));
	KUNIT_ASSERT_TRUE(test, virtio_get_shm_region(fvt->fv->vdev, &region,
						      1));
	KUNIT_EXPECT_EQ(test, region.len, 3 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, region.addr, virt_to_phys(va));
}

/* Whatever state a request is in, pulling the device out leaves nothing. */
static void fvt_yank(struct kunit *test)
{
	const struct fvt_fault *c = test->param_value;
	struct fvt *fvt = test->priv;
	struct fake_fault fault = c->fault;

	fvt_plug(test, FVT_V1);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(fvt->fv, &fault));
	KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, fvt->driver.vqs[0], 1));
	KUNIT_ASSERT_EQ(test, 0, fvt_send(fvt, fvt->driver.vqs[0], 2));
	fake_virtio_yank(fvt->fv);
	KUNIT_EXPECT_NULL(test, fvt->driver.vdev);
}

/* A kick that comes before DRIVER_OK is noticed. */
static int fvt_early_validate(struct fake_driver *driver)
{
	struct fvt *fvt = driver->priv;

	fvt->written = fvt->fv->status;
	return -ENODEV;
}

static void fvt_validate(struct kunit *test)
{
	struct fvt *fvt = test->priv;

	fvt_make(test, FVT_V1);
	fvt->driver.validate = fvt_early_validate;
	KUNIT_EXPECT_EQ(test, fake_driver_plug(&fvt->driver, fvt->fv), -ENXIO);
	KUNIT_EXPECT_EQ(test, fvt->written, 3);
}

static int fvt_sweep_setup(void *priv)
{
	return 0;
}

static int fvt_sweep_run(void *priv)
{
	struct fvt *fvt = priv;

	return fake_driver_plug(&fvt->driver, fvt->fv);
}

static void fvt_sweep_teardown(void *priv, int err)
{
	struct fvt *fvt = priv;

	fake_virtio_unplug(fvt->fv);
}

static void fvt_sweep(struct kunit *test)
{
	static const struct fake_fail_ops ops = {
		.setup = fvt_sweep_setup,
		.run = fvt_sweep_run,
		.teardown = fvt_sweep_teardown,
	};
	struct fvt *fvt = test->priv;
	int points;

	fvt_make(test, FVT_V1);
	points = fake_fail_sweep(&ops, fvt);
	kunit_info(test, "%d allocations failed, one by one\n", points);
	KUNIT_EXPECT_GT(test, points, 5);
}

static struct kunit_case fvt_cases[] = {
	KUNIT_CASE(fvt_handshake),
	KUNIT_CASE_PARAM(fvt_echo, fvt_layout_gen_params),
	KUNIT_CASE_PARAM(fvt_full_ring, fvt_layout_gen_params),
	KUNIT_CASE_PARAM(fvt_fault_split, fvt_fault_gen_params),
	KUNIT_CASE_PARAM(fvt_fault_packed, fvt_fault_gen_params),
	KUNIT_CASE(fvt_late_comes),
	KUNIT_CASE(fvt_never_overtaken),
	KUNIT_CASE(fvt_script_order),
	KUNIT_CASE(fvt_config),
	KUNIT_CASE_PARAM(fvt_refused, fvt_refusal_gen_params),
	KUNIT_CASE(fvt_validate),
	KUNIT_CASE(fvt_many_queues),
	KUNIT_CASE_PARAM(fvt_ring_reset, fvt_layout_gen_params),
	KUNIT_CASE(fvt_region),
	KUNIT_CASE_PARAM(fvt_yank, fvt_fault_gen_params),
	KUNIT_CASE(fvt_sweep),
	{}
};

static struct kunit_suite fvt_suite = {
	.name = "fake_virtio",
	.init = fvt_init,
	.exit = fvt_exit,
	.test_cases = fvt_cases,
};

kunit_test_suite(fvt_suite);

MODULE_DESCRIPTION("Orion: suite of the fake virtio device");
MODULE_LICENSE("GPL");
