# SPDX-License-Identifier: GPL-2.0-only
"""The network drivers' benchmarks.

One guest has two NICs, alike but for their drivers. What is counted (see
counter.py) runs in a guest with one processor; what a clock measures, in one
with two and without counting.
"""

import contextlib
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from orion_lab import VM, LabError, Nic, Network, initramfs, modules, net
from orion_lab.suites import Suite
from orion_lab.util import cache, digest, stop

from vmlib import helpers

from .counter import MARK_COMMAND, Counter
from .guest import interrupts
from .scenario import SIDES, Scenario, Skip

DRIVER = {"in-tree": "virtio_net", "ours": "orion_vnet"}

# Programs of Debian that only benchmarks need.
PACKAGES = ["sockperf", "xdp-tools"]
PROGRAMS = {"sockperf": "usr/bin/sockperf", "xdp-bench": "usr/sbin/xdp-bench"}

# The ring and the transport, as opposed to a driver.
RING = r"(virtqueue_|vring_|vp_|detach_buf|alloc_indirect|more_used|sg_|virtio_)"
# What a frame must not meet: memory that is allocated for it by size.
KMALLOC = r"(__)?kmalloc.*"
KMALLOC_NOT = r"kmalloc_(reserve|size_roundup|slab|fix_flags|large).*"

SECONDS = 3
FRAMES = 200000

# rx-usecs; and frames a second meanwhile, so that several come in most of these times.
MODERATION = ("0", "10", "25", "50", "100", "200", "adaptive")
PACE = 20000


@functools.cache
def tools():
    """The folder with the programs, unpacked."""
    suite = Suite(initramfs.SUITE)
    return suite.unpack(PACKAGES, cache("bench", f"tools-{digest(*PACKAGES)}"), closure=True)


def program_files():
    """The programs, their libraries and what else they read, for a guest."""
    root = tools()
    programs = {name: root / path for name, path in PROGRAMS.items()}
    files = {f"/usr/bin/{name}": path.resolve() for name, path in programs.items()}
    libraries = initramfs.closure(root, [path.resolve() for path in programs.values()])
    for name, path in libraries.items():
        files[f"/usr/lib/{name}"] = path
    files["/usr/bin/xdp"] = helpers.build("xdp")
    for path in root.glob("usr/lib/*/bpf/*.o"):
        files[f"/usr/lib/x86_64-linux-gnu/bpf/{path.name}"] = path
    return files


