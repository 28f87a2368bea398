# SPDX-License-Identifier: GPL-2.0-only
"""Kernels that a guest can boot and modules can be built for.

Debian's kernels are unpacked below the cache, headers included; nothing is
installed on this machine. A kernel that somebody built can be named by path.
"""

import dataclasses
import json
import pathlib
import re
import time

from . import folder, packages
from .suites import Suite
from .util import LabError, cache, digest, half_made, locked, run

LOOK_AGAIN_AFTER = 7 * 24 * 3600

# Packages that a kernel's headers depend on, in the folder they are unpacked to.
NEEDS = ".needs"

# What users say: which suite has it, what its image package looks like.
ALIASES = {
    "6.1": ("bookworm", False, r"linux-image-6\.1\.0-\d+-amd64"),
    "6.12": ("bookworm", False, r"linux-image-6\.12\.\d+\+deb12-amd64"),
    "7.2": (folder.NEWEST, True, r"linux-image-\d+\.\d+(\.\d+)?\+deb\d+-amd64"),
}


@dataclasses.dataclass(frozen=True)
class Kernel:
    """One kernel, ready to boot."""

    name: str
    """What it was asked for by."""
    release: str
    """What `uname -r` says in the guest."""
    vmlinuz: pathlib.Path
    modules: pathlib.Path
    """Its /lib/modules/RELEASE."""
    build: pathlib.Path
    """What KDIR is set to; inside the folder, if there is one."""
    folder: object = None
    """The Debian folder its modules must be built in, or None for this machine."""


def resolve(name):
    """The kernel that @name means: an alias such as "6.12", or a path.

    A path may be a built kernel tree, a folder with boot/ and lib/modules/, or
    a vmlinuz whose modules lie where the kernel's package puts them.
    """
    if isinstance(name, Kernel):
        return name
    if name in ALIASES:
        return _debian(name)
    path = pathlib.Path(name).expanduser()
    if not path.exists():
        raise LabError(f"no kernel {name}: not one of {', '.join(ALIASES)}, and no such path")
    path = path.resolve()
    if path.is_file():
        return _image(name, path)
    if (path / "arch/x86/boot/bzImage").exists():
        return _tree(name, path)
    return _unpacked(name, path)


def _remembered(name):
    """The image package that @name meant of late, to spare apt the question."""
    memory = cache("kernels", "aliases.json")
    try:
        package, when = json.loads(memory.read_text(encoding="ascii"))[name]
    except (OSError, ValueError, KeyError):
        return None
    return package if time.time() - when < LOOK_AGAIN_AFTER else None


def _remember(name, package):
    memory = cache("kernels", "aliases.json")
    with locked(memory):
        try:
            known = json.loads(memory.read_text(encoding="ascii"))
        except (OSError, ValueError):
            known = {}
        known[name] = (package, time.time())
        memory.write_text(json.dumps(known, indent=1), encoding="ascii")


def _debian(name):
    codename, backports, pattern = ALIASES[name]
    image = _remembered(name)
    if not image or not cache("kernels", image.removeprefix("linux-image-")).is_dir():
        suite = Suite(codename, backports)
        image = suite.newest(pattern)
        _fetch(suite, image, with_headers=not backports)
        _remember(name, image)
    release = image.removeprefix("linux-image-")
    kernel = _unpacked(name, cache("kernels", release), release)
    if backports:
        return dataclasses.replace(kernel, folder=folder.Folder(codename),
                                   build=pathlib.Path("/usr/src", f"linux-headers-{release}"))
    return kernel


