"""Keeps incidents with their severity history, and the gatherings of negative posts that they grow from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, delete, func, insert, or_, select, update

from records.incidents import Incident, IncidentState, Member, SeverityChange
from records.words import Category, Channel, Severity
from storage import tables
from storage.numbering import next_of_day
from storage.turns import take_turn

_ONGOING = [state.value for state in IncidentState if state.ongoing]


class Stale(Exception):
    """Somebody else changed the incident since it was read: read it again."""


@dataclass(frozen=True, slots=True)
class StoredGathering:
    """One gathering of negative posts. `ended_at` is set once nothing joins it any more.

    `continued_by` is the one that takes what would have joined it; a `branch` was split from another one; `regrouped` counts
    the times that a person, or letting old posts go, changed which posts are in it.
    """

    id: int
    disclosure: str | None
    number: int
    started_at: datetime
    last_post_at: datetime | None
    ended_at: datetime | None
    continued_by: int | None = None
    branch: bool = False
    regrouped: int = 0


class Incidents:
    """Incidents, their history, and the gatherings behind them (each gathering has one incident at most)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Make this transaction the only one that opens or moves incidents until it ends."""
        take_turn(self._connection, "incidents")

    # Incidents

    def get(self, incident_id: str) -> Incident | None:
        """That incident, or None."""
        row = self._connection.execute(_incidents().where(tables.incident.c.id == incident_id)).first()
        return None if row is None else _incident(row)

    def many(self, incident_ids: Collection[str]) -> dict[str, Incident]:
        """The incidents of these ids, by id."""
        rows = self._connection.execute(_incidents().where(tables.incident.c.id.in_(incident_ids)))
        return {row.id: _incident(row) for row in rows}

    def ongoing(self) -> list[Incident]:
        """Every incident that is open or confirmed, newest first."""
        return self.list(states=[state for state in IncidentState if state.ongoing])

    def of_disclosure(self, disclosure: str) -> list[Incident]:
        """Every incident of one record, newest first."""
        return self.list(disclosure=disclosure)

    def newest_ongoing(self, disclosure: str) -> Incident | None:
        """The newest incident of that record that is open or confirmed, or None."""
        query = _newest_first(_incidents().where(tables.incident.c.disclosure == disclosure))
        row = self._connection.execute(query.where(tables.incident.c.state.in_(_ONGOING)).limit(1)).first()
        return None if row is None else _incident(row)

    def of_gathering(self, gathering: int) -> Incident | None:
        """The incident that grew from that gathering (by its row id), or None."""
        row = self._connection.execute(_incidents().where(tables.incident.c.gathering == gathering)).first()
        return None if row is None else _incident(row)

    def list(
        self,
        *,
        states: Collection[IncidentState] | None = None,
        severity: Severity | None = None,
        disclosure: str | None = None,
        unit: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Incident]:
        """Incidents that fit every given filter, newest first."""
        table = tables.incident
        query = _newest_first(_incidents())
        if states is not None:
            query = query.where(table.c.state.in_([state.value for state in states]))
        for column, value in ((table.c.severity, severity), (table.c.disclosure, disclosure), (table.c.unit, unit)):
            if value is not None:
                query = query.where(column == str(value))
        if limit is not None:
            query = query.limit(limit)
        if offset:
            query = query.offset(offset)
        return [_incident(row) for row in self._connection.execute(query)]

    def between(self, since: datetime, until: datetime) -> Sequence[Incident]:
        """The incidents that opened, or were closed as they stand, from `since` up to, not with, `until`; oldest first."""
        table = tables.incident
        times = [and_(time >= since, time < until) for time in (table.c.opened_at, table.c.closed_at)]
        query = _incidents().where(or_(*times)).order_by(table.c.opened_at, table.c.id)
        return [_incident(row) for row in self._connection.execute(query)]

    def count(self, states: Collection[IncidentState] | None = None) -> int:
        """How many incidents there are (in those states)."""
        query = select(func.count()).select_from(tables.incident)
        if states is not None:
            query = query.where(tables.incident.c.state.in_([state.value for state in states]))
        return self._connection.execute(query).scalar_one()

    def next_id(self, opened_at: datetime) -> str:
        """The next free id of that day in Asia/Shanghai: `YYYYMMDD-NNN`, counted from 001."""
        self.take_turn()
        return next_of_day(self._connection, tables.incident.c.id, opened_at)

    def open(self, incident: Incident, gathering: int, first: SeverityChange) -> None:
        """Store a new incident that grows from the gathering with that row id, and the first row of its history."""
        values = {"id": incident.id, "disclosure": incident.disclosure, "gathering": gathering, "revision": 1}
        self._connection.execute(insert(tables.incident).values(**values, **_changing(incident)))
        self.record(incident.id, first)

    def save(self, incident: Incident, expected_revision: int) -> Incident:
        """Store the incident as it stands now; the one with its new revision.

        Raises Stale where the stored revision is no longer the expected one.
        """
        table = tables.incident
        new = replace(incident, revision=expected_revision + 1)
        statement = update(table).where(table.c.id == incident.id, table.c.revision == expected_revision)
        if self._connection.execute(statement.values(revision=new.revision, **_changing(new))).rowcount != 1:
            raise Stale(f"事件 {incident.id} 刚被他人改动，请刷新后再试")
        return new

    def history(self, incident_id: str) -> Sequence[SeverityChange]:
        """Every severity the incident has had, oldest first."""
        table = tables.severity_change
        query = select(table).where(table.c.incident == incident_id).order_by(table.c.id)
        return [
            SeverityChange(row.at, Severity(row.severity), row.rule, row.actor, row.reason)
            for row in self._connection.execute(query)
        ]

    def record(self, incident_id: str, change: SeverityChange) -> None:
        """Add one row to the incident's severity history."""
        values = {"incident": incident_id, "at": change.at, "severity": change.severity.value, "rule": change.rule}
        self._connection.execute(
            insert(tables.severity_change).values(**values, actor=change.actor, reason=change.reason)
        )

    def members(self, incident_id: str) -> Sequence[Member]:
        """The posts of the incident's gathering, in the order they joined; of a merged one those that it had."""
        row = self._connection.execute(
            select(tables.incident.c.gathering, tables.incident.c.state).where(tables.incident.c.id == incident_id)
        ).first()
        if row is None:
            return []
        table = held_in(row.state)
        query = select(table).where(table.c.gathering == row.gathering).order_by(table.c.position)
        return [_member(one) for one in self._connection.execute(query)]

    def of_post(self, post_id: str) -> Sequence[Incident]:
        """The incidents that the post belongs to, newest first."""
        gatherings = select(tables.member.c.gathering).where(tables.member.c.post_id == post_id)
        query = _newest_first(_incidents().where(tables.incident.c.gathering.in_(gatherings)))
        return [_incident(row) for row in self._connection.execute(query)]

    def merged_into(self, incident_id: str) -> Sequence[Incident]:
        """The incidents that were merged into that one itself, in the order of their ids."""
        query = _incidents().where(tables.incident.c.merged_into == incident_id).order_by(tables.incident.c.id)
        return [_incident(row) for row in self._connection.execute(query)]

    def split_from(self, incident_id: str) -> Sequence[Incident]:
        """The incidents that were split from that one, in the order of their ids."""
        query = _incidents().where(tables.incident.c.split_from == incident_id).order_by(tables.incident.c.id)
        return [_incident(row) for row in self._connection.execute(query)]

    def ongoing_records(self) -> set[str]:
        """The records of which posts belong to an ongoing incident, by itself or by one that was merged into it."""
        own, table = tables.incident.c, tables.gathering
        ongoing = own.state.in_(_ONGOING)
        merged = select(table.c.disclosure).join(tables.incident, own.gathering == table.c.continued_by).where(ongoing)
        found = self._connection.execute(select(own.disclosure).where(ongoing).union(merged)).scalars()
        return {record for record in found if record is not None}

    def relink(self, incident_id: str, disclosure: str | None) -> None:
        """Let the incident and its gathering be of that record, of none with None."""
        gathering = self.gathering_of(incident_id).id
        newest = None if disclosure is None else self.newest_gathering(disclosure)
        values = {"disclosure": disclosure, "number": 1 if newest is None else newest.number + 1}
        self._connection.execute(update(tables.gathering).where(tables.gathering.c.id == gathering).values(**values))
        mine = tables.incident.c.id == incident_id
        self._connection.execute(update(tables.incident).where(mine).values(disclosure=disclosure))

    # Gatherings

    def gathering(self, gathering: int) -> StoredGathering:
        """The gathering with that row id."""
        return _gathering(self._connection.execute(_gatherings().where(tables.gathering.c.id == gathering)).one())

    def gathering_of(self, incident_id: str) -> StoredGathering:
        """The gathering that the incident grows from."""
        query = select(tables.incident.c.gathering).where(tables.incident.c.id == incident_id)
        return self.gathering(self._connection.execute(query).scalar_one())

    def newest_gathering(self, disclosure: str) -> StoredGathering | None:
        """The newest gathering of that record, ended or not; None before its first negative post."""
        query = _gatherings().where(tables.gathering.c.disclosure == disclosure)
        row = self._connection.execute(query.order_by(tables.gathering.c.number.desc()).limit(1)).first()
        return None if row is None else _gathering(row)

    def joinable(self, disclosure: str) -> Sequence[StoredGathering]:
        """What a post on that record may join: what its posts join by themselves at the head, which may be over, then what
        was split off or has taken over and lasts, the newest first."""
        table = tables.gathering
        mine = [
            _gathering(row) for row in self._connection.execute(_gatherings().where(table.c.disclosure == disclosure))
        ]
        mine.sort(key=lambda one: (one.branch, -one.number))
        first, regrouped = mine[:1], [one for one in mine[1:] if one.branch or one.continued_by is not None]
        onward = [one if one.continued_by is None else self.gathering(one.continued_by) for one in (*first, *regrouped)]
        return list(dict.fromkeys([*onward[:1], *(one for one in onward[1:] if one.ended_at is None)]))

    def continued_records(self, gathering: int) -> set[str | None]:
        """The records of the gatherings that this one continues."""
        table = tables.gathering
        query = select(table.c.disclosure).where(table.c.continued_by == gathering)
        return set(self._connection.execute(query).scalars())

    def gatherings_of_post(self, post_id: str) -> Sequence[StoredGathering]:
        """The gatherings that the post belongs to, oldest first."""
        joined = select(tables.member.c.gathering).where(tables.member.c.post_id == post_id)
        query = _gatherings().where(tables.gathering.c.id.in_(joined)).order_by(tables.gathering.c.id)
        return [_gathering(row) for row in self._connection.execute(query)]

    def start_gathering(self, disclosure: str | None, at: datetime, *, branch: bool = False) -> StoredGathering:
        """Begin the next gathering of that record (or, with None, the one of an incident without a record)."""
        self.take_turn()
        before = None if disclosure is None else self.newest_gathering(disclosure)
        number = 1 if before is None else before.number + 1
        values = {"disclosure": disclosure, "number": number, "started_at": at, "branch": branch}
        key = self._connection.execute(insert(tables.gathering).values(**values)).inserted_primary_key
        assert key is not None
        return StoredGathering(key[0], disclosure, number, at, None, None, branch=branch)

    def end_gathering(self, gathering: int, at: datetime) -> None:
        """Let nothing join that gathering any more."""
        table = tables.gathering
        ending = update(table).where(table.c.id == gathering, table.c.ended_at.is_(None))
        self._connection.execute(ending.values(ended_at=at))

    def resume_gathering(self, gathering: int) -> None:
        """Let posts join that gathering again."""
        table = tables.gathering
        self._connection.execute(update(table).where(table.c.id == gathering).values(ended_at=None))

    def members_of(self, gathering: int) -> Sequence[Member]:
        """The members of the gathering with that row id, in the order they joined."""
        table = tables.member
        query = select(table).where(table.c.gathering == gathering).order_by(table.c.position)
        return [_member(row) for row in self._connection.execute(query)]

    def join(self, gathering: int, members: Sequence[tuple[int, Member]], last_post_at: datetime) -> None:
        """Add members, each with its position, to the gathering; `last_post_at` is its newest post's time."""
        if members:
            self._connection.execute(insert(tables.member), [_member_row(gathering, *one) for one in members])
        table = tables.gathering
        self._connection.execute(update(table).where(table.c.id == gathering).values(last_post_at=last_post_at))

    def set_members(self, gathering: int, members: Sequence[Member]) -> None:
        """Let the gathering have these members in this order and no others."""
        table = tables.member
        self._connection.execute(delete(table).where(table.c.gathering == gathering))
        rows = [_member_row(gathering, position, member) for position, member in enumerate(members, 1)]
        if rows:
            self._connection.execute(insert(table), rows)

    def regroup(self, gathering: int, members: Sequence[Member]) -> None:
        """Let the gathering have these members as a person says; whoever holds it in memory learns of it."""
        self.set_members(gathering, members)
        table = tables.gathering
        last = max((one.seen_at for one in members), default=None)
        values = {"last_post_at": last, "regrouped": table.c.regrouped + 1}
        self._connection.execute(update(table).where(table.c.id == gathering).values(**values))

    def continue_in(self, gathering: int, to: int) -> None:
        """Empty the gathering for good: its posts are kept as they stood, and what would have joined it, or what it has
        continued, joins another one."""
        rows = [_member_row(gathering, position, one) for position, one in enumerate(self.members_of(gathering), 1)]
        if rows:
            self._connection.execute(insert(tables.former_member), rows)
        self.regroup(gathering, ())
        table = tables.gathering
        those = or_(table.c.id == gathering, table.c.continued_by == gathering)
        self._connection.execute(update(table).where(those).values(continued_by=to))

    def update_member(self, gathering: int, member: Member) -> None:
        """Store the member's new reactions and category."""
        table = tables.member
        mine = update(table).where(table.c.gathering == gathering, table.c.post_id == member.post_id)
        self._connection.execute(mine.values(**_member_values(member)))


