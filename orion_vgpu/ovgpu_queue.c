// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of the graphics device on their queues.
 *
 * Allocating a command is the step that may fail. From then on it can be
 * filled, batched and submitted anywhere, atomic commits included.
 */

#include <linux/device.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include <drm/drm_managed.h>

#include "ovgpu.h"

#define CREATE_TRACE_POINTS
#include "ovgpu_trace.h"

/*
 * Piece in which what follows a request is allocated. The longest list of a
 * resource's memory is eight of them, a renderer's commands are 32 at most: few
 * enough for the smallest control queue in use, and each so small that the page
 * allocator does not refuse it.
 */
#define OVGPU_QUEUE_CHUNK	SZ_32K

/* Less than this is no host's time, and more than this no user's. */
#define OVGPU_QUEUE_TIMEOUT_MIN	50U
#define OVGPU_QUEUE_TIMEOUT_MAX	60000U

static unsigned int ovgpu_queue_timeout = 5000;
module_param_named(timeout_ms, ovgpu_queue_timeout, uint, 0444);
MODULE_PARM_DESC(timeout_ms, "How long the host may take to answer a command, in ms, 50 to 60000 (default 5000)");

static struct kmem_cache *ovgpu_queue_cache;

/**
 * ovgpu_queue_module_init() - make the commands' memory cache
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_queue_module_init(void)
{
	ovgpu_queue_cache = kmem_cache_create("orion_vgpu_cmd",
					      sizeof(struct ovgpu_cmd), 0,
					      SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT,
					      NULL);
	return ovgpu_queue_cache ? 0 : -ENOMEM;
}

/**
 * ovgpu_queue_module_fini() - give the cache back; no command exists any more
 */
void ovgpu_queue_module_fini(void)
{
	kmem_cache_destroy(ovgpu_queue_cache);
}

static const struct virtio_gpu_ctrl_hdr *
ovgpu_queue_answer(const struct ovgpu_cmd *cmd)
{
	return cmd->buf ?: &cmd->answer;
}

static int ovgpu_queue_check(const struct orion_cmd *base)
{
	const struct ovgpu_cmd *cmd = to_ovgpu_cmd(base);
	const struct virtio_gpu_ctrl_hdr *answer = ovgpu_queue_answer(cmd);
	u32 type = le32_to_cpu(cmd->req.hdr.type);
	bool news;
	int err;

	err = ovgpu_cmd_check(type, answer, base->used);
	/*
	 * Nonsense is news in any case, but not what a host says in the middle
	 * of a reset: it may have forgotten all before it reads the rest.
	 */
	news = (err == -EPROTO || !cmd->heard) &&
	       !READ_ONCE(cmd->ovgpu->queue.control.ovq.stopped);
	if (err && news)
		dev_err_ratelimited(cmd->ovgpu->drm->dev,
				    "%s: host answered %#x in %u bytes, error %d\n",
				    ovgpu_cmd_name(type),
				    le32_to_cpu(answer->type), base->used, err);
	return err;
}

static void ovgpu_queue_done(struct orion_cmd *base)
{
	struct ovgpu_cmd *cmd = to_ovgpu_cmd(base);

	trace_ovgpu_done(cmd);
	if (cmd->done)
		cmd->done(cmd);
}

/**
 * ovgpu_queue_cmd_free() - free a command that the queue does not have
 * @cmd: command, or NULL
 */
void ovgpu_queue_cmd_free(struct ovgpu_cmd *cmd)
{
	struct scatterlist *sg;
	unsigned int i;

	if (!cmd)
		return;

	for_each_sgtable_sg(&cmd->entries, sg, i)
		kfree(sg_virt(sg));
	sg_free_table(&cmd->entries);
	kfree(cmd->buf);
	kmem_cache_free(ovgpu_queue_cache, cmd);
}

