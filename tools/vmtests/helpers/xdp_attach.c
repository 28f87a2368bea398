// SPDX-License-Identifier: GPL-2.0-only
/* Load a program for an interface and put it there, by the system calls alone. */

#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "xdp.h"

#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS 0x20
#endif
#ifndef BPF_F_XDP_DEV_BOUND_ONLY
#define BPF_F_XDP_DEV_BOUND_ONLY 0x40
#endif

/* End with what the system said. */
void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		strerror(errno));
	exit(1);
}

/*
 * Have a program checked; what the kernel says against it goes to stderr. If it is
 * for a single interface, it may ask the driver of that.
 */
int load_for(const struct bpf_insn *insns, int count, int frags, int interface)
{
	static char log[65536];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (unsigned long)insns,
		.insn_cnt = count,
		.license = (unsigned long)"GPL",
		.log_buf = (unsigned long)log,
		.log_size = sizeof(log),
		.log_level = 1,
		.prog_flags = (frags ? BPF_F_XDP_HAS_FRAGS : 0) |
			      (interface ? BPF_F_XDP_DEV_BOUND_ONLY : 0),
		.prog_ifindex = interface,
		.expected_attach_type = BPF_XDP,
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0) {
		fputs(log, stderr);
		die("load");
	}
	return fd;
}

/* The same, for any. */
int load(const struct bpf_insn *insns, int count, int frags)
{
	return load_for(insns, count, frags, 0);
}

static struct rtattr *add(struct nlmsghdr *message, int type, const void *data, int len)
{
	struct rtattr *attr = (void *)((char *)message + NLMSG_ALIGN(message->nlmsg_len));

	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(attr), data, len);
	message->nlmsg_len = NLMSG_ALIGN(message->nlmsg_len) + RTA_ALIGN(attr->rta_len);
	return attr;
}

/* What the kernel answered; its own words on stderr. */
static int answer(int sock)
{
	char buffer[8192];
	struct nlmsghdr *message = (void *)buffer;
	struct nlmsgerr *error = NLMSG_DATA(message);
	ssize_t len = recv(sock, buffer, sizeof(buffer), 0);
	struct rtattr *attr;
	int left;

	if (len < 0 || message->nlmsg_type != NLMSG_ERROR)
		die("answer");
	if (!error->error)
		return 0;

	if (message->nlmsg_flags & NLM_F_ACK_TLVS) {
		size_t skip = sizeof(*error);

		if (!(message->nlmsg_flags & NLM_F_CAPPED))
			skip += error->msg.nlmsg_len - sizeof(struct nlmsghdr);
		attr = (void *)((char *)error + NLMSG_ALIGN(skip));
		left = buffer + len - (char *)attr;
		for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left))
			if (attr->rta_type == NLMSGERR_ATTR_MSG)
				fprintf(stderr, "xdp: %s\n", (char *)RTA_DATA(attr));
	}
	errno = -error->error;
	return -1;
}

/* Put a program onto an interface, in native mode or not at all; -1 takes it off. */
void attach(const char *name, int prog)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
		char room[256];
	} request = {
		.head.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
		.head.nlmsg_type = RTM_SETLINK,
		.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.info.ifi_index = if_nametoindex(name),
	};
	const unsigned int flags = XDP_FLAGS_DRV_MODE;
	struct rtattr *nest;
	int sock, one = 1;

	if (!request.info.ifi_index)
		die(name);
	nest = add(&request.head, IFLA_XDP | NLA_F_NESTED, NULL, 0);
	add(&request.head, IFLA_XDP_FD, &prog, sizeof(prog));
	add(&request.head, IFLA_XDP_FLAGS, &flags, sizeof(flags));
	nest->rta_len = (char *)&request + request.head.nlmsg_len - (char *)nest;

	sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	if (sock < 0 || setsockopt(sock, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) ||
	    send(sock, &request, request.head.nlmsg_len, 0) < 0)
		die("netlink");
	if (answer(sock))
		die("attach");
}