class Bench:
    """A guest with both drivers."""

    def __init__(self, kernel, counting):
        self.counter = Counter() if counting else None
        self.network = Network()
        nics = [Nic(mac=f"52:54:00:07:0b:{index:02x}", backend="tap") for index in range(2)]
        own = {name: path for name, path in modules.build(kernel).items() if name != "orion_vgpu"}
        self.vm = VM(kernel, nics=nics, network=self.network, modules=own, load=False,
                     cpus=1 if counting else 2, files=program_files(),
                     append="nokaslr mitigations=off", timeout=120,
                     args=self.counter.arguments() if counting else ())
        self.devices = {}
        self.ports = iter(range(5200, 9000))

    def start(self):
        """Boot, and give each driver its NIC."""
        self.vm.start()
        self.vm.run("modprobe -a virtio_net pktgen && mount -t bpf bpf /sys/fs/bpf", check=True)
        names = [self._netdev(index) for index in range(len(SIDES))]
        link = f"/sys/class/net/{names[SIDES.index('ours')]}/device"
        device = self.vm.out(["readlink", "-f", link]).strip().rsplit("/", 1)[1]
        self.vm.run(f"echo {device} >/sys/bus/virtio/drivers/virtio_net/unbind", check=True)
        self.vm.insmod("orion_vnet")
        for index, side in enumerate(SIDES):
            name = self._netdev(index)
            self.devices[side] = name
            self.vm.run(f"ip addr replace {net.address(index, 2)}/24 dev {name} && "
                        f"ip link set {name} up && mkfifo /run/pause{index}", check=True)
            self._reach(index)
        if self.counter:
            self.counter.learn(self.vm)
            self._prefer_device()
        return self

    def _prefer_device(self):
        """Let QEMU's device run before the guest does, who else waits for it, and is counted."""
        for cpu in self.vm.qmp.cmd("query-cpus-fast"):
            os.setpriority(os.PRIO_PROCESS, cpu["thread-id"], 19)
        # For a user, QEMU's priority is what it is.
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, self.vm.process.pid, -5)

    def _netdev(self, index):
        mac = self.vm.nics[index].mac
        path = self.vm.out(f"grep -l {mac} /sys/class/net/*/address").strip()
        return path.split("/")[4]

    def _reach(self, index):
        for _ in range(50):
            if self.vm.run(["ping", "-c1", "-W1", net.address(index, 1)]).ok:
                return
        raise LabError(f"the host does not answer NIC {index}")

    def host(self, side):
        """The host's address on a NIC's network."""
        return net.address(SIDES.index(side), 1)

    def tap(self, side):
        """The host's end of a NIC."""
        return self.vm.nics[SIDES.index(side)].tap

    def tap_counters(self, side):
        """Counters of the host's end: tx is what the guest was given."""
        text = self.network.run(["ip", "-s", "-j", "link", "show", "dev", self.tap(side)])
        return json.loads(text)[0]["stats64"]

    def received(self, side):
        """Packets that the driver has counted."""
        path = f"/sys/class/net/{self.devices[side]}/statistics/rx_packets"
        return int(self.vm.guest.text(path))

    def sent(self, side):
        """Packets that the host was given; a train of segments is one."""
        return self.tap_counters(side)["rx"]["packets"]

    def interrupts(self, side, kind):
        """Interrupts of a driver's rings of one kind, "input" or "output"."""
        path = f"/sys/class/net/{self.devices[side]}/device"
        device = self.vm.out(["readlink", "-f", path]).strip().rsplit("/", 1)[1]
        return interrupts(self.vm, f"{device}-{kind}")

    def counted(self, script, look=None, timeout=300):
        """Run a script of bash between two marks; returns counts, and what @look saw at them."""
        with self.counter.count(look) as window:
            self.vm.run(["bash", "-c", f"{MARK_COMMAND}\n{script}\n{MARK_COMMAND}"],
                        timeout=timeout, check=True)
        return window.result, window.seen

    def per_packet(self, side, counts, packets):
        """What a packet costs."""
        if not packets:
            raise LabError("no packet came")
        kmallocs = counts.called(KMALLOC) - counts.called(KMALLOC_NOT)
        found = {"instructions": counts.total, "driver": counts.of_module(DRIVER[side]),
                 "ring": counts.matching(RING), "kicks": counts.called("vp_notify.*"),
                 "interrupts": counts.called("vring_interrupt"), "kmallocs": kmallocs}
        found = {name: value / packets for name, value in found.items()}
        found["packets"] = packets
        found["top"] = [(name, count / packets) for name, count in counts.top(40)]
        return found

    def listening(self, port, kind="t"):
        """Wait until a program on the host listens."""
        for _ in range(200):
            if self.network.run(["ss", f"-Hln{kind}", f"sport = :{port}"]).strip():
                return
            time.sleep(0.05)
        raise LabError(f"nothing listens on port {port}")

    def close(self):
        """End the guest."""
        self.vm.close()
        self.network.close()
        if self.counter:
            self.counter.close()


def _pktgen(bench, side, size, frags, burst, count):
    """Have the guest's pktgen send. The host's end is down, so the host only discards."""
    name = bench.devices[side]
    words = [f"count {count}", f"pkt_size {size}", f"frags {frags}",
             f"burst {burst}", "clone_skb 0", "delay 0", "dst_mac 52:54:00:00:00:01",
             f"dst {bench.host(side)}"]
    setup = [f"echo {word!r} >/proc/net/pktgen/{name}" for word in words]
    thread = "/proc/net/pktgen/kpktgend_0"
    bench.vm.run(f"echo rem_device_all >{thread}; echo add_device {name} >{thread}; "
                 + " && ".join(setup), check=True)
    bench.network.run(["ip", "link", "set", bench.tap(side), "down"])
    try:
        counts, _ = bench.counted("echo start >/proc/net/pktgen/pgctrl", timeout=600)
    finally:
        bench.network.run(["ip", "link", "set", bench.tap(side), "up"])
    said = bench.vm.guest.text(f"/proc/net/pktgen/{name}")
    match = re.search(r"pkts-sofar: (\d+)\s+errors: (\d+)", said)
    if not match or match[2] != "0":
        raise LabError(f"pktgen did not send:\n{said}")
    found = bench.per_packet(side, counts, int(match[1]))
    # More than one in 32 packets means that it found the queue stopped, and waited.
    # Newer compilers have it inlined.
    calls = counts.called("pktgen_xmit")
    if calls:
        found["calls of pktgen"] = calls / int(match[1])
    return found


def pktgen_linear(bench, side):
    """60 bytes in one piece."""
    return _pktgen(bench, side, 60, 0, 32, FRAMES)


