/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_COMPAT_UAPI_LINUX_VIRTIO_CONFIG_H
#define _ORION_COMPAT_UAPI_LINUX_VIRTIO_CONFIG_H

#include_next <uapi/linux/virtio_config.h>

/* Bits of VIRTIO 1.1 that got their names here between v6.4 and v6.10. */
#ifndef VIRTIO_F_IN_ORDER
#define VIRTIO_F_IN_ORDER		35
#endif
#ifndef VIRTIO_F_NOTIFICATION_DATA
#define VIRTIO_F_NOTIFICATION_DATA	38
#endif

#endif
