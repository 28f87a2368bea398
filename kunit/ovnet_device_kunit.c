// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network driver as it is loaded, on a network card in memory: what it
 * binds, what it asks the device for, what it makes of refusals and lies, and
 * that it leaves nothing behind. Frames are the business of ovnet_traffic.
 */

#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "fake_fail.h"
#include "fake_net.h"
#include "fake_peer.h"

#define OND_BIT(name)	BIT_ULL(VIRTIO_NET_F_ ## name)
#define OND_V1		BIT_ULL(VIRTIO_F_VERSION_1)
#define OND_CTRL	(OND_BIT(CTRL_VQ) | OND_BIT(CTRL_RX) | \
			 OND_BIT(CTRL_VLAN) | OND_BIT(CTRL_MAC_ADDR))
#define OND_USUAL	(OND_V1 | OND_BIT(MAC) | OND_BIT(STATUS) | \
			 OND_BIT(MRG_RXBUF) | OND_CTRL)

#define OND_KEY(class, cmd)	FAKE_NET_KEY(VIRTIO_NET_CTRL_ ## class, \
					     VIRTIO_NET_CTRL_ ## class ## _ ## cmd)

static const u8 ond_mac[ETH_ALEN] = { 0x52, 0x54, 0, 1, 2, 3 };

struct ond {
	struct fake_net *net;
	struct fake_peer peer;
};

static int ond_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct ond), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void ond_exit(struct kunit *test)
{
	struct ond *ond = test->priv;

	if (ond)
		fake_peer_end(test, &ond->peer, ond->net);
}

static void ond_make_param(struct kunit *test, struct fake_net_param *param)
{
	struct ond *ond = test->priv;

	ond->net = fake_net_alloc(param);
	KUNIT_ASSERT_NOT_NULL(test, ond->net);
}

static void ond_make(struct kunit *test, u64 features)
{
	struct fake_net_param param = { .features = features };

	ether_addr_copy(param.config.mac, ond_mac);
	param.config.status = (__force u16)cpu_to_le16(VIRTIO_NET_S_LINK_UP);
	param.config.max_virtqueue_pairs = (__force u16)cpu_to_le16(4);
	param.config.mtu = (__force u16)cpu_to_le16(1400);
	ond_make_param(test, &param);
}

static void ond_plug(struct kunit *test, u64 features)
{
	struct ond *ond = test->priv;

	ond_make(test, features);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ond->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&ond->peer, ond->net));
}

static void ond_up(struct kunit *test, u64 features)
{
	struct ond *ond = test->priv;

	ond_plug(test, features);
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ond->peer));
}

static void ond_fault(struct kunit *test, enum fake_fault_kind kind, u32 key,
		      u32 value)
{
	const struct fake_fault fault = {
		.kind = kind, .queue = FAKE_FAULT_ALL_QUEUES, .key = key,
		.value = value };
	struct ond *ond = test->priv;

	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ond->net->fv, &fault));
}

