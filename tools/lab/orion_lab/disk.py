# SPDX-License-Identifier: GPL-2.0-only
"""Disks made of stock Debian packages that are unpacked and not installed.

Making one takes neither root nor long. The guest's first process stays the lab's
own; programs run in the disk's system beneath it.
"""

import shutil

from . import packages
from .util import cache, locked, run, say

# What every disk needs: a system that the lab's init can run programs in.
SYSTEM = ["base-files", "bash", "coreutils", "dash", "grep", "kmod", "mawk", "procps",
          "qemu-guest-agent", "sed", "udev", "util-linux"]

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


def ensure(name, key, suite, names, fill=None):
    """Make the disk @name of @suite's packages, if one with @key is not there; its path.

    @fill is called with the folder of the disk's files, to add more.
    """
    disk = cache("image", f"{name}-{key}.ext4")
    if disk.is_file():
        return disk
    with locked(disk):
        if not disk.is_file():
            packages.install(packages.DISK)
            root = cache("image", name)
            # What an interrupted lab may have left.
            shutil.rmtree(root, ignore_errors=True)
            suite.unpack(SYSTEM + names, root, closure=True)
            say(f"writing the disk {name}")
            _settle(root)
            if fill:
                fill(root)
            _write(disk, name, root)
    return disk


def _settle(root):
    for name in DROP:
        shutil.rmtree(root / name, ignore_errors=True)
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="ascii")
    for name, target in LINKS.items():
        (root / name).symlink_to(target)


def _write(disk, name, root):
    part = disk.with_suffix(".part")
    part.unlink(missing_ok=True)
    run(["mke2fs", "-q", "-t", "ext4", "-m", "0", "-L", name, "-E", "root_owner=0:0",
         "-d", root, part, SIZE])
    for old in disk.parent.glob(f"{name}-*.ext4"):
        old.unlink()
    part.rename(disk)
    shutil.rmtree(root)
