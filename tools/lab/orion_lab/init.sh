#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# First process of the lab's guest: mounts, the agent's port, the agent.

export PATH=/usr/bin:/usr/sbin HOME=/root TERM=linux LC_ALL=C
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
modprobe -a virtio_pci virtio_mmio virtio_console

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

# With a disk, programs run in the system that is on it, beneath this one.
enter=
if [ "$(option disk)" = 1 ]; then
	modprobe -a virtio_blk ext4
	mkdir -p /sysroot
	tries=0
	while [ ! -b /dev/vda ] && [ $tries -lt 500 ]; do
		tries=$((tries + 1))
		usleep 20000
	done
	mount -t ext4 /dev/vda /sysroot
	mkdir -p /sysroot/orion /sysroot/lib/modules /sysroot/mnt
	for dir in dev proc sys run tmp orion lib/modules; do
		mount -o rbind /$dir /sysroot/$dir
	done
	enter="chroot /sysroot"
	$enter /lib/systemd/systemd-udevd --daemon
	$enter udevadm trigger --type=all
fi

if [ -n "$port" ]; then
	# An agent that dies, for instance after the port was reset, comes back.
	# shellcheck disable=SC2086 # $enter is several words, or none
	(while :; do $enter qemu-ga -m virtio-serial -p "$port" -t /run; sleep 1; done) \
		>/run/agent.log 2>&1 &
else
	echo "lab: no port for the guest agent" >/dev/console
fi

if [ -x /orion/start ]; then
	/orion/start
fi

if [ "$(option shell)" = 1 ]; then
	# The lab says when it has loaded the modules, so that their messages come first.
	tries=0
	while [ ! -e /run/ready ] && [ $tries -lt 1200 ]; do
		tries=$((tries + 1))
		usleep 50000
	done
	if [ -c /dev/fb0 ]; then
		(while :; do setsid -c bash -l; done) </dev/tty1 >/dev/tty1 2>&1 &
	fi
	cat /orion/welcome
	setsid cttyhack bash -l
	poweroff -f
fi
while :; do
	sleep 1000
done
