"""Fills the ledgers beside the records as after years: proposals with their courses, suggestions, risk assessments, releases,
entries of the public site, publications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select

from casework.disclosures.procedure import Course
from huiying.wiring import Desk
from pipeline.inspecting import window
from pipeline.inspection_figures import counted
from records.alerts import OFFICE
from records.answers import Answer, AnswerEntry, AnswerKind, AnswerNoted, AnswerState, Exchange, PublicWords
from records.duty import Shift
from records.inspections import Sheet, SheetEntry, SheetKind, SheetNoted
from records.papers import About, Basis, Content, Ledger, PaperKind, PaperSection, Paragraph, Statement, Table
from records.proposals import Form, ProposalEntry
from records.proposals import Noted as Filed
from records.rectifications import Rectification, RectificationDid, RectificationEntry
from records.releases import Release, ReleaseState, ReleaseStep
from records.risks import Judged, RiskAssessment, RiskForm
from records.suggestions import Did, Suggestion, SuggestionEntry
from records.upward import Need, Noted, UpwardEntry
from records.words import Attribute, Audience, Manner, Period, Risk, Severity, TimeKind
from records.zone import CHINA
from regulation.inspection import half_year_of, inspection_rules
from regulation.procedures import Procedure
from regulation.upward import upward_rules
from storage import tables
from storage.proposals import Kept
from storage.store import Transaction

_RUNNING = 60
_OPEN = 40
_PAPERS = 180
_INSPECTED = 40
_DAYS_OF_DUTY = 60
_DAY = timedelta(days=1)
_SAID = "希望公开办理的时限和联系方式，收到的答复不够清楚。"
_WENT = (Did.REGISTERED, Did.EXPLAINED, Did.FED_BACK, Did.FINISHED)


@dataclass(frozen=True, slots=True)
class Published:
    """What the ledgers need of a record."""

    id: str
    title: str
    unit: str
    item: str | None
    at: datetime


def fill_ledgers(desk: Desk, now: datetime) -> None:
    """Write all of it beside the records and incidents that are there, at most so much of everything as they bear."""
    with desk.store.reading() as t:
        records = _newest_records(t)
    came_from = records[: len(records) * 3 // 10]
    running = [_running(n, record, now) for n, record in enumerate(records[:_RUNNING])]
    _proposals(desk, came_from, running)
    with desk.store.transaction() as t:
        t.connection.execute(insert(tables.publication), [_publication(record) for record in records])
        for n, record in enumerate([*running, *came_from[:500]]):
            t.risks.add(_risk(record, n))
        for n in range(_PAPERS):
            t.papers.add(PaperKind.DAILY, _days(now, n), _paper(n), now - n * _DAY, "值班员")
        planned = records[:500]
        for n, record in enumerate(planned, -len(planned) * 4 // 5):
            t.releases.add(_release(record, now + n * _DAY / 4))
        for n in range(len(records) // 5):
            _suggestion(t, records[n % len(records)], n, now)
        for n, record in enumerate(came_from[: len(came_from) // 10]):
            _public_entry(t, record, n)
    _inspections(desk, sorted({record.unit for record in records})[:_INSPECTED], now)
    with desk.store.transaction() as t:
        for row in _grave_incidents(t):
            _told_upward(t, row.id, Severity(row.severity), row.opened_at)
        for n in range(_DAYS_OF_DUTY * 3):
            begins_at = now + (n - 20) * _DAY / 3
            t.duty.add(Shift(OFFICE, f"值班员{n % 7}", begins_at, begins_at + _DAY / 3))


def _inspections(desk: Desk, units: Sequence[str], now: datetime) -> None:
    """Sheets of this half-year and the one before, with every figure, all points and something to put right."""
    rules = inspection_rules()
    today = half_year_of(now.astimezone(CHINA).date())
    with desk.store.transaction() as t:
        for span in (half_year_of(today.first - _DAY), today):
            for n, unit in enumerate(units):
                frozen = rules.model_dump(mode="json")
                sheet = t.inspections.begin(
                    Sheet(0, SheetKind.OFFICE, unit, span.first, span.last, frozen, now, "办公室")
                )
                figures = counted(t, window(sheet, now), desk.disclosure_time)
                t.inspections.note(SheetEntry(sheet.id, SheetNoted.COUNTED, now, "办公室", figures=figures))
                for check in rules.checks:
                    given = round(check.judged_points * (7 + n % 4) / 10, 1)
                    t.inspections.note(SheetEntry(sheet.id, SheetNoted.JUDGED, now, "办公室", check.check, given))
                number = f"Z{now.year}-{t.rectifications.last_number(now.year) + 1:04d}"
                t.rectifications.open(Rectification(number, sheet.id, "archive", unit, now))
                due = now + 30 * _DAY
                opened = RectificationEntry(number, RectificationDid.OPENED, now, "办公室", _SAID, due)
                t.rectifications.note(opened)


def _proposals(desk: Desk, ended: Sequence[Published], running: Sequence[Published]) -> None:
    procedure, office = desk.procedure, desk.settings.organisation.office_name
    with desk.store.transaction() as t:
        for n, record in enumerate(ended):
            _course(t, procedure, office, record, n, None)
        for n, begun in enumerate(running):
            _course(t, procedure, office, begun, n, n % 6)


def _grave_incidents(t: Transaction) -> Sequence[Row[Any, Any, Any]]:
    incident = tables.incident.c
    query = select(incident.id, incident.severity, incident.opened_at)
    return t.connection.execute(query.where(incident.severity != Severity.GENERAL.value).order_by(incident.id)).all()


def _told_upward(t: Transaction, incident_id: str, severity: Severity, at: datetime) -> None:
    """Asked for, and reported by telephone within the hour."""
    for rule in upward_rules().bodies[:2]:
        asked = UpwardEntry(
            incident_id, rule.name, rule.label, Noted.NEED, at, "计时", need=Need.MUST, severity=severity
        )
        t.upward.add(replace(asked, clause="H-43"))
        said = UpwardEntry(incident_id, rule.name, rule.label, Noted.SENT, at + _DAY / 24, "工作人员", way="telephone")
        t.upward.add(replace(said, text="已电话报告基本情况。", note="总值班室", happened_at=said.at))


def _newest_records(t: Transaction) -> list[Published]:
    table = tables.disclosure.c
    query = select(table.id, table.title, table.unit, table.catalogue_item, table.published_at)
    rows = t.connection.execute(query.order_by(table.published_at.desc(), table.id))
    return [Published(*row) for row in rows]


def _running(n: int, like: Published, now: datetime) -> Published:
    begun_at = now - n * _DAY / 2
    return Published(
        f"G{begun_at.astimezone(CHINA):%Y%m%d}-{n + 1:03}", f"拟{like.title}", like.unit, like.item, begun_at
    )


def _course(t: Transaction, procedure: Procedure, office: str, about: Published, n: int, signed: int | None) -> None:
    """A proposal with its form and the first `signed` signatures, or all of them, each by somebody else."""
    begun_at = about.at if signed is not None else about.at - 20 * _DAY
    course = Course(procedure, about.unit, office)
    entries = [ProposalEntry(about.id, Filed.FILLED, begun_at, "工作人员", form=_form(about, n, begun_at))]
    course.take(entries[0])
    while (given := next(iter(course.standing().open), None)) is not None and len(entries) - 1 != signed:
        at, signer = begun_at + len(entries) * _DAY / 10, f"签署人{len(entries)}"
        entries.append(ProposalEntry(about.id, Filed.SIGNED, at, signer, given.unit, given.sign.sign))
        course.take(entries[-1])
    now = course.standing()
    steps = procedure.model_dump(mode="json")
    step, ended = None if now.step is None else now.step.step, None if now.end is None else now.end.value
    waits = tuple((given.sign.sign, given.unit) for given in now.open)
    t.proposals.begin(Kept(about.id, about.unit, office, steps, begun_at, "工作人员", step, ended, None, waits))
    for entry in entries:
        t.proposals.add(entry)


def _form(about: Published, n: int, at: datetime) -> Form:
    """Every fifth is published again each quarter, one in fifty may have its next stage to come."""
    kind = TimeKind.REGULAR if n % 5 == 0 else TimeKind.STAGED if n % 50 == 1 else TimeKind.LASTING
    day = at.astimezone(CHINA).date()
    return Form(
        unit=about.unit,
        title=about.title,
        body="现将有关事项公开如下，由责任单位负责实施并接受监督。" * 20,
        filled_on=day,
        attribute=Attribute.OPEN,
        attribute_reason="属于应当公开的内容",
        audience=Audience.SOCIETY,
        manners=(Manner.SOCIETY,),
        platforms=("website",),
        time_kind=kind,
        period=Period.QUARTER if kind is TimeKind.REGULAR else None,
        decided_on=day,
        planned_on=day + 5 * _DAY,
        ends_on=day + 300 * _DAY if kind is TimeKind.STAGED else None,
        catalogue_item=about.item,
    )


def _risk(about: Published, n: int) -> RiskAssessment:
    judged = tuple(Judged(kind, 1 + n % 3, 2, "走访后判断") for kind in ("political", "stability", "opinion"))
    form = RiskForm(judged, ("tracking", "visits"), (about.unit,), "有人值守，先答复再处置。")
    return RiskAssessment(about.id, 1, about.at, "工作人员", form, Risk.MEDIUM if n % 3 == 2 else Risk.LOW, ())


def _days(now: datetime, ago: int) -> About:
    day = now.astimezone(CHINA).date() - timedelta(days=ago)
    return About(first=day, last=day)


def _paper(number: int) -> Content:
    days = Basis(Ledger.DAYS, "逐日统计")
    said = tuple(
        Paragraph((Statement(f"当日共收到帖文{number + each}条，其中负面{each}条。", (days,)),)) for each in range(12)
    )
    rows = tuple((f"渠道{each}", str(each)) for each in range(8))
    return Content("舆情日报", (PaperSection("总体情况", (*said, Table("按渠道", ("渠道", "条数"), rows, (days,)))),))


def _release(about: Published, due: datetime) -> Release:
    planned = ReleaseStep(ReleaseState.PLANNED, due - 30 * _DAY, "工作人员", due)
    return Release(0, about.title, "website", about.id, None, about.unit, about.unit, (planned,))


def _publication(about: Published) -> dict[str, Any]:
    where = {"platform": "website", "platform_name": "政府公众网", "link": f"https://gov.example/{about.id}"}
    return {"record": about.id, "published_at": about.at, "noted_at": about.at, "noted_by": "工作人员", **where}


def _suggestion(t: Transaction, about: Published, n: int, now: datetime) -> None:
    """The newest forty are still to be answered."""
    at = now - (n + 1) * _DAY / 6
    number = f"{at.astimezone(CHINA).year}-{n + 1:05}"
    t.suggestions.add(Suggestion(number, f"{about.title}：{_SAID}", "online", at, about.id, about.unit, None))
    for k, did in enumerate(_WENT if n >= _OPEN else _WENT[:1]):
        written = SuggestionEntry(number, did, at + k * _DAY, "工作人员", _SAID)
        if did is Did.FED_BACK:
            written = replace(written, way="online", happened_at=written.at)
        if did is Did.REGISTERED:
            written = replace(written, due_at=at + 14 * _DAY)
        t.suggestions.note(written)


def _public_entry(t: Transaction, about: Published, n: int) -> None:
    """Written, submitted, approved and published; of the first few some is still to be done."""
    number = f"K{about.at.astimezone(CHINA):%Y%m%d}-{n + 1:03}"
    notes = (AnswerNoted.WRITTEN, AnswerNoted.SUBMITTED, AnswerNoted.APPROVED, AnswerNoted.PUBLISHED)
    states = (AnswerState.DRAFT, AnswerState.SUBMITTED, AnswerState.APPROVED, AnswerState.PUBLISHED)
    went = 1 + n % 4 if n < _OPEN else 4
    begun = Answer(number, AnswerKind.PUBLIC, about.id, about.unit, about.at, "工作人员", states[went - 1])
    t.answers.begin(begun)
    words = PublicWords(
        about.title, tuple(Exchange("什么时候能办？", "已在公告里写明。") for _ in range(3)), "已安排办理。"
    )
    for k, noted in enumerate(notes[:went]):
        said = words if noted is AnswerNoted.WRITTEN else None
        actor = "审定人" if noted is AnswerNoted.APPROVED else "工作人员"
        t.answers.add(AnswerEntry(number, noted, about.at + k * _DAY / 4, actor, about.unit, said))
