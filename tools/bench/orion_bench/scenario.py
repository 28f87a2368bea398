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
    pick: object = None
    """pick(runs) makes one result out of several runs; without it, best() does."""


# Runs that a clock measures vary far more than counts do.
CLOCK_RUNS = 4


def runs(scenario, rounds):
    """How often a scenario runs in so many rounds."""
    return rounds if scenario.guest == "counting" else rounds * CLOCK_RUNS


def best(scenario, found):
    """One result out of several runs.

    Of counts the lowest: what else goes on in the guest and on the host can only
    add to them. Of what a clock measures the mean.
    """
    if scenario.pick:
        return scenario.pick(found)
    if scenario.guest == "counting":
        return min(found, key=lambda run: run[scenario.first])
    return {name: statistics.mean(run[name] for run in found) for name in found[0]}


def ratio(scenario, results):
    """Ours divided by the kernel's own, or None."""
    theirs, ours = (results[side].get("best", {}).get(scenario.first) for side in SIDES)
    return ours / theirs if ours and theirs else None