/* What the device says of itself, and what becomes of it. */
static const struct ond_config {
	const char *name;
	u64 features;
	u16 pairs;
	u16 mtu;
	bool refused;
	unsigned int want_mtu;
	unsigned int want_queues;
} ond_configs[] = {
	{ "nothing but VERSION_1", OND_V1, .want_mtu = 1500, .want_queues = 2 },
	{ "usual", OND_USUAL, .want_mtu = 1500, .want_queues = 3 },
	{ "everything", ~(BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) |
			  BIT_ULL(VIRTIO_F_RING_PACKED)), 2, 1400,
	  .want_mtu = 1400, .want_queues = 5 },
	{ "everything, packed", ~BIT_ULL(VIRTIO_F_ACCESS_PLATFORM), 2, 1400,
	  .want_mtu = 1400, .want_queues = 5 },
	{ "legacy", OND_USUAL & ~OND_V1, .want_mtu = 1500, .want_queues = 3 },
	{ "legacy, nothing at all", 0, .want_mtu = 1500, .want_queues = 2 },
	{ "legacy, everything", U32_MAX, 2, 1400, .want_mtu = 1400,
	  .want_queues = 5 },
	{ "no queue pairs", OND_USUAL | OND_BIT(MQ), 0, .refused = true },
	{ "too many queue pairs", OND_USUAL | OND_BIT(MQ), 0x8001,
	  .refused = true },
	{ "all queue pairs there can be", OND_USUAL | OND_BIT(MQ), 0x8000,
	  .want_mtu = 1500, .want_queues = 3 },
	{ "more pairs than queues exist", OND_USUAL | OND_BIT(MQ), 25,
	  .refused = true },
	{ "pairs without the feature", OND_USUAL, 0, .want_mtu = 1500,
	  .want_queues = 3 },
	{ "pairs without control queue", OND_V1 | OND_BIT(MQ), 4,
	  .want_mtu = 1500, .want_queues = 2 },
	{ "MTU 0", OND_USUAL | OND_BIT(MTU), 0, 0, .want_mtu = 1500,
	  .want_queues = 3 },
	{ "MTU too small", OND_USUAL | OND_BIT(MTU), 0, 67, .want_mtu = 1500,
	  .want_queues = 3 },
	{ "MTU just large enough", OND_USUAL | OND_BIT(MTU), 0, 68,
	  .want_mtu = 68, .want_queues = 3 },
	{ "MTU 9000", OND_USUAL | OND_BIT(MTU), 0, 9000, .want_mtu = 9000,
	  .want_queues = 3 },
	{ "MTU 65535", OND_USUAL | OND_BIT(MTU), 0, 65535, .want_mtu = 65535,
	  .want_queues = 3 },
	{ "MTU 65535 in single buffers",
	  (OND_USUAL | OND_BIT(MTU)) & ~OND_BIT(MRG_RXBUF), 0, 65535,
	  .want_mtu = 65535, .want_queues = 3 },
};

KUNIT_ARRAY_PARAM_DESC(ond_config, ond_configs, name);

static void ond_binds(struct kunit *test)
{
	const struct ond_config *c = test->param_value;
	struct fake_net_param param = { .features = c->features };
	struct ond *ond = test->priv;
	struct net_device *dev;

	ether_addr_copy(param.config.mac, ond_mac);
	param.config.status = (__force u16)cpu_to_le16(VIRTIO_NET_S_LINK_UP);
	param.config.max_virtqueue_pairs = (__force u16)cpu_to_le16(c->pairs);
	param.config.mtu = (__force u16)cpu_to_le16(c->mtu);
	ond_make_param(test, &param);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ond->net->fv));
	KUNIT_ASSERT_EQ(test, fake_virtio_bound(ond->net->fv), !c->refused);
	KUNIT_EXPECT_EQ(test, ond->net->fv->config_outside, 0);
	KUNIT_EXPECT_EQ(test, ond->net->fv->nqueues, c->want_queues);
	if (c->refused) {
		KUNIT_EXPECT_EQ(test, fake_peer_attach(&ond->peer, ond->net),
				-ENODEV);
		KUNIT_EXPECT_TRUE(test, ond->net->fv->status &
				  VIRTIO_CONFIG_S_FAILED);
		return;
	}

	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&ond->peer, ond->net));
	dev = ond->peer.dev;
	KUNIT_EXPECT_EQ(test, dev->mtu, c->want_mtu);
	KUNIT_EXPECT_EQ(test, 0, fake_peer_up(&ond->peer));
	fake_virtio_settle(ond->net->fv);
	KUNIT_EXPECT_GT(test, fake_net_buffers(ond->net, 0), 0);
	KUNIT_EXPECT_EQ(test, ond->net->refused, 0);
}

static const struct ond_addr {
	const char *name;
	u64 features;
	u8 addr[ETH_ALEN];
	bool used;
	bool told;
	bool written;
} ond_addrs[] = {
	{ "good", OND_USUAL, { 0x52, 0x54, 0, 1, 2, 3 }, true, false },
	{ "none", OND_USUAL & ~OND_BIT(MAC), { 0x52 }, false, true },
	{ "zero", OND_USUAL, { 0 }, false, true },
	{ "multicast", OND_USUAL, { 1, 0, 0x5e, 1, 2, 3 }, false, true },
	{ "zero, and no command to set it", OND_V1 | OND_BIT(MAC), { 0 },
	  false, false },
	{ "good, legacy", OND_BIT(MAC), { 0x52, 0x54, 0, 1, 2, 3 }, true },
	{ "zero, legacy", OND_BIT(MAC), { 0 }, .written = true },
	{ "zero, legacy, command to set it", OND_USUAL & ~OND_V1, { 0 },
	  .told = true },
};

