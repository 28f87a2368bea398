// SPDX-License-Identifier: GPL-2.0-only
/*
 * The screen of a kernel that panics.
 *
 * Nothing that was shown before is looked at: neither framebuffers, whatever a
 * program has made of them, nor their buffers, wherever the memory is. The
 * message goes into a buffer of its own, which is made with the device and of
 * which the host hears in the panic, and each head is turned to it.
 *
 * No other CPU runs any more, and this one may have been interrupted anywhere.
 * So nothing here waits for a lock, allocates, or wakes somebody, and a device
 * that does not answer soon is left alone: whoever panics wants to reboot.
 */

#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/virtio.h>
#include <linux/vmalloc.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_managed.h>
#include <drm/drm_panic.h>
#include <drm/drm_plane.h>
#include <drm/drm_print.h>
#include <drm/drm_rect.h>

#include "ovgpu.h"

/* Room for a long backtrace, and for a large QR code. */
#define OVGPU_PANIC_WIDTH	1024
#define OVGPU_PANIC_HEIGHT	768
#define OVGPU_PANIC_PITCH	(OVGPU_PANIC_WIDTH * 4)
#define OVGPU_PANIC_PAGES \
	DIV_ROUND_UP(OVGPU_PANIC_PITCH * OVGPU_PANIC_HEIGHT, PAGE_SIZE)

/* The device may take five seconds for all heads together. */
#define OVGPU_PANIC_LOOK_US	100
#define OVGPU_PANIC_PATIENCE	(5 * USEC_PER_SEC / OVGPU_PANIC_LOOK_US)

static const struct drm_rect ovgpu_panic_rect =
	DRM_RECT_INIT(0, 0, OVGPU_PANIC_WIDTH, OVGPU_PANIC_HEIGHT);

/**
 * ovgpu_panic_get_buffer() - where the message is to be drawn
 * @plane: primary plane
 * @buffer: filled with the answer
 *
 * A head that somebody looks at gets the message even if nothing is shown on
 * it: it may be all that there is.
 *
 * Context: Panic.
 * Return: 0, or -ENODEV if nobody would see it.
 */
int ovgpu_panic_get_buffer(struct drm_plane *plane,
			   struct drm_scanout_buffer *buffer)
{
	struct ovgpu_output *output = to_ovgpu_plane(plane)->output;
	struct ovgpu_panic *panic = &output->ovgpu->panic;

	if (!panic->patience ||
	    (!output->display.enabled && !plane->state->fb))
		return -ENODEV;

	buffer->format = drm_format_info(DRM_FORMAT_XRGB8888);
	buffer->width = OVGPU_PANIC_WIDTH;
	buffer->height = OVGPU_PANIC_HEIGHT;
	buffer->pitch[0] = OVGPU_PANIC_PITCH;
	iosys_map_set_vaddr(&buffer->map[0], panic->vaddr);
	return 0;
}

/*
 * Poll until the device returns the buffers of @token, or any if it is NULL.
 * Of the outcome of others' commands nobody will hear any more.
 */
static bool ovgpu_panic_wait_locked(struct ovgpu_panic *panic,
				    struct orion_vq *ovq, const void *token,
				    unsigned int *used)
{
	void *got;

	lockdep_assert_held(&ovq->lock);

	for (; panic->patience; panic->patience--) {
		while ((got = virtqueue_get_buf(ovq->vq, used))) {
			ovq->in_flight--;
			if (!token || got == token)
				return true;
		}
		udelay(OVGPU_PANIC_LOOK_US);
	}

	return false;
}

/* Put a command on the ring, when there is room. */
static int ovgpu_panic_submit_locked(struct ovgpu_panic *panic,
				     struct orion_vq *ovq,
				     struct orion_cmd *cmd)
{
	unsigned int used;
	int err;

	lockdep_assert_held(&ovq->lock);

	do {
		err = orion_vq_add_locked(ovq, cmd->sgs, cmd->out, cmd->in,
					  cmd->descriptors, cmd);
		if (err && err != -ENOSPC)
			return err;
		/*
		 * In any case: whoever added what came before may have been
		 * stopped when he was about to notify the device of it.
		 */
		virtqueue_kick_prepare(ovq->vq);
		virtqueue_notify(ovq->vq);
	} while (err && ovgpu_panic_wait_locked(panic, ovq, NULL, &used));

	return err;
}

