# SPDX-License-Identifier: GPL-2.0-only
"""The kernel that the suites run in: User-Mode Linux from Debian's linux-source.

Made once, kept below ~/.cache/orion/kunit, and made again when the source
package, the configuration, the compiler or this recipe changes. What is kept is
the kernel, its modules, and what building modules needs: about 110 MB.
"""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import time

from orion_lab import packages
from orion_lab.util import LabError, cache, die_with_parent, digest, last_lines, locked, run

SOURCE = "linux-source-6.12"
PACKAGES = [SOURCE, "gcc", "make", "flex", "bison", "bc", "libelf-dev", "libssl-dev", "cpio",
            "xz-utils", "rsync", "kmod", "busybox-static", "ccache"]
FRAGMENT = pathlib.Path(__file__).resolve().parents[1] / "uml.config"

# To be counted up when make_kernel() comes to make something else.
RECIPE = 1

# Neither who built it nor when may make a cached object another one.
PINNED = ["KBUILD_BUILD_TIMESTAMP=@0", "KBUILD_BUILD_USER=orion", "KBUILD_BUILD_HOST=orion",
          "KBUILD_BUILD_VERSION=1"]


@dataclasses.dataclass(frozen=True)
class Kernel:
    """A built kernel: where its parts are."""

    path: pathlib.Path

    @property
    def image(self):
        return self.path / "linux"

    @property
    def kdir(self):
        return self.path / "kdir"

    @property
    def modules(self):
        return self.path / "modules"


def jobs():
    return str(os.cpu_count() or 1)


def say(message):
    print(f"kunit: {message}", flush=True)


def build_env():
    env = dict(os.environ, LC_ALL="C", CCACHE_DIR=str(cache("ccache")),
               CCACHE_MAXSIZE="2G",
               CCACHE_BASEDIR=str(cache("kunit")), CCACHE_NOHASHDIR="1")
    # A make above this one must not hand down its flags.
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"):
        env.pop(name, None)
    return env


def make(source, *args):
    return ["nice", "make", "-s", "-C", str(source), "ARCH=um", *map(str, args)]


def run_logged(argv, log, what, **kwargs):
    """Run a long command; say every half minute that it is still at it."""
    say(what)
    started = time.monotonic()
    with open(log, "ab") as output:
        process = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, preexec_fn=die_with_parent,
                                   **kwargs)
        try:
            while True:
                try:
                    status = process.wait(30)
                    break
                except subprocess.TimeoutExpired:
                    say(f"  {what}: {int(time.monotonic() - started)} s so far")
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if status:
        text = log.read_text(encoding="utf-8", errors="replace")
        raise LabError(f"{what} failed, see {log}:\n" + last_lines(text, 25))


def wanted_lines():
    """The lines of the fragment that say something."""
    lines = FRAGMENT.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def check_config(config):
    """Every line of the fragment must hold, =n meaning that it is not set."""
    have = set(config.read_text(encoding="utf-8").splitlines())
    lost = []
    for line in wanted_lines():
        name, value = line.split("=", 1)
        holds = line in have if value != "n" else not any(
            other.startswith(name + "=") for other in have)
        if not holds:
            lost.append(line)
    if lost:
        raise LabError(f"{SOURCE} does not accept these lines of {FRAGMENT.name}: "
                       + ", ".join(lost))


def source_version():
    return run(["dpkg-query", "-W", "-f", "${Version}", SOURCE]).strip()


def compiler():
    return run(["gcc", "-dumpfullversion"]).strip()


def unpack(source):
    """The source, below the cache; the system has it as a tar file only."""
    stamp = source / ".unpacked"
    if stamp.exists():
        return
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    run(["tar", "-xf", f"/usr/src/{SOURCE}.tar.xz", "-C", source, "--strip-components=1"],
        f"unpacking {SOURCE}")
    stamp.touch()


def configure(source, objects):
    run(make(source, f"O={objects}", f"KCONFIG_ALLCONFIG={FRAGMENT}", "allnoconfig"),
        "configuring the kernel", env=build_env())
    check_config(objects / ".config")


def save_kdir(source, objects, kdir):
    """What building modules needs, in 60 MB: neither source nor objects.

    The kernel's own script for this knows one architecture folder; UML has its
    headers in two.
    """
    shutil.rmtree(kdir, ignore_errors=True)
    run(make(source, f"O={objects}", "run-command",
             f"KBUILD_RUN_COMMAND=+$(srctree)/scripts/package/install-extmod-build {kdir}"),
        env=build_env())
    copy = "tar -cf - -C {0} -T - | tar -xf - -C " + str(kdir)
    listing = ("(find arch/x86 -maxdepth 1 -name 'Makefile*';"
               " find arch/x86 -name generated -prune -o -name include -type d -print;"
               " find arch/x86/um arch/um -name '*.h' -o -path 'arch/*um*' -name 'Makefile*')"
               " | sort -u")
    run(["sh", "-ec", f"{listing} | {copy.format('.')}"], cwd=source)
    run(["sh", "-ec", "printf '%s\\n' arch/x86/include/generated arch/um/include/generated | "
         + copy.format(".")], cwd=objects)


def save_modules(objects, modules):
    """The kernel's own modules: drivers may depend on some of them."""
    shutil.rmtree(modules, ignore_errors=True)
    modules.mkdir()
    for module in objects.rglob("*.ko"):
        shutil.copy(module, modules)


def make_kernel(path):
    source, objects = path / "source", path / "objects"
    unpack(source)
    configure(source, objects)
    run_logged(make(source, f"O={objects}", f"-j{jobs()}", "CC=ccache gcc", *PINNED),
               path / "build.log", "building the kernel, once, some ten minutes",
               env=build_env())
    save_kdir(source, objects, path / "kdir")
    save_modules(objects, path / "modules")
    shutil.copy(objects / "linux", path / "linux")
    shutil.copy(objects / ".config", path / "config")


def ensure():
    """The kernel, built if need be.

    A build that is interrupted is continued the next time: source and objects
    are thrown away only when all is there.
    """
    packages.install(PACKAGES)
    key = digest(RECIPE, FRAGMENT.read_text(encoding="utf-8"))
    path = cache("kunit", f"{source_version()}-{key}-gcc{compiler()}", "complete").parent
    with locked(path):
        if not (path / "complete").exists():
            make_kernel(path)
            (path / "complete").touch()
            for part in ("source", "objects"):
                shutil.rmtree(path / part)
    return Kernel(path)
