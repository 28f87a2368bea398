// SPDX-License-Identifier: GPL-2.0-only
/*
 * One request to the device and its answer: what it is made of, who still
 * refers to it, and waiting for its outcome. orion_cmdq moves it.
 */

#include <linux/bug.h>
#include <linux/export.h>

#include "orion_cmd.h"
#include "orion_namespace.h"

/**
 * orion_cmd_init() - make a command without pieces, with one reference
 * @cmd: memory of a new command, or of one whose last submission is over
 * @ops: what to do when it ends
 */
void orion_cmd_init(struct orion_cmd *cmd, const struct orion_cmd_ops *ops)
{
	cmd->ops = ops;
	cmd->timeout = 0;
	cmd->err = 0;
	cmd->used = 0;
	cmd->told = false;
	cmd->out = 0;
	cmd->in = 0;
	cmd->descriptors = 0;
	cmd->capacity = 0;
	init_completion(&cmd->answered);
	kref_init(&cmd->ref);
	INIT_LIST_HEAD(&cmd->node);
}
EXPORT_SYMBOL_NS_GPL(orion_cmd_init, ORION_COMMON_NS);

static struct scatterlist *orion_cmd_piece(struct orion_cmd *cmd,
					   const void *buf, u32 len)
{
	unsigned int i = cmd->out + cmd->in;

	if (WARN_ON_ONCE(i >= ORION_CMD_PIECES))
		return NULL;

	sg_init_one(&cmd->sg[i], buf, len);
	cmd->sgs[i] = &cmd->sg[i];
	cmd->descriptors++;
	return cmd->sgs[i];
}

/**
 * orion_cmd_add_out() - add a buffer that the device reads
 * @cmd: command without writable pieces yet
 * @buf: linearly mapped memory, valid until the command's release
 * @len: its size in bytes
 */
void orion_cmd_add_out(struct orion_cmd *cmd, const void *buf, u32 len)
{
	WARN_ON_ONCE(cmd->in);
	if (orion_cmd_piece(cmd, buf, len))
		cmd->out++;
}
EXPORT_SYMBOL_NS_GPL(orion_cmd_add_out, ORION_COMMON_NS);

/**
 * orion_cmd_add_out_sg() - add a list of buffers that the device reads
 * @cmd: command without writable pieces yet
 * @sg: terminated list, valid until the command's release
 * @nents: its entries
 */
void orion_cmd_add_out_sg(struct orion_cmd *cmd, struct scatterlist *sg,
			  unsigned int nents)
{
	if (WARN_ON_ONCE(cmd->in || cmd->out >= ORION_CMD_PIECES))
		return;

	cmd->sgs[cmd->out++] = sg;
	cmd->descriptors += nents;
}
EXPORT_SYMBOL_NS_GPL(orion_cmd_add_out_sg, ORION_COMMON_NS);

/**
 * orion_cmd_add_in() - add a buffer that the device writes
 * @cmd: command
 * @buf: linearly mapped memory that shares no cache line with anything the CPU
 *	writes meanwhile, valid until the command's release
 * @len: its size in bytes
 */
void orion_cmd_add_in(struct orion_cmd *cmd, void *buf, u32 len)
{
	if (!orion_cmd_piece(cmd, buf, len))
		return;

	cmd->in++;
	cmd->capacity += len;
}
EXPORT_SYMBOL_NS_GPL(orion_cmd_add_in, ORION_COMMON_NS);

/**
 * orion_cmd_get() - take another reference
 * @cmd: command that the caller has a reference to
 */
void orion_cmd_get(struct orion_cmd *cmd)
{
	kref_get(&cmd->ref);
}
EXPORT_SYMBOL_NS_GPL(orion_cmd_get, ORION_COMMON_NS);

static void orion_cmd_release(struct kref *ref)
{
	struct orion_cmd *cmd = container_of(ref, struct orion_cmd, ref);

	cmd->ops->release(cmd);
}

/**
 * orion_cmd_put() - give a reference back
 * @cmd: command
 *
 * Context: Any that @orion_cmd_ops.release may run in.
 */
void orion_cmd_put(struct orion_cmd *cmd)
{
	kref_put(&cmd->ref, orion_cmd_release);
}
EXPORT_SYMBOL_NS_GPL(orion_cmd_put, ORION_COMMON_NS);

/**
 * orion_cmd_wait() - wait for the outcome of a submitted command
 * @cmd: command to which the caller has a reference of its own
 *
 * The queue's deadline bounds the wait.
 *
 * Context: Process. May sleep, uninterruptibly.
 * Return: the outcome, see @orion_cmd.err.
 */
int orion_cmd_wait(struct orion_cmd *cmd)
{
	wait_for_completion(&cmd->answered);
	return cmd->err;
}
EXPORT_SYMBOL_NS_GPL(orion_cmd_wait, ORION_COMMON_NS);

/**
 * orion_cmd_tell() - tell the owner and let go of the queue's reference
 * @cmd: command; the caller has set @orion_cmd.told under its queue's lock,
 *	and so is the only one to do this
 * @err: outcome
 *
 * Context: Any, no lock held.
 */
void orion_cmd_tell(struct orion_cmd *cmd, int err)
{
	cmd->err = err;
	if (cmd->ops->done)
		cmd->ops->done(cmd);
	complete_all(&cmd->answered);
	orion_cmd_put(cmd);
}
