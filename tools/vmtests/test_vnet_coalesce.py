# SPDX-License-Identifier: GPL-2.0-only
"""Fewer interrupts, for a delay that the user has chosen."""

import re

import pytest

from vmlib.wire import Wire

pytestmark = pytest.mark.machine("network")

# Sends argv[2] small datagrams to the address argv[1], argv[3] microseconds apart.
DATAGRAMS = """
import socket, sys, time
to, count, gap = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) / 1e6
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
begun = time.monotonic()
for number in range(count):
    time.sleep(max(0, begun + number * gap - time.monotonic()))
    sock.sendto(bytes(32), (to, 9))
"""


@pytest.fixture
def wire(rig):
    """The NIC, up, with nothing moderated, before the test and after it."""
    wire = Wire(rig).up()
    yield wire
    moderate(wire, "adaptive-rx", "off", "rx-usecs", "0", "rx-frames", "0",
             "tx-usecs", "0", "tx-frames", "0")


def moderate(wire, *words):
    """ethtool -C, which refuses what is as it should be already."""
    was = settings(wire)
    pairs = [pair for pair in zip(words[::2], words[1::2]) if was[pair[0]] != pair[1]]
    if pairs:
        wire.ethtool("-C", *[word for pair in pairs for word in pair])


def settings(wire, *words):
    """What ethtool -c says, such as {"rx-usecs": "50"}."""
    text = wire.ethtool(*(words or ["-c"]))
    found = dict(re.findall(r"^([a-z-]+):\s+(\d+)", text, re.M))
    adaptive = re.search(r"^Adaptive RX: (\w+)", text, re.M)
    return {**found, "adaptive-rx": adaptive[1] if adaptive else None}


def interrupts(wire):
    """Interrupts of all receive queues since boot."""
    device = wire.vm.out(["readlink", f"/sys/class/net/{wire.name}/device"]).split("/")[-1].strip()
    lines = re.findall(rf"^\s*\d+:((?:\s+\d+)+).*\s{device}-input\.\d+$",
                       wire.vm.guest.text("/proc/interrupts"), re.M)
    return sum(int(count) for line in lines for count in line.split())


def cost(wire, count=3000, gap=300):
    """What datagrams from the host cost the guest: (interrupts, polls)."""
    def now():
        return interrupts(wire), sum(wire.per_queue("rx", "polls"))
    before = now()
    wire.network.run(["/usr/bin/python3", "-c", DATAGRAMS, wire.guest, str(count), str(gap)])
    return tuple(after - then for after, then in zip(now(), before))


def round_trip(wire, count=40):
    """Average time of a ping, in ms, when they follow each other closely."""
    said = wire.vm.out(["ping", "-n", "-q", "-c", str(count), "-i", "0.01", "-W", "5", wire.host])
    return float(re.search(r"= [\d.]+/([\d.]+)/", said)[1])


def test_without_a_wish_nothing_waits(wire):
    assert settings(wire) == {**settings(wire), "rx-usecs": "0", "rx-frames": "0",
                              "tx-usecs": "0", "tx-frames": "0", "adaptive-rx": "off"}


def test_frames_wait_and_interrupts_are_saved(wire):
    many, polls = cost(wire)
    moderate(wire, "rx-usecs", "100000")
    assert settings(wire)["rx-usecs"] == "100000"
    # 3000 datagrams take nearly a second, or ten waits.
    few, fewer_polls = cost(wire)
    assert few < many / 4
    assert fewer_polls < polls / 2


def test_delay_is_as_long_as_wished(wire):
    moderate(wire, "rx-usecs", "100000")
    assert round_trip(wire) > 20


def test_lone_frame_does_not_wait(wire):
    moderate(wire, "rx-usecs", "500000")
    times = []
    for _ in range(3):
        wire.vm.run(["usleep", "1200000"])
        times.append(round_trip(wire, 1))
    # Something else may have come just before it, but hardly each time.
    assert min(times) < 250


def test_many_frames_shorten_the_wait(wire):
    moderate(wire, "rx-usecs", "100000")
    _, patient = cost(wire, 600, 2000)
    moderate(wire, "rx-frames", "2")
    _, eager = cost(wire, 600, 2000)
    assert eager > 2 * patient


def test_usual_wish_does_no_harm(wire):
    moderate(wire, "rx-usecs", "50", "rx-frames", "40", "tx-usecs", "50", "tx-frames", "40")
    assert wire.ping(20) == 20
    assert wire.iperf("-P", "4", seconds=1) > 1e7
    assert wire.iperf("-P", "4", "-R", seconds=1) > 1e7
    wire.vm.run(f"ip link set {wire.name} down; ip link set {wire.name} up", check=True)
    wire.up()
    assert settings(wire)["tx-frames"] == "40"


def test_load_decides(wire):
    moderate(wire, "adaptive-rx", "on")
    assert settings(wire)["adaptive-rx"] == "on"
    assert wire.iperf("-R", seconds=2) > 1e7
    assert wire.ping(10) == 10


def test_one_queue_by_itself(wire):
    wire.ethtool("-Q", "queue_mask", "0x2", "--coalesce", "rx-usecs", "300")
    said = wire.ethtool("-Q", "queue_mask", "0x3", "--show-coalesce")
    assert re.findall(r"^rx-usecs: (\d+)", said, re.M) == ["0", "300"]
    wire.ethtool("-Q", "queue_mask", "0x2", "--coalesce", "rx-usecs", "0")


def test_what_cannot_be_is_refused(wire):
    for words in (["rx-usecs", "1000001"], ["rx-frames", "40"], ["adaptive-tx", "on"],
                  ["tx-usecs-irq", "5"]):
        said = wire.vm.run(["ethtool", "-C", wire.name, *words])
        assert not said.ok and said.stderr
    assert "rx-frames shortens rx-usecs" in wire.vm.run(
        ["ethtool", "-C", wire.name, "rx-frames", "40"]).stderr
