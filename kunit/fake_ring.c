// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both ring layouts, walked from the device's side.
 *
 * Not vringh: that is for a device that behaves, knows the split layout only,
 * and is missing from kernels without vhost. What goes to the used ring is not
 * checked here, on purpose. What comes from the driver is, since it is the
 * driver that is under test: a wrong descriptor is counted, not followed.
 *
 * Addresses are physical ones. That is what drivers put there unless
 * VIRTIO_F_ACCESS_PLATFORM is negotiated, and what direct DMA without an IOMMU
 * makes of it if it is.
 *
 * Everything here runs under the queue's lock.
 */

#include <linux/io.h>
#include <linux/slab.h>

#include "fake_ring.h"
#include "fake_virtio.h"

/* A chain that is longer than this is a loop. */
#define FAKE_RING_MAX_SEGMENTS	4096

/* A descriptor of either layout, in CPU byte order. */
struct fake_ring_desc {
	u64 addr;
	u32 len;
	u16 flags;
	u16 id;
	u16 next;
};

/* Where a walk is, and what it has met. */
struct fake_ring_walk {
	struct fake_segment *seg;
	unsigned int nseg;
	unsigned int room;
	u16 id;
	u16 ndesc;
};

/**
 * fake_ring_attach() - find the ring that the driver has set up
 * @fvq: queue, whose @vq is set
 *
 * Also after a reset of the queue, which may have moved and resized it.
 */
void fake_ring_attach(struct fake_queue *fvq)
{
	struct virtio_device *vdev = fvq->vq->vdev;
	struct fake_ring *ring = &fvq->ring;

	memset(ring, 0, sizeof(*ring));
	ring->packed = virtio_has_feature(vdev, VIRTIO_F_RING_PACKED);
	ring->event_idx = virtio_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX);
	ring->desc = phys_to_virt(virtqueue_get_desc_addr(fvq->vq));
	ring->driver = phys_to_virt(virtqueue_get_avail_addr(fvq->vq));
	ring->device = phys_to_virt(virtqueue_get_used_addr(fvq->vq));
	ring->avail_wrap = true;
	ring->used_wrap = true;
	ring->signalled_wrap = true;
	ring->num = virtqueue_get_vring_size(fvq->vq);
}

static void fake_ring_segment(struct fake_ring_walk *walk,
			      const struct fake_ring_desc *desc)
{
	if (walk->nseg < walk->room) {
		struct fake_segment *seg = &walk->seg[walk->nseg];

		seg->va = phys_to_virt(desc->addr);
		seg->len = desc->len;
		seg->write = desc->flags & VRING_DESC_F_WRITE;
	}
	walk->nseg++;
}

static struct fake_ring_desc fake_ring_split_desc(struct virtio_device *vdev,
						  const struct vring_desc *table,
						  unsigned int i)
{
	return (struct fake_ring_desc) {
		.addr = virtio64_to_cpu(vdev, table[i].addr),
		.len = virtio32_to_cpu(vdev, table[i].len),
		.flags = virtio16_to_cpu(vdev, table[i].flags),
		.next = virtio16_to_cpu(vdev, table[i].next),
	};
}

/* Follows one table by its next fields; an indirect entry leads to another. */
static bool fake_ring_walk_table(struct virtio_device *vdev,
				 const struct vring_desc *table,
				 unsigned int num, unsigned int i,
				 struct fake_ring_walk *walk)
{
	struct fake_ring_desc desc;

	do {
		if (i >= num || walk->nseg >= FAKE_RING_MAX_SEGMENTS)
			return false;

		desc = fake_ring_split_desc(vdev, table, i);
		if (desc.flags & VRING_DESC_F_INDIRECT) {
			/* Nothing may follow it, nor may it be nested. */
			if (desc.flags & VRING_DESC_F_NEXT ||
			    desc.len % sizeof(*table))
				return false;
			table = phys_to_virt(desc.addr);
			num = desc.len / sizeof(*table);
			desc.flags = VRING_DESC_F_NEXT;
			desc.next = 0;
		} else {
			fake_ring_segment(walk, &desc);
		}
		i = desc.next;
	} while (desc.flags & VRING_DESC_F_NEXT);

