"""An office's own figures of the rules: changed with a reason, logged, taken back; clocks that run keep what they began with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pipeline import own_values, plan
from pipeline.acts import Actor
from pipeline.notify import page_only
from pipeline.own_rules import OfficeRules, RulesPage, own_rules, rules_page
from pipeline.own_values import Made
from pipeline.refusals import Refused
from pipeline.unacknowledged import await_acknowledgement, await_co_unit, await_follow_up
from records.alerts import Deadline
from records.people import Person
from records.words import Role, Severity
from storage.store import Store
from tests.pipeline.clocks import open_incident
from tests.storage.making import NOON

WANG = Person("wangfang", "王芳", Role.OFFICE)
ACTOR = Actor("王芳", Role.OFFICE)
MINUTE = timedelta(minutes=1)
GROUND = OfficeRules({"telling": {"digest_seconds": 600}})
ID = "20260410-001"
REPORT = "time_limits.initial_report.minutes"
ACK = "time_limits.acknowledgement.general.minutes"


def page(store: Store) -> RulesPage:
    with store.reading() as t:
        found = rules_page(t, WANG, GROUND)
    assert found is not None
    return found


def now(store: Store, name: str) -> Any:
    return next(row.now for rows in page(store).groups.values() for row in rows if row.value.value == name)


def changed(store: Store, name: str, after: Any, at: int = 0) -> Made:
    own_values.change(store, GROUND, {name: now(store, name)}, {name: after}, "试行一个月", ACTOR, NOON + at * MINUTE)
    return page(store).changes[0]


def begun(store: Store, duty: str) -> Deadline:
    """What begins for the incident now: the plan, or the wait for an acknowledgement or a first act."""
    with store.transaction() as t:
        incident = t.incidents.get(ID)
        assert incident is not None
        if duty == "initial_report":
            made = plan.start(t, incident, NOON, NOON, "王芳", routes=page_only)
        elif duty == "follow_up":
            made = await_follow_up(t, incident, NOON, "王芳")
        else:
            made = await_acknowledgement(t, incident, NOON, "王芳")
    assert made is not None
    return made


def test_a_figure_stands_there_with_what_the_settings_and_the_shipped_rules_say(store: Store) -> None:
    changed(store, "telling.digest_seconds", 120)
    [row] = [row for rows in page(store).groups.values() for row in rows if row.value.value == "telling.digest_seconds"]
    assert (row.now, row.usual, row.shipped) == (120, 600, 300)


def test_a_change_is_logged_with_article_old_and_new_value_who_when_and_why(store: Store) -> None:
    changed(store, REPORT, 115)
    with store.reading() as t:
        entry = t.audit.newest(1)[0]
    assert (entry.act, entry.subject, entry.actor, entry.at) == ("change_figures", "rules", "王芳", NOON)
    assert dict(entry.detail) == {
        "value": REPORT,
        "clause": "H-42(3)",
        "reason": "试行一个月",
        "before": 120,
        "after": 115,
    }


def test_a_change_is_taken_back_and_one_that_was_changed_again_is_not(store: Store) -> None:
    first = changed(store, "telling.quiet_from", "21:00")
    second = changed(store, "telling.quiet_from", "20:30", at=1)
    assert [one.may_undo for one in page(store).changes] == [True, False]
    with pytest.raises(Refused, match="后来又改过"):
        own_values.undo(store, GROUND, first, ACTOR, NOON + 2 * MINUTE)
    own_values.undo(store, GROUND, second, ACTOR, NOON + 2 * MINUTE)
    assert now(store, "telling.quiet_from") == "21:00"
    assert page(store).changes[0].reason == f"撤销第 {second.seq} 行的改动"
    own_values.undo(store, GROUND, page(store).changes[0], ACTOR, NOON + 3 * MINUTE)
    changed(store, "telling.quiet_from", "22:00", at=4)
    with store.reading() as t:
        assert own_rules(t) == {}


@pytest.mark.parametrize(
    ("name", "after", "reason", "why"),
    [
        (REPORT, 121, "理由", "首报：第四十二条（三）规定"),
        (REPORT, 110, "理由", "第 3 次提醒"),
        (REPORT, 120, "理由", "没有改动"),
        (REPORT, 115, " ", "理由"),
        ("calming.worse_percent", 40, "理由", "应大于 “每小时帖文降到原来的百分之多少以下算回落”"),
        ("escalation.major.office", 15, "理由", "应晚于"),
        ("gone.figure", 3, "理由", "没有“gone.figure”"),
    ],
)
def test_what_cannot_be_is_refused_in_the_words_of_the_page(
    store: Store, name: str, after: int, reason: str, why: str
) -> None:
    seen = {REPORT: 120, "calming.worse_percent": 120, "escalation.major.office": 30}
    with pytest.raises(Refused, match=why):
        own_values.change(store, GROUND, seen, {name: after}, reason, ACTOR, NOON)
    with store.reading() as t:
        assert own_rules(t) == {}
        assert [entry.allowed for entry in t.audit.newest(5)] == [False]


def test_of_two_who_change_the_same_figure_the_second_is_told(store: Store) -> None:
    changed(store, REPORT, 115)
    with pytest.raises(Refused, match="刚被他人改成 115"):
        own_values.change(store, GROUND, {REPORT: 120}, {REPORT: 118}, "另一个理由", ACTOR, NOON)


def test_a_second_click_changes_nothing(store: Store) -> None:
    for _ in range(2):
        own_values.change(store, GROUND, {REPORT: 120}, {REPORT: 115}, "理由", ACTOR, NOON, "请求一")
    assert len(page(store).changes) == 1


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OFFICE, Role.ADMIN)])
def test_nobody_but_the_office_and_admins_changes_or_sees_figures(store: Store, role: Role) -> None:
    with pytest.raises(Refused, match="没有权限"):
        own_values.change(store, GROUND, {REPORT: 120}, {REPORT: 115}, "理由", Actor("某人", role, "住建局"), NOON)
    with store.reading() as t:
        assert rules_page(t, Person("x", "某人", role, "住建局"), GROUND) is None


@pytest.mark.clause("H-42(3)")
def test_a_plan_that_starts_now_is_due_by_the_offices_own_figure_and_one_that_runs_keeps_its_own(store: Store) -> None:
    open_incident(store)
    before = begun(store, "initial_report")
    changed(store, REPORT, 115)
    with store.transaction() as t:
        assert before.id is not None
        kept = t.deadlines.get(before.id)
        assert kept is not None
        assert (kept.due_at, [step.after for step in kept.steps]) == (
            NOON + 120 * MINUTE,
            [step.after for step in before.steps],
        )
        plan.cancel(t, ID, NOON, "王芳", "误启动")
        assert plan.length(t) == 115 * MINUTE
    after = begun(store, "initial_report")
    assert after.due_at == NOON + 115 * MINUTE
    assert [step.after // MINUTE for step in after.steps if step.kind == "overdue"] == [115]


@pytest.mark.clause("H-41")
def test_acknowledgements_that_are_awaited_from_now_on_go_by_the_offices_own_figures(store: Store) -> None:
    open_incident(store)
    changed(store, ACK, 30)
    changed(store, "time_limits.follow_up.general.minutes", 100)
    changed(store, "time_limits.co_acknowledgement.general.minutes", 45)
    awaited = begun(store, "acknowledgement")
    assert awaited.due_at == NOON + 30 * MINUTE
    climbing = [step.after // MINUTE for step in awaited.steps if step.kind == "climbed"]
    assert climbing == [120, 240]
    assert begun(store, "follow_up").due_at == NOON + 100 * MINUTE
    with store.transaction() as t:
        incident = t.incidents.get(ID)
        assert incident is not None
        await_co_unit(t, incident, "区水务局", NOON, "王芳")
        [helping] = [one for one in t.deadlines.of_incident(ID) if one.kind == f"co_acknowledgement.{Severity.GENERAL}"]
    assert helping.due_at == NOON + 45 * MINUTE


def test_figures_that_fit_the_rules_no_more_count_no_more_and_clocks_begin_as_shipped(store: Store) -> None:
    open_incident(store)
    with store.transaction() as t:
        t.meta.put("own_rules", {REPORT: 100, ACK: 30})
    assert begun(store, "initial_report").due_at == NOON + 120 * MINUTE
    assert now(store, REPORT) == 120
