# SPDX-License-Identifier: GPL-2.0-only
"""Loading where something is missing: clear words, and a system as it was."""

import os
import subprocess

import pytest

from orion_lab.util import REPO

DRIVERS = ["orion_vgpu", "orion_vnet"]

bare = pytest.mark.machine("bare")
ours_only = pytest.mark.needs("ours")


def system(vm):
    """What must be as before when a module was refused."""
    return vm.out("lsmod | sort; ls /sys/bus/virtio/drivers /sys/class/drm /sys/class/net "
                  "2>/dev/null; true")


@bare
@ours_only
def test_without_devices_modules_load_and_do_nothing(rig, vm):
    before = system(vm)
    for name in DRIVERS:
        vm.insmod(name)
    assert not vm.run("ls -d /sys/class/drm/card* /sys/class/net/eth*").ok
    for name in DRIVERS:
        vm.rmmod(name)
    vm.rmmod("orion_common")
    # What they depend on of the kernel's own may stay.
    ours = [line for line in system(vm).splitlines() if "orion" in line]
    assert ours == [line for line in before.splitlines() if "orion" in line] == []


@bare
@ours_only
@pytest.mark.parametrize("name", DRIVERS)
@pytest.mark.kernel_says(r"Unknown symbol orion_")
def test_driver_without_the_common_module_is_refused(rig, vm, name):
    # Load what it needs of the kernel's own, then only that one is missing.
    depends = vm.out(["modinfo", "-F", "depends", f"/orion/modules/{name}.ko"]).strip()
    for other in depends.split(","):
        if other and other != "orion_common":
            vm.run(["modprobe", other], check=True)
    before = system(vm)
    result = vm.run(["insmod", f"/orion/modules/{name}.ko"])
    assert not result.ok
    assert "Unknown symbol" in result.stderr
    assert f"{name}: Unknown symbol orion_" in rig.said()
    assert system(vm) == before


@bare
@ours_only
@pytest.mark.kernel_says(r"unknown parameter")
def test_unknown_parameter_is_ignored_with_a_word(rig, vm):
    vm.insmod("orion_vnet", "no_such_thing=1")
    assert "orion_vnet: unknown parameter 'no_such_thing' ignored" in rig.said()
    vm.rmmod("orion_vnet")
    vm.rmmod("orion_common")


@bare
@ours_only
def test_modules_say_what_they_are(vm):
    for name in ["orion_common", *DRIVERS]:
        path = f"/orion/modules/{name}.ko"
        assert "GPL" in vm.out(["modinfo", "-F", "license", path])
        assert "Orion" in vm.out(["modinfo", "-F", "description", path])


@pytest.mark.parametrize("kdir", ["/nonexistent", "/usr"])
def test_kdir_that_is_no_kernel_is_said_in_one_line(kdir):
    # As typed by a person, although `make check` may be what runs this.
    env = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    done = subprocess.run(["make", "--no-print-directory", "modules", f"KDIR={kdir}"], cwd=REPO,
                          env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert len(said) == 1 and f"KDIR={kdir} is not a kernel" in said[0]
