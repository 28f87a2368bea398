# SPDX-License-Identifier: GPL-2.0-only
"""The interface in namespaces, and below the devices that containers and bonds are made of."""

import contextlib

import pytest

from vmlib.wire import Wire

pytestmark = pytest.mark.machine("wide")


@pytest.fixture
def wire(rig, vm):
    """The NIC, without an address of its own; what the test makes is gone afterwards."""
    wire = Wire(rig).up()
    vm.run(f"ip addr flush dev {wire.name}", check=True)
    yield wire
    if not rig.broken:
        vm.run("for ns in $(ip netns list | cut -d' ' -f1); do ip netns del $ns; done; "
               "for dev in top0 br0 bond0 team0 veth0; do ip link del $dev 2>/dev/null; done; true")


@contextlib.contextmanager
def namespace(vm, name="box"):
    """A network namespace in the guest; gives the words that run a command in it."""
    vm.run(f"ip netns add {name} && ip -n {name} link set lo up", check=True)
    yield f"ip netns exec {name}"
    vm.run(f"ip netns del {name}", check=True)


def answers(wire, inside=""):
    """Whether the host answers to all pings, small and large."""
    return all(wire.ping(3, size, inside=inside.split()) == 3 for size in (56, 1400, 9000))


def test_interface_moves_to_a_namespace_and_back(wire, vm, rig):
    with namespace(vm) as inside:
        vm.run(f"ip link set {wire.name} netns box && ip -n box link set {wire.name} up && "
               f"ip -n box addr add {wire.guest}/24 dev {wire.name}", check=True)
        rig.until(lambda: answers(wire, inside), what="an answer in the namespace")
        vm.run(f"{inside} ethtool -L {wire.name} combined 2 && "
               f"{inside} ethtool -L {wire.name} combined 4", check=True)
        assert answers(wire, inside)
        vm.run(f"ip -n box link set {wire.name} netns 1", check=True)
    assert wire.up().ping(3) == 3


@pytest.mark.parametrize("kind", ["macvlan mode bridge", "macvlan mode passthru",
                                  "ipvlan mode l2"])
def test_container_with_a_device_on_top_of_ours(wire, vm, rig, kind):
    with namespace(vm) as inside:
        vm.run(f"ip link add link {wire.name} name top0 type {kind} && "
               f"ip link set top0 netns box && ip -n box addr add {wire.guest}/24 dev top0 && "
               "ip -n box link set top0 up", check=True)
        rig.until(lambda: answers(wire, inside), what="an answer in the container")


def test_container_behind_a_bridge(wire, vm, rig):
    with namespace(vm) as inside:
        vm.run(f"ip link add br0 type bridge && ip link set {wire.name} master br0 && "
               "ip link set br0 up && ip link add veth0 type veth peer name eth9 netns box && "
               "ip link set veth0 master br0 up && ip -n box link set eth9 up && "
               f"ip -n box addr add {wire.guest}/24 dev eth9", check=True)
        rig.until(lambda: answers(wire, inside), what="an answer in the container")
        # A bridge hears everything.
        assert wire.filter()["promiscuous"] is True
        vm.run(f"ip link set {wire.name} nomaster", check=True)
    rig.until(lambda: wire.filter()["promiscuous"] is False)


def test_bond_goes_over_to_the_other_nic(wire, vm, rig):
    other = rig.netdev(1)
    vm.run("modprobe bonding max_bonds=0; "
           "ip link add bond0 type bond mode active-backup miimon 50", check=True)
    for name in (wire.name, other):
        vm.run(f"ip link set {name} down && ip link set {name} master bond0", check=True)
    vm.run(f"ip link set bond0 up && ip addr add {wire.guest}/24 dev bond0", check=True)
    rig.until(lambda: answers(wire), what="an answer through the bond")
    # Both have the address of whom they belong to.
    own = vm.guest.text("/sys/class/net/bond0/address")
    for name in (wire.name, other):
        assert vm.guest.text(f"/sys/class/net/{name}/address") == own
    vm.set_link(False)
    active = "/sys/class/net/bond0/bonding/active_slave"
    rig.until(lambda: vm.guest.text(active) == other, what="the other NIC's turn")
    vm.set_link(True)
    vm.run("ip link del bond0", check=True)
    assert wire.up().ping(3) == 3


def test_team_takes_both_nics_and_lets_them_go(wire, vm, rig):
    vm.run("modprobe team; ip link add team0 type team", check=True)
    for name in (wire.name, rig.netdev(1)):
        vm.run(f"ip link set {name} down && ip link set {name} master team0", check=True)
        assert vm.out(["readlink", f"/sys/class/net/{name}/master"]).strip().endswith("team0")
    vm.run("ip link set team0 up && ip link del team0", check=True)
    assert wire.up().ping(3) == 3


@pytest.mark.kernel_says(r"orion-net-\d")
def test_kernel_messages_leave_by_netconsole(wire, vm):
    wire.up()
    with wire.capture("udp port 6666") as frames:
        vm.run(f"modprobe netconsole netconsole=6665@{wire.guest}/{wire.name},"
               f"6666@{wire.host}/$(ip neigh show {wire.host} | sed 's/.*lladdr //;s/ .*//')",
               check=True)
        for number in range(20):
            vm.guest.write("/dev/kmsg", f"<3>orion-net-{number}\n")
    vm.run(["rmmod", "netconsole"], check=True)
    for number in range(20):
        assert any(f"orion-net-{number}".encode() in frame for frame in frames)
    assert wire.ping(3) == 3
