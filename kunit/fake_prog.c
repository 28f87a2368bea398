// SPDX-License-Identifier: GPL-2.0-only
/* A program for XDP that is a function in C, behind a struct bpf_prog. */

#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/export.h>
#include <linux/filter.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "fake_prog.h"

/**
 * fake_prog_alloc() - make a program
 * @run: what it does with a struct xdp_buff
 *
 * Return: program, or NULL if out of memory.
 */
struct bpf_prog *fake_prog_alloc(unsigned int (*run)(const void *ctx,
						     const struct bpf_insn *insn))
{
	struct bpf_prog *prog = bpf_prog_alloc(bpf_prog_size(1), 0);

	if (!prog)
		return NULL;

	prog->type = BPF_PROG_TYPE_XDP;
	prog->bpf_func = run;
	atomic64_set(&prog->aux->refcnt, 1);
	return prog;
}
EXPORT_SYMBOL_GPL(fake_prog_alloc);

/**
 * fake_prog_free() - free a program that is attached nowhere
 * @test: fails if somebody still has a reference
 * @prog: program, or NULL
 */
void fake_prog_free(struct kunit *test, struct bpf_prog *prog)
{
	if (!prog)
		return;

	KUNIT_EXPECT_EQ(test, atomic64_read(&prog->aux->refcnt), 1);
	synchronize_rcu();
	bpf_prog_free(prog);
}
EXPORT_SYMBOL_GPL(fake_prog_free);

/**
 * fake_prog_attach() - have an interface run a program
 * @dev: interface
 * @prog: program, or NULL for none
 *
 * Return: what the driver returns.
 */
int fake_prog_attach(struct net_device *dev, struct bpf_prog *prog)
{
	struct netdev_bpf bpf = { .command = XDP_SETUP_PROG, .prog = prog };
	int err;

	if (prog)
		bpf_prog_inc(prog);
	rtnl_lock();
	err = dev->netdev_ops->ndo_bpf(dev, &bpf);
	rtnl_unlock();
	if (err && prog)
		bpf_prog_put(prog);

	return err;
}
EXPORT_SYMBOL_GPL(fake_prog_attach);
