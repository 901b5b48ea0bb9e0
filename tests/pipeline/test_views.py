"""Each person sees what their role and unit allow, in the order of what is due first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from casework.incidents.moves import ended
from pipeline import plan, views
from pipeline.message_reading import mark_all_read, mark_read
from pipeline.notify import page_only
from pipeline.refusals import Refused
from records.alerts import OFFICE
from records.incidents import IncidentState
from records.people import Person
from records.reports import Report
from records.words import ReportKind, Role, Scope, Severity
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, NOON, SECOND, Town, record

OFFICER = Person("wangfang", "王芳", Role.OFFICE)
WATCH = Person("lijun", "李军", Role.DUTY)
HOUSING = Person("chenjie", "陈杰", Role.UNIT, "住建局")
SCHOOLS = Person("maxia", "马霞", Role.UNIT, "教育局")
EVALUATOR = Person("zhaomin", "赵敏", Role.EVALUATOR)
ADMIN = Person("admin", "周强", Role.ADMIN)


def town_with_two_incidents(store: Store) -> Town:
    town = Town(store)
    for number, disclosure in ((1, "d1"), (2, "d2")):
        for voice in range(3):
            town.come(f"{disclosure}-{voice}", NOON + number * HOUR + voice * SECOND, disclosure=disclosure)
    return town


def ids(rows: list[views.IncidentRow]) -> list[str]:
    return [row.id for row in rows]


def test_the_newest_incident_stands_on_top_while_no_clock_runs(store: Store):
    town_with_two_incidents(store)
    with store.reading() as t:
        rows = views.open_incidents(t, OFFICER)
    assert ids(rows) == ["20260410-002", "20260410-001"]
    assert [row.posts for row in rows] == [3, 3]
    assert rows[0].last_post_at == NOON + 2 * HOUR + 2 * SECOND


def test_an_incident_whose_clock_runs_stands_above_those_without_one(store: Store):
    town_with_two_incidents(store)
    with store.transaction() as t:
        incident = t.incidents.get("20260410-001")
        assert incident is not None
        plan.start(t, incident, NOON + 3 * HOUR, NOON + 3 * HOUR, "王芳", routes=page_only)
    with store.reading() as t:
        rows = views.open_incidents(t, OFFICER)
    assert ids(rows) == ["20260410-001", "20260410-002"]
    assert rows[0].running is not None
    assert rows[0].running.due_at == NOON + 5 * HOUR


@pytest.mark.clause("H-42(3)")
def test_an_incident_awaits_its_plan_only_where_the_plan_must_be_started_and_is_not(store: Store):
    town_with_two_incidents(store)
    with store.transaction() as t:
        for incident_id in ("20260410-001", "20260410-002"):
            incident = t.incidents.get(incident_id)
            assert incident is not None
            emergency = t.incidents.save(replace(incident, severity=Severity.MAJOR_EMERGENCY), incident.revision)
        plan.start(t, emergency, NOON + 3 * HOUR, NOON + 3 * HOUR, "王芳", routes=page_only)
    with store.reading() as t:
        rows = {row.id: row for row in views.open_incidents(t, OFFICER)}
    assert {incident_id: row.awaits_plan for incident_id, row in rows.items()} == {
        "20260410-001": True,
        "20260410-002": False,
    }
    assert rows["20260410-002"].detected_at == NOON + 2 * HOUR
    major = replace(rows["20260410-001"], severity=Severity.MAJOR)
    closed = replace(rows["20260410-001"], state=IncidentState.CLOSED)
    assert (major.awaits_plan, closed.awaits_plan) == (False, False)


@pytest.mark.clause("H-42(3)")
def test_what_awaits_its_plan_is_listed_first_and_all_are_counted_however_many_go_on(store: Store):
    town = town_with_two_incidents(store)
    town.come("d1-grave", NOON + 3 * HOUR, disclosure="d1", likes=5000)
    with store.transaction() as t:
        calm, started = t.incidents.get("20260410-001"), t.incidents.get("20260410-002")
        assert calm is not None
        assert started is not None
        started = t.incidents.save(replace(started, severity=Severity.MAJOR_EMERGENCY), started.revision)
    with store.reading() as t:
        assert ids(views.open_incidents(t, OFFICER, limit=1)) == [started.id]
        assert (views.open_incident_count(t, OFFICER), views.open_incident_count(t, SCHOOLS)) == (2, 0)
    with store.transaction() as t:
        plan.start(t, calm, NOON + 3 * HOUR, NOON + 3 * HOUR, "王芳", routes=page_only)
    with store.reading() as t:
        assert ids(views.open_incidents(t, OFFICER, limit=1)) == [started.id]
    with store.transaction() as t:
        calm = t.incidents.get(calm.id)
        assert calm is not None
        t.incidents.save(replace(calm, severity=Severity.MAJOR_EMERGENCY), calm.revision)
        plan.start(t, started, NOON + 4 * HOUR, NOON + 4 * HOUR, "王芳", routes=page_only)
    with store.reading() as t:
        assert ids(views.open_incidents(t, OFFICER)) == [calm.id, started.id]


def test_a_graver_incident_stands_above_a_newer_one(store: Store):
    town = town_with_two_incidents(store)
    town.come("d1-grave", NOON + 3 * HOUR, disclosure="d1", likes=5000)
    with store.reading() as t:
        rows = views.open_incidents(t, OFFICER)
    assert [(row.id, row.severity) for row in rows] == [
        ("20260410-001", Severity.MAJOR),
        ("20260410-002", Severity.GENERAL),
    ]


@pytest.mark.parametrize("person", [OFFICER, WATCH, EVALUATOR, ADMIN])
def test_the_office_the_watch_evaluators_and_admins_see_every_incident(store: Store, person: Person):
    town_with_two_incidents(store)
    with store.reading() as t:
        assert len(views.open_incidents(t, person)) == 2


@pytest.mark.clause("H-41")
def test_a_unit_sees_its_own_incidents_only(store: Store):
    town_with_two_incidents(store)
    with store.reading() as t:
        assert len(views.open_incidents(t, HOUSING)) == 2
        assert views.open_incidents(t, SCHOOLS) == []
        assert views.visible_incident(t, HOUSING, "20260410-001") is not None
        assert views.visible_incident(t, SCHOOLS, "20260410-001") is None


def test_posts_come_newest_first_with_how_they_were_read(store: Store):
    town_with_two_incidents(store)
    with store.reading() as t:
        rows = views.newest_posts(t, OFFICER, limit=2)
    assert [row.post.id for row in rows] == ["d2-2", "d2-1"]
    assert rows[0].assessment is not None
    assert rows[0].record_title == "d2号方案"


@pytest.mark.clause("E-2(4)")
@pytest.mark.parametrize(
    ("person", "title"), [(OFFICER, "p1号方案"), (ADMIN, views.HIDDEN_TITLE), (SCHOOLS, views.HIDDEN_TITLE)]
)
def test_the_title_of_a_party_record_shows_only_to_those_who_may_read_it(store: Store, person: Person, title: str):
    town = Town(store)
    with store.transaction() as t:
        t.disclosures.add(record("p1", scope=Scope.PARTY), NOON - DAY, "王芳")
    town.come("x", NOON, disclosure="p1")
    with store.reading() as t:
        assert [row.record_title for row in views.newest_posts(t, person)] == [title]


def test_the_office_reads_messages_to_the_office_and_a_unit_those_to_itself(store: Store):
    with store.transaction() as t:
        t.messages.add("k1", OFFICE, NOON, "致区委办", "正文", None)
        t.messages.add("k2", "住建局", NOON, "致住建局", "正文", None)
    with store.reading() as t:
        assert [message.title for message in views.messages(t, OFFICER)] == ["致区委办"]
        assert [message.title for message in views.messages(t, HOUSING)] == ["致住建局"]
        assert views.messages(t, SCHOOLS) == []
        assert views.messages(t, EVALUATOR) == []
        assert (views.unread_messages(t, OFFICER), views.unread_messages(t, EVALUATOR)) == (1, 0)


def test_the_first_reader_of_a_message_is_noted(store: Store):
    with store.transaction() as t:
        t.messages.add("k1", OFFICE, NOON, "致区委办", "正文", None)
        message = t.messages.of([OFFICE])[0]
        assert mark_read(t, OFFICER, message.id, NOON + SECOND)
        assert not mark_read(t, WATCH, message.id, NOON + HOUR)
    with store.reading() as t:
        read = views.messages(t, OFFICER)[0]
    assert (read.read_by, read.read_at) == ("王芳", NOON + SECOND)


def test_nobody_marks_a_message_to_others_as_read(store: Store):
    with store.transaction() as t:
        t.messages.add("k1", OFFICE, NOON, "致区委办", "正文", None)
        message = t.messages.of([OFFICE])[0]
        with pytest.raises(Refused):
            mark_read(t, HOUSING, message.id, NOON)
        assert mark_all_read(t, HOUSING, NOON) == 0
        assert mark_all_read(t, OFFICER, NOON) == 1


def test_a_report_is_downloaded_by_those_who_may_read_it(store: Store):
    town_with_two_incidents(store)
    with store.transaction() as t:
        t.reports.add(
            Report("20260410-001", ReportKind.INITIAL, 1, "惠舆情报〔2026〕1号", NOON, "王芳", (), "a/b.docx")
        )
    with store.reading() as t:
        may = {person.name: views.may_download_report(t, person, "a/b.docx") for person in (OFFICER, HOUSING, SCHOOLS)}
        assert may == {"王芳": True, "陈杰": True, "马霞": False}
        assert not views.may_download_report(t, OFFICER, "a/other.docx")


def test_ended_incidents_leave_the_watch_page_and_stay_findable(store: Store):
    town_with_two_incidents(store)
    with store.transaction() as t:
        incident = t.incidents.get("20260410-001")
        assert incident is not None
        t.incidents.save(ended(incident, IncidentState.CLOSED, NOON + timedelta(days=1)), incident.revision)
    with store.reading() as t:
        assert ids(views.open_incidents(t, OFFICER)) == ["20260410-002"]
        assert ids(views.ended_incidents(t, OFFICER)) == ["20260410-001"]
        assert views.ended_incidents(t, SCHOOLS) == []
