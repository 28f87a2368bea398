# SPDX-License-Identifier: GPL-2.0-only
"""The benchmarks' arithmetic. Boots nothing."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "lab"),
                str(HERE.parent.parent / "vmtests")]

from orion_bench import cli, net, report  # noqa: E402 - the paths above come first
from orion_bench.counter import Counts, Symbols  # noqa: E402
from orion_bench.scenario import Scenario, best, ratio, runs  # noqa: E402
from orion_lab import LabError  # noqa: E402

KALLSYMS = """\
ffffffff81000100 T virtqueue_kick
ffffffff81000000 T kfree
ffffffffc0000000 t ovnet_tx_xmit\t[orion_vnet]
"""


def test_instructions_belong_to_the_function_before_them():
    symbols = Symbols(KALLSYMS)
    assert symbols.find(0xffffffff810000ff) == ("kfree", "", 0xffffffff81000000)
    assert symbols.find(0xffffffffc0000004)[:2] == ("ovnet_tx_xmit", "orion_vnet")
    assert symbols.find(0xffffffffc0100000)[0] == "?"
    assert symbols.find(0xffffffff80000000)[0] == "?"


def test_counts_tell_calls_from_instructions():
    numbers = {0xffffffff81000000: 3, 0xffffffff81000004: 9, 0xffffffff81000100: 1,
               0xffffffffc0000008: 7}
    counts = Counts(numbers, 5, Symbols(KALLSYMS))
    assert counts.total == 25
    assert counts.called("k?free") == 3 and counts.called("ovnet_.*") == 0
    assert counts.of_module("orion_vnet") == 7
    assert counts.matching("virtqueue_") == 1
    assert counts.top(2) == [("kfree", 12), ("ovnet_tx_xmit [orion_vnet]", 7)]


def test_of_counts_the_lowest_matters_and_of_times_the_mean():
    counted = Scenario("a", "", "counting", None, "n")
    found = [{"n": 5, "m": 1}, {"n": 3, "m": 2}, {"n": 4, "m": 3}]
    assert best(counted, found) == {"n": 3, "m": 2}
    timed = Scenario("a", "", "clock", None, "n")
    assert best(timed, found) == {"n": 4, "m": 2}
    assert runs(timed, 2) > runs(counted, 2) == 2


def test_ratio_needs_both():
    scenario = Scenario("a", "", "clock", None, "n")
    ours = {"runs": [], "best": {"n": 3}}
    assert ratio(scenario, {"in-tree": {"best": {"n": 2}}, "ours": ours}) == 1.5
    assert ratio(scenario, {"in-tree": {"skipped": "why"}, "ours": ours}) is None


def test_table_says_why_something_is_missing():
    scenario = Scenario("a", "", "counting", None, "n")
    found = report.lines(scenario, {"in-tree": {"best": {"m": 1, "n": 1234.5, "top": []}},
                                    "ours": {"skipped": "no native XDP"}}, None)
    assert found[0].split() == ["a", "n", "1234", "-", "-"]
    assert found[1].split() == ["m", "1", "-"]
    assert found[2].endswith("ours skipped: no native XDP")


def test_unknown_scenarios_are_named():
    assert [one.name for _, one in cli.scenarios(["net-tx"])] == ["net-tx"]
    with pytest.raises(LabError, match="no scenario net-nothing"):
        cli.scenarios(["net-nothing"])


def test_each_setting_has_its_calmest_run():
    runs_ = [{"0: us": 9, "0: irqs/packet": 1, "50: us": 3, "50: irqs/packet": 2},
             {"0: us": 4, "0: irqs/packet": 5, "50: us": 8, "50: irqs/packet": 6}]
    scenario = next(one for one in net.SCENARIOS if one.name == "net-moderation")
    assert best(scenario, runs_) == {"0: us": 4, "0: irqs/packet": 5, "50: us": 3,
                                     "50: irqs/packet": 2}
