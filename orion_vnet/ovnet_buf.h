/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_BUF_H
#define _OVNET_BUF_H

#include <linux/types.h>

struct ovnet_hdr_format;
struct ovnet_rxq;
struct scatterlist;

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
void *ovnet_buf_alloc(struct ovnet_rxq *rxq, unsigned int *size);
unsigned int ovnet_buf_map(struct ovnet_rxq *rxq, void *buf, unsigned int size,
			   struct scatterlist *sg);
unsigned int ovnet_buf_refill(struct ovnet_rxq *rxq);
void *ovnet_buf_get(struct ovnet_rxq *rxq, unsigned int *size,
		    unsigned int *len);
void ovnet_buf_free(struct ovnet_rxq *rxq, void *buf, bool direct);
void ovnet_buf_recycle(struct ovnet_rxq *rxq, void *token);
void ovnet_buf_discard(struct ovnet_rxq *rxq);
void ovnet_buf_drain(struct ovnet_rxq *rxq);

#endif
