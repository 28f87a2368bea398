# SPDX-License-Identifier: GPL-2.0-only
"""The mouse pointer: shown, moved, hot where it should be."""

import pytest

from vmlib import vnc
from vmlib.gpu import Kms

pytestmark = pytest.mark.machine("displays")


@pytest.fixture
def kms(rig):
    """A client with a picture on head 0 and a red pointer in buffer 20."""
    with Kms(rig.vm, rig.card()) as kms:
        kms.show(0, 800, 600, seed=1)
        kms.ask("dumb 20 64 64")
        kms.ask("fill 20 0xffff0000")
        yield kms


def test_pointer_is_shown_with_its_picture_and_hot_spot(rig, kms):
    kms.ask("cursor 0 20 7 9")
    rig.until(lambda: vnc.pointer(rig.vnc), what="a pointer")
    pointer = vnc.pointer(rig.vnc)
    assert (pointer.width, pointer.height) == (64, 64)
    assert (pointer.hot_x, pointer.hot_y) == (7, 9)
    # Blue, green, red, alpha.
    assert pointer.data == b"\0\0\xff\xff" * 64 * 64


def test_new_picture_replaces_the_old_one(rig, kms):
    kms.ask("cursor 0 20 0 0")
    kms.ask("dumb 21 64 64")
    kms.ask("fill 21 0xff0000ff")
    kms.ask("cursor 0 21 3 3")
    rig.until(lambda: vnc.pointer(rig.vnc).data[:4] == b"\xff\0\0\xff", what="a blue pointer")
    assert vnc.pointer(rig.vnc).hot_x == 3


def test_pointer_goes_where_it_is_moved(rig, kms):
    kms.ask("cursor 0 20 0 0")
    with rig.trace.watch("virtio_gpu_update_cursor") as events:
        for step in range(10):
            kms.ask(f"move 0 {100 + step} {200 + step}")
    moves = events.named("virtio_gpu_update_cursor", "scanout 0, .*move")
    assert moves and "x 109, y 209," in moves[-1]
    # A move that names no resource would hide the pointer.
    assert not [text for text in moves if text.endswith("res 0x0")]


def test_pointer_can_be_hidden(rig, kms):
    kms.ask("cursor 0 20 0 0")
    with rig.trace.watch("virtio_gpu_update_cursor") as events:
        kms.ask("nocursor 0")
    assert events.count("virtio_gpu_update_cursor", "update, res 0x0$") == 1


def test_pointer_moves_while_pictures_flip(rig, kms):
    kms.ask("cursor 0 20 0 0")
    kms.picture(10, 800, 600, seed=2)
    with rig.trace.watch("virtio_gpu_update_cursor") as events:
        job = kms.start("flip 0 10 0 30")
        kms.result(job)
        kms.ask("move 0 50 60")
    assert events.count("virtio_gpu_update_cursor", "x 50, y 60, move") == 1


def test_small_pointer_is_shown_with_nothing_around_it(rig, kms):
    kms.ask("dumb 23 32 32")
    kms.ask("fill 23 0xff0000ff")
    kms.ask("cursor 0 23 5 6")
    rig.until(lambda: vnc.pointer(rig.vnc), what="a pointer")
    rig.until(lambda: vnc.pointer(rig.vnc).data[:4] == b"\xff\0\0\xff", what="a blue pointer")
    pointer = vnc.pointer(rig.vnc)
    assert (pointer.width, pointer.height, pointer.hot_x) == (64, 64, 5)
    assert pointer.data[:128] == b"\xff\0\0\xff" * 32
    assert not any(pointer.data[128:256]) and not any(pointer.data[32 * 256:])


def test_hot_spot_alone_can_change(rig, kms):
    kms.ask("cursor 0 20 1 2")
    rig.until(lambda: vnc.pointer(rig.vnc), what="a pointer")
    kms.ask("cursor 0 20 30 40")
    rig.until(lambda: vnc.pointer(rig.vnc).hot_x == 30, what="the other hot spot")
    assert vnc.pointer(rig.vnc).hot_y == 40


@pytest.mark.needs("ours")
def test_moves_do_not_wait_for_flips(kms):
    # Two flips a second.
    kms.ask("usermode 0 800 600 2 0")
    kms.picture(10, 800, 600, seed=2)
    kms.ask("cursor 0 20 0 0")
    done = kms.ask("moves 0 300 10 0")
    assert float(done["p50_us"]) < 10000 and float(done["p99_us"]) < 200000
    assert int(done["flips"]) >= 1


@pytest.mark.needs("ours")
def test_moves_interrupt_nobody(vm, kms):
    def interrupts():
        lines = [line.split() for line in vm.guest.text("/proc/interrupts").splitlines()
                 if line.endswith("-cursor") or "-cursor " in line]
        assert lines
        return sum(int(word) for line in lines for word in line[1:] if word.isdigit())

    kms.ask("cursor 0 20 0 0")
    before = interrupts()
    kms.ask("moves 0 300")
    # A busy host may be behind now and then.
    assert interrupts() - before < 100


def test_pointer_of_the_wrong_size_is_refused(kms):
    kms.ask("dumb 22 256 256")
    assert kms.refused("cursor 0 22 0 0") in ("EINVAL", "ERANGE")
