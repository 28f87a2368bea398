# SPDX-License-Identifier: GPL-2.0-only
"""A network's two ends: a NIC in the guest, its tap on the host."""

import contextlib
import functools
import json
import pathlib
import re
import struct
import subprocess
import time

from orion_lab import LabError, net
from orion_lab.util import stop


class Wire:
    """The n-th NIC of a guest, and what is at its other end."""

    def __init__(self, rig, index=0):
        self.rig = rig
        self.vm = rig.vm
        self.index = index
        self.tap = rig.vm.nics[index].tap
        number = int(self.tap.removeprefix("tap"))
        self.host, self.guest = net.address(number, 1), net.address(number, 2)
        self.host6, self.guest6 = net.address6(number, 1), net.address6(number, 2)

    @functools.cached_property
    def name(self):
        """The interface's name; up() looks again, as a driver bound again may get another."""
        return self.rig.netdev(self.index)

    @property
    def network(self):
        """The host's end."""
        return self.vm.network

    def up(self):
        """Give the NIC its addresses and wait until it reaches the host."""
        name = self.name = self.rig.netdev(self.index)
        self.vm.run(f"ip addr replace {self.guest}/24 dev {name} && ip link set {name} up && "
                    f"ip addr replace {self.guest6}/64 dev {name} nodad", check=True)
        self.rig.until(lambda: self.ping(1), timeout=15, what=f"an answer from {self.host}")
        return self

    def ping(self, count=3, size=56, words=(), host=None, inside=()):
        """How many of @count pings are answered; @inside are words to run a command elsewhere.

        In a guest that stood still for a moment the program misses an answer now and
        then that the kernel has counted; a missed one is asked for again, once.
        """
        def asked(count):
            result = self.vm.run([*inside, "ping", "-n", "-q", "-c", str(count), "-i", "0.02",
                                  "-W", "2", "-s", str(size), *words, host or self.host])
            match = re.search(r"(\d+) received", result.stdout)
            return int(match[1]) if match else 0

        first = asked(count)
        return first + asked(count - first) if 0 < first < count else first

    # Traffic

    def serve(self):
        """Have an iperf3 listen on the host and return its port.

        Each serves one client: that of a client which was killed would not
        notice, and refuse the next one.
        """
        port = self.rig.next_port()
        self.rig.services = [server for server in self.rig.services if server.poll() is None]
        server = self.network.popen([*net.tool("iperf3"), "-s", "-1", "-p", str(port)],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.rig.services.append(server)
        self.listening(port)
        return port

    def listening(self, port):
        """Wait until a program on the host listens on @port."""
        words = ["ss", "-Hltn", f"sport = :{port}"]
        self.rig.until(lambda: self.network.run(words).strip(), what="a listening server")

    def start_iperf(self, *words, seconds=1, host=None, cpu=None):
        """Begin to send to the host (with "-R" from it); iperf_result() ends it."""
        amount = [] if "-n" in words else ["-t", str(seconds)]
        where = [] if cpu is None else ["taskset", f"{1 << cpu:x}"]
        client = ["iperf3", "-J", "-c", host or self.host, "-p", str(self.serve()),
                  "--connect-timeout", "5000"]
        return self.vm.spawn([*where, *client, *amount, *words])

    @staticmethod
    def iperf_result(job, timeout=60):
        """What iperf3 measured; LabError if its connection did not last."""
        done = job.wait(timeout)
        try:
            report = json.loads(done.stdout)
        except ValueError:
            report = {"error": done.stderr or f"it ended with {done.status}"}
        if "error" in report:
            raise LabError(f"iperf3: {report['error']}")
        return report

    def iperf(self, *words, seconds=1):
        """Bits a second that the receiver got."""
        report = self.iperf_result(self.start_iperf(*words, seconds=seconds), seconds + 60)
        return report["end"]["sum_received"]["bits_per_second"]

    # What the host sees

    def tap_counters(self):
        """Counters of the tap: what it received is what the guest sent."""
        text = self.network.run(["ip", "-s", "-j", "link", "show", "dev", self.tap])
        return json.loads(text)[0]["stats64"]

    def counters(self):
        """Counters of the interface in the guest."""
        text = self.vm.out(["ip", "-s", "-j", "link", "show", "dev", self.name])
        return json.loads(text)[0]["stats64"]

    def snapshot(self):
        """Counters of interface, queues and tap at one moment in which nothing passed."""
        def look():
            before = self.counters()
            found = {what: (before["rx"][what], before["tx"][what],
                            sum(self.per_queue("rx", what)), sum(self.per_queue("tx", what)))
                     for what in ("packets", "bytes")}
            host = self.tap_counters()
            return (found, host) if self.counters() == before else None
        return self.rig.until(look, what="a quiet moment")

    def filter(self):
        """What QEMU lets through to the guest."""
        return self.vm.qmp.cmd("query-rx-filter", name=self.vm.nics[self.index].id)[0]

    @contextlib.contextmanager
    def capture(self, expression="", side="host", settle=0.3):
        """Collect the frames that match a tcpdump expression while inside."""
        frames = []
        path = pathlib.Path(self.rig.dir.name, "capture")
        begin = self._capture_host if side == "host" else self._capture_guest
        finish = begin(path, expression.split())
        try:
            yield frames
            time.sleep(settle)
        finally:
            finish()
        frames.extend(read_pcap(path))

    def _capture_host(self, path, expression):
        argv = [*net.tool("tcpdump"), "-i", self.tap, "-U", "--immediate-mode", "-Z", "root",
                "-w", str(path), *expression]
        process = self.network.popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while b"listening on" not in (line := process.stderr.readline()):
            if not line:
                raise LabError("tcpdump does not start on the host")
        return lambda: stop(process)

    def _capture_guest(self, path, expression):
        there = "/run/capture"
        self.vm.run(["rm", "-f", there])
        job = self.vm.spawn(["tcpdump", "-i", self.name, "-U", "--immediate-mode", "-Z", "root",
                             "-w", there, *expression])
        self.rig.until(lambda: self.vm.run(["test", "-s", there]).ok, what="tcpdump in the guest")

        def finish():
            job.stop("INT")
            self.vm.get(there, path)
        return finish

    # ethtool

    def ethtool(self, *words):
        """What ethtool says to an option and its values; GuestError if it refuses."""
        return self.vm.out(["ethtool", *words[:1], self.name, *words[1:]])

    def refuses(self, *words):
        """Whether ethtool refuses that."""
        return not self.vm.run(["ethtool", *words[:1], self.name, *words[1:]]).ok

    def features(self):
        """ethtool -k as a dictionary of words such as "on" and "off [fixed]"."""
        return dict(re.findall(r"^\s*([\w-]+): (.+)$", self.ethtool("-k"), re.M))

    def statistics(self):
        """ethtool -S as a dictionary of numbers."""
        return {name: int(value) for name, value
                in re.findall(r"^\s*(\S.*): (\d+)$", self.ethtool("-S"), re.M)}

    def per_queue(self, direction, what="packets"):
        """A counter of every queue, as ethtool -S has it."""
        found = {}
        for name, value in self.statistics().items():
            match = re.fullmatch(rf"{direction}(?:_queue_)?(\d+)_{what}", name)
            if match:
                found[int(match[1])] = value
        return [found[index] for index in sorted(found)]

    def channels(self):
        """Queue pairs: (the most there can be, in use)."""
        most, used = re.findall(r"^Combined:\s+(\d+)", self.ethtool("-l"), re.M)
        return int(most), int(used)

    def rings(self):
        """Ring sizes: {"rx": (the most, now), "tx": ...}."""
        text = self.ethtool("-g")
        return {name.lower(): tuple(map(int, re.findall(rf"^{name}:\s+(\d+)", text, re.M)))
                for name in ("RX", "TX")}


def read_pcap(path):
    """The frames in a file of tcpdump's."""
    data = pathlib.Path(path).read_bytes()
    frames, at = [], 24
    while at + 16 <= len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        frames.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return frames


def _sum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def checksum_is_right(frame):
    """Whether the TCP or UDP checksum of an IPv4 frame is right."""
    head = (frame[14] & 15) * 4
    length = struct.unpack_from(">H", frame, 16)[0] - head
    segment = frame[14 + head:14 + head + length]
    pseudo = frame[26:34] + struct.pack(">BBH", 0, frame[23], length)
    return _sum(pseudo + segment) == 0xffff
