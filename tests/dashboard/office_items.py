"""What an office has made with a filled desk, for tests that look at the pages: papers, a sheet that its unit was told of, what
is to be put right, and a unit that looks at itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.inspection.rectifying import RectificationSaid
from dashboard.navigation import Place
from huiying.wiring import Desk
from nlp.admission import without_personal_data
from pipeline import inspecting, papering, rectifying
from pipeline.acts import Actor
from pipeline.inspecting import Remark
from pipeline.inspection_papers import draft_feedback
from pipeline.meant import Meant
from pipeline.notify import page_only
from pipeline.papering import Office
from pipeline.periodic_drafting import draft_period
from pipeline.rectifying import Rectifying
from records.inspections import Sheet, SheetKind, SheetNoted
from records.papers import PaperKind
from records.words import Role
from records.zone import CHINA
from regulation.inspection import half_year_of
from tests.pipeline.inspected import INSPECTING, RULES

OFFICE = Actor("王芳", Role.OFFICE)
LATEST = timedelta(days=7)


@dataclass(frozen=True)
class OfficeItems:
    """The numbers of the items: a draft with tables and a chart, a signed paper, a sheet, an item to put right."""

    draft: int
    signed: int
    sheet: int
    item: str

    def places(self) -> dict[Place, str | None]:
        """The pages on which they are looked at, each with one of them."""
        return {Place.PAPER: str(self.draft), Place.INSPECTION: str(self.sheet), Place.RECTIFICATION: self.item}


def made(desk: Desk, unit: str) -> OfficeItems:
    """Make them through the service layer, of that unit."""
    now = desk.clock.now()
    sheet = begun(desk, SheetKind.OFFICE, unit, OFFICE)
    begun(desk, SheetKind.SELF, unit, Actor("陈杰", Role.UNIT, unit))
    judge(desk, sheet)
    meant = Meant(str(sheet.id), OFFICE, now)
    inspecting.find(desk.store, meant, "archive", Remark(None, "缺两份签批原件", "抽查档案盒"), INSPECTING)
    desk_of_items = Rectifying(RULES.rectification, without_personal_data, page_only)
    said = RectificationSaid("缺两份签批原件", now.astimezone(CHINA).date() + LATEST)
    item = rectifying.open_item(desk.store, meant, "archive", said, desk_of_items)
    feedback = draft_feedback(desk.store, meant)
    papering.sign(desk.store, Meant(str(feedback), OFFICE, now, None, 1), office(desk))
    return OfficeItems(_monthly(desk, now), feedback, sheet.id, item)


def office(desk: Desk) -> Office:
    """What papers need."""
    return Office(desk.letterhead, desk.settings.reports_dir, without_personal_data)


def begun(desk: Desk, kind: SheetKind, unit: str, by: Actor) -> Sheet:
    """The sheet of that unit for this half-year."""
    now = desk.clock.now()
    first = half_year_of(now.astimezone(CHINA).date()).first
    inspecting.begin(desk.store, kind, [unit], first, by, now, INSPECTING)
    with desk.store.reading() as t:
        sheet = t.inspections.find(kind, unit, first)
    assert sheet is not None
    return sheet


def judge(desk: Desk, sheet: Sheet, left: str | None = None) -> None:
    """Give everything that only a person gives, but for the check `left`."""
    with desk.store.reading() as t:
        checks = inspecting.as_marked(t, [sheet])[sheet.id].checks
    for check in checks:
        if check.judged_most and check.rule.check != left:
            meant, remark = Meant(str(sheet.id), OFFICE, desk.clock.now()), Remark(check.judged_most - 1)
            inspecting.score(desk.store, meant, check.rule.check, SheetNoted.JUDGED, remark, INSPECTING)


def _monthly(desk: Desk, now: datetime) -> int:
    """The monthly paper on all that the desk holds, as it is drafted when this month is over."""
    today = now.astimezone(CHINA).date()
    over = datetime(today.year + today.month // 12, today.month % 12 + 1, 1, 1, tzinfo=CHINA)
    meant = Meant(PaperKind.MONTHLY.value, OFFICE, over)
    return draft_period(desk.store, PaperKind.MONTHLY, today, meant, desk.periodic, desk.disclosure_time)
