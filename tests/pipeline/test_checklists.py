"""People tick the steps of an incident's checklist and add their own: by permission, once, audited."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from nlp.admission import without_personal_data
from pipeline import checklists, incident_view
from pipeline.acts import Actor
from pipeline.checklists import Step
from pipeline.meant import Meant
from pipeline.refusals import Refused
from playbooks.engine import Task
from records.people import Person
from records.words import Role
from storage.store import Store
from tests.pipeline.known_answers import HOUR, NOON
from tests.pipeline.test_incident_spread import OFFICE
from tests.pipeline.test_incident_view import FIRST, town
from tests.pipeline.test_views import OFFICER

OWN = Actor("陈杰", Role.UNIT, "住建局")
OTHER = Actor("李敏", Role.UNIT, "教体局")
STEP = Step("联系施工单位到场", "区住建局", NOON + 5 * HOUR)
WORDING = "general/wording"


def add_step(store: Store, incident: str, step: Step, actor: Actor, at: datetime, request: str | None = None) -> None:
    checklists.add_step(store, Meant(incident, actor, at, request), step, without_personal_data)


def tick(
    store: Store,
    incident: str,
    step: str,
    done: bool,
    note: str | None,
    actor: Actor,
    at: datetime,
    request: str | None = None,
) -> None:
    checklists.tick(store, Meant(incident, actor, at, request), step, done, note, without_personal_data)


def tasks(store: Store, person: Person = OFFICER) -> dict[str, Task]:
    with store.reading() as t:
        page = incident_view.incident_page(t, person, FIRST)
    assert page is not None
    return {task.step: task for task in page.tasks}


def test_a_step_that_a_person_adds_stands_on_the_list_until_it_is_done(store: Store):
    town(store)
    add_step(store, FIRST, STEP, OFFICE, NOON + HOUR)
    (own,) = (task for task in tasks(store).values() if task.clause is None)
    assert (own.do, own.who, own.due_at, own.done_at) == (STEP.text, STEP.who, STEP.due_at, None)
    tick(store, FIRST, own.step, True, "两点到场", OWN, NOON + 2 * HOUR)
    done = tasks(store)[own.step]
    assert (done.done_at, done.done_by, done.note) == (NOON + 2 * HOUR, "陈杰", "两点到场")


def test_what_is_ticked_by_mistake_is_taken_back_with_a_reason(store: Store):
    town(store)
    tick(store, FIRST, WORDING, True, None, OFFICE, NOON + HOUR)
    with pytest.raises(Refused, match="撤回的理由"):
        tick(store, FIRST, WORDING, False, " ", OFFICE, NOON + HOUR)
    tick(store, FIRST, WORDING, False, "还没有对照", OFFICE, NOON + HOUR)
    assert tasks(store)[WORDING].done_at is None


def test_the_log_says_who_ticked_which_step(store: Store):
    town(store)
    tick(store, FIRST, WORDING, True, "已对照", OFFICE, NOON + HOUR)
    with store.reading() as t:
        entry = t.audit.about(FIRST)[-1]
    assert (entry.actor, entry.act, entry.detail["done"], entry.detail["reason"]) == (
        "王芳",
        "tick_step",
        True,
        "已对照",
    )
    assert "检查回应" in entry.detail["step"]


@pytest.mark.parametrize(
    ("step", "said"),
    [("general/acknowledge", "自动打勾"), ("general/none", "没有这个步骤"), ("99", "没有这个步骤")],
)
def test_only_steps_that_there_are_and_no_act_shows_are_ticked(store: Store, step: str, said: str):
    town(store)
    with pytest.raises(Refused, match=said):
        tick(store, FIRST, step, True, None, OFFICE, NOON + HOUR)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step(" ", "区住建局"), "要做什么"),
        (Step("联系施工单位", ""), "由谁"),
        (Step("联系施工单位", "区住建局", NOON), "已经过去"),
    ],
)
def test_a_step_without_what_or_who_or_of_the_past_is_refused(store: Store, step: Step, said: str):
    town(store)
    with pytest.raises(Refused, match=said):
        add_step(store, FIRST, step, OFFICE, NOON + HOUR)
    assert all(task.clause is not None for task in tasks(store).values())


@pytest.mark.parametrize("actor", [OTHER, Actor("赵敏", Role.EVALUATOR)])
def test_others_may_neither_add_nor_tick_and_their_attempt_is_audited(store: Store, actor: Actor):
    town(store)
    with pytest.raises(Refused, match="没有权限"):
        add_step(store, FIRST, STEP, actor, NOON + HOUR)
    with pytest.raises(Refused, match="没有权限"):
        tick(store, FIRST, WORDING, True, None, actor, NOON + HOUR)
    with store.reading() as t:
        assert [entry.allowed for entry in t.audit.about(FIRST)[-2:]] == [False, False]


def test_a_second_click_and_a_second_person_tick_nothing_twice(store: Store):
    town(store)
    for _ in range(2):
        tick(store, FIRST, WORDING, True, None, OFFICE, NOON + HOUR, "r1")
        add_step(store, FIRST, STEP, OFFICE, NOON + HOUR, "r2")
    assert sum(task.clause is None for task in tasks(store).values()) == 1
    with pytest.raises(Refused, match="刚由他人登记过"):
        tick(store, FIRST, WORDING, True, None, OWN, NOON + HOUR, "r3")


def test_the_steps_of_another_incident_are_not_ticked_here(store: Store):
    made = town(store)
    for number in range(3):
        made.come(f"w{number}", NOON + timedelta(minutes=number), disclosure="d2")
    with store.reading() as t:
        second = t.incidents.of_disclosure("d2")[0].id
    add_step(store, second, STEP, OFFICE, NOON + HOUR)
    with pytest.raises(Refused, match="没有这个步骤"):
        tick(store, FIRST, "1", True, None, OFFICE, NOON + HOUR)


def test_what_is_written_is_kept_masked(store: Store):
    town(store)
    add_step(store, FIRST, Step("联系住户13800138000", "区住建局"), OFFICE, NOON + HOUR)
    tick(store, FIRST, WORDING, True, "已问13800138000", OFFICE, NOON + HOUR)
    with store.reading() as t:
        assert "13800138000" not in repr(t.checklists.of_incident(FIRST)) + repr(t.audit.about(FIRST))
