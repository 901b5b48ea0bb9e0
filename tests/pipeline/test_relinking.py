"""Another record for a whole incident: its posts are corrected likewise, nothing else of it changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.learning import to_learn
from pipeline.refusals import Refused
from records.actions import Act
from storage.store import Store
from tests.pipeline.known_answers import HOUR
from tests.pipeline.regrouped import LATER, Regrouped
from tests.pipeline.test_correcting import UNIT, on

MINUTE = timedelta(minutes=1)


@pytest.fixture
def town(store: Store) -> Regrouped:
    return Regrouped(store)


def test_the_posts_follow_as_corrections_and_the_incident_is_the_same_one(town: Regrouped):
    incident = town.incident("d1", "a")
    town.act(incident, Act.START_PLAN)
    clocks, changed = town.running(incident), town.relink(incident, "d2", LATER + MINUTE)
    assert (changed.id, changed.disclosure, changed.title) == (incident.id, "d2", "“d2号方案”相关舆情")
    assert (changed.unit, changed.severity, town.running(changed)) == (incident.unit, incident.severity, clocks)
    assert [verdict for verdict, _ in town.read("a0", "a1", "a2")] == [on("d2")] * 3
    assert town.posts(changed) == ["a0", "a1", "a2"]
    with town.store.reading() as t:
        assert [one.after.disclosure for one in to_learn(t).corrections] == ["d2"] * 3
        last = t.audit.about(incident.id)[-1]
    assert (last.act, last.detail["before"], last.detail["after"]) == ("relink_incident", "d1", "d2")
    assert town.told(changed, "relinked") == ["住建局", "office"]


def test_later_posts_of_the_new_record_join_it_and_those_of_the_old_one_do_not(town: Regrouped):
    incident = town.relink(town.incident("d1", "a"), "d2")
    town.come("new", LATER + HOUR, disclosure="d2")
    town.come("old", LATER + HOUR, disclosure="d1")
    assert town.posts(incident) == ["a0", "a1", "a2", "new"]
    assert town.gathered("d1") == ["old"]


def test_a_copy_of_its_posts_joins_it_although_the_machine_links_it_as_before(town: Regrouped):
    incident = town.relink(town.incident("d1", "a"), "d2")
    town.come("c0", LATER + HOUR, disclosure="d1", copy_of="a0")
    assert town.posts(incident)[-1] == "c0"


def test_what_gathers_on_the_new_record_already_joins_it(town: Regrouped):
    town.come("early", disclosure="d2")
    incident = town.relink(town.incident("d1", "a"), "d2")
    assert sorted(town.posts(incident)) == ["a0", "a1", "a2", "early"]


def test_a_record_that_has_an_incident_is_merged_with_and_not_linked(town: Regrouped):
    first, second = town.two()
    with pytest.raises(Refused, match=f"已有进行中的事件 {second.id}：请用“合并”"):
        town.relink(first, "d2")
    assert town.get(first).disclosure == "d1"


@pytest.mark.parametrize(
    ("link", "said"), [("d1", "没有改动"), ("nowhere", "没有编号为“nowhere”的公开事项"), (None, "请填写事件名称")]
)
def test_what_changes_nothing_or_names_nothing_is_refused(town: Regrouped, link: str | None, said: str):
    incident = town.incident("d1", "a")
    with pytest.raises(Refused, match=said):
        town.relink(incident, link)


def test_twice_stale_and_without_permission(town: Regrouped):
    incident = town.incident("d1", "a")
    with pytest.raises(Refused, match="没有权限"):
        town.relink(incident, "d2", actor=UNIT)
    town.relink(incident, "d2", request="r1", seen=incident.revision)
    town.relink(incident, "d2", request="r1", seen=incident.revision)
    with pytest.raises(Refused, match="刚被他人改动"):
        town.relink(incident, "d3", seen=incident.revision)
    assert town.get(incident).disclosure == "d2"
