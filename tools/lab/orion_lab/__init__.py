# SPDX-License-Identifier: GPL-2.0-only
"""The lab: boots guests with chosen kernels, devices and modules, and talks to them."""

from . import modules
from .console import GuestCrash
from .devices import Gpu, Nic
from .guest import GuestError, GuestTimeout, Result
from .net import Network
from .picture import Picture
from .qemu import VM
from .qmp import QmpError
from .util import LabError

__all__ = ["GuestCrash", "GuestError", "GuestTimeout", "Gpu", "LabError", "Network", "Nic",
           "Picture", "QmpError", "Result", "VM", "modules"]
