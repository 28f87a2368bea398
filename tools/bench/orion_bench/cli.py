# SPDX-License-Identifier: GPL-2.0-only
"""Measure the kernel's own drivers and ours in the same guest, and compare."""

import argparse
import json
import pathlib
import sys

from orion_lab import LabError, kernels, qemu
from orion_lab.util import say

from . import gpu, net, report
from .scenario import SIDES, Skip, best, ratio, runs

# Each has GUESTS, by kind, and SCENARIOS.
FAMILIES = [net, gpu]


def scenarios(wanted):
    """Pairs of family and scenario, of the names @wanted or all."""
    found = [(family, scenario) for family in FAMILIES for scenario in family.SCENARIOS]
    known = [scenario.name for _, scenario in found]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise LabError(f"no scenario {', '.join(unknown)}; there are {', '.join(known)}")
    return [(family, scenario) for family, scenario in found
            if not wanted or scenario.name in wanted]


def measure(scenario, bench, rounds):
    """All runs of a scenario, each driver's next to the other's."""
    results = {side: {"runs": []} for side in SIDES}
    for number in range(runs(scenario, rounds)):
        # Each goes first as often as the other, for what the host does meanwhile.
        for side in SIDES if number % 2 == 0 else SIDES[::-1]:
            if "skipped" in results[side]:
                continue
            try:
                results[side]["runs"].append(scenario.run(bench, side))
            except Skip as reason:
                results[side] = {"skipped": str(reason)}
    for side in SIDES:
        if "runs" in results[side]:
            results[side]["best"] = best(scenario, results[side]["runs"])
    return results


def booted(make, kernel, attempts=3):
    """A guest that is up. On a busy machine QEMU's translator loses one now and then."""
    bench = make(kernel)
    try:
        return bench.start()
    except LabError as error:
        bench.close()
        if attempts == 1:
            raise
        say(f"once more: {error}".splitlines()[0])
    return booted(make, kernel, attempts - 1)


def run_kernel(name, chosen, args):
    """All scenarios on one kernel; returns what goes into the JSON file."""
    kernel = kernels.resolve(name)
    print("\n".join(report.head(kernel.release, qemu.version())), flush=True)
    found = {}
    for key in dict.fromkeys((family, scenario.guest) for family, scenario in chosen):
        family, kind = key
        bench = booted(family.GUESTS[kind], kernel)
        try:
            for own, scenario in chosen:
                if (own, scenario.guest) != key:
                    continue
                say(f"{kernel.release}: {scenario.name}")
                results = measure(scenario, bench, args.rounds)
                found[scenario.name] = {"ratio": ratio(scenario, results), **results}
                print("\n".join(report.lines(scenario, results, found[scenario.name]["ratio"])),
                      flush=True)
                if args.symbols and kind == "counting":
                    print("\n".join(report.tops(results, args.symbols)), flush=True)
        finally:
            bench.close()
    return found


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="default: all")
    parser.add_argument("--kernel", action="append", metavar="NAME",
                        help="6.1, 6.12 or 7.2; may be repeated; default: all three")
    parser.add_argument("--rounds", type=int, default=3, metavar="N",
                        help="runs of each driver, interleaved (default: 3)")
    parser.add_argument("--symbols", type=int, default=0, metavar="N",
                        help="show the N functions that cost the most")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        help="write all numbers there")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    return parser.parse_args()


def main():
    """The program."""
    args = parse()
    try:
        chosen = scenarios(args.scenarios)
        if args.list:
            for _, scenario in chosen:
                print(f"{scenario.name:18} {scenario.what}")
            return 0
        found = {}
        for name in args.kernel or kernels.ALIASES:
            found[name] = run_kernel(name, chosen, args)
            print(flush=True)
            if args.json:
                args.json.write_text(json.dumps(found, indent=1), encoding="ascii")
    except LabError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0
