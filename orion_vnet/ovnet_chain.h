/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_CHAIN_H
#define _OVNET_CHAIN_H

#include <linux/types.h>

struct ovnet_chain;
struct ovnet_rxq;
struct scatterlist;

/* Most pieces of one buffer. */
#define OVNET_CHAIN_PIECES_MAX	18

/**
 * struct ovnet_chains - a receive queue's buffers in pieces
 * @spare: chains that have lost some of their pieces, linked to each other
 * @open: chain whose pieces are being taken, or NULL
 * @next: piece of @open to be taken next
 * @left: bytes that the device has written to it and to those behind it
 */
struct ovnet_chains {
	struct ovnet_chain *spare;
	struct ovnet_chain *open;
	unsigned int next;
	unsigned int left;
};

struct ovnet_chain *ovnet_chain_get(struct ovnet_rxq *rxq);
void ovnet_chain_put(struct ovnet_rxq *rxq, struct ovnet_chain *chain);
unsigned int ovnet_chain_map(struct ovnet_rxq *rxq,
			     const struct ovnet_chain *chain,
			     struct scatterlist *sg);
void *ovnet_chain_open(struct ovnet_rxq *rxq, struct ovnet_chain *chain,
		       unsigned int *len);
void *ovnet_chain_next(struct ovnet_rxq *rxq, unsigned int *len);
unsigned int ovnet_chain_more(const struct ovnet_rxq *rxq);
void ovnet_chain_free(struct ovnet_rxq *rxq, struct ovnet_chain *chain);
void ovnet_chain_fini(struct ovnet_rxq *rxq);

#endif
