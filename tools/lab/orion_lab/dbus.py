# SPDX-License-Identifier: GPL-2.0-only
"""As much of D-Bus as QEMU's display takes: calls over a socket, without a bus."""

import dataclasses
import os
import socket
import struct

from .util import LabError

CALL, RETURN, ERROR = 1, 2, 3
NO_REPLY_EXPECTED = 1

# Header fields, by number.
PATH, IFACE, MEMBER, ERROR_NAME, REPLY_SERIAL, SIGNATURE, FDS = 1, 2, 3, 4, 5, 8, 9
KINDS = {PATH: b"o", IFACE: b"s", MEMBER: b"s", ERROR_NAME: b"s", REPLY_SERIAL: b"u",
         SIGNATURE: b"g", FDS: b"u"}


def pad(data, size):
    """@data with zeros up to a multiple of @size."""
    return data + bytes(-len(data) % size)


def text(value):
    """A string as D-Bus marshals it."""
    data = value.encode()
    return struct.pack("<I", len(data)) + data + b"\0"


def marshal_field(code, value):
    """One header field."""
    kind = KINDS[code]
    if kind == b"g":
        data = bytes([len(value)]) + value.encode() + b"\0"
    elif kind == b"u":
        data = struct.pack("<I", value)
    else:
        data = text(value)
    return bytes([code, 1]) + kind + b"\0" + data


def parse_fields(data):
    """The header fields in @data, by number; strings and numbers only."""
    fields = {}
    at = 0
    while at + 4 <= len(data):
        code, kind = data[at], data[at + 2:at + 3]
        at += 4
        if kind == b"g":
            length = data[at]
            fields[code] = data[at + 1:at + 1 + length].decode()
            at += length + 2
        elif kind == b"u":
            fields[code] = struct.unpack_from("<I", data, at)[0]
            at += 4
        else:
            length = struct.unpack_from("<I", data, at)[0]
            fields[code] = data[at + 4:at + 4 + length].decode()
            at += 4 + length + 1
        at += -at % 8
    return fields


@dataclasses.dataclass
class Message:
    """A message that arrived."""

    kind: int
    flags: int
    serial: int
    fields: dict
    body: bytes

    @property
    def member(self):
        """Name of the method that is called."""
        return self.fields.get(MEMBER)


class Peer:
    """One end of a connection; QEMU is the one that lets in."""

    def __init__(self, sock):
        self.socket = sock
        self.serial = 0
        sock.settimeout(10)

    def authenticate(self):
        """The handshake that comes before messages."""
        self.socket.sendall(b"\0")
        # In a user namespace of the lab's, QEMU sees this user as root.
        for uid in (os.getuid(), 0):
            self.socket.sendall(b"AUTH EXTERNAL " + str(uid).encode().hex().encode() + b"\r\n")
            answer = self._line()
            if answer.startswith(b"OK"):
                break
        else:
            raise LabError(f"QEMU's D-Bus display lets nobody in: {answer.decode()}")
        self.socket.sendall(b"NEGOTIATE_UNIX_FD\r\n")
        self._line()
        self.socket.sendall(b"BEGIN\r\n")

    def _line(self):
        line = b""
        while not line.endswith(b"\r\n"):
            line += self._exactly(1)
        return line.strip()

    def _exactly(self, count):
        data = bytearray()
        while len(data) < count:
            more = self.socket.recv(min(count - len(data), 1 << 20))
            if not more:
                raise LabError("QEMU's D-Bus display hung up")
            data += more
        return bytes(data)

    def send(self, kind, fields, body=b"", fds=(), flags=0):
        """Send a message."""
        self.serial += 1
        packed = b""
        for code, value in fields.items():
            packed = pad(packed, 8) + marshal_field(code, value)
        head = struct.pack("<BBBBIII", ord("l"), kind, flags, 1, len(body), self.serial,
                           len(packed))
        data = pad(head + packed, 8) + body
        if fds:
            socket.send_fds(self.socket, [data], list(fds))
        else:
            self.socket.sendall(data)

    def receive(self):
        """The next message."""
        head = self._exactly(16)
        length, serial, size = struct.unpack("<III", head[4:16])
        fields = self._exactly(size + -size % 8)[:size]
        return Message(head[1], head[2], serial, parse_fields(fields), self._exactly(length))

    def call(self, path, interface, member, signature, body, fds=()):
        """Call a method and wait until it is done."""
        fields = {PATH: path, IFACE: interface, MEMBER: member, SIGNATURE: signature}
        if fds:
            fields[FDS] = len(fds)
        self.send(CALL, fields, body, fds)
        while True:
            answer = self.receive()
            if answer.kind == ERROR:
                raise LabError(f"QEMU's display refuses {member} on {path}: "
                               f"{answer.fields.get(ERROR_NAME)}")
            if answer.kind == RETURN:
                return

    def answer(self, message):
        """Say that the method which @message called is done, or not known."""
        if message.flags & NO_REPLY_EXPECTED:
            return
        if (message.fields.get(IFACE) or "").startswith("org.freedesktop.DBus"):
            self.send(ERROR, {REPLY_SERIAL: message.serial,
                              ERROR_NAME: "org.freedesktop.DBus.Error.UnknownMethod"})
        else:
            self.send(RETURN, {REPLY_SERIAL: message.serial})

    def close(self):
        """Hang up."""
        self.socket.close()
