/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A network card in memory. Frames that the driver sends are kept for the test
 * or looped back; the test can put any bytes, with any header, into the
 * driver's receive buffers. Every control command is answered and kept.
 *
 * What goes wrong is scripted with fake_fault_add() on &fake_net.fv; on the
 * control queue the key is made with FAKE_NET_KEY().
 * FAKE_FAULT_TYPE acknowledges with the byte &fake_fault.value.
 */
#ifndef _ORION_FAKE_NET_H
#define _ORION_FAKE_NET_H

#include <linux/bitmap.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/mutex.h>
#include <linux/virtio_net.h>

#include "fake_virtio.h"

/** FAKE_NET_KEY() - a control command as &fake_fault.key and log entry, not 0 */
#define FAKE_NET_KEY(class, cmd)	(BIT(16) | (u32)(class) << 8 | (cmd))
/** FAKE_NET_RXQ() - index of a pair's receive queue */
#define FAKE_NET_RXQ(pair)		((pair) * 2)
/** FAKE_NET_TXQ() - index of a pair's transmit queue */
#define FAKE_NET_TXQ(pair)		((pair) * 2 + 1)
/** FAKE_NET_MACS - addresses that a filter table can hold */
#define FAKE_NET_MACS			64
/** FAKE_NET_KEY_MAX - longest key of a hash */
#define FAKE_NET_KEY_MAX		255
/** FAKE_NET_TABLE_MAX - longest table of remainders */
#define FAKE_NET_TABLE_MAX		1024
/** FAKE_NET_COUNTER() - what the device has counted before the first answer */
#define FAKE_NET_COUNTER(ring, type, i)	((ring) * 10000 + (type) * 100 + (i))

/**
 * struct fake_net_frame - a frame that the driver sent
 * @entry: place in &fake_net.sent
 * @pair: queue pair
 * @hdr_len: size of the virtio header before the frame
 * @hdr: that header, zero padded
 * @len: size of the frame
 * @data: the frame, from its Ethernet header on
 */
struct fake_net_frame {
	struct list_head entry;
	unsigned int pair;
	unsigned int hdr_len;
	struct virtio_net_hdr_v1_hash hdr;
	unsigned int len;
	u8 data[] __counted_by(len);
};

/**
 * struct fake_net_ctrl - a control command that the driver gave
 * @entry: place in &fake_net.ctrls
 * @key: FAKE_NET_KEY() of it
 * @ack: how it was answered
 * @in_len: bytes that the driver left for the answer
 * @len: bytes behind the command's two byte header
 * @data: these bytes
 */
struct fake_net_ctrl {
	struct list_head entry;
	u32 key;
	u8 ack;
	u32 in_len;
	unsigned int len;
	u8 data[] __counted_by(len);
};

/**
 * struct fake_net_param - what network card to make
 * @features: what is offered, all 64 bits as they are
 * @config: the configuration space, as it is
 * @tunnel_types: behind @config, the tunnels whose inside can be hashed
 * @pairs: queue pairs that exist. 0 for what @config says, bounded
 * @queue_size: of all queues, 0 for the default
 * @loopback: a frame that is sent comes back on the pair's receive queue
 */
struct fake_net_param {
	u64 features;
	struct virtio_net_config config;
	__le32 tunnel_types;
	unsigned int pairs;
	unsigned int queue_size;
	bool loopback;
};

/**
 * struct fake_net_filter - what the device was told to let through
 * @promisc: everything
 * @allmulti: all multicast
 * @alluni: all unicast
 * @nomulti: no multicast
 * @nouni: no unicast
 * @nobcast: no broadcast
 * @nuc: number of unicast addresses
 * @uc: these
 * @nmc: number of multicast addresses
 * @mc: these
 * @vlans: the VLAN ids
 */
struct fake_net_filter {
	bool promisc;
	bool allmulti;
	bool alluni;
	bool nomulti;
	bool nouni;
	bool nobcast;
	unsigned int nuc;
	u8 uc[FAKE_NET_MACS][ETH_ALEN];
	unsigned int nmc;
	u8 mc[FAKE_NET_MACS][ETH_ALEN];
	DECLARE_BITMAP(vlans, VLAN_N_VID);
};

