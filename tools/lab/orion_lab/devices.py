# SPDX-License-Identifier: GPL-2.0-only
"""The virtio devices of a guest, and the words that tell QEMU of them."""

import dataclasses
import json


def _onoff(value):
    if isinstance(value, bool):
        return "on" if value else "off"
    return value


def words(driver, properties):
    """A -device argument; properties that are None are left to QEMU."""
    parts = [driver] + [f"{key}={_onoff(value)}" for key, value in properties.items()
                        if value is not None]
    return ",".join(parts)


@dataclasses.dataclass
class Gpu:
    """A virtio-gpu. What is None is QEMU's default."""

    outputs: int = 1
    """Scanouts, 1 to 16."""
    sizes: list = None
    """(width, height) per head, connected from the start; others are unplugged."""
    xres: int = None
    """Size of head 0 when @sizes is not given."""
    yres: int = None
    edid: bool = None
    blob: bool = None
    hostmem: str = None
    """Size of the host-visible window, such as "256M"; newest QEMU only."""
    venus: bool = None
    gl: bool = False
    """3D by virgl; the VM then has a window with OpenGL."""
    packed: bool = None
    bus: str = None
    """PCI bus to sit on, such as a root port "port0"."""
    props: dict = dataclasses.field(default_factory=dict)
    """Any other property of QEMU's device."""
    id: str = None
    driver: str = None

    def properties(self):
        """Properties for QEMU, in its own spelling."""
        return {"id": self.id, "max_outputs": self.outputs, "xres": self.xres,
                "yres": self.yres, "edid": self.edid, "blob": self.blob,
                "hostmem": self.hostmem, "venus": self.venus, "packed": self.packed,
                "bus": self.bus, **self.props}

    def driver_name(self):
        """QEMU's name of the device."""
        return self.driver or ("virtio-gpu-gl-pci" if self.gl else "virtio-gpu-pci")

    def arguments(self):
        """QEMU's command-line arguments."""
        return ["-device", words(self.driver_name(), self.properties())]


@dataclasses.dataclass
class Nic:
    """A virtio-net. What is None is QEMU's default."""

    queues: int = 1
    """Queue pairs."""
    backend: str = "auto"
    """"tap" in the lab's own namespace, "user", "auto" (tap where possible), or
    the words of any -netdev without its id, such as "hubport,hubid=0"."""
    mac: str = None
    mtu: int = None
    """What the device tells the guest (host_mtu)."""
    packed: bool = None
    offloads: bool = None
    """False turns every offload of the device off."""
    bus: str = None
    props: dict = dataclasses.field(default_factory=dict)
    """Any other property of QEMU's device, such as {"guest_tso4": False}."""
    id: str = None
    driver: str = "virtio-net-pci"
    tap: str = None
    """Name of the tap, once the VM has made it."""

    OFFLOADS = ("csum", "guest_csum", "gso", "guest_tso4", "guest_tso6", "guest_ecn",
                "guest_ufo", "host_tso4", "host_tso6", "host_ecn", "host_ufo")

    def properties(self):
        """Properties for QEMU, in its own spelling."""
        result = {"id": self.id, "netdev": f"{self.id}-net", "mac": self.mac,
                  "host_mtu": self.mtu, "packed": self.packed, "bus": self.bus}
        if self.queues > 1:
            result.update(mq=True)
            if self.driver.endswith("-pci"):
                # One vector for each queue, one for control, one for config changes.
                result.update(vectors=2 * self.queues + 2)
        if self.offloads is False:
            result.update({name: False for name in self.OFFLOADS})
        return {**result, **self.props}

    def netdev(self):
        """The words of QEMU's -netdev."""
        name = f"{self.id}-net"
        if self.tap:
            queues = f",queues={self.queues}" if self.queues > 1 else ""
            return f"tap,id={name},ifname={self.tap},script=no,downscript=no,vhost=off{queues}"
        if self.backend == "user":
            # Nothing of the guest's leaves the lab; see VM.forward() for the way in.
            return f"user,id={name},restrict=on"
        kind, _, rest = self.backend.partition(",")
        return f"{kind},id={name}" + (f",{rest}" if rest else "")

    def arguments(self):
        """QEMU's command-line arguments."""
        return ["-netdev", self.netdev(), "-device", self._device()]

    def _device(self):
        if "failover_pair_id" not in self.props:
            return words(self.driver, self.properties())
        # QEMU hides it for a while, and of hidden words it never forgets the id.
        return json.dumps({"driver": self.driver} | {key: value for key, value
                                                     in self.properties().items()
                                                     if value is not None})
