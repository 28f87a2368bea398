// SPDX-License-Identifier: GPL-2.0-only
/*
 * The card, by raw ioctls: what a driver answers is then what is seen, with no
 * library between.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kms.h"

#define KMS_IDS		64
#define KMS_MODES	128
#define KMS_PROPS	64

/* Returns 0 or a negative errno, where ioctl() has two ways to say it. */
int kms_ioctl(struct kms *kms, unsigned long request, void *arg)
{
	int ret;

	do {
		ret = ioctl(kms->fd, request, arg);
	} while (ret && errno == EINTR);

	return ret ? -errno : 0;
}

/* Value and id of the property called name, of any kind of object. */
static int kms_property(struct kms *kms, uint32_t object, uint32_t type,
			const char *name, uint32_t *id, uint64_t *value)
{
	uint32_t ids[KMS_PROPS];
	uint64_t values[KMS_PROPS];
	struct drm_mode_obj_get_properties list = {
		.props_ptr = (uintptr_t)ids,
		.prop_values_ptr = (uintptr_t)values,
		.count_props = KMS_PROPS,
		.obj_id = object,
		.obj_type = type,
	};
	unsigned int i;
	int err;

	err = kms_ioctl(kms, DRM_IOCTL_MODE_OBJ_GETPROPERTIES, &list);
	for (i = 0; !err && i < list.count_props && i < KMS_PROPS; i++) {
		struct drm_mode_get_property prop = { .prop_id = ids[i] };

		err = kms_ioctl(kms, DRM_IOCTL_MODE_GETPROPERTY, &prop);
		if (!err && !strcmp(prop.name, name)) {
			*id = ids[i];
			*value = values[i];
			return 0;
		}
	}

	return err ? err : -ENOENT;
}

/* Find the primary plane that can serve the CRTC with this index. */
static int kms_primary(struct kms *kms, struct kms_head *head, unsigned int index)
{
	uint32_t ids[KMS_IDS];
	struct drm_mode_get_plane_res list = {
		.plane_id_ptr = (uintptr_t)ids,
		.count_planes = KMS_IDS,
	};
	unsigned int i;
	int err;

	err = kms_ioctl(kms, DRM_IOCTL_MODE_GETPLANERESOURCES, &list);
	for (i = 0; !err && i < list.count_planes && i < KMS_IDS; i++) {
		struct drm_mode_get_plane plane = { .plane_id = ids[i] };
		uint64_t value = 0;
		uint32_t id;

		err = kms_ioctl(kms, DRM_IOCTL_MODE_GETPLANE, &plane);
		if (err || !(plane.possible_crtcs & (1u << index)))
			continue;
		err = kms_property(kms, ids[i], DRM_MODE_OBJECT_PLANE, "type", &id,
				   &value);
		if (err || value != 1)
			continue;

		head->plane = ids[i];
		return kms_property(kms, ids[i], DRM_MODE_OBJECT_PLANE, "FB_ID",
				    &head->plane_fb, &value);
	}

	return err ? err : -ENOENT;
}

static int kms_outputs(struct kms *kms)
{
	uint32_t crtcs[KMS_IDS], connectors[KMS_IDS], encoders[KMS_IDS];
	struct drm_mode_card_res res = {
		.crtc_id_ptr = (uintptr_t)crtcs,
		.connector_id_ptr = (uintptr_t)connectors,
		.encoder_id_ptr = (uintptr_t)encoders,
		.count_crtcs = KMS_IDS,
		.count_connectors = KMS_IDS,
		.count_encoders = KMS_IDS,
	};
	unsigned int i;
	int err;

	err = kms_ioctl(kms, DRM_IOCTL_MODE_GETRESOURCES, &res);
	if (err)
		return err;
	if (res.count_connectors > KMS_HEADS || res.count_crtcs < res.count_connectors)
		return -ERANGE;

	for (i = 0; i < res.count_connectors; i++) {
		kms->head[i].connector = connectors[i];
		kms->head[i].crtc = crtcs[i];
		err = kms_primary(kms, &kms->head[i], i);
		if (err)
			return err;
	}
	kms->count = res.count_connectors;

	return 0;
}