KUNIT_ARRAY_PARAM_DESC(ond_addr, ond_addrs, name);

static void ond_address(struct kunit *test)
{
	const struct ond_addr *c = test->param_value;
	struct fake_net_param param = { .features = c->features };
	struct ond *ond = test->priv;

	ether_addr_copy(param.config.mac, c->addr);
	ond_make_param(test, &param);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ond->net->fv));
	KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&ond->peer, ond->net));
	KUNIT_EXPECT_TRUE(test, is_valid_ether_addr(ond->peer.dev->dev_addr));
	KUNIT_EXPECT_EQ(test, ether_addr_equal(ond->peer.dev->dev_addr, c->addr),
			c->used);
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(ond->net,
						  OND_KEY(MAC, ADDR_SET)),
			c->told);
	if (c->told || c->written)
		KUNIT_EXPECT_TRUE(test,
				  ether_addr_equal(ond->net->mac,
						   ond->peer.dev->dev_addr));
}

/* Where setting up fails, there is no interface, and another try succeeds. */
static const struct ond_failure {
	const char *name;
	int find_vqs_err;
	int queue;
	unsigned int size;
	int finalize_err;
	bool refuse;
} ond_failures[] = {
	{ "find_vqs", .find_vqs_err = -EIO },
	{ "a queue is missing", .queue = 1 },
	{ "the control queue is missing", .queue = 2 },
	{ "a ring of one entry", .size = 1 },
	{ "finalize_features", .finalize_err = -EINVAL },
	{ "features refused", .refuse = true },
};

KUNIT_ARRAY_PARAM_DESC(ond_failure, ond_failures, name);

static void ond_setup_fails(struct kunit *test)
{
	const struct ond_failure *c = test->param_value;
	struct ond *ond = test->priv;
	struct fake_virtio *fv;

	ond_make(test, OND_USUAL);
	fv = ond->net->fv;
	fv->find_vqs_err = c->find_vqs_err;
	fv->queues[c->queue].find_err = c->queue ? -ENOENT : 0;
	fv->queues[1].size = c->size ?: FAKE_VIRTIO_QUEUE_SIZE;
	fv->finalize_err = c->finalize_err;
	fv->refuse_features = c->refuse;
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(fv));
	KUNIT_EXPECT_FALSE(test, fake_virtio_bound(fv));
	KUNIT_EXPECT_EQ(test, fv->nqueues, 0);
	fake_virtio_unplug(fv);

	fv->find_vqs_err = 0;
	fv->queues[c->queue].find_err = 0;
	fv->queues[1].size = FAKE_VIRTIO_QUEUE_SIZE;
	fv->finalize_err = 0;
	fv->refuse_features = false;
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(fv));
	KUNIT_EXPECT_TRUE(test, fake_virtio_bound(fv));
}

/* What goes wrong with a control command, and what the caller is told. */
static const struct ond_ctrl {
	const char *name;
	enum fake_fault_kind kind;
	u32 value;
	int want;
} ond_ctrls[] = {
	{ "answered", FAKE_FAULT_NONE, 0, 0 },
	{ "refused", FAKE_FAULT_TYPE, VIRTIO_NET_ERR, -EINVAL },
	{ "unknown acknowledge", FAKE_FAULT_TYPE, 77, -EPROTO },
	{ "never answered", FAKE_FAULT_NEVER, 0, -ETIMEDOUT },
	{ "empty answer", FAKE_FAULT_SHORT, 0, -EPROTO },
	{ "impossible length", FAKE_FAULT_LENGTH, 4096, -EPROTO },
	{ "garbage", FAKE_FAULT_GARBAGE, 0x5a, -EPROTO },
	{ "lost interrupt", FAKE_FAULT_LOST_IRQ, 0, 0 },
	{ "bad id", FAKE_FAULT_BAD_ID, 4711, -EIO },
	{ "broken", FAKE_FAULT_BREAK, 0, -EIO },
	{ "needs reset", FAKE_FAULT_NEEDS_RESET, 0, -ETIMEDOUT },
};

