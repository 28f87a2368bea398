# SPDX-License-Identifier: GPL-2.0-only
"""Which queue a frame comes to, as the user says."""

import re

import pytest

from orion_lab import util
from vmlib.wire import Wire

pytestmark = pytest.mark.machine("steered")

QUEUES = 4


@pytest.fixture
def wire(rig):
    """The NIC, up, with all its queues, steering as it does by itself."""
    wire = Wire(rig).up()
    if wire.channels()[1] != QUEUES:
        wire.ethtool("-L", "combined", str(QUEUES))
    wire.ethtool("-X", "default")
    wire.ethtool("-K", "rxhash", "on")
    for kind in ("tcp4", "udp4", "tcp6", "udp6"):
        wire.ethtool("-N", "rx-flow-hash", kind, "sdfn")
    return wire


def table(wire):
    """The queue of each remainder."""
    rows = re.findall(r"^\s*\d+:((?:\s+\d+)+)$", wire.ethtool("-x"), re.M)
    return [int(queue) for row in rows for queue in row.split()]


def key(wire):
    """The key of the hash."""
    return re.search(r"^(?:[0-9a-f]{2}:){39}[0-9a-f]{2}$", wire.ethtool("-x"), re.M)[0]


def fields(wire, kind):
    """What is hashed of a kind of frames: "sdfn", "sd" or ""."""
    said = wire.ethtool("-n", "rx-flow-hash", kind)
    letters = {"IP SA": "s", "IP DA": "d", "L4 bytes 0 & 1": "f", "L4 bytes 2 & 3": "n"}
    return "".join(letter for words, letter in letters.items() if words in said)


# Sends ten small datagrams from each of argv[2] ports to the address argv[1]. Not
# at once: QEMU may stop receiving for good when a queue that it steers to is full.
DATAGRAMS = """
import socket, sys, time
socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(int(sys.argv[2]))]
for _ in range(10):
    for sock in socks:
        sock.sendto(bytes(32), (sys.argv[1], 9))
        time.sleep(0.001)
"""


def heard(wire, flows=24):
    """How many frames each queue gets of so many flows of datagrams from the host."""
    before = wire.per_queue("rx")

    def counts():
        return [now - then for now, then in zip(wire.per_queue("rx"), before)]
    wire.network.run(["/usr/bin/python3", "-c", DATAGRAMS, wire.guest, str(flows)])
    wire.rig.until(lambda: sum(counts()) >= 10 * flows, what="the arrival of all datagrams")
    return counts()


def test_at_first_all_queues_get_some(wire):
    assert wire.features()["receive-hashing"] == "on"
    assert table(wire) == [index % QUEUES for index in range(128)]
    # Of 24 flows none comes to a certain queue once in a thousand times.
    assert sum(count >= 10 for count in heard(wire)) >= 3


def test_table_is_obeyed(wire):
    wire.ethtool("-X", "start", "2", "equal", "1")
    assert set(table(wire)) == {2}
    counts = heard(wire)
    assert counts[2] > 0.8 * sum(counts)
    wire.ethtool("-X", "weight", "0", "1", "0", "3")
    assert table(wire).count(3) == 3 * table(wire).count(1) == 96
    counts = heard(wire)
    assert counts[1] + counts[3] > 0.8 * sum(counts)


def test_without_hashes_the_device_steers_on(wire):
    wire.ethtool("-X", "start", "1", "equal", "1")
    wire.ethtool("-K", "rxhash", "off")
    assert wire.features()["receive-hashing"] == "off"
    counts = heard(wire)
    assert counts[1] > 0.8 * sum(counts)
    assert set(table(wire)) == {1}


def test_ports_count_unless_told_otherwise(wire):
    wire.ethtool("-N", "rx-flow-hash", "udp4", "sd")
    assert fields(wire, "udp4") == "sd"
    for kind in ("tcp4", "tcp6", "udp6"):
        assert fields(wire, kind) == "sdfn"
    counts = heard(wire)
    assert max(counts) > 0.8 * sum(counts)
    # ethtool does not fail when this does, but says so.
    for kind, wish in (("udp4", "s"), ("sctp4", "sdfn")):
        said = wire.vm.run(["ethtool", "-N", wire.name, "rx-flow-hash", kind, wish])
        assert "Cannot change" in said.stderr
    assert fields(wire, "udp4") == "sd"


