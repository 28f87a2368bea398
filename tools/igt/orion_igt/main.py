# SPDX-License-Identifier: GPL-2.0-only
"""The command line."""

import functools
import pathlib

from orion_judge import cli

from . import guest

LIST = pathlib.Path(__file__).resolve().parent.parent / "chosen.txt"


def parser():
    """The command line's grammar."""
    made = cli.parser("igt", "Run a chosen list of IGT's subtests on a 2D device with two "
                             "heads, with the kernel's own driver and with ours, and compare.",
                      LIST)
    made.add_argument("folder", type=pathlib.Path, nargs="?", metavar="FOLDER",
                      help="with IGT's test programs; its library is looked for in lib/, "
                           "../lib/ and ../../lib/ of it; without FOLDER, nothing is run, and "
                           "what earlier runs found is compared")
    return made


def judge_for(args):
    """What runs the programs in the folder, if there is one."""
    return functools.partial(guest.Judge, args.folder) if args.folder else None


def main():
    """Run the command line; the exit status is returned."""
    return cli.main("igt", parser(), judge_for)
