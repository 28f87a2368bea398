/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_DRM_FILE_H
#define _ORION_COMPAT_DRM_FILE_H

#include_next <drm/drm_file.h>
#include "compat_config.h"

/*
 * The keys of Documentation/gpu/drm-usage-stats.rst that every driver has, and
 * what is resident: buffers of ours always are.
 */
#ifndef HAVE_DRM_SHOW_FDINFO
#include <linux/dma-resv.h>
#include <linux/once.h>
#include <linux/seq_file.h>
#include <linux/siphash.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem.h>

/* Files have no number here; nothing else is told of the address. */
static inline u64 compat_drm_client_id(const struct drm_file *file)
{
	static siphash_key_t key __read_mostly;

	get_random_once(&key, sizeof(key));
	return siphash_1u64((unsigned long)file, &key);
}

static inline void drm_show_fdinfo(struct seq_file *m, struct file *f)
{
	struct drm_file *file = f->private_data;
	struct drm_device *drm = file->minor->dev;
	u64 total = 0, shared = 0, active = 0;
	struct drm_gem_object *obj;
	int id;

	spin_lock(&file->table_lock);
	idr_for_each_entry(&file->object_idr, obj, id) {
		total += obj->size;
		if (obj->handle_count > 1)
			shared += obj->size;
		if (!dma_resv_test_signaled(obj->resv, dma_resv_usage_rw(true)))
			active += obj->size;
	}
	spin_unlock(&file->table_lock);

	seq_printf(m, "drm-driver:\t%s\n", drm->driver->name);
	seq_printf(m, "drm-client-id:\t%llu\n", compat_drm_client_id(file));
	seq_printf(m, "drm-pdev:\t%s\n", dev_name(drm->dev));
	seq_printf(m, "drm-total-memory:\t%llu KiB\n", total >> 10);
	seq_printf(m, "drm-shared-memory:\t%llu KiB\n", shared >> 10);
	seq_printf(m, "drm-active-memory:\t%llu KiB\n", active >> 10);
	seq_printf(m, "drm-resident-memory:\t%llu KiB\n", total >> 10);
}
#endif

#endif
