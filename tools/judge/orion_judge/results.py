# SPDX-License-Identifier: GPL-2.0-only
"""What two drivers' outcomes, by the names of subtests, say together."""

NAMES = ("pass", "fail", "crash", "timeout", "xfail", "skip")


def count(outcomes):
    """How many of each outcome, in words."""
    found = list(outcomes.values())
    return ", ".join(f"{found.count(name)} {name}" for name in NAMES if name in found)


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
                             if outcome not in ("pass", "skip", "xfail"))

    @property
    def good(self):
        """Whether ours passes all that theirs does, and leaves fewer that do not pass."""
        left, theirs_left = (len(outcomes) - len(passed(outcomes))
                             for outcomes in (self.ours, self.theirs))
        return left < theirs_left and not self.lost

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
