"""Reads posts: sentiment, category, the record that a post speaks of, its first original, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from nlp.cleaning import analysed, bare
from nlp.duplicates import Duplicates
from nlp.features import Floats, guard_marks, read
from nlp.linking import REPLY, Records, reply_features, scores
from nlp.model import CATEGORIES, MODELS, SENTIMENTS, Model, load_model, shares
from nlp.reasons import Reason, reasons
from nlp.recent import CONTEXT, Recent, Said, neighbour_rows
from nlp.tokens import plain
from records.assessments import Assessment
from records.disclosures import Disclosure
from records.posts import Post
from records.words import Category, Sentiment

BATCH = 256
_DAY = 86400.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Judge:
    """One reader with its memory of the last seven days. Posts come in the order of their `seen_at`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._duplicates = Duplicates()
        self._recent = Recent()
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
        """Take back the texts of the last seven days with the id of each one's first original, oldest first."""
        for post, root in posts:
            self._duplicates.remember(bare(post.title, post.text), post.seen_at, root)

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """One assessment a post, in order. `disclosures_of` gives the records that earlier posts were linked to."""
        known = dict[str, str | None]()
        found: list[Assessment] = []
        for start in range(0, len(posts), BATCH):
            part = self._assess(posts[start : start + BATCH], disclosures_of, known)
            found += part
        return found

    def _assess(
        self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None], known: dict[str, str | None]
    ) -> list[Assessment]:
        texts = [analysed(post.title, post.text) for post in posts]
        batch = read(texts, plain())
        spans, weight, rows = self.model.vocabulary.matrix(batch)
        sentiment = self.model.sentiment.chances(spans, batch.dense)
        # Before a record is known, a post denies nothing of it.
        leaning = self.model.category.scores(spans, np.hstack((batch.dense, np.zeros((len(posts), 1)))))
        category = shares(leaning)
        chosen = sentiment.argmax(axis=1)
        pair, guards = self._records.compare(texts, *guard_marks(batch))
        day = np.array([(post.seen_at - _EPOCH).total_seconds() / _DAY for post in posts])
        score = scores(pair, guards, self.model.link, day, self._records.day)
        why = reasons(texts, batch, weight, rows, self.model.sentiment, chosen)
        urgent = sentiment[:, 0] * category[:, CATEGORIES.index(Category.EMERGENCY)]
        linked = [0.0] * len(posts)

        def choose(n: int, said: Said) -> str | None:
            record, linked[n] = self._link(posts[n], score[n], said, disclosures_of, known)
            if record is not None:
                leaning[n] += (
                    self._records.denied(texts[n], record)
                    * self.model.category.dense[-1]
                    / self.model.category.temperature
                )
                leaning[n, CATEGORIES.index(Category.EMERGENCY)] += (
                    self._records.of(record, said.burst) * self.model.link["burst_category"]
                )
            known[posts[n].id] = record
            return record

        rows_near = neighbour_rows(batch, self.model.vocabulary)
        records = self._recent.linked(rows_near, day, urgent, self._records.ids, choose)
        category = shares(leaning)
        return [
            self._assessment(post, sentiment[n], category[n], records[n], linked[n], why[n])
            for n, post in enumerate(posts)
        ]

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

    def _assessment(
        self, post: Post, sentiment: Floats, category: Floats, record: str | None, link: float, why: list[Reason]
    ) -> Assessment:
        verdict = SENTIMENTS[int(sentiment.argmax())]
        negative = verdict is Sentiment.NEGATIVE
        shares: dict[Category, float] = {}
        if negative:
            shares = {kind: round(float(share), 4) for kind, share in zip(CATEGORIES, category, strict=True)}
        return Assessment(
            post_id=post.id,
            sentiment=verdict,
            negative=round(float(sentiment[0]), 4),
            disclosure=record,
            link=round(link, 4),
            category=CATEGORIES[int(category.argmax())] if negative else None,
            category_scores=shares,
            duplicate_of=self._duplicates.root_of(post.id, bare(post.title, post.text), post.seen_at),
            why=tuple(why),
            model=self.model.name,
        )
