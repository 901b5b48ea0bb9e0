"""Writes traditional characters as simplified ones, so that they are read like the others. What is stored keeps them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"


def simplified(text: str) -> str:
    """The text in simplified characters, as many as it had."""
    traditional, table = _table()
    return text.translate(table) if traditional.search(text) else text


@lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], dict[int, str]]:
    rows = (WORDS / "traditional.txt").read_text(encoding="utf-8").splitlines()
    pairs = "".join(row for row in rows if not row.startswith("#"))
    return re.compile(f"[{pairs[::2]}]"), {ord(old): new for old, new in zip(pairs[::2], pairs[1::2], strict=True)}
