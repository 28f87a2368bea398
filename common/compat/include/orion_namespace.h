/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ORION_NAMESPACE_H
#define _ORION_NAMESPACE_H

#include "compat_config.h"

/*
 * What EXPORT_SYMBOL_NS_GPL() and MODULE_IMPORT_NS() take: a token that the
 * kernel turns into a string up to v6.12, the string itself from v6.13 on.
 */
#ifdef HAVE_SYMBOL_NS_TOKEN
#define ORION_COMMON_NS		ORION_COMMON
#define ORION_DMA_BUF_NS	DMA_BUF
#else
#define ORION_COMMON_NS		"ORION_COMMON"
#define ORION_DMA_BUF_NS	"DMA_BUF"
#endif

#endif
