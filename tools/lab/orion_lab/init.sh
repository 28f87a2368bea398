#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# First process of the lab's guest: mounts, the agent's port, the agent.

export PATH=/usr/bin HOME=/root TERM=linux LC_ALL=C
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /tmp
mount -t tmpfs run /run
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t debugfs debug /sys/kernel/debug
mount -t tracefs trace /sys/kernel/tracing
ln -s /proc/self/fd /dev/fd

option()
{
	sed -n "s/.*\borion\.$1=\([^ ]*\).*/\1/p" /proc/cmdline
}

hostname "$(option host)"
ip link set lo up
modprobe -a virtio_pci virtio_console

port=
tries=0
while [ -z "$port" ] && [ $tries -lt 500 ]; do
	for name in /sys/class/virtio-ports/*/name; do
		if [ -e "$name" ] && [ "$(cat "$name")" = org.qemu.guest_agent.0 ]; then
			port=/dev/$(basename "$(dirname "$name")")
		fi
	done
	tries=$((tries + 1))
	[ -n "$port" ] || usleep 20000
done

if [ -n "$port" ]; then
	# An agent that dies, for instance after the port was reset, comes back.
	(while :; do qemu-ga -m virtio-serial -p "$port" -t /run; sleep 1; done) >/run/agent.log 2>&1 &
else
	echo "lab: no port for the guest agent" >/dev/console
fi

if [ -x /orion/start ]; then
	/orion/start
fi

if [ "$(option shell)" = 1 ]; then
	cat /orion/welcome 2>/dev/null
	while :; do
		setsid cttyhack sh -l
		poweroff -f
	done
fi
while :; do
	sleep 1000
done
