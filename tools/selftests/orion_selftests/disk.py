# SPDX-License-Identifier: GPL-2.0-only
"""The guest's disk: a Debian with what the selftests call, and the selftests."""

import pathlib
import shutil

from orion_lab import disk
from orion_lab.folder import NEWEST, Folder
from orion_lab.suites import Suite
from orion_lab.util import cache, digest

from . import source

OWN = [pathlib.Path(path).read_text(encoding="utf-8") for path in (__file__, disk.__file__)]

PACKAGES = ["bpftool", "bpftrace", "ethtool", "gawk", "iperf3", "iproute2", "iputils-arping",
            "iputils-ping", "jq", "liburing2", "netsniff-ng", "python3", "python3-jsonschema",
            "python3-yaml", "socat", "tcpdump"]

# Tests use what only the newest ethtool has, and that runs on older libraries, too.
ETHTOOL_SUITE = "sid"

# Where the tests are in the guest.
TESTS = "/selftests"


def ensure(kernel):
    """Make the disk for @kernel if it is not there, and return its path."""
    tests = source.ensure(kernel)

    def fill(root):
        newest = Suite(ETHTOOL_SUITE).unpack(["ethtool"], cache("selftests", "ethtool"))
        shutil.copy2(newest / "usr/sbin/ethtool", root / "usr/sbin/ethtool")
        shutil.copytree(tests, root / TESTS[1:], symlinks=True)
        # What installing a package does, and what takes the guest long.
        Folder().run(["python3", "-m", "compileall", "-q", "-s", root, "-p", "/", root / "usr/lib",
                      root / TESTS[1:]])

    return disk.ensure(f"selftests-{source.name_of(kernel)}", digest(tests.name, *OWN),
                       Suite(NEWEST, True), PACKAGES, fill)