	return true;
}

static bool fake_ring_walk_split(struct fake_queue *fvq,
				 struct fake_ring_walk *walk)
{
	struct virtio_device *vdev = fvq->vq->vdev;
	struct fake_ring *ring = &fvq->ring;
	const struct vring_avail *avail = ring->driver;

	walk->ndesc = 1;
	walk->id = virtio16_to_cpu(vdev,
				   avail->ring[ring->next_avail % ring->num]);

	return fake_ring_walk_table(vdev, ring->desc, ring->num, walk->id, walk);
}

static struct fake_ring_desc
fake_ring_packed_desc(const struct vring_packed_desc *table, unsigned int i)
{
	return (struct fake_ring_desc) {
		.addr = le64_to_cpu(table[i].addr),
		.len = le32_to_cpu(table[i].len),
		.flags = le16_to_cpu(table[i].flags),
		.id = le16_to_cpu(table[i].id),
	};
}

/* In an indirect table of this layout, all entries count, in order. */
static bool fake_ring_walk_indirect(const struct fake_ring_desc *indirect,
				    struct fake_ring_walk *walk)
{
	const struct vring_packed_desc *table = phys_to_virt(indirect->addr);
	unsigned int num = indirect->len / sizeof(*table);
	struct fake_ring_desc desc;
	unsigned int i;

	if (num > FAKE_RING_MAX_SEGMENTS)
		return false;

	for (i = 0; i < num; i++) {
		desc = fake_ring_packed_desc(table, i);
		fake_ring_segment(walk, &desc);
	}

	return true;
}

static bool fake_ring_walk_packed(struct fake_queue *fvq,
				  struct fake_ring_walk *walk)
{
	const struct fake_ring *ring = &fvq->ring;
	unsigned int i = ring->next_avail;
	struct fake_ring_desc desc;

	walk->ndesc = 0;
	do {
		if (walk->ndesc >= ring->num)
			return false;

		desc = fake_ring_packed_desc(ring->desc, i);
		walk->ndesc++;
		i = (i + 1) % ring->num;

		if (!(desc.flags & VRING_DESC_F_INDIRECT))
			fake_ring_segment(walk, &desc);
		else if (!fake_ring_walk_indirect(&desc, walk))
			return false;
	} while (desc.flags & VRING_DESC_F_NEXT);

	/* The last entry of a chain has the id. */
	walk->id = desc.id;
	return true;
}

static bool fake_ring_walk(struct fake_queue *fvq, struct fake_ring_walk *walk)
{
	walk->nseg = 0;

	return fvq->ring.packed ? fake_ring_walk_packed(fvq, walk) :
				  fake_ring_walk_split(fvq, walk);
}

static bool fake_ring_has_split(struct fake_queue *fvq)
{
	const struct vring_avail *avail = fvq->ring.driver;
	u16 idx = virtio16_to_cpu(fvq->vq->vdev, READ_ONCE(avail->idx));

	if ((u16)(idx - fvq->ring.next_avail) > fvq->ring.num) {
		fvq->fv->nonsense++;
		return false;
	}

	return idx != fvq->ring.next_avail;
}

static bool fake_ring_has_packed(struct fake_queue *fvq)
{
	const struct fake_ring *ring = &fvq->ring;
	const struct vring_packed_desc *table = ring->desc;
	u16 flags = le16_to_cpu(READ_ONCE(table[ring->next_avail].flags));
	bool avail = flags & BIT(VRING_PACKED_DESC_F_AVAIL);
	bool used = flags & BIT(VRING_PACKED_DESC_F_USED);

	return avail == ring->avail_wrap && used != ring->avail_wrap;
}

static bool fake_ring_has(struct fake_queue *fvq)
{
	if (!fvq->ring.num)
		return false;

	return fvq->ring.packed ? fake_ring_has_packed(fvq) :
				  fake_ring_has_split(fvq);
}

