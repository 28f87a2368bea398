# SPDX-License-Identifier: GPL-2.0-only
"""What a benchmark is, and how its runs are summed up."""

import dataclasses
import statistics

SIDES = ("in-tree", "ours")


class Skip(Exception):
    """A scenario that a driver cannot run; the message says why."""


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One benchmark."""

    name: str
    what: str
    """One line for people."""
    guest: str
    """The kind of guest that it runs in; a key of the module's GUESTS."""
    run: object
    """run(bench, side) does it once and returns {metric: number}; may raise Skip."""
    first: str
    """The metric that the others explain."""
    more: bool = False
    """More of it is better."""


def best(scenario, runs):
    """One result out of several runs.

    Of counts the lowest: what else goes on in the guest and on the host can only
    add to them. Of what a clock measures the median.
    """
    if scenario.guest == "counting":
        return min(runs, key=lambda run: run[scenario.first])
    names = runs[0].keys()
    return {name: statistics.median(run[name] for run in runs) for name in names}


def ratio(scenario, results):
    """Ours divided by the kernel's own, or None; of pairs of runs that were neighbours in time."""
    if any("runs" not in results.get(side, {}) for side in SIDES):
        return None
    if scenario.guest == "counting":
        theirs, ours = (results[side]["best"][scenario.first] for side in SIDES)
        return ours / theirs if theirs else None
    pairs = zip(*(results[side]["runs"] for side in SIDES))
    found = [ours[scenario.first] / theirs[scenario.first] for theirs, ours in pairs
             if theirs[scenario.first]]
    return statistics.median(found) if found else None
