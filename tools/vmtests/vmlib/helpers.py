# SPDX-License-Identifier: GPL-2.0-only
"""Small C programs for the guest, made on the host."""

import functools
import time

from orion_lab import packages
from orion_lab.util import cache, digest, locked, run

from . import HERE

DAY = 24 * 60 * 60

# What each is made of, below helpers/.
HELPERS = {"kms": ["kms.c", "kms_card.c", "kms_display.c", "kms_share.c", "kms.h"],
           "qstats": ["qstats.c"],
           "xdp": ["xdp.c", "xdp_attach.c", "xdp.h"],
           "xdphash": ["xdphash.c", "xdp_attach.c", "xdp.h"],
           "xsk": ["xsk.c", "xdp_attach.c", "xdp.h"],
           "vkcompute": ["vkcompute.c"]}

# Most are linked statically. A Vulkan program's driver is only known in the guest.
LIBRARIES = {"vkcompute": ["-lvulkan"]}


@functools.cache
def build(name):
    """Path of a helper; compiled when its sources changed."""
    sources = [HERE / "helpers" / part for part in HELPERS[name]]
    key = digest(*(path.read_text(encoding="utf-8") for path in sources))
    target = cache("vmtests", f"{name}-{key}")
    with locked(target.with_name(name)):
        if not target.is_file():
            packages.install(["gcc", "libc6-dev", "libdrm-dev", "libvulkan-dev"])
            # Not those of another checkout, which may be about to boot a guest.
            for old in target.parent.glob(f"{name}-*"):
                if old.stat().st_mtime < time.time() - DAY:
                    old.unlink()
            part = target.with_suffix(".part")
            run(["gcc", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter",
                 "-o", part, *[path for path in sources if path.suffix == ".c"],
                 *LIBRARIES.get(name, ["-static"])])
            part.rename(target)
    return target
