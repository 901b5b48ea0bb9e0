"""Puts everything that happened to an incident into one order: posts by the hour, and whatever else has a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from records.corrections import Correction
from records.incidents import Member, SeverityChange
from records.words import Channel
from records.zone import CHINA

T = TypeVar("T")


class Kind(StrEnum):
    """What sort of thing happened."""

    POSTS = "posts"
    JUDGEMENT = "judgement"
    ACT = "act"
    UNITS = "units"
    ALERT = "alert"
    REPORT = "report"
    RESPONSE = "response"
    UPWARD = "upward"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "posts": "帖文",
            "judgement": "研判",
            "act": "办理",
            "units": "单位",
            "alert": "提醒",
            "report": "报告",
            "response": "回应",
            "upward": "上报",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Event(Generic[T]):
    """One thing that happened: when, of which kind, and what is stored about it."""

    at: datetime
    kind: Kind
    about: T


@dataclass(frozen=True, slots=True)
class HourOfPosts:
    """The posts of one hour of the clock, from the first to the last of them; `changes` are what they changed by a rule."""

    first_at: datetime
    last_at: datetime
    posts: int
    voices: int
    by_channel: Mapping[Channel, int]
    changes: Sequence[SeverityChange]


@dataclass(frozen=True, slots=True)
class AlikeCorrections:
    """What one person said of several posts in the same minute and for the same reason: `made` is one of the corrections."""

    made: Correction
    posts: int


def hours_of_posts(members: Iterable[Member], history: Iterable[SeverityChange]) -> list[HourOfPosts]:
    """The hours in which posts came, in order of time, each with the changes of severity that a rule made within it."""
    by_hour: dict[datetime, list[Member]] = {}
    for one in sorted(members, key=lambda one: one.seen_at):
        by_hour.setdefault(_hour(one.seen_at), []).append(one)
    changes: dict[datetime, list[SeverityChange]] = {}
    for change in history:
        if change.actor is None:
            changes.setdefault(_hour(change.at), []).append(change)
    return [_hour_of(found, changes.get(hour, ())) for hour, found in by_hour.items()]


def newest_first(events: Iterable[Event[T]], kinds: Collection[Kind] = ()) -> list[Event[T]]:
    """The events of these kinds, of all without any; of one moment, what led to it stands below what followed."""
    order = list(Kind)
    wanted = [one for one in events if not kinds or one.kind in kinds]
    return sorted(wanted, key=lambda one: (one.at, order.index(one.kind)), reverse=True)


def alike_as_one(corrections: Iterable[Correction]) -> list[AlikeCorrections]:
    """Corrections that say the same of different posts as one, in the order in which the first of each was made.

    From which record to which other is not told on the timeline, so it makes no difference.
    """
    alike: dict[tuple[object, ...], list[Correction]] = {}
    for one in sorted(corrections, key=lambda one: (one.at, one.number)):
        minute = one.at.replace(second=0, microsecond=0)
        read = replace(one.before, disclosure=None), replace(one.after, disclosure=None)
        linked = one.before.disclosure != one.after.disclosure, one.after.disclosure is None
        alike.setdefault((minute, one.actor, one.reason, *read, *linked), []).append(one)
    return [AlikeCorrections(found[-1], len(found)) for found in alike.values()]


def _hour_of(found: Sequence[Member], changes: Sequence[SeverityChange]) -> HourOfPosts:
    channels = Counter(one.channel for one in found)
    return HourOfPosts(
        first_at=found[0].seen_at,
        last_at=found[-1].seen_at,
        posts=len(found),
        voices=sum(one.voice for one in found),
        by_channel=dict(sorted(channels.items(), key=lambda item: (-item[1], list(Channel).index(item[0])))),
        changes=changes,
    )


def _hour(at: datetime) -> datetime:
    return at.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
