# SPDX-License-Identifier: GPL-2.0-only
"""Where pictures are kept: buffers of every size and origin, and what they cost."""

import pytest

from vmlib.gpu import Kms, cached, emptied, pattern

pytestmark = [pytest.mark.machine("displays"), pytest.mark.needs("ours")]


@pytest.fixture
def kms(rig):
    """A client that is master of the card."""
    with Kms(rig.vm, rig.card()) as kms:
        kms.ask("off 0")
        yield kms


def shown(rig, width, height, seed):
    """Wait until this is the picture on the first head."""
    wanted = pattern(width, height, seed=seed)
    rig.until(lambda: rig.vm.screendump().differs(wanted) == 0, what=f"picture {seed}")


@pytest.fixture
def vgem(kms, vm):
    """A second card, without a device: what it has is memory."""
    vm.run("modprobe vgem", check=True)
    yield
    kms.close()
    vm.run("rmmod vgem", check=True)


def test_picture_of_another_driver_is_shown(rig, kms, vgem):
    kms.ask("borrow 0 800 600 vgem")
    kms.ask("paint 0 3")
    kms.ask("fb 0 800 600 0 0 XR24")
    kms.ask("set 0 800 600 0")
    shown(rig, 800, 600, 3)
    # Nobody tells the card what becomes of its memory.
    kms.ask("paint 0 4")
    kms.ask("dirty 0 0 0 800 600")
    shown(rig, 800, 600, 4)


def test_flips_between_imported_pictures(rig, kms, vgem):
    for buf in (0, 1):
        kms.ask(f"borrow {buf} 640 480 vgem")
        kms.ask(f"paint {buf} {5 + buf}")
        kms.ask(f"fb {buf} 640 480 0 0 XR24")
    kms.ask("set 0 640 480 0")
    kms.ask("paint 1 9")
    kms.ask("flip 0 1 0 1")
    shown(rig, 640, 480, 9)


def test_import_has_one_handle_and_can_be_mapped(kms, vgem):
    kms.ask("borrow 0 640 480 vgem")
    kms.ask("paint 0 1")
    assert kms.ask("again 0")["same"] == "1"
    assert kms.ask("same 0")["same"] == "1"


def test_own_buffer_comes_back_as_itself(kms):
    kms.ask("dumb 0 640 480")
    kms.ask("export 0")
    kms.ask("paint 0 1")
    assert kms.ask("again 0")["same"] == "1"
    assert kms.ask("same 0")["same"] == "1"


def test_what_is_written_by_way_of_a_dma_buf_is_shown(rig, kms):
    kms.show(0, 800, 600, seed=1)
    kms.ask("export 0")
    kms.ask("paint 0 2")
    shown(rig, 800, 600, 2)
    # A buffer that is not shown goes to the host when it is.
    kms.picture(1, 800, 600, seed=3)
    kms.ask("flip 0 1 0 1")
    kms.ask("paint 0 4")
    shown(rig, 800, 600, 3)
    kms.ask("flip 0 0 1 1")
    shown(rig, 800, 600, 4)


def cgroup(vm, limit):
    """A control group with this memory limit."""
    vm.run("grep -q ' cgroup2 ' /proc/mounts || mount -t cgroup2 none /sys/fs/cgroup", check=True)
    vm.run("cd /sys/fs/cgroup && mkdir -p t && echo +memory >cgroup.subtree_control", check=True)
    vm.guest.write("/sys/fs/cgroup/t/memory.max", str(limit))
    return "/sys/fs/cgroup/t"


def test_memory_is_charged_to_whoever_asked(vm, kms):
    group = cgroup(vm, 24 << 20)
    vm.guest.write(f"{group}/cgroup.procs", vm.out(["pidof", "kms"]).split()[0])
    before = int(vm.guest.text(f"{group}/memory.current"))
    kms.ask("dumb 0 1280 800")
    assert int(vm.guest.text(f"{group}/memory.current")) - before >= 4096000
    refused = [kms.refused(f"dumb {buf} 1280 800") for buf in range(1, 8)]
    assert refused[0] is None and refused[-1] == "ENOMEM"
    assert "oom_kill 0" in vm.guest.text(f"{group}/memory.events")
    for buf in range(8):
        kms.refused(f"free {buf}")
    assert int(vm.guest.text(f"{group}/memory.current")) - before < 4096000


def fdinfo(vm):
    """What the kernel says of the client's file: memory in KiB, the rest as it is."""
    pid = vm.out(["pidof", "kms"]).split()[0]
    said = vm.out(f"cd /proc/{pid}; for fd in fd/*; do case $(readlink $fd) in "
                  "/dev/dri/*) cat fdinfo/${fd#fd/};; esac; done")
    told = {}
    for key, value in (line.split(":", 1) for line in said.splitlines() if ":" in line):
        amount, _, unit = value.strip().partition(" ")
        told[key] = int(amount) * {"KiB": 1, "MiB": 1024}[unit] if unit in ("KiB", "MiB") \
            else value.strip()
    return told