static void ovgpu_queue_release(struct orion_cmd *base)
{
	struct ovgpu_cmd *cmd = to_ovgpu_cmd(base);
	bool kept = cmd->kept;

	/* A command that is kept may be under way again after this. */
	if (cmd->returned)
		cmd->returned(cmd);
	if (!kept)
		ovgpu_queue_cmd_free(cmd);
}

static const struct orion_cmd_ops ovgpu_queue_ops = {
	.check		= ovgpu_queue_check,
	.done		= ovgpu_queue_done,
	.release	= ovgpu_queue_release,
};

/**
 * ovgpu_queue_cmd_alloc() - make a command
 * @ovgpu: device
 *
 * Context: Process. May sleep.
 * Return: command with one reference, the caller's; NULL if out of memory.
 */
struct ovgpu_cmd *ovgpu_queue_cmd_alloc(struct ovgpu *ovgpu)
{
	struct ovgpu_cmd *cmd;

	cmd = kmem_cache_zalloc(ovgpu_queue_cache, GFP_KERNEL);
	if (!cmd)
		return NULL;

	cmd->ovgpu = ovgpu;
	orion_cmd_init(&cmd->base, &ovgpu_queue_ops);
	return cmd;
}

/**
 * ovgpu_queue_cmd_renew() - make a kept command fit for another submission
 * @cmd: command that is new or has returned
 *
 * Context: Any.
 */
void ovgpu_queue_cmd_renew(struct ovgpu_cmd *cmd)
{
	orion_cmd_init(&cmd->base, &ovgpu_queue_ops);
}

/**
 * ovgpu_queue_cmd_put_list() - give commands back that were not submitted
 * @cmds: list made with orion_cmd_batch(); empty on return
 */
void ovgpu_queue_cmd_put_list(struct list_head *cmds)
{
	struct ovgpu_cmd *cmd, *next;

	list_for_each_entry_safe(cmd, next, cmds, base.node) {
		list_del_init(&cmd->base.node);
		ovgpu_queue_cmd_put(cmd);
	}
}

/**
 * ovgpu_queue_cmd_answer_buf() - expect an answer that is more than a header
 * @cmd: command
 * @len: size of the longest answer
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_queue_cmd_answer_buf(struct ovgpu_cmd *cmd, u32 len)
{
	cmd->buf = kzalloc(len, GFP_KERNEL);
	if (!cmd->buf)
		return -ENOMEM;

	cmd->buf_len = len;
	return 0;
}

static int ovgpu_queue_chunks_alloc(struct sg_table *chunks, u32 len)
{
	struct scatterlist *sg;
	unsigned int i;
	void *chunk;
	u32 n;
	int err;

	err = sg_alloc_table(chunks, DIV_ROUND_UP(len, OVGPU_QUEUE_CHUNK),
			     GFP_KERNEL_ACCOUNT);
	if (err)
		return err;

	for_each_sgtable_sg(chunks, sg, i) {
		n = min_t(u32, len, OVGPU_QUEUE_CHUNK);
		chunk = kmalloc(n, GFP_KERNEL_ACCOUNT);
		if (!chunk)
			goto err_free;
		sg_set_buf(sg, chunk, n);
		len -= n;
	}

	return 0;

err_free:
	for_each_sgtable_sg(chunks, sg, i)
		if (sg_page(sg))
			kfree(sg_virt(sg));
	sg_free_table(chunks);
	/* The number of entries is still there. */
	memset(chunks, 0, sizeof(*chunks));
	return -ENOMEM;
}

/* Goes through the chunks entry by entry. */
static struct virtio_gpu_mem_entry *
ovgpu_queue_next_entry(struct scatterlist **chunk, unsigned int *used)
{
	struct virtio_gpu_mem_entry *entries;

	if (*used * sizeof(*entries) == (*chunk)->length) {
		*chunk = sg_next(*chunk);
		*used = 0;
	}
	entries = sg_virt(*chunk);
	return &entries[(*used)++];
}

/* A walk over memory in pieces as large as they come. */
struct ovgpu_queue_walk {
	struct scatterlist *sg;
	unsigned int left;
	bool mapped;
	u64 addr;
	u32 len;
};

