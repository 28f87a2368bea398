// SPDX-License-Identifier: GPL-2.0-only
/* The wire format: requests byte by byte, and the judgement of answers. */

#include <kunit/test.h>
#include <linux/module.h>

#include "../orion_vgpu/ovgpu_cmd.c"

#define OCT_HDR	sizeof(struct virtio_gpu_ctrl_hdr)

/* All numbers that a request may carry, each different. */
static const struct drm_rect oct_rect = DRM_RECT_INIT(0x11, 0x22, 0x33, 0x44);
static const struct ovgpu_cursor_pos oct_pos = {
	.scanout	= 3,
	.resource	= 0x01020304,
	.x		= -5,
	.y		= 6,
	.hot_x		= 7,
	.hot_y		= 8,
};

static u32 oct_display_info(union ovgpu_request *req)
{
	return ovgpu_cmd_get_display_info(req);
}

static u32 oct_edid(union ovgpu_request *req)
{
	return ovgpu_cmd_get_edid(req, 9);
}

static u32 oct_create(union ovgpu_request *req)
{
	return ovgpu_cmd_create_2d(req, 0x01020304, 2, 1280, 800);
}

static u32 oct_attach(union ovgpu_request *req)
{
	return ovgpu_cmd_attach(req, 0x01020304, 16384);
}

static u32 oct_unref(union ovgpu_request *req)
{
	return ovgpu_cmd_unref(req, 0x01020304);
}

static u32 oct_scanout(union ovgpu_request *req)
{
	return ovgpu_cmd_set_scanout(req, 15, 0x01020304, &oct_rect);
}

static u32 oct_scanout_off(union ovgpu_request *req)
{
	return ovgpu_cmd_set_scanout(req, 15, 0, NULL);
}

static u32 oct_transfer(union ovgpu_request *req)
{
	return ovgpu_cmd_transfer(req, 0x01020304, &oct_rect,
				  0x1122334455667788);
}

static u32 oct_flush(union ovgpu_request *req)
{
	return ovgpu_cmd_flush(req, 0x01020304, &oct_rect);
}

static u32 oct_uuid(union ovgpu_request *req)
{
	return ovgpu_cmd_assign_uuid(req, 0x01020304);
}

static const struct ovgpu_texture oct_texture = {
	.target = 2, .format = 1, .bind = 10, .width = 640, .height = 480,
	.depth = 1, .array_size = 6, .last_level = 4, .samples = 8, .flags = 1
};

static const struct ovgpu_box oct_box = {
	.x = 1, .y = 2, .z = 3, .w = 4, .h = 5, .d = 6, .level = 7,
	.stride = 8, .layer_stride = 9, .offset = 0x1122334455667788
};

static u32 oct_capset_info(union ovgpu_request *req)
{
	return ovgpu_cmd_get_capset_info(req, 3);
}

static u32 oct_capset(union ovgpu_request *req)
{
	return ovgpu_cmd_get_capset(req, 4, 1);
}

static u32 oct_create_3d(union ovgpu_request *req)
{
	return ovgpu_cmd_create_3d(req, 0x01020304, &oct_texture);
}

static u32 oct_ctx_create(union ovgpu_request *req)
{
	return ovgpu_cmd_ctx_create(req, 0x0a0b, 0x104, "glxgears");
}

static u32 oct_ctx_destroy(union ovgpu_request *req)
{
	return ovgpu_cmd_ctx_destroy(req, 0x0a0b);
}

static u32 oct_ctx_attach(union ovgpu_request *req)
{
	return ovgpu_cmd_ctx_attach(req, 0x0a0b, 0x01020304);
}

static u32 oct_ctx_detach(union ovgpu_request *req)
{
	return ovgpu_cmd_ctx_detach(req, 0x0a0b, 0x01020304);
}

static u32 oct_to_host_3d(union ovgpu_request *req)
{
	return ovgpu_cmd_to_host_3d(req, 0x0a0b, 0x01020304, &oct_box);
}

static u32 oct_from_host_3d(union ovgpu_request *req)
{
	return ovgpu_cmd_from_host_3d(req, 0x0a0b, 0x01020304, &oct_box);
}

static u32 oct_submit_3d(union ovgpu_request *req)
{
	return ovgpu_cmd_submit_3d(req, 0x0a0b, 65536);
}

static const struct ovgpu_blob oct_blob = {
	.mem = 2, .flags = 5, .context = 0x0a0b, .id = 0x1122334455667788,
	.size = 0x99aabbccddeef000
};

static const struct ovgpu_layout oct_layout = {
	.format = 67, .width = 640, .height = 480, .pitch = 2560, .offset = 4096
};

static u32 oct_create_blob(union ovgpu_request *req)
{
	return ovgpu_cmd_create_blob(req, 0x01020304, &oct_blob, 3);
}

