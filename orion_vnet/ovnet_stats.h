/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_STATS_H
#define _OVNET_STATS_H

#include <linux/types.h>
#include <linux/u64_stats_sync.h>

struct net_device;
struct ovnet;
struct rtnl_link_stats64;

/* What a receive queue counts; bytes are those of frames as on the wire. */
enum ovnet_rx_stat {
	OVNET_RX_PACKETS,
	OVNET_RX_BYTES,
	OVNET_RX_DROPS,
	OVNET_RX_LENGTH_ERRORS,
	OVNET_RX_HEADER_ERRORS,
	OVNET_RX_ALLOC_FAILS,
	OVNET_RX_KICKS,
	OVNET_RX_POLLS,
	OVNET_RX_XDP_PACKETS,
	OVNET_RX_XDP_DROPS,
	OVNET_RX_XDP_TX,
	OVNET_RX_XDP_REDIRECTS,
	OVNET_RX_XDP_ERRORS,
	OVNET_RX_XDP_COPIES,
	OVNET_RX_XSK_PACKETS,
	OVNET_RX_STATS,
};

/* What a transmit queue counts. */
enum ovnet_tx_stat {
	OVNET_TX_PACKETS,
	OVNET_TX_BYTES,
	OVNET_TX_DROPS,
	OVNET_TX_KICKS,
	OVNET_TX_STOPS,
	OVNET_TX_WAKES,
	OVNET_TX_TIMEOUTS,
	OVNET_TX_POLLS,
	OVNET_TX_TRAINS,
	OVNET_TX_TRAIN_BYTES,
	OVNET_TX_SEGMENTS,
	OVNET_TX_REPEATED_BYTES,
	OVNET_TX_XDP_FRAMES,
	OVNET_TX_XDP_ERRORS,
	OVNET_TX_XSK_FRAMES,
	OVNET_TX_STATS,
};

/**
 * struct ovnet_rx_stats - counters of a receive queue
 * @syncp: makes 64-bit values whole on 32-bit machines
 * @value: indexed by enum ovnet_rx_stat
 */
struct ovnet_rx_stats {
	struct u64_stats_sync syncp;
	u64_stats_t value[OVNET_RX_STATS];
};

/**
 * struct ovnet_tx_stats - counters of a transmit queue
 * @syncp: makes 64-bit values whole on 32-bit machines
 * @value: indexed by enum ovnet_tx_stat
 */
struct ovnet_tx_stats {
	struct u64_stats_sync syncp;
	u64_stats_t value[OVNET_TX_STATS];
};

/**
 * struct ovnet_rx_run - what one poll of a receive queue counted
 * @value: indexed by enum ovnet_rx_stat
 */
struct ovnet_rx_run {
	unsigned int value[OVNET_RX_STATS];
};

/**
 * ovnet_stats_tx() - count on a transmit queue
 * @stats: counters, of which the caller is the only writer
 * @which: counter
 * @n: how many
 */
static inline void ovnet_stats_tx(struct ovnet_tx_stats *stats,
				  enum ovnet_tx_stat which, unsigned int n)
{
	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->value[which], n);
	u64_stats_update_end(&stats->syncp);
}

void ovnet_stats_tx_train(struct ovnet_tx_stats *stats, unsigned int bytes,
			  unsigned int segments, unsigned int headers);
void ovnet_stats_rx_run(struct ovnet_rx_stats *stats,
			const struct ovnet_rx_run *run);
void ovnet_stats_rx_read(const struct ovnet_rx_stats *stats, u64 *values);
void ovnet_stats_tx_read(const struct ovnet_tx_stats *stats, u64 *values);
unsigned int ovnet_stats_count(const struct ovnet *ovnet);
void ovnet_stats_names(const struct ovnet *ovnet, u8 *data);
void ovnet_stats_values(struct ovnet *ovnet, u64 *data);
void ovnet_stats_init(struct net_device *dev);
void ovnet_stats_get64(struct net_device *dev, struct rtnl_link_stats64 *sum);

#endif
