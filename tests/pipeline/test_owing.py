"""Further clocks begin where a row says so, tell as the two-hour one does, and end by the act that the row names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.deadlines import in_time
from casework.reports.document import Letterhead
from pipeline import incident_view, owing, views
from pipeline.acts import Actor, Deps, attempt
from pipeline.notify import page_only
from pipeline.oversight import troubles
from pipeline.owing import Owed
from pipeline.refusals import Refused
from pipeline.sweep import sweep
from records.actions import Act, Action
from records.alerts import AlertState, Deadline, DeadlineState, Ending
from records.people import Person
from records.words import Role
from regulation.oversight import oversight_rules
from regulation.severity import severity_rules
from regulation.time_limits import further_limits, limits_from
from storage.store import Store
from tests.pipeline.answered import approved
from tests.pipeline.clocks import HOUR, MINUTE
from tests.pipeline.known_answers import NOON, SECOND, Town

OFFICE = Actor("赵主任", Role.OFFICE)
DUTY = Actor("王芳", Role.DUTY)
READER = Person("zhao", "赵主任", Role.OFFICE)
NATIONAL = Owed(further_limits(["national"]))
SCHOOLS = Person("li", "李敏", Role.UNIT, "教体局")
WEEKS = timedelta(weeks=4)
PLAN_ROW = {
    "duty": "leader_on_site",
    "label": "负责人到现场",
    "starts": "plan_started",
    "severities": ["general", "major", "major_emergency"],
    "ends": "noted",
    "due_minutes": 30,
    "clause": "H-42(4)",
    "steps": [{"kind": "owed_overdue", "after": 30, "every": 10}],
}


class Desk:
    """A desk with one record, whose incidents owe what `owed` says."""

    def __init__(self, store: Store, reports: Path, owed: Owed = NATIONAL) -> None:
        self.store = store
        self.town = Town(store, owed=owed)
        self.deps = Deps(severity_rules({}), page_only, reports, Letterhead("", "", "", ""), owed=owed)

    def open(self, at: datetime = NOON) -> None:
        for number in range(3):
            self.town.come(f"p{number}", at)

    def do(self, act: Act, at: datetime, actor: Actor = OFFICE, **args: Any) -> None:
        if act is Act.PUBLISH_RESPONSE:
            approved(self.store, self.named, args["text"], at)
        attempt(self.store, Action(at, actor.name, act, {"disclosure": "d1", **args}), actor, self.deps)

    def raise_to(self, severity: str, at: datetime) -> None:
        self.do(Act.SET_SEVERITY, at, severity=severity, reason="电话得知")

    def dismissed_and_reopened(self, at: datetime, again: datetime) -> None:
        self.do(Act.DISMISS, at, reason="误报")
        args = {"incident": self.named, "reason": "再看"}
        attempt(self.store, Action(again, OFFICE.name, Act.REOPEN, args), OFFICE, self.deps)

    def clocks(self) -> dict[str, Deadline]:
        with self.store.reading() as t:
            found = [one for one in t.deadlines.of_incident(self.named) if one.ends is not None]
        return {one.kind: one for one in found}

    @property
    def named(self) -> str:
        with self.store.reading() as t:
            return t.incidents.of_disclosure("d1")[0].id

    def told(self, minutes: Iterable[int]) -> list[tuple[str, int, str]]:
        for minute in minutes:
            sweep(self.store, NOON + minute * MINUTE, page_only)
        with self.store.reading() as t:
            found = [one for one in t.alerts.all() if one.kind.startswith("owed_")]
        return [(one.kind, (one.at - NOON) // MINUTE, one.recipient) for one in found]


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return Desk(store, tmp_path)


def test_without_a_profile_no_further_clock_begins(store: Store, tmp_path: Path):
    plain = Desk(store, tmp_path, Owed(further_limits()))
    plain.open()
    plain.raise_to("major_emergency", NOON + MINUTE)
    assert plain.clocks() == {}


def test_an_incident_owes_an_answer_within_forty_eight_hours_of_its_opening(desk: Desk):
    desk.open()
    clock = desk.clocks()["answer"]
    assert (clock.started_at, clock.due_at) == (NOON, NOON + 48 * HOUR)
    assert (clock.label, clock.ends, clock.clause) == ("回应", Ending.PUBLISH_RESPONSE, "国办发〔2016〕61号")
    assert set(desk.clocks()) == {"answer"}


def test_an_emergency_owes_information_in_five_hours_and_a_press_conference_in_twenty_four_from_the_rise(desk: Desk):
    desk.open()
    desk.raise_to("major_emergency", NOON + 10 * MINUTE)
    clocks = desk.clocks()
    assert clocks["authoritative_information"].due_at == NOON + 10 * MINUTE + 5 * HOUR
    assert clocks["press_conference"].due_at == NOON + 10 * MINUTE + 24 * HOUR
    assert clocks["answer"].state is DeadlineState.OPEN, "the answer is owed still"


def test_a_rise_by_rule_begins_the_clocks_of_an_emergency_at_the_post_that_raised_it(desk: Desk):
    for number in range(60):
        desk.town.come(f"p{number}", NOON + number * SECOND)
    started = {name: one.started_at for name, one in desk.clocks().items()}
    assert started == {
        "answer": NOON + 2 * SECOND,
        "authoritative_information": NOON + 59 * SECOND,
        "press_conference": NOON + 59 * SECOND,
    }


def test_an_incident_that_a_person_opens_owes_an_answer_too(desk: Desk):
    desk.do(Act.CONFIRM, NOON)
    assert set(desk.clocks()) == {"answer"}


def test_unit_and_office_are_reminded_and_when_it_is_late_the_office_is_told_again_and_again(desk: Desk):
    desk.open()
    desk.raise_to("major_emergency", NOON)
    told = [row for row in desk.told(range(0, 361, 15)) if row[2] == "office"]
    assert [(kind, minute) for kind, minute, _ in told if minute <= 360] == [
        ("owed_started", 0),
        ("owed_started", 0),
        ("owed_reminder", 180),
        ("owed_reminder", 240),
        ("owed_reminder", 285),
        ("owed_escalated", 300),
        ("owed_overdue", 300),
        ("owed_escalated", 330),
        ("owed_escalated", 360),
    ]


def test_the_message_says_what_is_owed_by_when_on_what_grounds_and_how_it_ends(desk: Desk):
    desk.open()
    desk.raise_to("major_emergency", NOON)
    desk.told([180])
    with desk.store.reading() as t:
        alert = next(one for one in t.alerts.all() if one.kind == "owed_reminder")
    assert alert.title == "发布权威信息还剩2小时：“d1号方案”相关舆情"
    assert "依据国办发〔2016〕80号，至今没有登记回应。" in alert.body


def test_a_published_answer_ends_what_asks_for_one_and_exactly_when_due_is_in_time(desk: Desk):
    desk.open()
    desk.raise_to("major_emergency", NOON)
    desk.do(Act.PUBLISH_RESPONSE, NOON + 5 * HOUR, text="情况通报")
    clocks = desk.clocks()
    assert {name: (one.state, in_time(one)) for name, one in clocks.items()} == {
        "answer": (DeadlineState.MET, True),
        "authoritative_information": (DeadlineState.MET, True),
        "press_conference": (DeadlineState.OPEN, None),
    }
    told = desk.told([300, 600])
    assert not [row for row in told if row[0] in ("owed_overdue", "owed_escalated")]


def test_a_press_conference_is_noted_by_a_person_with_what_was_done(desk: Desk):
    desk.open()
    desk.raise_to("major_emergency", NOON)
    with pytest.raises(Refused, match="办理情况"):
        desk.do(Act.OWED_DONE, NOON + HOUR, duty="press_conference")
    desk.do(Act.OWED_DONE, NOON + HOUR, DUTY, duty="press_conference", reason="11日9时，区政务大厅")
    clock = desk.clocks()["press_conference"]
    assert (clock.state, clock.ended_at) == (DeadlineState.MET, NOON + HOUR)
    assert clock.end_reason == "王芳：11日9时，区政务大厅"
    with pytest.raises(Refused, match="没有正在计时"):
        desk.do(Act.OWED_DONE, NOON + HOUR, duty="press_conference", reason="又一次")


def test_nobody_notes_as_done_what_a_published_answer_must_show(desk: Desk):
    desk.open()
    with pytest.raises(Refused, match="“回应”办完后请登记回应"):
        desk.do(Act.OWED_DONE, NOON + HOUR, duty="answer", reason="已答复")
    assert desk.clocks()["answer"].state is DeadlineState.OPEN


def test_only_the_office_says_that_something_is_not_owed_and_says_why(desk: Desk):
    desk.open()
    with pytest.raises(Refused, match="没有权限"):
        desk.do(Act.OWED_VOID, NOON + HOUR, DUTY, duty="answer", reason="不属政务舆情")
    desk.do(Act.OWED_VOID, NOON + HOUR, duty="answer", reason="不属政务舆情")
    clock = desk.clocks()["answer"]
    assert (clock.state, clock.end_reason) == (DeadlineState.CANCELLED, "赵主任：不属政务舆情")
    assert desk.told([1440]) == []


def test_what_waits_to_be_sent_is_withdrawn_with_the_clock(desk: Desk):
    desk.open()
    desk.told([1440])
    desk.do(Act.PUBLISH_RESPONSE, NOON + 1440 * MINUTE, text="情况通报")
    with desk.store.reading() as t:
        rows = {(one.state, one.reason) for one in t.alerts.all() if one.kind == "owed_reminder"}
    assert rows == {(AlertState.SUPPRESSED, "已经办理，不再提醒")}


def test_a_dismissed_incident_owes_nothing_and_one_that_is_taken_up_again_owes_it_since_its_own_start(desk: Desk):
    desk.open()
    desk.dismissed_and_reopened(NOON + HOUR, NOON + 30 * HOUR)
    with desk.store.reading() as t:
        first, second = [one for one in t.deadlines.of_incident(desk.named) if one.kind == "answer"]
    assert first.state is DeadlineState.CANCELLED
    assert (second.activation, second.started_at, second.due_at) == (2, NOON, NOON + 48 * HOUR)
    assert [row for row in desk.told([36 * 60]) if row[0] == "owed_reminder"]


def test_closing_an_unanswered_incident_does_not_hide_that_an_answer_is_owed(desk: Desk):
    desk.open()
    desk.do(Act.CLOSE, NOON + HOUR, reason="线下已解决")
    assert desk.clocks()["answer"].state is DeadlineState.OPEN


def test_what_was_said_not_to_be_owed_stays_so_when_a_dismissal_is_taken_back(desk: Desk):
    desk.open()
    desk.do(Act.OWED_VOID, NOON + MINUTE, duty="answer", reason="不属政务舆情")
    desk.dismissed_and_reopened(NOON + HOUR, NOON + 2 * HOUR)
    assert desk.clocks()["answer"].state is DeadlineState.CANCELLED


def test_a_later_rule_changes_no_clock_that_runs(desk: Desk):
    desk.open()
    desk.deps = Deps(severity_rules({}), page_only, Path("reports"), Letterhead("", "", "", ""))
    desk.do(Act.PUBLISH_RESPONSE, NOON + HOUR, text="情况通报")
    assert desk.clocks()["answer"].state is DeadlineState.MET


def test_a_clock_of_the_plan_counts_from_its_real_start_and_ends_with_a_start_taken_back(store: Store, tmp_path: Path):
    rows = limits_from([PLAN_ROW], "time_limits.yaml").values()
    desk = Desk(store, tmp_path, Owed(further_limits((), rows)))
    desk.open()
    started = (NOON + 5 * MINUTE).isoformat()
    desk.do(Act.START_PLAN, NOON + 20 * MINUTE, started_at=started, reason="电话启动")
    clock = desk.clocks()["leader_on_site"]
    assert (clock.started_at, clock.due_at) == (NOON + 5 * MINUTE, NOON + 35 * MINUTE)
    desk.do(Act.CANCEL_PLAN, NOON + 21 * MINUTE, reason="误启动")
    assert desk.clocks()["leader_on_site"].state is DeadlineState.CANCELLED
    desk.do(Act.START_PLAN, NOON + 30 * MINUTE)
    assert desk.clocks()["leader_on_site"].due_at == NOON + 60 * MINUTE
    assert desk.told([60])[-1][:2] == ("owed_overdue", 60)


def test_a_second_confirmation_begins_nothing_again(store: Store, tmp_path: Path):
    row = {**PLAN_ROW, "duty": "visit", "label": "回访", "starts": "confirmed"}
    desk = Desk(store, tmp_path, Owed(further_limits((), limits_from([row], "time_limits.yaml").values())))
    desk.open()
    desk.do(Act.CONFIRM, NOON + MINUTE)
    desk.do(Act.OWED_VOID, NOON + 2 * MINUTE, duty="visit", reason="已当面答复")
    desk.do(Act.CONFIRM, NOON + 3 * MINUTE)
    assert desk.clocks()["visit"].state is DeadlineState.CANCELLED


def test_desk_and_page_show_every_clock_the_one_due_first_at_the_head(desk: Desk):
    desk.open()
    desk.raise_to("major_emergency", NOON)
    with desk.store.reading() as t:
        (row,) = views.open_incidents(t, READER)
        page = incident_view.incident_page(t, READER, desk.named)
    assert page is not None
    order = ["authoritative_information", "press_conference", "answer"]
    assert [one.kind for one in row.clocks] == order
    assert [one.kind for one in page.further] == order


def test_the_incident_whose_clock_is_due_first_stands_on_top(desk: Desk):
    for act, more in (
        (Act.CONFIRM, {}),
        (Act.SET_SEVERITY, {"severity": "major_emergency", "reason": "电话得知"}),
        (Act.SET_SEVERITY, {"severity": "general", "reason": "已平息"}),
    ):
        desk.do(act, NOON, disclosure="d2", **more)
    desk.open(NOON + HOUR)
    with desk.store.reading() as t:
        assert [row.id for row in views.open_incidents(t, READER)] == ["20260410-001", "20260410-002"]


def test_what_is_done_is_not_owed_again_when_the_severity_falls_and_rises(desk: Desk):
    desk.open()
    desk.raise_to("major_emergency", NOON)
    desk.do(Act.PUBLISH_RESPONSE, NOON + HOUR, text="情况通报")
    desk.raise_to("general", NOON + 2 * HOUR)
    desk.raise_to("major_emergency", NOON + 3 * HOUR)
    with desk.store.reading() as t:
        found = [one for one in t.deadlines.of_incident(desk.named) if one.kind == "authoritative_information"]
    assert [one.state for one in found] == [DeadlineState.MET]


def test_every_further_clock_that_runs_always_has_a_next_step(desk: Desk):
    desk.open()
    desk.raise_to("major_emergency", NOON)
    now = NOON + 100 * HOUR
    desk.told([100 * 60])
    with desk.store.reading() as t:
        assert [one for one in troubles(t, now, oversight_rules(), []) if "step" in one.kind] == []


def test_no_row_of_another_duty_is_a_further_clock(desk: Desk):
    desk.open()
    desk.do(Act.START_PLAN, NOON)
    with desk.store.reading() as t:
        found = owing.further_clocks(t.deadlines.of_incident(desk.named))
    assert [one.kind for one in found] == ["answer"]


# After closing


def test_closing_begins_the_revisit_and_its_result_ends_it(store: Store, tmp_path: Path):
    desk = Desk(store, tmp_path, Owed(further_limits()))
    desk.open()
    assert desk.clocks() == {}
    desk.do(Act.CLOSE, NOON + HOUR, reason="线上已回应，线下已修复")
    clock = desk.clocks()["revisit"]
    assert (clock.state, clock.due_at) == (DeadlineState.OPEN, NOON + HOUR + WEEKS)
    args = {"incident": desk.named, "duty": "revisit", "reason": "走访三户，供热正常"}
    attempt(store, Action(NOON + WEEKS, OFFICE.name, Act.OWED_DONE, args), OFFICE, desk.deps)
    clock = desk.clocks()["revisit"]
    assert (clock.state, clock.end_reason, in_time(clock)) == (DeadlineState.MET, "赵主任：走访三户，供热正常", True)


def test_the_revisit_is_called_to_mind_told_when_due_and_listed_until_then(store: Store, tmp_path: Path):
    desk = Desk(store, tmp_path, Owed(further_limits()))
    desk.open()
    desk.do(Act.CLOSE, NOON, reason="已办")
    for at in (NOON + WEEKS - MINUTE, NOON + WEEKS):
        sweep(store, at, page_only)
    with store.reading() as t:
        told = [one.kind for one in t.alerts.of_incident(desk.named) if one.kind.startswith("owed_")]
        listed = views.ended_with_clocks(t, READER)
        assert [row.further[0].kind for row in listed] == ["revisit"]
        assert views.ended_with_clocks(t, SCHOOLS) == []
    assert told.count("owed_overdue") == 2
    assert "owed_reminder" in told


def test_reopening_ends_the_revisit_and_closing_again_begins_it_anew_even_after_one_was_done(
    store: Store, tmp_path: Path
):
    desk = Desk(store, tmp_path, Owed(further_limits()))
    desk.open()
    for number in range(2):
        at = NOON + number * 10 * HOUR
        named = {"incident": desk.named}
        for act, after, args in (
            (Act.CLOSE, HOUR, {"reason": "已办"}),
            (Act.OWED_DONE, 2 * HOUR, {"duty": "revisit", "reason": "已走访"}),
            (Act.REOPEN, 3 * HOUR, {"reason": "又有反映"}),
            (Act.CLOSE, 4 * HOUR, {"reason": "再次办结"}),
            (Act.REOPEN, 5 * HOUR, {"reason": "仍有反映"}),
        ):
            attempt(store, Action(at + after, OFFICE.name, act, {**named, **args}), OFFICE, desk.deps)
    with store.reading() as t:
        found = [one for one in t.deadlines.of_incident(desk.named) if one.kind == "revisit"]
    states = [one.state for one in sorted(found, key=lambda one: one.activation)]
    assert states == [DeadlineState.MET, DeadlineState.CANCELLED] * 2


def test_a_dismissed_incident_is_not_looked_at_again(store: Store, tmp_path: Path):
    desk = Desk(store, tmp_path, Owed(further_limits()))
    desk.open()
    desk.do(Act.DISMISS, NOON + HOUR, reason="误报")
    assert desk.clocks() == {}
