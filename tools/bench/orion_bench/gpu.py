# SPDX-License-Identifier: GPL-2.0-only
"""The display drivers' benchmarks.

One guest has two GPUs, alike but for their drivers. What a program does to them
is the helper "kms" of the guests' tests, which times itself; what the host is told
is seen in QEMU's trace, and what it copies in the driver's own.
"""

import pathlib
import re
import tempfile

from orion_lab import VM, Gpu, modules
from orion_lab.util import cache
from vmlib import helpers
from vmlib.gpu import Kms
from vmlib.trace import Trace

from .guest import interrupts
from .scenario import SIDES, Scenario

MODE = (1280, 800)
TRACING = "/sys/kernel/tracing"
CONTROL, CURSOR = 0, 1
CACHE, CACHE_MB = "/sys/module/orion_vgpu/parameters/cache_mb", "64"

# How each driver's transfers are seen: what to define first, the event, a line of it.
TRANSFERS = {
    "in-tree": ("p:orion/transfer virtio_gpu_cmd_transfer_to_host_2d w=%dx:u32 h=%cx:u32",
                "orion/transfer", r" w=(\d+) h=(\d+)"),
    "ours": (None, "ovgpu/ovgpu_transfer", r" resource=\d+ (\d+)x(\d+)"),
}


# How each driver's lists of memory are seen: where, and which argument is their length.
LISTS = {"in-tree": "virtio_gpu_object_attach n=%cx:u32", "ours": "ovgpu_cmd_attach n=%dx:u32"}


class Bench:
    """A guest with both drivers."""

    def __init__(self, kernel):
        self.dir = tempfile.TemporaryDirectory(dir=cache("bench"))
        self.trace = Trace(pathlib.Path(self.dir.name, "trace"))
        own = {name: path for name, path in modules.build(kernel).items() if name != "orion_vnet"}
        self.vm = VM(kernel, gpus=[Gpu(outputs=2, sizes=[MODE, MODE]) for _ in SIDES],
                     modules=own, load=False, cpus=2, append="mitigations=off",
                     files={"/usr/bin/kms": helpers.build("kms")}, args=self.trace.arguments())
        self.cards = {}
        self.devices = {}

    def start(self):
        """Boot, and give each driver its GPU."""
        self.vm.start()
        self.trace.vm = self.vm
        # A console's blinking cursor would be counted too.
        self.vm.run("modprobe virtio_gpu; echo 0 >/sys/class/graphics/fbcon/cursor_blink; "
                    f"[ -e {TRACING}/trace ] || mount -t tracefs tracefs {TRACING}", check=True)
        second = self._found()[1][1]
        self.vm.run(f"echo {second} >/sys/bus/virtio/drivers/virtio_gpu/unbind", check=True)
        self.vm.insmod("orion_vgpu")
        for side, (_, device, card) in zip(SIDES, self._found()):
            self.devices[side], self.cards[side] = device, card
        return self

    def _found(self):
        """PCI address, virtio device and card's number of each GPU, by address."""
        script = ("for c in /sys/class/drm/card?; do "
                  "p=$(readlink -f $c/device); p=${p%%/virtio*}; "
                  "echo ${p##*/} $(basename $p/virtio*) ${c##*card}; done")
        return sorted(line.split() for line in self.vm.out(script).splitlines())

    def client(self, side):
        """A program on a driver's card, with two pictures."""
        kms = Kms(self.vm, self.cards[side])
        for buf in range(2):
            kms.picture(buf, *MODE, seed=buf)
        kms.ask(f"usermode 0 {MODE[0]} {MODE[1]} 75 0")
        return kms

    def copied(self, side, action):
        """Bytes that the driver has the host copy while something is done."""
        define, event, line = TRANSFERS[side]
        enable = f"{TRACING}/events/{event}/enable"
        if define:
            self.vm.run(f"[ -e {enable} ] || echo '{define}' >>{TRACING}/kprobe_events",
                        check=True)
        self.vm.run(f"echo >{TRACING}/trace; echo 1 >{enable}", check=True)
        try:
            action()
        finally:
            self.vm.run(f"echo 0 >{enable}", check=True)
        return sum(4 * int(width) * int(height) for width, height in
                   re.findall(line, self.vm.out(["cat", f"{TRACING}/trace"])))

    def list_lengths(self, side, action):
        """Lengths of the lists of memory that the host is told while something is done."""
        self.vm.run(f"echo 'p:orion/list {LISTS[side]}' >>{TRACING}/kprobe_events && "
                    f"echo >{TRACING}/trace && echo 1 >{TRACING}/events/orion/list/enable",
                    check=True)
        try:
            action()
            return [int(n) for n in
                    re.findall(r"list: .* n=(\d+)", self.vm.out(["cat", f"{TRACING}/trace"]))]
        finally:
            self.vm.run(f"echo 0 >{TRACING}/events/orion/list/enable; "
                        f"echo '-:orion/list' >>{TRACING}/kprobe_events", check=True)

    def interrupts(self, side, queue):
        """Interrupts of one of a driver's queues."""
        return interrupts(self.vm, f"{self.devices[side]}-{queue}")

    def close(self):
        """End the guest."""
        self.vm.close()
        self.dir.cleanup()