int kms_open(struct kms *kms, const char *path)
{
	struct drm_set_client_cap atomic = {
		.capability = DRM_CLIENT_CAP_ATOMIC,
		.value = 1,
	};
	int err;

	kms->fd = open(path, O_RDWR | O_CLOEXEC);
	if (kms->fd < 0)
		return -errno;

	err = kms_ioctl(kms, DRM_IOCTL_SET_CLIENT_CAP, &atomic);
	if (!err)
		err = kms_outputs(kms);
	if (err)
		close(kms->fd);

	return err;
}

/* Modes of a head; at most KMS_MODES are asked for. */
int kms_modes(struct kms *kms, unsigned int head, struct drm_mode_modeinfo *modes,
	      unsigned int *count, bool *connected)
{
	struct drm_mode_get_connector conn = {
		.connector_id = kms->head[head].connector,
		.modes_ptr = (uintptr_t)modes,
	};
	int err;

	/* With room for none the driver looks at the connector afresh. */
	err = kms_ioctl(kms, DRM_IOCTL_MODE_GETCONNECTOR, &conn);
	if (err)
		return err;
	conn.count_props = 0;
	conn.count_encoders = 0;
	if (conn.count_modes > KMS_MODES)
		return -ERANGE;
	if (conn.count_modes) {
		err = kms_ioctl(kms, DRM_IOCTL_MODE_GETCONNECTOR, &conn);
		if (err)
			return err;
	}
	*count = conn.count_modes;
	*connected = conn.connection == 1;

	return 0;
}

/* The head's mode of this size, or its preferred one for size 0. */
int kms_mode(struct kms *kms, unsigned int head, unsigned int width,
	     unsigned int height, struct drm_mode_modeinfo *mode)
{
	struct drm_mode_modeinfo modes[KMS_MODES];
	unsigned int count, i;
	bool connected;
	int err;

	memset(modes, 0, sizeof(modes));
	err = kms_modes(kms, head, modes, &count, &connected);
	for (i = 0; !err && i < count; i++) {
		if (width ? modes[i].hdisplay == width && modes[i].vdisplay == height :
			    modes[i].type & DRM_MODE_TYPE_PREFERRED) {
			*mode = modes[i];
			return 0;
		}
	}

	return err ? err : -ENOENT;
}

int kms_buf_alloc(struct kms *kms, struct kms_buf *buf, unsigned int width,
		  unsigned int height)
{
	struct drm_mode_create_dumb dumb = {
		.width = width,
		.height = height,
		.bpp = 32,
	};
	struct drm_mode_map_dumb map = { 0 };
	int err;

	err = kms_ioctl(kms, DRM_IOCTL_MODE_CREATE_DUMB, &dumb);
	if (err)
		return err;
	*buf = (struct kms_buf) {
		.handle = dumb.handle,
		.width = width,
		.height = height,
		.pitch = dumb.pitch,
		.size = dumb.size,
	};

	map.handle = dumb.handle;
	err = kms_ioctl(kms, DRM_IOCTL_MODE_MAP_DUMB, &map);
	if (!err) {
		buf->map = mmap(NULL, dumb.size, PROT_READ | PROT_WRITE, MAP_SHARED,
				kms->fd, map.offset);
		if (buf->map == MAP_FAILED) {
			err = -errno;
			buf->map = NULL;
		}
	}
	if (err)
		kms_buf_free(kms, buf);

	return err;
}

void kms_buf_free(struct kms *kms, struct kms_buf *buf)
{
	struct drm_mode_destroy_dumb dumb = { .handle = buf->handle };

	if (buf->fb)
		kms_ioctl(kms, DRM_IOCTL_MODE_RMFB, &buf->fb);
	if (buf->map)
		munmap(buf->map, buf->size);
	if (buf->dma_buf)
		close(buf->dma_buf);
	kms_ioctl(kms, DRM_IOCTL_MODE_DESTROY_DUMB, &dumb);
	memset(buf, 0, sizeof(*buf));
}

int kms_buf_fb(struct kms *kms, struct kms_buf *buf, unsigned int width,
	       unsigned int height, uint32_t pitch, uint32_t offset,
	       uint32_t format)
{
	struct drm_mode_fb_cmd2 cmd = {
		.width = width,
		.height = height,
		.pixel_format = format,
		.handles = { buf->handle },
		.pitches = { pitch },
		.offsets = { offset },
	};
	int err;

	err = kms_ioctl(kms, DRM_IOCTL_MODE_ADDFB2, &cmd);
	if (!err)
		buf->fb = cmd.fb_id;

	return err;
}

