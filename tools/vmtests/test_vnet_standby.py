# SPDX-License-Identifier: GPL-2.0-only
"""A NIC that stands in for one that is passed through, while that is unplugged."""

import json
import re

import pytest

from orion_lab import net
from vmlib.machines import PRIMARY_PORT
from vmlib.wire import Wire

pytestmark = pytest.mark.machine("standby")

STANDBY, PRIMARY = 0, 1
# Enough to tell by what way they went.
PINGS = 20


class Pair:
    """The two NICs, and the interface above them."""

    def __init__(self, rig):
        self.rig = rig
        self.vm = rig.vm
        self.wire = Wire(rig, STANDBY)
        self.primary = rig.vm.nics[PRIMARY]
        self.taps = [nic.tap for nic in rig.vm.nics]

    def lowers(self):
        """Interfaces below, by the one above."""
        found = self.vm.run("ls -d /sys/class/net/*/lower_*").stdout
        return dict.fromkeys(re.findall(r"lower_(\w+)", found))

    def joined(self, count):
        """Wait until so many are below, and the host is reached."""
        self.rig.until(lambda: len(self.lowers()) == count, timeout=30,
                       what=f"{count} interfaces below the upper one")
        self.wire.up()

    def standby(self):
        """Name of our interface."""
        for name in self.lowers():
            driver = self.vm.out(["ethtool", "-i", name])
            if f"driver: {self.rig.driver('net')}\n" in driver:
                return name
        raise AssertionError("no standby interface")

    def way(self):
        """Which of them sends."""
        before = [self.received(tap) for tap in self.taps]
        assert self.wire.ping(PINGS) == PINGS
        after = [self.received(tap) for tap in self.taps]
        sent = [new - old for new, old in zip(after, before)]
        assert max(sent) >= PINGS > 3 * min(sent)
        return sent.index(max(sent))

    def received(self, tap):
        """What the guest has sent to a tap."""
        text = self.wire.network.run(["ip", "-s", "-j", "link", "show", "dev", tap])
        return json.loads(text)[0]["stats64"]["rx"]["packets"]

    def unplug(self):
        """Take the other NIC away."""
        self.vm.device_del(self.primary)
        self.joined(1)

    def plug(self):
        """Give it back."""
        self.vm.device_add(self.primary, PRIMARY_PORT)
        self.joined(2)


@pytest.fixture(name="pair")
def pair_fixture(rig, vm):
    pair = Pair(rig)
    if "br0" not in pair.wire.network.run(["ip", "link"]):
        bridge = pair.wire.network.bridge(pair.taps)
        pair.wire.network.run(["ip", "addr", "add", f"{net.address(0, 1)}/24", "dev", bridge])
    vm.run("modprobe e1000e", check=True)
    pair.joined(2)
    return pair


def test_other_nic_is_used_while_it_is_there(pair):
    assert pair.way() == PRIMARY
    job = pair.wire.start_iperf(seconds=8)
    pair.unplug()
    assert pair.way() == STANDBY
    pair.plug()
    assert pair.way() == PRIMARY
    # A connection outlives both.
    assert pair.wire.iperf_result(job)["end"]["sum_received"]["bytes"] > 0


# The upper interface is stopped when neither is there, and told so by the kernel.
@pytest.mark.kernel_says(r"Virtual device \w+ asks to queue packet")
def test_driver_comes_and_goes(rig, pair):
    for _ in range(2):
        rig.unload("net")
        assert not pair.lowers()
        rig.load("net")
        pair.joined(2)
    assert pair.way() == PRIMARY
    pair.unplug()
    rig.unload("net")
    rig.load("net")
    pair.joined(1)
    assert pair.way() == STANDBY
    pair.plug()


def test_standby_has_its_place(rig, vm, pair):
    name = pair.standby()
    assert vm.guest.text(f"/sys/class/net/{name}/phys_port_name") == "sby"
    # By its address it is known.
    assert not vm.run(["ip", "link", "set", name, "address", "52:54:00:99:99:99"]).ok
    assert pair.way() == PRIMARY


@pytest.mark.needs("ours")
def test_announcement_has_the_upper_addresses(rig, vm, pair):
    pair.unplug()
    with pair.wire.capture("arp", settle=1) as frames:
        vm.qmp.cmd("announce-self", initial=50, max=100, rounds=2, step=50)
    own = bytes(map(int, pair.wire.guest.split(".")))
    assert any(frame[28:32] == own == frame[38:42] for frame in frames)
    pair.plug()
