"""For mkdocs: a file of the repository that a page links to, and that is no page, is named on the site, not linked."""
# ruff: noqa: INP001 - mkdocs loads this file by its path, from no package

from __future__ import annotations

import re

_OUTSIDE = re.compile(r"\[([^]]+)\]\(\.\./(?!\.\.)[^)]+\)")


def on_page_markdown(markdown: str, **_: object) -> str:
    """The page's text without links that lead out of docs/."""
    return _OUTSIDE.sub(r"`\1`", markdown)
