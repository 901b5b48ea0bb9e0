"""Turns sheets and rectification items into what their pages show, for one person: a unit sees its own, once it was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.inspection.comparing import UnitSheet
from casework.inspection.papers import YearRow
from casework.inspection.rectifying import RectificationCourse, possible
from pipeline.inspecting import DRAFT, FILL, ONESELF, TOLD, VIEW, about, closed, entries_of, told_at
from pipeline.inspection_papers import unit_sheets, year_rows
from pipeline.rectifying import ACTS, courses
from pipeline.views import may, may_everywhere, may_somewhere
from records.inspections import Sheet, SheetEntry, SheetKind
from records.papers import About, OfficePaper, PaperKind
from records.people import Person
from records.rectifications import Rectification, RectificationDid
from records.zone import CHINA
from regulation.inspection import InspectionRules, RectificationRules, half_year_of
from regulation.periods import Span
from storage.store import Transaction

OPEN = ACTS[RectificationDid.OPENED]


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """One sheet in the list of a half-year. `told` says that a signed paper has told the unit; of a self-inspection, that it
    was handed in."""

    of: UnitSheet
    told: bool


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One sheet with what the person may do with it. `closed` says why nothing can be noted, `draft` and `signed` are the
    numbers of the papers on it, as far as there are any and the person may see them; `entries` are all, oldest first."""

    of: UnitSheet
    entries: Sequence[SheetEntry]
    closed: str | None
    may_fill: bool
    may_draft: bool
    may_open: bool
    draft: OfficePaper | None
    signed: OfficePaper | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One rectification item in a list."""

    item: Rectification
    course: RectificationCourse
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One rectification item with the steps that the person may note now."""

    row: ItemRow
    steps: frozenset[RectificationDid]
    record_title: str | None


def half_years(t: Transaction, now: datetime) -> list[Span]:
    """The half-years to choose from, the last one first: this one, the one before, and all of which there is a sheet."""
    this = half_year_of(now.astimezone(CHINA).date())
    spans = {
        one.first: one for one in (this, this.before(), *(half_year_of(day) for day in t.inspections.half_years()))
    }
    return [spans[first] for first in sorted(spans, reverse=True)]


def listed(t: Transaction, person: Person, first: date, kind: SheetKind = SheetKind.OFFICE) -> list[ListedSheet]:
    """The sheets of the half-year that begins then and that the person may see, by unit."""
    return [one for one in _seen(t, person, [first]) if one.of.sheet.kind is kind]


def every(t: Transaction, person: Person, unit: str) -> list[ListedSheet]:
    """The office's sheets of one unit that the person may see, the newest half-year first."""
    return [one for one in _seen(t, person, None, unit) if one.of.sheet.kind is SheetKind.OFFICE]


def page(t: Transaction, person: Person, sheet_id: int) -> SheetPage | None:
    """One sheet; None where there is none or the person may not see it."""
    sheet = t.inspections.get(sheet_id)
    if sheet is None:
        return None
    signed = told_at(t, [sheet])
    if not _may_see(person, sheet, signed):
        return None
    until = _until(person, signed)
    (one,) = unit_sheets(t, [sheet], until)
    act = FILL if sheet.kind is SheetKind.OFFICE else ONESELF
    office = sheet.kind is SheetKind.OFFICE
    drafts = office and may(person, DRAFT, sheet.unit)
    return SheetPage(
        of=one,
        entries=entries_of(t, [sheet], until)[sheet.id],
        closed=TOLD if sheet.id in until else closed(t, sheet, one.marked),
        may_fill=may(person, act, sheet.unit),
        may_draft=drafts,
        may_open=office and may(person, OPEN, sheet.unit),
        draft=t.papers.draft_of(PaperKind.INSPECTION, about(sheet)) if drafts else None,
        signed=t.papers.valid_of(PaperKind.INSPECTION, about(sheet)) if office else None,
    )


def may_inspect_oneself(person: Person) -> bool:
    """Whether the person may fill in a sheet of their own unit."""
    return person.unit is not None and may(person, ONESELF, person.unit)


def items(t: Transaction, person: Person) -> list[ItemRow]:
    """The rectification items that the person may see: what is due first at the head, what has ended at the end."""
    if not may_somewhere(person, VIEW):
        return []
    unit = None if may_everywhere(person, VIEW) else person.unit
    found = _rows(t, t.rectifications.listed(unit=unit))
    return sorted(found, key=lambda row: (row.course.ended, row.course.next_due or row.item.opened_at, row.item.id))


