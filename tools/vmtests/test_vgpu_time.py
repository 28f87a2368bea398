# SPDX-License-Identifier: GPL-2.0-only
"""Vertical blanks, which the host does not have: their beat, and who waits for it."""

import pytest

from vmlib.gpu import Kms, pattern

pytestmark = pytest.mark.machine("displays")

CAP_ASYNC_PAGE_FLIP = 7
CAP_CRTC_IN_VBLANK_EVENT = 0x12
CAP_ATOMIC_ASYNC_PAGE_FLIP = 0x15

ours_only = pytest.mark.needs("ours")


@pytest.fixture
def kms(rig):
    """A client with a picture on head 0 and another in buffer 10; 640x480 at 75 Hz."""
    with Kms(rig.vm, rig.card()) as kms:
        for head in range(4):
            kms.ask(f"off {head}")
        kms.picture(0, 640, 480, seed=1)
        kms.picture(10, 640, 480, seed=2)
        kms.ask("usermode 0 640 480 75 0")
        yield kms


@ours_only
def test_waiting_for_vertical_blanks_takes_as_long_as_they_do(kms):
    done = kms.ask("vblanks 0 30")
    # The kernel may be late to wake the program, but tells which tick it was.
    count = int(done["count"])
    assert count >= 30
    assert float(done["seconds"]) == pytest.approx(count / 75, abs=1e-4)


@ours_only
def test_event_of_a_sequence_comes_with_its_number_and_time(kms):
    done = kms.ask("sequence 0 15")
    assert done["active"] == done["mine"] == "1"
    assert int(done["count"]) >= 15
    assert int(done["ns"]) == pytest.approx(int(done["count"]) * 1e9 / 75, abs=1e5)


@ours_only
def test_nothing_ticks_while_nobody_listens(rig, vm, kms):
    def ticking():
        return "ovgpu_vblank_fire" in vm.out(["cat", "/proc/timer_list"])

    job = kms.start("vblanks 0 100")
    rig.until(ticking, what="the timer")
    kms.result(job)
    rig.until(lambda: not ticking(), what="silence")


@ours_only
@pytest.mark.parametrize("hz", [24, 240])
def test_modes_of_a_program_have_their_own_rate(vm, kms, hz):
    kms.ask(f"usermode 0 640 480 {hz} 0")
    done = kms.ask(f"vblanks 0 {hz // 4}")
    assert float(done["seconds"]) == pytest.approx(int(done["count"]) / hz, rel=1e-3)
    flips = kms.ask("flip 0 10 0 20")
    assert int(flips["events"]) == 20
    assert float(flips["seconds"]) > 18 / hz
    # However late the timer was, no flip is over before it was asked for.
    assert flips["early"] == "0"
    assert vm.screendump().differs(pattern(640, 480, seed=1)) == 0


@ours_only
def test_programs_are_told_what_there_is(rig, kms):
    assert kms.ask(f"cap {CAP_ASYNC_PAGE_FLIP}")["value"] == "1"
    assert kms.ask(f"cap {CAP_CRTC_IN_VBLANK_EVENT}")["value"] == "1"
    if rig.kernel_name != "6.1":
        assert kms.ask(f"cap {CAP_ATOMIC_ASYNC_PAGE_FLIP}")["value"] == "1"


@ours_only
def test_flips_that_do_not_wait_are_not_held_up(rig, vm, kms):
    # Two ticks a second, so that a busy machine cannot be mistaken for them.
    kms.ask("usermode 0 640 480 2 0")
    done = kms.ask("asyncflip 0 10 0 20")
    assert int(done["events"]) == 20 and float(done["seconds"]) < 5
    assert vm.screendump().differs(pattern(640, 480, seed=1)) == 0
    if rig.kernel_name != "6.1":
        done = kms.ask("asyncflip 0 10 0 21 atomic")
        assert int(done["events"]) == 21 and float(done["seconds"]) < 5
        assert vm.screendump().differs(pattern(640, 480, seed=2)) == 0
