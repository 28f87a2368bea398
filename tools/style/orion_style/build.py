# SPDX-License-Identifier: GPL-2.0-only
"""Builds with all warnings as errors, and headers that stand on their own.

Each kernel and compiler has its own copy of our sources below the cache, where
the build goes on from what the last one left.
"""

import contextlib
import os
import pathlib
import re
import shlex
import subprocess

from orion_lab import folder, kernels, modules, packages
from orion_lab.util import LabError, REPO, cache, die_with_parent, digest, locked

from .tree import COMPAT, KERNEL_DIRS

KERNELS = ("6.1", "6.12", "7.2")

SPARSE = ["C=1", "CF=-D__CHECK_ENDIAN__ -Wcontext -Wsparse-error"]

# Debian configures its kernels for gcc. Without these words kbuild would give
# clang options that only gcc knows, and clang would refuse to start.
CLANG = ["CC=clang", "CONFIG_CC_IS_GCC=", "CONFIG_GCC_VERSION=0", "CONFIG_CC_IS_CLANG=y",
         "CONFIG_RETHUNK=", "CONFIG_MITIGATION_RETHUNK=", "CONFIG_SLS=", "CONFIG_MITIGATION_SLS=",
         "CONFIG_FTRACE_MCOUNT_USE_CC=", "CONFIG_INIT_STACK_ALL_ZERO=",
         "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=", "CONFIG_UBSAN_BOUNDS_STRICT=",
         "CONFIG_CC_IMPLICIT_FALLTHROUGH=-Wimplicit-fallthrough"]

# The kernel's own per-CPU variables name their address space twice.
CLANG_FLAGS = "-Wno-duplicate-decl-specifier"

COMPLAINT = re.compile(r"\b(warning|error|undefined|No rule to make)\b|WARNING|ERROR", re.ASCII)
FOLLOW_UP = re.compile(r"\*\*\* |^make\[|\berrors? generated|being treated as errors")
SAVED = re.compile(r"^(?:saved)?cmd_\S+ := (?P<flags>.*?) -c -o \S+ (?P<source>\S+\.c)\b",
                   re.MULTILINE)


class NotHere(Exception):
    """The check cannot be made on this machine; the message says why."""


