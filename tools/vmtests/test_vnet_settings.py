# SPDX-License-Identifier: GPL-2.0-only
"""Settings of an interface, and that the host knows of them."""

import re
import struct

import pytest

from vmlib.wire import Wire

pytestmark = pytest.mark.machine("network")


@pytest.fixture
def wire(rig):
    """The NIC, up; QEMU tells what it would let through to it."""
    return Wire(rig).up()


def ip(wire, words):
    """Run ip in the guest; "DEV" is the interface."""
    wire.vm.out(["ip", *words.replace("DEV", wire.name).split()])


def test_only_what_is_wanted_is_let_through(wire, rig):
    rules = wire.filter()
    assert rules["promiscuous"] is False
    assert rules["main-mac"] == rig.vm.guest.text(f"/sys/class/net/{wire.name}/address")
    assert rules["multicast"] == rules["unicast"] == "normal"
    # IPv6 needs its solicited-node address.
    assert "33:33:ff:00:00:02" in rules["multicast-table"]


def test_promiscuous_mode(wire, rig):
    ip(wire, "link set DEV promisc on")
    rig.until(lambda: wire.filter()["promiscuous"] is True)
    ip(wire, "link set DEV promisc off")
    rig.until(lambda: wire.filter()["promiscuous"] is False)


def test_all_multicast_mode(wire, rig):
    ip(wire, "link set DEV allmulticast on")
    rig.until(lambda: wire.filter()["multicast"] == "all")
    ip(wire, "link set DEV allmulticast off")
    rig.until(lambda: wire.filter()["multicast"] == "normal")


def test_multicast_group(wire, rig):
    ip(wire, "maddr add 01:00:5e:01:02:03 dev DEV")
    rig.until(lambda: "01:00:5e:01:02:03" in wire.filter()["multicast-table"])
    ip(wire, "maddr del 01:00:5e:01:02:03 dev DEV")
    rig.until(lambda: "01:00:5e:01:02:03" not in wire.filter()["multicast-table"])


def test_more_groups_than_the_device_can_count(wire, rig, vm):
    # QEMU counts to 64. The decimal digits make up two bytes.
    groups = (f"for n in $(seq 100 179); do ip maddr %s 01:00:5e:00:0${{n%%??}}:${{n#?}} "
              f"dev {wire.name}; done")
    vm.run(groups % "add", check=True)
    rig.until(lambda: wire.filter()["multicast"] == "all" or wire.filter()["multicast-overflow"])
    assert wire.ping(3) == 3
    vm.run(groups % "del", check=True)
    rig.until(lambda: wire.filter()["multicast"] == "normal"
              and not wire.filter()["multicast-overflow"])


def test_second_address_by_macvlan(wire, rig, vm):
    ip(wire, "link add link DEV name mv0 address 52:54:00:07:03:77 type macvlan mode bridge")
    ip(wire, "link set mv0 up")
    rig.until(lambda: "52:54:00:07:03:77" in wire.filter()["unicast-table"])
    vm.run(f"ip addr flush dev {wire.name}; ip addr add {wire.guest}/24 dev mv0", check=True)
    assert wire.ping(3) == 3
    ip(wire, "link del mv0")
    rig.until(lambda: wire.filter()["unicast-table"] == [])


# Sends a tagged broadcast frame by the interface argv[1], VLAN argv[2], ten times.
TAGGED = """
import socket, struct, sys
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind((sys.argv[1], 0))
head = bytes.fromhex("ffffffffffff525400000001")
frame = head + struct.pack(">HHH", 0x8100, int(sys.argv[2]), 0x88b5)
for _ in range(10):
    link.send(frame + bytes(100))
"""


