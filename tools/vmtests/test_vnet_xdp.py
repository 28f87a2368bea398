# SPDX-License-Identifier: GPL-2.0-only
"""Programs that see frames before the stack does, on NICs of every kind."""

import contextlib
import json
import re

import pytest

from orion_lab import net
from vmlib.machines import NICS
from vmlib.wire import Wire

pytestmark = pytest.mark.machine("nics")

INDEX = {name: index for index, name in enumerate(NICS)}
# The host takes nothing from the one, and the MTU of the other needs more.
KINDS = [name for name in NICS if name not in ("stuck", "jumbo")]


def wire_of(rig, name):
    """The NIC that is special in this way, up."""
    return Wire(rig, INDEX[name]).up()


def attach(wire, action, *words, name=None):
    """Put a program onto the NIC, or onto the interface @name."""
    return wire.vm.run(["xdp", "attach", name or wire.name, action, *words])


def detach(wire):
    """Take it off again."""
    wire.vm.run(f"ip link set dev {wire.name} xdp off", check=True)


@contextlib.contextmanager
def program(wire, action, *words):
    """A program on the NIC while inside."""
    done = attach(wire, action, *words)
    assert done.ok, done.stderr
    try:
        yield
    finally:
        if not wire.rig.broken:
            detach(wire)


def attached(wire):
    """Whether the kernel shows a program."""
    return "xdp" in json.loads(wire.vm.out(["ip", "-j", "link", "show", wire.name]))[0]


def knock(wire, count=20, size=56, wait=0.5, interval=0.005):
    """How many pings of the host the guest answers."""
    words = ["-n", "-q", "-c", str(count), "-i", str(interval), "-W", str(wait),
             "-s", str(size), wire.guest]
    job = wire.network.popen([*net.tool("ping"), *words], stdout=-1, text=True)
    said, _ = job.communicate(timeout=60)
    return int(re.search(r"(\d+) received", said)[1])


def counted(wire, what):
    """A counter of the program's, over all queues."""
    if not wire.rig.ours:
        return None
    direction, name = what.split("_", 1)
    return sum(wire.per_queue(direction, name))


@pytest.mark.parametrize("name", KINDS)
def test_what_is_dropped_is_dropped(rig, name):
    wire = wire_of(rig, name)
    with program(wire, "drop"):
        assert attached(wire)
        assert knock(wire) == 0
        if rig.ours:
            rig.until(lambda: counted(wire, "rx_xdp_packets") >= 20,
                      what="a look of the program at each frame")
    assert knock(wire) == 20


@pytest.mark.parametrize("name", ["plain", "nomrg", "fixed", "old"])
def test_what_passes_arrives(rig, name):
    wire = wire_of(rig, name)
    with program(wire, "pass"):
        before = counted(wire, "rx_xdp_packets"), wire.counters()["rx"]["packets"]
        for size in (0, 56, 1472, 8000, 30000):
            assert wire.ping(3, size) == 3
        assert wire.iperf() > 1e6
        assert wire.iperf("-R") > 1e6
        if rig.ours:
            # A train of segments is one packet of the device's, and several of the program's.
            packets = wire.counters()["rx"]["packets"] - before[1]
            assert counted(wire, "rx_xdp_packets") - before[0] >= packets - 1


@pytest.mark.parametrize("name", ["plain", "nomrg", "packed", "fixed"])
def test_what_is_sent_back_returns(rig, name):
    wire = wire_of(rig, name)
    before = wire.tap_counters()["rx"]["packets"]
    with program(wire, "tx"):
        # More than a ring holds, so also those in buffers that were there before.
        assert knock(wire, 400, interval=0.002) == 0
        rig.until(lambda: wire.tap_counters()["rx"]["packets"] - before >= 400,
                  what="what the program sent back")
        assert counted(wire, "tx_xdp_frames") is None or counted(wire, "tx_xdp_frames") >= 100
    assert wire.ping(3) == 3


def test_aborted_and_unknown_verdicts_drop(rig):
    wire = wire_of(rig, "plain")
    for action in ("aborted", "77"):
        with program(wire, action):
            # More than a ring holds: in older buffers it is the kernel that shows frames.
            assert knock(wire, 300, interval=0.002) == 0
    assert counted(wire, "rx_xdp_errors") is None or counted(wire, "rx_xdp_errors") >= 10
    assert wire.ping(3) == 3


def test_redirect_to_another_nic(rig):
    wire, other = wire_of(rig, "plain"), wire_of(rig, "packed")
    with other.capture(f"icmp and dst {wire.guest}") as frames:
        with program(wire, f"redirect:{other.name}"):
            assert knock(wire, 30) == 0
    assert len(frames) == 30


