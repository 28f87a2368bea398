// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network card: its life, and the frames. Control commands are in
 * fake_net_ctrl.c.
 */

#include <linux/export.h>
#include <linux/slab.h>
#include <linux/virtio_ids.h>

#include "fake_net.h"
#include "fake_net_ctrl.h"

/* Frames that are kept; later ones are counted only. */
#define FAKE_NET_SENT		512
/* Buffers that one frame can be spread over. */
#define FAKE_NET_SPREAD		64
#define FAKE_NET_PAIRS_MAX	((FAKE_VIRTIO_QUEUES - 1) / 2)

/**
 * fake_net_negotiated() - has the driver accepted a feature?
 * @net: device, plugged in
 * @bit: number of the feature
 *
 * Return: true if so.
 */
bool fake_net_negotiated(struct fake_net *net, unsigned int bit)
{
	return net->fv->vdev && __virtio_test_bit(net->fv->vdev, bit);
}

/**
 * fake_net_hdr_len() - size of the header before each frame
 * @net: device, plugged in
 *
 * Return: the size that follows from what the driver has accepted.
 */
unsigned int fake_net_hdr_len(struct fake_net *net)
{
	if (fake_net_negotiated(net, VIRTIO_NET_F_HASH_REPORT))
		return sizeof(struct virtio_net_hdr_v1_hash);
	if (fake_net_negotiated(net, VIRTIO_F_VERSION_1) ||
	    fake_net_negotiated(net, VIRTIO_NET_F_MRG_RXBUF))
		return sizeof(struct virtio_net_hdr_v1);

	return sizeof(struct virtio_net_hdr);
}
EXPORT_SYMBOL_GPL(fake_net_hdr_len);

/**
 * fake_net_ctrlq() - the control queue, which comes after the last pair
 * @net: device, plugged in
 *
 * Return: that queue; NULL if the driver has not accepted it.
 */
struct fake_queue *fake_net_ctrlq(struct fake_net *net)
{
	bool many = fake_net_negotiated(net, VIRTIO_NET_F_MQ) ||
		    fake_net_negotiated(net, VIRTIO_NET_F_RSS);

	if (!fake_net_negotiated(net, VIRTIO_NET_F_CTRL_VQ))
		return NULL;

	return &net->fv->queues[many ? 2 * net->pairs : 2];
}
EXPORT_SYMBOL_GPL(fake_net_ctrlq);

/* How many buffers there are, and the first @room of them. */
static unsigned int fake_net_free_buffers(struct fake_queue *rxq,
					  struct fake_chain **chains,
					  unsigned int room)
{
	struct fake_chain *chain;
	unsigned long flags;
	unsigned int n = 0;

	spin_lock_irqsave(&rxq->lock, flags);
	list_for_each_entry(chain, &rxq->held, entry) {
		/* The script keeps these from the model. */
		if (chain->fault.kind == FAKE_FAULT_NEVER ||
		    chain->fault.kind == FAKE_FAULT_LATE)
			continue;
		if (n < room)
			chains[n] = chain;
		n++;
	}
	spin_unlock_irqrestore(&rxq->lock, flags);

	return n;
}

/**
 * fake_net_buffers() - how many receive buffers the driver has posted
 * @net: device, plugged in
 * @pair: queue pair
 *
 * Return: their number, as far as the device was kicked for them.
 */
unsigned int fake_net_buffers(struct fake_net *net, unsigned int pair)
{
	struct fake_queue *rxq = &net->fv->queues[FAKE_NET_RXQ(pair)];

	return fake_net_free_buffers(rxq, NULL, 0);
}
EXPORT_SYMBOL_GPL(fake_net_buffers);

/* Must a header have a descriptor of its own? */
static bool fake_net_alone(struct fake_net *net)
{
	return !fake_net_negotiated(net, VIRTIO_F_VERSION_1) &&
	       !fake_net_negotiated(net, VIRTIO_F_ANY_LAYOUT);
}

