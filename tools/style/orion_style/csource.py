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
BLACK = re.compile(r"[^\n]")
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
        # Comments, strings, directives and attributes become blanks, so that
        # what is left can be read with offsets and lines as they were.
        masked = TOKENS.sub(functools.partial(self._mask, text), text)
        self.masked = ATTRIBUTE.sub(lambda match: BLACK.sub(" ", match[0]), masked)
        self.items = [item for item in map(self._item, self._statements()) if item]

    def _mask(self, text, match):
        if match["comment"]:
            self.comments[text.count("\n", 0, match.end()) + 1] = match["comment"]
        if match["directive"]:
            self.directives.append((text.count("\n", 0, match.start()) + 1, match["directive"]))
        return BLACK.sub("x" if match["string"] else " ", match[0])

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

    def _is_function(self, start, body):
        head = self.masked[start:body].rstrip() if body is not None else ""
        return head.endswith(")") and "=" not in head

    def _line(self, offset):
        return self.masked.count("\n", 0, offset) + 1

    def _item(self, statement):
        start, body, end = statement
        if self._is_function(start, body):
            return self._function(start, body, end)
        head, value, _ = self.masked[start:end if body is None else body].partition("=")
        record = RECORD.search(head)
        if record:
            is_definition = body is not None and not value
            return self._make(record[1], record[2], start, head, end) if is_definition else None
        data = DATA.search(head)
        if data and not NOT_DATA.search(head):
            return self._make("data", data[1], start, head, end)
        return None

    def _function(self, start, body, end):
        # The name stands before the parenthesis that belongs to the last one.
        text = self.masked[start:body].rstrip()
        depth = 0
        for at in range(len(text) - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(text[at], 0)
            if depth == 0:
                break
        name = re.search(r"(\w+)\s*$", text[:at])
        return self._make("function", name[1], start, text[:at], end) if name else None

    def _make(self, kind, name, start, head, end):
        # Calls of macros that have no semicolon may stand before it.
        calls, bracket, own = head.rpartition(")")
        blank = len(own) - len(own.lstrip())
        first = self._line(start + len(calls) + len(bracket) + blank)
        static = bool(re.search(r"\bstatic\b", own))
        return Item(kind, name, static, first, self._line(end), self.comments.get(first - 1, ""))

    def functions(self):
        """All functions that are defined here."""
        return [item for item in self.items if item.kind == "function"]
