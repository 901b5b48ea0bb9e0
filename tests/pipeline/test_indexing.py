"""The index follows the posts, again and again with the same outcome."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.indexing import catch_up, let_go
from storage.search.embedded import EmbeddedIndex
from storage.store import Store
from tests.nlp.making import NOON, post

LATER = NOON + timedelta(days=180)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store(f"sqlite:///{tmp_path / 'desk.db'}")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    """An empty index."""
    opened = EmbeddedIndex(tmp_path / "search.db")
    yield opened
    opened.close()


def add(store: Store, *posts: tuple[str, str]) -> None:
    with store.transaction() as t:
        for post_id, text in posts:
            t.posts.add(post(text, post_id), LATER)


def test_new_posts_are_taken_in_once(store: Store, index: EmbeddedIndex) -> None:
    add(store, ("a", "停水通知"), ("b", "停水了"), ("c", "停水没有"))
    assert [catch_up(store, index, limit=2), catch_up(store, index, limit=2), catch_up(store, index, limit=2)] == [
        2,
        1,
        0,
    ]
    assert set(index.find("停水")) == {"a", "b", "c"}


def test_an_edited_post_is_found_by_its_new_words_only(store: Store, index: EmbeddedIndex) -> None:
    add(store, ("a", "停水通知"))
    catch_up(store, index)
    with store.transaction() as t:
        t.posts.revise(post("供热恢复", "a"), NOON, LATER)
    catch_up(store, index)
    assert (index.find("停水"), index.find("供热")) == ([], ["a"])


def test_expired_posts_are_let_go(store: Store, index: EmbeddedIndex) -> None:
    add(store, ("a", "停水通知"), ("b", "停水了"))
    catch_up(store, index)
    with store.transaction() as t:
        t.posts.expire(LATER + timedelta(days=1))
    assert let_go(store, index) == 2
    assert index.count() == 0


def test_an_index_ahead_of_a_restored_store_is_filled_anew(store: Store, index: EmbeddedIndex) -> None:
    index.add([post("另一个库的帖子", "ghost")], watermark=900)
    add(store, ("a", "停水通知"))
    catch_up(store, index)
    assert (index.find("停水"), index.find("帖子")) == (["a"], [])
