"""Keeps how each post is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select, update

from records.assessments import Assessment, Ground
from records.corrections import Verdict
from records.words import Category, Sentiment
from storage.among import among
from storage.inserting import insert_many
from storage.tables import assessment, post

_CHUNK = 500


class Assessments:
    """One assessment a post: a new one replaces it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, assessed: Assessment, at: datetime) -> None:
        """Store the assessment of its post in place of an earlier one."""
        self.put_all([(assessed, at)])

    def put_all(self, assessed: Iterable[tuple[Assessment, datetime]]) -> None:
        """`put` for many, each with its moment; of two of one post the last."""
        rows = {each.post_id: _values(each, at) for each, at in assessed}
        ids = list(rows)
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            self._connection.execute(delete(assessment).where(among(self._connection, assessment.c.post_id, part)))
            insert_many(self._connection, assessment, [rows[post_id] for post_id in part])

    def get(self, post_id: str) -> Assessment | None:
        """The assessment of that post, or None."""
        return self.many([post_id]).get(post_id)

    def many(self, post_ids: Iterable[str]) -> dict[str, Assessment]:
        """The assessments of those posts that have one, by post id."""
        return {row.post_id: _assessment(row) for row in self._rows(select(assessment), post_ids)}

    def disclosures_of(self, post_ids: Iterable[str]) -> dict[str, str | None]:
        """The linked record of each of those posts that has been assessed."""
        query = select(assessment.c.post_id, assessment.c.disclosure)
        return {row.post_id: row.disclosure for row in self._rows(query, post_ids)}

    def roots(self, since: datetime, most: int | None = None) -> list[tuple[str, str]]:
        """(post id, id of its first original) of every assessed post seen since then, in the order they were seen; of the
        newest of them where there are more than `most`."""
        query = (
            select(assessment.c.post_id, assessment.c.duplicate_of)
            .join(post, post.c.id == assessment.c.post_id)
            .where(post.c.seen_at >= since)
            .order_by(post.c.seen_at.desc(), post.c.seq.desc())
            .limit(most)
        )
        return [(row.post_id, row.duplicate_of or row.post_id) for row in self._connection.execute(query)][::-1]

    def copies(self, root: str) -> list[str]:
        """The ids of the posts of which `root` is the first original, itself among them, where they are assessed."""
        query = select(assessment.c.post_id).where((assessment.c.post_id == root) | (assessment.c.duplicate_of == root))
        return list(self._connection.execute(query.order_by(assessment.c.post_id)).scalars())

    def forget_words(self, post_ids: Sequence[str]) -> None:
        """Let go of the words that decided; the verdicts stay."""
        for start in range(0, len(post_ids), _CHUNK):
            these = update(assessment).where(assessment.c.post_id.in_(post_ids[start : start + _CHUNK]))
            self._connection.execute(these.values(why=[], grounds=[]))

    def correct(self, post_ids: Sequence[str], verdict: Verdict) -> None:
        """Let those posts be read as a person says; what the machine gave beside its verdict stays as it was."""
        values = {"sentiment": verdict.sentiment.value, "disclosure": verdict.disclosure, "corrected": True}
        category = verdict.category and verdict.category.value
        for start in range(0, len(post_ids), _CHUNK):
            these = update(assessment).where(assessment.c.post_id.in_(post_ids[start : start + _CHUNK]))
            self._connection.execute(these.values(**values, category=category))

    def _rows(self, query: Select[Any], post_ids: Iterable[str]) -> Iterable[Row[Any]]:
        wanted = list(dict.fromkeys(post_ids))
        for start in range(0, len(wanted), _CHUNK):
            part = wanted[start : start + _CHUNK]
            yield from self._connection.execute(query.where(among(self._connection, assessment.c.post_id, part)))


def _values(assessed: Assessment, at: datetime) -> dict[str, Any]:
    return {
        "post_id": assessed.post_id,
        "sentiment": assessed.sentiment.value,
        "negative": assessed.negative,
        "disclosure": assessed.disclosure,
        "link": assessed.link,
        "category": assessed.category and assessed.category.value,
        "category_scores": {category.value: score for category, score in assessed.category_scores.items()},
        "duplicate_of": assessed.duplicate_of,
        "why": [[term, weight] for term, weight in assessed.why],
        "model": assessed.model,
        "corrected": assessed.corrected,
        "grounds": [[ground.about, ground.rule, list(ground.terms)] for ground in assessed.grounds],
        "assessed_at": at,
    }


def _assessment(row: Row[Any]) -> Assessment:
    return Assessment(
        post_id=row.post_id,
        sentiment=Sentiment(row.sentiment),
        negative=row.negative,
        disclosure=row.disclosure,
        link=row.link,
        category=None if row.category is None else Category(row.category),
        category_scores={Category(name): score for name, score in row.category_scores.items()},
        duplicate_of=row.duplicate_of,
        why=tuple((term, weight) for term, weight in row.why),
        model=row.model,
        corrected=row.corrected,
        grounds=tuple(Ground(about, rule, tuple(terms)) for about, rule, terms in row.grounds or ()),
    )
