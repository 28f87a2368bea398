# SPDX-License-Identifier: GPL-2.0-only
"""Findings of slow per-file checks, remembered for as long as the file stays as it is."""

import concurrent.futures
import json
import os
import pathlib

from orion_lab.util import cache, digest

HERE = pathlib.Path(__file__).parent


def each_file(tree, check, names, settings, look):
    """Findings of look(name) for all @names, from memory where nothing changed.

    @settings is all that the answer depends on besides the file itself.
    """
    store = cache("style", "findings", f"{check}-{digest(tree.root)}.json")
    try:
        before = json.loads(store.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {}
    # A finding is also only as old as the code that made it.
    code = [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.py"))]
    settings = digest(settings, *code)
    keys = {name: digest(settings, name, tree.text(name)) for name in names}
    unknown = [name for name in names if keys[name] not in before]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        fresh = dict(zip(unknown, pool.map(look, unknown)))
    after = {keys[name]: fresh[name] if name in fresh else before[keys[name]] for name in names}
    part = store.with_name(f"{store.name}.{os.getpid()}")
    part.write_text(json.dumps(after), encoding="utf-8")
    part.replace(store)
    return [finding for name in names for finding in after[keys[name]]]
