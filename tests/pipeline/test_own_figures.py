"""An office's own figures stand over the shipped rules with article, old and new value, who, when and why, and are taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline import own_figures
from pipeline.acts import Actor
from pipeline.judging import Judging
from pipeline.notify import page_only
from pipeline.own_figures import Below, Changed, Figure, FiguresPage, figures_page
from pipeline.refusals import Refused
from records.people import Person
from records.words import Role
from regulation.closer_watch import closer_watch
from regulation.severity import severity_rules
from storage.store import Store
from tests.pipeline.known_answers import NOON, Town

WANG = Person("wangfang", "王芳", Role.OFFICE)
ACTOR = Actor("王芳", Role.OFFICE)
MINUTE = timedelta(minutes=1)
BELOW = Below({}, closer_watch())


def page(store: Store) -> FiguresPage:
    with store.reading() as t:
        found = figures_page(t, WANG, BELOW)
    assert found is not None
    return found


def figure(store: Store, rule: str = "voices_3", name: str = "voices") -> Figure:
    return next(one for one in page(store).figures if (one.rule, one.name) == (rule, name))


def changed(store: Store, after: int, rule: str = "voices_3", name: str = "voices", at: int = 0) -> Changed:
    seen = figure(store, rule, name)
    own_figures.change_figure(store, BELOW, seen, after, "试行一个月", ACTOR, NOON + at * MINUTE)
    return page(store).changes[0]


@pytest.mark.clause("H-42")
def test_every_figure_stands_there_with_its_article_and_what_it_would_be_without_a_change(store: Store) -> None:
    changed(store, 5)
    now = figure(store)
    assert (now.now, now.usual, now.clause) == (5, 3, "H-42(1)")
    assert now.wording == "24小时内出现5个不同声音"
    assert figure(store, "posts_60_1h", "posts").now == 60


def test_a_change_is_logged_with_article_old_and_new_value_who_when_and_why(store: Store) -> None:
    changed(store, 5)
    with store.reading() as t:
        entry = t.audit.newest(1)[0]
    assert (entry.act, entry.actor, entry.at) == ("change_figures", "王芳", NOON)
    assert dict(entry.detail) == {
        "rule": "voices_3",
        "figure": "voices",
        "clause": "H-42(1)",
        "reason": "试行一个月",
        "before": 3,
        "after": 5,
    }


def test_a_change_is_taken_back_and_one_that_was_changed_again_is_not(store: Store) -> None:
    first = changed(store, 5)
    second = changed(store, 6, at=1)
    assert [one.may_undo for one in page(store).changes] == [True, False]
    with pytest.raises(Refused, match="后来又改过"):
        own_figures.undo(store, BELOW, first, ACTOR, NOON + 2 * MINUTE)
    own_figures.undo(store, BELOW, second, ACTOR, NOON + 2 * MINUTE)
    assert figure(store).now == 5
    own_figures.undo(store, BELOW, page(store).changes[0], ACTOR, NOON + 3 * MINUTE)
    assert figure(store).now == 6
    changed(store, 3, at=4)
    with store.reading() as t:
        assert own_figures.own_figures(t) == {}


def test_of_two_who_change_the_same_figure_the_second_is_told(store: Store) -> None:
    seen = figure(store)
    changed(store, 5)
    with pytest.raises(Refused, match="刚被他人改成 5"):
        own_figures.change_figure(store, BELOW, seen, 4, "另一个理由", ACTOR, NOON)


@pytest.mark.parametrize(("after", "reason", "why"), [(0, "x", "整数"), (3, "x", "没有改动"), (5, " ", "理由")])
def test_what_makes_no_sense_is_refused(store: Store, after: int, reason: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        own_figures.change_figure(store, BELOW, figure(store), after, reason, ACTOR, NOON)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OFFICE, Role.ADMIN)])
def test_nobody_but_the_office_and_admins_changes_or_sees_figures(store: Store, role: Role) -> None:
    with pytest.raises(Refused, match="没有权限"):
        own_figures.change_figure(store, BELOW, figure(store), 5, "理由", Actor("某人", role, "住建局"), NOON)
    with store.reading() as t:
        assert figures_page(t, Person("x", "某人", role, "住建局"), BELOW) is None
        assert [entry.allowed for entry in t.audit.newest(1)] == [False]


def test_a_figure_of_a_rule_that_is_gone_stops_nothing(store: Store) -> None:
    with store.transaction() as t:
        t.meta.put("own_figures", {"gone": {"voices": 2}, "voices_3": {"gone": 2, "voices": 4}})
    assert figure(store).now == 4


def test_the_settings_stand_below_the_offices_own_figures(store: Store) -> None:
    rules = Below({"voices_3": {"voices": 4, "hours": 12}}, closer_watch()).rules({"voices_3": {"voices": 5}})
    assert rules.rules[0].wording == "12小时内出现5个不同声音"


@pytest.mark.clause("H-42(1)")
def test_what_is_judged_from_then_on_counts_by_the_new_figure_and_history_keeps_the_one_that_held(
    store: Store,
) -> None:
    town = Town(store)
    town.judging = Judging(store, lambda: town.reader, severity_rules(), page_only, below=BELOW)
    town.come("a")
    changed(store, 2)
    town.come("b", NOON + MINUTE)
    with store.reading() as t:
        incident = t.incidents.newest_ongoing("d1")
        assert incident is not None
        opened = t.incidents.history(incident.id)[0]
    assert opened.rule == "voices_3"
    assert opened.reason == "按本单位改定的数值“24小时内出现2个不同声音”认定"


def test_a_replay_knows_nothing_of_the_offices_own_figures(store: Store) -> None:
    changed(store, 2)
    town = Town(store)
    town.come("a")
    town.come("b", NOON + MINUTE)
    with store.reading() as t:
        assert t.incidents.newest_ongoing("d1") is None


def test_a_figure_that_the_closer_watch_could_not_lower_any_more_is_refused_and_judging_goes_on(store: Store) -> None:
    high = {
        "used": True,
        "days": 30,
        "threshold_percent": 100,
        "interval_percent": 100,
        "figures": {"voices_3": {"voices": 3}},
    }
    below = Below({}, closer_watch({"high": high}))
    with pytest.raises(Refused, match="只能降低"):
        own_figures.change_figure(store, below, figure(store), 2, "理由", ACTOR, NOON)
    changed(store, 2)
    town = Town(store)
    town.judging = Judging(store, lambda: town.reader, severity_rules(), page_only, below=below)
    for number in range(3):
        incident = town.come(f"p{number}", NOON + number * MINUTE)
    assert town.history(incident) == [("general", "voices_3")]
