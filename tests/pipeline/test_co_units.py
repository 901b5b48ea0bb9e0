"""协办单位: they are told what the rows say, each acknowledges for itself, and the responsible unit stays the one that files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from nlp.admission import without_personal_data
from pipeline import incident_view, views
from pipeline.acknowledging import Carried, acknowledge, carried
from pipeline.notify import stored_contacts
from pipeline.refusals import Refused
from pipeline.reporting import file, save_part
from pipeline.sweep import sweep
from records.actions import Act
from records.alerts import OFFICE as OFFICE_RECIPIENT
from records.alerts import DeadlineState
from records.incidents import Incident
from records.people import Contact, Person
from records.reports import Part
from records.words import ReportKind, Role
from storage.store import Store
from tests.pipeline.known_answers import HOUR, NOON
from tests.pipeline.prepared import prepared
from tests.pipeline.test_acts import OFFICE, OTHER_UNIT, UNIT, WHY, Desk
from tests.pipeline.test_handing_over import MINUTE, alerts, run_until, told

HELP = {"unit": "教体局", "reason": "涉及校园供暖"}
WATER = {"unit": "水务局", "reason": "管网归它管"}
SCHOOLS = Person("zhaomin", "赵敏", Role.UNIT, "教体局")


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """A desk that knows 教体局 and 水务局 by a contact."""
    with store.transaction() as t:
        for unit in ("教体局", "水务局"):
            t.people.set_contacts(unit, [Contact(unit, "email", f"{unit}@q.example", "刘洋")])
        t.people.set_contacts(OFFICE_RECIPIENT, [Contact(OFFICE_RECIPIENT, "wecom", "值班群")])
    return Desk(store, tmp_path / "reports")


def helped(desk: Desk, *units: dict[str, str]) -> Incident:
    """An incident that opened an hour ago, with these units helping since noon."""
    incident = desk.open()
    for unit in units or (HELP,):
        desk.do(Act.NAME_CO_UNIT, NOON, incident=incident.id, **unit)
    return incident


def standing(desk: Desk, incident: Incident) -> list[tuple[str, str | None]]:
    with desk.store.reading() as t:
        return [(one.unit, one.acknowledged_by) for one in t.co_units.of(incident.id)]


# Naming and taking off


@pytest.mark.clause("H-40(3)")
def test_a_unit_that_is_named_is_told_at_once_with_the_reason_and_so_are_the_lead_and_the_office(desk: Desk):
    incident = helped(desk)
    assert told(desk, incident, "co_unit_named") == [
        ("co_unit_named", 0, "office"),
        ("co_unit_named", 0, "住建局"),
        ("co_unit_named", 0, "教体局"),
    ]
    body = alerts(desk, incident, "co_unit_named")[0].body
    assert "协办单位：教体局；牵头单位：住建局" in body
    assert "缘由：涉及校园供暖（王芳）" in body
    assert desk.get(incident.id).unit == "住建局"


@pytest.mark.clause("H-40(3)", "H-42(3)")
def test_who_helps_later_is_told_of_the_clock_that_runs_and_of_how_late_it_began(desk: Desk):
    incident = desk.open()
    desk.do(Act.START_PLAN, NOON, incident=incident.id)
    desk.do(Act.NAME_CO_UNIT, NOON + MINUTE, incident=incident.id, **HELP)
    body = alerts(desk, incident, "co_unit_named")[0].body
    assert "首报最迟4月10日 22:00（北京时间），由牵头单位报送。" in body
    assert "发现至启动：1小时" in body


@pytest.mark.clause("H-40(3)")
def test_the_units_that_help_are_told_of_what_the_rows_name_and_of_nothing_else(desk: Desk):
    incident = helped(desk, HELP, WATER)
    for unit in (HELP, WATER):
        desk.do(Act.ACKNOWLEDGE, NOON, incident=incident.id, unit=unit["unit"])
    desk.do(Act.START_PLAN, NOON, incident=incident.id)
    run_until(desk, 135)
    clock = told(desk, incident, "plan_started", "reminder", "overdue", "escalated")
    assert [row for row in clock if row[2] in ("教体局", "水务局")] == [
        ("plan_started", 0, "教体局"),
        ("plan_started", 0, "水务局"),
        ("overdue", 120, "教体局"),
        ("overdue", 120, "水务局"),
    ]
    assert "协办单位：教体局、水务局" in alerts(desk, incident, "plan_started")[0].body


def test_a_running_clock_tells_of_its_due_moment_who_helps_by_then(desk: Desk):
    incident = desk.open()
    desk.do(Act.START_PLAN, NOON, incident=incident.id)
    desk.do(Act.NAME_CO_UNIT, NOON + MINUTE, incident=incident.id, **HELP)
    run_until(desk, 120)
    assert [who for _, _, who in told(desk, incident, "overdue")] == ["office", "住建局", "教体局"]


@pytest.mark.clause("H-40(3)")
def test_a_unit_is_taken_off_with_a_reason_told_so_and_asked_no_longer(desk: Desk):
    incident = helped(desk, HELP, WATER)
    assert "请填写不再协办的理由" in desk.refused(Act.REMOVE_CO_UNIT, incident=incident.id, unit="教体局")
    desk.do(Act.REMOVE_CO_UNIT, NOON + MINUTE, incident=incident.id, unit="教体局", reason="与校园无关")
    assert standing(desk, incident) == [("水务局", None)]
    assert [who for _, _, who in told(desk, incident, "co_unit_removed")] == ["office", "住建局", "教体局"]
    linked = [one.recipient for one in alerts(desk, incident, "co_unit_removed") if one.link is not None]
    assert linked == ["office", "住建局"], "the other has nothing more to do there, nor to acknowledge"
    run_until(desk, 130)
    assert [who for _, _, who in told(desk, incident, "co_unacknowledged")] == ["office", "水务局"]


@pytest.mark.parametrize(
    ("act", "args", "why"),
    [
        (Act.NAME_CO_UNIT, {"unit": "教育局局", "reason": "职责"}, "没有“教育局局”这个单位"),
        (Act.NAME_CO_UNIT, {"unit": "住建局", "reason": "职责"}, "是牵头单位"),
        (Act.NAME_CO_UNIT, {"unit": "教体局", "reason": "职责"}, "已经是协办单位"),
        (Act.NAME_CO_UNIT, {"unit": "水务局"}, "请填写请它协办的理由"),
        (Act.NAME_CO_UNIT, {"reason": "职责"}, "请填写协办单位"),
        (Act.REMOVE_CO_UNIT, {"unit": "水务局", "reason": "职责"}, "“水务局”不是这个事件的协办单位"),
        (Act.ACKNOWLEDGE, {"unit": "水务局"}, "“水务局”不是这个事件的协办单位"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_is_wrong(desk: Desk, act: Act, args: dict[str, str], why: str):
    incident = helped(desk)
    assert why in desk.refused(act, incident=incident.id, **args)
    assert standing(desk, incident) == [("教体局", None)]


@pytest.mark.clause("H-40(3)")
def test_the_office_names_the_units_that_help_and_no_unit_does(desk: Desk):
    incident = helped(desk)
    for actor in (UNIT, OTHER_UNIT):
        assert "没有权限" in desk.refused(Act.NAME_CO_UNIT, NOON, actor, incident=incident.id, **WATER)
        assert "没有权限" in desk.refused(Act.REMOVE_CO_UNIT, NOON, actor, incident=incident.id, **HELP)


def test_naming_and_taking_off_are_audited(desk: Desk):
    incident = helped(desk)
    desk.do(Act.REMOVE_CO_UNIT, NOON, incident=incident.id, unit="教体局", reason="与校园无关")
    with desk.store.reading() as t:
        log = [(entry.act, dict(entry.detail)) for entry in t.audit.about(incident.id)]
    assert log == [("name_co_unit", HELP), ("remove_co_unit", {"unit": "教体局", "reason": "与校园无关"})]


def test_a_unit_that_helped_and_now_leads_helps_no_longer(desk: Desk):
    incident = helped(desk)
    desk.do(Act.HAND_OVER, NOON, incident=incident.id, **HELP)
    assert standing(desk, incident) == []
    run_until(desk, 130)
    assert told(desk, incident, "co_unacknowledged") == []


# Each acknowledges for itself


@pytest.mark.clause("H-40(3)", "H-41")
@pytest.mark.parametrize(("severity", "every"), [("general", 120), ("major", 30), ("major_emergency", 10)])
def test_each_unit_that_helps_is_told_again_until_it_has_acknowledged(desk: Desk, severity: str, every: int):
    incident = desk.open()
    desk.do(Act.SET_SEVERITY, NOON, incident=incident.id, severity=severity, reason="电话得知")
    for unit in (HELP, WATER):
        desk.do(Act.NAME_CO_UNIT, NOON, incident=incident.id, **unit)
    desk.do(Act.ACKNOWLEDGE, NOON + MINUTE, OTHER_UNIT, incident=incident.id)
    assert standing(desk, incident) == [("教体局", "赵敏"), ("水务局", None)]
    run_until(desk, 2 * every)
    assert told(desk, incident, "co_unacknowledged") == [
        ("co_unacknowledged", minutes, who) for minutes in (every, 2 * every) for who in ("office", "水务局")
    ]


@pytest.mark.clause("H-40(3)")
def test_the_acknowledgement_of_a_unit_that_helps_is_not_that_of_the_responsible_one(desk: Desk):
    incident = helped(desk)
    after = desk.do(Act.ACKNOWLEDGE, NOON, OTHER_UNIT, incident=incident.id)
    assert after.acknowledged_at is None
    with desk.store.reading() as t:
        assert views.awaited(t.deadlines.of_incident(incident.id)) is not None
        clocks = [one for one in t.deadlines.of_incident(incident.id) if one.unit == "教体局"]
    assert [(one.kind, one.state, one.clause) for one in clocks] == [
        ("co_acknowledgement.general", DeadlineState.MET, "H-40(3)")
    ]
    desk.do(Act.ACKNOWLEDGE, NOON, UNIT, incident=incident.id)
    assert standing(desk, incident) == [("教体局", "赵敏")]


def test_the_acknowledgement_of_the_responsible_unit_is_not_that_of_one_that_helps(desk: Desk):
    incident = helped(desk)
    desk.do(Act.ACKNOWLEDGE, NOON, UNIT, incident=incident.id)
    assert standing(desk, incident) == [("教体局", None)]
    run_until(desk, 120)
    assert [who for _, _, who in told(desk, incident, "co_unacknowledged")] == ["office", "教体局"]


def test_the_office_acknowledges_for_a_unit_by_telephone_and_another_unit_may_not(desk: Desk):
    incident = helped(desk)
    assert "没有权限" in desk.refused(Act.ACKNOWLEDGE, NOON, UNIT, incident=incident.id, unit="教体局")
    desk.do(Act.ACKNOWLEDGE, NOON, OFFICE, incident=incident.id, unit="教体局")
    assert standing(desk, incident) == [("教体局", "王芳")]
    assert desk.get(incident.id).acknowledged_at is None


@pytest.mark.clause("H-40(3)")
@pytest.mark.parametrize("rise", ["person", "rule", "reopened"])
def test_after_a_rise_or_reopening_each_unit_that_helps_acknowledges_anew(desk: Desk, rise: str):
    incident = helped(desk)
    desk.do(Act.ACKNOWLEDGE, NOON, OTHER_UNIT, incident=incident.id)
    if rise == "person":
        desk.do(Act.SET_SEVERITY, NOON + MINUTE, incident=incident.id, severity="major", reason="电话得知")
    elif rise == "rule":
        desk.town.come("p9", NOON + MINUTE, likes=5000)
    else:
        desk.do(Act.CLOSE, NOON, incident=incident.id, **WHY)
        desk.do(Act.REOPEN, NOON + MINUTE, incident=incident.id, **WHY)
    assert standing(desk, incident) == [("教体局", None)]
    every = 120 if rise == "reopened" else 30
    run_until(desk, every + 1)
    assert [row for row in told(desk, incident, "co_unacknowledged") if row[2] == "教体局"] == [
        ("co_unacknowledged", every + 1, "教体局")
    ]
    kind = "reopened" if rise == "reopened" else "severity_raised"
    assert "教体局" in [who for _, _, who in told(desk, incident, kind)]


@pytest.mark.parametrize("act", [Act.CLOSE, Act.DISMISS])
def test_once_the_incident_has_ended_no_unit_is_asked_any_more(desk: Desk, act: Act):
    incident = helped(desk)
    desk.do(act, NOON, incident=incident.id, **WHY)
    run_until(desk, 300)
    assert told(desk, incident, "co_unacknowledged") == []


# By the link in the message


def delivery(desk: Desk, incident: Incident, recipient: str, channel: str) -> int:
    with desk.store.reading() as t:
        named = (one for one in t.alerts.of_incident(incident.id) if one.kind == "co_unit_named")
        key = next(one.key for one in named if one.recipient == recipient)
        return next(row.id for row in t.alerts.deliveries([key])[key] if row.channel == channel)


@pytest.mark.clause("H-41")
def test_the_link_that_a_unit_which_helps_was_sent_acknowledges_for_it(store: Store, desk: Desk):
    desk = with_mail(desk)
    incident = helped(desk)
    number = delivery(desk, incident, "教体局", "email")
    with store.reading() as t:
        found = carried(t, number)
    assert found is not None
    assert found.acknowledged_at is None
    after = acknowledge(store, number, NOON + MINUTE, desk.deps)
    assert (after.acknowledged_at, after.acknowledged_by) == (NOON + MINUTE, "刘洋（邮件链接）")
    assert after.incident.acknowledged_at is None
    assert standing(desk, incident) == [("教体局", "刘洋（邮件链接）")]


def test_the_office_s_link_acknowledges_for_the_unit_in_whose_place_it_was_told(store: Store, desk: Desk):
    desk = with_mail(desk)
    with store.transaction() as t:
        t.people.set_contacts("教体局", [Contact("教体局", "page", "教体局")])
    incident = helped(desk)
    after = acknowledge(store, delivery(desk, incident, "教体局", "wecom"), NOON + MINUTE, desk.deps)
    assert after.acknowledged_by == "区委办公室值班人员（企业微信链接）"
    assert standing(desk, incident) == [("教体局", "区委办公室值班人员（企业微信链接）")]
    assert desk.get(incident.id).acknowledged_at is None


def test_the_office_s_own_link_acknowledges_neither_for_the_unit_that_helps_nor_for_the_one_in_charge(
    store: Store, desk: Desk
):
    desk = with_mail(desk)
    incident = helped(desk)
    number = delivery(desk, incident, "office", "wecom")
    with store.reading() as t:
        found = carried(t, number)
    assert isinstance(found, Carried)
    assert found.for_another
    with pytest.raises(Refused, match="协办单位签收"):
        acknowledge(store, number, NOON + MINUTE, desk.deps)
    assert desk.get(incident.id).acknowledged_at is None
    assert standing(desk, incident) == [("教体局", None)]


def test_the_link_of_a_unit_that_is_off_acknowledges_nothing(store: Store, desk: Desk):
    desk = with_mail(desk)
    incident = helped(desk)
    number = delivery(desk, incident, "教体局", "email")
    desk.do(Act.REMOVE_CO_UNIT, NOON, incident=incident.id, unit="教体局", reason="与校园无关")
    with pytest.raises(Refused, match="没有权限"):
        acknowledge(store, number, NOON + MINUTE, desk.deps)
    assert desk.get(incident.id).acknowledged_at is None


def with_mail(desk: Desk) -> Desk:
    """The desk, telling people by their contacts."""
    desk.deps = replace(desk.deps, routes=stored_contacts)
    return desk


# What those who help see and may do


@pytest.mark.clause("H-40(3)")
def test_a_unit_sees_an_incident_while_it_helps_in_the_list_and_on_its_page(desk: Desk):
    incident = desk.open()
    with desk.store.reading() as t:
        assert views.open_incidents(t, SCHOOLS) == []
        assert incident_view.incident_page(t, SCHOOLS, incident.id) is None
    desk.do(Act.NAME_CO_UNIT, NOON, incident=incident.id, **HELP)
    with desk.store.reading() as t:
        (row,) = views.open_incidents(t, SCHOOLS)
        page = incident_view.incident_page(t, SCHOOLS, incident.id)
    assert [one.unit for one in row.co_units] == ["教体局"]
    assert page is not None
    assert page.acts == {"acknowledge", "edit_part", "note_measure", "tick_step", "view_reports"}
    assert page.own_co_unit is not None
    desk.do(Act.REMOVE_CO_UNIT, NOON, incident=incident.id, unit="教体局", reason="与校园无关")
    with desk.store.reading() as t:
        assert views.open_incidents(t, SCHOOLS) == []
        assert incident_view.incident_page(t, SCHOOLS, incident.id) is None


@pytest.mark.clause("H-40(3)", "H-42(3)")
def test_who_helps_writes_at_the_report_and_neither_files_it_nor_decides(desk: Desk):
    incident = helped(desk)
    with desk.store.transaction() as t:
        part = (t, incident.id, ReportKind.INITIAL, Part.OFFLINE_EVENT)
        assert save_part(*part, "校园已复课", OTHER_UNIT, NOON, without_personal_data).revision == 1
    for act in (Act.CONFIRM, Act.START_PLAN, Act.FILE_REPORT, Act.CLOSE):
        assert "没有权限" in desk.refused(act, NOON, OTHER_UNIT, incident=incident.id, kind="initial", **WHY)
    with desk.store.transaction() as t, pytest.raises(Refused, match="不能对这个事件做这一步"):
        file(t, incident.id, ReportKind.INITIAL, OTHER_UNIT, NOON, None, desk.deps.reports_dir, desk.deps.letterhead)


def test_the_draft_names_the_units_that_help(desk: Desk):
    incident = helped(desk, HELP, WATER)
    parts = prepared(desk.store, incident.id, NOON + HOUR, lambda t, members: ())
    assert "责任单位：住建局。\n协办单位：教体局、水务局。" in parts[Part.OFFLINE_EVENT]
    assert "王芳确定教体局为协办单位。" in parts[Part.MEASURES_TAKEN]


def test_sweeping_twice_at_one_moment_tells_nothing_twice(desk: Desk):
    incident = helped(desk)
    for _ in range(2):
        sweep(desk.store, NOON + timedelta(minutes=120), stored_contacts)
    assert len(told(desk, incident, "co_unacknowledged")) == 2
