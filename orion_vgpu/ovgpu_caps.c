// SPDX-License-Identifier: GPL-2.0-only
/*
 * Capability sets: what renderers the host has, asked at probe in one go, and
 * what each of them can do, asked when a program wants to know.
 *
 * Sizes and numbers are the host's words and are bounded here. Of each set the
 * last answer is kept: programs ask for the same again and again.
 */

#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "ovgpu.h"

static struct ovgpu_cmd *ovgpu_caps_info_cmd(struct ovgpu *ovgpu,
					     unsigned int index,
					     struct list_head *batch)
{
	struct ovgpu_cmd *cmd = ovgpu_queue_cmd_alloc(ovgpu);

	if (!cmd)
		return NULL;
	if (ovgpu_queue_cmd_answer_buf(cmd,
				       sizeof(struct virtio_gpu_resp_capset_info))) {
		ovgpu_queue_cmd_put(cmd);
		return NULL;
	}

	orion_cmd_get(&cmd->base);
	ovgpu_queue_add(cmd, ovgpu_cmd_get_capset_info(&cmd->req, index),
			batch);
	return cmd;
}

/* One answer. What makes no sense is as good as not there. */
static void ovgpu_caps_add(struct ovgpu *ovgpu, unsigned int index,
			   const struct ovgpu_cmd *cmd)
{
	struct ovgpu_caps *caps = &ovgpu->caps;
	struct ovgpu_capset capset;

	ovgpu_cmd_read_capset(cmd->buf, &capset);
	/* Hosts fill gaps in their lists with an id of 0. */
	if (!capset.id)
		return;
	/* The id becomes a shift count, the size an allocation. */
	if (capset.id > OVGPU_CAPS_ID_MAX || !capset.size ||
	    capset.size > OVGPU_CAPS_SIZE_MAX ||
	    caps->mask & BIT_ULL(capset.id)) {
		drm_err(ovgpu->drm, "capset %u: id %u, %u bytes makes no sense, ignored\n",
			index, capset.id, capset.size);
		return;
	}

	caps->sets[caps->count++].capset = capset;
	caps->mask |= BIT_ULL(capset.id);
}

/**
 * ovgpu_caps_fetch() - ask what renderers there are
 * @ovgpu: device that is ready, and that nobody uses yet
 *
 * A host that does not say has no renderers.
 *
 * Context: Process. May sleep for the host.
 * Return: 0 or -ENOMEM.
 */
int ovgpu_caps_fetch(struct ovgpu *ovgpu)
{
	struct ovgpu_cmd *cmds[OVGPU_CAPS_ID_MAX];
	unsigned int count, asked, i;
	LIST_HEAD(batch);
	u32 claimed;

	if (!ovgpu->has_virgl)
		return 0;

	virtio_cread_le(ovgpu->vdev, struct virtio_gpu_config, num_capsets,
			&claimed);
	count = min_t(u32, claimed, OVGPU_CAPS_ID_MAX);
	for (asked = 0; asked < count; asked++) {
		cmds[asked] = ovgpu_caps_info_cmd(ovgpu, asked, &batch);
		if (!cmds[asked])
			break;
	}

	orion_cmdq_submit_batch(&ovgpu->queue.control, &batch);
	for (i = 0; i < asked; i++) {
		if (!orion_cmd_wait(&cmds[i]->base))
			ovgpu_caps_add(ovgpu, i, cmds[i]);
		ovgpu_queue_cmd_put(cmds[i]);
	}

	return asked < count ? -ENOMEM : 0;
}

static int ovgpu_caps_ask_locked(struct ovgpu *ovgpu,
				 struct ovgpu_caps_set *set, u32 version)
{
	u32 len = sizeof(struct virtio_gpu_resp_capset) + set->capset.size;
	struct virtio_gpu_resp_capset *answer;
	struct ovgpu_cmd *cmd;
	LIST_HEAD(batch);
	void *data = NULL;
	int err = -ENOMEM;

	lockdep_assert_held(&ovgpu->caps.lock);

	cmd = ovgpu_queue_cmd_alloc(ovgpu);
	if (!cmd)
		return err;
	/* Zeros stand for what the host does not fill. */
	data = kzalloc(set->capset.size, GFP_KERNEL);
	if (!data || ovgpu_queue_cmd_answer_buf(cmd, len))
		goto out_put_cmd;

	cmd->heard = true;
	orion_cmd_get(&cmd->base);
	ovgpu_queue_add(cmd, ovgpu_cmd_get_capset(&cmd->req, set->capset.id,
						  version), &batch);
	orion_cmdq_submit_batch(&ovgpu->queue.control, &batch);
	err = orion_cmd_wait(&cmd->base);
	if (err)
		goto out_put_cmd;

	answer = cmd->buf;
	memcpy(data, answer->capset_data, cmd->base.used - sizeof(*answer));
	swap(set->data, data);
	set->version = version;

out_put_cmd:
	kfree(data);
	ovgpu_queue_cmd_put(cmd);
	return err;
}

static struct ovgpu_caps_set *ovgpu_caps_find(struct ovgpu_caps *caps, u32 id,
					      u32 version)
{
	unsigned int i;

	for (i = 0; i < caps->count; i++)
		if (caps->sets[i].capset.id == id &&
		    caps->sets[i].capset.version >= version)
			return &caps->sets[i];

	return NULL;
}

/**
 * ovgpu_caps_get() - what a renderer can do
 * @ovgpu: device
 * @id: kind of renderer
 * @version: of the answer
 * @size: bytes that are wanted; lowered to what there is
 *
 * Context: Process. May sleep, interruptibly for others that ask, and for the
 * host.
 * Return: copy for the caller to kfree(), or an error pointer: -EINVAL if there
 * is no such renderer.
 */
void *ovgpu_caps_get(struct ovgpu *ovgpu, u32 id, u32 version, u32 *size)
{
	struct ovgpu_caps *caps = &ovgpu->caps;
	struct ovgpu_caps_set *set;
	void *copy = NULL;
	int err;

	set = ovgpu_caps_find(caps, id, version);
	if (!set)
		return ERR_PTR(-EINVAL);

	*size = min(*size, set->capset.size);
	err = mutex_lock_interruptible(&caps->lock);
	if (err)
		return ERR_PTR(err);
	if (!set->data || set->version != version)
		err = ovgpu_caps_ask_locked(ovgpu, set, version);
	if (!err)
		copy = kmemdup(set->data, *size, GFP_KERNEL);
	mutex_unlock(&caps->lock);

	if (err)
		return ERR_PTR(err);
	return copy ?: ERR_PTR(-ENOMEM);
}

static void ovgpu_caps_fini(struct drm_device *drm, void *data)
{
	struct ovgpu_caps *caps = data;
	unsigned int i;

	for (i = 0; i < caps->count; i++)
		kfree(caps->sets[i].data);
	mutex_destroy(&caps->lock);
}

/**
 * ovgpu_caps_init() - nothing is known yet
 * @ovgpu: device
 *
 * Return: 0 or -ENOMEM.
 */
int ovgpu_caps_init(struct ovgpu *ovgpu)
{
	mutex_init(&ovgpu->caps.lock);
	return drmm_add_action_or_reset(ovgpu->drm, ovgpu_caps_fini,
					&ovgpu->caps);
}
