"""Turns the entries of a sheet into its nine checks with points, deviations and findings (第五十条)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from casework.inspection.scoring import FigureScore, by_figure, plain, rounded, scored, standing_points
from records.inspections import Case, SheetEntry, SheetNoted
from regulation.inspection import CheckRule, Formula, InspectionRules

_SCORES = (SheetNoted.JUDGED, SheetNoted.DEVIATED)
STRIKABLE = frozenset({SheetNoted.JUDGED, SheetNoted.DEVIATED, SheetNoted.FOUND})
"""What may be struck with a reason; what was counted is counted anew."""


@dataclass(frozen=True, slots=True)
class CheckScore:
    """One check. `counted` is what the figures come to, `deviated` the entry by which a person put other points in their
    place, `judged` that with the points which only a person gives; `points` is None until a person gave them.

    `counted_most` and `judged_most` are what each part can bring: the points of figures of which nothing occurred are a
    person's. Points that were given before more, or less, was counted count as far as their part goes: `machine` and
    `by_hand` are what each part brings.
    """

    rule: CheckRule
    figures: tuple[FigureScore, ...]
    counted_most: float
    judged_most: float
    counted: float
    deviated: SheetEntry | None
    judged: SheetEntry | None
    machine: float
    by_hand: float | None
    points: float | None
    findings: tuple[SheetEntry, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A sheet as it stands. `counted` is the entry from which the figures are; `total` is None while a check has no points."""

    checks: tuple[CheckScore, ...]
    standing: tuple[FigureScore, ...]
    standing_points: float | None
    counted: SheetEntry | None
    handed_in: SheetEntry | None
    struck: frozenset[int]
    total: float | None

    @property
    def missing(self) -> list[CheckScore]:
        """The checks of which a person has not given the points yet."""
        return [one for one in self.checks if one.points is None]

    def check(self, name: str) -> CheckScore:
        """The check of that name."""
        return next(one for one in self.checks if one.rule.check == name)


def marked(rules: InspectionRules, entries: Sequence[SheetEntry]) -> Marked:
    """Read the entries, oldest first, by the rules with which the sheet was begun."""
    struck = frozenset(one.of for one in entries if one.noted is SheetNoted.STRUCK and one.of is not None)
    holding = [one for one in entries if one.id not in struck]
    counted = _last(holding, SheetNoted.COUNTED)
    cases = by_figure(counted.figures or ()) if counted is not None else {}
    checks = tuple(_check(rule, cases, holding, rules.formula) for rule in rules.checks)
    standing, standing_sum = standing_points(rules.standing, cases, rules.formula)
    points = [one.points for one in checks if one.points is not None]
    whole = len(points) == len(checks) and counted is not None
    return Marked(
        checks=checks,
        standing=tuple(standing),
        standing_points=standing_sum,
        counted=counted,
        handed_in=_last(holding, SheetNoted.HANDED_IN),
        struck=struck,
        total=_sum(points, rules.formula) if whole else None,
    )


def fault_in_score(
    check: CheckScore, noted: SheetNoted, points: float | None, reason: str | None, formula: Formula
) -> str | None:
    """Why these points cannot be given; None where they can."""
    most, number = check.judged_most if noted is SheetNoted.JUDGED else check.counted_most, check.rule.number
    if noted not in _SCORES or not most:
        given = "人工评分" if noted is SheetNoted.JUDGED else "取数得分"
        return f"第（{number}）项没有{given}的部分"
    if points is None or not 0 <= points <= most:
        return f"第（{number}）项这一部分应在 0 至 {plain(most)} 分之间"
    if Decimal(str(points)) != rounded(Decimal(str(points)), formula):
        return f"分数最多写{'一二三'[formula.decimals - 1]}位小数" if formula.decimals else "分数应为整数"
    if noted is SheetNoted.DEVIATED and not reason:
        return "与取数得分不同，请写明理由"
    return None


def year_points(
    rules: InspectionRules, halves: Iterable[float], counted: Mapping[str, Sequence[Case]]
) -> tuple[float | None, float | None]:
    """What the year comes to of 100, and of it the standing figures (第五十四条); None where no half-year was scored.

    `halves` are the points of each half-year, of 100 too.
    """
    reached = [Decimal(str(one)) for one in halves]
    _, standing = standing_points(rules.standing, counted, rules.formula)
    if not reached:
        return None, standing
    mean = sum(reached, Decimal(0)) / len(reached)
    if standing is None:
        return float(rounded(mean, rules.formula)), None
    weighed = mean * Decimal(str(rules.year.half_years)) + Decimal(str(standing)) * Decimal(str(rules.year.standing))
    return float(rounded(weighed, rules.formula)), standing


def _check(
    rule: CheckRule, cases: Mapping[str, Sequence[Case]], holding: Sequence[SheetEntry], formula: Formula
) -> CheckScore:
    figures = tuple(scored(one, cases.get(one.figure, ()), formula) for one in rule.figures)
    own = [one for one in holding if one.check == rule.check]
    deviated, judged = _last(own, SheetNoted.DEVIATED), _last(own, SheetNoted.JUDGED)
    counted = _sum([one.points or 0 for one in figures], formula)
    left_open = sum(one.open_points for one in figures)
    counted_most, judged_most = rule.counted_points - left_open, rule.judged_points + left_open
    machine = counted if deviated is None else min(deviated.points or 0.0, counted_most)
    by_hand = 0.0 if not judged_most else None if judged is None else min(judged.points or 0.0, judged_most)
    return CheckScore(
        rule=rule,
        figures=figures,
        counted_most=counted_most,
        judged_most=judged_most,
        counted=counted,
        deviated=deviated,
        judged=judged,
        machine=machine,
        by_hand=by_hand,
        points=None if by_hand is None else _sum([machine, by_hand], formula),
        findings=tuple(one for one in own if one.noted is SheetNoted.FOUND),
    )


def _sum(points: Iterable[float], formula: Formula) -> float:
    return float(rounded(sum((Decimal(str(one)) for one in points), Decimal(0)), formula))


def _last(holding: Iterable[SheetEntry], noted: SheetNoted) -> SheetEntry | None:
    found = [one for one in holding if one.noted is noted]
    return found[-1] if found else None