def held_in(state: str) -> Table:
    """The table with the posts of an incident in that state: where they are, or of a merged one where they were."""
    return tables.former_member if state == IncidentState.MERGED else tables.member


def _incidents() -> Select[Any]:
    return select(tables.incident, tables.gathering.c.number.label("gathering_number")).join(
        tables.gathering, tables.gathering.c.id == tables.incident.c.gathering
    )


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(tables.incident.c.opened_at.desc(), tables.incident.c.id.desc())


def _gatherings() -> Select[Any]:
    return select(tables.gathering)


def _changing(incident: Incident) -> dict[str, Any]:
    return {
        "title": incident.title,
        "unit": incident.unit,
        "category": incident.category and incident.category.value,
        "category_by_person": incident.category_by_person,
        "severity": incident.severity.value,
        "state": incident.state.value,
        "opened_at": incident.opened_at,
        "first_post_at": incident.first_post_at,
        "acknowledged_at": incident.acknowledged_at,
        "acknowledged_by": incident.acknowledged_by,
        "closed_at": incident.closed_at,
        "merged_into": incident.merged_into,
        "split_from": incident.split_from,
    }


def _member_row(gathering: int, position: int, member: Member) -> dict[str, Any]:
    return {
        "gathering": gathering,
        "position": position,
        "post_id": member.post_id,
        "seen_at": member.seen_at,
        "root": member.root,
        **_member_values(member),
    }


def _member_values(member: Member) -> dict[str, Any]:
    return {
        "channel": member.channel.value,
        "category": member.category and member.category.value,
        "reactions": member.reactions,
        "voice": member.voice,
    }


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        id=row.id,
        disclosure=row.disclosure,
        title=row.title,
        unit=row.unit,
        category=None if row.category is None else Category(row.category),
        severity=Severity(row.severity),
        state=IncidentState(row.state),
        opened_at=row.opened_at,
        first_post_at=row.first_post_at,
        gathering=row.gathering_number,
        category_by_person=row.category_by_person,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        closed_at=row.closed_at,
        revision=row.revision,
        merged_into=row.merged_into,
        split_from=row.split_from,
    )


def _gathering(row: Row[Any]) -> StoredGathering:
    return StoredGathering(
        row.id,
        row.disclosure,
        row.number,
        row.started_at,
        row.last_post_at,
        row.ended_at,
        row.continued_by,
        row.branch,
        row.regrouped,
    )


def _member(row: Row[Any]) -> Member:
    return Member(
        post_id=row.post_id,
        seen_at=row.seen_at,
        channel=Channel(row.channel),
        category=None if row.category is None else Category(row.category),
        root=row.root,
        reactions=row.reactions,
        voice=row.voice,
    )
