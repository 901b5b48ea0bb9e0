"""A town whose people merge, split and link incidents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from casework.reports.document import Letterhead
from pipeline.acts import Actor, Deps, attempt
from pipeline.meant import Meant
from pipeline.merging import Into, merge
from pipeline.notify import page_only
from pipeline.owing import NONE, Owed
from pipeline.own_figures import Below
from pipeline.refusals import Refused
from pipeline.regrouping import Regrouping
from pipeline.relinking import Link, relink
from pipeline.splitting import Part, split
from records.actions import Act, Action
from records.alerts import Deadline, DeadlineState
from records.incidents import Incident
from records.words import Role
from regulation.closer_watch import closer_watch
from storage.store import Store
from tests.pipeline.known_answers import HOUR, NOON, SECOND
from tests.pipeline.test_correcting import DUTY, Corrected

LATER = NOON + HOUR
OFFICE = Actor("王芳", Role.OFFICE)


class Regrouped(Corrected):
    """A town whose people merge, split and link incidents."""

    def __init__(self, store: Store, owed: Owed = NONE, records: Sequence[str] = ("d1", "d2", "d3")) -> None:
        super().__init__(store, records=records, owed=owed)
        self.how = Regrouping(Below({}, closer_watch()), page_only, owed=owed)
        self.owed = owed

    def incident(self, disclosure: str, prefix: str, at: datetime = NOON, voices: int = 3) -> Incident:
        """An incident that so many voices on that record have opened."""
        for number in range(voices):
            found = self.come(f"{prefix}{number}", at + number * SECOND, disclosure=disclosure)
        assert found is not None
        return found

    def two(self) -> tuple[Incident, Incident]:
        """One on d1 with a0…a2, and half an hour later one on d2 with b0…b2."""
        return self.incident("d1", "a"), self.incident("d2", "b", NOON + HOUR / 2)

    def act(self, incident: Incident, act: Act, at: datetime = LATER, actor: Actor = OFFICE, **args: Any) -> Incident:
        letterhead = Letterhead("舆情专报", "惠舆情报", "区委、区政府", "区委办公室")
        deps = Deps(self.rules, page_only, Path("reports"), letterhead, owed=self.owed)
        attempt(self.store, Action(at, actor.name, act, {"incident": incident.id, **args}), actor, deps)
        return self.get(incident)

    def merge(
        self,
        source: Incident,
        target: Incident,
        at: datetime = LATER,
        *,
        actor: Actor = DUTY,
        request: str | None = None,
        relinks: bool = False,
        seen: tuple[int, int] | None = None,
        reason: str = "说的是同一件事",
    ) -> Incident:
        """Merge `source` into `target`; the target as it then stands."""
        mine, other = seen or (None, None)
        merge(
            self.store,
            Meant(source.id, actor, at, request, mine),
            Into(target.id, reason, other, relinks),
            self.how,
        )
        self.judge()
        return self.get(target)

    def split(
        self,
        source: Incident,
        posts: Sequence[str],
        disclosure: str | None = "d1",
        at: datetime = LATER,
        *,
        actor: Actor = DUTY,
        request: str | None = None,
        seen: int | None = None,
        **more: str | None,
    ) -> Incident:
        """Take these posts out of `source`; the new incident."""
        part = Part(posts, disclosure, "另一件事", **more)
        made = split(self.store, Meant(source.id, actor, at, request, seen), part, self.how)
        self.judge()
        with self.store.reading() as t:
            found = t.incidents.get(made)
        assert found is not None
        return found

    def relink(
        self,
        incident: Incident,
        disclosure: str | None,
        at: datetime = LATER,
        *,
        actor: Actor = DUTY,
        title: str | None = None,
        request: str | None = None,
        seen: int | None = None,
    ) -> Incident:
        """Link the incident to another record; the incident as it then stands."""
        meant = Meant(incident.id, actor, at, request, seen)
        relink(self.store, meant, Link(disclosure, "说的是另一个事项", title), self.how)
        self.judge()
        return self.get(incident)

    def not_merged(self, source: Incident, target: Incident, **how: Any) -> str:
        """Why the merge is refused."""
        with pytest.raises(Refused) as refusal:
            self.merge(source, target, **how)
        return str(refusal.value)

    def not_split(self, source: Incident, posts: Sequence[str], **how: Any) -> str:
        """Why the split is refused."""
        with pytest.raises(Refused) as refusal:
            self.split(source, posts, **how)
        return str(refusal.value)

    def get(self, incident: Incident) -> Incident:
        with self.store.reading() as t:
            found = t.incidents.get(incident.id)
        assert found is not None
        return found

    def running(self, incident: Incident) -> dict[str, datetime]:
        """When each running clock of the incident is due, by kind (and unit, for one that helps)."""
        return {f"{one.kind}{one.unit or ''}": one.due_at for one in self.clocks(incident)}

    def clocks(self, incident: Incident) -> list[Deadline]:
        with self.store.reading() as t:
            return [one for one in t.deadlines.of_incident(incident.id) if one.state is DeadlineState.OPEN]

    def holding(self, post_id: str) -> list[str]:
        """The incidents that hold the post."""
        with self.store.reading() as t:
            return [one.id for one in t.incidents.of_post(post_id)]

    def told(self, incident: Incident, kind: str) -> list[str]:
        """Whom an alert of that kind about the incident went to."""
        with self.store.reading() as t:
            return [one.recipient for one in t.alerts.of_incident(incident.id) if one.kind == kind]
