# SPDX-License-Identifier: GPL-2.0-only
"""What all benchmarks ask a guest."""


def interrupts(vm, name):
    """How often the interrupts were raised whose names begin with @name."""
    total = 0
    for line in vm.guest.text("/proc/interrupts").splitlines():
        words = line.split()
        if words[-1].startswith(name):
            total += sum(int(word) for word in words[1:1 + vm.cpus])
    return total
