# SPDX-License-Identifier: GPL-2.0-only
"""A client for QEMU's monitor protocol, as small as the lab needs it."""

import collections
import json
import socket
import time

from .util import LabError


class QmpError(LabError):
    """What QEMU answered instead of doing it."""


class Channel:
    """JSON objects over a Unix socket, one a line, with a deadline on every wait."""

    def __init__(self, path, alive, timeout=10):
        self.alive = alive
        self.buffer = b""
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + timeout
        while True:
            try:
                self.socket.connect(str(path))
                break
            except (FileNotFoundError, ConnectionRefusedError) as error:
                self.alive()
                if time.monotonic() > end:
                    raise LabError(f"nobody answers at {path}") from error
                time.sleep(0.01)

    def send(self, text, fds=()):
        """Send raw bytes, with file descriptors if any."""
        self.socket.settimeout(10)
        try:
            if fds:
                socket.send_fds(self.socket, [text], list(fds))
            else:
                self.socket.sendall(text)
        except (TimeoutError, ConnectionError) as error:
            self.alive()
            raise LabError("QEMU takes no more requests: is the guest paused?") from error

    def receive(self, timeout):
        """The next object, or None when @timeout seconds have passed."""
        end = time.monotonic() + timeout
        while b"\n" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.socket.settimeout(min(left, 0.25))
            try:
                data = self.socket.recv(1 << 20)
            except TimeoutError:
                self.alive()
                continue
            except ConnectionError:
                data = b""
            if not data:
                # Most likely QEMU is about to end, which alive() can say better.
                for _ in range(20):
                    self.alive()
                    time.sleep(0.05)
                raise LabError("QEMU closed the connection")
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        # The agent marks the beginning of a fresh answer with this byte.
        line = line.rsplit(b"\xff", 1)[-1].strip()
        if not line:
            return self.receive(max(end - time.monotonic(), 0))
        return json.loads(line)

    def close(self):
        """Hang up."""
        self.socket.close()


class Qmp:
    """QEMU's monitor: commands, and the events that arrived between them."""

    def __init__(self, path, alive):
        self.channel = Channel(path, alive)
        self.events = collections.deque(maxlen=1000)
        if "QMP" not in (self.channel.receive(10) or {}):
            raise LabError("QEMU's monitor does not greet")
        self.cmd("qmp_capabilities")

    def cmd(self, name, /, *, fds=(), timeout=30, **arguments):
        """Run a monitor command and return what it returns.

        Underscores in argument names become hyphens, as QEMU spells nearly all
        of its own; raises QmpError with QEMU's words when it refuses.
        """
        arguments = {key.replace("_", "-"): value for key, value in arguments.items()}
        return self.raw(name, arguments, fds, timeout)

    def raw(self, name, arguments, fds=(), timeout=30):
        """Run a monitor command with arguments spelt exactly as given."""
        request = {"execute": name, "arguments": arguments}
        self.channel.send(json.dumps(request).encode() + b"\n", fds)
        end = time.monotonic() + timeout
        while True:
            answer = self.channel.receive(end - time.monotonic())
            if answer is None:
                raise LabError(f"QEMU did not answer {name} within {timeout} s")
            if "event" in answer:
                self.events.append(answer)
            elif "error" in answer:
                raise QmpError(f"{name}: {answer['error'].get('desc')}")
            else:
                return answer.get("return")

    def hmp(self, line):
        """Run a line of the human monitor and return its text."""
        return self.cmd("human-monitor-command", command_line=line)

    def wait_event(self, name, timeout=30, match=None):
        """Wait for an event (or find it among those that came) and return its data.

        @match is called with the data and says whether this is the one.
        """
        end = time.monotonic() + timeout
        while True:
            for event in list(self.events):
                data = event.get("data", {})
                if event["event"] == name and (match is None or match(data)):
                    self.events.remove(event)
                    return data
            answer = self.channel.receive(end - time.monotonic())
            if answer is None:
                raise LabError(f"no {name} from QEMU within {timeout} s")
            if "event" in answer:
                self.events.append(answer)

    def close(self):
        """Hang up."""
        self.channel.close()
