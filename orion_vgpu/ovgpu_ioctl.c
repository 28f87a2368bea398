// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls that Mesa and others make: check what the program says, look up
 * what it names, call the unit that does it, copy back.
 *
 * Programs probe with these calls what a driver can do, so the errors are part
 * of the interface.
 */

#include <linux/dma-resv.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>

#include "ovgpu.h"
#include "ovgpu_blob.h"
#include "ovgpu_grant.h"
#include "ovgpu_ioctl.h"
#include "ovgpu_submit.h"

/* How long DRM_VIRTGPU_WAIT waits, as programs know it. */
#define OVGPU_IOCTL_WAIT	(15 * HZ)

static int ovgpu_ioctl_map(struct drm_device *drm, void *data,
			   struct drm_file *file)
{
	struct drm_virtgpu_map *args = data;
	struct drm_gem_object *obj;
	struct ovgpu_bo *bo;
	int err = 0;

	obj = drm_gem_object_lookup(file, args->handle);
	if (!obj)
		return -ENOENT;

	/* The host had better be waited for here than when the area is made. */
	bo = to_ovgpu_bo(obj);
	if (bo->vram && bo->blob.flags & VIRTGPU_BLOB_FLAG_USE_MAPPABLE)
		err = ovgpu_vram_map(bo);
	drm_gem_object_put(obj);
	if (err)
		return err;

	return ovgpu_gem_dumb_map_offset(file, drm, args->handle,
					 &args->offset);
}

static int ovgpu_ioctl_execbuffer(struct drm_device *drm, void *data,
				  struct drm_file *file)
{
	if (!file->driver_priv)
		return -ENOSYS;

	return ovgpu_submit_commands(file->driver_priv, file, data);
}

static int ovgpu_ioctl_getparam(struct drm_device *drm, void *data,
				struct drm_file *file)
{
	const struct drm_virtgpu_getparam *args = data;
	struct ovgpu *ovgpu = to_ovgpu(drm);
	int value;

	switch (args->param) {
	case VIRTGPU_PARAM_3D_FEATURES:
		value = ovgpu->has_virgl;
		break;
	case VIRTGPU_PARAM_CAPSET_QUERY_FIX:
		value = 1;
		break;
	case VIRTGPU_PARAM_RESOURCE_BLOB:
		value = ovgpu->has_blob;
		break;
	case VIRTGPU_PARAM_HOST_VISIBLE:
		value = !!ovgpu->window.size;
		break;
	case VIRTGPU_PARAM_CROSS_DEVICE:
		value = ovgpu->has_uuid;
		break;
	case VIRTGPU_PARAM_CONTEXT_INIT:
	case VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME:
		value = ovgpu->has_context_init;
		break;
	case VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs:
		/* Programs have room for no more. */
		value = lower_32_bits(ovgpu->caps.mask);
		break;
	case VIRTGPU_PARAM_BLOB_ALIGNMENT:
		if (!ovgpu->window.alignment)
			return -ENOENT;
		value = ovgpu->window.alignment;
		break;
	default:
		return -EINVAL;
	}

	if (copy_to_user(u64_to_user_ptr(args->value), &value, sizeof(value)))
		return -EFAULT;
	return 0;
}

static int ovgpu_ioctl_get_caps(struct drm_device *drm, void *data,
				struct drm_file *file)
{
	const struct drm_virtgpu_get_caps *args = data;
	struct ovgpu *ovgpu = to_ovgpu(drm);
	u32 size = args->size;
	int err = 0;
	void *caps;

	if (!ovgpu->caps.count)
		return -ENOSYS;
	if (!size)
		return -EINVAL;

	caps = ovgpu_caps_get(ovgpu, args->cap_set_id, args->cap_set_ver,
			      &size);
	if (IS_ERR(caps))
		return PTR_ERR(caps);

	if (copy_to_user(u64_to_user_ptr(args->addr), caps, size))
		err = -EFAULT;
	kfree(caps);
	return err;
}

