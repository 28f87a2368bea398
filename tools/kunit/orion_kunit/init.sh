#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The first process of the kernel under test. /modules lists what to load and in
# which order; what is found out goes to /out, which is the host's.

export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t debugfs debugfs /sys/kernel/debug

debug=/sys/kernel/debug
results=$debug/kunit

# Loads a module; what the kernel says meanwhile is kept under its name.
load() {
	mkdir -p "/out/$1"
	insmod "/modules/$1.ko" 2>"/out/$1/insmod" || echo "status $?" >>"/out/$1/insmod"
}

said() {
	dmesg -c >>"/out/$1/dmesg"
}

# Copies the results of suites that were not there before, and says so.
collect() {
	for dir in "$results"/*/; do
		suite=$(basename "$dir")
		[ -e "$dir/results" ] || continue
		[ -e "/tmp/seen-$suite" ] && continue
		: >"/tmp/seen-$suite"
		cat "$dir/results" >"/out/$1/$suite.ktap"
	done
}

# A sweep that fails allocations must reach those that may wait, and single
# pages; the dump of each would bury everything else.
for fault in "$debug/failslab" "$debug/fail_page_alloc"; do
	echo 0 >"$fault/ignore-gfp-wait"
	echo 0 >"$fault/verbose"
	[ -e "$fault/min-order" ] && echo 0 >"$fault/min-order"
done

mkdir -p /out/boot
said boot

while read -r kind name; do
	load "$name"
	[ "$kind" = suite ] && collect "$name"
	said "$name"
done </modules/order

mkdir -p /out/end
find "$debug/gcov" -name '*.gcda' 2>/dev/null | while read -r data; do
	dir=/out/gcov/$(dirname "${data#"$debug/gcov/"}")
	mkdir -p "$dir"
	cat "$data" >"$dir/$(basename "$data")"
done

# In reverse: what is still in use by then was left behind by somebody.
while read -r kind name; do
	echo "$kind $name"
done </modules/order | sed '1!G;h;$!d' >/tmp/reverse
while read -r kind name; do
	rmmod "$name" 2>>/out/end/rmmod
done </tmp/reverse

# An object counts as leaked when it is older than five seconds.
sleep 6
echo scan >"$debug/kmemleak"
sleep 6
echo scan >"$debug/kmemleak"
cat "$debug/kmemleak" >/out/end/kmemleak

said end
cat /proc/sys/kernel/tainted >/out/end/tainted
poweroff -f
