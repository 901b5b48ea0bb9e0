"""转办: from then on another unit is told, acknowledges and reports; no clock of the plan moves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.notify import page_only
from pipeline.sweep import next_due, sweep
from pipeline.units import known_units
from pipeline.views import awaited
from records.actions import Act
from records.alerts import Alert
from records.incidents import Incident
from records.people import Contact, Person
from records.reports import Part
from records.words import Role
from regulation.time_limits import INITIAL_REPORT
from storage.store import Store
from tests.pipeline.known_answers import HOUR, NOON
from tests.pipeline.prepared import prepared
from tests.pipeline.test_acts import OFFICE, OTHER_UNIT, UNIT, WHY, Desk

MINUTE = timedelta(minutes=1)
TO = {"unit": "教体局", "reason": "涉及校园供暖"}


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """A desk that knows 教体局 by a contact."""
    with store.transaction() as t:
        t.people.set_contacts("教体局", [Contact("教体局", "email", "a@jt.example")])
    return Desk(store, tmp_path / "reports")


def alerts(desk: Desk, incident: Incident, *kinds: str) -> list[Alert]:
    with desk.store.reading() as t:
        found = t.alerts.of_incident(incident.id)
    return sorted((one for one in found if one.kind in kinds), key=lambda one: (one.at, one.kind, one.recipient))


def told(desk: Desk, incident: Incident, *kinds: str) -> list[tuple[str, float, str]]:
    return [(one.kind, (one.at - NOON) / MINUTE, one.recipient) for one in alerts(desk, incident, *kinds)]


def run_until(desk: Desk, minutes: float) -> None:
    due = next_due(desk.store)
    while due is not None and due <= NOON + minutes * MINUTE:
        sweep(desk.store, due, page_only)
        due = next_due(desk.store)


@pytest.mark.clause("H-40", "H-40(3)")
def test_the_new_unit_is_told_at_once_and_the_old_one_that_it_is_off(desk: Desk):
    incident = desk.open()
    changed = desk.do(Act.HAND_OVER, NOON, incident=incident.id, **TO)
    assert changed.unit == "教体局"
    assert told(desk, incident, "handed_over", "taken_off") == [
        ("handed_over", 0, "office"),
        ("handed_over", 0, "教体局"),
        ("taken_off", 0, "住建局"),
    ]
    new, off = alerts(desk, incident, "handed_over", "taken_off")[1:]
    assert "责任单位：教体局（原为住建局）" in new.body
    assert "缘由：涉及校园供暖（王芳）" in new.body
    assert "责任单位：现为教体局" in off.body
    assert off.link is None, "it has nothing more to do there, nor to acknowledge"


@pytest.mark.clause("H-40(3)", "H-42(3)")
def test_the_two_hours_neither_restart_nor_move_and_their_alerts_go_to_the_new_unit(desk: Desk):
    incident = desk.open()
    desk.do(Act.START_PLAN, NOON, incident=incident.id)
    run_until(desk, 60)
    with desk.store.reading() as t:
        before = t.deadlines.latest(incident.id, INITIAL_REPORT)
        steps = t.deadlines.pending((before and before.id) or 0)
    desk.do(Act.HAND_OVER, NOON + 70 * MINUTE, incident=incident.id, **TO)
    with desk.store.reading() as t:
        assert t.deadlines.latest(incident.id, INITIAL_REPORT) == before
        assert t.deadlines.pending((before and before.id) or 0) == steps
    run_until(desk, 135)
    assert told(desk, incident, "reminder", "overdue", "escalated") == [
        ("reminder", 60, "office"),
        ("reminder", 60, "住建局"),
        *[("reminder", minutes, who) for minutes in (90, 110) for who in ("office", "教体局")],
        ("escalated", 120, "office"),
        ("overdue", 120, "office"),
        ("overdue", 120, "教体局"),
        ("escalated", 135, "office"),
    ]
    body = alerts(desk, incident, "handed_over")[0].body
    assert "首报最迟4月10日 22:00（北京时间）报送：转办不重新计时，也不延后。" in body
    assert "发现至启动：1小时" in body


def test_where_no_clock_runs_nothing_is_said_of_one(desk: Desk):
    incident = desk.open()
    desk.do(Act.HAND_OVER, NOON, incident=incident.id, **TO)
    assert all("首报" not in alert.body for alert in alerts(desk, incident, "handed_over"))


@pytest.mark.clause("H-41")
def test_the_new_unit_must_acknowledge_anew_from_the_hand_over_on(desk: Desk):
    incident = desk.open()
    desk.do(Act.ACKNOWLEDGE, NOON, incident=incident.id)
    changed = desk.do(Act.HAND_OVER, NOON + 7 * MINUTE, incident=incident.id, **TO)
    assert (changed.acknowledged_at, changed.acknowledged_by) == (None, None)
    run_until(desk, 127)
    assert told(desk, incident, "unacknowledged", "acknowledgement_lapsed") == [
        ("unacknowledged", minutes, who) for minutes in (67, 127) for who in ("office", "教体局")
    ]
    assert "由住建局转办，须由教体局签收" in alerts(desk, incident, "unacknowledged")[0].body
    desk.do(Act.ACKNOWLEDGE, NOON + 128 * MINUTE, OTHER_UNIT, incident=incident.id)
    with desk.store.reading() as t:
        assert awaited(t.deadlines.of_incident(incident.id)) is None


def test_a_hand_over_ends_the_acknowledgement_clock_that_runs(desk: Desk):
    incident = desk.open()
    desk.do(Act.HAND_OVER, NOON - 30 * MINUTE, incident=incident.id, **TO)
    run_until(desk, 35)
    assert told(desk, incident, "unacknowledged") == [
        ("unacknowledged", 30, "office"),
        ("unacknowledged", 30, "教体局"),
    ]


@pytest.mark.clause("H-40")
def test_the_report_is_the_new_unit_s_duty_and_no_longer_the_old_one_s(desk: Desk):
    incident = desk.open()
    desk.do(Act.HAND_OVER, NOON, incident=incident.id, **TO)
    assert "没有权限" in desk.refused(Act.CONFIRM, NOON, UNIT, incident=incident.id)
    assert desk.do(Act.CONFIRM, NOON, OTHER_UNIT, incident=incident.id).unit == "教体局"
    parts = prepared(desk.store, incident.id, NOON + HOUR, lambda t, members: ())
    assert "责任单位：教体局。" in parts[Part.OFFLINE_EVENT]
    assert "王芳转由教体局办理。" in parts[Part.MEASURES_TAKEN]


def test_it_is_audited_with_both_units_and_the_reason(desk: Desk):
    incident = desk.open()
    desk.do(Act.HAND_OVER, NOON, incident=incident.id, **TO)
    with desk.store.reading() as t:
        (entry,) = t.audit.about(incident.id)
    assert (entry.actor, entry.act, entry.allowed) == ("王芳", "hand_over", True)
    assert entry.detail == {"unit": "教体局", "before": "住建局", "reason": "涉及校园供暖"}


def test_a_unit_is_named_where_none_was(desk: Desk):
    incident = desk.do(Act.CONFIRM, NOON, title="桥面裂缝", reason="电话反映")
    assert incident.unit is None
    desk.do(Act.HAND_OVER, NOON, incident=incident.id, **TO)
    assert told(desk, incident, "handed_over", "taken_off") == [
        ("handed_over", 0, "office"),
        ("handed_over", 0, "教体局"),
    ]


def test_handing_over_to_and_fro_tells_every_time(desk: Desk):
    incident = desk.open()
    for unit in ("教体局", "住建局", "教体局"):
        desk.do(Act.HAND_OVER, NOON, incident=incident.id, unit=unit, reason="职责")
    assert [who for _, _, who in told(desk, incident, "taken_off")] == ["住建局", "住建局", "教体局"]


# What is refused


def test_an_unknown_unit_is_refused_with_what_to_do(desk: Desk):
    incident = desk.open()
    said = desk.refused(Act.HAND_OVER, incident=incident.id, unit="教体局局", reason="职责")
    assert "没有“教体局局”这个单位" in said
    assert "contact add" in said
    assert desk.get(incident.id) == incident
    with desk.store.transaction() as t:
        t.people.set_contacts("office", [Contact("office", "email", "o@q.example")])
    assert "没有“office”这个单位" in desk.refused(Act.HAND_OVER, incident=incident.id, unit="office", reason="职责")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ({"reason": "职责"}, "请填写转给哪个单位"),
        ({"unit": "教体局"}, "请填写转办的理由"),
        ({"unit": "住建局", "reason": "职责"}, "责任单位已经是“住建局”"),
    ],
)
def test_a_hand_over_without_unit_or_reason_or_to_itself_is_refused(desk: Desk, args: dict[str, str], why: str):
    incident = desk.open()
    assert why in desk.refused(Act.HAND_OVER, incident=incident.id, **args)
    assert desk.get(incident.id) == incident


@pytest.mark.parametrize("act", [Act.CLOSE, Act.DISMISS])
def test_what_is_closed_or_dismissed_is_not_handed_over(desk: Desk, act: Act):
    incident = desk.open()
    desk.do(act, NOON, incident=incident.id, **WHY)
    assert "请先重新打开" in desk.refused(Act.HAND_OVER, incident=incident.id, **TO)


@pytest.mark.clause("H-40(3)")
def test_a_unit_does_not_hand_its_own_incident_to_another(desk: Desk):
    incident = desk.open()
    assert "没有权限" in desk.refused(Act.HAND_OVER, NOON, UNIT, incident=incident.id, **TO)


def test_a_unit_is_known_by_a_record_an_account_or_a_contact(desk: Desk):
    with desk.store.transaction() as t:
        t.people.add(Person("zhao", "赵敏", Role.UNIT, "交通局"), "x", NOON)
        t.people.add(Person("qian", "钱明", Role.UNIT, "旧局", active=False), "x", NOON)
        t.people.add(Person("wang", "王芳", Role.OFFICE), "x", NOON)
    with desk.store.reading() as t:
        assert known_units(t) == ["交通局", "住建局", "教体局"]


def test_a_request_that_comes_twice_hands_over_once(desk: Desk):
    incident = desk.open()
    for _ in range(2):
        desk.do(Act.HAND_OVER, NOON, OFFICE, incident=incident.id, request_id="r1", **TO)
    assert len(told(desk, incident, "handed_over")) == 2
