# SPDX-License-Identifier: GPL-2.0-only
"""Traffic between a guest and its host, by the tools that everybody has."""

import hashlib
import random
import re

import pytest

from orion_lab import net
from vmlib.machines import mac
from vmlib.wire import Wire, checksum_is_right

pytestmark = pytest.mark.machine("network")

# Far below what a translated guest does (about 1000), far above what stalls leave.
MEGABITS = 30


@pytest.fixture
def wire(rig):
    """The NIC, up, with all its queue pairs."""
    wire = Wire(rig).up()
    yield wire
    if not rig.broken and wire.channels()[1] != 4:
        wire.ethtool("-L", "combined", "4")


def test_interface_is_what_the_host_says(rig, vm, wire):
    assert vm.guest.text(f"/sys/class/net/{wire.name}/address") == mac(0)
    assert vm.guest.text(f"/sys/class/net/{wire.name}/carrier") == "1"
    assert vm.guest.text(f"/sys/class/net/{wire.name}/mtu") == "1500"
    said = wire.ethtool("-i")
    assert f"driver: {rig.driver('net')}\n" in said
    assert re.search(r"^bus-info: 0000:00:\w\w\.0$", said, re.M)


def test_ping(wire):
    for size in (0, 56, 1472, 8000, 60000):
        assert wire.ping(5, size) == 5
        assert wire.ping(5, size, host=wire.host6) == 5


@pytest.mark.parametrize("pairs", [1, 2, 4])
def test_iperf_both_ways(wire, pairs):
    if wire.channels()[1] != pairs:
        wire.ethtool("-L", "combined", str(pairs))
    for streams in ("1", "4"):
        assert wire.iperf("-P", streams) > MEGABITS * 1e6
        assert wire.iperf("-P", streams, "-R") > MEGABITS * 1e6


def test_iperf_over_ipv6_and_udp(wire):
    job = wire.start_iperf(host=wire.host6)
    assert wire.iperf_result(job)["end"]["sum_received"]["bits_per_second"] > MEGABITS * 1e6
    # Slower than the guest is, so that hardly anything needs to be lost.
    for words in ([], ["-R"]):
        report = wire.iperf_result(wire.start_iperf("-u", "-b", "3M", "-l", "1400", *words))
        assert report["end"]["sum"]["packets"] > 150
        assert report["end"]["sum"]["lost_percent"] < 10


def test_each_processor_sends_by_its_own_queue(wire):
    for queue in range(4):
        before = wire.per_queue("tx")
        wire.vm.run(["taskset", f"{1 << queue:x}", "ping", "-n", "-q", "-c", "50", "-i", "0.005",
                     wire.host], check=True)
        sent = [new - old for old, new in zip(before, wire.per_queue("tx"))]
        assert len(sent) == 4 and sent[queue] >= 50


def test_streams_of_several_processors_return_by_several_queues(wire):
    before = wire.per_queue("rx")
    jobs = [wire.start_iperf("-R", seconds=2, cpu=cpu) for cpu in range(4)]
    for job in jobs:
        wire.iperf_result(job)
    received = [new - old for old, new in zip(before, wire.per_queue("rx"))]
    assert sum(count > 20 for count in received) >= 2, received


def test_file_arrives_intact_both_ways(wire, vm, tmp_path):
    data = random.Random(1).randbytes(8 << 20)
    want = hashlib.md5(data).hexdigest()
    (tmp_path / "data").write_bytes(data)
    nc = net.tool("nc.openbsd")

    with open(tmp_path / "data", "rb") as source:
        server = wire.network.popen([*nc, "-l", "-N", wire.host, "7000"], stdin=source)
    wire.listening(7000)
    said = vm.out(f"nc {wire.host} 7000 </dev/null | tee /run/data | md5sum")
    assert said.split()[0] == want
    server.wait(10)

    with open(tmp_path / "back", "wb") as target:
        server = wire.network.popen([*nc, "-l", wire.host, "7001"], stdout=target)
    wire.listening(7001)
    vm.run(f"nc -N {wire.host} 7001 </run/data; rm /run/data", check=True)
    server.wait(10)
    assert hashlib.md5((tmp_path / "back").read_bytes()).hexdigest() == want


