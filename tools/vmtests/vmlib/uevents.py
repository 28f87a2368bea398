# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's events, as udev and desktops get them."""

import itertools

NUMBERS = itertools.count()


class Uevents:
    """Collects the events of one subsystem; a context manager."""

    def __init__(self, vm, subsystem):
        self.vm = vm
        self.path = f"/run/uevents{next(NUMBERS)}"
        self.script = f'[ "$SUBSYSTEM" = {subsystem} ] && env | tr "\\n" " " >>{self.path}; ' \
                      f'[ "$SUBSYSTEM" = {subsystem} ] && echo >>{self.path}; true'

    def __enter__(self):
        self.vm.run(["touch", self.path], check=True)
        self.job = self.vm.spawn(["uevent", "sh", "-c", self.script])
        # There is no sign of its socket but in this list; kobject events are protocol 15.
        self.vm.run(f"while ! awk '$2 == 15 && $3 == {self.job.pid}' /proc/net/netlink "
                    "| grep -q .; do usleep 10000; done", timeout=10, check=True)
        return self

    def __exit__(self, *_):
        self.job.stop("KILL")

    def all(self):
        """The events so far, a dictionary each."""
        lines = self.vm.guest.text(self.path).splitlines()
        return [dict(word.split("=", 1) for word in line.split() if "=" in word)
                for line in lines]

    def hotplugs(self):
        """How many of them say that displays changed."""
        return sum(event.get("HOTPLUG") == "1" for event in self.all())
