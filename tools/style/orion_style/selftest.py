# SPDX-License-Identifier: GPL-2.0-only
"""Do the checks find what they are for? Each must pass the good sample and fail a bad one."""

import shutil

from orion_lab.util import cache, locked

from . import build
from .samples import CHEAP, GOOD, SLOW
from .tree import Tree

KERNEL = build.KERNELS[0]


def _plant(folder, files):
    """Make @folder hold just @files; those that stay the same are not touched."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif str(path.relative_to(folder)) not in files:
            path.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if text.startswith("#!") and not name.startswith("common/"):
            path.chmod(0o755)
    return Tree(folder)


def _judge(checks, folder, bad):
    """What is wrong with the check that @bad is for, as a list."""
    found = checks[bad.check](_plant(folder, bad.tree()))
    if any(bad.says in line for line in found):
        return []
    return [f"{bad.check} does not find '{bad.says}' in {bad.name}; it says {found[:3]}"]


def _cheap(checks, folder):
    wrong = []
    good = _plant(folder, GOOD)
    for name in dict.fromkeys(bad.check for bad in CHEAP):
        wrong += [f"{name} finds fault with the good sample: {line}" for line in checks[name](good)]
    for bad in CHEAP:
        wrong += _judge(checks, folder, bad)
    return wrong


def _slow(folder):
    checks = {
        "gcc-sparse": lambda tree: build.compile_all(tree, KERNEL, "gcc"),
        "clang": lambda tree: build.compile_all(tree, KERNEL, "clang"),
        "headers": lambda tree: build.headers(tree, KERNEL),
    }
    wrong = []
    good = _plant(folder, GOOD)
    for name, check in checks.items():
        wrong += [f"{name} finds fault with the good sample: {line}" for line in check(good)]
    for bad in SLOW:
        wrong += _judge(checks, folder, bad)
    return wrong


def selftest(checks):
    """The checks themselves find what they are for."""
    folder = cache("style", "selftest")
    with locked(folder):
        wrong = _cheap(checks, folder / "tree") + _slow(folder / "tree")
        shutil.rmtree(folder / "tree")
    return wrong
