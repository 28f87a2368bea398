# SPDX-License-Identifier: GPL-2.0-only
"""The little of an EDID that people read."""

DESCRIPTORS = range(54, 126, 18)
NAME = 0xfc


def monitor_name(data):
    """The monitor's name in the EDID @data, or "" if there is none."""
    if len(data) < 128 or data[:8] != b"\x00\xff\xff\xff\xff\xff\xff\x00":
        return ""
    for at in DESCRIPTORS:
        # A descriptor that is no timing begins with zeros, then says what it is.
        if data[at:at + 3] == b"\0\0\0" and data[at + 3] == NAME:
            return data[at + 5:at + 18].split(b"\n")[0].decode("ascii", "replace").strip()
    return ""