def test_vlan_is_let_through_and_carries_traffic(wire, rig, vm):
    ip(wire, "link add link DEV name vlan5 type vlan id 5")
    rig.until(lambda: 5 in wire.filter()["vlan-table"])
    assert wire.filter()["vlan"] == "normal"
    vm.run("ip addr add 10.75.0.2/24 dev vlan5 && ip link set vlan5 up", check=True)

    with wire.capture("vlan 5 and arp") as frames:
        wire.ping(1, words=["-I", "vlan5"], host="10.75.0.1")
    assert frames and frames[0][12:16] == b"\x81\0\0\5"

    def heard(number):
        path = f"/sys/class/net/{wire.name if number != 5 else 'vlan5'}/statistics/rx_packets"
        before = int(vm.guest.text(path))
        wire.network.run(["/usr/bin/python3", "-c", TAGGED, wire.tap, number])
        vm.run(["usleep", "300000"])
        return int(vm.guest.text(path)) - before
    assert heard(5) == 10
    # Of another VLAN the guest need not even hear.
    assert heard(6) < 10

    ip(wire, "link del vlan5")
    rig.until(lambda: 5 not in wire.filter()["vlan-table"])


def test_address_changes_while_up(wire, rig):
    old = wire.rig.vm.guest.text(f"/sys/class/net/{wire.name}/address")
    name = wire.name
    new = "52:54:00:ab:cd:ef"
    wire.vm.run(["ip", "link", "set", name, "address", new], check=True)
    try:
        assert wire.filter()["main-mac"] == new
        with wire.capture("icmp") as frames:
            assert wire.ping(3) == 3
        assert bytes.fromhex(new.replace(":", "")) in [frame[6:12] for frame in frames]
    finally:
        wire.vm.run(["ip", "link", "set", name, "address", old], check=True)
    assert wire.filter()["main-mac"] == old
    assert wire.ping(3) == 3


def test_group_address_is_refused_as_own(wire):
    assert not wire.vm.run(["ip", "link", "set", wire.name, "address", "01:00:5e:00:00:01"]).ok
    assert wire.ping(3) == 3


def test_mtu_limits_what_is_sent(wire):
    ip(wire, "link set DEV mtu 1200")
    assert wire.ping(2, 1172, ["-M", "do"]) == 2
    assert wire.ping(2, 1173, ["-M", "do"]) == 0
    ip(wire, "link set DEV mtu 68")
    ip(wire, "link set DEV mtu 1500")
    assert wire.ping(2, 1472, ["-M", "do"]) == 2


def test_mtu_out_of_range_is_refused(wire):
    assert not wire.vm.run(["ip", "link", "set", wire.name, "mtu", "67"]).ok
    assert not wire.vm.run(["ip", "link", "set", wire.name, "mtu", "70000"]).ok
    assert wire.vm.guest.text(f"/sys/class/net/{wire.name}/mtu") == "1500"


def test_features_that_are_on_are_what_the_device_offers(wire):
    features = wire.features()
    for name in ("tx-checksumming", "rx-checksumming", "scatter-gather", "tcp-segmentation-offload",
                 "tx-tcp-segmentation", "tx-tcp6-segmentation", "generic-receive-offload"):
        assert features[name].startswith("on")
    assert features["rx-vlan-filter"].startswith("on")


def test_settings_survive_down_and_up(wire, rig):
    ip(wire, "link set DEV promisc on")
    ip(wire, "maddr add 01:00:5e:01:02:04 dev DEV")
    wire.ethtool("-L", "combined", "2")
    wire.ethtool("-K", "tso", "off")
    ip(wire, "link set DEV down")
    ip(wire, "link set DEV up")
    rig.until(lambda: wire.filter()["promiscuous"] is True)
    rig.until(lambda: "01:00:5e:01:02:04" in wire.filter()["multicast-table"])
    assert wire.channels() == (4, 2)
    assert wire.features()["tcp-segmentation-offload"] == "off"
    assert wire.ping(3) == 3
    ip(wire, "link set DEV promisc off")
    ip(wire, "maddr del 01:00:5e:01:02:04 dev DEV")
    wire.ethtool("-L", "combined", "4")
    wire.ethtool("-K", "tso", "on")


def words(wire):
    """The 32-bit words of ethtool -d."""
    rows = re.findall(r"^0x[0-9a-f]+:\s+((?:[0-9a-f]{2} ?)+)$", wire.ethtool("-d", "hex", "on"),
                      re.M)
    data = bytes.fromhex("".join(rows))
    return struct.unpack(f"<{len(data) // 4}I", data)


