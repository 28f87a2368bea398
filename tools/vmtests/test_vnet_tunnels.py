# SPDX-License-Identifier: GPL-2.0-only
"""Trains of segments in UDP tunnels, from one NIC of a guest over the host to the other.

The host only bridges: both ends of the tunnel are in the guest, each in a namespace.
"""

import re

import pytest

pytestmark = pytest.mark.machine("tunnels")

HOST_UDP_TUNNEL_GSO = 67


def inside(vm, end, command):
    """The output of a command at one end of the tunnel."""
    return vm.out(f"ip netns exec end{end} {command}")


def counters(vm, end, name):
    """ethtool -S at one end as a dictionary of numbers."""
    return {key: int(value) for key, value
            in re.findall(r"^\s*(\S.*): (\d+)$", inside(vm, end, f"ethtool -S {name}"), re.M)}


@pytest.fixture
def ends(rig, vm):
    """The names of the NICs, each in a namespace with an address."""
    names = [rig.netdev(index) for index in range(2)]
    vm.network.bridge([nic.tap for nic in vm.nics])
    for end, name in enumerate(names):
        vm.run(f"ip netns add end{end} && ip link set {name} netns end{end} && "
               f"ip -n end{end} addr add 10.80.0.{end}/24 dev {name} && "
               f"ip -n end{end} addr add fd80::{end + 1}/64 dev {name} nodad && "
               f"ip -n end{end} link set {name} up", check=True)
    return names


def tunnel(rig, vm, names, words, outer):
    """Both ends of a tunnel, which the other end's answers come through."""
    for end, name in enumerate(names):
        local, remote = outer[end], outer[1 - end]
        vm.run(f"ip -n end{end} link del tunnel0 2>/dev/null; "
               f"ip -n end{end} link add tunnel0 type vxlan id 5 local {local} remote {remote} "
               f"dstport 4789 dev {name} {words} && "
               f"ip -n end{end} addr add 10.81.0.{end}/24 dev tunnel0 && "
               f"ip -n end{end} link set tunnel0 up", check=True)
    rig.until(lambda: vm.run("ip netns exec end0 ping -n -q -c 1 -W 1 10.81.0.1").ok, timeout=20,
              what="an answer through the tunnel")


def send(rig, vm):
    """Some megabytes from the first end to the second."""
    server = vm.spawn("ip netns exec end1 iperf3 -s -1")
    rig.until(lambda: ":5201" in inside(vm, 1, "ss -Hltn"), what="a listening server")
    inside(vm, 0, "iperf3 -c 10.81.0.1 -n 4M --connect-timeout 5000")
    server.wait(20)


def test_trains_in_tunnels_go_whole(rig, vm, ends):
    wide = vm.guest.text("/sys/bus/virtio/devices/virtio1/features")[HOST_UDP_TUNNEL_GSO:][:1]
    features = inside(vm, 0, f"ethtool -k {ends[0]}")
    assert f"tx-udp_tnl-segmentation: {'on' if wide == '1' else 'off'}" in features
    for words, outer in (("noudpcsum", ("10.80.0.0", "10.80.0.1")),
                         ("udpcsum", ("10.80.0.0", "10.80.0.1")),
                         ("udpcsum", ("fd80::1", "fd80::2"))):
        tunnel(rig, vm, ends, words, outer)
        before = counters(vm, 0, ends[0]), counters(vm, 1, ends[1])
        send(rig, vm)
        after = counters(vm, 0, ends[0]), counters(vm, 1, ends[1])
        sent, received = ({name: new[name] - old[name] for name in new}
                          for old, new in zip(before, after))
        assert received["rx0_bytes"] > 1 << 20
        assert received["rx0_header_errors"] == 0
        if wide == "1":
            assert sent["tx0_trains"] > 20
            assert received["rx0_bytes"] / received["rx0_packets"] > 3000
