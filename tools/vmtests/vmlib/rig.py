# SPDX-License-Identifier: GPL-2.0-only
"""The guest under test, and how it is shared by tests."""

import contextlib
import functools
import pathlib
import re
import tempfile
import time

from orion_lab import VM, GuestCrash, LabError, folder, kernels, modules
from orion_lab.console import problems
from orion_lab.util import stop

from .helpers import HELPERS, build
from .machines import BOOT_SAYS, MACHINES, mac
from .trace import Trace

# Which module drives what, and the name that its virtio driver has in sysfs.
DRIVERS = {
    "ours": {"gpu": "orion_vgpu", "net": "orion_vnet"},
    "in-tree": {"gpu": "virtio_gpu", "net": "virtio_net"},
}

# A busy host makes the guest's clocks late, about which its kernel complains.
HARMLESS = re.compile(r"clocksource: |tsc: |8254 timer not connected")


class Unavailable(Exception):
    """A kernel that this machine does not have; the message says why."""


@functools.cache
def kernel(name):
    """The kernel called @name, or Unavailable."""
    if name == "7.2" and not (folder.Folder().dir / "etc").is_dir():
        raise Unavailable("no Debian 13 folder here, which kernel 7.2 needs; "
                          "`tools/lab/lab setup --kernels 7.2` makes it")
    return kernels.resolve(name)


@functools.cache
def built(name):
    """Our modules for a kernel, by name."""
    return modules.build(kernel(name))


