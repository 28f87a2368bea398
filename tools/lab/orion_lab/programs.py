# SPDX-License-Identifier: GPL-2.0-only
"""A disk with the programs that people use a display with, such as Weston and Xorg.

Made of stock Debian packages that are unpacked and not installed, so it takes
neither root nor long. What 3D needs is in another image, see image.py.
"""

import pathlib
import shutil

from . import packages
from .suites import Suite
from .util import cache, digest, locked, run, say

SUITE = "bookworm"

# Part of the cache's key. Read now, because the file may change while this code runs.
OWN = pathlib.Path(__file__).read_text(encoding="utf-8")

PACKAGES = [
    "base-files", "bash", "coreutils", "dash", "drm-info", "fbset", "fonts-dejavu-core", "grep",
    "kmod", "kmscube", "libdrm-tests", "libegl-mesa0", "libegl1", "libgbm1", "libgl1-mesa-dri",
    "libgles2", "mawk", "procps", "qemu-guest-agent", "sed", "udev", "util-linux", "weston",
    "x11-xserver-utils", "xserver-xorg-core",
]

# What no program here looks at, most of it weighty.
DROP = ["usr/share/doc", "usr/share/locale", "usr/share/man", "usr/share/perl",
        "usr/lib/x86_64-linux-gnu/perl", "usr/lib/x86_64-linux-gnu/perl-base",
        "usr/lib/x86_64-linux-gnu/mfx", "usr/lib/gcc"]

# What packages do when they are installed.
FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/group": "root:x:0:\ntty:x:5:\ninput:x:101:\nvideo:x:44:\n",
    "etc/hosts": "127.0.0.1 localhost\n",
}

LINKS = {"usr/bin/awk": "mawk"}

SIZE = "1G"


def ensure():
    """Make the disk if it is not there, and return its path."""
    disk = cache("image", f"programs-{digest(OWN)}.ext4")
    if disk.is_file():
        return disk
    with locked(disk):
        if disk.is_file():
            return disk
        packages.install(packages.DISK)
        root = cache("image", "programs")
        # What an interrupted lab may have left.
        shutil.rmtree(root, ignore_errors=True)
        Suite(SUITE).unpack(PACKAGES, root, closure=True)
        say("writing the disk with programs")
        for name in DROP:
            shutil.rmtree(root / name, ignore_errors=True)
        for name, text in FILES.items():
            (root / name).write_text(text, encoding="ascii")
        for name, target in LINKS.items():
            (root / name).symlink_to(target)
        part = disk.with_suffix(".part")
        part.unlink(missing_ok=True)
        run(["mke2fs", "-q", "-t", "ext4", "-m", "0", "-L", "programs", "-E", "root_owner=0:0",
             "-d", root, part, SIZE])
        for old in disk.parent.glob("programs-*.ext4"):
            old.unlink()
        part.rename(disk)
        shutil.rmtree(root)
    return disk
