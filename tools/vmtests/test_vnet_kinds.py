# SPDX-License-Identifier: GPL-2.0-only
"""NICs of every kind, side by side in one guest."""

import re
from concurrent import futures

import pytest

from orion_lab import net
from vmlib.machines import NICS, mac
from vmlib.wire import Wire

pytestmark = pytest.mark.machine("nics")

INDEX = {name: index for index, name in enumerate(NICS)}
MRG_RXBUF, CTRL_VQ, ANY_LAYOUT, VERSION_1, RING_PACKED, CSUM = 15, 17, 27, 32, 34, 0
CTRL_RX_EXTRA, RING_RESET, RSC_EXT = 20, 40, 61


def wire_of(rig, name):
    """The NIC that is special in this way, up."""
    return Wire(rig, INDEX[name]).up()


def negotiated(wire):
    """The features that device and driver agreed on, as a list of bits."""
    text = wire.vm.guest.text(f"/sys/class/net/{wire.name}/device/features")
    return [bit for bit, value in enumerate(text) if value == "1"]


def test_every_nic_has_an_interface_and_a_queue(rig):
    for name in NICS:
        wire = rig.netdev(INDEX[name])
        said = rig.vm.out(["ethtool", "-i", wire])
        assert f"driver: {rig.driver('net')}\n" in said


@pytest.mark.parametrize("name", [name for name in NICS if name != "stuck"])
def test_traffic_flows(rig, name):
    wire = wire_of(rig, name)
    for size in (0, 56, 1472, 4000, 30000):
        assert wire.ping(3, size) == 3
    assert wire.iperf(seconds=1) > 1e7
    assert wire.iperf("-P", "4", "-R", seconds=1) > 1e7


def test_features_are_what_the_device_lacks(rig):
    assert MRG_RXBUF in negotiated(wire_of(rig, "plain"))
    assert MRG_RXBUF not in negotiated(wire_of(rig, "nomrg"))
    assert CTRL_VQ not in negotiated(wire_of(rig, "noctrl"))
    assert CSUM not in negotiated(wire_of(rig, "nooffloads"))
    assert RING_PACKED in negotiated(wire_of(rig, "packed"))
    assert {VERSION_1, CTRL_RX_EXTRA, RING_RESET} <= set(negotiated(wire_of(rig, "plain")))
    assert RSC_EXT in negotiated(wire_of(rig, "rsc"))
    assert VERSION_1 not in negotiated(wire_of(rig, "legacy"))
    assert ANY_LAYOUT in negotiated(wire_of(rig, "legacy"))
    assert ANY_LAYOUT not in negotiated(wire_of(rig, "old"))


@pytest.mark.parametrize("name", ["plain", "nomrg", "legacy", "old"])
def test_trains_of_segments_are_received_whole(rig, name):
    wire = wire_of(rig, name)
    wire.ethtool("-K", "gro", "off")
    with wire.capture(f"tcp and src host {wire.host} and greater 200", side="guest") as frames:
        wire.iperf("-n", "2M", "-R")
    wire.ethtool("-K", "gro", "on")
    assert max(map(len, frames)) > 1514


@pytest.mark.parametrize("name", ["legacy", "old"])
def test_legacy_device_obeys(rig, vm, name):
    wire = wire_of(rig, name)
    vm.run(f"ip link set {wire.name} address 52:54:00:07:03:99; ip link set {wire.name} promisc on;"
           f"ip maddr add 01:00:5e:01:02:03 dev {wire.name}", check=True)
    rig.until(lambda: wire.filter()["promiscuous"] is True)
    assert wire.filter()["main-mac"] == "52:54:00:07:03:99"
    vm.run(f"ip link set {wire.name} address {mac(INDEX[name])}; "
           f"ip link set {wire.name} promisc off", check=True)
    rig.until(lambda: wire.filter()["promiscuous"] is False)
    assert "01:00:5e:01:02:03" in wire.filter()["multicast-table"]
    assert wire.filter()["main-mac"] == mac(INDEX[name])
    assert wire.ping(3) == 3


def test_segments_that_the_device_merges_itself_arrive_as_one(rig, vm):
    wire = wire_of(rig, "rsc")
    # QEMU merges what has no options, leaves alone what the tap has merged, and forgets
    # that a checksum is missing.
    stamps = "/proc/sys/net/ipv4/tcp_timestamps"
    tap = [*net.tool("ethtool"), "-K", wire.tap]
    wire.network.run([*tap, "tx", "off", "gso", "off"])
    wire.ethtool("-K", "gro", "off")
    vm.run(f"echo 0 > {stamps}", check=True)
    with wire.capture(f"tcp and src host {wire.host} and greater 200", side="guest") as frames:
        wire.iperf("-n", "2M", "-R")
    vm.run(f"echo 1 > {stamps}", check=True)
    wire.ethtool("-K", "gro", "on")
    wire.network.run([*tap, "tx", "on", "tso", "on", "gso", "on"])
    assert max(map(len, frames)) > 1514


