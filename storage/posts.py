"""Keeps posts, and the queue of those that wait to be judged."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, func, insert, or_, select, true, update

from records.posts import GONE, REDACTED, REDACTED_TEXT, UNDATED, Post, Reactions
from records.words import Channel
from storage import tables
from storage.among import among
from storage.corrections import Corrections
from storage.inserting import insert_new
from storage.post_days import PostDays
from storage.turns import take_turn

_CHUNK = 500
_MANY = 5_000


class Change(StrEnum):
    """Why a post waits to be judged."""

    NEW = "new"
    UPDATE = "update"
    EDIT = "edit"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a post: the fingerprint of its text, its flags, and since when it is gone from its page."""

    fingerprint: str
    flags: tuple[str, ...]
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One post in the queue: what changed about it and when."""

    seq: int
    post_id: str
    change: Change
    at: datetime


def fingerprint(post: Post) -> str:
    """Hash of a post's title and text as stored: two versions of one id differ by it."""
    return hashlib.sha256(f"{post.title or ''}\n{post.text}".encode()).hexdigest()


class Posts:
    """Posts by id, by age and by number; every change is queued for judging in the same transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Make this transaction the only writer of posts until it ends."""
        take_turn(self._connection, "posts")

    def get(self, post_id: str) -> Post | None:
        """The newest version of that post, or None."""
        return self.many([post_id]).get(post_id)

    def many(self, post_ids: Iterable[str]) -> dict[str, Post]:
        """The posts among `post_ids` that are here, in the order asked for."""
        wanted = list(dict.fromkeys(post_ids))
        found: dict[str, Post] = {}
        for start in range(0, len(wanted), _CHUNK):
            query = select(tables.post).where(among(self._connection, tables.post.c.id, wanted[start : start + _CHUNK]))
            found.update((row.id, _post(row)) for row in self._connection.execute(query))
        return {post_id: found[post_id] for post_id in wanted if post_id in found}

    def versions(self, post_ids: Sequence[str]) -> dict[str, int]:
        """Which version of its words each of those posts has that are here."""
        query = select(tables.post.c.id, tables.post.c.version)
        found = self._connection.execute(query.where(among(self._connection, tables.post.c.id, post_ids)))
        return {row.id: row.version for row in found}

    def fingerprint(self, post_id: str) -> str | None:
        """The stored fingerprint of that post, or None where the id is new."""
        query = select(tables.post.c.fingerprint).where(tables.post.c.id == post_id)
        return self._connection.execute(query).scalar()

    def known(self, post_id: str) -> Known | None:
        """What is stored of that post, or None where the id is new."""
        table = tables.post
        query = select(table.c.fingerprint, table.c.flags, table.c.gone_at).where(table.c.id == post_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Known(row.fingerprint, tuple(row.flags), row.gone_at)

    def seq(self, post_id: str) -> int | None:
        """The number under which `after` and `newest` list that post."""
        return self._connection.execute(select(tables.post.c.seq).where(tables.post.c.id == post_id)).scalar()

    def add(self, post: Post, expires_at: datetime) -> None:
        """Store a post with a new id and queue it for judging."""
        self.take_turn()
        self._insert(post, post.seen_at, expires_at)
        self._queue(post.id, Change.NEW, post.seen_at)

    def set_reactions(self, post_id: str, reactions: Reactions, at: datetime) -> bool:
        """Replace the reactions; True, and queued for judging, where they differ from those stored."""
        table = tables.post
        stored = self.get(post_id)
        if stored is None or stored.reactions == reactions:
            return False
        self._connection.execute(update(table).where(table.c.id == post_id).values(**asdict(reactions), changed_at=at))
        self._queue(post_id, Change.UPDATE, at)
        return True

    def revise(self, post: Post, at: datetime, expires_at: datetime) -> Post | None:
        """Store another text of a known id as its next version and queue it; the first `seen_at` stays. None without that id.

        The post gets a new number, so that readers of `after` meet it again.
        """
        self.take_turn()
        table = tables.post
        asked = select(table.c.version, table.c.seen_at).where(table.c.id == post.id)
        row = self._connection.execute(asked).one_or_none()
        if row is None:
            return None
        revised = replace(post, version=row.version + 1, seen_at=row.seen_at)
        self._connection.execute(delete(table).where(table.c.id == post.id))
        self._insert(revised, at, expires_at)
        self._queue(post.id, Change.EDIT, at)
        return revised

    def redact(self, post_id: str, at: datetime) -> str | None:
        """Leave nothing of a post's words but REDACTED_TEXT; the fingerprint of what stood there, None for an unknown id.

        The fingerprint stays, so that the same page is known again and its text does not come back. The post gets a new
        number, so that readers of `after` meet it again; it is not judged anew.
        """
        self.take_turn()
        table = tables.post
        row = self._connection.execute(select(table).where(table.c.id == post_id)).one_or_none()
        if row is None:
            return None
        values = {key: value for key, value in row._mapping.items() if key != "seq"}
        flags = [*row.flags, *(() if REDACTED in row.flags else (REDACTED,))]
        self._connection.execute(delete(table).where(table.c.id == post_id))
        redacted = values | {"title": None, "text": REDACTED_TEXT, "flags": flags, "changed_at": at}
        self._connection.execute(insert(table), redacted)
        return str(row.fingerprint)

    def corrected(self, post_ids: Sequence[str], at: datetime) -> None:
        """Queue posts whose assessment a person has changed."""
        for post_id in post_ids:
            self._queue(post_id, Change.CORRECTION, at)

    def roots(self, source: str, since: datetime) -> list[tuple[str, str]]:
        """Id and address of the posts of a source that answer no other, seen since then."""
        post = tables.post
        query = select(post.c.id, post.c.url).where(
            post.c.source == source, post.c.seen_at >= since, post.c.in_reply_to.is_(None), post.c.url.is_not(None)
        )
        return [(row.id, row.url) for row in self._connection.execute(query)]

    def gone(self, post_id: str, source: str, at: datetime) -> int:
        """Note that a post is gone from its page, and with it what stood under it; how many are gone anew."""
        post = tables.post
        return self._gone((post.c.id == post_id) | post.c.id.in_(_below(post_id, source)), (), source, at)

    def gone_but(self, present: Iterable[str], root: str | None, source: str, at: datetime) -> int:
        """Note that of what stands under `root` in that source only `present` is still there; how many are gone anew.

        Without a root, of all that the source holds.
        """
        post = tables.post
        under = true() if root is None else post.c.id.in_(_below(root, source))
        return self._gone(under, present, source, at)

    def back(self, post_id: str) -> bool:
        """Note that a post is there after all, and what went together with it; whether it was gone."""
        post = tables.post
        query = select(post.c.gone_at, post.c.source).where(post.c.id == post_id)
        row = self._connection.execute(query).one_or_none()
        if row is None or row.gone_at is None:
            return False
        together = post.c.id.in_(_below(post_id, row.source)) & (post.c.gone_at == row.gone_at)
        self._connection.execute(update(post).where((post.c.id == post_id) | together).values(gone_at=None))
        return True

    def waiting(self, limit: int, besides: Collection[int] = ()) -> list[Waiting]:
        """The first `limit` changes of the queue, in the order they came, but those numbered `besides`."""
        table = tables.intake
        query = select(table).order_by(table.c.seq).limit(limit)
        if besides:
            newest = max(besides)
            until = self._connection.execute(select(table.c.seq).where(table.c.seq <= newest)).scalars()
            left = sorted(set(until).difference(besides))[:limit]
            later = table.c.seq > newest
            query = query.where(or_(later, among(self._connection, table.c.seq, left)) if left else later)
        return [_waiting(row) for row in self._connection.execute(query)]

    def still_waiting(self, changes: Sequence[int]) -> list[Waiting]:
        """Those of these changes that are still in the queue, in its order."""
        query = select(tables.intake).where(among(self._connection, tables.intake.c.seq, changes))
        return [_waiting(row) for row in self._connection.execute(query.order_by(tables.intake.c.seq))]

    def settle(self, seqs: Sequence[int]) -> None:
        """Take judged posts off the queue."""
        self._connection.execute(delete(tables.intake).where(among(self._connection, tables.intake.c.seq, seqs)))

    def waiting_count(self) -> int:
        """How many posts wait to be judged."""
        return self._connection.execute(select(func.count()).select_from(tables.intake)).scalar_one()

    def waiting_since(self) -> datetime | None:
        """Since when the first change of the queue waits; None where none does."""
        table = tables.intake
        return self._connection.execute(select(table.c.at).order_by(table.c.seq).limit(1)).scalar()

    def after(self, seq: int, limit: int) -> list[tuple[int, Post]]:
        """Posts numbered above `seq`, lowest first, each with its number; an edited post comes again, renumbered."""
        query = select(tables.post).where(tables.post.c.seq > seq).order_by(tables.post.c.seq).limit(limit)
        return [(row.seq, _post(row)) for row in self._connection.execute(query)]

    def count_after(self, seq: int) -> int:
        """How many posts are numbered above `seq`."""
        query = select(func.count()).select_from(tables.post).where(tables.post.c.seq > seq)
        return self._connection.execute(query).scalar_one()

    def newest(self, limit: int, before_seq: int | None = None) -> list[Post]:
        """The newest posts by number, newest first; with `before_seq`, those below that number (see `seq`)."""
        query = select(tables.post).order_by(tables.post.c.seq.desc()).limit(limit)
        if before_seq is not None:
            query = query.where(tables.post.c.seq < before_seq)
        return [_post(row) for row in self._connection.execute(query)]

    def seen_between(
        self, since: datetime | None, until: datetime | None, limit: int, conditions: Sequence[ColumnElement[bool]] = ()
    ) -> list[str]:
        """Ids of posts seen from `since` up to and including `until`, for which the conditions hold, the newest first."""
        post = tables.post
        query = _ids(conditions).order_by(post.c.seen_at.desc(), post.c.seq.desc()).limit(limit)
        if since is not None:
            query = query.where(post.c.seen_at >= since)
        if until is not None:
            query = query.where(post.c.seen_at <= until)
        return list(self._connection.execute(query).scalars())

    def those(self, post_ids: Sequence[str], conditions: Sequence[ColumnElement[bool]]) -> list[str]:
        """Of these the ones for which the conditions on post and assessment hold, in the order given."""
        query = _ids(conditions)
        fitting: set[str] = set()
        for start in range(0, len(post_ids), _MANY):
            part = query.where(tables.post.c.id.in_(post_ids[start : start + _MANY]))
            fitting.update(self._connection.execute(part).scalars())
        return [post_id for post_id in post_ids if post_id in fitting]

    def count(self) -> int:
        """How many posts are stored."""
        return self._connection.execute(select(func.count()).select_from(tables.post)).scalar_one()

    def expired_ids(self, now: datetime, gone_before: datetime | None = None, limit: int = 10_000) -> list[str]:
        """Ids of posts whose time is up, or gone by `gone_before`, and which belong to no incident, oldest first."""
        post, member, incident, former = tables.post, tables.member, tables.incident, tables.former_member
        holding = exists().where(member.c.post_id == post.c.id, incident.c.gathering == member.c.gathering)
        kept = or_(holding, exists().where(former.c.post_id == post.c.id))
        over = post.c.expires_at <= now
        if gone_before is not None:
            over |= post.c.gone_at <= gone_before
        query = select(post.c.id).where(over, ~kept).order_by(post.c.seq).limit(limit)
        return list(self._connection.execute(query).scalars())

    def expire(self, now: datetime, gone_before: datetime | None = None, most: int | None = None) -> int:
        """Delete what `expired_ids` names, with its assessment and its place in the queue, `most` posts of it at most; how many
        went.

        Their days keep counting them (`PostDays`).
        The ids of undated ones are kept: nothing else would tell them from new ones, should they still be shown. What
        was taken off its page goes from corrections as well.
        """
        gone = 0
        while ids := self.expired_ids(now, gone_before, _CHUNK if most is None else min(_CHUNK, most - gone)):
            self._note_undated(ids, now)
            Corrections(self._connection).let_go_of_texts_of(self._gone_among(ids))
            PostDays(self._connection).leave(ids)
            self._leave_gatherings(ids)
            self._connection.execute(delete(tables.intake).where(tables.intake.c.post_id.in_(ids)))
            self._connection.execute(delete(tables.assessment).where(tables.assessment.c.post_id.in_(ids)))
            gone += self._connection.execute(delete(tables.post).where(tables.post.c.id.in_(ids))).rowcount
        return gone

    def _leave_gatherings(self, ids: Sequence[str]) -> None:
        """Whoever holds them in memory learns of it, as where a person changes one: else the posts would be written back."""
        held, table = tables.member.c.post_id.in_(ids), tables.gathering
        theirs = table.c.id.in_(select(tables.member.c.gathering).where(held))
        self._connection.execute(update(table).where(theirs).values(regrouped=table.c.regrouped + 1))
        self._connection.execute(delete(tables.member).where(held))

    def has_expired(self, post_id: str, now: datetime) -> bool:
        """Whether that undated post was stored once and its time is up; noted as still shown at `now`."""
        table = tables.expired_post
        seen = update(table).where(table.c.id == post_id).values(at=now)
        return self._connection.execute(seen).rowcount > 0

    def forget_expired(self, before: datetime) -> int:
        """Drop the ids of undated posts that expired, or were shown for the last time, before then; return how many."""
        table = tables.expired_post
        return self._connection.execute(delete(table).where(table.c.at < before)).rowcount

    def _gone(self, which: ColumnElement[bool], present: Iterable[str], source: str, at: datetime) -> int:
        post = tables.post
        query = select(post.c.id).where(which, post.c.source == source, post.c.gone_at.is_(None))
        missing = sorted(set(self._connection.execute(query).scalars()) - set(present))
        for start in range(0, len(missing), _CHUNK):
            here = post.c.id.in_(missing[start : start + _CHUNK])
            self._connection.execute(update(post).where(here).values(gone_at=at))
        return len(missing)

    def _gone_among(self, post_ids: Sequence[str]) -> Sequence[str]:
        post = tables.post
        query = select(post.c.id).where(post.c.id.in_(post_ids), post.c.gone_at.is_not(None))
        return self._connection.execute(query).scalars().all()

    def _note_undated(self, post_ids: Sequence[str], at: datetime) -> None:
        post = tables.post
        query = select(post.c.id, post.c.flags).where(post.c.id.in_(post_ids), post.c.expires_at <= at)
        undated = [row.id for row in self._connection.execute(query) if UNDATED.intersection(row.flags)]
        for post_id in undated:
            insert_new(self._connection, tables.expired_post, id=post_id, at=at)

    def _insert(self, post: Post, changed_at: datetime, expires_at: datetime) -> None:
        values: dict[str, Any] = {
            "id": post.id,
            "version": post.version,
            "source": post.source,
            "channel": post.channel.value,
            "url": post.url,
            "title": post.title,
            "text": post.text,
            "fingerprint": fingerprint(post),
            "published_at": post.published_at,
            "seen_at": post.seen_at,
            **asdict(post.reactions),
            "in_reply_to": post.in_reply_to,
            "flags": list(post.flags),
            "changed_at": changed_at,
            "expires_at": expires_at,
        }
        self._connection.execute(insert(tables.post), values)

    def _queue(self, post_id: str, change: Change, at: datetime) -> None:
        self._connection.execute(insert(tables.intake), {"post_id": post_id, "change": change.value, "at": at})


def _ids(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The ids of the posts for which the conditions on post and assessment hold."""
    post, assessment = tables.post, tables.assessment
    if not conditions:
        return select(post.c.id)
    return select(post.c.id).outerjoin(assessment, assessment.c.post_id == post.c.id).where(*conditions)


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(row.seq, row.post_id, Change(row.change), row.at)


def _below(root: str, source: str) -> Select[Any]:
    """The ids of what answers the post `root` in that source, and of what answers that, down to the last."""
    post = tables.post
    first = select(post.c.id).where(post.c.in_reply_to == root, post.c.source == source)
    below = first.cte("below", recursive=True)
    below = below.union(select(post.c.id).where(post.c.in_reply_to == below.c.id, post.c.source == source))
    return select(below.c.id)


def _post(row: Row[Any]) -> Post:
    return Post(
        id=row.id,
        source=row.source,
        channel=Channel(row.channel),
        url=row.url,
        title=row.title,
        text=row.text,
        published_at=row.published_at,
        seen_at=row.seen_at,
        reactions=Reactions(row.comments, row.reposts, row.likes, row.views),
        in_reply_to=row.in_reply_to,
        flags=(*row.flags, GONE) if row.gone_at is not None else tuple(row.flags),
        version=row.version,
    )
