# SPDX-License-Identifier: GPL-2.0-only
"""`make check`: runs the parts of the test suite and adds up what they say."""
