# SPDX-License-Identifier: GPL-2.0-only
"""The user of a viewer resizes, closes and opens windows."""

import pytest

from vmlib.gpu import Kms, edid_name, sysfs
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


def test_last_of_fifty_quick_resizes_wins(rig, vm):
    with Uevents(vm, "drm") as events:
        for step in range(50):
            vm.set_head(0, 800 + 8 * step, 600 + 4 * step)
        rig.until(lambda: first_mode(rig, 0) == "1192x796", what="the last size")
        assert events.hotplugs() >= 1


def test_resizes_while_flipping(rig, vm):
    with Kms(vm, rig.card()) as kms:
        kms.show(1, 800, 600, seed=1)
        kms.picture(10, 800, 600, seed=2)
        job = kms.start("flip 1 1 10 90")
        for step in range(20):
            vm.set_head(1, 640 + 16 * step, 480 + 8 * step)
        assert int(kms.result(job)["events"]) == 90
    rig.until(lambda: first_mode(rig, 1) == "944x632", what="the last size")