/*
 * Every pixel tells its place and the seed: red is x, green is y (both modulo
 * 256), blue the seed. vmlib/gpu.py computes the same.
 */
void kms_buf_paint(struct kms_buf *buf, unsigned int seed)
{
	unsigned int x, y;

	for (y = 0; y < buf->height; y++) {
		uint32_t *row = (uint32_t *)((char *)buf->map + (size_t)y * buf->pitch);

		for (x = 0; x < buf->width; x++)
			row[x] = 0xff000000u | (x & 255) << 16 | (y & 255) << 8 |
				 (seed & 255);
	}
}

/* Light a head, or with fb 0 switch it off. */
int kms_set(struct kms *kms, unsigned int head, uint32_t fb, unsigned int x,
	    unsigned int y, struct drm_mode_modeinfo *mode)
{
	struct drm_mode_crtc crtc = {
		.set_connectors_ptr = (uintptr_t)&kms->head[head].connector,
		.crtc_id = kms->head[head].crtc,
	};

	if (fb) {
		crtc.count_connectors = 1;
		crtc.fb_id = fb;
		crtc.x = x;
		crtc.y = y;
		crtc.mode_valid = 1;
		crtc.mode = *mode;
	}

	return kms_ioctl(kms, DRM_IOCTL_MODE_SETCRTC, &crtc);
}

/* Give several heads new pictures in one atomic commit. */
int kms_commit(struct kms *kms, const unsigned int *heads, const uint32_t *fbs,
	       unsigned int count)
{
	uint32_t objs[KMS_HEADS], counts[KMS_HEADS], props[KMS_HEADS];
	uint64_t values[KMS_HEADS];
	struct drm_mode_atomic atomic = {
		.count_objs = count,
		.objs_ptr = (uintptr_t)objs,
		.count_props_ptr = (uintptr_t)counts,
		.props_ptr = (uintptr_t)props,
		.prop_values_ptr = (uintptr_t)values,
	};
	unsigned int i;

	for (i = 0; i < count; i++) {
		objs[i] = kms->head[heads[i]].plane;
		counts[i] = 1;
		props[i] = kms->head[heads[i]].plane_fb;
		values[i] = fbs[i];
	}

	return kms_ioctl(kms, DRM_IOCTL_MODE_ATOMIC, &atomic);
}

/* The id of a property; asked for once, since ids do not change. */
static int kms_property_id(struct kms *kms, uint32_t object, uint32_t type,
			   const char *name, uint32_t *id)
{
	static struct {
		uint32_t object;
		const char *name;
		uint32_t id;
	} known[KMS_PROPS];
	static unsigned int count;
	uint64_t value;
	unsigned int i;
	int err;

	for (i = 0; i < count; i++) {
		if (known[i].object == object && !strcmp(known[i].name, name)) {
			*id = known[i].id;
			return 0;
		}
	}

	err = kms_property(kms, object, type, name, id, &value);
	if (!err && count < KMS_PROPS) {
		known[count].object = object;
		known[count].name = name;
		known[count++].id = *id;
	}

	return err;
}

/* Set properties of objects of one type in one atomic commit. */
int kms_atomic(struct kms *kms, const struct kms_value *values, unsigned int count,
	       uint32_t type, uint32_t flags)
{
	uint32_t objs[KMS_PROPS], counts[KMS_PROPS], props[KMS_PROPS];
	uint64_t wanted[KMS_PROPS];
	struct drm_mode_atomic atomic = {
		.flags = flags,
		.count_objs = count,
		.objs_ptr = (uintptr_t)objs,
		.count_props_ptr = (uintptr_t)counts,
		.props_ptr = (uintptr_t)props,
		.prop_values_ptr = (uintptr_t)wanted,
	};
	unsigned int i;
	int err;

	for (i = 0; i < count; i++) {
		objs[i] = values[i].object;
		counts[i] = 1;
		wanted[i] = values[i].value;
		err = kms_property_id(kms, values[i].object, type, values[i].name,
				      &props[i]);
		if (err)
			return err;
	}

	return kms_ioctl(kms, DRM_IOCTL_MODE_ATOMIC, &atomic);
}
