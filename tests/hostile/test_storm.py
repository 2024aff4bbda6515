"""As many random kills and faults as fit."""

from __future__ import annotations

import os
import sys

import pytest
from admin import CRMS
from storm import KINDS, show, storm

SECONDS = float(os.environ.get("STORM_SECONDS", "25"))
"""For each kind of blow on each CRM."""


@pytest.mark.hostile
@pytest.mark.timeout(0)
@pytest.mark.parametrize("crm", CRMS)
@pytest.mark.parametrize("kind", KINDS)
def test_random_blows_leave_nothing_lost_doubled_wrong_or_astray(crm: str, kind: str):
    tally = storm(crm, kind, range(sys.maxsize), SECONDS)
    show([tally])
    assert tally.runs
    assert tally.lines == []
