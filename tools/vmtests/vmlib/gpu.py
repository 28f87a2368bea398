# SPDX-License-Identifier: GPL-2.0-only
"""Displays from both sides: a client in the guest, pixels on the host."""

import itertools
import re
import shlex
import time

from orion_lab import LabError, Picture

# The bars at the top of modetest's SMPTE pattern, from left to right.
SMPTE = [(192, 192, 192), (192, 192, 0), (0, 192, 192), (0, 192, 0),
         (192, 0, 192), (192, 0, 0), (0, 0, 192)]

# One line in, one line out. The shell waits, so the host need not poll.
ASK = 'printf "%s\\n" "$2" >"$1/in" && read -r answer <"$1/out" && echo "$answer"'


class KmsError(LabError):
    """The kernel refused; errno tells how, by name."""

    def __init__(self, command, errno):
        super().__init__(f"{command}: {errno}")
        self.errno = errno


class Kms:
    """A client of a card, by the helper of this name; a context manager.

    It is master of the card while it lives. Each command is one of the
    helper's, see helpers/kms.c; the answer is a dictionary.
    """

    numbers = itertools.count()

    def __init__(self, vm, card=0):
        self.vm = vm
        self.dir = f"/run/kms{next(self.numbers)}"
        vm.run(f"mkdir {self.dir} && mkfifo {self.dir}/in {self.dir}/out", check=True)
        # Both open for both ends: neither side then waits for the other to open them.
        self.job = vm.spawn(f"exec kms /dev/dri/card{card} <>{self.dir}/in 1<>{self.dir}/out")

    def start(self, command, timeout=60):
        """Begin a command, for result() to end it."""
        if self.job.poll():
            raise LabError(f"kms ended: {self.job.poll().stderr}")
        return self.vm.spawn(["timeout", str(timeout), "sh", "-c", ASK, "ask", self.dir, command])

    def result(self, job, timeout=60):
        """The answer to a command; KmsError if the kernel refuses it."""
        command = job.argv[-1]
        words = shlex.split(job.wait(timeout + 10).stdout)
        if not words:
            raise LabError(f"kms does not answer {command}")
        if words[0] == "error":
            raise KmsError(command, words[1])
        return dict(word.split("=", 1) for word in words[1:])

    def ask(self, command, timeout=60):
        """Run a command and return its answer."""
        return self.result(self.start(command, timeout), timeout)

    def refused(self, command):
        """The name of the errno with which the kernel refuses; None if it does not."""
        try:
            self.ask(command)
        except KmsError as error:
            return error.errno
        return None

    def picture(self, buf, width, height, seed):
        """Make a framebuffer of this size with the pattern of @seed in it."""
        self.ask(f"dumb {buf} {width} {height}")
        self.ask(f"paint {buf} {seed}")
        self.ask(f"fb {buf} {width} {height} 0 0 XR24")

    def show(self, head, width, height, seed, buf=None):
        """Light a head in a mode with the pattern of @seed."""
        buf = head if buf is None else buf
        self.picture(buf, width, height, seed)
        return self.ask(f"set {head} {width} {height} {buf}")

    def close(self):
        """Let the card go."""
        if not self.job.poll():
            self.job.kill("TERM")
            self.job.wait(20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def pattern(width, height, seed):
    """The Picture that the helper's paint command makes."""
    row = bytearray(width * 3)
    row[0::3] = bytes(x & 255 for x in range(width))
    row[2::3] = bytes([seed & 255]) * width
    data = bytearray()
    for y in range(height):
        row[1::3] = bytes([y & 255]) * width
        data += row
    return Picture(width, height, bytes(data))


class Rounds:
    """What the helper's damage command draws, round after round."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.data = bytearray(width * height * 3)
        self.state = 0

    def _next(self, below):
        self.state = (self.state * 1664525 + 1013904223) & 0xffffffff
        return (self.state >> 8) % below

    def draw(self, number):
        """Draw this round, and return the Picture as it is now."""
        self.state = number
        for _ in range(1 + self._next(4)):
            left, top = self._next(self.width), self._next(self.height)
            right = left + 1 + self._next(self.width - left)
            bottom = top + 1 + self._next(self.height - top)
            row = self._next(1 << 24).to_bytes(3, "big") * (right - left)
            for y in range(top, bottom):
                at = (y * self.width + left) * 3
                self.data[at:at + len(row)] = row
        return Picture(self.width, self.height, bytes(self.data))


def is_smpte(picture):
    """Whether modetest's bars stand across the whole width of a picture."""
    y = picture.height // 3
    return all(picture.pixel((2 * bar + 1) * picture.width // 14, y) == colour
               for bar, colour in enumerate(SMPTE))


def modetest(rig, gpu=0):
    """The words that begin a modetest on the n-th GPU."""
    return ["modetest", "-M", "virtio_gpu", "-D", f"pci:{rig.address(gpu)}"]


def connectors(rig, gpu=0):
    """The GPU's connectors as modetest lists them: id, status, name, modes."""
    found = []
    for line in rig.vm.out([*modetest(rig, gpu), "-c"]).splitlines():
        match = re.match(r"(\d+)\t\d+\t(\w+)\t(\S+)", line)
        if match:
            found.append({"id": int(match[1]), "status": match[2], "name": match[3], "modes": []})
        match = re.match(r"\s+#\d+ (\S+) ", line)
        if match and found:
            found[-1]["modes"].append(match[1])
    return found


def sysfs(vm, card, head):
    """Folder of a connector in sysfs; heads count from 0."""
    paths = vm.out(f"ls -d /sys/class/drm/card{card}-*").split()
    return sorted(paths, key=lambda path: int(path.rsplit("-", 1)[1]))[head]


def cached(rig):
    """What the driver has of what nobody uses, by its own account."""
    text = rig.vm.guest.text(f"/sys/kernel/debug/dri/{rig.card()}/orion/cache")
    return {key: int(value) for key, value in (line.split() for line in text.splitlines())}


def emptied(rig):
    """Wait until nothing is kept of what is used no more, of which the host would yet be told."""
    if rig.ours:
        rig.until(lambda: not cached(rig)["entries"], what="an empty cache")
        # The host hears of it a tick later.
        time.sleep(0.1)


def edid_name(edid):
    """The monitor's name in an EDID, or None."""
    for at in (54, 72, 90, 108):
        if edid[at:at + 5] == b"\0\0\0\xfc\0":
            return edid[at + 5:at + 18].decode("latin-1").strip()
    return None
