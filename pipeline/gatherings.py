"""Holds in memory the gatherings that posts are joining, rebuilt from the store whenever they are not there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from casework.incidents.grouping import Gathering
from casework.incidents.severity import overruled_by_person
from pipeline.closer_watch import RulesInForce
from records.incidents import Incident, Member
from records.posts import Post
from records.words import Category
from storage.incidents import StoredGathering
from storage.store import Transaction

_HELD = 512


@dataclass
class LiveGathering:
    """One gathering with its incident (None before it opens), the records whose posts belong to it, its own and those of the
    gatherings that it continues, and the members that are not stored yet."""

    stored: StoredGathering
    figures: Gathering
    incident: Incident | None
    overruled: frozenset[str]
    records: frozenset[str | None] = frozenset()
    unsaved: list[tuple[int, Member]] = field(default_factory=list)


class Gatherings:
    """The live gatherings by row id. Members are kept from step to step; incidents are read anew in each."""

    def __init__(self, rules: RulesInForce) -> None:
        self._rules = rules
        self._live: OrderedDict[int, LiveGathering] = OrderedDict()
        self._fresh: set[int] = set()
        self._joinable: dict[str, list[int]] = {}
        self._dirty: list[LiveGathering] = []

    def forget(self) -> None:
        """Drop everything: after a failed transaction memory may hold what the store does not."""
        self._live.clear()
        self._dirty.clear()
        self.begin()

    def begin(self) -> None:
        """A new transaction: people may have opened, closed or changed incidents since the last."""
        self._fresh.clear()
        self._joinable.clear()
        while len(self._live) > _HELD:
            self._live.popitem(last=False)

    def for_post(self, t: Transaction, disclosure: str, seen_at: datetime, near: Collection[str] = ()) -> LiveGathering:
        """The gathering that a negative post on that record joins, a new one where the last is over (第三十八条).

        Where people have split or merged incidents of the record, there may be several: the one with the posts that are
        `near` (what it copies or answers), without one that of the record itself, and where that is over the newest that
        was split off.
        """
        rows = self._joinable.get(disclosure)
        if rows is None:
            rows = [self.load(t, stored).stored.id for stored in t.incidents.joinable(disclosure)]
            self._joinable[disclosure] = rows
        lasting = [live for row in rows if not self._over(live := self._live[row], seen_at)]
        if not lasting:
            live = self.load(t, t.incidents.start_gathering(disclosure, seen_at))
            self._joinable[disclosure] = [live.stored.id]
            return live
        return next((live for live in lasting if any(one in live.figures for one in near)), lasting[0])

    def join(self, live: LiveGathering, post: Post, seen_at: datetime, category: Category | None, root: str) -> None:
        """Let the post join; it is stored with the next `save`."""
        figures = live.figures
        member = figures.join(
            post.id,
            seen_at=seen_at,
            channel=post.channel,
            category=category,
            root=root,
            reactions=post.reactions.total,
        )
        if not live.unsaved:
            self._dirty.append(live)
        live.unsaved.append((len(figures), member))

    def leave(self, t: Transaction, live: LiveGathering, post_id: str) -> None:
        """Let the post go again: a person says that it does not belong here."""
        self.save(t)
        live.figures = live.figures.without(post_id)
        t.incidents.set_members(live.stored.id, live.figures.members)

    def holding(self, t: Transaction, post_id: str) -> list[LiveGathering]:
        """The gatherings that the post belongs to, oldest first."""
        self.save(t)
        return [self.load(t, stored) for stored in t.incidents.gatherings_of_post(post_id)]

    def load(self, t: Transaction, stored: StoredGathering) -> LiveGathering:
        """The live form of a stored gathering, its incident as it stands in this transaction."""
        live = self._live.get(stored.id)
        if live is None or live.stored.regrouped != stored.regrouped:
            figures = Gathering.of(t.incidents.members_of(stored.id), self._rules.usual.windows)
            live = LiveGathering(stored, figures, None, frozenset())
            self._live[stored.id] = live
        if stored.id not in self._fresh:
            live.stored = stored
            self._refresh(t, live)
            self._fresh.add(stored.id)
        self._live.move_to_end(stored.id)
        return live

    def save(self, t: Transaction) -> None:
        """Store every member that has joined since the last save."""
        for live in self._dirty:
            if live.figures.last_post_at is not None:
                t.incidents.join(live.stored.id, live.unsaved, live.figures.last_post_at)
            live.unsaved = []
        self._dirty.clear()

    def _over(self, live: LiveGathering, seen_at: datetime) -> bool:
        if live.stored.ended_at is not None:
            return True
        last = live.figures.last_post_at
        return last is not None and seen_at - last > self._rules.usual.gap

    def _refresh(self, t: Transaction, live: LiveGathering) -> None:
        incident = t.incidents.of_gathering(live.stored.id)
        changed = incident is not None and (live.incident is None or incident.revision != live.incident.revision)
        live.incident = incident
        live.records = frozenset({live.stored.disclosure, *t.incidents.continued_records(live.stored.id)})
        if incident is not None and changed:
            history = t.incidents.history(incident.id)
            rules = self._rules.of(t, live.stored.disclosure, history[-1].at)
            live.overruled = overruled_by_person(history, live.figures.members, rules)
