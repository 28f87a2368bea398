# SPDX-License-Identifier: GPL-2.0-only
"""What a user sees of displays: heads, modes, pictures, flips, cursors."""

import pytest

from vmlib.gpu import Kms, connectors, edid_name, is_smpte, modetest, pattern, sysfs
from vmlib.machines import HEADS

pytestmark = pytest.mark.machine("displays")


@pytest.fixture
def kms(rig):
    """A client that is master of the card."""
    with Kms(rig.vm, rig.card()) as kms:
        yield kms


def test_driver_is_what_user_space_looks_for(rig, kms):
    version = kms.ask("version")
    assert version["name"] == "virtio_gpu" and version["major"] == "0"
    if rig.ours:
        text = rig.vm.out(["modinfo", "-F", "description", "/orion/modules/orion_vgpu.ko"])
        assert "Orion" in text
        assert version["desc"].startswith("Orion")


def test_every_head_is_listed_with_its_own_size(rig):
    heads = connectors(rig)
    assert [head["status"] for head in heads] == ["connected"] * len(HEADS)
    assert [head["name"] for head in heads] == [f"Virtual-{n + 1}" for n in range(len(HEADS))]
    for head, (width, height) in zip(heads, HEADS):
        assert head["modes"][0] == f"{width}x{height}"
        assert "800x600" in head["modes"]


def test_edid_gives_every_head_a_name(rig, vm):
    for head in range(len(HEADS)):
        edid = vm.guest.read(f"{sysfs(vm, rig.card(), head)}/edid")
        assert len(edid) >= 128 and sum(edid[:128]) % 256 == 0
        assert edid_name(edid) == "QEMU Monitor"


def test_each_head_shows_its_own_mode_and_picture(vm, kms):
    wanted = [(1024, 768), (800, 600), (640, 480), (800, 600)]
    for head, size in enumerate(wanted):
        kms.show(head, *size, seed=40 + head)
    for head, size in enumerate(wanted):
        shown = vm.screendump(head)
        assert shown.size == size
        assert shown.differs(pattern(*size, seed=40 + head)) == 0


def test_modetest_shows_its_bars(rig, vm):
    head = connectors(rig)[1]
    show = [*modetest(rig), "-s", f"{head['id']}:1024x768"]
    # It shows until it can read something.
    job = vm.spawn(f"sleep 60 | {' '.join(show)}")
    rig.until(lambda: is_smpte(vm.screendump(1)), what="SMPTE bars")
    assert vm.screendump(1).size == (1024, 768)
    job.stop()


def test_flips_deliver_every_event_and_keep_the_pace(kms):
    kms.show(0, 1024, 768, seed=1)
    kms.picture(10, 1024, 768, seed=2)
    hz = int(kms.ask("modes 0")["hz"])
    done = kms.ask("flip 0 10 0 60")
    assert int(done["events"]) == 60
    assert 60 / float(done["seconds"]) < hz * 1.1