def pktgen_frag(bench, side):
    """A head and one fragment."""
    return _pktgen(bench, side, 1000, 1, 32, FRAMES // 2)


def pktgen_frags(bench, side):
    """A head and four fragments."""
    return _pktgen(bench, side, 4000, 4, 32, FRAMES // 2)


def _flood(bench, side, *rate):
    """Send frames into the host's end for as long as the process lives."""
    path = pathlib.Path(__file__).with_name("flood.py")
    process = bench.network.popen([sys.executable, path, bench.tap(side),
                                   bench.vm.nics[SIDES.index(side)].mac, *map(str, rate)])
    time.sleep(0.3)
    return process


def _received(bench, side):
    """Counts while the guest is flooded."""
    fifo = f"/run/pause{SIDES.index(side)}"
    process = _flood(bench, side)
    try:
        counts, seen = bench.counted(f"exec 9<>{fifo}; read -t {SECONDS} -u 9", timeout=120,
                                     look=lambda: bench.tap_counters(side)["tx"]["packets"])
    finally:
        stop(process)
    return bench.per_packet(side, counts, seen[1] - seen[0])


def receive(bench, side):
    """Frames of a protocol that the stack does not know: it looks at them and drops them."""
    return _received(bench, side)


def _xdp(bench, side, action):
    """Counts while a program of xdp-bench judges the frames."""
    name = bench.devices[side]
    job = bench.vm.spawn(["xdp-bench", action, "-m", "native", "-i", "3600", name])
    try:
        for _ in range(100):
            if "prog/xdp" in bench.vm.out(["ip", "link", "show", name]):
                break
            ended = job.poll()
            if ended:
                said = (ended.stderr or ended.stdout or "nothing").strip().splitlines()[-1]
                raise Skip(f"no native XDP; xdp-bench says: {said}")
            time.sleep(0.1)
        else:
            raise Skip("xdp-bench attached nothing")
        return _received(bench, side)
    finally:
        job.stop("INT")


def xdp_drop(bench, side):
    """Frames that XDP drops."""
    return _xdp(bench, side, "drop")


def xdp_tx(bench, side):
    """Frames that XDP sends back."""
    return _xdp(bench, side, "tx")


def _xdp_bare(bench, side, action):
    """Counts while a program judges the frames that does nothing else."""
    name = bench.devices[side]
    done = bench.vm.run(["xdp", "attach", name, action])
    if not done.ok:
        raise Skip(f"no native XDP: {done.stderr.strip()}")
    try:
        return _received(bench, side)
    finally:
        bench.vm.run(["ip", "link", "set", "dev", name, "xdp", "off"])


def xdp_drop_bare(bench, side):
    """Frames that XDP drops, unseen and uncounted."""
    return _xdp_bare(bench, side, "drop")


def xdp_tx_bare(bench, side):
    """Frames that XDP sends back as they are."""
    return _xdp_bare(bench, side, "tx")


def _iperf(bench, side, words, timed):
    port = str(next(bench.ports))
    server = bench.network.popen([*net.tool("iperf3"), "-s", "-1", "-p", port],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        bench.listening(port)
        before = bench.sent(side), bench.interrupts(side, "output")
        client = ["iperf3", "-J", "-c", bench.host(side), "-p", port, *words]
        result = timed(client)
        sent = bench.sent(side) - before[0]
        interrupts = bench.interrupts(side, "output") - before[1]
    finally:
        stop(server)
    return result, sent, interrupts


def _tcp(bench, side, *words):
    """Bits a second of one TCP stream."""
    report, sent, interrupts = _iperf(
        bench, side, ["-t", "2", "-O", "1", *words],
        lambda client: json.loads(bench.vm.out(client, timeout=120)))
    if "error" in report:
        raise LabError(f"iperf3: {report['error']}")
    rate = report["end"]["sum_received"]["bits_per_second"]
    return {"Mbit/s": rate / 1e6, "tx interrupts/packet": interrupts / max(sent, 1)}


def tcp_send(bench, side):
    """TCP out of the guest."""
    return _tcp(bench, side)


def tcp_receive(bench, side):
    """TCP into the guest."""
    return _tcp(bench, side, "-R")


def _tcp_counted(bench, side, *words):
    """Instructions for a KiB of one TCP stream."""
    kib = 128 << 10
    (counts, _), sent, interrupts = _iperf(
        bench, side, ["-n", f"{kib}K", *words],
        lambda client: bench.counted(" ".join(client), timeout=300))
    return {"instructions": counts.total / kib, "driver": counts.of_module(DRIVER[side]) / kib,
            "ring": counts.matching(RING) / kib, "kicks": counts.called("vp_notify.*") / kib,
            "tx interrupts/packet": interrupts / max(sent, 1), "tx packets": sent / kib,
            "top": [(name, count / kib) for name, count in counts.top(40)]}


def tcp_send_cost(bench, side):
    """What sending costs."""
    return _tcp_counted(bench, side)


def tcp_receive_cost(bench, side):
    """What receiving costs."""
    return _tcp_counted(bench, side, "-R")


def latency(bench, side):
    """Round trips of small datagrams."""
    port = str(next(bench.ports))
    host = bench.host(side)
    root = tools()
    libraries = ":".join(str(root / path) for path in
                         ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"))
    loader = initramfs.library(root, "ld-linux-x86-64.so.2").resolve()
    server = bench.network.popen([loader, "--library-path", libraries, root / PROGRAMS["sockperf"],
                                  "server", "-i", host, "-p", port],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        bench.listening(port, "u")
        said = bench.vm.out(["sockperf", "ping-pong", "-i", host, "-p", port, "-t", "3",
                             "--full-rtt"], timeout=60)
    finally:
        stop(server)
    # With colours, even into a pipe.
    said = re.sub(r"\x1b\[[0-9;]*m", "", said)
    found = {name: float(value) for name, value in
             re.findall(r"percentile (50|99)\.000 = +([\d.]+)", said)}
    if len(found) < 2:
        raise LabError(f"sockperf did not measure:\n{said}")
    return {"us": found["50"], "99 %": found["99"]}


def _moderate(bench, side, setting):
    """Set rx-usecs, or leave it to the load; returns whether the driver can."""
    name = bench.devices[side]
    adaptive, usecs = ("on", "0") if setting == "adaptive" else ("off", setting)
    # Each by itself, and whatever it says: what is set already counts as an error.
    for words in (["adaptive-rx", adaptive], ["rx-usecs", usecs]):
        bench.vm.run(["ethtool", "-C", name, *words])
    said = bench.vm.run(["ethtool", "-c", name]).stdout
    return (("Adaptive RX: on" in said) == (adaptive == "on")
            and (adaptive == "on" or bool(re.search(rf"^rx-usecs:\s+{usecs}$", said, re.M))))


def _moderated(bench, side):
    """Interrupts for a frame, and round trips meanwhile, as frames come steadily."""
    process = _flood(bench, side, PACE)
    try:
        before = bench.interrupts(side, "input"), bench.received(side)
        found = latency(bench, side)
        interrupts = bench.interrupts(side, "input") - before[0]
        packets = bench.received(side) - before[1]
    finally:
        stop(process)
    return {"irqs/packet": interrupts / max(packets, 1), **found}


def moderation(bench, side):
    """What rx-usecs saves, and what it costs; the kernel's own driver has no such setting."""
    found = {}
    for setting in MODERATION:
        if _moderate(bench, side, setting):
            for name, value in _moderated(bench, side).items():
                found[f"{setting}: {name}"] = value
    _moderate(bench, side, "0")
    return found


def calmest(found):
    """Of each setting the run with the shortest round trips: what else goes on only adds."""
    chosen = {}
    for setting in MODERATION:
        runs = [run for run in found if f"{setting}: us" in run]
        if runs:
            calm = min(runs, key=lambda run, name=f"{setting}: us": run[name])
            chosen.update({name: value for name, value in calm.items()
                           if name.startswith(f"{setting}: ")})
    return chosen


GUESTS = {"counting": lambda kernel: Bench(kernel, True),
          "clock": lambda kernel: Bench(kernel, False)}

SCENARIOS = [
    Scenario("net-rx", "frames to the stack", "counting", receive, "instructions"),
    Scenario("net-tx", "pktgen, bursts of 32, 60 bytes", "counting", pktgen_linear,
             "instructions"),
    Scenario("net-tx-frag", "pktgen, bursts of 32, head and 1 fragment", "counting",
             pktgen_frag, "instructions"),
    Scenario("net-tx-frags", "pktgen, bursts of 32, head and 4 fragments", "counting",
             pktgen_frags, "instructions"),
    Scenario("net-xdp-drop", "xdp-bench drop", "counting", xdp_drop, "instructions"),
    Scenario("net-xdp-tx", "xdp-bench tx", "counting", xdp_tx, "instructions"),
    Scenario("net-xdp-drop-bare", "XDP_DROP, a program of two instructions", "counting",
             xdp_drop_bare, "instructions"),
    Scenario("net-xdp-tx-bare", "XDP_TX, a program of two instructions", "counting",
             xdp_tx_bare, "instructions"),
    Scenario("net-tcp-tx-cost", "iperf3, a KiB sent", "counting", tcp_send_cost,
             "instructions"),
    Scenario("net-tcp-rx-cost", "iperf3, a KiB received", "counting", tcp_receive_cost,
             "instructions"),
    Scenario("net-tcp-tx", "iperf3, one stream out", "clock", tcp_send, "Mbit/s", more=True),
    Scenario("net-tcp-rx", "iperf3, one stream in", "clock", tcp_receive, "Mbit/s", more=True),
    Scenario("net-latency", "sockperf ping-pong, median", "clock", latency, "us"),
    Scenario("net-moderation", "ping-pong beside 20000 frames a second, by rx-usecs", "clock",
             moderation, "0: irqs/packet", pick=calmest),
]