static void fake_ring_advance(struct fake_ring *ring, u16 ndesc)
{
	ring->next_avail += ndesc;
	if (!ring->packed || ring->next_avail < ring->num)
		return;

	ring->next_avail -= ring->num;
	ring->avail_wrap = !ring->avail_wrap;
}

static struct fake_chain *fake_ring_chain(struct fake_queue *fvq,
					  struct fake_ring_walk *walk)
{
	struct fake_chain *chain;
	unsigned int i;

	chain = kzalloc(struct_size(chain, seg, walk->nseg), GFP_ATOMIC);
	if (!chain)
		return NULL;

	chain->nseg = walk->nseg;
	walk->room = walk->nseg;
	walk->seg = chain->seg;
	fake_ring_walk(fvq, walk);

	chain->fvq = fvq;
	chain->id = walk->id;
	chain->ndesc = walk->ndesc;
	INIT_LIST_HEAD(&chain->entry);
	for (i = 0; i < chain->nseg; i++) {
		if (chain->seg[i].write)
			chain->in_len += chain->seg[i].len;
		else
			chain->out_len += chain->seg[i].len;
	}

	return chain;
}

/**
 * fake_ring_take() - take the next request off the ring
 * @fvq: queue
 *
 * Return: the request, owned by the caller, or NULL if there is none.
 */
struct fake_chain *fake_ring_take(struct fake_queue *fvq)
{
	struct fake_ring_walk walk = {};
	struct fake_chain *chain;

	lockdep_assert_held(&fvq->lock);

	if (!fake_ring_has(fvq))
		return NULL;

	/* Nothing of a request is read before it is seen to be there. */
	virt_rmb();
	if (!fake_ring_walk(fvq, &walk)) {
		fvq->fv->nonsense++;
		fvq->ring.num = 0;
		return NULL;
	}

	chain = fake_ring_chain(fvq, &walk);
	if (chain)
		fake_ring_advance(&fvq->ring, walk.ndesc);

	return chain;
}

/**
 * fake_ring_listen() - ask to be notified of what comes next
 * @fvq: queue
 *
 * To be followed by another fake_ring_take(), since a request may have come in
 * between. Without event index the device is notified of everything anyway.
 */
void fake_ring_listen(struct fake_queue *fvq)
{
	struct fake_ring *ring = &fvq->ring;
	struct vring_used *used = ring->device;
	__virtio16 *avail_event;

	lockdep_assert_held(&fvq->lock);

	if (!ring->num || ring->packed || !ring->event_idx)
		return;

	avail_event = (__virtio16 *)&used->ring[ring->num];
	WRITE_ONCE(*avail_event,
		   cpu_to_virtio16(fvq->vq->vdev, ring->next_avail));
	/* What was added before the driver saw this comes without a kick. */
	virt_mb();
}

static void fake_ring_put_split(struct fake_queue *fvq, u32 id, u32 len)
{
	struct virtio_device *vdev = fvq->vq->vdev;
	struct fake_ring *ring = &fvq->ring;
	struct vring_used *used = ring->device;
	struct vring_used_elem *elem = &used->ring[ring->next_used % ring->num];

	elem->id = cpu_to_virtio32(vdev, id);
	elem->len = cpu_to_virtio32(vdev, len);
	ring->next_used++;
}

static void fake_ring_put_packed(struct fake_queue *fvq, u32 id, u16 ndesc,
				 u32 len)
{
	struct fake_ring *ring = &fvq->ring;
	struct vring_packed_desc *table = ring->desc;
	struct vring_packed_desc *desc = &table[ring->next_used];
	u16 flags = len ? VRING_DESC_F_WRITE : 0;

	if (ring->used_wrap)
		flags |= BIT(VRING_PACKED_DESC_F_AVAIL) |
			 BIT(VRING_PACKED_DESC_F_USED);

	desc->id = cpu_to_le16(id);
	desc->len = cpu_to_le32(len);
	if (!ring->hidden) {
		/* The driver stops at this one until it is published. */
		ring->hidden = &desc->flags;
		ring->hidden_flags = cpu_to_le16(flags);
	} else {
		WRITE_ONCE(desc->flags, cpu_to_le16(flags));
	}

	ring->next_used += ndesc;
	if (ring->next_used >= ring->num) {
		ring->next_used -= ring->num;
		ring->used_wrap = !ring->used_wrap;
	}
}

