"""A risk assessment (舆情风险评估) before a decision is published, each version written once, and what was noted of it later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.words import Risk


@dataclass(frozen=True, slots=True)
class Judged:
    """How probable one kind of risk is and how much would come of it, each from 1 to 5, and why."""

    kind: str
    probability: int
    impact: int
    reasons: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question that people will probably ask, its answer, and the unit that gives it."""

    question: str
    answer: str
    unit: str


@dataclass(frozen=True, slots=True)
class RiskForm:
    """What is filled in: every kind of risk, the means used, the units that took part, and the plan.

    `lead_unit` leads if something comes of it. Kinds and means are rows of risk.yaml by name.
    """

    judged: tuple[Judged, ...]
    means: tuple[str, ...]
    units: tuple[str, ...]
    plan: str = ""
    prepared: tuple[Prepared, ...] = ()
    lead_unit: str | None = None


class RiskNoted(StrEnum):
    """What was noted of an assessment afterwards."""

    SEEN = "seen"
    USED = "used"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class RiskNote:
    """`seen`: the head has seen the version; `used` and `unused`: whether the prepared answer of that number, from 0, was used."""

    assessment: int
    noted: RiskNoted
    at: datetime
    actor: str
    answer: int | None = None


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """One version, never changed: `subject` is the proposal, or the record, that it is about.

    `level` and the lines of `calculation` are as the figures in force gave them when it was made.
    """

    subject: str
    version: int
    at: datetime
    actor: str
    form: RiskForm
    level: Risk
    calculation: tuple[str, ...]
    notes: tuple[RiskNote, ...] = ()
    id: int = 0

    @property
    def seen(self) -> RiskNote | None:
        """The head's look at it."""
        return next((note for note in self.notes if note.noted is RiskNoted.SEEN), None)

    @property
    def used(self) -> frozenset[int]:
        """The prepared answers that were used, by the last word on each."""
        last = {note.answer: note.noted for note in self.notes if note.answer is not None}
        return frozenset(answer for answer, noted in last.items() if noted is RiskNoted.USED)