def _fetch(suite, image, with_headers):
    """Unpack an image package, with what it is split into and its headers."""
    release = image.removeprefix("linux-image-")
    target = cache("kernels", release)
    wanted = [image]
    wanted += [name for name in suite.depends(image)
               if name in [f"linux-{part}-{release}" for part in ("base", "binary", "modules")]]
    if with_headers:
        headers = f"linux-headers-{release}"
        parts = [headers] + [name for name in suite.depends(headers)
                             if re.match(r"linux-(headers|kbuild)-", name)]
        wanted += parts
    suite.unpack(wanted, target)
    makefile = target / "usr/src" / f"linux-headers-{release}" / "Makefile"
    if with_headers and "include /usr/src/" in makefile.read_text(encoding="ascii"):
        # Headers name their other half by absolute path.
        text = makefile.read_text(encoding="ascii")
        makefile.write_text(text.replace("/usr/src/", f"{target}/usr/src/"), encoding="ascii")
    if with_headers:
        # Kbuild's own tools are run here, and so is what they call.
        needs = {name for part in parts for name in suite.depends(part)
                 if not name.startswith("linux-")}
        (target / NEEDS).write_text("\n".join(sorted(needs)), encoding="ascii")


def _unpacked(name, root, release=None):
    """A folder that looks like the root of a system with a kernel."""
    for base in (root / "usr/lib/modules", root / "lib/modules"):
        found = [path for path in base.iterdir() if path.is_dir()] if base.is_dir() else []
        for modules in found:
            if release not in (None, modules.name):
                continue
            for vmlinuz in (modules / "vmlinuz", root / "boot" / f"vmlinuz-{modules.name}"):
                if vmlinuz.is_file():
                    build = root / "usr/src" / f"linux-headers-{modules.name}"
                    return Kernel(name, modules.name, vmlinuz, modules, build)
    raise LabError(f"{root} is no kernel: neither a built tree nor a folder with a vmlinuz "
                   "and lib/modules/")


def image_release(path):
    """The release that a bzImage says it is."""
    with open(path, "rb") as image:
        head = image.read(0x210)
        if head[0x202:0x206] != b"HdrS":
            raise LabError(f"{path} is no kernel image")
        image.seek(int.from_bytes(head[0x20e:0x210], "little") + 0x200)
        return image.read(256).split(b"\0")[0].split()[0].decode("ascii", "replace")


def _image(name, path):
    release = image_release(path)
    for base in (path.parent / "lib/modules", path.parent.parent / "lib/modules",
                 pathlib.Path("/lib/modules")):
        if (base / release).is_dir():
            return Kernel(name, release, path, base / release, base / release / "build")
    raise LabError(f"{path} is kernel {release}, but there is no lib/modules/{release} near it")


def _tree(name, path):
    """A kernel built by hand; its modules are installed below the cache."""
    image = path / "arch/x86/boot/bzImage"
    release = image_release(image)
    order = path / "modules.order"
    stamp = order.stat().st_mtime_ns if order.is_file() else 0
    target = cache("kernels", f"{release}-{digest(path, image.stat().st_mtime_ns, stamp)}")
    with locked(target):
        if not target.is_dir():
            with half_made(target) as part:
                (part / "lib/modules" / release).mkdir(parents=True)
                if stamp:
                    run(["make", "-C", path, f"INSTALL_MOD_PATH={part}", "INSTALL_MOD_STRIP=1",
                         "modules_install"], f"installing the modules of {path}")
    return Kernel(name, release, image, target / "lib/modules" / release, path)


def ensure_build(kernel):
    """Install what building modules for @kernel takes."""
    if kernel.folder:
        kernel.folder.ensure(folder.BUILD + [f"linux-headers-{kernel.release}"])
        return
    packages.install(packages.BUILD)
    variables = kernel.build / ".kernelvariables"
    compiler = re.search(r"\bgcc-\d+", variables.read_text(encoding="ascii")
                         if variables.is_file() else "")
    needs = kernel.build.parents[2] / NEEDS
    packages.install(([compiler[0]] if compiler else [])
                     + (needs.read_text(encoding="ascii").split() if needs.is_file() else []))


def is_build_dir(kernel):
    """Whether modules can be built in @kernel.build."""
    root = kernel.folder.dir if kernel.folder else pathlib.Path("/")
    build = root / str(kernel.build).lstrip("/")
    return all((build / name).exists() for name in ("Makefile", "include/config/auto.conf"))
