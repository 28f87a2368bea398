/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtio device in memory, played by a test.
 *
 * The driver side is the ordinary virtio core, so an unmodified driver binds
 * to it. The device side walks the rings by itself, because it must be able to
 * do what no helper for a well-behaved device would let it: answer late, twice,
 * with a wrong length or an id that was never offered, or not at all.
 *
 * In short:
 *
 *	static void echo(struct fake_chain *chain)
 *	{
 *		u8 byte;
 *
 *		fake_chain_read(chain, 0, &byte, 1);
 *		fake_chain_answer(chain, fake_chain_write(chain, 0, &byte, 1));
 *	}
 *
 *	static const struct fake_virtio_ops ops = { .request = echo };
 *
 *	fv = fake_virtio_alloc(&(struct fake_virtio_param) {
 *		.device_id = 16, .features = BIT_ULL(VIRTIO_F_VERSION_1),
 *		.config = &cfg, .config_len = sizeof(cfg), .ops = &ops });
 *	fake_fault_add(fv, &(struct fake_fault) {
 *		.kind = FAKE_FAULT_LATE, .key = 0x100, .delay_ms = 50 });
 *	fake_virtio_plug(fv);		matches, negotiates and probes
 *	fake_virtio_settle(fv);		all that was asked is answered
 *	fake_virtio_free(fv);		unplugs first
 *
 * fake_gpu.h and fake_net.h are two devices built on this.
 */
#ifndef _ORION_FAKE_VIRTIO_H
#define _ORION_FAKE_VIRTIO_H

#include <linux/cpumask.h>
#include <linux/iopoll.h>
#include <linux/irq_work.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>
#include <linux/workqueue.h>

/** FAKE_VIRTIO_QUEUES - most queues that a device can have */
#define FAKE_VIRTIO_QUEUES	40
/** FAKE_VIRTIO_QUEUE_SIZE - ring size where the test asks for none */
#define FAKE_VIRTIO_QUEUE_SIZE	64
/** FAKE_VIRTIO_REGIONS - most shared memory regions of a device */
#define FAKE_VIRTIO_REGIONS	4

/**
 * fake_wait() - give the driver's own threads the time to reach a state
 * @cond: expression that becomes true
 *
 * Five seconds at most, which cost nothing where time travels.
 *
 * Return: whether it did.
 */
#define fake_wait(cond)							\
({									\
	bool __reached;							\
									\
	!read_poll_timeout((bool), __reached, __reached, 1000,		\
			   5 * USEC_PER_SEC, false, (cond));		\
})

struct fake_chain;
struct fake_queue;
struct fake_virtio;

/**
 * enum fake_fault_kind - what the device does wrong
 * @FAKE_FAULT_NONE: nothing; the request is served
 * @FAKE_FAULT_NEVER: the request is taken and stays unanswered. It is not
 *	shown to the device model until the test calls fake_chain_serve() on
 *	what fake_queue_held() returns
 * @FAKE_FAULT_LATE: the request is served &fake_fault.delay_ms later
 * @FAKE_FAULT_SHORT: served, but the used length is cut to &fake_fault.value
 *	and what lies behind it is not written
 * @FAKE_FAULT_LENGTH: served in full, and &fake_fault.value is claimed as used
 *	length
 * @FAKE_FAULT_TYPE: refused by the device model with &fake_fault.value as
 *	response type (GPU) or acknowledge byte (network control)
 * @FAKE_FAULT_GARBAGE: served, the answer overwritten with the byte
 *	&fake_fault.value before the driver sees it
 * @FAKE_FAULT_TWICE: served, the same buffer returned two times
 * @FAKE_FAULT_BAD_ID: served, another buffer's id (&fake_fault.value) returned
 * @FAKE_FAULT_LOST_IRQ: served, no interrupt raised
 * @FAKE_FAULT_BREAK: not served; all queues are marked broken, as a transport
 *	does when the device is pulled out
 * @FAKE_FAULT_NEEDS_RESET: not served; the device stops, sets its NEEDS_RESET
 *	status bit and raises the configuration interrupt
 */
enum fake_fault_kind {
	FAKE_FAULT_NONE,
	FAKE_FAULT_NEVER,
	FAKE_FAULT_LATE,
	FAKE_FAULT_SHORT,
	FAKE_FAULT_LENGTH,
	FAKE_FAULT_TYPE,
	FAKE_FAULT_GARBAGE,
	FAKE_FAULT_TWICE,
	FAKE_FAULT_BAD_ID,
	FAKE_FAULT_LOST_IRQ,
	FAKE_FAULT_BREAK,
	FAKE_FAULT_NEEDS_RESET,
};

