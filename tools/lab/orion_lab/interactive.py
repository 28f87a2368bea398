# SPDX-License-Identifier: GPL-2.0-only
"""A guest to play with: a window or VNC for its heads, the terminal for its console."""

import os
import socket
import sys

from . import packages
from .util import LabError, say

WELCOME = """
This is the lab's guest, kernel {release}, modules: {modules}.
{screens}
{network}
Leave with "poweroff", or with Ctrl-A and then X.
"""


def has_display():
    """Whether windows can be opened here."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def free_display(start):
    """The first VNC display from @start on that nobody has."""
    for number in range(start, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", 5900 + number))
                return number
            except OSError:
                continue
    raise LabError(f"no free VNC display between {start} and 99")


def screens(args):
    """How the heads are shown: a -display, more QEMU arguments, and words about it."""
    if not args.outputs:
        return None, [], "It has no GPU."
    if has_display():
        if args.vmm == "system":
            packages.install(packages.WINDOW)
        return ("gtk,show-tabs=on" + (",gl=on" if args.gl or args.venus else ""), [],
                "Its heads are in the window, one a tab.")
    arguments = []
    lines = []
    number = 9
    for head in range(args.outputs):
        number = free_display(number + 1)
        arguments += ["-vnc", f"127.0.0.1:{number},display=gpu0,head={head}"]
        lines.append(f"Head {head} is at VNC display 127.0.0.1:{number} "
                     f"(port {5900 + number}).")
    return None, arguments, "\n".join(lines)


def run(args, machine):
    """Boot what @args ask for, by machine(), and stay until the user leaves."""
    if not sys.stdin.isatty():
        say("standard input is no terminal: the guest ends when it does")
    display, arguments, about = screens(args)
    if args.outputs > 1 and not args.sizes and not display:
        args.sizes = ",".join(["1024x768"] * args.outputs)
    vm = machine(args, display=display, args=arguments, shell=True,
                 console="stdio,mux=on,signal=off,logfile={log}")
    vm.args += ["-mon", "chardev=serial,mode=readline"]
    network = "It has no network card."
    if args.nics:
        network = "Its network ends in the lab; set up eth0 as you like."
    vm.files["/orion/welcome"] = WELCOME.format(release=vm.kernel.release, modules=args.modules,
                                                screens=about, network=network).encode()
    say(about.replace("\n", "\nlab: "))
    say('starting the guest; leave with "poweroff" in it, or with Ctrl-A and then X')
    with vm:
        for index, nic in enumerate(vm.nics):
            if nic.tap:
                vm.run(f"ip addr add 10.73.{index}.2/24 dev eth{index}; ip link set eth{index} up")
        vm.guest.write("/run/ready", "")
        vm.process.wait()
        return vm.process.returncode
