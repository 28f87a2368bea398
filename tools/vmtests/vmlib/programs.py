# SPDX-License-Identifier: GPL-2.0-only
"""Programs that use a display, for as long as a test wants them."""

import contextlib


@contextlib.contextmanager
def running(rig, command, env=None):
    """A program that runs until the end of this, and is certainly gone then."""
    program = command.split()[0].rsplit("/", 1)[-1]
    # Some of them leave when they can read something.
    job = rig.vm.spawn(f"sleep 600 | exec {command} 2>&1", env=env)
    try:
        yield job
    finally:
        # Xorg makes itself a process group of its own.
        rig.vm.run(["pkill", "-x", program[:15]])
        rig.until(lambda: not rig.vm.run(["pgrep", "-x", program[:15]]).ok,
                  what=f"{program}'s end")
        print(job.stop().stdout[-2000:])
