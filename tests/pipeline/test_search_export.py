"""What a search finds is taken away only by those who may, and every time stands in the audit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from elasticsearch import Elasticsearch

from pipeline.refusals import Refused
from pipeline.search_export import EXPORT, Exported, export
from pipeline.search_view import Indexes
from records.people import Person
from records.searches import Search
from records.words import Scope, Sentiment
from storage.search.cluster_layout import Layout
from storage.search.elasticsearch import ElasticsearchIndex
from storage.store import Store
from tests.pipeline.known_answers import DAY, NOON, SECOND, Town, record
from tests.pipeline.test_search_view import NOW, WORDS, indexes, level, town
from tests.pipeline.test_views import ADMIN, HOUSING, OFFICER, WATCH
from tests.servers.environments import free_port

__all__ = ["indexes", "town"]


def exported(
    store: Store, indexes: Indexes, person: Person = OFFICER, search: Search = WORDS, most: int = 5_000
) -> Exported:
    return export(store, person, indexes, search, NOW, lambda said: said.replace("13800138000", "〔电话〕"), most)


def acts(store: Store) -> list[tuple[str, bool, object]]:
    with store.reading() as t:
        return [(entry.actor, entry.allowed, dict(entry.detail)) for entry in t.audit.about("posts")]


def test_everything_found_is_handed_out_and_audited(store: Store, indexes: Indexes):
    got = exported(store, indexes)
    assert ([row.post.id for row in got.rows], got.found) == (["p2", "p1"], 2)
    assert acts(store) == [("王芳", True, {"search": {"words": "停暖"}, "posts": 2})]


def test_a_file_takes_so_many_and_the_rest_is_counted(store: Store, indexes: Indexes):
    got = exported(store, indexes, most=1)
    assert ([row.post.id for row in got.rows], got.found) == (["p2"], 2)


def test_who_may_read_posts_may_not_for_that_take_them_away(store: Store, indexes: Indexes):
    with pytest.raises(Refused, match="没有权限"):
        exported(store, indexes, HOUSING)
    ((actor, allowed, detail),) = acts(store)
    assert (actor, allowed) == ("陈杰", False)
    assert "没有权限" in str(detail)


def test_the_audit_keeps_no_personal_data_that_was_looked_for(store: Store, indexes: Indexes):
    exported(store, indexes, search=Search("13800138000"))
    assert acts(store) == [("王芳", True, {"search": {"words": "〔电话〕"}, "posts": 0})]
    with store.reading() as t:
        assert [entry.act for entry in t.audit.newest(5)] == [EXPORT]


@pytest.mark.clause("E-2(3)2")
@pytest.mark.parametrize("person", [OFFICER, WATCH, ADMIN])
def test_the_title_of_a_party_record_is_in_no_file_whoever_takes_it_away(
    store: Store, town: Town, indexes: Indexes, person: Person
):
    with store.transaction() as t:
        t.disclosures.add(record("p9", scope=Scope.PARTY), NOON - DAY, "王芳")
    for number, about in enumerate(("p9", "d1")):
        town.come(f"x{number}", NOON + number * SECOND, disclosure=about, sentiment=Sentiment.NEUTRAL)
    level(store, indexes)
    got = exported(store, indexes, person, Search(source="bbs"))
    titles = {row.post.id: row.record_title for row in got.rows}
    assert (titles["x0"], titles["x1"]) == ("党内公开事项（p9）", "d1号方案")


def test_while_the_index_is_away_nothing_is_handed_out_and_the_person_is_told(store: Store, indexes: Indexes):
    with Elasticsearch(f"http://127.0.0.1:{free_port()}", max_retries=0) as asking:
        away = replace(indexes, posts=ElasticsearchIndex(asking, Layout("desk")))
        with pytest.raises(Refused, match="搜索暂时不可用，没有导出：连不上搜索引擎"):
            exported(store, away)
    assert acts(store) == []
