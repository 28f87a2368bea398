# SPDX-License-Identifier: GPL-2.0-only
"""All checks, in the order they are made: cheap ones first."""

import functools

from . import build, c_checks, doc_checks, kernel_tools, script_checks, text_checks
from .selftest import selftest

# Packages for each check that runs a program, besides what the program's module installs.
PACKAGES = {"shellcheck": ["shellcheck"], "flake8": ["python3-flake8"], "checkpatch": ["perl"],
            "kernel-doc": ["perl"]}

CHECKS = {
    "spdx": text_checks.spdx,
    "left-overs": text_checks.leftovers,
    "version-tests": text_checks.version_tests,
    "machine-paths": text_checks.machine_paths,
    "whitespace": text_checks.whitespace,
    "programs": script_checks.programs,
    "names": c_checks.names,
    "documented": c_checks.documented,
    "parameters": c_checks.parameters,
    "function-length": c_checks.length,
    "header-guards": c_checks.guards,
    "built": c_checks.built,
    "links": doc_checks.links,
    "pages": doc_checks.titles,
    "shellcheck": script_checks.shell,
    "flake8": script_checks.python,
    "checkpatch": kernel_tools.checkpatch,
    "kernel-doc": kernel_tools.kernel_doc,
}


def _selftest(_tree):
    """The checks themselves find what they are for."""
    return selftest(CHECKS)


CHECKS["selftest"] = _selftest

for _name in build.KERNELS:
    CHECKS[f"gcc-sparse-{_name}"] = functools.partial(build.compile_all, name=_name, compiler="gcc")
    CHECKS[f"headers-{_name}"] = functools.partial(build.headers, name=_name)
    CHECKS[f"clang-{_name}"] = functools.partial(build.compile_all, name=_name, compiler="clang")
