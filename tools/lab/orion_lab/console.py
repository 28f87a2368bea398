# SPDX-License-Identifier: GPL-2.0-only
"""The guest's serial console: always logged, watched for a dying kernel."""

import re

from .util import LabError, last_lines

PANIC = re.compile(r"Kernel panic - not syncing.*")

# Lines after which a test must not pass, even where the kernel went on.
PROBLEM = re.compile(
    r"(WARNING: |BUG: |BUG at |Oops|general protection fault|KASAN: |UBSAN: |KCSAN: |"
    r"INFO: task .* blocked|INFO: rcu|rcu: INFO|soft lockup|refcount_t: |"
    r"list_(add|del) corruption|DMA-API: .*error|possible circular locking|"
    r"suspicious RCU|sleeping function called|unreferenced object|"
    r"NETDEV WATCHDOG|Call Trace:).*")


class GuestCrash(LabError):
    """The guest's kernel panicked, or QEMU ended by itself."""


def problems(text):
    """Lines of a kernel log that tell of a defect."""
    return [match[0] for match in map(PROBLEM.search, text.splitlines()) if match]


class Console:
    """The log that QEMU writes of a serial console."""

    def __init__(self, path):
        self.path = path
        self.seen = 0
        self.kept = ""

    def keep(self):
        """Remember what was printed, for when the file is gone."""
        self.kept = self.text()

    def text(self):
        """All that was printed so far."""
        if not self.path.is_file():
            return self.kept
        return self.path.read_bytes().decode("utf-8", "replace").replace("\r", "")

    def tail(self, count=40):
        """The last lines."""
        return last_lines(self.text(), count)

    def panic(self):
        """The line with which the kernel died, or None; cheap enough to ask often."""
        if not self.path.is_file() or self.path.stat().st_size == self.seen:
            return None
        self.seen = self.path.stat().st_size
        match = PANIC.search(self.text())
        if match:
            self.seen = -1
        return match[0] if match else None
