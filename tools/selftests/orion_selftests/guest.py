# SPDX-License-Identifier: GPL-2.0-only
"""A guest with the selftests in it: two NICs on one cable, one of them in a namespace."""

import pathlib
import tempfile
import time

from orion_lab import VM, LabError, Nic
from orion_lab.util import say

from . import disk, results

# In seconds. A program that is told to stop gets a while to tidy up.
LIMIT = 400
PATIENCE = 30

# What fails is tried again: much depends on a busy host being quick enough.
TRIES = 2

QUEUES = 4
# One of the tests says that it takes the latter, for buffers of programs.
PROPS = {"rss": True, "disable-legacy": True, "iommu_platform": True}

# The longest that a tap takes, for what tests send in one frame.
LONGEST = 65521

DRIVERS = {"in-tree": "virtio_net", "ours": "orion_vnet"}

# The judged interface stays, the other one becomes the remote end.
LAY = """
set -e
modprobe configfs
for type in bpf:/sys/fs/bpf configfs:/sys/kernel/config; do
    mountpoint -q ${type#*:} || mount -t ${type%:*} ${type%:*} ${type#*:}
done
for try in $(seq 50); do
    [ -d /sys/class/net/eth1 ] && break
    sleep 0.1
done
ip netns add remote
ip link set eth1 netns remote
ip addr add 192.0.3.1/24 dev eth0
ip addr add 2001:db8:3::1/64 dev eth0 nodad
ip link set eth0 up
ip -n remote addr add 192.0.3.2/24 dev eth1
ip -n remote addr add 2001:db8:3::2/64 dev eth1 nodad
ip -n remote link set lo up
ip -n remote link set eth1 up
for try in $(seq 50); do
    ping -q -c 1 -W 1 192.0.3.2 && ping -q -c 1 -W 1 2001:db8:3::2 && exit
done
exit 1
"""

ENV = {"NETIF": "eth0", "LOCAL_V4": "192.0.3.1", "LOCAL_V6": "2001:db8:3::1",
       "REMOTE_V4": "192.0.3.2", "REMOTE_V6": "2001:db8:3::2", "REMOTE_TYPE": "netns",
       "REMOTE_ARGS": "remote", "LOCAL_PREFIX_V6": "2001:db8:4::/64"}

# One of the tests names the driver that it is for, and where to find it.
RENAME = (r's#"virtio_net"#"{0}"#; s#/drivers/virtio_net/#/drivers/{0}/#')


class Judge:
    """Runs selftests against one driver on one kernel."""

    def __init__(self, kernel, modules, _programs, keep):
        self.kernel = kernel
        self.modules = modules
        self.keep = keep
        self.disk = disk.ensure(kernel)
        self.vm = None
        self.chooses = False
        self.outbox = tempfile.TemporaryDirectory(prefix="orion-selftests-")

    def __enter__(self):
        return self

    def __exit__(self, *_why):
        self._end()
        self.outbox.cleanup()

    def _end(self):
        if self.vm:
            self.vm.close()
            self.vm = None

    def _start(self):
        nics = [Nic(queues=QUEUES, backend="tap", props=PROPS) for _ in range(2)]
        self.vm = VM(self.kernel, vmm="newest", nics=nics, memory=2048, modules=self.modules,
                     disk=self.disk, shares={"out": self.outbox.name}).start()
        network = self.vm.network
        taps = [nic.tap for nic in self.vm.nics]
        bridge = network.bridge(taps)
        for name in [*taps, bridge]:
            network.run(["ip", "link", "set", name, "mtu", str(LONGEST)])
        self.vm.run(["sed", "-i", RENAME.format(DRIVERS[self.modules]),
                     f"{disk.TESTS}/drivers/net/virtio_net/virtio_net_common.sh",
                     f"{disk.TESTS}/drivers/net/virtio_net/basic_features.sh"], check=True)
        self.chooses = self.vm.run(["grep", "-q", "getopt",
                                    f"{disk.TESTS}/net/lib/py/ksft.py"]).ok

    def _ready(self):
        """Have a guest as it is after a boot: both interfaces are made anew."""
        if self.vm:
            try:
                self.vm.run(["rmmod", DRIVERS[self.modules]], check=True)
                self.vm.run("ip netns del remote", check=True)
                self.vm.load()
            except LabError as error:
                say(f"{self.kernel} {self.modules}: a new guest: {error}")
                self._end()
        if not self.vm:
            self._start()
        self.vm.run(LAY, timeout=120, check=True)

    def _execute(self, program, log, words):
        """Run a program and return its status, or None if it was killed."""
        path = pathlib.PurePosixPath(disk.TESTS, program.name)
        argv = " ".join([f"./{path.name}", *words])
        job = self.vm.spawn(f"cd {path.parent} && exec {argv} > /mnt/out/{log.name} 2>&1",
                            env=ENV)
        for patience, signal in ((LIMIT, "TERM"), (PATIENCE, "KILL")):
            end = time.monotonic() + patience
            while time.monotonic() < end:
                self.vm.alive()
                if job.poll():
                    return job.poll().status if signal == "TERM" else None
                time.sleep(0.1)
            job.kill(signal)
        return None

    def _once(self, program, words):
        """Run a program and return the outcomes of its subtests."""
        log = pathlib.Path(self.outbox.name, "log")
        log.unlink(missing_ok=True)
        status, ruined = None, False
        try:
            self._ready()
            status = self._execute(program, log, words)
            ended = "timeout" if status is None else results.STATUS.get(status, "fail")
            ruined = self._complain()
        except LabError as error:
            # It crashed, or it does not answer any more.
            say(f"{program.name}: {error}")
            ended, ruined = "crash", True
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        with open(self.keep / (program.name.replace("/", "-") + ".log"), "a",
                  encoding="utf-8") as kept:
            kept.write(text)
        outcomes = results.parse(text)
        if status is None or not outcomes:
            outcomes["(program)"] = ended
        if ruined:
            outcomes["(kernel)"] = "fail"
        if ruined or status is None:
            self._end()
        return outcomes

    def _complain(self):
        """Say what the kernel's log holds that it must not; True if there is something."""
        found = self.vm.problems()
        for line in found:
            say(f"{self.kernel} {self.modules}: the kernel says: {line}")
        return bool(found)

    def _again(self, failed):
        """The words that have a program run what failed, if it can choose."""
        if not self.chooses or any(name.startswith("(") for name in failed):
            return []
        return [word for name in failed for word in ("-t", name)]

    def run(self, program):
        """The outcomes of a program's subtests, by PROGRAM@SUBTEST."""
        (self.keep / (program.name.replace("/", "-") + ".log")).unlink(missing_ok=True)
        self._ready()
        if not self.vm.run(["test", "-e", f"{disk.TESTS}/{program.name}"]).ok:
            return {}
        outcomes, words = {}, []
        for _ in range(TRIES):
            for name, outcome in self._once(program, words).items():
                if outcomes.get(name) != "pass":
                    outcomes[name] = outcome
            failed = [name for name, outcome in outcomes.items()
                      if outcome not in ("pass", "skip", "xfail")]
            if not failed:
                break
            words = self._again(failed) if program.name.endswith(".py") else []
        return {f"{program.name}@{name}": outcome for name, outcome in outcomes.items()
                if program.wants(name)}