KUNIT_ARRAY_PARAM_DESC(ond_ctrl, ond_ctrls, name);

static int ond_set_mac(struct ond *ond, const u8 *addr)
{
	struct sockaddr sa = { .sa_family = ARPHRD_ETHER };
	int err;

	ether_addr_copy(sa.sa_data, addr);
	rtnl_lock();
	err = dev_set_mac_address(ond->peer.dev, &sa, NULL);
	rtnl_unlock();

	return err;
}

static void ond_ctrl_outcome(struct kunit *test)
{
	static const u8 other[ETH_ALEN] = { 2, 9, 8, 7, 6, 5 };
	const struct ond_ctrl *c = test->param_value;
	struct ond *ond = test->priv;

	ond_up(test, OND_USUAL);
	ond_fault(test, c->kind, OND_KEY(MAC, ADDR_SET), c->value);
	KUNIT_EXPECT_EQ(test, ond_set_mac(ond, other), c->want);
	KUNIT_EXPECT_GE(test, fake_fault_hits(ond->net->fv), 1);

	/* What the device did not take, the interface does not claim. */
	KUNIT_EXPECT_TRUE(test, ether_addr_equal(ond->peer.dev->dev_addr,
						 c->want ? ond_mac : other));
	if (!c->want)
		KUNIT_EXPECT_TRUE(test, ether_addr_equal(ond->net->mac, other));
}

static const struct ond_device {
	const char *name;
	u64 features;
} ond_devices[] = {
	{ "usual", OND_USUAL },
	{ "legacy", OND_USUAL & ~OND_V1 },
	{ "legacy, any layout",
	  (OND_USUAL & ~OND_V1) | BIT_ULL(VIRTIO_F_ANY_LAYOUT) },
};

KUNIT_ARRAY_PARAM_DESC(ond_device, ond_devices, name);

static void ond_filters(struct kunit *test)
{
	const struct ond_device *c = test->param_value;
	static const u8 mc[ETH_ALEN] = { 1, 0, 0x5e, 9, 9, 9 };
	static const u8 uc[ETH_ALEN] = { 2, 3, 4, 5, 6, 7 };
	struct fake_net_filter *filter;
	struct net_device *dev;
	struct ond *ond = test->priv;

	ond_up(test, c->features);
	filter = &ond->net->filter;
	dev = ond->peer.dev;

	rtnl_lock();
	dev_mc_add(dev, mc);
	dev_uc_add(dev, uc);
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, fake_wait(filter->nuc == 1));
	KUNIT_EXPECT_TRUE(test, ether_addr_equal(filter->uc[0], uc));
	KUNIT_EXPECT_GE(test, filter->nmc, 1);

	rtnl_lock();
	dev_set_promiscuity(dev, 1);
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, fake_wait(filter->promisc));
	rtnl_lock();
	dev_set_promiscuity(dev, -1);
	dev_set_allmulti(dev, 1);
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, fake_wait(!filter->promisc));
	KUNIT_EXPECT_TRUE(test, fake_wait(filter->allmulti));

	rtnl_lock();
	dev_set_allmulti(dev, -1);
	dev_uc_del(dev, uc);
	dev_mc_del(dev, mc);
	KUNIT_EXPECT_EQ(test, 0, vlan_vid_add(dev, htons(ETH_P_8021Q), 4000));
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, fake_wait(!filter->nuc && !filter->allmulti));
	KUNIT_EXPECT_TRUE(test, test_bit(4000, filter->vlans));
	rtnl_lock();
	vlan_vid_del(dev, htons(ETH_P_8021Q), 4000);
	rtnl_unlock();
	KUNIT_EXPECT_FALSE(test, test_bit(4000, filter->vlans));
	KUNIT_EXPECT_EQ(test, ond->net->refused, 0);
}

