# SPDX-License-Identifier: GPL-2.0-only
"""What a user of a head does to it: resize it, close it, open it.

QEMU's D-Bus display takes such requests for every head, over a socket that the
monitor hands it; no bus and no window are involved. The dozen lines of D-Bus
that takes are here.
"""

import os
import socket
import struct

from .util import LabError

INTERFACE = "org.qemu.Display1.Console"


def _text(text):
    data = text.encode()
    return struct.pack("<I", len(data)) + data + b"\0"


def _field(code, kind, text):
    if kind == "g":
        data = bytes([len(text)]) + text.encode() + b"\0"
    else:
        data = _text(text)
    return bytes([code, 1]) + kind.encode() + b"\0" + data


def message(serial, path, member, signature, body):
    """A D-Bus method call."""
    fields = b""
    for code, kind, text in ((1, "o", path), (2, "s", INTERFACE), (3, "s", member),
                             (8, "g", signature)):
        fields += bytes(-len(fields) % 8) + _field(code, kind, text)
    head = struct.pack("<BBBBIII", ord("l"), 1, 0, 1, len(body), serial, len(fields)) + fields
    return head + bytes(-len(head) % 8) + body


class Heads:
    """The D-Bus display of a QEMU started with `-display dbus,p2p=yes`."""

    def __init__(self, qmp):
        self.socket, theirs = socket.socketpair()
        self.socket.settimeout(10)
        self.serial = 0
        with theirs:
            qmp.cmd("getfd", fdname="lab-heads", fds=[theirs.fileno()])
        qmp.cmd("add_client", protocol="@dbus-display", fdname="lab-heads")
        self.socket.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode()
                            + b"\r\n")
        answer = self._line()
        if not answer.startswith(b"OK"):
            raise LabError(f"QEMU's D-Bus display lets nobody in: {answer.decode()}")
        self.socket.sendall(b"BEGIN\r\n")

    def _line(self):
        line = b""
        while not line.endswith(b"\r\n"):
            byte = self.socket.recv(1)
            if not byte:
                raise LabError("QEMU's D-Bus display hung up")
            line += byte
        return line.strip()

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise LabError("QEMU's D-Bus display hung up")
            data += more
        return data

    def _call(self, path, member, signature, body):
        self.serial += 1
        self.socket.sendall(message(self.serial, path, member, signature, body))
        while True:
            head = self._exactly(16)
            kind = head[1]
            length, _, fields = struct.unpack("<III", head[4:16])
            data = self._exactly(fields + -fields % 8 + length)
            if kind == 3:
                why = data[fields + -fields % 8 + 4:].rstrip(b"\0").decode("utf-8", "replace")
                raise LabError(f"QEMU's display refuses {member} on {path}: {why}")
            if kind == 2:
                return

    def set_size(self, console, width, height):
        """Tell the guest that the head has this size; 0 by 0 is a head unplugged."""
        # About 96 dots per inch, which is what ends up in the EDID.
        millimetres = (width * 254 // 960, height * 254 // 960)
        body = struct.pack("<HHiiII", *millimetres, 0, 0, width, height)
        self._call(f"/org/qemu/Display1/Console_{console}", "SetUIInfo", "qqiiuu", body)

    def close(self):
        """Hang up."""
        self.socket.close()
