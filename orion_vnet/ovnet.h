/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a network device of ours is made of. Members are grouped by the one
 * context that writes them, so the paths of packets need no lock of their own.
 */
#ifndef _OVNET_H
#define _OVNET_H

#include <linux/average.h>
#include <linux/cache.h>
#include <linux/netdevice.h>
#include <linux/scatterlist.h>
#include <linux/skbuff.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/virtio.h>
#include <net/xdp.h>

#include "orion_config.h"
#include "orion_cmdq.h"
#include "ovnet_buf.h"
#include "ovnet_chain.h"
#include "ovnet_coalesce.h"
#include "ovnet_devstats.h"
#include "ovnet_filter.h"
#include "ovnet_hdr.h"
#include "ovnet_irq.h"
#include "ovnet_rss.h"
#include "ovnet_stats.h"
#include "ovnet_xsk.h"

struct bpf_prog;
struct failover;
struct page_pool;
struct xsk_buff_pool;

/*
 * Most queue pairs that are used. The control queue comes after the last pair
 * that the *device* has, so all of them must be set up to reach it, and each
 * costs two rings. A device with more is driven with a single pair.
 */
#define OVNET_PAIRS_MAX		256

/* Slots of the longest packet: header, linear part, fragments. */
#define OVNET_TX_SLOTS_MAX	(MAX_SKB_FRAGS + 2)

/* Slots of the largest receive buffer: header, pieces. */
#define OVNET_RX_SLOTS_MAX	(OVNET_CHAIN_PIECES_MAX + 1)
/* Frames of a program that are sent with the lock taken once. */
#define OVNET_XDP_BATCH		16

/* "output." and any number */
#define OVNET_QUEUE_NAME	20

DECLARE_EWMA(ovnet_len, 0, 16)

/**
 * struct ovnet_xdp_buff - a frame, and what else a program may ask of it
 * @xdp: the frame
 * @hdr: our copy of its header
 *
 * In a socket's memory this is the beginning of the kernel's own description.
 */
struct ovnet_xdp_buff {
	struct xdp_buff xdp;
	const struct ovnet_hdr *hdr;
};

/**
 * struct ovnet_rxq - one receive queue
 *
 * Lives from ovnet_queue_alloc() to ovnet_queue_free().
 */
struct ovnet_rxq {
	/* Constant while the device is open. */

	/** @ovnet: The device. */
	struct ovnet *ovnet;
	/** @vq: The ring. Borrowed from the virtio core. */
	struct virtqueue *vq;
	/** @pool: Where buffers come from. Owned; made by the first start. */
	struct page_pool *pool;
	/** @xdp_info: What programs are told about it; valid with @pool. */
	struct xdp_rxq_info xdp_info;
	/** @xsk: The memory of sockets that are bound to it, or NULL. */
	struct xsk_buff_pool *xsk;
	/** @xsk_info: What programs are told of frames there; valid with @xsk. */
	struct xdp_rxq_info xsk_info;
	/** @index: Which pair it belongs to. */
	unsigned int index;
	/** @slots: Slots of the ring that a buffer takes. */
	unsigned int slots;
	/** @entries: Entries of @sg that it takes. */
	unsigned int entries;
	/** @name: What the ring is called. */
	char name[OVNET_QUEUE_NAME];
	/** @napi: Runs ovnet_rx_poll(). */
	struct napi_struct napi;
	/** @refill_timer: Tries again when memory was short. */
	struct timer_list refill_timer;

	/* With its own rules; see there. */

	/** @coalesce: When the next poll is. */
	struct ovnet_coalesce_rx coalesce;

	/* Written by ovnet_rx_poll(), under NAPI; else while that is off. */

	/** @sg: Scratch list for the buffer being posted. */
	struct scatterlist sg[OVNET_RX_SLOTS_MAX] ____cacheline_aligned_in_smp;
	/** @hdr: Our copy of the header of the frame that is being received. */
	struct ovnet_hdr hdr;
	/** @frame: The frame, to programs. Here, since a stack would be cleared. */
	struct ovnet_xdp_buff frame;
	/** @chains: Buffers in pieces, where they are such. */
	struct ovnet_chains chains;
	/** @frame_len: Average length of the frames that came. */
	struct ewma_ovnet_len frame_len;
	/** @starved: The last refill found no memory. */
	bool starved;
	/** @spares: How many of @spare there are. */
	unsigned int spares;
	/** @spare: Buffers whose frames a program dropped, to be posted next. */
	void *spare[OVNET_BUF_SPARES];
	/** @xdp_posted: Buffers for programs since the last that was for none. */
	unsigned int xdp_posted;
	/** @xdp_frames: What the program wants sent. */
	struct xdp_frame *xdp_frames[OVNET_XDP_BATCH];
	/** @xdp_count: How many of them. */
	unsigned int xdp_count;
	/** @xdp_sent: This poll has sent frames that the device was not told of. */
	bool xdp_sent;
	/** @xdp_redirected: This poll has given frames to others. */
	bool xdp_redirected;
	/** @stats: Counters; readers use its syncp. */
	struct ovnet_rx_stats stats;
};

