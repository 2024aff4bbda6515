"""The pages make a site, without a warning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_documentation_is_built_without_a_warning(tmp_path: Path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own pages
    assert (built.returncode, built.stdout, built.stderr) == (0, "", "")
    pages = {page.stem for page in (ROOT / "docs").glob("*.md")}
    made = {file.parent.name for file in (tmp_path / "site").glob("*/index.html")} | {"index"}
    assert pages - made == set()
