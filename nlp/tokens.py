"""Cuts Chinese text into words with jieba's dictionary, statistics for unknown words switched off."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import rjieba


class Words:
    """A cutter that also knows the given terms, such as the places of the watched records."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        added = sorted({t for t in terms if len(t) > 1})
        # Each cutter of one's own holds the whole dictionary once more; the module's is there anyway.
        self._cutter = rjieba.Jieba() if added else rjieba
        for term in added:
            self._cutter.add_word(term, None, None)

    def cut(self, text: str) -> list[str]:
        """The words in order; joined they give the text back."""
        words: list[str] = self._cutter.cut(text, False)
        return words

    def for_search(self, text: str) -> list[str]:
        """The words and the shorter words inside them, as a search index keeps them."""
        words: list[str] = self._cutter.cut_for_search(text, False)
        return words


@lru_cache(maxsize=1)
def plain() -> Words:
    """The cutter that knows jieba's dictionary alone."""
    return Words()


def is_common_word(term: str) -> bool:
    """Whether jieba's dictionary holds the term as a word that is not the name of a place."""
    return is_word(term) and not any(str(tag).startswith("ns") for _, tag in rjieba.tag(term, False))


def is_word(term: str) -> bool:
    """Whether jieba's dictionary holds the term as one word."""
    return bool(rjieba.has_word(term))