static void ovgpu_queue_walk_init(struct ovgpu_queue_walk *walk,
				  struct sg_table *memory, bool mapped)
{
	walk->sg = memory->sgl;
	walk->left = mapped ? memory->nents : memory->orig_nents;
	walk->mapped = mapped;
}

/* The next piece, to which its neighbours in memory belong. */
static bool ovgpu_queue_walk_next(struct ovgpu_queue_walk *walk)
{
	u64 addr;
	u32 len;

	walk->len = 0;
	for (; walk->left; walk->left--, walk->sg = sg_next(walk->sg)) {
		addr = walk->mapped ? sg_dma_address(walk->sg) :
				      sg_phys(walk->sg);
		len = walk->mapped ? sg_dma_len(walk->sg) : walk->sg->length;
		if (walk->len && (addr != walk->addr + walk->len ||
				  len > U32_MAX - walk->len))
			break;
		if (!walk->len)
			walk->addr = addr;
		walk->len += len;
	}

	return walk->len;
}

/**
 * ovgpu_queue_cmd_entries() - append a description of guest memory
 * @cmd: command
 * @memory: the pieces of memory
 * @mapped: the device takes the DMA addresses of @memory, else physical ones
 *
 * Return: number of entries, -E2BIG if no host would take so many, -ENOMEM.
 */
int ovgpu_queue_cmd_entries(struct ovgpu_cmd *cmd, struct sg_table *memory,
			    bool mapped)
{
	struct ovgpu_queue_walk walk;
	struct scatterlist *chunk;
	unsigned int entries = 0;
	unsigned int used = 0;
	int err;

	ovgpu_queue_walk_init(&walk, memory, mapped);
	while (ovgpu_queue_walk_next(&walk))
		entries++;
	if (entries > OVGPU_CMD_ENTRIES_MAX)
		return -E2BIG;

	err = ovgpu_queue_chunks_alloc(&cmd->entries,
				       entries *
				       sizeof(struct virtio_gpu_mem_entry));
	if (err)
		return err;

	chunk = cmd->entries.sgl;
	ovgpu_queue_walk_init(&walk, memory, mapped);
	while (ovgpu_queue_walk_next(&walk))
		ovgpu_cmd_fill_entry(ovgpu_queue_next_entry(&chunk, &used),
				     walk.addr, walk.len);
	return entries;
}

/**
 * ovgpu_queue_cmd_data() - append what a program says to its renderer
 * @cmd: command
 * @from: where the program has it
 * @len: bytes, up to OVGPU_QUEUE_DATA_MAX
 *
 * It is read once: what the program writes there later changes nothing.
 *
 * Context: Process. May sleep.
 * Return: 0, -E2BIG, -ENOMEM or -EFAULT.
 */
int ovgpu_queue_cmd_data(struct ovgpu_cmd *cmd, const void __user *from,
			 u32 len)
{
	struct scatterlist *sg;
	unsigned int i;
	int err;

	if (len > OVGPU_QUEUE_DATA_MAX)
		return -E2BIG;
	if (!len)
		return 0;

	err = ovgpu_queue_chunks_alloc(&cmd->entries, len);
	if (err)
		return err;

	for_each_sgtable_sg(&cmd->entries, sg, i) {
		if (copy_from_user(sg_virt(sg), from, sg->length))
			return -EFAULT;
		from += sg->length;
	}

	return 0;
}

/**
 * ovgpu_queue_add() - finish a command and put it at the end of a batch
 * @cmd: command whose request is filled; its reference goes to the batch
 * @len: what the filling function returned
 * @batch: list for orion_cmdq_submit_batch()
 *
 * Context: Any.
 */
