"""Says how an incident spread: on which channel it was first seen, which ones followed and when; never by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from records.incidents import Member
from records.words import Channel


@dataclass(frozen=True, slots=True)
class Reached:
    """One channel: its first post, how long after the very first one that was seen, and what came of it since."""

    channel: Channel
    first: Member
    after: timedelta
    last_at: datetime
    posts: int
    voices: int
    reactions: int


def spread(members: Iterable[Member]) -> list[Reached]:
    """The channels in the order in which the incident reached them."""
    by_channel: dict[Channel, list[Member]] = {}
    for one in sorted(members, key=lambda one: (one.seen_at, one.post_id)):
        by_channel.setdefault(one.channel, []).append(one)
    began = min((found[0].seen_at for found in by_channel.values()), default=None)
    return [
        Reached(
            channel=channel,
            first=found[0],
            after=found[0].seen_at - began,
            last_at=found[-1].seen_at,
            posts=len(found),
            voices=sum(one.voice for one in found),
            reactions=sum(one.reactions for one in found),
        )
        for channel, found in by_channel.items()
        if began is not None
    ]


def media(channels: Iterable[Reached]) -> Reached | None:
    """The part of the news media in it (第四十二条: 媒体介入程度); None while they say nothing."""
    return next((one for one in channels if one.channel is Channel.NEWS), None)
