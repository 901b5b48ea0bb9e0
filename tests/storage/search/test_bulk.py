"""A real cluster that is full, blocked or of another mind: what it has no room for goes again, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from storage.search.bulk import PAUSES
from storage.search.cluster_layout import Layout, make_posts, writable
from storage.search.dated import span_of
from storage.search.text_index import PostsRefused, SearchDown
from tests.nlp.making import NOON, post
from tests.storage.search.clusters import NEEDS_CLUSTER, client, layout, settled

pytestmark = NEEDS_CLUSTER

APRIL = NOON - timedelta(days=30)
OLD, NEW = post("停水通知", "old", seen_at=APRIL), post("停水了", "new")


@pytest.fixture
def made() -> Iterator[Layout]:
    """A layout under a prefix of its own."""
    with layout() as one:
        yield one


@pytest.fixture
def cluster() -> Iterator[Elasticsearch]:
    """A client of ours, to make trouble with."""
    with client() as one:
        yield one


@pytest.fixture
def blocked(made: Layout, cluster: Elasticsearch) -> Callable[..., None]:
    """What sets or lifts a block of the dated index of a post's moment."""

    def block(kind: str, on: bool | None, at: Any = NOON) -> None:
        cluster.indices.put_settings(index=_name(made, at), settings={f"index.blocks.{kind}": on})

    return block


def test_a_disk_that_was_full_for_a_while_costs_growing_pauses_and_no_post(
    made: Layout, blocked: Callable[..., None]
) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            blocked("read_only_allow_delete", None)

    with settled(made, pause) as index:
        index.add([OLD, NEW], 2)
        blocked("read_only_allow_delete", True)
        index.add([post("停水修好", "old", seen_at=APRIL), post("停水修好", "new")], 4)
        assert (index.find("修好"), index.watermark) == (["new", "old"], 4)
    assert pauses == list(PAUSES[:3])
    assert sorted(pauses) == pauses


def test_a_disk_that_stays_full_ends_the_tries_and_nothing_counts_as_taken_in(
    made: Layout, blocked: Callable[..., None]
) -> None:
    pauses: list[float] = []
    with settled(made, pauses.append) as index:
        index.add([NEW], 1)
        blocked("read_only_allow_delete", True)
        with pytest.raises(SearchDown, match=r"磁盘已满.* 1 条"):
            index.add([post("停暖", "later")], 2)
        assert (index.watermark, index.find("停暖"), pauses) == (1, [], list(PAUSES))
        blocked("read_only_allow_delete", None)
        index.add([post("停暖", "later")], 2)
        assert (index.watermark, index.find("停暖"), dict(index.waiting())) == (2, ["later"], {})


def test_a_post_that_is_refused_waits_by_name_and_the_others_go_on(made: Layout, blocked: Callable[..., None]) -> None:
    with settled(made) as index:
        index.add([OLD, NEW], 2)
        blocked("write", True, APRIL)
        index.add([post("停暖", "o2", seen_at=APRIL), post("停暖", "n2")], 4)
        assert (index.find("停暖"), index.watermark) == (["n2"], 4)
        assert list(index.waiting()) == ["o2"]
        assert "index write (api)" in index.waiting()["o2"]
    with settled(made) as another:
        with pytest.raises(PostsRefused, match="o2"):
            another.add([post("停暖", "o2", seen_at=APRIL)])
        blocked("write", None, APRIL)
        assert list(another.waiting()) == ["o2"]
        another.add([post("停暖", "o2", seen_at=APRIL)])
        assert (another.find("停暖"), dict(another.waiting())) == (["n2", "o2"], {})


def test_a_post_that_waits_is_forgotten_with_the_post(made: Layout, blocked: Callable[..., None]) -> None:
    with settled(made) as index:
        index.add([OLD, NEW], 2)
        blocked("write", True, APRIL)
        index.add([post("停暖", "o2", seen_at=APRIL), post("停暖", "n2")], 4)
        blocked("write", None, APRIL)
        index.remove(["o2"])
        assert dict(index.waiting()) == {}


def test_where_all_posts_are_refused_none_counts_as_taken_in(made: Layout, blocked: Callable[..., None]) -> None:
    with settled(made) as index:
        index.add([NEW], 1)
        blocked("write", True)
        with pytest.raises(PostsRefused, match="不肯收 2 条帖文（如 n2）：cluster_block_exception"):
            index.add([post("停暖", "n2"), post("停暖", "n3")], 3)
        assert (index.watermark, dict(index.waiting())) == (1, {})
        blocked("write", None)
        index.add([post("停暖", "n2"), post("停暖", "n3")], 3)
        assert (index.watermark, set(index.find("停暖"))) == (3, {"n2", "n3"})


def test_an_index_whose_fields_somebody_made_otherwise_refuses_by_name(made: Layout, cluster: Elasticsearch) -> None:
    name = _name(made, APRIL)
    fields = {"properties": {"terms": {"type": "integer"}}}
    cluster.indices.create(index=name, mappings=fields, aliases={writable(name): {}, made.posts: {}})
    with settled(made) as index:
        index.add([OLD, NEW], 2)
        assert index.watermark == 2
        assert list(index.waiting()) == ["old"]
        assert "failed to parse field [terms] of type [integer]" in index.waiting()["old"]


def test_what_is_too_large_for_one_request_goes_in_parts(made: Layout) -> None:
    large = [post("停水" * 60_000 + f" n{n}", f"n{n}") for n in range(8)]
    with settled(made) as index:
        index.add([*large, post("停水" * 400_000, "huge")], 9)
        assert [index.find(f"停水 n{n}") for n in range(8)] == [[f"n{n}"] for n in range(8)]
        assert dict(index.waiting()) == {"huge": "比引擎的 http.max_content_length 还大"}


def test_an_index_that_somebody_deleted_is_made_again_with_its_own_fields(made: Layout, cluster: Elasticsearch) -> None:
    with settled(made) as index:
        index.add([OLD, NEW], 2)
        cluster.indices.delete(index=_name(made, NOON))
        index.add([post("停暖", "n2"), post("停暖", "o2", seen_at=APRIL)], 4)
        assert (index.find("停暖"), index.find("停水")) == (["n2", "o2"], ["old"])
    fields = cluster.indices.get_mapping(index=_name(made, NOON))[_name(made, NOON)]["mappings"]
    assert (fields["dynamic"], set(fields["properties"])) == ("strict", {"id", "seen_at", "tie", "terms"})


def test_where_all_indices_are_deleted_the_posts_come_again_from_the_first(
    made: Layout, cluster: Elasticsearch
) -> None:
    with settled(made) as index:
        index.add([NEW], 7)
        cluster.indices.delete(index=_name(made, NOON))
    with settled(made) as again:
        assert again.watermark == 0


def test_nothing_but_id_time_and_words_has_a_place_in_the_cluster(made: Layout, cluster: Elasticsearch) -> None:
    make_posts(cluster, made, _name(made, NOON))
    fields = cluster.indices.get_mapping(index=_name(made, NOON))[_name(made, NOON)]["mappings"]
    assert set(fields["properties"]) == {"id", "seen_at", "tie", "terms"}
    assert fields["_source"] == {"enabled": False}
    said = {"id": "a", "seen_at": "2026-05-01T00:00:00Z", "tie": 1, "terms": "停水"}
    with pytest.raises(Exception, match="strict_dynamic_mapping_exception"):
        cluster.index(index=_name(made, NOON), document={**said, "author": "某人"})


def _name(made: Layout, at: Any) -> str:
    return span_of(at, made.days, made.posts).name
