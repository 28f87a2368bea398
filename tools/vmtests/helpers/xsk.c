// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets that see an interface's frames without the stack (AF_XDP), by the
 * system calls alone.
 *
 *	xsk receive|send|checksum|forward INTERFACE QUEUES COUNT zero|copy
 *
 * A socket is bound to each of the first QUEUES queues, with memory of its own.
 * "receive" counts frames until there are COUNT; "forward" sends them back, their
 * addresses swapped; "send" sends COUNT; so does "checksum", and asks for a checksum
 * of each frame's payload to be put behind its number, but of every fourth it asks
 * for one at a place that is not in the frame. Ended by SIGTERM, or if nothing happens
 * for 20 seconds. At last it prints how many frames were as expected, how many were
 * not, and how many of the sockets were bound without copying.
 *
 * The frames are IPv4 packets of protocol 253. Their payload is a number, most
 * significant byte first, and bytes each one more than the one before, the first
 * of which is the number's last.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "xdp.h"

#define QUEUES		64
#define CHUNK		2048
#define ENTRIES		512
/* As many chunks wait to be filled as are there to be sent. */
#define CHUNKS		(2 * ENTRIES)
#define PROTOCOL	253
#define PAYLOAD		(ETH_HLEN + 20)
#define LONGEST		1514
#define PATIENCE	20000

/* Newer than Debian 12's headers: what is to be done to a frame, before it. */
#define METADATA	64
#define UMEM_METADATA	0x4
#define DESC_METADATA	0x2
#define WANT_CHECKSUM	0x2

struct memory_reg {
	uint64_t addr;
	uint64_t len;
	uint32_t chunk_size;
	uint32_t headroom;
	uint32_t flags;
	uint32_t metadata;
};

struct metadata {
	uint64_t flags;
	uint16_t start;
	uint16_t offset;
};

struct ring {
	uint32_t *producer;
	uint32_t *consumer;
	uint32_t *flags;
	void *entries;
};

struct sock {
	int fd;
	char *memory;
	struct ring fill;
	struct ring done;
	struct ring rx;
	struct ring tx;
	/* Chunks that are ours, to be sent. */
	uint64_t idle[CHUNKS];
	int idles;
};

static struct sock socks[QUEUES];
static int queues;
static int ended;
static unsigned int good, bad;
static int checksums;
static uint8_t addr[ETH_ALEN];

static void end(int number)
{
	__atomic_store_n(&ended, 1, __ATOMIC_RELAXED);
}

static uint32_t waiting(const struct ring *ring)
{
	return __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE) - *ring->consumer;
}

static uint32_t room(const struct ring *ring)
{
	return ENTRIES - (*ring->producer - __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE));
}

