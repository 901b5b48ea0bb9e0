"""Until somebody acknowledges an incident everybody is told again, the oftener the more serious it is (第四十一条)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from casework.reports.document import Letterhead
from pipeline.acts import Actor, Deps, attempt
from pipeline.notify import page_only
from pipeline.sweep import sweep
from records.actions import Act, Action
from records.alerts import AlertState
from records.words import Role, Severity
from regulation.severity import severity_rules
from storage.store import Store
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
    attempt(town.store, Action(at, OFFICE.name, act, {"disclosure": "d1", **args}), OFFICE, DEPS)


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
    assert told(town, NOON + 600 * MINUTE, NOON + 127 * MINUTE) == [60, 120]


@pytest.mark.clause("H-41")
@pytest.mark.parametrize(("severity", "every"), [(Severity.MAJOR, 15), (Severity.MAJOR_EMERGENCY, 5)])
def test_a_rise_begins_anew_and_oftener(town: Town, severity: Severity, every: int):
    do(town, Act.SET_SEVERITY, NOON + MINUTE, severity=severity.value, reason="电话得知")
    assert told(town, NOON + 40 * MINUTE, NOON + MINUTE) == [1 + every * n for n in range(1, 39 // every + 1)]


def test_a_rise_after_the_acknowledgement_begins_nothing(town: Town):
    do(town, Act.ACKNOWLEDGE, NOON + MINUTE)
    do(town, Act.SET_SEVERITY, NOON + 2 * MINUTE, severity="major", reason="电话得知")
    assert told(town, NOON + 100 * MINUTE, NOON + 2 * MINUTE) == []


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
