# SPDX-License-Identifier: GPL-2.0-only
"""Checks of our C that no kernel tool makes: names, documentation, length."""

import pathlib
import re

from .csource import Source

LONGEST_FUNCTION = 100
STEM = re.compile(r"(orion|ovgpu|ovnet)_\w+")
PREFIX = {"common": ("orion_",), "orion_vgpu": ("ovgpu_", "to_ovgpu"),
          "orion_vnet": ("ovnet_", "to_ovnet")}
EXPORT = re.compile(r"\bEXPORT_SYMBOL\w*\(\s*(\w+)")
PARAM = re.compile(r"\bmodule_param(?:_cb|_named|_named_unsafe|_array|_array_named|_string|_unsafe"
                   r"|_hw|_hw_named|_hw_array)?\(\s*(\w+)")
PARAM_DESC = re.compile(r"\bMODULE_PARM_DESC\(\s*(\w+)")


def _sources(tree, *suffixes):
    for name in tree.drivers(*suffixes):
        yield name, Source(tree.text(name))


def length(tree):
    """No function has more than 100 lines."""
    found = []
    for name in tree.code(".c", ".h"):
        for item in Source(tree.text(name)).functions():
            lines = item.last - item.first + 1
            if lines > LONGEST_FUNCTION:
                found.append(f"{name}:{item.first}: {item.name}() has {lines} lines, "
                             f"the limit is {LONGEST_FUNCTION}")
    return found


def names(tree):
    """What others can call begins with its file's name; what they cannot, with its module's."""
    found = []
    for name, source in _sources(tree, ".c"):
        stem = pathlib.PurePath(name).stem
        if not STEM.fullmatch(stem) or name.startswith("kunit/"):
            continue
        prefixes = PREFIX.get(name.split("/")[0], ())
        for item in source.items:
            if item.kind in ("function", "data") and not item.static:
                if item.name != stem and not item.name.startswith(stem + "_"):
                    found.append(f"{name}:{item.first}: {item.name} is global, "
                                 f"so its name must begin with {stem}_")
            elif item.kind == "function" and not item.name.startswith(prefixes):
                found.append(f"{name}:{item.first}: {item.name}() must begin with {prefixes[0]}")
    return found


def documented(tree):
    """Global functions, exports and the structures of headers have kernel-doc."""
    found = []
    for name, source in _sources(tree, ".c", ".h"):
        header = name.endswith(".h")
        for item in source.items:
            needed = item.kind in ("struct", "union") if header else False
            needed |= item.kind == "function" and not item.static
            if needed and not item.documented:
                found.append(f"{name}:{item.first}: {item.kind} {item.name} has no kernel-doc")
        known = {item.name for item in source.items if item.doc}
        for match in EXPORT.finditer(source.masked):
            if match[1] not in known:
                line = source.masked.count("\n", 0, match.start()) + 1
                found.append(f"{name}:{line}: {match[1]} is exported without a comment before it")
    return found


def parameters(tree):
    """Every module parameter says what it does."""
    found = []
    for name, source in _sources(tree, ".c"):
        described = set(PARAM_DESC.findall(source.masked))
        for match in PARAM.finditer(source.masked):
            if match[1] not in described:
                line = source.masked.count("\n", 0, match.start()) + 1
                found.append(f"{name}:{line}: parameter {match[1]} has no MODULE_PARM_DESC")
    return found


def guards(tree):
    """A header's guard is its own name, so that no two can shut each other out."""
    found = []
    for name in tree.drivers(".h"):
        want = re.sub(r"\W", "_", pathlib.PurePath(name).name).upper()
        lines = [text.split() + [""] for _, text in Source(tree.text(name)).directives]
        # A trace header names its system first, and is read more than once on purpose.
        while lines and lines[0][1] == "TRACE_SYSTEM":
            lines.pop(0)
        guard = lines[0][1] if lines and lines[0][0] in ("#ifndef", "#if") else ""
        if want not in guard:
            found.append(f"{name}:1: the guard must be named after the file: ..._{want}")
    return found


def _words(tree, kbuild):
    text = tree.text(kbuild) or "" if kbuild in tree.files else ""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {word.rstrip("/") for word in " ".join(lines).split()}


def built(tree):
    """Every C file is named by a Kbuild that is reached: nobody compiles the others."""
    found = []
    for name in tree.drivers(".c"):
        path = pathlib.PurePath(name)
        words = [_words(tree, str(folder / "Kbuild")) for folder in path.parents]
        # A list of suites leaves the ending out that all of them have.
        called = {path.stem + ".o", path.stem.removesuffix("_kunit")}
        called |= {str(path.relative_to(folder).with_suffix(".o")) for folder in path.parents}
        if not any(word & called for word in words) or path.parts[0] not in words[-1]:
            found.append(f"{name}:1: is not built; no Kbuild names it")
    return found
