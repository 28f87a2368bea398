/* SPDX-License-Identifier: GPL-2.0-only */
/* The rings, from the device's side. For the fake device only. */
#ifndef _ORION_FAKE_RING_H
#define _ORION_FAKE_RING_H

#include <linux/types.h>

struct fake_chain;
struct fake_queue;

void fake_ring_attach(struct fake_queue *fvq);
struct fake_chain *fake_ring_take(struct fake_queue *fvq);
void fake_ring_listen(struct fake_queue *fvq);
void fake_ring_put(struct fake_queue *fvq, u32 id, u16 ndesc, u32 len);
void fake_ring_publish(struct fake_queue *fvq);
bool fake_ring_signal(struct fake_queue *fvq);

#endif