static u32 oct_scanout_blob(union ovgpu_request *req)
{
	return ovgpu_cmd_set_scanout_blob(req, 15, 0x01020304, &oct_rect,
					  &oct_layout);
}

static u32 oct_map_blob(union ovgpu_request *req)
{
	return ovgpu_cmd_map_blob(req, 0x01020304, 0x1122334455667000);
}

static u32 oct_unmap_blob(union ovgpu_request *req)
{
	return ovgpu_cmd_unmap_blob(req, 0x01020304);
}

static u32 oct_update_cursor(union ovgpu_request *req)
{
	return ovgpu_cmd_update_cursor(req, &oct_pos);
}

static u32 oct_move_cursor(union ovgpu_request *req)
{
	return ovgpu_cmd_move_cursor(req, &oct_pos);
}

/* Words after the 24 bytes of the header, by VIRTIO 1.3, 5.7.6. */
static const struct oct_fill {
	const char *name;
	u32 (*fill)(union ovgpu_request *req);
	u32 type;
	unsigned int words;
	u32 want[18];
	u32 context;
} oct_fills[] = {
	{ "GET_DISPLAY_INFO", oct_display_info, 0x100, 0, { } },
	{ "RESOURCE_CREATE_2D", oct_create, 0x101, 4,
	  { 0x01020304, 2, 1280, 800 } },
	{ "RESOURCE_UNREF", oct_unref, 0x102, 2, { 0x01020304, 0 } },
	{ "SET_SCANOUT", oct_scanout, 0x103, 6,
	  { 0x11, 0x22, 0x33, 0x44, 15, 0x01020304 } },
	{ "SET_SCANOUT off", oct_scanout_off, 0x103, 6,
	  { 0, 0, 0, 0, 15, 0 } },
	{ "RESOURCE_FLUSH", oct_flush, 0x104, 6,
	  { 0x11, 0x22, 0x33, 0x44, 0x01020304, 0 } },
	{ "TRANSFER_TO_HOST_2D", oct_transfer, 0x105, 8,
	  { 0x11, 0x22, 0x33, 0x44, 0x55667788, 0x11223344, 0x01020304, 0 } },
	{ "RESOURCE_ATTACH_BACKING", oct_attach, 0x106, 2,
	  { 0x01020304, 16384 } },
	{ "GET_EDID", oct_edid, 0x10a, 2, { 9, 0 } },
	{ "RESOURCE_ASSIGN_UUID", oct_uuid, 0x10b, 2, { 0x01020304, 0 } },
	{ "GET_CAPSET_INFO", oct_capset_info, 0x108, 2, { 3, 0 } },
	{ "GET_CAPSET", oct_capset, 0x109, 2, { 4, 1 } },
	/* Nothing but the kind fits into the byte that it has. */
	{ "CTX_CREATE", oct_ctx_create, 0x200, 18,
	  { 8, 4, 0x67786c67, 0x73726165 }, 0x0a0b },
	{ "CTX_DESTROY", oct_ctx_destroy, 0x201, 0, { }, 0x0a0b },
	{ "CTX_ATTACH_RESOURCE", oct_ctx_attach, 0x202, 2,
	  { 0x01020304, 0 }, 0x0a0b },
	{ "CTX_DETACH_RESOURCE", oct_ctx_detach, 0x203, 2,
	  { 0x01020304, 0 }, 0x0a0b },
	{ "RESOURCE_CREATE_3D", oct_create_3d, 0x204, 12,
	  { 0x01020304, 2, 1, 10, 640, 480, 1, 6, 4, 8, 1, 0 } },
	{ "TRANSFER_TO_HOST_3D", oct_to_host_3d, 0x205, 12,
	  { 1, 2, 3, 4, 5, 6, 0x55667788, 0x11223344, 0x01020304, 7, 8, 9 },
	  0x0a0b },
	{ "TRANSFER_FROM_HOST_3D", oct_from_host_3d, 0x206, 12,
	  { 1, 2, 3, 4, 5, 6, 0x55667788, 0x11223344, 0x01020304, 7, 8, 9 },
	  0x0a0b },
	{ "SUBMIT_3D", oct_submit_3d, 0x207, 2, { 65536, 0 }, 0x0a0b },
	{ "RESOURCE_CREATE_BLOB", oct_create_blob, 0x10c, 8,
	  { 0x01020304, 2, 5, 3, 0x55667788, 0x11223344, 0xddeef000,
	    0x99aabbcc }, 0x0a0b },
	{ "SET_SCANOUT_BLOB", oct_scanout_blob, 0x10d, 18,
	  { 0x11, 0x22, 0x33, 0x44, 15, 0x01020304, 640, 480, 67, 0,
	    2560, 0, 0, 0, 4096, 0, 0, 0 } },
	{ "RESOURCE_MAP_BLOB", oct_map_blob, 0x208, 4,
	  { 0x01020304, 0, 0x55667000, 0x11223344 } },
	{ "RESOURCE_UNMAP_BLOB", oct_unmap_blob, 0x209, 2,
	  { 0x01020304, 0 } },
	{ "UPDATE_CURSOR", oct_update_cursor, 0x300, 8,
	  { 3, (u32)-5, 6, 0, 0x01020304, 7, 8, 0 } },
	{ "MOVE_CURSOR", oct_move_cursor, 0x301, 8,
	  { 3, (u32)-5, 6, 0, 0x01020304, 7, 8, 0 } },
};

