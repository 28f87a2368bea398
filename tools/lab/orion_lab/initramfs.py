# SPDX-License-Identifier: GPL-2.0-only
"""A guest's userland in memory: stock tools of Debian, and a kernel's modules.

The tools come from packages unpacked below the cache, so neither root nor
anything installed here is needed, and the guest is the same on every machine.
"""

import os
import pathlib
import shutil
import stat
import subprocess

from . import packages
from .suites import Suite
from .util import LabError, cache, digest, half_made, locked, run, say

SUITE = "bookworm"

# Part of the cache's key. Read now, because the file may change while this code runs.
OWN = pathlib.Path(__file__).read_text(encoding="utf-8")

PACKAGES = [
    "busybox-static", "dash", "bash", "util-linux", "kmod", "libdrm-tests", "iproute2", "ethtool",
    "iperf3", "iputils-ping", "qemu-guest-agent", "tcpdump", "netcat-openbsd", "strace",
]

PROGRAMS = [
    "bin/busybox", "bin/dash", "bin/bash", "usr/bin/setsid", "bin/kmod", "bin/ip", "sbin/tc",
    "sbin/bridge", "bin/ss", "sbin/ethtool", "bin/ping", "usr/sbin/qemu-ga", "usr/bin/iperf3",
    "usr/bin/tcpdump", "usr/bin/nc.openbsd", "usr/bin/strace", "usr/bin/modetest",
    "usr/bin/modeprint", "usr/bin/proptest", "usr/bin/vbltest", "usr/bin/drmdevice",
]

# One folder for programs and one for libraries, under all their names.
ALIKE = {"bin": "usr/bin", "sbin": "usr/bin", "usr/sbin": "bin", "lib": "usr/lib",
         "lib64": "usr/lib", "usr/lib64": "lib", "usr/lib/x86_64-linux-gnu": "."}

KMOD = ["insmod", "rmmod", "modprobe", "lsmod", "modinfo", "depmod"]

# What a guest needs to come up and be talked to, then what drivers and tests call for.
# A name that a kernel lacks or has built in is passed over.
BOOT_MODULES = ["virtio_pci", "virtio_mmio", "virtio_console"]
MODULES = BOOT_MODULES + [
    "virtio_gpu", "drm", "drm_kms_helper", "drm_shmem_helper", "drm_panic", "virtio_dma_buf",
    "drm_client_lib", "drm_ttm_helper", "fb_sys_fops", "sysimgblt", "sysfillrect", "syscopyarea",
    "virtio_net", "failover", "net_failover", "e1000e", "tun", "veth", "bridge", "dummy",
    "8021q", "bonding", "macvlan", "ipvlan", "team", "netconsole", "vxlan", "geneve", "ifb",
    "pktgen", "vrf", "ipip", "sit", "ip6_tunnel", "ip_gre", "ip6_gre",
    "sch_fq", "sch_ingress", "sch_mqprio", "sch_etf", "sch_prio",
    "cls_bpf", "cls_flower", "cls_matchall", "act_gact", "act_mirred", "act_bpf",
    "act_skbedit", "xsk_diag", "tls", "tcp_bbr", "udp_tunnel",
    "virtio_rng", "virtio_balloon", "virtio_input", "evdev", "9pnet_virtio", "9p", "virtio_blk",
    "virtio_scsi", "ext4", "overlay", "vgem", "udmabuf", "fbcon", "msr",
    "pcieport", "shpchp", "pci_hotplug", "af_packet", "configfs", "uinput",
]


class Archive:
    """A cpio archive as the kernel unpacks it, written without needing root."""

    def __init__(self, handle):
        self.handle = handle
        self.inode = 0
        self.known = set()

    def _entry(self, name, mode, data=b"", rdev=(0, 0)):
        self.inode += 1
        name = name.encode() + b"\0"
        fields = [self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(name), 0]
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
        self.handle.write(head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4))

    def folder(self, path):
        """Add a folder and those above it, once."""
        parts = pathlib.PurePath(path).parts
        for count in range(1, len(parts) + 1):
            name = "/".join(parts[:count])
            if name not in self.known:
                self.known.add(name)
                self._entry(name, stat.S_IFDIR | 0o755)

    def file(self, path, data, mode=0o644):
        """Add a file with the bytes @data."""
        if path in self.known:
            return
        self.folder(os.path.dirname(path))
        self.known.add(path)
        self._entry(path, stat.S_IFREG | mode, data)

    def link(self, path, target):
        """Add a symbolic link."""
        if path in self.known:
            return
        self.folder(os.path.dirname(path))
        self.known.add(path)
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def device(self, path, major, minor):
        """Add a character device."""
        self.folder(os.path.dirname(path))
        self._entry(path, stat.S_IFCHR | 0o600, rdev=(major, minor))

    def end(self):
        """Close the archive; another may follow in the same file."""
        self._entry("TRAILER!!!", 0)
        self.handle.write(bytes(-self.handle.tell() % 4))


def tools():
    """The folder with the unpacked tools."""
    target = cache("guest", f"tools-{digest(*PACKAGES)}")
    if (target / ".unpacked").is_file():
        return target
    return Suite(SUITE).unpack(PACKAGES, target, closure=True)


def _find(root, path):
    """@path below @root, whether or not /bin and /usr/bin are one there."""
    for name in (path, path.removeprefix("usr/"), f"usr/{path}"):
        if (root / name).exists():
            return root / name
    return None


def needed(binary):
    """Shared libraries and loader that the ELF file @binary names."""
    with open(binary, "rb") as handle:
        if handle.read(4) != b"\x7fELF":
            return []
    text = run(["objdump", "-p", binary])
    return [line.split()[1] for line in text.splitlines() if line.strip().startswith("NEEDED")]


