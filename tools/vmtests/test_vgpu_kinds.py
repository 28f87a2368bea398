# SPDX-License-Identifier: GPL-2.0-only
"""GPUs of every kind, side by side in one guest."""

import pytest

from vmlib.gpu import Kms, connectors, pattern, sysfs
from vmlib.machines import GPUS

pytestmark = pytest.mark.machine("gpus")

INDEX = {name: index for index, name in enumerate(GPUS)}
RING_PACKED = 34


def client(rig, name):
    """A client of the GPU that is special in this way."""
    return Kms(rig.vm, rig.card(INDEX[name]))


def test_every_gpu_has_the_heads_that_it_says(rig):
    for name, wish in GPUS.items():
        assert len(connectors(rig, INDEX[name])) == wish["outputs"]


def test_first_heads_are_connected_and_the_others_not(rig):
    for name in ("one", "noedid", "packed"):
        heads = connectors(rig, INDEX[name])
        assert [head["status"] for head in heads] == \
            ["connected"] + ["disconnected"] * (len(heads) - 1)


def test_two_gpus_show_sixteen_pictures_each(rig, vm):
    sizes = [(640 + 16 * head, 480 + 8 * head) for head in range(16)]
    with client(rig, "sixteen") as kms, client(rig, "sixteen2") as other:
        for head, size in enumerate(sizes):
            kms.show(head, *size, seed=16 * head)
            other.show(head, *size, seed=16 * head + 8)
        for head, size in enumerate(sizes):
            for gpu, seed in (("sixteen", 16 * head), ("sixteen2", 16 * head + 8)):
                assert vm.screendump(head, gpu=gpu).differs(pattern(*size, seed)) == 0


def test_sixteen_heads_have_sixteen_sizes(rig):
    heads = connectors(rig, INDEX["sixteen"])
    assert [head["modes"][0] for head in heads] == \
        [f"{640 + 16 * head}x{480 + 8 * head}" for head in range(16)]


def test_without_edid_there_is_still_a_sane_list_of_modes(rig, vm):
    head = connectors(rig, INDEX["noedid"])[0]
    assert head["modes"][0] == "1280x800"
    assert {"1024x768", "800x600", "640x480"} <= set(head["modes"])
    assert vm.guest.read(f"{sysfs(vm, rig.card(INDEX['noedid']), 0)}/edid") == b""
    with client(rig, "noedid") as kms:
        kms.show(0, 1024, 768, seed=6)
        assert vm.screendump(gpu="noedid").differs(pattern(1024, 768, seed=6)) == 0


def test_host_without_memory_is_heard_of(rig, vm):
    with client(rig, "poor") as kms:
        kms.ask("off 0")
        refusals = [kms.refused(command) for command in
                    ("dumb 0 1280 1024", "paint 0 1", "fb 0 1280 1024 0 0 XR24",
                     "set 0 1280 1024 0", "dumb 1 1280 1024", "fb 1 1280 1024 0 0 XR24",
                     "set 0 1280 1024 1")]
        assert "ENOMEM" in refusals
        # What fits is shown.
        kms.refused("free 0")
        kms.refused("free 1")
        kms.show(0, 640, 480, seed=7, buf=2)
        assert vm.screendump(gpu="poor").differs(pattern(640, 480, seed=7)) == 0


def test_packed_ring_shows_pictures_and_flips(rig, vm):
    slot = rig.address(INDEX["packed"])
    features = vm.out(f"cat /sys/bus/pci/devices/{slot}/virtio*/features").strip()
    assert features[RING_PACKED] == "1"
    with client(rig, "packed") as kms:
        kms.show(0, 800, 600, seed=8)
        kms.picture(1, 800, 600, seed=9)
        assert kms.ask("flip 0 1 0 31")["events"] == "31"
        assert vm.screendump(gpu="packed").differs(pattern(800, 600, seed=9)) == 0


def test_two_gpus_serve_two_clients_at_once(rig, vm):
    with client(rig, "one") as one, client(rig, "packed") as other:
        one.show(0, 1024, 768, seed=1)
        other.show(0, 800, 600, seed=2)
        one.picture(1, 1024, 768, seed=3)
        other.picture(1, 800, 600, seed=4)
        jobs = one.start("flip 0 1 0 41"), other.start("flip 0 1 0 41")
        assert one.result(jobs[0])["events"] == other.result(jobs[1])["events"] == "41"
        assert vm.screendump(gpu="one").differs(pattern(1024, 768, seed=3)) == 0
        assert vm.screendump(gpu="packed").differs(pattern(800, 600, seed=4)) == 0


def test_one_gpu_goes_and_the_others_stay(rig, vm):
    device = vm.out(f"basename /sys/bus/pci/devices/{rig.address(INDEX['packed'])}/virtio*").strip()
    with client(rig, "one") as kms:
        kms.show(0, 800, 600, seed=5)
        rig.unbind("gpu", device)
        kms.show(0, 1024, 768, seed=6, buf=1)
        assert vm.screendump(gpu="one").differs(pattern(1024, 768, seed=6)) == 0
        rig.bind("gpu", device)
    with client(rig, "packed") as kms:
        kms.show(0, 800, 600, seed=7)
        assert vm.screendump(gpu="packed").differs(pattern(800, 600, seed=7)) == 0
