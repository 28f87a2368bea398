# SPDX-License-Identifier: GPL-2.0-only
"""The runner's own logic; boots nothing."""

import pathlib
import sys

import pytest

TOOLS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOOLS / "igt"), str(TOOLS / "lab")]

from orion_igt import chosen, main, results  # noqa: E402 - the paths above come first

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


@pytest.mark.parametrize("line, subtest, wanted", [
    ("p", "any", True),
    ("p basic", "basic", True),
    ("p basic", "other", False),
    ("p !*hang*", "flip-vs-hang", False),
    ("p !*hang*", "flip", True),
    ("p !* wait", "wait", True),
    ("p !* wait", "flip", False),
])
def test_the_last_pattern_that_fits_decides(tmp_path, line, subtest, wanted):
    path = tmp_path / "list"
    path.write_text(f"# comment\n\n{line} # why\n")
    program, = chosen.read(path)
    assert program.wants(subtest) is wanted


def test_each_program_is_chosen_once():
    names = [program.name for program in chosen.read()]
    assert len(names) == len(set(names))


def test_ours_must_pass_all_that_passes_in_tree_and_more():
    theirs = {"a": "pass", "b": "skip", "c": "fail"}
    assert results.Comparison(theirs, {"a": "pass", "b": "pass", "c": "fail"}).good
    assert not results.Comparison(theirs, {"a": "pass", "b": "skip", "c": "skip"}).good
    worse = results.Comparison(theirs, {"a": "skip", "b": "pass", "c": "pass"})
    assert not worse.good and worse.lost == ["a"]


def test_a_resumed_run_leaves_out_what_was_run(tmp_path, monkeypatch):
    monkeypatch.setenv("ORION_CACHE", str(tmp_path))
    programs = [chosen.Program(name, []) for name in ("a", "b")]
    main.remember("6.12", "ours", "a", {"a@x": "pass"})
    assert main.left("6.12", "ours", programs, resume=True) == programs[1:]
    assert main.left("6.12", "ours", programs, resume=False) == programs
    assert main.left("6.1", "ours", programs, resume=True) == programs
