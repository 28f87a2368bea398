# SPDX-License-Identifier: GPL-2.0-only
"""A disk with a Debian and the programs that 3D is tried with.

The guest's first process stays the lab's own; programs run in the disk's
system beneath it, so a boot takes hardly longer than without a disk.
"""

from . import packages
from .folder import NEWEST, Folder
from .util import cache, digest, locked, run, say

PACKAGES = [
    "qemu-guest-agent", "udev", "kmod", "procps", "strace", "dbus", "iproute2", "iputils-ping",
    "ethtool", "iperf3", "libdrm-tests", "drm-info", "mesa-utils", "mesa-utils-bin",
    "mesa-vulkan-drivers", "libgl1-mesa-dri", "libegl-mesa0", "libglx-mesa0", "vulkan-tools",
    "kmscube", "glmark2-drm", "glmark2-es2-drm", "weston", "seatd", "xserver-xorg-core",
    "xinit", "x11-xserver-utils", "x11-utils",
]

SIZE = "6G"


def path():
    """Where the image is, or will be."""
    return cache("image", f"{NEWEST}-{digest(SIZE, *PACKAGES)}.ext4")


def ensure():
    """Make the image if it is not there, and return its path."""
    image = path()
    if image.is_file():
        return image
    with locked(image):
        if image.is_file():
            return image
        packages.install(packages.IMAGE)
        folder = Folder(NEWEST, name=f"{NEWEST}-image")
        folder.ensure(PACKAGES)
        say("writing the image")
        part = image.with_suffix(".part")
        part.unlink(missing_ok=True)
        root = folder.root()
        run(root + ["mke2fs", "-q", "-t", "ext4", "-m", "0", "-L", "orion", "-d", folder.dir,
                    part, SIZE])
        run(root + ["chmod", "644", part])
        for old in image.parent.glob(f"{NEWEST}-*.ext4"):
            run(root + ["rm", "-f", old])
        run(root + ["mv", part, image])
    return image
