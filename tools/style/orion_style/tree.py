# SPDX-License-Identifier: GPL-2.0-only
"""The files that the checks look at."""

import fnmatch
import functools
import pathlib
import re
import subprocess

KERNEL_DIRS = ("common", "orion_vgpu", "orion_vnet", "kunit")
COMPAT = "common/compat/"

# What builds and tools leave, for a tree that git does not know.
PRODUCT = re.compile("|".join(fnmatch.translate(f"*/{name}") for name in (
    ".git/*", "__pycache__/*", ".pytest_cache/*", ".*.cmd", ".*.d", "*.o", "*.ko", "*.mod",
    "*.mod.c", "*.result", "*.log", "generated/*", "modules.order", "Module.symvers")))


class Tree:
    """A working tree: what git tracks in it, and what it would track."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self._texts = {}

    @functools.cached_property
    def files(self):
        """Paths of all files, relative to the root, sorted; symbolic links are left out."""
        names = self._git_files()
        if names is None:
            names = [str(path.relative_to(self.root)) for path in self.root.rglob("*")]
            names = [name for name in names if not PRODUCT.search(f"/{name}")]
        paths = sorted(set(names))
        return [name for name in paths
                if (self.root / name).is_file() and not (self.root / name).is_symlink()]

    def _git_files(self):
        # A folder of its own inside another repository is not that repository.
        if not (self.root / ".git").exists():
            return None
        done = subprocess.run(["git", "-C", str(self.root), "ls-files", "-z", "--cached",
                               "--others", "--exclude-standard"],
                              capture_output=True, text=True, check=False)
        return done.stdout.split("\0")[:-1] if done.returncode == 0 else None

    def text(self, name):
        """The text of a file, or None if it is binary."""
        if name not in self._texts:
            data = (self.root / name).read_bytes()
            binary = b"\0" in data[:8192] or data[:4] == b"%PDF"
            self._texts[name] = None if binary else data.decode("utf-8", errors="replace")
        return self._texts[name]

    def text_files(self):
        """All files that are text."""
        return [name for name in self.files if self.text(name) is not None]

    def code(self, *suffixes):
        """C files with one of @suffixes that are built into or beside our modules."""
        return [name for name in self.files
                if name.endswith(suffixes) and name.split("/")[0] in KERNEL_DIRS]

    def drivers(self, *suffixes):
        """Like code(), without the compatibility layer, which mirrors the kernel's own names."""
        return [name for name in self.code(*suffixes) if not name.startswith(COMPAT)]

    def scripts(self, language):
        """Scripts in @language ("python" or "sh"), by file name or first line."""
        ending = {"python": ".py", "sh": ".sh"}[language]
        shebang = re.compile({"python": r"#!.*\bpython", "sh": r"#!.*\b(ba|da)?sh\b"}[language])
        return [name for name in self.text_files()
                if name.endswith(ending) or shebang.match(self.text(name))]

    def grep(self, names, pattern, what):
        """A finding for each line of the files @names that matches @pattern."""
        found = []
        for name in names:
            for number, line in enumerate((self.text(name) or "").splitlines(), 1):
                match = pattern.search(line)
                if match:
                    found.append(f"{name}:{number}: {what}: {match[0].strip()}")
        return found
