/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is used of QEMU's interface for plugins, version 1. Debian 12 has no
 * package with a header for it.
 */
#ifndef _COUNT_H
#define _COUNT_H

#include <stddef.h>
#include <stdint.h>

#define COUNT_API	__attribute__((visibility("default")))

/* Adds to a 64-bit number, without a call. */
#define COUNT_OP_ADD	0
/* A callback that does not look at registers. */
#define COUNT_CB_PLAIN	0

struct qemu_plugin_tb;
struct qemu_plugin_insn;

typedef uint64_t qemu_plugin_id_t;
typedef void (*count_translated)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*count_executed)(unsigned int cpu, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, count_translated cb);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int op,
						void *number, uint64_t add);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, count_executed cb,
					    int flags, void *data);

#endif
