/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A program with a socket that sees a queue's frames without the stack (AF_XDP).
 * It has memory in chunks, which it gives to the kernel to be filled or sent, by
 * rings that both see. The test's thread gets an address space for that.
 */
#ifndef _ORION_FAKE_SOCK_H
#define _ORION_FAKE_SOCK_H

#include <linux/types.h>

struct kunit;
struct net_device;
struct socket;

/** FAKE_SOCK_CHUNK - bytes of a chunk */
#define FAKE_SOCK_CHUNK		2048
/** FAKE_SOCK_ENTRIES - entries of each ring */
#define FAKE_SOCK_ENTRIES	64
/** FAKE_SOCK_CHUNKS - as many to be filled as to be sent */
#define FAKE_SOCK_CHUNKS	(2 * FAKE_SOCK_ENTRIES)

/**
 * struct fake_sock_ring - a ring that a program and the kernel share
 * @map: where the program has it
 * @producer: offset of the count of entries written
 * @consumer: offset of the count of entries read
 * @entries: offset of the entries
 */
struct fake_sock_ring {
	unsigned long map;
	u64 producer;
	u64 consumer;
	u64 entries;
};

/**
 * struct fake_sock - a socket, and the memory that frames are in
 * @sock: the socket; NULL if there is none
 * @memory: where the program has its memory
 * @fill: chunks for the kernel to fill
 * @done: chunks whose frames were sent
 * @tx: frames to send
 */
struct fake_sock {
	struct socket *sock;
	unsigned long memory;
	struct fake_sock_ring fill;
	struct fake_sock_ring done;
	struct fake_sock_ring tx;
};

int fake_sock_open(struct kunit *test, struct fake_sock *fs, u32 flags,
		   u32 metadata);
int fake_sock_bind(struct fake_sock *fs, struct net_device *dev, u32 queue);
void fake_sock_close(struct fake_sock *fs);

int fake_sock_write(struct fake_sock *fs, u64 addr, const void *data,
		    unsigned int len);
int fake_sock_fill(struct fake_sock *fs, u64 addr);
int fake_sock_send(struct fake_sock *fs, u64 addr, u32 len, u32 options);
int fake_sock_wake(struct fake_sock *fs);
unsigned int fake_sock_sent(struct fake_sock *fs);
u64 fake_sock_reap(struct fake_sock *fs);

#endif
