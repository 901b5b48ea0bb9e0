"""Cuts texts into the spans that posts and records are compared on, each with how telling it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.features import Floats, Ints, Vocabulary
from nlp.spans import Batch, Hashes, grams, span_hashes, word_spans

SHORT, LONG = 2, 4
WORD = 9
"""Marks a span that is a word, where others give their number of characters."""

_WORD_SALT = 101
_UNSEEN = 8.0


@dataclass(frozen=True, slots=True)
class Spans:
    """Every meaningful span of a batch: its text, length (or WORD), hash, and rarity among posts in general."""

    batch: Batch
    text: Ints
    length: Ints
    hashes: Hashes
    weight: Floats


def spans_of(
    batch: Batch,
    alike: Batch,
    words: Sequence[Sequence[str]],
    rarity: Vocabulary,
    known: Mapping[int, tuple[Ints, Ints]] | None = None,
) -> Spans:
    """The spans of texts, given as they are, with all digits alike, and cut into words.

    `known` spares work: where the spans of so many characters start, and which row of `rarity` each has.

    Character spans of two and of four and words of two or more, letters, digits and 汉字 only; digits count as written.

    How rare a span is does not depend on its digits: "5路" is as rare as any bus line.
    """
    letters = _letters(batch)
    found: list[tuple[Ints, Ints, Hashes, Ints]] = []

    def find(starts: Ints, ends: Ints, length: int, salt: int, rows: Ints | None = None) -> None:
        whole = np.flatnonzero(letters[ends] - letters[starts] == ends - starts)
        starts, ends = starts[whole], ends[whole]
        row = rarity.table.rows(span_hashes(alike, starts, ends, salt)) if rows is None else rows[whole]
        found.append((batch.owner[starts], np.full_like(starts, length), span_hashes(batch, starts, ends, salt), row))

    for size in (SHORT, LONG):
        starts, rows = (grams(batch, size)[0], None) if known is None else known[size]
        find(starts, starts + size, size, size, rows)
    starts, ends = word_spans(batch, words)
    long = np.flatnonzero(ends - starts > 1)
    find(starts[long], ends[long], WORD, _WORD_SALT)
    text, length, hashes, row = (np.concatenate(column) for column in zip(*found, strict=True))
    most = float(rarity.rarity.max()) if len(rarity) else _UNSEEN
    # The last weight stands for -1: no row.
    weight = np.maximum(np.append(rarity.rarity, most) - 1.0, 0.1)[row]
    return Spans(batch, text, length, hashes, weight)


def _letters(batch: Batch) -> NDArray[np.int64]:
    """Running count of 汉字, digits and Latin letters."""
    codes = batch.codes
    han = ((codes >= 0x4E00) & (codes <= 0x9FFF)) | ((codes >= 0x20000) & (codes <= 0x3FFFF))
    latin = ((codes >= 48) & (codes <= 57)) | ((codes >= 97) & (codes <= 122))
    return np.concatenate(([0], np.cumsum(han | latin)))
