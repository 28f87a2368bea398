# SPDX-License-Identifier: GPL-2.0-only
"""What a user sees of displays: heads, modes, pictures, flips, the console."""

import re

import pytest

from vmlib.gpu import Kms, connectors, edid_name, emptied, is_smpte, modetest, pattern, sysfs
from vmlib.machines import HEADS

# The control queue's number.
CONTROL = 0

# Formats, and where in a word they have red, green, blue: bits to the left.
FORMATS = {"XR24": (16, 8, 0), "AR24": (16, 8, 0), "XB24": (0, 8, 16), "AB24": (0, 8, 16),
           "BX24": (8, 16, 24), "BA24": (8, 16, 24), "RX24": (24, 16, 8), "RA24": (24, 16, 8)}

pytestmark = pytest.mark.machine("displays")


@pytest.fixture
def kms(rig):
    """A client that is master of the card."""
    with Kms(rig.vm, rig.card()) as kms:
        # A console on the other heads would go on drawing.
        for head in range(len(HEADS)):
            kms.ask(f"off {head}")
        yield kms


def test_driver_is_what_user_space_looks_for(rig, kms):
    version = kms.ask("version")
    assert version["name"] == "virtio_gpu" and version["major"] == "0"
    if rig.ours:
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


def test_console_is_on_the_screen(rig, vm):
    vm.run("clear >/dev/tty1; echo >/dev/tty1", check=True)
    before = vm.screendump()
    vm.run("yes 'orion was here' | head -n 20 >/dev/tty1", check=True)
    rig.until(lambda: vm.screendump().differs(before) > 20 * 14 * 8, what="the text")
    assert not vm.screendump().is_blank()


def test_console_comes_back_after_a_client(rig, vm):
    with Kms(vm, rig.card()) as kms:
        kms.show(0, 1280, 800, seed=3)
        assert vm.screendump().differs(pattern(1280, 800, seed=3)) == 0
    vm.run("clear >/dev/tty1; echo back >/dev/tty1", check=True)
    rig.until(lambda: (0, 0, 0) in vm.screendump().colours(7), what="the console")
    assert vm.screendump().colours().most_common(1)[0][0] == (0, 0, 0)


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


def test_modetest_flips_at_the_refresh_rate(rig, vm):
    head = connectors(rig)[0]
    show = [*modetest(rig), "-s", f"{head['id']}:640x480", "-v"]
    said = vm.run(f"sleep 4 | {' '.join(show)} 2>&1").stdout
    rates = [float(rate) for rate in re.findall(r"freq: ([\d.]+)Hz", said)]
    # What a busy host leaves of it, and not more than there is.
    assert rates and 5 < max(rates) < 80


def test_proptest_finds_the_usual_properties(rig, vm):
    said = vm.out(["proptest", "-M", "virtio_gpu", "-D", f"pci:{rig.address()}"])
    for name in ("EDID", "DPMS", "link-status", "non-desktop"):
        assert said.count(f"{name}:") == len(HEADS)
    if rig.ours:
        for name in ("suggested X", "suggested Y", "hotplug_mode_update"):
            assert said.count(f"{name}:") == len(HEADS)


def test_part_of_a_large_buffer_is_shown(vm, kms):
    kms.picture(0, 2000, 900, seed=9)
    kms.ask("set 0 800 600 0 500 100")
    shown, whole = vm.screendump(), pattern(2000, 900, seed=9)
    for x, y in ((0, 0), (799, 0), (0, 599), (799, 599), (400, 300)):
        assert shown.pixel(x, y) == whole.pixel(x + 500, y + 100)


def test_what_is_drawn_into_the_shown_buffer_appears(vm, kms):
    kms.show(0, 640, 480, seed=1)
    kms.ask("paint 0 2")
    kms.ask("dirty 0 0 0 640 480")
    assert vm.screendump().differs(pattern(640, 480, seed=2)) == 0


def test_flips_deliver_every_event_and_keep_the_pace(kms):
    kms.show(0, 1024, 768, seed=1)
    kms.picture(10, 1024, 768, seed=2)
    hz = int(kms.ask("modes 0")["hz"])
    done = kms.ask("flip 0 10 0 60")
    assert int(done["events"]) == 60
    assert 60 / float(done["seconds"]) < hz * 1.1


def test_last_flip_is_what_the_host_shows(vm, kms):
    kms.show(0, 800, 600, seed=1)
    kms.picture(10, 800, 600, seed=2)
    kms.ask("flip 0 10 0 9")
    assert vm.screendump().differs(pattern(800, 600, seed=2)) == 0


