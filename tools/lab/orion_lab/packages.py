# SPDX-License-Identifier: GPL-2.0-only
"""Debian packages that must be installed on this machine.

Only what has to run here is installed: QEMU, a compiler, debootstrap. What runs
in a guest is downloaded and unpacked below the cache, see suites.py.
"""

import os
import pathlib
import shutil
import subprocess

from .util import LabError, last_lines, run, say

QEMU = ["qemu-system-x86", "qemu-utils"]
BUILD = ["gcc", "make", "libc6-dev", "rsync", "xz-utils", "kmod"]
FOLDER = ["debootstrap"]
IMAGE = ["debootstrap", "e2fsprogs"]
DISK = ["e2fsprogs"]
GUEST = ["binutils", "kmod", "xz-utils", "zstd"]
NETWORK = ["iproute2"]
DEMO = ["python3-pil", "fonts-dejavu-core"]
WINDOW = ["qemu-system-gui"]
OPENGL = [*WINDOW, "xvfb", "libegl1", "libgl1-mesa-dri"]


def os_release():
    """/etc/os-release as a dictionary."""
    text = pathlib.Path("/etc/os-release").read_text(encoding="utf-8")
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {key: value.strip('"') for key, value in pairs}


def codename():
    """Debian's name for what this machine runs, such as bookworm."""
    release = os_release()
    if release.get("ID") != "debian":
        name = release.get("PRETTY_NAME", "another system")
        raise LabError(f"the lab needs Debian 12 or newer to get its packages from; this is {name}")
    if not release.get("VERSION_CODENAME"):
        raise LabError("/etc/os-release has no VERSION_CODENAME, so no suite to start from")
    return release["VERSION_CODENAME"]


def as_root():
    """The words before a command that needs root: none, or sudo."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        return ["sudo", "--"]
    raise LabError("this step needs root: run it as root once, or install sudo")


def is_installed(name):
    """Whether the package @name is installed here."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", name],
                          capture_output=True, text=True, check=False)
    return done.stdout == "installed"


def install(names):
    """Install what is missing of @names; silent when nothing is."""
    if not shutil.which("dpkg-query"):
        codename()
        raise LabError("dpkg-query is missing, so this is not a usable Debian system")
    missing = [name for name in names if not is_installed(name)]
    if not missing:
        return
    codename()
    try:
        root = as_root()
    except LabError as error:
        raise LabError(f"missing Debian packages: {' '.join(missing)}; {error}") from error
    env = root + ["env", "DEBIAN_FRONTEND=noninteractive"]
    # Others may be at it: another worker of the tests, or the machine itself.
    apt = env + ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=600",
                 "--no-install-recommends", "install"]
    say(f"installing Debian packages: {' '.join(missing)}")
    first = subprocess.run(apt + missing, capture_output=True, text=True, check=False,
                           stdin=subprocess.DEVNULL)
    if first.returncode == 0:
        return
    # The usual reason is a package list that is absent or out of date.
    try:
        run(env + ["apt-get", "-q", "update"], "refreshing apt's package lists")
        run(apt + missing)
    except LabError as error:
        why = last_lines(str(error), 1)
        raise LabError(f"cannot install {' '.join(missing)} (offline?): {why}") from error
