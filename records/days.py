"""What a day's posts add up to, so that it can be told when the posts themselves are stored no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from records.words import Category, Channel, Sentiment


class By(StrEnum):
    """What posts are counted by; who posted is none of it."""

    DAY = "day"
    CHANNEL = "channel"
    RECORD = "record"
    CATEGORY = "category"
    SENTIMENT = "sentiment"


@dataclass(frozen=True, slots=True)
class PostCount:
    """How many posts were seen, of those that are alike in what they were counted by; what they were not counted by is None.

    A `voice` is a post that was read and is no near-duplicate of an earlier one; `reactions` are comments, reposts and
    likes as they were last read. `left` of the posts are stored no longer: they count as they stood when they went. A
    `sentiment` of None, where posts were counted by it, are those that nothing has read yet.
    """

    posts: int
    voices: int
    reactions: int
    left: int
    day: date | None = None
    channel: Channel | None = None
    record: str | None = None
    category: Category | None = None
    sentiment: Sentiment | None = None