static int ovgpu_ioctl_context_init(struct drm_device *drm, void *data,
				    struct drm_file *file)
{
	if (!to_ovgpu(drm)->has_context_init)
		return -EINVAL;

	return ovgpu_context_configure(file->driver_priv, data);
}

static int ovgpu_ioctl_resource_create(struct drm_device *drm, void *data,
				       struct drm_file *file)
{
	struct drm_virtgpu_resource_create *args = data;
	const struct ovgpu_texture texture = {
		.target		= args->target,
		.format		= args->format,
		.bind		= args->bind,
		.width		= args->width,
		.height		= args->height,
		.depth		= args->depth,
		.array_size	= args->array_size,
		.last_level	= args->last_level,
		.samples	= args->nr_samples,
		.flags		= args->flags,
	};
	struct ovgpu *ovgpu = to_ovgpu(drm);
	struct ovgpu_bo *bo;
	int err;

	if (!file->driver_priv)
		return -ENOSYS;
	if (!args->width)
		return -EINVAL;
	err = ovgpu_context_create(file->driver_priv);
	if (err)
		return err;

	/* Some images need no memory of the guest's, but the host wants some. */
	bo = ovgpu_gem_alloc(ovgpu, args->size ?: PAGE_SIZE);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	err = ovgpu_resource_main_3d(bo, &texture);
	if (err)
		goto out_put_bo;

	err = ovgpu_resource_main_handle(bo, file, &args->bo_handle,
					 &args->res_handle);

out_put_bo:
	/* The handle, if there is one, keeps the buffer from here on. */
	drm_gem_object_put(&bo->base);
	return err;
}

/*
 * A buffer by its handle, with the resource that the program is told of. The
 * host lets the program's context use it.
 */
static struct ovgpu_bo *ovgpu_ioctl_find(struct drm_file *file, u32 handle)
{
	struct ovgpu_context *context = file->driver_priv;
	struct drm_gem_object *obj;
	struct ovgpu_resource *res;
	int err = 0;

	obj = drm_gem_object_lookup(file, handle);
	if (!obj)
		return ERR_PTR(-ENOENT);

	res = ovgpu_resource_main(to_ovgpu_bo(obj));
	if (IS_ERR(res))
		err = PTR_ERR(res);
	else if (context)
		err = ovgpu_grant_use(to_ovgpu_bo(obj), context);
	if (!err)
		return to_ovgpu_bo(obj);

	drm_gem_object_put(obj);
	return ERR_PTR(err);
}

static int ovgpu_ioctl_resource_info(struct drm_device *drm, void *data,
				     struct drm_file *file)
{
	struct drm_virtgpu_resource_info *args = data;
	struct ovgpu_bo *bo;

	bo = ovgpu_ioctl_find(file, args->bo_handle);
	if (IS_ERR(bo))
		return PTR_ERR(bo);

	args->size = bo->base.size;
	args->res_handle = bo->main->id;
	args->blob_mem = bo->blob.mem;
	drm_gem_object_put(&bo->base);
	return 0;
}

static int ovgpu_ioctl_check_transfer(const struct ovgpu_bo *bo,
				      const struct ovgpu_box *box)
{
	/* The guest's own memory is no copy of anything. */
	if (bo->blob.mem == VIRTGPU_BLOB_MEM_GUEST)
		return -EINVAL;
	/* But for blobs, the host knows how far the lines are apart. */
	if (!bo->blob.mem && (box->stride || box->layer_stride))
		return -EINVAL;

	return 0;
}

static int ovgpu_ioctl_transfer(struct drm_file *file, u32 handle,
				const struct drm_virtgpu_3d_box *area,
				struct ovgpu_box *box, bool to_host)
{
	struct ovgpu_bo *bo;
	int err;

	if (!file->driver_priv)
		return -ENOSYS;
	bo = ovgpu_ioctl_find(file, handle);
	if (IS_ERR(bo))
		return PTR_ERR(bo);

