"""Links a post to the record that it speaks of: likeness that needs no training for a new record, and look-alike guards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from nlp.cleaning import analysed
from nlp.contradiction import Denials
from nlp.features import Vocabulary
from nlp.lexicon import matters
from nlp.places import Places
from nlp.spans import Batch, Table, batch_of, grams, span_hashes, word_spans
from nlp.tokens import Words
from nlp.watch_terms import subject, watched_terms
from records.disclosures import Disclosure

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SIZES = (2, 3, 4)
_WORD = 9
LEAD_DAYS = 2.0
"""A post this many days older than a record cannot be a reaction to it."""

PAIR = (
    "head_likeness", "body_likeness", "head_words", "body_words", "longest", "watch", "matter",
    "head_lead", "words_lead", "longest_lead", "watch_lead", "matter_lead",
    "foreign_likeness", "foreign_words", "foreign_matter",
)  # fmt: skip
POST = ("other_place", "home", "denies_home", "length", "elsewhere_mark", "chatter_mark", "only_other_place")
REPLY = ("answers_linked", "answers_other", "answers_unlinked")


class Records:
    """The watched records, laid out so that a batch of posts can be compared with all of them at once."""

    def __init__(self, records: Sequence[Disclosure], rarity: Vocabulary) -> None:
        self.records = tuple(records)
        self.ids = [record.id for record in records]
        self.row = {record_id: n for n, record_id in enumerate(self.ids)}
        self.places = Places(records)
        terms = [watched_terms(record) for record in records]
        self.cutter = Words(self._names(terms))
        self._rarity = rarity
        self.day = np.array([(r.published_at - _EPOCH).total_seconds() / 86400 for r in records])
        self.denials = [Denials(record) for record in records]
        heads = [
            _folded(f"{subject(r.title)}。{r.doc_number or ''}。{'。'.join(t)}")
            for r, t in zip(records, terms, strict=True)
        ]
        bodies = [_folded(f"{r.title}。{r.body}") for r in records]
        self._learn(heads, bodies)
        self._watch(terms)

    @staticmethod
    def _names(terms: Sequence[Sequence[str]]) -> list[str]:
        return [term for group in terms for term in group if 2 <= len(term) <= 6 and term.isalnum()]

    def _learn(self, heads: Sequence[str], bodies: Sequence[str]) -> None:
        count = len(heads)
        texts = [*heads, *bodies]
        spans = self._spans(texts)
        self._table = Table(np.unique(spans.hashes))
        rows = self._table.rows(spans.hashes)
        size = len(self._table.hashes)
        present = np.zeros((2 * count, size), dtype=bool)
        present[spans.text, rows] = True
        held = (present[:count] | present[count:]).sum(axis=0) if count else np.zeros(size)
        self.weight = np.zeros(size)
        self.weight[rows] = spans.weight
        self.length = np.zeros(size, dtype=np.int64)
        self.length[rows] = spans.length
        # A span that many records share says little about which one is meant.
        self.weight *= (1 + np.log(max(count, 1) / np.maximum(held, 1))) / (1 + np.log(max(count, 1)))
        self.head, self.body = present[:count].T.astype(np.float32), present[count:].T.astype(np.float32)
        self.any = np.maximum(self.head, self.body)
        gram = (self.length < _WORD).astype(np.float64)
        squares = (self.weight * gram) ** 2
        self.head_norm = np.sqrt(squares @ self.head) + 1e-9
        self.body_norm = np.sqrt(squares @ self.body) + 1e-9
        counts = (
            matters().counts(batch := batch_of(texts), matters().hits(batch))
            if count
            else np.zeros((0, len(matters().names)))
        )
        both = 2 * np.log1p(counts[:count]) + np.log1p(counts[count:])
        spread = np.log((1 + count) / (1 + (both > 0).sum(axis=0))) + 0.5
        self.matter_weight = spread
        both = both * spread
        self.matter = both / (np.linalg.norm(both, axis=1, keepdims=True) + 1e-9)

    def _watch(self, terms: Sequence[Sequence[str]]) -> None:
        folded = [[_folded(term) for term in group if len(term) > 1] for group in terms]
        holders: dict[str, list[int]] = {}
        for row, group in enumerate(folded):
            for term in dict.fromkeys(group):
                holders.setdefault(term, []).append(row)
        self.watch = [(term, rows, min(len(term), 6) / 4 / len(rows)) for term, rows in sorted(holders.items())]

    def _spans(self, texts: Sequence[str]) -> _Spans:
        batch, alike = batch_of(texts), batch_of(texts, digits_alike=True)
        columns: list[tuple[Ints, Ints, Ints, NDArray[np.uint64], NDArray[np.uint64]]] = []
        for size in _SIZES:
            starts, owner = grams(batch, size)
            columns.append(
                (
                    owner,
                    starts,
                    np.full_like(starts, size),
                    span_hashes(batch, starts, starts + size, size),
                    span_hashes(alike, starts, starts + size, size),
                )
            )
        starts, ends = word_spans(batch, [self.cutter.cut(text) for text in texts])
        keep = np.flatnonzero(ends - starts > 1)
        starts, ends = starts[keep], ends[keep]
        columns.append(
            (
                batch.owner[starts],
                starts,
                np.full_like(starts, _WORD),
                span_hashes(batch, starts, ends, 101),
                span_hashes(alike, starts, ends, 101),
            )
        )
        text, start, length, hashes, known = (np.concatenate(column) for column in zip(*columns, strict=True))
        meaningful = _letters(batch)[start + np.where(length < _WORD, length, 1)] - _letters(batch)[start] == np.where(
            length < _WORD, length, 1
        )
        text, length, hashes, known, start = (
            text[meaningful],
            length[meaningful],
            hashes[meaningful],
            known[meaningful],
            start[meaningful],
        )
        rows = self._rarity.table.rows(known)
        highest = float(self._rarity.rarity.max()) if len(self._rarity) else 8.0
        weight = np.where(
            rows >= 0, self._rarity.rarity[np.maximum(rows, 0)] if len(self._rarity) else highest, highest
        )
        return _Spans(batch, text, start, length, hashes, np.maximum(weight - 1.0, 0.1))

    def compare(self, texts: Sequence[str], elsewhere: Floats, chatter: Floats) -> tuple[Floats, Floats]:
        """(posts × records × PAIR, posts × POST) for analysed texts and the strength of two of their marks."""
        count, many = len(texts), len(self.records)
        pair = np.zeros((count, many, len(PAIR)))
        spans = self._spans(texts)
        rows = self._table.rows(spans.hashes)
        cells = np.unique(spans.text * (len(self.weight) + 1) + np.where(rows >= 0, rows, len(self.weight)))
        gram = spans.length < _WORD
        everything = np.unique(np.column_stack((spans.text, spans.hashes.view(np.int64))), axis=0, return_index=True)[1]
        norm = (
            np.sqrt(np.bincount(spans.text[everything], weights=(spans.weight**2 * gram)[everything], minlength=count))
            + 1e-9
        )
        text, row = cells // (len(self.weight) + 1), cells % (len(self.weight) + 1)
        text, row = text[row < len(self.weight)], row[row < len(self.weight)]
        present = np.zeros((count, len(self.weight)), dtype=np.float32)
        present[text, row] = 1
        is_gram = self.length < _WORD
        squared = present * np.where(is_gram, self.weight**2, 0).astype(np.float32)
        words = present * np.where(is_gram, 0, self.weight).astype(np.float32)
        pair[:, :, 0] = (squared @ self.head) / self.head_norm / norm[:, None] * 3
        pair[:, :, 1] = (squared @ self.body) / self.body_norm / norm[:, None] * 3
        pair[:, :, 2] = np.log1p(words @ self.head)
        pair[:, :, 3] = np.log1p(words @ self.body)
        pair[:, :, 4] = self._longest(text, row, count)
        pair[:, :, 5] = self._watched(texts)
        pair[:, :, 6] = self._matter(spans.batch)
        for lead, of in ((7, 0), (8, 3), (9, 4), (10, 5), (11, 6)):
            pair[:, :, lead] = pair[:, :, of] - _best_other(pair[:, :, of])
        post = self._post(texts, elsewhere, chatter)
        # Likeness speaks for a record; in a post about another district it is what makes a look-alike.
        for guarded, of in ((12, 1), (13, 3), (14, 6)):
            pair[:, :, guarded] = pair[:, :, of] * post[:, 6:7]
        return pair, post

    def of(self, record_id: str, values: Floats) -> float:
        """That record's own among one value a record."""
        return float(values[self.row[record_id]])

    def denied(self, text: str, record_id: str | None) -> float:
        """How much the analysed text speaks of what that record denies; see contradiction.Denials."""
        return 0.0 if record_id is None or record_id not in self.row else self.denials[self.row[record_id]].met_in(text)

    def _longest(self, text: Ints, row: Ints, count: int) -> Floats:
        """Weight of the rarest four characters shared with a record."""
        shared = np.zeros((count, len(self.records)))
        four = np.flatnonzero(self.length[row] == 4)
        if len(four):
            held = self.any[row[four]] * self.weight[row[four], None]
            np.maximum.at(shared, text[four], held)
        return shared / 4

    def _watched(self, texts: Sequence[str]) -> Floats:
        found = np.zeros((len(texts), len(self.records)))
        for term, rows, weight in self.watch:
            hit = [n for n, text in enumerate(texts) if term in text]
            if hit:
                block = np.ix_(hit, rows)
                found[block] = np.maximum(found[block], weight) + 0.25 * (found[block] > 0)
        return found

    def _matter(self, batch: Batch) -> Floats:
        counts = np.log1p(matters().counts(batch, matters().hits(batch))) * self.matter_weight
        return np.asarray(counts / (np.linalg.norm(counts, axis=1, keepdims=True) + 1e-9) @ self.matter.T)

    def _post(self, texts: Sequence[str], elsewhere: Floats, chatter: Floats) -> Floats:
        post = np.zeros((len(texts), len(POST)))
        for n, text in enumerate(texts):
            post[n, 0] = self.places.foreign(text) is not None
            post[n, 1] = self.places.mentions_home(text)
            post[n, 2] = self.places.denies_home(text)
            post[n, 6] = post[n, 0] * (1 - post[n, 1])
            post[n, 3] = np.log1p(len(text)) / 5
        post[:, 4], post[:, 5] = elsewhere, chatter
        return post


