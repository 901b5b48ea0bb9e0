"""Hands out all posts that a search finds, as many as a file takes, to whoever may take them away; every time audited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.attempts import attempting
from pipeline.refusals import Refused
from pipeline.search_view import Indexes, hits, shown
from pipeline.views import PostRow, may_everywhere
from records.naming import office_name
from records.people import Person
from records.searches import Search
from records.words import Scope
from storage.search.text_index import SearchDown
from storage.store import Store, Transaction

EXPORT = "export_posts"
"""The act as permissions.yaml and the audit name it."""

MOST = 5_000
"""So many of the newest posts go into one file."""

_SUBJECT = "posts"


@dataclass(frozen=True, slots=True)
class Exported:
    """The posts for one file, and how many the search finds in all."""

    rows: Sequence[PostRow]
    found: int


def export(
    store: Store,
    person: Person,
    indexes: Indexes,
    search: Search,
    at: datetime,
    without_personal_data: Callable[[str], str],
    most: int = MOST,
) -> Exported:
    """The newest posts that the search finds, without the title of a party record. Raises Refused.

    What was looked for goes into the audit masked.
    """
    if not may_everywhere(person, EXPORT):
        with attempting(store, person, EXPORT, _SUBJECT, at):
            raise Refused(f"您没有权限导出搜索结果：请联系{office_name()}")
    try:
        with store.reading() as t:
            found = hits(t, person, indexes, search, at)
            rows = _outward(t, shown(t, person, found.ids[:most]))
    except SearchDown as down:
        raise Refused(f"搜索暂时不可用，没有导出：{down}。请稍后再试") from down
    asked = {
        name: without_personal_data(said) if isinstance(said, str) else said for name, said in search.row().items()
    }
    with store.transaction() as t:
        t.audit.append(at, person.name, person.role, EXPORT, _SUBJECT, True, {"search": asked, "posts": len(rows)})
    return Exported(rows, len(found.ids))


def _outward(t: Transaction, rows: Sequence[PostRow]) -> list[PostRow]:
    """The rows with words that stand in for the title of a party record, whoever asks: it never leaves the system."""
    about = {row.post.id: row.assessment.disclosure for row in rows if row.assessment is not None}
    records = t.disclosures.many({name for name in about.values() if name is not None})
    party = {name: record.outward_title for name, record in records.items() if record.scope is Scope.PARTY}
    return [replace(row, record_title=party.get(about.get(row.post.id) or "", row.record_title)) for row in rows]
