# SPDX-License-Identifier: GPL-2.0-only
"""The runner's own logic; boots nothing."""

import pathlib
import sys

TOOLS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOOLS / "selftests"), str(TOOLS / "judge"), str(TOOLS / "lab")]

from orion_selftests import results  # noqa: E402 - the paths above come first

TAP = """TAP version 13
1..5
ok 1 ping.test_default_v4
# Check| At /selftests/drivers/net/ping.py, line 30, in test_default_v6:
not ok 2 ping.test_default_v6
ok 3 ping.test_xdp_offload # SKIP device does not support offloaded XDP
not ok 4 toeplitz.test.rss_tcp_ipv4
ok 5 macsec.test # XFAIL Test only works on netdevsim
# Totals: pass:1 fail:2 xfail:1 xpass:0 skip:1 error:0
"""

SHELL = """INFO: Running tests
TEST: ping simple                                                   [ OK ]
TEST: mac feature filtered                                          [FAIL]
	Ping failed
"""


def test_outcomes_are_read_from_what_python_prints():
    assert results.parse(TAP) == {
        "test_default_v4": "pass", "test_default_v6": "fail", "test_xdp_offload": "skip",
        "test.rss_tcp_ipv4": "fail", "test": "xfail"}


def test_outcomes_are_read_from_what_the_shell_prints():
    assert results.parse(SHELL) == {"ping-simple": "pass", "mac-feature-filtered": "fail"}


def test_a_program_that_prints_nothing_has_no_subtests():
    assert results.parse("Failed importing `net` library from kernel sources\n") == {}