def test_redirect_to_veth(rig, vm):
    wire = wire_of(rig, "plain")
    vm.run("ip link add xv0 type veth peer name xv1 && ip link set xv0 up && "
           "ip link set xv1 up", check=True)
    assert attach(wire, "pass", name="xv1").ok
    with program(wire, "redirect:xv0"):
        assert knock(wire, 400, interval=0.002) == 0
    assert counted(wire, "rx_xdp_redirects") is None or counted(wire, "rx_xdp_redirects") >= 100
    said = json.loads(vm.out(["ip", "-s", "-j", "link", "show", "xv1"]))
    assert said[0]["stats64"]["rx"]["packets"] >= 400
    vm.run(["ip", "link", "del", "xv0"], check=True)


def test_what_a_veth_redirects_is_sent(rig, vm):
    wire = wire_of(rig, "plain")
    vm.run("ip link add xv0 type veth peer name xv1 && ip link set xv0 up && "
           "ip link set xv1 up && ip addr add 10.77.0.1/24 dev xv0 && "
           "ip neigh add 10.77.0.2 lladdr 02:00:00:00:00:77 dev xv0", check=True)
    # The NIC itself has no program.
    assert attach(wire, f"redirect:{wire.name}", name="xv1").ok
    with wire.capture("icmp and dst 10.77.0.2") as frames:
        vm.run(["ping", "-n", "-q", "-c", "100", "-i", "0.002", "-W", "1", "10.77.0.2"])
    vm.run(["ip", "link", "del", "xv0"], check=True)
    assert len(frames) == 100


def test_program_changes_under_traffic_and_nothing_is_lost(rig, vm):
    wire = wire_of(rig, "plain")
    wire.ping(1)
    changes = vm.spawn(f"for n in $(seq 40); do xdp attach {wire.name} pass; sleep 0.02; "
                       f"[ $((n % 4)) = 0 ] && ip link set dev {wire.name} xdp off; done; "
                       f"ip link set dev {wire.name} xdp off")
    assert knock(wire, 1000, interval=0.002) == 1000
    changes.wait(60)


def test_jumbo_frames_need_a_program_that_knows_fragments(rig, vm):
    wire = wire_of(rig, "jumbo")
    wire.network.run(["ip", "link", "set", wire.tap, "mtu", "9000"])
    refused = attach(wire, "pass")
    assert not refused.ok and (not rig.ours or "3476" in refused.stderr)
    assert not attached(wire)
    with program(wire, "pass", "frags"):
        assert wire.ping(3, 8972, ["-M", "do"]) == 3
        assert wire.iperf("-R") > 1e6
    with program(wire, "tx", "frags"):
        assert knock(wire, 5, 8972) == 0
    with program(wire, "drop", "frags"):
        assert knock(wire, 5, 8972) == 0
    vm.run(f"ip link set {wire.name} mtu 1500", check=True)
    with program(wire, "pass"):
        assert not vm.run(["ip", "link", "set", wire.name, "mtu", "9000"]).ok
        # The host does not care for our MTU: a program sees what it sends all the same.
        assert knock(wire, 5, 8000) == 5
    vm.run(f"ip link set {wire.name} mtu 9000", check=True)
    assert wire.ping(3, 8972, ["-M", "do"]) == 3


def test_merging_of_segments_is_shown_as_it_is(rig):
    wire = wire_of(rig, "plain")
    assert wire.features()["rx-gro-hw"] == "on"
    with program(wire, "pass"):
        assert wire.features()["rx-gro-hw"].startswith("off")
    assert wire.features()["rx-gro-hw"] == "on"
    # Where the device cannot stop it, the program sees the segments one by one.
    fixed = wire_of(rig, "fixed")
    with program(fixed, "pass"):
        before = counted(fixed, "rx_xdp_copies")
        assert fixed.iperf("-R") > 1e6
        assert before is None or counted(fixed, "rx_xdp_copies") - before > 50


@pytest.mark.machine("network")
def test_settings_change_with_a_program(rig, vm):
    wire = Wire(rig).up()
    with program(wire, "pass"):
        for words in (["-L", "combined", "2"], ["-L", "combined", "4"], ["-G", "rx", "128"],
                      ["-G", "rx", "256", "tx", "128"], ["-G", "tx", "256"]):
            wire.ethtool(*words)
            assert attached(wire)
            before = counted(wire, "rx_xdp_packets")
            assert wire.ping(20) == 20
            assert before is None or counted(wire, "rx_xdp_packets") - before >= 20
        vm.run(f"ip link set {wire.name} down; ip link set {wire.name} mtu 1400; "
               f"ip link set {wire.name} up; ip link set {wire.name} mtu 1500", check=True)
        wire.up()
        assert attached(wire)
    with program(wire, "drop"):
        wire.ethtool("-L", "combined", "1")
        assert knock(wire) == 0
        wire.ethtool("-L", "combined", "4")
        assert knock(wire) == 0


def test_unload_with_programs_on_all(rig):
    for name in KINDS:
        assert attach(wire_of(rig, name), "pass").ok
    rig.unload("net")
    rig.load("net")
    assert wire_of(rig, "plain").ping(2) == 2
