# SPDX-License-Identifier: GPL-2.0-only
"""Programs that compute by Vulkan, which the host's Vulkan does for them."""

import re

import pytest

pytestmark = pytest.mark.machine("venus")

DEBUG = "/sys/kernel/debug/dri/0/orion"
VULKAN = {"VK_DRIVER_FILES": "/usr/share/vulkan/icd.d/virtio_icd.json",
          "XDG_RUNTIME_DIR": "/run"}


def window(rig):
    """Bytes of the host-visible window by what became of them."""
    text = rig.vm.out(["cat", f"{DEBUG}/window"])
    return {name: int(value) for name, value in re.findall(r"(\w+) (\d+)", text)}


def contexts(rig):
    """Names of the programs that the host computes for."""
    lines = rig.vm.out(["cat", f"{DEBUG}/contexts"]).splitlines()[1:]
    return [line.split()[-1] for line in lines if not line.endswith(" -")]


def expect_nothing_left(rig):
    """Whatever programs had, the host has forgotten, and nothing was refused."""
    if not rig.ours:
        return
    rig.until(lambda: not contexts(rig), what="the end of all contexts")
    rig.until(lambda: window(rig)["used"] == 0, what="an empty window")
    assert window(rig)["lost"] == 0
    assert "refused 0\n" in rig.vm.out(["cat", f"{DEBUG}/control/commands"])


def compute(rig, rounds):
    """The device's name, and how many rounds of a computation were right."""
    said = rig.vm.run(["vkcompute", str(rounds)], timeout=120, env=VULKAN)
    assert said.ok, said.stdout + said.stderr
    name, *done = said.stdout.splitlines()
    return name, len(done)


def test_vulkan_is_the_hosts(rig, vm):
    said = vm.run("vulkaninfo --summary", timeout=120, env=VULKAN)
    assert said.ok, said.stdout + said.stderr
    assert re.search(r"deviceName += Virtio-GPU Venus", said.stdout), said.stdout
    expect_nothing_left(rig)


def test_numbers_come_out_right(rig):
    name, rounds = compute(rig, 5)
    assert name.startswith("Virtio-GPU Venus") and rounds == 5
    expect_nothing_left(rig)


def test_killed_in_the_middle(rig, vm):
    jobs = [vm.spawn(["vkcompute", "0"], env=VULKAN) for _ in range(2)]
    if rig.ours:
        rig.until(lambda: contexts(rig) == ["vkcompute"] * 2 and window(rig)["used"] > 0,
                  timeout=60, what="two programs at work")
    rig.until(lambda: vm.run("pgrep -c -x vkcompute").stdout.strip() == "2",
              timeout=60, what="two programs")
    vm.run(["pkill", "-9", "-x", "vkcompute"], check=True)
    for job in jobs:
        job.stop()
    expect_nothing_left(rig)
    assert compute(rig, 1)[1] == 1


def test_unloaded_and_loaded_again(rig):
    rig.unload("gpu")
    rig.load("gpu")
    assert compute(rig, 1)[1] == 1
    expect_nothing_left(rig)
