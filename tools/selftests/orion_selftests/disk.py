# SPDX-License-Identifier: GPL-2.0-only
"""The guest's disk: a Debian with what the selftests call, and the selftests."""

import pathlib
import shutil

from orion_lab import disk
from orion_lab.folder import NEWEST
from orion_lab.suites import Suite
from orion_lab.util import digest

from . import source

OWN = [pathlib.Path(path).read_text(encoding="utf-8") for path in (__file__, disk.__file__)]

PACKAGES = ["bpftool", "bpftrace", "ethtool", "gawk", "iperf3", "iproute2", "iputils-arping",
            "iputils-ping", "jq", "liburing2", "netsniff-ng", "python3", "python3-jsonschema",
            "python3-yaml", "socat", "tcpdump"]

# Where the tests are in the guest.
TESTS = "/selftests"


def ensure(kernel):
    """Make the disk for @kernel if it is not there, and return its path."""
    tests = source.ensure(kernel)

    def fill(root):
        shutil.copytree(tests, root / TESTS[1:], symlinks=True)

    return disk.ensure(f"selftests-{source.name_of(kernel)}", digest(tests.name, *OWN),
                       Suite(NEWEST, True), PACKAGES, fill)
