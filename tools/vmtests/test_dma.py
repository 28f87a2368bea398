# SPDX-License-Identifier: GPL-2.0-only
"""Devices that do not see the guest's memory as the guest does."""

import pytest

from vmlib.gpu import Kms, pattern
from vmlib.sockets import QUEUES, ROOM, is_whole, number, said, send, sockets
from vmlib.wire import Wire

ACCESS_PLATFORM = 33


@pytest.fixture(autouse=True, params=[
    pytest.param(name, marks=pytest.mark.machine(name)) for name in ("iommu", "swiotlb")])
def way(request):
    """What is between the devices and the memory."""
    return request.param


def test_guest_really_has_it(rig, vm):
    features = vm.out("cat /sys/bus/virtio/devices/virtio*/features").split()
    assert [bits[ACCESS_PLATFORM] for bits in features].count("1") == 2
    log = vm.out(["dmesg"])
    if rig.machine == "iommu":
        assert "DMAR: IOMMU enabled" in log
        assert vm.run(f"test -e /sys/bus/pci/devices/{rig.address()}/iommu_group").ok
    else:
        assert int(vm.guest.text("/sys/kernel/debug/swiotlb/io_tlb_used")) > 0


def test_pictures_are_right(rig, vm):
    with Kms(vm, rig.card()) as kms:
        kms.show(0, 1024, 768, seed=1)
        assert vm.screendump().differs(pattern(1024, 768, seed=1)) == 0
        kms.picture(1, 1024, 768, seed=2)
        assert kms.ask("flip 0 1 0 15")["events"] == "15"
        assert vm.screendump().differs(pattern(1024, 768, seed=2)) == 0


def test_what_is_drawn_later_arrives_too(rig, vm):
    with Kms(vm, rig.card()) as kms:
        kms.show(0, 800, 600, seed=1)
        kms.ask("paint 0 2")
        kms.ask("dirty 0 0 0 800 600")
        assert vm.screendump().differs(pattern(800, 600, seed=2)) == 0
        kms.ask("dumb 20 64 64")
        kms.ask("fill 20 0xff00ff00")
        kms.ask("cursor 0 20 0 0")
        kms.ask("move 0 10 10")


@pytest.mark.needs("ours")
def test_log_says_that_a_panic_would_not_be_seen(vm):
    if vm.run(["test", "-e", "/sys/module/drm/parameters/panic_screen"]).ok:
        assert "no panic screen" in vm.out(["dmesg"])


@pytest.mark.needs("ours")
def test_imported_picture_is_right(rig, vm):
    with Kms(vm, rig.card()) as kms:
        vm.run("modprobe vgem", check=True)
        kms.ask("borrow 0 640 480 vgem")
        kms.ask("paint 0 1")
        kms.ask("fb 0 640 480 0 0 XR24")
        kms.ask("set 0 640 480 0")
        for seed in (2, 3):
            wanted = pattern(640, 480, seed=seed)
            kms.ask(f"paint 0 {seed}")
            kms.ask("dirty 0 0 0 640 480")
            rig.until(lambda: vm.screendump().differs(wanted) == 0, what=f"picture {seed}")
    vm.run("rmmod vgem", check=True)


def test_traffic_flows(rig):
    wire = Wire(rig).up()
    for size in (0, 1472, 30000):
        assert wire.ping(3, size) == 3
    assert wire.iperf("-P", "4") > 1e6
    assert wire.iperf("-P", "4", "-R") > 1e6


@pytest.mark.needs("ours")
def test_sockets_without_copying(rig):
    wire = Wire(rig).up()
    with sockets(wire, "receive", 1500) as job:
        send(wire, 1500)
        assert said(wire, job) == (1500, 0, QUEUES)
    with wire.capture(f"{ROOM} ip proto 253", settle=1) as frames:
        with sockets(wire, "send", 1000) as job:
            assert said(wire, job) == (1000, 0, QUEUES)
    assert sorted(map(number, frames)) == list(range(1000))
    assert all(map(is_whole, frames))
    assert wire.ping(3) == 3


def test_unbind_and_bind(rig, vm):
    for kind in ("gpu", "net"):
        device, = rig.bound(kind)
        for _ in range(3):
            rig.unbind(kind, device)
            rig.bind(kind, device)
    assert Wire(rig).up().ping(3) == 3
    with Kms(vm, rig.card()) as kms:
        kms.show(0, 800, 600, seed=3)
        assert vm.screendump().differs(pattern(800, 600, seed=3)) == 0


def test_mappings_are_all_given_back(rig, vm):
    rig.unload("gpu")
    rig.unload("net")
    if rig.machine == "swiotlb":
        rig.until(lambda: int(vm.guest.text("/sys/kernel/debug/swiotlb/io_tlb_used")) < 64,
                  what="giving back bounce buffers")
    rig.load("gpu")
    rig.load("net")
    assert Wire(rig).up().ping(3) == 3
