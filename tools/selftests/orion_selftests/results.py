# SPDX-License-Identifier: GPL-2.0-only
"""What the selftests print, and what they end with."""

import re

# "ok 3 ping.test_default_v4 # SKIP why", of Python's tests and of C's.
TAP = re.compile(r"^(not )?ok \d+ (?:- )?(\S+)(?: # (SKIP|XFAIL)\b.*)?")

# "TEST: ping simple    [ OK ]", of the shell's tests.
SHELL = re.compile(r"^TEST: (.*\S)\s+\[\s*(OK|FAIL|SKIP|XFAIL)\s*\]")

SHELL_OUTCOME = {"OK": "pass", "FAIL": "fail", "SKIP": "skip", "XFAIL": "xfail"}

# What a program ends with that says nothing of subtests. Any other status is a failure.
STATUS = {0: "pass", 2: "xfail", 4: "skip"}


def subtest(name):
    """A subtest's name without that of its program, which 7.2 and 6.12 print before it."""
    return name.partition(".")[2] or name


def parse(text):
    """Outcomes by subtest."""
    outcomes = {}
    for line in text.splitlines():
        tap, shell = TAP.match(line), SHELL.match(line)
        if tap and tap[3]:
            outcomes[subtest(tap[2])] = tap[3].lower()
        elif tap:
            outcomes[subtest(tap[2])] = "fail" if tap[1] else "pass"
        elif shell:
            outcomes[re.sub(r"\s+", "-", shell[1])] = SHELL_OUTCOME[shell[2]]
    return outcomes