/**
 * struct fake_net_rss - how the device was told to hash and steer
 * @types: VIRTIO_NET_RSS_HASH_TYPE_*
 * @key_len: bytes of @key
 * @key: of the hash
 * @entries: of @table; 0 until it is told to steer
 * @table: pair of each remainder
 * @tunnels: types of tunnels whose inside is hashed
 */
struct fake_net_rss {
	u32 types;
	unsigned int key_len;
	u8 key[FAKE_NET_KEY_MAX];
	unsigned int entries;
	u16 table[FAKE_NET_TABLE_MAX];
	u32 tunnels;
};

/**
 * struct fake_net_stats - what the device says that it counts
 * @types: VIRTIO_NET_STATS_TYPE_* that it has, as it says so
 * @more: bytes behind the counters of each reply that nobody knows yet
 * @asked: answers that it gave; each counter is that much higher than at first
 * @ring: queue whose answers are lies, if @lie_len is not 0
 * @lie_at: offset of the lie in the answer
 * @lie_len: its length, 1 or 2 bytes
 * @lie: what is said there
 */
struct fake_net_stats {
	u64 types;
	unsigned int more;
	unsigned int asked;
	unsigned int ring;
	unsigned int lie_at;
	unsigned int lie_len;
	u16 lie;
};

/**
 * struct fake_net_coal - how interrupts of a queue are moderated
 * @frames: most that one waits for
 * @usecs: longest that it waits
 */
struct fake_net_coal {
	u32 frames;
	u32 usecs;
};

/**
 * struct fake_net - a network card
 * @fv: the virtio device: plug it in, script its faults
 * @pairs: queue pairs that exist
 * @active_pairs: pairs that the driver last asked for
 * @loopback: see &fake_net_param.loopback; may be changed at any time
 * @refused: control commands that the device itself found wrong
 * @lost: looped frames for which the driver had no receive buffer
 * @announced: ANNOUNCE_ACK commands
 * @mac: address that the driver set last, or the configured one
 * @offloads: guest offloads that the driver set last
 * @filter: receive filter
 * @rss: hash and steering
 * @coal: moderation of each queue, which is only remembered
 * @stats: counters; the test may change it at any time
 * @nsent: number of @sent
 * @sent: frames that the driver sent, struct fake_net_frame, oldest first
 * @ctrls: commands that it gave, struct fake_net_ctrl, oldest first
 */
struct fake_net {
	struct fake_virtio *fv;
	/** @lock: guards all that follows */
	struct mutex lock;
	unsigned int pairs;
	unsigned int active_pairs;
	bool loopback;
	unsigned int refused;
	unsigned int lost;
	unsigned int announced;
	u8 mac[ETH_ALEN];
	u64 offloads;
	struct fake_net_filter filter;
	struct fake_net_rss rss;
	struct fake_net_coal coal[FAKE_VIRTIO_QUEUES];
	struct fake_net_stats stats;
	unsigned int nsent;
	struct list_head sent;
	struct list_head ctrls;
};

struct fake_net *fake_net_alloc(const struct fake_net_param *param);
void fake_net_free(struct fake_net *net);

unsigned int fake_net_hdr_len(struct fake_net *net);
struct fake_queue *fake_net_ctrlq(struct fake_net *net);
int fake_net_receive(struct fake_net *net, unsigned int pair,
		     const struct virtio_net_hdr_v1_hash *hdr,
		     const void *frame, unsigned int len);
unsigned int fake_net_buffers(struct fake_net *net, unsigned int pair);
struct fake_net_frame *fake_net_next_sent(struct fake_net *net);
unsigned int fake_net_ctrl_count(struct fake_net *net, u32 key);
struct fake_net_ctrl *fake_net_ctrl_last(struct fake_net *net, u32 key);
void fake_net_forget(struct fake_net *net);
void fake_net_status(struct fake_net *net, u16 status);

#endif
