# SPDX-License-Identifier: GPL-2.0-only
"""A kernel that dies says why on every head. Runs last: the guest does not come back."""

import pytest

from vmlib.gpu import Kms
from vmlib.machines import HEADS

# The colours of all of Debian's panic screens.
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


@pytest.fixture(autouse=True, params=[
    pytest.param(name, marks=pytest.mark.machine(name)) for name in ("displays", "platform")])
def way(request):
    """How the device finds the guest's memory: as it does, or by what the DMA API says."""
    return request.param


def panic(rig):
    """Kill the kernel, and wait until it has finished dying."""
    rig.broken = rig.vm.doomed = True
    rig.vm.spawn("sleep 1; echo c >/proc/sysrq-trigger")
    rig.until(lambda: "end Kernel panic" in rig.vm.console.text(), timeout=60, what="the panic")


def test_panic_is_seen_on_every_head(rig, vm):
    if not vm.run(["test", "-e", "/sys/module/drm/parameters/panic_screen"]).ok:
        pytest.skip("this kernel was built without CONFIG_DRM_PANIC")
    # As large as a mode, larger and of another format, off. It ends with the guest.
    kms = Kms(vm, rig.card())
    kms.show(0, *HEADS[0], seed=1)
    if rig.ours:
        kms.ask("dumb 1 2000 900")
        kms.ask("fill 1 0x80ff8000")
        kms.ask("fb 1 2000 900 0 0 AB24")
        kms.ask("set 1 800 600 1 500 100")
        kms.ask("off 2")
    panic(rig)
    for head in range(len(HEADS) if rig.ours else 1):
        shown = vm.screendump(head)
        colours = shown.colours()
        assert set(colours) == {BLACK, WHITE}, f"head {head}: {colours.most_common(5)}"
        # Some lines of text at least, most of them dark.
        assert 2000 < colours[WHITE] < shown.width * shown.height // 2
    # Showing it was no reason to die once more.
    assert vm.console.text().count("Kernel panic - not syncing") == 2