static void produce(struct ring *ring, uint32_t count)
{
	__atomic_store_n(ring->producer, *ring->producer + count, __ATOMIC_RELEASE);
	/* The kernel is asked to look before we ask if it wants to be. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void consume(struct ring *ring, uint32_t count)
{
	__atomic_store_n(ring->consumer, *ring->consumer + count, __ATOMIC_RELEASE);
}

static uint64_t *chunk(struct ring *ring, uint32_t at)
{
	return (uint64_t *)ring->entries + (at & (ENTRIES - 1));
}

static struct xdp_desc *desc(struct ring *ring, uint32_t at)
{
	return (struct xdp_desc *)ring->entries + (at & (ENTRIES - 1));
}

static int needs_wakeup(const struct ring *ring)
{
	return __atomic_load_n(ring->flags, __ATOMIC_ACQUIRE) & XDP_RING_NEED_WAKEUP;
}

static void fill(struct sock *sock, uint64_t address)
{
	*chunk(&sock->fill, *sock->fill.producer) = address - address % CHUNK;
	produce(&sock->fill, 1);
}

static struct ring ring_map(int fd, const struct xdp_ring_offset *offset, size_t size, off_t at)
{
	char *map = mmap(NULL, offset->desc + ENTRIES * size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_POPULATE, fd, at);

	if (map == MAP_FAILED)
		die("mmap");
	return (struct ring) { (void *)(map + offset->producer), (void *)(map + offset->consumer),
			       (void *)(map + offset->flags), map + offset->desc };
}

static void rings_map(struct sock *sock)
{
	struct xdp_mmap_offsets offsets;
	socklen_t len = sizeof(offsets);

	if (getsockopt(sock->fd, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &len))
		die("offsets");
	sock->fill = ring_map(sock->fd, &offsets.fr, 8, XDP_UMEM_PGOFF_FILL_RING);
	sock->done = ring_map(sock->fd, &offsets.cr, 8, XDP_UMEM_PGOFF_COMPLETION_RING);
	sock->rx = ring_map(sock->fd, &offsets.rx, sizeof(struct xdp_desc), XDP_PGOFF_RX_RING);
	sock->tx = ring_map(sock->fd, &offsets.tx, sizeof(struct xdp_desc), XDP_PGOFF_TX_RING);
}

static void open_sock(struct sock *sock, unsigned int interface, int queue, int mode)
{
	static const int options[] = { XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING,
				       XDP_TX_RING };
	struct memory_reg memory = { .len = CHUNKS * CHUNK, .chunk_size = CHUNK };
	struct sockaddr_xdp where = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = mode | XDP_USE_NEED_WAKEUP,
		.sxdp_ifindex = interface,
		.sxdp_queue_id = queue,
	};
	int entries = ENTRIES;
	size_t i;

	sock->fd = socket(AF_XDP, SOCK_RAW, 0);
	sock->memory = mmap(NULL, memory.len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (sock->fd < 0 || sock->memory == MAP_FAILED)
		die("socket");
	memory.addr = (uintptr_t)sock->memory;
	if (checksums) {
		memory.flags = UMEM_METADATA;
		memory.metadata = METADATA;
	}
	if (setsockopt(sock->fd, SOL_XDP, XDP_UMEM_REG, &memory, sizeof(memory)))
		die("memory");
	for (i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (setsockopt(sock->fd, SOL_XDP, options[i], &entries, sizeof(entries)))
			die("ring");
	rings_map(sock);
	for (i = 0; i < ENTRIES; i++) {
		fill(sock, i * CHUNK);
		sock->idle[sock->idles++] = (ENTRIES + i) * CHUNK;
	}
	if (bind(sock->fd, (void *)&where, sizeof(where)))
		die("bind");
}

static int bound_without_copy(const struct sock *sock)
{
	struct xdp_options options;
	socklen_t len = sizeof(options);

	return !getsockopt(sock->fd, SOL_XDP, XDP_OPTIONS, &options, &len) &&
	       options.flags & XDP_OPTIONS_ZEROCOPY;
}

static int sockets_map(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_XSKMAP, .key_size = 4, .value_size = 4,
				.max_entries = QUEUES };
	int map = syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
	int i;

	if (map < 0)
		die("map");
	for (i = 0; i < queues; i++) {
		union bpf_attr entry = { .map_fd = map, .key = (uintptr_t)&i,
					 .value = (uintptr_t)&socks[i].fd };

		if (syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &entry, sizeof(entry)))
			die("map");
	}
	return map;
}

/* Our protocol's frames to the socket of their queue, all others to the stack. */
static void attach_program(const char *name, int map)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 2, .src_reg = 1, .off = 0 },
		{ .code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 3, .src_reg = 1, .off = 4 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 4, .src_reg = 2 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 4, .imm = PAYLOAD },
		{ .code = BPF_JMP | BPF_JGT | BPF_X, .dst_reg = 4, .src_reg = 3, .off = 10 },
		{ .code = BPF_LDX | BPF_MEM | BPF_H, .dst_reg = 4, .src_reg = 2, .off = 12 },
		{ .code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = 4, .imm = htons(ETH_P_IP),
		  .off = 8 },
		{ .code = BPF_LDX | BPF_MEM | BPF_B, .dst_reg = 4, .src_reg = 2, .off = 23 },
		{ .code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = 4, .imm = PROTOCOL, .off = 6 },
		{ .code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 2, .src_reg = 1, .off = 16 },
		{ .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = map },
		{},
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect_map },
		{ .code = BPF_JMP | BPF_EXIT },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	attach(name, load(insns, sizeof(insns) / sizeof(*insns), 0));
}

static void judge(const uint8_t *frame, uint32_t len)
{
	uint32_t i;

	for (i = PAYLOAD + 4; i < len; i++)
		if (frame[i] != (uint8_t)(frame[PAYLOAD + 3] + i - PAYLOAD - 4))
			break;
	if (i == len)
		good++;
	else
		bad++;
}

static uint32_t compose(uint8_t *frame, uint32_t number)
{
	const uint32_t len = PAYLOAD + 26 + number * 7 % (LONGEST - PAYLOAD - 26);
	uint32_t value = htonl(number), i;

	memset(frame, 0xff, ETH_ALEN);
	memcpy(frame + ETH_ALEN, addr, ETH_ALEN);
	memset(frame + 2 * ETH_ALEN, 0, PAYLOAD - 2 * ETH_ALEN);
	frame[12] = ETH_P_IP >> 8;
	frame[14] = 0x45;
	frame[16] = (len - ETH_HLEN) >> 8;
	frame[17] = len - ETH_HLEN;
	frame[22] = 64;
	frame[23] = PROTOCOL;
	memcpy(frame + PAYLOAD, &value, 4);
	for (i = PAYLOAD + 4; i < len; i++)
		frame[i] = number + i - PAYLOAD - 4;
	return len;
}

static void send_back(struct sock *sock, const struct xdp_desc *from)
{
	uint8_t *frame = (uint8_t *)sock->memory + from->addr;

	memcpy(frame, frame + ETH_ALEN, ETH_ALEN);
	memcpy(frame + ETH_ALEN, addr, ETH_ALEN);
	*desc(&sock->tx, *sock->tx.producer) = (struct xdp_desc) { from->addr, from->len, 0 };
	produce(&sock->tx, 1);
}

