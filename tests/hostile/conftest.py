"""Lets the storms use what other test folders have."""

from __future__ import annotations

import hostile_paths  # noqa: F401 - importing it is all
