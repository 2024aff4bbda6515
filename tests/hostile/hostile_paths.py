"""Lets the storms use the admin and the raw state of the acceptance tests, and the naive KPIs."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("acceptance", "kpis")]
