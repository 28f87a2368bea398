// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of the queues, and the sums of them that the stack shows. A queue's
 * counters have one writer at a time: NAPI, or the holder of the transmit lock.
 */

#include <linux/netdevice.h>

#include "ovnet.h"
#include "ovnet_stats.h"

/**
 * ovnet_stats_rx_run() - add what one poll counted
 * @stats: counters, of which the caller is the only writer
 * @run: to add
 */
void ovnet_stats_rx_run(struct ovnet_rx_stats *stats,
			const struct ovnet_rx_run *run)
{
	unsigned int i;

	u64_stats_update_begin(&stats->syncp);
	for (i = 0; i < OVNET_RX_STATS; i++)
		u64_stats_add(&stats->value[i], run->value[i]);
	u64_stats_update_end(&stats->syncp);
}

/* All values of one moment. */
static void ovnet_stats_read(const struct u64_stats_sync *syncp,
			     const u64_stats_t *from, u64 *to,
			     unsigned int count)
{
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(syncp);
		for (i = 0; i < count; i++)
			to[i] = u64_stats_read(&from[i]);
	} while (u64_stats_fetch_retry(syncp, start));
}

/**
 * ovnet_stats_rx_read() - counters of a receive queue
 * @stats: to read
 * @values: room for OVNET_RX_STATS
 *
 * Context: Any.
 */
void ovnet_stats_rx_read(const struct ovnet_rx_stats *stats, u64 *values)
{
	ovnet_stats_read(&stats->syncp, stats->value, values, OVNET_RX_STATS);
}

/**
 * ovnet_stats_tx_read() - counters of a transmit queue
 * @stats: to read
 * @values: room for OVNET_TX_STATS
 *
 * Context: Any.
 */
void ovnet_stats_tx_read(const struct ovnet_tx_stats *stats, u64 *values)
{
	ovnet_stats_read(&stats->syncp, stats->value, values, OVNET_TX_STATS);
}

/**
 * ovnet_stats_get64() - ndo_get_stats64
 * @dev: our net device
 * @sum: to fill
 */
void ovnet_stats_get64(struct net_device *dev, struct rtnl_link_stats64 *sum)
{
	struct ovnet *ovnet = netdev_priv(dev);
	u64 rx[OVNET_RX_STATS];
	u64 tx[OVNET_TX_STATS];
	unsigned int i;

	for (i = 0; i < ovnet->pairs_max; i++) {
		ovnet_stats_rx_read(&ovnet->pairs[i].rxq.stats, rx);
		ovnet_stats_tx_read(&ovnet->pairs[i].txq.stats, tx);

		sum->rx_packets += rx[OVNET_RX_PACKETS];
		sum->rx_bytes += rx[OVNET_RX_BYTES];
		sum->rx_dropped += rx[OVNET_RX_DROPS];
		sum->rx_length_errors += rx[OVNET_RX_LENGTH_ERRORS];
		sum->rx_frame_errors += rx[OVNET_RX_HEADER_ERRORS];
		sum->tx_packets += tx[OVNET_TX_PACKETS];
		sum->tx_bytes += tx[OVNET_TX_BYTES];
		sum->tx_dropped += tx[OVNET_TX_DROPS];
		sum->tx_errors += tx[OVNET_TX_TIMEOUTS];
	}
	sum->rx_errors = sum->rx_length_errors + sum->rx_frame_errors;
}
