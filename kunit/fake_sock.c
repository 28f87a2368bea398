// SPDX-License-Identifier: GPL-2.0-only
/* A program with a socket of AF_XDP, by the system calls' insides. */

#include <kunit/test.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/if_xdp.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/socket.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "fake_client.h"
#include "fake_sock.h"

/* What a ring's entries and the counts before them need at most. */
#define FAKE_SOCK_MAP	(FAKE_SOCK_ENTRIES * sizeof(struct xdp_desc) + 512)

static u32 __user *fake_sock_count(const struct fake_sock_ring *ring, u64 which)
{
	return (u32 __user *)(ring->map + which);
}

static u32 fake_sock_get(const struct fake_sock_ring *ring, u64 which)
{
	u32 value;

	/* A ring that is not there has nothing in it. */
	return get_user(value, fake_sock_count(ring, which)) ? 0 : value;
}

/* Where the entry with this number is. */
static void __user *fake_sock_entry(const struct fake_sock_ring *ring, u32 at,
				    size_t size)
{
	return (void __user *)(ring->map + ring->entries +
			       at % FAKE_SOCK_ENTRIES * size);
}

static int fake_sock_produce(const struct fake_sock_ring *ring,
			     const void *entry, size_t size)
{
	u32 at = fake_sock_get(ring, ring->producer);

	if (copy_to_user(fake_sock_entry(ring, at, size), entry, size))
		return -EFAULT;

	/* The entry before the count of them. */
	smp_wmb();
	return put_user(at + 1, fake_sock_count(ring, ring->producer));
}

static int fake_sock_set(struct fake_sock *fs, int name, void *value, int len)
{
	return fs->sock->ops->setsockopt(fs->sock, SOL_XDP, name,
					 KERNEL_SOCKPTR(value), len);
}

static int fake_sock_map(struct kunit *test, struct fake_sock *fs,
			 struct fake_sock_ring *ring,
			 const struct xdp_ring_offset *offset, u64 which)
{
	ring->producer = offset->producer;
	ring->consumer = offset->consumer;
	ring->entries = offset->desc;
	ring->map = kunit_vm_mmap(test, fs->sock->file, 0,
				  PAGE_ALIGN(FAKE_SOCK_MAP),
				  PROT_READ | PROT_WRITE, MAP_SHARED, which);
	if (!IS_ERR_VALUE(ring->map) && ring->map)
		return 0;

	ring->map = 0;
	return -ENOMEM;
}

static int fake_sock_map_rings(struct kunit *test, struct fake_sock *fs)
{
	struct xdp_mmap_offsets offsets;
	/* Frames are not there yet: answers go where they will be. */
	void __user *answer = (void __user *)fs->memory;
	int __user *len = answer + sizeof(offsets);
	int err;

	if (put_user(sizeof(offsets), len))
		return -EFAULT;
	err = fs->sock->ops->getsockopt(fs->sock, SOL_XDP, XDP_MMAP_OFFSETS,
					answer, len);
	if (err)
		return err;
	if (copy_from_user(&offsets, answer, sizeof(offsets)))
		return -EFAULT;

	err = fake_sock_map(test, fs, &fs->fill, &offsets.fr,
			    XDP_UMEM_PGOFF_FILL_RING);
	if (!err)
		err = fake_sock_map(test, fs, &fs->done, &offsets.cr,
				    XDP_UMEM_PGOFF_COMPLETION_RING);
	if (!err)
		err = fake_sock_map(test, fs, &fs->tx, &offsets.tx,
				    XDP_PGOFF_TX_RING);
	return err;
}

static int fake_sock_init(struct kunit *test, struct fake_sock *fs, u32 flags,
			  u32 metadata)
{
	static const int rings[] = { XDP_UMEM_FILL_RING,
				     XDP_UMEM_COMPLETION_RING, XDP_TX_RING };
	struct xdp_umem_reg memory = {
		.len = FAKE_SOCK_CHUNKS * FAKE_SOCK_CHUNK,
		.chunk_size = FAKE_SOCK_CHUNK,
		.flags = flags | (metadata ? XDP_UMEM_TX_METADATA_LEN : 0),
		.tx_metadata_len = metadata,
	};
	int entries = FAKE_SOCK_ENTRIES;
	unsigned int i;
	int err;

	fs->memory = fake_client_memory(test, memory.len);
	if (!fs->memory || IS_ERR_VALUE(fs->memory))
		return -ENOMEM;

	memory.addr = fs->memory;
	err = fake_sock_set(fs, XDP_UMEM_REG, &memory, sizeof(memory));
	for (i = 0; !err && i < ARRAY_SIZE(rings); i++)
		err = fake_sock_set(fs, rings[i], &entries, sizeof(entries));
	return err ?: fake_sock_map_rings(test, fs);
}

/**
 * fake_sock_open() - open a socket with memory and rings
 * @test: test, in whose thread this and all else here is called
 * @fs: to fill
 * @flags: XDP_UMEM_* of the memory
 * @metadata: bytes before a frame that say what is to be done to it, or 0
 *
 * Return: 0 or a negative errno.
 */
