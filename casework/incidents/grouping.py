"""Gathers the negative posts of one record and keeps, post by post, the figures that the severity rules ask for."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from records.incidents import Member
from records.words import Category, Channel


class Gathering:
    """Members in the order they joined, with sliding windows and running totals.

    `now` is the latest moment that it has heard of; windows end there, so a post that arrives late counts from its own
    `seen_at` and never turns time back. Each join or update costs O(log n) at most, whatever the number of members.
    """

    def __init__(self, windows: Iterable[timedelta]) -> None:
        self.now: datetime | None = None
        self.first_post_at: datetime | None = None
        self.last_post_at: datetime | None = None
        self._members: dict[str, Member] = {}
        self._known: set[str] = set()
        self._windows = {window: _Window(window) for window in windows}
        self._channels: Counter[Channel] = Counter()
        self._voices: Counter[Category] = Counter()
        self._reactions = 0
        self._ranking: list[tuple[int, str]] = []

    @classmethod
    def of(cls, members: Iterable[Member], windows: Iterable[timedelta]) -> Gathering:
        """The gathering that those stored members form, in the order they joined."""
        gathering = cls(windows)
        for member in members:
            gathering.restore(member)
        return gathering

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, post_id: object) -> bool:
        return post_id in self._members

    @property
    def members(self) -> Sequence[Member]:
        """Every member, in the order they joined."""
        return list(self._members.values())

    def member(self, post_id: str) -> Member:
        """That member. Raises KeyError where the post has not joined."""
        return self._members[post_id]

    def join(
        self,
        post_id: str,
        *,
        seen_at: datetime,
        channel: Channel,
        category: Category | None,
        root: str,
        reactions: int,
    ) -> Member:
        """Let a post join; `root` is the id of its first original. A copy of what is already here is no new voice."""
        voice = root not in self._known
        member = Member(post_id, seen_at, channel, category, root, reactions, voice)
        self.restore(member)
        return member

    def restore(self, member: Member) -> None:
        """Take back a member just as it was stored, its voice included."""
        self._members[member.post_id] = member
        self._known.update((member.post_id, member.root))
        self._channels[member.channel] += 1
        self._reactions += member.reactions
        heapq.heappush(self._ranking, (-member.reactions, member.post_id))
        if member.voice and member.category is not None:
            self._voices[member.category] += 1
        if self.first_post_at is None or member.seen_at < self.first_post_at:
            self.first_post_at = member.seen_at
        if self.last_post_at is None or member.seen_at > self.last_post_at:
            self.last_post_at = member.seen_at
        for window in self._windows.values():
            window.enter(member)
        self.advance(member.seen_at)

    def update(self, post_id: str, at: datetime, *, reactions: int, category: Category | None = None) -> Member:
        """Give a member its new reactions (and, for an edited page, its new category). Raises KeyError."""
        old = self._members[post_id]
        new = replace(old, reactions=reactions, category=category or old.category)
        self._members[post_id] = new
        self._reactions += new.reactions - old.reactions
        heapq.heappush(self._ranking, (-new.reactions, post_id))
        if new.voice and new.category is not old.category:
            self._recount(old, new)
        self.advance(at)
        return new

    def without(self, post_id: str) -> Gathering:
        """The gathering as if that post had never joined: a copy of it may be a voice then."""
        others = Gathering(self._windows)
        for one in self._members.values():
            if one.post_id != post_id:
                others.join(
                    one.post_id,
                    seen_at=one.seen_at,
                    channel=one.channel,
                    category=one.category,
                    root=one.root,
                    reactions=one.reactions,
                )
        if self.now is not None:
            others.advance(self.now)
        return others

    def advance(self, at: datetime) -> None:
        """Let time pass: posts that are older than a window leave it."""
        if self.now is None or at > self.now:
            self.now = at
        for window in self._windows.values():
            window.leave(self.now, self._members)

    def posts(self, window: timedelta) -> int:
        """Posts in the window."""
        return len(self._windows[window])

    def channels(self, window: timedelta) -> int:
        """Different channels among the posts in the window."""
        return self._windows[window].channels()

    def voices(self, window: timedelta, category: Category | None = None) -> int:
        """Voices in the window, all of them or those of one category."""
        return self._windows[window].voices(category)

    def reactions(self) -> int:
        """Comments, reposts and likes of the whole gathering."""
        return self._reactions

    def most_reactions(self) -> int:
        """Comments, reposts and likes of the post that has most."""
        while self._ranking and -self._ranking[0][0] != self._members[self._ranking[0][1]].reactions:
            heapq.heappop(self._ranking)
        return -self._ranking[0][0] if self._ranking else 0

    def posts_on(self, channel: Channel) -> int:
        """Posts of the whole gathering on that channel."""
        return self._channels[channel]

    def voices_of(self, category: Category) -> int:
        """Voices of the whole gathering in that category."""
        return self._voices[category]

    def leading_category(self, standing: Category | None) -> Category | None:
        """The category of most voices; among equals the one that stands already, else the first in 第三十八条."""
        most = max((self._voices[category] for category in Category), default=0)
        if most == 0:
            return standing
        leaders = [category for category in Category if self._voices[category] == most]
        return standing if standing in leaders else leaders[0]

    def _recount(self, old: Member, new: Member) -> None:
        for category, step in ((old.category, -1), (new.category, 1)):
            if category is not None:
                self._voices[category] += step
        for window in self._windows.values():
            window.recount(old, new)


class _Window:
    """The members seen within `length` before now, oldest on top."""

    def __init__(self, length: timedelta) -> None:
        self._length = length
        self._inside: list[tuple[datetime, str]] = []
        self._start: datetime | None = None
        self._channels: Counter[Channel] = Counter()
        self._voices: Counter[Category | None] = Counter()
        self._all_voices = 0

    def __len__(self) -> int:
        return len(self._inside)

    def channels(self) -> int:
        return len(self._channels)

    def voices(self, category: Category | None) -> int:
        return self._all_voices if category is None else self._voices[category]

    def enter(self, member: Member) -> None:
        heapq.heappush(self._inside, (member.seen_at, member.post_id))
        self._channels[member.channel] += 1
        if member.voice:
            self._all_voices += 1
            self._voices[member.category] += 1

    def leave(self, now: datetime, members: dict[str, Member]) -> None:
        self._start = now - self._length
        while self._inside and self._inside[0][0] < self._start:
            member = members[heapq.heappop(self._inside)[1]]
            self._channels[member.channel] -= 1
            if not self._channels[member.channel]:
                del self._channels[member.channel]
            if member.voice:
                self._all_voices -= 1
                self._voices[member.category] -= 1

    def recount(self, old: Member, new: Member) -> None:
        if self._start is not None and old.seen_at >= self._start:
            self._voices[old.category] -= 1
            self._voices[new.category] += 1