def test_without_offloads_none_is_shown(rig):
    features = wire_of(rig, "nooffloads").features()
    assert features["tcp-segmentation-offload"].startswith("off")
    assert features["tx-checksumming"].startswith("off")


def test_jumbo_frames_where_the_device_says_so(rig, vm):
    wire = wire_of(rig, "jumbo")
    wire.network.run(["ip", "link", "set", wire.tap, "mtu", "9000"])
    assert vm.guest.text(f"/sys/class/net/{wire.name}/mtu") == "9000"
    assert wire.ping(3, 8972, ["-M", "do"]) == 3
    assert not vm.run(["ip", "link", "set", wire.name, "mtu", "9001"]).ok
    assert wire.iperf("-R") > 1e7


def test_without_control_queue_settings_do_no_harm(rig, vm):
    wire = wire_of(rig, "noctrl")
    assert wire.channels()[0] == 1
    vm.run(f"ip link set {wire.name} promisc on; ip link set {wire.name} promisc off; "
           f"ip link set {wire.name} allmulticast on; ip link set {wire.name} allmulticast off; "
           f"ip maddr add 01:00:5e:01:02:03 dev {wire.name}; "
           f"ip link add link {wire.name} name novlan type vlan id 7; ip link del novlan")
    assert wire.ping(3) == 3


def test_large_frames_for_small_buffers_are_lost_and_counted_not_fatal(rig):
    wire = wire_of(rig, "small")
    wire.network.run(["ip", "link", "set", wire.tap, "mtu", "9000"])
    wire.vm.run(f"ip link set {wire.name} mtu 1500", check=True)
    words = ["-c", "3", "-i", "0.1", "-W", "1", "-s", "5000", wire.guest]
    wire.network.popen([*net.tool("ping"), *words]).wait(20)
    wire.network.run(["ip", "link", "set", wire.tap, "mtu", "1500"])
    assert wire.ping(3) == 3


def flood(rig, name):
    """More packets than a ring holds, to a neighbour that nobody has to ask for."""
    rig.vm.run(f"ip addr replace 10.99.0.2/24 dev {name}; ip link set {name} up; "
               f"ip neigh replace 10.99.0.1 lladdr 52:54:00:00:00:01 dev {name}", check=True)
    rig.vm.run(["timeout", "3", "ping", "-n", "-q", "-f", "-c", "1000", "10.99.0.1"])
    return rig.vm.spawn("dd if=/dev/zero bs=1400 count=4000 2>/dev/null | "
                        "timeout 20 nc -u -w 1 10.99.0.1 9")


@pytest.mark.kernel_says(r"NETDEV WATCHDOG|WARNING: .*sch_generic|Call Trace|[Tt]imed? ?out")
def test_host_that_takes_nothing_is_reported_and_survived(rig, vm):
    name = rig.netdev(INDEX["stuck"])
    job = flood(rig, name)
    rig.until(lambda: re.search(rf"(?i){name}.*tim(ed )?-?out", rig.said()), timeout=30,
              what="a report of the stall")
    if rig.ours:
        said = vm.out(["ethtool", "-S", name])
        assert int(re.search(r"tx0_timeouts: (\d+)", said)[1]) > 0
    # Everybody else goes on, and the NIC obeys.
    assert wire_of(rig, "plain").ping(3) == 3
    job.stop("KILL")
    vm.run(["ip", "link", "set", name, "down"], timeout=15, check=True)
    vm.run(["ip", "link", "set", name, "up"], timeout=15, check=True)
    flood(rig, name).stop("KILL")
    rig.unload("net")
    rig.load("net")
    assert wire_of(rig, "plain").ping(3) == 3


def test_all_nics_at_once(rig):
    wires = [wire_of(rig, name) for name in NICS if name != "stuck"]
    jobs = [wire.start_iperf("-u", "-b", "5M", seconds=2) for wire in wires[:1]]
    with futures.ThreadPoolExecutor(len(wires)) as threads:
        answered = list(threads.map(lambda wire: wire.ping(50, 1000), wires))
    assert answered == [50] * len(wires)
    for wire, job in zip(wires, jobs):
        wire.iperf_result(job)


def test_unload_with_all_nics_up(rig):
    for name in NICS:
        if name != "stuck":
            wire_of(rig, name)
    rig.unload("net")
    rig.load("net")
    for name in NICS:
        if name != "stuck":
            assert wire_of(rig, name).ping(2) == 2
