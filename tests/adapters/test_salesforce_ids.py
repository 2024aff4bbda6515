"""An id that Salesforce never gave makes no query fail for the others."""

from __future__ import annotations

import pytest

from adapters.salesforce.ids import keep_ids

REAL = "001D000000IqhSLIAZ"


@pytest.mark.parametrize("id_", [REAL, REAL[:15], "00DD0000000FH8L", "005300000012345AAA"])
def test_an_id_of_salesforce_is_asked_for(id_: str):
    assert keep_ids([id_]) == [id_]


@pytest.mark.parametrize("id_", ["", "nobody", REAL.lower(), REAL[:-1], f"{REAL[:-1]}B", "001D000000Iqh'LIAZ"])
def test_what_is_no_id_is_not(id_: str):
    assert keep_ids([id_, REAL]) == [REAL]