/* Take what came; returns how much that was. */
static int take(struct sock *sock, int back)
{
	uint32_t count = waiting(&sock->rx), i;

	if (back && count > room(&sock->tx))
		count = room(&sock->tx);
	for (i = 0; i < count; i++) {
		const struct xdp_desc *from = desc(&sock->rx, *sock->rx.consumer + i);

		judge((uint8_t *)sock->memory + from->addr, from->len);
		if (back)
			send_back(sock, from);
		else
			fill(sock, from->addr);
	}
	consume(&sock->rx, count);
	return count;
}

/* What is to be done to the frame at @address. */
static void request(struct sock *sock, uint64_t address, uint32_t number, uint32_t len)
{
	struct metadata *metadata = (void *)(sock->memory + address - METADATA);

	memset(metadata, 0, METADATA);
	metadata->flags = WANT_CHECKSUM;
	metadata->start = PAYLOAD;
	metadata->offset = number % 4 == 3 ? len - PAYLOAD - 1 : 4;
}

static int send_new(struct sock *sock, uint32_t *number, uint32_t last)
{
	int count = 0;

	while (*number < last && sock->idles && room(&sock->tx)) {
		uint64_t address = sock->idle[--sock->idles] + (checksums ? METADATA : 0);
		uint32_t len = compose((uint8_t *)sock->memory + address, *number);

		if (checksums)
			request(sock, address, *number, len);
		(*number)++;
		*desc(&sock->tx, *sock->tx.producer) = (struct xdp_desc) {
			address, len, checksums ? DESC_METADATA : 0 };
		produce(&sock->tx, 1);
		count++;
	}
	return count;
}

/* Get back what was sent; returns how much that was. */
static int reap(struct sock *sock, int back)
{
	uint32_t count = waiting(&sock->done), i;

	for (i = 0; i < count; i++) {
		uint64_t address = *chunk(&sock->done, *sock->done.consumer + i);

		if (back)
			fill(sock, address);
		else
			sock->idle[sock->idles++] = address - address % CHUNK;
	}
	consume(&sock->done, count);
	return count;
}

static void wake(const struct sock *sock)
{
	if (needs_wakeup(&sock->fill))
		recvfrom(sock->fd, NULL, 0, MSG_DONTWAIT, NULL, NULL);
	if (needs_wakeup(&sock->tx) && waiting(&sock->tx))
		sendto(sock->fd, NULL, 0, MSG_DONTWAIT, NULL, 0);
}

/* Frames that were to come, went and came back, or went. */
static void run(int back, int make, uint32_t count)
{
	struct pollfd fds[QUEUES];
	uint32_t number = 0;
	unsigned int sent = 0;
	int idle, busy, i;

	for (i = 0; i < queues; i++)
		fds[i] = (struct pollfd) { .fd = socks[i].fd, .events = POLLIN };
	for (idle = 0; idle < PATIENCE; idle = busy ? 0 : idle + 10) {
		if (__atomic_load_n(&ended, __ATOMIC_RELAXED))
			break;
		busy = 0;
		for (i = 0; i < queues; i++) {
			int done = reap(&socks[i], back);

			sent += done;
			busy += done + take(&socks[i], back);
			if (make)
				busy += send_new(&socks[i], &number, count);
			wake(&socks[i]);
		}
		if (make)
			good = sent;
		if ((back || make ? sent : good + bad) >= count)
			break;
		if (!busy)
			poll(fds, queues, 10);
	}
}

static void learn_address(const char *name)
{
	struct ifreq request = {};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request))
		die(name);
	memcpy(addr, request.ifr_hwaddr.sa_data, ETH_ALEN);
	close(fd);
}

int main(int argc, char **argv)
{
	int without_copy = 0, make, i;

	if (argc < 6) {
		fputs("usage: xsk receive|send|checksum|forward INTERFACE QUEUES COUNT zero|copy\n",
		      stderr);
		return 2;
	}
	signal(SIGTERM, end);
	queues = atoi(argv[3]);
	if (queues < 1 || queues > QUEUES)
		return 2;
	checksums = !strcmp(argv[1], "checksum");
	make = checksums || !strcmp(argv[1], "send");
	learn_address(argv[2]);
	for (i = 0; i < queues; i++) {
		open_sock(&socks[i], if_nametoindex(argv[2]), i,
			  !strcmp(argv[5], "zero") ? XDP_ZEROCOPY : XDP_COPY);
		without_copy += bound_without_copy(&socks[i]);
	}
	if (!make)
		attach_program(argv[2], sockets_map());
	printf("ready\n");
	fflush(stdout);
	run(!strcmp(argv[1], "forward"), make, atoi(argv[4]));
	if (!make)
		attach(argv[2], -1);
	printf("%u %u %d\n", good, bad, without_copy);
	return 0;
}
