"""Reads posts: sentiment, category, the record that a post speaks of, its first original, and why."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from nlp.cleaning import analysed, bare
from nlp.duplicates import Duplicates
from nlp.features import Floats, guard_marks, read
from nlp.linking import REPLY, Records, reply_features, scores
from nlp.model import CATEGORIES, MODELS, SENTIMENTS, Model, load_model, shares
from nlp.reasons import Reason, reasons
from nlp.recent import CONTEXT, KEPT, Recent, Said, neighbour_rows
from nlp.tokens import plain
from records.assessments import Assessment
from records.disclosures import Disclosure
from records.posts import Post
from records.words import Category, Sentiment

BATCH, BATCH_CHARACTERS = 256, 100_000
_EMERGENCY = CATEGORIES.index(Category.EMERGENCY)
_DAY = 86400.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """A batch as read: chances by sentiment and category, records and their scores, reasons; one row a post."""

    sentiment: Floats
    category: Floats
    records: list[str | None]
    link: Floats
    why: list[list[Reason]]


class Judge:
    """One reader with its memory of the last seven days. Posts come in the order of their `seen_at`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._duplicates = Duplicates()
        self._recent = Recent()
        self._unread: deque[Post] = deque(maxlen=KEPT)
        self._records = Records((), model.vocabulary)
        self._watched: tuple[Disclosure, ...] = ()

    @classmethod
    def load(cls, path: Path | None = None) -> Judge:
        """A judge with the shipped model, or the one in the folder `path`. Raises ModelMissing."""
        return cls(load_model(path or MODELS))

    @property
    def name(self) -> str:
        """Fingerprint of the model in use."""
        return self.model.name

    def watch(self, disclosures: Iterable[Disclosure]) -> None:
        """Link to these records from now on; a record added a minute ago needs no training."""
        watched = tuple(disclosures)
        if watched != self._watched:
            self._watched = watched
            self._records = Records(watched, self.model.vocabulary)

    def remember(self, posts: Iterable[tuple[Post, str]]) -> None:
        """Take back the texts of the last seven days with the id of each one's first original, oldest first.

        The newest of them are linked again before the next assessment, so that what was being said is known as well.
        """
        remembered = list(posts)
        self._duplicates.remember((bare(post.title, post.text), post.seen_at, root) for post, root in remembered)
        self._unread.extend(post for post, _ in remembered)

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """One assessment a post, in order. `disclosures_of` gives the records that earlier posts were linked to.

        One call or many give the same, as long as the posts come in the same order.
        """
        self._link_again()
        known: dict[str, str | None] = {}
        found: list[Assessment] = []
        for part in _parts(posts):
            reading = self._read(part, disclosures_of, known)
            roots = self._duplicates.roots_of([(p.id, bare(p.title, p.text), p.seen_at) for p in part])
            found += [self._assessment(post, reading, n, roots[n]) for n, post in enumerate(part)]
        return found

    def _link_again(self) -> None:
        """Link what `remember` took back; its near-duplicates are known already."""
        unread = list(self._unread)
        self._unread.clear()
        known: dict[str, str | None] = {}
        for part in _parts(unread):
            self._read(part, {}, known)

    def _read(
        self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None], known: dict[str, str | None]
    ) -> Reading:
        """Everything but near-duplicates. Adds each post's record to `known`."""
        texts = [analysed(post.title, post.text) for post in posts]
        batch = read(texts, plain())
        spans, weight, rows = self.model.vocabulary.matrix(batch)
        sentiment = self.model.sentiment.chances(spans, batch.dense)
        # Before a record is known, a post denies nothing of it.
        leaning = self.model.category.scores(spans, np.hstack((batch.dense, np.zeros((len(posts), 1)))))
        urgent = sentiment[:, 0] * shares(leaning)[:, _EMERGENCY]
        day = np.array([(post.seen_at - _EPOCH).total_seconds() / _DAY for post in posts])
        pair, guards = self._records.compare(texts, *guard_marks(batch))
        score = scores(pair, guards, self.model.link, day, self._records.day)
        link = np.zeros(len(posts))

        def choose(n: int, said: Said) -> str | None:
            record, link[n] = self._link(posts[n], score[n], said, disclosures_of, known)
            known[posts[n].id] = record
            if record is not None:
                leaning[n] += self._leaning(texts[n], record, said)
            return record

        near = neighbour_rows(batch, self.model.vocabulary)
        records = self._recent.linked(near, day, urgent, self._records.ids, choose)
        why = reasons(texts, batch, weight, rows, self.model.sentiment, sentiment.argmax(axis=1))
        return Reading(sentiment, shares(leaning), records, link, why)

    def _leaning(self, text: str, record: str, said: Said) -> Floats:
        """What the record adds to a post's scores by category: what it denies, and whether an emergency is going on."""
        category = self.model.category
        added: Floats = self._records.denied(text, record) * category.dense[-1] / category.temperature
        added[_EMERGENCY] += self._records.of(record, said.burst) * self.model.link["burst_category"]
        return added

    def _link(
        self,
        post: Post,
        score: Floats,
        said: Said,
        disclosures_of: Mapping[str, str | None],
        known: Mapping[str, str | None],
    ) -> tuple[str | None, float]:
        """The record and its score 0–1, what was just said and the answered post's record taken into account."""
        if not len(score):
            return None, 0.0
        score = score + said.features() @ np.array([self.model.link[name] for name in CONTEXT])
        parent = post.in_reply_to
        if parent is not None and (parent in known or parent in disclosures_of):
            answered = known[parent] if parent in known else disclosures_of[parent]
            features = reply_features(answered, self._records.ids)
            score = score + features @ np.array([self.model.link[name] for name in REPLY])
        best = int(score.argmax())
        link = float(1 / (1 + np.exp(-np.clip(score[best], -30, 30))))
        return (self._records.ids[best] if link >= self.model.link["threshold"] else None), link

    def _assessment(self, post: Post, reading: Reading, n: int, root: str | None) -> Assessment:
        chances, category = reading.sentiment[n], reading.category[n]
        verdict = SENTIMENTS[int(chances.argmax())]
        negative = verdict is Sentiment.NEGATIVE
        by_category = {kind: round(float(share), 4) for kind, share in zip(CATEGORIES, category, strict=True)}
        return Assessment(
            post_id=post.id,
            sentiment=verdict,
            negative=round(float(chances[0]), 4),
            disclosure=reading.records[n],
            link=round(float(reading.link[n]), 4),
            category=CATEGORIES[int(category.argmax())] if negative else None,
            category_scores=by_category if negative else {},
            duplicate_of=root,
            why=tuple(reading.why[n]),
            model=self.model.name,
        )


def _parts(posts: Sequence[Post]) -> Iterator[Sequence[Post]]:
    """Posts in order, a bounded number of posts and characters at a time."""
    start = characters = 0
    for n, post in enumerate(posts):
        length = len(post.text)
        if n > start and (n - start >= BATCH or characters + length > BATCH_CHARACTERS):
            yield posts[start:n]
            start, characters = n, 0
        characters += length
    if start < len(posts):
        yield posts[start:]
