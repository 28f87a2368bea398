/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_UUID_H
#define _OVGPU_UUID_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/uuid.h>

struct ovgpu_bo;
struct ovgpu_resource;

/**
 * struct ovgpu_uuid - the name by which other devices of the host know a buffer
 */
struct ovgpu_uuid {
	/** @lock: Guards the members below; held while the host is asked. */
	struct mutex lock;
	/** @res: Counted; what the host was asked to name, or NULL. */
	struct ovgpu_resource *res __guarded_by(&lock);
	/** @err: How that ended; so it stays. */
	int err __guarded_by(&lock);
	/** @value: The name, if that went well. */
	uuid_t value __guarded_by(&lock);
};

void ovgpu_uuid_init(struct ovgpu_bo *bo);
void ovgpu_uuid_fini(struct ovgpu_bo *bo);
bool ovgpu_uuid_forget(struct ovgpu_bo *bo);
int ovgpu_uuid_get(struct ovgpu_bo *bo, uuid_t *uuid);

#endif