KUNIT_ARRAY_PARAM_DESC(oct_fill, oct_fills, name);

static void oct_fill(struct kunit *test)
{
	const struct oct_fill *c = test->param_value;
	union ovgpu_request req;
	const __le32 *word = (const __le32 *)&req;
	unsigned int i;

	/* What was there before must not go to the host. */
	memset(&req, 0xa5, sizeof(req));
	KUNIT_ASSERT_EQ(test, c->fill(&req), OCT_HDR + c->words * 4);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(word[0]), c->type);
	for (i = 1; i < OCT_HDR / 4; i++)
		KUNIT_EXPECT_EQ(test, le32_to_cpu(word[i]),
				i == 4 ? c->context : 0);
	for (i = 0; i < c->words; i++)
		KUNIT_EXPECT_EQ(test, le32_to_cpu(word[OCT_HDR / 4 + i]),
				c->want[i]);
}

/* A fence and a ring are said in the header of any request. */
static void oct_fence(struct kunit *test)
{
	const u8 want[24] = {
		0x07, 0x02, 0, 0, 3, 0, 0, 0,
		0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
		0x0b, 0x0a, 0, 0, 63, 0, 0, 0
	};
	union ovgpu_request req;

	ovgpu_cmd_submit_3d(&req, 0x0a0b, 0);
	ovgpu_cmd_set_fence(&req, 0x1122334455667788);
	ovgpu_cmd_set_ring(&req, 63);
	KUNIT_EXPECT_EQ(test, memcmp(&req, want, sizeof(want)), 0);
}

/* However long a context's name is, the host gets as much as has room. */
static void oct_name(struct kunit *test)
{
	const struct virtio_gpu_ctx_create *create;
	union ovgpu_request req;
	char name[100];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	ovgpu_cmd_ctx_create(&req, 1, 0, name);
	create = &req.ctx_create;
	KUNIT_EXPECT_EQ(test, le32_to_cpu(create->nlen), 63);
	KUNIT_EXPECT_EQ(test, create->debug_name[62], 'x');
	KUNIT_EXPECT_EQ(test, create->debug_name[63], 0);
}

static void oct_entry(struct kunit *test)
{
	struct virtio_gpu_mem_entry entry;
	const u8 want[16] = {
		0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
		0x00, 0x10, 0x00, 0x80, 0, 0, 0, 0
	};

	memset(&entry, 0xa5, sizeof(entry));
	ovgpu_cmd_fill_entry(&entry, 0x1122334455667788, 0x80001000);
	KUNIT_EXPECT_EQ(test, memcmp(&entry, want, sizeof(want)), 0);
}

#define OCT_INFO	sizeof(struct virtio_gpu_resp_display_info)
#define OCT_EDID	offsetof(struct virtio_gpu_resp_edid, edid)

