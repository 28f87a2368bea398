# SPDX-License-Identifier: GPL-2.0-only
"""A disk with the programs that people use a display with, such as Weston and Xorg.

What 3D needs is in another image, see image.py.
"""

import pathlib

from . import disk
from .suites import Suite
from .util import digest

SUITE = "bookworm"

# Part of the cache's key. Read now, because the files may change while this code runs.
OWN = [pathlib.Path(path).read_text(encoding="utf-8") for path in (__file__, disk.__file__)]

PACKAGES = [
    "drm-info", "fbset", "fonts-dejavu-core", "kmscube", "libdrm-tests", "libegl-mesa0",
    "libegl1", "libgbm1", "libgl1-mesa-dri", "libgles2", "mesa-utils", "mesa-utils-bin",
    "weston", "x11-xserver-utils", "xserver-xorg-core",
]


def ensure():
    """Make the disk if it is not there, and return its path."""
    return disk.ensure("programs", digest(*OWN), Suite(SUITE), PACKAGES)