def test_head_that_is_switched_off_goes_dark(rig, vm, kms):
    kms.show(1, 1024, 768, seed=5)
    kms.ask("off 1")
    # QEMU then shows a placard of its own.
    rig.until(lambda: vm.screendump(1).differs(pattern(1024, 768, seed=5)) > 1024 * 700)
    kms.ask("set 1 1024 768 1")
    assert vm.screendump(1).differs(pattern(1024, 768, seed=5)) == 0


def test_mode_switch_does_not_blank_the_screen(rig, vm, kms):
    kms.show(0, 1024, 768, seed=1, buf=0)
    kms.picture(1, 800, 600, seed=2)
    emptied(rig)
    with rig.trace.watch("virtio_gpu_cmd_*", "virtio_queue_notify") as events:
        kms.ask("set 0 800 600 1")
    assert vm.screendump().differs(pattern(800, 600, seed=2)) == 0
    scanouts = events.named("virtio_gpu_cmd_set_scanout")
    assert len(scanouts) == 1 and " w 800, h 600," in scanouts[0], events.said()
    commands = [name for name, _ in events if name.startswith("virtio_gpu_cmd_")]
    assert len(commands) == 3, events.said()
    assert events.kicks(CONTROL) == 1, events.said()


def test_one_commit_for_four_heads_is_one_kick(rig, vm, kms):
    for head in range(4):
        kms.show(head, 640, 480, seed=head)
        kms.picture(10 + head, 640, 480, seed=20 + head)
    emptied(rig)
    with rig.trace.watch("virtio_gpu_cmd_res_flush", "virtio_queue_notify") as events:
        kms.ask("commit 0 10 1 11 2 12 3 13")
    for head in range(4):
        assert vm.screendump(head).differs(pattern(640, 480, seed=20 + head)) == 0
    assert events.count("virtio_gpu_cmd_res_flush") == 4, events.said()
    assert events.kicks(CONTROL) == 1, events.said()


def test_one_flip_is_three_commands_and_one_kick(rig, kms):
    kms.show(0, 640, 480, seed=0)
    kms.picture(1, 640, 480, seed=1)
    emptied(rig)
    with rig.trace.watch("virtio_gpu_cmd_*", "virtio_queue_notify") as events:
        kms.ask("flip 0 1 0 1")
    commands = [name for name, _ in events if name.startswith("virtio_gpu_cmd_")]
    assert len(commands) <= 3, events.said()
    assert events.kicks(CONTROL) == 1, events.said()


def test_every_format_shows_the_same_colour(vm, kms):
    kms.ask("dumb 0 640 480")
    for name, (red, green, blue) in FORMATS.items():
        # Whatever alpha is, it must not show.
        word = 0x11 << red | 0x84 << green | 0xf3 << blue
        kms.ask(f"fill 0 {word:#x}")
        kms.ask(f"fb 0 640 480 0 0 {name}")
        kms.ask("set 0 640 480 0")
        assert list(vm.screendump().colours(7)) == [(0x11, 0x84, 0xf3)], name


def test_position_between_pixels_is_refused(vm, kms):
    kms.picture(0, 1000, 480, seed=4)
    kms.ask("set 0 640 480 0")
    assert kms.refused(f"shift 0 {0x8000}") == "EINVAL"
    assert kms.refused(f"shift 0 {(100 << 16) + 1}") == "EINVAL"
    assert kms.refused(f"shift 0 {100 << 16}") is None
    assert vm.screendump().pixel(0, 9) == pattern(1000, 480, seed=4).pixel(100, 9)


def test_framebuffer_larger_than_its_buffer_is_refused(kms):
    kms.ask("dumb 0 64 64")
    assert kms.refused("fb 0 1280 800 5120 0 XR24") == "EINVAL"
    assert kms.refused("fb 0 64 64 128 0 XR24") == "EINVAL"
    assert kms.refused("fb 0 64 64 256 4096 XR24") == "EINVAL"
    assert kms.refused("fb 0 64 64 0 0 XR24") is None


def test_absurd_buffers_are_refused(kms):
    assert kms.refused("dumb 0 0 64") == "EINVAL"
    assert kms.refused("dumb 0 0xffffffff 0xffffffff") == "EINVAL"
    # More than the guest has memory.
    assert kms.refused("dumb 0 32768 32768") in ("ENOMEM", "EINVAL", "E2BIG", "ENOSPC")
    assert kms.refused("dumb 0 64 64") is None
    assert kms.refused("fb 0 100000 64 400000 0 XR24") == "EINVAL"
    assert kms.refused("fb 0 64 64 0 0 YUYV") == "EINVAL"


def test_client_that_dies_leaves_the_card_to_others(rig, vm):
    with Kms(vm, rig.card()) as first:
        first.show(0, 800, 600, seed=1)
        first.job.kill("KILL")
        first.job.wait(10)
    with Kms(vm, rig.card()) as second:
        second.show(0, 640, 480, seed=2)
        assert vm.screendump().differs(pattern(640, 480, seed=2)) == 0