static int ovgpu_panic_exec_locked(struct ovgpu_panic *panic,
				   struct orion_vq *ovq, struct ovgpu_cmd *cmd)
{
	struct orion_cmd *base = &cmd->base;
	unsigned int used;
	int err;

	err = ovgpu_panic_submit_locked(panic, ovq, base);
	if (err)
		return err;
	if (!ovgpu_panic_wait_locked(panic, ovq, base, &used))
		return -ETIMEDOUT;
	if (used > base->capacity)
		return -EPROTO;

	return ovgpu_cmd_check(le32_to_cpu(cmd->req.hdr.type), &cmd->answer,
			       used);
}

/**
 * ovgpu_panic_flush() - show the message
 * @plane: primary plane
 *
 * Context: Panic. Takes the control queue's lock only if it is free.
 */
void ovgpu_panic_flush(struct drm_plane *plane)
{
	struct ovgpu_output *output = to_ovgpu_plane(plane)->output;
	struct orion_vq *ovq = &output->ovgpu->queue.control.ovq;
	struct ovgpu_panic *panic = &output->ovgpu->panic;
	unsigned long flags;
	unsigned int step;
	int err = 0;

	ovgpu_cmd_set_scanout(&panic->cmds[OVGPU_PANIC_SCANOUT]->req,
			      output->index, panic->resource,
			      &ovgpu_panic_rect);

	/* Whoever was stopped within has left a ring that nobody can use. */
	if (!spin_trylock_irqsave(&ovq->lock, flags))
		return;

	step = panic->known ? OVGPU_PANIC_TRANSFER : OVGPU_PANIC_CREATE;
	while (!err && step < OVGPU_PANIC_STEPS)
		err = ovgpu_panic_exec_locked(panic, ovq, panic->cmds[step++]);
	panic->known = true;
	/* What went wrong once is not worth more of the panic's time. */
	if (err)
		panic->patience = 0;
	spin_unlock_irqrestore(&ovq->lock, flags);

	/* Should the kernel live on, because somebody only tried this. */
	WRITE_ONCE(output->scanout.unsure, true);
}

static void ovgpu_panic_fini(struct drm_device *drm, void *data)
{
	struct ovgpu_panic *panic = data;
	unsigned int i;

	/* The queue has ended, and the device has nothing of this. */
	for (i = 0; i < OVGPU_PANIC_STEPS; i++)
		ovgpu_queue_cmd_free(panic->cmds[i]);
	if (panic->resource)
		ida_free(&to_ovgpu(drm)->resources.ids, panic->resource);
	vfree(panic->vaddr);
}

/* The list of the memory's pages, for the host; returns its length. */
static int ovgpu_panic_describe(struct ovgpu_panic *panic)
{
	struct scatterlist *sg;
	struct sg_table sgt;
	unsigned int i;
	int ret;

	ret = sg_alloc_table(&sgt, OVGPU_PANIC_PAGES, GFP_KERNEL);
	if (ret)
		return ret;

	for_each_sgtable_sg(&sgt, sg, i)
		sg_set_page(sg, vmalloc_to_page(panic->vaddr + i * PAGE_SIZE),
			    PAGE_SIZE, 0);
	ret = ovgpu_queue_cmd_entries(panic->cmds[OVGPU_PANIC_ATTACH], &sgt,
				      false);
	sg_free_table(&sgt);

	return ret;
}

/*
 * Does the device know memory by its physical address, and see what the CPU
 * writes as it is written? Then to find the address again is arithmetic, and
 * virtio may do that in a panic. To translate it, or to copy, takes locks.
 */
static bool ovgpu_panic_is_seen(struct device *dev, struct page *page,
				size_t offset, size_t len)
{
	dma_addr_t addr = dma_map_page(dev, page, offset, len, DMA_TO_DEVICE);
	bool seen;

	if (dma_mapping_error(dev, addr))
		return false;

	seen = addr == page_to_phys(page) + offset && !dma_need_sync(dev, addr);
	dma_unmap_page(dev, addr, len, DMA_TO_DEVICE);
	return seen;
}

