/* SPDX-License-Identifier: GPL-2.0-only */
/* What programs are and do, by the system calls' insides. */
#ifndef _ORION_FAKE_CLIENT_H
#define _ORION_FAKE_CLIENT_H

struct drm_connector;
struct drm_crtc;
struct drm_file;
struct drm_framebuffer;
struct kunit;

int fake_client_show(struct drm_crtc *crtc, struct drm_connector *connector,
		     struct drm_framebuffer *fb, int width, int height);
int fake_client_darken(struct drm_crtc *crtc);
int fake_client_call(struct drm_file *file, unsigned int nr, void *args);

unsigned long fake_client_memory(struct kunit *test, unsigned long size);
void fake_client_leave_mm(void);

#endif