/* An address list that the device does not take: let everything through. */
static void ond_filter_refused(struct kunit *test)
{
	static const u8 uc[ETH_ALEN] = { 2, 3, 4, 5, 6, 7 };
	struct ond *ond = test->priv;

	ond_plug(test, OND_USUAL);
	ond_fault(test, FAKE_FAULT_TYPE, OND_KEY(MAC, TABLE_SET),
		  VIRTIO_NET_ERR);
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ond->peer));
	rtnl_lock();
	dev_uc_add(ond->peer.dev, uc);
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, fake_wait(ond->net->filter.promisc));
}

/*
 * The device does what it is told, and says so badly: neither side may go on
 * with something that the other does not have.
 */
static void ond_filter_replayed(struct kunit *test)
{
	static const u8 other[ETH_ALEN] = { 2, 9, 8, 7, 6, 5 };
	const struct fake_fault fault = {
		.kind = FAKE_FAULT_SHORT, .queue = FAKE_FAULT_ALL_QUEUES,
		.key = OND_KEY(MAC, ADDR_SET), .count = 1 };
	struct ond *ond = test->priv;
	struct net_device *dev;

	ond_up(test, OND_USUAL);
	dev = ond->peer.dev;
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, vlan_vid_add(dev, htons(ETH_P_8021Q), 77));
	dev_set_promiscuity(dev, 1);
	rtnl_unlock();
	KUNIT_ASSERT_TRUE(test, fake_wait(ond->net->filter.promisc));
	fake_virtio_settle(ond->net->fv);

	fake_net_forget(ond->net);
	KUNIT_ASSERT_EQ(test, 0, fake_fault_add(ond->net->fv, &fault));
	KUNIT_EXPECT_EQ(test, ond_set_mac(ond, other), -EPROTO);
	KUNIT_EXPECT_TRUE(test, ether_addr_equal(dev->dev_addr, ond_mac));
	KUNIT_EXPECT_TRUE(test,
			  fake_wait(ether_addr_equal(ond->net->mac, ond_mac) &&
				    fake_net_ctrl_count(ond->net,
							OND_KEY(RX, ALLMULTI))));
	/* The stack has VLAN 0 in every filter. */
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(ond->net, OND_KEY(VLAN, ADD)),
			2);
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(ond->net,
						  OND_KEY(RX, PROMISC)), 1);
	KUNIT_EXPECT_EQ(test, fake_net_ctrl_count(ond->net,
						  OND_KEY(MAC, TABLE_SET)), 1);
	rtnl_lock();
	dev_set_promiscuity(dev, -1);
	vlan_vid_del(dev, htons(ETH_P_8021Q), 77);
	rtnl_unlock();
}

/* More addresses than are listed: all of their kind are let through. */
static const struct ond_overflow {
	const char *name;
	u64 features;
	bool promisc;
} ond_overflows[] = {
	{ "by all unicast", OND_USUAL | OND_BIT(CTRL_RX_EXTRA), false },
	{ "by everything", OND_USUAL, true },
};

KUNIT_ARRAY_PARAM_DESC(ond_overflow, ond_overflows, name);

static void ond_filter_overflows(struct kunit *test)
{
	const struct ond_overflow *c = test->param_value;
	u8 addr[ETH_ALEN] = { 2, 1 };
	struct ond *ond = test->priv;
	struct fake_net_filter *filter;
	unsigned int i;

	ond_up(test, c->features);
	filter = &ond->net->filter;
	rtnl_lock();
	for (i = 0; i < 1025; i++) {
		put_unaligned_be16(i, addr + 4);
		dev_uc_add(ond->peer.dev, addr);
	}
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, fake_wait(filter->promisc == c->promisc &&
					  filter->alluni == !c->promisc));

	addr[0] = 3;
	rtnl_lock();
	dev_uc_flush(ond->peer.dev);
	for (i = 0; i < 1025; i++) {
		put_unaligned_be16(i, addr + 4);
		dev_mc_add(ond->peer.dev, addr);
	}
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, fake_wait(filter->allmulti && !filter->promisc &&
					  !filter->alluni));
	rtnl_lock();
	for (i = 0; i < 1025; i++) {
		put_unaligned_be16(i, addr + 4);
		dev_mc_del(ond->peer.dev, addr);
	}
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, fake_wait(!filter->allmulti));
}

