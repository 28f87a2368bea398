# SPDX-License-Identifier: GPL-2.0-only
"""The command line."""

import pathlib

from orion_judge import cli

from . import guest

LIST = pathlib.Path(__file__).resolve().parent.parent / "chosen.txt"


def parser():
    """The command line's grammar."""
    made = cli.parser("selftests", "Run the kernel's own tests of network drivers with the "
                                   "in-tree driver and with ours, and compare.", LIST)
    made.add_argument("--compare", action="store_true",
                      help="run nothing, and compare what earlier runs found")
    return made


def main():
    """Run the command line; the exit status is returned."""
    return cli.main("selftests", parser(), lambda args: None if args.compare else guest.Judge)
