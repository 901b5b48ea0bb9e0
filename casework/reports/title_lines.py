"""Cuts a title into lines that end between words: a long line above, shorter ones below (GB/T 9704 7.3.1)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from unicodedata import east_asian_width

import rjieba

_NEVER_FIRST = "》”）】、，。：；！？"
_NEVER_LAST = "《“（【"
_HANGING = ("关于", "对", "和", "与", "及", "在")
_LEANING = ("的", "（", "等")
_TOGETHER = ("党务公开", "政务公开")
_ALONE = frozenset("和与及或在对向关为") | frozenset(_NEVER_FIRST + _NEVER_LAST)
_AWKWARD = 30.0
"""A line that ends with a word that leads on, or begins with one that leans back, is as bad as one some five characters off."""


def characters(text: str) -> float:
    """How many full characters a text takes; a Latin letter or a digit takes half of one."""
    return sum(1 if east_asian_width(one) in "WFA" else 0.5 for one in text)


def title_lines(title: str, most: float) -> list[str]:
    """The title in lines of at most `most` characters that end between words, about equally long, a longer one above.

    A word that is itself longer is broken where the line is full.
    """
    whole = characters(title)
    if whole <= most:
        return [title]
    ends = sorted(_ends(title, most))
    for number in range(math.ceil(whole / most), len(ends) + 2):
        found = min(
            (one for one in _cuts(title, ends, number, most)),
            key=lambda lines: (_badness(lines), [-characters(line) for line in lines]),
            default=None,
        )
        if found is not None:
            return found
    return [title]


def _cuts(title: str, ends: Sequence[int], number: int, most: float) -> Iterator[list[str]]:
    """Every way to have so many lines, none longer than `most`; there are few words and fewer lines."""
    for chosen in combinations(ends, number - 1):
        lines = [title[begin:end].strip() for begin, end in pairwise((0, *chosen, len(title)))]
        if all(0 < characters(line) <= most for line in lines):
            yield lines


def _badness(lines: Sequence[str]) -> float:
    lengths = [characters(line) for line in lines]
    mean = sum(lengths) / len(lengths)
    uneven = sum((length - mean) ** 2 for length in lengths)
    grows = sum(max(0.0, below - above) for above, below in pairwise(lengths))
    awkward = sum(above.endswith(_HANGING) + below.startswith(_LEANING) for above, below in pairwise(lines))
    awkward += sum(line.count("“") > line.count("”") for line in lines)
    return uneven + grows + _AWKWARD * awkward


def _words(title: str) -> list[str]:
    """The words of a title; what belongs together is one, and so is a word with the single character that follows it."""
    found: list[str] = []
    for word in rjieba.cut(title, False):
        joined = (found[-1] if found else "") + word
        if found and (joined in _TOGETHER or (len(word) == 1 and word not in _ALONE and found[-1][-1].isalpha())):
            found[-1] = joined
        else:
            found.append(word)
    return found


def _ends(title: str, most: float) -> set[int]:
    """Where a line may end: between words, and inside those that no line can hold."""
    found, at = set(), 0
    for word in _words(title):
        if characters(word) > most:
            found |= set(range(at + 1, at + len(word)))
        at += len(word)
        found.add(at)
    return {
        one
        for one in found
        if one < len(title) and title[one] not in _NEVER_FIRST and title[one - 1] not in _NEVER_LAST
    }
