"""What the tests of other folders have: the admin at a terminal, CRMs that say what they are told to say."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("acceptance", "adapters")]