def test_counters_agree_with_each_other_and_with_the_host(wire):
    def cut():
        # The host takes a train whole; ours counts what a wire would see of it.
        values = wire.statistics()
        return {"packets": sum(value * (-1 if name.endswith("_trains") else 1)
                               for name, value in values.items()
                               if re.fullmatch(r"tx\d+_(segments|trains)", name)),
                "bytes": sum(value for name, value in values.items()
                             if re.fullmatch(r"tx\d+_repeated_bytes", name))}

    (before, host), cut_before = wire.snapshot(), cut()
    wire.iperf()
    wire.iperf("-R")
    (after, host_after), cut_after = wire.snapshot(), cut()
    for what in ("packets", "bytes"):
        received, sent, by_rx_queues, by_tx_queues = [
            new - old for new, old in zip(after[what], before[what])]
        assert (by_rx_queues, by_tx_queues) == (received, sent)
        # The host counts the same frames from its own side.
        more = cut_after[what] - cut_before[what]
        assert sent - more == host_after["rx"][what] - host["rx"][what]
        assert received == host_after["tx"][what] - host["tx"][what]


def _netlink(vm, wire, what):
    """What netlink tells of queues or device: (packets, bytes) by direction and queue."""
    done = vm.run(["qstats", what, wire.name])
    if done.status == 3:
        pytest.skip("this kernel does not tell")
    rows = [line.split() for line in done.check().stdout.splitlines()]
    return {(kind, int(queue)): (int(packets), int(size)) for kind, queue, packets, size in rows}


def test_netlink_has_the_same_counters(rig, vm, wire):
    def same():
        told, own = _netlink(vm, wire, "queues"), {}
        for kind in ("rx", "tx"):
            both = zip(wire.per_queue(kind, "packets"), wire.per_queue(kind, "bytes"))
            own.update({(kind, queue): pair for queue, pair in enumerate(both)})
        return told == own

    wire.iperf("-P", "4")
    wire.iperf("-P", "4", "-R")
    rig.until(same, what="a moment in which both agree")
    # What queues have counted is not forgotten with them.
    most, used = wire.channels()
    before = _netlink(vm, wire, "device")
    for count in (1, most, used):
        if wire.channels()[1] != count:
            wire.ethtool("-L", "combined", str(count))
        after = _netlink(vm, wire, "device")
        for direction, values in after.items():
            assert all(new >= old for new, old in zip(values, before[direction]))
        before = after
    counters = wire.counters()
    assert before["tx", -1][0] <= counters["tx"]["packets"] <= before["tx", -1][0] + 100


def _sent(wire, words="tcp and src host {guest} and greater 200"):
    with wire.capture(words.format(guest=wire.guest)) as frames:
        wire.iperf("-n", "2M")
    assert len(frames) > 10
    return frames


@pytest.fixture
def offloads(wire):
    """The NIC; afterwards its offloads are as they were."""
    yield wire
    if not wire.rig.broken:
        wire.vm.run(["ethtool", "-K", wire.name, "tx", "on", "tso", "on", "gro", "on", "gso", "on",
                     "rx-gro-hw", "on"])


def test_segmentation_is_the_hosts_work_if_wanted(offloads):
    assert offloads.features()["tcp-segmentation-offload"] == "on"
    assert max(map(len, _sent(offloads))) > 1514
    offloads.ethtool("-K", "tso", "off")
    assert max(map(len, _sent(offloads))) <= 1514
    offloads.ethtool("-K", "tso", "on")
    assert max(map(len, _sent(offloads))) > 1514


def test_checksums_are_the_hosts_work_if_wanted(offloads):
    assert offloads.features()["tx-checksumming"] == "on"
    assert not any(map(checksum_is_right, _sent(offloads)[:50]))
    offloads.ethtool("-K", "tx", "off")
    frames = _sent(offloads)
    assert max(map(len, frames)) <= 1514
    assert all(map(checksum_is_right, frames[:200]))


