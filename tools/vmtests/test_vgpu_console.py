# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's console on a display, by way of the framebuffer device."""

import re

import pytest

from vmlib.machines import HEADS

pytestmark = pytest.mark.machine("displays")

# All heads look at one buffer, which is as large as the largest; the text is for all.
WIDTH, HEIGHT = HEADS[-1]
LINE, LINES = HEADS[0]


@pytest.fixture
def console(rig, vm):
    """An empty screen whose cursor does not blink; what it shows then."""
    vm.run("printf '\\033[2J\\033[H\\033[?25l\\n' >/dev/tty1", check=True)
    rig.until(lambda: vm.screendump().is_blank(), what="the empty screen")
    yield vm.screendump()
    vm.run("printf '\\033[?25h' >/dev/tty1", check=True)


def letters(picture):
    """Lines of text, by their number, on which something is written."""
    row = picture.width * 3
    return [line for line in range(picture.height // 16)
            if any(picture.data[line * 16 * row:(line + 1) * 16 * row])]


def test_text_is_on_every_head(rig, vm, console):
    vm.run("printf '\\033[5;1Horion was here\\n' >/dev/tty0", check=True)
    for head in range(len(HEADS)):
        rig.until(lambda h=head: letters(vm.screendump(h)) == [4], what=f"text on head {head}")


def test_letter_costs_little(rig, vm, console):
    with rig.trace.watch("virtio_gpu_cmd_res_flush") as events:
        vm.run("printf '\\033[20;40HX' >/dev/tty0", check=True)
        rig.until(lambda: vm.screendump().differs(console), what="the letter")
    assert events.count("virtio_gpu_cmd_res_flush"), events.said()
    pixels = sum(int(width) * int(height) for width, height in
                 re.findall(r" w (\d+), h (\d+)", events.said()))
    # It may have been drawn more than once, on its own or with its line.
    assert not rig.ours or pixels <= 4 * WIDTH * 16, events.said()


def test_scrolling_reaches_the_last_line(rig, vm, console):
    lines = HEIGHT // 16
    vm.run(f"yes 'as far as it goes' | head -n {3 * lines} >/dev/tty0", check=True)
    rig.until(lambda: letters(vm.screendump()) == list(range(lines - 1)), what="a full screen")


def test_framebuffer_device_takes_pixels(rig, vm, console):
    assert vm.guest.text("/sys/class/graphics/fb0/virtual_size") == f"{LINE},{LINES}"
    # The upper half, blue, green, red, nothing. Two lines at a time: what ends with a
    # line and began in it, the framebuffer code of 6.1 takes for nothing.
    vm.run(f"yes '0d4 ' | tr -d '\\n' | head -c {LINE * LINES * 2} >/run/pixels && "
           f"dd if=/run/pixels of=/dev/fb0 bs={LINE * 8} 2>/dev/null; rm /run/pixels", check=True)
    colour = tuple(b"4d0")
    rig.until(lambda: vm.screendump().pixel(WIDTH - 1, LINES // 2 - 1) == colour,
              what="the colour")
    shown = vm.screendump()
    assert shown.pixel(0, 0) == colour and shown.pixel(0, LINES // 2) == (0, 0, 0)
