# SPDX-License-Identifier: GPL-2.0-only
"""Was everything all right? KUnit's own verdict is the least part of it.

KUnit turns a case red for a failed expectation and for a KASAN or UBSAN report,
not for a lock in the wrong order, a sleep in atomic context, a WARN, a leak or a
crash that takes the rest of the run along. All of these count as failures here.
"""

import dataclasses
import re

from . import ktap

SPLAT = re.compile(
    r"BUG:|WARNING:|UBSAN:|KASAN:|Oops|Kernel panic|general protection fault|"
    r"possible (?:circular|recursive|irq lock)|inconsistent lock state|suspicious RCU|"
    r"ODEBUG:|refcount_t:|scheduling while atomic|INFO: task .* blocked|"
    r"unregister_netdevice: waiting|Memory manager not clean|list_(?:add|del) corruption|"
    r"held lock freed|lock held when returning|workqueue: .* hogged|Unbalanced")

# O: a module from outside the tree; N: a test ran.
TAINT_WANTED = 1 << 12 | 1 << 18
TAINT_LETTERS = "PFSRMBUDAWCIOELKXTN"


@dataclasses.dataclass
class Suite:
    """A module with tests, and what came of it."""

    name: str
    tests: list
    problems: list
    log: list = dataclasses.field(default_factory=list)

    def count(self, status):
        return sum(test.status == status for test in self.tests)


def read(path):
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def lines_of(text):
    """Lines of a kernel log without their time stamps."""
    return [re.sub(r"^(<\d+>)?\[ *[\d.]+\]\S* ?", "", line) for line in text.splitlines()]


def splats(text):
    """Lines of a kernel log that must not be there."""
    return [line for line in lines_of(text) if SPLAT.search(line)]


def splat_log(text, count=60):
    """The first of them with what follows: where it was, and how it came there."""
    lines = lines_of(text)
    first = next((i for i, line in enumerate(lines) if SPLAT.search(line)), len(lines))
    return lines[first:first + count]


def judge_suite(name, out, tree):
    folder = out / name
    tests, problems = [], []
    for path in sorted(folder.glob("*.ktap")):
        # Places in our sources as they are called in the checkout.
        for test in ktap.parse(read(path).replace(f"{tree}/", "")):
            test.name = f"{path.stem}.{test.name}"
            tests.append(test)
    if not folder.exists():
        problems.append("never loaded: the kernel died before")
    elif read(folder / "insmod").strip():
        problems.append("insmod: " + " ".join(read(folder / "insmod").split()))
    elif not tests:
        problems.append("loaded, and left no results")
    log = read(folder / "dmesg")
    return Suite(name, tests, problems + splats(log), splat_log(log))


def judge_taint(out):
    text = read(out / "end" / "tainted").strip()
    if not text:
        return ["the kernel did not live to the end"]
    taint = int(text)
    letters = [letter for bit, letter in enumerate(TAINT_LETTERS)
               if (taint & ~TAINT_WANTED) >> bit & 1]
    return [f"the kernel is tainted: {''.join(letters)}"] if letters else []


def judge_leaks(out):
    """One line for each leaked object: its size, and the stack that made it."""
    leaks = re.split(r"(?m)^unreferenced object ", read(out / "end" / "kmemleak"))[1:]
    problems = []
    for leak in leaks:
        size = re.search(r"size (\d+)", leak)
        comm = re.search(r'comm "([^"]*)"', leak)
        calls = re.findall(r"\] (\S+)", leak)
        problems.append(f"leaked {size[1] if size else '?'} bytes, made by "
                        f"{comm[1] if comm else '?'}: {' < '.join(calls[:6]) or 'no stack'}")
    return problems


def judge_run(order, root, tree, status):
    """The suites in @order, what is wrong with the run as a whole, and its last words."""
    out = root / "out"
    suites = [judge_suite(name, out, tree) for kind, name in order if kind == "suite"]
    problems = []
    if status != 0:
        problems.append("the kernel hung" if status is None else
                        f"the kernel ended with status {status}")
        problems += splats(read(root / "console"))
    for kind, name in order:
        if kind != "suite":
            said = " ".join(read(out / name / "insmod").split())
            problems += [f"{name}: insmod: {said}"] if said else []
            problems += [f"{name}: {line}" for line in splats(read(out / name / "dmesg"))]
    problems += [line for line in read(out / "end" / "rmmod").splitlines() if line.strip()]
    problems += [f"after unloading: {line}" for line in splats(read(out / "end" / "dmesg"))]
    problems += judge_leaks(out) + judge_taint(out)
    return suites, problems, splat_log(read(root / "console")) if status != 0 else []


# What kunit/seeded_kunit.c does wrong, and how the judge must have put it.
SEEDED = {
    "a wrong expectation": r"^test seeded\.seeded_expectation$",
    "locks in the wrong order": r"possible circular locking",
    "sleep in atomic context": r"sleeping function called from invalid context",
    "use after free": r"KASAN: slab-use-after-free",
    "access beyond the end": r"KASAN: slab-out-of-bounds",
    "shift too far": r"UBSAN: shift-out-of-bounds",
    "an active timer freed": r"ODEBUG: free active",
    "a WARN": r"WARNING: .*seeded_warning",
    "a leak": r"leaked (?:1234|2048) bytes",
    "the taint of these": r"tainted: .*W",
}


def judge_seeded(suites, problems):
    """A suite with a test for every deliberate error: was it noticed?"""
    said = list(problems)
    for suite in suites:
        said += suite.problems
        said += [f"test {test.name}" for test in suite.tests if test.status == "failed"]
    tests = []
    for what, pattern in SEEDED.items():
        noticed = any(re.search(pattern, line) for line in said)
        tests.append(ktap.Test(f"self_test.{what}", "passed" if noticed else "failed",
                               "" if noticed else "not noticed"))
    return Suite("self_test", tests, [])
