"""Reads how many reactions a page shows: 1,234 · 1.2万 · 3.4k · 评论(56)."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?<![\d.])(\d{1,3}(?:[,，]\d{3})+|\d+(?:\.\d+)?)\s*(万|千|亿|[kKwWmM](?![A-Za-z]))?\+?")
_UNITS = {"千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "m": 1_000_000, "亿": 100_000_000}
_LARGEST = 10**12


def count(shown: object) -> int | None:
    """The whole number ≥ 0 that is shown, or None where none can be read."""
    if isinstance(shown, bool) or shown is None:
        return None
    if isinstance(shown, int | float):
        return int(shown) if 0 <= shown <= _LARGEST else None
    match = _NUMBER.search(str(shown).translate(_FULL_WIDTH))
    if match is None:
        return None
    number = float(re.sub("[,，]", "", match[1]))
    read = round(number * _UNITS.get((match[2] or "").lower(), 1))
    return read if read <= _LARGEST else None


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
