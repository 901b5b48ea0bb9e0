"""Counts posts by the day in Asia/Shanghai on which they were seen, those that are stored no longer among them.

What is stored is counted as it is read now. Of what goes, the counts are kept in the transaction that deletes it, so that
each post counts once, before and after; they are never changed again. No column tells one person's posts from another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from records.days import By, PostCount
from records.words import Category, Channel, Sentiment
from records.zone import CHINA
from storage.inserting import insert_adding
from storage.tables import assessment, meta, post, post_day

SINCE = "post_days_since"
"""Of days before that one posts may have gone uncounted, on a desk that is older than these counts: see the migration."""

_DAY = timedelta(days=1)
_EPOCH = date(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_AHEAD = timedelta(hours=8) // _MICROSECOND
"""China is that far ahead of UTC, at all times of the year."""

_COUNTED = ("posts", "voices", "reactions")


class PostDays:
    """Posts by day, channel, record, category and sentiment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def leave(self, post_ids: Sequence[str]) -> None:
        """Keep the counts of these posts; call it in the transaction that deletes them, before it does."""
        if not post_ids:
            return
        going = _stored(post.c.id.in_(post_ids)).subquery()
        rows = _grouped(going, list(By), _COUNTED)
        insert_adding(self._connection, post_day, rows, _COUNTED)

    def counted(self, first: date, last: date, by: Iterable[By] = ()) -> list[PostCount]:
        """The posts that were seen from the first day to the last, counted by this, in its order; what is none is left out."""
        wanted = list(dict.fromkeys(by))
        stored = _stored(post.c.seen_at >= _midnight(first), post.c.seen_at < _midnight(last + _DAY))
        both = union_all(stored, _gone(first, last)).subquery()
        return [_count(row, wanted) for row in self._connection.execute(_grouped(both, wanted)) if row.posts]

    def since(self) -> date | None:
        """The first day of which every post is counted; None where that is so of all days."""
        found = self._connection.execute(select(meta.c.value).where(meta.c.key == SINCE)).scalar()
        return None if found is None else _EPOCH + int(found) * _DAY


def _stored(*those: Any) -> Select[Any]:
    """Each stored post as a row to be counted."""
    read = assessment.c.post_id.is_not(None)
    voice = case((and_(read, assessment.c.duplicate_of.is_(None)), 1), else_=0)
    reactions = sum((func.coalesce(post.c[name], 0) for name in ("comments", "reposts", "likes")), literal(0))
    day = (type_coerce(post.c.seen_at, BigInteger) + _AHEAD) // (_DAY // _MICROSECOND)
    joined = post.outerjoin(assessment, assessment.c.post_id == post.c.id)
    return (
        select(
            day.label("day"),
            post.c.channel.label("channel"),
            func.coalesce(assessment.c.disclosure, "").label("record"),
            func.coalesce(assessment.c.category, "").label("category"),
            func.coalesce(assessment.c.sentiment, "").label("sentiment"),
            literal(1).label("posts"),
            voice.label("voices"),
            reactions.label("reactions"),
            literal(0).label("left"),
        )
        .select_from(joined)
        .where(*those)
    )


def _gone(first: date, last: date) -> Select[Any]:
    """What is kept of posts that are stored no longer."""
    counts = [post_day.c[name] for name in _COUNTED]
    within = post_day.c.day.between(_number(first), _number(last))
    return select(*(post_day.c[by.value] for by in By), *counts, post_day.c.posts.label("left")).where(within)


def _grouped(rows: FromClause, by: Sequence[By], counts: Sequence[str] = (*_COUNTED, "left")) -> Select[Any]:
    columns = [rows.c[one.value] for one in by]
    sums = [func.coalesce(func.sum(rows.c[name]), 0).label(name) for name in counts]
    return select(*columns, *sums).group_by(*columns).order_by(*columns)


def _count(row: Row[Any], by: Sequence[By]) -> PostCount:
    found = {one: getattr(row, one.value) for one in by}
    return PostCount(
        posts=int(row.posts),
        voices=int(row.voices),
        reactions=int(row.reactions),
        left=int(row.left),
        day=None if By.DAY not in found else _EPOCH + int(found[By.DAY]) * _DAY,
        channel=None if By.CHANNEL not in found else Channel(found[By.CHANNEL]),
        record=found.get(By.RECORD) or None,
        category=Category(found[By.CATEGORY]) if found.get(By.CATEGORY) else None,
        sentiment=Sentiment(found[By.SENTIMENT]) if found.get(By.SENTIMENT) else None,
    )


def _number(day: date) -> int:
    """How the store writes a day: so many after 1 January 1970."""
    return (day - _EPOCH) // _DAY


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)
