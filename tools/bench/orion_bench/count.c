// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin for QEMU: how often was each instruction of the guest's kernel
 * executed?
 *
 * The numbers lie in a sparse file that the benchmark maps as well: one for
 * each address of the last 2 GiB, where x86-64 has the kernel and its modules.
 * So nothing of the guest's symbols needs to be known here, and whoever reads
 * the file can tell instructions of a function from calls of it.
 *
 * At one address, which the guest reaches when a benchmark begins and when it
 * ends, the processor waits until the benchmark has looked at the numbers.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "count.h"

#define COUNT_KERNEL	0xffffffff80000000ULL

/* The first addresses hold no code, so their numbers are free for other uses. */
enum {
	/* Instructions below the kernel: programs. */
	COUNT_USER,
	/* Where to wait. Written by the benchmark. */
	COUNT_MARK,
};

COUNT_API int qemu_plugin_version = 1;

static uint64_t *count_numbers;
static int count_socket = -1;

static void count_wait(unsigned int cpu, void *data)
{
	char byte = 0;

	(void)cpu;
	(void)data;
	/* Should the benchmark be gone, so is the guest, soon. */
	if (write(count_socket, &byte, 1) == 1 && read(count_socket, &byte, 1) < 0)
		perror("count: the benchmark does not answer");
}

static void count_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t addr = qemu_plugin_insn_vaddr(insn);
		uint64_t index = COUNT_USER;

		if (addr >= COUNT_KERNEL)
			index = addr - COUNT_KERNEL;
		if (index && addr == count_numbers[COUNT_MARK])
			qemu_plugin_register_vcpu_insn_exec_cb(insn, count_wait,
							       COUNT_CB_PLAIN, NULL);
		qemu_plugin_register_vcpu_insn_exec_inline(insn, COUNT_OP_ADD,
							   &count_numbers[index], 1);
	}
}

static int count_map(const char *path)
{
	struct stat st;
	int fd;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st)) {
		perror(path);
		return -1;
	}
	count_numbers = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
			     fd, 0);
	close(fd);
	if (count_numbers == MAP_FAILED) {
		perror("count: mmap");
		return -1;
	}
	return 0;
}

static int count_connect(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	count_socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (count_socket < 0 || connect(count_socket, (struct sockaddr *)&addr, sizeof(addr))) {
		perror(path);
		return -1;
	}
	return 0;
}

COUNT_API int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	int i, err = 0;

	(void)info;
	for (i = 0; i < argc && !err; i++) {
		if (!strncmp(argv[i], "numbers=", 8))
			err = count_map(argv[i] + 8);
		else if (!strncmp(argv[i], "control=", 8))
			err = count_connect(argv[i] + 8);
	}
	if (err || !count_numbers || count_socket < 0) {
		fprintf(stderr, "count: numbers=FILE and control=SOCKET are needed\n");
		return -1;
	}

	qemu_plugin_register_vcpu_tb_trans_cb(id, count_translate);
	return 0;
}
