"""Until somebody acknowledges an incident everybody is told again, the oftener the more serious it is (第四十一条)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from casework.reports.document import Letterhead
from nlp.admission import without_personal_data
from pipeline.acts import Actor, Deps, attempt
from pipeline.notify import page_only
from pipeline.reporting import save_part
from pipeline.sweep import sweep
from pipeline.views import awaited
from records.actions import Act, Action
from records.alerts import Alert, AlertState
from records.co_units import CoUnit
from records.incidents import Incident
from records.people import Contact
from records.reports import Part
from records.words import ReportKind, Role, Severity
from regulation.severity import severity_rules
from storage.store import Store, Transaction
from tests.pipeline.answered import approved
from tests.pipeline.clocks import MINUTE
from tests.pipeline.known_answers import NOON, SECOND, Town, record

OFFICE = Actor("赵主任", Role.OFFICE)
DEPS = Deps(severity_rules({}), page_only, Path("reports"), Letterhead("", "", "", ""))


@pytest.fixture
def town(store: Store) -> Town:
    """A desk with one incident that opened at noon."""
    made = Town(store)
    with store.transaction() as t:
        if t.disclosures.get("d1") is None:
            t.disclosures.add(record("d1"), NOON, "测试")
    for number in range(3):
        made.come(f"p{number}", NOON)
    return made


def do(town: Town, act: Act, at: datetime, **args: Any) -> None:
    if act is Act.PUBLISH_RESPONSE:
        approved(town.store, incident(town).id, args["text"], at)
    attempt(town.store, Action(at, OFFICE.name, act, {"disclosure": "d1", **args}), OFFICE, DEPS)


def incident(town: Town) -> Incident:
    with town.store.reading() as t:
        found = t.incidents.newest_ongoing("d1")
    assert found is not None
    return found


def alerts(town: Town, kind: str) -> list[Alert]:
    with town.store.reading() as t:
        return sorted((one for one in t.alerts.all() if one.kind == kind), key=lambda one: one.recipient)


def why_awaited(town: Town) -> str | None:
    with town.store.reading() as t:
        clock = awaited(t.deadlines.of_incident(incident(town).id))
    assert clock is not None
    return clock.start_reason


def told(town: Town, until: datetime, begin: datetime = NOON) -> list[int]:
    """Sweep every minute; after how many minutes from noon the unacknowledged incident was told of."""
    now = begin
    while now <= until:
        sweep(town.store, now, page_only)
        now += MINUTE
    with town.store.reading() as t:
        rows = [alert for alert in t.alerts.all() if alert.kind == "unacknowledged"]
    per_moment = Counter((alert.at - NOON) // MINUTE for alert in rows)
    assert set(per_moment.values()) <= {2}, "the unit and the office"
    return sorted(per_moment)


@pytest.mark.clause("H-41")
def test_a_general_incident_is_told_of_every_hour_until_it_is_acknowledged(town: Town):
    assert told(town, NOON + 59 * MINUTE) == []
    assert told(town, NOON + 125 * MINUTE, NOON + 60 * MINUTE) == [60, 120]
    do(town, Act.ACKNOWLEDGE, NOON + 126 * MINUTE)
    assert told(town, NOON + 360 * MINUTE, NOON + 127 * MINUTE) == [60, 120]


@pytest.mark.clause("H-41")
@pytest.mark.parametrize(("severity", "every"), [(Severity.MAJOR, 15), (Severity.MAJOR_EMERGENCY, 5)])
def test_a_rise_begins_anew_and_oftener(town: Town, severity: Severity, every: int):
    do(town, Act.SET_SEVERITY, NOON + MINUTE, severity=severity.value, reason="电话得知")
    assert told(town, NOON + 40 * MINUTE, NOON + MINUTE) == [1 + every * n for n in range(1, 39 // every + 1)]


@pytest.mark.clause("H-41")
def test_what_a_person_raises_after_the_acknowledgement_is_to_be_acknowledged_again(town: Town):
    do(town, Act.ACKNOWLEDGE, NOON + MINUTE)
    do(town, Act.SET_SEVERITY, NOON + 2 * MINUTE, severity="major", reason="电话得知")
    assert incident(town).acknowledged_at is None
    assert why_awaited(town) == "升为“重大”，须重新签收"
    assert told(town, NOON + 33 * MINUTE, NOON + 2 * MINUTE) == [17, 32]
    do(town, Act.ACKNOWLEDGE, NOON + 34 * MINUTE)
    assert told(town, NOON + 90 * MINUTE, NOON + 34 * MINUTE) == [17, 32]


@pytest.mark.clause("H-41")
def test_what_a_rule_raises_after_the_acknowledgement_is_to_be_acknowledged_again(town: Town):
    do(town, Act.ACKNOWLEDGE, NOON + MINUTE)
    town.come("p9", NOON + 2 * MINUTE, likes=5000)
    assert incident(town).acknowledged_at is None
    assert told(town, NOON + 33 * MINUTE, NOON + 2 * MINUTE) == [17, 32]


def test_a_lower_severity_leaves_the_acknowledgement_as_it_is(town: Town):
    do(town, Act.SET_SEVERITY, NOON, severity="major", reason="电话得知")
    do(town, Act.ACKNOWLEDGE, NOON + MINUTE)
    do(town, Act.SET_SEVERITY, NOON + 2 * MINUTE, severity="general", reason="已平息")
    assert incident(town).acknowledged_at == NOON + MINUTE
    assert told(town, NOON + 400 * MINUTE, NOON + 2 * MINUTE) == []


@pytest.mark.clause("H-41")
@pytest.mark.parametrize("act", [Act.CLOSE, Act.DISMISS])
def test_what_is_reopened_is_told_and_to_be_acknowledged_again(town: Town, act: Act):
    do(town, Act.ACKNOWLEDGE, NOON + MINUTE)
    ended = incident(town).id
    do(town, act, NOON + 2 * MINUTE, reason="误报，已核实")
    action = Action(NOON + 5 * MINUTE, OFFICE.name, Act.REOPEN, {"incident": ended, "reason": "又有反映"})
    attempt(town.store, action, OFFICE, DEPS)
    assert [(alert.recipient, alert.at) for alert in alerts(town, "reopened")] == [
        ("office", NOON + 5 * MINUTE),
        ("住建局", NOON + 5 * MINUTE),
    ]
    assert why_awaited(town) == "重新打开，须重新签收"
    assert told(town, NOON + 126 * MINUTE, NOON + 5 * MINUTE) == [65, 125]


# Nothing is done after the acknowledgement (签收失效)


@pytest.mark.clause("H-41", "H-42(1)", "H-42(2)", "H-42(3)")
@pytest.mark.parametrize(
    ("severity", "silent", "every"), [("general", 240, 60), ("major", 60, 15), ("major_emergency", 20, 5)]
)
def test_an_acknowledgement_after_which_nothing_is_done_lapses_and_is_asked_for_again(
    town: Town, severity: str, silent: int, every: int
):
    do(town, Act.SET_SEVERITY, NOON, severity=severity, reason="电话得知")
    do(town, Act.ACKNOWLEDGE, NOON)
    assert told(town, NOON + (silent - 1) * MINUTE) == []
    assert incident(town).acknowledged_at == NOON
    assert told(town, NOON + (silent + every) * MINUTE, NOON + silent * MINUTE) == [silent + every]
    assert incident(town).acknowledged_at is None
    lapsed = alerts(town, "acknowledgement_lapsed")
    assert [(alert.recipient, alert.at) for alert in lapsed] == [
        ("office", NOON + silent * MINUTE),
        ("住建局", NOON + silent * MINUTE),
    ]
    assert "赵主任于4月10日 20:00（北京时间）签收" in lapsed[0].body
    assert "签收失效" in (why_awaited(town) or "")


def test_the_lapse_is_in_the_log_under_the_clock_s_name(town: Town):
    do(town, Act.ACKNOWLEDGE, NOON)
    sweep(town.store, NOON + 240 * MINUTE, page_only)
    with town.store.reading() as t:
        entry = t.audit.about(incident(town).id)[-1]
        assert t.audit.verify() is None
    assert (entry.actor, entry.act, entry.at) == ("计时", "acknowledgement_lapsed", NOON + 240 * MINUTE)
    assert entry.detail == {"reason": "签收后4小时没有办理，签收失效", "acknowledged_by": "赵主任"}


def test_sweeping_again_lets_nothing_lapse_twice(town: Town):
    do(town, Act.ACKNOWLEDGE, NOON)
    sweep(town.store, NOON + 240 * MINUTE, page_only)
    revision = incident(town).revision
    sweep(town.store, NOON + 240 * MINUTE, page_only)
    do(town, Act.ACKNOWLEDGE, NOON + 241 * MINUTE)
    sweep(town.store, NOON + 242 * MINUTE, page_only)
    assert incident(town).acknowledged_at == NOON + 241 * MINUTE
    assert incident(town).revision == revision + 1
    assert len(alerts(town, "acknowledgement_lapsed")) == 2


def test_two_sweepers_at_the_same_moment_let_it_lapse_once(town: Town):
    do(town, Act.ACKNOWLEDGE, NOON)
    together = Barrier(2, timeout=60)

    def run() -> None:
        together.wait()
        sweep(town.store, NOON + 240 * MINUTE, page_only)

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with town.store.reading() as t:
        assert [entry.act for entry in t.audit.about(incident(town).id)].count("acknowledgement_lapsed") == 1


@pytest.mark.parametrize(
    ("act", "args"),
    [
        (Act.CONFIRM, {}),
        (Act.SET_CATEGORY, {"category": "emergency", "reason": "现场核实"}),
        (Act.PUBLISH_RESPONSE, {"text": "正在抢修"}),
        (Act.START_PLAN, {}),
    ],
)
def test_one_act_after_the_acknowledgement_keeps_it(town: Town, act: Act, args: dict[str, Any]):
    do(town, Act.ACKNOWLEDGE, NOON)
    do(town, act, NOON + 239 * MINUTE, **args)
    assert told(town, NOON + 900 * MINUTE, NOON + 240 * MINUTE) == []
    assert incident(town).acknowledged_at == NOON


def test_writing_at_the_report_is_something_done_too(town: Town):
    do(town, Act.ACKNOWLEDGE, NOON)
    with town.store.transaction() as t:
        part = (incident(town).id, ReportKind.INITIAL, Part.OFFLINE_EVENT)
        save_part(t, *part, "现场已派人", OFFICE, NOON + 239 * MINUTE, without_personal_data)
    assert told(town, NOON + 900 * MINUTE, NOON + 240 * MINUTE) == []
    assert incident(town).acknowledged_at == NOON


def test_what_a_unit_writes_that_only_helps_is_nothing_done_by_the_one_that_answers(town: Town):
    do(town, Act.ACKNOWLEDGE, NOON)
    schools = Actor("刘洋", Role.UNIT, "教体局")
    with town.store.transaction() as t:
        t.co_units.name(CoUnit(incident(town).id, "教体局", NOON, "赵主任", "涉及校园"))
        part = (incident(town).id, ReportKind.INITIAL, Part.OFFLINE_EVENT)
        save_part(t, *part, "校园供暖已恢复", schools, NOON + 239 * MINUTE, without_personal_data)
    sweep(town.store, NOON + 240 * MINUTE, page_only)
    assert incident(town).acknowledged_at is None


@pytest.mark.parametrize(
    ("act", "args"),
    [
        (Act.PUBLISH_RESPONSE, {"text": "正在抢修"}),
        (Act.FILE_REPORT, {"kind": "progress"}),
        (Act.START_PLAN, {}),
    ],
)
def test_an_acknowledgement_that_comes_after_the_deed_waits_for_none(
    town: Town, tmp_path: Path, act: Act, args: dict[str, Any]
):
    deps = replace(DEPS, replay=True, reports_dir=tmp_path)
    attempt(town.store, Action(NOON, OFFICE.name, act, {"disclosure": "d1", **args}), OFFICE, deps)
    do(town, Act.ACKNOWLEDGE, NOON + MINUTE)
    sweep(town.store, NOON + 900 * MINUTE, page_only)
    assert incident(town).acknowledged_at == NOON + MINUTE


def test_that_it_was_found_real_is_not_what_is_done_after_a_later_acknowledgement(town: Town):
    do(town, Act.CONFIRM, NOON)
    do(town, Act.ACKNOWLEDGE, NOON + MINUTE)
    sweep(town.store, NOON + 241 * MINUTE, page_only)
    assert incident(town).acknowledged_at is None


def test_a_running_plan_is_what_is_done_also_when_it_is_acknowledged_anew(town: Town):
    do(town, Act.START_PLAN, NOON)
    do(town, Act.SET_SEVERITY, NOON + MINUTE, severity="major", reason="电话得知")
    do(town, Act.ACKNOWLEDGE, NOON + 2 * MINUTE)
    sweep(town.store, NOON + 900 * MINUTE, page_only)
    assert incident(town).acknowledged_at == NOON + 2 * MINUTE


def test_what_was_done_before_a_rise_is_not_what_is_done_about_it(town: Town):
    do(town, Act.PUBLISH_RESPONSE, NOON, text="正在抢修")
    do(town, Act.SET_SEVERITY, NOON + MINUTE, severity="major", reason="电话得知")
    do(town, Act.ACKNOWLEDGE, NOON + 2 * MINUTE)
    sweep(town.store, NOON + 62 * MINUTE, page_only)
    assert incident(town).acknowledged_at is None


def test_acknowledging_once_more_is_nothing_done(town: Town):
    do(town, Act.ACKNOWLEDGE, NOON)
    do(town, Act.ACKNOWLEDGE, NOON + 239 * MINUTE)
    sweep(town.store, NOON + 240 * MINUTE, page_only)
    assert incident(town).acknowledged_at is None


@pytest.mark.parametrize("act", [Act.DISMISS, Act.CLOSE])
def test_nothing_lapses_once_the_incident_has_ended(town: Town, act: Act):
    do(town, Act.ACKNOWLEDGE, NOON)
    ended = incident(town).id
    do(town, act, NOON + MINUTE, reason="误报，已核实")
    sweep(town.store, NOON + 600 * MINUTE, page_only)
    with town.store.reading() as t:
        found = t.incidents.get(ended)
    assert found is not None
    assert found.acknowledged_at == NOON
    assert alerts(town, "acknowledgement_lapsed") == []


def test_an_incident_that_cannot_be_swept_does_not_keep_other_acknowledgements_from_lapsing(town: Town):
    for number in range(3):
        town.come(f"q{number}", NOON, disclosure="d2")
    do(town, Act.ACKNOWLEDGE, NOON)
    do(town, Act.ACKNOWLEDGE, NOON, disclosure="d2")
    first = incident(town).id

    def routes(t: Transaction, recipient: str) -> Sequence[Contact]:
        if any(alert.kind == "acknowledgement_lapsed" for alert in t.alerts.of_incident(first)):
            raise LookupError("one incident's routes are broken")
        return []

    with pytest.raises(ExceptionGroup, match="could not be swept"):
        sweep(town.store, NOON + 240 * MINUTE, routes)
    assert {alert.incident for alert in alerts(town, "acknowledgement_lapsed")} == {"20260410-002"}
    assert incident(town).acknowledged_at == NOON
    sweep(town.store, NOON + 240 * MINUTE, page_only)
    assert incident(town).acknowledged_at is None


@pytest.mark.parametrize("act", [Act.CONFIRM, Act.START_PLAN])
def test_whoever_already_does_something_about_it_is_told_no_more(town: Town, act: Act):
    do(town, act, NOON + MINUTE)
    assert told(town, NOON + 200 * MINUTE, NOON + 2 * MINUTE) == []


@pytest.mark.parametrize("act", [Act.DISMISS, Act.CLOSE])
def test_an_incident_that_has_ended_need_not_be_acknowledged(town: Town, act: Act):
    do(town, act, NOON + MINUTE, reason="误报，已核实")
    assert told(town, NOON + 200 * MINUTE, NOON + 2 * MINUTE) == []


def test_after_down_time_it_is_told_once_and_goes_on_by_its_grid(town: Town):
    assert told(town, NOON + 200 * MINUTE, NOON + 200 * MINUTE) == [200]
    assert told(town, NOON + 241 * MINUTE, NOON + 201 * MINUTE) == [200, 240]


def test_what_waits_to_be_sent_when_somebody_acknowledges_is_withdrawn(town: Town):
    sweep(town.store, NOON + 60 * MINUTE, page_only)
    do(town, Act.ACKNOWLEDGE, NOON + 60 * MINUTE + SECOND)
    with town.store.reading() as t:
        rows = [alert for alert in t.alerts.all() if alert.kind == "unacknowledged"]
    assert {alert.state for alert in rows} == {AlertState.SUPPRESSED}
    assert {alert.reason for alert in rows} == {"已签收或已在处置，不再提醒"}


def test_the_message_says_since_when_and_what_to_do(town: Town):
    sweep(town.store, NOON + 60 * MINUTE, page_only)
    with town.store.reading() as t:
        alert = next(one for one in t.alerts.all() if one.kind == "unacknowledged")
    assert alert.title == "未签收〔一般〕“d1号方案”相关舆情"
    assert "至今没有人签收" in alert.body
