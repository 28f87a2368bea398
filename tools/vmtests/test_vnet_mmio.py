# SPDX-License-Identifier: GPL-2.0-only
"""NICs in a guest without PCI: registers in memory, one interrupt for all queues."""

import pytest

from vmlib.wire import Wire

pytestmark = pytest.mark.machine("mmio")

NICS = 2


@pytest.fixture(name="wire", params=range(NICS))
def wire_fixture(rig, request):
    return Wire(rig, request.param).up()


def test_transport_is_the_other_one(rig, vm):
    devices = rig.bound("net")
    assert len(devices) == NICS
    for device in devices:
        place = vm.out(["readlink", "-f", f"/sys/bus/virtio/devices/{device}/../driver"])
        assert place.strip().endswith("/platform/drivers/virtio-mmio")


def test_traffic_flows(wire):
    for size in (0, 56, 1472, 30000):
        assert wire.ping(3, size) == 3
    assert wire.iperf("-P", "2") > 1e6
    assert wire.iperf("-P", "2", "-R") > 1e6


def test_settings_work(rig, vm, wire):
    most = 2 if wire.index == 0 else 1
    assert wire.channels()[0] == most
    for count in (most, 1):
        if wire.channels()[1] != count:
            wire.ethtool("-L", "combined", str(count))
        assert wire.ping(5, 1000) == 5
    vm.run(f"ip link set {wire.name} promisc on", check=True)
    rig.until(lambda: wire.filter()["promiscuous"] is True)
    vm.run(f"ip link set {wire.name} promisc off", check=True)
    rig.until(lambda: wire.filter()["promiscuous"] is False)


@pytest.mark.needs("ours")
def test_programs_see_frames(vm, wire):
    assert vm.run(["xdp", "attach", wire.name, "drop"]).ok
    assert wire.ping(5) == 0
    vm.run(["ip", "link", "set", "dev", wire.name, "xdp", "off"], check=True)
    assert wire.ping(5) == 5


def test_driver_comes_and_goes(rig):
    rig.unload("net")
    rig.load("net")
    for index in range(NICS):
        assert Wire(rig, index).up().ping(3) == 3
