// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of the queues, and the sums of them that the stack shows. A queue's
 * counters have one writer at a time: NAPI, or the holder of the transmit lock.
 */

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <net/netdev_queues.h>

#include "ovnet.h"
#include "ovnet_devstats.h"
#include "ovnet_stats.h"

/* What users see, in the order of the enumerations. */
static const char *const ovnet_stats_rx_names[] = {
	[OVNET_RX_PACKETS]	 = "packets",
	[OVNET_RX_BYTES]	 = "bytes",
	[OVNET_RX_DROPS]	 = "drops",
	[OVNET_RX_LENGTH_ERRORS] = "length_errors",
	[OVNET_RX_HEADER_ERRORS] = "header_errors",
	[OVNET_RX_ALLOC_FAILS]	 = "alloc_fails",
	[OVNET_RX_KICKS]	 = "kicks",
	[OVNET_RX_POLLS]	 = "polls",
	[OVNET_RX_XDP_PACKETS]	 = "xdp_packets",
	[OVNET_RX_XDP_DROPS]	 = "xdp_drops",
	[OVNET_RX_XDP_TX]	 = "xdp_tx",
	[OVNET_RX_XDP_REDIRECTS] = "xdp_redirects",
	[OVNET_RX_XDP_ERRORS]	 = "xdp_errors",
	[OVNET_RX_XDP_COPIES]	 = "xdp_copies",
	[OVNET_RX_XSK_PACKETS]	 = "xsk_packets",
};

static const char *const ovnet_stats_tx_names[] = {
	[OVNET_TX_PACKETS]	 = "packets",
	[OVNET_TX_BYTES]	 = "bytes",
	[OVNET_TX_DROPS]	 = "drops",
	[OVNET_TX_KICKS]	 = "kicks",
	[OVNET_TX_STOPS]	 = "stops",
	[OVNET_TX_WAKES]	 = "wakes",
	[OVNET_TX_TIMEOUTS]	 = "timeouts",
	[OVNET_TX_POLLS]	 = "polls",
	[OVNET_TX_TRAINS]	 = "trains",
	[OVNET_TX_TRAIN_BYTES]	 = "train_bytes",
	[OVNET_TX_SEGMENTS]	 = "segments",
	[OVNET_TX_REPEATED_BYTES] = "repeated_bytes",
	[OVNET_TX_XDP_FRAMES]	 = "xdp_frames",
	[OVNET_TX_XDP_ERRORS]	 = "xdp_errors",
	[OVNET_TX_XSK_FRAMES]	 = "xsk_frames",
};

static_assert(ARRAY_SIZE(ovnet_stats_rx_names) == OVNET_RX_STATS);
static_assert(ARRAY_SIZE(ovnet_stats_tx_names) == OVNET_TX_STATS);

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

/**
 * ovnet_stats_tx_train() - count a packet that the device cuts into segments
 * @stats: counters, of which the caller is the only writer
 * @bytes: length of the packet
 * @segments: how many it makes, or 0 if nobody has counted them
 * @headers: bytes that each of them gets a copy of
 */
void ovnet_stats_tx_train(struct ovnet_tx_stats *stats, unsigned int bytes,
			  unsigned int segments, unsigned int headers)
{
	segments = max(segments, 1U);
	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->value[OVNET_TX_TRAINS]);
	u64_stats_add(&stats->value[OVNET_TX_TRAIN_BYTES], bytes);
	u64_stats_add(&stats->value[OVNET_TX_SEGMENTS], segments);
	u64_stats_add(&stats->value[OVNET_TX_REPEATED_BYTES],
		      (segments - 1) * headers);
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
 * Packets and bytes are those on the wire: of a train, the frames that the device
 * makes of it.
 *
 * Context: Any.
 */
