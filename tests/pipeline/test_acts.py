"""Acts: what each does, who may, what is refused and why, and that a second click changes nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from casework.reports.document import Letterhead
from pipeline.acts import Actor, Deps, attempt
from pipeline.notify import page_only
from pipeline.refusals import Refused
from records.actions import Act, Action
from records.alerts import Deadline
from records.incidents import Incident, IncidentState
from records.reports import Part
from records.words import Category, Channel, ReportKind, Role, Severity
from regulation.time_limits import INITIAL_REPORT
from storage.store import Store, Transaction
from tests.pipeline.answered import approved
from tests.pipeline.known_answers import DAY, HOUR, NOON, SECOND, Town, record

OFFICE = Actor("王芳", Role.OFFICE)
DUTY = Actor("值班员甲", Role.DUTY)
UNIT = Actor("李强", Role.UNIT, "住建局")
OTHER_UNIT = Actor("赵敏", Role.UNIT, "教体局")
SCENARIO = Actor("剧本", None)
WHY = {"reason": "已核查"}


class Desk:
    """A town with acts on it."""

    def __init__(self, store: Store, reports: Path, *, replay: bool = False) -> None:
        self.store = store
        self.town = Town(store)
        letterhead = Letterhead("舆情专报", "惠舆情报", "区委、区政府", "区委办公室")
        self.deps = Deps(self.town.rules, page_only, reports, letterhead, replay)

    def do(self, act: Act, at: datetime = NOON, actor: Actor = OFFICE, **args: Any) -> Incident:
        """Carry out the act; the incident as it then stands."""
        incident_id = attempt(self.store, Action(at, actor.name, act, args), actor, self.deps)
        return self.get(incident_id)

    def refused(self, act: Act, at: datetime = NOON, actor: Actor = OFFICE, **args: Any) -> str:
        """The reason why the act is not carried out."""
        with pytest.raises(Refused) as refusal:
            self.do(act, at, actor, **args)
        return str(refusal.value)

    def get(self, incident_id: str) -> Incident:
        with self.store.reading() as t:
            incident = t.incidents.get(incident_id)
        assert incident is not None
        return incident

    def alerts(self, incident: Incident) -> list[str]:
        with self.store.reading() as t:
            return [alert.kind for alert in t.alerts.of_incident(incident.id)]

    def open(self) -> Incident:
        """An incident that three voices have opened."""
        for number in range(3):
            incident = self.town.come(f"p{number}", NOON - HOUR)
        assert incident is not None
        return incident


def plan_clocks(t: Transaction, incident_id: str) -> list[Deadline]:
    """The clocks of the report that starting the plan begins."""
    return [one for one in t.deadlines.of_incident(incident_id) if one.kind == INITIAL_REPORT]


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return Desk(store, tmp_path / "reports")


# Which incident


@pytest.mark.clause("H-41")
@pytest.mark.parametrize(("act", "state"), [(Act.CONFIRM, "confirmed"), (Act.START_PLAN, "open")])
def test_confirm_and_start_plan_open_an_incident_where_none_is_open(desk: Desk, act: Act, state: str):
    incident = desk.do(act, disclosure="d2")
    assert (incident.disclosure, incident.state, incident.severity, incident.category) == ("d2", state, "general", None)
    assert (incident.unit, incident.title) == ("住建局", "“d2号方案”相关舆情")
    assert desk.town.history(incident) == [("general", "person")]
    assert desk.alerts(incident).count("opened") == 2


def test_confirm_and_start_plan_take_the_open_incident_where_there_is_one(desk: Desk):
    incident = desk.open()
    assert desk.do(Act.CONFIRM, disclosure="d1").id == incident.id
    assert desk.do(Act.START_PLAN, disclosure="d1").id == incident.id
    with desk.store.reading() as t:
        assert t.incidents.count() == 1


@pytest.mark.parametrize("act", sorted(set(Act) - {Act.CONFIRM, Act.START_PLAN}))
def test_every_other_act_is_refused_where_no_incident_is_open(desk: Desk, act: Act):
    assert "没有进行中的事件" in desk.refused(act, disclosure="d1", **WHY)


def test_acting_on_a_record_takes_its_newest_ongoing_incident(desk: Desk):
    first = desk.open()
    for number in range(10, 13):
        second = desk.town.come(f"p{number}", NOON + 8 * DAY)
    assert second is not None
    assert desk.do(Act.ACKNOWLEDGE, NOON + 9 * DAY, disclosure="d1").id == second.id
    desk.do(Act.CLOSE, NOON + 9 * DAY, incident=second.id, **WHY)
    assert desk.do(Act.ACKNOWLEDGE, NOON + 9 * DAY, disclosure="d1").id == first.id


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ({}, "指明事件"),
        ({"disclosure": None}, "指明事件"),
        ({"disclosure": "d404"}, "没有编号为“d404”的公开事项"),
        ({"incident": "20260410-404"}, "没有编号为“20260410-404”的事件"),
        ({"disclosure": ["d1"]}, "“disclosure”应为文字或整数"),
        ({"incident": "20260410-001", "disclosure": "d2"}, "不属于公开事项“d2”"),
        ({"incident": "20260410-001", "revision": 7}, "刚被他人改动"),
        ({"incident": "20260410-001", "revision": "1"}, "“revision”应为整数"),
    ],
)
@pytest.mark.parametrize("act", [Act.CONFIRM, Act.ACKNOWLEDGE])
def test_an_act_that_names_no_incident_is_refused_with_the_reason(
    desk: Desk, act: Act, args: dict[str, Any], reason: str
):
    assert desk.open().id == "20260410-001"
    assert reason in desk.refused(act, **args)


def test_an_incident_without_a_record_is_opened_by_its_title(desk: Desk):
    incident = desk.do(Act.CONFIRM, title="热线反映广场积水", unit="城管局", reason="12345 热线")
    assert (incident.disclosure, incident.title, incident.unit) == (None, "热线反映广场积水", "城管局")
    assert incident.state is IncidentState.CONFIRMED
    assert desk.do(Act.START_PLAN, incident=incident.id).id == incident.id


# What each does


@pytest.mark.clause("H-41")
def test_the_first_acknowledgement_stays(desk: Desk):
    incident = desk.open()
    first = desk.do(Act.ACKNOWLEDGE, NOON, DUTY, incident=incident.id)
    assert (first.acknowledged_at, first.acknowledged_by) == (NOON, "值班员甲")
    assert desk.do(Act.ACKNOWLEDGE, NOON + HOUR, OFFICE, incident=incident.id) == first


def test_confirming_twice_changes_nothing(desk: Desk):
    incident = desk.open()
    first = desk.do(Act.CONFIRM, incident=incident.id)
    assert first.state is IncidentState.CONFIRMED
    assert desk.do(Act.CONFIRM, incident=incident.id) == first


@pytest.mark.clause("H-38")
@pytest.mark.parametrize(("act", "state"), [(Act.CLOSE, "closed"), (Act.DISMISS, "dismissed")])
def test_after_close_and_dismiss_the_next_negative_post_starts_a_new_gathering(desk: Desk, act: Act, state: str):
    incident = desk.open()
    done = desk.do(act, NOON, incident=incident.id, **WHY)
    assert (done.state, done.closed_at) == (state, NOON)
    for number in range(10, 13):
        second = desk.town.come(f"p{number}", NOON + HOUR)
    assert second is not None
    assert second.id != incident.id
    assert desk.town.posts(second) == ["p10", "p11", "p12"]
    assert desk.town.posts(done) == ["p0", "p1", "p2"]


@pytest.mark.parametrize(("act", "back"), [(Act.CLOSE, "confirmed"), (Act.DISMISS, "open")])
def test_a_reopened_incident_is_ongoing_again_and_its_posts_gather_again(desk: Desk, act: Act, back: str):
    incident = desk.open()
    desk.do(act, NOON, incident=incident.id, **WHY)
    reopened = desk.do(Act.REOPEN, NOON + HOUR, incident=incident.id, **WHY)
    assert (reopened.state, reopened.closed_at) == (back, None)
    assert desk.town.posts(desk.town.come("p9", NOON + 2 * HOUR)) == ["p0", "p1", "p2", "p9"]
    assert "不需要重新打开" in desk.refused(Act.REOPEN, incident=incident.id, **WHY)


def test_what_is_over_must_be_reopened_before_anybody_works_on_it(desk: Desk):
    incident = desk.open()
    desk.do(Act.CLOSE, incident=incident.id, **WHY)
    for act in (Act.ACKNOWLEDGE, Act.CONFIRM, Act.CLOSE, Act.DISMISS, Act.START_PLAN, Act.SET_SEVERITY):
        assert "请先重新打开" in desk.refused(act, incident=incident.id, severity="major", **WHY)


@pytest.mark.clause("H-42(3)", "E-2(7)5")
def test_starting_the_plan_twice_starts_one_clock(desk: Desk):
    incident = desk.open()
    desk.do(Act.START_PLAN, NOON, incident=incident.id)
    desk.do(Act.START_PLAN, NOON + HOUR, incident=incident.id)
    with desk.store.reading() as t:
        (deadline,) = plan_clocks(t, incident.id)
    assert (deadline.started_at, deadline.due_at) == (NOON, NOON + 2 * HOUR)
    assert desk.alerts(incident).count("plan_started") == 2


@pytest.mark.clause("H-42(3)")
def test_an_earlier_real_start_is_recorded_with_its_reason_and_counts(desk: Desk):
    incident = desk.open()
    earlier = (NOON - HOUR).isoformat()
    assert "理由" in desk.refused(Act.START_PLAN, NOON, incident=incident.id, started_at=earlier)
    desk.do(Act.START_PLAN, NOON, incident=incident.id, started_at=earlier, reason="电话先行启动")
    with desk.store.reading() as t:
        (deadline,) = plan_clocks(t, incident.id)
    assert (deadline.started_at, deadline.recorded_at, deadline.due_at) == (NOON - HOUR, NOON, NOON + HOUR)
    later = (NOON + SECOND).isoformat()
    assert "不能晚于现在" in desk.refused(Act.START_PLAN, NOON, disclosure="d2", started_at=later, reason="误")
    with desk.store.reading() as t:
        assert t.incidents.of_disclosure("d2") == []


@pytest.mark.clause("H-42(3)")
def test_a_mistaken_start_is_cancelled_with_a_reason_and_only_while_the_clock_runs(desk: Desk):
    incident = desk.open()
    assert "没有正在计时的预案" in desk.refused(Act.CANCEL_PLAN, incident=incident.id, reason="误点")
    desk.do(Act.START_PLAN, incident=incident.id)
    assert "请填写撤销预案启动的理由" in desk.refused(Act.CANCEL_PLAN, incident=incident.id)
    desk.do(Act.CANCEL_PLAN, NOON + SECOND, incident=incident.id, reason="误点")
    assert "没有正在计时的预案" in desk.refused(Act.CANCEL_PLAN, incident=incident.id, reason="误点")
    desk.do(Act.START_PLAN, NOON + HOUR, incident=incident.id)
    with desk.store.reading() as t:
        assert [(d.activation, d.state.value) for d in plan_clocks(t, incident.id)] == [
            (1, "cancelled"),
            (2, "open"),
        ]


@pytest.mark.clause("H-42(3)")
def test_closing_leaves_a_running_clock_running_until_the_report_is_filed(store: Store, tmp_path: Path):
    desk = Desk(store, tmp_path, replay=True)
    incident = desk.open()
    desk.do(Act.START_PLAN, NOON, SCENARIO, incident=incident.id)
    desk.do(Act.CLOSE, NOON + HOUR, SCENARIO, incident=incident.id)
    with store.reading() as t:
        assert [d.state.value for d in plan_clocks(t, incident.id)] == ["open"]
    desk.do(Act.FILE_REPORT, NOON + 2 * HOUR, SCENARIO, incident=incident.id, kind="initial")
    with store.reading() as t:
        assert [d.state.value for d in plan_clocks(t, incident.id)] == ["met"]


@pytest.mark.clause("H-42(3)")
def test_live_a_report_without_four_confirmed_parts_is_refused_and_changes_nothing(desk: Desk):
    incident = desk.open()
    desk.do(Act.START_PLAN, incident=incident.id)
    assert "四个部分" in desk.refused(Act.FILE_REPORT, incident=incident.id, kind="initial")
    parts = {part.value: "文字" for part in Part}
    assert "逐项" in desk.refused(Act.FILE_REPORT, incident=incident.id, kind="initial", parts=parts)
    with desk.store.reading() as t:
        assert t.reports.of(incident.id) == []
        assert plan_clocks(t, incident.id)[0].state.value == "open"


def test_a_second_initial_report_on_one_start_is_refused_and_a_progress_report_is_not(store: Store, tmp_path: Path):
    desk = Desk(store, tmp_path, replay=True)
    desk.open()
    desk.do(Act.START_PLAN, NOON, SCENARIO, disclosure="d1")
    parts = {part.value: f"{part.label}：已查明" for part in Part}
    desk.do(Act.FILE_REPORT, NOON + HOUR, SCENARIO, disclosure="d1", kind="initial", parts=parts)
    assert "首报已经报送" in desk.refused(Act.FILE_REPORT, NOON + HOUR, SCENARIO, disclosure="d1", kind="initial")
    incident = desk.do(Act.FILE_REPORT, NOON + HOUR, SCENARIO, disclosure="d1", kind="progress")
    with store.reading() as t:
        assert [report.kind for report in t.reports.of(incident.id)] == [ReportKind.INITIAL, ReportKind.PROGRESS]


@pytest.mark.clause("H-42(1)")
def test_a_published_response_is_kept_with_its_wording_and_place(desk: Desk):
    incident = desk.open()
    assert "请填写回应的内容" in desk.refused(Act.PUBLISH_RESPONSE, incident=incident.id, text=" ")
    assert "http" in desk.refused(Act.PUBLISH_RESPONSE, incident=incident.id, text="已抢修", url="javascript:x")
    approved(desk.store, incident.id, "已抢修", NOON)
    desk.do(Act.PUBLISH_RESPONSE, NOON, incident=incident.id, text="已抢修", url="https://gov.example/1")
    with desk.store.reading() as t:
        (response,) = t.reports.responses(incident.id)
    assert (response.text, response.url, response.published_by) == ("已抢修", "https://gov.example/1", "王芳")


@pytest.mark.clause("H-42")
def test_a_person_sets_the_severity_with_a_reason_and_a_rise_is_told(desk: Desk):
    incident = desk.open()
    raised = desk.do(Act.SET_SEVERITY, incident=incident.id, severity="major", reason="涉及学校")
    assert raised.severity is Severity.MAJOR
    assert desk.alerts(incident).count("severity_raised") == 2
    desk.do(Act.SET_SEVERITY, NOON + HOUR, incident=incident.id, severity="major", reason="再次")
    desk.do(Act.SET_SEVERITY, NOON + HOUR, incident=incident.id, severity="general", reason="已平息")
    assert desk.alerts(incident).count("severity_raised") == 2
    with desk.store.reading() as t:
        history = t.incidents.history(incident.id)
    assert [(step.severity, step.rule, step.actor, step.reason) for step in history[1:]] == [
        ("major", "person", "王芳", "涉及学校"),
        ("general", "person", "王芳", "已平息"),
    ]
    assert "理由" in desk.refused(Act.SET_SEVERITY, incident=incident.id, severity="major")


@pytest.mark.clause("H-38")
def test_a_category_that_a_person_has_set_stays(desk: Desk):
    incident = desk.open()
    desk.do(Act.SET_CATEGORY, incident=incident.id, category="superior_request", reason="市里要求回应")
    later = desk.town.come("p7", NOON, category=Category.EMERGENCY, channel=Channel.NEWS)
    assert later is not None
    assert (later.category, later.category_by_person) == (Category.SUPERIOR_REQUEST, True)


@pytest.mark.parametrize(
    ("act", "args", "reason"),
    [
        (Act.SET_SEVERITY, {"severity": "grave"}, "“severity”应为以下之一：general（一般）"),
        (Act.SET_SEVERITY, {}, "“severity”应为以下之一"),
        (Act.SET_CATEGORY, {"category": 3}, "“category”应为以下之一：misreading（误解误读）"),
        (Act.FILE_REPORT, {"kind": "weekly"}, "“kind”应为以下之一：initial（首报）"),
        (Act.FILE_REPORT, {"kind": "initial", "parts": ["x"]}, "“parts”应为对象"),
        (Act.FILE_REPORT, {"kind": "initial", "parts": {"public_views": 3}}, "“parts”应为对象"),
        (Act.FILE_REPORT, {"kind": "initial", "parts": {"weather": "晴"}}, "报告只有这些部分"),
        (Act.START_PLAN, {"started_at": "昨天"}, "“started_at”不是可读的时间"),
        (Act.START_PLAN, {"started_at": "2026-04-10T12:00:00"}, "“started_at”没有时区"),
        (Act.CLOSE, {"reason": ["x"]}, "“reason”应为文字"),
        (Act.PUBLISH_RESPONSE, {"text": {"a": 1}}, "“text”应为文字"),
        (Act.CONFIRM, {"request_id": [1]}, "“request_id”应为文字或整数"),
    ],
)
def test_arguments_of_the_wrong_kind_are_refused_with_the_reason(
    desk: Desk, act: Act, args: dict[str, Any], reason: str
):
    incident = desk.open()
    assert reason in desk.refused(act, incident=incident.id, **args)
    assert desk.get(incident.id) == incident


def test_in_a_replay_acts_need_no_reason(store: Store, tmp_path: Path):
    desk = Desk(store, tmp_path, replay=True)
    desk.open()
    desk.do(Act.SET_SEVERITY, NOON, SCENARIO, disclosure="d1", severity="major")
    desk.do(Act.START_PLAN, NOON, SCENARIO, disclosure="d1")
    desk.do(Act.CANCEL_PLAN, NOON, SCENARIO, disclosure="d1")
    assert desk.do(Act.DISMISS, NOON, SCENARIO, disclosure="d1").state is IncidentState.DISMISSED


# Who may


@pytest.mark.clause("H-40")
def test_a_unit_acts_on_its_own_incidents_only(desk: Desk):
    incident = desk.open()
    assert "没有权限" in desk.refused(Act.CONFIRM, NOON, OTHER_UNIT, incident=incident.id)
    assert desk.do(Act.CONFIRM, NOON, UNIT, incident=incident.id).state is IncidentState.CONFIRMED
    assert "没有权限" in desk.refused(Act.CONFIRM, NOON, OTHER_UNIT, disclosure="d2")
    assert "没有权限" in desk.refused(Act.CONFIRM, NOON, OTHER_UNIT, title="别的单位的事", unit="住建局")
    with desk.store.reading() as t:
        assert t.incidents.count() == 1


def test_a_reader_may_change_nothing(desk: Desk):
    incident = desk.open()
    for act in Act:
        assert "没有权限" in desk.refused(act, NOON, Actor("评估员", Role.EVALUATOR), incident=incident.id, **WHY)
    assert desk.get(incident.id) == incident


def test_every_act_is_audited_with_who_and_what_and_a_refused_one_too(desk: Desk):
    incident = desk.open()
    desk.do(Act.CLOSE, NOON, DUTY, incident=incident.id, reason="已平息")
    desk.refused(Act.CONFIRM, NOON + HOUR, OTHER_UNIT, incident=incident.id)
    with desk.store.reading() as t:
        first, second = t.audit.about(incident.id)
        assert t.audit.verify() is None
    assert (first.actor, first.role, first.act, first.allowed) == ("值班员甲", "duty", "close", True)
    assert first.detail["reason"] == "已平息"
    assert (second.actor, second.role, second.act, second.allowed) == ("赵敏", "unit", "confirm", False)
    assert "没有权限" in second.detail["refused"]


# Twice


def test_a_request_that_comes_twice_is_carried_out_once(desk: Desk):
    opened = desk.do(Act.CONFIRM, disclosure="d2", request_id="r1")
    desk.do(Act.CLOSE, NOON, incident=opened.id, request_id="r2", **WHY)
    again = desk.do(Act.CONFIRM, NOON + SECOND, disclosure="d2", request_id="r1")
    assert again.id == opened.id
    assert again.state is IncidentState.CLOSED
    with desk.store.reading() as t:
        assert t.incidents.count() == 1
        assert len(t.audit.about(opened.id)) == 2


def test_a_refused_request_may_be_tried_again_under_its_number(desk: Desk):
    incident = desk.open()
    desk.refused(Act.CLOSE, incident=incident.id, request_id="r1")
    assert desk.do(Act.CLOSE, incident=incident.id, request_id="r1", **WHY).state is IncidentState.CLOSED


def test_a_record_of_another_unit_s_incident_stays_with_its_own_unit(desk: Desk):
    with desk.store.transaction() as t:
        t.disclosures.add(record("d9"), NOON, "王芳")
    assert desk.do(Act.CONFIRM, NOON, UNIT, disclosure="d9").unit == "住建局"
