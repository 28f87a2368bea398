// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ask the driver for the hash of each frame, as programs of an interface can.
 *
 *	xdphash INTERFACE
 *
 * Runs until SIGTERM, and then prints "TYPE HASH" of the last frame of each type
 * of hash; as type 0 what the driver answered if it had none, as a positive errno.
 * All frames go on to the stack.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "xdp.h"

#define TYPES	1024
/* More than the type information of any kernel. */
#define BTF_MOST	(64 << 20)

/* Bytes behind an entry of the kernel's type information. */
static size_t btf_more(const struct btf_type *type)
{
	const size_t many = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return 12;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64:
		return 12 * many;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return 8 * many;
	default:
		return 0;
	}
}

/* The number of a function of the kernel's. */
static int btf_function(const char *name)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY), id = 1;
	const struct btf_header *head;
	const char *at, *end, *strings;
	size_t size = 0;
	ssize_t got;
	char *data;

	data = malloc(BTF_MOST);
	if (fd < 0 || !data)
		die("btf");
	while ((got = read(fd, data + size, BTF_MOST - size)) > 0)
		size += got;
	close(fd);
	head = (void *)data;
	at = data + head->hdr_len + head->type_off;
	end = at + head->type_len;
	strings = data + head->hdr_len + head->str_off;
	for (; at < end; id++) {
		const struct btf_type *type = (void *)at;

		if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
		    !strcmp(strings + type->name_off, name))
			return id;
		at += sizeof(*type) + btf_more(type);
	}
	errno = ENOENT;
	die(name);
	return 0;
}

static int make_map(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8,
				.max_entries = TYPES };
	int map = syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));

	if (map < 0)
		die("map");
	return map;
}

/* Keeps the hash at its type, or the errno at 0. */
static int program(int map, int interface)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = 10, .off = -8 },
		{ .code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = 10, .off = -16 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 3, .src_reg = 10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 3, .imm = -16 },
		{ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_KFUNC_CALL,
		  .imm = btf_function("bpf_xdp_metadata_rx_hash") },
		{ .code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 6, .src_reg = 10, .off = -8 },
		{ .code = BPF_JMP32 | BPF_JEQ | BPF_K, .dst_reg = 0, .imm = 0, .off = 3 },
		{ .code = BPF_ALU | BPF_MOV | BPF_X, .dst_reg = 6, .src_reg = 0 },
		{ .code = BPF_ALU | BPF_NEG, .dst_reg = 6 },
		{ .code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = 10, .off = -16 },
		{ .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = map },
		{},
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -16 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem },
		{ .code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = 0, .imm = 0, .off = 1 },
		{ .code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = 0, .src_reg = 6 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return load_for(insns, sizeof(insns) / sizeof(*insns), 0, interface);
}

int main(int argc, char **argv)
{
	sigset_t ends;
	uint64_t hash;
	int map, type;

	if (argc < 2) {
		fprintf(stderr, "usage: xdphash INTERFACE\n");
		return 2;
	}
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	map = make_map();
	attach(argv[1], program(map, if_nametoindex(argv[1])));
	printf("ready\n");
	fflush(stdout);
	sigwaitinfo(&ends, NULL);
	attach(argv[1], -1);
	for (type = 0; type < TYPES; type++) {
		union bpf_attr attr = { .map_fd = map, .key = (uintptr_t)&type,
					.value = (uintptr_t)&hash };

		if (!syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)) && hash)
			printf("%d %llu\n", type, (unsigned long long)hash);
	}
	return 0;
}
