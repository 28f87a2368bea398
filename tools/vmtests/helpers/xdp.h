/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef XDP_H
#define XDP_H

#include <linux/bpf.h>

void die(const char *what);
int load(const struct bpf_insn *insns, int count, int frags);
int load_for(const struct bpf_insn *insns, int count, int frags, int interface);
void attach(const char *name, int prog);

#endif
