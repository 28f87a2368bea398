/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_COALESCE_H
#define _OVNET_COALESCE_H

#include <linux/compiler.h>
#include <linux/dim.h>
#include <linux/hrtimer.h>
#include <linux/types.h>

struct ethtool_coalesce;
struct netdev_queue;
struct netlink_ext_ack;
struct ovnet;
struct ovnet_pair;
struct ovnet_rxq;
struct ovnet_txq;

/**
 * struct ovnet_coalesce_param - how long a queue's interrupts may wait
 * @usecs: longest time
 * @frames: frames that are worth an interrupt at once; 0 for any number
 */
struct ovnet_coalesce_param {
	u32 usecs;
	u32 frames;
};

/**
 * struct ovnet_coalesce_rx - moderation of a receive queue
 */
struct ovnet_coalesce_rx {
	/* Written under RTNL. */

	/** @param: What the user has set. */
	struct ovnet_coalesce_param param;
	/** @adaptive: The load decides instead. */
	bool adaptive;
	/** @adapting: It does so now; read by polls and @dim's work. */
	bool adapting;

	/* Written under RTNL or by @dim's work, read by polls. */

	/** @on: A poll has to look at what follows. */
	bool on;
	/** @wait: Longest time from a poll to the next, in ns. 0 for an interrupt. */
	u32 wait;
	/** @frames: Frames of a poll that are too many to have waited. */
	u32 frames;

	/* Written by polls; what others write to @now is where they begin. */

	/** @now: What @wait has come down to for the sake of @frames. */
	u32 now;
	/** @batch: Frames since the queue was last left alone. */
	u32 batch;
	/** @events: Times that it was. */
	u16 events;
	/** @timer: Begins the next poll. */
	struct hrtimer timer;
	/** @dim: Finds @wait from the load. */
	struct dim dim;
};

/**
 * struct ovnet_coalesce_tx - moderation of a transmit queue
 * @param: what the user has set; written under RTNL
 * @wait: how long packets that were sent may wait to be freed, in ns. 0 for what
 *	the queue does by itself; written under RTNL, read by senders and polls
 * @timer: has them freed
 */
struct ovnet_coalesce_tx {
	struct ovnet_coalesce_param param;
	u32 wait;
	struct hrtimer timer;
};

void ovnet_coalesce_init_pair(struct ovnet_pair *pair);
void ovnet_coalesce_stop_pair(struct ovnet_pair *pair);
void ovnet_coalesce_fini(struct ovnet *ovnet);
bool ovnet_coalesce_put_off(struct ovnet_rxq *rxq, int done);
bool ovnet_coalesce_listen(struct ovnet_txq *txq, struct netdev_queue *queue);
void ovnet_coalesce_get(struct ovnet *ovnet, struct ethtool_coalesce *ec);
int ovnet_coalesce_set(struct ovnet *ovnet, const struct ethtool_coalesce *ec,
		       struct netlink_ext_ack *extack);
int ovnet_coalesce_get_queue(struct ovnet *ovnet, u32 queue,
			     struct ethtool_coalesce *ec);
int ovnet_coalesce_set_queue(struct ovnet *ovnet, u32 queue,
			     const struct ethtool_coalesce *ec);
int ovnet_coalesce_replay_pair(struct ovnet *ovnet, unsigned int i);

/**
 * ovnet_coalesce_count() - a poll has taken frames
 * @rx: moderation of its queue
 * @done: their number
 */
static inline void ovnet_coalesce_count(struct ovnet_coalesce_rx *rx, int done)
{
	if (unlikely(READ_ONCE(rx->on)))
		rx->batch += done;
}

#endif
