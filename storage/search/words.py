"""Cuts texts and queries into the same words, for every index of ours."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import rjieba

_PART = re.compile(r'"([^"]*)"?|(\S+)')
_TERM = re.compile(r"[^\W_]{1,100}")
_LONGEST_QUERY = 500


def words_of(text: str) -> list[str]:
    """The words of a text and the shorter words inside them, lower case, full-width forms folded."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return [word for word in _cutter().cut_for_search(folded, False) if any(map(str.isalnum, word))]


def terms_of(text: str) -> list[str]:
    """The words of a text in pieces that no engine cuts further: letters, digits and 汉字 without anything between them.

    Whatever engine takes them one by one as they stand, with their places in this order, finds the same posts.
    """
    return _TERM.findall(" ".join(words_of(text)))


def phrases(query: str) -> list[list[str]]:
    """What a query asks for: all of these, the terms of each one after the other. None where there is nothing to find."""
    wanted: list[str] = []
    for quoted, single in _PART.findall(query[:_LONGEST_QUERY]):
        words = words_of(quoted or single)
        alone = all(len(word) == 1 for word in words)
        # A name that the dictionary does not know falls into single characters: they must stand together.
        wanted += [" ".join(words)] if quoted or alone else words
    return [terms for terms in map(_TERM.findall, wanted) if terms]


def expression(query: str) -> str:
    """The query in FTS5's language: every phrase quoted, so that nothing in it is read as an operator."""
    return " AND ".join(f'"{" ".join(terms)}"' for terms in phrases(query))


def parts(query: str) -> list[str]:
    """The query's words as they were typed, what stood in quotes as one."""
    typed = (quoted or single for quoted, single in _PART.findall(query[:_LONGEST_QUERY]))
    return [part.strip() for part in typed if any(map(str.isalnum, part))]


def needles(query: str) -> list[str]:
    """What to show in a text that was found, longest first: the query's parts as they stand, and the words in them."""
    found: set[str] = set()
    for typed in parts(query):
        part = unicodedata.normalize("NFKC", typed).lower()
        found |= {part, *(word for word in words_of(part) if len(word) > 1)}
    return sorted((needle for needle in found if any(map(str.isalnum, needle))), key=lambda one: (-len(one), one))


@lru_cache(maxsize=1)
def _cutter() -> rjieba.Jieba:
    return rjieba.Jieba()
