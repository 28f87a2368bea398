# SPDX-License-Identifier: GPL-2.0-only
"""What QEMU sees a guest do: its trace events, switched on for a while."""

import contextlib
import re
import time


class Events(list):
    """Trace events, a (name, text) each."""

    def kicks(self, queue):
        """How often a guest notified a device of work in this queue."""
        return self.count("virtio_queue_notify", f" n {queue} ")

    def said(self):
        """All of them, for people."""
        return "\n".join(" ".join(event) for event in self)

    def count(self, name, pattern=""):
        """How many events are called @name and match @pattern."""
        return len(self.named(name, pattern))

    def named(self, name, pattern=""):
        """The texts of those events."""
        return [text for event, text in self if event == name and re.search(pattern, text)]


class Trace:
    """Trace events of one QEMU, which writes them to a file."""

    def __init__(self, path):
        self.path = path
        self.vm = None

    def arguments(self):
        """What QEMU has to be started with."""
        return ["-D", str(self.path)]

    def _switch(self, names, enable):
        for name in names:
            self.vm.qmp.cmd("trace-event-set-state", name=name, enable=enable)

    @contextlib.contextmanager
    def watch(self, *names, settle=0.3):
        """Collect the events @names (wildcards allowed) that happen inside."""
        begun = self.path.stat().st_size if self.path.is_file() else 0
        events = Events()
        self._switch(names, True)
        try:
            yield events
            # The device works on after the guest's program has ended.
            time.sleep(settle)
        finally:
            self._switch(names, False)
        with open(self.path, encoding="utf-8", errors="replace") as handle:
            handle.seek(begun)
            for line in handle:
                # "123@1700000000.123456:name text", the front part where QEMU likes to
                match = re.match(r"(?:\d+@[\d.]+:)?(\w+) ?(.*)", line)
                if match:
                    events.append((match[1], match[2]))
