"""What is installed elsewhere speaks French too."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_carries_the_catalogues(tmp_path: Path):
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own command
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        carried = {name for name in packed.namelist() if name.endswith(".po")}
    folder = "connector/languages/fr/LC_MESSAGES"
    assert carried == {f"{folder}/playmaker.po", f"{folder}/messages.po"}
