// SPDX-License-Identifier: GPL-2.0-only
/*
 * Framebuffers. What is wrong with one is said when it is created: by us, if
 * it does not lie within its buffer, or by the host, which is asked then.
 */

#include <linux/slab.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_gem_framebuffer_helper.h>
#include <drm/drm_modeset_helper.h>
#include <drm/drm_print.h>

#include "ovgpu.h"

/* What a primary plane can show, the usual one first. */
const u32 ovgpu_fb_formats[] = {
	DRM_FORMAT_XRGB8888,
	DRM_FORMAT_ARGB8888,
	DRM_FORMAT_XBGR8888,
	DRM_FORMAT_ABGR8888,
	DRM_FORMAT_BGRX8888,
	DRM_FORMAT_BGRA8888,
	DRM_FORMAT_RGBX8888,
	DRM_FORMAT_RGBA8888,
};

const unsigned int ovgpu_fb_format_count = ARRAY_SIZE(ovgpu_fb_formats);

/* Lines of pixels are the only layout there is. */
const u64 ovgpu_fb_modifiers[] = {
	DRM_FORMAT_MOD_LINEAR,
	DRM_FORMAT_MOD_INVALID,
};

/*
 * VIRTIO_GPU_FORMAT_*, or 0. DRM names a format by the bits of a little-endian
 * word, virtio-gpu by the bytes in memory.
 */
static u32 ovgpu_fb_host_format(u32 fourcc)
{
	switch (fourcc) {
	case DRM_FORMAT_XRGB8888:
		return VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM;
	case DRM_FORMAT_ARGB8888:
		return VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM;
	case DRM_FORMAT_XBGR8888:
		return VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM;
	case DRM_FORMAT_ABGR8888:
		return VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM;
	case DRM_FORMAT_BGRX8888:
		return VIRTIO_GPU_FORMAT_X8R8G8B8_UNORM;
	case DRM_FORMAT_BGRA8888:
		return VIRTIO_GPU_FORMAT_A8R8G8B8_UNORM;
	case DRM_FORMAT_RGBX8888:
		return VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM;
	case DRM_FORMAT_RGBA8888:
		return VIRTIO_GPU_FORMAT_A8B8G8R8_UNORM;
	default:
		return 0;
	}
}

/* The last pixel must be in the buffer, and each pixel at a multiple of 4. */
static int ovgpu_fb_check(struct drm_device *drm,
			  const struct drm_mode_fb_cmd2 *args, u64 size)
{
	u32 pitch = args->pitches[0];
	u32 offset = args->offsets[0];
	u64 end;

	if (!ovgpu_fb_host_format(args->pixel_format)) {
		drm_dbg_kms(drm, "format %p4cc cannot be shown\n",
			    &args->pixel_format);
		return -EINVAL;
	}
	if (args->flags & DRM_MODE_FB_MODIFIERS &&
	    args->modifier[0] != DRM_FORMAT_MOD_LINEAR) {
		drm_dbg_kms(drm, "modifier %#llx is not linear\n",
			    args->modifier[0]);
		return -EINVAL;
	}
	if (pitch % 4 || offset % 4 || pitch / 4 < args->width ||
	    pitch / 4 > OVGPU_KMS_SIZE_MAX) {
		drm_dbg_kms(drm, "pitch %u or offset %u not usable with width %u\n",
			    pitch, offset, args->width);
		return -EINVAL;
	}

	end = (u64)(args->height - 1) * pitch + args->width * 4 + offset;
	if (end > size) {
		drm_dbg_kms(drm, "%ux%u, pitch %u, offset %u needs %llu bytes, buffer has %llu\n",
			    args->width, args->height, pitch, offset, end, size);
		return -EINVAL;
	}

	return 0;
}

/* The host shows no more of a texture than there is. */
static int ovgpu_fb_check_texture(const struct drm_framebuffer *fb)
{
	const struct ovgpu_resource *res = ovgpu_fb_bo(fb)->main;

	if (!res || !ovgpu_resource_is_texture(res) ||
	    (fb->width <= res->texture.width &&
	     fb->height <= res->texture.height && !fb->offsets[0]))
		return 0;

	drm_dbg_kms(fb->dev, "%ux%u, offset %u is not within a texture of %ux%u\n",
		    fb->width, fb->height, fb->offsets[0], res->texture.width,
		    res->texture.height);
	return -EINVAL;
}