/** FAKE_FAULT_ALL_QUEUES - for &fake_fault.queue: whichever queue */
#define FAKE_FAULT_ALL_QUEUES	(-1)
/** FAKE_FAULT_ALL_KEYS - for &fake_fault.key: whichever request */
#define FAKE_FAULT_ALL_KEYS	0
/** FAKE_FAULT_FOREVER - for &fake_fault.count: every matching request */
#define FAKE_FAULT_FOREVER	0

/**
 * struct fake_fault - one line of a script
 * @kind: what goes wrong
 * @queue: index of the queue, or FAKE_FAULT_ALL_QUEUES. Mind that 0 is a queue
 * @key: which request: a GPU command type, FAKE_NET_KEY() for network control,
 *	or FAKE_FAULT_ALL_KEYS
 * @skip: matching requests that still go right
 * @count: matching requests that go wrong after these, or FAKE_FAULT_FOREVER
 * @value: length, type, byte or id, as @kind says
 * @delay_ms: for FAKE_FAULT_LATE
 */
struct fake_fault {
	enum fake_fault_kind kind;
	int queue;
	u32 key;
	unsigned int skip;
	unsigned int count;
	u32 value;
	unsigned int delay_ms;
};

/**
 * struct fake_segment - a piece of a request's memory
 * @va: where it is
 * @len: its size in bytes
 * @write: the device may write it, and may not read it
 */
struct fake_segment {
	void *va;
	u32 len;
	bool write;
};

/**
 * struct fake_chain - one request, as the device sees it
 * @fvq: the queue it came from
 * @entry: place in &fake_queue.held
 * @fault: what the script wants done to it; FAKE_FAULT_NONE by default
 * @due: when FAKE_FAULT_LATE lets it be served, in jiffies
 * @id: what is written to the used ring to return it
 * @ndesc: ring slots that it occupies (packed ring)
 * @out_len: bytes that the device may read
 * @in_len: bytes that the device may write
 * @nseg: number of @seg
 * @seg: its memory, in order
 *
 * Belongs to the device from the moment it is taken off the ring until
 * fake_chain_answer() or fake_chain_drop(), which free it. A device reset drops
 * all.
 */
struct fake_chain {
	struct fake_queue *fvq;
	struct list_head entry;
	struct fake_fault fault;
	unsigned long due;
	u16 id;
	u16 ndesc;
	u32 out_len;
	u32 in_len;
	unsigned int nseg;
	struct fake_segment seg[] __counted_by(nseg);
};

/**
 * struct fake_virtio_ops - a device model
 * @request: A request has arrived. The model answers it with
 *	fake_chain_answer(), or leaves it on the queue's list of held requests.
 *	NULL holds all. Process context, one call per queue at a time.
 * @key: What &fake_fault.key is compared with; NULL means no request has one.
 * @config_read: The driver is about to read the configuration space.
 * @config_written: The driver wrote to it.
 * @status: The driver wrote the status byte.
 * @reset: The device was reset; all requests are gone already.
 *
 * Every member is optional.
 */
struct fake_virtio_ops {
	void (*request)(struct fake_chain *chain);
	u32 (*key)(struct fake_chain *chain);
	void (*config_read)(struct fake_virtio *fv, unsigned int offset,
			    unsigned int len);
	void (*config_written)(struct fake_virtio *fv, unsigned int offset,
			       unsigned int len);
	void (*status)(struct fake_virtio *fv, u8 status);
	void (*reset)(struct fake_virtio *fv);
};

/**
 * struct fake_virtio_param - what device to make
 * @device_id: virtio device type, VIRTIO_ID_*
 * @features: what is offered, all 64 bits as they are: a device without
 *	VIRTIO_F_VERSION_1 is a legacy device. VIRTIO_F_RING_PACKED,
 *	VIRTIO_RING_F_INDIRECT_DESC, VIRTIO_RING_F_EVENT_IDX and
 *	VIRTIO_F_RING_RESET are honoured
 * @config: initial configuration space, copied; NULL for zeroes
 * @config_len: its size in bytes
 * @queues: number of queues that exist, 0 for FAKE_VIRTIO_QUEUES
 * @queue_size: size of every ring, 0 for FAKE_VIRTIO_QUEUE_SIZE; see also
 *	&fake_queue.size
 * @ops: the device model
 * @priv: for the model, see &fake_virtio.priv
 */
