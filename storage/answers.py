"""Keeps answers to the public, the entries of their course and verification records; all are added and never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from records.answers import (
    Answer,
    AnswerEntry,
    AnswerKind,
    AnswerNoted,
    AnswerState,
    Exchange,
    PublicWords,
    Verdict,
    Verification,
    Wording,
    Words,
)
from storage.merged import with_merged
from storage.numbering import next_of_day
from storage.tables import answer, answer_entry, verification
from storage.turns import take_turn


class Answers:
    """Answers and their entries; verification records."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Let no other transaction write here until this one ends."""
        take_turn(self._connection, "answers")

    def next_id(self, kind: AnswerKind, begun_at: datetime) -> str:
        """The next free id of that day in Asia/Shanghai: `HYYYYMMDD-NNN`, for the public site with K, counted from 001."""
        self.take_turn()
        return next_of_day(self._connection, answer.c.id, begun_at, kind.prefix)

    def begin(self, begun: Answer) -> None:
        """Keep a new answer."""
        values = asdict(begun) | {"kind": begun.kind.value, "state": begun.state.value}
        self._connection.execute(insert(answer).values(values))

    def stand(self, answer_id: str, state: AnswerState) -> None:
        """Note for lists where it stands after its last entry."""
        self._connection.execute(update(answer).where(answer.c.id == answer_id).values(state=state.value))

    def hand_on(self, subject: str, to: str, *states: AnswerState) -> list[str]:
        """Let the answers on one incident that stand at one of these states be about another one; their ids."""
        mine = and_(answer.c.kind == AnswerKind.INCIDENT.value, answer.c.about == subject)
        at = answer.c.state.in_([one.value for one in states])
        moved = update(answer).where(mine, at).values(about=to).returning(answer.c.id)
        return sorted(self._connection.execute(moved).scalars())

    def get(self, answer_id: str) -> Answer | None:
        """The answer, or None."""
        return next(iter(self._those(answer.c.id == answer_id)), None)

    def about(self, kind: AnswerKind, subject: str) -> list[Answer]:
        """The answers on one incident or record, oldest first."""
        return self._those(and_(answer.c.kind == kind.value, answer.c.about == subject))

    def of_kind(self, kind: AnswerKind) -> list[Answer]:
        """Every answer of a kind, oldest first."""
        return self._those(answer.c.kind == kind.value)

    def standing_at(self, kind: AnswerKind, *states: AnswerState) -> list[Answer]:
        """The answers of a kind that stand at one of these states, oldest first."""
        return self._those(and_(answer.c.kind == kind.value, answer.c.state.in_([one.value for one in states])))

    def add(self, entry: AnswerEntry) -> AnswerEntry:
        """Write an entry for good; the same with its number."""
        values = asdict(entry) | {"noted": entry.noted.value, "words": None if entry.words is None else _kept(entry)}
        del values["id"]
        query = insert(answer_entry).values(values).returning(answer_entry.c.id)
        return replace(entry, id=self._connection.execute(query).scalar_one())

    def entries(self, answer_ids: Sequence[str]) -> dict[str, list[AnswerEntry]]:
        """The entries of several answers, oldest first, by answer."""
        found: dict[str, list[AnswerEntry]] = {answer_id: [] for answer_id in answer_ids}
        query = select(answer_entry).where(answer_entry.c.answer.in_(answer_ids)).order_by(answer_entry.c.id)
        for row in self._connection.execute(query):
            found[row.answer].append(_entry(row))
        return found

    def verify(self, made: Verification) -> Verification:
        """Keep a verification record for good; the same with its number."""
        values = asdict(made) | {"verdict": made.verdict.value}
        del values["id"]
        query = insert(verification).values(values).returning(verification.c.id)
        return replace(made, id=self._connection.execute(query).scalar_one())

    def verifications(self, incident: str) -> list[Verification]:
        """Every verification record of an incident and of those merged into it, those taken back and what took them back
        too, oldest first."""
        query = select(verification).where(verification.c.incident.in_(with_merged(incident)))
        return [
            Verification(**{**row._asdict(), "verdict": Verdict(row.verdict)})
            for row in self._connection.execute(query.order_by(verification.c.id))
        ]

    def _those(self, condition: ColumnElement[bool]) -> list[Answer]:
        query = select(answer).where(condition).order_by(answer.c.begun_at, answer.c.id)
        return [
            Answer(**{**row._asdict(), "kind": AnswerKind(row.kind), "state": AnswerState(row.state)})
            for row in self._connection.execute(query)
        ]


def _kept(entry: AnswerEntry) -> dict[str, Any]:
    assert entry.words is not None
    kind = AnswerKind.INCIDENT if isinstance(entry.words, Wording) else AnswerKind.PUBLIC
    return {"kind": kind.value, **asdict(entry.words)}


def _entry(row: Row[Any]) -> AnswerEntry:
    words = None if row.words is None else _words(row.words)
    read = None if row.read is None else tuple(row.read)
    return AnswerEntry(**{**row._asdict(), "noted": AnswerNoted(row.noted), "words": words, "read": read})


def _words(kept: Mapping[str, Any]) -> Words:
    said = {key: value for key, value in kept.items() if key != "kind"}
    if AnswerKind(kept["kind"]) is AnswerKind.PUBLIC:
        return PublicWords(**{**said, "exchanges": tuple(Exchange(**one) for one in said["exchanges"])})
    return Wording(**{**said, **{key: tuple(said[key]) for key in ("verifications", "grounds", "touched")}})
