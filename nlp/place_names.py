"""Finds where a record has its matter: names of streets, estates, villages and buildings, and words such as 小区.

Posts on other matters say them too: a main that bursts in a street is no matter of the bus that runs through it. What a
post and a record share in them therefore counts by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from nlp.lexicon import WORDS
from nlp.tokens import is_common_word, plain
from nlp.watch_terms import is_no_name
from records.shipped_files import content_of

_HAN = re.compile("[一-龥]+")
_JOINED = re.compile("^[到进距]|.[和与到]|公里$")
_LISTED = frozenset("、，,（(")
_LEAST, _MOST = 2, 5
"""Characters before an ending that stands alone."""


class _Known(NamedTuple):
    endings: frozenset[str]
    named: re.Pattern[str]
    common: frozenset[str]


def place_names(text: str) -> list[str]:
    """The names of places in a record's analysed text, and where no name stands what kind of place; in order."""
    return list(_names(plain().cut(text)))


def _names(words: Sequence[str]) -> Iterator[str]:
    known = _known()
    for n, word in enumerate(words):
        name = _put_together(words, n, known.endings) if word in known.endings else word
        if known.named.search(name) and name not in known.common and _is_a_name(name):
            yield name
        elif word in known.endings and len(word) > 1:
            yield word


def _put_together(words: Sequence[str], end: int, endings: frozenset[str]) -> str:
    """The name that an ending closes which jieba cut off ("北关", "街"); empty where it closes none.

    In a list of names ("…、农机公司家属楼") and after a word such as 在 or 为 all of it is one; elsewhere what is no ordinary word.
    """
    own, shortest = "", ""
    for n in range(end - 1, -1, -1):
        if words[n] in _LISTED or words[n] in endings or (_HAN.fullmatch(words[n]) and is_no_name(words[n])):
            return own + words[end] if len(own) >= _LEAST else ""
        own = words[n] + own
        if len(own) > _MOST or not _HAN.fullmatch(own):
            break
        shortest = shortest or (own if len(own) >= _LEAST else "")
    return shortest + words[end] if shortest and not is_common_word(shortest) else ""


def _is_a_name(word: str) -> bool:
    """Whether no other words are in it; one of two characters must be none of the ordinary ones in jieba's dictionary."""
    if is_no_name(word) or _JOINED.search(word):
        return False
    return len(word) > _LEAST or not is_common_word(word)


@lru_cache(maxsize=1)
def _known() -> _Known:
    rows = content_of(WORDS / "place_names.yaml")
    endings = rows["endings"].split()
    named = re.compile("[一-龥](?:" + "|".join(sorted(endings, key=len, reverse=True)) + ")$")
    return _Known(frozenset(endings), named, frozenset(rows["common"].split()))