def test_key_is_the_users(wire):
    symmetric = ":".join(["6d", "5a"] * 20)
    old = key(wire)
    wire.ethtool("-X", "hkey", symmetric)
    assert key(wire) == symmetric
    heard(wire)
    assert wire.refuses("-X", "hfunc", "xor")
    wire.ethtool("-X", "hkey", old)


def test_table_and_number_of_queues(wire):
    wire.ethtool("-L", "combined", "2")
    assert table(wire) == [index % 2 for index in range(128)]
    assert wire.refuses("-X", "equal", "3")
    wire.ethtool("-L", "combined", str(QUEUES))
    assert table(wire) == [index % QUEUES for index in range(128)]

    wire.ethtool("-X", "start", "2", "equal", "2")
    # The table would point to queues that are no more.
    assert wire.refuses("-L", "combined", "2")
    wire.ethtool("-L", "combined", "4")
    assert set(table(wire)) == {2, 3}
    assert wire.ping(3) == 3


def test_settings_survive_down_and_up(wire):
    wire.ethtool("-X", "start", "3", "equal", "1")
    wire.ethtool("-N", "rx-flow-hash", "udp6", "sd")
    old = key(wire)
    wire.vm.run(f"ip link set {wire.name} down; ip link set {wire.name} up", check=True)
    wire.up()
    assert (set(table(wire)), fields(wire, "udp6"), key(wire)) == ({3}, "sd", old)


# Interrupts and CPUs. The guest has four, of which the last is isolated.

def interrupts(wire):
    """The interrupt of each queue, such as {"input.0": 27}."""
    device = wire.vm.out(["readlink", f"/sys/class/net/{wire.name}/device"]).split("/")[-1].strip()
    return {queue: int(number) for number, queue in re.findall(
        rf"^\s*(\d+):.*\s{device}-((?:in|out)put\.\d+)$", wire.vm.guest.text("/proc/interrupts"),
        re.M)}


def cpus(wire, queue):
    """The CPUs that a queue's interrupt may go to, such as "0-1,3"."""
    return wire.vm.guest.text(f"/proc/irq/{interrupts(wire)[queue]}/smp_affinity_list")


def spread(wire, direction="input"):
    """cpus() of all queues of a direction."""
    return [cpus(wire, f"{direction}.{index}") for index in range(QUEUES)]


# Sends datagrams from 32 ports to the address argv[1] until it is stopped.
STREAMS = """
import itertools, socket, sys, time
socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(32)]
for sock in itertools.cycle(socks):
    sock.sendto(bytes(32), (sys.argv[1], 9))
    time.sleep(0.0005)
"""


def test_nothing_is_stuck_after_a_stop(wire, vm):
    """QEMU keeps what comes by one way behind a frame for a ring that has no buffers."""
    address = vm.guest.text(f"/sys/class/net/{wire.name}/address")
    wire.network.run(["ip", "neigh", "replace", wire.guest, "lladdr", address, "dev", wire.tap,
                      "nud", "permanent"])
    # The kernel patches itself when the first such program comes, which QEMU bears badly.
    idle = vm.spawn(["ping", "-n", "-q", "-i", "3600", "127.0.0.1"])
    for _ in range(8):
        streams = wire.network.popen(["/usr/bin/python3", "-c", STREAMS, wire.guest])
        try:
            vm.run(f"ip link set {wire.name} down; sleep 0.5; ip link set {wire.name} up",
                   check=True)
        finally:
            util.stop(streams)
        assert vm.run(["ping", "-n", "-q", "-c", "5", "-i", "0.2", "-W", "5", wire.host]).ok
    idle.stop()
    wire.network.run(["ip", "neigh", "del", wire.guest, "dev", wire.tap])


