"""Tells which matters a text speaks of: by the words of matters.yaml, and by what posts on records taught."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.features import Floats, Halves, Held, Ints
from nlp.lexicon import matters
from nlp.spans import Batch, batch_of

LONGEST_COUNTED = 6
FACTORS = 48
LEAST_POSTS = 4
"""A span that fewer posts hold teaches nothing."""

_SMOOTHING = 0.3
_HEAD = 2.0
_DECIMALS = 4


def spoken_of(batch: Batch) -> Floats:
    """How strongly each text speaks of each matter (texts × matters): long terms and terms of one matter count more."""
    lexicon = matters()
    hits = lexicon.outermost(lexicon.hits(batch))
    share = np.minimum(hits.size, LONGEST_COUNTED) / 2 / _matters_of_term(hits.start, hits.size)
    cell = hits.text * len(lexicon.names) + hits.group
    total = np.bincount(cell, weights=share, minlength=batch.count * len(lexicon.names))
    return np.log1p(total.reshape(batch.count, len(lexicon.names)))


def _matters_of_term(start: Ints, size: Ints) -> Ints:
    """For each occurrence the number of matters that the same characters speak of."""
    _, index, count = np.unique(start * 16 + size, return_inverse=True, return_counts=True)
    return np.asarray(count[index])


def about(heads: Sequence[str], bodies: Sequence[str], rarity: Floats) -> Floats:
    """What each record is about (records × matters, rows of length 1): its head counts more than its body."""
    spoken = spoken_of(batch_of([*heads, *bodies])) * rarity
    return unit(_HEAD * spoken[: len(heads)] + spoken[len(heads) :])


def rarity_among(bodies: Sequence[str]) -> Floats:
    """How telling each matter is: less where many records speak of it."""
    holding = (spoken_of(batch_of(bodies)) > 0).sum(axis=0)
    return np.asarray(np.log((1 + len(bodies)) / (1 + holding)) + 0.5)


def unit(rows: Floats) -> Floats:
    """The rows with length 1, empty ones left as they are."""
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9))


@dataclass(frozen=True, slots=True)
class Hints:
    """What the spans of a batch point to: matters as texts × factors, and how much like a post on any record."""

    factors: Floats
    answering: Floats


@dataclass(frozen=True, slots=True)
class Learned:
    """What the training texts teach of matters, so that words of no list lead to one as well.

    `names` are the matters of the list that was learned with, `rarity` is how telling each is, `usual` what posts are
    about in general. A span teaches something if `row` gives a row for it, not -1: it points to the matters
    `towards[row] @ basis`; `answering` says how much it belongs to posts on records rather than to others.
    """

    names: tuple[str, ...]
    rarity: Floats
    usual: Floats
    basis: Floats
    row: NDArray[np.int32]
    towards: Floats | Halves
    answering: Floats | Halves

    @classmethod
    def of(
        cls,
        names: tuple[str, ...],
        rarity: Floats,
        usual: Floats,
        basis: Floats,
        towards: Floats | Halves,
        answering: Floats | Halves,
    ) -> Learned:
        """From `towards` and `answering` of all spans: most teach nothing."""
        teaching = np.flatnonzero(towards.any(axis=1) | (answering != 0))
        row = np.full(len(answering), -1, dtype=np.int32)
        row[teaching] = np.arange(len(teaching))
        return cls(names, rarity, usual, basis, row, towards[teaching], answering[teaching])

    def of_all_spans(self) -> tuple[Floats, Floats]:
        """`towards` and `answering` of all spans."""
        towards, answering = np.zeros((len(self.row), self.towards.shape[1])), np.zeros(len(self.row))
        teaching = self.row >= 0
        towards[teaching], answering[teaching] = self.towards, self.answering
        return towards, answering

    @classmethod
    def nothing(cls, spans: int) -> Learned:
        """For a model that was made before this was learned."""
        names = matters().names
        none = np.zeros((0, len(names)))
        return cls.of(names, np.ones(len(names)), np.zeros(len(names)), none, np.zeros((spans, 0)), np.zeros(spans))

    def for_list(self, names: tuple[str, ...]) -> Learned:
        """The same for the matters of the list in use: one that was not learned with is told by its terms alone."""
        if names == self.names:
            return self
        column = {name: n for n, name in enumerate(self.names)}
        known = [name in column for name in names]
        at = [column.get(name, 0) for name in names]
        return replace(
            self,
            names=names,
            rarity=np.where(known, self.rarity[at], np.median(self.rarity)),
            usual=np.where(known, self.usual[at], 0.0),
            basis=np.where(known, self.basis[:, at], 0.0),
        )

    def hints(self, spans: Held) -> Hints:
        """What texts point to."""
        texts, row = spans.texts, self.row[spans.rows]
        teaching = row >= 0
        column = (np.cumsum(teaching, dtype=np.int32) - 1)[texts.indices]
        kept, row = np.flatnonzero(teaching[texts.indices]), row[teaching]
        shape = (texts.shape[0], len(row))
        telling = sparse.csr_matrix((texts.data[kept], column[kept], np.searchsorted(kept, texts.indptr)), shape=shape)
        towards, answering = self.towards[row].astype(np.float64), self.answering[row].astype(np.float64)
        return Hints(np.asarray(telling @ towards), np.asarray(telling @ answering))

    def pointing(self, records: Floats) -> tuple[Floats, Floats]:
        """What makes of a hint's factors how much they point to what records (rows of `about`) are about: `factors @ a + b`."""
        return self.basis @ records.T, np.asarray(records @ self.usual)


class Teaching:
    """Posts with the matters of their records, by place; what one place teaches can be left out."""

    def __init__(self, spans: sparse.csr_matrix, places: Sequence[str], targets: Floats, rarity: Floats) -> None:
        """`targets` has a row a post: what its record is about, or zeros where it has none."""
        self._rarity = rarity
        enough = np.bincount(spans.indices, minlength=spans.shape[1]) >= LEAST_POSTS
        self._spans = (spans @ sparse.diags(enough.astype(np.float64))).tocsr()
        self._places = np.array(places)
        self._targets = targets
        self._linked = np.asarray(targets.any(axis=1), dtype=np.bool_)

    def learned(self, without: Iterable[str] = ()) -> Learned:
        """What posts on records point to on the average, span by span, the posts of some places left out."""
        used = ~np.isin(self._places, list(without))
        linked = used & self._linked
        mean = self._targets[linked].mean(axis=0) if linked.any() else np.zeros(self._targets.shape[1])
        pointing = _means(self._spans[linked], self._targets[linked] - mean)
        # All that matters of some hundred directions is kept in the strongest few.
        directions = np.linalg.eigh(pointing.T @ pointing)[1][:, ::-1][:, :FACTORS].T
        directions *= np.sign(directions.sum(axis=1, keepdims=True) + 1e-12)
        share = self._linked[used].astype(np.float64)
        share -= float(share.mean()) if len(share) else 0.0
        return Learned.of(
            matters().names,
            np.round(self._rarity, _DECIMALS),
            np.round(mean, _DECIMALS),
            np.round(directions, _DECIMALS),
            np.round(pointing @ directions.T, _DECIMALS),
            np.round(_means(self._spans[used], share[:, None])[:, 0], _DECIMALS),
        )


def _means(spans: sparse.csr_matrix, targets: Floats) -> Floats:
    """For each span the mean target of the texts that hold it, drawn towards zero where they are few."""
    held = np.asarray(spans.sum(axis=0)).ravel()
    return np.asarray((spans.T @ targets) / (held + _SMOOTHING)[:, None])
