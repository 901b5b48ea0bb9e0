"""A search can be saved under a name and asked again; each person has only their own."""

from __future__ import annotations

import pytest

from pipeline import accounts, saved_searches
from pipeline.refusals import Refused
from pipeline.saved_searches import MOST, SAVE
from records.people import Person
from records.searches import Search
from records.words import Category, Channel
from storage.store import Store
from tests.pipeline.known_answers import HOUR, NOON
from tests.pipeline.test_views import OFFICER, WATCH

HEATING = Search("停暖", days=7, channel=Channel.FORUM, category=Category.EMERGENCY)


@pytest.fixture
def people(store: Store) -> Store:
    for person in (OFFICER, WATCH):
        accounts.create(store, person, NOON)
    return store


def save(store: Store, name: str, search: Search = HEATING, person: Person = OFFICER) -> None:
    saved_searches.save(store, person, name, search, NOON, lambda said: said.replace("13800138000", "〔电话〕"))


def mine(store: Store, person: Person = OFFICER) -> dict[str, Search]:
    with store.reading() as t:
        return saved_searches.saved(t, person)


def acts(store: Store) -> list[bool]:
    with store.reading() as t:
        return [entry.allowed for entry in t.audit.about(OFFICER.username) if entry.act == SAVE]


def test_a_saved_search_comes_back_as_it_was_and_to_nobody_else(people: Store):
    save(people, " 停暖 ")
    assert mine(people) == {"停暖": HEATING}
    assert mine(people, WATCH) == {}
    assert acts(people) == [True]


def test_the_same_name_replaces_and_a_removed_one_is_gone(people: Store):
    save(people, "停暖")
    save(people, "停暖", Search("停暖 补偿"))
    assert mine(people) == {"停暖": Search("停暖 补偿")}
    saved_searches.forget(people, OFFICER, "停暖", NOON + HOUR)
    assert mine(people) == {}
    assert acts(people) == [True, True, True]


def test_nobody_removes_the_search_of_another(people: Store):
    save(people, "停暖")
    with pytest.raises(Refused, match="没有这个"):
        saved_searches.forget(people, WATCH, "停暖", NOON)
    assert mine(people) == {"停暖": HEATING}


@pytest.mark.parametrize(
    ("name", "search", "why"),
    [
        ("  ", HEATING, "名称"),
        ("名" * 41, HEATING, "名称"),
        ("空", Search(days=7), "没有词语"),
        ("电话", Search("13800138000"), "个人信息"),
        ("13800138000", HEATING, "个人信息"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_the_reason(people: Store, name: str, search: Search, why: str):
    with pytest.raises(Refused, match=why):
        save(people, name, search)
    assert mine(people) == {}
    assert acts(people) == [False]


def test_there_is_an_end_to_how_many(people: Store):
    for number in range(MOST):
        save(people, f"第{number}个")
    with pytest.raises(Refused, match="最多"):
        save(people, "再一个")
    save(people, "第0个", Search("停暖"))
    assert len(mine(people)) == MOST
