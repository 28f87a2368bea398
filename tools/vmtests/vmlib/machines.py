# SPDX-License-Identifier: GPL-2.0-only
"""The guests that tests run in.

Booting takes longer than most tests, so a guest has as many devices as can be
had at once, and serves all tests that name it. Each entry is a function: every
boot gets devices of its own.
"""

from orion_lab import Gpu, Nic

HEADS = [(1280, 800), (1024, 768), (800, 600), (640, 480)]

LEGACY = {"disable-modern": True, "disable-legacy": False}

# NICs of the guest "nics", by what is special about them.
NICS = {
    "plain": {},
    "nomrg": {"mrg_rxbuf": False},
    "nooffloads": None,
    "noctrl": {"ctrl_vq": False},
    "packed": {"packed": True},
    "jumbo": {"host_mtu": 9000},
    "small": {"mrg_rxbuf": False, "guest_tso4": False, "guest_tso6": False,
              "guest_ecn": False, "guest_ufo": False},
    "legacy": LEGACY,
    # From before devices took headers and data in one piece, or commands for addresses.
    "old": {**LEGACY, "any_layout": False, "mrg_rxbuf": False, "ctrl_mac_addr": False,
            "event_idx": False, "indirect_desc": False},
    "fixed": {"ctrl_guest_offloads": False},
    "rsc": {"guest_rsc_ext": True},
    "stuck": {},
}

# GPUs of the guest "gpus", by what is special about them.
GPUS = {
    "one": {"outputs": 1},
    "sixteen": {"outputs": 16},
    "noedid": {"outputs": 2, "edid": False},
    "poor": {"outputs": 1, "props": {"max_hostmem": "6M"}},
    "packed": {"outputs": 1, "packed": True},
    "sixteen2": {"outputs": 16},
}


# Where the NIC is plugged that another one stands in for.
PRIMARY_PORT = "port0"


def mac(index):
    """The n-th NIC's address; tests find interfaces by it."""
    return f"52:54:00:07:03:{index:02x}"


def displays():
    """Four heads, all plugged in."""
    return {"gpus": [Gpu(outputs=len(HEADS), sizes=HEADS)]}


def programs():
    """The same, and programs that use them."""
    return {**displays(), "disk": "programs"}


def virgl():
    """A GPU that draws, and programs that have it draw."""
    return {"gpus": [Gpu(outputs=1, gl=True)], "disk": "programs"}


def venus():
    """A GPU that has the host's Vulkan and memory, and programs that use them."""
    return {"gpus": [Gpu(outputs=1, gl=True, blob=True, hostmem="256M", venus=True)],
            "vmm": "newest", "disk": "vulkan", "memory": 1536}


def gpus():
    """A GPU of every kind at once."""
    made = []
    for name, wish in GPUS.items():
        sizes = [(640 + 16 * head, 480 + 8 * head) for head in range(wish["outputs"])]
        made.append(Gpu(id=name, sizes=sizes if wish["outputs"] == 16 else None, **wish))
    return {"gpus": made}


def network():
    """One NIC with four queue pairs, and slots for more."""
    return {"nics": [Nic(queues=4, mac=mac(0), backend="tap")], "cpus": 4, "root_ports": 2}


def nics():
    """A NIC of every kind at once."""
    made = []
    for index, (name, props) in enumerate(NICS.items()):
        backend = "hubport,hubid=0" if name == "stuck" else "tap"
        made.append(Nic(id=name, mac=mac(index), backend=backend, props=props or {},
                        offloads=False if name == "nooffloads" else None))
    return {"nics": made}


def steered():
    """One NIC that hashes, and steers by the hash as it is told; one CPU is isolated."""
    props = {"rss": True, "hash": True}
    return {"nics": [Nic(queues=4, mac=mac(0), backend="tap", props=props)], "cpus": 4,
            "append": "isolcpus=3"}


def tunnels():
    """Two NICs of a QEMU that knows of trains in tunnels."""
    return {"nics": [Nic(mac=mac(index), backend="tap") for index in range(2)],
            "vmm": "newest"}


def standby():
    """A NIC that stands in for another one, which the guest is given once it knows of that."""
    return {"nics": [Nic(id="standby", mac=mac(0), backend="tap", props={"failover": True}),
                     Nic(id="primary", driver="e1000e", mac=mac(0), backend="tap",
                         bus=PRIMARY_PORT, props={"failover_pair_id": "standby"})],
            "root_ports": 1}


def mmio():
    """NICs without PCI."""
    return {"nics": [Nic(driver="virtio-net-device", mac=mac(0), backend="tap", queues=2),
                     Nic(driver="virtio-net-device", mac=mac(1), backend="tap")],
            "machine": "microvm"}


def wide():
    """A NIC with all the queues that are asked of us, in the largest rings, and another."""
    return {"nics": [Nic(queues=16, mac=mac(0), backend="tap", props={"rx_queue_size": 1024}),
                     Nic(mac=mac(1), backend="tap")], "cpus": 4}


def _both(**more):
    """One of each device, whose memory the guest does not see as the host does."""
    props = {"iommu_platform": True, "disable-legacy": True}
    return {"gpus": [Gpu(outputs=1, props=dict(props))],
            "nics": [Nic(queues=2, mac=mac(0), backend="tap", props=dict(props))], **more}


def iommu():
    """Devices behind an IOMMU."""
    return _both(append="intel_iommu=on iommu.strict=1", args=["-device", "intel-iommu"])


def platform():
    """Devices that take DMA addresses, in a guest where these are the physical ones."""
    return {"gpus": [Gpu(outputs=len(HEADS), sizes=HEADS,
                         props={"iommu_platform": True, "disable-legacy": True})]}


def swiotlb():
    """Every DMA is copied, as in a confidential guest."""
    return _both(append="swiotlb=force")


def handover():
    """One of each device, which the kernel's own drivers may have first."""
    return {"gpus": [Gpu(outputs=2, sizes=HEADS[:2])],
            "nics": [Nic(queues=2, mac=mac(0), backend="tap")], "load": False}


def reboot():
    """The same, fresh: a guest that has run for long may take minutes to come back under TCG."""
    return handover()


def bare():
    """No device for our drivers, and none of them loaded."""
    return {"load": False, "root_ports": 1}


MACHINES = {function.__name__: function for function in
            (displays, programs, virgl, venus, gpus, network, nics, steered, tunnels, standby,
             mmio, wide, iommu, platform, swiotlb, handover, reboot, bare)}

# What is said at boot about a device that is not taken, or not there. The kernel's own
# driver does not take the NIC without a control queue.
BOOT_SAYS = {
    "mmio": r"PCI: Fatal: No config space access",
    "nics": r"virtio_net virtio\d+: (device advertises feature .* but not|probe .*failed)",
}
