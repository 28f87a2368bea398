# SPDX-License-Identifier: GPL-2.0-only
"""What a part of the test suite says it did, read from the file that it leaves."""

import dataclasses
import json
import xml.etree.ElementTree


@dataclasses.dataclass
class Result:
    """Counts of one part."""

    passed: int = 0
    failed: int = 0
    skipped: list = dataclasses.field(default_factory=list)
    """(name, reason) of each."""
    trouble: str = ""
    """What went wrong with the part as a whole."""
    seconds: float = 0

    def counts(self):
        """The counts in words."""
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {len(self.skipped)} skipped" if self.skipped else "")


def style(path):
    """From tools/style: counts, and who was skipped."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Result(data["passed"], data["failed"],
                  [(entry["name"], entry["reason"]) for entry in data["skipped"]])


def kunit(path):
    """From tools/kunit: counts, and all tests by suite."""
    data = json.loads(path.read_text(encoding="utf-8"))
    skipped = [(f"{suite['name']}.{test['name']}", test["reason"])
               for suite in data["suites"] for test in suite["tests"]
               if test["status"] == "skipped"]
    return Result(data["passed"], data["failed"], skipped)


def junit(path):
    """From pytest: one element a test; a test may fail and also fail to clean up."""
    result = Result()
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
        elif skip is not None:
            result.skipped.append((name, skip.get("message") or "no reason given"))
        else:
            result.passed += 1
    return result


def collect(read, path, status):
    """The result of a part that left @path and ended with @status.

    A part that crashed, or that calls itself failed without naming a test,
    counts as one failure.
    """
    try:
        result = read(path)
    except (OSError, ValueError, KeyError, TypeError, xml.etree.ElementTree.ParseError) as error:
        return Result(failed=1, trouble=f"left no results ({error.__class__.__name__}) "
                                        f"and ended with status {status}")
    if status and not result.failed:
        result.failed = 1
        result.trouble = f"ended with status {status}, though no test failed"
    elif not status and not result.passed and not result.failed:
        result.failed = 1
        result.trouble = "ran no test"
    return result
