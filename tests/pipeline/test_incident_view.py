"""An incident's page holds its figures, trend, posts, alerts, acts and checklist."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from casework.reports.document import Letterhead
from pipeline import incident_view
from pipeline.acts import Actor, Deps, attempt
from pipeline.notify import page_only
from records.actions import Act, Action
from records.words import Channel, Role, Scope
from regulation.severity import severity_rules
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, NOON, SECOND, Town, record
from tests.pipeline.test_views import ADMIN, EVALUATOR, HOUSING, OFFICER, SCHOOLS

FIRST = "20260410-001"
DEPS = Deps(severity_rules(), page_only, Path("reports"), Letterhead("版头", "惠舆情报", "区委", "区委办公室"))


def town(store: Store) -> Town:
    made = Town(store)
    for number in range(3):
        made.come(f"v{number}", NOON + number * SECOND, likes=10)
    made.come("copy", NOON + 10 * SECOND, copy_of="v0", channel=Channel.NEWS)
    return made


def test_the_figures_count_posts_voices_and_reactions_by_channel(store: Store):
    town(store)
    with store.reading() as t:
        found = incident_view.figures(t, FIRST)
    assert (found.posts, found.voices, found.reactions) == (4, 3, 30)
    assert found.by_channel == {Channel.FORUM: 3, Channel.NEWS: 1}
    assert found.last_post_at == NOON + 10 * SECOND


def test_an_incident_without_posts_has_zero_figures_and_an_empty_trend(store: Store):
    Town(store)
    action = Action(NOON, "王芳", Act.CONFIRM, {"title": "水管爆裂", "reason": "电话"})
    opened = attempt(store, action, Actor("王芳", Role.OFFICE), DEPS)
    with store.reading() as t:
        found = incident_view.figures(t, opened)
        assert (found.posts, found.voices, found.reactions, found.last_post_at) == (0, 0, 0, None)
        assert list(incident_view.trend(t, opened).points) == []
        assert incident_view.incident_posts(t, OFFICER, opened) == []


def test_the_trend_counts_posts_by_minute_and_channel(store: Store):
    made = town(store)
    made.come("later", NOON + timedelta(minutes=5))
    with store.reading() as t:
        found = incident_view.trend(t, FIRST)
    assert found.step == timedelta(minutes=1)
    assert [(point.at, point.channel, point.posts) for point in found.points] == [
        (NOON, Channel.FORUM, 3),
        (NOON, Channel.NEWS, 1),
        (NOON + timedelta(minutes=5), Channel.FORUM, 1),
    ]


@pytest.mark.parametrize(
    ("length", "step"),
    [(timedelta(hours=3), timedelta(minutes=1)), (timedelta(hours=4), timedelta(minutes=10)), (2 * DAY, HOUR)],
)
def test_the_trend_of_a_longer_incident_has_longer_steps(store: Store, length: timedelta, step: timedelta):
    made = town(store)
    made.come("last", NOON + length)
    with store.reading() as t:
        assert incident_view.trend(t, FIRST).step == step


def test_posts_are_paged_newest_first(store: Store):
    town(store)
    with store.reading() as t:
        pages = [incident_view.incident_posts(t, OFFICER, FIRST, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [[row.post.id for row in page] for page in pages] == [["copy", "v2"], ["v1", "v0"], []]


def test_a_unit_gets_no_page_of_another_units_incident(store: Store):
    town(store)
    with store.reading() as t:
        assert incident_view.incident_page(t, SCHOOLS, FIRST) is None
        assert incident_view.incident_posts(t, SCHOOLS, FIRST) == []
        assert incident_view.incident_page(t, OFFICER, "20990101-001") is None


def test_the_page_offers_the_acts_of_the_role(store: Store):
    town(store)
    with store.reading() as t:
        acts = {
            person.name: page.acts
            for person in (OFFICER, HOUSING, EVALUATOR)
            if (page := incident_view.incident_page(t, person, FIRST)) is not None
        }
    assert {Act.START_PLAN, Act.CANCEL_PLAN, Act.SET_SEVERITY} <= acts["王芳"]
    assert Act.START_PLAN in acts["陈杰"]
    assert Act.CANCEL_PLAN not in acts["陈杰"]
    assert acts["赵敏"] == {"view_reports"}


def test_the_body_of_a_party_record_stays_away_from_those_who_may_not_read_it(store: Store):
    made = Town(store)
    with store.transaction() as t:
        t.disclosures.add(record("p1", scope=Scope.PARTY), NOON - DAY, "王芳")
    for number in range(3):
        made.come(f"p{number}", NOON + number * SECOND, disclosure="p1")
    with store.reading() as t:
        office, admin = (incident_view.incident_page(t, person, FIRST) for person in (OFFICER, ADMIN))
    assert office is not None
    assert office.record is not None
    assert admin is not None
    assert (admin.record, admin.record_hidden) == (None, True)
    assert "p1号方案" not in repr(admin)


@pytest.mark.clause("H-42(1)")
def test_a_step_done_through_the_desk_is_ticked_in_the_checklist(store: Store):
    town(store)
    attempt(store, Action(NOON + HOUR, "李军", Act.ACKNOWLEDGE, {"incident": FIRST}), Actor("李军", Role.DUTY), DEPS)
    with store.reading() as t:
        page = incident_view.incident_page(t, OFFICER, FIRST)
    assert page is not None
    assert page.playbook == "一般舆情处置"
    done = {task.step: task.done_at for task in page.tasks}
    assert done["general/acknowledge"] == NOON + HOUR
    assert done["general/verify"] is None


def test_the_trend_has_the_steps_that_are_asked_for(store: Store):
    town(store)
    with store.reading() as t:
        found = incident_view.trend(t, FIRST, HOUR)
    assert found.step == HOUR
    assert [(point.at, point.channel, point.posts) for point in found.points] == [
        (NOON, Channel.FORUM, 3),
        (NOON, Channel.NEWS, 1),
    ]
