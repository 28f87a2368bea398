# SPDX-License-Identifier: GPL-2.0-only
"""The demonstration: several displays and a multi-queue network in one guest.

Stock programs inside do the work; pictures are taken on the host's side.
"""

import dataclasses
import json
import pathlib
import re
import subprocess
import sys
import time

from . import net, packages
from .console import GuestCrash
from .devices import Gpu, Nic
from .edid import monitor_name
from .qemu import VM
from .util import LabError, cache, say, stop

SIZES = [(1280, 800), (1024, 768), (800, 600), (1280, 720)]

# What modetest sets: not what the host prefers, so that the guest's choice is seen to arrive.
MODES = ["1024x768", "1280x1024", "640x480", "800x600"]
PATTERNS = ["smpte", "tiles", "gradient", "plain"]

# More than that on each of many heads is more than QEMU gives them memory for.
WIDEST = 2048

# iperf3: streams, and the word that turns the direction round.
RUNS = [("1", []), ("1", ["-R"]), ("4", []), ("4", ["-R"])]

MODETEST = ["modetest", "-M", "virtio_gpu"]


@dataclasses.dataclass
class Connector:
    """A connector as modetest lists it."""

    id: int
    status: str
    name: str
    modes: list


def parse_connectors(text):
    """Connectors in the output of modetest -c."""
    found = []
    for line in text.splitlines():
        match = re.match(r"(\d+)\t\d+\t(\w+)\s+(\S+)\s", line)
        if match:
            found.append(Connector(int(match[1]), match[2], match[3], []))
        match = re.match(r"\s+#\d+ (\S+) ([\d.]+) ", line)
        if match and found:
            found[-1].modes.append(match[1])
    return found


def parse_crtcs(text):
    """Object ids of the CRTCs in the output of modetest -p."""
    return [int(number) for number in re.findall(r"^(\d+)\t\d+\t\(\d+,\d+\)", text, re.MULTILINE)]


def bits(rate):
    """A rate for people."""
    return f"{rate / 1e9:.2f} Gbit/s" if rate >= 1e9 else f"{rate / 1e6:.0f} Mbit/s"