struct fake_virtio_param {
	u32 device_id;
	u64 features;
	const void *config;
	size_t config_len;
	unsigned int queues;
	unsigned int queue_size;
	const struct fake_virtio_ops *ops;
	void *priv;
};

/**
 * struct fake_ring - where a ring is, and how far the device has come
 * @packed: which of the two layouts it has
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was negotiated
 * @num: number of entries
 * @desc: descriptor table, or the packed ring itself
 * @driver: available ring, or the driver's event suppression
 * @device: used ring, or the device's event suppression
 * @next_avail: next entry to take
 * @next_used: next entry to return
 * @avail_wrap: packed: wrap counter that goes with @next_avail
 * @used_wrap: packed: wrap counter that goes with @next_used
 * @hidden: packed: flags that are held back so that none is seen too early
 * @hidden_flags: packed: what they will be
 * @signalled: value of @next_used at the last interrupt decision
 * @signalled_wrap: packed: wrap counter that goes with @signalled
 */
struct fake_ring {
	bool packed;
	bool event_idx;
	u16 num;
	void *desc;
	void *driver;
	void *device;
	u16 next_avail;
	u16 next_used;
	bool avail_wrap;
	bool used_wrap;
	__le16 *hidden;
	__le16 hidden_flags;
	u16 signalled;
	bool signalled_wrap;
};

/**
 * struct fake_queue - one virtqueue, from the device's side
 */
struct fake_queue {
	/* Constant from fake_virtio_alloc() on. */

	/** @fv: The device. */
	struct fake_virtio *fv;
	/** @index: Which queue it is. */
	unsigned int index;

	/* The test may set these before fake_virtio_plug(). */

	/** @size: Ring size that is offered. */
	unsigned int size;
	/** @find_err: What find_vqs() fails with at this queue; 0 for success. */
	int find_err;
	/** @reset_err: What resetting this queue fails with. */
	int reset_err;
	/** @enable_err: What enabling it again after a reset fails with. */
	int enable_err;

	/* Counters, for the test to read. */

	/** @kicks: Notifications from the driver. */
	unsigned int kicks;
	/** @taken: Requests that the device took off the ring. */
	unsigned int taken;
	/** @returned: Entries that it wrote to the used ring. */
	unsigned int returned;
	/** @irqs: Interrupts that were raised. */
	unsigned int irqs;
	/** @quiet: Interrupts not raised, since the driver asked for none. */
	unsigned int quiet;
	/** @resets: Times that this queue alone was reset. */
	unsigned int resets;
	/** @ctx: The driver asked for a per-buffer context. */
	bool ctx;
	/** @has_callback: The driver gave a callback. */
	bool has_callback;
	/** @affinity: What the driver set last. */
	struct cpumask affinity;
	/** @affinity_set: Times that it did. */
	unsigned int affinity_set;

	/* Insides. */

	/** @lock: Guards all that follows. Taken with interrupts off. */
	spinlock_t lock;
	/** @vq: The driver's side; NULL while there is none. */
	struct virtqueue *vq;
	/** @ring: The ring. */
	struct fake_ring ring;
	/** @held: Requests that were taken and not answered, oldest first. */
	struct list_head held;
	/** @stopped: Kicks are counted and not served. */
	bool stopped;
	/** @work: Takes requests off the ring. */
	struct work_struct work;
	/** @late: Serves requests that are due. */
	struct delayed_work late;
	/** @irq: Raises the interrupt, from interrupt context. */
	struct irq_work irq;
};

/**
 * struct fake_region - host-visible shared memory
 * @id: shared memory id
 * @len: size in bytes, 0 for an unused slot
 * @va: the memory, page aligned and physically contiguous
 */
struct fake_region {
	u8 id;
	size_t len;
	void *va;
};

/**
 * struct fake_virtio - one device
 */
struct fake_virtio {
	/** @vdev: The driver's side; NULL unless plugged in. */
	struct virtio_device *vdev;
	/** @priv: For the device model. */
	void *priv;
	/** @platform_data: What @vdev is given as such. */
	void *platform_data;

