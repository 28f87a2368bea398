# SPDX-License-Identifier: GPL-2.0-only
"""What a driver left behind."""

# Files in which a driver can leave its name, or that of what it made.
TRACES = """
grep -H -e '^{module} ' /proc/modules
grep -H -e '{module}' /proc/slabinfo /proc/vmallocinfo /proc/interrupts /proc/iomem
ls -d /sys/bus/virtio/drivers/{module} /sys/module/{module} /sys/kernel/debug/{module}
ls /sys/kernel/debug/{module}
ps -o comm | grep -e '{module}'
"""

KINDS = {
    "gpu": "ls -d /sys/class/drm/card* /sys/class/drm/render* /dev/dri/* /dev/fb*; "
           "ls -d /sys/kernel/debug/dri/[0-9]*",
    "net": "grep -l 52:54:00:07:03 /sys/class/net/*/address",
}


class Leftovers:
    """What can be found of a module that is not loaded."""

    def __init__(self, rig, kind):
        self.rig = rig
        self.kind = kind

    def traces(self):
        """Whatever still bears the driver's name."""
        script = TRACES.format(module=self.rig.driver(self.kind)) + KINDS[self.kind]
        return self.rig.vm.run(f"{{ {script}; }} 2>/dev/null").stdout.splitlines()

    def memory(self):
        """KiB of memory that buffers and the kernel's caches take, settled."""
        # Freeing waits for readers of RCU.
        script = ("sync; echo 3 >/proc/sys/vm/drop_caches; sleep 1; "
                  "awk '/^Shmem:|^SUnreclaim:|^VmallocUsed:/ { sum += $2 } END { print sum }' "
                  "/proc/meminfo")
        return int(self.rig.vm.out(script))
