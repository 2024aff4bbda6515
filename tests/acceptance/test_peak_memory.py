"""Memory stays flat: 100,000 contacts sync below 250 MB."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

MOST_MEGABYTES = 250

CONFIG = """
currency: EUR
connections:
  - name: big
    crm: {crm}
    base_url: {url}
    auth: {{access_token: "${{TOKEN}}"}}
"""
MEASURED = """
import resource, sys
from connector.cli.app import main
try:
    main(sys.argv[1:])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


@pytest.fixture(params=["hubspot", "salesforce"])
def big_crm(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """A CRM with 100,000 contacts, in a process of its own."""
    size = ["--accounts", "10000", "--contacts", "100000", "--deals", "20000", "--no-limits"]
    command = [sys.executable, "-m", "connector", "sandbox", request.param, *size]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        yield request.param, process.stdout.readline().split()[1]
        process.terminate()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_hundred_thousand_contacts_sync_below_250_megabytes(big_crm: tuple[str, str], tmp_path: Path):
    crm, url = big_crm
    (tmp_path / "config.yaml").write_text(CONFIG.format(crm=crm, url=url))
    environ = os.environ | {"TOKEN": "sandbox-token", "PLAYMAKER_CONFIG": str(tmp_path / "config.yaml")}
    peaks = []
    for words in (["fields", "apply"], ["sync", "--as-of", "2026-10-31"]):
        ran = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", MEASURED, *words],
            env=environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(ran.stderr.split()[-1]) / 1024)
    print(f"\n{crm}: peak {peaks[-1]:.0f} MB\n{ran.stdout}")  # noqa: T201 - figures for the reader of the run
    assert "100000" in ran.stderr.replace(",", "")
    assert peaks[-1] < MOST_MEGABYTES
