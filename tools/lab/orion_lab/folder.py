# SPDX-License-Identifier: GPL-2.0-only
"""A newer Debian in a folder, made by debootstrap, to run programs in.

The newest kernel's build tools and the newest QEMU need a newer libc than the
machine may have. Programs enter the folder by chroot in a mount namespace of
their own, so that nothing is ever left mounted.
"""

import os
import pathlib
import shutil
import subprocess

from . import packages, suites
from .util import LabError, REPO, cache, digest, locked, run, say

NEWEST = "trixie"

BUILD = ["gcc", "make", "libc6-dev", "rsync", "kmod", "xz-utils"]
QEMU = ["qemu-system-x86", "qemu-system-gui", "qemu-system-modules-opengl", "xvfb",
        "libgl1-mesa-dri", "libegl-mesa0", "libglx-mesa0", "mesa-vulkan-drivers", "libegl1",
        "libgles2", "libgl1", "libglx0", "libopengl0", "virgl-server"]

# The folder becomes a mount of its own first, because / must be one for some programs.
# $1: the folder; then paths to show inside under their own name, up to "--".
ENTER = """set -e
root=$1
shift
mount --rbind "$root" "$root"
mount --rbind /proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
while [ "$1" != -- ]; do
    mount --rbind "$1" "$root$1"
    shift
done
shift
exec chroot "$root" "$@"
"""

PREPARE = """set -e
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt-get -q update
dpkg --configure -a
apt-get -q -y -f install
apt-get -q -y --no-install-recommends "$@"
apt-get clean
"""


class Folder:
    """A folder with one suite and its backports, and what is installed in it."""

    def __init__(self, suite=NEWEST, name=None):
        self.suite = suite
        self.dir = cache("suite", name or suite)
        self.stamps = self.dir / "var" / "lib" / "orion"

    def _shown(self):
        return [pathlib.Path("/tmp"), cache("x").parent, REPO]

    def command(self, argv, cwd="/", env=()):
        """The words that run @argv inside.

        /tmp, the cache and the source tree have the same names inside as
        outside. The program dies with the lab.
        """
        missing = [path for path in self._shown() if not (self.dir / str(path)[1:]).is_dir()]
        if missing:
            run(self.root() + ["mkdir", "-p", *[self.dir / str(path)[1:] for path in missing]])
        namespace = ["unshare", "--mount", "--propagation", "private"]
        if os.geteuid():
            namespace.append("--map-root-user")
        inside = ["env", f"--chdir={cwd}", "LC_ALL=C.UTF-8", *env,
                  "setpriv", "--pdeathsig", "KILL", "--", *[str(arg) for arg in argv]]
        return [*namespace, "sh", "-c", ENTER, "enter", str(self.dir),
                *[str(path) for path in self._shown()], "--", *inside]

    def run(self, argv, what=None, cwd="/", env=()):
        """Run a program inside and return its output."""
        return run(self.command(argv, cwd, env), what)

    @staticmethod
    def root():
        """The words before a command that works on the folder's files."""
        return packages.as_root() if os.geteuid() else []

    def ensure(self, *layers):
        """Make the folder if it is not there, and install lists of packages in it."""
        with locked(self.dir):
            if not (self.stamps / "base").is_file():
                self._bootstrap()
            for layer in layers:
                if not self._stamp(layer).is_file():
                    self._install(layer)
        return self

    def _stamp(self, layer):
        return self.stamps / f"layer-{digest(*sorted(layer))}"

    def _bootstrap(self):
        packages.install(packages.FOLDER)
        suite = suites.Suite(self.suite, backports=True)
        uri, keyring = suite.main()
        part = self.dir.with_name(self.dir.name + ".part")
        debs = self.dir.with_name(self.dir.name + ".debs")
        debs.mkdir(exist_ok=True)
        root = self.root()
        if part.is_dir():
            say(f"an unfinished {part.name} is here: starting it again")
            run(root + ["rm", "-rf", "--one-file-system", part])
        argv = root + ["debootstrap", "--variant=minbase", f"--cache-dir={debs}",
                       "--include=ca-certificates"]
        if keyring:
            argv.append(f"--keyring={keyring}")
        try:
            run(argv + [self.suite, part, uri],
                f"making {self.dir.name}, a Debian {self.suite} folder (a minute or two)")
        except LabError as error:
            raise LabError(f"debootstrap of {self.suite} failed (offline?): {error}") from error
        self._configure(suite, part, root)
        run(root + ["mkdir", "-p", part / "var/lib/orion"])
        run(root + ["touch", part / "var/lib/orion/base"])
        run(root + ["rm", "-rf", "--one-file-system", self.dir])
        run(root + ["mv", part, self.dir])
        shutil.rmtree(debs, ignore_errors=True)

    def _configure(self, suite, part, root):
        """Give the new folder its sources, and the machine's way to the network."""
        self._write(root, part / "etc/apt/sources.list.d/debian.sources", suite.sources_text())
        self._write(root, part / "etc/apt/sources.list", "")
        proxies = run(["apt-config", "dump", "Acquire::http::Proxy"])
        proxies += run(["apt-config", "dump", "Acquire::https::Proxy"])
        self._write(root, part / "etc/apt/apt.conf.d/90lab",
                    proxies + f'APT::Default-Release "{self.suite}-backports";\n'
                    'Acquire::Languages "none";\nDpkg::Use-Pty "0";\n')
        # A package's script must not start a service from inside the folder.
        self._write(root, part / "usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")
        run(root + ["chmod", "755", part / "usr/sbin/policy-rc.d"])
        run(root + ["cp", "-L", "/etc/resolv.conf", part / "etc/resolv.conf"])
        for source in suite.sources:
            keyring = source.signed_by
            if keyring.startswith("/"):
                run(root + ["install", "-D", "-m", "644", keyring, part / keyring[1:]])

    @staticmethod
    def _write(root, path, text):
        subprocess.run(root + ["tee", str(path)], input=text, text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def _install(self, layer):
        say(f"installing in {self.dir.name}, the {self.suite} folder: {' '.join(layer)}")
        words = ["sh", "-c", PREPARE, "prepare", "install", *layer]
        run(self.root() + self.command(words))
        run(self.root() + ["touch", self._stamp(layer)])