class Copy:
    """Our sources beside what one compiler made of them for one kernel."""

    def __init__(self, tree, name, compiler):
        self.tree = tree
        self.compiler = compiler
        if name == "7.2" and not (folder.Folder().stamps / "base").is_file():
            reason = f"the Debian {folder.NEWEST} folder, which builds for 7.2, is not there"
            # Where nobody reads what was skipped, nothing may be.
            raise LabError(reason) if os.environ.get("CI") else NotHere(reason)
        self.kernel = kernels.resolve(name)
        self.tools = ["sparse"] if compiler == "gcc" else ["clang"]
        # Another tree than ours, such as the self-test's, has its own copies.
        which = compiler if tree.root == REPO else f"{compiler}-{digest(tree.root)}"
        base = cache("build", self.kernel.release, f"style-{which}")
        self.dir = base / "src"
        self.log = cache("logs", "style", f"{compiler}-{name}.log")

    def prepare(self):
        """Install the tools and bring the sources up to date."""
        kernels.ensure_build(self.kernel)
        if self.kernel.folder:
            self.kernel.folder.ensure(self.tools)
        else:
            packages.install(self.tools)
        packages.install(["rsync"])
        self.dir.mkdir(parents=True, exist_ok=True)
        keep = [f"--exclude={name}" for name in modules.PRODUCTS]
        wanted = ["--include=/Kbuild", *[f"--include=/{name}/***" for name in KERNEL_DIRS]]
        # Times are those of the copying: a file may come back with an old time.
        done = subprocess.run(["rsync", "-rlp", "--checksum", "--delete", *keep, *wanted,
                               "--exclude=*", f"{self.tree.root}/", f"{self.dir}/"],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabError(f"cannot copy the sources: {done.stderr.strip()}")

    def run(self, argv, cwd):
        """Run @argv where this kernel's modules are built; return status and output."""
        if self.kernel.folder:
            argv = self.kernel.folder.command(argv, cwd=cwd)
            cwd = None
        env = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
        done = subprocess.run([str(word) for word in argv], cwd=cwd, env=env, text=True,
                              errors="replace", check=False, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              preexec_fn=die_with_parent)
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(done.stdout)
        return done.returncode, done.stdout

    def make(self):
        """Build the modules; return status and output."""
        words = ["W=1", "CONFIG_DEBUG_INFO_BTF_MODULES="]
        flags = "KCFLAGS=-Werror"
        if self.compiler == "clang":
            words += [*CLANG, f"CONFIG_CLANG_VERSION={self._clang_version()}"]
            flags += f" {CLANG_FLAGS}"
        else:
            words += SPARSE
        return self.run(["make", "-s", "-k", f"-j{os.cpu_count()}", "-C", self.kernel.build,
                         f"M={self.dir}", *words, flags, "modules"], self.dir)

    def _clang_version(self):
        status, text = self.run(["clang", "-dumpversion"], self.dir)
        if status:
            raise LabError(f"clang does not run: {text.strip()}")
        major, minor, patch = (re.findall(r"\d+", text) + ["0", "0", "0"])[:3]
        return f"{int(major) * 10000 + int(minor) * 100 + int(patch)}"

    def findings(self, status, output):
        """What of @output is for people, with places in the real tree."""
        text = output.replace(f"{self.dir}/", "")
        lines = [re.sub(r"^\./", "", line) for line in text.splitlines()]
        found = [line for line in lines if COMPLAINT.search(line) and not FOLLOW_UP.search(line)]
        if status and not found:
            found = lines[-20:] or [f"make failed with status {status} and said nothing"]
        return list(dict.fromkeys(found))


@contextlib.contextmanager
def copy(tree, name, compiler):
    """The copy for one kernel and compiler, up to date, for one user at a time."""
    with locked(cache("build", f"style-{compiler}-{name}")):
        it = Copy(tree, name, compiler)
        it.prepare()
        it.log.write_text("", encoding="ascii")
        yield it


def compile_all(tree, name, compiler):
    """W=1 -Werror; gcc also runs sparse."""
    if not (tree.root / "Kbuild").is_file():
        return ["Kbuild:1: does not exist"]
    with copy(tree, name, compiler) as it:
        status, output = it.make()
        found = it.findings(status, output)
        if found and not status:
            # What modpost only warns about it would not say again.
            (it.dir / "Module.symvers").unlink(missing_ok=True)
        return found


def _flags(it):
    """The compiler call of kbuild for a source of each folder, and where kbuild makes it."""
    ours = {str(it.dir / name) for name in it.tree.code(".c")}
    calls, cwd = {}, it.kernel.build
    for path in sorted(it.dir.rglob(".*.o.cmd")):
        match = SAVED.search(path.read_text(encoding="utf-8", errors="replace"))
        if not match or str(path.parent / match["source"].rpartition("/")[2]) not in ours:
            continue
        if not match["source"].startswith("/"):
            cwd = it.dir
        flags = [word for word in shlex.split(match["flags"]) if not word.startswith("-Wp,-M")]
        calls.setdefault(str(path.parent.relative_to(it.dir)), flags)
    return calls, cwd


def _unit(name):
    """A source file that has the header @name and nothing else, twice."""
    place = re.match(re.escape(COMPAT) + r"include/(.*)", name)
    line = f"#include <{place[1]}>\n" if place else f'#include "{name}"\n'
    return line * 2


def _write(path, text):
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _recipe(name, flags, stem, source_dir):
    call = shlex.join([*flags, f"-I{source_dir}", "-fsyntax-only", "-MMD", "-MP", "-MF",
                       f"{stem}.d", "-MT", f"{stem}.ok", f"{stem}.c"])
    call = call.replace("$", "$$")
    return (f"all: {stem}.ok\n{stem}.ok: {stem}.c {stem}.flags\n"
            f"\t@{call} || {{ echo 'in {name}, alone and twice' >&2; false; }}\n"
            f"\t@touch $@\n-include {stem}.d\n")


def headers(tree, name):
    """Every header compiles with nothing before it, and twice."""
    with copy(tree, name, "gcc") as it:
        calls, cwd = _flags(it)
        if not calls:
            status, output = it.make()
            calls, cwd = _flags(it)
            if not calls:
                return it.findings(status or 1, output)
        base = it.dir.parent / "headers"
        rules = [".PHONY: all\n"]
        for header in tree.code(".h"):
            stem = base / re.sub(r"\W", "_", header)
            flags = calls.get(str(pathlib.PurePath(header).parent)) or next(iter(calls.values()))
            _write(stem.with_suffix(".c"), _unit(header))
            _write(stem.with_suffix(".flags"), shlex.join(flags))
            rules.append(_recipe(header, flags, stem, it.dir))
        _write(base / "Makefile", "".join(rules))
        status, output = it.run(["make", "-s", "-k", f"-j{os.cpu_count()}", "-C", cwd,
                                 "-f", base / "Makefile", "all"], it.dir)
        return it.findings(status, output) if status else []
