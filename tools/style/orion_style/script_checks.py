# SPDX-License-Identifier: GPL-2.0-only
"""Checks of shell and Python."""

import os
import re
import subprocess

PYTHON = "#!/usr/bin/python3"
PLACE = re.compile(r"^(\./)?([^:\s]+:\d+:)")


def _lines(argv, tree):
    done = subprocess.run(argv, cwd=tree.root, capture_output=True, text=True, check=False)
    if done.returncode and not done.stdout:
        return [f"{argv[0]}: {line}" for line in done.stderr.splitlines()[-5:]]
    return [PLACE.sub(r"\2", line) for line in done.stdout.splitlines()]


def shell(tree):
    """shellcheck."""
    scripts = tree.scripts("sh")
    return _lines(["shellcheck", "-x", "-P", "SCRIPTDIR", "-f", "gcc", "--", *scripts],
                  tree) if scripts else []


def python(tree):
    """flake8, with the settings of .flake8."""
    scripts = tree.scripts("python")
    return _lines(["/usr/bin/python3", "-m", "flake8", "--", *scripts], tree) if scripts else []


def programs(tree):
    """A program can be run, and Python programs run under Debian's Python."""
    found = []
    for name in tree.text_files():
        first = tree.text(name).partition("\n")[0]
        runs = os.access(tree.root / name, os.X_OK)
        if first.startswith("#!") != runs:
            found.append(f"{name}:1: is executable but has no #! line" if runs else
                         f"{name}:1: has a #! line but is not executable")
        if "python" in first and first.startswith("#!") and first != PYTHON:
            found.append(f"{name}:1: must begin with {PYTHON}")
    return found
