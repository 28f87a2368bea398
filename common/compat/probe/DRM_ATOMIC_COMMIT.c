// SPDX-License-Identifier: GPL-2.0-only
/* struct drm_atomic_commit, called drm_atomic_state before: v7.2 */
#include <drm/drm_atomic.h>

int probe(struct drm_device *dev, struct drm_atomic_commit *commit)
{
	return drm_atomic_commit_init(dev, commit);
}
