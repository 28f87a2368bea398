# SPDX-License-Identifier: GPL-2.0-only
"""The runner's own logic; boots nothing."""

import pathlib
import sys

TOOLS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOOLS / "igt"), str(TOOLS / "judge"), str(TOOLS / "lab")]

from orion_igt import results  # noqa: E402 - the paths above come first

LOG = """IGT-Version: 2.2
Starting subtest: flip
Starting dynamic subtest: pipe-A
Dynamic subtest pipe-A: FAIL (1.0s)
Subtest flip: FAIL (1.2s)
Starting subtest: wait
Subtest wait: SUCCESS (0.1s)
Subtest hang: SKIP (0.000s)
Starting subtest: crash
"""


def test_outcomes_are_read_from_what_a_program_prints():
    outcomes, running = results.parse(LOG)
    assert outcomes == {"flip": "fail", "wait": "pass", "hang": "skip"}
    assert running == "crash"
