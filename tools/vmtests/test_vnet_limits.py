# SPDX-License-Identifier: GPL-2.0-only
"""As much of everything as a user may ask for."""

import re

import pytest

from vmlib.wire import Wire

pytestmark = pytest.mark.machine("wide")


@pytest.fixture
def wire(rig):
    """The NIC with 16 queue pairs, up."""
    return Wire(rig).up()


def test_sixteen_queue_pairs_carry_traffic(wire):
    assert wire.channels() == (16, 4)
    wire.ethtool("-L", "combined", "16")
    assert wire.channels() == (16, 16)
    assert len(wire.per_queue("rx")) == len(wire.per_queue("tx")) == 16
    before = wire.per_queue("rx")
    # The host's tap spreads streams over its queues by their ports.
    job = wire.start_iperf("-P", "32", "-R", seconds=2)
    wire.iperf_result(job)
    received = [new - old for old, new in zip(before, wire.per_queue("rx"))]
    assert sum(count > 0 for count in received) >= 4, received
    assert wire.ping(5) == 5
    wire.ethtool("-L", "combined", "4")
    assert wire.ping(5) == 5


def test_ring_of_1024_entries_works_and_changes(wire):
    # QEMU has longer rings to send for vhost-user alone.
    assert wire.rings() == {"rx": (1024, 1024), "tx": (256, 256)}
    for rx in (512, 256, 1024):
        wire.ethtool("-G", "rx", str(rx))
        assert wire.rings()["rx"] == (1024, rx)
        assert wire.ping(5, 1400) == 5
    assert wire.refuses("-G", "rx", "2048")
    assert wire.iperf("-R") > 1e7


def test_speed_and_duplex_are_what_the_user_says(wire, vm):
    for speed in (10, 100, 1000, 10000):
        for duplex in ("half", "full"):
            vm.run(f"ethtool -s {wire.name} speed {speed} duplex {duplex} autoneg off", check=True)
            said = vm.out(["ethtool", wire.name])
            assert re.search(rf"^\s*Speed: {speed}Mb/s$", said, re.M)
            assert re.search(rf"^\s*Duplex: {duplex.capitalize()}$", said, re.M)
    folder = f"/sys/class/net/{wire.name}"
    assert vm.guest.text(f"{folder}/speed") == "10000"
    assert vm.guest.text(f"{folder}/duplex") == "full"
