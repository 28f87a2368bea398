# SPDX-License-Identifier: GPL-2.0-only
"""A reader of C source that knows just enough: what is defined at file scope, and where.

It does not expand macros; it relies on kernel coding style, which the other
checks enforce.
"""

import dataclasses
import functools
import re

TOKENS = re.compile(r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
  | (?P<directive>^[ \t]*\#(?:\\\n|/\*.*?\*/|[^\n])*)
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

# What may stand around a definition without being part of its name.
ATTRIBUTE = re.compile(r"""
    \b__(?:acquires|aligned|attribute__|cond_acquires|counted_by|guarded_by|must_hold
          |printf|releases|scanf|section)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)
  | \b__\w+\b(?!\s*\()
""", re.VERBOSE)
RECORD = re.compile(r"(?:^|\s)(struct|union|enum)\s+(\w+)\s*$")
DATA = re.compile(r"\w[\s*]+(\w+)\s*(?:\[[^]]*\]\s*)*$")
NOT_DATA = re.compile(r"\b(static|extern|typedef)\b")


@dataclasses.dataclass
class Item:
    """Something defined at file scope."""

    kind: str
    name: str
    static: bool
    first: int
    last: int
    doc: str = ""

    @property
    def documented(self):
        """Whether a kernel-doc comment stands directly before it."""
        return self.doc.startswith("/**")


class Source:
    """One C file, split into the items at file scope."""

    def __init__(self, text):
        self.comments = {}
        self.directives = []
        self.masked = TOKENS.sub(functools.partial(self._mask, text), text)
        self.items = [item for item in map(self._item, self._statements()) if item]

    def _mask(self, text, match):
        # Columns and lines stay where they are.
        if match["comment"]:
            self.comments[text.count("\n", 0, match.end())] = match["comment"]
        if match["directive"]:
            self.directives.append((text.count("\n", 0, match.start()) + 1, match["directive"]))
        fill = "x" if match["string"] else " "
        return re.sub(r"[^\n]", fill, match[0])

    def _statements(self):
        """(start, body, end) of each statement at file scope; body is where its { is, or None."""
        start, body, depth = 0, None, 0
        for match in re.finditer(r"[(){}\[\];]", self.masked):
            char, at = match[0], match.start()
            if char in "({[":
                if char == "{" and depth == 0 and body is None:
                    body = at
                depth += 1
                continue
            if char in ")}]":
                depth = max(depth - 1, 0)
            if depth:
                continue
            if char == ";" or char == "}" and self._is_function(start, body):
                yield start, body, at
                start, body = at + 1, None

    def _head(self, start, body):
        return ATTRIBUTE.sub(" ", self.masked[start:body]).strip()

    def _is_function(self, start, body):
        head = self._head(start, body) if body is not None else ""
        return head.endswith(")") and "=" not in head

    def _line(self, offset):
        return self.masked.count("\n", 0, offset) + 1

    def _item(self, statement):
        start, body, end = statement
        text = self.masked[start:end]
        first = self._line(end - len(text.lstrip()))
        last = self._line(end)
        if body is not None and self._is_function(start, body):
            return self._function(start, body, first, last)
        head, value, _ = self._head(start, end if body is None else body).partition("=")
        record = RECORD.search(head)
        if record:
            is_definition = body is not None and not value
            return self._make(record[1], record[2], head, first, last) if is_definition else None
        data = DATA.search(head.strip())
        if data and not NOT_DATA.search(head):
            return self._make("data", data[1], head, first, last)
        return None

    def _function(self, start, body, first, last):
        # The name stands before the last parenthesis; macro calls may come earlier.
        text = ATTRIBUTE.sub(lambda match: " " * len(match[0]), self.masked[start:body])
        depth = 0
        for at in range(len(text.rstrip()) - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(text[at], 0)
            if depth == 0:
                break
        before = text[:at]
        name = re.search(r"(\w+)\s*$", before)
        if not name:
            return None
        earlier = before[:name.start()].rpartition(")")
        if earlier[1]:
            tail = earlier[2]
            first = self._line(start + len(earlier[0]) + 1 + len(tail) - len(tail.lstrip()))
            before = tail
        return self._make("function", name[1], before, first, last)

    def _make(self, kind, name, head, first, last):
        static = bool(re.search(r"\bstatic\b", head))
        return Item(kind, name, static, first, last, self.comments.get(first - 2, ""))

    def functions(self):
        """All functions that are defined here."""
        return [item for item in self.items if item.kind == "function"]