/* A VLAN that the device does not let in is not there. */
static void ond_vlan_refused(struct kunit *test)
{
	struct ond *ond = test->priv;

	ond_up(test, OND_USUAL);
	ond_fault(test, FAKE_FAULT_TYPE, OND_KEY(VLAN, ADD), VIRTIO_NET_ERR);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, -EINVAL,
			vlan_vid_add(ond->peer.dev, htons(ETH_P_8021Q), 5));
	rtnl_unlock();
}

static void ond_link(struct kunit *test)
{
	struct ond *ond = test->priv;
	struct net_device *dev;

	ond_up(test, OND_USUAL | OND_BIT(GUEST_ANNOUNCE));
	dev = ond->peer.dev;
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(dev));
	fake_net_status(ond->net, 0);
	KUNIT_EXPECT_TRUE(test, fake_wait(!netif_carrier_ok(dev)));
	fake_net_status(ond->net, VIRTIO_NET_S_LINK_UP);
	KUNIT_EXPECT_TRUE(test, fake_wait(netif_carrier_ok(dev)));

	KUNIT_EXPECT_EQ(test, ond->net->announced, 0);
	fake_net_status(ond->net, VIRTIO_NET_S_LINK_UP | VIRTIO_NET_S_ANNOUNCE);
	KUNIT_EXPECT_TRUE(test, fake_wait(ond->net->announced == 1));
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(dev));
}

/* Changes come faster than they can be looked at; the last one counts. */
static void ond_link_flaps(struct kunit *test)
{
	struct ond *ond = test->priv;
	unsigned int i;

	ond_up(test, OND_USUAL);
	for (i = 0; i < 200; i++)
		fake_net_status(ond->net, i % 2 ? VIRTIO_NET_S_LINK_UP : 0);
	fake_net_status(ond->net, 0);
	KUNIT_EXPECT_TRUE(test, fake_wait(!netif_carrier_ok(ond->peer.dev)));
	msleep(100);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(ond->peer.dev));
}

static void ond_no_status(struct kunit *test)
{
	struct ond *ond = test->priv;

	ond_up(test, OND_V1 | OND_BIT(MAC));
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(ond->peer.dev));
}

/* The interface above, if there is one. */
static struct net_device *ond_upper(struct ond *ond)
{
	struct net_device *dev, *found = NULL;

	rtnl_lock();
	for_each_netdev(&init_net, dev)
		if (netif_is_failover(dev) &&
		    dev->dev.parent == &ond->net->fv->vdev->dev)
			found = dev;
	rtnl_unlock();
	return found;
}

/* Who announces itself. */
static struct net_device *ond_announcer;

static int ond_event(struct notifier_block *block, unsigned long event,
		     void *data)
{
	if (event == NETDEV_NOTIFY_PEERS)
		ond_announcer = netdev_notifier_info_to_dev(data);
	return NOTIFY_DONE;
}

static struct notifier_block ond_listener = { .notifier_call = ond_event };

static void ond_stop_listening(void *unused)
{
	unregister_netdevice_notifier(&ond_listener);
}

static int ond_port_name(struct ond *ond, char *name)
{
	struct net_device *dev = ond->peer.dev;

	return dev->netdev_ops->ndo_get_phys_port_name(dev, name, IFNAMSIZ);
}

static void ond_send_by(struct kunit *test, struct net_device *dev)
{
	struct ond *ond = test->priv;
	struct fake_peer upper = { .dev = dev };
	struct fake_net_frame *frame;
	unsigned int found = 0;

	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&upper));
	KUNIT_EXPECT_EQ(test, 0, fake_peer_send(&upper, 1000, 1));
	fake_virtio_settle(ond->net->fv);
	/* The kernel has something to say of its own. */
	while ((frame = fake_net_next_sent(ond->net))) {
		found += frame->len == 1000;
		kvfree(frame);
	}
	KUNIT_EXPECT_EQ(test, found, 1);
}

