# SPDX-License-Identifier: GPL-2.0-only
"""The mouse pointer as a viewer gets it: what the picture of a head does not show."""

import dataclasses
import socket
import struct

from orion_lab import LabError

RAW = 0
ALPHA_CURSOR = -314


@dataclasses.dataclass
class Pointer:
    """A pointer's image, 4 bytes a pixel (blue, green, red, alpha), and its hot spot."""

    width: int
    height: int
    hot_x: int
    hot_y: int
    data: bytes


def _exactly(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise LabError("QEMU's VNC server hung up")
        data += more
    return data


def _greet(sock):
    """Say hello without a password, and skip over what the screen is like."""
    _exactly(sock, 12)
    sock.sendall(b"RFB 003.008\n")
    if 1 not in _exactly(sock, _exactly(sock, 1)[0]):
        raise LabError("QEMU's VNC server wants a password")
    sock.sendall(b"\1")
    _exactly(sock, 4)
    sock.sendall(b"\1")
    name = struct.unpack(">I", _exactly(sock, 24)[20:])[0]
    _exactly(sock, name)


def pointer(path, timeout=5):
    """The pointer that the VNC server at @path shows on the first head; None if none."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(timeout)
        sock.connect(str(path))
        _greet(sock)
        # A picture of one pixel, so that there is an answer even without a pointer.
        sock.sendall(struct.pack(">BxHii", 2, 2, ALPHA_CURSOR, RAW))
        sock.sendall(struct.pack(">BBHHHH", 3, 0, 0, 0, 1, 1))
        while True:
            kind = _exactly(sock, 1)[0]
            if kind != 0:
                raise LabError(f"QEMU's VNC server sends a message of kind {kind}")
            for _ in range(struct.unpack(">xH", _exactly(sock, 3))[0]):
                x, y, width, height, code = struct.unpack(">HHHHi", _exactly(sock, 12))
                if code == ALPHA_CURSOR:
                    _exactly(sock, 4)
                    return Pointer(width, height, x, y, _exactly(sock, width * height * 4))
                if code != RAW:
                    continue
                _exactly(sock, width * height * 4)
                return None
