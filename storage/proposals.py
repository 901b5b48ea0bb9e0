"""Keeps proposals and the entries of their course; entries are added and never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, update

from records.proposals import Flag, Form, Noted, ProposalEntry
from records.words import Attribute, Audience, Manner, Period, Purpose, Risk, TimeKind
from storage.numbering import next_of_day
from storage.tables import proposal, proposal_entry
from storage.turns import take_turn


@dataclass(frozen=True, slots=True)
class Kept:
    """One proposal: who proposes, what the office was called then, and the procedure with which it began.

    `step` is where it waits, None when it has `ended`; `record` the published record that it is about, `waits` the
    signatures that may be given now, each with its unit.
    """

    id: str
    unit: str
    office: str
    procedure: Mapping[str, Any]
    begun_at: datetime
    begun_by: str
    step: str | None
    ended: str | None
    record: str | None = None
    waits: tuple[tuple[str, str], ...] = ()


class Proposals:
    """Proposals and their entries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Let no other transaction change a proposal until this one ends."""
        take_turn(self._connection, "proposals")

    def begin(self, kept: Kept) -> None:
        """Keep a new proposal."""
        self._connection.execute(insert(proposal).values(**asdict(kept)))

    def stand(self, kept: Kept) -> None:
        """Note for lists where it stands after its last entry."""
        values = {"step": kept.step, "ended": kept.ended, "record": kept.record, "waits": kept.waits}
        self._connection.execute(update(proposal).where(proposal.c.id == kept.id).values(**values))

    def get(self, proposal_id: str) -> Kept | None:
        """The proposal, or None."""
        row = self._connection.execute(select(proposal).where(proposal.c.id == proposal_id)).first()
        return None if row is None else _kept(row)

    def many(self, proposal_ids: Collection[str]) -> list[Kept]:
        """These proposals, by id; those that are not here are left out."""
        return sorted(self._those(proposal.c.id.in_(proposal_ids)), key=lambda one: one.id)

    def running(self) -> list[Kept]:
        """Every proposal that has not ended, the last begun first."""
        return self._those(proposal.c.ended.is_(None))

    def ended(self, limit: int) -> list[Kept]:
        """The proposals that have ended, the last begun first."""
        return self._those(proposal.c.ended.is_not(None), limit)

    def about(self, record_id: str) -> list[Kept]:
        """The proposal that a record came from and those that are about it, the last begun first."""
        return self._those(or_(proposal.c.id == record_id, proposal.c.record == record_id))

    def _those(self, condition: ColumnElement[bool], limit: int | None = None) -> list[Kept]:
        newest = select(proposal).where(condition).order_by(proposal.c.begun_at.desc(), proposal.c.id.desc())
        return [_kept(row) for row in self._connection.execute(newest.limit(limit))]

    def next_id(self, begun_at: datetime) -> str:
        """The next free id of that day in Asia/Shanghai: `GYYYYMMDD-NNN`, counted from 001."""
        self.take_turn()
        return next_of_day(self._connection, proposal.c.id, begun_at, "G")

    def add(self, entry: ProposalEntry) -> ProposalEntry:
        """Write an entry for good; the same with its number."""
        query = insert(proposal_entry).values(**_values(entry)).returning(proposal_entry.c.id)
        return replace(entry, id=self._connection.execute(query).scalar_one())

    def last_entry(self, sign: str | None = None) -> int:
        """The number of the last entry, or of the last such signature; 0 before the first. It grows with every deed."""
        query = select(func.max(proposal_entry.c.id))
        if sign is not None:
            query = query.where(proposal_entry.c.sign == sign)
        return self._connection.execute(query).scalar() or 0

    def forms_with(self, sign: str, about: Collection[str] | None = None) -> dict[str, Form]:
        """The last form of every proposal that has that signature, by proposal; of those that these records came from or
        that are about one of them, where `about` names records."""
        signed = select(proposal_entry.c.proposal).where(proposal_entry.c.sign == sign)
        if about is not None:
            meant = select(proposal.c.id).where(or_(proposal.c.id.in_(about), proposal.c.record.in_(about)))
            signed = signed.where(proposal_entry.c.proposal.in_(meant))
        last = (
            select(func.max(proposal_entry.c.id))
            .where(proposal_entry.c.noted == Noted.FILLED.value, proposal_entry.c.proposal.in_(signed))
            .group_by(proposal_entry.c.proposal)
        )
        query = select(proposal_entry.c.proposal, proposal_entry.c.form).where(proposal_entry.c.id.in_(last))
        return {row.proposal: _form(row.form) for row in self._connection.execute(query)}

    def entries(self, proposal_ids: Sequence[str]) -> dict[str, list[ProposalEntry]]:
        """The entries of several proposals, oldest first, by proposal."""
        found: dict[str, list[ProposalEntry]] = {proposal_id: [] for proposal_id in proposal_ids}
        query = select(proposal_entry).where(proposal_entry.c.proposal.in_(proposal_ids)).order_by(proposal_entry.c.id)
        for row in self._connection.execute(query):
            found[row.proposal].append(_entry(row))
        return found


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        id=row.id,
        unit=row.unit,
        office=row.office,
        procedure=row.procedure,
        begun_at=row.begun_at,
        begun_by=row.begun_by,
        step=row.step,
        ended=row.ended,
        record=row.record,
        waits=tuple((sign, unit) for sign, unit in row.waits),
    )


def _values(entry: ProposalEntry) -> dict[str, Any]:
    plain = {key: getattr(entry, key) for key in ("proposal", "at", "actor", "unit", "sign", "reason", "flag", "link")}
    return plain | {
        "noted": entry.noted.value,
        "attribute": None if entry.attribute is None else entry.attribute.value,
        "until": None if entry.until is None else entry.until.isoformat(),
        "form": None if entry.form is None else _form_values(entry.form),
        "flags": [asdict(flag) for flag in entry.flags],
    }


def _form_values(form: Form) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(form).items()}


def _entry(row: Row[Any]) -> ProposalEntry:
    return ProposalEntry(
        id=row.id,
        proposal=row.proposal,
        noted=Noted(row.noted),
        at=row.at,
        actor=row.actor,
        unit=row.unit,
        sign=row.sign,
        form=None if row.form is None else _form(row.form),
        reason=row.reason,
        attribute=None if row.attribute is None else Attribute(row.attribute),
        flag=row.flag,
        until=_day(row.until),
        link=row.link,
        flags=tuple(Flag(**flag) for flag in row.flags),
    )


def _form(values: Mapping[str, Any]) -> Form:
    return Form(
        **{
            **values,
            "purpose": Purpose(values["purpose"]),
            "attribute": values["attribute"] and Attribute(values["attribute"]),
            "audience": values["audience"] and Audience(values["audience"]),
            "time_kind": values["time_kind"] and TimeKind(values["time_kind"]),
            "period": values["period"] and Period(values["period"]),
            "risk": values["risk"] and Risk(values["risk"]),
            "manners": tuple(Manner(one) for one in values["manners"]),
            "filled_on": _day(values["filled_on"]),
            "decided_on": _day(values["decided_on"]),
            "planned_on": _day(values["planned_on"]),
            "ends_on": _day(values.get("ends_on")),
            "interpretation_due": _day(values.get("interpretation_due")),
            **{key: tuple(values[key]) for key in ("platforms", "co_units", "watch_terms")},
            **{key: tuple(values.get(key, ())) for key in ("grounds", "interpretation_ways")},
        }
    )


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
