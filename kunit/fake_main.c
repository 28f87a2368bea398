// SPDX-License-Identifier: GPL-2.0-only

#include <linux/module.h>

MODULE_DESCRIPTION("Orion: virtio devices in memory, played by tests");
MODULE_LICENSE("GPL");
