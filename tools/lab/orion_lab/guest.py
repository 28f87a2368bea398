# SPDX-License-Identifier: GPL-2.0-only
"""Programs and files in a guest, through the stock QEMU guest agent."""

import base64
import dataclasses
import itertools
import json
import shlex
import threading
import time

from .qmp import Channel
from .util import LabError, last_lines

CHUNK = 128 * 1024


class GuestError(LabError):
    """A program in the guest failed where it must not, or the agent refused."""


class GuestTimeout(GuestError):
    """A program in the guest did not end in time; it was killed."""


@dataclasses.dataclass
class Result:
    """How a program in the guest ended."""

    argv: list
    status: int
    """Exit status; minus the signal's number if one ended it."""
    stdout: str
    stderr: str
    seconds: float = 0.0

    @property
    def ok(self):
        """Whether it ended with status 0."""
        return self.status == 0

    def check(self):
        """Return self, or raise GuestError with what the program said."""
        if not self.ok:
            raise GuestError(f"in the guest: {shlex.join(self.argv)} ended with {self.status}: "
                             + last_lines(self.stderr or self.stdout))
        return self


class Job:
    """A program that runs in the guest in the background."""

    def __init__(self, guest, argv, pid):
        self.guest = guest
        self.argv = argv
        self.pid = pid
        self.result = None
        self.begun = time.monotonic()

    def poll(self):
        """Its Result if it has ended, else None."""
        if self.result:
            return self.result
        state = self.guest.call("guest-exec-status", pid=self.pid)
        if not state["exited"]:
            return None
        status = -state["signal"] if "signal" in state else state.get("exitcode", 0)
        out, err = (base64.b64decode(state.get(key, "")).decode("utf-8", "replace")
                    for key in ("out-data", "err-data"))
        self.result = Result(self.argv, status, out, err, time.monotonic() - self.begun)
        return self.result

    def wait(self, timeout=60):
        """Wait for its end; on a timeout kill it and raise GuestTimeout."""
        end = time.monotonic() + timeout
        pause = 0.005
        while not self.poll():
            if time.monotonic() > end:
                waiting = self.guest.waiting()
                self.kill()
                raise GuestTimeout(f"in the guest: {shlex.join(self.argv)} did not end "
                                   f"within {timeout} s. {waiting}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.1)
        return self.result

    def kill(self, signal="KILL"):
        """Send a signal to it and to all that it started."""
        self.guest.start(["kill", f"-{signal}", "--", f"-{self.pid}"]).wait(10)

    def stop(self, signal="TERM", timeout=10):
        """End it and return its Result."""
        if not self.poll():
            self.kill(signal)
        return self.wait(timeout)


class Guest:
    """The agent in one guest. Calls may come from several threads.

    @alive raises if the guest is dead, @waiting tells what its tasks wait for.
    """

    def __init__(self, path, alive, waiting):
        self.alive = alive
        self.waiting = waiting
        self.channel = Channel(path, alive)
        self.lock = threading.RLock()
        self.serial = itertools.count(int(time.time() * 1000) % 1000000000)

    def wait_ready(self, timeout=60):
        """Wait until the agent answers: after boot, reset, migration."""
        end = time.monotonic() + timeout
        patience = 0.5
        with self.lock:
            while time.monotonic() < end:
                # 0xff makes the agent drop half a request it may have from before.
                mark = next(self.serial)
                request = {"execute": "guest-sync-delimited", "arguments": {"id": mark}}
                self.channel.send(b"\xff" + json.dumps(request).encode() + b"\n")
                if self._answers(mark, min(time.monotonic() + patience, end)):
                    return
                # What nobody reads fills the socket: ask again ever more rarely.
                patience = min(patience + 0.5, 5)
        self.alive()
        raise LabError(f"the guest's agent did not answer within {timeout} s")

    def _answers(self, mark, end):
        while True:
            answer = self.channel.receive(end - time.monotonic())
            if answer is None:
                return False
            if answer.get("return") == mark:
                return True

    def call(self, name, timeout=30, **arguments):
        """One call of the agent."""
        request = {"execute": name}
        if arguments:
            request["arguments"] = {key.replace("_", "-"): value
                                    for key, value in arguments.items()}
        with self.lock:
            self.channel.send(json.dumps(request).encode() + b"\n")
            while True:
                answer = self.channel.receive(timeout)
                if answer is None:
                    raise LabError(f"the guest's agent did not answer {name} within {timeout} s")
                # Late answers to wait_ready() are numbers.
                if isinstance(answer.get("return"), int) and not name.endswith("-open"):
                    continue
                break
        if "error" in answer:
            raise GuestError(f"agent: {name}: {answer['error'].get('desc')}")
        return answer.get("return")

    def start(self, argv, stdin=None, env=None):
        """Start a program in the background and return its Job.

        @argv is a list, or a string for the guest's shell.
        """
        argv = ["sh", "-c", argv] if isinstance(argv, str) else [str(arg) for arg in argv]
        # A session of its own makes it a process group, which kill() ends as a whole.
        arguments = {"path": "setsid", "arg": argv, "capture_output": True}
        if stdin is not None:
            data = stdin.encode() if isinstance(stdin, str) else stdin
            arguments["input_data"] = base64.b64encode(data).decode()
        variables = {"PATH": "/usr/bin:/usr/sbin:/bin:/sbin", "HOME": "/root", "LC_ALL": "C"}
        variables.update(env or {})
        arguments["env"] = [f"{key}={value}" for key, value in variables.items()]
        return Job(self, argv, self.call("guest-exec", **arguments)["pid"])

    def run(self, argv, timeout=60, stdin=None, env=None, check=False):
        """Run a program to its end and return its Result; see start() and Job.wait()."""
        result = self.start(argv, stdin, env).wait(timeout)
        return result.check() if check else result

    def out(self, argv, timeout=60):
        """What a program prints; raises GuestError if it fails."""
        return self.run(argv, timeout, check=True).stdout

    def write(self, path, data):
        """Make the guest's file @path hold @data."""
        data = data.encode() if isinstance(data, str) else data
        handle = self.call("guest-file-open", path=path, mode="w")
        try:
            for at in range(0, len(data), CHUNK):
                self.call("guest-file-write", handle=handle,
                          buf_b64=base64.b64encode(data[at:at + CHUNK]).decode())
        finally:
            self.call("guest-file-close", handle=handle)

    def read(self, path):
        """The bytes of the guest's file @path."""
        handle = self.call("guest-file-open", path=path, mode="r")
        data = b""
        try:
            while True:
                answer = self.call("guest-file-read", handle=handle, count=CHUNK)
                data += base64.b64decode(answer["buf-b64"])
                if answer["eof"] or not answer["count"]:
                    return data
        finally:
            self.call("guest-file-close", handle=handle)

    def text(self, path):
        """The guest's file @path as text, without white space around it."""
        return self.read(path).decode("utf-8", "replace").strip()

    def close(self):
        """Hang up."""
        self.channel.close()
