"""Drafts what an inspection leads to: the feedback to a unit, the notice over all units, the year's assessment.

From the draft on it is a paper like any other (papering): a person reads it, changes its words and signs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from alerts.desk_message import INSPECTION_TOLD, alert_about_desk
from alerts.message import recipient_name
from casework.inspection.comparing import UnitSheet
from casework.inspection.papers import YearRow, notice_content, sheet_content, year_content
from casework.inspection.scoring import by_figure, standing_points
from casework.inspection.sheet import year_points
from pipeline import papering
from pipeline.attempts import attempting
from pipeline.inspecting import DRAFT, about, as_marked, known, require_whole, rules_of
from pipeline.meant import Meant
from pipeline.notify import Routes, queue
from pipeline.rectifying import courses
from pipeline.refusals import Refused
from records.inspections import Sheet, SheetKind
from records.papers import About, Content, OfficePaper, PaperKind
from regulation.inspection import InspectionRules, half_year_of, half_years_of
from regulation.permissions import allowed
from regulation.recipients import recipients_for
from storage.store import Store, Transaction


def draft_feedback(store: Store, meant: Meant) -> int:
    """Draft what is told to the unit of a sheet, or take its figures into the draft that is there; the paper's number.

    Raises Refused, also while a person still has to give points.
    """
    with attempting(store, meant.actor, DRAFT, f"sheet:{meant.subject}", meant.at) as t:
        _require(meant)
        sheet = known(t, meant.subject)
        if sheet.kind is not SheetKind.OFFICE:
            raise Refused("自查表不出反馈文稿")
        (one,) = unit_sheets(t, [sheet])
        require_whole(one.marked)
        content = sheet_content(one, rules_of(sheet), meant.at)
        _refuse_signed(t, PaperKind.INSPECTION, about(sheet))
    return _drafted(store, meant, PaperKind.INSPECTION, about(sheet), content)


def draft_notice(store: Store, day: date, meant: Meant, rules: InspectionRules) -> int:
    """Draft the notice over all units on the half-year in which `day` lies; the paper's number. Raises Refused."""
    span = half_year_of(day)
    before = span.before()
    whole = About(first=span.first, last=span.last)
    with attempting(store, meant.actor, DRAFT, span.label, meant.at) as t:
        _require(meant)
        sheets = of_half_year(t, span.first)
        if not any(one.marked.total is not None for one in sheets):
            raise Refused(f"{span.label}还没有评完分的检查表，不能起草通报")
        content = notice_content(span.label, sheets, of_half_year(t, before.first), rules, meant.at)
        _refuse_signed(t, PaperKind.INSPECTION, whole)
    return _drafted(store, meant, PaperKind.INSPECTION, whole, content)


def draft_year(store: Store, year: int, unit: str | None, meant: Meant, rules: InspectionRules) -> int:
    """Draft the year's assessment of all units, or of one; the paper's number. Raises Refused."""
    first, second = half_years_of(year)
    whole = About(first=first.first, last=second.last, unit=unit)
    with attempting(store, meant.actor, DRAFT, f"{year} {unit or ''}".strip(), meant.at) as t:
        _require(meant)
        rows = year_rows(t, year, rules, unit)
        if not any(one.points is not None for one in rows):
            raise Refused(f"{year}年{unit or ''}还没有评完分的检查表，不能起草考核报告")
        content = year_content(year, rows, rules, unit, meant.at)
        _refuse_signed(t, PaperKind.ASSESSMENT, whole)
    return _drafted(store, meant, PaperKind.ASSESSMENT, whole, content)


def when_signed(routes: Routes) -> papering.Signed:
    """Tells the unit once what was signed of it; for papering.Office."""

    def tell(t: Transaction, paper: OfficePaper) -> None:
        of = paper.about
        if paper.kind is not PaperKind.INSPECTION or of.unit is None or of.first is None:
            return
        sheet = t.inspections.find(SheetKind.OFFICE, of.unit, of.first)
        if sheet is None:
            return
        facts = {
            "unit": recipient_name(of.unit),
            "period": half_year_of(sheet.first).label,
            "serial": paper.serial or "",
        }
        at = paper.signed_at or paper.changed_at
        link = f"/inspection?id={sheet.id}"
        told = recipients_for(INSPECTION_TOLD, of.unit)
        queue(
            t,
            [alert_about_desk(INSPECTION_TOLD, one, at, f"paper:{paper.id}", facts, link=link) for one in told],
            routes,
        )

    return tell


def of_half_year(t: Transaction, first: date, unit: str | None = None) -> list[UnitSheet]:
    """The office's sheets of the half-year that begins then, of all units or one."""
    listed = t.inspections.listed([first], unit)
    return unit_sheets(t, [one for one in listed if one.kind is SheetKind.OFFICE])


def unit_sheets(
    t: Transaction, sheets: Sequence[Sheet], until: Mapping[int, datetime] = MappingProxyType({})
) -> list[UnitSheet]:
    """These sheets as they stand, or stood `until` then, with what was handed to their units to put right."""
    read = as_marked(t, sheets, until)
    items = t.rectifications.of_sheets([sheet.id for sheet in sheets])
    went = courses(t, [item for those in items.values() for item in those])
    return [
        UnitSheet(sheet, read[sheet.id], tuple(went[item.id] for item in reversed(items[sheet.id]))) for sheet in sheets
    ]


def year_rows(t: Transaction, year: int, rules: InspectionRules, unit: str | None = None) -> list[YearRow]:
    """What the year comes to for every unit that has a sheet in it, or for one; by the unit's name."""
    halves = [{one.unit: one for one in of_half_year(t, span.first, unit)} for span in half_years_of(year)]
    return [
        _year_row(name, (halves[0].get(name), halves[1].get(name)), rules) for name in sorted({*halves[0], *halves[1]})
    ]


def _year_row(unit: str, halves: tuple[UnitSheet | None, UnitSheet | None], rules: InspectionRules) -> YearRow:
    kept = [one.marked for one in halves if one is not None]
    # Each half-year by the rules with which its sheet was begun.
    scored = [
        one.marked.total * 100 / rules_of(one.sheet).full
        for one in halves
        if one is not None and one.marked.total is not None
    ]
    cases = by_figure(figure for one in kept if one.counted is not None for figure in one.counted.figures or ())
    points, standing = year_points(rules, scored, cases)
    figures, _ = standing_points(rules.standing, cases, rules.formula)
    return YearRow(unit, halves, standing, points, figures)


def _drafted(store: Store, meant: Meant, kind: PaperKind, whole: About, content: Content) -> int:
    number = papering.draft(store, kind, whole, content, meant)
    with store.reading() as t:
        there = t.papers.get(number)
    if there is not None and there.content != content:
        again = replace(meant, subject=str(number), seen=there.revision, request=None)
        papering.refresh(store, again, content)
    return number


def _require(meant: Meant) -> None:
    role = meant.actor.role
    if role is not None and not allowed(role, DRAFT, own=False):
        raise Refused("您没有权限起草督导检查和考核的文稿")


def _refuse_signed(t: Transaction, kind: PaperKind, whole: About) -> None:
    if t.papers.valid_of(kind, whole) is not None and t.papers.draft_of(kind, whole) is None:
        raise Refused("文稿已签发；确有错误的，请在文稿上“更正”，再重新取数")
