# SPDX-License-Identifier: GPL-2.0-only
"""The user of a viewer resizes, closes and opens windows."""

import pytest

from vmlib.gpu import Kms, connectors, edid_name, sysfs
from vmlib.machines import HEADS
from vmlib.uevents import Uevents

pytestmark = pytest.mark.machine("displays")


@pytest.fixture(autouse=True)
def as_before(rig, vm):
    """Each test begins with the heads that the guest was booted with."""
    yield
    for head, size in enumerate(HEADS):
        vm.set_head(head, *size)
    rig.until(lambda: [first_mode(rig, head) for head in range(len(HEADS))]
              == [f"{width}x{height}" for width, height in HEADS], what="going back")


def first_mode(rig, head):
    """A head's first mode, and with it the preferred one; "" if unplugged.

    The kernel looks at the head again, as it does for a desktop after an event.
    """
    path = sysfs(rig.vm, rig.card(), head)
    return rig.vm.out(f"echo detect >{path}/status; head -n1 {path}/modes").strip()


def status(rig, head):
    """Whether a head is plugged in, as the kernel knows without looking again."""
    return rig.vm.guest.text(f"{sysfs(rig.vm, rig.card(), head)}/status")


def test_resize_arrives_as_an_event_and_a_new_preferred_mode(rig, vm):
    with Uevents(vm, "drm") as events:
        vm.set_head(0, 1400, 900)
        rig.until(events.hotplugs, what="a hotplug event")
    assert first_mode(rig, 0) == "1400x900"
    with Kms(vm, rig.card()) as kms:
        assert kms.ask("modes 0")["width"] == "1400"
        kms.show(0, 1400, 900, seed=1)
        assert vm.screendump().size == (1400, 900)


def test_other_heads_keep_their_modes(rig, vm):
    vm.set_head(2, 1152, 864)
    rig.until(lambda: first_mode(rig, 2) == "1152x864", what="the new size")
    for head in (0, 1, 3):
        assert first_mode(rig, head) == "%dx%d" % HEADS[head]


def test_head_is_unplugged_and_plugged_in(rig, vm):
    with Uevents(vm, "drm") as events:
        vm.unplug_head(3)
        rig.until(events.hotplugs, what="a hotplug event")
        rig.until(lambda: status(rig, 3) == "disconnected", what="the unplugging")
        seen = events.hotplugs()
        vm.set_head(3, 720, 480)
        rig.until(lambda: events.hotplugs() > seen, what="a hotplug event")
    rig.until(lambda: status(rig, 3) == "connected", what="the plugging")
    assert first_mode(rig, 3) == "720x480"
    edid = vm.guest.read(f"{sysfs(vm, rig.card(), 3)}/edid")
    assert edid_name(edid) == "QEMU Monitor"


def test_last_of_many_quick_resizes_wins(rig, vm, rounds):
    with Uevents(vm, "drm") as events:
        for step in range(rounds):
            vm.set_head(0, 800 + step, 600 + step // 2)
        last = f"{799 + rounds}x{600 + (rounds - 1) // 2}"
        rig.until(lambda: first_mode(rig, 0) == last, what="the last size")
        assert events.hotplugs() >= 1


@pytest.mark.needs("ours")
def test_event_names_the_head_that_changed_and_no_other(rig, vm):
    ids = [str(head["id"]) for head in connectors(rig)]
    with Uevents(vm, "drm") as events:
        # As it is already.
        vm.set_head(0, *HEADS[0])
        vm.set_head(2, 1152, 864)
        rig.until(events.hotplugs, what="a hotplug event")
        rig.until(lambda: first_mode(rig, 2) == "1152x864", what="the new size")
    assert {event.get("CONNECTOR") for event in events.all()} == {ids[2]}


def edid_of(width, height, name):
    """A monitor with one mode."""
    edid = bytearray(128)
    edid[0:8] = b"\0\xff\xff\xff\xff\xff\xff\0"
    edid[8:10] = b"\x3d\xf2"
    edid[18:25] = bytes([1, 4, 0xa5, 52, 29, 120, 2])
    edid[38:54] = b"\1" * 16
    clock = (width + 160) * (height + 40) * 60 // 10000
    edid[54:72] = bytes([
        clock & 255, clock >> 8, width & 255, 160, width >> 8 << 4, height & 255, 40,
        height >> 8 << 4, 48, 32, 0x35, 0, 8, 32, 0x21, 0, 0, 0x18])
    edid[72:90] = b"\0\0\0\xfc\0" + name.encode().ljust(13, b"\n")
    edid[90:93] = edid[108:111] = b"\0\0\0"
    edid[93] = edid[111] = 0x10
    edid[127] = -sum(edid) & 255
    return bytes(edid)


def test_user_can_give_a_head_another_edid(rig, vm):
    vm.run("[ -d /sys/kernel/debug/dri ] || mount -t debugfs debugfs /sys/kernel/debug",
           check=True)
    path = sysfs(vm, rig.card(), 1)
    override = f"/sys/kernel/debug/dri/{rig.card()}/Virtual-2/edid_override"
    vm.guest.write(override, edid_of(1440, 912, "Elsewhere"))
    assert first_mode(rig, 1) == "1440x912"
    assert edid_name(vm.guest.read(f"{path}/edid")) == "Elsewhere"
    vm.guest.write(override, "reset")
    assert first_mode(rig, 1) == "%dx%d" % HEADS[1]
    assert edid_name(vm.guest.read(f"{path}/edid")) == "QEMU Monitor"


def test_user_can_force_a_head_on(rig, vm):
    vm.unplug_head(3)
    rig.until(lambda: status(rig, 3) == "disconnected", what="the unplugging")
    path = sysfs(vm, rig.card(), 3)
    vm.run(f"echo on >{path}/status", check=True)
    assert status(rig, 3) == "connected"
    with Kms(vm, rig.card()) as kms:
        kms.show(3, 800, 600, seed=7)
        assert vm.screendump(3).size == (800, 600)
    vm.run(f"echo detect >{path}/status", check=True)
    assert status(rig, 3) == "disconnected"


def test_resizes_while_flipping(rig, vm):
    with Kms(vm, rig.card()) as kms:
        kms.show(1, 800, 600, seed=1)
        kms.picture(10, 800, 600, seed=2)
        job = kms.start("flip 1 1 10 90")
        for step in range(20):
            vm.set_head(1, 640 + 16 * step, 480 + 8 * step)
        assert int(kms.result(job)["events"]) == 90
    rig.until(lambda: first_mode(rig, 1) == "944x632", what="the last size")
