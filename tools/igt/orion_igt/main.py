# SPDX-License-Identifier: GPL-2.0-only
"""The command line."""

import argparse
import json
import pathlib
import sys
import time

from orion_lab import LabError
from orion_lab.util import cache, say

from . import chosen, guest, results

DRIVERS = ("in-tree", "ours")


def parser():
    """The command line's grammar."""
    made = argparse.ArgumentParser(
        prog="igt", description="Run a chosen list of IGT's subtests on a 2D device with two "
                                "heads, with the kernel's own driver and with ours, and compare.")
    made.add_argument("folder", type=pathlib.Path, nargs="?", metavar="FOLDER",
                      help="with IGT's test programs; its library is looked for in lib/, "
                           "../lib/ and ../../lib/ of it; without FOLDER, nothing is run, and "
                           "what earlier runs found is compared")
    made.add_argument("--kernels", default="6.1,6.12,7.2", metavar="NAME,...")
    made.add_argument("--drivers", default=",".join(DRIVERS), metavar="NAME,...",
                      help="of in-tree and ours")
    made.add_argument("--programs", metavar="NAME,...", help="some of the list only")
    made.add_argument("--resume", action="store_true",
                      help="leave out programs whose outcomes are kept from an earlier run")
    made.add_argument("--list", type=pathlib.Path, default=chosen.LIST, metavar="FILE",
                      help="what to run (default: chosen.txt beside this program)")
    return made


def kept(kernel, driver):
    """Where the outcomes of one driver on one kernel are kept."""
    return cache("igt", kernel, driver, "results.json")


def recall(kernel, driver, programs):
    """The kept outcomes of what is chosen now."""
    path = kept(kernel, driver)
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    chosen_now = {program.name: program for program in programs}
    return {name: outcome for name, outcome in known.items()
            if name.partition("@")[0] in chosen_now
            and chosen_now[name.partition("@")[0]].wants(name.partition("@")[2])}


def remember(kernel, driver, name, found):
    """Keep the outcomes of one program instead of those that it had before."""
    path = kept(kernel, driver)
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known = {key: value for key, value in known.items() if key.partition("@")[0] != name}
    path.write_text(json.dumps({**known, **found}, indent=1), encoding="utf-8")


def left(kernel, driver, programs, resume):
    """Which of the programs are still to be run against one driver on one kernel."""
    done = {name.partition("@")[0] for name in recall(kernel, driver, programs)} if resume else ()
    return [program for program in programs if program.name not in done]


def judge(kernel, driver, programs, placed):
    """Run all programs against one driver on one kernel."""
    keep = kept(kernel, driver).parent
    with guest.Judge(kernel, driver, placed, keep) as judged:
        for program in programs:
            (keep / f"{program.name}.log").unlink(missing_ok=True)
            begun = time.monotonic()
            found = judged.run(program)
            remember(kernel, driver, program.name, found)
            say(f"{kernel} {driver} {program.name}: {results.count(found)} "
                f"in {time.monotonic() - begun:.0f} s")


def place(folder, programs):
    """The guest's files for what is to be run."""
    absent = [program.name for program in programs if not (folder / program.name).is_file()]
    if absent:
        raise LabError(f"{folder} has no {', '.join(absent)}")
    return guest.files(folder, [program.name for program in programs])


def compare(args):
    """Run everything and print what came out; True if ours is better everywhere."""
    wanted = args.programs.split(",") if args.programs else None
    programs = [program for program in chosen.read(args.list)
                if not wanted or program.name in wanted]
    placed = place(args.folder, programs) if args.folder else None
    good = True
    for kernel in args.kernels.split(","):
        for driver in args.drivers.split(",") if placed else ():
            judge(kernel, driver, left(kernel, driver, programs, args.resume), placed)
        found = {driver: recall(kernel, driver, programs) for driver in args.drivers.split(",")}
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


def main():
    """Run the command line; the exit status is returned."""
    try:
        return 0 if compare(parser().parse_args()) else 1
    except LabError as error:
        print(f"igt: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
