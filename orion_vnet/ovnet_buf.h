/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_BUF_H
#define _OVNET_BUF_H

#include <linux/types.h>

struct ovnet_hdr_format;
struct ovnet_rxq;
struct scatterlist;
struct xdp_buff;

/* A bit of what is posted: the buffer is a socket's. */
#define OVNET_BUF_XSK		1UL

/* Largest MTU with which every frame fits into one buffer of a program's. */
#define OVNET_BUF_XDP_MTU	3476
/* Most buffers that are kept: half of them make a refill worth while. */
#define OVNET_BUF_SPARES	128

/**
 * struct ovnet_buf - a buffer that came back from the device
 * @va: where it begins
 * @size: how long it is
 * @headroom: bytes at its beginning that the device did not get
 * @room: bytes behind these that it got
 * @len: bytes that it says it wrote, from there on; unchecked
 * @xdp: has the shape that programs want
 * @ctx: what was remembered of it while it was with the device
 * @xsk: it is a socket's (AF_XDP), and described there; NULL if it is ours
 */
struct ovnet_buf {
	void *va;
	unsigned int size;
	unsigned int headroom;
	unsigned int room;
	unsigned int len;
	bool xdp;
	void *ctx;
	struct xdp_buff *xsk;
};

/**
 * struct ovnet_buf_layout - where in a receive buffer things are
 * @headroom: bytes that the device does not get, for the stack's own headers
 * @tailroom: bytes at the end that the device does not get
 * @small: size of a buffer for ordinary frames
 * @large: size of a buffer for trains of segments, or of a piece of one; @small
 *	where there are no such trains
 * @pieces: each buffer is so many pieces of @large bytes, since the device
 *	cannot spread a frame over several buffers; 0 where buffers are whole
 *
 * A buffer holds, in this order: @headroom, virtio header, frame, and what
 * build_skb() needs at the end. The device may write over the latter where a
 * frame can have several buffers or pieces, because one that does so goes into a
 * fragment instead.
 *
 * While there is an XDP program whole buffers are posted in the shape that
 * programs rely on instead, which is the same for all devices: a page that begins
 * with XDP_PACKET_HEADROOM and ends with a tail that the device does not get.
 * Pieces always begin so, and a frame that spares the tail of its first piece is
 * shown to a program in it.
 */
struct ovnet_buf_layout {
	unsigned int headroom;
	unsigned int tailroom;
	unsigned int small;
	unsigned int large;
	unsigned int pieces;
};

void ovnet_buf_layout(struct ovnet_buf_layout *layout,
		      const struct ovnet_hdr_format *format,
		      unsigned int mtu, unsigned int ring);
bool ovnet_buf_chained(const struct ovnet_hdr_format *format,
		       unsigned int mtu);
int ovnet_buf_init(struct ovnet_rxq *rxq);
void ovnet_buf_fini(struct ovnet_rxq *rxq);
unsigned int ovnet_buf_room(const struct ovnet_buf_layout *layout,
			    unsigned int size);
unsigned int ovnet_buf_xdp_room(void);
void *ovnet_buf_alloc(struct ovnet_rxq *rxq, unsigned int *size);
unsigned int ovnet_buf_map(struct ovnet_rxq *rxq, void *buf, unsigned int size,
			   struct scatterlist *sg);
bool ovnet_buf_all_xdp(const struct ovnet_rxq *rxq);
unsigned int ovnet_buf_refill(struct ovnet_rxq *rxq);
bool ovnet_buf_get(struct ovnet_rxq *rxq, struct ovnet_buf *buf);
void ovnet_buf_free(struct ovnet_rxq *rxq, void *buf, bool direct);
bool ovnet_buf_alloc_xdp(struct ovnet_rxq *rxq, struct ovnet_buf *buf);
void ovnet_buf_put(struct ovnet_rxq *rxq, const struct ovnet_buf *buf,
		   bool direct);
void ovnet_buf_keep(struct ovnet_rxq *rxq, void *buf);
void ovnet_buf_recycle(struct ovnet_rxq *rxq, void *token);
void ovnet_buf_discard(struct ovnet_rxq *rxq);
void ovnet_buf_drain(struct ovnet_rxq *rxq);

/**
 * ovnet_buf_xsk_token() - what is posted for a socket's buffer
 * @xdp: the buffer
 *
 * Return: what the ring returns then.
 */
static inline void *ovnet_buf_xsk_token(struct xdp_buff *xdp)
{
	return (void *)((unsigned long)xdp | OVNET_BUF_XSK);
}

/**
 * ovnet_buf_xsk() - the socket's buffer that was posted
 * @token: what the ring returned
 *
 * Return: the buffer, or NULL if it is one of ours.
 */
static inline struct xdp_buff *ovnet_buf_xsk(void *token)
{
	if (!((unsigned long)token & OVNET_BUF_XSK))
		return NULL;

	return (void *)((unsigned long)token & ~OVNET_BUF_XSK);
}

#endif
