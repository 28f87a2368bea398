# SPDX-License-Identifier: GPL-2.0-only
"""Our modules and suites, built for the kernel that runs them, and their order."""

import subprocess

from orion_lab.util import REPO, LabError, digest, last_lines, run

from . import kernel as kernels


def tree_path(kernel):
    """Where the sources are built: a folder in the cache, so the checkout stays clean.

    One for each checkout and kernel. A build after a change compiles what
    changed, but would not notice that the kernel is another one.
    """
    return kernel.path / f"tree-{digest(REPO)}"


def sync_tree(tree):
    """Make @tree have the sources that kbuild reads, and keep its objects."""
    tree.mkdir(exist_ok=True)
    rules = ["--include=*/", "--include=Kbuild*", "--include=*.c", "--include=*.h"]
    sources = [path for path in REPO.iterdir()
               if path.name == "Kbuild" or (path / "Kbuild").exists()]
    for name in known_sources(tree) - known_sources(REPO):
        (tree / name).unlink()
    run(["rsync", "-a", "--prune-empty-dirs", *rules, "--exclude=*", *sources, f"{tree}/"])


def known_sources(root):
    """Names, relative to @root, of the sources in folders that kbuild enters."""
    folders = [path.parent for path in root.glob("*/Kbuild")]
    return {path.relative_to(root) for folder in folders for path in folder.rglob("*")
            if path.suffix in (".c", ".h") and not path.name.endswith(".mod.c")
            and "generated" not in path.parts}


def build(kernel, tree):
    """Build everything there is for @kernel; returns the compiler's warnings.

    All objects are profiled: a suite that includes a unit's source covers lines
    of that unit. Early inlining comes before the counters are put in, and would
    leave small functions without any.
    """
    argv = kernels.make(kernel.kdir, f"M={tree}", f"-j{kernels.jobs()}", "W=1", "ORION_KUNIT=1",
                        "GCOV_PROFILE=y", "KCFLAGS=-fno-early-inlining", "modules")
    done = subprocess.run(argv, text=True, errors="replace", check=False,
                          env=kernels.build_env(), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise LabError("building the suites failed:\n" + last_lines(done.stdout, 40))
    return [line for line in done.stdout.splitlines() if "warning:" in line]


def name_of(path):
    """A module's name, which has no dashes whatever its file has."""
    return path.name.removesuffix(".ko").replace("-", "_")


def built(tree):
    """What the last build made, by the list that it left: *.ko may be older."""
    names = (tree / "modules.order").read_text(encoding="utf-8").split()
    return [(tree / name).with_suffix(".ko") for name in names]


class Order:
    """Which modules are to be loaded before which."""

    def __init__(self, kernel, ours):
        self.paths = {name_of(path): path for path in kernel.modules.glob("*.ko")}
        self.paths.update({name_of(path): path for path in ours})
        self.needs = {}

    def depends(self, name):
        if name not in self.needs:
            text = run(["modinfo", "-F", "depends", self.paths[name]]).strip()
            self.needs[name] = [need.replace("-", "_") for need in text.split(",") if need]
        return self.needs[name]

    def closure(self, names):
        """@names and all they need, each after what it needs."""
        done = []

        def visit(name):
            if name in done:
                return
            for need in self.depends(name):
                visit(need)
            done.append(name)

        for name in names:
            visit(name)
        return done
