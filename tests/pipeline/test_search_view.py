"""A search finds the posts that hold the words, thinned by time and filters, and incidents and records beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline import search_view
from pipeline.indexing import catch_up, catch_up_records
from pipeline.intake import receive_file_row
from pipeline.search_view import Beside, Hits, Indexes
from records.incidents import Incident
from records.people import Person
from records.posts import Post
from records.searches import Search
from records.words import Category, Channel, Scope, Sentiment, Severity
from storage.search.embedded import EmbeddedIndex
from storage.search.record_index import RecordIndex
from storage.store import Store
from tests.pipeline.known_answers import HOUR, KEEP, NOON, SECOND, Town
from tests.pipeline.test_views import HOUSING, OFFICER, SCHOOLS
from tests.storage.making import disclosure

NOW = NOON + 5 * HOUR
TEXTS = {
    "p1": ("小区又停暖了，三天没有热水", NOON, Channel.FORUM, Sentiment.NEGATIVE),
    "p2": ("停暖通知在哪里看", NOON + HOUR, Channel.WECHAT, Sentiment.NEUTRAL),
    "p3": ("公交票价调整", NOON + 2 * HOUR, Channel.FORUM, Sentiment.NEGATIVE),
}
WORDS = Search("停暖")


@pytest.fixture
def town(store: Store) -> Town:
    town = Town(store)
    for post_id, (text, at, channel, sentiment) in TEXTS.items():
        category = Category.PUBLIC_INTEREST if sentiment is Sentiment.NEGATIVE else None
        town.labels[post_id] = (sentiment, "d1" if post_id == "p1" else "d2", category, None)
        source = "bbs" if channel is Channel.FORUM else "weixin"
        with store.transaction() as t:
            receive_file_row(t, Post(post_id, source, channel, None, None, text, at, at), at, KEEP)
        town.judge()
    return town


@pytest.fixture
def indexes(store: Store, town: Town, tmp_path: Path) -> Iterator[Indexes]:
    posts, records = EmbeddedIndex(tmp_path / "search.db"), RecordIndex(tmp_path / "records.db")
    level(store, Indexes(posts, records))
    yield Indexes(posts, records)
    posts.close()
    records.close()


def level(store: Store, indexes: Indexes) -> None:
    assert isinstance(indexes.posts, EmbeddedIndex)
    assert isinstance(indexes.records, RecordIndex)
    while catch_up(store, indexes.posts):
        pass
    while catch_up_records(store, indexes.records):
        pass


def found(store: Store, indexes: Indexes, search: Search, person: Person = OFFICER) -> Hits:
    with store.reading() as t:
        return search_view.hits(t, person, indexes, search, NOW)


def ids(store: Store, indexes: Indexes, search: Search, person: Person = OFFICER) -> list[str]:
    return list(found(store, indexes, search, person).ids)


def beside(store: Store, indexes: Indexes, search: Search, person: Person = OFFICER) -> Beside:
    with store.reading() as t:
        return search_view.beside(t, person, indexes, search, NOW)


def test_posts_with_the_words_are_found_newest_first(store: Store, indexes: Indexes):
    assert ids(store, indexes, WORDS) == ["p2", "p1"]
    assert ids(store, indexes, Search("停暖 热水")) == ["p1"]


def test_every_filter_thins_them_out(store: Store, indexes: Indexes):
    assert ids(store, indexes, replace(WORDS, channel=Channel.WECHAT)) == ["p2"]
    assert ids(store, indexes, replace(WORDS, source="bbs")) == ["p1"]
    assert ids(store, indexes, replace(WORDS, sentiment=Sentiment.NEGATIVE)) == ["p1"]
    assert ids(store, indexes, replace(WORDS, category=Category.PUBLIC_INTEREST)) == ["p1"]
    assert ids(store, indexes, replace(WORDS, category=Category.EMERGENCY)) == []
    assert ids(store, indexes, replace(WORDS, record="d1")) == ["p1"]
    assert ids(store, indexes, replace(WORDS, record="没有这样的事项")) == []


def test_without_words_the_filters_alone_find(store: Store, indexes: Indexes):
    assert ids(store, indexes, Search(channel=Channel.FORUM)) == ["p3", "p1"]
    assert ids(store, indexes, Search(source="bbs", sentiment=Sentiment.NEGATIVE)) == ["p3", "p1"]
    assert ids(store, indexes, Search(record="d1")) == ["p1"]


def test_the_last_days_move_on_and_dates_stay(store: Store, indexes: Indexes):
    assert ids(store, indexes, replace(WORDS, days=1)) == ["p2", "p1"]
    with store.reading() as t:
        later = search_view.hits(t, OFFICER, indexes, replace(WORDS, days=1), NOON + 24 * HOUR + SECOND)
    assert list(later.ids) == ["p2"]
    day = NOON.date()
    assert ids(store, indexes, replace(WORDS, first=day, last=day)) == ["p2", "p1"]
    assert ids(store, indexes, replace(WORDS, first=date(2026, 4, 11))) == []


def test_where_older_posts_were_not_looked_at_it_says_back_to_when(store: Store, indexes: Indexes):
    with store.reading() as t:
        words, filters, all_of_them = (
            search_view.hits(t, OFFICER, indexes, search, NOW, look_at)
            for search, look_at in ((WORDS, 1), (Search(channel=Channel.FORUM), 1), (WORDS, 2))
        )
    assert words == Hits(["p2"], NOON + HOUR)
    assert filters == Hits(["p3"], NOON + 2 * HOUR)
    assert all_of_them == Hits(["p2", "p1"], None)


def test_what_asks_nothing_finds_nothing(store: Store, indexes: Indexes):
    assert found(store, indexes, Search("  ", days=7)) == Hits()
    assert beside(store, indexes, Search(" ")) == Beside()
    assert ids(store, indexes, Search('" OR *')) == []


def test_a_post_that_is_still_indexed_but_gone_is_not_shown(store: Store, indexes: Indexes):
    with store.transaction() as t:
        t.posts.expire(NOON + KEEP * 2)
    with store.reading() as t:
        rows = search_view.shown(t, OFFICER, ids(store, indexes, WORDS))
    assert rows == []


def with_an_incident(store: Store, town: Town, indexes: Indexes) -> Incident:
    came = [town.come(f"v{voice}", NOON + 3 * HOUR + voice * SECOND) for voice in range(3)]
    level(store, indexes)
    assert came[-1] is not None
    return came[-1]


def test_posts_are_found_by_the_severity_of_an_incident_that_the_person_may_see(
    store: Store, town: Town, indexes: Indexes
):
    incident = with_an_incident(store, town, indexes)
    general, major = Search(severity=incident.severity), Search(severity=Severity.MAJOR_EMERGENCY)
    assert {"v0", "v1", "v2"} <= set(ids(store, indexes, general))
    assert ids(store, indexes, major) == []
    seen_by_unit = {person.unit: ids(store, indexes, general, person) for person in (HOUSING, SCHOOLS)}
    assert seen_by_unit[incident.unit]
    assert [found for unit, found in seen_by_unit.items() if unit != incident.unit] == [[]]


def test_incidents_and_records_are_found_beside_posts(store: Store, town: Town, indexes: Indexes):
    incident = with_an_incident(store, town, indexes)
    with store.reading() as t:
        record = t.disclosures.get("d1")
    assert record is not None
    got = beside(store, indexes, Search(incident.id))
    assert ([row.id for row in got.incidents], got.incidents_in_all) == ([incident.id], 1)
    assert beside(store, indexes, Search(incident.id, severity=Severity.MAJOR_EMERGENCY)).incidents == []
    assert beside(store, indexes, Search(incident.id, last=date(2026, 4, 9))).incidents == []
    by_title = beside(store, indexes, Search(record.title))
    assert "d1" in [row.id for row in by_title.records]
    assert by_title.records_in_all >= 1


def test_a_party_record_is_neither_found_nor_a_way_to_its_posts(store: Store, town: Town, indexes: Indexes):
    with store.transaction() as t:
        t.disclosures.add(
            disclosure("p01", title="专项检查通报", unit="区纪委监委机关", scope=Scope.PARTY), NOON, "导入"
        )
    town.come("x1", NOON + 3 * HOUR, disclosure="p01")
    level(store, indexes)
    assert ids(store, indexes, Search(record="p01")) == ["x1"]
    assert ids(store, indexes, Search(record="p01"), HOUSING) == []
    assert beside(store, indexes, Search("专项检查通报")).records_in_all == 1
    assert beside(store, indexes, Search("专项检查通报"), HOUSING).records_in_all == 0
