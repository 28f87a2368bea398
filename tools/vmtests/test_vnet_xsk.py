# SPDX-License-Identifier: GPL-2.0-only
"""Sockets that see a queue's frames without the stack, and without a copy."""

import subprocess
import sys

import pytest

from vmlib import HERE
from vmlib.machines import NICS
from vmlib.sockets import HEAD, QUEUES, ROOM, counted, is_whole, number, said, send, sockets
from vmlib.wire import Wire

pytestmark = pytest.mark.machine("network")


@pytest.fixture(name="wire")
def wire_fixture(rig):
    if not rig.ours:
        pytest.skip("the kernel's own driver wants a device that needs DMA addresses")
    wire = Wire(rig).up()
    wire.ethtool("-L", "combined", str(QUEUES))
    yield wire
    if not rig.broken:
        wire.ethtool("-L", "combined", str(wire.channels()[0]))


@pytest.mark.parametrize("mode", ["zero", "copy"])
def test_all_is_received(wire, mode):
    before = counted(wire, "rx_xsk_packets")
    with sockets(wire, "receive", 1500, mode=mode) as job:
        send(wire, 1500)
        assert said(wire, job) == (1500, 0, QUEUES if mode == "zero" else 0)
    # The first were in buffers that the device had already.
    assert (counted(wire, "rx_xsk_packets") - before > 400) == (mode == "zero")
    assert wire.ping(3) == 3


def test_all_is_sent(wire):
    before = counted(wire, "tx_xsk_frames")
    with wire.capture(f"{ROOM} ip proto 253", settle=1) as frames:
        with sockets(wire, "send", 2000) as job:
            assert said(wire, job) == (2000, 0, QUEUES)
    assert counted(wire, "tx_xsk_frames") - before == 2000
    assert sorted(map(number, frames)) == list(range(2000))
    assert all(map(is_whole, frames))


def test_checksums_are_left_to_the_device(rig, wire):
    if rig.kernel_name == "6.1":
        pytest.skip("sockets of this kernel have nothing to say of a frame")
    argv = [sys.executable, HERE / "helpers" / "partial.py", wire.tap]
    with wire.network.popen(argv, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout.readline() == "ready\n"
        before = sum(wire.per_queue("tx", "drops"))
        with sockets(wire, "checksum", 2000) as job:
            assert said(wire, job) == (2000, 0, QUEUES)
        seen = host.communicate(timeout=30)[0].split()
    # Where it begins, and how far from there it goes; nothing is sent otherwise.
    assert seen == [f"{HEAD},4"] * 1500
    assert sum(wire.per_queue("tx", "drops")) - before == 500


def test_all_is_sent_back(wire):
    mac = wire.vm.nics[wire.index].mac
    with wire.capture(f"{ROOM} ip proto 253 and ether src {mac}", settle=1) as frames:
        with sockets(wire, "forward", 1000) as job:
            send(wire, 1000)
            assert said(wire, job) == (1000, 0, QUEUES)
    assert sorted(map(number, frames)) == list(range(1000))
    assert all(map(is_whole, frames))


def test_the_stack_has_the_rest(wire):
    with sockets(wire, "receive", 10 ** 6) as job:
        # More than a ring holds: through sockets' memory at last.
        assert wire.ping(300, 1000) == 300
        assert wire.iperf("-R") > 1e6
        assert wire.iperf() > 1e6
        # Other programs on the same buffers, which go back to the socket.
        for action in ("drop", "tx"):
            assert wire.vm.run(["xdp", "attach", wire.name, action]).ok
            assert wire.ping(20) == 0
        assert wire.vm.run(["ip", "link", "set", "dev", wire.name, "xdp", "off"]).ok
        assert wire.ping(100) == 100
    assert job.poll() is not None
    assert wire.ping(3) == 3


def test_sockets_come_and_go_under_traffic(wire):
    job = wire.start_iperf("-R", seconds=60)
    for _ in range(8):
        with sockets(wire, "forward", 10 ** 6):
            send(wire, 20)
    job.stop("TERM")
    assert wire.ping(20) == 20


def test_sockets_survive_changes(wire, vm):
    with sockets(wire, "receive", 1000) as job:
        send(wire, 300)
        vm.run(f"ip link set {wire.name} down && ip link set {wire.name} up", check=True)
        wire.up()
        send(wire, 300)
        wire.ethtool("-G", "rx", "128", "tx", "128")
        wire.ethtool("-G", "rx", "256", "tx", "256")
        # Not below the sockets.
        assert wire.refuses("-L", "combined", "1")
        wire.ethtool("-L", "combined", str(QUEUES + 1))
        wire.ethtool("-L", "combined", str(QUEUES))
        send(wire, 400)
        assert said(wire, job) == (1000, 0, QUEUES)


@pytest.mark.machine("nics")
def test_what_cannot_be_is_refused(rig, vm):
    if not rig.ours:
        pytest.skip("about our driver")
    # A legacy device keeps what it was given until it is reset as a whole.
    wire = Wire(rig, list(NICS).index("legacy")).up()
    done = vm.run(["xsk", "receive", wire.name, "1", "1", "zero"])
    assert not done.ok and "not supported" in done.stderr
    with sockets(wire, "receive", 100, queues=1, mode="copy") as job:
        send(wire, 100)
        assert said(wire, job) == (100, 0, 0)
