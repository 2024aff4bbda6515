"""The benchmark itself works; how fast anything is, no test says."""

from __future__ import annotations

import pytest
import speed


def test_the_benchmark_prints_the_ratio_at_each_size_and_how_time_grew(capsys: pytest.CaptureFixture[str]):
    speed.main(["--accounts", "2", "4"])
    printed = capsys.readouterr().out
    assert "ratio" in printed
    assert "2.00 times the accounts took" in printed
