/* SPDX-License-Identifier: GPL-2.0-only */
/* A program for XDP that is a function in C, behind a struct bpf_prog. */
#ifndef _ORION_FAKE_PROG_H
#define _ORION_FAKE_PROG_H

struct bpf_insn;
struct bpf_prog;
struct kunit;
struct net_device;

struct bpf_prog *fake_prog_alloc(unsigned int (*run)(const void *ctx,
						     const struct bpf_insn *insn));
void fake_prog_free(struct kunit *test, struct bpf_prog *prog);
int fake_prog_attach(struct net_device *dev, struct bpf_prog *prog);

#endif
