# SPDX-License-Identifier: GPL-2.0-only
"""A head from its user's side: resized, unplugged, and its cursor looked at.

QEMU's D-Bus display takes such requests for every head, over a socket that the
monitor hands it; no bus and no window are involved.
"""

import contextlib
import dataclasses
import socket
import struct
import threading

from . import dbus
from .picture import Picture
from .util import LabError

CONSOLE = "org.qemu.Display1.Console"


@dataclasses.dataclass
class Cursor:
    """A head's cursor as the host has it. What never arrived is None."""

    x: int = None
    y: int = None
    visible: bool = None
    width: int = None
    height: int = None
    hot_x: int = None
    hot_y: int = None
    data: bytes = None
    """Pixels, 4 bytes each: blue, green, red, alpha."""

    def onto(self, picture):
        """A copy of @picture with the cursor drawn on it."""
        data = bytearray(picture.data)
        if self.visible and self.data:
            for row in range(self.height):
                for column in range(self.width):
                    x, y = self.x + column, self.y + row
                    blue, green, red, alpha = self.data[(row * self.width + column) * 4:][:4]
                    if alpha and 0 <= x < picture.width and 0 <= y < picture.height:
                        at = (y * picture.width + x) * 3
                        for channel, value in enumerate((red, green, blue)):
                            old = data[at + channel] * (255 - alpha)
                            data[at + channel] = (value * alpha + old) // 255
        return Picture(picture.width, picture.height, bytes(data))


class Watch:
    """Follows a head's cursor from now on; a context manager.

    QEMU up to 7.2 tells of changes only: begin before the guest sets a cursor.
    """

    def __init__(self, sock):
        self.peer = dbus.Peer(sock)
        self.peer.authenticate()
        self.known = Cursor()
        self.moves = 0
        self.changed = threading.Condition()
        sock.settimeout(None)
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def _follow(self):
        try:
            while True:
                message = self.peer.receive()
                if message.kind == dbus.CALL:
                    self._learn(message)
                    self.peer.answer(message)
        except (OSError, LabError):
            # Closed by close(), or by QEMU's end: nothing more will come.
            pass

    def _learn(self, message):
        with self.changed:
            if message.member == "CursorDefine":
                width, height, hot_x, hot_y, length = struct.unpack_from("<iiiiI", message.body)
                self.known = dataclasses.replace(
                    self.known, width=width, height=height, hot_x=hot_x, hot_y=hot_y,
                    data=message.body[20:20 + length])
            elif message.member == "MouseSet":
                x, y, visible = struct.unpack_from("<iii", message.body)
                self.known = dataclasses.replace(self.known, x=x, y=y, visible=bool(visible))
                self.moves += 1
            self.changed.notify_all()

    def cursor(self):
        """The Cursor as it is now."""
        with self.changed:
            return self.known

    def wait(self, wanted, timeout=10):
        """Wait until @wanted, called with the Cursor, is true; return the Cursor."""
        with self.changed:
            if not self.changed.wait_for(lambda: wanted(self.known), timeout):
                raise LabError(f"the cursor did not become what was waited for within {timeout} s")
            return self.known

    def close(self):
        """Stop following."""
        with contextlib.suppress(OSError):
            self.peer.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self.peer.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Heads:
    """The D-Bus display of a QEMU started with `-display dbus,p2p=yes`."""

    def __init__(self, qmp):
        mine, theirs = socket.socketpair()
        with theirs:
            qmp.cmd("getfd", fdname="lab-heads", fds=[theirs.fileno()])
        qmp.cmd("add_client", protocol="@dbus-display", fdname="lab-heads")
        self.peer = dbus.Peer(mine)
        self.peer.authenticate()

    @staticmethod
    def _path(console):
        return f"/org/qemu/Display1/Console_{console}"

    def set_size(self, console, width, height):
        """Tell the guest that the head has this size; 0 by 0 is a head unplugged."""
        # About 96 dots per inch, which is what ends up in the EDID.
        millimetres = (width * 254 // 960, height * 254 // 960)
        body = struct.pack("<HHiiII", *millimetres, 0, 0, width, height)
        self.peer.call(self._path(console), CONSOLE, "SetUIInfo", "qqiiuu", body)

    def watch(self, console):
        """Begin to follow what happens to a head; see Watch."""
        mine, theirs = socket.socketpair()
        with theirs:
            self.peer.call(self._path(console), CONSOLE, "RegisterListener", "h",
                           struct.pack("<I", 0), fds=[theirs.fileno()])
        return Watch(mine)

    def close(self):
        """Hang up."""
        self.peer.close()