/* Buffers of @room bytes together, or too few of them. */
static int fake_net_spread(struct fake_net *net, struct fake_chain **chains,
			   unsigned int n, u32 total)
{
	unsigned int used;
	u32 room = 0;

	if (!n)
		return -ENOBUFS;
	if (!fake_net_negotiated(net, VIRTIO_NET_F_MRG_RXBUF))
		return chains[0]->in_len >= total ? 1 : -EMSGSIZE;

	for (used = 0; used < n && room < total; used++)
		room += chains[used]->in_len;

	return room >= total ? used : -ENOBUFS;
}

/* Header, then frame, over as many buffers as fake_net_spread() said. */
static void fake_net_fill(struct fake_chain **chains, unsigned int used,
			  const struct virtio_net_hdr_v1_hash *hdr, u32 hdr_len,
			  const u8 *frame, u32 len)
{
	u32 lens[FAKE_NET_SPREAD];
	unsigned int i;
	u32 n;

	for (i = 0; i < used; i++) {
		lens[i] = i ? 0 : fake_chain_write(chains[0], 0, hdr, hdr_len);
		n = fake_chain_write(chains[i], lens[i], frame, len);
		frame += n;
		len -= n;
		lens[i] += n;
	}

	fake_chain_answer_all(chains, lens, used);
}

static int fake_net_receive_locked(struct fake_net *net, unsigned int pair,
				   const struct virtio_net_hdr_v1_hash *given,
				   const void *frame, unsigned int len)
{
	struct fake_queue *rxq = &net->fv->queues[FAKE_NET_RXQ(pair)];
	struct virtio_net_hdr_v1_hash hdr = {};
	struct fake_chain *chains[FAKE_NET_SPREAD];
	u32 hdr_len = fake_net_hdr_len(net);
	unsigned int n;
	int used;

	lockdep_assert_held(&net->lock);

	n = min(fake_net_free_buffers(rxq, chains, FAKE_NET_SPREAD),
		FAKE_NET_SPREAD);
	used = fake_net_spread(net, chains, n, hdr_len + len);
	if (used < 0)
		return used;
	if (fake_net_alone(net) && chains[0]->seg[0].len != hdr_len &&
	    !fake_net_negotiated(net, VIRTIO_NET_F_MRG_RXBUF))
		net->fv->nonsense++;

	if (given)
		hdr = *given;
	if (!hdr.hdr.num_buffers)
		hdr.hdr.num_buffers = cpu_to_le16(used);
	fake_net_fill(chains, used, &hdr, hdr_len, frame, len);
	return used;
}

/**
 * fake_net_receive() - a frame arrives
 * @net: device, plugged in
 * @pair: queue pair that it is steered to
 * @hdr: header to put before it, or NULL for one that claims nothing. Its
 *	number of buffers is filled in unless it is set already, to a lie
 * @frame: bytes; need not be a frame at all
 * @len: their number, which may be 0
 *
 * Return: number of buffers used, -ENOBUFS if the driver has posted too few, or
 * -EMSGSIZE if the frame is larger than the one buffer that it may use.
 */
int fake_net_receive(struct fake_net *net, unsigned int pair,
		     const struct virtio_net_hdr_v1_hash *hdr,
		     const void *frame, unsigned int len)
{
	int used;

	mutex_lock(&net->lock);
	used = fake_net_receive_locked(net, pair, hdr, frame, len);
	mutex_unlock(&net->lock);

	return used;
}
EXPORT_SYMBOL_GPL(fake_net_receive);

