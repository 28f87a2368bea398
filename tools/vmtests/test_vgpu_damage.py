# SPDX-License-Identifier: GPL-2.0-only
"""What is new in a picture, all of it, and not much more, reaches the host."""

import re

import pytest

from vmlib.gpu import Kms, Rounds, pattern

pytestmark = pytest.mark.machine("displays")

HEADS = 2
TRACING = "/sys/kernel/tracing"


@pytest.fixture
def kms(rig):
    """A client that is master of the card, with all heads off."""
    with Kms(rig.vm, rig.card()) as kms:
        for head in range(4):
            kms.ask(f"off {head}")
        yield kms


@pytest.fixture
def transfers(vm):
    """Rectangles that the driver has had copied since this was called last."""
    vm.run(f"[ -e {TRACING}/trace ] || mount -t tracefs tracefs {TRACING}", check=True)
    event = f"{TRACING}/events/ovgpu/ovgpu_transfer/enable"
    vm.run(f"echo 1 >{event}; echo >{TRACING}/trace", check=True)

    def read():
        lines = vm.out(f"cat {TRACING}/trace; echo >{TRACING}/trace")
        return [tuple(map(int, size)) for size in
                re.findall(r"ovgpu_transfer: .* resource=\d+ (\d+)x(\d+)", lines)]
    yield read
    vm.run(f"echo 0 >{event}", check=True)


def test_every_flip_with_damage_shows_the_whole_picture(vm, kms, rounds):
    """Three buffers take turns on two heads; what is new is random."""
    reference = []
    for head in range(HEADS):
        for buf in range(3):
            kms.ask(f"dumb {3 * head + buf} 320 240")
            kms.ask(f"fb {3 * head + buf} 320 240 0 0 XR24")
        kms.ask(f"usermode {head} 320 240 60 {3 * head}")
        reference.append(Rounds(320, 240))
    for number in range(rounds):
        head = number % 5 // 3
        kms.ask(f"damage {head} {3 * head + number % 3} {number}")
        shown = vm.screendump(head)
        assert shown.differs(reference[head].draw(number)) == 0, f"round {number}"


def test_two_heads_that_share_buffers_both_stay_right(vm, kms):
    for buf in range(2):
        kms.picture(buf, 640, 480, seed=buf)
    for head in range(HEADS):
        kms.ask(f"set {head} 640 480 0")
    for step in range(1, 11):
        kms.ask(f"paint {step % 2} {step}")
        kms.ask(f"commit 0 {step % 2} 1 {step % 2}")
        for head in range(HEADS):
            assert vm.screendump(head).differs(pattern(640, 480, seed=step)) == 0


@pytest.mark.needs("ours")
def test_moving_square_costs_little_more_than_itself(vm, kms, transfers):
    for buf in range(2):
        kms.ask(f"dumb {buf} 1280 800")
        kms.ask(f"fb {buf} 1280 800 0 0 XR24")
    kms.ask("set 0 1280 800 0")
    # Each buffer once, so that the host knows it.
    kms.ask("square 0 0 1 2")
    transfers()
    assert int(kms.ask("square 0 0 1 50")["events"]) == 50
    copied = [4 * width * height for width, height in transfers()]
    assert len(copied) >= 50 and sum(copied) / 50 <= 40000


@pytest.mark.needs("ours")
def test_mirrored_heads_are_copied_once(kms, transfers):
    for buf in range(2):
        kms.picture(buf, 640, 480, seed=buf)
    for head in range(HEADS):
        kms.ask(f"set {head} 640 480 0")
    transfers()
    kms.ask("commit 0 1 1 1")
    assert transfers() == [(640, 480)]


def test_updates_of_a_shown_buffer_do_not_wait_for_the_vertical_blank(rig, vm, kms):
    kms.show(0, 640, 480, seed=1)
    done = kms.ask("dirties 0 300")
    # At 75 Hz, waiting would take four seconds.
    assert float(done["seconds"]) < 3 or not rig.ours
    kms.ask("paint 0 2")
    kms.ask("dirty 0 0 0 640 480")
    rig.until(lambda: vm.screendump().differs(pattern(640, 480, seed=2)) == 0, what="the update")
