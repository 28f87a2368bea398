// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an interface's queues have counted, as netlink tells it.
 *
 *	qstats queues|device INTERFACE
 *
 * Prints a line of "rx|tx QUEUE PACKETS BYTES" for each queue; or one of each for the
 * device, with -1 for the queue. Ends with 3 on kernels that do not tell.
 */

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Newer than Debian 12's headers. */
#define QSTATS_GET	12
#define QSTATS_IFINDEX	1
#define QSTATS_TYPE	2
#define QSTATS_QUEUE	3
#define QSTATS_SCOPE	4
#define QSTATS_RX	8
#define QSTATS_TX	10
#define QSTATS_LAST	11
#define SCOPE_QUEUE	1

#define ROOM		65536

struct request {
	struct nlmsghdr head;
	struct genlmsghdr generic;
	char attributes[64];
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void add(struct request *request, uint16_t type, const void *data, uint16_t len)
{
	struct nlattr *attr = (void *)((char *)request + request->head.nlmsg_len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(attr + 1, data, len);
	request->head.nlmsg_len += NLA_HDRLEN + NLA_ALIGN(len);
}

static void begin(struct request *request, uint16_t family, uint8_t command, uint16_t flags)
{
	memset(request, 0, sizeof(*request));
	request->head.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request->head.nlmsg_type = family;
	request->head.nlmsg_flags = NLM_F_REQUEST | flags;
	request->generic.cmd = command;
	request->generic.version = 1;
}

/* The attributes of a message, by type. */
static void parse(const struct nlmsghdr *head, const struct nlattr **attrs, int last)
{
	const char *at = (const char *)NLMSG_DATA(head) + GENL_HDRLEN;
	const char *end = (const char *)head + head->nlmsg_len;

	memset(attrs, 0, (last + 1) * sizeof(*attrs));
	while (at + NLA_HDRLEN <= end) {
		const struct nlattr *attr = (const void *)at;

		if (attr->nla_len < NLA_HDRLEN)
			break;
		if ((attr->nla_type & NLA_TYPE_MASK) <= last)
			attrs[attr->nla_type & NLA_TYPE_MASK] = attr;
		at += NLA_ALIGN(attr->nla_len);
	}
}

/* Numbers are of the length that they need. */
static uint64_t number(const struct nlattr *attr)
{
	uint64_t value = 0;

	if (attr)
		memcpy(&value, attr + 1, attr->nla_len - NLA_HDRLEN);
	return value;
}

static int ask(int fd, const struct request *request, char *answer)
{
	int len;

	if (send(fd, request, request->head.nlmsg_len, 0) < 0)
		die("send");
	len = recv(fd, answer, ROOM, 0);
	if (len < 0)
		die("receive");
	return len;
}

static uint16_t family(int fd, char *answer)
{
	const struct nlattr *attrs[CTRL_ATTR_FAMILY_ID + 1];
	struct request request;

	begin(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	add(&request, CTRL_ATTR_FAMILY_NAME, "netdev", sizeof("netdev"));
	ask(fd, &request, answer);
	if (((struct nlmsghdr *)answer)->nlmsg_type == NLMSG_ERROR)
		exit(3);
	parse((struct nlmsghdr *)answer, attrs, CTRL_ATTR_FAMILY_ID);
	return number(attrs[CTRL_ATTR_FAMILY_ID]);
}

static void show(const struct nlattr *const *attrs, int queues)
{
	static const char *const names[] = { "rx", "tx" };
	int kind;

	for (kind = 0; kind < 2; kind++) {
		int first = kind ? QSTATS_TX : QSTATS_RX;

		if (queues && number(attrs[QSTATS_TYPE]) != (uint64_t)kind)
			continue;
		printf("%s %d %llu %llu\n", names[kind],
		       queues ? (int)number(attrs[QSTATS_QUEUE]) : -1,
		       (unsigned long long)number(attrs[first]),
		       (unsigned long long)number(attrs[first + 1]));
	}
}

int main(int argc, char **argv)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), queues, len;
	const struct nlattr *attrs[QSTATS_LAST + 1];
	uint32_t index, scope = SCOPE_QUEUE;
	struct request request;
	struct nlmsghdr *head;
	static char answer[ROOM];

	if (argc < 3) {
		fputs("usage: qstats queues|device INTERFACE\n", stderr);
		return 2;
	}
	if (fd < 0)
		die("socket");
	queues = !strcmp(argv[1], "queues");
	index = if_nametoindex(argv[2]);
	begin(&request, family(fd, answer), QSTATS_GET, NLM_F_DUMP);
	add(&request, QSTATS_IFINDEX, &index, sizeof(index));
	if (queues)
		add(&request, QSTATS_SCOPE, &scope, sizeof(scope));
	for (len = ask(fd, &request, answer);; len = recv(fd, answer, ROOM, 0)) {
		for (head = (void *)answer; NLMSG_OK(head, len); head = NLMSG_NEXT(head, len)) {
			if (head->nlmsg_type == NLMSG_DONE)
				return 0;
			if (head->nlmsg_type == NLMSG_ERROR)
				return 3;
			parse(head, attrs, QSTATS_LAST);
			show(attrs, queues);
		}
		if (len < 0)
			die("receive");
	}
}