	box->x = area->x;
	box->y = area->y;
	box->z = area->z;
	box->w = area->w;
	box->h = area->h;
	box->d = area->d;
	err = ovgpu_ioctl_check_transfer(bo, box);
	if (!err)
		err = ovgpu_submit_transfer(file->driver_priv, bo, box,
					    to_host);
	drm_gem_object_put(&bo->base);
	return err;
}

static int ovgpu_ioctl_transfer_to_host(struct drm_device *drm, void *data,
					struct drm_file *file)
{
	const struct drm_virtgpu_3d_transfer_to_host *args = data;
	struct ovgpu_box box = {
		.level		= args->level,
		.stride		= args->stride,
		.layer_stride	= args->layer_stride,
		.offset		= args->offset,
	};

	return ovgpu_ioctl_transfer(file, args->bo_handle, &args->box, &box,
				    true);
}

static int ovgpu_ioctl_transfer_from_host(struct drm_device *drm, void *data,
					  struct drm_file *file)
{
	const struct drm_virtgpu_3d_transfer_from_host *args = data;
	struct ovgpu_box box = {
		.level		= args->level,
		.stride		= args->stride,
		.layer_stride	= args->layer_stride,
		.offset		= args->offset,
	};

	return ovgpu_ioctl_transfer(file, args->bo_handle, &args->box, &box,
				    false);
}

static long ovgpu_ioctl_wait_for(struct drm_gem_object *obj, u32 flags)
{
	if (flags & VIRTGPU_WAIT_NOWAIT)
		return dma_resv_test_signaled(obj->resv, DMA_RESV_USAGE_READ);

	return dma_resv_wait_timeout(obj->resv, DMA_RESV_USAGE_READ, true,
				     OVGPU_IOCTL_WAIT);
}

static int ovgpu_ioctl_wait(struct drm_device *drm, void *data,
			    struct drm_file *file)
{
	const struct drm_virtgpu_3d_wait *args = data;
	struct drm_gem_object *obj;
	struct ovgpu_bo *bo;
	long left;

	obj = drm_gem_object_lookup(file, args->handle);
	if (!obj)
		return -ENOENT;

	bo = to_ovgpu_bo(obj);
	left = ovgpu_ioctl_wait_for(obj, args->flags);
	/* What the host wrote the program is going to read. */
	if (left > 0 && xchg(&bo->written, false))
		ovgpu_gem_sync_back(bo);
	drm_gem_object_put(obj);

	if (left < 0)
		return left;
	return left ? 0 : -EBUSY;
}

static int ovgpu_ioctl_resource_create_blob(struct drm_device *drm, void *data,
					    struct drm_file *file)
{
	return ovgpu_blob_create(to_ovgpu(drm), file, data);
}

const struct drm_ioctl_desc ovgpu_ioctl_table[OVGPU_IOCTL_COUNT] = {
	DRM_IOCTL_DEF_DRV(VIRTGPU_MAP, ovgpu_ioctl_map, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_EXECBUFFER, ovgpu_ioctl_execbuffer,
			  DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_GETPARAM, ovgpu_ioctl_getparam,
			  DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_RESOURCE_CREATE, ovgpu_ioctl_resource_create,
			  DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_RESOURCE_INFO, ovgpu_ioctl_resource_info,
			  DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_TRANSFER_FROM_HOST,
			  ovgpu_ioctl_transfer_from_host, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_TRANSFER_TO_HOST,
			  ovgpu_ioctl_transfer_to_host, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_WAIT, ovgpu_ioctl_wait, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_GET_CAPS, ovgpu_ioctl_get_caps,
			  DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_RESOURCE_CREATE_BLOB,
			  ovgpu_ioctl_resource_create_blob, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_CONTEXT_INIT, ovgpu_ioctl_context_init,
			  DRM_RENDER_ALLOW),
};
