"""Both simulated CRMs, and the admin of the acceptance tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "acceptance"))