static bool ovgpu_panic_is_all_seen(struct ovgpu *ovgpu)
{
	struct ovgpu_panic *panic = &ovgpu->panic;
	struct device *dev = ovgpu->drm->dev;
	struct scatterlist *sg;
	unsigned int i;
	void *memory;

	if (!ovgpu->gem.use_dma)
		return true;

	for (i = 0; i < OVGPU_PANIC_PAGES; i++) {
		memory = panic->vaddr + i * PAGE_SIZE;
		if (!ovgpu_panic_is_seen(dev, vmalloc_to_page(memory), 0,
					 PAGE_SIZE))
			return false;
	}
	for (i = 0; i < OVGPU_PANIC_STEPS; i++) {
		memory = panic->cmds[i];
		if (!ovgpu_panic_is_seen(dev, virt_to_page(memory),
					 offset_in_page(memory),
					 sizeof(*panic->cmds[i])))
			return false;
	}
	for_each_sgtable_sg(&panic->cmds[OVGPU_PANIC_ATTACH]->entries, sg, i)
		if (!ovgpu_panic_is_seen(dev, sg_page(sg), sg->offset,
					 sg->length))
			return false;

	return true;
}

/* Returns the length of the list that goes with OVGPU_PANIC_ATTACH. */
static int ovgpu_panic_alloc_cmds(struct ovgpu *ovgpu)
{
	struct ovgpu_panic *panic = &ovgpu->panic;
	unsigned int i;

	for (i = 0; i < OVGPU_PANIC_STEPS; i++) {
		struct ovgpu_cmd *cmd = ovgpu_queue_cmd_alloc(ovgpu);

		if (!cmd)
			return -ENOMEM;
		/* Nobody waits for it, should the device return it late. */
		cmd->base.told = true;
		cmd->kept = true;
		panic->cmds[i] = cmd;
	}

	return ovgpu_panic_describe(panic);
}

/* All that is the same in each panic, which is all but the scanout's index. */
static void ovgpu_panic_fill_cmds(struct ovgpu_panic *panic, u32 entries)
{
	struct ovgpu_cmd **cmds = panic->cmds;
	union ovgpu_request *req;
	u32 id = panic->resource;
	LIST_HEAD(batch);

	req = &cmds[OVGPU_PANIC_CREATE]->req;
	ovgpu_queue_add(cmds[OVGPU_PANIC_CREATE],
			ovgpu_cmd_create_2d(req, id,
					    VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM,
					    OVGPU_PANIC_WIDTH,
					    OVGPU_PANIC_HEIGHT), &batch);
	req = &cmds[OVGPU_PANIC_ATTACH]->req;
	ovgpu_queue_add(cmds[OVGPU_PANIC_ATTACH],
			ovgpu_cmd_attach(req, id, entries), &batch);
	req = &cmds[OVGPU_PANIC_TRANSFER]->req;
	ovgpu_queue_add(cmds[OVGPU_PANIC_TRANSFER],
			ovgpu_cmd_transfer(req, id, &ovgpu_panic_rect, 0),
			&batch);
	req = &cmds[OVGPU_PANIC_SCANOUT]->req;
	ovgpu_queue_add(cmds[OVGPU_PANIC_SCANOUT],
			ovgpu_cmd_set_scanout(req, 0, id, &ovgpu_panic_rect),
			&batch);
	req = &cmds[OVGPU_PANIC_FLUSH]->req;
	ovgpu_queue_add(cmds[OVGPU_PANIC_FLUSH],
			ovgpu_cmd_flush(req, id, &ovgpu_panic_rect), &batch);

	/* They go one by one. */
	while (!list_empty(&batch))
		list_del_init(batch.next);
}

/**
 * ovgpu_panic_init() - reserve what a panic takes
 * @ovgpu: device with queues and resources
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_panic_init(struct ovgpu *ovgpu)
{
	struct ovgpu_panic *panic = &ovgpu->panic;
	int id, err, entries;

	err = drmm_add_action_or_reset(ovgpu->drm, ovgpu_panic_fini, panic);
	if (err)
		return err;

	panic->vaddr = vzalloc(OVGPU_PANIC_PAGES * PAGE_SIZE);
	if (!panic->vaddr)
		return -ENOMEM;

	id = ida_alloc_min(&ovgpu->resources.ids, 1, GFP_KERNEL);
	if (id < 0)
		return id;
	panic->resource = id;

	entries = ovgpu_panic_alloc_cmds(ovgpu);
	if (entries < 0)
		return entries;

	ovgpu_panic_fill_cmds(panic, entries);
	if (ovgpu_panic_is_all_seen(ovgpu))
		panic->patience = OVGPU_PANIC_PATIENCE;
	else
		drm_info(ovgpu->drm, "memory is translated or copied for the device: no panic screen\n");
	return 0;
}
