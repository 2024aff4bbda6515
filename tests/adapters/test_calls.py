from __future__ import annotations

import pytest

from adapters.calls import Calls


def test_calls_are_counted_by_kind_and_together():
    calls = Calls()
    for kind in ["read", "write", "read"]:
        calls.count(kind)
    assert calls.totals() == {"read": 2, "write": 1}
    assert calls.total == 3


def test_totals_are_a_picture_of_their_moment():
    calls = Calls()
    before = calls.totals()
    calls.count("auth")
    assert before == {}
    with pytest.raises(TypeError):
        before["auth"] = 5