/* Can a frame with this header be given to this driver? */
static bool fake_net_may_loop(struct fake_net *net, u8 gso_type)
{
	switch (gso_type & ~VIRTIO_NET_HDR_GSO_ECN) {
	case VIRTIO_NET_HDR_GSO_NONE:
		return true;
	case VIRTIO_NET_HDR_GSO_TCPV4:
		return fake_net_negotiated(net, VIRTIO_NET_F_GUEST_TSO4);
	case VIRTIO_NET_HDR_GSO_TCPV6:
		return fake_net_negotiated(net, VIRTIO_NET_F_GUEST_TSO6);
	case VIRTIO_NET_HDR_GSO_UDP:
		return fake_net_negotiated(net, VIRTIO_NET_F_GUEST_UFO);
	case VIRTIO_NET_HDR_GSO_UDP_L4:
		return fake_net_negotiated(net, VIRTIO_NET_F_GUEST_USO4) &&
		       fake_net_negotiated(net, VIRTIO_NET_F_GUEST_USO6);
	default:
		return false;
	}
}

static void fake_net_loop(struct fake_net *net,
			  const struct fake_net_frame *frame)
{
	struct virtio_net_hdr_v1_hash hdr = frame->hdr;

	lockdep_assert_held(&net->lock);

	if (!fake_net_negotiated(net, VIRTIO_NET_F_GUEST_CSUM))
		hdr.hdr.flags = 0;
	hdr.hdr.num_buffers = 0;
	if (!fake_net_may_loop(net, hdr.hdr.gso_type) ||
	    fake_net_receive_locked(net, frame->pair, &hdr, frame->data,
				    frame->len) < 0)
		net->lost++;
}

static void fake_net_send(struct fake_net *net, struct fake_chain *chain)
{
	u32 hdr_len = fake_net_hdr_len(net);
	struct fake_net_frame *frame;
	u32 len;

	if (chain->out_len < hdr_len ||
	    (fake_net_alone(net) && chain->seg[0].len != hdr_len)) {
		net->fv->nonsense++;
		fake_chain_answer(chain, 0);
		return;
	}

	len = chain->out_len - hdr_len;
	frame = kvzalloc(struct_size(frame, data, len),
			 GFP_KERNEL | __GFP_NOFAIL);
	frame->pair = chain->fvq->index / 2;
	frame->hdr_len = hdr_len;
	frame->len = len;
	fake_chain_read(chain, 0, &frame->hdr, hdr_len);
	fake_chain_read(chain, hdr_len, frame->data, len);

	mutex_lock(&net->lock);
	if (net->loopback)
		fake_net_loop(net, frame);
	if (net->nsent++ < FAKE_NET_SENT)
		list_add_tail(&frame->entry, &net->sent);
	else
		kvfree(frame);
	mutex_unlock(&net->lock);

	fake_chain_answer(chain, 0);
}

static void fake_net_request(struct fake_chain *chain)
{
	struct fake_net *net = chain->fvq->fv->priv;

	if (chain->fvq == fake_net_ctrlq(net))
		fake_net_ctrl_request(net, chain);
	else if (chain->fvq->index % 2)
		fake_net_send(net, chain);

	/* A receive buffer is kept until there is something to receive. */
}

static u32 fake_net_key(struct fake_chain *chain)
{
	struct fake_net *net = chain->fvq->fv->priv;

	return chain->fvq == fake_net_ctrlq(net) ? fake_net_ctrl_key(chain) : 0;
}

static void fake_net_reset(struct fake_virtio *fv)
{
	struct fake_net *net = fv->priv;

	mutex_lock(&net->lock);
	net->active_pairs = 1;
	net->offloads = 0;
	memset(&net->filter, 0, sizeof(net->filter));
	memset(&net->rss, 0, sizeof(net->rss));
	memset(&net->coal, 0, sizeof(net->coal));
	mutex_unlock(&net->lock);
}

/* What is writable in the configuration space of a legacy device. */
static void fake_net_config_written(struct fake_virtio *fv, unsigned int offset,
				    unsigned int len)
{
	struct fake_net *net = fv->priv;

	if (offset + len > ETH_ALEN ||
	    fake_net_negotiated(net, VIRTIO_F_VERSION_1)) {
		fv->nonsense++;
		return;
	}

	mutex_lock(&net->lock);
	fake_virtio_config_peek(fv, 0, net->mac, ETH_ALEN);
	mutex_unlock(&net->lock);
}

