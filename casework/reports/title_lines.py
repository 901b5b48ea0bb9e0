"""Cuts a title into lines that end between words: a long line above, shorter ones below (GB/T 9704 7.3.1)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import east_asian_width

import rjieba

_NEVER_FIRST = "》”）】、，。：；！？"
_NEVER_LAST = "《“（【"
_HANGING = ("关于", "对", "和", "与", "及", "在")
_LEANING = ("的", "（", "等")
_TOGETHER = ("党务公开", "政务公开")
_ALONE = frozenset("和与及或在对向关为") | frozenset(_NEVER_FIRST + _NEVER_LAST)
_LONG = 160
"""A title of more characters is no title any more; its lines are only filled."""

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
    places = [0, *sorted(_ends(title, most)), len(title)]
    if len(title) > _LONG:
        return _filled(title, places, most)
    for number in range(math.ceil(whole / most), len(places)):
        ends = _best(title, places, number, most)
        if ends is not None:
            return [title[begin:end].strip() for begin, end in pairwise((0, *ends))]
    return [title]


def _filled(title: str, places: Sequence[int], most: float) -> list[str]:
    """Lines as full as they can be."""
    lines, begin = [], 0
    while begin < len(title):
        end = max(_fitting(title, begin, places, most), default=len(title))
        lines.append(title[begin:end].strip())
        begin = end
    return lines


def _best(title: str, places: Sequence[int], number: int, most: float) -> tuple[int, ...] | None:
    """Where so many lines end in the best way; None where there is none.

    What a line is worth depends on the one above it and on no other, so that of all ways to the same last line one is kept.
    """
    mean = characters(title) / number
    found: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {
        (0, end): (_worth(title, None, (0, end), mean), (end,)) for end in _fitting(title, 0, places, most)
    }
    for _ in range(number - 1):
        longer: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {}
        for above, (badness, ends) in found.items():
            for end in _fitting(title, above[1], places, most):
                line = (above[1], end)
                way = (badness + _worth(title, above, line, mean), (*ends, end))
                if line not in longer or way < longer[line]:
                    longer[line] = way
        found = longer
    whole = [way for (_, end), way in found.items() if end == len(title)]
    return min(whole)[1] if whole else None


def _fitting(title: str, begin: int, places: Sequence[int], most: float) -> Iterator[int]:
    """Where a line that begins there may end."""
    for end in places:
        if end > begin:
            if characters(title[begin:end].strip()) > most:
                return
            yield end


def _worth(title: str, above: tuple[int, int] | None, line: tuple[int, int], mean: float) -> float:
    """How bad a line is below another one."""
    words = title[line[0] : line[1]].strip()
    length = characters(words)
    badness = (length - mean) ** 2 + _AWKWARD * (words.count("“") > words.count("”"))
    if above is None:
        return badness
    before = title[above[0] : above[1]].strip()
    badness += max(0.0, length - characters(before))
    return badness + _AWKWARD * (before.endswith(_HANGING) + words.startswith(_LEANING))


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
