# SPDX-License-Identifier: GPL-2.0-only
"""Results as a table for people."""

from .scenario import SIDES

LINE = "{:<18} {:<22} {:>11} {:>11} {:>9}"


def number(value):
    """A number with as many digits as mean something."""
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value < 10 else f"{value:.1f}"


def head(kernel, vmm):
    """The lines above a kernel's results."""
    return [f"kernel {kernel}, QEMU {vmm}",
            LINE.format("scenario", "", *SIDES, "ratio").rstrip()]


def lines(scenario, results, ratio):
    """A scenario's lines."""
    best = {side: results[side].get("best", {}) for side in SIDES}
    names = [name for name in {**best[SIDES[0]], **best[SIDES[1]]}
             if name not in ("top", "packets")]
    names.sort(key=lambda name: name != scenario.first)
    found = []
    for name in names:
        values = [number(best[side].get(name)) for side in SIDES]
        first = name == scenario.first
        found.append(LINE.format(scenario.name if first else "", name, *values,
                                 number(ratio) if first else "").rstrip())
    for side in SIDES:
        if "skipped" in results[side]:
            found.append(f"{scenario.name:<18} {side} skipped: {results[side]['skipped']}")
    return found


def tops(results, most):
    """The functions that cost the most, side by side."""
    found = []
    for side in SIDES:
        top = results[side].get("best", {}).get("top", [])
        found.append(f"  {side}: " + ", ".join(f"{name} {count:.0f}" for name, count in top[:most]))
    return found