class Rig:
    """A guest with what tests want to know about it."""

    def __init__(self, kernel_name, machine, tested):
        self.kernel_name = kernel_name
        self.machine = machine
        self.tested = tested
        self.dir = tempfile.TemporaryDirectory(prefix="orion-vmtests-")
        self.trace = Trace(pathlib.Path(self.dir.name, "trace"))
        self.vnc = pathlib.Path(self.dir.name, "vnc")
        self.console = pathlib.Path(self.dir.name, "console")
        self.vm = self._vm()
        self.services = []
        self.port = 5200
        self.marks = 0
        self.broken = False

    def _vm(self):
        wish = MACHINES[self.machine]()
        wish["args"] = [*wish.get("args", []), *self.trace.arguments()]
        # A display by OpenGL takes no other beside it.
        if wish.get("gpus") and not any(gpu.gl for gpu in wish["gpus"]):
            wish["args"] += ["-vnc", f"unix:{self.vnc}"]
        # Only the modules whose devices are there: a guest tells of one driver.
        wish["modules"] = self._modules(wish)
        wish["files"] = {f"/usr/bin/{name}": build(name) for name in HELPERS}
        return VM(kernel(self.kernel_name), log=self.console, **wish)

    def _modules(self, wish):
        if self.tested == "in-tree":
            return "in-tree"
        files = dict(built(self.kernel_name))
        if wish.get("load", True):
            if not wish.get("gpus"):
                files.pop("orion_vgpu")
            if not wish.get("nics"):
                files.pop("orion_vnet")
        return files

    def start(self):
        """Boot; LabError if the kernel complains already."""
        self.vm.start()
        self.trace.vm = self.vm
        said = self.complaints([BOOT_SAYS.get(self.machine, "$^")])
        if said:
            raise LabError("the guest's kernel complains at boot:\n" + "\n".join(said))
        return self

    def died_patching(self):
        """Whether the guest died of QEMU, and not of what it was to run.

        A busy QEMU that translates lets a processor run code that the kernel is
        just patching, and the kernel finds a breakpoint in itself that nobody has
        set. No code of ours is ever patched so, but at loading.
        """
        text = self.vm.console.text() if self.vm.dir else \
            self.console.read_text(encoding="utf-8", errors="replace")
        first = re.search(r"(?:Oops|BUG|int3|general protection fault|Kernel panic).*"
                          r"(?:\n.*){1,6}?RIP: .*", text)
        return bool(first and re.match(r"(?:Oops: )?int3: 0000", first[0])
                    and "[orion_" not in first[0])

    def close(self):
        """End the guest, and what serves it on the host."""
        for process in self.services:
            stop(process)
        self.vm.close()
        self.dir.cleanup()

    def driver(self, kind):
        """Name of the module and virtio driver for "gpu" or "net"."""
        return DRIVERS[self.tested][kind]

    @property
    def ours(self):
        """Whether our modules are under test."""
        return self.tested == "ours"

    def load(self, kind):
        """Load a driver."""
        self.vm.insmod(self.driver(kind))

    def unload(self, kind):
        """Unload a driver."""
        self.vm.rmmod(self.driver(kind))

    # The kernel's log

    def mark(self, name):
        """Begin a new part of the kernel log."""
        self.marks += 1
        self.vm.guest.write("/dev/kmsg", f"<6>vmtests: {self.marks} {name}\n")

    def log(self):
        """What the kernel has logged since mark(), a (priority, text) per line."""
        # All that is left, should there be so much that the mark is gone.
        script = (f"dmesg -r | awk '/vmtests: {self.marks} / {{ from = NR }} {{ line[NR] = $0 }} "
                  "END { while (from++ < NR) print line[from] }'")
        found = re.findall(r"^<(\d+)>(.*)", self.vm.out(script), re.M)
        return [(int(priority) & 7, text) for priority, text in found]

    def said(self):
        """log() as plain text."""
        return "\n".join(text for _, text in self.log())

    def complaints(self, allowed=()):
        """Lines since mark() that a healthy kernel does not write.

        That is what tells of a defect, wherever it comes from, and every
        message of level "err" or worse.
        """
        bad = []
        for priority, text in self.log():
            if HARMLESS.search(text) or any(re.search(word, text) for word in allowed):
                continue
            if priority <= 3 or problems(text):
                bad.append(text)
        return bad

    # Waiting and finding

    def next_port(self):
        """A port that no server of this guest's has had."""
        self.port += 1
        return self.port

    def until(self, condition, timeout=10, what="it"):
        """Wait until @condition() is true and return what it returned."""
        end = time.monotonic() + timeout
        while True:
            result = condition()
            if result:
                return result
            self.vm.alive()
            assert time.monotonic() < end, f"{what} did not happen within {timeout} s"
            time.sleep(0.05)

    def netdev(self, index=0):
        """Name of the interface of the n-th NIC."""
        script = f"grep -l {mac(index)} /sys/class/net/*/address /dev/null | head -n1"
        path = self.vm.out(script).strip()
        if not path:
            raise LabError(f"the guest has no interface for NIC {index}")
        return path.split("/")[4]

    def bound(self, kind, driver=None):
        """The virtio devices that a driver (the one under test) has, such as virtio1."""
        out = self.vm.run(f"ls /sys/bus/virtio/drivers/{driver or self.driver(kind)}").stdout
        return sorted(re.findall(r"^virtio\d+$", out, re.M))

    def cards(self):
        """PCI address and card's number of every GPU, in the order of QEMU's command line."""
        script = ("for c in /sys/class/drm/card?; do [ -e $c ] && "
                  "echo $(readlink -f $c/device) ${c##*card}; done; true")
        found = [line.split() for line in self.vm.out(script).splitlines()]
        # The device of a card is the PCI device, or the virtio device on it; vgem has none.
        places = [(re.findall(r"[0-9a-f]{4}:[0-9a-f:.]+", path), card) for path, card in found]
        return sorted((addresses[-1], int(card)) for addresses, card in places
                      if addresses and card.isdigit())

    def address(self, gpu=0):
        """PCI address of the n-th GPU."""
        return self.cards()[gpu][0]

    def card(self, gpu=0):
        """Number of the n-th GPU's card."""
        return self.cards()[gpu][1]

    def unbind(self, kind, device, driver=None):
        """Take a virtio device from its driver."""
        driver = driver or self.driver(kind)
        self.vm.run(f"echo {device} > /sys/bus/virtio/drivers/{driver}/unbind", check=True)

    def bind(self, kind, device, driver=None):
        """Give it back, or to another driver."""
        driver = driver or self.driver(kind)
        self.vm.run(f"echo {device} > /sys/bus/virtio/drivers/{driver}/bind", check=True)


class Pool:
    """Keeps one guest alive, as long as tests ask for the same one.

    A guest in which a test failed is not used again: what the next test finds
    is then its own doing.
    """

    def __init__(self, tested):
        self.tested = tested
        self.key = None
        self.rig = None
        self.boots = []
        self.retries = []

    def get(self, kernel_name, machine):
        """A guest of this kernel and kind, booted if there is none."""
        if self.key == (kernel_name, machine) and not self.rig.broken:
            with contextlib.suppress(GuestCrash):
                self.rig.vm.alive()
                return self.rig
        self.close()
        begun = time.monotonic()
        self.rig, self.key = self._boot(kernel_name, machine), (kernel_name, machine)
        self.boots.append((kernel_name, machine, time.monotonic() - begun))
        return self.rig

    def _boot(self, kernel_name, machine, attempts=3):
        rig = Rig(kernel_name, machine, self.tested)
        try:
            return rig.start()
        except BaseException as error:
            again = isinstance(error, GuestCrash) and attempts > 1 and rig.died_patching()
            rig.close()
            if not again:
                raise
        self.retries.append("a boot")
        return self._boot(kernel_name, machine, attempts - 1)

    def close(self):
        """End the guest there is."""
        if self.rig:
            self.rig.close()
        self.rig = self.key = None
