# SPDX-License-Identifier: GPL-2.0-only
"""Runs the kernel's selftests of network drivers in guests; they come from Debian."""
