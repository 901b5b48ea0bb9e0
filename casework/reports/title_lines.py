"""Decides how wide a title may be so that its lines end between words: a long line above, shorter ones below (GB/T 9704 7.3.1)."""

from __future__ import annotations

import math
from unicodedata import east_asian_width

import rjieba

_NEVER_FIRST = "》”）】、，。：；！？"
_NEVER_LAST = "《“（【"


def characters(text: str) -> float:
    """How many full characters a text takes; a Latin letter or a digit takes half of one."""
    return sum(1 if east_asian_width(one) in "WFA" else 0.5 for one in text)


def title_width(title: str, most: float) -> float:
    """How many characters wide the lines of a title are, at most `most`; the narrowest that breaks no word is best."""
    whole = characters(title)
    if whole <= most:
        return most
    lines = math.ceil(whole / most)
    candidates = [one / 2 for one in range(math.ceil(whole / lines) * 2, int(most * 2) + 1)]
    return min(candidates, key=lambda one: (_bad_breaks(title, one), one), default=most)


def _bad_breaks(title: str, width: float) -> int:
    """How many lines end inside a word, or beside a mark that may not stand there."""
    between = set()
    at = 0
    for word in rjieba.cut(title):
        at += len(word)
        between.add(at)
    return sum(
        one not in between or title[one] in _NEVER_FIRST or title[one - 1] in _NEVER_LAST
        for one in _breaks(title, width)
    )


def _breaks(title: str, width: float) -> list[int]:
    """Where the lines end when each is filled."""
    found, used = [], 0.0
    for number, one in enumerate(title):
        size = characters(one)
        if used + size > width:
            found.append(number)
            used = 0.0
        used += size
    return found
