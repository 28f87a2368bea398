# SPDX-License-Identifier: GPL-2.0-only
"""Boots the kernel with a folder of the host as root, and lets init.sh work."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from orion_lab.util import LabError, cache, die_with_parent, run

INIT = pathlib.Path(__file__).with_name("init.sh")
MEMORY = 768

# With time travel a sleeping kernel costs no time, so a suite that sleeps for
# minutes and a leak scan that waits are over in seconds; this is for one that
# spins.
TIMEOUT = 900

ARGS = [f"mem={MEMORY}M", "root=/dev/root", "rootfstype=hostfs", "rw", "init=/init",
        "con=null", "con0=fd:0,fd:1", "loglevel=7", "log_buf_len=4M", "panic=-1",
        "kasan_multi_shot", "kunit.enable=1", "time-travel",
        # A suite that counts frames wants to see its own only.
        "ipv6.disable_ipv6=1"]


def make_root(root, order, paths):
    """A root with busybox, the modules, and the list of what to load."""
    for name in ("bin", "proc", "sys", "dev", "tmp", "modules", "out"):
        (root / name).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin")
    for applet in run(["/bin/busybox", "--list"]).split():
        if applet != "busybox":
            (root / "bin" / applet).symlink_to("busybox")
    shutil.copy(INIT, root / "init")
    (root / "init").chmod(0o755)
    for _, name in order:
        shutil.copy(paths[name], root / "modules" / f"{name}.ko")
    (root / "modules" / "order").write_text(
        "".join(f"{kind} {name}\n" for kind, name in order), encoding="ascii")


def memory_folder():
    """Where UML keeps its memory: a file that it maps, so a file system in
    memory is best, if it has room."""
    shm = pathlib.Path("/dev/shm")
    try:
        if shutil.disk_usage(shm).free > 2 * MEMORY << 20:
            return shm
    except OSError:
        pass
    return cache("kunit", "memory")


def boot(kernel, root):
    """Run until the guest powers off; returns its exit status.

    UML is several processes in one group, all of which must go if it hangs.
    """
    memory = memory_folder()
    memory.mkdir(parents=True, exist_ok=True)
    env = dict(os.environ, TMPDIR=str(memory), HOME=str(root / "tmp"))
    with open(root / "console", "wb") as console:
        process = subprocess.Popen([kernel.image, *ARGS, f"rootflags={root}"], env=env,
                                   stdin=subprocess.DEVNULL, stdout=console,
                                   stderr=subprocess.STDOUT, start_new_session=True,
                                   preexec_fn=die_with_parent)
        try:
            return process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            return None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def new_root():
    """A folder for one run."""
    if not os.access("/bin/busybox", os.X_OK):
        raise LabError("/bin/busybox is missing: install busybox-static")
    base = cache("kunit", "run", "any").parent
    return pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=base))
