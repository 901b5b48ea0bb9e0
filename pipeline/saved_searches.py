"""Saves the searches that a person asks again and again, and forgets them; each person has only their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipeline.attempts import attempting
from pipeline.refusals import Refused
from pipeline.views import may_somewhere
from records.people import Person
from records.searches import Search
from storage.store import Store, Transaction

SAVE = "save_search"
"""The act as permissions.yaml and the audit name it."""

MOST = 30
LONGEST_NAME = 40


def saved(t: Transaction, person: Person) -> dict[str, Search]:
    """The person's own searches, by name."""
    return t.saved_searches.of(person.username)


def save(
    store: Store, person: Person, name: str, search: Search, at: datetime, without_personal_data: Callable[[str], str]
) -> None:
    """Save a search, in place of the person's own one of that name. Raises Refused."""
    name = name.strip()
    with attempting(store, person, SAVE, person.username, at) as t:
        _permit(person)
        if not name or len(name) > LONGEST_NAME:
            raise Refused(f"请写一个名称，不超过 {LONGEST_NAME} 字")
        if search.asks_nothing:
            raise Refused("没有词语，也没有条件，不能保存")
        if any(without_personal_data(said) != said for said in (name, search.words, search.record) if said):
            raise Refused("名称或词语里有个人信息，不能保存；可以照样搜索")
        mine = t.saved_searches.of(person.username)
        if name not in mine and len(mine) >= MOST:
            raise Refused(f"最多保存 {MOST} 个，请先删去不用的")
        t.saved_searches.put(person.username, name, search, at)
        facts = {"name": name, "search": search.row()}
        t.audit.append(at, person.name, person.role, SAVE, person.username, True, facts)


def forget(store: Store, person: Person, name: str, at: datetime) -> None:
    """Forget one of the person's own searches. Raises Refused where there is none of that name."""
    with attempting(store, person, SAVE, person.username, at) as t:
        _permit(person)
        if not t.saved_searches.remove(person.username, name):
            raise Refused("没有这个已存的搜索")
        t.audit.append(at, person.name, person.role, SAVE, person.username, True, {"removed": name})


def _permit(person: Person) -> None:
    if not may_somewhere(person, SAVE):
        raise Refused("您没有权限保存搜索")
