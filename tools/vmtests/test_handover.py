# SPDX-License-Identifier: GPL-2.0-only
"""Ours instead of the kernel's own drivers, and back: what the README promises."""

import pytest

from vmlib.gpu import Kms, connectors, pattern
from vmlib.wire import Wire

pytestmark = [pytest.mark.machine("handover"), pytest.mark.needs("ours")]

PAIRS = {"gpu": ("virtio_gpu", "orion_vgpu"), "net": ("virtio_net", "orion_vnet")}


@pytest.fixture(autouse=True)
def as_before(rig, vm):
    """Each test begins and ends with nobody driving the devices."""
    yield
    if not rig.broken:
        for name in ("orion_vgpu", "orion_vnet", "orion_common", "virtio_gpu", "virtio_net"):
            vm.run(f"test ! -d /sys/module/{name} || rmmod {name}", check=True)


def works(rig, seed):
    """Whether both devices do what they are for, whoever drives them."""
    with Kms(rig.vm, rig.card()) as kms:
        kms.show(0, 800, 600, seed)
        shown = rig.vm.screendump()
    return shown.differs(pattern(800, 600, seed)) == 0 and Wire(rig).up().ping(3) == 3


# The kernel's own driver leaves a console's buffer behind when it is unbound.
@pytest.mark.kernel_says(r"WARNING: .*drm_mm|Call Trace")
def test_devices_change_hands_and_back(rig, vm):
    vm.run(["modprobe", "-a", "virtio_gpu", "virtio_net"], check=True)
    assert works(rig, seed=1)
    rig.load("gpu")
    rig.load("net")
    for kind, (theirs, ours) in PAIRS.items():
        device, = rig.bound(kind, theirs)
        rig.unbind(kind, device, theirs)
        rig.bind(kind, device, ours)
        assert rig.bound(kind, ours) == [device]
    assert len(connectors(rig)) == 2
    assert works(rig, seed=2)
    for kind, (theirs, ours) in PAIRS.items():
        device, = rig.bound(kind, ours)
        rig.unbind(kind, device, ours)
        rig.bind(kind, device, theirs)
    assert works(rig, seed=3)


def test_ours_take_what_is_free_and_keep_it(rig, vm):
    rig.load("gpu")
    rig.load("net")
    vm.run(["modprobe", "-a", "virtio_gpu", "virtio_net"], check=True)
    for kind, (theirs, _) in PAIRS.items():
        assert len(rig.bound(kind)) == 1
        assert rig.bound(kind, theirs) == []
    assert works(rig, seed=4)


def test_display_driver_takes_the_name_it_is_given(rig, vm):
    vm.insmod("orion_vgpu", "drm_name=orion_vgpu")
    with Kms(vm, rig.card()) as kms:
        assert kms.ask("version")["name"] == "orion_vgpu"
        kms.show(0, 800, 600, seed=5)
        assert vm.screendump().differs(pattern(800, 600, seed=5)) == 0


@pytest.mark.machine("reboot")
def test_reboot_with_both_at_work(rig, vm):
    rig.load("gpu")
    rig.load("net")
    wire = Wire(rig).up()
    wire.start_iperf("-P", "2", seconds=30)
    kms = Kms(vm, rig.card())
    kms.show(0, 800, 600, seed=6)
    kms.picture(1, 800, 600, seed=7)
    kms.start("flip 0 0 1 100000")
    # Without a word to anybody, as the kernel's shutdown of devices finds them.
    vm.spawn(["reboot", "-f"])
    vm.qmp.wait_event("RESET")
    vm.guest.wait_ready(180)
    rig.mark("after the reboot")
    rig.load("gpu")
    rig.load("net")
    assert works(rig, seed=8)
