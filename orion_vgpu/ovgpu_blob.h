/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_BLOB_H
#define _OVGPU_BLOB_H

struct drm_file;
struct drm_virtgpu_resource_create_blob;
struct ovgpu;

int ovgpu_blob_create(struct ovgpu *ovgpu, struct drm_file *file,
		      struct drm_virtgpu_resource_create_blob *args);

#endif
