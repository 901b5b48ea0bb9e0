"""What waits for a person is one list, what is due first on top; each finds in it what they may do, and the clocks they see."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from nlp.admission import without_personal_data
from pipeline import proposing, reporting, views
from pipeline.due_view import DueRow, due_rows
from pipeline.duty_handover import hand_over, take_over
from pipeline.duty_noting import Writing
from pipeline.matters import About, Band, Matter, Wanted, counts, matters
from pipeline.owing import Owed
from records.actions import Act
from records.alerts import OFFICE as OFFICE_RECIPIENT
from records.answers import Answer, AnswerEntry, AnswerKind, AnswerNoted, AnswerState, Wording
from records.incidents import Incident
from records.people import Contact, Person
from records.words import ReportKind, Role, TimeKind
from records.zone import CHINA
from regulation.disclosure_time import disclosure_time
from regulation.severity import severity_rules
from regulation.time_limits import further_limits
from regulation.upward import upward_rules
from storage.store import Store
from tests.pipeline.answered import approved
from tests.pipeline.known_answers import DAY, HOUR, NOON
from tests.pipeline.test_acts import WHY, Desk
from tests.pipeline.test_due_alerts import FORM as PROPOSAL
from tests.pipeline.test_due_alerts import MONTHLY
from tests.pipeline.test_due_alerts import Town as Publishing
from tests.pipeline.test_proposing import COURSE
from tests.pipeline.test_suggesting import Desk as Suggestions

LI = Person("lijun", "李军", Role.DUTY)
WANG = Person("wangfang", "王芳", Role.OFFICE)
ZHAO = Person("zhaomin", "赵敏", Role.EVALUATOR)
HOUSING = Person("chenjie", "陈杰", Role.UNIT, "住建局")
SCHOOLS = Person("maxia", "马霞", Role.UNIT, "教体局")
MINUTE = timedelta(minutes=1)
RULES = disclosure_time()


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return Desk(store, tmp_path / "reports")


def seen(store: Store, person: Person = LI, now: datetime = NOON) -> list[Matter]:
    with store.reading() as t:
        return matters(t, person, views.open_incidents(t, person, now=now), now, RULES)


def wanted(store: Store, person: Person = LI, now: datetime = NOON) -> list[str]:
    return [one.what for matter in seen(store, person, now) for one in matter.wanted]


def emergency(desk: Desk, incident: Incident) -> Incident:
    return desk.do(Act.SET_SEVERITY, incident=incident.id, severity="major_emergency", **WHY)


@pytest.mark.clause("H-41")
def test_an_incident_that_nobody_has_acknowledged_waits_for_those_who_may_acknowledge_it(desk: Desk):
    incident = desk.open()
    (matter,) = seen(desk.store)
    assert (matter.about, matter.item, matter.acknowledges) == (About.INCIDENT, incident.id, True)
    assert [(one.what, one.due_at) for one in matter.wanted] == [("签收", NOON)]
    assert wanted(desk.store, HOUSING) == ["签收"]
    assert wanted(desk.store, SCHOOLS) == wanted(desk.store, ZHAO) == []


@pytest.mark.clause("H-42(3)")
def test_a_plan_that_must_start_waits_from_the_first_sign_on_and_stands_before_every_clock_to_come(desk: Desk):
    calm = desk.do(Act.START_PLAN, disclosure="d2", at=NOON - 2 * HOUR + MINUTE)
    incident = emergency(desk, desk.open())
    first, second = seen(desk.store)
    assert (first.item, first.wanted[0]) == (incident.id, Wanted("启动预案", since=NOON - HOUR))
    assert (second.item, second.wanted[0].what) == (calm.id, "报送首报")
    assert [one.band(NOON) for one in (first, second)] == [Band.AT_ONCE, Band.WITHIN_AN_HOUR]


@pytest.mark.clause("H-42(3)")
def test_a_running_clock_shows_to_everybody_who_sees_the_incident(desk: Desk):
    desk.do(Act.START_PLAN, disclosure="d2")
    assert "报送首报" in wanted(desk.store, ZHAO)
    assert wanted(desk.store, SCHOOLS) == []


def test_exactly_when_it_is_due_a_matter_is_not_late_yet():
    matter = Matter(About.INCIDENT, "1", "甲", [Wanted("报送首报", NOON)])
    moments = (NOON - HOUR - MINUTE, NOON - HOUR, NOON, NOON + timedelta(seconds=1))
    assert [matter.band(at) for at in moments] == [
        Band.LATER,
        Band.WITHIN_AN_HOUR,
        Band.WITHIN_AN_HOUR,
        Band.AT_ONCE,
    ]
    untimed = replace(matter, wanted=[Wanted("签收接班")])
    assert counts([matter, untimed, matter], NOON) == {Band.WITHIN_AN_HOUR: 2, Band.UNTIMED: 1}


@pytest.mark.clause("H-42(3)")
def test_parts_of_a_report_that_nobody_stands_for_wait_until_the_report_is_due(desk: Desk):
    incident = desk.do(Act.START_PLAN, disclosure="d2")
    with desk.store.transaction() as t:
        reporting.prepare(t, incident.id, ReportKind.INITIAL, NOON, severity_rules({}))
    parts = [one for one in seen(desk.store)[0].wanted if one.what.startswith("确认")]
    assert parts == [Wanted("确认报告的 4 个部分", NOON + 2 * HOUR)]
    assert "确认报告的 4 个部分" not in wanted(desk.store, ZHAO)


@pytest.mark.clause("H-40(3)")
def test_a_unit_that_helps_finds_its_own_acknowledgement_and_the_office_that_it_is_missing(desk: Desk):
    incident = desk.open()
    with desk.store.transaction() as t:
        t.people.set_contacts("教体局", [Contact("教体局", "email", "jt@q.example", "刘洋")])
    desk.do(Act.NAME_CO_UNIT, incident=incident.id, unit="教体局", reason="涉及校园供暖")
    (matter,) = seen(desk.store, SCHOOLS)
    assert ([one.what for one in matter.wanted], matter.acknowledges) == (["协办签收"], True)
    assert "教体局协办签收" in wanted(desk.store)
    assert wanted(desk.store, HOUSING) == ["签收"]
    for role in (Role.LEADER, Role.HEAD, Role.DRAFTER):
        assert seen(desk.store, replace(SCHOOLS, role=role)) == []


@pytest.mark.clause("H-44(2)")
def test_an_answer_waits_for_another_to_approve_it_and_then_to_be_published(desk: Desk):
    incident = desk.do(Act.CONFIRM, disclosure="d2")
    answer = Answer("H1", AnswerKind.INCIDENT, incident.id, "住建局", NOON, "王芳")
    with desk.store.transaction() as t:
        t.answers.begin(answer)
        t.answers.add(AnswerEntry("H1", AnswerNoted.WRITTEN, NOON, "王芳", words=Wording("管道修好了。")))
        t.answers.add(AnswerEntry("H1", AnswerNoted.WRITTEN, NOON, "孙改", words=Wording("管道已经修好。")))
    assert wanted(desk.store, WANG) == []
    with desk.store.transaction() as t:
        t.answers.add(AnswerEntry("H1", AnswerNoted.SUBMITTED, NOON, "周送"))
        t.answers.stand("H1", AnswerState.SUBMITTED)
    another, changed, handed_in = (replace(WANG, username=name, name=name) for name in ("刘丽", "孙改", "周送"))
    assert (wanted(desk.store, another), wanted(desk.store)) == (["审定答复"], [])
    assert [wanted(desk.store, one) for one in (WANG, changed, handed_in)] == [[], [], []]
    with desk.store.transaction() as t:
        t.answers.stand("H1", AnswerState.APPROVED)
    assert wanted(desk.store, WANG) == wanted(desk.store, HOUSING) == ["公开答复"]


@pytest.mark.clause("H-43")
def test_who_above_must_be_told_or_decided_upon_waits_with_the_incident(desk: Desk):
    desk.deps = replace(desk.deps, owed=Owed(upward=upward_rules()))
    emergency(desk, desk.open())
    (matter,) = seen(desk.store, WANG)
    assert matter.wanted[-1].what.startswith("向上报告 区委相关领导（待报）等 3 项")
    for person in (HOUSING, LI, ZHAO):
        assert not any("向上报告" in one for one in wanted(desk.store, person))


@pytest.mark.clause("H-43")
def test_who_above_must_still_be_told_of_a_closed_incident_waits_with_it(desk: Desk):
    desk.deps = replace(desk.deps, owed=Owed(upward=upward_rules()))
    incident = emergency(desk, desk.open())
    desk.do(Act.CLOSE, incident=incident.id, reason="线下已解决")
    (matter,) = seen(desk.store, WANG)
    assert (matter.about, matter.item) == (About.INCIDENT, incident.id)
    assert [one.what for one in matter.wanted] == ["向上报告 区委相关领导（待报）等 3 项"]
    assert seen(desk.store, HOUSING) == seen(desk.store, ZHAO) == []


@pytest.mark.clause("H-44(2)")
def test_an_answer_that_is_approved_waits_to_be_published_although_the_incident_is_closed_but_not_dismissed(desk: Desk):
    incident = desk.open()
    approved(desk.store, incident.id, "已修复。", NOON)
    desk.do(Act.CLOSE, incident=incident.id, reason="线下已解决")
    assert wanted(desk.store, WANG) == wanted(desk.store, HOUSING) == ["公开答复"]
    assert wanted(desk.store, ZHAO) == wanted(desk.store, SCHOOLS) == []
    desk.do(Act.REOPEN, incident=incident.id, reason="误报")
    desk.do(Act.DISMISS, incident=incident.id, reason="误报")
    assert seen(desk.store, WANG) == []


@pytest.mark.clause("H-42(4)")
def test_the_revisit_waits_with_its_clock_in_its_last_week_and_when_it_is_late(desk: Desk):
    desk.deps = replace(desk.deps, owed=Owed(further_limits()))
    incident = desk.open()
    desk.do(Act.CLOSE, incident=incident.id, reason="线下已解决")
    assert seen(desk.store) == []
    (matter,) = seen(desk.store, now=NOON + 22 * DAY)
    assert (matter.item, [one.what for one in matter.wanted]) == (incident.id, ["回访"])
    assert matter.wanted[0].due_at is not None
    late = matter.wanted[0].due_at + MINUTE
    assert [one.band(late) for one in seen(desk.store, HOUSING, late)] == [Band.AT_ONCE]
    assert seen(desk.store, SCHOOLS) == []


@pytest.mark.clause("H-42(3)")
def test_a_report_that_nobody_filed_before_the_closing_is_still_owed(desk: Desk):
    incident = desk.do(Act.START_PLAN, disclosure="d2")
    desk.do(Act.CLOSE, incident=incident.id, reason="线下已解决")
    assert [(one.item, one.wanted[0].what) for one in seen(desk.store)] == [(incident.id, "报送首报")]


@pytest.mark.clause("H-42(3)")
def test_a_clock_waits_although_so_many_incidents_go_on_that_its_own_is_not_listed(desk: Desk):
    incident = desk.do(Act.START_PLAN, disclosure="d2")
    emergency(desk, desk.open())
    with desk.store.reading() as t:
        found = matters(t, LI, views.open_incidents(t, LI, limit=1), NOON, RULES)
    assert [one.item for one in found if one.wanted[0].what == "报送首报"] == [incident.id]


@pytest.mark.clause("H-41")
def test_a_note_of_handing_over_waits_for_the_one_to_whom_it_is_written_until_they_sign(store: Store):
    with store.transaction() as t:
        for person in (LI, WANG):
            t.people.add(person, "hash", NOON)
    number = hand_over(
        store, OFFICE_RECIPIENT, "lijun", "供热的事盯紧", Writing(WANG, NOON, without_personal_data, "r1")
    )
    assert wanted(store, WANG) == []
    (matter,) = seen(store)
    assert (matter.about, matter.title, matter.wanted[0]) == (About.HANDOVER, "王芳的交接班记录", Wanted("签收接班"))
    take_over(store, number, LI, NOON)
    assert wanted(store) == []


@pytest.mark.clause("H-47")
def test_a_suggestion_that_is_late_waits_for_who_may_answer_it_without_its_text(store: Store):
    suggestions = Suggestions(store)
    (late,) = suggestions.course().waits
    assert late.due_at is not None
    assert seen(store, HOUSING, late.due_at) == []
    (matter,) = seen(store, HOUSING, late.due_at + MINUTE)
    assert (matter.about, matter.item) == (About.SUGGESTION, suggestions.number)
    assert "补贴" not in matter.title
    assert seen(store, LI, late.due_at + MINUTE) == seen(store, SCHOOLS, late.due_at + MINUTE) == []


@pytest.mark.clause("E-2(5)")
def test_what_must_be_published_waits_from_a_few_days_before_on_until_the_end_of_its_day(store: Store):
    town = Publishing(store)
    number = town.begin(PROPOSAL)
    person = Person("cheng", "程办", Role.DRAFTER, PROPOSAL.unit)
    (row,) = due_days(store, person)
    assert row.due.day is not None
    end = datetime.combine(row.due.day, time(), CHINA) + DAY
    assert not any(one.about is About.PROPOSAL for one in seen(store, person, end - 60 * DAY))
    (matter,) = [one for one in seen(store, person, end - HOUR) if one.about is About.PROPOSAL]
    assert (matter.item, matter.wanted[0].due_at) == (number, end)
    assert "有 1 件拟公开事项等您办理" in [one.title for one in seen(store, person)]


@pytest.mark.clause("E-2(5)2")
def test_a_record_that_missed_a_period_and_nears_the_end_of_the_next_is_one_matter_and_wants_both(store: Store):
    number = Publishing(store).publish(MONTHLY)
    person = Person("cheng", "程办", Role.DRAFTER, MONTHLY.unit)
    found = seen(store, person, datetime(2026, 6, 29, 12, tzinfo=CHINA))
    (matter,) = [one for one in found if one.about is About.RECORD]
    assert (matter.item, matter.title) == (number, MONTHLY.title)
    assert [(one.what, one.due_at) for one in matter.wanted] == [
        ("公开2026年5月", datetime(2026, 6, 1, tzinfo=CHINA)),
        ("公开2026年6月", datetime(2026, 7, 1, tzinfo=CHINA)),
    ]


@pytest.mark.clause("E-2(5)")
def test_what_must_be_published_waits_for_those_alone_who_can_bring_it_on(store: Store):
    town = Publishing(store)
    number = town.begin(replace(PROPOSAL, time_kind=TimeKind.PROMPT))
    roles = (Role.DRAFTER, Role.UNIT, Role.LEADER, Role.HEAD, Role.ARCHIVIST, Role.EVALUATOR)
    people = [Person("x", "某人", role, PROPOSAL.unit) for role in roles] + [WANG]
    assert all(any(one.proposal == number for one in due_days(store, person)) for person in people)

    def waiting() -> list[Role]:
        return [person.role for person in people if About.PROPOSAL in [one.about for one in seen(store, person)]]

    assert waiting() == [Role.DRAFTER, Role.UNIT, Role.OFFICE]
    for name, actor, unit in COURSE[:2]:
        proposing.sign(store, town.meant(number, actor), name, unit)
    assert waiting() == [Role.DRAFTER, Role.UNIT, Role.LEADER, Role.OFFICE]


@pytest.mark.clause("E-2(5)2")
def test_the_next_period_of_a_record_waits_for_those_alone_who_may_propose_it(store: Store):
    Publishing(store).publish(MONTHLY)
    june = datetime(2026, 6, 1, 12, tzinfo=CHINA)
    roles = (Role.DRAFTER, Role.UNIT, Role.OFFICE, Role.LEADER, Role.HEAD)
    people = [Person("x", "某人", role, MONTHLY.unit) for role in roles] + [WANG]
    found = [About.RECORD in [one.about for one in seen(store, person, june)] for person in people]
    assert found == [True, True, True, False, False, False]


def due_days(store: Store, person: Person) -> list[DueRow]:
    with store.reading() as t:
        return due_rows(t, person, NOON, RULES)