	/* The test may set these before fake_virtio_plug(). */

	/** @find_vqs_err: What find_vqs() fails with as a whole. */
	int find_vqs_err;
	/** @finalize_err: What finalize_features() fails with. */
	int finalize_err;
	/** @refuse_features: The device does not accept FEATURES_OK. */
	bool refuse_features;

	/* For the test to read. */

	/** @status: Status byte. */
	u8 status;
	/** @resets: Device resets so far; plugging in is one. */
	unsigned int resets;
	/** @config_reads: Reads of the configuration space. */
	unsigned int config_reads;
	/** @config_outside: Accesses beyond its end. Reads return zeroes. */
	unsigned int config_outside;
	/** @nonsense: Rings and descriptors that the driver got wrong. */
	unsigned int nonsense;
	/** @nqueues: Queues that the driver has set up. */
	unsigned int nqueues;

	/* Insides. */

	/** @refs: One for the test, one for @vdev. */
	struct kref refs;
	/** @ops: The device model. */
	const struct fake_virtio_ops *ops;
	/** @device_id: Virtio device type. */
	u32 device_id;
	/** @features: Offered features. */
	u64 features;
	/** @max_queues: Queues that exist. */
	unsigned int max_queues;
	/** @dead: The device is gone: it neither takes nor returns anything. */
	bool dead;
	/** @parent: Platform device that stands for the bus. */
	struct device *parent;
	/** @wq: The device's threads. */
	struct workqueue_struct *wq;
	/** @config_irq: Raises the configuration interrupt. */
	struct irq_work config_irq;
	/** @config_lock: Guards @config and @generation. */
	spinlock_t config_lock;
	/** @config: Configuration space. */
	u8 *config;
	/** @config_len: Its size. */
	size_t config_len;
	/** @generation: Configuration generation. */
	u32 generation;
	/** @fault_lock: Guards @faults. */
	spinlock_t fault_lock;
	/** @faults: The script, first match wins. */
	struct list_head faults;
	/** @regions: Shared memory. */
	struct fake_region regions[FAKE_VIRTIO_REGIONS];
	/** @queues: All queues, whether they exist or not. */
	struct fake_queue queues[FAKE_VIRTIO_QUEUES];
};

struct fake_virtio *fake_virtio_alloc(const struct fake_virtio_param *param);
void fake_virtio_free(struct fake_virtio *fv);
int fake_virtio_plug(struct fake_virtio *fv);
void fake_virtio_unplug(struct fake_virtio *fv);
void fake_virtio_yank(struct fake_virtio *fv);
bool fake_virtio_bound(const struct fake_virtio *fv);
void fake_virtio_settle(struct fake_virtio *fv);

void fake_virtio_config_poke(struct fake_virtio *fv, unsigned int offset,
			     const void *buf, unsigned int len);
void fake_virtio_config_peek(struct fake_virtio *fv, unsigned int offset,
			     void *buf, unsigned int len);
void fake_virtio_config_raise(struct fake_virtio *fv);
void fake_virtio_needs_reset(struct fake_virtio *fv);
void fake_virtio_break(struct fake_virtio *fv);
void *fake_virtio_region_add(struct fake_virtio *fv, u8 id, size_t len);

void fake_queue_stop(struct fake_queue *fvq);
void fake_queue_start(struct fake_queue *fvq);
struct fake_chain *fake_queue_take(struct fake_queue *fvq);
struct fake_chain *fake_queue_held(struct fake_queue *fvq);
unsigned int fake_queue_count(struct fake_queue *fvq);
void fake_queue_return(struct fake_queue *fvq, u32 id, u32 len);
void fake_queue_raise(struct fake_queue *fvq);

u32 fake_chain_read(const struct fake_chain *chain, u32 offset, void *dst,
		    u32 len);
u32 fake_chain_write(const struct fake_chain *chain, u32 offset,
		     const void *src, u32 len);
void fake_chain_serve(struct fake_chain *chain);
void fake_chain_answer(struct fake_chain *chain, u32 len);
void fake_chain_answer_all(struct fake_chain **chains, const u32 *lens,
			   unsigned int count);
void fake_chain_drop(struct fake_chain *chain);

int fake_fault_add(struct fake_virtio *fv, const struct fake_fault *fault);
void fake_fault_clear(struct fake_virtio *fv);
unsigned int fake_fault_hits(struct fake_virtio *fv);

#endif