def test_large_frames_are_received_if_wanted(offloads):
    def received():
        words = f"tcp and src host {offloads.host} and greater 200"
        with offloads.capture(words, side="guest") as frames:
            offloads.iperf("-n", "2M", "-R")
        return max(map(len, frames))
    offloads.ethtool("-K", "gro", "off")
    assert received() > 1514
    offloads.ethtool("-K", "rx-gro-hw", "off")
    assert received() <= 1514


def test_segments_are_merged_without_the_hosts_help(offloads):
    offloads.ethtool("-K", "rx-gro-hw", "off", "gro", "on")
    with offloads.capture(f"tcp and src host {offloads.host} and greater 200",
                          side="guest") as frames:
        offloads.iperf("-n", "4M", "-R")
    # What the guest's stack gets has been through GRO.
    assert max(map(len, frames)) > 1514


def test_channels_change_under_traffic(wire):
    job = wire.start_iperf("-P", "4", seconds=4)
    back = wire.vm.spawn(["ping", "-n", "-q", "-i", "0.05", "-c", "60", wire.host])
    for pairs in (1, 4, 2, 3, 1, 4):
        wire.ethtool("-L", "combined", str(pairs))
        assert wire.channels() == (4, pairs)
    report = wire.iperf_result(job)
    assert report["end"]["sum_received"]["bits_per_second"] > MEGABITS / 10 * 1e6
    assert " 0% packet loss" in back.wait(30).stdout


def test_rings_change_under_traffic(wire):
    rings = wire.rings()
    assert rings["rx"] == (256, 256) and rings["tx"] == (256, 256)
    job = wire.start_iperf("-P", "4", "-R", seconds=3)
    for rx, tx in ((128, 128), (64, 256), (256, 64), (256, 256)):
        wire.ethtool("-G", "rx", str(rx), "tx", str(tx))
        assert (wire.rings()["rx"][1], wire.rings()["tx"][1]) == (rx, tx)
        assert wire.ping(3) == 3
    assert wire.iperf_result(job)["end"]["sum_received"]["bits_per_second"] > 1e6


def test_connections_outlive_whatever_becomes_of_the_queues(wire):
    jobs = [wire.start_iperf(*words, seconds=4) for words in ([], ["-R"])]
    for _ in range(3):
        for words in (["-G", "rx", "64", "tx", "128"], ["-L", "combined", "2"], ["--reset", "dma"],
                      ["-G", "rx", "256"], ["-L", "combined", "4"], ["-G", "tx", "256"]):
            wire.ethtool(*words)
        assert wire.channels() == (4, 4)
        assert wire.rings() == {"rx": (256, 256), "tx": (256, 256)}
    for job in jobs:
        assert wire.iperf_result(job)["end"]["sum_received"]["bits_per_second"] > 1e6
    assert wire.ping(5) == 5


def test_only_rings_can_be_reset(wire):
    said = wire.ethtool("--reset", "dma", "mac")
    assert re.search(r"^Components reset:\s+0x4$", said, re.M)
    assert re.search(r"^Components not reset:\s+0x20$", said, re.M)
    assert wire.refuses("--reset", "phy")
    assert wire.ping(3) == 3


def test_nonsense_is_refused_and_changes_nothing(wire):
    assert wire.refuses("-L", "combined", "0")
    assert wire.refuses("-L", "combined", "5")
    assert wire.refuses("-L", "rx", "1")
    assert wire.refuses("-G", "rx", "100")
    assert wire.refuses("-G", "rx", "1024")
    assert wire.channels() == (4, 4)
    assert wire.rings()["rx"] == (256, 256)
    assert wire.ping(3) == 3


def test_each_queue_has_a_processor_of_its_own(rig, vm, wire):
    masks = vm.out(f"cat /sys/class/net/{wire.name}/queues/tx-*/xps_cpus").split()
    assert sorted(int(mask, 16) for mask in masks) == [1, 2, 4, 8]
    device, = rig.bound("net")
    for kind in ("input", "output"):
        script = (f"for irq in $(sed -n 's/^ *\\([0-9]*\\):.* {device}-{kind}.*/\\1/p' "
                  "/proc/interrupts); do cat /proc/irq/$irq/smp_affinity; done")
        masks = [int(mask, 16) for mask in vm.out(script).split()]
        assert sorted(masks) == [1, 2, 4, 8]
