# SPDX-License-Identifier: GPL-2.0-only
"""Runs IGT's programs in guests; IGT itself comes from elsewhere."""