/**
 * fake_ring_put() - return a buffer, right or wrong
 * @fvq: queue
 * @id: its id, not checked
 * @ndesc: ring slots that it occupied (packed ring)
 * @len: bytes that were written into it, not checked
 *
 * The driver sees it after fake_ring_publish().
 */
void fake_ring_put(struct fake_queue *fvq, u32 id, u16 ndesc, u32 len)
{
	lockdep_assert_held(&fvq->lock);

	if (!fvq->ring.num)
		return;

	fvq->returned++;
	if (fvq->ring.packed)
		fake_ring_put_packed(fvq, id, ndesc, len);
	else
		fake_ring_put_split(fvq, id, len);
}

/**
 * fake_ring_publish() - let the driver see what was returned, all at once
 * @fvq: queue
 */
void fake_ring_publish(struct fake_queue *fvq)
{
	struct fake_ring *ring = &fvq->ring;
	struct vring_used *used = ring->device;

	lockdep_assert_held(&fvq->lock);

	if (!ring->num)
		return;

	/* What this makes visible must be complete. */
	virt_wmb();
	if (!ring->packed) {
		WRITE_ONCE(used->idx,
			   cpu_to_virtio16(fvq->vq->vdev, ring->next_used));
	} else if (ring->hidden) {
		WRITE_ONCE(*ring->hidden, ring->hidden_flags);
		ring->hidden = NULL;
	}
}

static bool fake_ring_signal_split(struct fake_queue *fvq, u16 old)
{
	struct virtio_device *vdev = fvq->vq->vdev;
	const struct fake_ring *ring = &fvq->ring;
	const struct vring_avail *avail = ring->driver;
	u16 event;

	if (!ring->event_idx)
		return !(virtio16_to_cpu(vdev, READ_ONCE(avail->flags)) &
			 VRING_AVAIL_F_NO_INTERRUPT);

	event = virtio16_to_cpu(vdev, READ_ONCE(avail->ring[ring->num]));
	return vring_need_event(event, ring->next_used, old);
}

static bool fake_ring_signal_packed(struct fake_queue *fvq, u16 old,
				    bool old_wrap)
{
	const struct fake_ring *ring = &fvq->ring;
	const struct vring_packed_desc_event *event = ring->driver;
	u16 off_wrap;
	u16 off;

	switch (le16_to_cpu(READ_ONCE(event->flags))) {
	case VRING_PACKED_EVENT_FLAG_DISABLE:
		return false;
	case VRING_PACKED_EVENT_FLAG_DESC:
		break;
	default:
		return true;
	}

	/* Across a wrap the two indices cannot be compared: better once too often. */
	if (old_wrap != ring->used_wrap)
		return true;

	off_wrap = le16_to_cpu(READ_ONCE(event->off_wrap));
	off = off_wrap & ~BIT(VRING_PACKED_EVENT_F_WRAP_CTR);
	if (!!(off_wrap & BIT(VRING_PACKED_EVENT_F_WRAP_CTR)) != ring->used_wrap)
		off -= ring->num;

	return vring_need_event(off, ring->next_used, old);
}

/**
 * fake_ring_signal() - does the driver want an interrupt?
 * @fvq: queue
 *
 * Asked once after one or several fake_ring_put().
 *
 * Return: true if what was returned since the last call calls for one.
 */
bool fake_ring_signal(struct fake_queue *fvq)
{
	struct fake_ring *ring = &fvq->ring;
	bool old_wrap = ring->signalled_wrap;
	u16 old = ring->signalled;

	lockdep_assert_held(&fvq->lock);

	if (!ring->num)
		return false;

	/* The driver arms the interrupt, then looks; we return, then look. */
	virt_mb();
	ring->signalled = ring->next_used;
	ring->signalled_wrap = ring->used_wrap;

	return ring->packed ? fake_ring_signal_packed(fvq, old, old_wrap) :
			      fake_ring_signal_split(fvq, old);
}
