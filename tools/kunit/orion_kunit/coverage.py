# SPDX-License-Identifier: GPL-2.0-only
"""Which lines of our units the suites reached, from the counters that gcov left."""

import collections
import dataclasses
import json
import pathlib
import shutil
import subprocess

from orion_lab.util import LabError

# The folders that are measured; suites and fake devices are not.
PARTS = ("common", "orion_vgpu", "orion_vnet")


@dataclasses.dataclass
class File:
    """One source file."""

    name: str
    lines: int
    reached: int
    missed: list

    @property
    def percent(self):
        return 100 * self.reached / self.lines if self.lines else 100.0


def gcov(data):
    """What gcov says about one counter file, whose .gcno is beside it."""
    done = subprocess.run(["gcov", "--json-format", "--stdout", str(data)], check=False,
                          cwd=data.parent, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise LabError(f"gcov {data.name} failed: {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def keep_notes(tree, place):
    """Copy the compiler's notes to @place, as the next build changes them."""
    for notes in tree.rglob("*.gcno"):
        copy = place / notes.relative_to(tree)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(notes, copy)


def counter_files(tree, out, place):
    """The counters, put beside the notes that belong to them."""
    base = out / "gcov" / str(tree).lstrip("/")
    for data in sorted(base.rglob("*.gcda")):
        copy = place / data.relative_to(base)
        if copy.with_suffix(".gcno").exists():
            shutil.copy(data, copy)
            yield copy


def relative(tree, cwd, name):
    """A source's place in the tree, or None if it is not one of ours."""
    path = pathlib.PurePath(cwd, name)
    parts = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    try:
        return pathlib.PurePath(*parts).relative_to(tree)
    except ValueError:
        return None


def measure(tree, out, place):
    """A list of File, by name; @place is where keep_notes() copied to.

    A unit that a suite includes is compiled there once more; a line is reached
    if it was reached in either place.
    """
    counts = collections.defaultdict(collections.Counter)
    for data in counter_files(tree, out, place):
        for report in gcov(data):
            for source in report["files"]:
                name = relative(tree, report["current_working_directory"], source["file"])
                if name and name.parts[0] in PARTS and name.suffix == ".c":
                    for line in source["lines"]:
                        counts[str(name)][line["line_number"]] += line["count"]
    files = []
    for name, lines in sorted(counts.items()):
        missed = sorted(number for number, count in lines.items() if not count)
        files.append(File(name, len(lines), len(lines) - len(missed), missed))
    return files


def total(files):
    return File("", sum(file.lines for file in files), sum(file.reached for file in files), [])


def ranges(numbers):
    """10, 11, 12, 20 as "10-12 20"."""
    spans = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return " ".join(f"{first}-{last}" if last > first else str(first) for first, last in spans)
