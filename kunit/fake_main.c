// SPDX-License-Identifier: GPL-2.0-only
/* The module that holds the fake devices, and a driver for suites. */

#include <linux/module.h>

MODULE_DESCRIPTION("Orion: virtio devices in memory, played by tests");
MODULE_LICENSE("GPL");
