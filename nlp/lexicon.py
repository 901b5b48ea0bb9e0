"""Finds the terms of a word list in a whole batch of texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.spans import Batch, Table, batch_of, grams, span_hashes
from records.shipped_files import content_of

WORDS = Path(__file__).parent / "words"
_SALT = 7
_BEGINNINGS = 1 << 16
_FIRST, _SECOND = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77)


@dataclass(frozen=True, slots=True)
class Hits:
    """Every occurrence: which text, which group of the list, where it stands."""

    text: NDArray[np.int64]
    group: NDArray[np.int64]
    start: NDArray[np.int64]
    size: NDArray[np.int64]


class Lexicon:
    """Groups of terms, such as the marks of hearsay or the words of a matter. A term may stand in several groups."""

    def __init__(self, names: Sequence[str], labels: Sequence[str], terms: Sequence[Sequence[str]]) -> None:
        self.names, self.labels, self.terms = tuple(names), tuple(labels), tuple(tuple(t) for t in terms)
        distinct = sorted({term for group in terms for term in group})
        self._sizes = sorted({len(term) for term in distinct})
        batch = batch_of(distinct)
        self._table = Table(span_hashes(batch, batch.bounds[:-1], batch.bounds[1:], _SALT))
        row = {term: n for n, term in enumerate(distinct)}
        pairs = sorted((row[term], group) for group, members in enumerate(terms) for term in set(members))
        self._group = np.array([group for _, group in pairs], dtype=np.int64)
        self._first = np.searchsorted(np.array([r for r, _ in pairs], dtype=np.int64), np.arange(len(distinct) + 1))
        # For two characters the sizes of the terms that begin with them, a bit each: no others need a look. Terms of one
        # character are looked up everywhere.
        self._begun = np.zeros(_BEGINNINGS, dtype=np.uint16)
        size = np.diff(batch.bounds)
        long = np.flatnonzero(size > 1)
        np.bitwise_or.at(self._begun, _beginnings(batch)[batch.bounds[long]], _bit(size[long]))

    def hits(self, batch: Batch) -> Hits:
        """All occurrences of all terms."""
        starts, size = self._places(batch)
        rows = self._table.rows(span_hashes(batch, starts, starts + size, _SALT))
        hit = np.flatnonzero(rows >= 0)
        row, starts, size = rows[hit], starts[hit], size[hit]
        begin, many = self._first[row], self._first[row + 1] - self._first[row]
        within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
        start = np.repeat(starts, many)
        return Hits(batch.owner[start], self._group[np.repeat(begin, many) + within], start, np.repeat(size, many))

    def _places(self, batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(start, size) of whatever may be a term, by size."""
        sizes = self._begun[_beginnings(batch)]
        begun = np.flatnonzero(sizes)
        sizes = sizes[begun]
        found = [grams(batch, n, begun[(sizes & _bit(n)) > 0] if n > 1 else None)[0] for n in self._sizes]
        return np.concatenate(found), np.repeat(self._sizes, [len(starts) for starts in found])

    def outermost(self, hits: Hits) -> Hits:
        """The occurrences that stand inside no longer one: in 老年食堂 nobody speaks of a 食堂 besides."""
        order = np.lexsort((-hits.size, hits.start))
        start, end = hits.start[order], (hits.start + hits.size)[order]
        reach = np.maximum.accumulate(end) if len(end) else end
        # The first to reach this end began no later; it is a longer one unless it covers the same characters.
        inside = (start[np.searchsorted(reach, end)] < start) | (reach > end)
        kept = np.sort(order[~inside])
        return Hits(hits.text[kept], hits.group[kept], hits.start[kept], hits.size[kept])

    def counts(self, batch: Batch, hits: Hits) -> NDArray[np.float64]:
        """Occurrences by text and group, shape (texts, groups)."""
        flat = np.bincount(hits.text * len(self.names) + hits.group, minlength=batch.count * len(self.names))
        return flat.reshape(batch.count, len(self.names)).astype(np.float64)


def _bit(size: NDArray[np.int64] | int) -> NDArray[np.uint16]:
    """Those of sizes that are sixteen apart are the same: a look too many, no more."""
    return np.asarray(1 << (np.asarray(size) & 15), dtype=np.uint16)


def _beginnings(batch: Batch) -> NDArray[np.uint32]:
    """A number for the two characters that stand at each place but the last."""
    mixed = batch.codes[:-1] * _FIRST + batch.codes[1:] * _SECOND
    return np.asarray((mixed ^ (mixed >> np.uint32(16))) & np.uint32(_BEGINNINGS - 1))


@lru_cache(maxsize=2)
def marks() -> Lexicon:
    """Turns of speech: hearsay, irony, praise, a sudden event going on …"""
    return _read("marks.yaml", "mark")


@lru_cache(maxsize=2)
def senses() -> Lexicon:
    """Kinds of words: joy, what is broken, money, waiting, those who speak against something …"""
    return _read("senses.yaml", "sense")


@lru_cache(maxsize=2)
def matters() -> Lexicon:
    """The matters that a county decides on, by the words that documents and people use."""
    return _read("matters.yaml", "matter")


class BadWordList(ValueError):
    """A word list says something that nobody reads. The message names the file, the row and what is wrong."""


def _read(name: str, key: str) -> Lexicon:
    return read_lexicon(WORDS / name, key)


def read_lexicon(path: Path, key: str) -> Lexicon:
    """The groups of a YAML list, each named by its `key`. Raises BadWordList."""
    rows = content_of(path)
    for n, row in enumerate(rows, 1):
        unknown = sorted(set(row) - {key, "label", "terms"})
        missing = sorted({key, "terms"} - set(row))
        if unknown or missing:
            raise BadWordList(f"{path.name}, row {n}: " + (f"unknown {unknown}" if unknown else f"missing {missing}"))
    return Lexicon(
        [row[key] for row in rows], [row.get("label", row[key]) for row in rows], [row["terms"].split() for row in rows]
    )
