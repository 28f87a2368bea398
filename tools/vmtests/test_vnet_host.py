# SPDX-License-Identifier: GPL-2.0-only
"""What the host does to a NIC: cables, announcements, hotplug."""

import pytest

from orion_lab import Nic
from vmlib.machines import mac
from vmlib.wire import Wire

pytestmark = pytest.mark.machine("network")


@pytest.fixture
def wire(rig):
    """The NIC, up."""
    return Wire(rig).up()


def test_cable_out_and_in(rig, vm, wire):
    carrier = f"/sys/class/net/{wire.name}/carrier"
    for _ in range(3):
        vm.set_link(False)
        rig.until(lambda: vm.guest.text(carrier) == "0", what="losing the carrier")
        assert "Link detected: no" in vm.out(["ethtool", wire.name])
        vm.set_link(True)
        rig.until(lambda: vm.guest.text(carrier) == "1", what="getting the carrier")
        rig.until(lambda: wire.ping(1), what="an answer")


def test_cable_that_flaps_ends_up_right(rig, vm, wire):
    for _ in range(25):
        vm.set_link(False)
        vm.set_link(True)
    carrier = f"/sys/class/net/{wire.name}/carrier"
    rig.until(lambda: vm.guest.text(carrier) == "1", what="getting the carrier")
    rig.until(lambda: wire.ping(1), what="an answer")
    vm.set_link(False)
    rig.until(lambda: vm.guest.text(carrier) == "0", what="losing the carrier")
    vm.set_link(True)
    rig.until(lambda: wire.ping(1), what="an answer")


def test_cable_out_under_traffic(rig, vm, wire):
    job = wire.start_iperf("-P", "4", seconds=3)
    vm.run(["usleep", "500000"])
    vm.set_link(False)
    vm.run(["usleep", "500000"])
    vm.set_link(True)
    assert wire.iperf_result(job)["end"]["sum_received"]["bytes"] > 0


def test_announcement_is_made_and_acknowledged(rig, vm, wire):
    with rig.trace.watch("virtio_net_handle_announce", "virtio_net_announce_notify", settle=1.5) \
            as events, wire.capture("arp") as frames:
        vm.qmp.cmd("announce-self", initial=50, max=100, rounds=2, step=50)
        rig.until(lambda: frames or vm.run(["usleep", "400000"]))
    assert events.count("virtio_net_announce_notify") >= 1
    assert events.count("virtio_net_handle_announce") >= 1
    # A gratuitous ARP: the guest's own address is both sender and target.
    own = bytes(map(int, wire.guest.split(".")))
    assert any(frame[28:32] == own == frame[38:42] for frame in frames)


def test_nic_is_plugged_in_and_pulled_out(rig, vm):
    for turn in range(3):
        nic = vm.device_add(Nic(id=f"hot{turn}", mac=mac(16 + turn), backend="tap", queues=2),
                            bus="port0")
        wire = Wire(rig, vm.nics.index(nic))
        wire.index = 16 + turn
        rig.until(lambda: vm.run(f"grep -q {nic.mac} /sys/class/net/*/address").ok,
                  what="a new interface")
        wire.up()
        assert wire.ping(5) == 5
        assert wire.channels()[0] == 2
        vm.device_del(nic)
        rig.until(lambda: not vm.run(f"grep -q {nic.mac} /sys/class/net/*/address").ok,
                  what="the interface to go")
    assert Wire(rig).up().ping(3) == 3


def test_nic_is_pulled_out_under_traffic(rig, vm):
    nic = vm.device_add(Nic(id="pulled", mac=mac(20), backend="tap", queues=2), bus="port1")
    wire = Wire(rig, vm.nics.index(nic))
    wire.index = 20
    rig.until(lambda: vm.run(f"grep -q {nic.mac} /sys/class/net/*/address").ok,
              what="a new interface")
    wire.up()
    job = wire.start_iperf("-P", "2", seconds=20)
    vm.run(["sleep", "1"])
    vm.device_del(nic)
    job.stop("KILL")
    assert Wire(rig).up().ping(3) == 3
