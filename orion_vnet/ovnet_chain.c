// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive buffers in pieces: for devices that write a frame into a single
 * buffer, where the longest frame is longer than memory is easily had in one
 * piece.
 *
 * The device sees one buffer of many descriptors. The receive path sees its
 * pieces one by one, as if they were buffers that the device had merged. A chain
 * that has lost the pieces with a frame in them goes back to the device with new
 * ones in their place, and keeps the others.
 */

#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "ovnet.h"
#include "ovnet_buf.h"
#include "ovnet_chain.h"

/**
 * struct ovnet_chain - the pieces of one buffer
 * @next: in &ovnet_chains.spare
 * @pieces: owned, all of the same size; NULL for one that was taken
 */
struct ovnet_chain {
	struct ovnet_chain *next;
	void *pieces[];
};

static struct ovnet_chain *ovnet_chain_alloc(struct ovnet_rxq *rxq)
{
	struct ovnet_chain *chain = rxq->chains.spare;

	if (!chain)
		return kzalloc(struct_size(chain, pieces,
					   rxq->ovnet->layout.pieces),
			       GFP_ATOMIC);

	rxq->chains.spare = chain->next;
	return chain;
}

/**
 * ovnet_chain_get() - a buffer with all of its pieces
 * @rxq: queue
 *
 * Context: The queue's NAPI.
 * Return: the chain, the caller's until ovnet_chain_put() or until it is posted;
 * NULL if there is no memory.
 */
struct ovnet_chain *ovnet_chain_get(struct ovnet_rxq *rxq)
{
	const struct ovnet_buf_layout *layout = &rxq->ovnet->layout;
	struct ovnet_chain *chain;
	unsigned int i;

	chain = ovnet_chain_alloc(rxq);
	if (!chain)
		return NULL;

	for (i = 0; i < layout->pieces; i++) {
		unsigned int size = layout->large;

		if (chain->pieces[i])
			continue;

		chain->pieces[i] = ovnet_buf_alloc(rxq, &size);
		if (!chain->pieces[i]) {
			ovnet_chain_put(rxq, chain);
			return NULL;
		}
	}

	return chain;
}

/**
 * ovnet_chain_put() - keep a chain for the next ovnet_chain_get()
 * @rxq: queue
 * @chain: chain with any number of its pieces
 */
void ovnet_chain_put(struct ovnet_rxq *rxq, struct ovnet_chain *chain)
{
	chain->next = rxq->chains.spare;
	rxq->chains.spare = chain;
}

/**
 * ovnet_chain_map() - list what the device may write to
 * @rxq: queue
 * @chain: complete chain
 * @sg: room for an entry more than there are pieces
 *
 * Return: number of entries.
 */
unsigned int ovnet_chain_map(struct ovnet_rxq *rxq,
			     const struct ovnet_chain *chain,
			     struct scatterlist *sg)
{
	const struct ovnet_buf_layout *layout = &rxq->ovnet->layout;
	unsigned int n, i;

	n = ovnet_buf_map(rxq, chain->pieces[0], layout->large, sg);
	for (i = 1; i < layout->pieces; i++)
		sg_set_buf(&sg[n++], chain->pieces[i] + layout->headroom,
			   ovnet_buf_room(layout, layout->large));

	return n;
}

/* The piece that is next; a chain that has no more of the frame is put away. */
static void *ovnet_chain_take(struct ovnet_rxq *rxq)
{
	struct ovnet_chains *chains = &rxq->chains;
	struct ovnet_chain *chain = chains->open;
	void *va = chain->pieces[chains->next];

	chain->pieces[chains->next++] = NULL;
	if (!chains->left) {
		chains->open = NULL;
		ovnet_chain_put(rxq, chain);
	}

	return va;
}

/**
 * ovnet_chain_open() - begin to take pieces of a buffer that came back
 * @rxq: queue of which no chain is open
 * @chain: what the device has used
 * @len: what it says it wrote, unchecked; set to what of that is in the piece. A
 *	length that is more than there are pieces for stays as it is
 *
 * Return: the first piece, now the caller's.
 */
void *ovnet_chain_open(struct ovnet_rxq *rxq, struct ovnet_chain *chain,
		       unsigned int *len)
{
	const struct ovnet_buf_layout *layout = &rxq->ovnet->layout;
	unsigned int room = ovnet_buf_room(layout, layout->large);

	rxq->chains.open = chain;
	rxq->chains.next = 0;
	rxq->chains.left = 0;
	if (*len > room && *len <= room * layout->pieces) {
		rxq->chains.left = *len - room;
		*len = room;
	}

	return ovnet_chain_take(rxq);
}

/**
 * ovnet_chain_next() - take another piece of the buffer that is open
 * @rxq: queue
 * @len: set to the bytes that are in it
 *
 * Return: the piece, now the caller's.
 */
void *ovnet_chain_next(struct ovnet_rxq *rxq, unsigned int *len)
{
	const struct ovnet_buf_layout *layout = &rxq->ovnet->layout;

	*len = min(rxq->chains.left, ovnet_buf_room(layout, layout->large));
	rxq->chains.left -= *len;
	return ovnet_chain_take(rxq);
}

/**
 * ovnet_chain_more() - how many pieces of a frame are still to be taken
 * @rxq: queue
 *
 * Return: number of calls of ovnet_chain_next() that there can be; 0 where
 * buffers have no pieces.
 */
unsigned int ovnet_chain_more(const struct ovnet_rxq *rxq)
{
	const struct ovnet_buf_layout *layout = &rxq->ovnet->layout;

	if (!rxq->chains.open)
		return 0;

	return DIV_ROUND_UP(rxq->chains.left,
			    ovnet_buf_room(layout, layout->large));
}

/**
 * ovnet_chain_free() - give a chain's memory back
 * @rxq: queue whose NAPI is disabled
 * @chain: chain with any number of its pieces
 */
void ovnet_chain_free(struct ovnet_rxq *rxq, struct ovnet_chain *chain)
{
	unsigned int i;

	for (i = 0; i < rxq->ovnet->layout.pieces; i++)
		if (chain->pieces[i])
			ovnet_buf_free(rxq, chain->pieces[i], false);
	kfree(chain);
}

/**
 * ovnet_chain_fini() - give the memory of all spare chains back
 * @rxq: queue whose NAPI is disabled
 */
void ovnet_chain_fini(struct ovnet_rxq *rxq)
{
	struct ovnet_chain *chain;

	while ((chain = rxq->chains.spare)) {
		rxq->chains.spare = chain->next;
		ovnet_chain_free(rxq, chain);
	}
}