/* The kernel's failover sends by ours while there is no other device. */
static void ond_stands_by(struct kunit *test)
{
	static const u8 other[ETH_ALEN] = { 2, 9, 8, 7, 6, 5 };
	struct ond *ond = test->priv;
	struct net_device *upper;
	char name[IFNAMSIZ];

	ond_plug(test, OND_USUAL | OND_BIT(STANDBY) | OND_BIT(GUEST_ANNOUNCE));
	upper = ond_upper(ond);
	KUNIT_ASSERT_NOT_NULL(test, upper);
	KUNIT_ASSERT_PTR_NE(test, upper, ond->peer.dev);
	KUNIT_EXPECT_TRUE(test, netif_is_failover_slave(ond->peer.dev));
	KUNIT_EXPECT_TRUE(test, ether_addr_equal(upper->dev_addr, ond_mac));
	ond_send_by(test, upper);

	KUNIT_EXPECT_EQ(test, ond_set_mac(ond, other), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, 0, ond_port_name(ond, name));
	KUNIT_EXPECT_STREQ(test, name, "sby");

	KUNIT_ASSERT_EQ(test, 0, register_netdevice_notifier(&ond_listener));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test,
							   ond_stop_listening,
							   NULL));
	fake_net_status(ond->net, VIRTIO_NET_S_LINK_UP | VIRTIO_NET_S_ANNOUNCE);
	KUNIT_EXPECT_TRUE(test, fake_wait(ond->net->announced == 1));
	KUNIT_EXPECT_PTR_EQ(test, ond_announcer, upper);
}

static void ond_stands_by_for_nobody(struct kunit *test)
{
	struct ond *ond = test->priv;
	char name[IFNAMSIZ];

	/* Without its own address there is none that the other could share. */
	ond_plug(test, (OND_USUAL | OND_BIT(STANDBY)) & ~OND_BIT(MAC));
	KUNIT_EXPECT_NULL(test, ond_upper(ond));
	KUNIT_EXPECT_FALSE(test, netif_is_failover_slave(ond->peer.dev));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, ond_port_name(ond, name));
}

/* A device that answers nothing is bound, or not, within its deadlines. */
static void ond_deaf(struct kunit *test)
{
	struct ond *ond = test->priv;
	unsigned long start = jiffies;

	ond_make(test, (OND_USUAL & ~OND_BIT(MAC)) | OND_BIT(MQ));
	ond_fault(test, FAKE_FAULT_NEVER, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, fake_virtio_plug(ond->net->fv));
	if (!fake_peer_attach(&ond->peer, ond->net)) {
		fake_peer_up(&ond->peer);
		ond_set_mac(ond, ond_mac);
		fake_peer_detach(&ond->peer);
	}
	fake_virtio_unplug(ond->net->fv);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, start + 20 * HZ));
}

static void ond_up_and_down(struct kunit *test)
{
	struct ond *ond = test->priv;
	unsigned int i;

	ond_plug(test, OND_USUAL);
	for (i = 0; i < 20; i++) {
		KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ond->peer));
		fake_peer_down(&ond->peer);
	}
	KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ond->peer));
}

static void ond_unbind_bind(struct kunit *test)
{
	struct ond *ond = test->priv;
	struct device *dev;
	unsigned int i;

	ond_up(test, OND_USUAL);
	dev = &ond->net->fv->vdev->dev;
	for (i = 0; i < 10; i++) {
		fake_peer_detach(&ond->peer);
		device_release_driver(dev);
		KUNIT_EXPECT_FALSE(test, fake_virtio_bound(ond->net->fv));
		KUNIT_EXPECT_EQ(test, ond->net->fv->nqueues, 0);
		KUNIT_ASSERT_EQ(test, device_attach(dev), 1);
		KUNIT_ASSERT_EQ(test, 0, fake_peer_attach(&ond->peer,
							  ond->net));
		KUNIT_ASSERT_EQ(test, 0, fake_peer_up(&ond->peer));
	}
}

