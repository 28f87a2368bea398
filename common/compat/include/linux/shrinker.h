/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_LINUX_SHRINKER_H
#define _ORION_COMPAT_LINUX_SHRINKER_H

/* It does without these itself only on newer kernels. */
#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include_next <linux/shrinker.h>
#include "compat_config.h"

#ifdef HAVE_SHRINKER_ALLOC
static inline void *compat_shrinker_private(const struct shrinker *shrinker)
{
	return shrinker->private_data;
}

static inline void compat_shrinker_set_private(struct shrinker *shrinker,
					       void *data)
{
	shrinker->private_data = data;
}
#else
#include <linux/container_of.h>
#include <linux/kernel.h>
#include <linux/slab.h>

/* Whoever has a shrinker embeds it here, with what belongs to it. */
struct compat_shrinker {
	struct shrinker base;
	void *data;
	char name[64];
};

static inline void *compat_shrinker_private(const struct shrinker *shrinker)
{
	return container_of(shrinker, struct compat_shrinker, base)->data;
}

static inline void compat_shrinker_set_private(struct shrinker *shrinker,
					       void *data)
{
	container_of(shrinker, struct compat_shrinker, base)->data = data;
}

static inline __printf(2, 3) struct shrinker *
shrinker_alloc(unsigned int flags, const char *fmt, ...)
{
	struct compat_shrinker *own = kzalloc(sizeof(*own), GFP_KERNEL);
	va_list args;

	if (!own)
		return NULL;

	va_start(args, fmt);
	vscnprintf(own->name, sizeof(own->name), fmt, args);
	va_end(args);
	own->base.flags = flags;
	return &own->base;
}

/* Without memory for it nobody tells when memory is short, which is all. */
static inline void shrinker_register(struct shrinker *shrinker)
{
	struct compat_shrinker *own =
		container_of(shrinker, struct compat_shrinker, base);

	if (register_shrinker(shrinker, "%s", own->name))
		pr_warn("%s: no memory for the shrinker\n", own->name);
}

static inline void shrinker_free(struct shrinker *shrinker)
{
	if (!shrinker)
		return;

	unregister_shrinker(shrinker);
	kfree(container_of(shrinker, struct compat_shrinker, base));
}
#endif

#endif