def test_file_tells_what_it_has(vm, kms):
    size = 1024 * 768 * 4 // 1024
    for buf in range(3):
        kms.ask(f"dumb {buf} 1024 768")
    told = fdinfo(vm)
    assert told["drm-driver"] == "virtio_gpu"
    assert int(told["drm-client-id"]) > 0
    assert told["drm-total-memory"] == told["drm-resident-memory"] == 3 * size
    # No device of the guest works on them, nor has anybody else a handle.
    assert not int(told.get("drm-active-memory", 0)) and not int(told["drm-shared-memory"])
    kms.ask("free 1")
    told = fdinfo(vm)
    assert told["drm-total-memory"] == told["drm-resident-memory"] == 2 * size


def inherit(rig):
    """A client draws and ends, and the next one looks; tells whether it got the same memory."""
    with Kms(rig.vm, rig.card()) as first:
        first.show(0, 800, 600, seed=5)
        shown(rig, 800, 600, 5)
        first.ask("dumb 1 800 600")
        first.ask("fill 1 0xff123456")
        first.ask("fb 1 800 600 0 0 XR24")
    before = cached(rig)["reused"]
    with Kms(rig.vm, rig.card()) as heir:
        for buf in range(4):
            heir.ask(f"dumb {buf} 800 600")
        same = cached(rig)["reused"] > before
        for buf in range(4):
            assert heir.ask(f"zeroes {buf}")["count"] == str(800 * 600), f"buffer {buf}"
            heir.ask(f"fb {buf} 800 600 0 0 XR24")
        for buf in range(4):
            heir.ask(f"set 0 800 600 {buf}")
            rig.until(lambda: set(rig.vm.screendump().colours()) == {(0, 0, 0)},
                      what="a black screen")
    return same


def test_no_client_sees_what_another_drew(rig):
    # On a slow machine what is kept may be gone before the heir comes.
    assert any(inherit(rig) for _ in range(8))


def test_what_comes_again_costs_the_host_nothing(rig, kms):
    kms.ask("churn 1 1024 768")
    with rig.trace.watch("virtio_gpu_cmd_res_*", "virtio_queue_notify") as events:
        kms.ask("churn 30 1024 768")
    # At most the first one is new, and what others left goes meanwhile.
    assert events.count("virtio_gpu_cmd_res_create_2d") <= 1
    assert events.kicks(0) < 10


def test_caches_are_dropped(rig, vm, kms):
    emptied(rig)
    script = (f"f=/sys/kernel/debug/dri/{rig.card()}/orion/cache; grep free $f; "
              "echo 2 >/proc/sys/vm/drop_caches; sleep 0.1; grep free $f")
    # Seen before it is old enough to go by itself, if the machine is not too slow.
    for _ in range(20):
        kms.ask("churn 1 1024 768")
        said = vm.out(script).split()
        if said == ["free", "768", "free", "0"]:
            break
    else:
        pytest.fail(f"not emptied at once: {said}")


def test_cache_can_be_turned_off(rig, vm, kms):
    emptied(rig)
    vm.guest.write("/sys/module/orion_vgpu/parameters/cache_mb", "0")
    try:
        before = cached(rig)["reused"]
        kms.ask("churn 10 640 480")
        assert cached(rig)["reused"] == before
        assert not cached(rig)["entries"]
    finally:
        vm.guest.write("/sys/module/orion_vgpu/parameters/cache_mb", "64")


def test_a_thousand_buffers_go_in_few_kicks(rig, vm):
    with Kms(vm, rig.card()) as kms:
        kms.ask("many 1000 64 64")
        with rig.trace.watch("virtio_gpu_cmd_res_unref", "virtio_queue_notify",
                             settle=2) as events:
            kms.close()
    # A few are kept a moment longer, in case they are wanted again.
    assert events.count("virtio_gpu_cmd_res_unref") >= 900
    # Half a ring of 64 descriptors is 16 commands.
    assert events.kicks(0) < 100, events.kicks(0)


def test_replacing_a_buffer_needs_no_room_for_both(rig, kms):
    del rig
    # Far more than the host's limit of 256 MiB, one after the other.
    for _ in range(12):
        kms.ask("dumb 0 4096 3072")
        kms.ask("fb 0 4096 3072 0 0 XR24")
        kms.ask("free 0")


def test_8k_picture_is_shown(vm, kms):
    kms.ask("dumb 0 7680 4320")
    kms.ask("fb 0 7680 4320 0 0 XR24")
    kms.ask("paint 0 1", timeout=120)
    kms.ask("usermode 0 7680 4320 30 0", timeout=120)
    picture = vm.screendump()
    assert picture.size == (7680, 4320)
    for x, y in ((0, 0), (7679, 0), (0, 4319), (7679, 4319), (4000, 2000)):
        assert picture.pixel(x, y) == (x & 255, y & 255, 1)
