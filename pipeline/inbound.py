"""Takes in what an outside program pushes: signature checked, posts let in (masked), stored once, logged as a patrol.

One push is one transaction: it is accepted whole and once, or has not happened and may be sent again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawlers.outcomes import Outcome
from crawlers.sources import Source
from crawlers.spiders.inbound import BadBody, Entry, entries
from nlp.admission import admit
from pipeline.intake import Received, receive
from records.posts import Post, RawPost
from records.reading import BadRecord
from records.signing import is_signed, is_timely
from storage.sources import Patrol
from storage.store import Store, Transaction

REMEMBERED = timedelta(minutes=15)
"""How long an accepted push is remembered: longer than its timestamp is good for."""

PACE = timedelta(hours=1)
"""The time for which what one source may push is bounded."""

_TOO_OLD = "发布时间早于保存期限"


class Unproven(Exception):
    """A push that nobody who may push here has sent just now. The message says why: for our log, never for the sender."""


class TooMany(Exception):
    """A push of more posts than one may hold. The message is Chinese."""


class TooFast(Exception):
    """More new posts of one source within an hour than it may push. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Push:
    """What came: the source that it is for, the two headers and the body."""

    source: str
    timestamp: str
    signature: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Receiving:
    """What receiving needs. `source` finds an enabled source that is pushed, `keys` its secrets; `most` bounds the posts
    of one push, `most_an_hour` the new ones of one source, so that a flood of invented posts neither raises nor hides
    anything: what waits with its sender is taken in later."""

    store: Store
    source: Callable[[str], Source | None]
    keys: Callable[[str], Sequence[bytes]]
    retention: timedelta
    most: int
    most_an_hour: int | None = None
    admit: Callable[[RawPost], Post] = admit


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry that was not let in: its line and why, in Chinese and without its text."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a push. `usable` is False where it held entries and none could be let in."""

    tally: Mapping[Received, int] = field(default_factory=dict)
    rejected: tuple[Rejected, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether anything of it could be read, if it held anything."""
        return bool(self.tally) or not self.rejected


def take_in(deps: Receiving, push: Push, now: datetime) -> Taken:
    """Take in a push. Raises Unproven, TooMany, TooFast."""
    source = _proven(deps, push, now)
    key = hashlib.sha256(f"{source.id}\n{push.timestamp}\n{push.signature.lower()}".encode()).hexdigest()
    with deps.store.reading() as t:
        if t.pushes.knows(key):
            raise Unproven("was accepted before")
    posts, rejected = _let_in(deps, source, push.body, now)
    with deps.store.transaction() as t:
        # Whoever sends the same at the same moment waits here, and is refused once this is stored.
        if not t.pushes.add(key, source.id, now):
            raise Unproven("was accepted before")
        t.pushes.forget(now - REMEMBERED)
        taken = Taken(Counter(receive(t, post, now, deps.retention) for post in posts), tuple(rejected))
        _check_pace(deps, t, source, taken, now)
        _log(t, source, taken, now)
    return taken


def _check_pace(deps: Receiving, t: Transaction, source: Source, taken: Taken, now: datetime) -> None:
    if deps.most_an_hour is None or not taken.tally.get(Received.NEW):
        return
    if t.sources.new_posts_since(source.id, now - PACE) + taken.tally[Received.NEW] > max(deps.most_an_hour, deps.most):
        raise TooFast(f"这个推送源一小时内最多收 {deps.most_an_hour} 条新帖，请稍后重新签名再推")


def _proven(deps: Receiving, push: Push, now: datetime) -> Source:
    """The source that signed this just now. Nothing is looked up in the store for anybody else."""
    signed = is_signed(deps.keys(push.source), push.timestamp, push.signature, push.body)
    if not is_timely(push.timestamp, now):
        raise Unproven("no timestamp of about now")
    if not signed:
        raise Unproven("no key, or not signed by it")
    source = deps.source(push.source)
    if source is None:
        raise Unproven("no such source, or disabled")
    return source


def _let_in(deps: Receiving, source: Source, body: bytes, now: datetime) -> tuple[list[Post], list[Rejected]]:
    posts: list[Post] = []
    rejected: list[Rejected] = []
    try:
        for number, entry in enumerate(entries(body, source, now)):
            if number == deps.most:
                raise TooMany(f"一次最多推送 {deps.most} 条，请分几次推送")
            try:
                posts.append(_admitted(deps, entry, now))
            except BadRecord as refusal:
                rejected.append(Rejected(entry.line, str(refusal)))
    except BadBody as broken:
        # Half an array is no array: none of it is taken, so that the sender sends all of it again.
        return [], [*rejected, Rejected(broken.line, str(broken))]
    return posts, rejected


def _admitted(deps: Receiving, entry: Entry, now: datetime) -> Post:
    """The post of an entry, masked. Raises BadRecord."""
    if entry.post is None:
        raise BadRecord(entry.reason)
    try:
        post = deps.admit(entry.post)
    except BadRecord:
        raise
    except Exception as fault:  # noqa: BLE001 (told to the sender with its line; one odd text must not turn all away)
        raise BadRecord(f"清洗时程序出错（{type(fault).__name__}）") from None
    # Only now: a post without an id is named by the time that it says, so that it has one name whenever it is pushed.
    return replace(post, published_at=min(post.published_at, now))


def _log(t: Transaction, source: Source, taken: Taken, now: datetime) -> None:
    """Note how the source is doing, and log the patrol."""
    interval = timedelta(seconds=source.interval)
    new = taken.tally.get(Received.NEW, 0)
    outcome = Outcome.OK if taken.tally else Outcome.EMPTY if taken.usable else Outcome.NOT_EXPECTED
    detail = _detail(taken)
    t.sources.attempted(source.id, now, now + interval)
    if outcome.answered:
        t.sources.answered(source.id, now, now + interval, new)
    else:
        t.sources.failed(source.id, now, detail or outcome.label, interval, interval)
    patrol = Patrol(
        source=source.id,
        started_at=now,
        ended_at=now,
        outcome=outcome,
        new_posts=new,
        updates=taken.tally.get(Received.UPDATED, 0) + taken.tally.get(Received.EDITED, 0),
        dropped=len(taken.rejected) + taken.tally.get(Received.TOO_OLD, 0),
        detail=detail,
    )
    t.sources.log(patrol)
    t.source_days.count(patrol, outcome.answered)


def _detail(taken: Taken) -> str | None:
    reasons = Counter(rejected.reason for rejected in taken.rejected)
    reasons[_TOO_OLD] += taken.tally.get(Received.TOO_OLD, 0)
    return "；".join(f"丢弃 {number} 条：{reason}" for reason, number in (+reasons).most_common(5)) or None
