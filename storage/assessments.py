"""Keeps the machine's reading of each post, and what people say against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select

from records.assessments import Assessment
from records.words import Category, Sentiment
from storage.tables import assessment, correction, post

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's correction of one field (`sentiment`, `disclosure` or `category`) of one post's assessment."""

    post_id: str
    field: str
    before: str | None
    after: str | None
    actor: str
    at: datetime
    reason: str | None


class Assessments:
    """One assessment a post: a new one replaces it. Corrections are kept beside it, append only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, assessed: Assessment, at: datetime) -> None:
        """Store the assessment of its post in place of an earlier one."""
        self._connection.execute(delete(assessment).where(assessment.c.post_id == assessed.post_id))
        self._connection.execute(
            insert(assessment).values(
                post_id=assessed.post_id,
                sentiment=assessed.sentiment.value,
                negative=assessed.negative,
                disclosure=assessed.disclosure,
                link=assessed.link,
                category=assessed.category and assessed.category.value,
                category_scores={category.value: score for category, score in assessed.category_scores.items()},
                duplicate_of=assessed.duplicate_of,
                why=[[term, weight] for term, weight in assessed.why],
                model=assessed.model,
                assessed_at=at,
            )
        )

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

    def roots(self, since: datetime) -> list[tuple[str, str]]:
        """(post id, id of its first original) of every assessed post seen since then, in the order they were seen."""
        query = (
            select(assessment.c.post_id, assessment.c.duplicate_of)
            .join(post, post.c.id == assessment.c.post_id)
            .where(post.c.seen_at >= since)
            .order_by(post.c.seen_at, post.c.seq)
        )
        return [(row.post_id, row.duplicate_of or row.post_id) for row in self._connection.execute(query)]

    def correct(
        self,
        post_id: str,
        field: str,
        before: str | None,
        after: str | None,
        actor: str,
        at: datetime,
        reason: str | None = None,
    ) -> None:
        """Record that `actor` reads `field` of that post as `after`; the machine's own assessment stays as it was."""
        values = {"post_id": post_id, "field": field, "before": before, "after": after}
        self._connection.execute(insert(correction).values(**values, actor=actor, at=at, reason=reason))

    def corrections(self, post_id: str | None = None) -> list[Correction]:
        """Every correction, oldest first, or those of one post."""
        query = select(correction).order_by(correction.c.id)
        if post_id is not None:
            query = query.where(correction.c.post_id == post_id)
        return [
            Correction(row.post_id, row.field, row.before, row.after, row.actor, row.at, row.reason)
            for row in self._connection.execute(query)
        ]

    def _rows(self, query: Select[Any], post_ids: Iterable[str]) -> Iterable[Row[Any]]:
        wanted = list(dict.fromkeys(post_ids))
        for start in range(0, len(wanted), _CHUNK):
            part = wanted[start : start + _CHUNK]
            yield from self._connection.execute(query.where(assessment.c.post_id.in_(part)))


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
    )
