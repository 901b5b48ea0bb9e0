"""Puts units and half-years side by side: points, checks, what is still to be put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from casework.inspection.rectifying import RectificationCourse
from casework.inspection.scoring import plain, rounded
from casework.inspection.sheet import Marked
from records.inspections import Sheet
from records.rectifications import RectificationStanding
from regulation.inspection import Formula, half_year_of


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """One unit's sheet of one half-year as it stands, with what was handed to the unit to put right."""

    sheet: Sheet
    marked: Marked
    items: Sequence[RectificationCourse] = ()

    @property
    def unit(self) -> str:
        """Whose sheet it is."""
        return self.sheet.unit

    @property
    def period(self) -> str:
        """Of which half-year."""
        return half_year_of(self.sheet.first).label


@dataclass(frozen=True, slots=True)
class Tally:
    """How far what was found has been put right; `late` is what waits for the unit beyond its time."""

    items: int
    finished: int
    late: int

    @property
    def open(self) -> int:
        """What somebody still has to do something about."""
        return self.items - self.finished

    @property
    def said(self) -> str:
        """In Chinese."""
        if not self.items:
            return "没有整改事项"
        late = f"，逾期 {self.late} 项" if self.late else ""
        return f"整改 {self.items} 项，已完成 {self.finished} 项{late}"


def tally(items: Iterable[RectificationCourse], now: datetime) -> Tally:
    """Count what was not withdrawn."""
    counted = [one for one in items if one.standing is not RectificationStanding.VOID]
    finished = sum(one.standing is RectificationStanding.FINISHED for one in counted)
    late = sum(not one.ended and not one.waits_for_office and one.overdue(now) for one in counted)
    return Tally(len(counted), finished, late)


def ordered(sheets: Iterable[UnitSheet]) -> list[UnitSheet]:
    """The units with most points first; those without points at the end, by name."""
    return sorted(sheets, key=lambda one: (one.marked.total is None, -(one.marked.total or 0), one.unit))


def mean(points: Iterable[float | None], formula: Formula) -> float | None:
    """As points are given; None where there are none."""
    known = [Decimal(str(one)) for one in points if one is not None]
    if not known:
        return None
    return float(rounded(sum(known, Decimal(0)) / len(known), formula))


def change(before: float | None, after: float | None) -> str:
    """How points have changed, such as +2.5; a dash where there is nothing to compare."""
    if before is None or after is None:
        return "—"
    difference = Decimal(str(after)) - Decimal(str(before))
    return "0" if not difference else f"{'+' if difference > 0 else '-'}{plain(abs(difference))}"


def points(value: float | None) -> str:
    """Points as a table shows them."""
    return "—" if value is None else plain(value)


def by_unit(sheets: Iterable[UnitSheet]) -> Mapping[str, UnitSheet]:
    """The sheets of one half-year by their unit."""
    return {one.unit: one for one in sheets}