@dataclass(frozen=True, slots=True)
class _Spans:
    batch: Batch
    text: Ints
    start: Ints
    length: Ints
    hashes: NDArray[np.uint64]
    weight: Floats


def _letters(batch: Batch) -> Ints:
    """Running count of letters, digits and 汉字."""
    codes = batch.codes
    letter = (
        ((codes >= 0x4E00) & (codes <= 0x9FFF))
        | ((codes >= 48) & (codes <= 57))
        | ((codes >= 97) & (codes <= 122))
        | (codes > 0x20000)
    )
    return np.concatenate(([0], np.cumsum(letter)))


def _folded(text: str) -> str:
    return analysed(None, text)


def _best_other(values: Floats) -> Floats:
    """For each record the best value among the others."""
    if values.shape[1] < 2:
        return np.zeros_like(values)
    top = np.partition(values, -2, axis=1)
    best, second = top[:, -1:], top[:, -2:-1]
    return np.where(values >= best, second, best)


def reply_features(answered: str | None, ids: Sequence[str]) -> Floats:
    """(records × REPLY) for a post that answers one linked to the record `answered` (None: to no record)."""
    features = np.zeros((len(ids), len(REPLY)))
    features[:, 2] = answered is None
    if answered is not None:
        features[:, 0] = [record_id == answered for record_id in ids]
        features[:, 1] = 1 - features[:, 0]
    return features


def scores(pair: Floats, post: Floats, weights: Mapping[str, float], day: Floats, record_day: Floats) -> Floats:
    """Logistic score of every record for every post (posts × records), before replies are looked at."""
    score = pair @ np.array([weights[name] for name in PAIR])
    score += (post @ np.array([weights[name] for name in POST]))[:, None] + weights["bias"]
    return np.where(record_day[None, :] > day[:, None] + LEAD_DAYS, IMPOSSIBLE, score)


IMPOSSIBLE = -30.0