static const struct fake_virtio_ops fake_net_virtio_ops = {
	.request = fake_net_request,
	.key = fake_net_key,
	.config_written = fake_net_config_written,
	.reset = fake_net_reset,
};

/**
 * fake_net_alloc() - make a network card
 * @param: what it is like, copied
 *
 * Return: the device, to be plugged in by fake_virtio_plug() of &fake_net.fv
 * and freed with fake_net_free(), or NULL if there is no memory.
 */
struct fake_net *fake_net_alloc(const struct fake_net_param *param)
{
	unsigned int pairs = param->pairs;
	struct fake_net *net;

	net = kzalloc(sizeof(*net), GFP_KERNEL);
	if (!net)
		return NULL;

	if (!pairs)
		pairs = le16_to_cpu((__force __le16)
				    param->config.max_virtqueue_pairs);
	net->pairs = clamp(pairs, 1, FAKE_NET_PAIRS_MAX);
	net->active_pairs = 1;
	net->loopback = param->loopback;
	mutex_init(&net->lock);
	INIT_LIST_HEAD(&net->sent);
	INIT_LIST_HEAD(&net->ctrls);
	ether_addr_copy(net->mac, param->config.mac);

	net->fv = fake_virtio_alloc(&(struct fake_virtio_param) {
		.device_id = VIRTIO_ID_NET,
		.features = param->features,
		.config = &param->config,
		.config_len = offsetofend(struct fake_net_param, tunnel_types) -
			      offsetof(struct fake_net_param, config),
		.queues = 2 * net->pairs + 1,
		.queue_size = param->queue_size,
		.ops = &fake_net_virtio_ops,
		.priv = net,
	});
	if (!net->fv) {
		kfree(net);
		return NULL;
	}

	return net;
}
EXPORT_SYMBOL_GPL(fake_net_alloc);

/**
 * fake_net_free() - unplug a network card and free it
 * @net: device, or NULL
 */
void fake_net_free(struct fake_net *net)
{
	if (!net)
		return;

	/* Its threads use the rest, so they go first. */
	fake_virtio_unplug(net->fv);
	fake_net_forget(net);
	fake_virtio_free(net->fv);
	kfree(net);
}
EXPORT_SYMBOL_GPL(fake_net_free);

/**
 * fake_net_next_sent() - take the oldest frame that the driver sent
 * @net: device
 *
 * Return: the frame, which the caller frees with kvfree(), or NULL.
 */
struct fake_net_frame *fake_net_next_sent(struct fake_net *net)
{
	struct fake_net_frame *frame;

	mutex_lock(&net->lock);
	frame = list_first_entry_or_null(&net->sent, struct fake_net_frame,
					 entry);
	if (frame)
		list_del(&frame->entry);
	mutex_unlock(&net->lock);

	return frame;
}
EXPORT_SYMBOL_GPL(fake_net_next_sent);

/**
 * fake_net_forget() - drop all frames and commands that were kept
 * @net: device
 */
void fake_net_forget(struct fake_net *net)
{
	struct fake_net_frame *frame, *next;

	mutex_lock(&net->lock);
	list_for_each_entry_safe(frame, next, &net->sent, entry)
		kvfree(frame);
	INIT_LIST_HEAD(&net->sent);
	net->nsent = 0;
	fake_net_ctrl_forget(net);
	mutex_unlock(&net->lock);
}
EXPORT_SYMBOL_GPL(fake_net_forget);

/**
 * fake_net_status() - change the link
 * @net: device, plugged in
 * @status: VIRTIO_NET_S_LINK_UP, VIRTIO_NET_S_ANNOUNCE
 */
void fake_net_status(struct fake_net *net, u16 status)
{
	const __le16 value = cpu_to_le16(status);

	fake_virtio_config_poke(net->fv,
				offsetof(struct virtio_net_config, status),
				&value, sizeof(value));
	fake_virtio_config_raise(net->fv);
}
EXPORT_SYMBOL_GPL(fake_net_status);
