# SPDX-License-Identifier: GPL-2.0-only
"""Sockets that see a queue's frames without the stack (AF_XDP), by the helper xsk."""

import contextlib
import struct
import sys

from . import HERE

HEAD = 34
# In use, and each with a socket.
QUEUES = 2
# A buffer for all that is captured.
ROOM = "-B 16384 -s 2048"


def send(wire, count, pause=0.002):
    """Have the host send so many numbered frames."""
    mac = wire.vm.nics[wire.index].mac
    wire.network.run([sys.executable, HERE / "helpers" / "frames.py", wire.tap, mac, str(count),
                      str(pause)])


def is_whole(frame):
    """Whether the payload is what its number says."""
    first = frame[HEAD + 3]
    return frame[HEAD + 4:] == bytes((first + index) & 0xff
                                     for index in range(len(frame) - HEAD - 4))


def number(frame):
    """Which frame it is."""
    return struct.unpack_from(">I", frame, HEAD)[0]


def counted(wire, what):
    """A counter of the sockets', over all queues."""
    direction, name = what.split("_", 1)
    return sum(wire.per_queue(direction, name))


@contextlib.contextmanager
def sockets(wire, action, count, queues=QUEUES, mode="zero"):
    """Sockets on the first queues while inside."""
    job = wire.vm.spawn(f"exec xsk {action} {wire.name} {queues} {count} {mode} >/run/xsk")
    try:
        wire.rig.until(lambda: "ready" in wire.vm.run(["cat", "/run/xsk"]).stdout or job.poll(),
                       what="sockets that are bound")
        yield job
    finally:
        if not wire.rig.broken and not job.poll():
            job.stop("TERM")
        if not wire.rig.broken:
            wire.vm.run(["rm", "-f", "/run/xsk"])


def said(wire, job):
    """Frames that were right, frames that were not, sockets without copying."""
    done = job.wait(60)
    assert done.ok, done.stderr
    return tuple(map(int, wire.vm.out(["cat", "/run/xsk"]).split()[-3:]))
