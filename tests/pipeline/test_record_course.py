"""Beside each record of a list: reaction day by day, its incidents, the last answer, and what is to be published next."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from pipeline.acts import Actor, attempt
from pipeline.record_course import DAYS, Course, courses
from records.actions import Act, Action
from records.incidents import IncidentState
from records.people import Person
from records.words import Role, Sentiment
from records.zone import CHINA
from regulation.disclosure_time import disclosure_time
from storage.store import Store
from tests.pipeline.answered import approved
from tests.pipeline.known_answers import DAY, HOUR, NOON, SECOND, Town
from tests.pipeline.test_due_alerts import MONTHLY
from tests.pipeline.test_due_alerts import Town as Publishing
from tests.pipeline.test_incident_view import DEPS, FIRST
from tests.pipeline.test_views import HOUSING, OFFICER, SCHOOLS

LATER = "20260416-001"
RULES = disclosure_time()


def course(store: Store, record_id: str, at: object = None, person: Person = OFFICER) -> Course:
    with store.reading() as t:
        return courses(t, person, [record_id, "d2"], NOON if at is None else at, RULES)[record_id]  # type: ignore[arg-type]


def town(store: Store) -> Town:
    made = Town(store)
    for number in range(3):
        made.come(f"v{number}", NOON + number * SECOND)
    return made


def test_posts_are_counted_by_the_day_in_china_on_which_they_were_published(store: Store):
    made = town(store)
    midnight = datetime(2026, 4, 11, tzinfo=CHINA)
    made.come("late", midnight - SECOND, sentiment=Sentiment.POSITIVE)
    made.come("early", midnight, sentiment=Sentiment.NEUTRAL)
    found = course(store, "d1", midnight + HOUR).trend
    assert found.posts[-2:] == (4, 1)
    assert (found.total, found.first, found.peak) == (5, date(2026, 3, 13), (date(2026, 4, 10), 4))


def test_reaction_older_than_the_days_shown_is_not_in_the_trend(store: Store):
    town(store)
    last = NOON + (DAYS - 1) * DAY
    assert course(store, "d1", last).trend.posts == (3, *(0,) * (DAYS - 1))
    assert course(store, "d1", last + DAY).trend.total == 0
    assert course(store, "d2", last).trend.total == 0


def test_incidents_under_way_stand_first_and_the_last_answer_leads_to_its_incident(store: Store):
    made = town(store)
    approved(store, FIRST, "说明", NOON)
    answer = Action(NOON + HOUR, "王芳", Act.PUBLISH_RESPONSE, {"incident": FIRST, "text": "说明"})
    close = Action(NOON + 2 * HOUR, "王芳", Act.CLOSE, {"incident": FIRST, "reason": "已平息"})
    for action in (answer, close):
        attempt(store, action, Actor("王芳", Role.OFFICE), DEPS)
    for number in range(3):
        made.come(f"w{number}", NOON + 6 * DAY + number * SECOND)
    found = course(store, "d1", NOON + 6 * DAY)
    assert [(one.id, one.state) for one in found.cases] == [
        (LATER, IncidentState.OPEN),
        (FIRST, IncidentState.CLOSED),
    ]
    assert found.answer is not None
    assert (found.answer.incident, found.answer.at) == (FIRST, NOON + HOUR)


@pytest.mark.parametrize(("person", "seen"), [(HOUSING, True), (SCHOOLS, False)])
def test_only_incidents_that_the_person_may_see_are_named(store: Store, person: Person, seen: bool):
    town(store)
    assert bool(course(store, "d1", person=person).cases) is seen


@pytest.mark.clause("E-2(5)2")
def test_the_next_period_of_a_regular_item_stands_beside_the_record_that_was_published_last(store: Store):
    number = Publishing(store).publish(MONTHLY)
    due = course(store, number, NOON + timedelta(days=30)).due
    assert due is not None
    assert (due.record, due.due.day) == (number, date(2026, 5, 31))
    assert course(store, "d2").due is None
