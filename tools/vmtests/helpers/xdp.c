// SPDX-License-Identifier: GPL-2.0-only
/*
 * Put a program of three instructions onto an interface, by the system calls
 * alone: so that a test needs neither a compiler for BPF nor a loader.
 *
 *	xdp attach INTERFACE ACTION [frags]
 *
 * ACTION is pass, drop, tx, aborted, a number that is no action, or
 * redirect:INTERFACE. Native mode or nothing. What the kernel says against it
 * goes to stderr.
 */

#include <linux/bpf.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xdp.h"

static struct bpf_insn move(int reg, int value)
{
	return (struct bpf_insn) { .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = reg,
				   .imm = value };
}

/* The instructions for an action; returns their number. */
static int program(struct bpf_insn *insns, const char *action)
{
	static const char *const names[] = { "aborted", "drop", "pass", "tx" };
	int n = 0;
	size_t i;

	if (!strncmp(action, "redirect:", 9)) {
		unsigned int to = if_nametoindex(action + 9);

		if (!to)
			die(action);
		insns[n++] = move(BPF_REG_1, to);
		insns[n++] = move(BPF_REG_2, 0);
		insns[n++] = (struct bpf_insn) { .code = BPF_JMP | BPF_CALL,
						 .imm = BPF_FUNC_redirect };
	} else {
		int value = atoi(action);

		for (i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (!strcmp(action, names[i]))
				value = i;
		insns[n++] = move(BPF_REG_0, value);
	}
	insns[n++] = (struct bpf_insn) { .code = BPF_JMP | BPF_EXIT };
	return n;
}

int main(int argc, char **argv)
{
	struct bpf_insn insns[8];

	if (argc < 4 || strcmp(argv[1], "attach")) {
		fprintf(stderr, "usage: xdp attach INTERFACE ACTION [frags]\n");
		return 2;
	}
	attach(argv[2], load(insns, program(insns, argv[3]),
			     argc > 4 && !strcmp(argv[4], "frags")));
	return 0;
}
