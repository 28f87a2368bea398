# SPDX-License-Identifier: GPL-2.0-only
"""checkpatch and kernel-doc, taken from Debian's package of the kernel's source."""

import functools
import pathlib
import re
import subprocess
import tarfile
import tempfile

from orion_lab import packages
from orion_lab.util import LabError, cache, half_made, locked, run, say

from .memory import each_file

SOURCE = "linux-source-6.12"
SCRIPTS = ("checkpatch.pl", "spelling.txt", "const_structs.checkpatch", "kernel-doc")

# Types of checkpatch that do not fit here, each with its reason.
IGNORED = {
    # Programs ask by it whether a device draws, and have for years.
    "ENOSYS",
}

# The same for single files.
IGNORED_IN = {
    # Vulkan's names are what they are.
    "tools/vmtests/helpers/vkcompute.c": {"CAMELCASE"},
}

TERSE = re.compile(r"^(\S+?:\d+): (?:ERROR|WARNING|CHECK):")
# An attribute of 7.x that the kernel-doc of 6.12 takes for a member's name.
UNKNOWN_TO_DOC = re.compile(r"[ \t]__guarded_by\([^()]*\)")
DOC = re.compile(r"^(?:warning: |error: )?(\S+?:\d+): (?:warning: |error: )?(.*)")


@functools.cache
def scripts():
    """The folder with SCRIPTS in it, unpacked once per version of the package."""
    packages.install([SOURCE])
    version = run(["dpkg-query", "-W", "-f", "${Version}", SOURCE]).strip()
    folder = cache("style", f"scripts-{version}")
    with locked(folder):
        if not folder.is_dir():
            with half_made(folder) as part:
                _unpack(f"/usr/src/{SOURCE}.tar.xz", part)
    return folder


def _unpack(archive, folder):
    say(f"unpacking checkpatch and kernel-doc from {SOURCE}, once")
    wanted = set(SCRIPTS)
    with tarfile.open(archive, "r|xz") as source:
        for member in source:
            path = member.name.split("/")[1:]
            if path[:1] == ["scripts"] and path[1:] and path[-1] in wanted and member.isfile():
                (folder / path[-1]).write_bytes(source.extractfile(member).read())
                wanted.discard(path[-1])
                if not wanted:
                    return
    raise LabError(f"{archive} has no scripts/{' or '.join(sorted(wanted))}")


def checkpatch(tree):
    """checkpatch --strict, on whole files."""
    script = scripts() / "checkpatch.pl"
    argv = ["perl", str(script), "--no-tree", "--strict", "--terse", "--show-types",
            "--no-summary", "--max-line-length=100"]

    def look(name):
        ignored = ",".join(sorted(IGNORED | IGNORED_IN.get(name, set())))
        done = subprocess.run([*argv, f"--ignore={ignored}", "-f", name], cwd=tree.root,
                              capture_output=True, text=True, errors="replace", check=False)
        lines = [line for line in done.stdout.splitlines() if TERSE.match(line)]
        if done.returncode and not lines:
            lines = [f"{name}:1: checkpatch: {line}" for line in done.stderr.splitlines()[:5]]
        return lines

    c_files = [name for name in tree.files if name.endswith((".c", ".h"))]
    return each_file(tree, "checkpatch", c_files, str((argv, sorted(IGNORED), IGNORED_IN)), look)


def kernel_doc(tree):
    """kernel-doc comments are well formed and complete."""
    script = scripts() / "kernel-doc"
    argv = ["perl", str(script), "-none", "-Wall", "-Werror"]

    def look(name):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True)
            path.write_text(UNKNOWN_TO_DOC.sub("", tree.text(name)), encoding="utf-8")
            done = subprocess.run([*argv, name], cwd=folder, capture_output=True,
                                  text=True, errors="replace", check=False)
        places = [DOC.match(line) for line in done.stderr.splitlines()]
        lines = [f"{place[1]}: {place[2]}" for place in places if place]
        if done.returncode and not lines:
            lines = [f"{name}:1: kernel-doc: {line}" for line in done.stderr.splitlines()[:5]]
        return lines

    return each_file(tree, "kernel-doc", tree.drivers(".c", ".h"), str(argv), look)
