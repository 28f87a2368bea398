# SPDX-License-Identifier: GPL-2.0-only
"""What the runners of other people's suites share; boots nothing."""

import pathlib
import sys

import pytest

TOOLS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOOLS / "judge"), str(TOOLS / "lab")]

from orion_judge import chosen, record, results  # noqa: E402 - the paths above come first


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


@pytest.mark.parametrize("suite", ["igt", "selftests"])
def test_each_program_is_chosen_once(suite):
    names = [program.name for program in chosen.read(TOOLS / suite / "chosen.txt")]
    assert names and len(names) == len(set(names))


def test_ours_must_pass_all_that_passes_in_tree_and_more():
    theirs = {"a": "pass", "b": "skip", "c": "fail"}
    assert results.Comparison(theirs, {"a": "pass", "b": "pass", "c": "fail"}).good
    assert not results.Comparison(theirs, {"a": "pass", "b": "skip", "c": "skip"}).good
    worse = results.Comparison(theirs, {"a": "skip", "b": "pass", "c": "pass"})
    assert not worse.good and worse.lost == ["a"]


def test_what_fails_beside_what_passes_counts():
    theirs = {"a": "pass", "b": "skip"}
    assert not results.Comparison(theirs, {**theirs, "b": "pass", "c": "fail"}).good


def test_a_program_that_is_run_again_loses_its_old_outcomes(tmp_path, monkeypatch):
    monkeypatch.setenv("ORION_CACHE", str(tmp_path))
    one, two = chosen.Program("one", []), chosen.Program("two", ["!slow"])
    kept = record.Record("suite", "6.12", "ours")
    kept.remember(one, {"one@old": "fail"})
    kept.remember(two, {"two@quick": "pass", "two@slow": "fail"})
    kept.remember(one, {"one@new": "pass"})
    assert kept.recall([one, two]) == {"one@new": "pass", "two@quick": "pass"}


def test_a_resumed_run_leaves_out_what_was_run(tmp_path, monkeypatch):
    monkeypatch.setenv("ORION_CACHE", str(tmp_path))
    programs = [chosen.Program(name, []) for name in ("a", "b")]
    kept = record.Record("suite", "6.12", "ours")
    kept.remember(programs[0], {"a@x": "pass"})
    assert kept.left(programs) == programs[1:]
    assert record.Record("suite", "6.1", "ours").left(programs) == programs
