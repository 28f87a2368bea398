// SPDX-License-Identifier: GPL-2.0-only
/*
 * What "ethtool -t" tries: link, control queue, interrupt, rings; and with the
 * interface taken out of use for a moment, whether its queues can be stopped and
 * started. There is no loopback, because virtio devices have none.
 */

#include <linux/ethtool.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>

#include "ovnet.h"
#include "ovnet_ctrl.h"
#include "ovnet_queue.h"
#include "ovnet_rss.h"
#include "ovnet_selftest.h"

/*
 * An answer whose interrupt was lost is found when its deadline is over. One that
 * took half of that was slow or lost; neither is well.
 */
#define OVNET_SELFTEST_ANSWER_MS	500

static int ovnet_selftest_link(struct ovnet *ovnet)
{
	return netif_carrier_ok(ovnet->dev) ? 0 : -ENETDOWN;
}

/* Tell the device what it was told before, which changes nothing. */
static int ovnet_selftest_control(struct ovnet *ovnet)
{
	if (ovnet_rss_steers(ovnet))
		return ovnet_rss_replay(ovnet);
	if (virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_MQ))
		return ovnet_ctrl_pairs(ovnet, ovnet->pairs_active);
	if (virtio_has_feature(ovnet->vdev, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS))
		return ovnet_ctrl_offloads(ovnet, ovnet->offloads);

	return 0;
}

static int ovnet_selftest_interrupt(struct ovnet *ovnet)
{
	ktime_t begun = ktime_get();
	int err = ovnet_selftest_control(ovnet);

	if (err)
		return err;

	return ktime_ms_delta(ktime_get(), begun) < OVNET_SELFTEST_ANSWER_MS ?
	       0 : -ETIME;
}

/* No ring broken, and all that are polled have something to receive into. */
static int ovnet_selftest_rings(struct ovnet *ovnet)
{
	unsigned int i;

	for (i = 0; i < ovnet->pairs_active; i++) {
		struct virtqueue *rx = ovnet->pairs[i].rxq.vq;
		struct virtqueue *tx = ovnet->pairs[i].txq.vq;

		if (virtqueue_is_broken(rx) || virtqueue_is_broken(tx))
			return -EIO;
		if (i < ovnet->pairs_running &&
		    rx->num_free == virtqueue_get_vring_size(rx))
			return -ENOBUFS;
	}

	return 0;
}

/* Nothing is sent or received meanwhile; that is what "offline" means. */
static int ovnet_selftest_restart(struct ovnet *ovnet)
{
	int err;

	if (!ovnet->pairs_running)
		return 0;

	netif_tx_disable(ovnet->dev);
	ovnet_queue_stop(ovnet);
	err = ovnet_queue_start(ovnet, ovnet->pairs_active);
	if (!err)
		netif_tx_wake_all_queues(ovnet->dev);
	return err;
}

static const struct ovnet_selftest {
	const char *name;
	int (*run)(struct ovnet *ovnet);
	bool offline;
} ovnet_selftests[] = {
	{ "link (online)", ovnet_selftest_link },
	{ "control queue (online)", ovnet_selftest_control },
	{ "interrupt (online)", ovnet_selftest_interrupt },
	{ "rings (online)", ovnet_selftest_rings },
	{ "restart (offline)", ovnet_selftest_restart, true },
};

/**
 * ovnet_selftest_count() - how many tests there are
 *
 * Return: number for ovnet_selftest_names() and ovnet_selftest_run().
 */
unsigned int ovnet_selftest_count(void)
{
	return ARRAY_SIZE(ovnet_selftests);
}

/**
 * ovnet_selftest_names() - what the tests are called
 * @data: room for as many strings as ovnet_selftest_count() says
 */
void ovnet_selftest_names(u8 *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ovnet_selftests); i++)
		strscpy(data + i * ETH_GSTRING_LEN, ovnet_selftests[i].name,
			ETH_GSTRING_LEN);
}

/**
 * ovnet_selftest_run() - run the tests
 * @ovnet: device that is ready
 * @test: says which, and is told whether one failed
 * @results: for each test 0, or the number of the error
 *
 * Context: Process, under RTNL.
 */
void ovnet_selftest_run(struct ovnet *ovnet, struct ethtool_test *test,
			u64 *results)
{
	bool offline = test->flags & ETH_TEST_FL_OFFLINE;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(ovnet_selftests); i++) {
		results[i] = 0;
		if (ovnet_selftests[i].offline && !offline)
			continue;

		err = ovnet_selftests[i].run(ovnet);
		if (!err)
			continue;
		results[i] = -err;
		test->flags |= ETH_TEST_FL_FAILED;
	}
}
