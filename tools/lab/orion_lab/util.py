# SPDX-License-Identifier: GPL-2.0-only
"""What every part of the lab needs: errors, progress, processes, cache folders."""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1

# An ordinary user's PATH lacks these, and depmod, ip and debootstrap lie there.
os.environ["PATH"] = os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"

REPO = pathlib.Path(__file__).resolve().parents[3]


class LabError(Exception):
    """Something the user can act on; the command line prints it as one line."""


def cache(*parts):
    """A path below ~/.cache/orion; its parent exists when this returns."""
    base = os.environ.get("ORION_CACHE") or "~/.cache/orion"
    path = pathlib.Path(base).expanduser().joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def say(message):
    """One line of progress. Standard output belongs to results."""
    print(f"lab: {message}", file=sys.stderr, flush=True)


def last_lines(text, count=15):
    return "\n".join(text.strip().splitlines()[-count:])


def run(argv, what=None, **kwargs):
    """Run a host program and return its output.

    @what, if given, is announced first. A failure becomes a LabError that ends
    in the program's last lines, which is where programs say why.
    """
    if what:
        say(what)
    argv = [str(arg) for arg in argv]
    try:
        done = subprocess.run(argv, text=True, errors="replace", check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, **kwargs)
    except FileNotFoundError as error:
        raise LabError(f"{argv[0]} is not installed") from error
    if done.returncode:
        raise LabError(f"{what or argv[0]} failed with status {done.returncode}:\n"
                       + last_lines(done.stdout))
    return done.stdout


def die_with_parent():
    """For preexec_fn: the child is killed when the lab dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def stop(process, patience=5):
    """End a child for certain, politely first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()


@contextlib.contextmanager
def locked(path):
    """Hold @path.lock, so that two labs do not build the same thing at once."""
    lock = path.with_name(path.name + ".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with open(lock, "w", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another lab that is making {path.name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def half_made(path):
    """Give a folder to fill; it gets the name @path only once it is complete.

    An interrupted lab therefore leaves nothing that looks finished, and the
    next one begins again from an empty folder.
    """
    part = path.with_name(path.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    yield part
    shutil.rmtree(path, ignore_errors=True)
    part.rename(path)


def digest(*things):
    """A short key made of the text of @things."""
    text = "\0".join(str(thing) for thing in things)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
