# SPDX-License-Identifier: GPL-2.0-only
"""The command line, and what it prints."""

import argparse
import dataclasses
import fnmatch
import json
import shutil
import sys
import time

from orion_lab.util import LabError, locked

from . import coverage, judge, kernel, modules, uml

SUITE = "_kunit"
SEEDED = "seeded_kunit"
DRIVERS = ("orion_vgpu", "orion_vnet")


def arguments():
    parser = argparse.ArgumentParser(
        prog="tools/kunit/kunit",
        description="Build and run the KUnit suites in a User-Mode Linux with KASAN, lockdep and "
                    "more. The first run builds that kernel, which takes some ten minutes.")
    parser.add_argument("--suite", metavar="PATTERN", action="append", default=[],
                        help="only suites whose name matches, as orion_cmd or 'ovnet_*'; "
                             "can be repeated")
    parser.add_argument("--list", action="store_true", help="list the suites and stop")
    parser.add_argument("--missed", action="store_true",
                        help="print the lines that no suite reached")
    parser.add_argument("--keep", action="store_true",
                        help="keep the folder with logs and results and say where it is")
    parser.add_argument("--json", metavar="FILE", help="write results and coverage there as well")
    parser.add_argument("--self-test", action="store_true",
                        help="only load deliberate errors, and fail unless all are noticed; "
                             "part of every run without --suite")
    parser.add_argument("--prepare", action="store_true", help="build the kernel and stop")
    return parser.parse_args()


def short(name):
    return name.removesuffix(SUITE)


def chosen(names, patterns):
    suites = sorted(name for name in names if name.endswith(SUITE) and name != SEEDED)
    if not patterns:
        return suites
    picked = [name for name in suites
              if any(fnmatch.fnmatch(short(name), pattern) or fnmatch.fnmatch(name, pattern)
                     for pattern in patterns)]
    if not picked:
        raise LabError("no such suite; there are: " + " ".join(map(short, suites)))
    return picked


def load_order(graph, ours, suites):
    """(kind, name) of every module: drivers first, for suites that bind them."""
    drivers = [name for name in DRIVERS if name in ours]
    order = []
    for name in graph.closure(drivers + suites):
        kind = "suite" if name in suites else "module" if name in ours else "kernel"
        order.append((kind, name))
    return order


def print_suite(suite):
    verdict = "FAILED" if suite.problems or suite.count("failed") else "ok"
    counts = f"{suite.count('passed'):4} passed, {suite.count('failed')} failed"
    if suite.count("skipped"):
        counts += f", {suite.count('skipped')} skipped"
    print(f"  {short(suite.name):24} {counts:32} {verdict}")
    for test in suite.tests:
        if test.status == "failed":
            print(f"      FAILED {test.name} {test.reason}".rstrip())
            for line in test.log[:20]:
                print(f"          {line}")
        elif test.status == "skipped":
            print(f"      skipped {test.name}: {test.reason or 'no reason given'}")
    for line in suite.problems[:20]:
        print(f"      FAILED {line}")
    for line in suite.log:
        print(f"          {line}")


def print_coverage(files, missed):
    print("\n  line coverage                     lines  reached       %")
    for part in coverage.PARTS:
        mine = [file for file in files if file.name.startswith(part + "/")]
        if not mine:
            continue
        for file in mine:
            print(f"  {file.name:32} {file.lines:6} {file.reached:8} {file.percent:7.1f}")
            if missed and file.missed:
                print(f"      not reached: {coverage.ranges(file.missed)}")
        part_total = coverage.total(mine)
        print(f"  {part + ', all':32} {part_total.lines:6} {part_total.reached:8} "
              f"{part_total.percent:7.1f}")


def write_json(path, suites, problems, files, counts):
    data = {
        "passed": counts[0], "failed": counts[1], "skipped": counts[2],
        "problems": problems,
        "suites": [dataclasses.asdict(suite) for suite in suites],
        "coverage": [dict(dataclasses.asdict(file), percent=round(file.percent, 1))
                     for file in files],
    }
    with open(path, "w", encoding="utf-8") as handle:
        json.dump(data, handle, indent=1)
        handle.write("\n")


def report(options, suites, problems, log, files):
    """Prints everything; returns the exit status."""
    for suite in suites:
        print_suite(suite)
    for line in problems:
        print(f"  FAILED {line}")
    for line in log:
        print(f"      {line}")
    if files and (not options.suite or options.missed):
        print_coverage(files, options.missed)
    counts = [sum(suite.count(status) for suite in suites)
              for status in ("passed", "failed", "skipped")]
    # Whatever else is wrong is a failure that nobody wrote a test for.
    counts[1] += len(problems) + sum(len(suite.problems) for suite in suites)
    if options.json:
        write_json(options.json, suites, problems, files, counts)
    print(f"\n{counts[0]} passed, {counts[1]} failed, {counts[2]} skipped")
    return 1 if counts[1] or not counts[0] else 0


def wanted_boots(options, ours):
    """What to boot for: a folder's name, and the suites that are loaded there."""
    boots = {}
    if not options.self_test:
        boots["suites"] = chosen(ours, options.suite)
    if options.self_test or not (options.suite or options.list):
        boots["seeded"] = [SEEDED]
    return boots


def prepare_boots(options, uml_kernel, tree, root):
    """Build, and put all that is needed into @root; others may build then.

    Returns the orders in which modules are loaded, and the compiler's warnings.
    """
    with locked(tree):
        modules.sync_tree(tree)
        warnings = modules.build(uml_kernel, tree)
        ours = {modules.name_of(path): path for path in modules.built(tree)}
        graph = modules.Order(uml_kernel, ours.values())
        orders = {}
        for boot, suites in wanted_boots(options, ours).items():
            orders[boot] = load_order(graph, ours, suites)
            uml.make_root(root / boot, orders[boot], graph.paths)
        coverage.keep_notes(tree, root / "notes")
    return orders, warnings


def run_boot(uml_kernel, tree, root, order):
    """Boot once; returns what judge_run() does."""
    status = uml.boot(uml_kernel, root)
    return judge.judge_run(order, root, tree, status)


def run_suites(options, uml_kernel, root):
    started = time.monotonic()
    tree = modules.tree_path(uml_kernel)
    orders, warnings = prepare_boots(options, uml_kernel, tree, root)
    if options.list:
        print("\n".join(short(name) for kind, name in orders["suites"] if kind == "suite"))
        return 0

    built = time.monotonic()
    results, problems, log, files = [], warnings, [], []
    if "suites" in orders:
        results, found, log = run_boot(uml_kernel, tree, root / "suites", orders["suites"])
        problems = problems + found
        files = coverage.measure(tree, root / "suites" / "out", root / "notes")
    if "seeded" in orders:
        seeded, found, _ = run_boot(uml_kernel, tree, root / "seeded", orders["seeded"])
        results.append(judge.judge_seeded(seeded, found))
    kernel.say(f"built in {built - started:.0f} s, ran in {time.monotonic() - built:.0f} s")
    return report(options, results, problems, log, files)


def run(options):
    uml_kernel = kernel.ensure()
    if options.prepare:
        kernel.say(f"the kernel is in {uml_kernel.path}")
        return 0

    root = uml.new_root()
    try:
        return run_suites(options, uml_kernel, root)
    finally:
        if options.keep:
            print(f"logs and results: {root}")
        else:
            shutil.rmtree(root)


def main():
    options = arguments()
    try:
        return run(options)
    except LabError as error:
        print(f"kunit: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
