"""Turns a batch of analysed texts into the numbers that the models read, remembering where each number stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp import senses
from nlp.lexicon import Hits, marks
from nlp.sorting import begins, in_order
from nlp.spans import Batch, Hashes, Table, batch_of, grams, span_hashes, word_spans
from nlp.tokens import Words

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Singles = NDArray[np.float32]
Halves = NDArray[np.float16]

GRAM_SIZES = (1, 2, 3, 4)
_WORD_SALT = 101
_PAIR_SALT = 202
EXTRA = ("length", "exclaims", "question_marks", "ends_asking", "quotes", "digits", "calls_in")
TOGETHER = {
    "praise_beside_hurt": (("praises", "mock_praise"), ("complains", "hardship", "outrage", "emergency_scene")),
    "mockery_beside_hurt": (
        ("irony", "mock_praise", "mock_gift"),
        ("complains", "hardship", "outrage", "emergency_scene"),
    ),
    "mockery_beside_praise": (("irony", "mock_praise", "mock_gift"), ("praises",)),
    "question_beside_delay": (("asks", "suggests"), ("unsettled", "wants_redress")),
}
"""Marks that mean something else where they stand together: the weaker of the two sides counts."""
_ASKING = np.frombuffer("?吗呢嘛么".encode("utf-32-le"), dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Read:
    """A batch as read: hashes of all spans with their text, start and end; `block` is 0 for characters, 1 for words.

    `cut` holds each text's words, `words` where they all start and end; `grams` says where the spans of that many
    characters stand.
    """

    batch: Batch
    cut: list[list[str]]
    words: tuple[Ints, Ints]
    grams: dict[int, slice]
    hashes: Hashes
    text: Ints
    start: Ints
    end: Ints
    block: Ints
    marks: Hits
    dense: Floats

    def grams_with(self, rows: Ints) -> dict[int, tuple[Ints, Ints]]:
        """By number of characters, where such spans start, and their part of what is known of all spans."""
        return {size: (self.start[part], rows[part]) for size, part in self.grams.items()}


def read(texts: Sequence[str], cutter: Words) -> Read:
    """Hash the spans of the texts (as `cleaning.analysed` gives them) and count their marks."""
    batch = batch_of(texts, digits_alike=True)
    spans: list[tuple[Hashes, Ints, Ints, Ints, Ints]] = []
    part: dict[int, slice] = {}
    count = 0
    for size in GRAM_SIZES:
        starts, owner = grams(batch, size)
        part[size] = slice(count, count := count + len(starts))
        spans.append(
            (span_hashes(batch, starts, starts + size, size), owner, starts, starts + size, np.zeros_like(starts))
        )
    cut = [cutter.cut(text) for text in texts]
    starts, ends = word_spans(batch, cut)
    owner = batch.owner[starts] if len(starts) else starts
    spans.append((span_hashes(batch, starts, ends, _WORD_SALT), owner, starts, ends, np.ones_like(starts)))
    pair = np.flatnonzero(owner[:-1] == owner[1:]) if len(owner) else owner
    spans.append(
        (
            span_hashes(batch, starts[pair], ends[pair + 1], _PAIR_SALT),
            owner[pair],
            starts[pair],
            ends[pair + 1],
            np.ones_like(pair),
        )
    )
    hashes, text, start, end, block = (np.concatenate(column) for column in zip(*spans, strict=True))
    hits = marks().hits(batch)
    marked = np.log1p(marks().counts(batch, hits))
    dense = np.hstack((marked, _extra(batch), _together(marked), senses.counted(batch)))
    return Read(batch, cut, (starts, ends), part, hashes, text, start, end, block, hits, dense)


def _extra(batch: Batch) -> Floats:
    """One column for each name in EXTRA, each about 0 to 2."""
    length = np.diff(batch.bounds)
    last = np.clip(batch.bounds[1:] - 1, 0, None)
    third = np.clip(batch.bounds[1:] - 3, 0, None)
    if not len(batch.codes):
        return np.zeros((batch.count, len(EXTRA)))
    ends_asking = np.isin(batch.codes[last], _ASKING) | np.isin(batch.codes[np.minimum(third + 1, last)], _ASKING)
    calls = np.isin(batch.codes[np.minimum(batch.bounds[:-1], len(batch.codes) - 1)], _codes("来市居"))
    return np.column_stack(
        (
            np.log1p(length) / 5,
            np.log1p(_count(batch, "!")),
            np.log1p(_count(batch, "?")),
            (ends_asking & (length > 0)).astype(np.float64),
            np.log1p(_count(batch, '“”"「」')) / 2,
            np.log1p(_count(batch, "0")) / 2,
            (calls & (length > 0)).astype(np.float64),
        )
    )


def dense_names() -> tuple[str, ...]:
    """What the dense columns of a batch are, in their order."""
    return (*marks().names, *EXTRA, *TOGETHER, *senses.names())


def _together(marked: Floats) -> Floats:
    """One column for each name in TOGETHER."""
    names = marks().names
    return np.column_stack(
        [
            np.minimum(*(marked[:, [names.index(mark) for mark in side]].sum(axis=1) for side in sides))
            for sides in TOGETHER.values()
        ]
    )


def _codes(characters: str) -> NDArray[np.uint32]:
    return np.frombuffer(characters.encode("utf-32-le"), dtype=np.uint32)


def _count(batch: Batch, characters: str) -> Floats:
    at = np.flatnonzero(np.isin(batch.codes, _codes(characters)))
    return np.bincount(batch.owner[at], minlength=batch.count).astype(np.float64)


def guard_marks(batch: Read) -> tuple[Floats, Floats]:
    """How strongly each text says that it speaks of elsewhere, or of nothing in particular."""
    names = marks().names
    return batch.dense[:, names.index("other_place")], batch.dense[:, names.index("chatter")]


@dataclass(frozen=True, slots=True)
class Held:
    """Texts by the spans of a vocabulary that any of them holds: texts × those, and the row of each in the vocabulary."""

    texts: sparse.csr_matrix
    rows: Ints

    @classmethod
    def of(cls, spans: sparse.csr_matrix) -> Held:
        """From texts × all spans, of which a batch holds few."""
        held = np.zeros(spans.shape[1], dtype=bool)
        held[spans.indices] = True
        rows = np.flatnonzero(held)
        column = np.empty(spans.shape[1], dtype=np.int32)
        column[rows] = np.arange(len(rows), dtype=np.int32)
        shape = (spans.shape[0], len(rows))
        return cls(sparse.csr_matrix((spans.data, column[spans.indices], spans.indptr), shape=shape), rows)

    def times(self, weights: Floats | Singles) -> Floats:
        """The product with weights of all spans; seven digits of them take half the room, reckoned with are all."""
        return np.asarray(self.texts @ weights[self.rows].astype(np.float64))


class Vocabulary:
    """The spans that a model knows, each with its rarity (inverse document frequency)."""

    def __init__(self, hashes: Hashes, rarity: Floats) -> None:
        self.table = Table(hashes)
        self.rarity = rarity

    @classmethod
    def learned(cls, read: Read, least: int) -> Vocabulary:
        """The spans that stand in at least `least` of the texts read."""
        seen = np.unique(np.column_stack((read.hashes, read.text.astype(np.uint64))), axis=0)[:, 0]
        hashes, texts = np.unique(seen, return_counts=True)
        keep = texts >= least
        return cls(hashes[keep], np.log((1 + read.batch.count) / (1 + texts[keep])) + 1)

    def __len__(self) -> int:
        return len(self.rarity)

    def matrix(self, read: Read) -> tuple[sparse.csr_matrix, Floats, Ints]:
        """(texts × spans then dense columns; the weight of each occurrence; the span of each occurrence or -1).

        Each block (characters, words) of a text has length 1; term frequency counts as 1 + log.
        """
        rows = self.table.rows(read.hashes)
        known = np.flatnonzero(rows >= 0)
        bits = len(self).bit_length()
        cell = (read.text[known] << bits) | rows[known]
        order = in_order(cell)
        first = begins(cell[order])
        cells, index = cell[order[first]], np.empty(len(cell), dtype=np.int64)
        index[order] = np.cumsum(first) - 1
        times = np.diff(np.append(np.flatnonzero(first), len(cell)))
        text, span = cells >> bits, cells & ((1 << bits) - 1)
        value = (1 + np.log(times)) * self.rarity[span]
        block = np.zeros(len(cells), dtype=np.int64)
        block[index] = read.block[known]
        norm = np.sqrt(np.bincount(text * 2 + block, weights=value**2, minlength=read.batch.count * 2))
        value = value / np.maximum(norm[text * 2 + block], 1e-9)
        weight = np.zeros(len(rows))
        weight[known] = (value / times)[index]
        shape = (read.batch.count, len(self))
        spans = sparse.csr_matrix((value, span, np.searchsorted(text, np.arange(shape[0] + 1))), shape=shape)
        return spans, weight, rows