def test_isolated_cpu_is_left_alone(wire):
    assert len(interrupts(wire)) == 2 * QUEUES
    assert spread(wire) == spread(wire, "output") == ["0", "1", "2", "0"]
    masks = [wire.vm.guest.text(f"/sys/class/net/{wire.name}/queues/tx-{index}/xps_cpus")
             for index in range(QUEUES)]
    assert [int(mask.replace(",", ""), 16) for mask in masks] == [1, 2, 4, 1]


def test_fewer_queues_get_more_cpus_each(wire):
    wire.ethtool("-L", "combined", "2")
    assert spread(wire)[:2] == ["0,2", "1"]
    wire.ethtool("-L", "combined", str(QUEUES))
    assert spread(wire) == ["0", "1", "2", "0"]


def test_where_a_user_sends_it_an_interrupt_stays(wire, rig):
    number = interrupts(wire)["input.1"]
    path = f"/proc/irq/{number}/smp_affinity_list"
    try:
        wire.vm.guest.write(path, "3")
        # The driver hears of it a moment later.
        wire.vm.run(["usleep", "200000"])
        for words in (["-L", "combined", "1"], ["-L", "combined", str(QUEUES)]):
            wire.ethtool(*words)
            assert cpus(wire, "input.1") == "3"
        wire.vm.run(f"ip link set {wire.name} down; ip link set {wire.name} up", check=True)
        wire.up()
        assert spread(wire) == ["0", "3", "2", "0"]
        assert spread(wire, "output") == ["0", "1", "2", "0"]
    finally:
        wire.vm.guest.write(path, "1")
    wire.vm.run(["usleep", "200000"])
    wire.ethtool("-L", "combined", "1")
    assert cpus(wire, "input.1") == cpus(wire, "input.0") == "0-2"
    wire.ethtool("-L", "combined", str(QUEUES))
    assert spread(wire) == ["0", "1", "2", "0"]


def test_cpus_come_and_go(wire, rig):
    online = "/sys/devices/system/cpu/cpu2/online"
    path = f"/proc/irq/{interrupts(wire)['output.0']}/smp_affinity_list"
    wire.vm.guest.write(path, "1")
    wire.vm.run(["usleep", "200000"])
    try:
        wire.vm.guest.write(online, "0")
        rig.until(lambda: spread(wire) == ["0", "1", "0", "1"], what="a spread over two CPUs")
        assert spread(wire, "output") == ["1", "1", "0", "1"]
        assert wire.ping(3) == 3
    finally:
        wire.vm.guest.write(online, "1")
    rig.until(lambda: spread(wire) == ["0", "1", "2", "0"], what="a spread over three CPUs")
    assert spread(wire, "output") == ["1", "1", "2", "0"]
    wire.vm.guest.write(path, "0")
    assert wire.ping(3) == 3


def hashes(wire):
    """What a program is told of frames: {type of hash: hash}."""
    job = wire.vm.spawn(f"exec xdphash {wire.name} >/run/hashes")
    wire.rig.until(lambda: "ready" in wire.vm.run(["cat", "/run/hashes"]).stdout or job.poll(),
                   what="a program")
    if job.poll() and "rx_hash" in job.poll().stderr:
        pytest.skip("programs cannot ask this kernel's drivers")
    # More than a ring holds: in buffers from before a program cannot ask.
    heard(wire, 120)
    assert wire.iperf() > 1e6
    done = job.stop("TERM")
    assert done.ok, done.stderr
    lines = wire.vm.out(["cat", "/run/hashes"]).split()[1:]
    return dict(zip(map(int, lines[::2]), map(int, lines[1::2])))


def test_programs_are_told_the_hash(rig, wire):
    if not rig.ours:
        pytest.skip("the kernel's own driver is asked elsewhere")
    # IPv4 (1) with the ports (8) of UDP (32), or of TCP (16).
    told = hashes(wire)
    assert {0x29, 0x19} <= set(told)
    wire.ethtool("-K", "rxhash", "off")
    assert set(hashes(wire)) == {0}
    assert hashes(wire)[0] == 61