def test_threads_poll_until_they_are_told_not_to(wire, vm):
    threaded = f"/sys/class/net/{wire.name}/threaded"
    before = wire.channels()[1]
    wire.ethtool("-L", "combined", "2")
    vm.run(f"echo 1 > {threaded}", check=True)
    assert wire.ping(3) == 3
    # The end of a thread is waited for, and that of a queue out of use is as idle as can be.
    wire.ethtool("-L", "combined", "1")
    vm.run(f"echo 0 > {threaded}", timeout=20, check=True)
    wire.ethtool("-L", "combined", str(before))
    assert vm.guest.text(threaded) == "0"
    assert wire.ping(3) == 3


def test_state_of_the_rings_can_be_seen(wire):
    state = words(wire)
    device, *queues = [state[at:at + 8] for at in range(0, len(state), 8)]
    assert device[:4] == (4, 4, 4, 15)
    assert device[6:] == (12, 8) and len(queues) == 8
    for receive, send in zip(queues[::2], queues[1::2]):
        assert receive[:2] == send[:2] == (256, 256)
        # Nearly all entries wait for frames; nothing waits to be sent.
        assert receive[3] > 128 and receive[3] + receive[2] == 256
        assert receive[4] & 1 and not receive[4] & 2
        assert 0 < receive[5] != send[5]
        assert send[6] == send[7]


def test_self_test_passes(wire):
    for mode in ("online", "offline"):
        said = wire.ethtool("-t", mode)
        assert "The test result is PASS" in said
        assert re.search(r"^control queue \(online\)\s+0$", said, re.M)
        assert wire.ping(3) == 3
    wire.vm.run(f"ip link set {wire.name} down", check=True)
    said = wire.vm.run(["ethtool", "-t", wire.name, "offline"]).stdout
    assert re.search(r"^restart \(offline\)\s+0$", said, re.M)


def test_checksums_can_be_left_to_the_stack(wire):
    wire.ethtool("-K", "rx", "off")
    try:
        features = wire.features()
        assert features["rx-checksumming"] == "off"
        # Trains of segments have no checksums.
        assert features["rx-gro-hw"].startswith("off")
        assert wire.iperf("-R", seconds=1) > 1e6
        assert wire.ping(3, 3000) == 3
    finally:
        wire.ethtool("-K", "rx", "on")
        wire.ethtool("-K", "rx-gro-hw", "on")
    assert wire.iperf("-R", seconds=1) > 1e6


def test_what_virtio_does_not_have_is_refused(wire):
    for words, reason in (
            (["-a"], "not supported"),
            (["-A", "rx", "on"], "not supported"),
            (["-G", "rx-buf-len", "4096"], "not supported"),
            (["-N", "flow-type", "tcp4", "dst-port", "80", "action", "1"], "not supported"),
            (["--set-priv-flags", "bql", "off"], ""),
            (["--set-tunable", "rx-copybreak", "128"], "not supported"),
            (["-C", "adaptive-tx", "on"], "unsupported"),
            (["-X", "hfunc", "xor"], "")):
        said = wire.vm.run(["ethtool", words[0], wire.name, *words[1:]])
        assert not said.ok and reason in (said.stderr + said.stdout).lower(), words
    assert wire.ping(3) == 3


def test_time_stamps_are_those_of_software(wire):
    said = wire.ethtool("-T")
    assert "software-transmit" in said and "software-receive" in said
    assert "hardware-transmit" not in said


def test_byte_queue_limits_can_be_switched_off(wire):
    folder = f"/sys/class/net/{wire.name}/queues/tx-0/byte_queue_limits"
    wire.vm.guest.write(f"{folder}/limit_min", "max")
    try:
        assert wire.vm.guest.text(f"{folder}/limit_min") != "0"
        assert wire.iperf(seconds=1) > 1e7
    finally:
        wire.vm.guest.write(f"{folder}/limit_min", "0")
    assert wire.iperf(seconds=1) > 1e7
