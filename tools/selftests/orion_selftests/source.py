# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's selftests, built from Debian's packages of its source.

Unpacked, built and installed below the cache as the kernel's own Makefiles do it,
in the Debian folder, whose compilers are new enough for what the tests include.
"""

import pathlib
import shutil

from orion_lab import LabError
from orion_lab.folder import NEWEST, Folder
from orion_lab.suites import Suite
from orion_lab.util import cache, digest, half_made, locked, run, say

# Part of the cache's key. Read now, because the file may change while this code runs.
OWN = pathlib.Path(__file__).read_text(encoding="utf-8")

# By kernel: whose tests it is judged with, and where their source is.
SUITES = {"7.2": (NEWEST, True, r"linux-source-\d+\.\d+"),
          "6.12": ("bookworm", False, r"linux-source-6\.12")}
TESTS_OF = {"6.1": "6.12"}

# What the tests are built from. MAINTAINERS is what a generator finds the tree's root by.
PARTS = ["Kbuild", "Kconfig", "MAINTAINERS", "Makefile", "arch/x86", "include", "scripts",
         "tools", "usr", "Documentation/netlink"]

BUILD = ["bash", "bison", "bpftool", "clang", "flex", "gcc", "libc6-dev", "libelf-dev",
         "liburing-dev", "llvm", "make", "pkgconf", "python3", "python3-jsonschema",
         "python3-yaml", "rsync", "zlib1g-dev"]

TARGETS = ["net/lib", "drivers/net", "drivers/net/hw", "drivers/net/virtio_net"]


def name_of(kernel):
    """The kernel whose tests @kernel is judged with."""
    return TESTS_OF.get(kernel, kernel)


def ensure(kernel):
    """The folder with the tests that @kernel is judged with, installed as for a run."""
    name = name_of(kernel)
    if name not in SUITES:
        raise LabError(f"no selftests for kernel {kernel}: there are some for "
                       f"{', '.join([*SUITES, *TESTS_OF])}")
    codename, backports, pattern = SUITES[name]
    suite = Suite(codename, backports)
    package = suite.newest(pattern)
    target = cache("selftests", f"tests-{name}-{digest(OWN, suite.version(package))}")
    with locked(target.with_name(f"tests-{name}")):
        if not target.is_dir():
            for old in target.parent.glob(f"tests-{name}-*"):
                shutil.rmtree(old)
            with half_made(target) as part:
                _build(_unpack(suite, package), part)
    return target


def _unpack(suite, package):
    """The source of a package, as far as it is needed."""
    folder = cache("selftests", package)
    say(f"unpacking {package}")
    suite.unpack([package], folder)
    archive = folder / "usr/src" / f"{package}.tar.xz"
    run(["tar", "-C", folder, "-xf", archive, *[f"{package}/{part}" for part in PARTS]])
    archive.unlink()
    (folder / ".unpacked").unlink()
    return folder / package


def _build(tree, target):
    """Build the tests in @tree, install them in @target, and let the tree go."""
    folder = Folder().ensure(BUILD)
    folder.run(["make", "-s", "-C", tree, "headers"], "making the kernel's headers")
    # One of the Makefiles asks the shell for an echo that only bash has.
    folder.run(["make", "-s", "-j2", "-C", tree / "tools/testing/selftests", "SHELL=/bin/bash",
                f"TARGETS={' '.join(TARGETS)}", f"INSTALL_PATH={target}", "install"],
               "building the kernel's selftests")
    absent = [name for name in TARGETS if not (target / name).is_dir()]
    if absent:
        raise LabError(f"the selftests lack {', '.join(absent)}")
    shutil.rmtree(tree.parent)