/* In whatever state the control queue is. */
static void ond_yank(struct kunit *test)
{
	const struct ond_ctrl *c = test->param_value;
	struct ond *ond = test->priv;

	ond_up(test, OND_USUAL);
	ond_fault(test, c->kind, OND_KEY(RX, PROMISC), c->value);
	rtnl_lock();
	dev_set_promiscuity(ond->peer.dev, 1);
	rtnl_unlock();
	fake_virtio_settle(ond->net->fv);
	fake_peer_detach(&ond->peer);
	fake_virtio_yank(ond->net->fv);
}

static int ond_sweep_setup(void *priv)
{
	return 0;
}

static int ond_sweep_plug(void *priv)
{
	struct ond *ond = priv;

	return fake_virtio_plug(ond->net->fv);
}

static void ond_sweep_unplug(void *priv, int err)
{
	struct ond *ond = priv;

	fake_virtio_unplug(ond->net->fv);
}

/* Every allocation of probe fails once. */
static void ond_probe_sweep(struct kunit *test)
{
	static const struct fake_fail_ops ops = {
		.setup = ond_sweep_setup,
		.run = ond_sweep_plug,
		.teardown = ond_sweep_unplug,
	};
	int points;

	ond_make(test, OND_USUAL | OND_BIT(MQ) | OND_BIT(MTU) |
		 OND_BIT(STANDBY));
	points = fake_fail_sweep(&ops, test->priv);
	kunit_info(test, "%d allocations failed, one by one\n", points);
	KUNIT_EXPECT_GT(test, points, 20);
}

static int ond_sweep_up(void *priv)
{
	struct ond *ond = priv;

	return fake_peer_up(&ond->peer);
}

static void ond_sweep_down(void *priv, int err)
{
	struct ond *ond = priv;

	if (!err)
		fake_peer_down(&ond->peer);
}

/* Every allocation of opening the interface fails once. */
static void ond_open_sweep(struct kunit *test)
{
	static const struct fake_fail_ops ops = {
		.setup = ond_sweep_setup,
		.run = ond_sweep_up,
		.teardown = ond_sweep_down,
	};
	struct ond *ond = test->priv;
	int points;

	ond_plug(test, OND_USUAL);
	points = fake_fail_sweep(&ops, ond);
	kunit_info(test, "%d allocations failed, one by one\n", points);
	KUNIT_EXPECT_GT(test, points, 0);
	KUNIT_EXPECT_EQ(test, 0, fake_peer_up(&ond->peer));
}

static struct kunit_case ond_cases[] = {
	KUNIT_CASE_PARAM(ond_binds, ond_config_gen_params),
	KUNIT_CASE_PARAM(ond_address, ond_addr_gen_params),
	KUNIT_CASE_PARAM(ond_setup_fails, ond_failure_gen_params),
	KUNIT_CASE_PARAM(ond_ctrl_outcome, ond_ctrl_gen_params),
	KUNIT_CASE_PARAM(ond_filters, ond_device_gen_params),
	KUNIT_CASE(ond_filter_refused),
	KUNIT_CASE(ond_filter_replayed),
	KUNIT_CASE_PARAM(ond_filter_overflows, ond_overflow_gen_params),
	KUNIT_CASE(ond_vlan_refused),
	KUNIT_CASE(ond_link),
	KUNIT_CASE(ond_link_flaps),
	KUNIT_CASE(ond_no_status),
	KUNIT_CASE(ond_stands_by),
	KUNIT_CASE(ond_stands_by_for_nobody),
	KUNIT_CASE(ond_deaf),
	KUNIT_CASE(ond_up_and_down),
	KUNIT_CASE(ond_unbind_bind),
	KUNIT_CASE_PARAM(ond_yank, ond_ctrl_gen_params),
	KUNIT_CASE(ond_probe_sweep),
	KUNIT_CASE(ond_open_sweep),
	{}
};

static struct kunit_suite ond_suite = {
	.name = "ovnet_device",
	.init = ond_init,
	.exit = ond_exit,
	.test_cases = ond_cases,
};

kunit_test_suite(ond_suite);

MODULE_DESCRIPTION("Orion: suite of the network driver on a device in memory");
MODULE_LICENSE("GPL");
