# SPDX-License-Identifier: GPL-2.0-only
"""Programs that draw by OpenGL, which the host's renderer does for them."""

import re

import pytest

from vmlib.programs import running

pytestmark = pytest.mark.machine("virgl")

DEBUG = "/sys/kernel/debug/dri/0/orion"
BLUE = (0x24, 0x68, 0xac)
WAYLAND = {"XDG_RUNTIME_DIR": "/run/user", "WAYLAND_DISPLAY": "wayland-1"}

WESTON = """
[core]
idle-time=0
[shell]
background-color=0xff2468ac
panel-position=none
startup-animation=none
"""


def contexts(rig):
    """Names of the programs that the host draws for; nothing of other drivers."""
    if not rig.ours:
        return []
    lines = rig.vm.out(["cat", f"{DEBUG}/contexts"]).splitlines()[1:]
    return [line.split()[-1] for line in lines if not line.endswith(" -")]


def expect_nothing_left(rig):
    """All that programs had the host make it has forgotten, and refused nothing."""
    rig.until(lambda: not contexts(rig), what="the end of all contexts")
    if rig.ours:
        assert "refused 0\n" in rig.vm.out(["cat", f"{DEBUG}/control/commands"])


def shows(vm, colour, pixels):
    """Whether so many pixels of the host's window have one colour."""
    return vm.window().colours()[colour] > pixels


def test_mesa_draws_on_the_host(rig, vm):
    said = vm.run("eglinfo 2>&1").stdout
    gbm = said.partition("GBM platform:")[2].partition("platform:")[0]
    assert "EGL driver name: virtio_gpu" in gbm, said
    assert vm.run(["test", "-c", "/dev/dri/renderD128"]).ok
    expect_nothing_left(rig)


@pytest.mark.parametrize("how", ["", "-A"], ids=["legacy", "atomic"])
def test_kmscube_turns(rig, vm, how):
    before = vm.window()
    with running(rig, f"kmscube {how} -D /dev/dri/card0"):
        rig.until(lambda: vm.window().differs(before) > 100000, timeout=60, what="the cube")
        first = vm.window()
        rig.until(lambda: vm.window().differs(first) > 1000, timeout=60, what="a turn")
        # A face of it is shaded.
        assert len(vm.window().colours(7)) > 100
    expect_nothing_left(rig)


def test_three_programs_draw_at_once(rig, vm):
    vm.run("mkdir -p /run/user && chmod 700 /run/user", check=True)
    vm.guest.write("/run/weston.ini", WESTON)
    with running(rig, "weston --backend=drm-backend.so --tty=2 --continue-without-input "
                      "--socket=wayland-1 --config=/run/weston.ini", env=WAYLAND):
        rig.until(lambda: shows(vm, BLUE, 250000), timeout=60, what="Weston's background")
        clients = [vm.spawn("exec weston-simple-egl", env=WAYLAND) for _ in range(2)]
        # Each has a window of 250x250, half of what is in it is darker.
        rig.until(lambda: not shows(vm, BLUE, 200000), timeout=60, what="two windows")
        first = vm.window()
        rig.until(lambda: vm.window().differs(first) > 500, timeout=60, what="a turn")
        if rig.ours:
            assert sorted(contexts(rig)) == ["weston", "weston-simple-e", "weston-simple-e"]
        # In the middle of a picture.
        vm.run(["pkill", "-9", "-x", "weston-simple-e"], check=True)
        rig.until(lambda: shows(vm, BLUE, 250000), timeout=60, what="the windows' end")
        if rig.ours:
            rig.until(lambda: contexts(rig) == ["weston"], what="the end of two contexts")
        for client in clients:
            client.stop()
    expect_nothing_left(rig)


def test_xorg_draws_with_glamor(rig, vm):
    x = {"DISPLAY": ":0"}
    with running(rig, "/usr/lib/xorg/Xorg :0 vt3 -nolisten tcp -noreset -br", env=x):
        rig.until(lambda: vm.run("xsetroot -solid '#2468ac'", env=x).ok, timeout=60,
                  what="the X server")
        gears = vm.spawn("exec glxgears -info", env=x)
        # The green one.
        rig.until(lambda: shows(vm, (0, 204, 51), 0) or len(vm.window().colours(7)) > 20,
                  timeout=60, what="gears")
        first = vm.window()
        rig.until(lambda: vm.window().differs(first) > 500, timeout=60, what="a turn")
        assert re.search(r"GL_RENDERER +=.*virgl", gears.stop().stdout)
    expect_nothing_left(rig)


def test_unloaded_and_loaded_again(rig, vm):
    rig.unload("gpu")
    rig.load("gpu")
    test_kmscube_turns(rig, vm, "")
