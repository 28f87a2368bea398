// SPDX-License-Identifier: GPL-2.0-only
/* Up to v6.12 a symbol namespace is a bare token; from v6.13 a string. */
#include <linux/module.h>

MODULE_IMPORT_NS(PROBE);
