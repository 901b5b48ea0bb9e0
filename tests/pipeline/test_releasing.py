"""The release calendar: who plans and notes what, who sees it, and who is told the working day before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from pipeline import proposing
from pipeline.acts import Actor
from pipeline.meant import Meant
from pipeline.notify import page_only
from pipeline.refusals import Refused
from pipeline.releasing import Planned, month_of, note_release, plan_release, remind_of_releases
from records.people import Person
from records.proposals import Form
from records.releases import Release, ReleaseState
from records.words import Audience, Role, Scope
from records.zone import CHINA
from regulation.platforms import platform_rules
from regulation.procedures import procedure
from regulation.releases import release_rules
from storage.store import Store
from tests.storage.making import NOON, disclosure

OFFICE = Actor("王芳", Role.OFFICE)
HOUSING = Actor("李强", Role.UNIT, "住建局")
PLATFORMS = platform_rules()
MONDAY = datetime(2026, 4, 20, 10, tzinfo=CHINA)
PLANNED = Planned("供热改造进展", MONDAY, "press_conference", "住建局", "r1", "d1")
SEE = Person("w", "王芳", Role.OFFICE)


@pytest.fixture
def town(store: Store) -> Store:
    with store.transaction() as t:
        t.disclosures.add(disclosure(), NOON, "王芳")
        t.disclosures.add(disclosure("p1", scope=Scope.PARTY), NOON, "王芳")
    return store


def april(store: Store, person: Person = SEE) -> list[Release]:
    with store.reading() as t:
        return month_of(t, person, date(2026, 4, 1))


def told(store: Store, at: datetime) -> list[str]:
    remind_of_releases(store, at, release_rules(), page_only)
    with store.reading() as t:
        return [alert.recipient for alert in t.alerts.all() if alert.kind == "release_ahead"]


@pytest.mark.clause("E-2(7)4")
def test_a_planned_release_stands_on_its_day_until_it_was_held(town: Store):
    for _ in range(2):
        plan_release(town, PLANNED, OFFICE, NOON, PLATFORMS)
    (release,) = april(town)
    assert (release.state, release.due, release.platform) == (ReleaseState.PLANNED, MONDAY, "新闻发布会")
    note_release(town, release.id, ReleaseState.HELD, OFFICE, MONDAY)
    (held,) = april(town)
    assert (held.state, [step.actor for step in held.steps]) == (ReleaseState.HELD, ["王芳", "王芳"])
    with pytest.raises(Refused, match="不能再改"):
        note_release(town, release.id, ReleaseState.CANCELLED, OFFICE, MONDAY, "重复")


@pytest.mark.clause("E-2(7)4")
def test_moving_and_cancelling_need_a_reason_and_keep_what_was_before(town: Store):
    plan_release(town, PLANNED, OFFICE, NOON, PLATFORMS)
    (release,) = april(town)
    later = MONDAY + timedelta(days=30)
    with pytest.raises(Refused, match="原因"):
        note_release(town, release.id, ReleaseState.MOVED, OFFICE, NOON, "", later)
    with pytest.raises(Refused, match="现在以后"):
        note_release(town, release.id, ReleaseState.MOVED, OFFICE, NOON, "会期调整", NOON)
    note_release(town, release.id, ReleaseState.MOVED, OFFICE, NOON, "会期调整", later)
    assert april(town) == []
    with town.reading() as t:
        (moved,) = month_of(t, SEE, date(2026, 5, 1))
    assert [(step.due, step.reason) for step in moved.steps] == [(MONDAY, None), (later, "会期调整")]
    note_release(town, release.id, ReleaseState.CANCELLED, OFFICE, NOON, "并入下月")


@pytest.mark.clause("E-2(7)4")
def test_a_unit_plans_and_notes_its_own_releases_alone(town: Store):
    plan_release(town, PLANNED, HOUSING, NOON, PLATFORMS)
    (release,) = april(town)
    for actor in (Actor("赵", Role.UNIT, "教育局"), Actor("钱", Role.DUTY)):
        with pytest.raises(Refused, match="没有权限"):
            note_release(town, release.id, ReleaseState.HELD, actor, NOON)
    with pytest.raises(Refused, match="没有权限"):
        plan_release(town, replace(PLANNED, request="r2"), Actor("钱", Role.DUTY), NOON, PLATFORMS)
    note_release(town, release.id, ReleaseState.HELD, HOUSING, NOON)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"what": " "}, "发布什么"),
        ({"due": NOON}, "现在以后"),
        ({"platform": "elsewhere"}, "发布平台"),
        ({"spokesperson": "张三"}, "没有“张三”这个单位"),
        ({"record": "d9"}, "没有这条公开事项"),
    ],
)
def test_what_cannot_be_planned_is_said(town: Store, change: dict[str, object], said: str):
    with pytest.raises(Refused, match=said):
        plan_release(town, replace(PLANNED, **change), OFFICE, NOON, PLATFORMS)  # type: ignore[arg-type]
    assert april(town) == []


@pytest.mark.clause("E-2(3)2")
def test_the_release_of_a_party_record_shows_to_those_alone_who_may_read_the_record(town: Store):
    plan_release(town, replace(PLANNED, record="p1"), OFFICE, NOON, PLATFORMS)
    assert len(april(town)) == 1
    assert april(town, Person("z", "赵敏", Role.EVALUATOR)) == []


@pytest.mark.clause("E-2(7)4")
def test_the_spokesperson_s_unit_and_the_office_are_told_once_on_the_working_day_before(town: Store):
    plan_release(town, PLANNED, OFFICE, NOON, PLATFORMS)
    friday = datetime(2026, 4, 17, 9, tzinfo=CHINA)
    assert told(town, friday - timedelta(seconds=1)) == []
    assert sorted(told(town, friday)) == ["office", "住建局"]
    assert len(told(town, MONDAY - timedelta(hours=1))) == 2
    with town.reading() as t:
        assert not any("供热" in alert.title + alert.body for alert in t.alerts.all())


@pytest.mark.clause("E-2(7)4")
def test_a_cancelled_release_is_not_called_to_mind_and_a_moved_one_before_its_new_day(town: Store):
    plan_release(town, PLANNED, OFFICE, NOON, PLATFORMS)
    plan_release(town, replace(PLANNED, request="r2"), OFFICE, NOON, PLATFORMS)
    first, second = april(town)
    note_release(town, first.id, ReleaseState.CANCELLED, OFFICE, NOON, "取消")
    note_release(town, second.id, ReleaseState.MOVED, OFFICE, NOON, "改期", MONDAY + timedelta(days=1))
    assert told(town, datetime(2026, 4, 17, 9, tzinfo=CHINA)) == []
    assert len(told(town, datetime(2026, 4, 20, 9, tzinfo=CHINA))) == 2


@pytest.fixture
def proposed(town: Store) -> str:
    form = Form(unit="住建局", title="旧改方案", body="改造四个小区。", audience=Audience.PARTY)
    return proposing.begin(town, form, HOUSING, NOON, proposing.Desk("区委办公室", procedure("H"), lambda form: ()))


@pytest.mark.clause("E-2(7)4")
def test_what_is_still_to_be_approved_is_planned_and_shows_as_the_proposal_does(town: Store, proposed: str):
    plan_release(town, replace(PLANNED, record=None, proposal=proposed), OFFICE, NOON, PLATFORMS)
    assert [one.proposal for one in april(town)] == [proposed]
    assert [one.proposal for one in april(town, Person("l", "李强", Role.UNIT, "住建局"))] == [proposed]
    assert april(town, Person("z", "赵敏", Role.EVALUATOR)) == []
    assert april(town, Person("t", "陶", Role.UNIT, "教育局")) == []


def test_once_published_its_release_shows_to_whoever_may_read_the_record(town: Store, proposed: str):
    plan_release(town, replace(PLANNED, record=None, proposal=proposed), OFFICE, NOON, PLATFORMS)
    with town.transaction() as t:
        t.disclosures.add(disclosure(proposed), NOON, "王芳")
    assert [one.proposal for one in april(town, Person("t", "陶", Role.UNIT, "教育局"))] == [proposed]


def test_a_proposal_that_one_may_not_see_or_that_was_dropped_is_not_planned(town: Store, proposed: str):
    planned = replace(PLANNED, record=None, proposal=proposed)
    with pytest.raises(Refused, match="没有这件拟公开事项"):
        plan_release(town, planned, Actor("陶", Role.UNIT, "教育局"), NOON, PLATFORMS)
    with pytest.raises(Refused, match="没有这件拟公开事项"):
        plan_release(town, replace(planned, proposal="G1"), OFFICE, NOON, PLATFORMS)
    proposing.drop(town, Meant(proposed, HOUSING, NOON), "不再需要")
    with pytest.raises(Refused, match="不再发布"):
        plan_release(town, planned, OFFICE, NOON, PLATFORMS)