def item_page(t: Transaction, person: Person, item_id: str, rules: RectificationRules) -> ItemPage | None:
    """One rectification item; None where there is none or the person may not see it."""
    found = t.rectifications.get(item_id)
    if found is None or not may(person, VIEW, found.unit):
        return None
    (row,) = _rows(t, [found])
    steps = frozenset(did for did in possible(row.course, rules) if may(person, ACTS[did], found.unit))
    named = row.course.published.record if row.course.published is not None else None
    record = None if named is None else t.disclosures.get(named)
    return ItemPage(row, steps, None if record is None else record.outward_title)


def waiting(t: Transaction, person: Person, now: datetime) -> list[ItemRow]:
    """The items that wait for this person: a unit's own, of those of all units what is to be checked or late."""
    if not may_somewhere(person, VIEW):
        return []
    rows = [row for row in _rows(t, t.rectifications.open_ones()) if may(person, VIEW, row.item.unit)]
    return [row for row in rows if _waits_for(person, row, now)]


def owed(t: Transaction, person: Person, now: datetime) -> tuple[Span, str] | None:
    """What the office still has to do for the half-year that has ended (第五十一条), and which it is; None where nothing, and
    while the office has not begun to inspect at this desk."""
    this = half_year_of(now.astimezone(CHINA).date())
    before = this.before()
    begun = t.inspections.half_years() if may_everywhere(person, FILL) else []
    if not begun or begun[-1] > before.first:
        return None
    if t.papers.valid_of(PaperKind.INSPECTION, About(first=before.first, last=before.last)) is not None:
        return None
    sheets = [one for one in t.inspections.listed([before.first]) if one.kind is SheetKind.OFFICE]
    untold = len(sheets) - len(told_at(t, sheets))
    return before, f"评分、反馈 {untold} 个单位" if untold else "起草、签发通报" if sheets else "开始检查"


def year(t: Transaction, person: Person, of: int, rules: InspectionRules) -> list[YearRow]:
    """What the year comes to, for whoever sees all units."""
    return year_rows(t, of, rules) if may_everywhere(person, VIEW) else []


def paper_of(t: Transaction, person: Person, kind: PaperKind, whole: About) -> OfficePaper | None:
    """The draft of this, or the signed paper, for whoever drafts such papers."""
    if not may_everywhere(person, DRAFT):
        return None
    return t.papers.draft_of(kind, whole) or t.papers.valid_of(kind, whole)


def _waits_for(person: Person, row: ItemRow, now: datetime) -> bool:
    mine = person.unit is not None and person.unit == row.item.unit
    if row.course.waits_for_office:
        return may(person, ACTS[RectificationDid.ACCEPTED], row.item.unit)
    late = row.course.overdue(now) and may_everywhere(person, OPEN)
    return late or (mine and may(person, ACTS[RectificationDid.PLANNED], row.item.unit))


def _seen(t: Transaction, person: Person, firsts: Sequence[date] | None, unit: str | None = None) -> list[ListedSheet]:
    if not may_somewhere(person, VIEW):
        return []
    own = unit if may_everywhere(person, VIEW) else person.unit
    found = t.inspections.listed(firsts, own)
    signed = told_at(t, found)
    sheets = [one for one in found if _may_see(person, one, signed)]
    return [ListedSheet(one, _is_told(one, signed)) for one in unit_sheets(t, sheets, _until(person, signed))]


def _is_told(one: UnitSheet, signed: Mapping[int, datetime]) -> bool:
    if one.sheet.kind is SheetKind.SELF:
        return one.marked.handed_in is not None
    return one.sheet.id in signed


def _may_see(person: Person, sheet: Sheet, signed: Mapping[int, datetime]) -> bool:
    """Whoever inspects sees every sheet; a unit its own, and what the office says of it once that is signed (第五十三条)."""
    if may_everywhere(person, VIEW):
        return True
    return may(person, VIEW, sheet.unit) and (sheet.kind is SheetKind.SELF or sheet.id in signed)


def _until(person: Person, signed: Mapping[int, datetime]) -> Mapping[int, datetime]:
    """Until when the person sees each sheet: a unit sees what is signed, also while that is being corrected."""
    return {} if may_everywhere(person, VIEW) else signed


def _rows(t: Transaction, found: Sequence[Rectification]) -> list[ItemRow]:
    went = courses(t, found)
    sheets = t.inspections.many({one.sheet for one in found})
    return [ItemRow(one, went[one.id], sheets[one.sheet]) for one in found if one.sheet in sheets]
