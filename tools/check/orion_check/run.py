# SPDX-License-Identifier: GPL-2.0-only
"""Running one part: its output goes to the terminal and a log, and it has an end."""

import os
import selectors
import signal
import subprocess
import sys
import time

# What a part that is out of time is told, and how long it has to obey.
LAST_WORDS = ((signal.SIGINT, 60), (signal.SIGTERM, 10), (signal.SIGKILL, 10))

# How long to listen on after a part has ended: something of it may hold the pipe.
LINGER = 1


class Interrupted(Exception):
    """Somebody wants the whole run to end; the message says who."""


def interruptible():
    """Make SIGINT and SIGTERM end the part that runs, not the summary."""
    def handler(number, _frame):
        raise Interrupted(signal.Signals(number).name)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _pass_on(process, log, deadline):
    """Copy output until the process has ended; False when the deadline came first."""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while deadline is None or time.monotonic() < deadline:
            if selector.select(LINGER):
                data = os.read(process.stdout.fileno(), 65536)
                if not data:
                    process.wait()
                    return True
                log.write(data)
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
            elif process.poll() is not None:
                return True
    return False


def _end(process, log):
    """End a part and what it started, politely first."""
    for number, patience in LAST_WORDS:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        if _pass_on(process, log, time.monotonic() + patience):
            return


def run(argv, cwd, log_path, deadline):
    """Run @argv; return its status and, if it did not end by itself, why not.

    @deadline is a time.monotonic(), or None. The part is the leader of a
    process group, so that none of its children stays behind.
    """
    with open(log_path, "wb") as log:
        process = subprocess.Popen(argv, cwd=cwd, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   start_new_session=True)
        why = ""
        try:
            if not _pass_on(process, log, deadline):
                why = "out of time"
        except Interrupted as error:
            why = f"interrupted by {error}"
        if why:
            _end(process, log)
        status = process.wait()
        process.stdout.close()
    return status, why
