"""Says whether a step of a suggestion may be noted now, by the rows of suggestions.yaml, and what is missing for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from casework.suggestions.standing import Course
from records.suggestions import Did, Standing, SuggestionEntry
from regulation.suggestions import Needed, StepRule, SuggestionRules

_MISSING: Mapping[Needed, str] = {
    "unit": "转给哪个单位",
    "way": "方式",
    "happened_at": "时间",
    "due_on": "何时完成",
}
_ON_IMPORTANT = (Did.SUBMITTED, Did.INSTRUCTED)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said with a step; `due_on` is the day until which an adopted one is to be carried out."""

    text: str | None = None
    unit: str | None = None
    way: str | None = None
    happened_at: datetime | None = None
    due_on: date | None = None


def possible(course: Course, rules: SuggestionRules) -> frozenset[Did]:
    """The steps that may be noted of this suggestion now, whoever asks."""
    return frozenset(row.step for row in rules.steps if refusal(course, row) is None)


def refusal(course: Course, rule: StepRule) -> str | None:
    """Why the step may not be noted now; None where it may."""
    if course.standing is Standing.VOID:
        return f"意见建议 {course.suggestion} 的登记已作废"
    if course.standing not in rule.when:
        return f"意见建议 {course.suggestion} 现在是“{course.standing.label}”，不能登记“{rule.label}”，请刷新"
    if rule.step in _ON_IMPORTANT and course.important is None:
        return "请先把它列为重要意见建议，再登记书面报告和批示"
    if rule.step is Did.IMPORTANT and course.important is not None:
        return "已经列为重要意见建议"
    if rule.step is Did.SUBMITTED and course.submitted is not None:
        return "已经登记了书面报告"
    return None


def missing(rule: StepRule, said: Said) -> str | None:
    """What must still be said with the step; None where nothing is missing."""
    for need in sorted(rule.needs):
        if getattr(said, need) is None:
            return _MISSING.get(need, rule.asks)
    return None


def may_be_taken_back(course: Course) -> list[SuggestionEntry]:
    """The entries that may be taken back: of a finished suggestion the finishing first, the registration as the last."""
    if course.standing is Standing.FINISHED:
        return [] if course.finished is None else [course.finished]
    open_ones = [one for one in course.entries if one.did is not Did.VOID and one.id not in course.gone]
    return open_ones if len(open_ones) == 1 else [one for one in open_ones if one.did is not Did.REGISTERED]
