/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVGPU_CRTC_H
#define _OVGPU_CRTC_H

struct ovgpu_output;

int ovgpu_crtc_init(struct ovgpu_output *output);

#endif
