/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_CAPS_H
#define _OVGPU_CAPS_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "ovgpu_cmd.h"

struct ovgpu;

/* Each kind of renderer is a bit of a mask. */
#define OVGPU_CAPS_ID_MAX	63
/* No renderer has more to say of itself. */
#define OVGPU_CAPS_SIZE_MAX	SZ_64K

/**
 * struct ovgpu_caps_set - one kind of renderer, and what it can do
 * @capset: what it is. Constant
 * @data: owned; what the host said last time, of @capset.size bytes, or NULL
 * @version: of @data
 */
struct ovgpu_caps_set {
	struct ovgpu_capset capset;
	void *data;
	u32 version;
};

/**
 * struct ovgpu_caps - the kinds of renderers that the host has
 * @count: of @sets. Constant from ovgpu_caps_fetch() on
 * @mask: a bit for the id of each. Constant likewise
 * @lock: guards what @sets have of the host's words; held while it is asked
 * @sets: the kinds
 */
struct ovgpu_caps {
	unsigned int count;
	u64 mask;
	struct mutex lock; /* see above */
	struct ovgpu_caps_set sets[OVGPU_CAPS_ID_MAX];
};

int ovgpu_caps_init(struct ovgpu *ovgpu);
int ovgpu_caps_fetch(struct ovgpu *ovgpu);
void *ovgpu_caps_get(struct ovgpu *ovgpu, u32 id, u32 version, u32 *size);

#endif