class Demo:
    """One demonstration in a running guest; rows of the table gather in @rows."""

    def __init__(self, vm):
        self.vm = vm
        self.rows = []
        self.jobs = []

    def row(self, what, result):
        """Add a line to the table."""
        self.rows.append((what, result))

    # Displays

    def displays(self):
        """List, set, show, look, flip. Returns (caption, picture) of each head."""
        connectors = parse_connectors(self.vm.out(MODETEST + ["-c"]))
        crtcs = parse_crtcs(self.vm.out(MODETEST + ["-p"]))
        if len(crtcs) < len(connectors) or not connectors:
            raise LabError(f"{len(connectors)} connectors but {len(crtcs)} CRTCs")
        for connector in connectors:
            name = monitor_name(self.vm.guest.read(self._edid_path(connector)))
            self.row(f"Connector {connector.name}",
                     f"{connector.status}, {len(connector.modes)} modes, "
                     f"prefers {connector.modes[0] if connector.modes else 'none'}, "
                     f"EDID name {name or 'none'}")
        shown = self._show(connectors, crtcs)
        self._flip(connectors[0], crtcs[0])
        return shown

    def _edid_path(self, connector):
        return f"/sys/class/drm/card0-{connector.name}/edid"

    def _show(self, connectors, crtcs):
        """A mode and a pattern of its own for every head, a cursor on head 0; pictures."""
        # Each modetest shows its pattern until a line comes in. With -d it lets the next one
        # be master; the last, for head 0, stays master and moves its cursor.
        used = {}
        with self.vm.watch(0) as watch:
            for head, (connector, crtc) in reversed(list(enumerate(zip(connectors, crtcs)))):
                mode = self._mode(connector, head, [mode for mode, _ in used.values()])
                pattern = PATTERNS[head % len(PATTERNS)]
                words = MODETEST + ["-d" if head else "-C", "-F", pattern,
                                    "-s", f"{connector.id}@{crtc}:{mode}"]
                before = self.vm.screendump(head)
                self.jobs.append(self.vm.spawn("sleep 600 | exec " + " ".join(words)))
                self._settle(head, mode, before)
                used[head] = (mode, pattern)
            # modetest hides the cursor now and then: keep it as it was when it was to be seen.
            cursor = watch.wait(lambda seen: seen.visible and seen.data and seen.x > 150, 30)
            result = [self._picture(head, *used[head]) for head in sorted(used)]
        caption, picture = result[0]
        self.row("Cursor of head 0", f"{cursor.width}x{cursor.height}, at "
                 f"{cursor.x},{cursor.y}; {watch.moves} moves reached the host")
        result[0] = (f"{caption}, cursor", cursor.onto(picture))
        return result

    def _mode(self, connector, head, taken=()):
        """The mode meant for a head, or one that no other head has."""
        if head < len(MODES) and MODES[head] in connector.modes:
            return MODES[head]
        others = [mode for mode in connector.modes if mode not in MODES and mode not in taken
                  and int(mode.split("x")[0]) <= WIDEST]
        if not others:
            raise LabError(f"{connector.name} has no mode to set")
        return others[0]

    def _settle(self, head, mode, before):
        """Wait until the host sees the mode, and in it other things than @before."""
        size = tuple(map(int, mode.split("x")))
        end = time.monotonic() + 20
        while time.monotonic() < end:
            picture = self.vm.screendump(head)
            # More than a text cursor that blinks.
            if picture.size == size and picture.differs(before) > size[0] * size[1] // 4:
                return
            if self.jobs[-1].poll():
                said = self.jobs[-1].result
                raise LabError(f"modetest on head {head} ended: {said.stderr or said.stdout}")
            time.sleep(0.2)
        raise LabError(f"head {head} shows {picture.width}x{picture.height} on the host 20 s "
                       f"after modetest set {mode}")

    def _picture(self, head, mode, pattern):
        picture = self.vm.screendump(head)
        colours = len(picture.colours(step=7))
        self.row(f"Head {head} on the host", f"{picture.width}x{picture.height}, pattern "
                 f"{pattern}, {colours} colour{'s' if colours > 1 else ''} in it")
        return f"head {head}: mode {mode}, pattern {pattern}", picture

    def _flip(self, connector, crtc):
        for job in self.jobs:
            job.stop("KILL")
        self.jobs.clear()
        mode = self._mode(connector, 0)
        words = " ".join(MODETEST + ["-v", "-s", f"{connector.id}@{crtc}:{mode}"])
        result = self.vm.run(f"(sleep 6; echo) | {words}", timeout=60)
        rates = [float(rate) for rate in re.findall(r"freq: ([\d.]+)Hz",
                                                    result.stdout + result.stderr)]
        if not rates:
            raise LabError(f"no page flip was counted: {result.stderr or result.stdout}")
        self.row("Page flips", f"{sum(rates) / len(rates):.1f} a second at {mode}")

    # Network

    def network(self):
        """Address, ping, iperf3, ethtool."""
        nic = self.vm.nics[0]
        tap = bool(nic.tap)
        own, other = ((net.address(0, 2), net.address(0, 1)) if tap
                      else ("10.0.2.15", "10.0.2.2"))
        self.vm.run(f"ip link set eth0 up; ip addr add {own}/24 dev eth0", check=True)
        self.row("Network", "tap in a namespace of its own" if tap
                 else "QEMU's user networking (no taps here, so one queue pair)")
        self._ethtool()
        self._ping(other)
        (self._iperf_tap if tap else self._iperf_user)(other)
        self._used_queues()

    def _ethtool(self):
        info = dict(line.split(": ", 1) for line in
                    self.vm.out(["ethtool", "-i", "eth0"]).splitlines() if ": " in line)
        self.row("ethtool -i", f"driver {info.get('driver')}, bus {info.get('bus-info')}")
        features = re.findall(r"^([a-z-]+): on", self.vm.out(["ethtool", "-k", "eth0"]),
                              re.MULTILINE)
        self.row("ethtool -k", f"{len(features)} features on: " + ", ".join(
            name.replace("-offload", "").replace("-segmentation", "-seg")
            for name in ("rx-checksumming", "tx-checksumming", "scatter-gather",
                         "tcp-segmentation-offload", "generic-receive-offload")
            if name in features))
        counts = re.findall(r"Combined:\s+(\d+)", self.vm.out(["ethtool", "-l", "eth0"]))
        self.row("ethtool -l", f"{counts[1]} of {counts[0]} queue pairs in use")

    def _ping(self, other):
        result = self.vm.run(["ping", "-q", "-i", "0.2", "-c", "10", other], timeout=30)
        times = re.search(r"= [\d.]+/([\d.]+)/", result.stdout)
        lost = re.search(r"([\d.]+)% packet loss", result.stdout)
        self.row("ping", f"{lost[1] if lost else '?'} % lost"
                 + (f", {times[1]} ms on average" if times else ""))

    def _iperf_tap(self, other):
        """The server is on the host."""
        server = self.vm.network.popen(net.tool("iperf3") + ["-s", "-B", other],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for streams, more in RUNS:
                words = ["iperf3", "-c", other, "-J", "-t", "3", "-P", streams, *more]
                self._rate(streams, not more, lambda w=words: self.vm.run(w).stdout)
        finally:
            stop(server)

    def _iperf_user(self, _other):
        """The server is in the guest: only a port of the host leads in, nothing leads out."""
        server = self.vm.spawn(["iperf3", "-s"])
        words = net.tool("iperf3") + ["-c", "127.0.0.1", "-p", str(self.vm.forward(5201))]
        for streams, more in RUNS:
            argv = words + ["-J", "-t", "3", "-P", streams, *more]
            self._rate(streams, bool(more), lambda a=argv: subprocess.run(
                a, capture_output=True, text=True, check=False).stdout)
        server.stop()

    def _rate(self, streams, outward, measure):
        """Measure, once the server is ready, and add a row."""
        end = time.monotonic() + 20
        while True:
            answer = json.loads(measure() or '{"error": "no answer"}')
            if "error" not in answer:
                break
            if time.monotonic() > end:
                raise LabError(f"iperf3: {answer['error']}")
            time.sleep(0.25)
        rate = answer["end"]["sum_received"]["bits_per_second"]
        self.row(f"iperf3, {streams} stream{'s' if streams != '1' else ''}, guest "
                 f"{'sends' if outward else 'receives'}", bits(rate))

    def _used_queues(self):
        text = self.vm.out(["ethtool", "-S", "eth0"])
        counts = {}
        for kind, queue, value in re.findall(
                r"^\s*([rt]x)_?(?:queue_)?(\d+)_packets: (\d+)", text, re.MULTILINE):
            counts.setdefault(kind, {})[int(queue)] = int(value)
        for kind, what in (("tx", "sent"), ("rx", "received")):
            queues = counts.get(kind, {})
            self.row(f"ethtool -S, packets {what}", ", ".join(
                f"queue {queue}: {queues[queue]}" for queue in sorted(queues)) or "none counted")


def sheet(pictures, path, title):
    """One PNG with all heads, captions below them."""
    from PIL import Image, ImageDraw, ImageFont
    columns, cell, letters = (4, (320, 240), 12) if len(pictures) > 4 else (2, (640, 480), 18)
    gap, caption = 16, 30
    try:
        font = ImageFont.truetype("DejaVuSans.ttf", letters)
    except OSError:
        font = ImageFont.load_default()
    rows = (len(pictures) + columns - 1) // columns
    page = Image.new("RGB", (gap + columns * (cell[0] + gap),
                             caption + gap + rows * (cell[1] + caption + gap)), (28, 32, 38))
    draw = ImageDraw.Draw(page)
    draw.text((gap, gap // 2), title, fill=(235, 235, 235), font=font)
    for index, (text, picture) in enumerate(pictures):
        x = gap + index % columns * (cell[0] + gap)
        y = caption + gap + index // columns * (cell[1] + caption + gap)
        image = Image.frombytes("RGB", picture.size, bytes(picture.data))
        image.thumbnail(cell, Image.LANCZOS)
        page.paste(image, (x + (cell[0] - image.width) // 2, y + (cell[1] - image.height) // 2))
        draw.text((x, y + cell[1] + 4), text, fill=(235, 235, 235), font=font)
    page.save(path)


def table(rows):
    """Rows as text, in two columns."""
    width = max(len(what) for what, _ in rows)
    return "\n".join(f"  {what:{width}}  {result}" for what, result in rows)


def run(kernel="6.12", modules="ours", vmm="system", out=None, backend="auto",
        heads=len(SIZES)):
    """The whole demonstration; prints the table. Returns the exit status."""
    begun = time.monotonic()
    packages.install(packages.DEMO)
    out = pathlib.Path(out or cache("demo.png")).resolve()
    gpu = Gpu(outputs=heads, sizes=[SIZES[head % len(SIZES)] for head in range(heads)])
    nic = Nic(queues=4, backend=backend)
    with VM(kernel, vmm=vmm, gpus=[gpu], nics=[nic], modules=modules, cpus=4) as vm:
        demo = Demo(vm)
        demo.row("Guest", f"kernel {vm.kernel.release}, up after {vm.boot_seconds:.1f} s, "
                 f"4 processors, {vmm} QEMU")
        demo.row("Modules", ", ".join(sorted(vm.module_files)) or "the kernel's own")
        try:
            say("displays")
            pictures = demo.displays()
            say("network")
            demo.network()
        except LabError as error:
            # What worked up to there helps to see what did not.
            print(table(demo.rows))
            if not isinstance(error, GuestCrash):
                for line in vm.problems():
                    say(f"the guest's kernel says: {line}")
            raise
        problems = vm.problems()
        demo.row("Kernel log", "; ".join(problems) or "no warning, no error")
    driver = {"ours": "orion_vgpu", "in-tree": "virtio-gpu"}.get(str(modules), "another driver")
    sheet(pictures, out, f"{driver} on kernel {vm.kernel.release}: {len(pictures)} heads, "
          "as the host sees them")
    demo.row("Picture of all heads", out)
    demo.row("Time", f"{time.monotonic() - begun:.0f} s")
    print(table(demo.rows))
    sys.stdout.flush()
    return 1 if problems else 0
