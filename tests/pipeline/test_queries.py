"""What a site's search is asked for: recent public records, by turns; a record within the party never."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from crawlers.settings import CrawlSettings
from pipeline.collect import collect_due
from pipeline.patrols import Collecting
from pipeline.queries import chosen_words, in_question, queries_for, query_of
from records.disclosures import Disclosure
from records.incidents import IncidentState
from records.words import Scope
from storage.store import Store
from storage.tables import metadata
from tests.crawlers.crawling import source
from tests.crawlers.site import serving
from tests.pipeline.clocks import open_incident
from tests.storage.making import DAY, HOUR, NOON, disclosure

WINDOW = 90 * DAY
SECOND = timedelta(seconds=1)
NAMES = ("甲路改造", "乙路改造", "丙路改造", "丁路改造", "戊路改造")


def search(name: str = "bbs", queries: int = 10):
    url = f"https://{name}.example/search?q={{query}}"
    return source(name, url, "search", read={"entry": "li", "queries": queries})


def stored(store: Store, *records: Disclosure) -> None:
    with store.transaction() as t:
        for record in records:
            t.disclosures.add(record, NOON, "测试")


def numbered(count: int) -> list[Disclosure]:
    """That many records, the first published last."""
    return [
        disclosure(f"d{n}", published_at=NOON - n * HOUR, watch_terms=(name,)) for n, name in enumerate(NAMES[:count])
    ]


def test_a_record_within_the_party_is_never_asked_for_nor_is_any_word_of_it(store: Store) -> None:
    secret = {
        "title": "关于某某同志任职的通知",
        "body": "经区委常委会研究，翠屏苑小区，槐树路",
        "doc_number": "青委〔2026〕7号",
    }
    stored(
        store,
        disclosure("open", watch_terms=("供热",)),
        disclosure("party", scope=Scope.PARTY, watch_terms=("某某", "任职"), **secret),
        disclosure("party2", scope=Scope.PARTY, watch_terms=(), **secret),
    )
    open_incident(store, disclosure="party")
    for taking_turns in (False, True):
        for turn in range(5):
            asked = queries_for(store, [search()], NOON + turn * HOUR, WINDOW, taking_turns=taking_turns)
            assert asked == {"bbs": ["供热"]}


def test_a_record_that_is_corrected_to_be_within_the_party_is_asked_for_no_longer(store: Store) -> None:
    stored(store, disclosure("d1"))
    assert queries_for(store, [search()], NOON, WINDOW) == {"bbs": ["供热"]}
    stored(store, disclosure("d1", scope=Scope.PARTY, explanation="范围有误"))
    assert queries_for(store, [search()], NOON, WINDOW) == {"bbs": []}


@pytest.mark.parametrize(
    ("published_at", "asked"),
    [
        (NOON - WINDOW, True),
        (NOON - WINDOW - SECOND, False),
        (NOON, True),
        (NOON + SECOND, False),
    ],
)
def test_a_record_is_asked_for_from_its_publication_to_the_end_of_the_window(published_at, asked: bool) -> None:
    record = disclosure(published_at=published_at)
    assert bool(in_question([record], (), NOON, WINDOW)) is asked


def test_an_older_record_is_asked_for_while_an_incident_of_it_is_open(store: Store) -> None:
    stored(store, disclosure("d1", published_at=NOON - 2 * WINDOW), disclosure("d2", published_at=NOON - 2 * WINDOW))
    open_incident(store, "20260410-001", disclosure="d1")
    open_incident(store, "20260410-002", disclosure="d2", state=IncidentState.CLOSED)
    assert [record.id for record in in_question_now(store)] == ["d1"]


def in_question_now(store: Store) -> list[Disclosure]:
    with store.reading() as t:
        open_incidents = {incident.disclosure for incident in t.incidents.ongoing()}
        return in_question(t.disclosures.current(), open_incidents, NOON, WINDOW)


def test_more_records_than_queries_are_asked_for_by_turns_the_longest_not_asked_first(store: Store) -> None:
    stored(store, *numbered(5))
    asked = [queries_for(store, [search(queries=2)], NOON + n * HOUR, WINDOW)["bbs"] for n in range(5)]
    assert asked == [
        ["甲路改造", "乙路改造"],
        ["丙路改造", "丁路改造"],
        ["戊路改造", "甲路改造"],
        ["乙路改造", "丙路改造"],
        ["丁路改造", "戊路改造"],
    ]


def test_a_new_record_comes_before_those_that_had_their_turn(store: Store) -> None:
    stored(store, *numbered(3))
    queries_for(store, [search(queries=2)], NOON, WINDOW)
    stored(store, disclosure("new", published_at=NOON, watch_terms=("新路改造",)))
    assert queries_for(store, [search(queries=2)], NOON + HOUR, WINDOW) == {"bbs": ["新路改造", "丙路改造"]}


def test_each_source_has_turns_of_its_own_and_a_preview_takes_none(store: Store) -> None:
    stored(store, *numbered(2))
    sources = [search("a", 1), search("b", 1)]
    assert queries_for(store, sources[:1], NOON, WINDOW, taking_turns=False) == {"a": ["甲路改造"]}
    assert queries_for(store, sources[:1], NOON, WINDOW) == {"a": ["甲路改造"]}
    assert queries_for(store, sources, NOON + HOUR, WINDOW) == {"a": ["乙路改造"], "b": ["甲路改造"]}


def test_what_is_remembered_are_the_numbers_of_records_that_are_still_asked_for_and_no_word(store: Store) -> None:
    stored(store, *numbered(2))
    queries_for(store, [search()], NOON, WINDOW)
    queries_for(store, [search()], NOON + HOUR, WINDOW)
    with store.reading() as t:
        assert t.sources.cursor("bbs") == {
            "d0": [(NOON + HOUR).isoformat(), 2],
            "d1": [(NOON + HOUR).isoformat(), 2],
        }
    assert queries_for(store, [search()], NOON + 2 * WINDOW, WINDOW) == {"bbs": []}
    with store.reading() as t:
        assert t.sources.cursor("bbs") == {}


def test_two_records_with_one_word_are_one_query() -> None:
    words, chosen = chosen_words([disclosure("d1"), disclosure("d2"), disclosure("d3", watch_terms=("停车",))], {}, 2)
    assert (words, chosen) == (["供热", "停车"], ["d1", "d2", "d3"])


def test_the_offices_own_watch_terms_are_asked_for_in_turn() -> None:
    record = disclosure(watch_terms=("供热", "暖气", "热"))
    assert [query_of(record, turn) for turn in range(3)] == ["供热", "暖气", "供热"]


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("青槐县发展和改革局关于调整城区停车收费标准的通知", {"停车收费标准"}),
        (
            "惠川区2026年秋季义务教育阶段学区划分调整方案（征求意见稿）",
            {"义务教育阶段学区划分调整", "义务教育阶段学区划分"},
        ),
        ("西滩镇、柳湾镇高标准农田建设项目公示", {"柳湾镇高标准农田建设项目", "柳湾镇高标准农田建设"}),
        ("公告", {"惠川办发〔2026〕1号"}),
    ],
)
def test_without_watch_terms_what_the_title_is_about_is_asked_for_and_no_place_of_the_body(
    title: str, asked: set[str]
) -> None:
    record = disclosure(title=title, body="自4月1日起，槐树路、翠屏苑小区按新标准执行。", watch_terms=())
    assert {query_of(record, turn) for turn in range(6)} == asked


def test_a_long_or_broken_word_makes_a_plain_query() -> None:
    assert query_of(disclosure(watch_terms=("供热\n 方案",)), 0) == "供热 方案"
    assert len(query_of(disclosure(watch_terms=("供" * 99,)), 0) or "") == 40


def test_sources_of_other_kinds_are_asked_nothing(store: Store) -> None:
    stored(store, disclosure())
    assert queries_for(store, [source("feed", "https://a.example/rss")], NOON, WINDOW) == {}


def test_what_a_due_search_finds_is_stored_and_no_trace_of_what_was_asked(store: Store) -> None:
    stored(store, disclosure("d1", watch_terms=("青槐路口",)), disclosure("d2", scope=Scope.PARTY))
    with serving() as site:
        site.pages["/search"] = "<ul><li><a href=/t1>路</a></li></ul>"
        site.pages["/t1"] = "<h1>修路</h1><p>路口又堵了一小时</p>"
        row = source("bbs", site.url("/search?q={query}"), "search", read={"entry": "li", "article": {"text": "p"}})
        real = Collecting(
            store,
            CrawlSettings(allow_private_hosts=(site.host,), delay_seconds=0),
            timedelta(days=180),
            lambda: NOON,
            queries=lambda sources: queries_for(store, sources, NOON, WINDOW),
        )
        (patrol,) = collect_due(real, [row])
        assert (patrol.outcome, patrol.new_posts) == ("ok", 1)
        assert site.paths() == [f"/search?q={quote('青槐路口')}", "/t1"]
    with store.reading() as t:
        (post,) = t.posts.newest(10)
        kept = [tuple(row) for table in metadata.sorted_tables for row in t.connection.execute(table.select())]
    assert post.text == "路口又堵了一小时"
    without_record = [row for row in kept if "青槐路口" in repr(row) and "供热方案" not in repr(row)]
    assert without_record == []
    assert quote("青槐路口") not in repr(kept)
