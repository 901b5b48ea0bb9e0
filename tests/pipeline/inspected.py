"""A desk with two units, what they published, suggested and answered, and an office that inspects them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from nlp.admission import without_personal_data
from pipeline import inspecting
from pipeline.acts import Actor
from pipeline.inspecting import Inspecting, Remark
from pipeline.meant import Meant
from pipeline.notify import stored_contacts
from pipeline.rectifying import Rectifying
from records.alerts import Deadline, Ending
from records.disclosures import Disclosure
from records.incidents import SeverityChange
from records.inspections import SheetKind, SheetNoted
from records.people import Person
from records.words import Role, Severity
from regulation.disclosure_time import disclosure_time
from regulation.inspection import inspection_rules
from storage.store import Store
from tests.pipeline.known_answers import NOON, record
from tests.storage.making import incident

HOUSING, SCHOOLS = "住建局", "教体局"
RULES = inspection_rules()
INSPECTING = Inspecting(RULES, disclosure_time(), without_personal_data)
RECTIFYING = Rectifying(RULES.rectification, without_personal_data, stored_contacts)
OFFICE = Actor("赵主任", Role.OFFICE)
ADMIN = Actor("管理员", Role.ADMIN)
UNIT = Actor("陈杰", Role.UNIT, HOUSING)
LEADER = Actor("周分管", Role.LEADER, HOUSING)
HEAD = Actor("吴主要", Role.HEAD, HOUSING)
OTHER = Actor("孙静", Role.UNIT, SCHOOLS)
DUTY = Actor("王芳", Role.DUTY)
EVALUATOR = Actor("赵敏", Role.EVALUATOR)
FIRST = date(2026, 1, 1)
JULY = datetime(2026, 7, 3, 1, tzinfo=NOON.tzinfo)
MINUTE = timedelta(minutes=1)


def person(actor: Actor) -> Person:
    return Person("u", actor.name, actor.role or Role.OFFICE, actor.unit)


def published(store: Store, number: str, unit: str = HOUSING, at: datetime = NOON, **more: object) -> Disclosure:
    made = replace(record(number), unit=unit, published_at=at, **more)  # type: ignore[arg-type]
    with store.transaction() as t:
        t.disclosures.add(made, at, "测试")
    return made


def clocked(store: Store, number: str, *clocks: Deadline, unit: str = HOUSING) -> list[int]:
    """An incident of that unit with these clocks; their numbers."""
    with store.transaction() as t:
        gathering = t.incidents.start_gathering(None, NOON)
        opened = replace(incident(number), unit=unit, disclosure=None, gathering=1)
        t.incidents.open(opened, gathering.id, SeverityChange(NOON, Severity.GENERAL, "person"))
        added = [t.deadlines.add(replace(clock, incident=number), []) for clock in clocks]
    return [one.id for one in added if one is not None and one.id is not None]


def clock(kind: str, due_at: datetime, ends: Ending | None = None, unit: str | None = None) -> Deadline:
    return Deadline(
        "", 1, kind, due_at - timedelta(hours=2), due_at, (), "H-42(3)", recorded_at=due_at - timedelta(hours=2),
        started_by="王芳", ends=ends, label=None if ends is None else "答复", unit=unit,
    )  # fmt: skip


def begun(store: Store, unit: str = HOUSING, at: datetime = JULY, day: date = FIRST) -> int:
    """The office's sheet of that unit; its number."""
    inspecting.begin(store, SheetKind.OFFICE, [unit], day, OFFICE, at, INSPECTING)
    with store.reading() as t:
        sheet = t.inspections.find(SheetKind.OFFICE, unit, date(day.year, 1 if day.month < 7 else 7, 1))
    assert sheet is not None
    return sheet.id


def judged(store: Store, sheet: int, share: float = 1.0, by: Actor = OFFICE, at: datetime = JULY) -> None:
    """Give the same share of every point that only a person gives."""
    with store.reading() as t:
        checks = inspecting.as_marked(t, [inspecting.known(t, str(sheet))])[sheet].checks
    for check in checks:
        said = Remark(round(check.judged_most * share, 1))
        inspecting.score(store, Meant(str(sheet), by, at), check.rule.check, SheetNoted.JUDGED, said, INSPECTING)
