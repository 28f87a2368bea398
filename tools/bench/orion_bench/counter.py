# SPDX-License-Identifier: GPL-2.0-only
"""Counts the instructions that a guest's kernel executes, by function; see count.c."""

import array
import bisect
import contextlib
import functools
import gzip
import mmap
import os
import pathlib
import re
import shutil
import socket
import tempfile
import threading

from orion_lab import LabError, packages, qemu
from orion_lab.util import cache, digest, locked, run

HERE = pathlib.Path(__file__).resolve().parent

KERNEL = 0xffffffff80000000
ADDRESSES = 1 << 31
NUMBER = 8
USER, MARK = 0, 1

# What the guest executes to say that it begins or ends: a shell's echo into a file.
MARK_SYMBOL = "proc_do_uts_string"
MARK_COMMAND = "echo bench >/proc/sys/kernel/hostname"

# A function longer than this is none: what lies behind the last of a module.
LONGEST = 64 * 1024

# The newest QEMU that takes plugins of version 1, whose counting needs no call.
QEMU_MOST = 8


@functools.cache
def plugin():
    """Path of the plugin; compiled when its sources changed."""
    sources = [HERE / "count.c", HERE / "count.h"]
    target = cache("bench", f"count-{digest(*(path.read_text() for path in sources))}.so")
    with locked(target.with_name("count")):
        if not target.is_file():
            packages.install(["gcc", "libc6-dev"])
            for old in target.parent.glob("count-*.so"):
                old.unlink()
            part = target.with_suffix(".part")
            run(["gcc", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC",
                 "-fvisibility=hidden", "-o", part, sources[0]])
            part.rename(target)
    return target


class Counts:
    """Instructions executed, and calls of functions, between two marks."""

    def __init__(self, numbers, user, symbols):
        self.user = user
        self.total = user + sum(numbers.values())
        self.by_symbol = {}
        self.calls = {}
        for address, count in numbers.items():
            name, module, start = symbols.find(address)
            self.by_symbol[name, module] = self.by_symbol.get((name, module), 0) + count
            if address == start:
                self.calls[name] = self.calls.get(name, 0) + count

    def of_module(self, module):
        """Instructions in a module."""
        return sum(count for (_, own), count in self.by_symbol.items() if own == module)

    def matching(self, pattern):
        """Instructions in functions of the kernel whose names match."""
        return sum(count for (name, module), count in self.by_symbol.items()
                   if re.match(pattern, name) and not module.startswith(("orion_", "virtio_net")))

    def called(self, pattern):
        """Calls of functions whose names match."""
        return sum(count for name, count in self.calls.items() if re.fullmatch(pattern, name))

    def top(self, most):
        """The functions with the most instructions, as (name, instructions)."""
        order = sorted(self.by_symbol.items(), key=lambda item: -item[1])[:most]
        return [(f"{name} [{module}]" if module else name, count)
                for (name, module), count in order]


class Symbols:
    """The guest's functions, by address."""

    def __init__(self, text):
        found = []
        for line in text.splitlines():
            address, _, name, *module = line.split()
            found.append((int(address, 16), name, module[0].strip("[]") if module else ""))
        found.sort(key=lambda entry: entry[0])
        self.starts = [entry[0] for entry in found]
        self.entries = found
        self.address = {name: start for start, name, _ in found}

    def find(self, address):
        """Name, module and start of the function at an address."""
        at = bisect.bisect_right(self.starts, address) - 1
        start, name, module = self.entries[at] if at >= 0 else (0, "?", "")
        if address - start > LONGEST:
            return "?", "", 0
        return name, module, start


class Counter:
    """The counting part of a guest: words for QEMU, and windows that are counted."""

    def __init__(self):
        major = int(qemu.version().split(".")[0])
        if major > QEMU_MOST:
            raise LabError(f"instructions are counted by QEMU up to {QEMU_MOST}.x; this is {major}")
        # Memory, where there is such a folder: the file is written to with each instruction.
        shm = "/dev/shm" if os.path.isdir("/dev/shm") else None
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="orion-bench-", dir=shm))
        self.file = open(self.dir / "numbers", "wb+")
        self.file.truncate(ADDRESSES * NUMBER)
        self.map = mmap.mmap(self.file.fileno(), ADDRESSES * NUMBER)
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(self.dir / "control"))
        self.server.listen(1)
        self.symbols = None
        self.window = None
        threading.Thread(target=self._serve, daemon=True).start()

    def arguments(self):
        """QEMU's arguments."""
        return ["-plugin", f"{plugin()},numbers={self.dir}/numbers,control={self.dir}/control"]

    def learn(self, vm):
        """Read the guest's symbols. Its modules must be loaded, and stay so."""
        vm.run("grep -i ' [tw] ' /proc/kallsyms | gzip -1 >/run/symbols", timeout=300, check=True)
        self.symbols = Symbols(gzip.decompress(vm.guest.read("/run/symbols")).decode())
        self._write(MARK, self.symbols.address[MARK_SYMBOL])

    def _write(self, index, value):
        self.map[index * NUMBER:(index + 1) * NUMBER] = value.to_bytes(NUMBER, "little")

    def clear(self):
        """Begin again at 0."""
        self.map.madvise(mmap.MADV_REMOVE)
        if self.symbols:
            self._write(MARK, self.symbols.address[MARK_SYMBOL])

    def numbers(self):
        """Number of executions by address; those of programs at USER."""
        found = {}
        at, fd = 0, self.file.fileno()
        while True:
            try:
                begin = os.lseek(fd, at, os.SEEK_DATA)
                at = os.lseek(fd, begin, os.SEEK_HOLE)
            except OSError:
                return found
            numbers = array.array("Q", os.pread(fd, at - begin, begin))
            base = begin // NUMBER
            found.update({base + index: count for index, count in enumerate(numbers) if count})

    def _serve(self):
        with contextlib.suppress(OSError):
            connection = self.server.accept()[0]
            with connection:
                while connection.recv(1):
                    if self.window:
                        self.window.mark(self)
                    connection.send(b"\0")

    def count(self, look=None):
        """A context; in it the guest executes MARK_COMMAND twice, and counted is what is between.

        @look is called at both marks, while the guest waits.
        """
        return Window(self, look)

    def close(self):
        """Forget all of it."""
        self.server.close()
        with contextlib.suppress(BufferError):
            self.map.close()
        self.file.close()
        shutil.rmtree(self.dir, ignore_errors=True)


class Window:
    """What is between two marks."""

    def __init__(self, counter, look):
        self.counter = counter
        self.look = look
        self.seen = []
        self.numbers = None

    def mark(self, counter):
        """The guest is at a mark, and waits."""
        if len(self.seen) < 2:
            self.seen.append(self.look() if self.look else None)
        if len(self.seen) == 1:
            counter.clear()
        elif self.numbers is None:
            self.numbers = counter.numbers()

    @property
    def result(self):
        """The counts."""
        if self.numbers is None:
            raise LabError("the guest did not reach the end of the benchmark")
        numbers = dict(self.numbers)
        user = numbers.pop(USER, 0)
        numbers.pop(MARK, None)
        return Counts({KERNEL + index: count for index, count in numbers.items()}, user,
                      self.counter.symbols)

    def __enter__(self):
        self.counter.window = self
        return self

    def __exit__(self, *_):
        self.counter.window = None