void ovgpu_queue_add(struct ovgpu_cmd *cmd, u32 len, struct list_head *batch)
{
	orion_cmd_add_out(&cmd->base, &cmd->req, len);
	if (cmd->entries.sgl)
		orion_cmd_add_out_sg(&cmd->base, cmd->entries.sgl,
				     cmd->entries.orig_nents);
	if (cmd->buf)
		orion_cmd_add_in(&cmd->base, cmd->buf, cmd->buf_len);
	else if (ovgpu_cmd_is_answered(le32_to_cpu(cmd->req.hdr.type)))
		orion_cmd_add_in(&cmd->base, &cmd->answer, sizeof(cmd->answer));
	trace_ovgpu_add(cmd);
	orion_cmd_batch(&cmd->base, batch);
}

static void ovgpu_queue_fini(struct drm_device *drm, void *data)
{
	struct ovgpu_queue *queue = data;

	orion_cmdq_fini(&queue->cursor);
	orion_cmdq_fini(&queue->control);
}

/**
 * ovgpu_queue_init() - make both queues, without rings yet
 * @ovgpu: device
 *
 * The queues end with the DRM device, since programs may keep that beyond the
 * virtio device; their commands then end with -ENODEV.
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_queue_init(struct ovgpu *ovgpu)
{
	unsigned int timeout = clamp(ovgpu_queue_timeout,
				     OVGPU_QUEUE_TIMEOUT_MIN,
				     OVGPU_QUEUE_TIMEOUT_MAX);
	struct ovgpu_queue *queue = &ovgpu->queue;
	int err;

	err = orion_cmdq_init(&queue->control, ovgpu->drm->dev, "control",
			      timeout);
	if (err)
		return err;

	err = orion_cmdq_init(&queue->cursor, ovgpu->drm->dev, "cursor",
			      timeout);
	if (err)
		goto err_fini_control;

	/* Where the cursor was a moment ago interests nobody. */
	queue->cursor.lazy = true;
	return drmm_add_action_or_reset(ovgpu->drm, ovgpu_queue_fini, queue);

err_fini_control:
	orion_cmdq_fini(&queue->control);
	return err;
}

static void ovgpu_queue_control_callback(struct virtqueue *vq)
{
	struct ovgpu *ovgpu = vq->vdev->priv;

	orion_cmdq_reap(&ovgpu->queue.control);
}

static void ovgpu_queue_cursor_callback(struct virtqueue *vq)
{
	struct ovgpu *ovgpu = vq->vdev->priv;

	orion_cmdq_reap(&ovgpu->queue.cursor);
}

/**
 * ovgpu_queue_start() - find the rings; commands can be submitted
 * @ovgpu: device
 *
 * Return: 0 or a negative errno.
 */
int ovgpu_queue_start(struct ovgpu *ovgpu)
{
	/*
	 * A queue with contexts is one for which the core allocates no indirect
	 * tables, so that submitting allocates nothing.
	 */
	struct virtqueue_info info[] = {
		{ "control", ovgpu_queue_control_callback, true },
		{ "cursor", ovgpu_queue_cursor_callback, true },
	};
	struct virtqueue *vqs[ARRAY_SIZE(info)];
	int err;

	err = virtio_find_vqs(ovgpu->vdev, ARRAY_SIZE(info), vqs, info, NULL);
	if (err)
		return err;

	orion_cmdq_start(&ovgpu->queue.control, vqs[0]);
	orion_cmdq_start(&ovgpu->queue.cursor, vqs[1]);
	return 0;
}

/**
 * ovgpu_queue_stop() - refuse further commands
 * @ovgpu: device; next it is reset, then ovgpu_queue_cancel() is called
 */
void ovgpu_queue_stop(struct ovgpu *ovgpu)
{
	orion_cmdq_stop(&ovgpu->queue.control);
	orion_cmdq_stop(&ovgpu->queue.cursor);
}

/**
 * ovgpu_queue_cancel() - end what is left of a device that was reset
 * @ovgpu: device with stopped queues
 */
void ovgpu_queue_cancel(struct ovgpu *ovgpu)
{
	orion_cmdq_cancel(&ovgpu->queue.control);
	orion_cmdq_cancel(&ovgpu->queue.cursor);
}
