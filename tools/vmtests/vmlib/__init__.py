# SPDX-License-Identifier: GPL-2.0-only
"""What the VM tests share: guests, clients of a display, a network's two ends."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parents[1]

sys.path.insert(0, str(HERE.parent / "lab"))
