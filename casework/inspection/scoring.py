"""Turns the cases of a figure into points by the formula of inspection.yaml, and says in Chinese how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from records.inspections import Case, Counted
from regulation.inspection import FigureRule, Formula

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class FigureScore:
    """One figure with what it brings. `points` is None where it brings none to anybody; `formula` says how it came about.

    `open_points` are left to a person because nothing occurred.
    """

    rule: FigureRule
    cases: tuple[Case, ...]
    points: float | None
    formula: str
    open_points: float = 0

    @property
    def faults(self) -> list[Case]:
        """The cases that took something away."""
        return [one for one in self.cases if not one.held or one.days_late]

    @property
    def good(self) -> int:
        """How many cases were as they should be."""
        return len(self.cases) - len(self.faults)


def scored(rule: FigureRule, cases: Sequence[Case], formula: Formula) -> FigureScore:
    """What these cases bring by the formula."""
    kept = tuple(cases)
    said = _told(kept)
    if not rule.points:
        return FigureScore(rule, kept, None, f"{said}（只列数，不计分）")
    most = _decimal(rule.points)
    if not kept and formula.without_cases == "judged":
        return FigureScore(rule, kept, 0.0, f"本期没有发生：{plain(most)} 分由人评", rule.points)
    if not kept:
        points = most if formula.without_cases == "full" else Decimal(0)
        given = "得满分" if points else "不得分"
        return FigureScore(rule, kept, float(points), f"本期没有发生，按规则{given}：{plain(points)} 分")
    credit = sum((_credit(one, rule) for one in kept), Decimal(0))
    points = rounded(most * credit / len(kept), formula)
    counted = f"{plain(most)} 分 × {plain(credit)} ÷ {len(kept)} = {plain(points)} 分"
    return FigureScore(rule, kept, float(points), f"{said}：{counted}{_lateness(kept, rule)}")


def standing_points(
    rules: Iterable[FigureRule], counted: Mapping[str, Sequence[Case]], formula: Formula
) -> tuple[list[FigureScore], float | None]:
    """The standing figures (平时监督检查), and what they come to of 100; None where nothing of them occurred.

    What did not occur counts neither way.
    """
    scores = [scored(rule, counted.get(rule.figure, ()), formula) for rule in rules]
    those = [one for one in scores if one.cases and one.points is not None]
    most = sum((_decimal(one.rule.points) for one in those), Decimal(0))
    if not most:
        return scores, None
    reached = sum((_decimal(one.points or 0) for one in those), Decimal(0))
    return scores, float(rounded(reached * HUNDRED / most, formula))


def by_figure(counted: Iterable[Counted]) -> dict[str, tuple[Case, ...]]:
    """The cases by the figure's name; of one that was counted several times all of them, each row once."""
    found: dict[str, dict[str, Case]] = {}
    for one in counted:
        found.setdefault(one.figure, {}).update({case.ref: case for case in one.cases})
    return {figure: tuple(cases.values()) for figure, cases in found.items()}


def rounded(value: Decimal, formula: Formula) -> Decimal:
    """Points as they are given: a half upwards."""
    return value.quantize(Decimal(1).scaleb(-formula.decimals), ROUND_HALF_UP)


def plain(value: Decimal | float) -> str:
    """A number of points as people write it, without idle noughts."""
    said = f"{_decimal(value):.2f}".rstrip("0").rstrip(".")
    return said or "0"


def _decimal(value: Decimal | float) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _credit(case: Case, rule: FigureRule) -> Decimal:
    """Between 0 and 1: nothing for what was not done, less for every day that it was late."""
    if not case.held:
        return Decimal(0)
    return max(Decimal(0), 1 - _decimal(rule.per_day) * case.days_late)


def _told(cases: Sequence[Case]) -> str:
    late = sum(one.held and one.days_late > 0 for one in cases)
    bad = sum(not one.held for one in cases)
    parts = [f"共 {len(cases)} 件", f"符合 {len(cases) - late - bad} 件"]
    parts += [f"迟办 {late} 件"] if late else []
    parts += [f"不符 {bad} 件"] if bad else []
    return "，".join(parts)


def _lateness(cases: Sequence[Case], rule: FigureRule) -> str:
    if not any(one.held and one.days_late for one in cases):
        return ""
    if rule.per_day >= 1:
        return "（迟办不得分）"
    return f"（每迟一天扣该件的 {plain(_decimal(rule.per_day) * HUNDRED)}%）"
