# SPDX-License-Identifier: GPL-2.0-only
"""Checks of the documentation: what it points at exists."""

import pathlib
import re

MARKDOWN = re.compile(r"!?\[[^]]*\]\(\s*<?([^)\s>]+)|<(?:img|a)\s[^>]*?(?:src|href)=\"([^\"]+)\"")
RST_LINK = re.compile(r"`[^`<]*<([^`>]+)>`_|^\s*\.\.\s+(?:_[^:]+:\s+(\S+)"
                      r"|(?:include|literalinclude|image|figure|kernel-doc|csv-table)::\s*(\S+)"
                      r"|\|[^|]+\|\s+image::\s*(\S+))", re.MULTILINE)
RST_DOC = re.compile(r":doc:`(?:[^`<]*<)?([^`>]+)>?`")
TOCTREE = re.compile(r"^\.\. toctree::\n((?:[ \t]+.*\n|\n)*)", re.MULTILINE)
LITERAL = re.compile(r"`{1,2}((?:\./)?[\w.-]+/[\w./*-]*)`{1,2}")
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|#|//)", re.IGNORECASE)


def _line(text, match):
    return text.count("\n", 0, match.start()) + 1


def _exists(tree, base, target):
    target = target.split("#")[0].split("?")[0]
    path = tree.root / target.lstrip("/") if target.startswith("/") else base / target
    return not target or path.exists()


def _links(text, markdown):
    pattern = MARKDOWN if markdown else RST_LINK
    for match in pattern.finditer(text):
        target = next((group for group in match.groups() if group), None)
        if target and not ELSEWHERE.match(target):
            yield match, target


def _documents(text):
    """Targets of :doc: and of tables of contents, which leave the ending out."""
    for match in RST_DOC.finditer(text):
        yield match, match[1].strip()
    for match in TOCTREE.finditer(text):
        for line in match[1].splitlines():
            entry = re.sub(r"^.*<(.*)>$", r"\1", line.strip())
            if entry and not entry.startswith(":") and not ELSEWHERE.match(entry):
                yield match, entry


def links(tree):
    """Relative links and `paths/of/ours` in the documentation lead somewhere."""
    found = []
    tops = {name.split("/")[0] for name in tree.files if "/" in name}
    for name in tree.text_files():
        if not name.endswith((".md", ".rst")):
            continue
        text = tree.text(name)
        base = (tree.root / name).parent
        dead = [(match, target) for match, target in _links(text, name.endswith(".md"))
                if not _exists(tree, base, target)]
        if name.endswith(".rst"):
            dead += [(match, target) for match, target in _documents(text)
                     if not _exists(tree, base, target + ".rst")]
        for match in LITERAL.finditer(text):
            path = match[1].removeprefix("./")
            if path.split("/")[0] in tops and not any(tree.root.glob(path.rstrip("/"))):
                dead.append((match, match[1]))
        found += [f"{name}:{_line(text, match)}: {target} does not exist"
                  for match, target in dead]
    return found


def titles(tree):
    """Each page of Documentation/ is reachable from its index."""
    pages = [name for name in tree.files
             if name.startswith("Documentation/") and name.endswith(".rst")]
    index = "Documentation/index.rst"
    if index not in pages:
        return []
    listed = {index}
    for name in pages:
        base = pathlib.PurePath(name).parent
        listed |= {str(base / target) + ".rst" for _, target in _documents(tree.text(name))}
    return [f"{name}:1: no table of contents lists this page" for name in pages
            if name not in listed]