def flip_bytes(bench, side):
    """A 64x64 square moves over two buffers, with its damage told."""
    with bench.client(side) as kms:
        # The host gets to know both buffers.
        kms.ask("square 0 0 1 2")
        flips = 100
        total = bench.copied(side, lambda: kms.ask(f"square 0 0 1 {flips}"))
    return {"bytes/flip": total / flips}


def flips(bench, side):
    """Page flips with an event each, in a mode of 75 Hz."""
    with bench.client(side) as kms:
        done = kms.ask("flip 0 1 0 150", timeout=120)
    seconds = float(done["seconds"])
    return {"flips/s": 150 / seconds, "shortest ms": 1000 * float(done["shortest"])}


def dirty(bench, side):
    """DIRTYFB of 32x32 pixels."""
    with bench.client(side) as kms:
        count = 300
        done = kms.ask(f"dirties 0 {count}", timeout=120)
        return {"updates/s": count / float(done["seconds"])}


def _moves(bench, side, words):
    with bench.client(side) as kms:
        kms.ask("dumb 20 64 64")
        kms.ask("fill 20 0xffff0000")
        kms.ask("cursor 0 20 0 0")
        before = bench.interrupts(side, "cursor")
        with bench.trace.watch("virtio_gpu_update_cursor", "virtio_queue_notify") as events:
            done = kms.ask(f"moves 0 1000 {words}", timeout=240)
        kms.ask("nocursor 0")
        return {"p50 us": float(done["p50_us"]), "p99 us": float(done["p99_us"]),
                "max us": float(done["max_us"]), "flips": int(done["flips"]),
                "interrupts": bench.interrupts(side, "cursor") - before,
                "kicks": events.kicks(CURSOR)}


def cursor_idle(bench, side):
    """1000 moves of the cursor, a millisecond apart, and nothing else."""
    return _moves(bench, side, "")


def cursor_flipping(bench, side):
    """The same while another thread flips without end."""
    return _moves(bench, side, "1 0")


def mode_switch(bench, side):
    """From one mode to another."""
    with bench.client(side) as kms:
        kms.picture(2, 1024, 768, seed=2)
        with bench.trace.watch("virtio_gpu_cmd_*", "virtio_queue_notify") as events:
            done = kms.ask("set 0 1024 768 2")
    commands = [name for name, _ in events if name.startswith("virtio_gpu_cmd_")]
    return {"commands": len(commands), "kicks": events.kicks(CONTROL),
            "blank": events.count("virtio_gpu_cmd_set_scanout", r"res 0x0\b"),
            "ms": 1000 * float(done["seconds"])}


def churn(bench, side):
    """A picture that is made, touched and thrown away, again and again."""
    count = 200
    result = {}
    for name, size in {"": None, " uncached": 0}.items() if side == "ours" else [("", None)]:
        if size is not None:
            bench.vm.guest.write(CACHE, str(size))
        with Kms(bench.vm, bench.cards[side]) as kms, \
                bench.trace.watch("virtio_gpu_cmd_*", "virtio_queue_notify", settle=2) as events:
            done = kms.ask(f"churn {count} {MODE[0]} {MODE[1]}", timeout=120)
        commands = [event for event, _ in events if event.startswith("virtio_gpu_cmd_")]
        result["commands" + name] = len(commands) / count
        result["kicks" + name] = events.kicks(CONTROL) / count
        result["us" + name] = 1e6 * float(done["seconds"]) / count
        if size is not None:
            bench.vm.guest.write(CACHE, CACHE_MB)
    return result


def close_many(bench, side):
    """A program with 1000 framebuffers ends."""
    with Kms(bench.vm, bench.cards[side]) as kms:
        kms.ask("many 1000 64 64", timeout=120)
        with bench.trace.watch("virtio_gpu_cmd_res_unref", "virtio_queue_notify",
                               settle=3) as events:
            kms.close()
    return {"kicks": events.kicks(CONTROL), "unrefs": events.count("virtio_gpu_cmd_res_unref")}


def entries(bench, side):
    """Pieces of memory that the host is told of for a picture of 7680x4320."""
    with Kms(bench.vm, bench.cards[side]) as kms:
        def make():
            kms.ask("dumb 0 7680 4320", timeout=60)
            kms.refused("fb 0 7680 4320 0 0 XR24")
        return {"entries": max(bench.list_lengths(side, make))}


GUESTS = {"clock": Bench}

SCENARIOS = [
    Scenario("gpu-flip-bytes", "64x64 square on two buffers: what the host copies", "clock",
             flip_bytes, "bytes/flip"),
    Scenario("gpu-flip", "page flips at 75 Hz", "clock", flips, "flips/s", more=True),
    Scenario("gpu-dirty", "DIRTYFB of 32x32 pixels", "clock", dirty, "updates/s", more=True),
    Scenario("gpu-cursor", "cursor moves", "clock", cursor_idle, "p50 us"),
    Scenario("gpu-cursor-flip", "cursor moves while flipping", "clock", cursor_flipping,
             "p50 us"),
    Scenario("gpu-mode", "a mode switch", "clock", mode_switch, "commands"),
    Scenario("gpu-churn", "buffers that come and go", "clock", churn, "commands"),
    Scenario("gpu-close", "a program with 1000 framebuffers ends", "clock", close_many, "kicks"),
    Scenario("gpu-8k", "pieces of memory of an 8K picture", "clock", entries, "entries"),
]
