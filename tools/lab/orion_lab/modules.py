# SPDX-License-Identifier: GPL-2.0-only
"""Our modules, built for one kernel in a copy of the tree of its own.

A copy per kernel and checkout lets builds lie side by side and be continued;
the source tree stays as it is.
"""

import os
import pathlib
import shutil
import subprocess

from . import kernels, packages
from .util import LabError, REPO, cache, die_with_parent, digest, locked, run, say

NAMES = ["orion_common", "orion_vgpu", "orion_vnet"]

# What a build leaves: not to be copied, nor to be deleted from the copy.
PRODUCTS = ["*.o", "*.o.d", "*.ko", "*.mod", "*.mod.c", "*.a", ".*.cmd", "*.gcno", ".tmp_*",
            ".module-common.c", "modules.order", "Module.symvers", "__pycache__",
            "/common/compat/generated/", "/common/compat/probe/*.result",
            "/common/compat/probe/*.log"]


def place(kernel):
    """The folder that this checkout's build for @kernel is in."""
    return cache("build", kernel.release, f"lab-{digest(REPO)}")


def forget_others(kernel):
    """Delete the builds of checkouts that are no more."""
    for note in cache("build", kernel.release, "any").parent.glob("lab-*/checkout"):
        if not pathlib.Path(note.read_text(encoding="utf-8")).is_dir():
            shutil.rmtree(note.parent)


def copy_tree(kernel):
    """Bring the kernel's copy of the tree up to date and return where it is."""
    base = place(kernel)
    base.mkdir(exist_ok=True)
    (base / "checkout").write_text(str(REPO), encoding="utf-8")
    target = base / "src"
    excludes = [f"--exclude={name}" for name in ["/.git", *PRODUCTS]]
    packages.install(["rsync"])
    run(["rsync", "-a", "--delete", *excludes, f"{REPO}/", f"{target}/"])
    return target


def build(kernel, *, variables=(), jobs=None, quiet=True):
    """Build our modules for @kernel and return their paths, by name.

    @variables are extra make words, such as "W=1", "C=2" or "LLVM=1". A failed
    build is a LabError that holds what make said.
    """
    kernel = kernels.resolve(kernel)
    kernels.ensure_build(kernel)
    if not kernels.is_build_dir(kernel):
        raise LabError(f"{kernel.build} is no kernel build directory: "
                       "no Makefile and configuration in it")
    with locked(cache("build", kernel.release)):
        forget_others(kernel)
    with locked(place(kernel)):
        source = copy_tree(kernel)
        _make(kernel, source, ["modules", *variables], jobs, quiet)
        # The order file, not a search: a copy may hold modules that are no more.
        order = (source / "modules.order").read_text(encoding="utf-8").split()
    paths = [source / line for line in order]
    found = {path.stem: path.with_suffix(".ko") for path in paths}
    missing = [name for name in NAMES if name not in found]
    if missing:
        raise LabError(f"the build for {kernel.release} made no {', '.join(missing)}")
    return found


def _make(kernel, source, words, jobs, quiet):
    argv = ["make", f"-j{jobs or os.cpu_count()}", f"KDIR={kernel.build}", *words]
    env = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    if kernel.folder:
        argv = kernel.folder.command(argv, cwd=source)
    say(f"building modules for {kernel.release}")
    done = subprocess.run(argv, cwd=source, env=env, text=True, errors="replace", check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, preexec_fn=die_with_parent)
    if done.returncode:
        raise LabError(f"building for {kernel.release} failed:\n{readable(done.stdout)}")
    if not quiet:
        print(done.stdout, end="")
    return done.stdout


def readable(output):
    """The lines of a failed make that say why, or its end when none stands out."""
    lines = output.splitlines()
    marks = ("error:", "warning:", "undefined", "ERROR:", "*** ", "No such file",
             "not found")
    first = next((i for i, line in enumerate(lines) if any(m in line for m in marks)), None)
    return "\n".join(lines[first:first + 40] if first is not None else lines[-20:])