void ovnet_stats_tx_read(const struct ovnet_tx_stats *stats, u64 *values)
{
	ovnet_stats_read(&stats->syncp, stats->value, values, OVNET_TX_STATS);
	values[OVNET_TX_PACKETS] += values[OVNET_TX_SEGMENTS] -
				    values[OVNET_TX_TRAINS];
	values[OVNET_TX_BYTES] += values[OVNET_TX_REPEATED_BYTES];
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

/**
 * ovnet_stats_count() - how many values ethtool -S shows
 * @ovnet: device
 *
 * Return: number for ovnet_stats_names() and ovnet_stats_values().
 */
unsigned int ovnet_stats_count(const struct ovnet *ovnet)
{
	return ovnet->pairs_active * (OVNET_RX_STATS + OVNET_TX_STATS) +
	       ORION_CMDQ_STATS + ovnet_devstats_count(ovnet);
}

/**
 * ovnet_stats_names() - what the values are called
 * @ovnet: device
 * @data: room for as many strings as ovnet_stats_count() says
 */
void ovnet_stats_names(const struct ovnet *ovnet, u8 *data)
{
	unsigned int i, k;

	for (i = 0; i < ovnet->pairs_active; i++) {
		for (k = 0; k < OVNET_RX_STATS; k++)
			ethtool_sprintf(&data, "rx%u_%s", i,
					ovnet_stats_rx_names[k]);
		for (k = 0; k < OVNET_TX_STATS; k++)
			ethtool_sprintf(&data, "tx%u_%s", i,
					ovnet_stats_tx_names[k]);
	}
	for (k = 0; k < ORION_CMDQ_STATS; k++)
		ethtool_sprintf(&data, "ctrl_%s", ovnet->ctrl.stats.names[k]);
	ovnet_devstats_names(ovnet, data);
}

/**
 * ovnet_stats_values() - the values
 * @ovnet: device
 * @data: room for as many as ovnet_stats_count() says
 *
 * Context: Process. Sleeps up to the control queue's deadline.
 */
void ovnet_stats_values(struct ovnet *ovnet, u64 *data)
{
	unsigned int i, k;

	for (i = 0; i < ovnet->pairs_active; i++) {
		ovnet_stats_rx_read(&ovnet->pairs[i].rxq.stats, data);
		data += OVNET_RX_STATS;
		ovnet_stats_tx_read(&ovnet->pairs[i].txq.stats, data);
		data += OVNET_TX_STATS;
	}
	for (k = 0; k < ORION_CMDQ_STATS; k++)
		*data++ = orion_stats_read(&ovnet->ctrl.stats, k);
	ovnet_devstats_values(ovnet, data);
}

/* What is not added to is not reported: the stack knows it from 0. */
static void ovnet_stats_add_rx(struct ovnet *ovnet, unsigned int i,
			       struct netdev_queue_stats_rx *sum)
{
	u64 rx[OVNET_RX_STATS];

	ovnet_stats_rx_read(&ovnet->pairs[i].rxq.stats, rx);
	sum->packets += rx[OVNET_RX_PACKETS];
	sum->bytes += rx[OVNET_RX_BYTES];
	sum->alloc_fail += rx[OVNET_RX_ALLOC_FAILS];
	ovnet_devstats_add_rx(ovnet, i, sum);
}

static void ovnet_stats_add_tx(struct ovnet *ovnet, unsigned int i,
			       struct netdev_queue_stats_tx *sum)
{
	u64 tx[OVNET_TX_STATS];

	ovnet_stats_tx_read(&ovnet->pairs[i].txq.stats, tx);
	sum->packets += tx[OVNET_TX_PACKETS];
	sum->bytes += tx[OVNET_TX_BYTES];
	sum->stop += tx[OVNET_TX_STOPS];
	sum->wake += tx[OVNET_TX_WAKES];
	sum->hw_gso_packets += tx[OVNET_TX_TRAINS];
	sum->hw_gso_bytes += tx[OVNET_TX_TRAIN_BYTES];
	sum->hw_gso_wire_packets += tx[OVNET_TX_SEGMENTS];
	sum->hw_gso_wire_bytes += tx[OVNET_TX_TRAIN_BYTES] +
				  tx[OVNET_TX_REPEATED_BYTES];
	ovnet_devstats_add_tx(ovnet, i, sum);
}

static void ovnet_stats_zero_rx(const struct ovnet *ovnet,
				struct netdev_queue_stats_rx *stats)
{
	stats->packets = 0;
	stats->bytes = 0;
	stats->alloc_fail = 0;
	ovnet_devstats_zero_rx(ovnet, stats);
}

static void ovnet_stats_zero_tx(const struct ovnet *ovnet,
				struct netdev_queue_stats_tx *stats)
{
	stats->packets = 0;
	stats->bytes = 0;
	stats->stop = 0;
	stats->wake = 0;
	stats->hw_gso_packets = 0;
	stats->hw_gso_bytes = 0;
	stats->hw_gso_wire_packets = 0;
	stats->hw_gso_wire_bytes = 0;
	ovnet_devstats_zero_tx(ovnet, stats);
}

static void ovnet_stats_queue_rx(struct net_device *dev, int i,
				 struct netdev_queue_stats_rx *stats)
{
	struct ovnet *ovnet = netdev_priv(dev);

	ovnet_stats_zero_rx(ovnet, stats);
	ovnet_stats_add_rx(ovnet, i, stats);
}

static void ovnet_stats_queue_tx(struct net_device *dev, int i,
				 struct netdev_queue_stats_tx *stats)
{
	struct ovnet *ovnet = netdev_priv(dev);

	ovnet_stats_zero_tx(ovnet, stats);
	ovnet_stats_add_tx(ovnet, i, stats);
}

/* What queues counted that are not in use any more. */
static void ovnet_stats_base(struct net_device *dev,
			     struct netdev_queue_stats_rx *rx,
			     struct netdev_queue_stats_tx *tx)
{
	struct ovnet *ovnet = netdev_priv(dev);
	unsigned int i;

	ovnet_stats_zero_rx(ovnet, rx);
	ovnet_stats_zero_tx(ovnet, tx);
	for (i = ovnet->pairs_active; i < ovnet->pairs_max; i++) {
		ovnet_stats_add_rx(ovnet, i, rx);
		ovnet_stats_add_tx(ovnet, i, tx);
	}
}

static const struct netdev_stat_ops ovnet_stats_ops = {
	.get_queue_stats_rx	= ovnet_stats_queue_rx,
	.get_queue_stats_tx	= ovnet_stats_queue_tx,
	.get_base_stats		= ovnet_stats_base,
};

/**
 * ovnet_stats_init() - let the stack ask for each queue's counters
 * @dev: our net device
 */
void ovnet_stats_init(struct net_device *dev)
{
	orion_set_stat_ops(dev, &ovnet_stats_ops);
}
