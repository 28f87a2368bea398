# SPDX-License-Identifier: GPL-2.0-only
"""The KUnit runner; see Documentation/testing.rst."""
