"""Keeps risk assessments and what was noted of them: versions and notes are added and never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from records.risks import Judged, Prepared, RiskAssessment, RiskForm, RiskNote, RiskNoted
from records.words import Risk
from storage.tables import risk_assessment, risk_note
from storage.turns import take_turn

_PART = 500
"""So many subjects are asked for at once."""


class Risks:
    """The versions of risk assessments, by what they are about."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Let nobody else write here until this transaction ends."""
        take_turn(self._connection, "risks")

    def add(self, made: RiskAssessment) -> int:
        """Keep a version for good; its number."""
        values = {
            "subject": made.subject,
            "version": made.version,
            "at": made.at,
            "actor": made.actor,
            "form": asdict(made.form),
            "level": made.level.value,
            "calculation": list(made.calculation),
        }
        query = insert(risk_assessment).values(values).returning(risk_assessment.c.id)
        return int(self._connection.execute(query).scalar_one())

    def note(self, note: RiskNote) -> None:
        """Keep a note for good."""
        self._connection.execute(insert(risk_note).values(asdict(note) | {"noted": note.noted.value}))

    def versions(self, subject: str) -> list[RiskAssessment]:
        """Every version, oldest first."""
        query = select(risk_assessment).where(risk_assessment.c.subject == subject)
        rows = self._connection.execute(query.order_by(risk_assessment.c.version)).all()
        notes: dict[int, list[RiskNote]] = {row.id: [] for row in rows}
        noted = select(risk_note).where(risk_note.c.assessment.in_(notes)).order_by(risk_note.c.id)
        for row in self._connection.execute(noted):
            notes[row.assessment].append(_note(row))
        return [_assessment(row, tuple(notes[row.id])) for row in rows]

    def newest(self, subject: str) -> RiskAssessment | None:
        """The last version, None before the first."""
        return next(reversed(self.versions(subject)), None)

    def levels(self, subjects: Collection[str]) -> dict[str, Risk]:
        """The level of the last version, by subject; those never assessed are left out."""
        wanted, found = list(subjects), dict[str, Risk]()
        for start in range(0, len(wanted), _PART):
            query = select(risk_assessment.c.subject, risk_assessment.c.level).where(
                risk_assessment.c.subject.in_(wanted[start : start + _PART])
            )
            for row in self._connection.execute(query.order_by(risk_assessment.c.version)):
                found[row.subject] = Risk(row.level)
        return found


def _assessment(row: Row[Any], notes: tuple[RiskNote, ...]) -> RiskAssessment:
    return RiskAssessment(
        id=row.id,
        subject=row.subject,
        version=row.version,
        at=row.at,
        actor=row.actor,
        form=_form(row.form),
        level=Risk(row.level),
        calculation=tuple(row.calculation),
        notes=notes,
    )


def _form(values: Mapping[str, Any]) -> RiskForm:
    return RiskForm(
        judged=tuple(Judged(**one) for one in values["judged"]),
        means=tuple(values["means"]),
        units=tuple(values["units"]),
        plan=values["plan"],
        prepared=tuple(Prepared(**one) for one in values["prepared"]),
        lead_unit=values["lead_unit"],
    )


def _note(row: Row[Any]) -> RiskNote:
    return RiskNote(
        assessment=row.assessment, noted=RiskNoted(row.noted), at=row.at, actor=row.actor, answer=row.answer
    )
