# SPDX-License-Identifier: GPL-2.0-only
"""The GPU's driver comes and goes, whatever is going on."""

import pytest

from vmlib.gpu import Kms, connectors, pattern
from vmlib.leftovers import Leftovers
from vmlib.machines import HEADS

pytestmark = pytest.mark.machine("displays")


def shows(rig, seed):
    """Whether the card works: a client's picture reaches the host."""
    with Kms(rig.vm, rig.card()) as kms:
        kms.show(0, 800, 600, seed)
        return rig.vm.screendump().differs(pattern(800, 600, seed)) == 0


def test_unbind_and_bind_five_times(rig):
    device, = rig.bound("gpu")
    for turn in range(5):
        rig.unbind("gpu", device)
        assert not rig.cards()
        rig.bind("gpu", device)
        assert len(connectors(rig)) == len(HEADS)
        assert shows(rig, seed=turn)


def test_unbind_while_flipping(rig, vm):
    device, = rig.bound("gpu")
    for turn in range(5):
        with Kms(vm, rig.card()) as kms:
            kms.show(0, 1024, 768, seed=1)
            kms.picture(1, 1024, 768, seed=2)
            job = kms.start("flip 0 1 0 100000")
            vm.run(["usleep", str(50000 + 20000 * turn)], check=True)
            rig.unbind("gpu", device)
            # The client is told, and not left waiting.
            assert "error" in job.wait(20).stdout
        rig.bind("gpu", device)
        assert shows(rig, seed=turn)


def test_client_outlives_the_device(rig, vm):
    device, = rig.bound("gpu")
    with Kms(vm, rig.card()) as kms:
        kms.show(0, 800, 600, seed=1)
        rig.unbind("gpu", device)
        for command in ("dumb 5 64 64", "set 0 800 600 0", "paint 0 3", "off 0", "free 0"):
            kms.refused(command)
        rig.bind("gpu", device)
    assert shows(rig, seed=2)


def test_unbind_while_heads_are_plugged(rig, vm):
    device, = rig.bound("gpu")
    for turn in range(10):
        vm.set_head(1, 800 + 8 * turn, 600)
        if turn % 3 == 1:
            rig.unbind("gpu", device)
            vm.set_head(1, 1024, 768)
            rig.bind("gpu", device)
    vm.set_head(1, *HEADS[1])
    assert shows(rig, seed=3)


def test_unload_leaves_nothing(rig, vm):
    rig.unload("gpu")
    left = Leftovers(rig, "gpu")
    assert left.traces() == []
    memory = left.memory()
    for _ in range(3):
        rig.load("gpu")
        assert shows(rig, seed=4)
        rig.unload("gpu")
    assert left.traces() == []
    # One of the heads' buffers is 4 MiB.
    assert left.memory() - memory < 2048
    rig.load("gpu")
    assert len(connectors(rig)) == len(HEADS)


def test_module_in_use_stays(rig, vm):
    with Kms(vm, rig.card()) as client:
        # Once it answers, it has opened the card.
        client.ask("version")
        assert not vm.rmmod(rig.driver("gpu"), check=False).ok
    assert shows(rig, seed=5)
