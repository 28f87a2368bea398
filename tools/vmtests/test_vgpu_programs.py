# SPDX-License-Identifier: GPL-2.0-only
"""Programs that people use a display with, and what they see of it."""

import json
import re

import pytest

from vmlib.gpu import modetest
from vmlib.machines import HEADS
from vmlib.programs import running

pytestmark = pytest.mark.machine("programs")

COLOUR = (0x24, 0x68, 0xac)

WESTON = """
[core]
idle-time=0
[shell]
background-color=0xff2468ac
panel-position=none
startup-animation=none
"""


def all_heads_are(vm, colour):
    """Whether each head shows its own mode, all in one colour."""
    shown = [vm.screendump(head) for head in range(len(HEADS))]
    return [picture.size for picture in shown] == HEADS and \
        all(picture.is_blank() and picture.pixel(0, 0) == colour for picture in shown)


def test_drm_info_finds_every_head(vm):
    card, = json.loads(vm.out(["drm_info", "-j"])).values()
    assert card["driver"]["name"] == "virtio_gpu"
    assert len(card["connectors"]) == len(card["crtcs"]) == len(HEADS)
    assert [head["modes"][0]["hdisplay"] for head in card["connectors"]] == \
        [width for width, _ in HEADS]
    for plane in card["planes"]:
        assert plane["formats"]


def test_vbltest_counts_the_mode_s_vertical_blanks(rig, vm):
    modes = vm.out([*modetest(rig), "-c"])
    hz = float(re.search(r"#0 1280x800 ([\d.]+)", modes)[1])
    said = vm.run("sleep 4 | vbltest -M virtio_gpu 2>&1").stdout
    rates = [float(rate) for rate in re.findall(r"freq: ([\d.]+)Hz", said)]
    # A busy host makes it miss some; it can never be more.
    assert rates and max(rates) < 1.05 * hz, said


def test_fbset_knows_the_console(vm):
    said = vm.out(["fbset", "-fb", "/dev/fb0"])
    # All heads look at one buffer, as large as the largest; what all show is as the smallest.
    assert re.search(r"geometry (.*)", said)[1].split() == \
        [str(number) for number in (*HEADS[-1], *HEADS[0], 32)], said
    assert "console 1 is mapped to framebuffer 0" in vm.out(["con2fbmap", "1"])


def test_kmscube_turns(rig, vm):
    before = vm.screendump()
    with running(rig, "kmscube -D /dev/dri/card0"):
        rig.until(lambda: vm.screendump().differs(before) > 1280 * 700, timeout=60,
                  what="the cube")
        first = vm.screendump()
        rig.until(lambda: vm.screendump().differs(first) > 1000, timeout=60, what="a turn")
        # A face of it is shaded.
        assert len(vm.screendump().colours(7)) > 100


def test_weston_has_its_background_on_every_head(rig, vm):
    vm.run("mkdir -p /run/user && chmod 700 /run/user", check=True)
    vm.guest.write("/run/weston.ini", WESTON)
    with running(rig, "weston --backend=drm-backend.so --use-pixman --tty=2 "
                      "--continue-without-input --config=/run/weston.ini",
                 env={"XDG_RUNTIME_DIR": "/run/user"}):
        rig.until(lambda: all_heads_are(vm, COLOUR), timeout=60, what="Weston's background")


def test_xorg_paints_every_head(rig, vm):
    x = {"DISPLAY": ":0"}
    with running(rig, "/usr/lib/xorg/Xorg :0 vt3 -nolisten tcp -noreset -br", env=x):
        rig.until(lambda: vm.run("xsetroot -solid '#2468ac'", env=x).ok, timeout=60,
                  what="the X server")
        said = vm.run("xrandr", env=x, check=True).stdout
        assert len(re.findall(r"^Virtual-\d connected", said, re.M)) == len(HEADS), said
        rig.until(lambda: all_heads_are(vm, COLOUR), timeout=30, what="the root window")
        # Its own way to change a mode.
        vm.run("xrandr --output Virtual-1 --mode 800x600", env=x, check=True)
        rig.until(lambda: vm.screendump().size == (800, 600), what="the mode")
        assert vm.screendump().is_blank()


def test_console_is_back_after_them(rig, vm):
    vm.run("printf '\\033[2J\\033[Hback\\n' >/dev/tty1", check=True)
    rig.until(lambda: set(vm.screendump().colours()) >= {(0, 0, 0), (170, 170, 170)},
              what="the console")
