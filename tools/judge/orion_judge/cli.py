# SPDX-License-Identifier: GPL-2.0-only
"""The command line of a suite: run its programs against both drivers, and compare."""

import argparse
import pathlib
import sys
import time

from orion_lab import LabError
from orion_lab.util import say

from . import chosen, results
from .record import Record

DRIVERS = ("in-tree", "ours")


def parser(suite, description, programs):
    """What the command lines of all suites have; @programs is the list to run."""
    made = argparse.ArgumentParser(prog=suite, description=description)
    made.add_argument("--kernels", default="6.1,6.12,7.2", metavar="NAME,...")
    made.add_argument("--drivers", default=",".join(DRIVERS), metavar="NAME,...",
                      help="of in-tree and ours")
    made.add_argument("--programs", metavar="NAME,...", help="some of the list only")
    made.add_argument("--resume", action="store_true",
                      help="leave out programs whose outcomes are kept from an earlier run")
    made.add_argument("--list", type=pathlib.Path, default=programs, metavar="FILE",
                      help="what to run (default: chosen.txt beside this program)")
    return made


def run(judge, kernel, driver, programs, record):
    """Run all programs against one driver on one kernel."""
    with judge(kernel, driver, programs, record.folder) as judged:
        for program in programs:
            begun = time.monotonic()
            found = judged.run(program)
            record.remember(program, found)
            say(f"{kernel} {driver} {program.name}: {results.count(found)} "
                f"in {time.monotonic() - begun:.0f} s")


def compare(suite, args, judge):
    """Run everything and print what came out; True if ours is better everywhere.

    @judge makes a context manager of a kernel, a driver, programs, and a folder
    for their output; its run() returns a program's outcomes. None runs nothing.
    """
    wanted = args.programs.split(",") if args.programs else None
    programs = [program for program in chosen.read(args.list)
                if not wanted or program.name in wanted]
    good = True
    for kernel in args.kernels.split(","):
        records = {driver: Record(suite, kernel, driver) for driver in args.drivers.split(",")}
        for driver, record in records.items() if judge else ():
            run(judge, kernel, driver, record.left(programs) if args.resume else programs, record)
        found = {driver: record.recall(programs) for driver, record in records.items()}
        print(f"{kernel}:")
        if len(found) == len(DRIVERS):
            comparison = results.Comparison(found["in-tree"], found["ours"])
            good = good and comparison.good
            print("\n".join(comparison.lines()))
        else:
            for driver, outcomes in found.items():
                print(f"  {driver}: {len(outcomes)} subtests: {results.count(outcomes)}")
        sys.stdout.flush()
    return good


def main(suite, grammar, judge_for):
    """Run a command line; the exit status is returned.

    @judge_for returns what compare() takes as judge for the arguments that were given.
    """
    try:
        args = grammar.parse_args()
        return 0 if compare(suite, args, judge_for(args)) else 1
    except LabError as error:
        print(f"{suite}: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
