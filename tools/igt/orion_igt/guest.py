# SPDX-License-Identifier: GPL-2.0-only
"""A guest with IGT's programs in it, which is replaced when one of them ruins it."""

import os
import pathlib
import re
import tempfile
import time

from orion_lab import VM, Gpu, LabError
from orion_lab.util import run, say

from . import results

# A program that prints nothing for so long, in seconds, is not going to.
SILENCE = 120

# Longer than that, in seconds, no subtest may take, whatever it prints.
SUBTEST = 300

# IGT exits with this if it was asked for subtests and has none.
NO_SUBTESTS = 79

HEADS = [(1024, 768), (1024, 768)]

# Much of IGT measures time, of which a busy host takes some away: what fails is tried again.
TRIES = 2


def libraries(folder, programs):
    """Where the shared libraries lie that the programs need, by name."""
    places = [folder / "lib", folder.parent / "lib", folder.parent.parent / "lib"]
    places += [place / "x86_64-linux-gnu" for place in places]
    env = {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, places))}
    text = run(["ldd", *programs], env=env)
    missing = sorted(set(re.findall(r"(\S+) => not found", text)))
    if missing:
        raise LabError(f"libraries of IGT are missing: {', '.join(missing)}")
    found = dict(re.findall(r"(\S+) => (/\S+)", text))
    loader = re.search(r"(/\S*/ld-linux\S+)", text)
    return {**found, "loader": loader[1]}


def files(folder, names):
    """What the guest begins with: programs, and a system's libraries of their own."""
    programs = [folder / name for name in names]
    absent = [path.name for path in programs if not path.is_file()]
    if absent:
        raise LabError(f"{folder} has no {', '.join(absent)}")
    placed = {f"/igt/{path.name}": path for path in programs}
    for name, path in libraries(folder, programs).items():
        placed[f"/igt/lib/{name}"] = pathlib.Path(path)
    return placed


def read(log):
    """What a program has said so far."""
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


class Judge:
    """Runs programs of IGT against one driver on one kernel."""

    def __init__(self, folder, kernel, modules, programs, keep):
        self.kernel = kernel
        self.modules = modules
        self.placed = files(folder, [program.name for program in programs])
        self.keep = keep
        self.vm = None
        self.outbox = tempfile.TemporaryDirectory(prefix="orion-igt-")

    def __enter__(self):
        return self

    def __exit__(self, *_why):
        self._complain()
        self._end()
        self.outbox.cleanup()

    def _end(self):
        if self.vm:
            self.vm.close()
            self.vm = None

    def _sound(self):
        """Whether there is a guest in which nothing has gone wrong yet."""
        try:
            return (self.vm and not self.vm.problems()
                    and self.vm.run("test -c /dev/dri/card0", timeout=20).ok)
        except LabError as error:
            say(f"{self.kernel} {self.modules}: {error}")
            return False

    def _ready(self):
        """Have a sound guest."""
        if self._sound():
            return
        self._complain()
        self._end()
        self.vm = VM(self.kernel, gpus=[Gpu(outputs=len(HEADS), sizes=HEADS)], memory=2048,
                     modules=self.modules, files=self.placed,
                     shares={"out": self.outbox.name}).start()

    def _command(self, name, *words):
        return ["/igt/lib/loader", "--library-path", "/igt/lib", "--argv0", name,
                f"/igt/{name}", *words]

    def _execute(self, name, log, *words):
        """Run a program and return its status, or None if it was killed for its silence."""
        argv = " ".join(self._command(name, *words))
        job = self.vm.spawn(f"exec {argv} > /mnt/out/{log.name} 2>&1",
                            env={"IGT_HOOK": "", "IGT_CI_RUN": "1"})
        size, subtest = -1, None
        spoke = began = time.monotonic()
        while not job.poll():
            self.vm.alive()
            now = time.monotonic()
            if log.exists() and log.stat().st_size != size:
                size, spoke = log.stat().st_size, now
                _, running = results.parse(read(log))
                if running != subtest:
                    subtest, began = running, now
            if now - spoke > SILENCE or now - began > SUBTEST:
                job.kill()
                return None
            time.sleep(0.1)
        return job.poll().status

    def subtests(self, name):
        """The subtests that a program has; none if it is one test itself."""
        self._ready()
        done = self.vm.run(self._command(name, "--list-subtests"))
        return done.stdout.split() if done.ok else []

    def _whole(self, name):
        """The outcome of a program that has no subtests."""
        log = pathlib.Path(self.outbox.name, f"{name}.log")
        status = self._execute(name, log)
        self._store(log)
        return {name: "timeout" if status is None else results.STATUS.get(status, "fail")}

    def _store(self, log):
        """Keep what a program said."""
        with open(self.keep / log.name, "a", encoding="utf-8") as kept:
            kept.write(read(log))

    def _some(self, name, wanted):
        """Run subtests until one ends the program; outcomes of those that were run."""
        log = pathlib.Path(self.outbox.name, f"{name}.log")
        log.unlink(missing_ok=True)
        ended = "crash"
        try:
            self._ready()
            if self._execute(name, log, "--run-subtest", ",".join(wanted)) is None:
                ended = "timeout"
        except LabError as error:
            # It crashed, or it does not answer any more.
            say(f"{name}: {error}")
            self._end()
        if ended == "timeout":
            # It may be beyond being killed.
            self._complain()
            self._end()
        outcomes, running = results.parse(read(log))
        if running:
            outcomes[running] = ended
        if log.exists():
            self._store(log)
        return outcomes

    def run(self, program):
        """The outcomes of a program's chosen subtests, by PROGRAM@SUBTEST."""
        (self.keep / f"{program.name}.log").unlink(missing_ok=True)
        names = self.subtests(program.name)
        if not names:
            return self._whole(program.name)
        outcomes = {}
        todo = [name for name in names if program.wants(name)]
        for _ in range(TRIES):
            outcomes.update(self._all(program.name, todo))
            todo = [name for name in todo if outcomes[name] not in ("pass", "skip")]
        return {f"{program.name}@{name}": outcome for name, outcome in outcomes.items()}

    def _all(self, name, wanted):
        """Run subtests, however often they end the program."""
        todo = list(wanted)
        outcomes = {}
        while todo:
            some = self._some(name, todo)
            left = [subtest for subtest in todo if subtest not in some]
            if len(left) == len(todo):
                some[todo[0]] = "crash"
                left = todo[1:]
            outcomes.update(some)
            todo = left
        return outcomes

    def _complain(self):
        """Say what the kernel's log holds that it must not."""
        for line in self.vm.problems() if self.vm else ():
            say(f"{self.kernel} {self.modules}: the kernel says: {line}")
