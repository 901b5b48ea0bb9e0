"""What a text index over posts does, whichever engine keeps it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from records.posts import Post

TIE_BITS = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SearchDown(Exception):
    """The index cannot be asked or filled now. The message is Chinese and says why; what was to be taken in can come again."""


class PostsRefused(SearchDown):
    """The engine answers, but takes in none of these posts."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of an index that can be dropped whole: it holds posts seen from `since` until before `until`."""

    name: str
    since: datetime
    until: datetime


class TextIndex(Protocol):
    """The words of posts as stored (masked), by time of `seen_at`, a newer version of a post in place of the older."""

    @property
    def watermark(self) -> int:
        """Number of the newest post taken in, 0 before the first."""
        ...

    def add(self, posts: Iterable[Post], watermark: int | None = None) -> None:
        """Take in posts, and the watermark with them; a known id is replaced. Taking in twice gives the same as once."""
        ...

    def remove(self, post_ids: Sequence[str]) -> None:
        """Forget these posts; ids that are not here are passed over."""
        ...

    def clear(self) -> None:
        """Forget everything, the watermark too."""
        ...

    def count(self) -> int:
        """How many posts are here."""
        ...

    def some_ids(self, number: int) -> list[str]:
        """The next `number` ids in a walk through the index that begins again after the end: to check them one by one."""
        ...

    def find(
        self, query: str, since: datetime | None = None, until: datetime | None = None, limit: int = 50
    ) -> list[str]:
        """Ids of posts seen from `since` up to and including `until` that hold every word of the query, newest first.

        Words in "quotes" must stand together. A query without any letter, digit or 汉字 finds nothing.
        """
        ...

    def days(self, query: str, since: datetime | None = None, until: datetime | None = None) -> dict[date, int]:
        """How many posts `find` would find on each day in Beijing, the first day first; days without any are left out."""
        ...

    def waiting(self) -> Mapping[str, str]:
        """Posts that the engine refused to take in, each with its reason. They come again, or go with `remove`."""
        ...

    def spans(self) -> Sequence[Span]:
        """The parts that can be dropped whole, oldest first."""
        ...

    def drop(self, span: Span) -> None:
        """Forget all posts of that part."""
        ...

    def adjust(self) -> None:
        """Bring what is here in line with the settings in force, as far as they hold for what is here already."""
        ...

    def close(self) -> None:
        """Let go of what this process holds of the index."""
        ...


def second_of(moment: datetime) -> int:
    """The second in which a moment lies: posts are ordered by it."""
    return int((moment - _EPOCH).total_seconds() // 1)


def tie_of(post_id: str) -> int:
    """What orders posts of one second, the same in every index: the highest comes first."""
    return zlib.crc32(post_id.encode("utf-8", "surrogatepass")) & ((1 << TIE_BITS) - 1)


def full_text(post: Post) -> str:
    """Everything of a post by which it is found."""
    return f"{post.title}\n{post.text}" if post.title else post.text
