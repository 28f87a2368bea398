# SPDX-License-Identifier: GPL-2.0-only
"""What was found so far: outcomes and output of programs, kept below the cache."""

import json

from orion_lab.util import cache


class Record:
    """The outcomes of one driver on one kernel in one suite."""

    def __init__(self, suite, kernel, driver):
        self.path = cache(suite, kernel, driver, "results.json")

    @property
    def folder(self):
        """Where the output of programs is kept."""
        return self.path.parent

    def _known(self):
        return json.loads(self.path.read_text(encoding="utf-8")) if self.path.is_file() else {}

    def recall(self, programs):
        """The outcomes of what is chosen now."""
        chosen = {program.name: program for program in programs}
        found = {}
        for name, outcome in self._known().items():
            program, _, subtest = name.partition("@")
            if program in chosen and chosen[program].wants(subtest):
                found[name] = outcome
        return found

    def left(self, programs):
        """Which of the programs have no outcomes yet."""
        done = {name.partition("@")[0] for name in self.recall(programs)}
        return [program for program in programs if program.name not in done]

    def remember(self, program, found):
        """Keep the outcomes of one program instead of those that it had before."""
        known = {name: outcome for name, outcome in self._known().items()
                 if name.partition("@")[0] != program.name}
        self.path.write_text(json.dumps({**known, **found}, indent=1), encoding="utf-8")
