# SPDX-License-Identifier: GPL-2.0-only
"""The checks behind `make check-style`.

A check is a function that is given a Tree and returns a list of findings, each
a line of text that begins with a place. REGISTRY, in registry.py, names them.
"""

import pathlib
import sys

REPO = pathlib.Path(__file__).resolve().parents[3]

# Packages, kernels and cache folders are found in one way in the whole project.
sys.path.insert(0, str(REPO / "tools" / "lab"))
