"""What an index in a cluster has of its own: dated parts, room for several desks, and no half answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from elasticsearch import Elasticsearch

from storage.search.cluster_layout import Layout
from storage.search.dated import span_named, span_of
from storage.search.elasticsearch import ElasticsearchIndex
from storage.search.text_index import SearchDown
from tests.nlp.making import NOON, post
from tests.servers.environments import free_port
from tests.storage.search.clusters import NEEDS_CLUSTER, client, layout, settled

MONTH = timedelta(days=30)


def cluster(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that needs a node."""
    for mark in NEEDS_CLUSTER:
        test = mark(test)
    return test


@pytest.fixture
def made() -> Iterator[Layout]:
    """A layout under a prefix of its own."""
    with layout() as one:
        yield one


@pytest.mark.parametrize("days", [1, 7, 30, 366])
@pytest.mark.parametrize(
    "moment", ["1969-12-31T23:59:59+00:00", "1970-01-01T00:00:00+00:00", "2026-11-23T07:59:59+08:00"]
)
def test_a_span_holds_its_moment_and_its_name_says_which_it_is(moment: str, days: int) -> None:
    at = NOON.fromisoformat(moment)
    span = span_of(at, days, "desk-posts")
    assert span.since <= at < span.until == span.since + timedelta(days=days)
    assert span_named(span.name) == span
    assert span_of(span.until, days, "desk-posts").since == span.until
    assert span_named("desk-marks") is None


@cluster
def test_a_part_whose_time_is_over_is_dropped_whole(made: Layout) -> None:
    with settled(made) as index:
        index.add([post("停水", f"p{n}", seen_at=NOON - n * MONTH) for n in range(3)], 3)
        spans = index.spans()
        assert [span.since <= NOON - n * MONTH < span.until for n, span in zip((2, 1, 0), spans, strict=True)] == [
            True,
            True,
            True,
        ]
        index.drop(spans[0])
        assert (index.find("停水"), index.count(), index.watermark) == (["p0", "p1"], 2, 3)
        index.add([post("停水", "p2", seen_at=NOON - 2 * MONTH)], 4)
        assert index.find("停水") == ["p0", "p1", "p2"]


@cluster
def test_desks_of_one_cluster_know_nothing_of_one_another(made: Layout) -> None:
    other = Layout(f"{made.prefix}-posts", made.days)
    with settled(made) as mine, settled(other) as theirs:
        mine.add([post("停水", "mine")], 5)
        theirs.add([post("停水", "theirs")], 9)
        assert (mine.find("停水"), theirs.find("停水")) == (["mine"], ["theirs"])
        assert (mine.watermark, theirs.watermark) == (5, 9)
        mine.clear()
        assert (mine.count(), theirs.find("停水"), theirs.watermark) == (0, ["theirs"], 9)
        theirs.clear()


@cluster
def test_another_number_of_days_an_index_leaves_no_post_standing_twice(made: Layout) -> None:
    posts = [post("停水", f"p{n}", seen_at=NOON + n * timedelta(days=4)) for n in range(8)]
    with settled(made) as index:
        index.add(posts, 8)
    with settled(Layout(made.prefix, days=7)) as index:
        index.add(posts, 16)
        assert index.find("停水") == [f"p{n}" for n in range(7, -1, -1)]
        assert (index.count(), index.watermark) == (8, 16)


@cluster
def test_the_layout_says_how_an_index_is_made_and_what_can_be_changed_later_is(made: Layout) -> None:
    names = ("number_of_shards", "number_of_replicas", "auto_expand_replicas", "refresh_interval")

    def stand(of: Layout) -> set[tuple[str, ...]]:
        with client() as asking:
            found = asking.indices.get_settings(index=f"{of.posts}-*", flat_settings=True)
        return {tuple(each["settings"][f"index.{name}"] for name in names) for each in found.values()}

    first = replace(made, days=7, shards=2, replicas=0, refresh_seconds=0.5)
    posts = [post("停水", f"p{n}", seen_at=NOON + n * timedelta(days=4)) for n in range(4)]
    with settled(first) as index:
        index.adjust()
        index.add(posts, 4)
        assert stand(first) == {("2", "0", "false", "500ms")}
        assert [(span.until - span.since).days for span in index.spans()] == [7, 7]
    with settled(replace(first, shards=3, replicas=2, refresh_seconds=30.0)) as index:
        index.adjust()
        assert stand(first) == {("2", "2", "false", "30000ms")}
        index.add([post("停水", "later", seen_at=NOON + timedelta(days=30))], 5)
        assert stand(first) == {("2", "2", "false", "30000ms"), ("3", "2", "false", "30000ms")}
        assert index.find("停水") == ["later", "p3", "p2", "p1", "p0"]
    with settled(replace(first, replicas=None)) as index:
        index.adjust()
        # One node has no second one for a copy.
        assert {each[1:] for each in stand(first)} == {("0", "0-1", "500ms")}
        assert index.watermark == 5


@cluster
def test_what_is_removed_is_not_found_any_more_at_once(made: Layout) -> None:
    with client() as asking:
        index = ElasticsearchIndex(asking, made)
        index.add([post("停水", "a"), post("停水", "b")], 2)
        index.refresh()
        index.remove(["a"])
        assert index.find("停水") == ["b"]


@cluster
def test_a_part_that_cannot_be_asked_makes_no_half_answer(made: Layout) -> None:
    with settled(made) as index, client() as trouble:
        index.add([post("停水", f"p{n}", seen_at=NOON - n * MONTH) for n in range(2)], 2)
        index.refresh()
        closed = index.spans()[0].name
        trouble.indices.close(index=closed)
        asked = ElasticsearchIndex(trouble, made)
        for ask in (asked.find, asked.days, lambda query: asked.find(query, limit=20_001)):
            with pytest.raises(SearchDown, match="index_closed_exception"):
                ask("停水")


def test_a_cluster_that_is_not_there_is_told_of_in_chinese() -> None:
    with Elasticsearch(f"http://127.0.0.1:{free_port()}", request_timeout=2, max_retries=0) as asking:
        index = ElasticsearchIndex(asking, Layout("desk"))
        for ask in (
            lambda: index.find("停水"),
            lambda: index.days("停水"),
            lambda: index.find("停水", limit=20_001),
            lambda: index.watermark,
            lambda: index.add([post("停水")], 1),
            lambda: index.remove(["a"]),
            index.count,
            index.clear,
            index.waiting,
            index.spans,
            lambda: index.some_ids(3),
        ):
            with pytest.raises(SearchDown, match="连不上搜索引擎"):
                ask()
        assert index.find("？！") == []
