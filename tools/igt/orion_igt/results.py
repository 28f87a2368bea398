# SPDX-License-Identifier: GPL-2.0-only
"""What IGT's programs print and end with."""

import re

START = re.compile(r"^Starting subtest: (\S+)$")
END = re.compile(r"^Subtest (\S+): (SUCCESS|FAIL|SKIP|CRASH|TIMEOUT)\b")

OUTCOME = {"SUCCESS": "pass", "FAIL": "fail", "SKIP": "skip",
           "CRASH": "crash", "TIMEOUT": "timeout"}

# What a program without subtests ends with. Any other status is a failure.
STATUS = {0: "pass", 77: "skip"}


def parse(text):
    """Outcomes by subtest, and the subtest that began and never ended, if any."""
    outcomes = {}
    running = None
    for line in text.splitlines():
        begun, ended = START.match(line), END.match(line)
        if begun:
            running = begun[1]
        elif ended:
            outcomes[ended[1]] = OUTCOME[ended[2]]
            if ended[1] == running:
                running = None
    return outcomes, running