static void ovgpu_fb_free(struct ovgpu_fb *fb)
{
	ovgpu_resource_put(fb->res);
	drm_gem_object_put(fb->base.obj[0]);
	mutex_destroy(&fb->lock);
	kfree(fb);
}

static void ovgpu_fb_destroy(struct drm_framebuffer *base)
{
	drm_framebuffer_cleanup(base);
	ovgpu_fb_free(to_ovgpu_fb(base));
}

static const struct drm_framebuffer_funcs ovgpu_fb_funcs = {
	.create_handle	= drm_gem_fb_create_handle,
	.destroy	= ovgpu_fb_destroy,
	.dirty		= ovgpu_dirty_fb,
};

/**
 * ovgpu_fb_realize() - have the host know a framebuffer
 * @fb: framebuffer that is going to be shown
 *
 * Context: Process. May sleep for the host, if it does not know it yet.
 * Return: 0 or a negative errno, see ovgpu_resource_get().
 */
int ovgpu_fb_realize(struct ovgpu_fb *fb)
{
	struct ovgpu_view view = {
		.offset	= fb->base.offsets[0],
		.pitch	= fb->base.pitches[0],
		.height	= fb->base.height,
		.format	= ovgpu_fb_host_format(fb->base.format->format),
	};
	struct ovgpu_resource *res;
	int err = 0;

	mutex_lock(&fb->lock);
	if (!fb->res) {
		res = ovgpu_resource_get(ovgpu_fb_bo(&fb->base), &view);
		if (IS_ERR(res))
			err = PTR_ERR(res);
		else
			WRITE_ONCE(fb->res, res);
	}
	mutex_unlock(&fb->lock);

	return err;
}

/**
 * ovgpu_fb_layout() - where the pixels are
 * @fb: framebuffer
 * @layout: to fill
 *
 * Context: Any.
 */
void ovgpu_fb_layout(const struct drm_framebuffer *fb,
		     struct ovgpu_layout *layout)
{
	layout->format = ovgpu_fb_host_format(fb->format->format);
	layout->width = fb->width;
	layout->height = fb->height;
	layout->pitch = fb->pitches[0];
	layout->offset = fb->offsets[0];
}

/*
 * A cursor's image goes to the host by way of a buffer of the cursor plane. So
 * the host need not know a framebuffer that is likely to be nothing else: each
 * call of the old cursor ioctl makes one.
 */
static bool ovgpu_fb_is_cursor(const struct drm_framebuffer *fb)
{
	return fb->format->format == DRM_FORMAT_ARGB8888 &&
	       fb->width <= OVGPU_CURSOR_SIZE && fb->height <= OVGPU_CURSOR_SIZE;
}

/**
 * ovgpu_fb_create() - make a framebuffer
 * @drm: device
 * @file: whose handles @args has
 * @info: of the format
 * @args: what it is made of
 *
 * Context: Process. May sleep for the host.
 * Return: framebuffer, or an error pointer.
 */
struct drm_framebuffer *ovgpu_fb_create(struct drm_device *drm,
					struct drm_file *file,
					const struct drm_format_info *info,
					const struct drm_mode_fb_cmd2 *args)
{
	struct drm_gem_object *obj;
	struct ovgpu_fb *fb;
	int err;

	obj = drm_gem_object_lookup(file, args->handles[0]);
	if (!obj)
		return ERR_PTR(-ENOENT);

	err = ovgpu_fb_check(drm, args, obj->size);
	if (err)
		goto err_put_obj;

	fb = kzalloc(sizeof(*fb), GFP_KERNEL_ACCOUNT);
	if (!fb) {
		err = -ENOMEM;
		goto err_put_obj;
	}

	mutex_init(&fb->lock);
	drm_helper_mode_fill_fb_struct(drm, &fb->base, info, args);
	fb->base.obj[0] = obj;
	err = ovgpu_fb_check_texture(&fb->base);
	if (err)
		goto err_free_fb;
	if (!ovgpu_fb_is_cursor(&fb->base)) {
		err = ovgpu_fb_realize(fb);
		if (err)
			goto err_free_fb;
	}

	err = drm_framebuffer_init(drm, &fb->base, &ovgpu_fb_funcs);
	if (err)
		goto err_free_fb;

	return &fb->base;

err_free_fb:
	ovgpu_fb_free(fb);
	return ERR_PTR(err);
err_put_obj:
	drm_gem_object_put(obj);
	return ERR_PTR(err);
}
