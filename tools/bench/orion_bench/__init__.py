# SPDX-License-Identifier: GPL-2.0-only
"""Benchmarks: the kernel's own drivers and ours, in the same guest, one after the other."""
