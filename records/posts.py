"""A post: what somebody said in public, without anything about who said it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from records.reading import BadRecord, Row, identifier, moment, optional_text, required_text
from records.words import Channel

BACKLOG = "backlog"
"""Flag: the post stood there long before its source was read for the first time: nothing to be alarmed by today."""
GONE = "gone"
"""Flag: the post is no longer where it was read."""
REDACTED = "redacted"
"""Flag: a person has taken the post's words away, because something personal was left in them."""
REDACTED_TEXT = "〔本帖文字已由工作人员遮盖〕"
"""What stands in the place of a redacted post's words."""
UNDATED = frozenset({"date_missing", "date_clamped"})
"""Flags of a post whose page shows no date that can be believed; the time of fetching stands for it."""

_MOST = 10**12
_CHANNELS = {channel.value: channel for channel in Channel}


@dataclass(frozen=True, slots=True)
class Reactions:
    """Whole numbers ≥ 0, None where the page does not say."""

    comments: int | None = None
    reposts: int | None = None
    likes: int | None = None
    views: int | None = None

    @property
    def total(self) -> int:
        """Comments, reposts and likes added up: what the severity rules call reactions."""
        return (self.comments or 0) + (self.reposts or 0) + (self.likes or 0)


@dataclass(frozen=True, slots=True)
class RawPost:
    """A post as it came in: unmasked, in memory only. It is never stored, logged or shown; see `Post`."""

    id: str | None
    source: str
    channel: Channel
    url: str | None
    title: str | None
    text: str
    published_at: datetime
    seen_at: datetime
    reactions: Reactions = field(default_factory=Reactions)
    in_reply_to: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A cleaned and masked post, as stored.

    `version` counts the texts that one id has had (an edited page makes a new one); `flags` are notes on how it was
    read, such as `truncated` or `date_clamped`.
    """

    id: str
    source: str
    channel: Channel
    url: str | None
    title: str | None
    text: str
    published_at: datetime
    seen_at: datetime
    reactions: Reactions = field(default_factory=Reactions)
    in_reply_to: str | None = None
    flags: tuple[str, ...] = ()
    version: int = 1


def raw_post_from(row: Row) -> RawPost:
    """Read one row of posts.jsonl. Keys that the contract does not name are dropped here. Raises BadRecord."""
    published_at = moment(row.get("published_at"), "published_at")
    return RawPost(
        id=identifier(row, "id"),
        source=required_text(row, "source"),
        channel=channel_from(row.get("channel")),
        url=optional_text(row, "url"),
        title=optional_text(row, "title"),
        text=required_text(row, "text"),
        published_at=published_at,
        seen_at=published_at if row.get("seen_at") is None else moment(row["seen_at"], "seen_at"),
        reactions=reactions_from(row.get("reactions")),
        in_reply_to=identifier(row, "in_reply_to"),
    )


def channel_from(value: object) -> Channel:
    """The channel of that name; an unknown one is `other`."""
    return _CHANNELS.get(value, Channel.OTHER) if isinstance(value, str) else Channel.OTHER


def reactions_from(value: object) -> Reactions:
    """Read the `reactions` object. Raises BadRecord for anything but whole numbers ≥ 0."""
    if value is None:
        return Reactions()
    if not isinstance(value, dict):
        raise BadRecord('“reactions”应为对象，如 {"likes": 3}')
    return Reactions(**{key: _count(value.get(key), key) for key in ("comments", "reposts", "likes", "views")})


def _count(value: object, key: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadRecord(f"“reactions.{key}”应为不小于 0 的整数")
    if value > _MOST:
        raise BadRecord(f"“reactions.{key}”太大：不像真实的数字")
    return value
