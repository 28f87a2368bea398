# SPDX-License-Identifier: GPL-2.0-only
"""Which programs of a suite are run, and which of their subtests."""

import dataclasses
import fnmatch


@dataclasses.dataclass
class Program:
    """One line of the list."""

    name: str
    patterns: list

    def wants(self, subtest):
        """Whether the subtest is chosen: the last pattern that fits decides."""
        wanted = not self.patterns or self.patterns[0].startswith("!")
        for pattern in self.patterns:
            if fnmatch.fnmatchcase(subtest, pattern.lstrip("!")):
                wanted = not pattern.startswith("!")
        return wanted


def read(path):
    """The programs of a list, in its order."""
    programs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.partition("#")[0].split()
        if words:
            programs.append(Program(words[0], words[1:]))
    return programs
