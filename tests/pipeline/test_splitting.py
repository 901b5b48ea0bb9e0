"""A split makes chosen posts an incident of their own; what is left keeps its clocks and its severity."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.incident_view import incident_page
from pipeline.learning import to_learn
from pipeline.owing import Owed
from records.actions import Act
from records.incidents import IncidentState
from records.words import Channel, Severity
from regulation.time_limits import further_limits
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, NOON
from tests.pipeline.regrouped import LATER, Regrouped
from tests.pipeline.test_correcting import UNIT, on
from tests.pipeline.test_views import OFFICER

MINUTE = timedelta(minutes=1)


@pytest.fixture
def town(store: Store) -> Regrouped:
    return Regrouped(store)


@pytest.mark.clause("H-42")
def test_the_posts_have_an_incident_of_their_own_and_the_rest_stays(town: Regrouped):
    source = town.incident("d1", "a", voices=5)
    made = town.split(source, ["a1", "a3"])
    assert (town.posts(source), town.posts(made)) == (["a0", "a2", "a4"], ["a1", "a3"])
    assert made.id != source.id
    assert (made.state, made.severity, made.disclosure) == (IncidentState.OPEN, Severity.GENERAL, "d1")
    assert (made.unit, made.split_from) == ("住建局", source.id)
    assert source.id in made.title
    with town.store.reading() as t:
        page = incident_page(t, OFFICER, source.id)
    assert page is not None
    assert [one.id for one in page.split_off] == [made.id]


def test_copies_go_with_the_post_that_they_copy(town: Regrouped):
    source = town.incident("d1", "a")
    town.come("c", NOON + MINUTE, copy_of="a0")
    assert town.posts(town.split(source, ["a0"])) == ["a0", "c"]


def test_the_new_one_is_as_grave_as_the_rules_say_and_the_source_as_before(town: Regrouped):
    source = town.incident("d1", "a", voices=29)
    source = town.come("n", NOON + MINUTE, channel=Channel.NEWS) or source
    assert source.severity is Severity.MAJOR
    made = town.split(source, ["a0", "a1"])
    assert (made.severity, town.get(source).severity) == (Severity.GENERAL, Severity.MAJOR)
    grave = town.split(town.get(source), ["n", *(f"a{number}" for number in range(2, 28))], at=LATER + MINUTE)
    assert grave.severity is Severity.GENERAL
    assert town.get(source).severity is Severity.MAJOR


def test_what_is_grave_by_itself_opens_as_such(town: Regrouped):
    source = town.incident("d1", "a")
    for number in range(2):
        town.come(f"n{number}", NOON + MINUTE, channel=Channel.NEWS)
    made = town.split(town.get(source), ["n0", "n1"])
    assert made.severity is Severity.MAJOR
    assert town.history(made) == [("major", "news_2")]


def test_the_clocks_of_the_source_stay_and_the_new_one_has_its_own(store: Store):
    town = Regrouped(store, Owed(further_limits(["national"])))
    source = town.incident("d1", "a", voices=5)
    town.act(source, Act.START_PLAN)
    source = town.get(source)
    before = town.running(source)
    made = town.split(source, ["a1", "a3"], at=LATER + 3 * HOUR)
    assert town.running(source) == before
    running = town.running(made)
    assert running["answer"] == before["answer"], "the public waits for an answer to these posts no longer than before"
    assert running["acknowledgement.general"] == LATER + 4 * HOUR
    assert "initial_report" not in running
    assert sorted(town.told(made, "opened")) == ["office", "住建局"]


# Later posts


def test_on_the_same_record_what_copies_or_answers_the_posts_follows_them_and_the_rest_does_not(town: Regrouped):
    source = town.incident("d1", "a", voices=5)
    made = town.split(source, ["a1", "a3"])
    town.come("copy", LATER + HOUR, copy_of="a1")
    town.come("other", LATER + HOUR)
    assert town.posts(made) == ["a1", "a3", "copy"]
    assert town.posts(source)[-1] == "other"


def test_when_the_source_has_ended_the_part_takes_what_comes(town: Regrouped):
    source = town.incident("d1", "a", voices=5)
    made = town.split(source, ["a1", "a3"])
    town.act(source, Act.CLOSE, LATER + MINUTE, reason="已解决")
    town.come("other", LATER + HOUR)
    assert town.posts(made)[-1] == "other"


def test_posts_on_another_record_take_their_links_with_them_and_teach(town: Regrouped):
    source = town.incident("d1", "a", voices=5)
    made = town.split(source, ["a1", "a3"], "d2")
    assert (made.disclosure, made.title) == ("d2", "“d2号方案”相关舆情")
    assert [verdict for verdict, _ in town.read("a1", "a2", "a3")] == [on("d2"), on("d1"), on("d2")]
    with town.store.reading() as t:
        assert [(one.post_id, one.after.disclosure) for one in to_learn(t).corrections] == [("a1", "d2"), ("a3", "d2")]
    town.come("later", LATER + HOUR, disclosure="d2")
    assert (town.posts(made), town.posts(source)) == (["a1", "a3", "later"], ["a0", "a2", "a4"])


def test_what_gathers_on_the_other_record_already_is_part_of_it(town: Regrouped):
    town.come("early", NOON, disclosure="d2")
    source = town.incident("d1", "a", voices=5)
    made = town.split(source, ["a1", "a3"], "d2")
    assert sorted(town.posts(made)) == ["a1", "a3", "early"]


def test_about_no_record_it_needs_a_name_and_its_posts_are_linked_to_none(town: Regrouped):
    source = town.incident("d1", "a", voices=5)
    assert "请填写新事件的名称" in town.not_split(source, ["a1"], disclosure=None)
    made = town.split(source, ["a1"], None, title="邻区停水")
    assert (made.title, made.disclosure, made.unit) == ("邻区停水", None, "住建局")
    assert town.read("a1") == [(on(None), True)]
    assert town.posts(made) == ["a1"]


def test_a_correction_of_its_posts_leaves_them_where_a_person_has_put_them(town: Regrouped):
    source = town.incident("d1", "a", voices=5)
    made = town.split(source, ["a1"], None, title="邻区停水")
    town.grow("a1", LATER + HOUR, 5)
    assert town.holding("a1") == [made.id]


# A merge taken back


def test_a_wrong_merge_is_taken_back_by_splitting_its_posts_out_again(town: Regrouped):
    first, second = town.two()
    town.merge(second, first, relinks=True)
    back = town.split(town.get(first), ["b0", "b1", "b2"], "d2", LATER + MINUTE)
    assert (town.posts(first), town.posts(back)) == (["a0", "a1", "a2"], ["b0", "b1", "b2"])
    assert [verdict for verdict, _ in town.read("b0", "a0")] == [on("d2"), on("d1")]
    town.come("b9", LATER + HOUR, disclosure="d2")
    assert town.posts(back)[-1] == "b9"
    assert town.posts(second) == ["b0", "b1", "b2"]


# Who, twice, stale


def test_the_same_request_splits_once(town: Regrouped):
    source = town.incident("d1", "a", voices=5)
    first = town.split(source, ["a1"], request="r1")
    assert town.split(source, ["a1"], request="r1").id == first.id
    with town.store.reading() as t:
        assert t.incidents.count() == 2


def test_none_all_and_what_has_gone_cannot_be_taken_out(town: Regrouped):
    source = town.incident("d1", "a")
    assert "请选择要拆出的帖文" in town.not_split(source, [])
    assert "不能拆出全部帖文" in town.not_split(source, ["a0", "a1", "a2"])
    town.split(source, ["a0"])
    assert "已不在本事件" in town.not_split(source, ["a0"])


def test_stale_pages_ended_incidents_and_those_who_may_not_are_refused(town: Regrouped):
    source = town.incident("d1", "a", voices=5)
    assert "没有权限" in town.not_split(source, ["a1"], actor=UNIT)
    town.act(source, Act.ACKNOWLEDGE)
    assert "刚被他人改动" in town.not_split(source, ["a1"], seen=source.revision)
    town.act(source, Act.CLOSE, reason="已解决")
    assert "请先重新打开" in town.not_split(source, ["a1"])
    assert town.posts(source) == ["a0", "a1", "a2", "a3", "a4"]


def test_a_gathering_that_was_split_is_over_after_seven_quiet_days_like_any_other(town: Regrouped):
    source = town.incident("d1", "a", voices=5)
    made = town.split(source, ["a1", "a3"])
    town.come("late", NOON + 9 * DAY, copy_of="a1")
    assert "late" not in town.posts(made) + town.posts(source)
