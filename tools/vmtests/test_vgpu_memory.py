# SPDX-License-Identifier: GPL-2.0-only
"""Where pictures are kept: buffers of every size and origin, and what they cost."""

import pytest

from vmlib.gpu import Kms, pattern

pytestmark = [pytest.mark.machine("displays"), pytest.mark.needs("ours")]


@pytest.fixture
def kms(rig):
    """A client that is master of the card."""
    with Kms(rig.vm, rig.card()) as kms:
        kms.ask("off 0")
        yield kms


@pytest.fixture
def vgem(kms, vm):
    """A second card, without a device: what it has is memory."""
    vm.run("modprobe vgem", check=True)
    yield
    kms.close()
    vm.run("rmmod vgem", check=True)


def test_picture_of_another_driver_is_shown(vm, kms, vgem):
    kms.ask("borrow 0 800 600 vgem")
    kms.ask("paint 0 3")
    kms.ask("fb 0 800 600 0 0 XR24")
    kms.ask("set 0 800 600 0")
    assert vm.screendump().differs(pattern(800, 600, seed=3)) == 0
    # Nobody tells the card what becomes of its memory.
    kms.ask("paint 0 4")
    kms.ask("dirty 0 0 0 800 600")
    assert vm.screendump().differs(pattern(800, 600, seed=4)) == 0


def test_flips_between_imported_pictures(vm, kms, vgem):
    for buf in (0, 1):
        kms.ask(f"borrow {buf} 640 480 vgem")
        kms.ask(f"paint {buf} {5 + buf}")
        kms.ask(f"fb {buf} 640 480 0 0 XR24")
    kms.ask("set 0 640 480 0")
    kms.ask("paint 1 9")
    kms.ask("flip 0 1 0 1")
    assert vm.screendump().differs(pattern(640, 480, seed=9)) == 0


def test_import_has_one_handle_and_can_be_mapped(kms, vgem):
    kms.ask("borrow 0 640 480 vgem")
    kms.ask("paint 0 1")
    assert kms.ask("again 0")["same"] == "1"
    assert kms.ask("same 0")["same"] == "1"


def test_own_buffer_comes_back_as_itself(kms):
    kms.ask("dumb 0 640 480")
    kms.ask("export 0")
    kms.ask("paint 0 1")
    assert kms.ask("again 0")["same"] == "1"
    assert kms.ask("same 0")["same"] == "1"


def test_what_is_written_by_way_of_a_dma_buf_is_shown(vm, kms):
    kms.show(0, 800, 600, seed=1)
    kms.ask("export 0")
    kms.ask("paint 0 2")
    assert vm.screendump().differs(pattern(800, 600, seed=2)) == 0
    # A buffer that is not shown goes to the host when it is.
    kms.picture(1, 800, 600, seed=3)
    kms.ask("flip 0 1 0 1")
    kms.ask("paint 0 4")
    assert vm.screendump().differs(pattern(800, 600, seed=3)) == 0
    kms.ask("flip 0 0 1 1")
    assert vm.screendump().differs(pattern(800, 600, seed=4)) == 0
