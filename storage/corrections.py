"""Keeps people's corrections of what the machine read, and which copies follow them; append only, but for texts whose time is up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, update

from records.corrections import Correction, Verdict
from records.words import Category, Sentiment
from storage.among import among
from storage.tables import correction, post

_CHUNK = 500


class Corrections:
    """Corrections in the order they were made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, made: Correction) -> int:
        """Keep a correction; its number."""
        key = self._connection.execute(insert(correction).values(**_values(made))).inserted_primary_key
        assert key is not None
        return int(key[0])

    def add_copies(self, made: Sequence[Correction]) -> None:
        """Keep what copies take over from a correction, in that order."""
        if made:
            self._connection.execute(insert(correction), [_values(one) for one in made])

    def all(self) -> list[Correction]:
        """Every correction that a person made of the very post, oldest first."""
        query = select(correction).where(correction.c.follows.is_(None)).order_by(correction.c.id)
        return [_correction(row) for row in self._connection.execute(query)]

    def leading(self, roots: Iterable[str]) -> dict[str, Correction]:
        """The correction that copies of these first originals follow, by the original's id; where there is none, no key.

        It is the last one of the original itself, without one the last of the copy that was corrected first. It leads
        while the post still says what was corrected; an edited original leads no copies of what it said before.
        """
        wanted = list(dict.fromkeys(roots))
        found: dict[str, Correction] = {}
        for start in range(0, len(wanted), _CHUNK):
            these = among(self._connection, correction.c.root, wanted[start : start + _CHUNK])
            for row in self._connection.execute(_still_said(these)):
                made, standing = _correction(row), found.get(row.root)
                if standing is None or made.post_id in (made.root, standing.post_id):
                    found[made.root] = made
        return found

    def latest(self, post_ids: Iterable[str]) -> dict[str, Correction]:
        """The last correction of each of those posts that has one, be it of the very post or taken over."""
        wanted = list(dict.fromkeys(post_ids))
        found: dict[str, Correction] = {}
        for start in range(0, len(wanted), _CHUNK):
            part = among(self._connection, correction.c.post_id, wanted[start : start + _CHUNK])
            query = select(correction).where(part).order_by(correction.c.id)
            found.update((row.post_id, _correction(row)) for row in self._connection.execute(query))
        return found

    def taken_away(self, disclosure: str, since: datetime, until: datetime | None) -> list[Correction]:
        """What people made in that time of posts that had been read as negative on the record, oldest first."""
        read_so = (correction.c.before_disclosure == disclosure, correction.c.before_sentiment == Sentiment.NEGATIVE)
        query = select(correction).where(*read_so, correction.c.follows.is_(None), correction.c.at >= since)
        if until is not None:
            query = query.where(correction.c.at <= until)
        query = query.order_by(correction.c.id)
        return [_correction(row) for row in self._connection.execute(query)]

    def count(self) -> int:
        """How many people made."""
        query = select(func.count()).select_from(correction).where(correction.c.follows.is_(None))
        return self._connection.execute(query).scalar_one()

    def let_go_of_texts(self, before: datetime) -> int:
        """Let go of the texts of corrections made before then, of posts that are no longer stored; how many."""
        stored = select(post.c.id).where(post.c.id == correction.c.post_id).exists()
        over = update(correction).where(correction.c.at < before, correction.c.text.is_not(None), ~stored)
        return self._connection.execute(over.values(title=None, text=None)).rowcount

    def let_go_of_texts_of(self, post_ids: Sequence[str]) -> int:
        """Let go of the texts of corrections of those posts; how many."""
        of_these = update(correction).where(correction.c.post_id.in_(post_ids), correction.c.text.is_not(None))
        return self._connection.execute(of_these.values(title=None, text=None)).rowcount


def _still_said(of_roots: ColumnElement[bool]) -> Select[Any]:
    """What people said of posts with these originals, in the order they said it, as far as the posts still say the same."""
    unedited = or_(post.c.id.is_(None), post.c.version == correction.c.post_version)
    copied = or_(correction.c.post_id != correction.c.root, correction.c.post_version == 1)
    said = select(correction).outerjoin(post, post.c.id == correction.c.post_id).where(correction.c.follows.is_(None))
    return said.where(of_roots, unedited, copied).order_by(correction.c.id)


def _values(made: Correction) -> dict[str, Any]:
    return {
        "post_id": made.post_id,
        "root": made.root,
        "title": made.title,
        "text": made.text,
        "seen_at": made.seen_at,
        **_columns("before", made.before),
        **_columns("after", made.after),
        "after_version": made.version,
        "model": made.model,
        "actor": made.actor,
        "at": made.at,
        "reason": made.reason,
        "post_version": made.post_version,
        "follows": made.follows,
    }


def _columns(side: str, verdict: Verdict) -> dict[str, str | None]:
    return {
        f"{side}_sentiment": verdict.sentiment.value,
        f"{side}_disclosure": verdict.disclosure,
        f"{side}_category": verdict.category and verdict.category.value,
    }


def _verdict(sentiment: str, disclosure: str | None, category: str | None) -> Verdict:
    return Verdict(Sentiment(sentiment), disclosure, None if category is None else Category(category))


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        post_id=row.post_id,
        root=row.root,
        title=row.title,
        text=row.text,
        seen_at=row.seen_at,
        before=_verdict(row.before_sentiment, row.before_disclosure, row.before_category),
        after=_verdict(row.after_sentiment, row.after_disclosure, row.after_category),
        version=row.after_version,
        model=row.model,
        actor=row.actor,
        at=row.at,
        reason=row.reason,
        post_version=row.post_version,
        follows=row.follows,
        number=row.id,
    )
