# SPDX-License-Identifier: GPL-2.0-only
"""Checks of any text file: licences, left-overs, things that hold on one machine only.

Patterns that must not be found in this very file have a letter in brackets.
"""

import pathlib
import re

from .tree import COMPAT

NO_LICENCE_LINE = re.compile(r"(^|/)COPYING$|\.(md|json|svg|csv|txt|tsv)$")
SPDX = re.compile(r"(?://|/\*|#|\.\.|;|<!--)\s*"
                  r"SPDX-License-Identifier: GPL-2\.0-only(?: \*/| -->)?")

LEFT_OVER = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X]|HAC[K]|not implemente[d]|unimplemente[d])\b")
VERSION_TEST = re.compile(r"\b(LINUX_VERSION_COD[E]|KERNEL_VERSIO[N]|RHEL_RELEAS[E]\w*"
                          r"|HAV[E]_[A-Z_]+)")

HOMES = r"/(?:hom[e]|User[s])/[A-Za-z]\w*/"
SHARED = {"/", "/root", "/home", "/tmp", "/usr", "/usr/src", "/opt", "/srv", "/var", "/mnt"}
REGISTRY = re.compile(r"""
    ^\s*URIs:\s*\w+://
  | ^\s*deb(?:-src)?\s+(?:\[[^]]*\]\s+)?\w+://
  | \b(?:deb|ftp|security|snapshot|archive|ports)(?:\.\w\w)?\.(?:debian|ubuntu)\.(?:org|com)\b
  | \b(?:pypi|test\.pypi)\.org\b | \bfiles\.pythonhosted\b
  | \bregistry\.npmjs\b | \bproxy\.golang\b | \bcrates\.io\b
""", re.VERBOSE)


def spdx(tree):
    """First line, or second after #!, says GPL-2.0-only."""
    found = []
    for name in tree.text_files():
        if NO_LICENCE_LINE.search(name) or not tree.text(name):
            continue
        lines = tree.text(name).splitlines()[:2]
        line = lines[-1] if lines[0].startswith("#!") else lines[0]
        if not SPDX.fullmatch(line):
            found.append(f"{name}:1: no 'SPDX-License-Identifier: GPL-2.0-only'")
    return found


def leftovers(tree):
    """No notes to self, and no empty files."""
    names = [name for name in tree.text_files() if name != "COPYING"]
    empty = [f"{name}:1: the file is empty" for name in tree.text_files() if not tree.text(name)]
    return tree.grep(names, LEFT_OVER, "left-over") + empty


def version_tests(tree):
    """Which kernel it is, only common/compat/ may ask."""
    names = [name for name in tree.text_files() if not name.startswith(COMPAT)]
    return tree.grep(names, VERSION_TEST, "kernel version test outside common/compat")


def machine_paths(tree):
    """No path that exists on the developer's machine only, and no package mirror by name."""
    places = {str(tree.root), str(tree.root.parent)} - SHARED
    places.add(str(pathlib.Path.home() / ".cache"))
    words = [HOMES] + [re.escape(place) + r"(?:/|\b)" for place in places]
    names = [name for name in tree.text_files() if name != "COPYING"]
    return (tree.grep(names, re.compile("|".join(words)), "path of one machine")
            + tree.grep(names, REGISTRY, "package host (derive it from the machine's apt sources)"))


def whitespace(tree):
    """Lines end cleanly, files end in one newline."""
    found = []
    for name in tree.text_files():
        text = tree.text(name)
        if name == "COPYING" or not text:
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip(" \t\r"):
                found.append(f"{name}:{number}: white space at the end of the line")
        if not text.endswith("\n") or text.endswith("\n\n"):
            found.append(f"{name}:{text.count(chr(10)) + 1}: does not end in exactly one newline")
    return found
