/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _OVNET_CTRL_H
#define _OVNET_CTRL_H

#include <linux/errno.h>
#include <linux/types.h>

struct ovnet;
struct virtqueue;

int ovnet_ctrl_init(struct ovnet *ovnet);
void ovnet_ctrl_fini(struct ovnet *ovnet);
bool ovnet_ctrl_present(const struct ovnet *ovnet);
void ovnet_ctrl_start(struct ovnet *ovnet, struct virtqueue *vq);
void ovnet_ctrl_stop(struct ovnet *ovnet);
void ovnet_ctrl_cancel(struct ovnet *ovnet);
void ovnet_ctrl_done(struct virtqueue *vq);

int ovnet_ctrl_rx_mode(struct ovnet *ovnet, u8 command, bool on);
int ovnet_ctrl_mac_addr(struct ovnet *ovnet, const u8 *addr);
int ovnet_ctrl_mac_table(struct ovnet *ovnet, const void *table, size_t len,
			 size_t unicast);
int ovnet_ctrl_vlan(struct ovnet *ovnet, u16 vid, bool add);
int ovnet_ctrl_announced(struct ovnet *ovnet);
int ovnet_ctrl_pairs(struct ovnet *ovnet, u16 pairs);
int ovnet_ctrl_offloads(struct ovnet *ovnet, u64 offloads);
int ovnet_ctrl_coalesce(struct ovnet *ovnet, u8 command, u32 frames, u32 usecs);
int ovnet_ctrl_coalesce_queue(struct ovnet *ovnet, u16 queue, u32 frames,
			      u32 usecs);
int ovnet_ctrl_coalesce_ask(struct ovnet *ovnet, u16 queue, u32 *frames,
			    u32 *usecs);
int ovnet_ctrl_rss(struct ovnet *ovnet, u32 types, const u8 *key,
		   unsigned int key_len, const u16 *table, unsigned int entries,
		   u16 pairs);
int ovnet_ctrl_hash(struct ovnet *ovnet, u32 types, const u8 *key,
		    unsigned int key_len);
int ovnet_ctrl_hash_tunnel(struct ovnet *ovnet, u32 types);
int ovnet_ctrl_stats_query(struct ovnet *ovnet, u64 *types);
int ovnet_ctrl_stats_get(struct ovnet *ovnet, u16 queue, u64 types, void *reply,
			 size_t room);

/**
 * ovnet_ctrl_unsure() - may the device have done it nevertheless?
 * @err: what came of a command
 *
 * Return: true if it did not answer in time, or with nonsense: then it is wise to
 * tell it again what it should do.
 */
static inline bool ovnet_ctrl_unsure(int err)
{
	return err == -ETIMEDOUT || err == -EPROTO;
}

#endif
