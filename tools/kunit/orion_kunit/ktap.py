# SPDX-License-Identifier: GPL-2.0-only
"""Reads what a suite wrote to its results file.

KUnit's KTAP: a result line belongs to the level that its indentation says, and
follows the results below it. A parameter of a parameterised case is a result of
its own; the case is then only their sum.
"""

import dataclasses
import re

LINE = re.compile(r"^(?P<indent> *)(?P<not>not )?ok (?P<number>\d+)(?: -)? (?P<name>[^#]*?)"
                  r"(?: # SKIP ?(?P<reason>.*))?$")
PLAN = re.compile(r"^(?P<indent> *)1\.\.(?P<count>\d+)$")
STEP = 4


@dataclasses.dataclass
class Test:
    """One case, or one parameter of one."""

    name: str
    status: str
    reason: str = ""
    log: list = dataclasses.field(default_factory=list)


class Level:
    """The results of one indentation, since the level above had its last."""

    def __init__(self):
        self.plan = None
        self.seen = 0
        self.tests = []


def closed(level, name, match):
    """The tests that a result line stands for, given those below it."""
    status = "skipped" if match["reason"] is not None else "failed" if match["not"] else "passed"
    if not level.tests:
        return [Test(name, status, match["reason"] or "")]
    tests = [Test(f"{name}/{test.name}" if test.name else name, test.status, test.reason, test.log)
             for test in level.tests]
    if level.plan is not None and level.seen != level.plan:
        tests.append(Test(name, "failed", f"{level.seen} of {level.plan} results"))
    elif status == "failed" and all(test.status != "failed" for test in tests):
        tests.append(Test(name, "failed", "failed as a whole"))
    return tests


def parse(text):
    """All tests in @text, the results file of one suite.

    Names are relative to the suite. A file that ends early gives a failed test.
    """
    levels = {}
    log = []
    for line in text.splitlines():
        plan, match = PLAN.match(line), LINE.match(line)
        if plan:
            levels.setdefault(len(plan["indent"]) // STEP, Level()).plan = int(plan["count"])
        elif match:
            depth = len(match["indent"]) // STEP
            below = levels.pop(depth + 1, Level())
            level = levels.setdefault(depth, Level())
            level.seen += 1
            # Results files have one suite, whose name need not be repeated.
            name = match["name"].strip() if depth else ""
            tests = closed(below, name, match)
            if not below.tests:
                tests[0].log = log
            log = []
            level.tests += tests
        elif line.strip().startswith("#") and "# Subtest:" not in line:
            log.append(line.strip())
        elif log and line.strip() and not line.strip().startswith("KTAP"):
            log.append(line.strip())
    top = levels.get(0)
    if not top or not top.tests:
        return [Test("", "failed", "the results end early")]
    return [Test(test.name.strip("/"), test.status, test.reason, test.log) for test in top.tests]