int fake_sock_open(struct kunit *test, struct fake_sock *fs, u32 flags,
		   u32 metadata)
{
	struct file *file;
	int err;

	memset(fs, 0, sizeof(*fs));
	err = sock_create_kern(&init_net, AF_XDP, SOCK_RAW, 0, &fs->sock);
	if (err)
		return err;

	/* From here on the socket is the file's, which has it if this fails. */
	file = sock_alloc_file(fs->sock, 0, NULL);
	if (IS_ERR(file)) {
		fs->sock = NULL;
		return PTR_ERR(file);
	}

	err = fake_sock_init(test, fs, flags, metadata);
	if (err)
		fake_sock_close(fs);
	return err;
}
EXPORT_SYMBOL_GPL(fake_sock_open);

/**
 * fake_sock_bind() - bind it to a queue, without copying
 * @fs: open socket
 * @dev: interface
 * @queue: of it
 *
 * Return: 0 or a negative errno.
 */
int fake_sock_bind(struct fake_sock *fs, struct net_device *dev, u32 queue)
{
	struct sockaddr_xdp where = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = XDP_ZEROCOPY | XDP_USE_NEED_WAKEUP,
		.sxdp_ifindex = dev->ifindex,
		.sxdp_queue_id = queue,
	};

	return fs->sock->ops->bind(fs->sock, (struct sockaddr *)&where,
				   sizeof(where));
}
EXPORT_SYMBOL_GPL(fake_sock_bind);

/**
 * fake_sock_close() - close it
 * @fs: socket, or zeroed, or closed
 *
 * It is unbound soon after. The test's thread has no address space then, until it
 * opens the next one.
 */
void fake_sock_close(struct fake_sock *fs)
{
	if (!fs->sock)
		return;

	fake_client_leave_mm();
	fput(fs->sock->file);
	fs->sock = NULL;
	flush_delayed_fput();
}
EXPORT_SYMBOL_GPL(fake_sock_close);

/**
 * fake_sock_write() - write to the memory
 * @fs: socket
 * @addr: where in it
 * @data: what
 * @len: how much
 *
 * Return: 0 or -EFAULT.
 */
int fake_sock_write(struct fake_sock *fs, u64 addr, const void *data,
		    unsigned int len)
{
	return copy_to_user((void __user *)(fs->memory + addr), data, len) ?
	       -EFAULT : 0;
}
EXPORT_SYMBOL_GPL(fake_sock_write);

/**
 * fake_sock_fill() - give the kernel a chunk to receive into
 * @fs: socket
 * @addr: the chunk
 *
 * Return: 0 or -EFAULT.
 */
int fake_sock_fill(struct fake_sock *fs, u64 addr)
{
	return fake_sock_produce(&fs->fill, &addr, sizeof(addr));
}
EXPORT_SYMBOL_GPL(fake_sock_fill);

/**
 * fake_sock_send() - give the kernel a frame to send; it looks when it is woken
 * @fs: socket
 * @addr: where in the memory
 * @len: length of the frame
 * @options: XDP_TX_METADATA or 0
 *
 * Return: 0 or -EFAULT.
 */
int fake_sock_send(struct fake_sock *fs, u64 addr, u32 len, u32 options)
{
	const struct xdp_desc desc = { addr, len, options };

	return fake_sock_produce(&fs->tx, &desc, sizeof(desc));
}
EXPORT_SYMBOL_GPL(fake_sock_send);

/**
 * fake_sock_wake() - have the kernel look at what there is to send
 * @fs: socket that is bound
 *
 * Return: 0 or a negative errno.
 */
int fake_sock_wake(struct fake_sock *fs)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT };
	int ret = sock_sendmsg(fs->sock, &msg);

	return min(ret, 0);
}
EXPORT_SYMBOL_GPL(fake_sock_wake);

/**
 * fake_sock_sent() - how many frames were sent that nobody has reaped
 * @fs: socket
 *
 * Return: their number.
 */
unsigned int fake_sock_sent(struct fake_sock *fs)
{
	return fake_sock_get(&fs->done, fs->done.producer) -
	       fake_sock_get(&fs->done, fs->done.consumer);
}
EXPORT_SYMBOL_GPL(fake_sock_sent);

/**
 * fake_sock_reap() - take the oldest of them back
 * @fs: socket of which one was sent
 *
 * Return: where it is.
 */
u64 fake_sock_reap(struct fake_sock *fs)
{
	u32 at = fake_sock_get(&fs->done, fs->done.consumer);
	u64 addr;

	if (copy_from_user(&addr, fake_sock_entry(&fs->done, at, sizeof(addr)),
			   sizeof(addr)) ||
	    put_user(at + 1, fake_sock_count(&fs->done, fs->done.consumer)))
		return U64_MAX;

	return addr;
}
EXPORT_SYMBOL_GPL(fake_sock_reap);
