# SPDX-License-Identifier: GPL-2.0-only
"""That the tests would notice: they rest on these."""

import pytest

from orion_lab import GuestCrash, GuestTimeout, Picture
from vmlib.gpu import is_smpte, pattern

pytestmark = pytest.mark.machine("bare")


@pytest.mark.parametrize("line", [
    "<3>some driver: it went wrong",
    "<4>WARNING: CPU: 0 PID: 1 at some/file.c:1 function+0x1/0x2",
    "<6>unreferenced object 0xffff888000000000 (size 64):",
    "<4>WARNING: possible circular locking dependency detected",
])
def test_complaints_of_the_kernel_are_noticed(rig, vm, line):
    assert rig.complaints() == []
    vm.guest.write("/dev/kmsg", line + "\n")
    assert len(rig.complaints()) == 1
    assert rig.complaints([r"some|unreferenced|circular"]) == []
    rig.mark("what follows")
    assert rig.complaints() == []


def test_ordinary_words_of_the_kernel_are_not_complaints(rig, vm):
    vm.guest.write("/dev/kmsg", "<6>some driver: all is well\n")
    vm.guest.write("/dev/kmsg", "<4>some driver: not as good as it could be\n")
    assert rig.complaints() == []


def test_pictures_are_told_apart():
    one, other = pattern(640, 480, seed=1), pattern(640, 480, seed=2)
    assert one.differs(pattern(640, 480, seed=1)) == 0
    assert one.differs(other) == 640 * 480
    assert one.differs(pattern(640, 479, seed=1)) > 0
    assert not is_smpte(one)
    assert Picture(2, 2, b"\1\2\3" * 4).is_blank()


@pytest.mark.kernel_says("sysrq")
def test_death_of_a_guest_is_noticed(rig, vm):
    vm.guest.write("/proc/sys/kernel/sysrq", "1")
    vm.spawn("echo c >/proc/sysrq-trigger")
    with pytest.raises(GuestCrash, match="sysrq"):
        vm.run(["sleep", "30"])
    rig.broken = True


@pytest.mark.kernel_says(".")
def test_what_hangs_is_told_with_what_the_kernel_waits_for(rig, vm):
    with pytest.raises(GuestTimeout, match=r"(?s)sleep 60 did not end.*Show Blocked State.*"
                                           r"Show backtrace of all active CPUs"):
        vm.run(["sleep", "60"], timeout=1)
    rig.broken = True


@pytest.mark.parametrize("text, emulator", [
    ("Oops: int3: 0000 [#1] SMP\nCPU: 3\nRIP: 0010:core+0x37/0xdc0\nBUG: unable", True),
    ("int3: 0000 [#1] SMP\nCPU: 3\nRIP: 0010:core+0x37/0xdc0", True),
    ("int3: 0000 [#1] SMP\nCPU: 3\nRIP: 0010:f+0x1/0x2 [orion_vnet]", False),
    ("BUG: unable to handle\nCPU: 3\nRIP: 0010:f+0x1/0x2\nOops: int3: 0000\nRIP: 0", False),
    ("Kernel panic - not syncing: sysrq", False),
])
def test_crashes_of_the_emulator_are_told_from_ours(rig, text, emulator):
    class Console:
        """A console that says @text."""

        @staticmethod
        def text():
            return text
    rig.vm.console, console = Console, rig.vm.console
    try:
        assert rig.died_patching() is emulator
    finally:
        rig.vm.console = console
