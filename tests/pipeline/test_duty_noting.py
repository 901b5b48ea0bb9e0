"""Who is on duty notes what happens: masked, under their name, never changed; a mistake is struck beside what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from nlp.admission import without_personal_data
from pipeline.duty_log import Logged, day_entries, in_one, shift_entries, shift_log
from pipeline.duty_noting import Writing, note, strike
from pipeline.incident_timeline import incident_timeline
from pipeline.refusals import Refused
from records.alerts import OFFICE
from records.duty import LogEntry, Shift
from records.people import Person
from records.words import Role
from records.zone import CHINA
from storage.store import Store
from tests.pipeline.clocks import open_incident
from tests.pipeline.test_duty_handover import CHEN, LI, WANG, ZHAO
from tests.storage.making import HOUR, NOON

SCHOOLS = Person("sunli", "孙丽", Role.UNIT, "教体局")
INCIDENT = "20260410-001"


def by(person: Person = LI, at: datetime = NOON, request: str | None = None) -> Writing:
    return Writing(person, at, without_personal_data, request)


def write(
    store: Store,
    text: str = "供热公司来电，16时恢复",
    happened_at: datetime = NOON,
    incident: str | None = None,
    writing: Writing | None = None,
    recipient: str = OFFICE,
) -> None:
    note(store, recipient, text, happened_at, incident, writing or by())


def entries(store: Store, now: datetime = NOON + HOUR, recipient: str = OFFICE) -> list[LogEntry]:
    with store.reading() as t:
        return shift_entries(t, recipient, now)


@pytest.mark.clause("H-41")
def test_a_note_is_kept_masked_with_its_time_its_writer_and_its_incident_and_logged(store: Store):
    open_incident(store)
    write(store, "供热公司张三来电13912345678，16时恢复", NOON - HOUR, INCIDENT)
    (kept,) = entries(store)
    assert "13912345678" not in kept.text
    assert kept.text.endswith("16时恢复")
    assert (kept.happened_at, kept.at, kept.actor, kept.incident) == (NOON - HOUR, NOON, "李军", INCIDENT)
    with store.reading() as t:
        logged = t.audit.about(OFFICE)[-1]
    assert (logged.act, logged.actor, logged.allowed) == ("write_duty_log", "李军", True)
    assert "13912345678" not in str(logged.detail)


@pytest.mark.clause("H-41")
def test_a_mistake_is_struck_with_a_reason_and_stays_beside_what_is_right(store: Store):
    write(store)
    (first,) = entries(store)
    strike(store, OFFICE, first.id or 0, "听错，来电13912345678更正", "供热公司来电，17时恢复", by(WANG, NOON + HOUR))
    kept, right = entries(store)
    assert kept == first
    assert (right.of, right.text, right.actor, right.happened_at) == (first.id, "供热公司来电，17时恢复", "王芳", NOON)
    assert right.reason is not None
    assert "13912345678" not in right.reason
    with pytest.raises(Refused, match="刚才已经更正过"):
        strike(store, OFFICE, first.id or 0, "再改", "18时", by())


def test_what_is_only_struck_leaves_no_line_of_its_own(store: Store):
    write(store)
    (first,) = entries(store)
    strike(store, OFFICE, first.id or 0, "记重了", " ", by())
    assert in_one([], entries(store)) == [first]
    assert [one.reason for one in entries(store)] == [None, "记重了"]


@pytest.mark.parametrize(
    ("deed", "fault"),
    [
        (lambda store: write(store, " "), "什么事"),
        (lambda store: write(store, "长" * 1001), "过长"),
        (lambda store: write(store, happened_at=NOON + HOUR), "晚于现在"),
        (lambda store: write(store, incident="20260410-009"), "没有编号"),
        (lambda store: write(store, writing=by(ZHAO)), "没有权限"),
        (lambda store: write(store, writing=by(CHEN)), "没有权限"),
        (lambda store: strike(store, OFFICE, 5, "记错", "", by()), "没有这条"),
        (lambda store: strike(store, OFFICE, 5, " ", "", by()), "为什么更正"),
        (lambda store: strike(store, OFFICE, 5, "记错", "", by(ZHAO)), "没有权限"),
    ],
)
def test_what_cannot_be_noted_is_refused_in_words_and_the_attempt_is_audited(
    store: Store, deed: Callable[[Store], None], fault: str
):
    with pytest.raises(Refused, match=fault):
        deed(store)
    assert entries(store) == []
    with store.reading() as t:
        assert [one.allowed for one in t.audit.about(OFFICE)] == [False]


def test_a_unit_writes_its_own_log_and_nobody_elses_and_strikes_nothing_of_another(store: Store):
    write(store, recipient="住建局", writing=by(CHEN))
    (own,) = entries(store, recipient="住建局")
    with pytest.raises(Refused, match="没有权限"):
        strike(store, "住建局", own.id or 0, "记错", "", by(SCHOOLS))
    with pytest.raises(Refused, match="没有这条"):
        strike(store, OFFICE, own.id or 0, "记错", "", by())
    assert entries(store) == []


def test_a_unit_cannot_tie_a_note_to_an_incident_that_it_may_not_see(store: Store):
    open_incident(store)
    with pytest.raises(Refused, match="不能查看"):
        write(store, incident=INCIDENT, recipient="教体局", writing=by(SCHOOLS))


def test_a_second_click_notes_it_once_and_strikes_it_once(store: Store):
    for _ in range(2):
        write(store, writing=by(request="r1"))
    (first,) = entries(store)
    for _ in range(2):
        strike(store, OFFICE, first.id or 0, "听错", "17时恢复", by(request="r2"))
    assert len(entries(store)) == 2


def test_acts_and_notes_stand_in_one_order_of_time_since_the_shift_began(store: Store):
    open_incident(store)
    with store.transaction() as t:
        t.duty.add(Shift(OFFICE, "李军", NOON, NOON + 8 * HOUR))
        t.audit.append(NOON + 2 * HOUR, "李军", Role.DUTY, "confirm", INCIDENT, True)
    write(store, "交班前的事", NOON - 2 * HOUR, writing=by(at=NOON - HOUR))
    write(store, "来电", NOON + HOUR, writing=by(at=NOON + 3 * HOUR))
    with store.reading() as t:
        now = NOON + 3 * HOUR
        found = in_one(shift_log(t, OFFICE, now), shift_entries(t, OFFICE, now))
        before = day_entries(t, OFFICE, (NOON - 2 * HOUR).astimezone(CHINA).date())
    assert [one.act if isinstance(one, Logged) else one.text for one in found] == ["来电", "confirm"]
    assert "交班前的事" in [one.text for one in before]


def test_a_note_on_an_incident_stands_in_its_course_for_those_who_may_read_that_log(store: Store):
    open_incident(store)
    write(store, incident=INCIDENT)
    write(store, "记错的一条", incident=INCIDENT)
    strike(store, OFFICE, entries(store)[1].id or 0, "记错", "", by())

    def noted(person: Person) -> list[str]:
        with store.reading() as t:
            events = incident_timeline(t, person, INCIDENT)
        assert events is not None
        return [one.about.text for one in events if isinstance(one.about, LogEntry)]

    assert noted(LI) == ["供热公司来电，16时恢复"]
    assert noted(CHEN) == noted(replace(ZHAO)) == []