static const struct oct_check {
	const char *name;
	u32 type;
	u32 answer;
	u32 used;
	int want;
} oct_checks[] = {
	{ "created", 0x101, 0x1100, OCT_HDR, 0 },
	{ "unreferenced", 0x102, 0x1100, OCT_HDR, 0 },
	{ "scanned out", 0x103, 0x1100, OCT_HDR, 0 },
	{ "flushed", 0x104, 0x1100, OCT_HDR, 0 },
	{ "transferred", 0x105, 0x1100, OCT_HDR, 0 },
	{ "attached", 0x106, 0x1100, OCT_HDR, 0 },
	{ "displays", 0x100, 0x1101, OCT_INFO, 0 },
	{ "EDID", 0x10a, 0x1104, OCT_EDID, 0 },
	{ "EDID and all its room", 0x10a, 0x1104, OCT_EDID + 1024, 0 },
	{ "mapped", 0x208, 0x1106, OCT_HDR + 4, 0 },
	{ "mapped in whatever way", 0x208, 0x1106, OCT_HDR, -EPROTO },
	{ "mapped without a word", 0x208, 0x1100, OCT_HDR, -EPROTO },
	{ "unmapped", 0x209, 0x1100, OCT_HDR, 0 },
	{ "cursor without an answer", 0x300, 0, 0, 0 },
	{ "move without an answer", 0x301, 0, 0, 0 },
	{ "unspecified", 0x101, 0x1200, OCT_HDR, -EREMOTEIO },
	{ "out of memory", 0x101, 0x1201, OCT_HDR, -ENOMEM },
	{ "invalid scanout", 0x103, 0x1202, OCT_HDR, -EINVAL },
	{ "invalid resource", 0x105, 0x1203, OCT_HDR, -EINVAL },
	{ "invalid context", 0x105, 0x1204, OCT_HDR, -EINVAL },
	{ "invalid parameter", 0x103, 0x1205, OCT_HDR, -EINVAL },
	{ "unknown error", 0x103, 0x1206, OCT_HDR, -EPROTO },
	{ "nothing written", 0x101, 0x1100, 0, -EPROTO },
	{ "half a header", 0x101, 0x1100, OCT_HDR - 1, -EPROTO },
	{ "refusal in half a header", 0x101, 0x1201, 4, -EPROTO },
	{ "zeros", 0x101, 0, OCT_HDR, -EPROTO },
	{ "request as answer", 0x101, 0x101, OCT_HDR, -EPROTO },
	{ "displays for an image", 0x101, 0x1101, OCT_INFO, -EPROTO },
	{ "no data for displays", 0x100, 0x1100, OCT_INFO, -EPROTO },
	{ "EDID for displays", 0x100, 0x1104, OCT_INFO, -EPROTO },
	{ "displays cut short", 0x100, 0x1101, OCT_INFO - 1, -EPROTO },
	{ "EDID without its size", 0x10a, 0x1104, OCT_EDID - 1, -EPROTO },
	{ "a request that we never made", 0x7777, 0x1100, OCT_HDR, -EPROTO },
};

KUNIT_ARRAY_PARAM_DESC(oct_check, oct_checks, name);

static void oct_check(struct kunit *test)
{
	const struct oct_check *c = test->param_value;
	struct virtio_gpu_ctrl_hdr answer = {
		.type = cpu_to_le32(c->answer),
	};

	KUNIT_EXPECT_EQ(test, ovgpu_cmd_check(c->type, &answer, c->used),
			c->want);
}

static void oct_answered(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, ovgpu_cmd_is_answered(0x101));
	KUNIT_EXPECT_TRUE(test, ovgpu_cmd_is_answered(0x7777));
	KUNIT_EXPECT_FALSE(test, ovgpu_cmd_is_answered(0x300));
	KUNIT_EXPECT_FALSE(test, ovgpu_cmd_is_answered(0x301));
}

static void oct_names(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, ovgpu_cmd_name(0x103), "SET_SCANOUT");
	KUNIT_EXPECT_STREQ(test, ovgpu_cmd_name(0x301), "MOVE_CURSOR");
	KUNIT_EXPECT_STREQ(test, ovgpu_cmd_name(0), "unknown command");
}

static void oct_display(struct kunit *test)
{
	struct virtio_gpu_resp_display_info *answer;
	struct ovgpu_display display;

	answer = kunit_kzalloc(test, sizeof(*answer), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, answer);
	answer->pmodes[15].r.x = cpu_to_le32(1280);
	answer->pmodes[15].r.y = cpu_to_le32(U32_MAX);
	answer->pmodes[15].r.width = cpu_to_le32(1920);
	answer->pmodes[15].r.height = cpu_to_le32(1080);
	answer->pmodes[15].enabled = cpu_to_le32(0x100);

	ovgpu_cmd_read_display(answer, 15, &display);
	KUNIT_EXPECT_EQ(test, display.x, 1280);
	KUNIT_EXPECT_EQ(test, display.y, U32_MAX);
	KUNIT_EXPECT_EQ(test, display.width, 1920);
	KUNIT_EXPECT_EQ(test, display.height, 1080);
	KUNIT_EXPECT_TRUE(test, display.enabled);

	ovgpu_cmd_read_display(answer, 0, &display);
	KUNIT_EXPECT_EQ(test, display.width, 0);
	KUNIT_EXPECT_FALSE(test, display.enabled);
}

static struct kunit_case oct_cases[] = {
	KUNIT_CASE_PARAM(oct_fill, oct_fill_gen_params),
	KUNIT_CASE(oct_fence),
	KUNIT_CASE(oct_name),
	KUNIT_CASE(oct_entry),
	KUNIT_CASE_PARAM(oct_check, oct_check_gen_params),
	KUNIT_CASE(oct_answered),
	KUNIT_CASE(oct_names),
	KUNIT_CASE(oct_display),
	{ }
};

static struct kunit_suite oct_suite = {
	.name		= "ovgpu_cmd",
	.test_cases	= oct_cases,
};

kunit_test_suite(oct_suite);

MODULE_DESCRIPTION("KUnit suite of ovgpu_cmd");
MODULE_LICENSE("GPL");
