"""What is inspected, for how many points, and how what is found is put right (第四十九至五十六条): reads inspection.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from records.papers import Ledger
from records.rectifications import RectificationDid, RectificationStanding
from records.shipped_files import content_of
from records.words import Period
from regulation.clauses import citation
from regulation.periods import Span, span_of
from regulation.rule_rows import BadRules, fault_in

FIGURES: Mapping[str, Ledger] = MappingProxyType(
    {
        "contacts_named": Ledger.CONTACT,
        "items_listed": Ledger.CATALOGUE,
        "catalogue_filed": Ledger.CATALOGUE,
        "records_fit": Ledger.RECORD,
        "records_uncorrected": Ledger.RECORD,
        "secrecy_in_time": Ledger.PROPOSAL,
        "records_on_platform": Ledger.RECORD,
        "links_readable": Ledger.RECORD,
        "platforms_used": Ledger.RECORD,
        "course_followed": Ledger.RECORD,
        "limits_kept": Ledger.PROPOSAL,
        "not_returned": Ledger.PROPOSAL,
        "extended": Ledger.PROPOSAL,
        "suggestions_answered": Ledger.SUGGESTION,
        "suggestions_fed_back": Ledger.SUGGESTION,
        "records_archived": Ledger.RECORD,
        "records_whole": Ledger.RECORD,
        "acknowledged": Ledger.CLOCK,
        "reported": Ledger.CLOCK,
        "answered": Ledger.CLOCK,
    }
)
"""What the desk can count of its records: the names that a row may have, and in which ledger the rows of a figure stand."""

CHECKS = 9
"""第五十条 has so many."""

_FILE = Path(__file__).with_name("inspection.yaml")
_FAULTS = {
    "extra_forbidden": "没有这一项",
    "missing": "缺少这一项",
    "enum": "没有这个词",
    "literal_error": "没有这个词",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "float_parsing": "应为数",
    "int_parsing": "应为整数",
}

Points = Annotated[float, Field(ge=0, le=1000)]
Needed = Literal["text", "due_on", "link"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Cited(_Row):
    clause: str

    @field_validator("clause")
    @classmethod
    def _known(cls, value: str) -> str:
        citation(value)
        return value

    @property
    def cited(self) -> str:
        """The article as people cite it."""
        return citation(self.clause)


class FigureRule(_Cited):
    """One figure that the desk fills in; see the head of the file."""

    figure: str
    label: Annotated[str, Field(min_length=1, max_length=60)]
    points: Points
    per_day: Annotated[float, Field(ge=0, le=1)] = 1

    @field_validator("figure")
    @classmethod
    def _counted(cls, value: str) -> str:
        if value not in FIGURES:
            raise ValueError(f"没有“{value}”这个数，可用 {'、'.join(sorted(FIGURES))}")
        return value


class CheckRule(_Cited):
    """One of the nine checks of 第五十条."""

    check: Annotated[str, Field(pattern="^[a-z_]{1,30}$")]
    number: Annotated[str, Field(min_length=1, max_length=3)]
    words: Annotated[str, Field(min_length=1)]
    points: Points
    person: Annotated[str, Field(min_length=1)]
    figures: tuple[FigureRule, ...]

    @property
    def counted_points(self) -> float:
        """What the figures can bring at most."""
        return sum(one.points for one in self.figures)

    @property
    def judged_points(self) -> float:
        """What only a person gives."""
        return self.points - self.counted_points

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.counted_points > self.points:
            raise ValueError(f"“{self.check}”各个数的分加起来多于这一项的分")
        return self


class Formula(_Cited):
    """How points come of a figure."""

    without_cases: Literal["judged", "full", "none"]
    decimals: Annotated[int, Field(ge=0, le=2)]


class Year(_Cited):
    """What the year's points are made of."""

    half_years: Annotated[float, Field(ge=0, le=1)]
    standing: Annotated[float, Field(ge=0, le=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(self.half_years + self.standing - 1) > 1e-9:
            raise ValueError("两个比重加起来应为 1")
        return self


class Grade(_Row):
    """What so many points, of 100, are called."""

    label: Annotated[str, Field(min_length=1, max_length=10)]
    from_points: Points


class RectificationStep(_Cited):
    """One step of putting right what was found."""

    step: RectificationDid
    label: str
    when: frozenset[RectificationStanding]
    needs: frozenset[Needed]
    asks: str
    days: Annotated[int, Field(ge=1, le=250)] | None = None


class RectificationRules(_Cited):
    """How what was found is put right (第五十三条)."""

    days: Annotated[int, Field(ge=1, le=366)]
    steps: tuple[RectificationStep, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sorted(row.step for row in self.steps) != sorted(RectificationDid):
            raise ValueError(f"应正好写 {'、'.join(RectificationDid)} 各一条")
        return self

    def step(self, did: RectificationDid) -> RectificationStep:
        """The row of that step."""
        return next(row for row in self.steps if row.step is did)


class InspectionRules(_Row):
    """inspection.yaml as read; see there for what each row means."""

    full: Points
    checks: tuple[CheckRule, ...]
    standing: tuple[FigureRule, ...]
    formula: Formula
    year: Year
    grades: tuple[Grade, ...]
    rectification: RectificationRules

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [one.check for one in self.checks]
        if len(names) != CHECKS or len(set(names)) != CHECKS:
            raise ValueError(f"第五十条有 {CHECKS} 项，应各写一条")
        if abs(sum(one.points for one in self.checks) - self.full) > 1e-9:
            raise ValueError("各项的分加起来应等于 full")
        figures = [one.figure for one in self.every_figure]
        if len(set(figures)) != len(figures):
            raise ValueError("同一个数写了两次")
        below = [one.from_points for one in self.grades]
        if not below or below != sorted(set(below), reverse=True) or below[-1] != 0:
            raise ValueError("grades 应从高到低写，最后一条从 0 起")
        return self

    @property
    def every_figure(self) -> tuple[FigureRule, ...]:
        """Every figure that is filled in, of the checks and the standing ones."""
        return (*(figure for check in self.checks for figure in check.figures), *self.standing)

    def check(self, name: str) -> CheckRule | None:
        """The check of that name."""
        return next((one for one in self.checks if one.check == name), None)

    def grade(self, points: float) -> str:
        """What so many points of `full` are called."""
        of_hundred = points * 100 / self.full
        return next(one.label for one in self.grades if of_hundred >= one.from_points)


@cache
def inspection_rules() -> InspectionRules:
    """The rules in force. Raises BadRules."""
    return inspection_rules_from(content_of(_FILE), _FILE.name)


def inspection_rules_from(content: Any, place: str) -> InspectionRules:
    """Read rules, also those that a sheet was begun with. Raises BadRules."""
    try:
        return InspectionRules.model_validate(content)
    except ValidationError as error:
        raise BadRules(f"{place}：{fault_in(error, _FAULTS)}") from None


def half_year_of(day: date) -> Span:
    """The half-year in which a day lies (第五十一条)."""
    return span_of(Period.HALF_YEAR, day)


def half_years_of(year: int) -> tuple[Span, Span]:
    """The two half-years of a year."""
    first = span_of(Period.HALF_YEAR, date(year, 1, 1))
    return first, first.next()
