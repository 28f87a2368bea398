# SPDX-License-Identifier: GPL-2.0-only
"""The NIC's driver comes and goes, whatever is going on."""

import pytest

from vmlib.leftovers import Leftovers
from vmlib.wire import Wire

pytestmark = pytest.mark.machine("network")


@pytest.fixture
def wire(rig):
    """The NIC, up."""
    return Wire(rig).up()


def test_down_and_up_under_traffic(vm, wire):
    job = wire.start_iperf("-P", "4", seconds=6)
    for _ in range(8):
        vm.run(["usleep", "150000"])
        vm.run(f"ip link set {wire.name} down && ip link set {wire.name} up", check=True)
    # TCP gets over it, slowly.
    job.wait(60)
    assert wire.ping(3) == 3
    assert wire.iperf() > 1e6


def test_unbind_and_bind_under_traffic(rig, vm, wire):
    device, = rig.bound("net")
    for words in ([], ["-R"], ["-P", "4"]):
        job = wire.start_iperf(*words, seconds=30)
        vm.run(["usleep", "700000"])
        rig.unbind("net", device)
        assert not vm.run("ls -d /sys/class/net/eth*").ok
        job.stop("KILL")
        rig.bind("net", device)
        wire.up()
        assert wire.ping(5) == 5


def test_unbind_while_settings_change(rig, vm, wire):
    device, = rig.bound("net")
    for turn in range(3):
        script = (f"while [ -e /sys/class/net/{wire.name} ]; do "
                  f"ip link set {wire.name} promisc on; ip link set {wire.name} promisc off; "
                  f"ethtool -L {wire.name} combined 1; ethtool -L {wire.name} combined 4; "
                  f"ethtool -S {wire.name}; done >/dev/null 2>&1")
        job = vm.spawn(script)
        vm.run(["usleep", str(100000 + 30000 * turn)])
        rig.unbind("net", device)
        job.wait(20)
        rig.bind("net", device)
        wire.up()


def test_cable_flaps_while_unbinding(rig, vm, wire):
    device, = rig.bound("net")
    for _ in range(5):
        vm.set_link(False)
        rig.unbind("net", device)
        vm.set_link(True)
        rig.bind("net", device)
    assert wire.up().ping(3) == 3


def test_unload_under_traffic(rig, vm, wire):
    for words in ([], ["-R"]):
        job = wire.start_iperf("-P", "2", *words, seconds=30)
        vm.run(["usleep", "700000"])
        rig.unload("net")
        job.stop("KILL")
        rig.load("net")
        wire.up()
        assert wire.ping(5) == 5


def test_unload_leaves_nothing(rig, wire):
    rig.unload("net")
    left = Leftovers(rig, "net")
    assert left.traces() == []
    memory = left.memory()
    for _ in range(3):
        rig.load("net")
        Wire(rig).up()
        assert wire.iperf() > 1e6
        rig.unload("net")
    assert left.traces() == []
    # Receive buffers of the four queues alone are 2 MiB.
    assert left.memory() - memory < 2048
    rig.load("net")
    assert wire.up().ping(3) == 3


def test_common_module_stays_while_it_is_needed(rig, vm, wire):
    if not rig.ours:
        pytest.skip("the in-tree modules have none")
    assert not vm.rmmod("orion_common", check=False).ok
    rig.unload("net")
    vm.rmmod("orion_common")
    rig.load("net")
    assert wire.up().ping(3) == 3
