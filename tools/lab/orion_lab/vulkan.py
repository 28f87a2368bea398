# SPDX-License-Identifier: GPL-2.0-only
"""A disk with Vulkan programs, whose driver has the host's Vulkan do the work.

Debian 12's Mesa is from before that driver, so this is a newer Debian.
"""

import pathlib

from . import disk
from .folder import NEWEST
from .suites import Suite
from .util import digest

# Part of the cache's key. Read now, because the files may change while this code runs.
OWN = [pathlib.Path(path).read_text(encoding="utf-8") for path in (__file__, disk.__file__)]

PACKAGES = ["libvulkan1", "mesa-vulkan-drivers", "vulkan-tools"]


def ensure():
    """Make the disk if it is not there, and return its path."""
    return disk.ensure("vulkan", digest(*OWN), Suite(NEWEST, backports=True), PACKAGES)
