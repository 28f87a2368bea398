# SPDX-License-Identifier: GPL-2.0-only
"""A picture of a head as the host sees it."""

import collections
import pathlib
import struct
import zlib


class Picture:
    """Pixels of a screendump, 3 bytes each: red, green, blue."""

    def __init__(self, width, height, data):
        self.width = width
        self.height = height
        self.data = data

    @classmethod
    def from_ppm(cls, path):
        """Read the binary PPM file that QEMU writes."""
        raw = pathlib.Path(path).read_bytes()
        magic, width, height, depth = raw[:64].split(maxsplit=4)[:4]
        if magic != b"P6" or depth != b"255":
            raise ValueError(f"{path} is no 8-bit PPM")
        size = int(width) * int(height) * 3
        return cls(int(width), int(height), raw[len(raw) - size:])

    @classmethod
    def from_xwd(cls, path):
        """Read the X window dump in which Xvfb keeps its screen."""
        raw = pathlib.Path(path).read_bytes()
        words = struct.unpack(">25I", raw[:100])
        head, width, height, line, colours = words[0], words[4], words[5], words[12], words[19]
        start = head + colours * 12
        data = bytearray(width * height * 3)
        for channel in range(3):
            # Blue, green, red, nothing: X's usual 32 bits on this kind of machine.
            plane = b"".join(raw[at + 2 - channel:at + width * 4:4]
                             for at in range(start, start + height * line, line))
            data[channel::3] = plane
        return cls(width, height, bytes(data))

    @property
    def size(self):
        """Width and height."""
        return self.width, self.height

    def pixel(self, x, y):
        """(red, green, blue) at column @x of row @y."""
        at = (y * self.width + x) * 3
        return tuple(self.data[at:at + 3])

    def colours(self, step=1):
        """How often each colour occurs, looking at every @step-th pixel."""
        pixels = zip(self.data[0::3 * step], self.data[1::3 * step], self.data[2::3 * step])
        return collections.Counter(pixels)

    def is_blank(self):
        """Whether all pixels are one colour."""
        return self.data == self.data[:3] * (self.width * self.height)

    def differs(self, other, tolerance=0):
        """Number of pixels that are not the same as in @other."""
        if self.size != other.size:
            return max(self.width * self.height, other.width * other.height)
        if not tolerance:
            mine, theirs = memoryview(self.data), memoryview(other.data)
            row = self.width * 3
            count = 0
            for at in range(0, len(self.data), row):
                if mine[at:at + row] != theirs[at:at + row]:
                    count += sum(mine[i:i + 3] != theirs[i:i + 3]
                                 for i in range(at, at + row, 3))
            return count
        return sum(any(abs(self.data[i + c] - other.data[i + c]) > tolerance for c in range(3))
                   for i in range(0, len(self.data), 3))

    def save_png(self, path):
        """Write the picture as a PNG file."""
        row = self.width * 3
        raw = b"".join(b"\0" + self.data[at:at + row] for at in range(0, len(self.data), row))

        def chunk(kind, data):
            return (struct.pack(">I", len(data)) + kind + data
                    + struct.pack(">I", zlib.crc32(kind + data)))

        pathlib.Path(path).write_bytes(
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(raw, 6)) + chunk(b"IEND", b""))
