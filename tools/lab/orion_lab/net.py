# SPDX-License-Identifier: GPL-2.0-only
"""A network of the lab's own: a namespace with taps for guests.

The namespace lives as long as a process that the lab holds by a pipe, so it
goes away with the lab however the lab ends, and nothing needs cleaning up.
Nothing routes out of it.
"""

import functools
import os
import pathlib
import subprocess

from . import initramfs, packages
from .util import LabError, die_with_parent, run, stop


@functools.cache
def can_tap():
    """Whether this user can have a namespace with taps in it."""
    try:
        with open("/dev/net/tun", "rb+", buffering=0):
            pass
    except OSError:
        return False
    if os.geteuid() == 0:
        return True
    return subprocess.run(["unshare", "--user", "--map-root-user", "--net", "true"],
                          capture_output=True, check=False).returncode == 0


class Network:
    """A network namespace; a context manager."""

    def __init__(self):
        if not can_tap():
            raise LabError("no network namespace with taps here: that takes root, or "
                           "user namespaces and access to /dev/net/tun")
        packages.install(packages.NETWORK)
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        self.holder = subprocess.Popen(["unshare", *user, "--net", "sh", "-c",
                                        "echo ready; exec cat"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, start_new_session=True)
        if self.holder.stdout.readline() != b"ready\n":
            self.close()
            raise LabError("cannot make a network namespace")
        self.taps = []
        self.run(["ip", "link", "set", "lo", "up"])

    def command(self, argv):
        """The words that run @argv in the namespace."""
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", f"--target={self.holder.pid}", *user, "--net", "--", *map(str, argv)]

    def run(self, argv):
        """Run a host program in the namespace and return its output."""
        return run(self.command(argv))

    def popen(self, argv, **kwargs):
        """Start a host program in the namespace; it dies with the lab."""
        words = ["setpriv", "--pdeathsig", "KILL", "--", *map(str, argv)]
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen(self.command(words), preexec_fn=die_with_parent, **kwargs)

    def tap(self, queues=1, name=None):
        """Make a tap for a NIC of @queues queue pairs.

        The n-th has the addresses 10.73.n.1/24 and fd73:n::1/64; a guest takes
        .2 and ::2, see address().
        """
        index = len(self.taps)
        name = name or f"tap{index}"
        many = ["multi_queue"] if queues > 1 else []
        self.run(["ip", "tuntap", "add", "dev", name, "mode", "tap", "vnet_hdr", *many])
        self.run(["ip", "addr", "add", f"{address(index, 1)}/24", "dev", name])
        self.run(["ip", "-6", "addr", "add", f"{address6(index, 1)}/64", "dev", name, "nodad"])
        # There is no router; and whoever counts frames wants to know all of them.
        self.run(["sh", "-c", f"echo 0 >/proc/sys/net/ipv6/conf/{name}/router_solicitations"])
        self.run(["ip", "link", "set", name, "up"])
        self.taps.append(name)
        return name

    def bridge(self, taps, name="br0"):
        """Join taps in a bridge, for guests that talk to each other."""
        self.run(["ip", "link", "add", name, "type", "bridge"])
        for tap in taps:
            self.run(["ip", "addr", "flush", "dev", tap])
            self.run(["ip", "link", "set", tap, "master", name])
        self.run(["ip", "link", "set", name, "up"])
        return name

    def close(self):
        """Let the namespace go."""
        stop(self.holder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def address(index, end):
    """IPv4 address on the @index-th tap's network: @end is 1 on the host, 2 in the guest."""
    return f"10.73.{index}.{end}"


def address6(index, end):
    """IPv6 counterpart of address()."""
    return f"fd73:{index}::{end}"


def tool(name):
    """The words that run one of the guest's tools on the host.

    The same iperf3 then runs at both ends, and none need be installed here.
    """
    root = initramfs.tools()
    libraries = ":".join(str(root / path) for path in
                         ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"))
    for folder in ("usr/bin", "bin", "usr/sbin", "sbin"):
        if (root / folder / name).is_file():
            loader = pathlib.Path(root, "lib64/ld-linux-x86-64.so.2").resolve()
            if not loader.is_file():
                loader = root / "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
            return [str(loader), "--library-path", libraries, str(root / folder / name)]
    raise LabError(f"the guest's tools have no {name}")
