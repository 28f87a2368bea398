# SPDX-License-Identifier: GPL-2.0-only
"""What IGT's programs print, and what two drivers' results say together."""

import re

START = re.compile(r"^Starting subtest: (\S+)$")
END = re.compile(r"^Subtest (\S+): (SUCCESS|FAIL|SKIP|CRASH|TIMEOUT)\b")

OUTCOME = {"SUCCESS": "pass", "FAIL": "fail", "SKIP": "skip",
           "CRASH": "crash", "TIMEOUT": "timeout"}

# What a program without subtests ends with. Any other status is a failure.
STATUS = {0: "pass", 77: "skip"}


def parse(text):
    """Outcomes by subtest, and the subtest that began and never ended, if any."""
    outcomes = {}
    running = None
    for line in text.splitlines():
        begun, ended = START.match(line), END.match(line)
        if begun:
            running = begun[1]
        elif ended:
            outcomes[ended[1]] = OUTCOME[ended[2]]
            if ended[1] == running:
                running = None
    return outcomes, running


def count(outcomes):
    """How many of each outcome, in words."""
    names = ("pass", "fail", "crash", "timeout", "skip")
    found = list(outcomes.values())
    return ", ".join(f"{found.count(name)} {name}" for name in names if name in found)


def passed(outcomes):
    """The names of what passed."""
    return {name for name, outcome in outcomes.items() if outcome == "pass"}


class Comparison:
    """The kernel's own driver and ours on one kernel."""

    def __init__(self, theirs, ours):
        self.theirs = theirs
        self.ours = ours
        self.lost = sorted(passed(theirs) - passed(ours))
        self.won = sorted(passed(ours) - passed(theirs))
        self.broken = sorted(name for name, outcome in ours.items()
                             if outcome not in ("pass", "skip"))

    @property
    def good(self):
        """Whether ours passes all that theirs does, and more."""
        return bool(self.won) and not self.lost

    def lines(self):
        """The comparison, for people."""
        yield f"  in-tree: {len(self.theirs)} subtests: {count(self.theirs)}"
        yield f"  ours:    {len(self.ours)} subtests: {count(self.ours)}"
        for title, names in (("passes in-tree, not with ours", self.lost),
                             ("passes with ours, not in-tree", self.won),
                             ("does not pass with ours", self.broken)):
            for name in names:
                yield (f"  {title}: {name} (in-tree {self.theirs.get(name, 'absent')}, "
                       f"ours {self.ours.get(name, 'absent')})")
