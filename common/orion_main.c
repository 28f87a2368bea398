// SPDX-License-Identifier: GPL-2.0-only
/* Orion virtio drivers: what both drivers need and virtio explains. */

#include <linux/module.h>

MODULE_DESCRIPTION("Orion virtio drivers: common layer");
MODULE_AUTHOR("Orion virtio drivers");
MODULE_LICENSE("GPL");