/**
 * struct ovnet_txq - one transmit queue
 *
 * Lives from ovnet_queue_alloc() to ovnet_queue_free().
 */
struct ovnet_txq {
	/* Constant while the device is open. */

	/** @ovnet: The device. */
	struct ovnet *ovnet;
	/** @vq: The ring. Borrowed from the virtio core. */
	struct virtqueue *vq;
	/** @index: Which pair it belongs to. */
	unsigned int index;
	/** @slots: Free slots below which no packet is sure to fit. */
	unsigned int slots;
	/** @name: What the ring is called. */
	char name[OVNET_QUEUE_NAME];
	/** @napi: Runs ovnet_tx_poll(). */
	struct napi_struct napi;
	/** @linger: Has packets freed that nothing else has freed in time. */
	struct timer_list linger;
	/** @coalesce: The same, if the user said in what time. */
	struct ovnet_coalesce_tx coalesce;

	/* Written under the queue's netif_tx_lock, by whoever has it. */

	/** @sg: Scratch list for the packet being added. */
	struct scatterlist sg[OVNET_TX_SLOTS_MAX] ____cacheline_aligned_in_smp;
	/** @many: Packets with the device that are worth an interrupt. */
	unsigned int many;
	/** @pending: Packets that the device has. */
	unsigned int pending;
	/** @open: Frames that no net device queue stands before may be sent. */
	bool open;
	/** @paused: Its ring is about to go: freeing packets does not wake it. */
	bool paused;
	/** @awaited: A sender will wait for some of them. */
	bool awaited;
	/** @along: What was sent last is freed by polls of the receive queue. */
	bool along;
	/** @stalled: A transmit timeout was reported and nothing came back since. */
	bool stalled;
	/** @xsk: Frames of sockets that are bound to it. */
	struct ovnet_xsk_tx xsk;
	/** @stats: Counters; readers use its syncp. */
	struct ovnet_tx_stats stats;
};

/**
 * struct ovnet_pair - a receive and a transmit queue
 * @rxq: from the device
 * @txq: to the device
 */
struct ovnet_pair {
	struct ovnet_rxq rxq;
	struct ovnet_txq txq;
};

/**
 * struct ovnet - one network device; the netdev's private data
 */
struct ovnet {
	/* Constant from probe to remove. */

	/** @vdev: The virtio device. Borrowed from the bus until remove. */
	struct virtio_device *vdev;
	/** @dev: The net device that this is part of. */
	struct net_device *dev;
	/** @pairs: Owned array of @pairs_max. */
	struct ovnet_pair *pairs;
	/** @pairs_max: Queue pairs that the device has. */
	unsigned int pairs_max;
	/** @hdr: How virtio headers of this device look, and what they may say. */
	struct ovnet_hdr_format hdr;
	/** @layout: Where in a receive buffer things are. */
	struct ovnet_buf_layout layout;
	/** @failover: The interface above, where there is to be one. Owned. */
	struct failover *failover;

	/* Written under RTNL. */

	/** @pairs_active: Pairs that the device was told to use. */
	unsigned int pairs_active;
	/** @pairs_running: Pairs whose NAPIs are on; 0 while closed. */
	unsigned int pairs_running;
	/** @offloads: What the device may do to received frames now. */
	u64 offloads;
	/** @xdp_prog: Sees what is received; read under RCU. Owned. */
	struct bpf_prog __rcu *xdp_prog;

	/* Written by the user or the device, each replacing the other's word. */

	/** @speed: In Mbit/s, or SPEED_UNKNOWN. */
	u32 speed;
	/** @duplex: DUPLEX_HALF, DUPLEX_FULL or DUPLEX_UNKNOWN. */
	u8 duplex;

	/* Units with their own rules; see their headers. */

	/** @ctrl: The control queue. */
	struct orion_cmdq ctrl;
	/** @config: Changes of the configuration space. */
	struct orion_config config;
	/** @filter: What may be received. */
	struct ovnet_filter filter;
	/** @irq: Where interrupts go. */
	struct ovnet_irq irq;
	/** @rss: Which pair it is received by. */
	struct ovnet_rss rss;
	/** @devstats: What the device counts. */
	struct ovnet_devstats devstats;
};

/**
 * ovnet_le() - are fields of headers little-endian?
 * @ovnet: device
 *
 * Return: true, but for a legacy device on a big-endian machine.
 */
static inline bool ovnet_le(const struct ovnet *ovnet)
{
	return ovnet->hdr.little_endian;
}

#endif
