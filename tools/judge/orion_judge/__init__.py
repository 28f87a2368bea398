# SPDX-License-Identifier: GPL-2.0-only
"""What running other people's suites against two drivers has in common."""