def library(root, name):
    """Where the tools' packages have the library @name."""
    for base in ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu", "lib64", "usr/lib64",
                 "usr/lib/x86_64-linux-gnu/systemd", "lib"):
        if (root / base / name).exists():
            return root / base / name
    raise LabError(f"no package of the guest's tools has {name}")


def closure(root, programs):
    """Every library that @programs need, by name."""
    found = {}
    todo = list(programs)
    while todo:
        for name in needed(todo.pop()):
            if name not in found:
                found[name] = library(root, name)
                todo.append(found[name])
    return found


def _add_tools(archive, root):
    programs = []
    for path in PROGRAMS:
        real = _find(root, path)
        if real:
            programs.append(real.resolve())
            archive.file(f"usr/bin/{os.path.basename(path)}", real.read_bytes(), 0o755)
    for name in KMOD:
        archive.link(f"usr/bin/{name}", "kmod")
    archive.link("usr/bin/nc", "nc.openbsd")
    # busybox's shell runs its own applets whatever PATH says, dash runs the real tools.
    archive.link("usr/bin/sh", "dash")
    for name, path in closure(root, programs).items():
        archive.file(f"usr/lib/{name}", path.read_bytes(), 0o755)
    # Real tools first: an applet must not hide the program under test.
    for applet in subprocess.run([root / "bin/busybox", "--list"], capture_output=True,
                                 text=True, check=True).stdout.split():
        archive.link(f"usr/bin/{applet}", "busybox")
    for name, target in ALIKE.items():
        archive.link(name, target)


def _stage_modules(kernel, stage):
    """Copy the named modules and all they depend on, unpacked, and index them."""
    base = kernel.modules
    target = stage / "lib/modules" / kernel.release
    (target / "kernel").mkdir(parents=True)
    root = stage / "whole"
    (root / "lib/modules").mkdir(parents=True)
    # depmod indexes the whole tree first: Debian makes the index at installation only.
    (root / "lib/modules" / kernel.release).mkdir()
    whole = root / "lib/modules" / kernel.release
    for name in ("modules.builtin", "modules.order", "modules.builtin.modinfo"):
        if (base / name).is_file():
            shutil.copy(base / name, target / name)
            shutil.copy(base / name, whole / name)
    (whole / "kernel").symlink_to(base / "kernel")
    run(["depmod", "-b", root, kernel.release])
    paths = set()
    for name in MODULES:
        done = subprocess.run(["modprobe", "-d", root, "-S", kernel.release, "-a",
                               "--show-depends", name], capture_output=True, text=True,
                              check=False)
        for line in done.stdout.splitlines():
            words = line.split()
            if words and words[0] == "insmod":
                paths.add(pathlib.Path(words[1]).relative_to(whole))
    shutil.rmtree(root)
    for path in sorted(paths):
        out = target / path
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(base / path, out)
    for suffix, tool in ((".xz", "xz"), (".zst", "zstd"), (".gz", "gzip")):
        packed = [path for path in target.rglob(f"*.ko{suffix}")]
        if packed:
            run([tool, "-d", *(["--rm"] if tool == "zstd" else []), *packed])
    run(["depmod", "-b", stage, kernel.release])
    return target


def base(kernel):
    """The archive of tools and modules for @kernel, made once."""
    init = pathlib.Path(__file__).with_name("init.sh")
    script = init.read_text(encoding="utf-8")
    key = digest(OWN, script, kernel.release, kernel.modules, kernel.modules.stat().st_mtime_ns)
    path = cache("guest", f"initramfs-{kernel.release}-{key}.cpio")
    with locked(path.with_name(f"initramfs-{kernel.release}")):
        if not path.is_file():
            packages.install(packages.GUEST)
            root = tools()
            say(f"making the guest's initramfs for {kernel.release}")
            for old in path.parent.glob(f"initramfs-{kernel.release}-*.cpio"):
                old.unlink()
            with half_made(path.with_suffix(".stage")) as stage:
                modules = _stage_modules(kernel, stage)
                part = path.with_suffix(".part")
                with open(part, "wb") as handle:
                    _write_base(Archive(handle), root, modules, stage, script)
            part.rename(path)
            shutil.rmtree(path.with_suffix(".stage"))
    return path


def _write_base(archive, root, modules, stage, script):
    for name in ("dev", "proc", "sys", "run", "tmp", "root", "mnt", "etc", "var/run", "orion"):
        archive.folder(name)
    # The kernel opens it for init before init can mount anything on /dev.
    archive.device("dev/console", 5, 1)
    archive.device("dev/null", 1, 3)
    archive.file("init", script.encode(), 0o755)
    archive.file("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n")
    # There is no init system that could be asked to power off.
    archive.file("etc/profile", b"alias poweroff='poweroff -f' reboot='reboot -f'\nPS1='# '\n")
    archive.file("etc/group", b"root:x:0:\n")
    archive.file("etc/hosts", b"127.0.0.1 localhost\n::1 localhost\n")
    _add_tools(archive, root)
    for path in sorted(modules.rglob("*")):
        if path.is_file():
            archive.file(f"usr/{path.relative_to(stage)}", path.read_bytes())
    archive.end()


def overlay(handle, files):
    """Append an archive with @files: guest path to host path or bytes."""
    archive = Archive(handle)
    for name, what in files.items():
        data = what if isinstance(what, bytes) else pathlib.Path(what).read_bytes()
        mode = 0o644 if isinstance(what, bytes) else stat.S_IMODE(os.stat(what).st_mode) | 0o444
        archive.file(name.lstrip("/"), data, mode)
    archive.end()
