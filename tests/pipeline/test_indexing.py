"""The index follows the posts, again and again with the same outcome."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.indexing import catch_up, let_go, let_go_of_spans, offer_again
from storage.search.text_index import SearchDown, TextIndex
from storage.store import Store
from tests.nlp.making import NOON, post
from tests.storage.search.clusters import NEEDS_CLUSTER, client, layout, settled
from tests.storage.search.conftest import index, opened

__all__ = ["index", "opened"]
LATER = NOON + timedelta(days=180)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store(f"sqlite:///{tmp_path / 'desk.db'}")
    opened.migrate()
    yield opened
    opened.close()


def add(store: Store, *posts: tuple[str, str]) -> None:
    with store.transaction() as t:
        for post_id, text in posts:
            t.posts.add(post(text, post_id), LATER)


def test_new_posts_are_taken_in_once(store: Store, index: TextIndex) -> None:
    add(store, ("a", "停水通知"), ("b", "停水了"), ("c", "停水没有"))
    assert [catch_up(store, index, limit=2), catch_up(store, index, limit=2), catch_up(store, index, limit=2)] == [
        2,
        1,
        0,
    ]
    assert set(index.find("停水")) == {"a", "b", "c"}


def test_an_edited_post_is_found_by_its_new_words_only(store: Store, index: TextIndex) -> None:
    add(store, ("a", "停水通知"))
    catch_up(store, index)
    with store.transaction() as t:
        t.posts.revise(post("供热恢复", "a"), NOON, LATER)
    catch_up(store, index)
    assert (index.find("停水"), index.find("供热")) == ([], ["a"])


def test_expired_posts_are_let_go(store: Store, index: TextIndex) -> None:
    add(store, ("a", "停水通知"), ("b", "停水了"))
    catch_up(store, index)
    with store.transaction() as t:
        t.posts.expire(LATER + timedelta(days=1))
    assert let_go(store, index) == 2
    assert index.count() == 0


def test_an_index_ahead_of_a_restored_store_is_filled_anew(store: Store, index: TextIndex) -> None:
    index.add([post("另一个库的帖子", "ghost")], watermark=900)
    add(store, ("a", "停水通知"))
    catch_up(store, index)
    assert (index.find("停水"), index.find("帖子")) == (["a"], [])


@pytest.mark.elasticsearch
@NEEDS_CLUSTER[1]
def test_a_part_of_whose_time_nothing_is_stored_is_dropped_whole(store: Store) -> None:
    spring, summer = NOON - timedelta(days=60), NOON
    with layout() as made, settled(made) as cluster:
        with store.transaction() as t:
            t.posts.add(post("停水通知", "old", seen_at=spring), NOON)
            t.posts.add(post("停水通知", "kept", seen_at=spring), LATER)
            t.posts.add(post("停水了", "new", seen_at=summer), LATER)
        catch_up(store, cluster)
        with store.transaction() as t:
            t.posts.expire(NOON)
        assert let_go_of_spans(store, cluster, NOON) == 0
        assert let_go(store, cluster) == 1
        with store.transaction() as t:
            t.posts.expire(LATER)
        assert let_go_of_spans(store, cluster, spring) == 0
        assert let_go_of_spans(store, cluster, summer) == 1
        assert (cluster.find("停水"), len(cluster.spans())) == (["new"], 1)
        assert let_go_of_spans(store, cluster, summer) == 0


def test_where_nothing_was_refused_nothing_is_offered_again(store: Store, index: TextIndex) -> None:
    add(store, ("a", "停水通知"))
    catch_up(store, index)
    assert (offer_again(store, index), index.count()) == (0, 1)
    assert let_go_of_spans(store, index, NOON) == 0


@pytest.mark.elasticsearch
@NEEDS_CLUSTER[1]
def test_a_refused_post_comes_in_once_it_can_and_goes_with_the_store(store: Store) -> None:
    spring = NOON - timedelta(days=60)
    with layout() as made, settled(made) as cluster, client() as trouble:
        add(store, ("first", "停水"))
        with store.transaction() as t:
            t.posts.add(post("停水", "second", seen_at=spring), LATER)
        catch_up(store, cluster)
        name = cluster.spans()[0].name
        trouble.indices.put_settings(index=name, settings={"index.blocks.write": True})
        with store.transaction() as t:
            t.posts.add(post("停暖", "late", seen_at=spring), LATER)
            t.posts.add(post("停暖", "over", seen_at=spring), NOON)
            t.posts.add(post("停暖", "now"), LATER)
        assert catch_up(store, cluster) == 3
        with store.transaction() as t:
            t.posts.expire(NOON)
        trouble.indices.put_settings(index=name, settings={"index.blocks.write": None})
        assert set(cluster.waiting()) == {"late", "over"}
        trouble.indices.put_settings(index=name, settings={"index.blocks.write": True})
        with pytest.raises(SearchDown, match="没有从索引里删去"):
            offer_again(store, cluster)
        trouble.indices.put_settings(index=name, settings={"index.blocks.write": None})
        assert offer_again(store, cluster) == 0
        assert (cluster.find("停暖"), cluster.watermark) == (["now", "late"], 5)
