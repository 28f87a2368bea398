# SPDX-License-Identifier: GPL-2.0-only
"""Checksums of what a head shows, which programs that test compositors read."""

import zlib

import pytest

from vmlib.gpu import Kms, pattern

pytestmark = pytest.mark.machine("displays")

WIDTH, HEIGHT = 640, 480


def checksums(rig, head, count):
    """The next checksums of a head: pairs of a frame's number and the sum."""
    path = f"/sys/kernel/debug/dri/{rig.card()}/crtc-{head}/crc/data"
    # DRM ends each line with a zero byte as well.
    lines = rig.vm.out(["head", "-n", str(count), path]).replace("\0", "").splitlines()
    return [tuple(int(word, 16) for word in line.split()) for line in lines]


def expected(pixels):
    """The sum of lines of (blue, green, red, 0)."""
    return zlib.crc32(pixels, 0xffffffff) ^ 0xffffffff


def pixels(seed):
    """The pattern of @seed as XRGB8888, its X zero."""
    rgb = pattern(WIDTH, HEIGHT, seed).data
    out = bytearray(WIDTH * HEIGHT * 4)
    for channel in range(3):
        out[2 - channel::4] = rgb[channel::3]
    return out


def with_square(picture, left, top, colour):
    """@picture with the part of a 64x64 square on top that lies within."""
    out = bytearray(picture)
    width = min(64, WIDTH - left)
    for row in range(top, min(top + 64, HEIGHT)):
        at = (row * WIDTH + left) * 4
        out[at:at + width * 4] = colour * width
    return out


@pytest.fixture
def kms(rig):
    """A client with a picture on head 0."""
    with Kms(rig.vm, rig.card()) as kms:
        kms.show(0, WIDTH, HEIGHT, seed=1)
        yield kms


def test_each_frame_has_the_checksum_of_the_picture(rig, kms):
    before = checksums(rig, 0, 4)
    frames = [frame for frame, _ in before]
    assert frames == list(range(frames[0], frames[0] + 4))
    assert {value for _, value in before} == {expected(pixels(1))}

    kms.picture(5, WIDTH, HEIGHT, seed=9)
    kms.ask("commit 0 5")
    assert checksums(rig, 0, 1)[0][1] == expected(pixels(9))


def test_checksum_has_the_pointer_in_it(rig, kms):
    kms.ask("dumb 20 64 64")
    kms.ask("fill 20 0xffff0000")
    kms.ask("cursor 0 20 0 0")
    for left, top in ((100, 200), (WIDTH - 10, HEIGHT - 20)):
        kms.ask(f"move 0 {left} {top}")
        want = with_square(pixels(1), left, top, b"\0\0\xff\0")
        assert checksums(rig, 0, 1)[0][1] == expected(want)
    kms.ask("nocursor 0")
    assert checksums(rig, 0, 1)[0][1] == expected(pixels(1))


def test_head_without_a_picture_has_none_of_an_old_one(rig, kms):
    kms.ask("free 0")
    kms.show(0, WIDTH, HEIGHT, seed=3, buf=6)
    assert checksums(rig, 0, 1)[0][1] == expected(pixels(3))


def test_drawing_counts_once_the_host_is_told(rig, kms):
    kms.ask("paint 0 7")
    kms.ask(f"dirty 0 0 0 {WIDTH} {HEIGHT}")
    assert checksums(rig, 0, 1)[0][1] == expected(pixels(7))
